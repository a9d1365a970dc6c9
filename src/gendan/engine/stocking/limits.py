"""The limits of an item's stock: safety stock, reorder point, order quantity, min and max."""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

from gendan.engine.stocking.lots import eoq
from gendan.engine.stocking.safety import cycle_service_z, fill_rate_z, safety_stock

Service = Literal["cycle", "fill"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What limits are calculated from.

    `mean` and `spread`: demand over the lead time and its error, lead time of sure length.
    `per_period`: demand of one period; `lead_time_spread` in periods. `fixed`: cost of one order;
    `holding`: of one unit in one period (0: unknown). `review`: periods between two looks at the
    stock. `least` and `multiple`: the lot size.
    """

    mean: float
    spread: float
    per_period: float
    level: float
    service: Service = "cycle"
    lead_time_spread: float = 0.0
    fixed: float = 0.0
    holding: float = 0.0
    review: float = 0.0
    least: float = 0.0
    multiple: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What to keep: order when stock and what comes are at `reorder_point`, up to `maximum`."""

    safety: float
    reorder_point: float
    quantity: float
    maximum: float
    spread: float
    z: float


def limits_for(wanted: Wanted) -> Limits:
    """Safety stock for the service level, reorder point (s), order quantity and maximum (S)."""
    spread = sqrt(wanted.spread**2 + (wanted.per_period * wanted.lead_time_spread) ** 2)
    quantity = _quantity(wanted)
    if wanted.service == "fill":
        z = fill_rate_z(wanted.level, quantity, spread)
    else:
        z = cycle_service_z(wanted.level)
    safety = safety_stock(z, spread)
    point = wanted.mean + safety
    return Limits(safety, point, quantity, point + quantity, spread, z)


def _quantity(wanted: Wanted) -> float:
    """The economic quantity, of one period's demand where costs are unknown; a lot at least."""
    if wanted.per_period <= 0:
        quantity = 0.0
    elif wanted.fixed > 0 and wanted.holding > 0:
        quantity = eoq(
            fixed=wanted.fixed, holding=wanted.holding, demand=wanted.per_period
        ).quantity
    else:
        quantity = wanted.per_period
    quantity = max(quantity, wanted.per_period * wanted.review, wanted.least)
    if wanted.multiple > 0:
        lots = -(-quantity // wanted.multiple)
        quantity = lots * wanted.multiple
    return quantity
