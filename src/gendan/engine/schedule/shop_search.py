"""Machine schedules: constructed at once, then made better until proved best or told to end.

Small and middle shops: CP-SAT on everything beside a tabu search (shops that are graphs) or a
large-neighbourhood search; then, and for large shops from the start, only the latter two. What is
best so far is told at any moment. With `deterministic` the same seed gives the same schedule on
any machine with the same libraries.
"""

import importlib.util
import math
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .shop import Outcome, Problem, Progress, Shop, changes
from .shop_greedy import CannotPlace, construct, squeeze
from .shop_instance import NOBODY, Compiler, Instance, Plan, cost, makespan, placed, tardiness

if TYPE_CHECKING:
    from .shop_lanes import Lane, Meter

LARGEST_EXACT = 1_200  # operations up to which all of them are given to CP-SAT at once,
MOST_PARTS = 20_000  # and stretches of starts and pairs with set-ups in their model
EXACT_SHARE = 0.4  # of the time, before its worker goes over to what the others do,
MIDDLE = 300  # up to so many operations; less for more
GRACE_SECONDS = 1.0  # for lanes to end; one that compiles or builds a model is left behind
ROUNDS = 20  # between them lanes tell one another what they found
POLL_SECONDS = 0.05
TRIES = 20  # constructions by chance, fewer for large shops
EFFORT = 20_000  # operations placed by all of them together


@dataclass(frozen=True, slots=True)
class Budget:
    """When to end, whichever comes first; neither: only when the best is proved.

    seconds: of the clock; deterministic: each worker's, as CP-SAT counts (about a second). workers:
    threads. seed: chance.
    """

    seconds: float | None = None
    deterministic: float | None = None
    workers: int = 2
    seed: int = 0


def is_optimiser_installed() -> bool:
    """Whether requirements/optimise.txt is installed; without it schedules are only constructed."""
    return all(importlib.util.find_spec(name) is not None for name in ("ortools", "numba"))


