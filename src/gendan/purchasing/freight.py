"""Freight that was reckoned with when goods were sent by air, until it stands on their receipt."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from gendan.inventory.models import LandedCost
from gendan.kernel.journal import ref
from gendan.purchasing.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseOrder,
    SupplyException,
)

NOTHING = Decimal(0)
AIR = SupplyException.Choice.AIR


@dataclass(frozen=True, slots=True)
class FreightToBook:
    """Landed cost of a receipt that somebody with the forwarder's invoice confirms.

    In the company's currency: what was `reckoned` with for its lines, what of it stands as
    `booked` on their other deliveries, and what is left as the proposed `amount`.
    """

    paper: str
    reckoned: Decimal
    booked: Decimal
    amount: Decimal
    lines: tuple[str, ...]


def reckoned_for(order: PurchaseOrder, *, without_line: int) -> Decimal:
    """What decisions to fly other lines of an order were reckoned to cost: 1 query."""
    rows = SupplyException.objects.filter(line__order=order, choice=AIR)
    found = rows.exclude(line=without_line).aggregate(whole=Sum("choice_cost"))["whole"]
    return found or NOTHING


def freight_to_book(receipt: GoodsReceipt) -> FreightToBook | None:
    """What of the freight is to be put on this receipt; None where nothing is, or it stands there
    already, whatever the invoice came to: at most 3 queries."""
    meant = SupplyException.objects.filter(
        line__receipts__receipt=receipt, choice=AIR, choice_cost__gt=0
    ).select_related("line__order")
    flown = {one.pk: one for one in meant.order_by("line__position", "pk")}
    if not flown:
        return None
    lines = {one.line_id for one in flown.values()}
    papers = [
        f"{GoodsReceipt._meta.label_lower}:{pk}"
        for pk in GoodsReceiptLine.objects.filter(order_line__in=lines).values_list(
            "receipt_id", flat=True
        )
    ]
    booked: dict[str, Decimal] = {}
    for about, amount in LandedCost.objects.filter(
        about__in=papers, kind=LandedCost.Kind.FREIGHT
    ).values_list("about", "in_company_currency"):
        booked[about] = booked.get(about, NOTHING) + amount
    paper = ref(receipt)
    reckoned = sum((one.choice_cost or NOTHING for one in flown.values()), NOTHING)
    already = sum(booked.values(), NOTHING)
    if paper in booked or reckoned <= already:
        return None
    names = dict.fromkeys(str(one.line) for one in flown.values())
    return FreightToBook(paper, reckoned, already, reckoned - already, tuple(names))
