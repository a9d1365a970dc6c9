"""The passes over many journeys agree with an obvious calculation, step by step and day by day."""

import dataclasses
import datetime as dt
from dataclasses import dataclass, field

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.calendars import LAST, WorkCalendar, work_calendar
from gendan.engine.milestones import (
    OPEN,
    REACHED,
    SKIPPED,
    TO_COME,
    Forecast,
    Snapshot,
    forecast_milestones,
    ready_milestones,
)

TODAY = dt.date(2026, 3, 10).toordinal()
HOLIDAYS = {dt.date(2026, 3, day): False for day in range(16, 21)}
CALENDARS = (
    work_calendar(range(5), HOLIDAYS | {dt.date(2026, 3, 28): True}),
    work_calendar(range(6), {}),
    work_calendar(range(7), {}),
)


@dataclass
class Step:
    before: list[tuple[int, int]]  # (index, lag)
    duration: int
    calendar: int = 0
    state: int = TO_COME
    reached: int = 0
    given: int = 0
    sails: int = 0
    planned: int = 0
    squeezed: dict[int, int] = field(
        default_factory=dict
    )  # by milestone before it, days until then


@dataclass
class One:
    steps: list[Step]
    anchor: int
    started: int = TODAY - 10
    target: int = TODAY + 40
    forecast: list[int] = field(default_factory=list)
    latest: list[int] = field(default_factory=list)


# The obvious version -----------------------------------------------------------------------------


def works(calendar: WorkCalendar, day: int) -> bool:
    return calendar.works_on(dt.date.fromordinal(day))


def go(calendar: WorkCalendar, day: int, days: int) -> int:
    """Walk day by day: forwards to the days-th working day, 0 to the next one worked."""
    if days > 0:
        while days:
            day += 1
            days -= works(calendar, day)
        return day
    while not works(calendar, day):
        day += 1
    while days:
        day -= 1
        days += works(calendar, day)
    return day


def latest_start(calendar: WorkCalendar, limit: int, days: int) -> int:
    """Try working days from late to early until the one from which `limit` is kept."""
    day = limit + 60
    while not works(calendar, day) or go(calendar, day, days) > limit:
        day -= 1
    return day


def sail(step: Step, day: int, way: int = 1) -> int:
    """Walk day by day to one on which the step can be."""
    while step.sails and not step.sails >> dt.date.fromordinal(day).weekday() & 1:
        day += way
    return day


def obvious(one: One) -> One:
    one.forecast = []
    for step in one.steps:
        calendar = CALENDARS[step.calendar]
        before = [one.forecast[index] for index, _lag in step.before]
        ready = [by_plan(step, i, one.forecast[i], lag + step.duration) for i, lag in step.before]
        alone = by_plan(step, -1, one.started, step.duration)
        workday = sail(step, go(calendar, TODAY, 0))
        if step.state == REACHED:
            day = step.reached
        elif step.state == SKIPPED:
            day = max(before, default=one.started)
        elif step.state == OPEN and step.given:
            said = step.given if step.given >= TODAY else workday
            day = max([said, *(before or [one.started])])
        else:
            said = step.given if step.given >= TODAY else workday
            day = max([said, workday, *(ready or [alone])])
        one.forecast.append(day)
    due = due_after(one)
    end = max([one.target, *due.values()])
    one.latest = [0] * len(one.steps)
    leads = leading_to_anchor(one)
    for index in reversed(range(len(one.steps))):
        one.latest[index] = latest_of(one, index, due, end)
    for index, step in enumerate(one.steps):
        if index not in leads and step.state != REACHED:
            one.latest[index] = max([one.latest[index], *allowed(one, step)])
    return one


def allowed(one: One, step: Step) -> list[int]:
    """When a step is ready if each before it is on its latest, or its real, day."""
    days = []
    for index, lag in step.before:
        before = one.steps[index]
        day = before.reached if before.state == REACHED else one.latest[index]
        if step.state != SKIPPED:
            count = step.squeezed.get(index, lag + step.duration)
            day = sail(step, go(CALENDARS[step.calendar], day, count))
        days.append(day)
    return days


def leading_to_anchor(one: One) -> set[int]:
    """What the anchor waits for, and itself."""
    found, todo = set(), [one.anchor]
    while todo:
        index = todo.pop()
        found.add(index)
        todo += [i for i, _lag in one.steps[index].before]
    return found


def by_plan(step: Step, before: int, day: int, days: int) -> int:
    """The day on which a step is ready after one before it, sooner where a plan says so."""
    calendar = CALENDARS[step.calendar]
    usual = sail(step, go(calendar, day, days))
    if not day <= step.planned < usual:
        return usual
    count = 0
    while go(calendar, day, count + 1) <= step.planned:
        count += 1
    step.squeezed[before] = count
    return step.planned


