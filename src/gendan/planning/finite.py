"""The finite schedule of a plan: its orders and the work orders dated by engine/schedule/dating.

Read with the plan's input in one moment (`read_shop`), calculated from the plan (`schedule`), pure.
What a day has: minutes of work centres with calendars and changes of capacity, less what is short
of people where a crew says who is needed. Orders keep the dates of the net requirements as the days
they are needed on; a demand is ready when both allow it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np

from gendan.catalog.makings import Making, makings
from gendan.engine.netting import NEVER as NO_DAY
from gendan.engine.netting.pegging import CUSTOMER, DEBT, NEED, ON_HAND, ORDER, RECEIPT
from gendan.engine.promise import BUY, Approval
from gendan.engine.schedule.dating import date_orders
from gendan.engine.schedule.floor import Crews
from gendan.engine.schedule.tasks import Dated, Shopfloor, Task
from gendan.engine.schedule.workshop import NEVER
from gendan.planning.approvals import approvals_of
from gendan.planning.assumed import Assumed
from gendan.planning.calculating import Calculated, without_lead
from gendan.planning.capacity import SCALE, Capacity, capacity_by_day
from gendan.planning.capacity_people import Presence
from gendan.planning.finite_approvals import Begins, Linked, begins
from gendan.planning.finite_material import material_days
from gendan.planning.fixed_again import Fixed, recognised
from gendan.planning.models import Crew, FixedOrder
from gendan.planning.net_snapshot import NetInput
from gendan.production.models import WorkOrder
from gendan.production.queries import open_steps
from gendan.production.styles import Styles, styles_of

BEYOND = 180  # days after the last need that are looked at for what is late
LONGEST = 3 * 366
MAKE = "make"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an order: where, its name, thousandths of a minute."""

    center_id: int
    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class Firm:
    """An open work order: what is left to be made of it, and its steps for that."""

    pk: int
    number: str
    item_id: int
    quantity: Decimal
    starts_on: dt.date
    due_on: dt.date
    expected_id: int
    steps: tuple[Step, ...]
    is_begun: bool = False


@dataclass(frozen=True, eq=False)
class Shop:
    """What work centres can do, what is firm, what is fixed; how items are made, by item id, and
    what lines know of them; by order what is approved before anything is made for it."""

    capacity: Capacity
    floor: Shopfloor
    routings: Mapping[int, Sequence[Making]]
    styles: Styles
    firm: Sequence[Firm]
    fixed: Sequence[Fixed]
    approvals: Mapping[int, Approval] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Finite:
    """The dates: tasks are the planned orders by their place, then the work orders of the shop.

    `steps` of each task; `is_fixed`: tasks somebody has decided the day of. `without_need`: what
    was fixed and serves nothing any more that is planned (ids of FixedOrder). `material`: by place
    of a demand in `asked`, the ordinal day on which the last of what is bought for it is there.
    """

    shop: Shop
    tasks: Sequence[Task]
    steps: Sequence[Sequence[Step]]
    dated: Dated
    is_fixed: frozenset[int]
    without_need: tuple[int, ...] = ()
    material: Mapping[int, int] = field(default_factory=dict)

    def day(self, place: int) -> dt.date | None:
        """The date of a day; None: not within the days looked at."""
        days = self.shop.floor.days
        return self.shop.capacity.day(place) if 0 <= place < days else None


def read_shop(given: NetInput, changes: Assumed | None = None) -> Shop:
    """Everything the schedule rests on besides the plan's input. At most 18 queries."""
    last = max((one.needed_on for one in given.asked), default=given.today)
    until = min(last + dt.timedelta(days=BEYOND), given.today + dt.timedelta(days=LONGEST))
    until = max(until, given.today + dt.timedelta(days=BEYOND))
    capacity = capacity_by_day(given.today, until, (changes or Assumed()).capacity)
    days = np.arange(given.today.toordinal(), until.toordinal() + 1, dtype=np.int64)
    floor = Shopfloor(
        capacity=capacity.amounts.tolist(),
        works=given.snapshot.calendars[0].is_working(days).tolist(),
        crews=crews_of(capacity),
        usual=capacity.usual.tolist(),
    )
    fixed = FixedOrder.objects.order_by("pk").values_list(
        *("item_id", "needed_on", "ends_on", "from_center_id", "to_center_id", "demands", "pk")
    )
    routings = makings()
    decided = [Fixed(*row) for row in fixed]
    approvals = approvals_of(None, given.snapshot.calendars[0])
    return Shop(capacity, floor, routings, styles_of(routings), _firm(), decided, approvals)


