"""The chance of missing and urgency move the right way and stay within their bounds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gendan.engine.urgency import chance_of_missing, spread_days, urgency

floats = st.integers(-200, 200)
spreads = st.floats(0.5, 60)


@given(floats, floats, spreads)
def test_less_to_spare_is_never_safer(one: int, other: int, spread: float) -> None:
    less, more = sorted((one, other))
    chances = chance_of_missing(np.array([less, more]), np.array([spread, spread]))
    assert 1 >= chances[0] >= chances[1] >= 0


@given(st.integers(1, 200), spreads, spreads)
def test_what_is_less_certain_is_never_safer(spare: int, one: float, other: float) -> None:
    chances = chance_of_missing(np.array([spare, spare]), np.array(sorted((one, other))))
    assert chances[0] <= chances[1] <= 0.5


def test_nothing_to_spare_is_a_toss_of_a_coin() -> None:
    assert chance_of_missing(np.array([0]), np.array([3.0]))[0] == 0.5


def test_the_chance_is_that_of_the_normal_distribution_within_a_hundredth() -> None:
    # Φ(-1) and Φ(-2) from the printed table.
    chances = chance_of_missing(np.array([10, 20]), np.array([10.0, 10.0]))
    assert np.abs(chances - np.array([0.1587, 0.0228])).max() < 0.01


def test_the_spread_adds_squares_of_what_is_critical_only() -> None:
    spread = spread_days(
        np.array([30, 40, 99, 1]), np.array([True, True, False, False]), np.array([0, 3, 4])
    )
    assert np.allclose(spread, [15.0, 0.5])


@given(st.floats(0, 1e9), st.floats(0, 1), st.integers(0, 400))
def test_sooner_dearer_and_likelier_is_more_urgent(value: float, chance: float, days: int) -> None:
    here = urgency(np.array([value]), np.array([chance]), np.array([days]))[0]
    assert urgency(np.array([value + 1]), np.array([chance]), np.array([days]))[0] >= here
    assert urgency(np.array([value]), np.array([chance]), np.array([days + 1]))[0] <= here
    assert here <= value
