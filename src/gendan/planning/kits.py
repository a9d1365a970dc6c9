"""Whether work orders and planned ones have all they need (齐套): material, people, machines.

Material as the live plan has pegged it, so that nothing is promised twice; what the plan does not
know yet is counted from free stock and expected goods. People and machines are looked at for each
order alone, in its own days: whether several together are too much says the capacity page.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import Any

import numpy as np
from django.db.models import QuerySet

from gendan.catalog.models import WorkCenter
from gendan.inventory.queries import Availability, availability
from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.planning.capacity import SCALE, Capacity, Ints, capacity_by_day
from gendan.planning.capacity_people import Presence
from gendan.planning.learned import operations_of_planned
from gendan.planning.models import CapacityChange, Crew, Peg, PlanDemand, PlannedOrder, PlanRun
from gendan.production.models import WorkOrder
from gendan.production.queries import OpenComponent, open_components, open_steps
from gendan.workforce.models import Department

MATERIAL, PEOPLE, MACHINE = "material", "people", "machine"
NOTHING = Decimal(0)
AHEAD = dt.timedelta(days=60)  # so long after the last due day people and machines are looked for
LONGEST = dt.timedelta(days=2 * 366)
_IN_STORE = (Peg.Kind.STOCK, Peg.Kind.RESERVED)


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of a component that is not in the stores: where it comes from (a kind of peg) and
    when; `ready_on` None: nobody knows when."""

    quantity: Decimal
    kind: str
    reference: str
    ready_on: dt.date | None


@dataclass(frozen=True)
class Part:
    """A component: what must still leave the stores, what of it is there, and what is missing."""

    item_id: int
    needed: Decimal
    there: Decimal
    missing: list[Missing]
    is_planned: bool  # False: the live plan does not know it yet
    instead_of_id: int | None = None  # the component that this substitute is taken for

    @property
    def short(self) -> Decimal:
        """How much is missing."""
        return self.needed - self.there

    @property
    def ready_on(self) -> dt.date | None:
        """When the last of it comes; None: nobody knows."""
        days = [one.ready_on for one in self.missing]
        return None if None in days else max((day for day in days if day), default=None)


@dataclass(frozen=True)
class Machine:
    """A work centre: the minutes that are left to do there, those it has in the work order's days,
    and the stoppages of those days. `enough_on`: when it will have had so many; None: not soon."""

    center: WorkCenter
    needed: float
    there: float
    stops: list[CapacityChange]
    enough_on: dt.date | None

    @property
    def is_enough(self) -> bool:
        """Whether the work fits into the work order's days."""
        return self.center.is_active and self.there >= self.needed


@dataclass(frozen=True)
class People:
    """The people of a work centre's crew: minutes needed and there in the work order's days.

    Days on which fewer are there than the work centre needs at a time do not count. `present`:
    how many are there on the average working day, by shift. `has_nobody`: nobody of the department
    (with the skill) is on file; that limits nothing, as in plans, and is said.
    """

    center: WorkCenter
    department: Department
    skill: str
    at_a_time: Decimal
    needed: float
    there: float
    enough_on: dt.date | None
    present: dict[str, float]
    has_nobody: bool = False

    @property
    def is_enough(self) -> bool:
        """Whether the people are enough for the work in its days; nobody on file limits nothing."""
        return self.has_nobody or self.there >= self.needed


