"""What work centres have to do: planned orders by routing and the steps of work orders, by week.

Planned orders of the live plan and open work orders are dated backward from their due day
(engine/loading.py), whatever else their work centres have to do.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

import numpy as np

from gendan.catalog.makings import makings
from gendan.catalog.queries import calendar
from gendan.engine.calendars import CalendarEnds, WorkCalendar
from gendan.engine.loading import Loaded, Work, load
from gendan.kernel import clock
from gendan.planning.capacity import SCALE, Capacity, Ints, capacity_by_day
from gendan.planning.models import PlanDemand, PlannedOrder
from gendan.production.models import Component, WorkOrder
from gendan.production.queries import COMPONENT, moved_start, open_steps
from gendan.production.styles import styles_of

# Orders to be released so long after the days shown are not read: their work lies later.
MARGIN = dt.timedelta(days=60)
# So long after the last due day late work is dated; what ends later is "not within a year".
BEYOND = dt.timedelta(days=180)
LONGEST = dt.timedelta(days=3 * 366)
FINE, TIGHT = 85, 100  # percent; above TIGHT it is too much


@dataclass(frozen=True, slots=True)
class Maker:
    """An order that loads work centres: a planned one (number "") or a work order."""

    is_firm: bool
    pk: int
    number: str
    item_id: int
    quantity: Decimal
    release_on: dt.date
    due_on: dt.date
    # When it can be ready for its material, as the live plan says; None: nobody knows, or never.
    ready_on: dt.date | None
    demands: tuple[str, ...] = ()
    never: bool = False  # the live plan finds no material for it at all
    # A work order's own day, where `due_on` is the day the live plan needs its goods.
    own_due_on: dt.date | None = None


@dataclass(frozen=True, eq=False)
class Load:
    """All operations with their dates; day 0 is today. `names` (n): each operation's name."""

    capacity: Capacity
    makers: list[Maker]
    work: Work
    loaded: Loaded
    names: list[str]

    @property
    def today(self) -> dt.date:
        """The first day."""
        return self.capacity.first


@dataclass(frozen=True, slots=True)
class Cell:
    """Load against capacity of a work centre in a week, in minutes.

    `behind`: what of the load should have begun before today. `is_rest`: its days are days off
    anyway. `late`: orders needed then that are late because of the work centre, by the schedule.
    `more`: what of the capacity is overtime, extra shifts and second lines.
    """

    week: dt.date  # its Monday
    load: float
    capacity: float
    behind: float
    is_rest: bool = False
    late: int = 0
    more: float = 0.0

    @property
    def percent(self) -> int | None:
        """Load as a share of capacity, rounded up; None where there is none."""
        return ceil(round(self.load / self.capacity * 100, 6)) if self.capacity else None

    @property
    def level(self) -> str:
        """none, free, fine, tight, over; rest: days off; closed: other days without capacity;
        stuck: load and no capacity."""
        percent = self.percent
        if percent is None and not self.load:
            return "rest" if self.is_rest else "closed"
        if percent is None:
            return "stuck"
        if percent > TIGHT:
            return "over"
        if percent > FINE:
            return "tight"
        return "fine" if percent > FINE / 2 else ("free" if self.load else "none")


@dataclass(frozen=True, slots=True)
class DayLoad:
    """Load against capacity of a work centre on a day, in minutes; `usual`: without changes."""

    on: dt.date
    load: float
    capacity: float
    usual: float


def read_load(until: dt.date, moved: Mapping[int, dt.date] | None = None) -> Load:
    """The load of all work centres from today until a day at least. 12 queries.

    `moved`: work orders, by id, that are looked at as if they were due on another day.
    """
    today = clock.today()
    planned, steps = _planned(until + MARGIN)
    firm, firm_steps = _firm(moved or {}, today)
    makers = [*planned, *firm]
    last = max([until, *(one.due_on for one in makers)]) + BEYOND
    capacity = capacity_by_day(today, min(last, today + LONGEST))
    work, names = _work(makers, steps, firm_steps, capacity)
    return Load(capacity, makers, work, load(work, capacity.amounts), names)


def weeks_from(day: dt.date, count: int) -> list[dt.date]:
    """The Mondays of so many weeks, the first being the week of the day."""
    monday = clock.monday_of(day)
    return [monday + dt.timedelta(weeks=number) for number in range(count)]


def by_week(found: Load, weeks: Sequence[dt.date]) -> dict[int, list[Cell]]:
    """By work centre id, its cells of these consecutive weeks; the present week begins today."""
    count = len(weeks)
    whole, can = week_sums(found, weeks[0], count)
    behind = found.loaded.is_forward[found.work.order[found.loaded.row_operation]]
    late, _can = week_sums(found, weeks[0], count, behind)
    usual, more = (
        _by_week(found.capacity, one, weeks) for one in (found.capacity.usual, found.capacity.more)
    )
    return {
        center.pk: [
            Cell(
                weeks[w],
                load=float(whole[row, w]) / SCALE,
                capacity=float(can[row, w]) / SCALE,
                behind=float(late[row, w]) / SCALE,
                is_rest=not usual[row, w],
                more=float(more[row, w]) / SCALE,
            )
            for w in range(count)
        ]
        for row, center in enumerate(found.capacity.centers)
    }


