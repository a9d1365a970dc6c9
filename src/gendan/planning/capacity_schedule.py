"""Operations by work centre and day for the Gantt chart, and the list of what is late and why."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gendan.kernel import clock
from gendan.planning.capacity import SCALE
from gendan.planning.capacity_load import TIGHT, Load, Maker, week_of_days, week_sums

# Why an order is late, the most binding first; the last one endangers an order that still fits.
STUCK, PAST, SHORT, MATERIAL, OVERLOADED = "stuck", "past", "short", "material", "overloaded"
# Besides, of the finite schedule: it waits for a work centre, for its people, or time is too short.
CENTRE, PEOPLE, TIME = "centre", "people", "time"
APPROVAL = "approval"  # it may not be begun before what it serves is approved
DATED = "dated"  # a work order that keeps its own day, which is too late for what it serves now


@dataclass(frozen=True, slots=True)
class Late:
    """An order that will be late, or (OVERLOADED) is in danger of it, and what binds it.

    `ready_on` None: not within the days looked at. `center`, `week`, `percent`: of STUCK and
    OVERLOADED, where there is too much or no capacity. `item`: of the finite schedule, what lies in
    the way: the item itself (`is_own`) or one it is made of. `approved_on`: not begun before.
    """

    maker: Maker
    ready_on: dt.date | None
    reason: str
    center: str = ""
    week: dt.date | None = None
    percent: int = 0
    item: str = ""
    is_own: bool = True
    center_name: str = ""
    approved_on: dt.date | None = None

    @property
    def where(self) -> str:
        """The work centre as people call it: its name, or its code where it has none."""
        return self.center_name or self.center

    @property
    def is_late(self) -> bool:
        """Whether it will be late in any case."""
        return self.reason != OVERLOADED

    @property
    def days_late(self) -> int | None:
        """Days after the due day; None when nobody can tell."""
        return max((self.ready_on - self.maker.due_on).days, 0) if self.ready_on else None


@dataclass(frozen=True, slots=True)
class Bar:
    """One operation: the days it is worked on (`end_on` None: beyond those looked at)."""

    maker: Maker
    place: int  # of its order among all makers
    row: int  # of the operation among all
    center_id: int
    name: str
    start_on: dt.date
    end_on: dt.date | None
    minutes: float


def bars_between(found: Load, first: dt.date, last: dt.date) -> dict[int, list[Bar]]:
    """By work centre id, the operations that are worked on from first to last, by start."""
    begin, end = (first - found.today).days, (last - found.today).days
    loaded, work = found.loaded, found.work
    inside = (loaded.start <= end) & (loaded.end >= begin) & (work.amount > 0)
    inside &= loaded.start < found.capacity.days
    rows = np.flatnonzero(inside)
    rows = rows[np.lexsort((rows, loaded.end[rows], loaded.start[rows]))]
    bars: dict[int, list[Bar]] = defaultdict(list)
    for row in rows.tolist():
        center = found.capacity.centers[int(work.center[row])]
        place = int(work.order[row])
        bars[center.pk].append(
            Bar(
                maker=found.makers[place],
                place=place,
                row=row,
                center_id=center.pk,
                name=found.names[row],
                start_on=found.capacity.day(int(loaded.start[row])),
                end_on=_day(found, int(loaded.end[row])),
                minutes=int(work.amount[row]) / SCALE,
            )
        )
    return bars


def lanes_of(bars: Sequence[Bar], most: int) -> list[list[Bar]]:
    """Bars, given by start, in at most so many lanes so that none covers another.

    What finds no place is left out: the work is bars × `most` however full the days are.
    """
    lanes: list[list[Bar]] = []
    for bar in bars:
        for lane in lanes:
            end = lane[-1].end_on
            if end is not None and end < bar.start_on:
                lane.append(bar)
                break
        else:
            if len(lanes) < most:
                lanes.append([bar])
    return lanes


def late_orders(found: Load, until: dt.date) -> dict[int, Late]:
    """By place, the orders due until a day that will be late or are in danger of it.

    Late: they cannot be ready by dating forward from today, or wait for material (as the plan
    says). In danger: an operation lies in a week in which its work centre has too much.
    """
    danger, stuck = _overloaded(found), _where_stuck(found)
    late: dict[int, Late] = {}
    ready, forward = found.loaded.ready.tolist(), found.loaded.is_forward.tolist()
    for place, maker in enumerate(found.makers):
        if maker.due_on > until:
            continue
        ready_on = _day(found, ready[place])
        if ready_on is None:
            late[place] = Late(maker, None, STUCK, center=stuck[place])
        elif forward[place] and ready_on > maker.due_on:
            reason = PAST if maker.release_on < found.today else SHORT
            late[place] = Late(maker, ready_on, reason)
        elif maker.never or (maker.ready_on is not None and maker.ready_on > maker.due_on):
            late[place] = Late(maker, maker.ready_on, MATERIAL)
        elif place in danger:
            row, week, percent = danger[place]
            code = found.capacity.centers[row].code
            late[place] = Late(maker, ready_on, OVERLOADED, code, week, percent)
    return late


def _day(found: Load, place: int) -> dt.date | None:
    return found.capacity.day(place) if place < found.capacity.days else None


def _where_stuck(found: Load) -> dict[int, str]:
    """By place of the order: the work centre of its first operation that does not end within the
    days looked at."""
    rows = np.flatnonzero(found.loaded.end >= found.capacity.days)[::-1]  # the first stays
    return {
        int(found.work.order[row]): found.capacity.centers[int(found.work.center[row])].code
        for row in rows.tolist()
    }


def _overloaded(found: Load) -> dict[int, tuple[int, dt.date, int]]:
    """By place of the order: the fullest (work centre's row, week, percent) above 100 it is in."""
    monday = clock.monday_of(found.today)
    week_of = week_of_days(found, monday)
    has, can = week_sums(found, monday, int(week_of[-1]) + 1)
    loaded = found.loaded
    center, week = found.work.center[loaded.row_operation], week_of[loaded.row_day]
    percent = np.where(can > 0, -(-has * 100 // np.maximum(can, 1)), 0)  # rounded up
    full = percent[center, week]
    rows = np.flatnonzero(full > TIGHT)
    rows = rows[np.argsort(full[rows], kind="stable")]  # the fullest comes last and stays
    return {
        int(found.work.order[loaded.row_operation[row]]): (
            int(center[row]),
            monday + dt.timedelta(weeks=int(week[row])),
            int(full[row]),
        )
        for row in rows.tolist()
    }