@dataclass(frozen=True)
class Kit:
    """What a work order (or a planned one) needs to begin and to be done in its days."""

    order_id: int
    parts: list[Part] = field(default_factory=list)
    machines: list[Machine] = field(default_factory=list)
    people: list[People] = field(default_factory=list)

    @property
    def waits(self) -> tuple[str, ...]:
        """What it waits for: material, people, machine; nothing: it is ready."""
        found = {
            MATERIAL: any(one.missing for one in self.parts),
            PEOPLE: not all(one.is_enough for one in self.people),
            MACHINE: not all(one.is_enough for one in self.machines),
        }
        return tuple(kind for kind, is_so in found.items() if is_so)

    @property
    def missing(self) -> list[Part]:
        """The components of which something is missing."""
        return [one for one in self.parts if one.missing]

    @property
    def substitutes(self) -> list[Part]:
        """What the plan takes in place of a component."""
        return [one for one in self.parts if one.instead_of_id is not None]

    @property
    def material_on(self) -> dt.date | None:
        """When the last of its material is there; None: nothing is missing, or nobody knows."""
        days = [one.ready_on for one in self.missing]
        return None if None in days else max((day for day in days if day), default=None)

    @property
    def covered(self) -> int:
        """Of its components, the percentage that is there in full (100 without components)."""
        full = len(self.parts) - len(self.missing)
        return 100 * full // len(self.parts) if self.parts else 100


def kits_of(orders: Sequence[WorkOrder]) -> dict[int, Kit]:
    """By id, what open work orders have and lack. A fixed number of queries (19 at most)."""
    open_ones = [one for one in orders if one.state in WorkOrder.OPEN]
    if not open_ones:
        return {}
    ids = {one.pk for one in open_ones}
    minutes: _Minutes = defaultdict(lambda: defaultdict(float))
    for step in open_steps(work_order_ids=ids):
        if step.minutes > 0:
            minutes[step.work_order_id][step.work_center_id] += float(step.minutes)
    jobs = [_Job(one.pk, one.starts_on, one.due_on) for one in open_ones]
    return _kits(jobs, _parts(open_components(work_order_ids=ids)), minutes)


def kits_of_planned(orders: Sequence[PlannedOrder]) -> dict[int, Kit]:
    """By id, what orders of the plan that are to be made have and lack. A fixed number of queries
    (18 at most)."""
    if not orders:
        return {}
    minutes: _Minutes = defaultdict(lambda: defaultdict(float))
    operations = operations_of_planned(orders)
    for one in orders:
        for making in operations[one.pk]:
            minutes[one.pk][making.center_id] += making.work(one.quantity) / SCALE
    jobs = [_Job(one.pk, one.release_on, one.due_on) for one in orders]
    return _kits(jobs, _parts_of_planned(orders), minutes)


def orders_to_make(user: User) -> "QuerySet[PlannedOrder]":
    """The orders of the live plan that are to be made and not firmed, if this user may see it."""
    return PlannedOrder.objects.filter(
        run__in=PlanRun.objects.visible_to(user).filter(is_live=True),
        kind=PlannedOrder.Kind.MAKE,
        state=PlannedOrder.State.PLANNED,
    ).select_related("item__unit")


@dataclass(frozen=True, slots=True)
class _Job:
    """The days of a work order or a planned one."""

    pk: int
    starts_on: dt.date
    due_on: dt.date


_Minutes = dict[int, dict[int, float]]  # by order, by work centre


def _kits(jobs: Sequence[_Job], parts: dict[int, list[Part]], minutes: _Minutes) -> dict[int, Kit]:
    floor = _Floor(jobs, minutes)
    return {
        one.pk: Kit(one.pk, parts.get(one.pk, []), floor.machines(one), floor.people(one))
        for one in jobs
    }


# Material ------------------------------------------------------------------------------------


def _parts(components: Iterable[OpenComponent]) -> dict[int, list[Part]]:
    """By work order, its components. Those that start first are given what is not planned yet."""
    wanted = [one for one in components if one.quantity > 0]
    pegged = _pegged(wanted)
    unplanned = {one.item_id for one in wanted if _sum(pegged.get(one.pk, ())) < one.quantity}
    store = _Store(availability(unplanned) if unplanned else {})
    found: dict[int, list[Part]] = defaultdict(list)
    for one in wanted:
        rows = _latest(pegged.get(one.pk, []), one.quantity)
        more = one.quantity - _sum(rows)
        if more > 0:
            rows = [*rows, *store.take(one.item_id, more)]
        missing = [row for row in rows if row.kind not in _IN_STORE]
        there = one.quantity - _sum(missing)
        part = Part(one.item_id, one.quantity, there, missing, more <= 0)
        found[one.work_order_id].append(part)
    return found


