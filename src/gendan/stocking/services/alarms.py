"""The verb that looks at stocks against their limits and tells what has changed."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from gendan.inventory.models import Balance, Location
from gendan.kernel import clock, journal
from gendan.kernel.service import service
from gendan.stocking.events import (
    StockAboveMaximum,
    StockAlarmFact,
    StockBelowMinimum,
    StockWithinLimits,
)
from gendan.stocking.models import StockPolicy

Alarm = StockPolicy.Alarm
NOTHING = Decimal(0)
_FACTS: dict[str, type[StockAlarmFact]] = {
    Alarm.BELOW: StockBelowMinimum,
    Alarm.ABOVE: StockAboveMaximum,
    Alarm.NONE: StockWithinLimits,
}


@service
def watch_limits(*, item_ids: Collection[int] = (), by: None = None) -> int:
    """Look again at the stock of these items (of all, if none is named); returns how many changed.

    What lies in the stores counts, kept for somebody or not. 4 queries.
    """
    limited = Q(minimum__gt=0) | Q(maximum__gt=0) | ~Q(alarm="")
    rows = StockPolicy.objects.select_for_update(of=("self",)).filter(limited)
    if item_ids:
        rows = rows.filter(item_id__in=item_ids)
    policies = list(rows.select_related("item").order_by("item_id"))
    stocks: dict[int, Decimal] = defaultdict(Decimal)
    balances = Balance.objects.filter(
        item_id__in=[one.item_id for one in policies],
        is_own=True,
        location__kind=Location.Kind.STORE,
    )
    stocks.update(balances.values_list("item_id").annotate(Sum("on_hand")))
    changed, facts = [], []
    for one in policies:
        alarm = _alarm_of(one, stocks[one.item_id])
        if alarm != one.alarm:
            facts.append(_fact(one, alarm, stocks[one.item_id]))
            one.alarm = alarm
            one.alarm_since = clock.now() if alarm else None
            changed.append(one)
    StockPolicy.objects.bulk_update(changed, ["alarm", "alarm_since"])
    journal.record_many(facts)
    return len(changed)


def _alarm_of(policy: StockPolicy, stock: Decimal) -> str:
    if stock < policy.minimum:
        return Alarm.BELOW
    return Alarm.ABOVE if 0 < policy.maximum < stock else Alarm.NONE


def _fact(policy: StockPolicy, alarm: str, stock: Decimal) -> tuple[StockAlarmFact, Any]:
    crossed = alarm or policy.alarm  # of a stock that is within its limits again: which it was
    limit = policy.maximum if crossed == Alarm.ABOVE else policy.minimum
    fact = _FACTS[alarm](
        item_id=policy.item_id,
        item=policy.item.code,
        on_hand=f"{stock.normalize():f}",
        limit=f"{limit.normalize():f}",
    )
    return fact, [policy.item, "stocking"]
