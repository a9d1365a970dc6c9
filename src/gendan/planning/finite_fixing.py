"""What would be if a planned order were fixed to a day or a work centre: read, never written.

The live plan's schedule against one in which the order is fixed, of what lies near it
(finite_near.py): a web request must not wait for a plan of the company.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace

from gendan.engine.schedule.dating import date_orders
from gendan.engine.schedule.tasks import Dated
from gendan.orders.demands import line_ids_of
from gendan.orders.models import Line
from gendan.planning.finite_near import Near, near, steps_of_routing
from gendan.planning.models import PlannedOrder
from gendan.planning.tracing import lines_served

Days = tuple[dt.date | None, dt.date | None]
MOST_TRACED = 60  # orders whose customers are looked up: what gets worse comes first


@dataclass(frozen=True)
class Moved:
    """A planned order that would be made on other days.

    `is_worse`, `is_better`: too late for what takes it then and not now, or the other way round.
    `orders`: the customer orders it is made for, through all levels.
    """

    item_id: int
    needed_on: dt.date
    was: Days
    then: Days
    is_worse: bool
    is_better: bool
    orders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """A step of the order now and then: where, and its days."""

    name: str
    was_center_id: int
    then_center_id: int
    was: Days
    then: Days


@dataclass(frozen=True)
class FixedThen:
    """What differs: the order's operations, and other orders that move, worse ones first.

    None of `own`: the live plan does not schedule the order. `looked_at`: how many others could
    have made way; all others were taken to keep their days.
    """

    own: Moved | None
    operations: list[Operation]
    others: list[Moved]
    looked_at: int = 0

    @property
    def worse(self) -> list[Moved]:
        """Other orders that would be late and are not."""
        return [one for one in self.others if one.is_worse]

    @property
    def better(self) -> list[Moved]:
        """Other orders that would not be late any more."""
        return [one for one in self.others if one.is_better]


def preview_fixed(
    order: PlannedOrder,
    *,
    ends_on: dt.date,
    from_center_id: int | None = None,
    to_center_id: int | None = None,
) -> FixedThen:
    """What the live plan's schedule would be with the order fixed. About 30 queries.

    What is near is dated twice in the same way, with and without the fix, so that only what the fix
    does shows as a difference.
    """
    centers = [to_center_id] if to_center_id is not None else []
    found = near(order, ends_on, centers)
    if found is None:
        return FixedThen(None, [], [])
    then_steps = [
        replace(one, center_id=to_center_id)
        if to_center_id is not None and one.center_id == from_center_id
        else one
        for one in steps_of_routing(order)
        if one.center_id in found.capacity.place
    ]
    own = found.tasks[0]._replace(
        steps=tuple((found.capacity.place[one.center_id], one.amount) for one in then_steps),
        held=max((ends_on - found.capacity.first).days, 0),
    )
    before = date_orders(found.tasks, found.floor)
    after = date_orders([own, *found.tasks[1:]], found.floor)
    changed = [
        place
        for place, one in enumerate(found.parts)
        if place and one.steps and _differs(found, before, after, place)
    ]
    changed.sort(key=lambda place: _rank(found, before, after, place))
    named = _customers([found.parts[place].order_id for place in [0, *changed[:MOST_TRACED]]])
    moved = [_moved(found, before, after, place, named) for place in (0, *changed)]
    steps = found.parts[0].steps
    operations = [
        Operation(
            name=one.name,
            was_center_id=steps[number].center_id if number < len(steps) else one.center_id,
            then_center_id=one.center_id,
            was=found.own_days.get(number, (None, None)),
            then=_days_of(found, after, number),
        )
        for number, one in enumerate(then_steps)
    ]
    return FixedThen(moved[0], operations, moved[1:], found.beside)


def _differs(found: Near, before: Dated, after: Dated, place: int) -> bool:
    """Whether the fix moves it, and not to where the live plan has it anyway."""
    then = _span(found, after, place)
    return _span(found, before, place) != then and _live(found, place) != then


def _days_of(found: Near, dated: Dated, step: int) -> Days:
    days = [day for number, day, _amount in dated.work[0] if number == step]
    return (found.day(days[0]), found.day(days[-1])) if days else (None, None)


def _span(found: Near, dated: Dated, place: int) -> Days:
    """The day an order is begun and what it takes is there, and the day it is ready."""
    return found.day(dated.start[place]), found.day(dated.end[place])


def _live(found: Near, place: int) -> Days:
    one = found.parts[place]
    return one.starts_on, one.ends_on


def _verdict(before: Dated, after: Dated, place: int) -> tuple[bool, bool]:
    """(gets worse, gets better) for what takes it."""
    was, now = place in before.bound, place in after.bound
    later = after.end[place] > before.end[place]
    return now and (not was or later), was and not now


def _rank(found: Near, before: Dated, after: Dated, place: int) -> tuple[bool, bool, dt.date, int]:
    is_worse, is_better = _verdict(before, after, place)
    return not is_worse, not is_better, found.parts[place].needed_on, place


def _moved(
    found: Near, before: Dated, after: Dated, place: int, named: dict[int, tuple[str, ...]]
) -> Moved:
    one = found.parts[place]
    is_worse, is_better = _verdict(before, after, place)
    return Moved(
        item_id=one.item_id,
        needed_on=one.needed_on,
        was=_live(found, place),
        then=_span(found, after, place),
        is_worse=is_worse,
        is_better=is_better,
        orders=named.get(one.order_id, ()),
    )


def _customers(order_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """By planned order the numbers of the customer orders it is made for. A query a level."""
    orders = PlannedOrder.objects.filter(pk__in=order_ids)
    served = lines_served(orders)
    ids = {pk for names in served.values() for pk in line_ids_of(names)}
    numbers = dict(Line.objects.filter(pk__in=ids).values_list("pk", "order__number"))
    found: dict[int, set[str]] = defaultdict(set)
    for pk, names in served.items():
        found[pk] |= {numbers[one] for one in line_ids_of(names) if one in numbers}
    return {pk: tuple(sorted(one)) for pk, one in found.items()}
