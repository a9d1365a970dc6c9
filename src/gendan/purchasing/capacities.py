"""What proposals would ask of suppliers above their weekly capacity, and where that could go."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.db.models import F

from gendan.purchasing.models import PurchaseOrder, PurchaseOrderLine
from gendan.purchasing.purchase_plan import PlanLine, PurchasePlan
from gendan.sourcing.queries import SourceOffer

NOTHING = Decimal(0)
Load = dict[tuple[int, int, dt.date], Decimal]  # by supplier, item, Monday of the delivery


@dataclass(frozen=True)
class Overflow:
    """So much of a line is above the capacity of its week: another supplier has room for it (None:
    none has), and by the week of `week_on` the proposed one has made it."""

    quantity: Decimal
    capacity: Decimal
    other: SourceOffer | None
    week_on: dt.date


def overflows(plan: PurchasePlan) -> dict[str, Overflow]:
    """What of the plan's lines is above their source's weekly capacity, by line: 1 query, none
    where no source has a capacity. What is ordered already takes its part first."""
    lines = [one for one in plan.lines if one.best.offer.weekly_capacity]
    if not lines:
        return {}
    load = _ordered({one.item.pk for one in lines})
    found = {}
    for line in sorted(plan.lines, key=lambda one: (one.needed_on, one.key)):
        overflow = _take(line, load)
        if overflow is not None:
            found[line.key] = overflow
    return found


def _ordered(item_ids: Iterable[int]) -> Load:
    """What suppliers have to deliver in each week by orders that are written already."""
    load: Load = defaultdict(Decimal)
    rows = PurchaseOrderLine.objects.filter(
        item__in=set(item_ids), is_cancelled=False, order__state__in=PurchaseOrder.OPEN
    ).annotate(came=F("expected__received"))
    for supplier_id, item_id, due_on, quantity, came in rows.values_list(
        "order__supplier_id", "item_id", "due_on", "quantity", "came"
    ):
        load[supplier_id, item_id, _monday(due_on)] += max(quantity - (came or NOTHING), NOTHING)
    return load


def _take(line: PlanLine, load: Load) -> Overflow | None:
    """Put a line on its source's week; what does not fit there is told."""
    offer, week = line.best.offer, _monday(line.needed_on)
    key = (offer.supplier_id, line.item.pk, week)
    load[key] += line.best.quantity
    capacity = offer.weekly_capacity
    if not capacity or load[key] <= capacity:
        return None
    over = min(load[key] - capacity, line.best.quantity)
    other = next(
        (
            one.offer
            for one in line.alternatives[1:]
            if one.offer.supplier_id != offer.supplier_id
            and _has_room(one.offer, line.item.pk, week, over, load)
        ),
        None,
    )
    weeks = int((over / capacity).to_integral_value(ROUND_CEILING))
    return Overflow(over, capacity, other, week + dt.timedelta(weeks=weeks))


def _has_room(
    offer: SourceOffer, item_id: int, week: dt.date, quantity: Decimal, load: Load
) -> bool:
    used = load.get((offer.supplier_id, item_id, week), NOTHING)
    return not offer.weekly_capacity or used + quantity <= offer.weekly_capacity


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
