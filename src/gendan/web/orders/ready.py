"""What the order page says about confirming: reviews, rules, credit, and what was overridden."""

from typing import Any

from django.conf import settings

from gendan.orders import queries, services
from gendan.orders.models import Order, OrderState


def ready_of(order: Order) -> dict[str, Any]:
    """What the order page shows of reviews, rules, credit and overrides."""
    overrides = list(queries.overrides_of(order.pk)[:20])
    if order.state != OrderState.DRAFT:
        return {"ready": None, "stops": [], "overrides": overrides}
    ready = services.readiness_of(order)
    return {
        "ready": ready,
        "stops": services.what_stands_in_the_way(order, ready),
        "overrides": overrides,
        "company_currency": settings.COMPANY_CURRENCY,
    }
