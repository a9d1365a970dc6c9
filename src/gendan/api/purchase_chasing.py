"""API operations about chasing suppliers, and a further link to a supplier's page."""

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from gendan.api.paging import Page, Paging, page_of
from gendan.api.purchase_orders import PurchaseOrderOut
from gendan.api.rows import Rows, SavedOut, asker, saved
from gendan.purchasing import services
from gendan.purchasing.models import SupplierChasing

router = Router(tags=["purchasing"])
_ONE = "/purchase-orders/{int:purchase_order_id}"


class ChasingIn(Schema):
    """Suppliers by code and how each is chased: off, ask, send; "" as the company has set."""

    rows: Rows[services.ChasingRow]


class SupplierChasingOut(Schema):
    """How a supplier is chased ("" as the company has set) and how far its deliveries stray."""

    id: int
    supplier: str = Field(alias="supplier.code")
    mode: str
    spread_days: int


class HoldChasingIn(Schema):
    """What the supplier waits for, or that it is simply stopped; a remark."""

    why: Literal["stopped", "deposit", "drawing", "question"] = "stopped"
    reason: str = Field("", max_length=600)


class ShownLinkOut(Schema):
    """The address, shown this once, and the last day it is good."""

    url: str
    valid_until: dt.date


@router.get(
    "/supplier-chasing",
    response=Page[SupplierChasingOut],
    operation_id="list_supplier_chasing",
)
def list_supplier_chasing(request: HttpRequest, paging: Query[Paging]) -> Any:
    """How suppliers are chased who are not chased just as the company has set."""
    rows = SupplierChasing.objects.visible_to(asker(request)).select_related("supplier")
    return page_of(rows, paging)


@router.put("/supplier-chasing", response=SavedOut, operation_id="save_supplier_chasing")
def save_supplier_chasing(request: HttpRequest, given: ChasingIn) -> Any:
    """How suppliers are chased: all rows or none."""
    return saved(services.save_supplier_chasing(rows=given.rows, by=asker(request)))


@router.post(_ONE + "/chase/hold", response=PurchaseOrderOut, operation_id="hold_chasing")
def hold_chasing(request: HttpRequest, purchase_order_id: int, given: HoldChasingIn) -> Any:
    """The supplier is not asked about this order for now."""
    return services.hold_chasing(
        purchase_order_id=purchase_order_id, **given.dict(), by=asker(request)
    )


@router.post(_ONE + "/chase/resume", response=PurchaseOrderOut, operation_id="resume_chasing")
def resume_chasing(request: HttpRequest, purchase_order_id: int) -> Any:
    """What it has waited for is settled: it is asked again when its time comes."""
    return services.resume_chasing(purchase_order_id=purchase_order_id, by=asker(request))


@router.post(_ONE + "/link", response={201: ShownLinkOut}, operation_id="show_supplier_link")
def show_supplier_link(request: HttpRequest, purchase_order_id: int) -> Any:
    """A further link to the page on which the supplier answers. Takes no Idempotency-Key."""
    url, until = services.show_supplier_link(purchase_order_id=purchase_order_id, by=asker(request))
    return Status(201, {"url": url, "valid_until": until})
