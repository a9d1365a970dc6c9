"""API operations about what arrives: receipts and verdicts, returns, suppliers' invoices."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Reason, Rows, asker, plain
from gendan.purchasing import receipt_queries, services
from gendan.purchasing.freight import freight_to_book
from gendan.purchasing.labels import label_sheet
from gendan.purchasing.models import GoodsReceipt, SupplierInvoice
from gendan.purchasing.scanning import open_lines, understand

router = Router(tags=["receiving"])
_ONE = "/goods-receipts/{int:receipt_id}"
_INVOICE = "/supplier-invoices/{int:invoice_id}"
_PDF = {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}


class ReceiptOut(Schema):
    """A delivery: held until there is a verdict about all of it, then decided."""

    id: int
    number: str
    state: str
    supplier: str = Field(alias="supplier.code")
    delivery_note: str
    remark: str
    at: dt.datetime


class ReceiptLineOut(Schema):
    """A line in the item's unit: what came, and what became of it."""

    id: int
    position: int
    order_line_id: int
    purchase_order: str = Field(alias="order_line.order.number")
    item: str = Field(alias="item.code")
    lot: str | None = Field(None, alias="lot.code")
    quantity: Decimal
    released: Decimal
    rejected: Decimal
    returned: Decimal
    waiting: Decimal
    location: str = Field(alias="location.code")
    over_reason: str
    reject_reason: str


class FreightOut(Schema):
    """Landed cost to be added by the forwarder's invoice, in the company's currency; `paper` is
    what the goods came in with."""

    paper: str
    reckoned: Decimal
    booked: Decimal
    amount: Decimal


class WholeReceiptOut(ReceiptOut):
    """A receipt with its lines; `freight` is what of a decision to fly them is not booked yet."""

    lines: list[ReceiptLineOut] = Field([], alias="all_lines")
    freight: FreightOut | None = None


class ReturnOut(Schema):
    """Goods that went back, for a replacement or a credit note."""

    id: int
    number: str
    receipt_id: int
    supplier: str = Field(alias="supplier.code")
    outcome: str
    due_on: dt.date | None
    credit: Decimal
    currency: str
    reason: str
    to_email: str
    at: dt.datetime


class DifferenceOut(Schema):
    """What is not as ordered and received: its kind, what is asked, what would be right."""

    kind: str
    asked: str
    right: str


class InvoiceOut(Schema):
    """A supplier's invoice: matched, differs, or approved although it differs."""

    id: int
    number: str
    supplier: str = Field(alias="supplier.code")
    state: str
    dated_on: dt.date
    currency: str
    total: Decimal
    differences: list[DifferenceOut]
    reason: str


class InvoiceLineOut(Schema):
    """What is asked for a line of an order, in the unit it was ordered in."""

    id: int
    order_line_id: int
    quantity: Decimal
    price: Decimal
    differences: list[DifferenceOut]


class WholeInvoiceOut(InvoiceOut):
    """An invoice with its lines."""

    lines: list[InvoiceLineOut] = Field([], alias="all_lines")


class ScannedLineOut(Schema):
    """A line that can be received for what was scanned."""

    line_id: int = Field(alias="id")
    purchase_order: str = Field(alias="order.number")
    position: int
    item: str = Field(alias="item.code")
    quantity: Decimal
    received: Decimal
    due_on: dt.date


class ScannedOut(Schema):
    """What a scan means, and the open lines it may be received for."""

    item: str
    lot: str
    expires_on: dt.date | None
    quantity: Decimal | None
    lines: list[ScannedLineOut]


class DeliveryIn(Schema):
    """What has arrived of lines of one supplier's orders; `location`: where it is held.

    Say in each row how much of the line you have `seen` received, or name the delivery note: then
    nothing is booked twice. Without both, the very same within ten minutes is refused unless you
    say that it has come `again`.
    """

    rows: Rows[services.ArrivedRow]
    delivery_note: str = Field("", max_length=100)
    location: str = Field("", max_length=40)
    reason: str = Field("", max_length=600)
    remark: str = Field("", max_length=600)
    again: bool = False


class VerdictIn(Schema):
    """So much of lines; no rows: all that waits."""

    rows: list[services.VerdictRow] = Field([], max_length=1000)


class RejectIn(VerdictIn):
    """And what is wrong."""

    reason: Reason


class ReturnIn(Schema):
    """Outcome "replacement" (with its day) or "credit"; no rows: all that was rejected."""

    outcome: str = Field(max_length=20)
    reason: Reason
    rows: list[services.ReturnRow] = Field([], max_length=1000)
    due_on: dt.date | None = None
    email: str = Field("", max_length=200)
    name: str = Field("", max_length=200)
    language: str = Field("", max_length=10)


class InvoiceIn(Schema):
    """An invoice; without `total` its lines are summed up, without `currency` it is the order's."""

    supplier: str = Field(max_length=40)
    number: str = Field(max_length=100)
    dated_on: dt.date
    rows: Rows[services.InvoiceRow]
    total: Decimal | None = None
    currency: str = Field("", max_length=3)


class WhyIn(Schema):
    """Why."""

    reason: Reason


class ReceiptFilter(Schema):
    """Which ones: by state, by supplier (code)."""

    state: str = Field("", max_length=20)
    supplier: str = Field("", max_length=40)


class ScanIn(Schema):
    """Order number, item code, GTIN, GS1 element string, or the address on a label of ours."""

    text: str = Field(max_length=300)


class LabelsIn(Schema):
    """So many labels of each line."""

    copies: int = Field(1, ge=1, le=500)


@router.get("/goods-receipts", response=Page[ReceiptOut], operation_id="list_goods_receipts")
def list_goods_receipts(
    request: HttpRequest, given: Query[ReceiptFilter], paging: Query[Paging]
) -> Any:
    """Receipts, the newest first."""
    return page_of(_narrowed(receipt_queries.receipts_for(asker(request)), given), paging)


