"""The best method for a history by rolling-origin back-test, and how far it is off."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gendan.engine.forecast import library, methods
from gendan.engine.forecast.history import Floats, History, read_history
from gendan.engine.forecast.season import Season, season_of

YEAR = 12
ORIGINS = 5  # how often the past is forecast from an earlier moment
PRIOR = 4.0  # how many back-tests independent errors count as much as
BETTER = 0.9  # one method must be so much better than the mean of several to be taken alone
# Of quarters (or the like) fewer than these: too few for a back-test to choose by.
FEW_QUARTERS = 60
LONGEST_HORIZON = 60

Method = Callable[[Floats, int], Floats]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected, by which method, and how far it was off when the past was forecast.

    `spread[k]`: standard deviation of the error of period k; `total_spread[k]`: of the error of the
    sum of the first k+1 periods. `mase`: mean absolute error against that of "as in the period
    before", None where the history never changed. `smape` in percent. `tried`: each method's mean
    absolute error in the back-test, the best first.
    """

    method: str
    pattern: str
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    total_spread: tuple[float, ...]
    mase: float | None = None
    smape: float | None = None
    bias: float = 0.0
    tried: tuple[tuple[str, float], ...] = ()
    notes: tuple[str, ...] = ()
    is_seasonal: bool = False


def forecast(
    given: Sequence[float] | NDArray[Any], horizon: int = YEAR, season: int = YEAR
) -> Forecast:
    """What comes next after a history (the oldest period first), whatever the history is."""
    horizon = min(max(1, horizon), LONGEST_HORIZON)
    with np.errstate(all="ignore"):
        history = read_history(given)
        if history.pattern in ("none", "single", "short"):
            return _plain(history, horizon)
        return _tested(history, horizon, season)


def _plain(history: History, horizon: int) -> Forecast:
    """Too little to choose by: the mean so far, as unsure as the history and chance make it."""
    values = history.values
    if not len(values):
        nothing = (0.0,) * horizon
        return Forecast("none", history.pattern, nothing, nothing, nothing, notes=history.notes)
    mean = methods.average(values, horizon)
    off = max(float(values.std()), float(values.max()) / 2 if len(values) < YEAR else 0.0)
    steps = np.arange(1, horizon + 1)
    return Forecast(
        "average",
        history.pattern,
        _plain_numbers(mean),
        (off,) * horizon,
        _plain_numbers(off * np.sqrt(steps)),
        notes=history.notes,
    )


def _tested(history: History, horizon: int, season: int) -> Forecast:
    values = history.values
    expect = _intermittent if history.pattern == "intermittent" else _smooth
    errors, actual = _back_test(values, horizon, season, expect)
    size = {name: float(np.mean(np.abs(np.concatenate(off)))) for name, off in errors.items()}
    tried = sorted(size.items(), key=lambda one: (one[1], one[0]))
    best = _choice(size, tried[0][0], is_smooth=history.pattern == "smooth")
    if "theta" in size and 1 < season < YEAR and len(values) < FEW_QUARTERS:
        best = "theta"  # wrong less often than any choice; measured, see docs/performance.md
    found = expect(values, horizon, season)
    mean = np.maximum(found.get(best, found["moving_average"]), 0.0)
    off = errors[best]
    spread, total = _spreads(off, horizon)
    scale = float(np.abs(np.diff(values)).mean())
    return Forecast(
        best,
        history.pattern,
        _plain_numbers(mean),
        spread,
        total,
        mase=round(size[best] / scale, 4) if scale > 0 else None,
        smape=_smape(np.concatenate(off), np.concatenate(actual)),
        bias=float(np.mean(np.concatenate(off))),
        tried=tuple((name, round(one, 6)) for name, one in tried),
        notes=history.notes,
        is_seasonal=history.pattern == "smooth" and season_of(values, season).is_there,
    )


def _choice(size: Mapping[str, float], best: str, *, is_smooth: bool) -> str:
    """The best one, but the mean of several where it is hardly worse: it is wrong less often."""
    joined = size.get("combined")
    if is_smooth and joined is not None and size[best] > BETTER * joined:
        return "combined"
    return best


