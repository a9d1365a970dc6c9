"""Line rates against a slow version that walks day by day in fractions, and worked examples."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.line_rates import (
    MILLIONTHS,
    Effort,
    Run,
    by_day,
    known,
    parts_of,
    piece_minutes,
    pieces_an_hour,
)

CURVE = (45, 65, 80, 100)
DAY = dt.date(2026, 6, 10)

efforts = st.builds(
    Effort,
    setup=st.integers(0, 90_000),
    run=st.integers(1, 5_000_000),
    day=st.integers(1, 600_000),
    curve=st.lists(st.integers(1, 100), max_size=6).map(tuple),
    learned=st.integers(0, 2_000_000),
)
amounts = st.integers(0, 3_000 * MILLIONTHS)


def slow_minutes(effort: Effort, parts: int) -> Fraction:
    """Thousandths of a minute: so much each day on the style, until nothing is left."""
    left = Fraction(parts * effort.run, 10**9)  # in thousandths of a minute at the full rate
    spent, behind = Fraction(effort.setup), Fraction(effort.learned)
    while left:
        number = int(behind // effort.day)
        percent = effort.curve[number] if number < len(effort.curve) else 100
        if number >= len(effort.curve):
            return spent + left
        room = (number + 1) * effort.day - behind
        used = min(room, left * 100 / percent)
        left -= used * percent / 100
        spent += used
        behind += used
    return spent


def slow_ceil(exact: Fraction) -> int:
    return -(-exact.numerator // exact.denominator)


@given(efforts, amounts)
@settings(max_examples=120, deadline=None)
def test_work_is_what_the_days_of_the_curve_take(effort: Effort, parts: int) -> None:
    assert effort.work(parts) == slow_ceil(slow_minutes(effort, parts))


@given(efforts, amounts, amounts)
@settings(max_examples=80, deadline=None)
def test_more_pieces_never_take_less(effort: Effort, one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert effort.work(small) <= effort.work(large)
    assert effort.lost(small) <= effort.lost(large) + 1  # both are rounded
    assert effort.lost(small) >= 0


@given(efforts, amounts, st.integers(0, 5_000_000))
@settings(max_examples=120, deadline=None)
def test_the_way_back_is_exact(effort: Effort, parts: int, beyond: int) -> None:
    assert effort.parts(effort.work(parts)) >= parts
    work = effort.setup + beyond
    most = effort.parts(work)
    assert effort.work(most) <= work < effort.work(most + 1)


@given(efforts, st.lists(amounts, min_size=1, max_size=4))
@settings(max_examples=80, deadline=None)
def test_a_style_made_in_parts_is_learned_once(effort: Effort, runs: list[int]) -> None:
    """One after the other they take what all take at once, but for rounding and set-ups."""
    apart, now = 0, effort
    for parts in runs:
        apart += now.work(parts) - now.setup
        now = now.after(parts)
    at_once = effort.work(sum(runs)) - effort.setup
    assert abs(apart - at_once) <= 4 * 100 * len(runs)


@given(efforts.filter(lambda effort: effort.setup < effort.day), st.integers(1, 400))
@settings(max_examples=60, deadline=None)
def test_the_days_of_a_quantity_make_it(effort: Effort, pieces: int) -> None:
    parts = pieces * MILLIONTHS
    days = by_day(effort, parts, most=60)
    assert [one.number for one in days] == list(range(1, len(days) + 1))
    assert sum(one.parts for one in days) == days[-1].so_far <= parts
    assert len(days) == 60 or days[-1].so_far == parts
    assert len(days) == 60 or effort.work(parts) <= len(days) * effort.day
    assert effort.work(parts) > (len(days) - 1) * effort.day


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 500)), max_size=6),
    st.integers(0, 450),
    st.integers(1, 90),
)
@settings(max_examples=80, deadline=None)
def test_what_is_known_is_told_day_by_day(
    made: list[tuple[int, int]], on: int, known_days: int
) -> None:
    """The slow way: each day without a run makes a style older; too old, it is forgotten."""
    total, age = 0, 0
    for day in range(on + 1):
        today = sum(parts for when, parts in made if when == day)
        age += 1
        if age > known_days:
            total = 0
        if today:
            total, age = total + today, 0
    runs = [Run(DAY + dt.timedelta(days=when), parts) for when, parts in sorted(made)]
    last = DAY + dt.timedelta(days=on)
    assert known(runs, last, known_days) == total
    assert min(known(runs, last, known_days, enough=300), 300) == min(total, 300)


def test_the_published_rate_of_a_line() -> None:
    """SAM 12 minutes, 35 people, 60 %, 480 minutes: 840 pieces a day, 105 an hour.

    The usual formula: people × minutes × efficiency ÷ SAM.
    """
    each = piece_minutes(Decimal(12), 35, Decimal(60))
    assert pieces_an_hour(each) == pytest_near(Decimal(105))
    effort = Effort.of(Decimal(0), each, 480)
    assert abs(effort.parts(480_000) - 840 * MILLIONTHS) < MILLIONTHS // 100


def test_the_worked_example_of_sewing_days() -> None:
    """45 000 pieces at 2 800 a line and day: 18 days with one input and one buffer day."""
    effort = Effort.of(Decimal(0), Decimal(480) / 2800, 480)
    days = Decimal(effort.work(parts_of(Decimal(45_000)))) / effort.day
    assert round(days, 2) == Decimal("16.07")
    assert round(days + 1 + 1) == 18
    assert [one.number for one in by_day(effort, parts_of(Decimal(45_000)), 40)][-1] == 17


def test_a_new_style_begins_slowly() -> None:
    """1 000 a day at the full rate: 450, 650, 800, then 1 000; 1.1 days are lost in all."""
    effort = Effort.of(Decimal(0), Decimal("0.48"), 480, CURVE)
    days = by_day(effort, parts_of(Decimal(4_400)), most=20)
    assert [one.parts // MILLIONTHS for one in days] == [450, 650, 800, 1000, 1000, 500]
    assert [one.percent for one in days] == [45, 65, 80, 100, 100, 100]
    assert effort.lost(parts_of(Decimal(4_400))) == 1.1 * 480_000
    # The style is known half: it goes on in the middle of the second day of the curve.
    later = effort.after(parts_of(Decimal(450 + 325)))
    assert later.learned == 1.5 * 480_000
    assert later.learns
    assert by_day(later, parts_of(Decimal(725)), 5)[0].parts == 725 * MILLIONTHS
    assert not effort.after(parts_of(Decimal(45_000))).learns
    # Once so much was made, nothing is left to be learned.
    assert effort.enough == parts_of(Decimal(2_900)) + 1
    assert not effort.after(effort.enough).learns
    assert effort.after(effort.enough - MILLIONTHS).learns


def test_three_lines_learn_in_their_own_days() -> None:
    shared = Effort.of(Decimal(0), Decimal("0.48"), 3 * 480, CURVE, lines=3)
    assert shared == Effort.of(Decimal(0), Decimal("0.48"), 480, CURVE)


def test_what_takes_no_time_takes_only_its_set_up() -> None:
    effort = Effort.of(Decimal(20), Decimal(0), 480, CURVE)
    assert effort.work(parts_of(Decimal(1_000))) == 20_000
    assert not effort.learns
    assert effort.enough == 0
    assert by_day(effort, MILLIONTHS, 5) == []
    assert pieces_an_hour(Decimal(0)) is None
    assert piece_minutes(Decimal(0), 3, Decimal(80)) == 0
    assert piece_minutes(Decimal("0.000001"), 500, Decimal(100)) == Decimal("0.000001")
    assert piece_minutes(Decimal(999_999), 1, Decimal("0.01")) == Decimal(999_999)


def test_good_pieces_take_longer() -> None:
    effort = Effort.of(Decimal(0), Decimal("0.48"), 480)
    assert effort.slower(Decimal(96)).work(MILLIONTHS) == 500
    assert effort.slower(Decimal(100)) == effort


def pytest_near(wanted: Decimal) -> object:
    import pytest

    return pytest.approx(wanted, abs=Decimal("0.01"))
