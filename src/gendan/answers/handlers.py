"""Reactions of the answers room, each one line: call one of our own verbs."""

from gendan.answers import services
from gendan.kernel.journal import listens
from gendan.kernel.models import Entry
from gendan.orders.events import OrderAmended, OrderCancelled, OrderPromised


@listens(OrderAmended, OrderPromised, OrderCancelled)
def look_at_answers(fact: OrderAmended | OrderPromised | OrderCancelled, entry: Entry) -> None:
    """What the customer was told may no longer be what we promise."""
    services.check_answers(order_id=fact.order_id)
