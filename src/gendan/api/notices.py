"""API operations of the notices room."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from gendan.api.paging import Page, Paging, page_of
from gendan.notices import queries, services

router = Router(tags=["notices"])


class NoticeOut(Schema):
    """An entry of the journal that somebody must know."""

    id: int
    entry_id: int
    order_id: int | None
    must_act: bool
    at: dt.datetime
    read_at: dt.datetime | None
    fact: str
    data: dict[str, Any]

    @staticmethod
    def resolve_fact(notice: Any) -> str:
        """Which fact it is."""
        return str(notice.entry.fact)

    @staticmethod
    def resolve_data(notice: Any) -> Any:
        """What the fact says."""
        return notice.entry.data


class AcknowledgeIn(Schema):
    """Which notices were read; all when left out."""

    notice_ids: list[int] | None = Field(None, max_length=1000)


@router.get("/notices", response=Page[NoticeOut], operation_id="list_notices")
def list_notices(request: HttpRequest, paging: Query[Paging], unread: bool = True) -> Any:
    """One's own notices, the newest first."""
    return page_of(queries.notices_for(request.user, unread_only=unread), paging)  # type: ignore[arg-type]


@router.post("/notices/acknowledge", response=dict[str, int], operation_id="acknowledge_notices")
def acknowledge_notices(request: HttpRequest, given: AcknowledgeIn) -> Any:
    """One has read these notices."""
    count = services.acknowledge_notices(
        notice_ids=given.notice_ids,
        by=request.user,  # type: ignore[arg-type]
    )
    return {"acknowledged": count}
