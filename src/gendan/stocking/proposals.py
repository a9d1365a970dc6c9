"""What limits an item should have: from its forecast, its lead time and the service wanted."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from gendan.catalog.models import Item
from gendan.engine.forecast import over_lead_time
from gendan.engine.stocking import Limits, Wanted, limits_for
from gendan.kernel.quantity import LARGEST
from gendan.purchasing.lead_spreads import LeadSpread
from gendan.stocking.deliveries import Deliveries
from gendan.stocking.models import ItemForecast, StockPolicy

WORKING_DAYS = 21  # of a month
FEWEST = 1e-9


@dataclass(frozen=True, slots=True)
class Proposal:
    """Limits for one item in whole steps of its unit, and what they rest on."""

    safety: Decimal
    minimum: Decimal
    maximum: Decimal
    reorder_point: Decimal
    order_quantity: Decimal
    expected: float  # over lead time and review
    spread: float


def spread_days(policy: StockPolicy, known: LeadSpread | None) -> float:
    """By how many working days deliveries stray: as they came, else as somebody typed."""
    return float(policy.lead_spread_days) if known is None else known.days


def wanted_of(
    item: Item, policy: StockPolicy, found: ItemForecast, deliveries: Deliveries
) -> Wanted:
    """The engine's question about an item; time is counted in months."""
    months = (deliveries.times.of_item(item) + policy.review_days) / WORKING_DAYS
    mean, spread = over_lead_time(found.mean, found.total_spread, months)
    monthly = sum(found.mean) / len(found.mean) if found.mean else 0.0
    is_lot = item.lot_rule != Item.LotRule.AS_NEEDED
    return Wanted(
        mean=mean,
        spread=spread,
        per_period=monthly,
        level=float(policy.service_percent) / 100,
        service="fill" if policy.service == StockPolicy.Service.FILL else "cycle",
        lead_time_spread=spread_days(policy, deliveries.spreads.get(item.pk)) / WORKING_DAYS,
        fixed=float(policy.order_cost or 0),
        holding=float(item.cost or 0) * float(policy.holding_percent) / 1200,
        review=policy.review_days / WORKING_DAYS,
        least=float(item.lot_size) if is_lot else 0.0,
        multiple=float(item.lot_size) if is_lot else 0.0,
    )


def propose(
    item: Item, policy: StockPolicy, found: ItemForecast, deliveries: Deliveries
) -> Proposal:
    """Limits for an item: quantities to order are rounded up to whole steps of its unit."""
    wanted = wanted_of(item, policy, found, deliveries)
    limits = limits_for(wanted)
    step = item.unit.step

    def whole(value: float) -> Decimal:
        steps = Decimal(max(0.0, value - FEWEST)) / step
        return min(steps.to_integral_value(ROUND_CEILING) * step, LARGEST)

    safety = whole(limits.safety)
    if policy.method == StockPolicy.Method.TO_ORDER:
        nothing = Decimal(0)
        return Proposal(nothing, nothing, nothing, nothing, nothing, wanted.mean, limits.spread)
    point = whole(limits.reorder_point)
    is_min_max = policy.method == StockPolicy.Method.MIN_MAX
    quantity = whole(limits.quantity)
    return Proposal(
        safety=safety,
        minimum=point if is_min_max else safety,
        maximum=_most(limits, point, quantity),
        reorder_point=point,
        order_quantity=quantity,
        expected=wanted.mean,
        spread=limits.spread,
    )


def _most(limits: Limits, point: Decimal, quantity: Decimal) -> Decimal:
    return min(point + quantity, LARGEST) if limits.quantity > 0 else Decimal(0)


def curve_items(
    rows: Iterable[ItemForecast],
    policies: dict[int, StockPolicy],
    deliveries: Deliveries,
) -> list[tuple[Wanted, float]]:
    """What the curve of service against value is made of: every item that has a cost."""
    found = []
    for one in rows:
        policy = policies.get(one.item_id) or StockPolicy(item=one.item)
        found.append((wanted_of(one.item, policy, one, deliveries), float(one.item.cost or 0)))
    return found
