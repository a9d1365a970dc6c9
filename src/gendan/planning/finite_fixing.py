"""What would be if a planned order were fixed to a day or a work centre: read, never written."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from gendan.engine.netting.pegging import CUSTOMER, ORDER
from gendan.planning.assumed import assumed
from gendan.planning.calculating import Calculated, calculate
from gendan.planning.finite import Finite, Fixed, Shop, read_shop, schedule
from gendan.planning.models import PlannedOrder
from gendan.planning.net_snapshot import net_input
from gendan.planning.queries import assumptions_in_force


@dataclass(frozen=True)
class Moved:
    """An order that would be made on other days; `number` of a work order, else planned.

    `is_worse`, `is_better`: late then and not now, or the other way round. `orders`: the customer
    orders it is made for directly.
    """

    item_id: int
    number: str
    needed_on: dt.date
    was: tuple[dt.date | None, dt.date | None]
    then: tuple[dt.date | None, dt.date | None]
    is_worse: bool
    is_better: bool
    orders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """A step of the order now and then: where, and its days."""

    name: str
    was_center_id: int
    then_center_id: int
    was: tuple[dt.date | None, dt.date | None]
    then: tuple[dt.date | None, dt.date | None]


@dataclass(frozen=True)
class FixedThen:
    """What differs: the order's operations, and other orders that move, worse ones first.

    None of `own`: the plan has changed so much that the order is not found any more.
    """

    own: Moved | None
    operations: list[Operation]
    others: list[Moved]

    @property
    def worse(self) -> list[Moved]:
        """Other orders that would be late and are not."""
        return [one for one in self.others if one.is_worse]

    @property
    def better(self) -> list[Moved]:
        """Other orders that would not be late any more."""
        return [one for one in self.others if one.is_better]


def what_if_fixed(order: PlannedOrder, fixed: Fixed) -> FixedThen:
    """The schedule of a plan made now against one with the order fixed. About 30 queries."""
    changes = assumed(assumptions_in_force())
    given = net_input(changes)
    shop = read_shop(given, changes)
    done = calculate(given)
    others = [
        one
        for one in shop.fixed
        if (one.item_id, one.needed_on) != (fixed.item_id, fixed.needed_on)
    ]
    before = schedule(done, shop)
    after = schedule(done, _with(shop, [fixed, *others]))
    return _difference(done, before, after, fixed)


def _with(shop: Shop, fixed: list[Fixed]) -> Shop:
    return replace(shop, fixed=fixed)


def _difference(done: Calculated, before: Finite, after: Finite, fixed: Fixed) -> FixedThen:
    own = _own(done, after, fixed)
    if own is None:
        return FixedThen(None, [], [])
    changed = [
        place
        for place in range(len(after.tasks))
        if place != own
        and after.steps[place]
        and (
            _span(before, place) != _span(after, place)
            or before.dated.end[place] != after.dated.end[place]
        )
    ]
    orders = _customers(done, [own, *changed])
    moved = [_moved(done, before, after, place, orders) for place in changed]
    moved.sort(key=lambda one: (not one.is_worse, not one.is_better, one.needed_on))
    operations = [
        Operation(
            name=then.name,
            was_center_id=was.center_id,
            then_center_id=then.center_id,
            was=_days_of(before, own, number),
            then=_days_of(after, own, number),
        )
        for number, (was, then) in enumerate(zip(before.steps[own], after.steps[own], strict=True))
    ]
    return FixedThen(_moved(done, before, after, own, orders), operations, moved)


def _own(done: Calculated, after: Finite, fixed: Fixed) -> int | None:
    """The task that is fixed: of its item the one needed nearest to its day."""
    orders = done.plan.orders
    near = [
        (abs(int(orders.due[place]) - fixed.needed_on.toordinal()), place)
        for place in after.is_fixed
        if done.given.item_ids[int(orders.item[place])] == fixed.item_id
    ]
    return min(near)[1] if near else None


def _days_of(finite: Finite, place: int, step: int) -> tuple[dt.date | None, dt.date | None]:
    days = [day for number, day, _amount in finite.dated.work[place] if number == step]
    return (finite.day(days[0]), finite.day(days[-1])) if days else (None, None)


def _span(finite: Finite, place: int) -> tuple[dt.date | None, dt.date | None]:
    """The first day an order is worked on, and the day it is ready."""
    dated = finite.dated
    work = dated.work[place]
    first = work[0][1] if work else dated.start[place]
    return finite.day(first), finite.day(dated.end[place])


def _moved(
    done: Calculated,
    before: Finite,
    after: Finite,
    place: int,
    orders: dict[int, tuple[str, ...]],
) -> Moved:
    first = len(done.plan.orders)
    if place >= first:
        firm = after.shop.firm[place - first]
        item_id, number, needed_on = firm.item_id, firm.number, firm.due_on
    else:
        item_id = done.given.item_ids[int(done.plan.orders.item[place])]
        number, needed_on = "", dt.date.fromordinal(int(done.plan.orders.due[place]))
    was, now = place in before.dated.bound, place in after.dated.bound
    later = after.dated.end[place] > before.dated.end[place]
    return Moved(
        item_id=item_id,
        number=number,
        needed_on=needed_on,
        was=_span(before, place),
        then=_span(after, place),
        is_worse=now and (not was or later),
        is_better=was and not now,
        orders=orders.get(place, ()),
    )


def _customers(done: Calculated, places: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """By planned order, the order lines it is made for directly."""
    wanted = set(places)
    pegs, needs, supplies = done.pegs, done.pegging.requirements, done.pegging.supplies
    rows = np.flatnonzero((needs.kind[pegs.requirement] == CUSTOMER) & (pegs.supply_kind == ORDER))
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows.tolist():
        place = int(supplies.source[pegs.supply[row]])
        if place in wanted:
            demand = int(needs.source[pegs.requirement[row]])
            found[place].append(done.given.asked[done.demand_place[demand]].label)
    return {place: tuple(sorted(set(labels))) for place, labels in found.items()}
