"""The searches that run beside each other: tabu with an elite, windows of CP-SAT, all of CP-SAT."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

import numpy as np

from . import shop_tabu as tabu
from .shop_calendar import END_OF_TIME
from .shop_graph import graph_of, new_memory, new_state
from .shop_greedy import squeeze
from .shop_instance import NOBODY, Instance, Plan, cost
from .shop_model import Limits, Model, Window
from .shop_paths import Ints, restore

ELITE = 10  # solutions a tabu lane keeps
PATIENCE = 12_500  # iterations without gain before the next start (Peng, Lü and Cheng 2015)
WINDOW_SECONDS = 2.0  # CP-SAT's deterministic seconds for one window
STRETCH_SECONDS = 0.0005  # what each stretch of a tabu search costs besides its iterations
UNIT = 8_000_000  # iterations times operations that count as a deterministic second of tabu


@dataclass(slots=True)
class Meter:
    """How long a lane may go on: until a moment of the monotonic clock, or for deterministic
    seconds; or until it is stopped."""

    until: float
    left: float
    is_stopped: Callable[[], bool]

    def is_over(self) -> bool:
        """Whether to end."""
        return self.left <= 0 or time.monotonic() >= self.until or self.is_stopped()

    def seconds(self) -> float:
        """Seconds of the clock that are left."""
        return self.until - time.monotonic()


@dataclass(slots=True)
class Best:
    """The best plan so far, of one lane or shared. above: who is told, too, but tells nothing."""

    instance: Instance
    plan: Plan
    cost: int
    bound: int
    above: "Best | None" = None
    version: int = 0
    lock: Lock = field(default_factory=Lock)

    def offer(self, plan: Plan) -> None:
        """Take a plan if it is better."""
        value = cost(self.instance, plan)
        with self.lock:
            if value < self.cost:
                self.plan, self.cost = plan, value
                self.version += 1
        if self.above is not None:
            self.above.offer(plan)

    def below(self, plan: Plan, value: int, bound: int) -> "Best":
        """One lane's own, which tells this one what it finds."""
        return Best(self.instance, plan, value, bound, self)

    def raise_bound(self, bound: int) -> None:
        """No plan costs less than the bound."""
        with self.lock:
            if bound > self.bound:
                self.bound = bound
                self.version += 1
        if self.above is not None:
            self.above.raise_bound(bound)

    @property
    def is_optimal(self) -> bool:
        """Whether nothing better can be."""
        return self.cost <= self.bound


class Lane(Protocol):
    """A search that goes on from where it was, and takes in what others found."""

    plan: Plan
    value: int

    def run(self, meter: Meter, found: Best) -> None:
        """Search on; what is better is offered."""

    def take_in(self, plan: Plan, value: int) -> None:
        """Know a plan another lane found."""


@dataclass(slots=True)
class Elite:
    """A solution of the tabu search: choices over all, and all operations in order of start."""

    value: int
    choice: Ints
    order: Ints
    head: Ints


