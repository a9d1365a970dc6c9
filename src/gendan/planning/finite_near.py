"""What lies near a planned order in the live plan's schedule: whoever moves if it is moved.

To say what fixing one order would change, not the whole company is dated anew. Near are what it is
made of on all levels, the planned orders worked on at its work centres around its days, now and
then, and what those are made of. All others keep their dates: what they take of work centres is
taken off, and their beginnings and ends limit those that are near.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet

from gendan.catalog.models import Item
from gendan.catalog.queries import calendar
from gendan.engine.schedule.tasks import Shopfloor, Task
from gendan.engine.schedule.workshop import NEVER
from gendan.kernel import clock
from gendan.planning.assumed import assumed
from gendan.planning.capacity import SCALE, Capacity, capacity_by_day
from gendan.planning.finite import BEYOND, LONGEST, Step, crews_of
from gendan.planning.finite_load import Spans, by_days, spans_of
from gendan.planning.learned import operations_of_planned
from gendan.planning.models import (
    Peg,
    PlannedOrder,
    ScheduledOperation,
    ScheduledOrder,
)
from gendan.planning.queries import assumptions_in_force

BEFORE, AFTER = dt.timedelta(days=28), dt.timedelta(days=7)  # how far near is
MOST_BESIDE = 200  # orders at the same work centres that may make way: the nearest ones
MOST_NEAR = 900  # orders that are dated anew
MOST_LEVELS = 30


@dataclass(frozen=True, slots=True)
class Part:
    """A planned order near, with its days by the live plan; bought ones have no steps."""

    order_id: int
    item_id: int
    needed_on: dt.date
    starts_on: dt.date | None
    ends_on: dt.date | None
    is_fixed: bool
    approved_on: dt.date | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, eq=False)
class Near:
    """The orders that are near, the one looked at first, as tasks.

    `own_days`: of that one, the days of each step by the live plan, by the step's place. `beside`:
    how many orders at the same work centres may make way.
    """

    capacity: Capacity
    floor: Shopfloor
    parts: list[Part]
    own_days: dict[int, tuple[dt.date, dt.date]]
    tasks: list[Task]
    beside: int

    def day(self, place: int) -> dt.date | None:
        """The date of a day; None: not within the days looked at."""
        return self.capacity.day(place) if 0 <= place < self.floor.days else None


def near(order: PlannedOrder, ends_on: dt.date, centers: Iterable[int]) -> Near | None:
    """What is near an order that is to end on another day; None: nothing of it is scheduled.

    `centers`: work centres it would be made at besides. About 20 queries and one for each level of
    what things are made of, whatever the size.
    """
    own = ScheduledOrder.objects.filter(order=order).first()
    rows = list(_operations(order.run_id, [order.pk])) if own is not None else []
    if own is None or not rows:
        return None
    run_id, today = order.run_id, clock.today()
    here = {row.work_center_id for row in rows} | set(centers)
    below = _below(run_id, [order.pk], set(), MOST_NEAR)
    beside = [pk for pk in _nearest(run_id, own, ends_on, here) if pk not in below]
    chosen = list(dict.fromkeys([order.pk, *below, *beside]))
    chosen += _below(run_id, chosen, set(chosen), max(MOST_NEAR - len(chosen), 0))
    spans = spans_of(run_id)
    parts = _parts(run_id, chosen, spans)
    last = max([ends_on, *(ends for _center, _starts, ends in spans)]) + dt.timedelta(days=BEYOND)
    capacity = capacity_by_day(today, min(last, today + dt.timedelta(days=LONGEST)))
    return Near(
        capacity=capacity,
        floor=_floor(capacity, spans),
        parts=parts,
        own_days={row.place: (row.starts_on, row.ends_on) for row in rows},
        tasks=_Tasks(parts, capacity).all(),
        beside=len(beside),
    )


def steps_of_routing(order: PlannedOrder) -> list[Step]:
    """The steps of a planned order by the routing in force, whatever was decided of it."""
    return [
        Step(one.center_id, one.name, one.work(order.quantity))
        for one in operations_of_planned([order])[order.pk]
    ]


def _operations(run_id: int, order_ids: Collection[int]) -> "QuerySet[ScheduledOperation]":
    rows = ScheduledOperation.objects.filter(run=run_id, scheduled__order__in=order_ids)
    return rows.order_by("scheduled_id", "place")


def _nearest(
    run_id: int, own: ScheduledOrder, ends_on: dt.date, centers: Collection[int]
) -> list[int]:
    """The orders that may make way, the nearest in days first. What is firm or fixed does not."""
    days = [day for day in (own.starts_on, own.ends_on, ends_on) if day is not None]
    rows = ScheduledOperation.objects.filter(
        run=run_id,
        work_center__in=centers,
        starts_on__lte=max(days) + AFTER,
        ends_on__gte=min(days) - BEFORE,
        scheduled__order__state=PlannedOrder.State.PLANNED,
        scheduled__is_fixed=False,
    ).exclude(scheduled=own.pk)
    away: dict[int, int] = {}
    columns = ("scheduled__order_id", "starts_on", "ends_on")
    for pk, starts_on, until in rows.order_by().values_list(*columns):
        now = min(max((starts_on - day).days, (day - until).days, 0) for day in days)
        away[pk] = min(away.get(pk, now), now)
    return sorted(away, key=lambda pk: (away[pk], pk))[:MOST_BESIDE]


def _below(run_id: int, order_ids: Collection[int], known: set[int], most: int) -> list[int]:
    """What these are made of, level by level, as far as it is planned; at most so many."""
    found: dict[int, None] = {}
    front = set(order_ids)
    pegs = Peg.objects.filter(run=run_id, order__state=PlannedOrder.State.PLANNED).order_by()
    for _level in range(MOST_LEVELS):
        if not front or len(found) >= most:
            break
        rows = pegs.filter(parent__in=front).values_list("order_id", flat=True)
        front = set(rows.distinct()) - known - found.keys()
        found |= dict.fromkeys(sorted(front))
    return list(found)[:most]


def _parts(run_id: int, chosen: Collection[int], spans: Spans) -> list[Part]:
    """The orders with their steps, which are taken off `spans`. 3 queries."""
    steps: dict[int, list[Step]] = defaultdict(list)
    for row in _operations(run_id, chosen):
        amount = round(row.minutes * SCALE)
        spans[row.work_center_id, row.starts_on, row.ends_on] -= amount
        steps[row.scheduled_id].append(Step(row.work_center_id, row.name, amount))
    rows = ScheduledOrder.objects.filter(order__in=chosen)
    columns = ("order_id", "pk", "starts_on", "ends_on", "is_fixed", "approved_on")
    scheduled = {row[0]: row[1:] for row in rows.values_list(*columns)}
    orders = PlannedOrder.objects.in_bulk(chosen)
    found = []
    for order_id in chosen:
        one = orders[order_id]
        pk, starts_on, ends_on, is_fixed, approved_on = scheduled.get(
            order_id, (0, one.release_on, one.ready_on, False, None)
        )
        days = (one.due_on, starts_on, ends_on)
        found.append(Part(order_id, one.item_id, *days, is_fixed, approved_on, tuple(steps[pk])))
    return found


# --- what the others take ---------------------------------------------------------------------


def _floor(capacity: Capacity, spans: Spans) -> Shopfloor:
    """What work centres and their people have left besides what these spans take."""
    amounts = capacity.amounts.tolist()
    crews = crews_of(capacity)
    by_center: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for (center_id, first, last), amount in spans.items():
        end = (last - capacity.first).days
        if amount > 0 and end >= 0 and center_id in capacity.place:
            begin = max((first - capacity.first).days, 0)
            by_center[capacity.place[center_id]].append((begin, end, amount))
    for place, given in by_center.items():
        for day, amount in by_days(given, amounts[place]):
            amounts[place][day] -= amount
            if crews is not None and crews.group[place] >= 0:
                present: Any = crews.present[crews.group[place]]
                taken = -(-amount * crews.share[place] // 100)
                present[day] = max(present[day] - taken, 0)
    return Shopfloor(amounts, _works(capacity), crews, capacity.usual.tolist())


def _works(capacity: Capacity) -> list[bool]:
    """The company's working days."""
    first = capacity.first.toordinal()
    days = np.arange(first, first + capacity.days, dtype=np.int64)
    return [bool(one) for one in np.asarray(calendar(None).is_working(days))]


