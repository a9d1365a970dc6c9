"""Production goals: what is done and planned for them, and whether they fit into the capacity."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F

from gendan.catalog.models import Item, RoutingStep
from gendan.engine.boms import with_loss
from gendan.engine.promise import Component
from gendan.kernel import clock
from gendan.planning.capacity import SCALE, Capacity, capacity_by_day
from gendan.planning.components import components_below
from gendan.planning.models import PlannedOrder, ProductionGoal
from gendan.production.models import WorkOrder
from gendan.production.queries import made_between

QUANTITY, VALUE = "quantity", "value"
FURTHEST_YEARS = 5  # a goal begins at most so far from today; capacity is not built beyond


def is_near(day: dt.date) -> bool:
    """Whether a goal may begin on a day: at most FURTHEST_YEARS from today, back or ahead."""
    today = clock.today()
    first, last = today.year - FURTHEST_YEARS, today.year + FURTHEST_YEARS
    of_year = (today.month, today.day)
    return (first, *of_year) <= (day.year, day.month, day.day) <= (last, *of_year)


@dataclass(frozen=True)
class Need:
    """What a goal takes of a work centre in its period, in minutes."""

    center: str
    needed: float
    capacity: float

    @property
    def percent(self) -> int | None:
        """The share of the capacity; None where there is none."""
        return round(self.needed / self.capacity * 100) if self.capacity else None


@dataclass(frozen=True)
class Evaluated:
    """A goal by one measure (quantity, value): done in its period, planned for it, and the
    rough-cut check.

    `needs`: by work centre, the tightest first; empty where no item has a routing, or the goal is
    too far away.
    """

    goal: ProductionGoal
    measure: str
    target: Decimal
    done: Decimal
    planned: Decimal
    needs: list[Need]

    @property
    def percent(self) -> int:
        """Done and planned as a share of the goal."""
        return round((self.done + self.planned) / self.target * 100)

    @property
    def fits(self) -> bool | None:
        """Whether the capacity of the period is enough; None where it cannot be said."""
        return self.needs[0].needed <= self.needs[0].capacity if self.needs else None


@dataclass(frozen=True, slots=True)
class _Made:
    item_id: int
    on: dt.date
    quantity: Decimal
    is_done: bool


@dataclass(frozen=True, slots=True)
class _Facts:
    family_id: int
    is_sold: bool
    cost: Decimal | None


def evaluate(goals: Sequence[ProductionGoal]) -> list[Evaluated]:
    """Each goal by each of its measures. 11 queries for any number of goals.

    Done: what came in of work orders in the period. Planned: what is still to be made of open
    work orders and planned orders due in it. The rough-cut check takes the minutes of the routings
    of the item and of all its components (bill of resources, without set-ups), on the average over
    a family, weighted by what is made of each item in the period, else equally. A goal that is not
    near (see is_near) is not checked against the capacity.
    """
    if not goals:
        return []
    first, last = min(one.starts_on for one in goals), max(one.ends_on for one in goals)
    made = _made(first, last)
    items = {
        pk: _Facts(family_id, is_sold, cost)
        for pk, family_id, is_sold, cost in Item.objects.filter(is_active=True).values_list(
            "pk", "family_id", "is_sold", "cost"
        )
    }
    of_goal = {one.pk: _items_of(one, items) for one in goals}
    bills = _bills(set().union(*of_goal.values()))
    near = [one for one in goals if is_near(one.starts_on)]
    days = [day for one in near for day in (one.starts_on, one.ends_on)] or [clock.today()]
    world = _World(made, items, bills, capacity_by_day(min(days), max(days)))
    return [
        world.evaluated(goal, measure, target, of_goal[goal.pk])
        for goal in goals
        for measure, target in ((QUANTITY, goal.quantity), (VALUE, goal.value))
        if target
    ]


def _made(first: dt.date, last: dt.date) -> list[_Made]:
    """What is made in these days, done (as it came in) and planned. 4 queries."""
    firm = WorkOrder.objects.filter(
        state__in=WorkOrder.OPEN,
        due_on__range=(first, last),
        quantity__gt=F("expected__received"),
    )
    planned = PlannedOrder.objects.filter(
        run__is_live=True,
        state=PlannedOrder.State.PLANNED,
        kind=PlannedOrder.Kind.MAKE,
        due_on__range=(first, last),
    )
    coming = [
        *firm.values_list("item_id", "due_on", F("quantity") - F("expected__received")),
        *planned.values_list("item_id", "due_on", "quantity"),
    ]
    return [
        *(_Made(one.item_id, one.on, one.quantity, True) for one in made_between(first, last)),
        *(_Made(item_id, due_on, quantity, False) for item_id, due_on, quantity in coming),
    ]


def _items_of(goal: ProductionGoal, items: Mapping[int, _Facts]) -> set[int]:
    """The items that count for a goal."""
    if goal.item_id is not None:
        return {goal.item_id}
    return {
        pk
        for pk, facts in items.items()
        if facts.is_sold and goal.family_id in (None, facts.family_id)
    }


@dataclass(frozen=True)
class _World:
    """What goals are held against; `bills`: item id → work centre id → minutes a unit."""

    made: Sequence[_Made]
    items: Mapping[int, _Facts]
    bills: Mapping[int, Mapping[int, float]]
    capacity: Capacity

    def worth(self, item_id: int, measure: str) -> Decimal:
        """What a unit of an item counts: itself, or its cost (0 where none is known)."""
        if measure == QUANTITY:
            return Decimal(1)
        facts = self.items.get(item_id)
        return (facts.cost if facts else None) or Decimal(0)

    def evaluated(
        self, goal: ProductionGoal, measure: str, target: Decimal, wanted: Collection[int]
    ) -> Evaluated:
        """One goal by one measure; `wanted`: the items that count."""
        done = planned = Decimal(0)
        weights: dict[int, Decimal] = defaultdict(Decimal)
        for one in self.made:
            if one.item_id not in wanted or not goal.starts_on <= one.on <= goal.ends_on:
                continue
            weights[one.item_id] += one.quantity
            worth = one.quantity * self.worth(one.item_id, measure)
            done, planned = (done + worth, planned) if one.is_done else (done, planned + worth)
        return Evaluated(
            goal,
            measure,
            target,
            done,
            planned,
            self._needs(goal, measure, target, wanted, weights),
        )

    def _needs(
        self,
        goal: ProductionGoal,
        measure: str,
        target: Decimal,
        wanted: Collection[int],
        weights: Mapping[int, Decimal],
    ) -> list[Need]:
        if not is_near(goal.starts_on):
            return []
        known = {pk for pk in wanted if self.bills.get(pk) and self.worth(pk, measure)}
        shares = {pk: share for pk, share in weights.items() if pk in known}
        shares = shares or dict.fromkeys(known, Decimal(1))
        whole = sum((share * self.worth(pk, measure) for pk, share in shares.items()), Decimal(0))
        minutes: dict[int, float] = defaultdict(float)
        for pk, share in shares.items():
            for center_id, per_unit in self.bills[pk].items():
                minutes[center_id] += per_unit * float(share * target / whole)
        return self._against_capacity(goal, minutes)

    def _against_capacity(self, goal: ProductionGoal, minutes: Mapping[int, float]) -> list[Need]:
        begin, end = ((day - self.capacity.first).days for day in (goal.starts_on, goal.ends_on))
        needs = []
        for center_id, needed in minutes.items():
            row = self.capacity.place[center_id]
            there = int(self.capacity.amounts[row, begin : end + 1].sum()) / SCALE
            needs.append(Need(self.capacity.centers[row].code, needed, there))
        # A work centre without any capacity is the tightest of all.
        return sorted(
            needs, key=lambda one: (one.capacity > 0, -one.needed / (one.capacity or 1), one.center)
        )


def _bills(item_ids: Collection[int]) -> dict[int, dict[int, float]]:
    """Minutes a unit takes at each work centre, components of all levels included. 2 queries."""
    below = components_below(item_ids)
    steps: dict[int, list[tuple[int, float]]] = defaultdict(list)
    rows = RoutingStep.objects.filter(routing__is_current=True, run_minutes_per_unit__gt=0)
    for item_id, center_id, run in rows.values_list(
        "routing__item_id", "work_center_id", "run_minutes_per_unit"
    ):
        steps[item_id].append((center_id, float(run)))
    known: dict[int, dict[int, float]] = {}
    for pk in item_ids:
        _bill(pk, below, steps, known, frozenset())
    return known


def _bill(
    item_id: int,
    below: Mapping[int, Sequence[Component]],
    steps: Mapping[int, Sequence[tuple[int, float]]],
    known: dict[int, dict[int, float]],
    above: frozenset[int],
) -> dict[int, float]:
    if item_id in known:
        return known[item_id]
    if item_id in above:  # a BOM loop; the plan names it
        return {}
    bill: dict[int, float] = defaultdict(float)
    for center_id, run in steps.get(item_id, ()):
        bill[center_id] += run
    for part in below.get(item_id, ()):
        each = float(with_loss(part.quantity_per, part.scrap_percent))
        inside = _bill(part.item_id, below, steps, known, above | {item_id})
        for center_id, run in inside.items():
            bill[center_id] += run * each
    known[item_id] = dict(bill)
    return known[item_id]
