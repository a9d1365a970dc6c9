"""Calendars: patterns, days by hand, public holidays and make-up days."""

import datetime as dt

import pytest

from gendan.catalog import queries
from gendan.catalog.models import Calendar, CalendarDay
from gendan.catalog.services import (
    CalendarDayRow,
    CalendarRow,
    fill_calendars,
    save_calendar_days,
    save_calendars,
)
from gendan.kernel import clock, reactions
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.rows import RowsRefused
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
NATIONAL_DAY = dt.date(2026, 10, 1)
MAKE_UP_SATURDAY = dt.date(2026, 10, 10)


def test_china_has_holidays_and_make_up_days() -> None:
    masters.calendar("CN")
    filled = fill_calendars(years=[2026], by=None)
    assert filled.made > 30
    assert filled.notes == []
    calendar = queries.calendar(None)
    assert not calendar.works_on(NATIONAL_DAY)
    assert calendar.works_on(MAKE_UP_SATURDAY)
    # 30 September, then 8, 9 and the Saturday of 10 October.
    assert calendar.add_days(dt.date(2026, 9, 30), 3) == MAKE_UP_SATURDAY


def test_among_all_calendars_the_first_active_one_at_home_is_the_companys_own() -> None:
    assert queries.calendars()[None] == queries.calendar(None)
    masters.calendar("DE", country="DE", weekdays=(0, 1, 2))
    former = masters.calendar("OLD", on=(NATIONAL_DAY,), weekdays=(0, 1))
    Calendar.objects.filter(pk=former.pk).update(is_active=False)
    assert queries.calendars()[None] == queries.calendar(None)
    own = masters.calendar("OWN", weekdays=(0, 1, 2, 3))
    masters.calendar("NEW", weekdays=(0,))
    every = queries.calendars()
    assert every[None] is every[own.pk] is queries.calendar(None)


def test_filling_twice_changes_nothing_and_days_by_hand_stay() -> None:
    masters.calendar("CN", on=(NATIONAL_DAY,))
    fill_calendars(years=[2026], by=None)
    again = fill_calendars(years=[2026], by=None)
    assert (again.made, again.changed, again.removed) == (0, 0, 0)
    assert queries.calendar(None).works_on(NATIONAL_DAY)


def test_a_filled_day_that_is_written_again_is_by_hand() -> None:
    masters.calendar("CN")
    fill_calendars(years=[2026], by=None)
    save_calendar_days(rows=[CalendarDayRow("CN", NATIONAL_DAY, is_working=False)], by=None)
    assert CalendarDay.objects.get(day=NATIONAL_DAY).is_by_hand


def test_years_the_package_does_not_know_are_said_so() -> None:
    masters.calendar("CN")
    masters.calendar("XX", country="XX")
    filled = fill_calendars(years=[2028], by=None)
    assert len(filled.notes) == 2
    assert "make-up working days of 2028" in filled.notes[0]
    assert "not known" in filled.notes[1]


def test_other_countries_have_their_own_holidays() -> None:
    masters.calendar("DE", country="DE")
    fill_calendars(years=[2026], codes=["DE"], by=None)
    calendar = queries.calendars_of_countries()["DE"]
    assert not calendar.works_on(dt.date(2026, 4, 3))  # Good Friday
    assert calendar.works_on(NATIONAL_DAY)


def test_the_first_calendar_is_made_for_the_company() -> None:
    fill_calendars(years=[2026], by=None)
    assert Calendar.objects.get().country == "CN"


def test_every_morning_this_year_and_the_next_are_seen_to() -> None:
    masters.calendar("CN")
    with clock.at(dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)):
        reactions.open_day()
        reactions.run_due()
    years = set(CalendarDay.objects.values_list("day__year", flat=True))
    assert years == {2026, 2027}


def test_it_refuses_a_week_without_work_and_odd_years() -> None:
    with pytest.raises(RowsRefused, match="At least one day"):
        save_calendars(rows=[CalendarRow("Z", weekdays=[])], by=None)
    with pytest.raises(RowsRefused, match="0 \\(Monday\\) to 6"):
        save_calendars(rows=[CalendarRow("Z", weekdays=[7])], by=None)
    with pytest.raises(Invalid, match="can be filled"):
        fill_calendars(years=[1800], by=None)
    with pytest.raises(NotThere, match="none"):
        fill_calendars(years=[2026], codes=["none"], by=None)


def test_a_day_by_hand_can_be_removed() -> None:
    masters.calendar("CN", off=(dt.date(2026, 3, 3),))
    save_calendar_days(rows=[CalendarDayRow("CN", dt.date(2026, 3, 3), remove=True)], by=None)
    assert queries.working_days(None, dt.date(2026, 3, 2), dt.date(2026, 3, 8)).tolist() == [
        *[True] * 5,
        *[False] * 2,
    ]
