"""What stock is worth, now and at a past moment, by item and by place."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.conf import settings
from django.db.models import QuerySet, Sum

from gendan.inventory.models import Balance, ItemValue, LandedCost, ValueEntry
from gendan.inventory.queries.past import Held, held_at
from gendan.kernel.models import User
from gendan.kernel.money import minor_unit

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Worth:
    """How much of an item is ours, and what it is worth in the company's currency."""

    item_id: int
    quantity: Decimal
    value: Decimal

    @property
    def unit_value(self) -> Decimal:
        """What one unit is worth; 0 where there is none."""
        return self.value / self.quantity if self.quantity else NOTHING


def value_of(
    item_ids: Iterable[int] | None = None, at: dt.datetime | None = None
) -> dict[int, Worth]:
    """What the stock of items (all, when none is named) is or was worth: 1 query, 2 for the past.

    Items of which there is nothing are left out.
    """
    states = ItemValue.objects.all()
    later = ValueEntry.objects.none() if at is None else ValueEntry.objects.filter(at__gt=at)
    if item_ids is not None:
        ids = list(item_ids)
        states, later = states.filter(item_id__in=ids), later.filter(item_id__in=ids)
    since: dict[int, tuple[Decimal, Decimal]] = {}
    if at is not None:
        sums = later.order_by().values_list("item_id").annotate(Sum("quantity"), Sum("value"))
        since = {pk: (quantity, value) for pk, quantity, value in sums}
    found = {}
    for item_id, quantity, value in states.values_list("item_id", "quantity", "value"):
        less = since.get(item_id, (NOTHING, NOTHING))
        if quantity - less[0] > 0:
            found[item_id] = Worth(item_id, quantity - less[0], value - less[1])
    return found


def value_by_place(
    item_ids: Iterable[int] | None = None, at: dt.datetime | None = None
) -> dict[tuple[int, int], Worth]:
    """The same by (item, place): each place has its part of the value, to the last cent.

    2 queries, 5 for the past.
    """
    whole = value_of(item_ids, at)
    held: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    rows: Iterable[Held]
    if at is None:
        balances = Balance.objects.filter(is_own=True, item_id__in=list(whole)).exclude(on_hand=0)
        rows = [
            Held(*one)
            for one in balances.values_list("item_id", "lot_id", "location_id", "on_hand")
        ]
    else:
        rows = held_at(at, item_ids=list(whole))
    for one in rows:
        held[one.item_id][one.location_id] += one.quantity
    found = {}
    for item_id, places in held.items():
        ids = sorted(places)
        values = _split(whole[item_id].value, [places[pk] for pk in ids])
        for pk, value in zip(ids, values, strict=True):
            found[item_id, pk] = Worth(item_id, places[pk], value)
    return found


def _split(value: Decimal, quantities: Sequence[Decimal]) -> list[Decimal]:
    """A value in parts by quantity; the first places take the cents that are left."""
    whole = sum(quantities, NOTHING)
    unit = minor_unit(settings.COMPANY_CURRENCY)
    parts = [(value * one / whole).quantize(unit, rounding=ROUND_DOWN) for one in quantities]
    left = value - sum(parts, NOTHING)
    for at in range(len(parts)):
        if left < unit:
            break
        parts[at] += unit
        left -= unit
    return parts


def values_for(user: User) -> "QuerySet[ItemValue]":
    """What each item's stock is worth, for a list."""
    return ItemValue.objects.visible_to(user).select_related("item__unit")


def value_entries_for(user: User) -> "QuerySet[ValueEntry]":
    """Every change of value, for a list."""
    return ValueEntry.objects.visible_to(user).select_related("item__unit", "by", "landed")


def landed_costs_for(user: User) -> "QuerySet[LandedCost]":
    """Costs that were spread over receipts, for a list."""
    return LandedCost.objects.visible_to(user).select_related("by")