def _firm() -> list[Firm]:
    """Open work orders with what is left of their steps. 2 queries."""
    steps: dict[int, list[Step]] = defaultdict(list)
    for one in open_steps():
        step = Step(one.work_center_id, one.name, round(one.minutes * SCALE))
        steps[one.work_order_id].append(step)
    orders = WorkOrder.objects.filter(state__in=WorkOrder.OPEN).order_by("due_on", "pk")
    return [
        Firm(
            *(pk, number, item_id, max(whole - received, Decimal(0)), first, last, expected_id),
            *(tuple(steps[pk]), state != WorkOrder.State.FIRM),
        )
        for pk, number, item_id, whole, received, first, last, expected_id, state in (
            orders.values_list(
                *("pk", "number", "item_id", "quantity", "expected__received"),
                *("starts_on", "due_on", "expected_id", "state"),
            )
        )
    ]


def crews_of(capacity: Capacity) -> Crews | None:
    """Whose people work centres take. Departments without anybody on file limit nothing.

    Whoever orders overtime brings the people for it: what a work centre has besides its usual
    minutes, its people have besides theirs.
    """
    rows = list(Crew.objects.order_by("pk"))
    if not rows:
        return None
    there = Presence({one.department_id for one in rows}, capacity.first, capacity.last)
    group = [-1] * len(capacity.centers)
    share = [0] * len(capacity.centers)
    present: list[Any] = []
    known: dict[tuple[int, str], int] = {}
    more = capacity.more
    for one in rows:
        people = there.people(one.department_id, one.skill)
        if not people.size:
            continue
        key = (one.department_id, one.skill)
        if key not in known:
            known[key] = len(present)
            present.append(there.minutes(people) * SCALE)
        place = capacity.place[one.work_center_id]
        group[place], share[place] = known[key], round(one.people * 100)
        present[known[key]] = present[known[key]] + more[place] * share[place] // 100
    return Crews(group, share, [one.tolist() for one in present])


def schedule(
    done: Calculated, shop: Shop, note: Callable[[str, int], None] = lambda stage, percent: None
) -> Finite:
    """The plan's orders and the shop's work orders with their dates."""
    note("scheduling", 50)
    made = _Tasks(done, shop)
    tasks, steps, fixed = made.all()
    dated = date_orders(tasks, shop.floor, lambda _number: note("scheduling", 55))
    links = (made.task_of_receipt, made.task_of_demand)
    return Finite(
        *(shop, tasks, steps, dated, fixed),
        without_need=tuple(made.without_need),
        material=material_days(done, tasks, dated, *links),
    )


