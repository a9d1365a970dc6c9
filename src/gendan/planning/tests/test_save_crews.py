"""The people work centres need against those who are there."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.catalog.models import WorkCenter
from gendan.kernel import clock
from gendan.kernel.rows import RowsRefused
from gendan.planning.capacity_load import by_week, read_load, weeks_from
from gendan.planning.capacity_people import Group, people_by_week, people_of_week
from gendan.planning.models import Crew
from gendan.planning.services.capacity import (
    CapacityChangeRow,
    CrewRow,
    save_capacity_changes,
    save_crews,
)
from gendan.planning.tests.factory import MONDAY, chairs
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.testing.make import masters
from gendan.workforce.models import Department
from gendan.workforce.services import AbsenceRow, ShiftRow, save_absences, save_shifts

pytestmark = pytest.mark.django_db
WEEKS = weeks_from(MONDAY, 2)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        masters.department("WORKS")
        late = ShiftRow("LATE", "Late", starts=dt.time(15), ends=dt.time(22), break_minutes=60)
        save_shifts(rows=[late], by=None)
        masters.staff("P-1", department="WORKS", skills=["weld"])
        masters.staff("P-2", department="WORKS", shift="LATE")
        yield


def crew(code: str = "ASSEMBLY", people: str = "1", skill: str = "") -> Crew:
    row = CrewRow(code, department="WORKS", skill=skill, people=Decimal(people))
    return save_crews(rows=[row], by=None)[0]


def groups() -> list[Group]:
    cells = by_week(read_load(WEEKS[-1]), WEEKS)
    return people_by_week(cells, WEEKS, clock.today())


def test_without_crews_nothing_is_said() -> None:
    assert groups() == []


def test_people_present_by_shift_against_the_need() -> None:
    crew(people="2")
    firm_work_orders(
        rows=[WorkOrderRow("CHAIR", Decimal(100), MONDAY, dt.date(2026, 3, 6))], by=None
    )
    [group] = groups()
    assert (group.people, group.centers) == (2, ["ASSEMBLY"])
    # 610 minutes by two; five days of one with 480 minutes and one with 360.
    assert (group.cells[0].load, group.cells[0].capacity) == (1220, 5 * (480 + 360))
    assert sorted(group.present[0].values()) == [1, 1]
    assert group.cells[1].load == 0


def test_overtime_brings_its_people_with_it() -> None:
    crew(people="2")
    row = CapacityChangeRow("ASSEMBLY", "overtime", MONDAY, MONDAY, minutes=60)
    save_capacity_changes(rows=[row], by=None)
    [group] = groups()
    usual = 5 * (480 + 360)
    assert [one.capacity for one in group.cells] == [usual + 2 * 60, usual]


def test_who_is_away_or_has_left_is_not_there() -> None:
    crew()
    days = [dt.date(2026, 3, number) for number in (5, 8, 10)]
    save_absences(rows=[AbsenceRow("P-1", days[0], days[1], "sick")], by=None)
    masters.staff("P-2", department="WORKS", left_on=days[2])
    masters.staff("P-3", department="WORKS", joined_on=days[2])
    [group] = groups()
    first = 3 * 480 + 5 * 360
    second = 5 * 480 + 2 * 360 + 4 * 480
    assert [one.capacity for one in group.cells] == [first, second]
    masters.staff("P-4", department="WORKS", left_on=MONDAY - dt.timedelta(days=1))
    assert groups()[0].people == 3  # who has left is not one of them


def test_a_week_names_who_is_there_by_shift_and_who_is_away() -> None:
    days = [dt.date(2026, 3, number) for number in (5, 8, 11)]
    save_absences(rows=[AbsenceRow("P-1", days[0], days[2], "sick")], by=None)
    masters.staff("P-3", department="WORKS", left_on=MONDAY - dt.timedelta(days=1))
    masters.staff("P-4", department="WORKS", joined_on=days[1])
    works = Department.objects.get(code="WORKS").pk
    found = people_of_week(works, "", MONDAY, MONDAY)
    # The late shift begins at three; people without a shift come last.
    assert [(one.person.code, one.minutes, len(one.away)) for one in found] == [
        ("P-2", 5 * 360, 0),
        ("P-1", 3 * 480, 1),
        ("P-4", 0, 0),
    ]
    assert [one.person.code for one in people_of_week(works, "weld", MONDAY, MONDAY)] == ["P-1"]


def test_a_skill_counts_only_those_who_have_it() -> None:
    crew(skill="weld")
    [group] = groups()
    assert (group.people, group.cells[0].capacity) == (1, 2400)


def test_a_crew_is_changed_and_removed() -> None:
    crew(people="2")
    crew(people="1.5")
    assert Crew.objects.get().people == Decimal("1.5")
    save_crews(rows=[CrewRow("ASSEMBLY", remove=True)], by=None)
    assert not Crew.objects.exists()
    with pytest.raises(RowsRefused, match="somebody"):
        crew(people="0")
    assert WorkCenter.objects.filter(code="ASSEMBLY").exists()