def _parts_of_planned(orders: Sequence[PlannedOrder]) -> dict[int, list[Part]]:
    """By planned order, its components as the plan serves them. 1 query."""
    rows: dict[tuple[int, int, int | None], list[Missing]] = defaultdict(list)
    pegs = Peg.objects.filter(parent__in=[one.pk for one in orders]).order_by("pk")
    for parent_id, item_id, instead_of, *served_by, reference, number in pegs.values_list(
        *("parent_id", "item_id", "instead_of_id", "quantity", "kind", "ready_on"),
        *("expected__reference", "request__number"),
    ):
        quantity, kind, ready_on = served_by
        row = Missing(quantity, kind, reference or number or "", ready_on)
        rows[parent_id or 0, item_id, instead_of].append(row)
    found: dict[int, list[Part]] = defaultdict(list)
    for (parent_id, item_id, instead_of), served in rows.items():
        missing = [row for row in served if row.kind not in _IN_STORE]
        whole = _sum(served)
        there = whole - _sum(missing)
        found[parent_id].append(Part(item_id, whole, there, missing, True, instead_of))
    return found


def _sum(rows: Iterable[Missing]) -> Decimal:
    return sum((one.quantity for one in rows), NOTHING)


def _pegged(components: Sequence[OpenComponent]) -> dict[int, list[Missing]]:
    """What the live plan serves each component with, from its first piece on. 2 queries."""
    names = {one.demand: one.pk for one in components}
    demands = PlanDemand.objects.filter(run__is_live=True, name__in=list(names))
    component_of = {pk: names[name] for pk, name in demands.values_list("pk", "name")}
    rows = Peg.objects.filter(demand__in=list(component_of)).order_by("of_requirement", "pk")
    found: dict[int, list[Missing]] = defaultdict(list)
    for demand_id, kind, quantity, ready_on, reference, number in rows.values_list(
        "demand_id", "kind", "quantity", "ready_on", "expected__reference", "request__number"
    ):
        row = Missing(quantity, kind, reference or number or "", ready_on)
        found[component_of[demand_id or 0]].append(row)
    return found


def _latest(rows: Sequence[Missing], quantity: Decimal) -> list[Missing]:
    """The last of the rows, so much in all: what was issued since the plan came off the first."""
    found: list[Missing] = []
    for one in reversed(rows):
        part = min(one.quantity, quantity)
        quantity -= part
        if part > 0:
            found.append(Missing(part, one.kind, one.reference, one.ready_on))
    return found[::-1]


class _Store:
    """What is free and what comes of items, taken by one after another."""

    def __init__(self, there: dict[int, Availability]) -> None:
        self.free = {pk: max(one.free, NOTHING) for pk, one in there.items()}
        self.coming = {
            pk: [
                (row.quantity, row.reference, max(row.due_on, one.today))
                for row in one.incoming
                if not row.demand
            ]
            for pk, one in there.items()
        }

    def take(self, item_id: int, quantity: Decimal) -> list[Missing]:
        """So much of an item: from stock, from what comes, the rest from nowhere."""
        part = min(self.free[item_id], quantity)
        self.free[item_id] -= part
        found = [Missing(part, Peg.Kind.STOCK, "", None)] if part else []
        quantity -= part
        rows, self.coming[item_id] = self.coming[item_id], []
        for whole, reference, day in rows:
            part = min(whole, quantity)
            quantity -= part
            if part:
                found.append(Missing(part, Peg.Kind.RECEIPT, reference, day))
            if part < whole:
                self.coming[item_id].append((whole - part, reference, day))
        if quantity > 0:
            found.append(Missing(quantity, Peg.Kind.SHORT, "", None))
        return found


# Machines and people -------------------------------------------------------------------------


