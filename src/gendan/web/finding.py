"""Finding what a page is about, for the reader who asks; what they may not see is not there."""

from typing import Any

from django.http import Http404

from gendan.orders.models import Order


def find_order(user: Any, order_id: int) -> Order:
    """The order, if the reader may see it; otherwise it is not there."""
    related = ("customer", "contact", "merchandiser", "taken_by", "payment_terms")
    order = Order.objects.visible_to(user).select_related(*related).filter(pk=order_id).first()
    if order is None:
        raise Http404
    return order
