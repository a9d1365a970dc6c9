"""Load of work centres by day: each order's operations dated backward from its due day.

Infinite loading (every order is dated as if it had the work centres to itself), so that what is
too much shows as load above capacity. Method: backward scheduling with infinite loading as in
APICS CPIM, "capacity requirements planning". An order that would have had to begin before the
first day is dated forward from the first day instead, so that no work is lost in the past.

Amounts are integers (the caller's unit, e.g. thousandths of a minute); days are places counted
from the first day of the horizon.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Work:
    """What is to be done: n operations of m orders.

    `order` (n): place of its order, ascending; operations of one order stand in their sequence.
    `center` (n): place of its work centre. `amount` (n): what it takes of the work centre, ≥ 0.
    `due` (m): the day at whose end the order must be ready; negative when that is past, a day
    behind the horizon counts as its last one.
    """

    order: Ints
    center: Ints
    amount: Ints
    due: Ints


@dataclass(frozen=True, eq=False)
class Loaded:
    """When each operation is done and what it takes of which day.

    `start`, `end` (n): first and last day of each operation; the number of days of the horizon
    where it does not end within it. `is_forward` (m): orders that would have had to begin before
    the first day. `ready` (m): the day each order is ready; the number of days: not within the
    horizon. `row_operation`, `row_day`, `row_amount` (r): amounts > 0 by operation and day.
    """

    start: Ints
    end: Ints
    is_forward: Flags
    ready: Ints
    row_operation: Ints
    row_day: Ints
    row_amount: Ints


def load(work: Work, capacity: Ints) -> Loaded:
    """Date all operations; `capacity` (work centres × days) is what each can do on each day.

    An operation takes the whole capacity of its work centre, day after day; the one before it must
    be finished when it begins. Within a day the moment is carried over as a share of the day.
    """
    return _Loading(work, capacity).run()


class _Loading:
    """Positions are amounts counted along a work centre's capacity from the first day."""

    def __init__(self, work: Work, capacity: Ints) -> None:
        self.work = work
        self.capacity = capacity
        centers, self.days = capacity.shape
        self.upto = np.zeros((centers, self.days + 1), np.int64)
        np.cumsum(capacity, axis=1, out=self.upto[:, 1:])
        self.stride = int(self.upto.max(initial=0)) + 1
        self.flat = (self.upto + np.arange(centers)[:, None] * self.stride).ravel()
        self.count = np.bincount(work.order, minlength=work.due.size)
        self.first = np.cumsum(self.count) - self.count
        # The moment in which each order is: a day, and how much of how much of it is over.
        self.day = np.clip(work.due, 0, max(self.days - 1, 0))
        self.part = np.ones(work.due.size, np.int64)
        self.whole = np.ones(work.due.size, np.int64)
        size = work.order.size
        self.start, self.end = np.full(size, self.days), np.full(size, self.days)
        self.begin, self.finish = np.zeros(size, np.int64), np.zeros(size, np.int64)

    def run(self) -> Loaded:
        is_forward = (self.work.due < 0) | (self.days == 0)
        self._all_back(is_forward)
        orders = np.flatnonzero(is_forward)
        self.day[orders], self.part[orders] = 0, 0
        self._all_forward(orders)
        ready = np.maximum(np.minimum(self.work.due, self.days - 1), 0)
        has_work = self.count > 0
        ready[has_work] = self.end[(self.first + self.count - 1)[has_work]]
        ready[~has_work & is_forward] = 0
        rows = self._rows()
        return Loaded(self.start, self.end, is_forward, ready, *rows)

    def _all_back(self, is_forward: Flags) -> None:
        """The last operations of all orders, then those before them; notes who fails."""
        for back in range(int(self.count.max(initial=0))):
            orders = np.flatnonzero((self.count > back) & ~is_forward)
            rows = (self.first + self.count - 1 - back)[orders]
            center, amount = self.work.center[rows], self.work.amount[rows]
            finish = self._position(orders, center, is_up=False)
            begin = finish - amount
            fits = begin >= 0
            is_forward[orders[~fits]] = True
            orders, rows, center, begin, finish = (
                one[fits] for one in (orders, rows, center, begin, finish)
            )
            self._note(orders, rows, center, begin, finish, to_end=False)

    def _all_forward(self, orders: Ints) -> None:
        for place in range(int(self.count[orders].max(initial=0))):
            going = orders[self.count[orders] > place]
            rows = (self.first + place)[going]
            beyond = self.day[going] >= self.days
            self.start[rows[beyond]] = self.end[rows[beyond]] = self.days
            going, rows = going[~beyond], rows[~beyond]
            center, amount = self.work.center[rows], self.work.amount[rows]
            begin = self._position(going, center, is_up=True)
            self._note(going, rows, center, begin, begin + amount, to_end=True)

    def _position(self, orders: Ints, center: Ints, *, is_up: bool) -> Ints:
        """The orders' moments as positions of other work centres."""
        day, part, whole = self.day[orders], self.part[orders], self.whole[orders]
        there = part * self.capacity[center, day]
        share = -(-there // whole) if is_up else there // whole
        return np.asarray(self.upto[center, day] + share)

    def _note(
        self, orders: Ints, rows: Ints, center: Ints, begin: Ints, finish: Ints, *, to_end: bool
    ) -> None:
        """Write down where operations lie, and set the moment their orders are in now."""
        takes = finish > begin
        self.start[rows] = self.end[rows] = self.day[orders]  # no work takes no time
        orders, rows, center, begin, finish = (
            one[takes] for one in (orders, rows, center, begin, finish)
        )
        most = self.upto[center, self.days]
        start = self._day_of(center, np.minimum(begin, most), side="right")
        ends = finish <= most
        end = np.where(ends, self._day_of(center, np.minimum(finish, most), "left"), self.days)
        self.start[rows], self.end[rows] = start, end
        self.begin[rows], self.finish[rows] = begin, np.minimum(finish, most)
        day, position = (end, finish) if to_end else (start, begin)
        self.day[orders] = day
        inside = np.minimum(day, self.days - 1)
        self.whole[orders] = np.maximum(self.capacity[center, inside], 1)
        self.part[orders] = np.where(day < self.days, position - self.upto[center, inside], 0)

    def _day_of(self, center: Ints, position: Ints, side: str) -> Ints:
        """The day in which a position lies; one between two days: the later ("right") or not."""
        place = np.searchsorted(self.flat, position + center * self.stride, side=side)  # type: ignore[call-overload]
        return np.asarray(place - 1 - center * (self.days + 1))

    def _rows(self) -> tuple[Ints, Ints, Ints]:
        rows = np.flatnonzero(self.finish > self.begin)
        last = np.minimum(self.end[rows], self.days - 1)
        spans = last - self.start[rows] + 1
        operation = np.repeat(rows, spans)
        offset = np.arange(spans.sum()) - np.repeat(np.cumsum(spans) - spans, spans)
        day = self.start[operation] + offset
        center = self.work.center[operation]
        amount = np.minimum(self.upto[center, day + 1], self.finish[operation]) - np.maximum(
            self.upto[center, day], self.begin[operation]
        )
        some = amount > 0
        return operation[some], day[some], amount[some]
