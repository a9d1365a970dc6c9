"""At what pace work goes on, and when it ends if it goes on like that: days in 50 and 90 of 100.

Method. The pace of an operation is the mean of its output per working day since the first day with
output, recent days counting more (weights halve every HALF_LIFE working days); days without output
count as nothing made, a day off counts to the working day before it, and the present day does not
count before it is over. With output on fewer than LEAST days the planned rate stands, with an
assumed spread. Output over t days is taken as normal with mean t·p and variance t·s² + t²·e², where
s is the spread of single days and e the standard error of the mean; solving for the t at which a
quantity is reached gives the duration at every probability (Wald's first passage, without its
drift correction). Operations that follow each other are taken to be slow together: the chain is
worked out at each probability, which never makes its 90 % day earlier than independence would.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from gendan.engine.calendars import WorkCalendar

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEAST = 3  # days with output before its own pace counts
HALF_LIFE = 5.0  # working days
SLOWEST = 0.001  # of the planned rate: what stands still for long has a pace all the same
LEAST_SPREAD, MOST_SPREAD = 0.1, 0.6  # of the pace: three equal days are no certainty
USUAL_SPREAD, USUAL_DOUBT = 0.25, 0.15  # of the planned rate, where nothing is measured
LONGEST = 750  # working days looked ahead
_GRID = np.arange(1, 100) / 100  # probabilities
_Z = np.array([NormalDist().inv_cdf(one) for one in _GRID.tolist()])
_HALF, _MOST = 49, 89  # places of 50 % and 90 %
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Rate:
    """Pieces per working day, the spread of single days, and the standard error of the mean."""

    a_day: float
    spread: float
    doubt: float
    is_measured: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """What is left of an operation: `left` good pieces, `today` made on this day already.

    `batch`: pieces after which the next one can begin (0: only after the last).
    """

    left: float
    rate: Rate
    calendar: WorkCalendar
    today: float = 0.0
    batch: float = 0.0
    is_begun: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """When a chain of operations ends: ordinal days at 50 and 90 %, for each operation as well
    (None: it is done), and the chance that it ends after its due day.

    `slowest`: place of the operation that is furthest behind what it needs; `needs`: pieces per
    working day with which it would be in time (None: its last day is over); None when all is done.
    """

    half: int
    most: int
    late: float
    ends: tuple[tuple[int, int] | None, ...]
    slowest: int | None
    needs: float | None


def rate_of(made: Mapping[int, float], planned: float, calendar: WorkCalendar, today: int) -> Rate:
    """The pace by what was made on which (ordinal) day; the planned rate where that is too little.

    `planned` is above zero.
    """
    by_day: dict[int, float] = {}
    for day, pieces in made.items():
        if day < today and pieces > 0:
            worked = int(calendar.back(day, 0))
            by_day[worked] = by_day.get(worked, 0.0) + pieces
    if len(by_day) < LEAST:
        return Rate(planned, USUAL_SPREAD * planned, USUAL_DOUBT * planned)
    first = min(by_day)
    days = np.arange(first, today)
    days = days[calendar.is_working(days)]
    output = np.array([by_day.get(day, 0.0) for day in days.tolist()])
    weights = 0.5 ** (np.arange(days.size - 1, -1, -1) / HALF_LIFE)
    mean = float(np.average(output, weights=weights))
    deviation = float(np.sqrt(np.average((output - mean) ** 2, weights=weights)))
    pace = max(mean, SLOWEST * planned)
    spread = min(max(deviation, LEAST_SPREAD * pace), MOST_SPREAD * pace)
    seen = float(weights.sum() ** 2 / (weights**2).sum())  # Kish's effective sample size
    return Rate(pace, spread, spread / seen**0.5, is_measured=True)


def durations(quantity: float, rate: Rate) -> Floats:
    """Working days a quantity takes, at each probability from 1 to 99 %.

    Solves t·p − q = z·√(t·s² + t²·e²) for t.
    """
    if quantity <= 0:
        return np.zeros(_Z.size)
    p, s2, e2 = rate.a_day, rate.spread**2, rate.doubt**2
    a = np.maximum(p * p - _Z**2 * e2, _TINY * p * p)
    b = 2 * p * quantity + _Z**2 * s2
    root = np.sqrt(np.maximum(b * b - 4 * a * quantity * quantity, 0.0))
    return np.asarray((b + np.sign(_Z) * root) / (2 * a))


def outlook(operations: Sequence[Operation], today: int, starts: int, due: int) -> Outlook:
    """When the last of these operations ends, one after the other; none of them: today.

    `starts`: the first day on which what has not begun may begin.
    """
    return _Chain(operations, today, max(today, starts)).outlook(due)


class _Chain:
    """Operations in their sequence, worked out at each probability."""

    def __init__(self, operations: Sequence[Operation], today: int, starts: int) -> None:
        self.today = today
        self.operations = operations
        self.begins = np.full(_Z.size, starts, dtype=np.int64)
        self.end = np.full(_Z.size, today, dtype=np.int64)
        self.ends: list[Ints | None] = []
        before: Operation | None = None
        for one in operations:
            if one.left <= 0:
                self.ends.append(None)
                continue
            self._follow(one, before)
            self.ends.append(self.end)
            before = one

    def _follow(self, one: Operation, before: Operation | None) -> None:
        """The days of one operation, after those of the open one before it."""
        if before is not None and not one.is_begun and not before.batch:
            self.begins = self.end
            self.end = one.calendar.add(self.end, _rounded(durations(one.left, one.rate)))
            return
        begins = self.begins
        if one.is_begun:
            begins = np.full(_Z.size, self.today, dtype=np.int64)
        elif before is not None:
            first = min(before.batch, before.left)
            begins = before.calendar.add(begins, _rounded(durations(first, before.rate)))
        spent = min(one.today, one.rate.a_day)  # of this day's output
        whole = np.ceil(durations(one.left + spent, one.rate) - _TINY)
        end = one.calendar.add(begins - 1, _counted(np.maximum(whole, 1)))
        if before is not None:
            end = np.maximum(end, one.calendar.add(self.end, _rounded(_tail(one, before))))
        self.begins, self.end = begins, end

    def outlook(self, due: int) -> Outlook:
        """The answer."""
        slowest, needs = self._slowest(due)
        return Outlook(
            half=int(self.end[_HALF]),
            most=int(self.end[_MOST]),
            late=float(np.mean(self.end > due)),
            ends=tuple(
                None if end is None else (int(end[_HALF]), int(end[_MOST])) for end in self.ends
            ),
            slowest=slowest,
            needs=needs,
        )

    def _slowest(self, due: int) -> tuple[int | None, float | None]:
        """The operation that is furthest behind; one with a pace of its own, if there is one."""
        last, found = due, []
        places = [place for place, one in enumerate(self.operations) if one.left > 0]
        if not places:
            return None, None
        for place, before in zip(reversed(places), [*reversed(places[:-1]), None], strict=True):
            one = self.operations[place]
            days = int(one.calendar.between(self.today - 1, last)) if last >= self.today else 0
            needs = (one.left + one.today) / days if days else None
            behind = needs / one.rate.a_day if needs is not None else np.inf
            found.append((one.rate.is_measured, behind, place, needs))
            if before is not None:
                tail = _rounded(_tail(one, self.operations[before]))[_HALF]
                last = int(one.calendar.back(last, tail))
        _measured, _behind, place, needs = max(found, key=lambda row: row[:3])
        return place, needs


def _tail(one: Operation, before: Operation) -> Floats:
    """Working days from the end of the operation before until the end of this one, at least."""
    batch = before.batch or (one.rate.a_day if one.is_begun else one.left)
    return durations(min(batch, one.left), one.rate)


def _counted(days: Floats) -> Ints:
    return np.asarray(np.minimum(days, LONGEST).astype(np.int64))


def _rounded(days: Floats) -> Ints:
    """Whole working days after the day on which something else has ended: half a day fits in."""
    return _counted(np.maximum(np.ceil(days - 0.5 - _TINY), 0))
