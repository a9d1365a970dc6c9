"""What must always be true of forecasts and policies; each broken rule is told in a sentence."""

import math

from django.db.models import F

from gendan.stocking.models import ItemForecast, StockPolicy

MOST_TOLD = 20


def check() -> list[str]:
    """Everything that is wrong; empty when all is right. 2 queries."""
    return [*_forecasts_are_numbers(), *_alarms_have_a_limit()]


def _forecasts_are_numbers() -> list[str]:
    wrong = []
    for item_id, mean, total in ItemForecast.objects.values_list(
        "item_id", "mean", "total_spread"
    ).iterator():
        if not all(math.isfinite(one) and one >= 0 for one in (*mean, *total)):
            wrong.append(f"the forecast of item {item_id} is no number or less than nothing")
    return wrong[:MOST_TOLD]


def _alarms_have_a_limit() -> list[str]:
    below = StockPolicy.objects.filter(alarm="below", minimum=0)
    above = StockPolicy.objects.filter(alarm="above", maximum=0)
    rows = (below | above).annotate(code=F("item__code")).values_list("code", "alarm")
    return [f"{code} is said to be {alarm} a limit it has not" for code, alarm in rows[:MOST_TOLD]]
