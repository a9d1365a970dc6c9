"""Demand over a lead time that is no whole number of periods."""

from collections.abc import Sequence

import numpy as np


def over_lead_time(
    mean: Sequence[float], total_spread: Sequence[float], periods: float
) -> tuple[float, float]:
    """Mean and spread of the demand of the next `periods`, counted from the first on.

    Within a period demand and the square of its error grow evenly; beyond the forecast they go on
    as in its last period.
    """
    if not mean or periods <= 0:
        return 0.0, 0.0
    count = len(mean)
    sums = np.concatenate([[0.0], np.cumsum(mean)])
    squares = np.concatenate([[0.0], np.square(total_spread)])
    if periods <= count:
        steps = np.arange(count + 1)
        expected = float(np.interp(periods, steps, sums))
        square = float(np.interp(periods, steps, squares))
    else:
        expected = float(sums[-1] + (periods - count) * mean[-1])
        square = float(squares[-1] * periods / count)
    return expected, square**0.5
