"""How far deliveries stray from the day asked for: what safety stock has to bear, from receipts.

Of the supplier that is asked first for an item (where none is listed, the one who delivered last):
its deliveries of the item where there are enough of them, else of the item's family, else all of
it. Several items are taken together around the mean of each, so that a supplier who is always a
week late strays no more than one who is always in time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from gendan.catalog.models import Item
from gendan.catalog.queries import calendar
from gendan.kernel import clock
from gendan.partners.models import Partner
from gendan.purchasing.supplier_facts import receipts_of
from gendan.sourcing.lead_times import asked_first

FEWEST = 5  # deliveries from which a spread is worth reckoning

Groups = Mapping[int, list[int]]  # item → working days after the day asked for


@dataclass(frozen=True, slots=True)
class LeadSpread:
    """Standard deviation in our working days, of so many deliveries of a supplier; `origin`:
    "item", "family" or "supplier"."""

    days: float
    count: int
    origin: str
    supplier_id: int
    supplier: str = ""


def lead_spreads(item_ids: Collection[int] | None = None) -> dict[int, LeadSpread]:
    """By item (all, unless said), those with enough deliveries: 9 queries, whatever the number."""
    receipts = receipts_of(today=clock.today())
    if not receipts:
        return {}
    ours = calendar(None)
    strayed: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    last: dict[int, tuple[int, int]] = {}
    for one in receipts:
        days = ours.count(one.requested_on, one.received_on)
        strayed[one.supplier_id][one.item_id].append(days)
        newest = (one.received_on.toordinal(), one.supplier_id)
        last[one.item_id] = max(last.get(one.item_id, newest), newest)
    suppliers = {pk: supplier for pk, (_day, supplier) in last.items()}
    for pk, supplier in asked_first(clock.today()).items():
        if supplier in strayed:
            suppliers[pk] = supplier
    items = Item.objects.filter(pk__in=suppliers.keys() | last.keys())
    families = dict(items.values_list("pk", "family_id"))
    names = {one.pk: str(one) for one in Partner.objects.filter(pk__in=strayed)}
    wanted = suppliers.keys() if item_ids is None else suppliers.keys() & set(item_ids)
    found = {}
    for pk in sorted(wanted):
        supplier = suppliers[pk]
        spread = _spread(pk, families, supplier, strayed[supplier], names.get(supplier, ""))
        if spread is not None:
            found[pk] = spread
    return found


def spreads_of_suppliers() -> dict[int, float]:
    """By supplier, over all it has delivered, each item around its own mean: 5 queries."""
    ours = calendar(None)
    strayed: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for one in receipts_of(today=clock.today()):
        days = ours.count(one.requested_on, one.received_on)
        strayed[one.supplier_id][one.item_id].append(days)
    found = {pk: _around_own_means(groups.values()) for pk, groups in strayed.items()}
    return {pk: days for pk, days in found.items() if days is not None}


def _spread(
    item_id: int, families: Mapping[int, int], supplier: int, groups: Groups, name: str
) -> LeadSpread | None:
    family = families.get(item_id)
    wider = {
        "item": [item_id],
        "family": [pk for pk in groups if families.get(pk) == family],
        "supplier": list(groups),
    }
    for origin, ids in wider.items():
        lists = [groups[pk] for pk in ids if pk in groups]
        days = _around_own_means(lists)
        if days is not None:
            return LeadSpread(days, sum(map(len, lists)), origin, supplier, name)
    return None


def _around_own_means(lists: Iterable[list[int]]) -> float | None:
    """The deviation of all together, each list around its own mean; None: too few."""
    squares, free = 0.0, 0
    for days in lists:
        mean = sum(days) / len(days)
        squares += sum((one - mean) ** 2 for one in days)
        free += len(days) - 1
    return sqrt(squares / free) if free >= FEWEST - 1 else None