def solve(
    shop: Shop,
    budget: Budget,
    *,
    progress: Callable[[Progress], None] | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Schedule a shop.

    Jobs that cannot be scheduled are left out and named in `problems`. progress is called in this
    thread for the first schedule and each better one; is_stopped is asked all the time.
    """
    begin = time.monotonic()
    instance, plan, problems = _prepare(shop, budget)
    bound = _simple_bound(instance)
    searches = budget.seconds is None or budget.seconds > 0
    if progress is not None:
        progress(Progress(cost(instance, plan), bound, placed(instance, plan)))
    if searches and cost(instance, plan) > bound and is_optimiser_installed():
        until = math.inf if budget.seconds is None else begin + budget.seconds
        search = _Search(instance, plan, bound, budget, until, progress, is_stopped)
        plan, bound = search.run()
    rows = placed(instance, plan)
    return Outcome(
        rows,
        cost(instance, plan),
        min(bound, cost(instance, plan)),
        makespan(plan),
        tardiness(instance, plan),
        changes(shop.former, rows) if shop.former else (),
        problems,
        searches and is_optimiser_installed(),
    )


def _prepare(shop: Shop, budget: Budget) -> tuple[Instance, Plan, tuple[Problem, ...]]:
    """The instance of all jobs that can be placed, and a first plan."""
    compiler = Compiler(shop)
    left_out: list[Problem] = []
    while True:
        instance = compiler.instance(frozenset(one.job for one in left_out))
        tries = min(TRIES, EFFORT // max(len(instance.tasks), 1))
        try:
            plan = construct(instance, budget.seed, tries)
        except CannotPlace as obstacle:
            job, step = instance.names[obstacle.task]
            words = "the calendars of its machines and people end before it can be done"
            code = "calendar_too_short"
            if instance.tasks[obstacle.task].is_locked:
                words = "it is locked at a time that others, set-ups or people do not leave free"
                code = "lock_in_the_way"
            message = f"Job {job!r}, step {step!r}: {words}."
            left_out.append(Problem(job, step, code, message))
            continue
        return instance, plan, (*compiler.problems, *left_out)


def _simple_bound(instance: Instance) -> int:
    """What no schedule can cost less than: the longest job, the fullest machine."""
    if not instance.is_makespan:
        return 0
    longest, ends = 0, [0] * len(instance.tasks)
    load = [0] * len(instance.clocks)
    for v, task in enumerate(instance.tasks):
        before = 0
        if task.before != NOBODY and instance.tasks[task.before].batches == 1:
            before = ends[task.before]
        first = min(option.spans[0].low for option in task.options)
        ends[v] = max(before, first) + min(option.minutes for option in task.options)
        longest = max(longest, ends[v])
        if len(task.options) == 1:
            load[task.options[0].machine] += task.options[0].minutes
    return max(longest, *load) if load else longest


def _fits_whole(instance: Instance) -> bool:
    """Whether a model of everything is small enough to be built and solved."""
    spans = sum(len(option.spans) for task in instance.tasks for option in task.options)
    pairs = 0
    for machine, setups in enumerate(instance.setups):
        if setups:
            pairs += (
                sum(
                    any(option.machine == machine for option in task.options)
                    for task in instance.tasks
                )
                ** 2
            )
    return len(instance.tasks) <= LARGEST_EXACT and spans + pairs <= MOST_PARTS


class _Search:
    """Lanes beside each other, in rounds."""

    def __init__(
        self,
        instance: Instance,
        plan: Plan,
        bound: int,
        budget: Budget,
        until: float,
        progress: Callable[[Progress], None] | None,
        is_stopped: Callable[[], bool],
    ) -> None:
        # The solver and the compiler take a second to load, and are an extra: only when needed.
        from .shop_lanes import Best, ExactLane

        self.bound = bound
        self.instance, self.budget, self.until = instance, budget, until
        self.progress, self.is_stopped = progress, is_stopped
        self.best = Best(instance, plan, cost(instance, plan), bound)
        self.exact = ExactLane(instance, plan, budget.seed)
        self.told = self.best.version
        self.has_ended = False
        self.lanes = [self._lane(budget.seed + 1 + n) for n in range(max(budget.workers, 1))]

    def _lane(self, seed: int) -> "Lane":
        from .shop_graph import is_graph
        from .shop_lanes import TabuLane, WindowLane

        kind = TabuLane if is_graph(self.instance) else WindowLane
        return kind(self.instance, self.best.plan, seed)

    def run(self) -> tuple[Plan, int]:
        """The best plan and the best bound."""
        left = 1.0
        pool = ThreadPoolExecutor(max_workers=len(self.lanes))
        try:
            if _fits_whole(self.instance):
                # With one worker the lanes come after it, and need as much time.
                share = EXACT_SHARE * min(1.0, MIDDLE / len(self.instance.tasks))
                left -= share / (2 if self.budget.workers <= 1 else 1)
                self._turn(pool, [self.exact, *self.lanes[1:]], 1.0 - left)
            for number in range(ROUNDS):
                if self.has_ended:
                    break
                share = left / ROUNDS if self._is_counted() else 1 / (ROUNDS - number)
                self._turn(pool, self.lanes, share)
        finally:
            pool.shutdown(wait=False)
        return self._result()

    def _turn(self, pool: ThreadPoolExecutor, lanes: "list[Lane]", share: float) -> None:
        """All lanes at once for a share of the time; then each knows the best plan of all."""
        runs = []
        for lane in lanes:
            found = self.best
            if self._is_counted():  # what others find meanwhile must not end or steer a lane
                found = self.best.below(lane.plan, lane.value, self.bound)
            runs.append(pool.submit(lane.run, self._meter(share), found))
        self._wait(runs)
        best = min([self.exact, *self.lanes], key=lambda lane: lane.value)
        for lane in [self.exact, *self.lanes]:
            lane.take_in(best.plan, best.value)
        if self.exact.is_optimal or best.value <= self.best.bound:
            self.has_ended = True

    def _is_counted(self) -> bool:
        return self.budget.deterministic is not None

    def _meter(self, share: float) -> "Meter":
        """A share of all deterministic time, or of the time that is left."""
        from .shop_lanes import Meter

        count = self.budget.deterministic
        if count is not None:
            return Meter(self.until, count * share, self._is_over)
        now = time.monotonic()
        return Meter(now + (self.until - now) * share, math.inf, self._is_over)

    def _is_over(self) -> bool:
        return self.has_ended

    def _wait(self, runs: "list[Future[None]]") -> None:
        """Until all lanes end their turn; tell what is new, end when asked to or proved."""
        left_behind = math.inf
        while runs and time.monotonic() < left_behind:
            done, rest = wait(runs, timeout=POLL_SECONDS)
            self._tell()
            over = self.is_stopped() or time.monotonic() >= self.until or self.exact.is_optimal
            if over or (self.best.is_optimal and not self._is_counted()):
                self.has_ended = True
                self.exact.end()
                left_behind = min(left_behind, time.monotonic() + GRACE_SECONDS)
            for run in done:
                run.result()
            runs = list(rest)

    def _tell(self) -> None:
        best = self.best
        if self.progress is None or self.told == best.version:
            return
        with best.lock:
            plan, value, bound, self.told = best.plan, best.cost, best.bound, best.version
        self.progress(Progress(value, min(bound, value), placed(self.instance, plan)))

    def _result(self) -> tuple[Plan, int]:
        """What came out; where time is counted not depending on who was first."""
        best, exact = self.best, self.exact
        self._tell()
        if self._is_counted():
            lanes: list[Lane] = [exact] if exact.is_optimal else [exact, *self.lanes]
            first = min(lanes, key=lambda lane: lane.value)
            return self._early(first.plan), best.bound
        return self._early(best.plan), best.bound

    def _early(self, plan: Plan) -> Plan:
        return plan if self.instance.shop.stability else squeeze(self.instance, plan)
