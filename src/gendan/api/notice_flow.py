"""API operation about how fast information flows."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from gendan.api.rows import asker_who_may
from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.notices.flow import information_flow

router = Router(tags=["notices"])


class FiguresOut(Schema):
    """Numbers of notices; times are working minutes, null where nothing was measured."""

    told: int
    read: int
    read_median: int | None
    read_90: int | None
    to_act: int
    acted: int
    acted_median: int | None
    acted_90: int | None
    open: int
    escalated: int


class DepartmentFlowOut(Schema):
    """One department (null: people who are in none)."""

    department_id: int | None
    name: str
    figures: FiguresOut


class FactFlowOut(Schema):
    """One kind of fact."""

    fact: str
    figures: FiguresOut


class FlowOut(Schema):
    """Everything, by department, by kind of fact; the slowest first."""

    total: FiguresOut
    departments: list[DepartmentFlowOut]
    facts: list[FactFlowOut]


@router.get("/notices/flow", response=FlowOut, operation_id="information_flow")
def flow(
    request: HttpRequest,
    since: dt.date,
    until: dt.date,
    department_id: int | None = None,
    fact: str = Query("", max_length=60),  # type: ignore[type-arg]
    order_id: int | None = None,
) -> Any:
    """Working time from event to acknowledgement of notices given from `since` to `until`."""
    asker_who_may(request, "save_notice_rule")
    if not since <= until < dt.date(9000, 1, 1) or since < dt.date(2000, 1, 1):
        raise Invalid(_("The period must begin before it ends."), field="until")
    return information_flow(
        clock.moment_on(since, 0),
        clock.moment_on(until + dt.timedelta(days=1), 0),
        department_id=department_id,
        fact=fact,
        order_id=order_id,
    )
