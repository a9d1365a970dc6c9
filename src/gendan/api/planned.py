"""API operations that decide about planned orders: fixed to a day, got in one way or another."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import asker
from gendan.kernel.errors import NotThere
from gendan.planning.models import FixedOrder, PlannedOrder
from gendan.planning.services import fixing, sourcing
from gendan.planning.source_options import options_of
from gendan.sourcing.models.visibility import may_read

router = Router(tags=["capacity"])


class FixIn(Schema):
    """The day a planned order is to be ready, and where what it does at a work centre is done."""

    ends_on: dt.date
    from_center: str = Field("", max_length=40)
    to_center: str = Field("", max_length=40)


class FixedOut(Schema):
    """What is fixed: of an item, what the plan needs on a day, is to be ready on another."""

    id: int
    item_id: int
    needed_on: dt.date
    quantity: Decimal
    demands: list[str]
    ends_on: dt.date
    from_center_id: int | None
    to_center_id: int | None


class ReleasedOut(Schema):
    """What is not fixed any more."""

    id: int


@router.get("/fixed-orders", response=Page[FixedOut], operation_id="list_fixed_orders")
def list_fixed_orders(request: HttpRequest, paging: Query[Paging]) -> Any:
    """What planners have fixed."""
    return page_of(FixedOrder.objects.visible_to(asker(request)), paging, "pk")


@router.post(
    "/planned-orders/{int:planned_order_id}/fix",
    response=FixedOut,
    operation_id="fix_planned_order",
)
def fix_planned_order(request: HttpRequest, planned_order_id: int, given: FixIn) -> Any:
    """Have a planned order ready on a day, or made at another work centre, in every next plan."""
    return fixing.fix_planned_order(
        planned_order_id=planned_order_id, by=asker(request), **given.dict()
    )


@router.post(
    "/fixed-orders/{int:fixed_order_id}/release",
    response=ReleasedOut,
    operation_id="release_fixed_order",
)
def release_fixed_order(request: HttpRequest, fixed_order_id: int) -> Any:
    """Let the plan date an order again."""
    released = fixing.release_fixed_order(fixed_order_id=fixed_order_id, by=asker(request))
    return {"id": released}


class SourceOptionOut(Schema):
    """A way to get what is planned: how (make, outsource, buy), of whom, when, at which cost.

    `cost` is of all of `quantity`, in the company's currency with freight and duty; null: not
    known. `ready_on` null: nobody can tell.
    """

    how: str
    supplier: str
    name: str
    quantity: Decimal
    ready_on: dt.date | None
    order_by_on: dt.date
    cost: Decimal | None
    price: Decimal | None
    currency: str


class SourceIn(Schema):
    """The way that is chosen: how, and of which supplier ("" for our own line)."""

    how: str = Field(max_length=10)
    supplier: str = Field("", max_length=60)
    even_if_made: bool = False


class SourceDecisionOut(Schema):
    """What was decided: `made` is the work order or the purchase request."""

    id: int
    item_id: int
    quantity: Decimal
    needed_on: dt.date
    how: str
    supplier_id: int | None
    ready_on: dt.date | None
    cost: Decimal | None
    made: str


@router.get(
    "/planned-orders/{int:planned_order_id}/sources",
    response=list[SourceOptionOut],
    operation_id="list_source_options",
)
def list_source_options(request: HttpRequest, planned_order_id: int) -> Any:
    """Our own line, outside factories and suppliers for a planned order, side by side."""
    user = asker(request)
    rows = PlannedOrder.objects.visible_to(user).select_related("item")
    order = rows.filter(pk=planned_order_id).first()
    if order is None or not may_read(user):
        raise NotThere(_("There is no such planned order."))
    return options_of(order)


@router.post(
    "/planned-orders/{int:planned_order_id}/source",
    response=SourceDecisionOut,
    operation_id="decide_source",
)
def decide_source(request: HttpRequest, planned_order_id: int, given: SourceIn) -> Any:
    """Make a work order or a purchase request of a planned order in the way that is chosen."""
    return sourcing.decide_source(
        planned_order_id=planned_order_id, by=asker(request), **given.dict()
    )
