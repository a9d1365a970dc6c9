"""Safety stock from a service level and the spread of demand over the lead time."""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

NORMAL = NormalDist()
HIGHEST = 0.9999  # no stock serves always
STEPS = 60  # halvings of the search for a fill rate's z


class Loss(NamedTuple):
    """Expected shortage and expected leftover of a standard normal demand at a level z."""

    loss: float
    complementary: float


class Newsvendor(NamedTuple):
    """The level that costs least, and what it costs."""

    base_stock: float
    cost: float


def normal_loss(z: float) -> Loss:
    """How much of a standard normal demand is expected above z, and how far it stays below."""
    loss = NORMAL.pdf(z) - z * (1 - NORMAL.cdf(z))
    return Loss(loss, z + loss)


def cycle_service_z(level: float) -> float:
    """The z at which this share of order cycles ends without a shortage; 50 % needs no safety."""
    return max(0.0, NORMAL.inv_cdf(min(max(level, 0.5), HIGHEST)))


def fill_rate_z(level: float, order_quantity: float, spread: float) -> float:
    """The z at which this share of the quantity is served from stock, by order quantity.

    The shortage of one cycle may be (1 - level) of what one cycle serves. Large orders need little
    safety, since the shelf is rarely near empty; never less than none.
    """
    if spread <= 0 or order_quantity <= 0:
        return 0.0
    wanted = (1 - min(level, HIGHEST)) * order_quantity / spread
    low, high = 0.0, NORMAL.inv_cdf(HIGHEST) + 4
    if normal_loss(low).loss <= wanted:
        return 0.0
    for _step in range(STEPS):
        middle = (low + high) / 2
        if normal_loss(middle).loss > wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def lead_time_spread(
    mean: float, spread: float, lead_time: float, lead_time_spread: float = 0.0
) -> float:
    """Spread of demand over an unsure lead time, from mean and spread of one period."""
    return sqrt(lead_time * spread**2 + mean**2 * lead_time_spread**2)


def safety_stock(z: float, spread: float) -> float:
    """What is kept against the spread of demand over the lead time."""
    return z * spread


def reorder_point(mean: float, lead_time: float, safety: float) -> float:
    """The stock at which to order: what is used until it comes, and the safety stock."""
    return mean * lead_time + safety


def newsvendor(mean: float, spread: float, *, holding: float, shortage: float) -> Newsvendor:
    """The level of one period's stock that costs least, holding against shortage."""
    z = NORMAL.inv_cdf(shortage / (shortage + holding))
    return Newsvendor(mean + z * spread, (holding + shortage) * NORMAL.pdf(z) * spread)
