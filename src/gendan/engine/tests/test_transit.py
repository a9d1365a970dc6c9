"""Three dates of a shipment, against a search that looks at one day after the other."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendan.engine.calendars import work_calendar
from gendan.engine.transit import AT_DOOR, EX_WORKS, ON_BOARD, ThreeDates, Transit

DAY = dt.timedelta(days=1)
FRIDAYS = Transit(1, 30, 5, cutoff_days=2, sails_on=(4,))
BASES = (EX_WORKS, ON_BOARD, AT_DOOR)

days = st.dates(dt.date(2024, 1, 1), dt.date(2031, 12, 31))
few = st.integers(0, 45)
sailings = st.sets(st.integers(0, 6)).map(lambda found: tuple(sorted(found)))
ways = st.builds(
    Transit, few, few, few, is_known=st.just(True), cutoff_days=st.integers(0, 12),
    sails_on=sailings,
)  # fmt: skip


def _sails(way: Transit, day: dt.date) -> bool:
    return not way.sails_on or day.weekday() in way.sails_on


def _leaving(way: Transit, day: dt.date) -> ThreeDates:
    """What happens to goods that leave the works on a day, told day by day."""
    at_port = day
    for _one in range(way.to_port_days):
        at_port += DAY
    sailing = at_port
    while (sailing - at_port).days < way.cutoff_days or not _sails(way, sailing):
        sailing += DAY
    return ThreeDates(day, sailing, sailing + (way.transit_days + way.to_door_days) * DAY)


@given(ways, days)
def test_goods_take_the_first_sailing_whose_cut_off_they_reach(way: Transit, day: dt.date) -> None:
    assert way.from_ex_works(day) == _leaving(way, day)


@given(ways, days, st.sampled_from(BASES))
def test_a_day_is_kept_by_leaving_as_late_as_its_last_sailing_allows(
    way: Transit, day: dt.date, basis: str
) -> None:
    found = way.from_basis(day, basis)

    leaves = day
    while _leaving(way, leaves).in_basis(basis) > day:
        leaves -= DAY
    assert found == _leaving(way, leaves)
    assert found.in_basis(basis) <= day


@given(ways, days, st.sampled_from(BASES))
def test_a_date_that_was_found_is_found_again(way: Transit, day: dt.date, basis: str) -> None:
    found = way.from_basis(day, basis)
    assert way.from_basis(found.in_basis(basis), basis) == found
    assert way.from_ex_works(found.ex_works_on) == found


@given(few, few, few, days)
def test_without_sailing_days_and_cut_off_the_days_are_only_added(
    port: int, under_way: int, door: int, day: dt.date
) -> None:
    way = Transit(port, under_way, door)
    assert way.from_ex_works(day) == ThreeDates(
        day, day + port * DAY, day + (port + under_way + door) * DAY
    )
    for basis, before in zip(BASES, (0, port, port + under_way + door), strict=True):
        assert way.from_basis(day, basis) == way.from_ex_works(day - before * DAY)


@pytest.mark.parametrize(
    ("leaves", "sails"),
    [((2026, 6, 9), (2026, 6, 12)), ((2026, 6, 10), (2026, 6, 19)), ((2026, 6, 16), (2026, 6, 19))],
)
def test_a_day_past_the_cut_off_is_a_week_later_on_board(
    leaves: tuple[int, int, int], sails: tuple[int, int, int]
) -> None:
    found = FRIDAYS.from_ex_works(dt.date(*leaves))
    assert found.on_board_on == dt.date(*sails)
    assert FRIDAYS.at_port_by(found.on_board_on) == dt.date(*sails) - 2 * DAY


def test_a_wish_for_a_wednesday_is_kept_by_the_friday_before() -> None:
    found = FRIDAYS.from_basis(dt.date(2026, 6, 17), ON_BOARD)
    assert found.on_board_on == dt.date(2026, 6, 12)
    assert found.ex_works_on == dt.date(2026, 6, 9)
    assert FRIDAYS.from_basis(found.at_door_on + DAY, AT_DOOR) == found


def test_people_are_told_a_working_day_on_which_goods_leave() -> None:
    works = work_calendar(range(5), {dt.date(2026, 3, 13): False})
    sunday = Transit(2, 20, 3).from_basis(dt.date(2026, 3, 17), ON_BOARD)
    assert sunday.ex_works_on == dt.date(2026, 3, 15)
    assert sunday.shown(works).ex_works_on == dt.date(2026, 3, 12)  # Friday is a holiday
    assert sunday.shown(works).on_board_on == sunday.on_board_on
    beyond = ThreeDates(*[dt.date(9999, 1, 3)] * 3)
    assert beyond.shown(works) == beyond
