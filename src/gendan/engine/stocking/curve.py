"""What service costs: the value of the stock that each service level needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

from gendan.engine.stocking.limits import Wanted, limits_for
from gendan.engine.stocking.safety import normal_loss

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.999)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A service level and what it needs: value of safety stock, of the mean stock, of shortages.

    `short` is the value of what is not served from stock in one period, by expectation; `fill` the
    share of the demand that is.
    """

    level: float
    safety_value: float
    stock_value: float
    short: float
    fill: float


def stock_curve(
    items: Sequence[tuple[Wanted, float]], levels: Sequence[float] = LEVELS
) -> list[CurvePoint]:
    """For all items (with the value of one unit) together, point by point."""
    return [_point(items, level) for level in levels]


def _point(items: Sequence[tuple[Wanted, float]], level: float) -> CurvePoint:
    safety = stock = short = demand = 0.0
    for wanted, value in items:
        found = limits_for(replace(wanted, level=level))
        safety += found.safety * value
        stock += (found.safety + found.quantity / 2) * value
        demand += wanted.per_period * value
        if found.quantity > 0 and found.spread > 0:
            cycles = wanted.per_period / found.quantity
            short += cycles * found.spread * normal_loss(found.z).loss * value
    fill = 1 - min(1.0, short / demand) if demand > 0 else 1.0
    return CurvePoint(level, safety, stock, short, fill)


def level_of(z: float) -> float:
    """The share of cycles without shortage at a z: to say what a safety stock in force gives."""
    return NormalDist().cdf(z)
