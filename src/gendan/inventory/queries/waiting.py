"""What the ledger says of goods that wait for a verdict, and of opening stock."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from django.db.models import Q, Sum

from gendan.inventory.models import Move

# The room of purchases writes this into each move of a receipt, so that this room may refuse.
OF_RECEIPTS = "purchasing.goodsreceipt:"
NOTHING = Decimal(0)


def waiting_in(
    place_ids: Collection[int], item_ids: Collection[int]
) -> dict[tuple[int, str, int], Decimal]:
    """What receipts wait for in these places, by item, lot ("" untraced) and place: what came in
    about a receipt less what left about one. 1 query."""
    rows = (
        Move.objects.filter(item__in=item_ids, about__startswith=OF_RECEIPTS)
        .filter(Q(source__in=place_ids) | Q(target__in=place_ids))
        .values_list("item_id", "lot__code", "source_id", "target_id")
        .annotate(whole=Sum("quantity"))
        .order_by()
    )
    sums: dict[tuple[int, str, int], Decimal] = defaultdict(Decimal)
    for item_id, lot, source_id, target_id, whole in rows:
        if source_id in place_ids:
            sums[item_id, lot or "", source_id] -= whole
        if target_id in place_ids:
            sums[item_id, lot or "", target_id] += whole
    return {key: quantity for key, quantity in sums.items() if quantity > 0}


def entered_before(item_ids: Collection[int], opening_id: int) -> set[tuple[int, int | None, int]]:
    """Where opening stock of these items was entered and not moved back, by item, lot and place:
    2 queries."""
    sums: dict[tuple[int, int | None, int], Decimal] = defaultdict(Decimal)
    rows = Move.objects.filter(item__in=item_ids).order_by()
    into = rows.filter(source=opening_id).values_list("item_id", "lot_id", "target_id")
    back = rows.filter(target=opening_id).values_list("item_id", "lot_id", "source_id")
    for moves, sign in ((into, 1), (back, -1)):
        for item_id, lot_id, place_id, whole in moves.annotate(whole=Sum("quantity")):
            sums[item_id, lot_id, place_id] += sign * whole
    return {key for key, quantity in sums.items() if quantity > 0}
