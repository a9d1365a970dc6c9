"""Since when a promise counts: a day said again keeps its place, another one ranks behind all."""

import datetime as dt

from gendan.engine.promise import Given
from gendan.kernel import clock
from gendan.planning.promise_ranks import History, microseconds

JUNE, JULY, MAY = dt.date(2026, 6, 10), dt.date(2026, 7, 10), dt.date(2026, 5, 10)


def moment(hour: int) -> dt.datetime:
    return dt.datetime(2026, 3, 2, hour, tzinfo=dt.UTC)


def said(number: int, hour: int, on: dt.date, **parts: dt.date) -> list[object]:
    """`parts`: by delivery its own day, `d7` of the one with the id 7."""
    days = {key.removeprefix("d"): day.isoformat() for key, day in parts.items()}
    return [number, moment(hour).isoformat(), on.isoformat(), days]


def turn(hour: int, numbers: tuple[int, int], on: dt.date, *, name: str = "L") -> list[object]:
    first, last = numbers
    at = moment(hour).isoformat()
    return [name, at, first, last, 2, False, JUNE.isoformat(), on.isoformat()]


def given(hour: int, number: int, on: dt.date, turn: int = 0) -> Given:
    return Given((microseconds(moment(hour)), number, turn), on)


def test_it_counts_from_when_the_order_was_confirmed_however_often_it_was_drafted() -> None:
    drafted = [said(1, 8, MAY), said(2, 9, JUNE)]
    assert History(moment(10), drafted, [], []).of_line("L", JUNE) == [given(10, 2, JUNE)]


def test_a_day_said_again_keeps_its_place_and_another_one_ranks_from_then() -> None:
    again = [said(2, 9, JUNE), said(3, 11, JUNE)]
    assert History(moment(10), again, [], []).of_line("L", JUNE) == [given(10, 2, JUNE)]
    moved = [*again, said(4, 12, JULY)]
    found = History(moment(10), moved, [], []).of_line("L", JULY)
    assert found == [given(10, 2, JUNE), given(12, 4, JULY)]


def test_more_that_is_asked_of_it_ranks_from_then() -> None:
    asked = [moment(12).isoformat()]
    found = History(moment(10), [said(2, 9, JUNE)], asked, []).of_line("L", JUNE)
    assert found == [given(10, 2, JUNE), given(12, 2, JUNE)]


def test_a_rush_gives_it_a_turn_and_what_it_wrote_itself_is_no_other_day() -> None:
    promises = [said(2, 9, JUNE), said(5, 12, JULY)]
    rushed = History(moment(10), promises, [], [turn(12, (4, 6), JULY)])
    assert rushed.of_line("L", JULY) == [given(10, 2, JUNE), given(12, 6, JULY, 2)]
    # Another line of the same order, which the rush has left where it was, stays there.
    other = History(moment(10), [said(2, 9, JUNE), said(5, 12, JUNE)], [], [])
    assert other.of_line("M", JUNE) == [given(10, 2, JUNE)]
    lapsed = History(moment(13), promises, [], [turn(12, (4, 6), JULY)])
    assert lapsed.of_line("L", JULY)[-1].rank[0] == microseconds(moment(13))


def test_a_delivery_has_the_days_of_its_own() -> None:
    """Said again with the line it keeps its place; moved, it has stood at its own former day."""
    promises = [said(2, 9, JULY, d7=MAY, d8=JULY), said(3, 11, JULY, d7=MAY, d8=JUNE)]
    history = History(moment(10), promises, [], [])
    assert history.of_delivery("L/7", MAY) == [given(10, 2, MAY)]
    assert history.of_delivery("L/8", JUNE) == [given(10, 2, JULY), given(11, 3, JUNE)]
    rushed = History(moment(10), promises, [], [turn(12, (4, 6), JULY, name="L/8")])
    assert rushed.of_delivery("L/7", MAY) == [given(10, 2, MAY)]
    assert rushed.of_delivery("L/8", JULY) == [
        given(10, 2, JULY), given(11, 3, JUNE), given(12, 6, JULY, 2),
    ]  # fmt: skip


def test_a_delivery_of_which_former_days_are_not_known_counts_from_the_first_known_one() -> None:
    promises = [said(2, 9, JULY), said(3, 11, JULY, d7=MAY)]
    assert History(moment(10), promises, [], []).of_delivery("L/7", MAY) == [given(11, 3, MAY)]


def test_a_delivery_without_days_of_its_own_has_the_former_ones_a_rush_has_kept() -> None:
    promises = [said(2, 9, JUNE), said(3, 11, JULY)]
    plain = History(moment(10), promises, [], [])
    assert plain.of_delivery("L/7", MAY) == [given(11, 3, MAY)]
    rushed = History(moment(10), promises, [], [turn(12, (4, 6), JULY, name="L/7")])
    assert rushed.of_delivery("L/7", JULY) == [given(11, 3, JUNE), given(12, 6, JULY, 2)]


def test_a_day_that_was_past_when_another_one_was_given_says_so() -> None:
    """Also one of yesterday, though by the clock of Greenwich it was still that day."""
    february, march = dt.date(2026, 2, 20), dt.date(2026, 3, 1)
    night = dt.datetime(2026, 3, 2, 1, tzinfo=clock.zone()).isoformat()
    for was, is_past in ((february, True), (march, True), (moment(8).date(), False)):
        promises = [said(2, 1, was), [3, night, JULY.isoformat(), {}]]
        promises[0][1] = dt.datetime(2026, 2, 1, tzinfo=dt.UTC).isoformat()
        counts = dt.datetime(2026, 2, 2, tzinfo=dt.UTC)
        first, last = History(counts, promises, [], []).of_line("L", JULY)
        assert (first.on, first.was_past, last.was_past) == (was, is_past, False)


def test_what_nobody_computed_counts_from_confirming() -> None:
    assert History(moment(10), [], [], []).of_line("L", MAY) == [given(10, 0, MAY)]