def _back_test(
    values: Floats,
    horizon: int,
    season: int,
    expect: Callable[[Floats, int, int], dict[str, Floats]],
) -> tuple[dict[str, list[Floats]], list[Floats]]:
    """Errors (actual less expected) of each method from several moments of the past."""
    ahead = max(1, min(horizon, len(values) // 4))
    errors: dict[str, list[Floats]] = {}
    actual = []
    for number in range(ORIGINS):
        known = len(values) - ahead - number * max(1, ahead // 3)
        if known < 3 or not values[:known].any():
            break
        came = values[known : known + ahead]
        actual.append(came)
        for name, expected in expect(values[:known], ahead, season).items():
            errors.setdefault(name, []).append(came - np.maximum(expected, 0.0))
    # A method that could not be asked everywhere cannot be compared.
    return {name: off for name, off in errors.items() if len(off) == len(actual)}, actual


def _smooth(values: Floats, horizon: int, season: int) -> dict[str, Floats]:
    """Every method for regular demand, its season taken out and put back."""
    found = season_of(values, season)
    plain = found.taken_out(values)
    by: dict[str, Method] = {
        "moving_average": methods.moving_average,
        "trend": methods.trend,
        "exponential": methods.exponential,
    }
    if library.is_library_installed():
        by |= library.smooth_methods()
    expected = _asked(by, plain, horizon, found)
    several = [name for name in ("exponential", "damped_trend", "theta") if name in expected]
    if len(several) > 1:
        expected["combined"] = np.mean([expected[name] for name in several], axis=0)
    if len(values) >= season > 1:
        expected["seasonal_naive"] = methods.seasonal_naive(values, horizon, season)
    return expected


def _intermittent(values: Floats, horizon: int, season: int) -> dict[str, Floats]:
    """Every method for demand with many empty periods."""
    by: dict[str, Method] = {
        "average": methods.average,
        "moving_average": methods.moving_average,
        "sba": methods.sba,
        "tsb": methods.tsb,
    }
    if library.is_library_installed():
        by |= library.intermittent_methods()
    return _asked(by, values, horizon, Season(np.ones(max(1, season))))


def _asked(
    by: Mapping[str, Method], values: Floats, horizon: int, season: Season
) -> dict[str, Floats]:
    found = {}
    for name, method in by.items():
        try:
            expected = season.put_back(method(values, horizon), len(values))
        except Exception:  # noqa: S112 – what a method cannot do with a history, another can
            continue
        if np.isfinite(expected).all():
            found[name] = expected
    return found


def _spreads(errors: Sequence[Floats], horizon: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Spread of each period's error and of sums: what was measured, held by independent errors."""
    ahead = min(len(errors[0]), horizon)
    table = np.array([one[:ahead] for one in errors])
    square = float(np.mean(table**2))
    tests = len(table)
    single = (tests * (table**2).mean(axis=0) + PRIOR * square) / (tests + PRIOR)
    steps = np.arange(1, horizon + 1)
    measured = (table.cumsum(axis=1) ** 2).mean(axis=0)
    total = (tests * measured + PRIOR * square * steps[:ahead]) / (tests + PRIOR)
    if horizon > ahead:  # beyond what could be tested: as the last tested step, growing evenly
        single = np.concatenate([single, np.full(horizon - ahead, single[-1])])
        total = np.concatenate([total, total[-1] * steps[ahead:] / ahead])
    single, total = np.maximum.accumulate(single), np.maximum.accumulate(total)
    return _plain_numbers(np.sqrt(single)), _plain_numbers(np.sqrt(total))


def _smape(off: Floats, actual: Floats) -> float | None:
    """Mean of error by the mean of actual and expected, in percent; empty periods left out."""
    both = np.abs(actual) + np.abs(actual - off)
    there = both > 0
    if not there.any():
        return None
    return round(float(200 * np.mean(np.abs(off[there]) / both[there])), 2)


def _plain_numbers(values: Floats) -> tuple[float, ...]:
    return tuple(float(one) for one in values)
