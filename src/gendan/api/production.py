"""API operations about work orders."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Reason, Rows, SavedOut, asker, saved
from gendan.production import queries, services

router = Router(tags=["production"])


class WorkOrderOut(Schema):
    """An order to our own works."""

    id: int
    revision: int
    number: str
    state: str
    item_id: int
    item: str = Field(alias="item.code")
    quantity: Decimal
    starts_on: dt.date
    due_on: dt.date
    demands: list[str]
    expected_id: int
    end_reason: str


class ComponentOut(Schema):
    """What it needs of an item."""

    item_id: int
    item: str = Field(alias="item.code")
    quantity: Decimal


class WorkStepOut(Schema):
    """One operation of it."""

    sequence: int
    name: str
    work_center: str = Field(alias="work_center.code")
    minutes: Decimal


class WholeWorkOrderOut(WorkOrderOut):
    """With what it needs and where it is made."""

    components: list[ComponentOut]
    steps: list[WorkStepOut]


class WorkOrdersIn(Schema):
    """Work orders to make."""

    rows: Rows[services.WorkOrderRow]


class EndIn(Schema):
    """Why it is cancelled."""

    reason: Reason


class WorkOrderFilter(Schema):
    """Which work orders: by state (firm, released, done, cancelled)."""

    state: str = Field("", max_length=20)


@router.get("/work-orders", response=Page[WorkOrderOut], operation_id="list_work_orders")
def list_work_orders(
    request: HttpRequest, given: Query[WorkOrderFilter], paging: Query[Paging]
) -> Any:
    """All work orders, the newest first."""
    rows = queries.work_orders_for(asker(request))
    return page_of(rows.filter(state=given.state) if given.state else rows, paging)


@router.get(
    "/work-orders/{int:work_order_id}", response=WholeWorkOrderOut, operation_id="get_work_order"
)
def get_work_order(request: HttpRequest, work_order_id: int) -> Any:
    """One work order, whole."""
    rows = queries.work_orders_for(asker(request))
    whole = rows.prefetch_related("components__item", "steps__work_center")
    return get_object_or_404(whole, pk=work_order_id)


@router.post("/work-orders", response={201: SavedOut}, operation_id="firm_work_orders")
def firm_work_orders(request: HttpRequest, given: WorkOrdersIn) -> Any:
    """Make work orders by the BOMs and routings now in force: all or none."""
    return Status(201, saved(services.firm_work_orders(rows=given.rows, by=asker(request))))


@router.post(
    "/work-orders/{int:work_order_id}/release",
    response=WorkOrderOut,
    operation_id="release_work_order",
)
def release_work_order(request: HttpRequest, work_order_id: int) -> Any:
    """The shop floor may begin."""
    return services.release_work_order(work_order_id=work_order_id, by=asker(request))


@router.post(
    "/work-orders/{int:work_order_id}/cancel",
    response=WorkOrderOut,
    operation_id="cancel_work_order",
)
def cancel_work_order(request: HttpRequest, work_order_id: int, given: EndIn) -> Any:
    """It will not be made, or not to its end."""
    return services.cancel_work_order(
        work_order_id=work_order_id, reason=given.reason, by=asker(request)
    )
