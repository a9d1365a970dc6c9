"""The people work centres need against those who are there, by department, skill and week."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gendan.catalog.queries import calendar
from gendan.kernel import clock
from gendan.planning.calculating import MOST_NAMED
from gendan.planning.capacity import Ints
from gendan.planning.capacity_load import Cell
from gendan.planning.models import Crew
from gendan.workforce.models import Absence, Department, Person, Shift

USUAL_MINUTES = 480  # of people without a shift
DAY_MINUTES = 24 * 60
NO_SKILL = "nobody_has_skill"


@dataclass(frozen=True)
class Group:
    """People of a department (who have a skill, if one is named): load against who is there.

    `load` of a cell is the work of their work centres in people-minutes, `capacity` what those
    present can do, with the overtime of these work centres, which brings its people (`more`).
    `present[w][shift]`: people of each shift, on the average working day.
    """

    department: Department
    skill: str
    centers: list[str]
    people: int
    cells: list[Cell]
    present: list[dict[str, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Present:
    """Somebody in a week: minutes they can work in it, and why they are away, if they are."""

    person: Person
    minutes: int
    away: list[Absence]


def people_of_week(department_id: int, skill: str, week: dt.date, today: dt.date) -> list[Present]:
    """Who of a department (with a skill) is there from today in a week, by shift. 4 queries."""
    first, last = max(week, today), week + dt.timedelta(days=6)
    there = Presence({department_id}, first, last)
    found = []
    for number in there.people(department_id, skill).tolist():
        person = there.staff[number]
        minutes = int(there.there[number].sum() * there.length[number])
        found.append(Present(person, minutes, there.away[person.pk]))
    return sorted(
        found,
        key=lambda one: (
            one.person.shift.starts if one.person.shift else dt.time.max,
            one.person.code,
        ),
    )


def people_by_week(
    cells: Mapping[int, Sequence[Cell]], weeks: Sequence[dt.date], today: dt.date
) -> list[Group]:
    """The groups that crews name, by department; `cells` by work centre id. 5 queries.

    Somebody with two skills counts in the group of each, as they can be put to either.
    """
    wanted: dict[tuple[int, str], list[Crew]] = defaultdict(list)
    crews = Crew.objects.select_related("department", "work_center").order_by("work_center__code")
    for crew in crews:
        wanted[crew.department_id, crew.skill].append(crew)
    if not wanted:
        return []
    first, last = max(weeks[0], today), weeks[-1] + dt.timedelta(days=6)
    there = Presence({pk for pk, _skill in wanted}, first, last)
    groups = []
    for (department_id, skill), of_group in wanted.items():
        people = there.people(department_id, skill)
        minutes = there.minutes(people)
        groups.append(
            Group(
                department=of_group[0].department,
                skill=skill,
                centers=[crew.work_center.code for crew in of_group],
                people=len(people),
                cells=[
                    Cell(
                        week,
                        _sum(of_group, cells, number, "load"),
                        there.of_week(minutes, week) + _sum(of_group, cells, number, "more"),
                        _sum(of_group, cells, number, "behind"),
                        is_rest=not there.works[there.span(week)].any(),
                        more=_sum(of_group, cells, number, "more"),
                    )
                    for number, week in enumerate(weeks)
                ],
                present=[there.by_shift(people, week) for week in weeks],
            )
        )
    return sorted(groups, key=lambda one: (one.department.code, one.skill))


def _sum(
    crews: Sequence[Crew], cells: Mapping[int, Sequence[Cell]], number: int, what: str
) -> float:
    """What work centres have of something in a week, in minutes of their people."""
    found = 0.0
    for one in crews:
        found += getattr(cells[one.work_center_id][number], what) * float(one.people)
    return found


def problems_of_skills() -> list[dict[str, Any]]:
    """Skills that work centres need and nobody of the department has, as a problem of the plan:
    it counts with no limit there, as where nobody is on file. 2 queries, 1 without such crews."""
    crews = Crew.objects.filter(work_center__is_active=True).exclude(skill="")
    rows = crews.order_by("work_center__code", "pk")
    needed = list(rows.values_list("work_center__code", "department_id", "skill"))
    if not needed:
        return []
    people = Person.objects.filter(department_id__in={row[1] for row in needed})
    people = people.exclude(left_on__lt=clock.today())
    known = {
        (department_id, skill)
        for department_id, skills in people.values_list("department_id", "skills")
        for skill in skills
    }
    lacking = [
        {"name": f"{code} ({skill})", "ref": ""}
        for code, department_id, skill in needed
        if (department_id, skill) not in known
    ]
    if not lacking:
        return []
    shown = lacking[:MOST_NAMED]
    return [
        {"code": NO_SKILL, "table": "crews", "count": len(lacking), "is_left_out": False,
         "rows": shown}
    ]  # fmt: skip


class Presence:
    """Who of some departments is there on which day: people × days. 4 queries.

    Somebody who has left before the first day, or joins after the last, does not count.
    """

    def __init__(self, department_ids: set[int], first: dt.date, last: dt.date) -> None:
        self.first = first
        rows = (
            Person.objects.filter(department_id__in=department_ids)
            .exclude(left_on__lt=first)
            .exclude(joined_on__gt=last)
            .select_related("shift")
        )
        self.staff = list(rows.order_by("pk"))
        place = {one.pk: number for number, one in enumerate(self.staff)}
        days = np.arange(first.toordinal(), last.toordinal() + 1, dtype=np.int64)
        self.works = calendar(None).is_working(days)
        self.there = np.tile(self.works, (len(self.staff), 1))
        for number, one in enumerate(self.staff):
            if one.joined_on:
                self.there[number, : max((one.joined_on - first).days, 0)] = False
            if one.left_on:  # the last day at work
                self.there[number, max((one.left_on - first).days + 1, 0) :] = False
        self.away: dict[int, list[Absence]] = defaultdict(list)
        away = Absence.objects.filter(person__in=self.staff, from_on__lte=last, until_on__gte=first)
        for absence in away.order_by("from_on"):
            begin = max((absence.from_on - first).days, 0)
            end = (absence.until_on - first).days + 1
            self.there[place[absence.person_id], begin:end] = False
            self.away[absence.person_id].append(absence)
        self.length = np.array([_minutes_of(one.shift) for one in self.staff], np.int64)

    def people(self, department_id: int, skill: str) -> Ints:
        """The places of those of a department who have a skill ("": all)."""
        return np.array(
            [
                number
                for number, one in enumerate(self.staff)
                if one.department_id == department_id and (not skill or skill in one.skills)
            ],
            np.int64,
        )

    def minutes(self, people: Ints) -> Ints:
        """What these people can work on each day."""
        return np.asarray((self.there[people] * self.length[people][:, None]).sum(axis=0))

    def span(self, week: dt.date) -> slice:
        """The days of a week that are looked at."""
        begin = (week - self.first).days
        return slice(max(begin, 0), max(begin + 7, 0))

    def of_week(self, minutes: Ints, week: dt.date) -> float:
        """The minutes of a week."""
        return float(minutes[self.span(week)].sum())

    def by_shift(self, people: Ints, week: dt.date) -> dict[str, float]:
        """How many of them are there on the average working day of a week, by shift."""
        return self.shifts(people, self.span(week))

    def shifts(self, people: Ints, span: slice) -> dict[str, float]:
        """The same for any stretch of the days looked at."""
        days = max(int(self.works[span].sum()), 1)
        found: dict[str, float] = defaultdict(float)
        for number in people.tolist():
            shift: Any = self.staff[number].shift
            found[str(shift) if shift else ""] += int(self.there[number, span].sum()) / days
        return dict(found)


def _minutes_of(shift: Shift | None) -> int:
    """Working minutes of a shift; an end before the start is next day."""
    if shift is None:
        return USUAL_MINUTES
    start, end = (one.hour * 60 + one.minute for one in (shift.starts, shift.ends))
    return ((end - start) % DAY_MINUTES or DAY_MINUTES) - shift.break_minutes
