"""People, departments, shifts, absences."""

import datetime as dt

import pytest

from gendan.kernel.rows import RowsRefused
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.workforce.models import Absence, Person
from gendan.workforce.queries import away_users, people_of
from gendan.workforce.services import (
    AbsenceRow,
    PersonRow,
    ShiftRow,
    save_absences,
    save_people,
    save_shifts,
)

pytestmark = pytest.mark.django_db


def day(number: int) -> dt.date:
    return dt.date(2026, 5, number)


def test_people_are_known_by_their_account() -> None:
    mei = person("mei")
    masters.staff("P-1", username="mei", skills=["English", "knitwear"])
    assert people_of([mei.pk])[mei.pk].skills == ["English", "knitwear"]
    with pytest.raises(RowsRefused, match="belongs to P-1"):
        masters.staff("P-2", username="mei")
    save_people(rows=[PersonRow("P-1", user=""), PersonRow("P-1b", name="x")][:1], by=None)
    masters.staff("P-2", username="mei")
    assert Person.objects.get(user=mei).code == "P-2"


def test_nobody_leaves_before_joining() -> None:
    with pytest.raises(RowsRefused, match="before joining"):
        masters.staff("P-1", joined_on=day(5), left_on=day(4))
    with pytest.raises(RowsRefused, match="no department called"):
        save_people(rows=[PersonRow("P-1", name="x", department="none")], by=None)


def test_who_is_away_is_known() -> None:
    mei = person("mei")
    masters.staff("P-1", username="mei")
    save_absences(rows=[AbsenceRow("P-1", day(4), day(8), "sick")], by=None)
    assert away_users([mei.pk], day(8))[mei.pk].reason == "sick"
    assert away_users([mei.pk], day(9)) == {}


def test_absences_do_not_overlap() -> None:
    masters.staff("P-1")
    masters.staff("P-2")
    save_absences(rows=[AbsenceRow("P-1", day(4), day(8))], by=None)
    with pytest.raises(RowsRefused, match="from 2026-05-04 to 2026-05-08"):
        save_absences(rows=[AbsenceRow("P-1", day(8), day(9))], by=None)
    rows = [AbsenceRow("P-2", day(1), day(3)), AbsenceRow("P-2", day(2), day(5))]
    with pytest.raises(RowsRefused, match="overlaps"):
        save_absences(rows=rows, by=None)
    # Shortened, and the freed days given away, in one call.
    rows = [AbsenceRow("P-1", day(8), day(9)), AbsenceRow("P-1", day(4), day(5))]
    save_absences(rows=rows, by=None)
    assert Absence.objects.count() == 2


def test_an_absence_ends_after_it_begins_and_can_be_taken_back() -> None:
    masters.staff("P-1")
    with pytest.raises(RowsRefused, match="end before it begins"):
        save_absences(rows=[AbsenceRow("P-1", day(4), day(3))], by=None)
    save_absences(rows=[AbsenceRow("P-1", day(4), day(8))], by=None)
    save_absences(rows=[AbsenceRow("P-1", day(4), remove=True)], by=None)
    assert not Absence.objects.exists()


def test_a_break_is_shorter_than_the_shift() -> None:
    night = ShiftRow("N", "night", starts=dt.time(22), ends=dt.time(6), break_minutes=30)
    assert save_shifts(rows=[night], by=None)[0].break_minutes == 30
    with pytest.raises(RowsRefused, match="longer than the shift"):
        save_shifts(rows=[ShiftRow("N", break_minutes=480)], by=None)