def due_after(one: One) -> dict[int, int]:
    anchor = one.steps[one.anchor]
    due = {one.anchor: anchor.reached if anchor.state == REACHED else one.target}
    for index, step in enumerate(one.steps):
        known = [(i, lag) for i, lag in step.before if i in due]
        if index in due or not known:
            continue
        if step.state == REACHED:
            due[index] = step.reached
        elif step.state == SKIPPED:
            due[index] = max(due[i] for i, _lag in known)
        else:
            calendar = CALENDARS[step.calendar]
            due[index] = max(
                sail(step, go(calendar, due[i], step.squeezed.get(i, lag + step.duration)))
                for i, lag in known
            )
    return due


def latest_of(one: One, index: int, due: dict[int, int], end: int) -> int:
    if index == one.anchor:
        return one.target
    if index in due:
        return due[index]
    limits = []
    leads = leading_to_anchor(one)
    for later, step in enumerate(one.steps):
        if index in leads and later not in leads:
            continue
        for before, lag in step.before:
            if before != index or step.state == REACHED:
                continue
            calendar = CALENDARS[step.calendar]
            limit = one.latest[later]
            if step.state != SKIPPED:
                days = step.squeezed.get(before, lag + step.duration)
                until = sail(step, limit, -1)
                limit = latest_start(calendar, until, days)
                if before in step.squeezed and step.planned <= until:
                    limit = max(limit, one.forecast[before])
            limits.append(limit)
    return sail(one.steps[index], min(limits, default=end), -1)


# Cases -------------------------------------------------------------------------------------------


@st.composite
def journeys(draw: st.DrawFn) -> One:
    count = draw(st.integers(1, 9))
    steps: list[Step] = []
    for index in range(count):
        chosen = draw(st.sets(st.integers(0, index - 1), max_size=3)) if index else set()
        before = [(one, draw(st.integers(-3, 5))) for one in sorted(chosen)]
        step = Step(before, draw(st.integers(0, 12)), draw(st.integers(0, 2)))
        step.state = draw(st.sampled_from([TO_COME, TO_COME, OPEN, REACHED, SKIPPED]))
        if step.state == REACHED:
            step.reached = TODAY - draw(st.integers(0, 15))
        elif step.state != SKIPPED and draw(st.booleans()):
            step.given = TODAY + draw(st.integers(-8, 30))
        step.sails = draw(st.sampled_from([0, 0, 0, 0b0010000, 0b0100100]))
        steps.append(step)
    target = TODAY + draw(st.integers(-10, 60))
    return One(steps, anchor=draw(st.integers(0, count - 1)), target=target)


def snapshot_of(cases: list[One]) -> Snapshot:
    steps = [step for one in cases for step in one.steps]
    sizes = [len(one.steps) for one in cases]
    first = np.cumsum([0, *sizes])
    offset = np.repeat(first[:-1], sizes)
    edges = [(i + offset[n], lag) for n, step in enumerate(steps) for i, lag in step.before]

    def numbers(values: list[int]) -> np.ndarray:
        return np.array(values, dtype=np.int64)

    return Snapshot(
        today=TODAY,
        calendars=CALENDARS,
        first=first,
        started=numbers([one.started for one in cases]),
        target=numbers([one.target for one in cases]),
        anchor=numbers([one.anchor for one in cases]) + first[:-1],
        before_first=np.cumsum([0, *(len(step.before) for step in steps)]),
        before=numbers([int(i) for i, _lag in edges]),
        lag=numbers([lag for _i, lag in edges]),
        duration=numbers([step.duration for step in steps]),
        calendar=numbers([step.calendar for step in steps]),
        state=numbers([step.state for step in steps]),
        reached=numbers([step.reached for step in steps]),
        given=numbers([step.given for step in steps]),
        sails=numbers([step.sails for step in steps]),
        planned=numbers([step.planned for step in steps]),
    )


def calculate(*cases: One) -> Forecast:
    return forecast_milestones(snapshot_of(list(cases)))


@settings(max_examples=300, deadline=None)
@given(st.lists(journeys(), min_size=1, max_size=4))
def test_all_at_once_agrees_with_one_by_one(cases: list[One]) -> None:
    result = calculate(*cases)
    expected = [obvious(one) for one in cases]
    assert result.forecast.tolist() == [day for one in expected for day in one.forecast]
    assert result.latest.tolist() == [day for one in expected for day in one.latest]


