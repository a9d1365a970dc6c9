"""Where goods are put away and from where they are picked: bins, piles, and the order of walking.

Quantities are decimals in the item's own unit; days are ordinals (date.toordinal); `walk` is the
place of a bin on the way through the warehouse, the nearest to the door first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

NOTHING = Decimal(0)
NEVER = 10**9  # a day later than all others: goods that do not expire


@dataclass(frozen=True)
class Bin:
    """A place goods can be put away: what lies there now, what fits (None: nobody knows)."""

    place_id: int
    walk: tuple[int, str]
    family_id: int | None
    capacity: Decimal | None
    filled: Decimal
    item_ids: frozenset[int]


@dataclass(frozen=True)
class PutAway:
    """So much into that bin, and why: "same_item", "family", "empty" or "shared"."""

    place_id: int
    quantity: Decimal
    why: str


@dataclass(frozen=True)
class Pile:
    """What lies of a lot in a bin; `free` may be taken, `came` is the rank of its arrival."""

    balance_id: int
    place_id: int
    lot_id: int | None
    walk: tuple[int, str]
    free: Decimal
    came: int
    expires: int = NEVER
    is_held: bool = False


@dataclass(frozen=True)
class Pick:
    """Take so much of a pile; `is_whole` when nothing free of its lot is left behind."""

    balance_id: int
    place_id: int
    lot_id: int | None
    quantity: Decimal
    is_whole: bool


def put_away(
    bins: Sequence[Bin], item_id: int, family_id: int, quantity: Decimal
) -> tuple[list[PutAway], Decimal]:
    """Which bins take the quantity, and what finds no room.

    Bins that hold the item already come first, then empty ones of its family's zone, then empty
    ones that are for no family, then bins where something else lies and room was measured. In each
    group the nearest first.
    """
    ranked = sorted(
        (rank, one.walk, one.place_id, one, why)
        for one in bins
        for rank, why in [_fit(one, item_id, family_id)]
        if rank is not None
    )
    left, chosen = quantity, []
    for _rank, _walk, _id, one, why in ranked:
        if left <= 0:
            break
        part = left if one.capacity is None else min(left, one.capacity - one.filled)
        if part > 0:
            chosen.append(PutAway(one.place_id, part, why))
            left -= part
    return chosen, left


def _fit(one: Bin, item_id: int, family_id: int) -> tuple[int | None, str]:
    if one.family_id not in (None, family_id):
        return None, ""
    if item_id in one.item_ids:
        return 0, "same_item"
    if not one.item_ids:
        return (1, "family") if one.family_id == family_id else (2, "empty")
    # Beside other goods only where somebody has said how much fits.
    return (3, "shared") if one.capacity is not None else (None, "")


def pick(
    piles: Sequence[Pile], quantity: Decimal, today: int, *, by_expiry: bool = True
) -> tuple[list[Pick], Decimal]:
    """From which piles to take the quantity, in walking order, and what is lacking.

    First expired first out, then first in first out (only the latter without `by_expiry`). Of
    equal ones, lots that are used up whole go before one that is broken into; then the nearest.
    What is held or past its day is never taken.
    """
    usable = [one for one in piles if one.free > 0 and not one.is_held and one.expires >= today]
    lots: dict[tuple[int, int], list[Pile]] = {}
    for one in usable:
        lots.setdefault(_lot_key(one), []).append(one)
    left = quantity
    chosen: list[tuple[Pile, Pick]] = []
    while lots and left > 0:
        key = min(lots, key=lambda key: _lot_rank(lots[key], left, by_expiry))
        lot = lots.pop(key)
        is_whole = sum((one.free for one in lot), NOTHING) <= left
        for one in sorted(lot, key=lambda one: (one.walk, one.balance_id)):
            part = min(left, one.free)
            if part > 0:
                taken = Pick(one.balance_id, one.place_id, one.lot_id, part, is_whole)
                chosen.append((one, taken))
                left -= part
    chosen.sort(key=lambda pair: (pair[0].walk, pair[0].balance_id))
    return [taken for _pile, taken in chosen], left


def _lot_key(one: Pile) -> tuple[int, int]:
    """Goods of one lot belong together; without a lot each pile stands for itself."""
    return (1, one.lot_id) if one.lot_id is not None else (0, one.balance_id)


def _lot_rank(
    lot: Sequence[Pile], left: Decimal, by_expiry: bool
) -> tuple[int, int, bool, tuple[int, str], int]:
    free = sum((one.free for one in lot), NOTHING)
    nearest = min(one.walk for one in lot)
    first = min(one.came for one in lot)
    expires = min(one.expires for one in lot) if by_expiry else 0
    return expires, first, free > left, nearest, min(one.balance_id for one in lot)