@router.get(_ONE, response=WholeReceiptOut, operation_id="get_goods_receipt")
def get_goods_receipt(request: HttpRequest, receipt_id: int) -> Any:
    """One receipt with its lines."""
    return _whole(request, receipt_id)


@router.get(_ONE + "/labels", operation_id="get_receipt_labels", openapi_extra={"responses": _PDF})
def get_receipt_labels(
    request: HttpRequest, receipt_id: int, given: Query[LabelsIn]
) -> HttpResponse:
    """A sheet of labels for what came, as PDF."""
    lines = _whole(request, receipt_id).all_lines  # type: ignore[attr-defined]
    return HttpResponse(label_sheet(lines, copies=given.copies), content_type="application/pdf")


@router.post("/receiving/scan", response=ScannedOut, operation_id="understand_scan")
def understand_scan(request: HttpRequest, given: ScanIn) -> Any:
    """What a scan means, and which open lines it may be received for; nothing is changed."""
    user = asker(request)
    found = understand(given.text.replace("\x00", ""), user)
    return {
        "item": found.item.code if found.item else "",
        "lot": found.lot,
        "expires_on": found.expires_on,
        "quantity": found.quantity,
        "lines": list(open_lines(user, found)[:200]),
    }


@router.post("/goods-receipts", response={201: WholeReceiptOut}, operation_id="receive_goods")
def receive_goods(request: HttpRequest, given: DeliveryIn) -> Any:
    """Receive a delivery; it is held until quality has decided."""
    values = {name: getattr(given, name) for name in DeliveryIn.model_fields}
    made = services.receive_goods(**values, by=asker(request))
    return Status(201, _whole(request, made.pk))


@router.post(_ONE + "/release", response=WholeReceiptOut, operation_id="release_receipt")
def release_receipt(request: HttpRequest, receipt_id: int, given: VerdictIn) -> Any:
    """Good: into the store."""
    services.release_receipt(receipt_id=receipt_id, rows=given.rows, by=asker(request))
    return _whole(request, receipt_id)


@router.post(_ONE + "/reject", response=WholeReceiptOut, operation_id="reject_receipt")
def reject_receipt(request: HttpRequest, receipt_id: int, given: RejectIn) -> Any:
    """Not good: into quarantine."""
    services.reject_receipt(
        receipt_id=receipt_id, rows=given.rows, reason=given.reason, by=asker(request)
    )
    return _whole(request, receipt_id)


@router.post(_ONE + "/return", response={201: ReturnOut}, operation_id="return_goods")
def return_goods(request: HttpRequest, receipt_id: int, given: ReturnIn) -> Any:
    """Back to the supplier, who is told by mail."""
    values = {name: getattr(given, name) for name in ReturnIn.model_fields}
    made = services.return_goods(receipt_id=receipt_id, **values, by=asker(request))
    return Status(201, made)


@router.get("/supplier-returns", response=Page[ReturnOut], operation_id="list_supplier_returns")
def list_supplier_returns(request: HttpRequest, paging: Query[Paging]) -> Any:
    """What went back, the newest first."""
    return page_of(receipt_queries.returns_for(asker(request)), paging)


@router.get("/supplier-invoices", response=Page[InvoiceOut], operation_id="list_supplier_invoices")
def list_supplier_invoices(
    request: HttpRequest, given: Query[ReceiptFilter], paging: Query[Paging]
) -> Any:
    """Suppliers' invoices, the newest first."""
    return page_of(_narrowed(receipt_queries.invoices_for(asker(request)), given), paging)


@router.get(_INVOICE, response=WholeInvoiceOut, operation_id="get_supplier_invoice")
def get_supplier_invoice(request: HttpRequest, invoice_id: int) -> Any:
    """One invoice with its lines and what differs."""
    return _whole_invoice(request, invoice_id)


@router.post(
    "/supplier-invoices", response={201: WholeInvoiceOut}, operation_id="record_supplier_invoice"
)
def record_supplier_invoice(request: HttpRequest, given: InvoiceIn) -> Any:
    """Write an invoice down and compare it with orders and receipts."""
    values = {name: getattr(given, name) for name in InvoiceIn.model_fields}
    made = services.record_supplier_invoice(**values, by=asker(request))
    return Status(201, _whole_invoice(request, made.pk))


@router.post(
    _INVOICE + "/approve", response=WholeInvoiceOut, operation_id="approve_supplier_invoice"
)
def approve_supplier_invoice(request: HttpRequest, invoice_id: int, given: WhyIn) -> Any:
    """It may be paid although it differs."""
    services.approve_supplier_invoice(invoice_id=invoice_id, reason=given.reason, by=asker(request))
    return _whole_invoice(request, invoice_id)


def _narrowed(rows: Any, given: ReceiptFilter) -> Any:
    if given.state:
        rows = rows.filter(state=plain(given.state, 20))
    if given.supplier:
        rows = rows.filter(supplier__code=plain(given.supplier, 40))
    return rows


def _whole(request: HttpRequest, receipt_id: int) -> GoodsReceipt:
    found = get_object_or_404(receipt_queries.receipts_for(asker(request)), pk=receipt_id)
    found.all_lines = receipt_queries.lines_of_receipt(found)  # type: ignore[attr-defined]
    found.freight = freight_to_book(found)  # type: ignore[attr-defined]
    return found


def _whole_invoice(request: HttpRequest, invoice_id: int) -> SupplierInvoice:
    found = get_object_or_404(receipt_queries.invoices_for(asker(request)), pk=invoice_id)
    found.all_lines = receipt_queries.lines_of_invoice(found)  # type: ignore[attr-defined]
    return found
