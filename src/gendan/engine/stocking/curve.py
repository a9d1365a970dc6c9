"""What service costs: the value of the stock that each service level needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gendan.engine.stocking.limits import Wanted, limits_for
from gendan.engine.stocking.safety import cycle_service_z, normal_loss

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.999)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A service level and what it needs: value of safety stock, of the mean stock, of shortages.

    `level` is the share of order cycles without shortage. `short` is the value of what is not
    served from stock in one period, by expectation; `fill` the share of the demand that is.
    """

    level: float
    safety_value: float
    stock_value: float
    short: float
    fill: float


def stock_curve(
    items: Sequence[tuple[Wanted, float]], levels: Sequence[float] = LEVELS
) -> list[CurvePoint]:
    """For all items (with the value of one unit) together, point by point.

    Safety stock is the same number of spreads for every item, so the sums are made once.
    """
    spread = cycle = demand = short = 0.0
    for wanted, value in items:
        found = limits_for(replace(wanted, service="cycle"))
        spread += found.spread * value
        cycle += found.quantity / 2 * value
        demand += wanted.per_period * value
        if found.quantity > 0:
            short += wanted.per_period / found.quantity * found.spread * value
    points = []
    for level in levels:
        z = cycle_service_z(level)
        missing = short * normal_loss(z).loss
        fill = 1 - min(1.0, missing / demand) if demand > 0 else 1.0
        points.append(CurvePoint(level, z * spread, z * spread + cycle, missing, fill))
    return points
