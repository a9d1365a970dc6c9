"""Working time of a machine: when an operation may start, and when it then ends."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .shop import Interval, Machine

END_OF_TIME = 2**40  # minutes; a machine without shifts works until then


@dataclass(frozen=True, slots=True)
class Span:
    """Starts from low to high (both included) that all end the same number of minutes later."""

    low: int
    high: int
    elapsed: int


class Clock:
    """The working time of one machine, counted in minutes from its first one."""

    def __init__(self, machine: Machine) -> None:
        shifts = [(0, END_OF_TIME)] if machine.shifts is None else merged(machine.shifts)
        self.down = merged(machine.down)
        self.open = without(shifts, self.down)
        self.begins = [begin for begin, _ in self.open]
        self.before = [0]
        for begin, end in self.open:
            self.before.append(self.before[-1] + end - begin)
        self.is_always_open = self.open == [(0, END_OF_TIME)]
        self.known: dict[tuple[int, bool], tuple[Span, ...]] = {}

    def work(self, moment: int) -> int:
        """Working minutes before a moment."""
        place = bisect_right(self.begins, moment) - 1
        if place < 0:
            return 0
        begin, end = self.open[place]
        return self.before[place] + min(moment, end) - begin

    def after(self, moment: int, minutes: int) -> int:
        """The first moment by which some working minutes have passed since another moment."""
        return self.reach(self.work(moment) + minutes) if minutes > 0 else moment

    def reach(self, work: int) -> int:
        """The first moment with some working minutes before it; END_OF_TIME if never."""
        if self.is_always_open or work <= 0:
            return max(work, 0)
        place = bisect_left(self.before, work) - 1
        if place >= len(self.open):
            return END_OF_TIME
        return self.open[place][0] + work - self.before[place]

    def back(self, moment: int, minutes: int) -> int:
        """The first start from which some working minutes are not done before a moment."""
        work = self.work(moment)
        if self.reach(work) < moment and minutes > 0:
            work += 1  # the moment is in a gap: the minutes must reach into what follows
        return moment if minutes <= 0 else self.reach(work - minutes)

    def parts(self, start: int, end: int) -> list[Interval]:
        """When the machine really works between two moments."""
        if self.is_always_open:
            return [(start, end)]
        place = max(bisect_right(self.begins, start) - 1, 0)
        found = []
        while place < len(self.open) and self.open[place][0] < end:
            a, b = self.open[place]
            if max(a, start) < min(b, end):
                found.append((max(a, start), min(b, end)))
            place += 1
        return found

    def spans(self, minutes: int, *, may_pause: bool) -> tuple[Span, ...]:
        """All starts of an operation of some minutes, by start."""
        key = (minutes, may_pause)
        if key not in self.known:
            self.known[key] = tuple(self._spans(minutes, may_pause=may_pause))
        return self.known[key]

    def _spans(self, minutes: int, *, may_pause: bool) -> list[Span]:
        if self.is_always_open:
            return [Span(0, END_OF_TIME - minutes, minutes)]
        found: list[Span] = []
        for i, (begin, end) in enumerate(self.open):
            for j in range(i, len(self.open)):
                if j > i and (not may_pause or self._is_cut(self.open[j - 1][1], self.open[j][0])):
                    break
                ahead = self.before[j] - self.before[i]
                low = max(begin, begin + ahead - minutes + (1 if j > i else 0))
                high = min(end - 1, begin + ahead + self.open[j][1] - self.open[j][0] - minutes)
                if minutes == 0:
                    high = end
                if low <= high:
                    elapsed = self.open[j][0] - begin - ahead + minutes
                    found.append(Span(low, high, elapsed))
                if ahead >= minutes + end - begin or minutes == 0:
                    break
        return found

    def _is_cut(self, end: int, begin: int) -> bool:
        """Whether the machine is down within the gap from an end to a begin."""
        return any(a < begin and end < b for a, b in self.down)


def earliest(spans: Sequence[Span], moment: int) -> Span | None:
    """The span with the first start at or after a moment; None if there is none."""
    place = bisect_left(spans, moment, key=lambda span: span.high)
    return spans[place] if place < len(spans) else None


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Intervals sorted, those that touch as one, empty ones left out."""
    found: list[Interval] = []
    for begin, end in sorted(intervals):
        if begin >= end:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def without(intervals: Iterable[Interval], holes: Sequence[Interval]) -> list[Interval]:
    """Sorted intervals less sorted holes."""
    found = []
    for begin, end in intervals:
        for a, b in holes:
            if b <= begin or a >= end:
                continue
            if begin < a:
                found.append((begin, a))
            begin = max(begin, b)
        if begin < end:
            found.append((begin, end))
    return found
