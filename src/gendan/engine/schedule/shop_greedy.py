"""Schedules by construction: one operation after the other into the first gap that takes it."""

import random
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from .shop_calendar import END_OF_TIME, earliest
from .shop_instance import NOBODY, Instance, Option, Plan, cost, passes

Key = tuple[int, ...]


class CannotPlace(Exception):
    """An operation finds no place before calendars end, or none where it is locked."""

    def __init__(self, task: int) -> None:
        super().__init__(task)
        self.task = task


class Crew:
    """People of one skill over time: how many are free."""

    def __init__(self, capacity: Sequence[tuple[int, int]]) -> None:
        self.times = [moment for moment, _ in capacity]
        self.free = [people for _, people in capacity]

    def wait(self, begin: int, end: int, people: int) -> int | None:
        """None if so many are free all the time; else the moment after which to try again."""
        place = bisect_right(self.times, begin) - 1
        blocked = None
        while place < len(self.times) and self.times[place] < end:
            if self.free[place] < people:
                blocked = place
            place += 1
        if blocked is None:
            return None
        return self.times[blocked + 1] if blocked + 1 < len(self.times) else END_OF_TIME

    def take(self, begin: int, end: int, people: int) -> None:
        """Take people away for some time."""
        if begin >= end:
            return
        low, high = self._cut(begin), self._cut(end)
        for place in range(low, high):
            self.free[place] -= people

    def _cut(self, moment: int) -> int:
        place = bisect_left(self.times, moment)
        if place == len(self.times) or self.times[place] != moment:
            self.times.insert(place, moment)
            self.free.insert(place, self.free[place - 1])
        return place


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an operation could go; the earliest end is the best, then the earliest start."""

    end: int
    start: int
    option: int


class Board:
    """Machines and people filling up."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        count = len(instance.tasks)
        self.plan = Plan([NOBODY] * count, [0] * count, [0] * count)
        self.rows: list[list[tuple[int, int, int]]] = [[] for _ in instance.clocks]
        self.crews = [Crew(capacity) for capacity in instance.capacity]

    def ready(self, v: int, option: Option) -> int:
        """When the job lets a task begin on an option; the step before is placed."""
        task, plan = self.instance.tasks[v], self.plan
        u = task.before
        if u == NOBODY or plan.option[u] == NOBODY:
            return 0
        other = self.instance.tasks[u]
        if other.batches == 1:
            return plan.end[u]
        was = other.options[plan.option[u]]
        here, there = self.instance.clocks[option.machine], self.instance.clocks[was.machine]
        return max(
            here.back(there.after(plan.start[u], done), needed)
            for done, needed in passes(other.batches, was.minutes, option.minutes)
        )

    def spot(self, v: int, n: int, begin: int = 0) -> Spot | None:
        """The first place of a task on its option n from a moment on; None if there is none."""
        option = self.instance.tasks[v].options[n]
        row, clock = self.rows[option.machine], self.instance.clocks[option.machine]
        moment = max(begin, self.ready(v, option))
        place = max(bisect_right(row, (moment, END_OF_TIME, 0)) - 1, 0)
        while place <= len(row):
            before = row[place - 1] if place else (0, 0, NOBODY)
            setup = self.instance.setup(option.machine, before[2], v)
            moment = max(moment, clock.after(before[1], setup))
            limit = END_OF_TIME
            if place < len(row):
                limit = row[place][0]
            spot = self._fit(v, n, moment, limit, row[place][2] if place < len(row) else NOBODY)
            if spot is not None:
                return spot
            place += 1
        return None

    def _fit(self, v: int, n: int, moment: int, limit: int, following: int) -> Spot | None:
        """The first place from a moment on that ends, with set-up, before a limit."""
        option = self.instance.tasks[v].options[n]
        clock = self.instance.clocks[option.machine]
        setup = 0
        if following != NOBODY:
            setup = self.instance.setup(option.machine, v, following)
        while (span := earliest(option.spans, moment)) is not None:
            start = max(moment, span.low)
            end = start + span.elapsed
            if end > limit or (setup and clock.after(end, setup) > limit):
                return None
            waits = None
            if option.skill != NOBODY:
                waits = self._wait(option, start, end)
            if waits is None:
                return Spot(end, start, n)
            moment = max(waits, start + 1) if waits < END_OF_TIME else END_OF_TIME
        return None

    def _wait(self, option: Option, start: int, end: int) -> int | None:
        """Until when to wait for people; None if they are there while the machine works."""
        crew = self.crews[option.skill]
        for begin, stop in self.instance.clocks[option.machine].parts(start, end):
            wait = crew.wait(begin, stop, option.people)
            if wait is not None:
                return wait
        return None

    def put(self, v: int, spot: Spot) -> None:
        """Place a task."""
        option = self.instance.tasks[v].options[spot.option]
        self.plan.option[v], self.plan.start[v] = spot.option, spot.start
        self.plan.end[v] = spot.end
        insort(self.rows[option.machine], (spot.start, spot.end, v))
        if option.skill != NOBODY:
            for part in self.instance.clocks[option.machine].parts(spot.start, spot.end):
                self.crews[option.skill].take(*part, option.people)

    def best(self, v: int) -> Spot:
        """Where a task ends first. Raises CannotPlace."""
        options = range(len(self.instance.tasks[v].options))
        found = [spot for n in options if (spot := self.spot(v, n)) is not None]
        if not found:
            raise CannotPlace(v)
        return min(found, key=lambda spot: (spot.end, spot.start, spot.option))

    def put_locked(self) -> None:
        """Place what is locked. Raises CannotPlace where locks contradict anything."""
        tasks = self.instance.tasks
        locked = [v for v, task in enumerate(tasks) if task.is_locked]
        for v in sorted(locked, key=lambda v: (tasks[v].options[0].spans[0].low, v)):
            spot = self.spot(v, 0)
            if spot is None:
                raise CannotPlace(v)
            self.put(v, spot)

    def must_hold(self, v: int) -> None:
        """Raises CannotPlace if the next step is locked and would begin too early after v."""
        following = self.instance.tasks[v].after
        if following != NOBODY and self.instance.tasks[following].is_locked:
            option = self.instance.tasks[following].options[0]
            if self.ready(following, option) > self.plan.start[following]:
                raise CannotPlace(following)


