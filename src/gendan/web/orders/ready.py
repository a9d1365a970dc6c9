"""What the order page says about confirming: reviews, rules, credit, and what was overridden."""

from typing import Any

from django.conf import settings

from gendan.orders import queries, services
from gendan.orders.models import Order, OrderState

# Reviews and rules stand in the panel with their way out; a sentence besides would say it twice.
_SHOWN_BELOW = {"review_objected_to", "reviews_missing", "rule_stops"}


def ready_of(order: Order) -> dict[str, Any]:
    """What the order page shows of reviews, rules, credit and overrides."""
    overrides = list(queries.overrides_of(order.pk)[:20])
    if order.state != OrderState.DRAFT:
        return {"ready": None, "stops": [], "overrides": overrides}
    ready = services.readiness_of(order)
    stops = services.what_stands_in_the_way(order, ready)
    return {
        "ready": ready,
        "stops": stops,
        "other_stops": [stop for stop in stops if stop.code not in _SHOWN_BELOW],
        "overrides": overrides,
        "company_currency": settings.COMPANY_CURRENCY,
    }
