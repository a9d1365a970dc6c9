"""Who has read what about an order, and who still has to: the order's own list of proof."""

from typing import Any

from django.http import HttpRequest

from gendan.notices import queries
from gendan.orders.models import Order


def readers(request: HttpRequest, order: Order, context: dict[str, Any]) -> dict[str, Any]:
    """Every entry somebody was told of, with the proof of each person; the reader's own first."""
    user: Any = request.user
    return {
        "told": queries.readers_of_order(order.pk),
        "mine": queries.unread_of_order(user, order),
    }
