"""API operations about purchase requests."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Reason, Rows, SavedOut, asker, saved
from gendan.purchasing import queries, services

router = Router(tags=["purchasing"])


class PurchaseRequestOut(Schema):
    """A quantity of an item that must be bought; `covered` is expected already."""

    id: int
    revision: int
    number: str
    state: str
    item_id: int
    item: str = Field(alias="item.code")
    quantity: Decimal
    covered: Decimal
    needed_on: dt.date
    order_by_on: dt.date
    demands: list[str]
    end_reason: str


class PurchasesIn(Schema):
    """Purchases to request."""

    rows: Rows[services.PurchaseRow]


class CancelIn(Schema):
    """Why it need not be bought."""

    reason: Reason


class RequestFilter(Schema):
    """Which purchase requests: by state (open, ordered, cancelled)."""

    state: str = Field("", max_length=20)


@router.get(
    "/purchase-requests",
    response=Page[PurchaseRequestOut],
    operation_id="list_purchase_requests",
)
def list_purchase_requests(
    request: HttpRequest, given: Query[RequestFilter], paging: Query[Paging]
) -> Any:
    """All purchase requests, the newest first."""
    rows = queries.requests_for(asker(request))
    return page_of(rows.filter(state=given.state) if given.state else rows, paging)


@router.get(
    "/purchase-requests/{int:request_id}",
    response=PurchaseRequestOut,
    operation_id="get_purchase_request",
)
def get_purchase_request(request: HttpRequest, request_id: int) -> Any:
    """One purchase request."""
    return get_object_or_404(queries.requests_for(asker(request)), pk=request_id)


@router.post("/purchase-requests", response={201: SavedOut}, operation_id="request_purchases")
def request_purchases(request: HttpRequest, given: PurchasesIn) -> Any:
    """Ask the buyers to buy: all rows or none."""
    return Status(201, saved(services.request_purchases(rows=given.rows, by=asker(request))))


@router.post(
    "/purchase-requests/{int:request_id}/cancel",
    response=PurchaseRequestOut,
    operation_id="cancel_purchase_request",
)
def cancel_purchase_request(request: HttpRequest, request_id: int, given: CancelIn) -> Any:
    """It need not be bought."""
    return services.cancel_purchase_request(
        request_id=request_id, reason=given.reason, by=asker(request)
    )
