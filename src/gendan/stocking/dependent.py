"""What made items will need of components that have a forecast of their own.

A component's forecast is of all its use. What the orders and forecasts of the items it goes into
will take is part of that use, and plans reach it by the bills of material: it consumes the
component's own forecast, else it would be planned twice.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from gendan.catalog.models import Item
from gendan.catalog.queries import current_bom_edges
from gendan.engine.boms import with_loss
from gendan.inventory.queries import Availability, availability
from gendan.kernel import clock
from gendan.stocking.demand import Month

NOTHING = Decimal(0)
Months = dict[int, Decimal]  # month number → quantity
Edges = Mapping[int, list[tuple[int, Decimal, Decimal]]]
WORKING_DAYS_OF_WEEK = 5
MIDDLE = 15  # of a month: when its demand is wanted, taken together


@dataclass(frozen=True)
class Above:
    """The made items above some components, and what is asked of the books about them.

    `order`: all of them and the components, parents before what goes into them.
    """

    edges: Edges
    order: list[int]
    lead_days: Mapping[int, int]
    stock: Mapping[int, Availability]

    @property
    def parents(self) -> set[int]:
        """The made items that need some of these components."""
        return set(self.edges)


def above(item_ids: Collection[int]) -> Above:
    """What stands above these items by the bills of material in force: 1 query, 4 if anything."""
    edges = _relevant(current_bom_edges(), item_ids)
    if not edges:
        return Above({}, sorted(item_ids), {}, {})
    rows = Item.objects.filter(pk__in=edges).exclude(supply=Item.Supply.BUY)
    leads = dict(rows.values_list("pk", "lead_days"))
    edges = {pk: lines for pk, lines in edges.items() if pk in leads}
    return Above(edges, list(_from_above(edges, item_ids)), leads, availability(edges))


def _relevant(
    edges: Edges, item_ids: Collection[int]
) -> dict[int, list[tuple[int, Decimal, Decimal]]]:
    """Only the items that need some of these, directly or through others, and only those lines."""
    parents: dict[int, list[int]] = defaultdict(list)
    for parent, lines in edges.items():
        for component, _per, _lost in lines:
            parents[component].append(parent)
    scope, waiting = set(item_ids), list(item_ids)
    while waiting:
        for parent in parents[waiting.pop()]:
            if parent not in scope:
                scope.add(parent)
                waiting.append(parent)
    found = {}
    for pk in scope:
        lines = [line for line in edges.get(pk, ()) if line[0] in scope]
        if lines:
            found[pk] = lines
    return found


def _from_above(edges: Edges, item_ids: Collection[int]) -> Iterator[int]:
    """Parents before components, without recursion: bills may be deep."""
    items = {*edges, *item_ids, *(line[0] for lines in edges.values() for line in lines)}
    open_parents: dict[int, int] = dict.fromkeys(items, 0)
    for lines in edges.values():
        for component, _per, _lost in lines:
            open_parents[component] += 1
    ready = sorted((pk for pk, count in open_parents.items() if not count), reverse=True)
    while ready:
        pk = ready.pop()
        yield pk
        for component, _per, _lost in edges.get(pk, ()):
            open_parents[component] -= 1
            if not open_parents[component]:
                ready.append(component)


def pass_down(pk: int, wanted: Months, found: Above, needed: dict[int, Months]) -> None:
    """Write what a made item needs of its components into `needed`, a lead time earlier.

    What lies in the stores and what is being made already needs nothing: its parts are used, or
    needed by open work orders. The earliest months take it first.
    """
    there, today = found.stock[pk], clock.today()
    left = there.on_hand + sum((one.quantity for one in there.incoming), NOTHING)
    back = dt.timedelta(days=found.lead_days[pk] * 7 // WORKING_DAYS_OF_WEEK)
    for month in sorted(wanted):
        taken = min(left, wanted[month])
        left -= taken
        still = wanted[month] - taken
        if still <= 0:
            continue
        day = max(Month(month).first.replace(day=MIDDLE) - back, today)
        for component, per, lost in found.edges.get(pk, ()):
            needed[component][Month.of(day).number] += still * with_loss(per, lost)
