"""When the machines of work centres work, minute by minute, and which people are there then.

A work centre's minutes of a day (calendar, overtime, stoppages: planning/capacity.py) are shared by
its machines. They are worked in the shifts of its crew's people; a centre whose minutes are more
than its machines' shifts together is a line of several hands: it does `speed` minutes in one.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gendan.catalog.models import WorkCenter
from gendan.engine.schedule.shop import Interval, Skill
from gendan.engine.schedule.shop_calendar import merged
from gendan.kernel import clock
from gendan.planning.capacity import SCALE, Capacity, capacity_by_day
from gendan.planning.capacity_people import Presence
from gendan.planning.models import Crew
from gendan.workforce.models import Shift

DAY = 24 * 60
BEGINS = 8 * 60  # of work centres without people who have a shift
BREAK = 60
LONG_DAY = 300  # minutes without a break at most
PEOPLE = 100  # crews need hundredths of people


@dataclass(frozen=True)
class Working:
    """How a work centre's machines work: `shifts` in minutes from the plan's beginning.

    `minutes`: of the work centre in the days of the horizon, as the capacity page counts them.
    """

    center: WorkCenter
    shifts: tuple[Interval, ...]
    speed: float
    skill: str
    people: int  # hundredths, while one machine works
    days: list[int]

    @property
    def share_of_day(self) -> float:
        """Which part of a day one of its machines works."""
        return self.center.minutes_per_day / max(self.center.machines, 1) / self.speed / DAY


@dataclass(frozen=True)
class Times:
    """The work centres by id, the people by skill, and the moment from which minutes count."""

    begin: dt.datetime
    working: dict[int, Working]
    skills: tuple[Skill, ...]

    def minute(self, moment: dt.datetime) -> int:
        """Minutes from the beginning, rounded down."""
        return int((moment - self.begin).total_seconds() // 60)

    def moment(self, minute: int) -> dt.datetime:
        """The moment so many minutes after the beginning."""
        return self.begin + dt.timedelta(minutes=minute)


def read_times(begin: dt.datetime, last: dt.date, horizon_ends: dt.date) -> Times:
    """The working time of every work centre from a moment to the evening of a day. 11 queries."""
    first = clock.date_of(begin)
    capacity = capacity_by_day(first, last)
    people = _People(capacity, begin)
    horizon = (horizon_ends - first).days + 1
    working = {}
    for row, center in enumerate(capacity.centers):
        working[center.pk] = people.working(row, center, horizon)
    return Times(begin, working, people.skills())


class _People:
    """Crews, their shifts, and who is there: what turns minutes of days into times of day."""

    def __init__(self, capacity: Capacity, begin: dt.datetime) -> None:
        self.capacity = capacity
        self.mornings = [
            round((clock.moment_on(capacity.day(n), 0) - begin).total_seconds() / 60)
            for n in range(capacity.days)
        ]
        self.crews = {one.work_center_id: one for one in Crew.objects.order_by("pk")}
        departments = {one.department_id for one in self.crews.values()}
        self.there = Presence(departments, capacity.first, capacity.last)
        self.ends: dict[str, dict[int, int]] = defaultdict(dict)  # by skill and day: overtime until

    def staff(self, crew: Crew | None) -> list[int]:
        """The places of a crew's people; none: nobody is on file, people limit nothing."""
        if crew is None:
            return []
        return list(self.there.people(crew.department_id, crew.skill).tolist())

    def shifts_of(self, staff: Sequence[int]) -> dict[int, Shift | None]:
        """The shifts of these people by id (0: none)."""
        found = {}
        for place in staff:
            shift = self.there.staff[place].shift
            found[shift.pk if shift else 0] = shift
        return found

    def working(self, row: int, center: WorkCenter, horizon: int) -> Working:
        """How one work centre works."""
        crew = self.crews.get(center.pk)
        staff = self.staff(crew)
        amounts = self.capacity.amounts[row].tolist()
        each = center.minutes_per_day / max(center.machines, 1)
        pattern = _pattern(list(self.shifts_of(staff).values()), each)
        length = sum(end - begin for begin, end in pattern)
        speed = max(each / length, 1.0)
        found: list[Interval] = []
        skill = f"{crew.department_id}:{crew.skill}" if crew is not None and staff else ""
        usable = self._with_those_there(row, crew, staff) if center.is_active else []
        usable = usable if center.machines else []
        for n, amount in enumerate(usable):
            minutes = round(amount / SCALE / center.machines / speed)
            if minutes <= 0:
                continue
            day = _first_minutes(pattern, minutes)
            found += [(self.mornings[n] + a, self.mornings[n] + b) for a, b in day]
            usual = int(self.capacity.usual[row][n])
            if skill and amount > usual:
                self.ends[skill][n] = max(self.ends[skill].get(n, 0), day[-1][1])
        need = 0
        if crew is not None and skill:
            need = max(min(round(float(crew.people) * speed * PEOPLE), self._fewest(staff)), 1)
        minutes_of_days = [round(one / SCALE) for one in amounts[:horizon]]
        return Working(center, tuple(merged(_from_now(found))), speed, skill, need, minutes_of_days)

    def _with_those_there(self, row: int, crew: Crew | None, staff: Sequence[int]) -> list[int]:
        """The minutes of the days of a line with those of its own people who are there.

        A line with fewer people is slower in proportion: it works fewer minutes at its usual speed.
        Of people who serve several work centres nobody knows where they are.
        """
        amounts = self.capacity.amounts[row]
        if crew is None or not staff or not self.capacity.centers[row].operators:
            return list(amounts.tolist())
        groups = [(one.department_id, one.skill) for one in self.crews.values()]
        if groups.count((crew.department_id, crew.skill)) > 1:
            return list(amounts.tolist())
        there = self.there.minutes(np.array(staff, np.int64)) * SCALE / float(crew.people)
        more = np.maximum(amounts - self.capacity.usual[row], 0)  # overtime brings its people
        return list(np.minimum(amounts, there.astype(np.int64) + more).tolist())

    def _fewest(self, staff: Sequence[int]) -> int:
        """How many of them are there on the worst day on which anybody is, in hundredths.

        A line goes on with fewer hands; it does not stand because one of seventy is ill.
        """
        counts = self.there.there[np.array(staff, np.int64)].sum(axis=0)
        some = counts[counts > 0]
        return (int(some.min()) if some.size else len(staff)) * PEOPLE

    def skills(self) -> tuple[Skill, ...]:
        """Who is there when; ask after all work centres: overtime brings its people."""
        found: dict[str, Skill] = {}
        for crew in self.crews.values():
            staff = self.staff(crew)
            name = f"{crew.department_id}:{crew.skill}"
            if staff and name not in found:
                found[name] = Skill(name, tuple(self._stretches(name, staff)))
        return tuple(found.values())

    def _stretches(self, name: str, staff: Sequence[int]) -> list[tuple[int, int, int]]:
        found: list[tuple[int, int, int]] = []
        of_shift: dict[int, list[int]] = defaultdict(list)
        for place in staff:
            shift = self.there.staff[place].shift
            of_shift[shift.pk if shift else 0].append(place)
        last = 0
        for pk, places in of_shift.items():
            begin, end = _span(self.shifts_of(places)[pk])
            last = max(last, end)
            counts = self.there.there[np.array(places, np.int64)].sum(axis=0).tolist()
            for n, count in enumerate(counts):
                if count:
                    morning = self.mornings[n]
                    found.append((morning + begin, morning + end, count * PEOPLE))
        for n, until in self.ends[name].items():
            works = any(a < self.mornings[n] + DAY and b > self.mornings[n] for a, b, _c in found)
            begin = last if works else 0
            if begin < until:
                found.append(
                    (self.mornings[n] + begin, self.mornings[n] + until, len(staff) * PEOPLE)
                )
        return [(max(a, 0), b, count) for a, b, count in found if b > 0]


