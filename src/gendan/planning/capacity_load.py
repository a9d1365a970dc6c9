"""What work centres have to do: planned orders by routing and the steps of work orders, by week.

Planned orders of the live plan and open work orders are dated backward from their due day
(engine/loading.py), whatever else their work centres have to do.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil
from typing import Any

import numpy as np

from gendan.catalog.models import RoutingStep
from gendan.engine.loading import Loaded, Work, load
from gendan.kernel import clock
from gendan.planning.capacity import SCALE, Capacity, Ints, capacity_by_day
from gendan.planning.models import PlannedOrder
from gendan.production.models import WorkOrder, WorkStep

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
    ready_on: dt.date | None  # of planned orders: when the plan says it can be, for its material
    demands: tuple[str, ...] = ()


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

    `behind`: what of the load should have begun before today.
    """

    week: dt.date  # its Monday
    load: float
    capacity: float
    behind: float

    @property
    def percent(self) -> int | None:
        """Load as a share of capacity, rounded up; None where there is none."""
        return ceil(round(self.load / self.capacity * 100, 6)) if self.capacity else None

    @property
    def level(self) -> str:
        """none, free, fine, tight, over; closed: no capacity; stuck: load and no capacity."""
        percent = self.percent
        if percent is None:
            return "stuck" if self.load else "closed"
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
    """The load of all work centres from today until a day at least. 10 queries.

    `moved`: work orders, by id, that are looked at as if they were due on another day.
    """
    today = clock.today()
    planned, steps = _planned(until + MARGIN)
    firm, firm_steps = _firm()
    days = moved or {}
    firm = [replace(one, due_on=days.get(one.pk, one.due_on)) for one in firm]
    makers = [*planned, *firm]
    last = max([until, *(one.due_on for one in makers)]) + BEYOND
    capacity = capacity_by_day(today, min(last, today + LONGEST))
    work, names = _work(makers, steps, firm_steps, capacity)
    return Load(capacity, makers, work, load(work, capacity.amounts), names)


def weeks_from(day: dt.date, count: int) -> list[dt.date]:
    """The Mondays of so many weeks, the first being the week of the day."""
    monday = day - dt.timedelta(days=day.weekday())
    return [monday + dt.timedelta(weeks=number) for number in range(count)]


def by_week(found: Load, weeks: Sequence[dt.date]) -> dict[int, list[Cell]]:
    """By work centre id, its cells of these consecutive weeks; the present week begins today."""
    count = len(weeks)
    week_of = (np.arange(found.capacity.days) + (found.today - weeks[0]).days) // 7
    inside = (week_of >= 0) & (week_of < count)
    size = len(found.capacity.centers)
    can = np.zeros((size, count), np.int64)
    np.add.at(can.T, week_of[inside], found.capacity.amounts.T[inside])
    week = week_of[found.loaded.row_day]
    behind = found.loaded.is_forward[found.work.order[found.loaded.row_operation]]
    whole, late = (
        _sums(found, week, which & (week >= 0) & (week < count), (size, count))
        for which in (np.ones(week.size, bool), behind)
    )
    return {
        center.pk: [
            Cell(weeks[w], *(float(one[row, w]) / SCALE for one in (whole, can, late)))
            for w in range(count)
        ]
        for row, center in enumerate(found.capacity.centers)
    }


def _sums(found: Load, week: Ints, which: Any, shape: tuple[int, int]) -> Ints:
    total = np.zeros(shape, np.int64)
    center = found.work.center[found.loaded.row_operation]
    np.add.at(total, (center[which], week[which]), found.loaded.row_amount[which])
    return total


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
    columns = (total, found.capacity.amounts[row], found.capacity.usual[row])
    begin = max((first - found.today).days, 0)
    end = min((last - found.today).days + 1, found.capacity.days)
    return [
        DayLoad(found.capacity.day(day), *(int(one[day]) / SCALE for one in columns))
        for day in range(begin, end)
    ]


# --- reading --------------------------------------------------------------------------------

_Step = tuple[int, str, float, float]  # work centre id, name, set-up minutes, minutes a piece


def _planned(until: dt.date) -> tuple[list[Maker], dict[int, list[_Step]]]:
    """Planned orders that are made, of items that have a routing, and the routings. 2 queries."""
    steps: dict[int, list[_Step]] = defaultdict(list)
    rows = RoutingStep.objects.filter(routing__is_current=True).order_by("routing", "sequence")
    for item_id, center_id, name, setup, run in rows.values_list(
        "routing__item_id", "work_center_id", "name", "setup_minutes", "run_minutes_per_unit"
    ):
        steps[item_id].append((center_id, name, float(setup), float(run)))
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
        if item_id in steps
    ]
    return makers, steps


def _firm() -> tuple[list[Maker], dict[int, list[tuple[int, str, Decimal]]]]:
    """Open work orders that have steps, and the steps by work order. 2 queries."""
    steps: dict[int, list[tuple[int, str, Decimal]]] = defaultdict(list)
    rows = WorkStep.objects.filter(work_order__state__in=WorkOrder.OPEN)
    for pk, center_id, name, minutes in rows.order_by("work_order", "sequence").values_list(
        "work_order_id", "work_center_id", "name", "minutes"
    ):
        steps[pk].append((center_id, name, minutes))
    orders = WorkOrder.objects.filter(state__in=WorkOrder.OPEN).order_by("due_on", "pk")
    columns = ("pk", "number", "item_id", "quantity", "starts_on", "due_on", "demands")
    makers = [
        Maker(True, pk, number, item_id, quantity, starts_on, due_on, None, tuple(demands))
        for pk, number, item_id, quantity, starts_on, due_on, demands in orders.values_list(
            *columns
        )
        if pk in steps
    ]
    return makers, steps


def _work(
    makers: Sequence[Maker],
    routings: dict[int, list[_Step]],
    steps: dict[int, list[tuple[int, str, Decimal]]],
    capacity: Capacity,
) -> tuple[Work, list[str]]:
    order: list[int] = []
    center: list[int] = []
    amount: list[int] = []
    names: list[str] = []
    for place, one in enumerate(makers):
        for center_id, name, minutes in _steps_of(one, routings, steps):
            order.append(place)
            center.append(capacity.place[center_id])
            amount.append(round(minutes * SCALE))
            names.append(name)
    due = [(one.due_on - capacity.first).days for one in makers]
    columns = (np.array(one, np.int64) for one in (order, center, amount, due))
    return Work(*columns), names


def _steps_of(
    one: Maker,
    routings: dict[int, list[_Step]],
    steps: dict[int, list[tuple[int, str, Decimal]]],
) -> Iterable[tuple[int, str, float]]:
    """(work centre id, name, minutes) of each operation of an order."""
    if one.is_firm:
        return [(center_id, name, float(minutes)) for center_id, name, minutes in steps[one.pk]]
    quantity = float(one.quantity)
    return [
        (center_id, name, setup + run * quantity)
        for center_id, name, setup, run in routings[one.item_id]
    ]