class _Tasks:
    """Planned orders and work orders as tasks, linked by the plan's pegs."""

    def __init__(self, done: Calculated, shop: Shop) -> None:
        self.done, self.shop, self.given = done, shop, done.given
        self.today = done.given.today.toordinal()
        self.count = len(done.plan.orders)
        size = self.count + len(shop.firm)
        self.due = [NEVER] * size
        self.ready = [0] * size
        self.held = [-1] * size
        self.makers: list[list[int]] = [[] for _ in range(size)]
        self.served: dict[int, set[int]] = defaultdict(set)
        self.without_need: list[int] = []
        firm = {one.pk: self.count + place for place, one in enumerate(shop.firm)}
        self.task_of_receipt = [
            firm.get(done.given.coming[place].work_order_id or 0, -1)
            for place in done.receipt_place
        ]
        self.task_of_demand = [
            firm.get(done.given.asked[place].work_order_id or 0, -1) for place in done.demand_place
        ]

    def all(self) -> tuple[list[Task], list[Sequence[Step]], frozenset[int]]:
        """The tasks, their steps, and which are fixed by hand."""
        self._link()
        steps, fixed = self._planned_steps()
        steps += [one.steps for one in self.shop.firm]
        orders = self.done.plan.orders
        leads = np.asarray(self.done.plan.snapshot.items.lead_days)[orders.item].tolist()
        days = self.given.snapshot.calendars[0]
        leads += [
            max(days.count(max(one.starts_on, self.given.today), one.due_on), 0)
            for one in self.shop.firm
        ]
        for place, one in enumerate(self.shop.firm, self.count):
            self.held[place] = max((one.due_on - self.given.today).days, 0)
        place_of, last = self.shop.capacity.place, self.shop.floor.days
        waits = self._waits(leads)
        tasks = [
            Task(
                min(self.due[place], waits.needed.get(place, NEVER)),
                min(max(self.ready[place], waits.begin.get(place, 0)), last),
                leads[place],
                tuple((place_of[one.center_id], one.amount) for one in own),
                tuple(self.makers[place]),
                self.held[place],
                min(waits.begin.get(place, 0), last),
            )
            for place, own in enumerate(steps)
        ]
        return tasks, steps, fixed

    def _link(self) -> None:
        """Who makes what for whom, from the pegs."""
        done, pegs = self.done, self.done.pegs
        needs, supplies = done.pegging.requirements, done.pegging.supplies
        source = supplies.source[pegs.supply] if supplies.source.size else pegs.supply
        columns = (
            *(needs.kind[pegs.requirement], needs.source[pegs.requirement]),
            *(needs.day[pegs.requirement], pegs.supply_kind, source, done.ready.peg),
        )
        for kind, row, day, supply_kind, supply, ready in zip(
            *(one.tolist() for one in columns), strict=True
        ):
            consumer = row if kind == NEED else -1
            if kind == CUSTOMER:
                consumer = self.task_of_demand[row]
            maker = supply if supply_kind == ORDER else -1
            if supply_kind == RECEIPT:
                maker = self.task_of_receipt[supply]
            if maker >= 0 and (consumer >= 0 and kind != DEBT):
                self.makers[consumer].append(maker)
            elif maker >= 0:
                self.due[maker] = min(self.due[maker], max(day - self.today, 0))
                if kind == CUSTOMER:
                    self.served[maker].add(done.demand_place[row])
            elif consumer >= 0 and supply_kind != ON_HAND:
                self.ready[consumer] = max(self.ready[consumer], min(ready - self.today, NEVER))

    def _waits(self, leads: Sequence[int]) -> Begins:
        """What may not begin before it is approved; nothing is looked at where no order waits."""
        if not self.shop.approvals:
            return Begins()
        given, orders = self.given, self.done.plan.orders
        bought = [given.supply[item] == BUY for item in orders.item.tolist()]
        starts = np.maximum(orders.release - self.today, 0).tolist()
        firm = self.shop.firm
        own = {one.expected_id: place for place, one in enumerate(firm, self.count)}
        for place, asked in enumerate(given.asked):
            for kept in asked.kept:
                if kept.expected_id in own:
                    self.served[own[kept.expected_id]].add(place)
        starts += [max((one.starts_on - given.today).days, 0) for one in firm]
        bought += [False] * len(firm)
        begun = [False] * self.count + [one.is_begun for one in firm]
        rows = zip(self.makers, self.ready, bought, begun, leads, starts, strict=True)
        tasks = [Linked(*row) for row in rows]
        return begins(self.done, self.shop.approvals, self.served, tasks, self.shop.floor.works)

    def _planned_steps(self) -> tuple[list[Sequence[Step]], frozenset[int]]:
        """The steps of planned orders that are made, with what is fixed."""
        given, orders = self.given, self.done.plan.orders
        styles = self.shop.styles.copy()
        steps: list[Sequence[Step]] = [()] * self.count
        wanted = {one.item_id for one in self.shop.fixed}
        fixable: dict[int, list[int]] = defaultdict(list)
        items, quantities, due = (
            one.tolist() for one in (orders.item, orders.quantity, orders.due)
        )
        # The first order of a style learns it for those due later.
        for place in np.argsort(orders.due, kind="stable").tolist():
            item, quantity = items[place], quantities[place]
            item_id = given.item_ids[item]
            if given.supply[item] != MAKE or item_id not in self.shop.routings:
                continue
            amount = given.quantity(item, quantity)
            on = dt.date.fromordinal(due[place])
            making = styles.following(self.shop.routings[item_id], on, amount)
            steps[place] = [Step(one.center_id, one.name, one.work(amount)) for one in making]
            if item_id in wanted:
                fixable[item_id].append(place)
        found = recognised(self.done, self.shop.fixed, fixable)
        self.without_need = [one.pk for one in self.shop.fixed if one.pk not in found]
        for one in self.shop.fixed:
            if one.pk not in found:
                continue
            chosen = found[one.pk]
            self.held[chosen] = max((one.ends_on - given.today).days, 0)
            steps[chosen] = [_elsewhere(step, one) for step in steps[chosen]]
        return steps, frozenset(found.values())