@settings(max_examples=200, deadline=None)
@given(st.lists(journeys(), min_size=1, max_size=3), st.data())
def test_what_is_planned_takes_no_longer_than_the_plan_says(
    cases: list[One], data: st.DataObject
) -> None:
    for one in cases:
        for step in one.steps:
            if not step.sails:  # what sails no plan of ours dates
                step.planned = data.draw(st.sampled_from([0, TODAY + 3, TODAY + 8, TODAY + 15]))
    result = calculate(*cases)
    expected = [obvious(one) for one in cases]
    assert result.forecast.tolist() == [day for one in expected for day in one.forecast]
    assert result.latest.tolist() == [day for one in expected for day in one.latest]


def test_the_plan_shortens_what_it_dates_and_what_comes_before_it_has_no_less_time() -> None:
    steps = [Step([], 5, calendar=2, state=OPEN), Step([(0, 0)], 20, calendar=2)]
    steps[1].planned = TODAY + 8
    result = calculate(One(steps, anchor=1, started=TODAY, target=TODAY + 10))
    assert result.forecast.tolist() == [TODAY + 5, TODAY + 8]
    assert result.latest.tolist() == [TODAY + 7, TODAY + 10]
    assert result.is_critical.all()
    steps[1].planned = TODAY + 4  # it waits for something of which the plan knows nothing
    unknown = calculate(One(steps, anchor=1, started=TODAY, target=TODAY + 10))
    assert unknown.forecast.tolist() == [TODAY + 5, TODAY + 25]


def test_what_follows_beside_a_promise_that_is_kept_presses_nothing() -> None:
    """Goods are two days on the road; the money for them comes three weeks after they left."""
    steps = [Step([], 5), Step([(0, 0)], 2), Step([(0, 0)], 21), Step([(1, 0), (2, 0)], 1)]
    for step in steps:
        step.calendar = 2
    result = calculate(One(steps, anchor=1, started=TODAY, target=TODAY + 9))
    assert result.forecast.tolist() == [TODAY + day for day in (5, 7, 26, 27)]
    assert result.latest.tolist() == [TODAY + day for day in (7, 9, 28, 29)]
    late = calculate(One(steps, anchor=1, started=TODAY, target=TODAY + 6))
    assert late.float_days.tolist() == [-1, -1, -1, -1]


def test_a_plan_that_ends_on_a_day_off_makes_nothing_before_it_too_late() -> None:
    saturday = dt.date(2026, 4, 11).toordinal()
    steps = [Step([], 5), Step([(0, 0)], 20), Step([(1, 0)], 1), Step([(2, 0)], 3, calendar=2)]
    steps[1].planned = steps[2].planned = saturday
    one = One(steps, anchor=3, started=TODAY, target=saturday + 3)
    result = calculate(one)
    assert result.forecast.tolist()[1:] == [saturday, saturday, saturday + 3]
    assert (result.float_days >= 0).all()
    late = calculate(dataclasses.replace(one, target=saturday + 2))
    assert (late.float_days[1:] < 0).all()


@settings(max_examples=200, deadline=None)
@given(journeys(), st.data())
def test_a_slip_moves_every_follower_right_and_nothing_else(one: One, data: st.DataObject) -> None:
    undone = [i for i, step in enumerate(one.steps) if step.state in (TO_COME, OPEN)]
    if not undone:
        return
    slipped = data.draw(st.sampled_from(undone))
    before = calculate(one)
    steps = [dataclasses.replace(step) for step in one.steps]
    steps[slipped].given = int(before.forecast[slipped]) + data.draw(st.integers(1, 20))
    after = calculate(dataclasses.replace(one, steps=steps))
    followers = {slipped}
    for index, step in enumerate(one.steps):
        if any(source in followers for source, _lag in step.before):
            followers.add(index)
    moved = after.forecast - before.forecast
    assert moved[slipped] > 0
    assert (moved >= 0).all()
    assert set(np.flatnonzero(moved).tolist()) <= followers
    assert after.forecast.tolist() == obvious(dataclasses.replace(one, steps=steps)).forecast
    assert (after.latest == before.latest).all()
    assert after.anchor_float[0] <= before.anchor_float[0]


@settings(max_examples=200, deadline=None)
@given(journeys())
def test_float_is_negative_exactly_where_the_latest_day_is_missed(one: One) -> None:
    result = calculate(one)
    undone = np.array([step.state in (TO_COME, OPEN) for step in one.steps])
    is_late = result.forecast > result.latest
    assert ((result.float_days < 0) == is_late)[undone].all()
    assert (result.forecast[undone] >= TODAY).all()


