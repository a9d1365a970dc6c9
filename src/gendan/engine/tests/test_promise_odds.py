"""The odds of a date, and the spreads they are drawn from."""

from collections.abc import Sequence
from itertools import product as combinations

import numpy as np
import pytest

from gendan.engine.promise.book import Book
from gendan.engine.promise.odds import Odds, odds
from gendan.engine.promise.query import Ask, ask
from gendan.engine.promise.search import Need
from gendan.engine.promise.spreads import (
    ALWAYS,
    WIDER,
    Lived,
    Spread,
    learned,
    power_of,
)
from gendan.engine.promise.world import Part, Product, World

from .test_promise_search import bought, tiny

SURE = 100  # durations that were seen
RNG = np.random.default_rng


def need_of(world: World, quantity: int = 1) -> Need:
    need = ask(Book(world), [Ask(0, quantity)]).lines[0].need
    assert need is not None
    return need


def chain(*leads: int) -> World:
    """A made item of made items, the last one bought."""
    made = [
        Product("P", True, parts=(Part(row + 1, 1, 1),), lead_days=lead)
        for row, lead in enumerate(leads[:-1])
    ]
    return tiny([*made, bought(lead=leads[-1])], days=200)


def by_ratios(*ratios: float) -> Spread:
    shares = (1 / len(ratios),) * len(ratios)
    return Spread(tuple(ratio - 1 for ratio in ratios), shares, 1.0, SURE)


def test_as_planned_the_odds_are_the_date() -> None:
    need = need_of(chain(3, 4, 10))
    assert odds([need], lambda _need: ALWAYS) == Odds(17, 17, is_assumed=False)


@pytest.mark.parametrize("leads", [(10,), (5, 10), (3, 4, 20)])
def test_it_agrees_with_all_cases_counted_out(leads: Sequence[int]) -> None:
    """A chain of durations with ten equally likely ratios each: every combination summed."""
    ratios = (0.8, 0.9, 1, 1, 1, 1.1, 1.2, 1.3, 1.5, 2)
    sums = np.array(
        [sum(np.rint(day * ratio) for day, ratio in zip(leads, one, strict=True))
         for one in combinations(ratios, repeat=len(leads))]
    )  # fmt: skip
    found_odds = odds([need_of(chain(*leads))], lambda _need: by_ratios(*ratios), cases=50_000)
    assert not found_odds.is_assumed
    for day, share in ((found_odds.half, 0.5), (found_odds.most, 0.9)):
        assert (sums <= day).mean() >= share - 0.01
        assert (sums <= day - 1).mean() < share + 0.01


def test_two_parts_are_later_than_one_and_the_seed_decides() -> None:
    two = tiny([Product("P", True, parts=(Part(1, 1, 1), Part(2, 1, 1)), lead_days=0),
                bought(lead=30), bought(lead=30)], days=200)  # fmt: skip
    spread = Spread(at_90=1.5)
    one = odds([need_of(chain(0, 30))], lambda _need: spread)
    both = odds([need_of(two)], lambda _need: spread)
    assert both.half > one.half
    assert both.is_assumed
    assert both == odds([need_of(two)], lambda _need: spread)
    assert one.half == pytest.approx(30, abs=1)
    assert one.most == pytest.approx(45, abs=2)


class FiveDayWeek:
    """Days from a Wednesday on; Saturdays and Sundays are off."""

    open_days = [day for day in range(60) if day % 7 not in (3, 4)]
    upto = [sum(day % 7 not in (3, 4) for day in range(last + 1)) for last in range(60)]


def test_delays_are_counted_in_working_days() -> None:
    """Due on the Friday of next week, a day late in each case: on the Monday after."""
    need = Need(0, 1, ready=9, made=1, done=9)
    late = Spread((1.0,), (1.0,), 0.0, SURE)
    assert odds([need], lambda _need: late, FiveDayWeek()).most == 12
    assert odds([need], lambda _need: late).most == 10


def test_what_is_under_way_and_not_here_comes_tomorrow_at_the_earliest() -> None:
    """Ten days usually, at times four: of what should come in five, none has come at day four."""
    spread = Spread((-6.0, 0.0), (0.5, 0.5), 0.0, SURE, usual=10.0)
    left = spread.rest(RNG(1), 500, 5)
    assert set(left.tolist()) == {5.0}
    assert spread.draw(RNG(1), 500, 10).min() == 4


def test_who_is_late_and_not_here_yet_counts() -> None:
    """Six came as planned, four wait for ten days already: their delays are not left out."""
    came = [Lived(20, 20)] * 6
    assert (learned(came, ALWAYS).draw(RNG(1), 100, 20) == 20).all()
    late = learned([*came, *[Lived(20, 30, is_over=False)] * 4], ALWAYS)
    drawn = late.draw(RNG(1), 20_000, 20)
    trust = 6 / (6 + WIDER)
    share = 5 / 11  # they, and one more that is counted: the next may be later than all
    assert (drawn == 30).mean() == pytest.approx(share * trust, abs=0.02)
    assert (drawn == 20).mean() == pytest.approx(1 - share * trust, abs=0.02)


