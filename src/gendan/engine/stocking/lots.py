"""How much to order at once: with even demand, with price breaks, with demand that changes."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple


class Lot(NamedTuple):
    """A quantity to order and what ordering and holding cost in one unit of time."""

    quantity: float
    cost: float


class BackorderLot(NamedTuple):
    """A quantity to order when customers wait, and the share of time they wait."""

    quantity: float
    backorder_fraction: float
    cost: float


class BoughtLot(NamedTuple):
    """A quantity to order, its price, and what goods, ordering and holding cost in all."""

    quantity: float
    unit_price: float
    cost: float


class LotPlan(NamedTuple):
    """What to order in each period, and what ordering and holding cost in all."""

    orders: list[float]
    cost: float


def eoq(*, fixed: float, holding: float, demand: float) -> Lot:
    """The order quantity at which ordering and holding cost least."""
    return Lot(sqrt(2 * fixed * demand / holding), sqrt(2 * fixed * demand * holding))


def eoq_with_backorders(
    *, fixed: float, holding: float, shortage: float, demand: float
) -> BackorderLot:
    """The same where goods may be owed at a cost."""
    both = holding + shortage
    return BackorderLot(
        sqrt(2 * fixed * demand * both / (holding * shortage)),
        holding / both,
        sqrt(2 * fixed * demand * holding * shortage / both),
    )


def epq(*, fixed: float, holding: float, demand: float, rate: float) -> Lot:
    """The same where what is ordered comes evenly at a rate instead of at once."""
    left = 1 - demand / rate
    if left <= 0:
        raise ValueError("what is made must be more than what is used")
    return eoq(fixed=fixed, holding=holding * left, demand=demand)


def eoq_with_breaks(
    *,
    fixed: float,
    holding_share: float,
    demand: float,
    breaks: Sequence[tuple[float, float]],
) -> BoughtLot:
    """The order quantity that costs least when the price of all falls from certain quantities on.

    `breaks`: (from quantity, unit price); holding costs are a share of the price. Below the lowest
    break nothing can be bought.
    """
    rising = sorted(breaks)
    best: BoughtLot | None = None
    for index, (least, price) in enumerate(rising):
        holding = holding_share * price
        free = sqrt(2 * fixed * demand / holding) if holding > 0 else demand
        quantity = max(free, least)
        above = rising[index + 1][0] if index + 1 < len(rising) else None
        if quantity <= 0 or (above is not None and quantity >= above):
            continue  # at the next price
        cost = demand * price + fixed * demand / quantity + holding * quantity / 2
        if best is None or cost < best.cost:
            best = BoughtLot(quantity, price, cost)
    if best is None:
        raise ValueError("there is no price")
    return best


def wagner_whitin(demand: Sequence[float], *, fixed: float, holding: float) -> LotPlan:
    """The cheapest orders for a demand that is known period by period."""
    count = len(demand)
    best = [0.0] * (count + 1)
    until = [count] * count
    for first in range(count - 1, -1, -1):
        best[first] = float("inf")
        held = 0.0
        for last in range(first, count):
            held += holding * (last - first) * demand[last]
            cost = fixed + held + best[last + 1]
            if cost < best[first]:
                best[first], until[first] = cost, last + 1
        if demand[first] == 0 and best[first + 1] <= best[first]:
            best[first], until[first] = best[first + 1], first + 1
    orders, place = [0.0] * count, 0
    while place < count:
        orders[place] = float(sum(demand[place : until[place]]))
        place = until[place]
    return LotPlan(orders, best[0])


def silver_meal(demand: Sequence[float], *, fixed: float, holding: float) -> LotPlan:
    """Orders that reach as far as their cost by period falls."""
    orders, place, cost = [0.0] * len(demand), 0, 0.0
    while place < len(demand):
        if demand[place] == 0:
            place += 1
            continue
        spent, periods, lowest = fixed, 1, fixed
        for last in range(place + 1, len(demand)):
            more = spent + holding * (last - place) * demand[last]
            if more / (last - place + 1) > lowest:
                break
            spent, periods, lowest = more, last - place + 1, more / (last - place + 1)
        orders[place] = float(sum(demand[place : place + periods]))
        cost += spent
        place += periods
    return LotPlan(orders, cost)