class _Floor:
    """The shop floor in the days of some orders. 11 queries at most."""

    def __init__(self, orders: Sequence[_Job], minutes: _Minutes) -> None:
        self.today = clock.today()
        last = max(max(one.due_on for one in orders), self.today) + AHEAD
        self.last = min(last, self.today + LONGEST)
        self.minutes = minutes
        used = {center for of_order in self.minutes.values() for center in of_order}
        self.capacity: Capacity = capacity_by_day(self.today, self.last)
        self.sums = _running(self.capacity.amounts) / SCALE
        self.stops = self._stops(used)
        self.crews = {
            one.work_center_id: _Crew(one)
            for one in Crew.objects.filter(work_center_id__in=used).select_related("department")
        }
        self._count_people()

    def _stops(self, center_ids: Collection[int]) -> dict[int, list[CapacityChange]]:
        found: dict[int, list[CapacityChange]] = defaultdict(list)
        rows = CapacityChange.objects.filter(
            work_center_id__in=center_ids, from_on__lte=self.last, until_on__gte=self.today
        ).exclude(kind__in=CapacityChange.MORE)
        for one in rows.order_by("from_on", "pk"):
            found[one.work_center_id].append(one)
        return found

    def _count_people(self) -> None:
        departments = {one.crew.department_id for one in self.crews.values()}
        if not departments:
            return
        self.presence = Presence(departments, self.today, self.last)
        for one in self.crews.values():
            one.people = self.presence.people(one.crew.department_id, one.crew.skill)
            heads = self.presence.there[one.people].sum(axis=0)
            is_enough = heads >= ceil(one.crew.people)
            one.sums = _running((self.presence.minutes(one.people) * is_enough)[None, :])[0]

    def days(self, order: _Job) -> tuple[int, int]:
        """The places of a work order's first and last day, from today on."""
        first, last = ((day - self.today).days for day in (order.starts_on, order.due_on))
        most = self.capacity.days - 1
        return min(max(first, 0), most), min(max(last, 0), most)

    def machines(self, order: _Job) -> list[Machine]:
        """The work centres it still needs."""
        first, last = self.days(order)
        begin, end = self.capacity.day(first), self.capacity.day(last)
        found = []
        for center_id, needed in self.minutes.get(order.pk, {}).items():
            row = self.capacity.place[center_id]
            stops = [
                one
                for one in self.stops.get(center_id, ())
                if one.from_on <= end and one.until_on >= begin
            ]
            there, on = self._there(self.sums[row], first, last, needed)
            found.append(Machine(self.capacity.centers[row], needed, there, stops, on))
        return found

    def people(self, order: _Job) -> list[People]:
        """The people of the crews of these work centres."""
        first, last = self.days(order)
        found = []
        for center_id, minutes in self.minutes.get(order.pk, {}).items():
            one = self.crews.get(center_id)
            if one is None:
                continue
            needed = minutes * float(one.crew.people)
            there, on = self._there(one.sums, first, last, needed)
            found.append(
                People(
                    center=self.capacity.centers[self.capacity.place[center_id]],
                    department=one.crew.department,
                    skill=one.crew.skill,
                    at_a_time=one.crew.people,
                    needed=needed,
                    there=there,
                    enough_on=on,
                    present=self.presence.shifts(one.people, slice(first, last + 1)),
                    has_nobody=not one.people.size,
                )
            )
        return found

    def _there(
        self, sums: Any, first: int, last: int, needed: float
    ) -> tuple[float, dt.date | None]:
        """The minutes from first to last day, and when so many as are needed have been there."""
        before = float(sums[first])
        place = int(np.searchsorted(sums[1:], before + needed - 1e-6))
        on = self.capacity.day(place) if place < self.capacity.days else None
        return float(sums[last + 1]) - before, on


@dataclass
class _Crew:
    """A crew, its people, and their minutes summed up day by day."""

    crew: Crew
    people: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    sums: Any = None


def _running(amounts: Any) -> Any:
    """Row by row, what there is before each day; one column more than there are days."""
    return np.concatenate(
        [np.zeros((amounts.shape[0], 1)), np.cumsum(amounts, axis=1, dtype=float)], axis=1
    )
