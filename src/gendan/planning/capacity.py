"""What each work centre can do on each day: its calendar and minutes, and the changes of some days.

Amounts are integers in thousandths of a minute (SCALE), as operations have three decimals.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gendan.catalog.models import WorkCenter
from gendan.catalog.queries import calendars
from gendan.engine.calendars import WorkCalendar
from gendan.planning.assumed import AssumedCapacity
from gendan.planning.models import CapacityChange

SCALE = 1000
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Capacity:
    """`amounts` and `usual` (work centres × days, thousandths of a minute): with changes, without.

    `centers` by code; `place` finds a work centre's row by its id; `calendars` by id, the
    company's own as None.
    """

    first: dt.date
    last: dt.date
    centers: list[WorkCenter]
    place: dict[int, int]
    amounts: Ints
    usual: Ints
    calendars: Mapping[int | None, WorkCalendar]

    @property
    def days(self) -> int:
        """How many days there are."""
        return int(self.amounts.shape[1])

    @property
    def more(self) -> Ints:
        """What changes add to the usual days: overtime, extra shifts and second lines bring the
        people for it with them."""
        return np.asarray(np.maximum(self.amounts - self.usual, 0))

    def day(self, place: int) -> dt.date:
        """The date of a day by its place."""
        return self.first + dt.timedelta(days=place)


def capacity_by_day(
    first: dt.date, last: dt.date, assumed: Iterable[AssumedCapacity] = ()
) -> Capacity:
    """The capacity of every work centre on each day from first to last, both included. 4 queries.

    A working day of its calendar (without one: of the company's) has the work centre's minutes,
    any other none; changes, and those assumed besides, are added and taken away, never below
    nothing.
    """
    centers = list(WorkCenter.objects.order_by("code"))
    days = np.arange(first.toordinal(), last.toordinal() + 1, dtype=np.int64)
    known = calendars()
    usual = np.zeros((len(centers), days.size), np.int64)
    for row, center in enumerate(centers):
        works = known[center.calendar_id].is_working(days)
        usual[row, works] = center.minutes_per_day * SCALE
    place = {center.pk: row for row, center in enumerate(centers)}
    known_changes = CapacityChange.objects.filter(from_on__lte=last, until_on__gte=first)
    changes: list[CapacityChange | AssumedCapacity] = list(known_changes.order_by("pk"))
    changes += _within(assumed, place, first, last)
    amounts = _changed(usual, changes, place, first)
    return Capacity(first, last, centers, place, amounts, usual, known)


def _within(
    assumed: Iterable[AssumedCapacity], place: dict[int, int], first: dt.date, last: dt.date
) -> list[AssumedCapacity]:
    """Those of work centres that are still there, in the days looked at."""
    return [
        one
        for one in assumed
        if one.work_center_id in place and one.from_on <= last and one.until_on >= first
    ]


def _changed(
    usual: Ints,
    changes: Iterable[CapacityChange | AssumedCapacity],
    place: dict[int, int],
    first: dt.date,
) -> Ints:
    amounts = usual.copy()
    closed = np.zeros(usual.shape, bool)
    for change in changes:
        row = place[change.work_center_id]
        begin = max((change.from_on - first).days, 0)
        span = slice(begin, (change.until_on - first).days + 1)
        works = (usual[row, span] > 0) | change.on_days_off
        if change.is_more:
            amounts[row, span] += works * (change.minutes * SCALE)
        elif change.minutes:
            amounts[row, span] -= change.minutes * SCALE
        else:
            closed[row, span] = True
    amounts[closed] = 0
    return np.asarray(np.maximum(amounts, 0))