def by_rule(instance: Instance, rule: Callable[[int, int], Key]) -> Plan:
    """Place always the next step of the job whose key is smallest: key of (task, ready minute).

    Jobs with locked steps come first. Raises CannotPlace.
    """
    board, tasks = Board(instance), instance.tasks
    board.put_locked()
    with_locks = {task.job for task in tasks if task.is_locked}
    heap = [(_turn(with_locks, tasks[v].job), rule(v, 0), v) for v in _firsts(instance)]
    heapify(heap)
    while heap:
        turn, _, v = heappop(heap)
        if not tasks[v].is_locked:
            board.put(v, board.best(v))
            board.must_hold(v)
        following = tasks[v].after
        if following != NOBODY:
            heappush(heap, (turn, rule(following, board.plan.end[v]), following))
    return board.plan


def _turn(with_locks: set[int], job: int) -> int:
    return 0 if job in with_locks else 1


def _firsts(instance: Instance) -> list[int]:
    return [v for v, task in enumerate(instance.tasks) if task.before == NOBODY]


def by_order(instance: Instance, order: Iterable[int], options: Sequence[int]) -> Plan:
    """Place tasks in an order that keeps the jobs' own, each on a given option."""
    board = Board(instance)
    board.put_locked()
    for v in order:
        if instance.tasks[v].is_locked:
            continue
        spot = board.spot(v, options[v])
        if spot is None:
            raise CannotPlace(v)
        board.put(v, spot)
        board.must_hold(v)
    return board.plan


def squeeze(instance: Instance, plan: Plan) -> Plan:
    """The plan with everything as early as its order lets it be, if that is no dearer."""
    order = sorted(range(len(plan.start)), key=lambda v: (plan.start[v], plan.end[v], v))
    try:
        found = by_order(instance, order, plan.option)
    except CannotPlace:
        return plan
    return found if cost(instance, found) <= cost(instance, plan) else plan


