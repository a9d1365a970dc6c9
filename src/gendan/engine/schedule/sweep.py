"""A plan as late as possible: a walk over the days from the last to the first.

On each day the needs of that day (order lines, components of orders that begin on it) join an open
order of their item. Each work centre spends its minutes on what waits for it: on orders begun, then
on those that cost most to make earlier. What finds no room waits for the day before. While an order
waits, further needs join it, so that full work centres lose less time with setting up. The walk
knows no first day; what it puts too early has to be moved by `forward`.
"""

import random
from collections import defaultdict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace

from .reach import Reach, makeable
from .workshop import DONE, NEVER, NOTHING, Order, Workshop

_RUNNING = -1e12  # an order on which a centre has begun goes on
_INNER = -1e9  # then steps before the last: they cost no stock, only time
_LIMIT = -30  # before this day capacity does not count: only the order of what is left does


@dataclass(frozen=True, slots=True)
class Manner:
    """How the walk decides.

    `strict_days`: that many days after the latest reach of all lines, and before, what has the
    latest reach keeps its place and the rest goes to earlier days; from then on it is what costs
    most to keep in stock for a minute gained. `span`: lines for which something is made together
    leave at most so many days apart: what is urgent must not wait for much that is not.
    `noise`: by what share at most the cost of keeping is put wrong by chance, to try other ways.
    """

    strict_days: int = 25
    span: int = 7
    noise: float = 0.0
    seed: int = 0


class _Job:
    """An order in the making: the step it waits for, counted from the last, and what is left."""

    __slots__ = ("available", "item", "left", "quantity", "step", "urgency", "work")

    def __init__(self, item: int, quantity: int, urgency: int) -> None:
        self.item = item
        self.quantity = quantity
        self.urgency = urgency
        self.step = 0
        self.left = 0.0
        self.available = NEVER
        self.work: list[tuple[int, int, float]] = []