def _from_now(intervals: Sequence[Interval]) -> list[Interval]:
    return [(max(a, 0), b) for a, b in intervals if b > 0]


def _span(shift: Shift | None) -> Interval:
    """From when until when a shift is there, in minutes of its first day."""
    if shift is None:
        return BEGINS, BEGINS + 480 + BREAK
    begin, end = (one.hour * 60 + one.minute for one in (shift.starts, shift.ends))
    return begin, end if end > begin else end + DAY


def _pattern(shifts: Sequence[Shift | None], each: float) -> list[Interval]:
    """When a machine usually works on a day: in the shifts of its people, with their breaks.

    Without people who have a shift: `each` minutes from eight o'clock on, at most round the clock.
    """
    if not shifts:
        minutes = max(min(round(each), DAY), 1)
        pause = BREAK if LONG_DAY < minutes <= DAY - BREAK else 0
        return _with_break(BEGINS, BEGINS + minutes + pause, pause)
    pieces: list[Interval] = []
    for shift in shifts:
        pause = shift.break_minutes if shift else BREAK
        pieces += _with_break(*_span(shift), pause)
    return merged(pieces)


def _with_break(begin: int, end: int, pause: int) -> list[Interval]:
    if pause <= 0 or pause >= end - begin:
        return [(begin, end)]
    middle = begin + (end - begin - pause) // 2
    return merged([(begin, middle), (middle + pause, end)])


def _first_minutes(pattern: Sequence[Interval], minutes: int) -> list[Interval]:
    """The first so many minutes of a day's pattern; what is more follows its end, within a day."""
    found: list[Interval] = []
    left = minutes
    for begin, end in pattern:
        taken = min(left, end - begin)
        if taken > 0:
            found.append((begin, begin + taken))
            left -= taken
    if left > 0:
        begin, end = found[-1]
        found[-1] = (begin, min(end + left, pattern[0][0] + DAY))
    return found
