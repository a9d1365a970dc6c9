"""From the books to forecasts: reads, asks the engine item by item, gives rows; writes nothing."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from gendan.catalog.models import Item
from gendan.engine.forecast import Forecast, forecast
from gendan.engine.stocking import AbcXyz, classify
from gendan.inventory.models import Balance
from gendan.kernel import clock
from gendan.stocking.demand import MONTHS, Month, used_by_month, value_by_month
from gendan.stocking.models import ItemForecast, StockPolicy

HORIZON = 12
CLASSED = 12  # months that classes are made of
TOLD_EVERY = 50

Note = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Calculated:
    """What one calculation gives."""

    forecasts: list[ItemForecast]
    methods: dict[str, int]
    value_trend: list[tuple[str, str]]


def calculate(note: Note = lambda percent: None) -> Calculated:
    """Forecasts of every item that was used, lies in a store or has a policy."""
    today = clock.today()
    present = Month.of(today)
    since = Month(present.number - MONTHS).first
    used = used_by_month(since, present.first)
    ids = set(used)
    ids |= set(Balance.objects.filter(is_own=True, on_hand__gt=0).values_list("item_id", flat=True))
    ids |= set(StockPolicy.objects.values_list("item_id", flat=True))
    costs = dict(Item.objects.filter(pk__in=ids).values_list("pk", "cost"))
    histories = {item_id: _history(used.get(item_id, {}), present) for item_id in sorted(costs)}
    classes = classify(
        {
            item_id: (_last_year(history), float(costs[item_id] or 0))
            for item_id, history in histories.items()
        }
    )
    rows = []
    for place, (item_id, history) in enumerate(histories.items()):
        if place % TOLD_EVERY == 0:
            note(5 + 90 * place // len(histories))
        rows.append(_row(item_id, history, forecast(history, HORIZON), classes[item_id], present))
    return Calculated(
        rows,
        dict(Counter(row.method for row in rows)),
        [(month.isoformat(), f"{value:.2f}") for month, value in value_by_month(today)],
    )


def _history(used: dict[int, Decimal], present: Month) -> list[float]:
    """Month by month from the first with any movement until the last whole one."""
    months = [month for month, quantity in used.items() if quantity]
    if not months:
        return []
    return [float(used.get(month, 0)) for month in range(min(months), present.number)]


def _last_year(history: list[float]) -> list[float]:
    """The last twelve months; those before the first use are empty."""
    last = history[-CLASSED:]
    return [0.0] * (CLASSED - len(last)) + last


def _row(
    item_id: int, history: list[float], found: Forecast, classes: AbcXyz, present: Month
) -> ItemForecast:
    return ItemForecast(
        item_id=item_id,
        method=found.method,
        pattern=found.pattern,
        is_seasonal=found.is_seasonal,
        starts_on=present.first,
        mean=list(found.mean),
        spread=list(found.spread),
        total_spread=list(found.total_spread),
        history=history,
        mase=found.mase,
        smape=found.smape,
        bias=found.bias,
        tried=[list(one) for one in found.tried],
        notes=list(found.notes),
        abc=classes.abc,
        xyz=classes.xyz,
        used=sum(_last_year(history)),
        used_value=classes.value,
        share=classes.share,
        variation=classes.variation,
        expected=sum(found.mean),
        last_used_on=_last_used(history, present),
        made_at=clock.now(),
    )


def _last_used(history: list[float], present: Month) -> dt.date | None:
    for back, quantity in enumerate(reversed(history), 1):
        if quantity > 0:
            return Month(present.number - back).first
    return None
