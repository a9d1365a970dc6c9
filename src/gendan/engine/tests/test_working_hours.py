"""Working time: nights, weekends and holidays do not count."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendan.engine.calendars import work_calendar
from gendan.engine.working_hours import WorkingHours

ZONE = ZoneInfo("Asia/Shanghai")
HOLIDAY = dt.date(2026, 11, 24)  # a Tuesday
HOURS = WorkingHours(work_calendar(range(5), {HOLIDAY: False}), ZONE, 9 * 60, 18 * 60)
BEGINNING = dt.datetime(2026, 10, 1, tzinfo=ZONE)
MOMENTS = st.integers(0, 120 * 24 * 60).map(
    lambda minutes: BEGINNING + dt.timedelta(0, 60 * minutes)
)


def on(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("first", "second", "minutes"),
    [
        (on(25, 10), on(25, 11, 30), 90),
        (on(25, 7), on(25, 9, 10), 10),
        (on(25, 19), on(25, 23), 0),
        (on(25, 17), on(26, 10), 120),
        (on(20, 17), on(23, 10), 120),  # Friday to Monday
        (on(21, 12), on(22, 12), 0),  # a weekend
        (on(23, 17), on(25, 10), 120),  # over the holiday
        (on(25, 11), on(25, 10), 0),
    ],
)
def test_only_working_time_counts(first: dt.datetime, second: dt.datetime, minutes: int) -> None:
    assert HOURS.minutes_between(first, second) == minutes


@pytest.mark.parametrize(
    ("moment", "hours", "due"),
    [
        (on(25, 10), 2, on(25, 12)),
        (on(25, 17), 2, on(26, 10)),
        (on(20, 20), 4, on(23, 13)),
        (on(21, 12), 1, on(23, 10)),
        (on(23, 17), 4, on(25, 12)),
        (on(25, 9), 9, on(25, 18)),
        (on(25, 12), 18, on(27, 12)),
    ],
)
def test_hours_are_added_across_nights_and_days_off(
    moment: dt.datetime, hours: int, due: dt.datetime
) -> None:
    found = HOURS.add_hours(moment, hours)
    assert HOURS.minutes_between(moment, found) == hours * 60
    assert found == due


@given(MOMENTS, st.integers(1, 60))
def test_adding_and_measuring_agree(moment: dt.datetime, hours: int) -> None:
    assert HOURS.minutes_between(moment, HOURS.add_hours(moment, hours)) == hours * 60


@given(MOMENTS, MOMENTS, MOMENTS)
def test_parts_add_up(one: dt.datetime, two: dt.datetime, three: dt.datetime) -> None:
    first, middle, last = sorted((one, two, three))
    parts = HOURS.minutes_between(first, middle) + HOURS.minutes_between(middle, last)
    assert parts == HOURS.minutes_between(first, last)