class Sweep:
    """One walk. Afterwards `orders` is in the order of start, components before parents."""

    def __init__(self, workshop: Workshop, reach: Reach, manner: Manner) -> None:
        self.workshop = workshop
        self.reach = reach.reach
        self.manner = manner
        products = workshop.products
        self.steps = [
            [(step.centre, step.setup, step.per_piece) for step in reversed(product.steps)]
            for product in products
        ]
        self.parts = [
            [(part.item, part.numerator, part.denominator) for part in product.parts]
            for product in products
        ]
        self.lots = [product.lot for product in products]
        self.made = [one.is_made and makeable(workshop, one) for one in products]
        self.keys = self._keys()
        self.strict = False
        self.granted = list(reach.granted)
        self.heaps: list[list[tuple[float, int, _Job]]] = [[] for _ in workshop.minutes]
        self.open: list[_Job | None] = [None] * len(products)
        self.count = 0
        self.waiting = 0
        self.orders: list[Order] = []
        self.needs = self._lines(reach)
        latest = (reach.reach[line.item] for line in workshop.lines if line.item >= 0)
        self.strict_before = manner.strict_days + max(
            (one for one in latest if one < NEVER), default=0
        )
        self._walk()
        self.orders.reverse()

    def _keys(self) -> list[float]:
        """By item, less the dearer its pieces are for the minutes they take."""
        chance = random.Random(self.manner.seed)  # noqa: S311 - a search, not a secret
        keys = []
        for product, steps in zip(self.workshop.products, self.steps, strict=True):
            minutes = sum(per for _centre, _setup, per in steps)
            wrong = 1.0 + self.manner.noise * chance.uniform(-1, 1)
            keys.append(-product.price * wrong / (minutes or 1.0))
        return keys

    def _lines(self, reach: Reach) -> dict[int, list[tuple[int, int, int]]]:
        needs: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for line, day in zip(self.workshop.lines, reach.day, strict=True):
            if day is not None:
                needs[day].append((line.item, line.quantity, day))
        return needs

    def _walk(self) -> None:
        day = max(self.needs, default=-1)
        while self.needs or self.waiting:
            if not self.strict and day < self.strict_before:
                self._be_strict()
            self._spend(day)
            day -= 1

    def _be_strict(self) -> None:
        """From now on the latest reach goes first."""
        self.strict = True
        self.keys = [-1000.0 - reach for reach in self.reach]
        for row, heap in enumerate(self.heaps):
            self.heaps[row] = [
                (key if job.step or key == _RUNNING else self.keys[job.item], count, job)
                for key, count, job in heap
            ]
            heapify(self.heaps[row])

    def _spend(self, day: int) -> None:
        """Serve the needs of a day, and what waits, until no centre can do more."""
        free = list(self.workshop.minutes) if day > _LIMIT else [float("inf")] * len(self.heaps)
        active = list(range(len(free)))
        self._join(self.needs.pop(day, []), active)
        while active:
            centre = active.pop()
            if free[centre] >= NOTHING:
                free[centre] = self._work(centre, free[centre], day, active)

    def _join(self, needs: list[tuple[int, int, int]], active: list[int]) -> None:
        """Needs of (item, quantity, urgency) join the open orders of their items."""
        span = self.manner.span
        for item, quantity, urgency in needs:
            if not self.made[item]:
                continue
            scarce = urgency < self.reach[item]
            if scarce and self.granted[item]:
                taken = min(quantity, self.granted[item])
                self.granted[item] -= taken
                quantity -= taken
                if not quantity:
                    continue
            job = self.open[item]
            if (
                job is not None
                and -span <= job.urgency - urgency <= span
                and (job.urgency < self.reach[item]) == scarce
            ):
                job.quantity += quantity
                if urgency < job.urgency:
                    job.urgency = urgency
                continue
            job = self.open[item] = _Job(item, quantity, urgency)
            self.count += 1
            self.waiting += 1
            centre = self.steps[item][0][0]
            heappush(self.heaps[centre], (self.keys[item], self.count, job))
            active.append(centre)

    def _work(self, centre: int, room: float, day: int, active: list[int]) -> float:
        """Spend the minutes of a centre on what waits for it; what is left of them."""
        heap = self.heaps[centre]
        while heap and room >= NOTHING:
            job = heap[0][2]
            if job.available == NEVER:
                self._begin(job, day)
            left = job.left
            if left > room + DONE:
                job.left = left - room
                job.work.append((job.step, day, room))
                heapreplace(heap, (_RUNNING, 0, job))
                return 0.0
            room -= left
            job.work.append((job.step, day, left))
            heappop(heap)
            self._next_step(job, day, active)
        return room

    def _begin(self, job: _Job, day: int) -> None:
        """The order is closed: no further needs join it."""
        item = job.item
        if self.open[item] is job:
            self.open[item] = None
        lot = self.lots[item]
        job.quantity = -(-job.quantity // lot) * lot
        _centre, setup, per_piece = self.steps[item][0]
        job.left = setup + job.quantity * per_piece
        job.available = day

    def _next_step(self, job: _Job, day: int, active: list[int]) -> None:
        item = job.item
        steps = self.steps[item]
        job.step += 1
        if job.step < len(steps):
            centre, setup, per_piece = steps[job.step]
            job.left = setup + job.quantity * per_piece
            self.count += 1
            heappush(self.heaps[centre], (_INNER - self.reach[item], self.count, job))
            active.append(centre)
            return
        self.waiting -= 1
        last = len(steps) - 1
        work = [(last - step, one, minutes) for step, one, minutes in reversed(job.work)]
        order = Order(item, job.quantity, day, job.available, job.urgency, work)
        self.orders.append(order)
        needs = [
            (part, -(-job.quantity * numerator // denominator), job.urgency)
            for part, numerator, denominator in self.parts[item]
        ]
        self._join(needs, active)
