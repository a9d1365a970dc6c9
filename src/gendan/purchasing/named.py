"""What people write in sheets for things of purchasing: numbers and positions, found in bulk."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from gendan.kernel.journal import ref
from gendan.purchasing.models import (
    GoodsReceipt,
    Invitation,
    PurchaseMilestoneTemplate,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequest,
    QuotationLine,
    QuotedLine,
    RequestForQuotation,
    SupplierInvoice,
)

REQUESTS_OF_LINE = ArrayAgg(
    "requests__number", filter=Q(requests__isnull=False), distinct=True, default=[]
)
SUPPLIERS_OF_RFQ = ArrayAgg("rfq__invitations__supplier__code", distinct=True, default=[])


def requests_named(numbers: Iterable[str]) -> dict[str, PurchaseRequest]:
    """Purchase requests by their numbers: 1 query."""
    rows = PurchaseRequest.objects.select_related("item__unit").filter(number__in=set(numbers))
    return {one.number: one for one in rows}


def purchase_orders_named(numbers: Iterable[str]) -> dict[str, PurchaseOrder]:
    """Purchase orders by their numbers: 1 query."""
    rows = PurchaseOrder.objects.select_related("supplier").filter(number__in=set(numbers))
    return {one.number: one for one in rows}


def order_lines_named(numbers: Iterable[str]) -> dict[tuple[str, int], int]:
    """The ids of all lines of these purchase orders, by number and position: 1 query."""
    rows = PurchaseOrderLine.objects.filter(order__number__in=set(numbers))
    found = rows.values_list("order__number", "position", "pk")
    return {(number, position): pk for number, position, pk in found}


@dataclass(frozen=True)
class LineNamed:
    """A line of a purchase order that goods come for: its supplier, and the item's own unit."""

    line_id: int
    supplier_id: int
    unit: str


def lines_to_receive(numbers: Iterable[str]) -> dict[tuple[str, int], LineNamed]:
    """All lines of these purchase orders, by number and position: 1 query."""
    rows = PurchaseOrderLine.objects.filter(order__number__in=set(numbers))
    found = rows.values_list(
        "order__number", "position", "pk", "order__supplier_id", "item__unit__code"
    )
    return {
        (number, position): LineNamed(line_id, supplier_id, unit)
        for number, position, line_id, supplier_id, unit in found
    }


def rfqs_named(numbers: Iterable[str]) -> dict[str, RequestForQuotation]:
    """Requests for quotation by their numbers: 1 query."""
    rows = RequestForQuotation.objects.filter(number__in=set(numbers))
    return {one.number: one for one in rows}


def asked_of(rfq_ids: Iterable[int]) -> dict[tuple[int, str], Invitation]:
    """Who is asked by these requests, by request and the supplier's code: 1 query."""
    rows = Invitation.objects.filter(rfq__in=set(rfq_ids)).select_related("supplier")
    return {(one.rfq_id, one.supplier.code): one for one in rows}


def rfq_lines_of(rfq_ids: Iterable[int]) -> dict[int, list[QuotationLine]]:
    """The lines of these requests with their items and requests, by request: 2 queries."""
    rows = QuotationLine.objects.filter(rfq__in=set(rfq_ids)).order_by("position")
    found: dict[int, list[QuotationLine]] = {}
    for one in rows.select_related("item").prefetch_related("requests"):
        found.setdefault(one.rfq_id, []).append(one)
    return found


def quoted_of(invitation_ids: Iterable[int]) -> dict[int, list[QuotedLine]]:
    """What was quoted, by the supplier's invitation: 1 query."""
    rows = QuotedLine.objects.filter(invitation__in=set(invitation_ids)).select_related("line")
    found: dict[int, list[QuotedLine]] = {}
    for one in rows:
        found.setdefault(one.invitation_id, []).append(one)
    return found


def steps_of_kinds() -> dict[tuple[str, str], list[tuple[str, str, int]]]:
    """The steps suppliers report, by the family's and the supplier's code: 1 query."""
    rows = PurchaseMilestoneTemplate.objects.order_by("position").values_list(
        "family__code", "supplier__code", "name_en", "name_zh", "days_before"
    )
    found: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for family, supplier, english, chinese, days in rows:
        step = (english, chinese, days)
        found.setdefault((family or "", supplier or ""), []).append(step)
    return found


def invoices_named(suppliers: Iterable[str], numbers: Iterable[str]) -> dict[tuple[str, str], Any]:
    """Suppliers' invoices with their lines, by the supplier's code and the number: 2 queries."""
    rows = SupplierInvoice.objects.filter(
        supplier__code__in=set(suppliers), number__in=set(numbers)
    )
    found = rows.select_related("supplier").prefetch_related("lines")
    return {(one.supplier.code, one.number): one for one in found}


def receipts_named(numbers: Iterable[str]) -> dict[str, str]:
    """The names under which receipts stand in the ledger, by their numbers: 1 query."""
    rows = GoodsReceipt.objects.filter(number__in=set(numbers))
    return {one.number: ref(one) for one in rows}


def receipts_told(names: Iterable[str]) -> dict[str, str]:
    """What people call receipts that stand in the ledger under these names: 1 query."""
    head = ref(GoodsReceipt(pk=0)).removesuffix("0")
    ids = {one.removeprefix(head) for one in names if one.startswith(head)}
    rows = GoodsReceipt.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {ref(one): one.number for one in rows}