def test_shares_are_those_of_kaplan_and_meier() -> None:
    """Delays 0, 1 (not over), 2, 3 of four: after the one that was lost sight of two share 3/4."""
    lived = [Lived(10, 10), Lived(10, 11, is_over=False), Lived(10, 12), Lived(10, 13)]
    found = learned(lived, Spread((9.0,), (1.0,), 0.0, SURE), power=0.0)
    trust = 3 / (3 + WIDER)
    assert found.delays == (0.0, 2.0, 3.0, 9.0)
    assert found.shares == pytest.approx([0.25 * trust, 0.375 * trust, 0.375 * trust, 1 - trust])


def test_the_next_one_may_be_later_than_all_that_were_seen() -> None:
    """Nine delays of 1 to 9: a tenth share lies beyond, by the mean of what is beyond 5."""
    found = learned([Lived(10, 10 + delay) for delay in range(1, 10)], power=0.0)
    trust = 9 / (9 + WIDER)
    late = [
        (delay, share) for delay, share in zip(found.delays, found.shares, strict=True) if delay > 9
    ]
    assert sum(share for _delay, share in late) == pytest.approx(0.1 * trust)
    assert [delay for delay, _share in late] == pytest.approx(
        [9 + 2.5 * part for part in (0.134, 0.47, 0.981, 2.079)]
    )


def test_who_waits_longest_does_not_come_today() -> None:
    """The one that is latest is not here yet: all its share lies after today, below, too."""
    lived = [*[Lived(10, 10 + delay) for delay in range(9)], Lived(10, 30, is_over=False)]
    wider = learned([Lived(10, 10)] * 50, power=0.0)
    found = learned(lived, wider, power=0.0)
    shares = zip(found.delays, found.shares, strict=True)
    beyond = sum(share for delay, share in shares if delay > 20)
    assert beyond == pytest.approx(0.1 * 9 / (9 + WIDER))
    assert 20.0 not in found.delays


@pytest.mark.parametrize(("planned", "most"), [(4, 7), (40, 60)])
def test_what_is_assumed_is_wide_in_days_and_in_proportion(planned: int, most: int) -> None:
    drawn = learned([]).draw(RNG(1), 20_000, planned)
    assert np.quantile(drawn, 0.9) == pytest.approx(most, abs=1)
    assert np.quantile(drawn, 0.5) == pytest.approx(planned, abs=1)


def test_nothing_lived_is_assumed_and_few_are_mixed_with_the_wider_spread() -> None:
    assert learned([]).is_assumed
    wider = learned([Lived(10, 15)] * 100)
    few = learned([Lived(10, 10)] * 4, wider)
    assert not few.is_assumed
    assert few.seen == 100
    drawn = few.draw(RNG(1), 20_000, 10)
    assert (drawn == 10).mean() == pytest.approx(4 / (4 + WIDER), abs=0.03)
    own = learned([Lived(10, 10)] * 36, wider)
    assert own.seen == 36
    assert (own.draw(RNG(1), 20_000, 10) == 10).mean() == pytest.approx(36 / (36 + WIDER), abs=0.02)
    assert own.draw(RNG(1), 20_000, 10).max() >= 15


@pytest.mark.parametrize("power", [0.0, 1.0])
def test_how_delays_grow_with_what_is_planned_is_learned(power: float) -> None:
    rng = RNG(3)
    planned = rng.integers(2, 40, 200).astype(float)
    real = planned + rng.exponential(0.5, 200) * planned**power
    lived = [Lived(*one) for one in zip(planned.tolist(), real.tolist(), strict=True)]
    assert power_of(lived) == power
    assert power_of(lived[:8]) == 1.0


def test_that_delays_do_not_grow_is_believed_only_beyond_chance() -> None:
    """Of many short histories in proportion few are taken for delays of the same days."""
    wrong = 0
    for seed in range(60):
        rng = RNG(seed)
        planned = rng.choice([4.0, 7.0, 10.0, 15.0], 24)
        real = np.rint(planned * np.exp(0.25 * rng.standard_normal(24)))
        lived = [Lived(*one) for one in zip(planned.tolist(), real.tolist(), strict=True)]
        wrong += power_of(lived) == 0.0
    assert wrong <= 6


def test_how_delays_grow_counts_who_is_not_here_yet() -> None:
    """The long ones that are here were in time, but for one; who still waits goes its way."""
    short = [Lived(5, 5 + number % 3) for number in range(30)]
    long = [Lived(40, 40 + number % 3) for number in range(20)]
    late = Lived(40, 60)
    assert power_of([*short, *long, late]) == 0.0
    waiting = [Lived(40, 43 + number % 3, is_over=False) for number in range(20)]
    assert power_of([*short, *long, late, *waiting]) == 1.0


def test_a_90_day_is_kept_in_nine_of_ten_cases() -> None:
    """Back-test: days drawn from the same history, planned from a part of it."""
    rng = RNG(5)
    ratios = np.exp(0.25 * rng.standard_normal(400)).tolist()
    need = need_of(chain(8, 25))
    most = odds([need], lambda _need: by_ratios(*ratios)).most
    real = [
        np.rint(8 * a) + np.rint(25 * b) for a, b in np.exp(0.25 * rng.standard_normal((4_000, 2)))
    ]
    assert 0.87 <= np.mean([one <= most for one in real]) <= 0.94