class TabuLane:
    """Tabu search from good and from mixed solutions, for instances that are graphs."""

    def __init__(self, instance: Instance, plan: Plan, seed: int) -> None:
        self.instance = instance
        self.graph = graph_of(instance)
        self.rng = random.Random(seed)  # noqa: S311  a search, no secret
        n, machines = len(instance.tasks), len(instance.clocks)
        self.state, self.memory = new_state(n, machines), new_memory(n, machines)
        self.plain = not any(instance.setups) and not self.graph.release.any()
        self.tenure = 10 + len(instance.jobs) // max(machines, 1)
        self.elite: list[Elite] = []
        self.is_running = False
        self.plan, self.value = plan, cost(instance, plan)
        self.waiting = [self._from_plan(plan)]

    def take_in(self, plan: Plan, value: int) -> None:
        """Search from another lane's plan next."""
        if value < self.value:
            self.waiting.append(self._from_plan(plan))

    def run(self, meter: Meter, found: Best) -> None:
        """Search on in stretches of about a tenth of a second."""
        size = len(self.instance.tasks)
        while not meter.is_over() and not found.is_optimal:
            stretch = max(int(min(meter.left, 0.1) * UNIT / size), 50)
            if not self.is_running:
                self._begin()
            before = int(self.memory.numbers[0])
            is_done = tabu.search(
                self.graph,
                self.state,
                self.memory,
                stretch,
                PATIENCE,
                self.tenure,
                self.plain,
                self.rng.randrange(2**31),
            )
            used = int(self.memory.numbers[0]) - before
            meter.left -= used * size / UNIT + STRETCH_SECONDS
            if int(self.memory.numbers[2]) < self.value:
                self._tell(found)
            if is_done:
                self._end()

    def _tell(self, found: Best) -> None:
        """Offer the best solution of this search; the search itself goes on where it was."""
        state = self.state
        now = (state.choice.copy(), state.order.copy())
        value = restore(self.graph, state, self.memory.choice, self.memory.order)
        first = self.graph.choices[:-1]
        self.plan = Plan(
            (state.choice - first).tolist(),
            state.head.tolist(),
            (state.head + state.minutes).tolist(),
        )
        self.value = value
        found.offer(self.plan)
        restore(self.graph, state, *now)

    def _begin(self) -> None:
        """Start from a plan that waits, from chance while the elite grows, or from a mixture."""
        if self.waiting:
            choice, order = self.waiting.pop()
        elif len(self.elite) < ELITE:
            choice, order = self._by_chance()
        else:
            choice, order = self._mixture()
        memory = self.memory
        value = restore(self.graph, self.state, choice, order)
        memory.numbers[:] = (0, 0, value)
        memory.choice[:], memory.order[:] = choice, order
        memory.forbidden[:] = 0
        memory.away[:] = 0
        self.is_running = True

    def _end(self) -> None:
        """Keep what the search found, if it is good enough and not there yet."""
        self.is_running = False
        memory = self.memory
        value = restore(self.graph, self.state, memory.choice, memory.order)
        one = Elite(value, memory.choice.copy(), self.state.order.copy(), self.state.head.copy())
        if any(value == other.value and _alike(one, other) for other in self.elite):
            return
        self.elite.append(one)
        if len(self.elite) > ELITE:
            self.elite.remove(max(self.elite, key=lambda other: other.value))

    def _from_plan(self, plan: Plan) -> tuple[Ints, Ints]:
        order = sorted(range(len(plan.start)), key=lambda v: (plan.start[v], plan.end[v], v))
        choice = self.graph.choices[:-1] + np.array(plan.option, np.int64)
        return choice, np.array(order, np.int64)

    def _by_chance(self) -> tuple[Ints, Ints]:
        """Jobs in any order, each step on a machine that does it soonest."""
        tasks, rng = self.instance.tasks, self.rng
        turns = [task.job for task in tasks]
        rng.shuffle(turns)
        following = {task.job: v for v, task in enumerate(tasks) if task.before == NOBODY}
        order = []
        for job in turns:
            order.append(following[job])
            following[job] += 1
        choice = []
        for v, task in enumerate(tasks):
            least = min(option.minutes for option in task.options)
            good = [n for n, option in enumerate(task.options) if option.minutes == least]
            choice.append(int(self.graph.choices[v]) + rng.choice(good))
        return np.array(choice, np.int64), np.array(order, np.int64)

    def _mixture(self) -> tuple[Ints, Ints]:
        """Between two of the elite: operations by a weighted mean of their places in both orders.

        Both orders keep the jobs', so every mean does; and an order of all contradicts nothing.
        """
        one, other = self.rng.sample(self.elite, 2)
        share = self.rng.uniform(0.3, 0.7)
        key = share * _places(one.order) + (1 - share) * _places(other.order)
        order = np.argsort(key, kind="stable").astype(np.int64)
        takes = np.array([self.rng.random() < share for _ in order])
        return np.where(takes, one.choice, other.choice), order


def _places(order: Ints) -> Ints:
    places = np.empty_like(order)
    places[order] = np.arange(order.size)
    return places


def _alike(one: Elite, other: Elite) -> bool:
    return float((one.head == other.head).mean()) > 0.9


