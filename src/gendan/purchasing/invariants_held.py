"""What receipts wait for, and what is to go back of them, lies in its place."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import F, Q, Sum

from gendan.inventory.models import Balance, Location, Move
from gendan.purchasing.models import GoodsReceiptLine

MOST_TOLD = 20
Place = tuple[int, int | None, int]  # item, lot, location


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 4 queries."""
    wanted, papers = _wanted()
    if not wanted:
        return []
    places = {place for _item, _lot, place in wanted}
    there: dict[Place, Decimal] = defaultdict(Decimal)
    rows = Balance.objects.filter(location__in=places, item__in={one[0] for one in wanted})
    for item_id, lot_id, place_id, on_hand in rows.values_list(
        "item_id", "lot_id", "location_id", "on_hand"
    ):
        there[item_id, lot_id, place_id] += on_hand
    # What a count has not found is lost, and known to be.
    counted = Move.objects.filter(about__startswith="inventory.count:").order_by()
    for field, sign in (("source", 1), ("target", -1)):
        moves = counted.filter(**{f"{field}__in": places})
        for item_id, lot_id, place_id, whole in moves.values_list(
            "item_id", "lot_id", f"{field}_id"
        ).annotate(whole=Sum("quantity")):
            there[item_id, lot_id, place_id] += sign * whole
    broken = [key for key, quantity in wanted.items() if quantity > there[key]]
    return [
        f"receipts {', '.join(sorted(papers[key])[:5])} wait for goods that do not lie there"
        for key in sorted(broken, key=lambda one: (one[0], one[1] or 0, one[2]))[:MOST_TOLD]
    ]


def _wanted() -> tuple[dict[Place, Decimal], dict[Place, set[str]]]:
    """What must lie where, and for which receipts."""
    wanted: dict[Place, Decimal] = defaultdict(Decimal)
    papers: dict[Place, set[str]] = defaultdict(set)
    waits = Q(quantity__gt=F("released") + F("rejected"))
    rows = GoodsReceiptLine.objects.filter(waits | Q(rejected__gt=F("returned")))
    for one in rows.select_related("receipt", "location", "quarantine"):
        for place, quantity in ((one.location, one.waiting), (one.quarantine, one.to_return)):
            if place is None or quantity <= 0 or place.kind != Location.Kind.QUALITY:
                continue
            key = (one.item_id, one.lot_id, place.pk)
            wanted[key] += quantity
            papers[key].add(one.receipt.number)
    return wanted, papers