def cells_of(
    capacity: Capacity,
    has: Ints,
    weeks: Sequence[dt.date],
    late: Mapping[tuple[int, int], int],
) -> dict[int, list[Cell]]:
    """By work centre id its cells, of loads by day (work centres × days) and of what is late by
    (work centre id, number of the week)."""
    columns = (has, capacity.amounts, capacity.usual, capacity.more)
    loads, can, usual, more = (_by_week(capacity, one, weeks) for one in columns)
    return {
        center.pk: [
            Cell(
                week=weeks[w],
                load=float(loads[row, w]) / SCALE,
                capacity=float(can[row, w]) / SCALE,
                behind=0.0,
                is_rest=not usual[row, w],
                late=late.get((center.pk, w), 0),
                more=float(more[row, w]) / SCALE,
            )
            for w in range(len(weeks))
        ]
        for row, center in enumerate(capacity.centers)
    }


def _by_week(capacity: Capacity, days: Ints, weeks: Sequence[dt.date]) -> Ints:
    """Amounts by day (work centres × days) summed up by week."""
    found = np.zeros((days.shape[0], len(weeks)), np.int64)
    week_of = (np.arange(capacity.days) + (capacity.first - weeks[0]).days) // 7
    inside = (week_of >= 0) & (week_of < len(weeks))
    np.add.at(found.T, week_of[inside], days.T[inside])
    return found


def first_week(capacity: Capacity) -> dt.date:
    """The Monday from which on weeks are shown: the first in which any work centre works, by its
    calendar or because of a change; the present one where none ever does."""
    works = (capacity.usual > 0) | (capacity.amounts > 0)
    days = np.flatnonzero(works.any(axis=0)) if works.size else np.zeros(0, np.int64)
    return clock.monday_of(capacity.day(int(days[0])) if days.size else capacity.first)


def week_of_days(found: Load, monday: dt.date) -> Ints:
    """For each day looked at, how many weeks after the week of `monday` it is."""
    return (np.arange(found.capacity.days) + (found.today - monday).days) // 7


def week_sums(found: Load, monday: dt.date, count: int, which: Any = None) -> tuple[Ints, Ints]:
    """Load and capacity of so many weeks from a Monday on (work centres × weeks, amounts).

    `which`: of the rows of `found.loaded`, those whose load counts; without it all.
    """
    shape = (len(found.capacity.centers), count)
    has, can = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    week_of = week_of_days(found, monday)
    inside = (week_of >= 0) & (week_of < count)
    np.add.at(can.T, week_of[inside], found.capacity.amounts.T[inside])
    loaded, week = found.loaded, week_of[found.loaded.row_day]
    rows = (week >= 0) & (week < count)
    rows &= True if which is None else which
    center = found.work.center[loaded.row_operation[rows]]
    np.add.at(has, (center, week[rows]), loaded.row_amount[rows])
    return has, can


def makers_of(
    found: Load, center_id: int, first: dt.date, last: dt.date
) -> list[tuple[Maker, float]]:
    """What loads a work centre from first to last, and with how many minutes; the most first."""
    loaded, operation = found.loaded, found.loaded.row_operation
    begin, end = (first - found.today).days, (last - found.today).days
    here = found.work.center[operation] == found.capacity.place[center_id]
    here &= (loaded.row_day >= begin) & (loaded.row_day <= end)
    total = np.zeros(len(found.makers), np.int64)
    np.add.at(total, found.work.order[operation[here]], loaded.row_amount[here])
    order = np.argsort(-total, kind="stable")
    return [(found.makers[one], int(total[one]) / SCALE) for one in order.tolist() if total[one]]


def by_day(found: Load, center_id: int, first: dt.date, last: dt.date) -> list[DayLoad]:
    """The days of a work centre from first to last, beginning today at the earliest."""
    row = found.capacity.place[center_id]
    here = found.work.center[found.loaded.row_operation] == row
    total = np.zeros(found.capacity.days, np.int64)
    np.add.at(total, found.loaded.row_day[here], found.loaded.row_amount[here])
    return days_of(found.capacity, total, center_id, first, last)


def days_of(
    capacity: Capacity, total: Ints, center_id: int, first: dt.date, last: dt.date
) -> list[DayLoad]:
    """Days of a work centre with what loads them (`total`, by day), as far as looked at."""
    row = capacity.place[center_id]
    columns = (total, capacity.amounts[row], capacity.usual[row])
    begin = max((first - capacity.first).days, 0)
    end = min((last - capacity.first).days + 1, capacity.days)
    return [
        DayLoad(capacity.day(day), *(int(one[day]) / SCALE for one in columns))
        for day in range(begin, end)
    ]


# --- reading --------------------------------------------------------------------------------