class WindowLane:
    """Large-neighbourhood search: CP-SAT on a part of the tasks, the rest keeps order or time."""

    def __init__(self, instance: Instance, plan: Plan, seed: int) -> None:
        self.instance = instance
        self.rng = random.Random(seed)  # noqa: S311  a search, no secret
        self.plan, self.value = plan, cost(instance, plan)
        self.size = 30.0
        self.seed = seed

    def take_in(self, plan: Plan, value: int) -> None:
        """Go on from another lane's plan if it is better."""
        if value < self.value:
            self.plan, self.value = plan, value

    def run(self, meter: Meter, found: Best) -> None:
        """Window after window; larger ones while they are solved, smaller ones otherwise."""
        while not meter.is_over() and not found.is_optimal:
            window = self._window()
            self.seed += 1
            limits = Limits(meter.seconds(), min(WINDOW_SECONDS, meter.left), self.seed)
            solved = Model(self.instance, self.plan, window).solve(limits)
            meter.left -= max(solved.deterministic, 0.01)
            factor = 1.1 if solved.is_proved else 0.85
            self.size = min(max(self.size * factor, 8.0), 150.0)
            if solved.plan is None:
                continue
            plan = solved.plan
            if not self.instance.shop.stability:
                plan = squeeze(self.instance, plan)
            value = cost(self.instance, plan)
            if value <= self.value:
                self.plan, self.value = plan, value
                found.offer(plan)

    def _window(self) -> Window:
        """A part around a moment, of some machines, or of some jobs, by lot."""
        plan, rng, size = self.plan, self.rng, int(self.size)
        tasks = self.instance.tasks
        pivot = self._pivot()
        near = sorted(range(len(tasks)), key=lambda v: (abs(plan.start[v] - plan.start[pivot]), v))
        pool = near
        kind = rng.randrange(3)
        if kind == 1:
            count = len(self.instance.clocks)
            some = {rng.randrange(count) for _ in range(max(2, count // 4))}
            some.add(self._machine(pivot))
            pool = [v for v in near[: 3 * size] if self._machine(v) in some]
        elif kind == 2:
            jobs = sorted({tasks[v].job for v in near[: 3 * size]})
            chosen = {rng.choice(jobs) for _ in range(max(2, len(jobs) // 2))}
            chosen.add(tasks[pivot].job)
            pool = [v for v in near[: 3 * size] if tasks[v].job in chosen]
        free = frozenset(pool[:size])
        begin = min(plan.start[v] for v in free)
        end = max(plan.end[v] for v in free)
        others = [v for v in near[: 5 * size] if v not in free and begin <= plan.start[v]]
        others.sort(key=lambda v: (plan.start[v], v))
        ordered = frozenset(others[: size // 2])
        latest = max([end, *(plan.end[v] for v in ordered)]) + (end - begin) // 4
        if self.instance.is_makespan and not self.instance.shop.stability:
            latest = min(latest, max(plan.end))
        return Window(free, ordered, begin, latest)

    def _pivot(self) -> int:
        """A task around which to look: mostly one of a late job, or of the last to end."""
        instance, plan = self.instance, self.plan
        if self.rng.random() < 0.7:
            late = {
                task.job
                for v, task in enumerate(instance.tasks)
                if (due := instance.jobs[task.job].due) is not None and plan.end[v] > due
            }
            pool = [v for v, task in enumerate(instance.tasks) if task.job in late]
            if pool and not instance.is_makespan:
                return self.rng.choice(pool)
        return self.rng.randrange(len(instance.tasks))

    def _machine(self, v: int) -> int:
        return self.instance.tasks[v].options[self.plan.option[v]].machine


class ExactLane:
    """CP-SAT on everything, from the best plan on; run once."""

    def __init__(self, instance: Instance, plan: Plan, seed: int) -> None:
        self.instance, self.seed = instance, seed
        self.plan, self.value = plan, cost(instance, plan)
        self.is_optimal = False
        self.end: Callable[[], None] = lambda: None

    def take_in(self, plan: Plan, value: int) -> None:
        """Begin with another lane's plan if it is better."""
        if value < self.value:
            self.plan, self.value = plan, value

    def run(self, meter: Meter, found: Best) -> None:
        """Solve; the bound holds if nothing better can lie after the horizon."""
        horizon = latest_end(self.instance, self.plan)
        everything = frozenset(range(len(self.instance.tasks)))
        model = Model(self.instance, self.plan, Window(everything, frozenset(), 0, horizon))
        if meter.is_over():
            return

        def tell(plan: Plan, bound: int) -> None:
            found.offer(plan)

        def keep(end: Callable[[], None]) -> None:
            self.end = end

        limits = Limits(meter.seconds(), meter.left, self.seed)
        solved = model.solve(limits, tell, keep)
        meter.left -= solved.deterministic
        if solved.plan is not None:
            self.take_in(solved.plan, cost(self.instance, solved.plan))
        self.is_optimal = solved.is_proved
        found.raise_bound(solved.bound)


def latest_end(instance: Instance, plan: Plan) -> int:
    """No better plan need end later: by the goal, or by all work one after the other."""
    if instance.is_makespan and not instance.shop.stability:
        return max(plan.end)
    moments = [*plan.end, *(task.options[0].spans[0].low for task in instance.tasks)]
    moments += [task.former[1] for task in instance.tasks if task.former is not None]
    moments += [moment for profile in instance.capacity for moment, _ in profile]
    moments += [
        clock.open[-1][1]
        for clock in instance.clocks
        if clock.open and clock.open[-1][1] < END_OF_TIME
    ]
    moments += [end for clock in instance.clocks for _, end in clock.down]
    work = sum(max(option.minutes for option in task.options) for task in instance.tasks)
    longest = max((max(setups.values(), default=0) for setups in instance.setups), default=0)
    last = max(clock.open[-1][1] if clock.open else 0 for clock in instance.clocks)
    return min(max(moments) + work + longest * len(instance.tasks), last)
