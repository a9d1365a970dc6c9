"""Which suppliers are to be chased now, and about which lines: read, never written."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from gendan.kernel import clock, company
from gendan.purchasing.models import (
    PurchaseMilestone,
    PurchaseOrder,
    PurchaseOrderLine,
    SupplierWord,
)

# The weightiest first: what is late is asked before what is merely not confirmed.
WHYS = ("late", "step", "unconfirmed", "near")
MOST_LISTED = 200


@dataclass(frozen=True)
class Chaser:
    """A supplier to be asked about an order: why, and about which lines."""

    order: PurchaseOrder
    why: str
    lines: tuple[PurchaseOrderLine, ...]

    def rows(self, is_chinese: bool) -> list[str]:
        """The lines as the letter names them."""
        return [_row(line, is_chinese) for line in self.lines]


def with_lines(orders: "QuerySet[PurchaseOrder]") -> "QuerySet[PurchaseOrder]":
    """Orders with everything a chaser reads: 4 queries whatever their number."""
    lines = PurchaseOrderLine.objects.filter(is_cancelled=False).select_related(
        "item", "expected", "order"
    )
    words = SupplierWord.objects.filter(state=SupplierWord.State.PROPOSED)
    undone = PurchaseMilestone.objects.filter(done_on=None)
    return orders.select_related("supplier").prefetch_related(
        Prefetch("lines", lines.order_by("position"), to_attr="living_lines"),
        Prefetch("living_lines__words", words, to_attr="proposals"),
        Prefetch("living_lines__milestones", undone, to_attr="undone_steps"),
    )


def chasers_due(orders: "QuerySet[PurchaseOrder]") -> list[Chaser]:
    """Who is to be chased today among these orders; never a supplier who waits for us."""
    rows = orders.filter(state__in=PurchaseOrder.WITH_SUPPLIER).order_by("due_on", "pk")
    days = chasing_days()
    asked = [one for one in with_lines(rows)[:MOST_LISTED] if not was_asked_lately(one, days)]
    found = [chaser_of(one, days) for one in asked]
    return [one for one in found if one is not None]


def chaser_of(order: PurchaseOrder, days: Mapping[str, int]) -> Chaser | None:
    """Why this supplier is to be chased (of `with_lines`); None: he waits for us, or need not.

    `days`: `chasing_days`, read once for many.
    """
    lines: Sequence[PurchaseOrderLine] = order.living_lines  # type: ignore[attr-defined]
    if order.state not in PurchaseOrder.WITH_SUPPLIER or waits_for_us(lines):
        return None
    for why in WHYS:
        meant = tuple(line for line in lines if line.is_open and _is_meant(line, why, days))
        if meant:
            return Chaser(order, why, meant)
    return None


def waits_for_us(lines: Iterable[PurchaseOrderLine]) -> bool:
    """Whether the supplier has proposed something that we have not decided."""
    return any(line.proposals for line in lines)  # type: ignore[attr-defined]


def was_asked_lately(order: PurchaseOrder, days: Mapping[str, int]) -> bool:
    """Whether an answer to the last chaser may still be on its way."""
    if order.chased_at is None:
        return False
    passed = clock.today() - clock.date_of(order.chased_at)
    return passed.days < days["purchase_chase_again_days"]


def chasing_days() -> dict[str, int]:
    """After and before how many days a supplier is asked: 1 query."""
    keys = (
        "purchase_chase_unconfirmed_days",
        "purchase_chase_before_days",
        "purchase_chase_again_days",
    )
    return {key: int(value) for key, value in company.values(*keys).items()}


def _is_meant(line: PurchaseOrderLine, why: str, days: Mapping[str, int]) -> bool:
    today, order = clock.today(), line.order
    if why == "late":
        return line.due_on < today
    if why == "step":
        return any(
            (one.expected_on or one.planned_on) < today
            for one in line.undone_steps  # type: ignore[attr-defined]
        )
    if why == "unconfirmed":
        asked = clock.date_of(order.sent_at) if order.sent_at else today
        waited = (today - asked).days
        return line.confirmed_on is None and waited >= days["purchase_chase_unconfirmed_days"]
    is_soon = line.due_on <= today + dt.timedelta(days=days["purchase_chase_before_days"])
    return is_soon and line.confirmed_on is not None


def _row(line: PurchaseOrderLine, is_chinese: bool) -> str:
    left = line.quantity - line.received
    typed = (left * line.typed_quantity / line.quantity).quantize(line.typed_quantity)
    item = line.supplier_code or line.item.code
    quantity = f"{typed.normalize():f} {line.typed_unit}"
    if is_chinese:
        return f"第{line.position}行 {item}：{quantity}，交期{line.due_on.isoformat()}"
    return f"line {line.position} {item}: {quantity}, due {line.due_on.isoformat()}"
