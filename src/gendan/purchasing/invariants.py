"""What must always be true of purchases; each broken rule is told in a sentence."""

from django.db.models import F, Q, Sum

from gendan.purchasing import invariants_arrivals, invariants_held, invariants_quotations
from gendan.purchasing.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequest,
    PurchaseSending,
)

MOST_TOLD = 20


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 6 queries, and those of its parts."""
    return [
        *_requests(),
        *_orders(),
        *_lines(),
        *_receipts(),
        *invariants_quotations.check(),
        *invariants_arrivals.check(),
        *invariants_held.check(),
    ]


def _requests() -> list[str]:
    states = PurchaseRequest.State
    short = PurchaseRequest.objects.filter(state=states.ORDERED, covered__lt=F("quantity"))
    too_much = PurchaseRequest.objects.annotate(shared=Sum("shares__quantity")).filter(
        in_orders__gt=F("shared")
    )
    return [
        *(f"purchase request {one} is ordered, not in full" for one in short[:MOST_TOLD]),
        *(f"more of {one} stands in orders than was shared out" for one in too_much[:MOST_TOLD]),
    ]


def _orders() -> list[str]:
    states = PurchaseOrder.State
    unsent = PurchaseOrder.objects.filter(state__in=PurchaseOrder.WITH_SUPPLIER, version=0)
    unapproved = PurchaseOrder.objects.filter(
        state__in=(states.APPROVED, *PurchaseOrder.WITH_SUPPLIER), approved_at=None
    )
    ended = PurchaseSending.objects.filter(
        state=PurchaseSending.State.OPEN, order__state__in=(states.CLOSED, states.CANCELLED)
    )
    return [
        *(f"purchase order {one} is with the supplier, unsent" for one in unsent[:MOST_TOLD]),
        *(f"purchase order {one} went out without approval" for one in unapproved[:MOST_TOLD]),
        *(f"a link still answers the ended order {one.order}" for one in ended[:MOST_TOLD]),
    ]


def _lines() -> list[str]:
    """Lines that the supplier has, and what is expected of them."""
    lines = PurchaseOrderLine.objects.filter(
        order__state__in=PurchaseOrder.WITH_SUPPLIER, is_cancelled=False
    ).select_related("order", "expected")
    missing = lines.filter(expected=None)
    other = lines.filter(
        ~Q(expected__item=F("item")) | ~Q(expected__reference=F("order__number")),
        expected__isnull=False,
    )
    return [
        *(f"nothing is expected of {one}" for one in missing[:MOST_TOLD]),
        *(f"something else is expected of {one}" for one in other[:MOST_TOLD]),
    ]


def _receipts() -> list[str]:
    """Receipts wait exactly as long as something of them does."""
    waiting = GoodsReceiptLine.objects.filter(quantity__gt=F("released") + F("rejected"))
    states = GoodsReceipt.State
    early = GoodsReceipt.objects.filter(state=states.DECIDED, pk__in=waiting.values("receipt"))
    late = GoodsReceipt.objects.filter(state=states.HELD).exclude(pk__in=waiting.values("receipt"))
    return [
        *(f"receipt {one} is decided, not in full" for one in early[:MOST_TOLD]),
        *(f"receipt {one} waits for nothing" for one in late[:MOST_TOLD]),
    ]
