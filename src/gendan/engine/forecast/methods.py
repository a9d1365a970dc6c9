"""Methods that need nothing but arithmetic: always there, and what the others must beat."""

import numpy as np

from gendan.engine.forecast.history import Floats


def average(values: Floats, horizon: int) -> Floats:
    """The mean of everything so far."""
    return np.full(horizon, values.mean())


def moving_average(values: Floats, horizon: int, periods: int = 6) -> Floats:
    """The mean of the last periods."""
    return np.full(horizon, values[-periods:].mean())


def seasonal_naive(values: Floats, horizon: int, length: int) -> Floats:
    """As in the same period of the last year."""
    last = values[-length:]
    again: Floats = last[np.arange(horizon) % len(last)]
    return again


def exponential(values: Floats, horizon: int) -> Floats:
    """Exponential smoothing; the weight with which the history is followed best."""
    weights = np.array([0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8])
    level = np.full(len(weights), values[: min(4, len(values))].mean())
    squares = np.zeros(len(weights))
    for value in values:
        off = value - level
        squares += off * off
        level += weights * off
    return np.full(horizon, level[int(squares.argmin())])


def trend(values: Floats, horizon: int) -> Floats:
    """Half the slope of the straight line through the last two years, from the present level on."""
    last = values[-24:]
    slope = float(np.polyfit(np.arange(len(last)), last, 1)[0]) if len(last) > 1 else 0.0
    steps = np.asarray(slope / 2 * np.arange(1, horizon + 1), dtype=np.float64)
    return np.asarray(exponential(values, 1) + steps, dtype=np.float64)


def sba(values: Floats, horizon: int, weight: float = 0.1) -> Floats:
    """Croston's method as corrected by Syntetos and Boylan: size by distance of demands."""
    size = distance = 0.0
    since = 1
    for value in values:
        if value > 0:
            size = value if size == 0 else size + weight * (value - size)
            distance = since if distance == 0 else distance + weight * (since - distance)
            since = 1
        else:
            since += 1
    level = (1 - weight / 2) * size / distance if distance else 0.0
    return np.full(horizon, level)


def tsb(values: Floats, horizon: int, weight: float = 0.2) -> Floats:
    """Teunter, Syntetos and Babai: how likely a demand is falls while there is none."""
    sold = values[values > 0]
    size = float(sold[0]) if len(sold) else 0.0
    chance = len(sold) / len(values)
    for value in values:
        chance += weight * (float(value > 0) - chance)
        if value > 0:
            size += weight * (value - size)
    return np.full(horizon, chance * size)
