"""Working days: counting and adding them, for one date or for whole arrays of ordinal days.

Days are proleptic ordinals (`date.toordinal()`) as int64 arrays of any shape. A calendar knows the
years FIRST to LAST; a day outside of them raises CalendarEnds instead of giving a wrong date.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FIRST = dt.date(1990, 1, 1).toordinal()
LAST = dt.date(2099, 12, 31).toordinal()


class CalendarEnds(ValueError):
    """A day before FIRST or after LAST was asked for."""


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """Which days are worked.

    `working`: ascending ordinals of all working days. `upto`: for day FIRST + i, how many working
    days there are from FIRST to that day, both included.
    """

    working: Days
    upto: npt.NDArray[np.int32]

    # For arrays of ordinal days -------------------------------------------------------------

    def is_working(self, days: Days | int) -> Flags:
        """Which of the days are worked."""
        place = self._place(days)
        before = np.where(place > 0, self.upto[place - 1], 0)
        return np.asarray(self.upto[place] > before)

    def add(self, days: Days | int, count: Days | int) -> Days:
        """The count-th working day after each day (before, where count is negative).

        0 leaves a working day as it is and moves any other to the next working day.
        """
        place = self._place(days)
        count = np.asarray(count, dtype=np.int64)
        reached = self.upto[place].astype(np.int64)  # working days up to and including the day
        off = ~self.is_working(days)
        # reached - 1 is the place of the last working day not after `days`.
        forward = reached - 1 + np.where(count == 0, off, count)
        backward = reached - 1 + count + off
        return self._at(np.where(count < 0, backward, forward))

    def back(self, days: Days | int, count: Days | int) -> Days:
        """The count-th working day before each day; 0 moves a day that is not worked backward."""
        count = np.asarray(count, dtype=np.int64)
        reached = self.upto[self._place(days)].astype(np.int64)
        off = ~self.is_working(days)
        return self._at(reached - 1 - count + np.where(count > 0, off, 0))

    def between(self, first: Days | int, second: Days | int) -> Days:
        """Working days after `first` up to and including `second`; negative if it is earlier."""
        return np.asarray(
            self.upto[self._place(second)].astype(np.int64)
            - self.upto[self._place(first)].astype(np.int64)
        )

    # For single dates -----------------------------------------------------------------------

    def works_on(self, day: dt.date) -> bool:
        """Whether the day is worked."""
        return bool(self.is_working(day.toordinal()))

    def add_days(self, day: dt.date, count: int) -> dt.date:
        """The count-th working day after (negative: before) the day; 0: the next worked one."""
        return dt.date.fromordinal(int(self.add(day.toordinal(), count)))

    def back_days(self, day: dt.date, count: int) -> dt.date:
        """The count-th working day before the day; 0: the last worked one."""
        return dt.date.fromordinal(int(self.back(day.toordinal(), count)))

    def count(self, first: dt.date, second: dt.date) -> int:
        """Working days after `first` up to and including `second`; negative if it is earlier."""
        return int(self.between(first.toordinal(), second.toordinal()))

    def days(self, first: dt.date, last: dt.date) -> Days:
        """The ordinals of the working days from first to last, both included."""
        start, end = np.searchsorted(self.working, [first.toordinal(), last.toordinal() + 1])
        return self.working[start:end]

    def without(self, days: Iterable[int]) -> "WorkCalendar":
        """The same calendar with these ordinal days off as well."""
        off = np.asarray(sorted({day for day in days if FIRST <= day <= LAST}), dtype=np.int64)
        off = off[self.is_working(off)] if off.size else off
        if not off.size:
            return self
        upto = self.upto - np.searchsorted(
            off, np.arange(FIRST, LAST + 1, dtype=np.int64), side="right"
        ).astype(np.int32)
        return WorkCalendar(working=np.setdiff1d(self.working, off, assume_unique=True), upto=upto)

    # ----------------------------------------------------------------------------------------

    def _place(self, days: Days | int) -> Days:
        place = np.asarray(days, dtype=np.int64) - FIRST
        if place.size and (place.min() < 0 or place.max() > LAST - FIRST):
            raise CalendarEnds("a day outside of the years the calendar knows")
        return place

    def _at(self, place: Days) -> Days:
        if place.size and (place.min() < 0 or place.max() >= self.working.size):
            raise CalendarEnds("counting working days leaves the years the calendar knows")
        return np.asarray(self.working[place])


def work_calendar(weekdays: Iterable[int], exceptions: Mapping[dt.date, bool]) -> WorkCalendar:
    """A calendar from its weekly pattern (0 = Monday) and the days that differ from it.

    `exceptions`: day → is it worked; it wins over the pattern. Raises ValueError without weekdays.
    """
    return _cached(frozenset(weekdays), frozenset(exceptions.items()))


@lru_cache(maxsize=64)
def _cached(weekdays: frozenset[int], exceptions: frozenset[tuple[dt.date, bool]]) -> WorkCalendar:
    """One object for equal contents: building takes a millisecond, asking microseconds."""
    if not weekdays or not weekdays <= set(range(7)):
        raise ValueError("a calendar needs at least one working weekday, 0 (Monday) to 6 (Sunday)")
    days = np.arange(FIRST, LAST + 1, dtype=np.int64)
    is_working = np.isin((days - 1) % 7, sorted(weekdays))  # ordinal 1 was a Monday
    for day, works in exceptions:
        if FIRST <= day.toordinal() <= LAST:
            is_working[day.toordinal() - FIRST] = works
    working = days[is_working]
    working.setflags(write=False)
    upto = np.cumsum(is_working, dtype=np.int32)
    upto.setflags(write=False)
    return WorkCalendar(working=working, upto=upto)