def by_former(instance: Instance) -> Plan:
    """In the order of the former schedule, nothing before its former time. Raises CannotPlace."""
    board, tasks = Board(instance), instance.tasks
    board.put_locked()
    heap = [(_former_key(instance, v), v) for v in _firsts(instance)]
    heapify(heap)
    while heap:
        _, v = heappop(heap)
        former = tasks[v].former
        if not tasks[v].is_locked:
            spot = None
            if former is not None and former[0] != NOBODY:
                spot = board.spot(v, *former)
            board.put(v, spot or board.best(v))
            board.must_hold(v)
        if (following := tasks[v].after) != NOBODY:
            heappush(heap, (_former_key(instance, following), following))
    return board.plan


def _former_key(instance: Instance, v: int) -> Key:
    former = instance.tasks[v].former
    return (0, former[1], v) if former else (1, 0, v)


def around_former(instance: Instance, tries: int = 50) -> Plan | None:
    """Leave what can stay where the former schedule has it, the rest into the gaps.

    What follows too early on something that had to move is moved, too, in the next try; None if
    that does not come to an end. Raises CannotPlace.
    """
    moved: set[int] = set()
    for _ in range(tries):
        board = Board(instance)
        board.put_locked()
        pushed = _around(instance, board, moved)
        if not pushed:
            return board.plan
        moved |= pushed
    return None


def _around(instance: Instance, board: Board, moved: set[int]) -> set[int]:
    """Place everything; what stays but would begin too early after what moved."""
    tasks, stays = instance.tasks, set()
    for v in sorted(range(len(tasks)), key=lambda v: _former_key(instance, v)):
        former = tasks[v].former
        if former is None or former[0] == NOBODY or tasks[v].is_locked or v in moved:
            continue
        spot = board.spot(v, *former)
        if spot is not None and spot.start == former[1]:
            board.put(v, spot)
            stays.add(v)
    pushed = set()
    for v, task in enumerate(tasks):  # the steps of a job follow one another
        if v not in stays and not task.is_locked:
            board.put(v, board.best(v))
            board.must_hold(v)
        w = task.after
        if w in stays:
            option = tasks[w].options[board.plan.option[w]]
            if board.ready(w, option) > board.plan.start[w]:
                pushed.add(w)
    return pushed


def construct(instance: Instance, seed: int, rounds: int) -> Plan:
    """The best of several rules, and of the same with chance. Raises CannotPlace."""
    rng = random.Random(seed)  # noqa: S311  a search, no secret
    plans = []
    if instance.shop.former:
        plans = [by_former(instance)]
        if (around := around_former(instance)) is not None:
            plans.append(around)
    rules = _rules(instance)
    plans += [by_rule(instance, rule) for rule in rules]
    for _ in range(rounds):
        noise = [rng.uniform(0.7, 1.4) for _ in instance.jobs]
        plans.append(by_rule(instance, _shaken(instance, rng.choice(rules), noise)))
    return min(plans, key=lambda plan: (cost(instance, plan), sum(plan.end)))


def _shaken(
    instance: Instance, rule: Callable[[int, int], Key], noise: Sequence[float]
) -> Callable[[int, int], Key]:
    def shaken(v: int, ready: int) -> Key:
        first, *others = rule(v, ready)
        return (round(first * noise[instance.tasks[v].job]), *others)

    return shaken


def _rules(instance: Instance) -> list[Callable[[int, int], Key]]:
    """Smallest first: ready soonest, most work left, latest start for the due time, and mixed."""
    tails = _tails(instance)
    far = sum(tails[v] for v in _firsts(instance))

    def due(v: int) -> int:
        job = instance.jobs[instance.tasks[v].job]
        return far if job.due is None else job.due

    return [
        lambda v, ready: (ready, -tails[v], v),
        lambda v, ready: (-tails[v], ready, v),
        lambda v, ready: (ready - tails[v], v),
        lambda v, ready: (due(v) - tails[v], v),
        lambda v, ready: (due(v), v),
        lambda v, ready: (ready + due(v) - tails[v], v),
    ]


def _tails(instance: Instance) -> list[int]:
    """The least work from each task to the end of its job."""
    tails = [0] * len(instance.tasks)
    for v in range(len(instance.tasks) - 1, -1, -1):
        task = instance.tasks[v]
        after = tails[task.after] if task.after != NOBODY else 0
        tails[v] = after + min(option.minutes for option in task.options)
    return tails
