"""Questions about receipts, returns and suppliers' invoices."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from gendan.inventory.models import Balance, Location
from gendan.kernel.models import User
from gendan.purchasing.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseOrder,
    PurchaseOrderLine,
    SupplierInvoice,
    SupplierInvoiceLine,
    SupplierReturn,
)


@dataclass(frozen=True, slots=True)
class Held:
    """Goods that have come and wait for a verdict; `demand` is whom alone they are for, or ""."""

    receipt: str
    item_id: int
    expected_id: int
    demand: str
    quantity: Decimal


def held_for_verdict(on: dt.date) -> list[Held]:
    """All that waits for a verdict and is fit for use on a day, the oldest receipt first: 1 query.

    What was rejected lies in quarantine and is nobody's to plan with, even before it goes back.
    """
    rows = GoodsReceiptLine.objects.filter(
        receipt__state=GoodsReceipt.State.HELD,
        order_line__expected__isnull=False,
        quantity__gt=F("released") + F("rejected"),
    ).exclude(Q(lot__isnull=False) & Q(lot__expires_on__lt=on))
    return [
        Held(number, item_id, expected_id, demand, quantity - released - rejected)
        for number, item_id, expected_id, demand, quantity, released, rejected in rows.order_by(
            "receipt_id", "position"
        ).values_list(
            *("receipt__number", "item_id", "order_line__expected_id"),
            *("order_line__expected__demand", "quantity", "released", "rejected"),
        )
    ]


def most_taken(line: PurchaseOrderLine) -> Decimal:
    """The most that is taken of a line without a reason, as receiving checks it."""
    ordered: Decimal = line.confirmed_quantity or line.quantity
    return max(line.most, ordered * (1 + line.over_percent / 100))


def surplus_of(receipt: GoodsReceipt) -> list[PurchaseOrderLine]:
    """The order lines of a receipt of which more has come than was ordered: 1 query."""
    rows = PurchaseOrderLine.objects.filter(receipts__receipt=receipt).distinct()
    lines = rows.select_related("item__unit", "expected", "order").order_by("position", "pk")
    return [one for one in lines if one.received > (one.confirmed_quantity or one.quantity)]


def receipts_for(user: User) -> "QuerySet[GoodsReceipt]":
    """The receipts somebody sees."""
    return GoodsReceipt.objects.visible_to(user).select_related("supplier", "by")


def receipts_with_counts(user: User) -> "QuerySet[Any]":
    """The same, each with `line_count`."""
    return receipts_for(user).annotate(line_count=Count("lines"))


def lines_of_receipt(receipt: GoodsReceipt) -> list[GoodsReceiptLine]:
    """The lines of a receipt with all that is shown of them: 1 query."""
    rows = GoodsReceiptLine.objects.filter(receipt=receipt).select_related(
        "item__unit", "lot", "location", "quarantine", "order_line__order"
    )
    lines = list(rows.order_by("position"))
    for one in lines:
        one.receipt = receipt
    return lines


def receipt_line_for(user: User, line_id: int) -> GoodsReceiptLine | None:
    """The line behind a label."""
    rows = GoodsReceiptLine.objects.visible_to(user).filter(pk=line_id)
    return rows.select_related("receipt").first()


def returns_for(user: User) -> "QuerySet[SupplierReturn]":
    """The returns somebody sees."""
    return SupplierReturn.objects.visible_to(user).select_related("supplier", "receipt", "file")


def invoices_for(user: User) -> "QuerySet[SupplierInvoice]":
    """The suppliers' invoices somebody sees."""
    rows = SupplierInvoice.objects.visible_to(user)
    return rows.select_related("supplier", "by", "approved_by")


def lines_of_invoice(invoice: SupplierInvoice) -> list[SupplierInvoiceLine]:
    """The lines of an invoice with the lines of orders they are for: 1 query."""
    rows = SupplierInvoiceLine.objects.filter(invoice=invoice)
    rows = rows.select_related(
        "order_line__order", "order_line__item__unit", "order_line__expected"
    )
    return list(rows.order_by("position"))


def lines_to_invoice(order: PurchaseOrder) -> list[tuple[PurchaseOrderLine, Decimal]]:
    """The lines of an order, with what has come and is not invoiced, in the unit ordered: 3."""
    lines = PurchaseOrderLine.objects.filter(order=order, is_cancelled=False)
    found = list(lines.select_related("item__unit", "order").order_by("position"))
    ids = [one.pk for one in found]
    kept = GoodsReceiptLine.objects.filter(order_line__in=ids).values_list("order_line_id")
    came = dict(kept.annotate(kept=Sum(F("quantity") - F("returned"))))
    before = SupplierInvoiceLine.objects.filter(order_line__in=ids).values_list("order_line_id")
    invoiced = dict(before.annotate(Sum("quantity")))
    rows = []
    for one in found:
        here = came.get(one.pk, Decimal(0)) * one.typed_quantity / one.quantity
        left = max(here - invoiced.get(one.pk, Decimal(0)), Decimal(0))
        rows.append((one, round(left, 6)))
    return rows


def where_released(lines: Sequence[GoodsReceiptLine]) -> dict[int, list[tuple[str, Decimal]]]:
    """By line: the places in our stores where its item and lot lie free, of what was released.

    Goods without a lot are not told apart: they may be of another delivery. 1 query.
    """
    released = [one for one in lines if one.released > 0]
    if not released:
        return {}
    rows = Balance.objects.filter(
        item__in={one.item_id for one in released},
        location__kind=Location.Kind.STORE,
        on_hand__gt=F("reserved"),
    )
    free: dict[tuple[int, int | None], list[tuple[str, Decimal]]] = {}
    for item, lot, code, left in rows.order_by("location__code").values_list(
        "item_id", "lot_id", "location__code", F("on_hand") - F("reserved")
    ):
        free.setdefault((item, lot), []).append((code, left))
    return {
        one.pk: [
            (code, min(left, one.released))
            for code, left in free.get((one.item_id, one.lot_id), [])
        ]
        for one in released
    }


def store_codes() -> list[str]:
    """The places of our stores into which goods may be released."""
    rows = Location.objects.filter(kind=Location.Kind.STORE, is_active=True, location__isnull=True)
    return list(rows.order_by("code").values_list("code", flat=True)[:300])


def lines_numbered(user: User, line_ids: Sequence[int]) -> dict[int, PurchaseOrderLine]:
    """Lines of orders by id, as far as somebody sees them: 1 query."""
    rows = PurchaseOrderLine.objects.visible_to(user).filter(pk__in=line_ids)
    rows = rows.select_related("order__supplier", "item__unit", "expected")
    return {one.pk: one for one in rows}