@settings(max_examples=200, deadline=None)
@given(journeys())
def test_the_critical_chain_explains_the_date_of_the_anchor(one: One) -> None:
    """A critical milestone one day later makes the anchor later, where every day is worked and
    nothing waits for a sailing."""
    for step in one.steps:
        step.calendar, step.sails = 2, 0
    result = calculate(one)
    if one.steps[one.anchor].state in (REACHED, SKIPPED):
        return
    assert result.is_critical[one.anchor]
    for index in np.flatnonzero(result.is_critical).tolist():
        steps = [dataclasses.replace(step) for step in one.steps]
        steps[index].given = int(result.forecast[index]) + 1
        moved = calculate(dataclasses.replace(one, steps=steps))
        assert moved.anchor_forecast[0] >= result.anchor_forecast[0] + 1


def test_a_plain_chain_reads_as_in_the_textbook() -> None:
    """Three steps of 5 working days over a week of holidays, anchored at the last."""
    monday = dt.date(2026, 3, 9).toordinal()
    steps = [Step([], 5, state=OPEN), Step([(0, 0)], 5), Step([(1, 2)], 5)]
    target = dt.date(2026, 4, 10).toordinal()
    result = calculate(One(steps, anchor=2, started=monday, target=target))
    days = [dt.date.fromordinal(int(day)).isoformat() for day in result.forecast]
    # 16 to 20 March are holidays, Saturday the 28th is worked.
    assert days == ["2026-03-23", "2026-03-28", "2026-04-07"]
    latest = [dt.date.fromordinal(int(day)).isoformat() for day in result.latest]
    assert latest == ["2026-03-26", "2026-04-01", "2026-04-10"]
    assert result.float_days.tolist() == [3, 3, 3]
    assert result.is_critical.all()
    assert result.driver.tolist() == [0]


def test_an_open_milestone_never_expects_yesterday() -> None:
    steps = [Step([], 1, state=OPEN), Step([(0, 0)], 0)]
    result = calculate(One(steps, anchor=1, started=TODAY - 30, target=TODAY - 1))
    assert result.forecast.tolist() == [TODAY, TODAY]
    assert result.anchor_float.tolist() == [-1]


def test_what_follows_the_anchor_is_due_after_the_target_or_the_real_day() -> None:
    steps = [Step([], 5, calendar=2, state=OPEN), Step([(0, 0)], 4, calendar=2)]
    open_one = calculate(One(steps, anchor=0, target=TODAY + 40))
    assert open_one.latest.tolist() == [TODAY + 40, TODAY + 44]
    steps[0].state, steps[0].reached = REACHED, TODAY - 2
    reached = calculate(One(steps, anchor=0, target=TODAY + 40))
    assert reached.latest.tolist()[1] == TODAY + 2


def test_one_day_late_at_the_works_is_a_week_late_on_board() -> None:
    """Ships sail on Fridays: 3 days from the works to on board, for the 20th."""
    friday = dt.date(2026, 3, 20).toordinal()
    works = Step([], 0, calendar=2, state=OPEN, given=friday - 3)
    steps = [works, Step([(0, 0)], 3, calendar=2, sails=1 << 4), Step([(1, 0)], 30, calendar=2)]
    on_time = calculate(One(steps, anchor=1, target=friday))
    assert on_time.forecast.tolist() == [friday - 3, friday, friday + 30]
    assert on_time.latest.tolist() == [friday - 3, friday, friday + 30]
    works.given += 1
    late = calculate(One(steps, anchor=1, target=friday))
    assert late.forecast.tolist() == [friday - 2, friday + 7, friday + 37]
    assert late.anchor_float.tolist() == [-7]


def test_what_lies_behind_the_last_year_a_calendar_knows_is_on_its_last_day() -> None:
    """One order for 2099 by mistake must not keep all others from being forecast."""
    way = [Step([(0, 0)], 0, calendar=2, sails=1), Step([(1, 0)], 365, calendar=2)]
    one = One([Step([], 0), *way], anchor=0, target=LAST)
    said = One([Step([], 0, given=LAST), *way], anchor=0, target=TODAY + 40)
    usual = One([Step([], 3), *way], anchor=0)
    found = calculate(one, said, usual)
    assert max(found.forecast.max(), found.latest.max()) <= LAST
    assert found.forecast[5] == LAST
    assert found.forecast[6:].tolist() == calculate(usual).forecast.tolist()


def test_one_is_ready_when_everything_before_it_is_done() -> None:
    steps = [
        Step([], 1, state=REACHED, reached=TODAY),
        Step([], 1, state=SKIPPED),
        Step([(0, 0), (1, 0)], 1),
        Step([(2, 0)], 1),
    ]
    ready = ready_milestones(snapshot_of([One(steps, anchor=3)]))
    assert ready.tolist() == [False, False, True, False]
