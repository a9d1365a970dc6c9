"""What a sequence of the shop floor rests on, read in one moment, as a shop of the engine.

Released work orders that begin or are due within the horizon; with work centres chosen, those with
an operation there; then all other work orders in the sequence in force stay where they are. Work
outside runs beside everything else.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from django.db.models import Q, QuerySet

from gendan.engine.schedule.shop import (
    Choice,
    Goal,
    Job,
    Lock,
    Machine,
    Operation,
    Placed,
    Shop,
)
from gendan.engine.schedule.shop_calendar import Clock
from gendan.inventory.models import DemandRank
from gendan.kernel import clock
from gendan.planning.kits import Kit, kits_of
from gendan.planning.models import (
    KeptOperation,
    Peg,
    SequencedOperation,
    SetupTime,
    ShopSequence,
)
from gendan.planning.shop_times import Times, Working, read_times
from gendan.planning.tracing import lines_of_work_orders
from gendan.production.models import WorkOrder, WorkStep
from gendan.production.queries import minutes_left

BEYOND = 60  # days after the horizon in which what does not fit into it may end
MOST_BATCHES = 10
USUAL_RANK = 5  # as inventory counts demands without a rank
SIDE = "side:"  # machines of their own
REST = 1  # minutes that are left, at least, of what was begun


@dataclass(frozen=True)
class Left:
    """A work order that is not in the shop: why, as a code, and about what."""

    order: WorkOrder
    code: str
    what: str = ""


@dataclass(frozen=True)
class ShopInput:
    """The shop, and what its names stand for: work orders and steps by id; `due`, `needed_on` by
    work order; `material_on` where it waits for some."""

    shop: Shop
    times: Times
    orders: dict[int, WorkOrder]
    steps: dict[int, WorkStep]
    needed_on: dict[int, dt.date]
    material_on: dict[int, dt.date]
    former: dict[int, SequencedOperation]
    kept: dict[int, KeptOperation]
    left_out: list[Left]
    read: dict[str, Any]
    horizon: int  # minutes


def orders_in(
    first: dt.date, last: dt.date, centers: Collection[int] = ()
) -> "QuerySet[WorkOrder]":
    """The released work orders a sequence of these days would take up."""
    rows = WorkOrder.objects.filter(state=WorkOrder.State.RELEASED)
    rows = rows.filter(Q(starts_on__lte=last) | Q(due_on__lte=last))
    if centers:
        rows = rows.filter(
            pk__in=WorkStep.objects.filter(work_center__in=centers)
            .exclude(state=WorkStep.State.DONE)
            .values("work_order")
        )
    return rows


def read_input(sequence: ShopSequence) -> ShopInput:
    """Everything of one moment. A fixed number of queries, and some for each level of pegs."""
    return _Reading(sequence).input()


def facts_of(orders: Mapping[int, WorkOrder], steps: Sequence[WorkStep]) -> dict[str, Any]:
    """By work order, what must be the same when a proposal is adopted."""
    states: dict[int, list[str]] = defaultdict(list)
    for one in steps:
        states[one.work_order_id].append(f"{one.pk}:{one.state}:{one.machine or 0}")
    return {
        str(pk): [one.revision, one.state, str(one.expected.received.normalize()), states[pk]]
        for pk, one in sorted(orders.items())
    }


def capacity_facts(times: Times, centers: Collection[int]) -> dict[str, Any]:
    """By work centre (its id): machines and minutes of each day of the horizon."""
    found = {}
    for pk in sorted(centers):
        one = times.working[pk]
        found[str(pk)] = [one.center.machines, *one.days]
    return found


def machine_name(center_id: int, number: int) -> str:
    """How the engine knows a machine."""
    return f"{center_id}:{number}"


def machine_of(name: str) -> tuple[int, int]:
    """(work centre id, number) of a machine; the number is 0 for one of its own."""
    if name.startswith(SIDE):
        center, _sep, _step = name.removeprefix(SIDE).partition(":")
        return int(center), 0
    center, _sep, number = name.partition(":")
    return int(center), int(number)


class _Reading:
    """The rows, and the shop made of them."""

    def __init__(self, sequence: ShopSequence) -> None:
        self.sequence = sequence
        self.begin = clock.now().replace(second=0, microsecond=0)
        last = sequence.last_on + dt.timedelta(days=BEYOND)
        self.times = read_times(self.begin, last, sequence.last_on)
        base = ShopSequence.objects.filter(is_in_force=True).first()
        self.base_id = base.pk if base else 0
        rows = SequencedOperation.objects.filter(sequence=base) if base else ()
        self.former = {one.step_id: one for one in rows}
        self.orders, self.carried = self._orders()
        steps = WorkStep.objects.filter(work_order__in=self.orders).order_by("sequence")
        self.all_steps = list(steps.select_related("work_center"))
        self.steps: dict[int, list[WorkStep]] = defaultdict(list)
        for one in self.all_steps:
            self.steps[one.work_order_id].append(one)
        kept = KeptOperation.objects.filter(step__work_order__in=self.orders)
        self.kept = {one.step_id: one for one in kept}
        self.kits = kits_of(list(self.orders.values()))
        self.left_out: list[Left] = []
        self.material_on: dict[int, dt.date] = {}
        self.side: dict[str, Machine] = {}
        self.locked: set[str] = set()  # machines that work on something now

    def _orders(self) -> tuple[dict[int, WorkOrder], set[int]]:
        """The work orders by id, and which of them stay where they are."""
        sequence = self.sequence
        wanted = orders_in(clock.today(), sequence.last_on, sequence.centers)
        ids = set(wanted.values_list("pk", flat=True))
        others = {one.work_order_id for one in self.former.values()} - ids
        rows = WorkOrder.objects.filter(state=WorkOrder.State.RELEASED, pk__in=ids | others)
        found = rows.select_related("item__unit", "expected").order_by("pk")
        orders = {one.pk: one for one in found}
        return orders, others if sequence.centers else set()

    def input(self) -> ShopInput:
        needed = _needed_on(self.orders)
        weights = _weights(self.orders)
        jobs = []
        for pk, order in self.orders.items():
            job = self._job(order, needed[pk], weights[pk])
            if job is not None:
                jobs.append(job)
        used = {one.work_center_id for one in self.all_steps}
        shop = Shop(
            machines=(*self._machines(used), *self.side.values()),
            jobs=tuple(jobs),
            skills=self.times.skills,
            goal=Goal.TARDINESS,
            former=tuple(self._former(jobs)),
            stability=self.sequence.stability * USUAL_RANK,
        )
        return ShopInput(
            shop=shop,
            times=self.times,
            orders=self.orders,
            steps={one.pk: one for one in self.all_steps},
            needed_on=needed,
            material_on=self.material_on,
            former=self.former,
            kept=self.kept,
            left_out=self.left_out,
            read={
                "orders": facts_of(self.orders, self.all_steps),
                "capacity": capacity_facts(self.times, used),
                "base": self.base_id,
            },
            horizon=self._evening(self.sequence.last_on),
        )

    def _evening(self, day: dt.date) -> int:
        return self.times.minute(clock.moment_on(day + dt.timedelta(days=1), 0))

    def _job(self, order: WorkOrder, needed_on: dt.date, weight: int) -> Job | None:
        """A work order as a job; None: it is left out, and said why."""
        steps = [one for one in self.steps[order.pk] if one.state != WorkStep.State.DONE]
        if not self.steps[order.pk]:
            self.left_out.append(Left(order, "no_steps"))
        if not steps:
            return None
        release = self._release(order, self.kits.get(order.pk))
        if release is None:
            return None
        operations = []
        for step in steps:
            operation = self._operation(order, step)
            if operation is None:
                return None
            operations.append(operation)
        return Job(
            str(order.pk),
            tuple(operations),
            release=0 if operations[0].lock else release,
            due=self._evening(needed_on),
            weight=weight,
        )

    def _release(self, order: WorkOrder, kit: Kit | None) -> int | None:
        """When its material is there; what was begun has it."""
        is_begun = any(one.is_known for one in self.steps[order.pk])
        if kit is None or not kit.missing or is_begun:
            return 0
        if kit.material_on is None:
            item_ids = [one.item_id for one in kit.missing if one.ready_on is None]
            self.left_out.append(Left(order, "no_material", str(item_ids[0])))
            return None
        self.material_on[order.pk] = kit.material_on
        return max(self.times.minute(clock.moment_on(kit.material_on, 0)), 0)

    def _operation(self, order: WorkOrder, step: WorkStep) -> Operation | None:
        working = self.times.working[step.work_center_id]
        minutes = float(minutes_left(order, step))
        is_alone = step.work_center.is_outside
        if not working.shifts:
            code = "no_machines" if not working.center.machines else "no_capacity"
            self.left_out.append(Left(order, code, working.center.code))
            return None
        wall = max(ceil(minutes / working.speed - 1e-9), 0)
        choices = self._alone(step, working, wall) if is_alone else _choices(working, wall)
        operation = Operation(
            str(step.pk),
            tuple(choices),
            family=step.setup_family,
            batches=1 if is_alone else _batches(order, step),
        )
        return operation if is_alone else self._in_place(order, step, working, operation)

    def _alone(self, step: WorkStep, working: Working, wall: int) -> list[Choice]:
        name = f"{SIDE}{step.work_center_id}:{step.pk}"
        self.side[name] = Machine(name, shifts=working.shifts)
        return [Choice(name, wall)]

    def _in_place(
        self, order: WorkOrder, step: WorkStep, working: Working, operation: Operation
    ) -> Operation:
        """The operation with its lock: it runs, it is kept, or only others are sequenced."""
        if step.state == WorkStep.State.BEGUN:
            return self._running(step, working, operation)
        where: tuple[int, dt.datetime] | None = None
        former, kept = self.former.get(step.pk), self.kept.get(step.pk)
        if kept is not None:
            where = kept.machine, kept.starts_at
        elif order.pk in self.carried and former is not None and self._lies_ahead(order):
            where = former.machine, former.starts_at
        if where is None:
            return operation
        number, moment = min(where[0], working.center.machines), where[1]
        name = machine_name(step.work_center_id, number)
        only = tuple(one for one in operation.choices if one.machine == name)
        operation = replace(operation, choices=only)
        start = self.times.minute(moment)
        if start < 0:  # the time has gone by: the machine is kept
            return operation
        return replace(operation, lock=Lock(name, start))

    def _lies_ahead(self, order: WorkOrder) -> bool:
        """Whether all that is left of it has a place and a time that has not gone by."""
        todo = [one for one in self.steps[order.pk] if one.state == WorkStep.State.TODO]
        places = [self.former.get(one.pk) for one in todo if not one.work_center.is_outside]
        return all(one is not None and one.starts_at >= self.begin for one in places)

    def _running(self, step: WorkStep, working: Working, operation: Operation) -> Operation:
        """What runs goes on where it runs, for what is left of its minutes: of the pieces not
        reported, and where none are, since it was begun."""
        number = min(step.machine or 1, working.center.machines)
        name = machine_name(step.work_center_id, number)
        here = next(one for one in operation.choices if one.machine == name)
        gone = 0 if step.good else self._gone(step, working)
        start = working.shifts[0][0]
        left = replace(here, minutes=max(here.minutes - gone, REST))
        only = replace(operation, choices=(left,), batches=1)
        if name in self.locked:  # two are said to run on it: one after the other
            return only
        self.locked.add(name)
        return replace(only, lock=Lock(name, start))

    def _gone(self, step: WorkStep, working: Working) -> int:
        """The minutes it has run, as far as is known."""
        if step.begun_at is None:
            return 0
        gone = max(-self.times.minute(step.begun_at), 0)
        if clock.date_of(step.begun_at) < clock.date_of(self.begin):
            gone = round(gone * working.share_of_day)  # it did not run in the night
        return gone

    def _machines(self, used: Collection[int]) -> Iterator[Machine]:
        """The machines of the work centres that are needed."""
        setups = _setups(used, {one.setup_family for one in self.all_steps if one.setup_family})
        last = _last_families(used)
        for pk in sorted(used):
            working = self.times.working[pk]
            if working.center.is_outside:
                continue
            for number in range(1, working.center.machines + 1):
                yield Machine(
                    machine_name(pk, number),
                    shifts=working.shifts,
                    setups=setups.get(pk, {}),
                    family=last.get((pk, number), ""),
                )

    def _former(self, jobs: Sequence[Job]) -> Iterator[Placed]:
        """The sequence in force as far as it lies ahead."""
        for job in jobs:
            for operation in job.operations:
                was = self.former.get(int(operation.name))
                if was is None or not was.machine:
                    continue
                start = self.times.minute(was.starts_at)
                if start >= 0:
                    name = machine_name(was.work_center_id, was.machine)
                    end = self.times.minute(was.ends_at)
                    yield Placed(job.name, operation.name, name, start, end)


def _choices(working: Working, wall: int) -> list[Choice]:
    return [
        Choice(
            machine_name(working.center.pk, number),
            wall,
            skill=working.skill,
            people=max(working.people, 1),
        )
        for number in range(1, working.center.machines + 1)
    ]


def _batches(order: WorkOrder, step: WorkStep) -> int:
    if step.transfer_quantity is None or step.transfer_quantity >= order.quantity:
        return 1
    count: int = ceil(order.quantity / step.transfer_quantity)
    return min(count, MOST_BATCHES)


def _needed_on(orders: Mapping[int, WorkOrder]) -> dict[int, dt.date]:
    """By work order, the first day something in the live plan needs its goods; its own without.

    1 query.
    """
    of_supply = {one.expected_id: pk for pk, one in orders.items()}
    found: dict[int, dt.date] = {}
    pegs = Peg.objects.filter(run__is_live=True, expected__in=of_supply)
    columns = ("expected_id", "demand__needed_on", "parent__release_on")
    for expected_id, needed, release in pegs.values_list(*columns):
        day = needed or release
        if day is not None:
            pk = of_supply[expected_id or 0]
            found[pk] = min(found.get(pk, day), day)
    return {pk: found.get(pk, one.due_on) for pk, one in orders.items()}


def _weights(orders: Mapping[int, WorkOrder]) -> dict[int, int]:
    """By work order, what a minute of lateness costs: the rank of the most urgent line it serves
    (1: nine times as much as 9)."""
    served = lines_of_work_orders(orders)
    names = {pk: {*one.demands, *served.get(pk, ())} for pk, one in orders.items()}
    wanted = set().union(*names.values()) if names else set()
    ranks = dict(DemandRank.objects.filter(demand__in=wanted).values_list("demand", "rank"))
    return {
        pk: 10 - min((ranks.get(name, USUAL_RANK) for name in own), default=USUAL_RANK)
        for pk, own in names.items()
    }


def _setups(
    centers: Collection[int], families: Collection[str]
) -> dict[int, dict[tuple[str, str], int]]:
    """By work centre, the minutes between two families; what is said of all goes to each."""
    found: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    rows = list(SetupTime.objects.filter(work_center__in=centers).order_by("pk"))
    for one in rows:
        if not one.from_family:
            for family in {"", *families} - {one.to_family}:
                found[one.work_center_id][family, one.to_family] = one.minutes
    for one in rows:
        if one.from_family:
            found[one.work_center_id][one.from_family, one.to_family] = one.minutes
    return found


def _last_families(centers: Collection[int]) -> dict[tuple[int, int], str]:
    """By machine, what it was set up for last. 1 query."""
    rows = WorkStep.objects.filter(
        work_center__in=centers, state=WorkStep.State.DONE, machine__isnull=False
    )
    last = rows.order_by("work_center", "machine", "-done_at").distinct("work_center", "machine")
    columns = ("work_center_id", "machine", "setup_family")
    return {(pk, number or 0): family for pk, number, family in last.values_list(*columns)}


def clocks_of(shop: Shop) -> dict[str, Clock]:
    """The working time of each machine by its name."""
    return {one.name: Clock(one) for one in shop.machines}
