"""What the orders room does when something happens: each reaction looks again by a verb."""

from gendan.catalog.events import SpecificationReleased
from gendan.kernel.journal import listens
from gendan.kernel.models import Entry
from gendan.orders.events import OrderCancelled, OrderConfirmed
from gendan.orders.models import Order
from gendan.orders.services import refresh_reviews, tell_superseded


@listens(OrderConfirmed, OrderCancelled)
def look_at_other_drafts(fact: OrderConfirmed | OrderCancelled, entry: Entry) -> None:
    """Whether another draft is the first order of its customer may have changed."""
    order = Order.objects.filter(pk=fact.order_id).values_list("customer_id", flat=True).first()
    if order is not None:
        refresh_reviews(customer_id=order)


@listens(SpecificationReleased)
def look_at_running_lines(fact: SpecificationReleased, entry: Entry) -> None:
    """Running orders of the item learn that their specification has a newer version."""
    tell_superseded(item_ids=[fact.item_id])