# --- what limits those that are near ----------------------------------------------------------


class _Tasks:
    """Orders near as tasks: linked by pegs among each other, limited by all other orders."""

    def __init__(self, parts: list[Part], capacity: Capacity) -> None:
        self.parts, self.capacity = parts, capacity
        self.place_of = {one.order_id: place for place, one in enumerate(parts)}
        self.due = [NEVER] * len(parts)
        self.ready = [0] * len(parts)
        self.makers: list[list[int]] = [[] for _ in parts]

    def all(self) -> list[Task]:
        self._consumers()
        self._makers()
        leads = _leads({one.item_id for one in self.parts})
        row, days = self.capacity.place, self.capacity.days
        approved = [self._day(one.approved_on) if one.approved_on else 0 for one in self.parts]
        return [
            Task(
                self.due[place],
                min(max(self.ready[place], approved[place]), days),
                leads[one.item_id],
                tuple((row[step.center_id], step.amount) for step in one.steps),
                tuple(self.makers[place]),
                self._day(one.ends_on) if one.is_fixed and one.ends_on else -1,
                min(approved[place], days),
            )
            for place, one in enumerate(self.parts)
        ]

    def _day(self, day: dt.date) -> int:
        return max((day - self.capacity.first).days, 0)

    def _consumers(self) -> None:
        """By when each is asked for by what is not near."""
        pegs = Peg.objects.filter(order__in=list(self.place_of))
        columns = ("order_id", "parent_id", "parent__release_on", "demand__needed_on")
        rows = list(pegs.values_list(*columns))
        begins = _dates("starts_on", {row[1] for row in rows} - self.place_of.keys())
        for order_id, parent_id, release_on, needed_on in rows:
            place = self.place_of[order_id]
            if parent_id in self.place_of:
                continue
            day = needed_on or begins.get(parent_id) or release_on
            self.due[place] = min(self.due[place], self._day(day or self.parts[place].needed_on))

    def _makers(self) -> None:
        """Who near makes what each takes, and from when the rest of it is there."""
        there = (Peg.Kind.STOCK, Peg.Kind.RESERVED)
        pegs = Peg.objects.filter(parent__in=list(self.place_of)).exclude(kind__in=there)
        rows = list(pegs.values_list("parent_id", "order_id", "ready_on"))
        ends = _dates("ends_on", {row[1] for row in rows} - self.place_of.keys())
        for parent_id, order_id, ready_on in rows:
            place = self.place_of[parent_id]
            if order_id in self.place_of:
                self.makers[place].append(self.place_of[order_id])
                continue
            day = ends.get(order_id) or ready_on
            ready = self._day(day) if day is not None else self.capacity.days
            self.ready[place] = max(self.ready[place], ready)


def _dates(name: str, order_ids: Collection[Any]) -> Mapping[int, dt.date]:
    """A date of the schedule by planned order. 1 query."""
    wanted = [one for one in order_ids if one is not None]
    return dict(ScheduledOrder.objects.filter(order__in=wanted).values_list("order_id", name))


def _leads(item_ids: Collection[int]) -> dict[int, int]:
    """Lead times in working days, as the live plan assumes them. 2 queries."""
    found = dict(Item.objects.filter(pk__in=item_ids).values_list("pk", "lead_days"))
    changed = assumed(assumptions_in_force()).lead_days
    return found | {pk: days for pk, days in changed.items() if pk in found}
