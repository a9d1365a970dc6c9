"""API operations of handing orders over to a colleague."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Id, asker
from gendan.followup import handing, services
from gendan.followup.models import Handover
from gendan.followup.services.handing import LONGEST_NOTE, LONGEST_ORDER_NOTE, MOST_ORDERS
from gendan.kernel.errors import NotThere
from gendan.orders.models import Order

router = Router(tags=["followup"])


class HandoverOut(Schema):
    """Orders of one person with a colleague."""

    id: int
    giver_id: int
    taker_id: int
    kind: str
    state: str
    back_on: dt.date | None
    note: str
    made_at: dt.datetime
    acknowledged_at: dt.datetime | None
    returned_at: dt.datetime | None


class HandoverItemOut(Schema):
    """One order of a handover; `summary` is what was open on it that day."""

    order_id: int
    note: str
    summary: dict[str, Any]
    is_returned: bool


class GivenOrderIn(Schema):
    """An order to hand over, with a note for the colleague."""

    order_id: Id
    note: str = Field("", max_length=LONGEST_ORDER_NOTE)


class HandoverIn(Schema):
    """Whose orders go to whom; `kind` is absence (with `back_on`) or leaving."""

    giver_id: Id
    taker_id: Id
    orders: list[GivenOrderIn] = Field(min_length=1, max_length=MOST_ORDERS)
    kind: str = Field("absence", max_length=10)
    back_on: dt.date | None = None
    note: str = Field("", max_length=LONGEST_NOTE)


def _seen(request: HttpRequest, handover_id: int) -> int:
    """The handover's id, if this user has to do with it."""
    if not handing.handovers_for(asker(request)).filter(pk=handover_id).exists():
        raise NotThere(_("There is no such handover."))
    return handover_id


@router.get("/handovers", response=Page[HandoverOut], operation_id="list_handovers")
def list_handovers(request: HttpRequest, paging: Query[Paging]) -> Any:
    """One's own handovers, all for managers, the newest first."""
    return page_of(handing.handovers_for(asker(request)), paging)


@router.get(
    "/handovers/{int:handover_id}/orders",
    response=list[HandoverItemOut],
    operation_id="list_handover_orders",
)
def list_handover_orders(request: HttpRequest, handover_id: int) -> Any:
    """The orders of a handover with what was open on each."""
    found = handing.handovers_for(asker(request)).get(pk=_seen(request, handover_id))
    return handing.items_of(found)


@router.post("/handovers", response={201: HandoverOut}, operation_id="hand_over")
def hand_over(request: HttpRequest, given: HandoverIn) -> Any:
    """Pass running orders to a colleague."""
    ids = [one.order_id for one in given.orders]
    seen = Order.objects.visible_to(asker(request)).filter(pk__in=ids).count()
    if seen < len(set(ids)):
        raise NotThere(_("There is no such order."))
    made = services.hand_over(
        **given.dict(exclude={"orders"}),
        order_ids=ids,
        notes={one.order_id: one.note for one in given.orders},
        by=asker(request),
    )
    return Status(201, made)


@router.post(
    "/handovers/{int:handover_id}/acknowledge",
    response=HandoverOut,
    operation_id="acknowledge_handover",
)
def acknowledge_handover(request: HttpRequest, handover_id: int) -> Handover:
    """One has read what is open."""
    return services.acknowledge_handover(handover_id=_seen(request, handover_id), by=asker(request))


@router.post("/handovers/{int:handover_id}/back", response=HandoverOut, operation_id="hand_back")
def hand_back(request: HttpRequest, handover_id: int) -> Handover:
    """The orders that are still with the deputy go back."""
    return services.hand_back(handover_id=_seen(request, handover_id), by=asker(request))
