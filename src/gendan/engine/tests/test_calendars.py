"""Working days, compared with walking day by day."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendan.engine.calendars import FIRST, CalendarEnds, WorkCalendar, work_calendar

DAY = dt.timedelta(days=1)
dates = st.dates(dt.date(2025, 12, 1), dt.date(2026, 3, 31))
calendars = st.builds(
    work_calendar,
    st.sets(st.integers(0, 6), min_size=1),
    st.dictionaries(dates, st.booleans(), max_size=20),
)


def walked(calendar: WorkCalendar, day: dt.date, count: int, *, roll: int) -> dt.date:
    """The slow way: step by step; `roll` is the direction taken for a count of 0."""
    step = DAY if count > 0 or (count == 0 and roll > 0) else -DAY
    if count == 0:
        while not calendar.works_on(day):
            day += step
        return day
    left = abs(count)
    while left:
        day += step
        left -= calendar.works_on(day)
    return day


@given(calendars, dates, st.integers(-40, 40))
def test_adding_is_walking(calendar: WorkCalendar, day: dt.date, count: int) -> None:
    assert calendar.add_days(day, count) == walked(calendar, day, count, roll=1)


@given(calendars, dates, st.integers(-40, 40))
def test_going_back_is_walking(calendar: WorkCalendar, day: dt.date, count: int) -> None:
    assert calendar.back_days(day, count) == walked(calendar, day, -count, roll=-1)


@given(calendars, dates, dates)
def test_counting_is_walking(calendar: WorkCalendar, first: dt.date, second: dt.date) -> None:
    low, high = sorted((first, second))
    days = sum(calendar.works_on(low + DAY * step) for step in range(1, (high - low).days + 1))
    assert calendar.count(first, second) == (days if first <= second else -days)


@given(calendars, st.lists(st.tuples(dates, st.integers(-9, 9)), min_size=1, max_size=20))
def test_arrays_give_what_single_dates_give(
    calendar: WorkCalendar, pairs: list[tuple[dt.date, int]]
) -> None:
    days = np.array([day.toordinal() for day, _ in pairs])
    counts = np.array([count for _, count in pairs])
    assert calendar.add(days, counts).tolist() == [
        calendar.add_days(day, count).toordinal() for day, count in pairs
    ]


def test_an_exception_wins_over_the_weekly_pattern() -> None:
    saturday, monday = dt.date(2026, 2, 14), dt.date(2026, 2, 16)
    calendar = work_calendar(range(5), {saturday: True, monday: False})
    assert calendar.works_on(saturday)
    assert calendar.add_days(dt.date(2026, 2, 13), 2) == dt.date(2026, 2, 17)
    assert [dt.date.fromordinal(day).day for day in calendar.days(saturday, monday + DAY)] == [
        14,
        17,
    ]


def test_it_refuses_days_it_does_not_know() -> None:
    calendar = work_calendar(range(5), {})
    with pytest.raises(CalendarEnds):
        calendar.add(FIRST - 1, 1)
    with pytest.raises(CalendarEnds):
        calendar.add(FIRST, -3)
    with pytest.raises(ValueError, match="at least one working weekday"):
        work_calendar([], {})


def test_days_off_more_are_not_worked_and_not_counted() -> None:
    week = work_calendar(range(5), {})
    monday = dt.date(2026, 6, 8)
    off = week.without(range(monday.toordinal(), monday.toordinal() + 7))
    assert not off.works_on(monday)
    assert off.add_days(dt.date(2026, 6, 5), 1) == dt.date(2026, 6, 15)
    assert off.count(dt.date(2026, 6, 5), dt.date(2026, 6, 16)) == 2
    assert week.works_on(monday)
    assert week.without([dt.date(2026, 6, 7).toordinal()]) is week
