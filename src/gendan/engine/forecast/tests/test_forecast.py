"""Forecasts: the method fits the demand, errors are what they say, no input makes them fail."""

import math
import random
from decimal import Decimal

import numpy as np
import pytest

from gendan.engine.forecast import Forecast, consume, forecast, over_lead_time
from gendan.engine.forecast import library as library_methods
from gendan.engine.forecast.history import Floats
from gendan.engine.forecast.methods import sba

YEARS = 5


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the statistics library, as where requirements/forecast.txt is not installed."""
    monkeypatch.setattr(library_methods, "is_library_installed", lambda: False)


def seasonal(seed: int = 1) -> list[float]:
    rng = random.Random(seed)
    return [
        (100 + 3 * month) * (1 + 0.5 * math.sin(month * math.pi / 6)) + rng.gauss(0, 4)
        for month in range(12 * YEARS)
    ]


def is_sound(found: Forecast, horizon: int = 12) -> bool:
    numbers = [*found.mean, *found.spread, *found.total_spread]
    return (
        len(found.mean) == len(found.spread) == len(found.total_spread) == horizon
        and all(math.isfinite(one) and one >= 0 for one in numbers)
        and list(found.total_spread) == sorted(found.total_spread)
    )


def test_a_season_with_a_trend_is_followed() -> None:
    history = seasonal()
    found = forecast(history[:-12])
    assert found.is_seasonal
    assert is_sound(found)
    error = sum(abs(a - b) for a, b in zip(found.mean, history[-12:], strict=True))
    naive = sum(abs(a - b) for a, b in zip(history[-24:-12], history[-12:], strict=True))
    flat = sum(abs(sum(history[-24:-12]) / 12 - b) for b in history[-12:])
    assert error < naive
    assert error < flat / 3
    assert found.tried[0][1] <= found.tried[-1][1]


@pytest.mark.usefixtures("plain")
def test_without_the_library_plain_methods_compete() -> None:
    found = forecast(seasonal())
    assert is_sound(found)
    assert {"exponential", "trend", "moving_average", "seasonal_naive"} == {
        name for name, _error in found.tried
    }


def test_what_has_died_out_is_not_expected_for_ever() -> None:
    died = [0, 5, 0, 7, 4, 0, 6, 5, 0, 4, 0, 6, 5, 0, 4, 0, 6, 0, 5] + [0] * 14
    found = forecast(died)
    assert found.pattern == "intermittent"
    assert sum(found.mean) < sum(sba(_array(died), 12)) / 2


def _array(values: list[int]) -> Floats:
    return np.array(values, dtype=float)


@pytest.mark.usefixtures("plain")
def test_spread_is_what_errors_are() -> None:
    rng = random.Random(3)
    found = forecast([200 + rng.gauss(0, 20) for _month in range(100)])
    assert 14 < found.spread[0] < 28
    # Independent errors: a sum of nine periods is three times as far off.
    assert 2 < found.total_spread[8] / found.total_spread[0] < 5


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize(
    ("history", "method", "pattern", "notes"),
    [
        ([], "none", "none", ()),
        ([0] * 30, "none", "none", ()),
        ([-5, -3], "none", "none", ("negative",)),
        ([0, 0, 8], "average", "single", ()),
        ([8], "average", "single", ()),
        ([8, 9], "average", "short", ()),
        ([0] * 50 + [3, 0, 5], "average", "short", ()),
    ],
)
def test_too_little_to_choose_by(
    history: list[float], method: str, pattern: str, notes: tuple[str, ...]
) -> None:
    found = forecast(history)
    assert (found.method, found.pattern, found.notes) == (method, pattern, notes)
    assert is_sound(found)


@pytest.mark.usefixtures("plain")
def test_one_sale_is_unsure() -> None:
    found = forecast([0] * 12 + [100])
    assert found.mean[0] == 100
    assert found.spread[0] >= 50
    assert forecast([100] + [0] * 35).mean[0] == pytest.approx(100 / 36)


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize(
    ("odd", "note"),
    [
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (-(10.0**300), "not_a_number"),
        (-40.0, "negative"),
        (1e9, "spike"),
    ],
)
def test_absurd_months_are_taken_as_they_can_be_meant(odd: float, note: str) -> None:
    history = [100.0 + month % 7 for month in range(40)]
    history[33] = odd
    found = forecast(history)
    assert note in found.notes
    assert is_sound(found)
    assert all(50 < one < 250 for one in found.mean)


@pytest.mark.usefixtures("plain")
def test_the_same_every_month() -> None:
    found = forecast([50.0] * 40)
    assert found.mean == pytest.approx((50,) * 12)
    assert found.mase is None
    assert max(found.total_spread) < 1e-6


@pytest.mark.usefixtures("plain")
def test_any_history_has_a_forecast() -> None:
    rng = random.Random(5)
    for size in range(40):
        for make in (
            lambda: rng.choice((0, 0, 0, 9)),
            lambda: rng.uniform(-5, 5),
            lambda: 10.0 ** rng.randint(-6, 12),
        ):
            history = [make() for _month in range(size)]
            assert is_sound(forecast(history, 7), 7), history
    assert is_sound(forecast([1, 2, 3], 0), 1)
    assert is_sound(forecast([1.0] * 20, 4, season=1), 4)


def test_lead_times_of_any_length() -> None:
    mean, total = (10.0, 20.0), (3.0, 5.0)
    assert over_lead_time(mean, total, 0) == (0, 0)
    assert over_lead_time(mean, total, 1) == (10, 3)
    assert over_lead_time(mean, total, 1.5) == pytest.approx((20, 17**0.5))
    assert over_lead_time(mean, total, 4) == pytest.approx((70, 50**0.5))
    assert over_lead_time((), (), 3) == (0, 0)


def d(*values: int) -> list[Decimal]:
    return [Decimal(one) for one in values]


@pytest.mark.parametrize(
    ("ordered", "left"),
    [
        ([0, 0, 0], [10, 10, 10]),
        ([4, 0, 0], [6, 10, 10]),
        ([0, 14, 0], [6, 0, 10]),  # the month before, then the one after
        ([0, 24, 0], [0, 0, 6]),
        ([0, 90, 0], [0, 0, 0]),
        ([10, 14, 0], [0, 0, 6]),  # each month first has its own orders
        ([0, 0, 35], [10, 0, 0]),
        ([], [10, 10, 10]),
        ([-5, 0, 0, 7], [10, 10, 10]),
    ],
)
def test_orders_consume_the_forecast(ordered: list[int], left: list[int]) -> None:
    assert consume(d(10, 10, 10), d(*ordered)) == d(*left)


@pytest.mark.skipif(not library_methods.is_library_installed(), reason="Theta is of the library")
def test_a_few_quarters_are_foretold_by_theta_and_many_by_what_was_best() -> None:
    quarters = [100 + 2 * n + (n % 4) * 9 + (7 * n) % 11 for n in range(80)]
    assert forecast(quarters[:40], 8, season=4).method == "theta"
    assert forecast(quarters, 8, season=4).method != "theta"
    assert forecast(quarters[:40], 12, season=12).method != "theta"  # months are chosen for