_Steps = dict[int, list[tuple[int, str, int]]]  # work centre id, name, work


def _planned(until: dt.date) -> tuple[list[Maker], _Steps]:
    """Planned orders that are made, of items that have a routing, and their steps by order.

    2 queries, 3 where styles are learned.
    """
    routings = makings()
    styles = styles_of(routings)
    orders = PlannedOrder.objects.filter(
        run__is_live=True,
        state=PlannedOrder.State.PLANNED,
        kind=PlannedOrder.Kind.MAKE,
        release_on__lte=until,
    )
    columns = ("pk", "item_id", "quantity", "release_on", "due_on", "ready_on")
    makers = [
        Maker(False, pk, "", item_id, quantity, release_on, due_on, ready_on)
        for pk, item_id, quantity, release_on, due_on, ready_on in orders.order_by(
            "due_on", "pk"
        ).values_list(*columns)
        if item_id in routings
    ]
    steps = {
        one.pk: [
            (making.center_id, making.name, making.work(one.quantity))
            for making in styles.following(routings[one.item_id], one.due_on, one.quantity)
        ]
        for one in makers
    }
    return makers, steps


def _firm(
    moved: Mapping[int, dt.date], today: dt.date
) -> tuple[list[Maker], dict[int, list[tuple[int, str, Decimal]]]]:
    """Open work orders that have steps, with what is still to be made, and what is left of the
    steps by work order. 5 queries.

    One that is moved keeps its working days, as `move_work_order` would let it.
    """
    steps: dict[int, list[tuple[int, str, Decimal]]] = defaultdict(list)
    for step in open_steps():
        if step.minutes > 0:
            steps[step.work_order_id].append((step.work_center_id, step.name, step.minutes))
    material, days = _material_days(), calendar(None)
    orders = WorkOrder.objects.filter(state__in=WorkOrder.OPEN).order_by("due_on", "pk")
    columns = ("pk", "number", "item_id", "quantity", "starts_on", "due_on", "demands")
    makers = []
    for pk, number, item_id, quantity, starts_on, due_on, demands, received in orders.values_list(
        *columns, "expected__received"
    ):
        if pk not in steps:
            continue
        if pk in moved:
            starts_on = moved_start(starts_on, due_on, moved[pk], days, today)
            due_on = moved[pk]
        there = material.get(pk, NO_MATERIAL)
        ready_on = _ready(starts_on, due_on, there, days, today) if there else None
        left = max(quantity - received, Decimal(0))
        row = (pk, number, item_id, left, starts_on, due_on, ready_on)
        makers.append(Maker(True, *row, demands=tuple(demands), never=there is None))
    return makers, steps


NO_MATERIAL = dt.date.min  # nothing is waited for


def _material_days() -> dict[int, dt.date | None]:
    """By work order: when the live plan has the last of its components; None: never. 1 query.

    Those whose components the live plan does not know are left out.
    """
    rows = PlanDemand.objects.filter(
        run__is_live=True, name__startswith=COMPONENT, quantity__gt=0
    ).values_list("name", "ready_on")
    by_component = {int(name.removeprefix(COMPONENT)): ready for name, ready in rows}
    found: dict[int, dt.date | None] = {}
    components = Component.objects.filter(work_order__state__in=WorkOrder.OPEN)
    for pk, order_id in components.values_list("pk", "work_order_id"):
        if pk in by_component:
            ready, known = by_component[pk], found.get(order_id, NO_MATERIAL)
            found[order_id] = max(ready, known) if ready and known else None
    return found


def _ready(
    starts_on: dt.date, due_on: dt.date, there: dt.date, days: WorkCalendar, today: dt.date
) -> dt.date | None:
    """When a work order can be ready for its material: later by the working days it waits."""
    begin = max(starts_on, today)
    if there <= begin:
        return due_on
    try:
        return days.add_days(max(due_on, today), days.count(begin, there))
    except CalendarEnds:
        return None


def _work(
    makers: Sequence[Maker],
    planned: _Steps,
    firm: dict[int, list[tuple[int, str, Decimal]]],
    capacity: Capacity,
) -> tuple[Work, list[str]]:
    order: list[int] = []
    center: list[int] = []
    amount: list[int] = []
    names: list[str] = []
    for place, one in enumerate(makers):
        for center_id, name, work in _steps_of(one, planned, firm):
            order.append(place)
            center.append(capacity.place[center_id])
            amount.append(work)
            names.append(name)
    due = [(one.due_on - capacity.first).days for one in makers]
    columns = (np.array(one, np.int64) for one in (order, center, amount, due))
    return Work(*columns), names


def _steps_of(
    one: Maker, planned: _Steps, firm: dict[int, list[tuple[int, str, Decimal]]]
) -> Iterable[tuple[int, str, int]]:
    """(work centre id, name, work) of each operation of an order."""
    if not one.is_firm:
        return planned[one.pk]
    return [(center_id, name, round(left * SCALE)) for center_id, name, left in firm[one.pk]]