def _elsewhere(step: Step, fixed: Fixed) -> Step:
    if fixed.to_center_id is None or step.center_id != fixed.from_center_id:
        return step
    return replace(step, center_id=fixed.to_center_id)


def with_dates(done: Calculated, finite: Finite) -> Calculated:
    """The plan, with what has operations ready when the schedule says so, and not by its lead
    time: that bends before anybody is late."""
    orders = len(done.plan.orders)
    done = without_lead(done, np.array([bool(one) for one in finite.steps[:orders]], bool))
    today, days = done.given.today.toordinal(), finite.shop.floor.days
    ends = np.array([NO_DAY if end >= days else today + end for end in finite.dated.end], np.int64)
    order, demand, peg = (
        one.copy() for one in (done.ready.order, done.ready.demand, done.ready.peg)
    )
    late = np.array([place for place in finite.dated.bound if place < orders], np.int64)
    order[late] = np.maximum(order[late], ends[late])
    is_late = done.is_late_order.copy()
    is_late[late] = True
    pegs, needs, supplies = done.pegs, done.pegging.requirements, done.pegging.supplies
    firm = {one.pk: orders + place for place, one in enumerate(finite.shop.firm)}
    of_receipt = np.array(
        [firm.get(done.given.coming[row].work_order_id or 0, -1) for row in done.receipt_place]
        + [-1],
        np.int64,
    )
    asked = needs.kind[pegs.requirement] == CUSTOMER
    for kind in (ORDER, RECEIPT):
        rows = np.flatnonzero(asked & (pegs.supply_kind == kind))
        maker = supplies.source[pegs.supply[rows]]
        maker = maker if kind == ORDER else of_receipt[maker]
        rows, maker = rows[maker >= 0], maker[maker >= 0]
        peg[rows] = np.maximum(peg[rows], ends[maker])
        np.maximum.at(demand, needs.source[pegs.requirement[rows]], ends[maker])
    return replace(
        done,
        given=_kept_later(done.given, finite),
        ready=replace(done.ready, order=order, demand=demand, peg=peg),
        is_late_order=is_late,
        material=finite.material,
    )


def _kept_later(given: NetInput, finite: Finite) -> NetInput:
    """What a work order makes for one line alone is there when the schedule says so."""
    first = len(finite.tasks) - len(finite.shop.firm)
    ends = {
        one.expected_id: finite.day(finite.dated.end[place]) or dt.date.max
        for place, one in enumerate(finite.shop.firm, first)
    }
    asked = [
        replace(
            one,
            kept=tuple(
                replace(
                    kept, ready_on=max(kept.ready_on, ends.get(kept.expected_id or 0, dt.date.min))
                )
                for kept in one.kept
            ),
        )
        if any(kept.expected_id in ends for kept in one.kept)
        else one
        for one in given.asked
    ]
    return replace(given, asked=asked)
