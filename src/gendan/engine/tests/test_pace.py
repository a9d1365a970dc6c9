"""The pace of work: against slow obvious versions, and what must hold whatever the numbers are."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.calendars import WorkCalendar, work_calendar
from gendan.engine.pace import SLOWEST, Operation, Rate, outlook, rate_of

WORKED = work_calendar(range(5), {dt.date(2026, 6, 19): False})
TODAY = dt.date(2026, 6, 10).toordinal()  # a Wednesday
FAR = TODAY + 3000

rates = st.floats(1, 500)
amounts = st.floats(0.5, 5000)
weekdays = st.sets(st.integers(0, 6), min_size=1)
days_made = st.dictionaries(st.integers(TODAY - 40, TODAY + 3), st.floats(0, 400), max_size=25)


def slow_rate(made: dict[int, float], calendar: WorkCalendar) -> float | None:
    """Day by day, from the first day with output until yesterday."""
    output: dict[int, float] = {}
    for day in sorted(made):
        if day >= TODAY or made[day] <= 0:
            continue
        worked = day
        while not calendar.works_on(dt.date.fromordinal(worked)):
            worked -= 1
        output[worked] = output.get(worked, 0.0) + made[day]
    if len(output) < 3:
        return None
    total = weight = 0.0
    factor = 1.0
    for day in range(TODAY - 1, min(output) - 1, -1):
        if calendar.works_on(dt.date.fromordinal(day)):
            total += factor * output.get(day, 0.0)
            weight += factor
            factor *= 0.5**0.2
    return total / weight


def slow_end(left: float, made_today: float, pace: float, calendar: WorkCalendar) -> int:
    """Taking away a day's output on each working day."""
    day, left = TODAY, left + min(made_today, pace)
    while True:
        if calendar.works_on(dt.date.fromordinal(day)):
            left -= pace
            if left <= 1e-6:
                return day
        day += 1


@given(days_made, rates, weekdays)
@settings(max_examples=150, deadline=None)
def test_the_pace_is_the_weighted_mean_of_working_days(
    made: dict[int, float], planned: float, week: set[int]
) -> None:
    calendar = work_calendar(week, {})
    found, wanted = rate_of(made, planned, calendar, TODAY), slow_rate(made, calendar)
    assert found.is_measured == (wanted is not None)
    assert found.a_day == pytest.approx(
        planned if wanted is None else max(wanted, planned * SLOWEST)
    )
    assert 0 < found.doubt <= found.spread


@given(st.integers(1, 3000), st.integers(0, 400), st.integers(5, 300), weekdays)
@settings(max_examples=150, deadline=None)
def test_without_spread_it_ends_on_the_day_counted_by_hand(
    left: int, made_today: int, pace: int, week: set[int]
) -> None:
    calendar = work_calendar(week, {})
    one = Operation(left, Rate(pace, 0.0, 0.0), calendar, made_today, is_begun=True)
    found = outlook([one], TODAY, TODAY, FAR)
    assert found.half == found.most == slow_end(left, made_today, pace, calendar)


@given(amounts, rates, st.floats(1.01, 3))
@settings(max_examples=100, deadline=None)
def test_more_work_ends_no_sooner_and_a_better_pace_no_later(
    left: float, pace: float, factor: float
) -> None:
    def ends(quantity: float, a_day: float) -> tuple[int, int, float]:
        rate = Rate(a_day, 0.3 * a_day, 0.1 * a_day)
        chain = [
            Operation(quantity, rate, WORKED, is_begun=True),
            Operation(quantity, Rate(80, 20, 10), WORKED),
        ]
        found = outlook(chain, TODAY, TODAY, TODAY + 12)
        assert TODAY <= found.half <= found.most
        assert 0 <= found.late <= 1
        return found.half, found.most, found.late

    here = ends(left, pace)
    assert all(a <= b for a, b in zip(here, ends(left * factor, pace), strict=True))
    assert all(a >= b for a, b in zip(here, ends(left, pace * factor), strict=True))


@pytest.mark.parametrize(("left", "spread", "doubt"), [(900, 30, 10), (400, 50, 20), (2000, 20, 5)])
def test_the_odds_are_those_of_many_trials(left: float, spread: float, doubt: float) -> None:
    """Each trial draws the true pace once and every day's output from it."""
    every_day = work_calendar(range(7), {})
    found = outlook(
        [Operation(left, Rate(100, spread, doubt), every_day, is_begun=True)], TODAY, TODAY, FAR
    )
    rng = np.random.default_rng(7)
    pace = rng.normal(100, doubt, 4000)
    output = pace[:, None] + rng.normal(0, spread, (4000, 60))
    needed = (np.cumsum(output, axis=1) >= left).argmax(axis=1)
    half, most = np.quantile(needed, [0.5, 0.9], method="inverted_cdf").tolist()
    assert abs(found.half - TODAY - half) <= 1
    assert abs(found.most - TODAY - most) <= 1
    due = TODAY + int(most)
    late = outlook(
        [Operation(left, Rate(100, spread, doubt), every_day, is_begun=True)], TODAY, TODAY, due
    ).late
    assert late == pytest.approx(float(np.mean(needed > most)), abs=0.06)


def test_the_next_operation_waits_for_the_last_piece_or_the_first_batch() -> None:
    sure = Rate(100, 0.0, 0.0)
    first = Operation(300, sure, WORKED, is_begun=True)
    after = outlook([first, Operation(300, sure, WORKED)], TODAY, TODAY, FAR)
    assert after.ends == ((TODAY + 2,) * 2, (TODAY + 7,) * 2)  # Friday; three days on: Wednesday
    batch = Operation(300, sure, WORKED, batch=50, is_begun=True)
    beside = outlook([batch, Operation(300, sure, WORKED)], TODAY, TODAY, FAR)
    assert beside.half == TODAY + 2  # half a day behind: the same Friday
    done = outlook([Operation(0, sure, WORKED), Operation(100, sure, WORKED)], TODAY, TODAY, FAR)
    assert done.ends == (None, (TODAY, TODAY))
    later = outlook([Operation(100, sure, WORKED)], TODAY, TODAY + 5, FAR)
    assert later.half == TODAY + 5


def test_what_it_needs_is_said_of_the_slowest() -> None:
    slow = Rate(85, 10, 4, is_measured=True)
    chain = [
        Operation(600, slow, WORKED, is_begun=True, batch=50),
        Operation(600, Rate(1000, 100, 100), WORKED),
    ]
    found = outlook(chain, TODAY, TODAY, dt.date(2026, 6, 16).toordinal())
    assert found.slowest == 0
    assert found.needs == pytest.approx(120)  # five working days
    assert found.late > 0.9
    assert found.half == dt.date(2026, 6, 22).toordinal()  # the 19th is off
    over = outlook(chain, TODAY, TODAY, TODAY - 1)
    assert (over.needs, over.late) == (None, 1.0)
    none = outlook([], TODAY, TODAY, TODAY)
    assert (none.half, none.late, none.slowest) == (TODAY, 0.0, None)
