"""Reactions of changes to facts of the rooms below: each calls one of our own verbs."""

from gendan.changes import services
from gendan.contracts.events import ChangeAsked
from gendan.kernel import journal
from gendan.kernel.journal import listens
from gendan.kernel.models import Entry
from gendan.orders.events import OrderCancelled, OrderClosed
from gendan.orders.models import Order, OrderState


@listens(ChangeAsked)
def take_up_change(fact: ChangeAsked, entry: Entry) -> None:
    """What the customer says on a paper instead of accepting it becomes a change order."""
    if Order.objects.filter(
        pk=fact.order_id, state__in=(OrderState.CLOSED, OrderState.CANCELLED)
    ).exists():
        return  # ended meanwhile; what was asked for stays in the journal
    services.ask_change(
        order_id=fact.order_id,
        text=fact.text,
        name=fact.name,
        source=journal.ref(entry),
        by=None,
    )


@listens(OrderClosed, OrderCancelled)
def drop_changes(fact: OrderClosed | OrderCancelled, entry: Entry) -> None:
    """The order has ended; nothing of it is changed any more."""
    services.void_changes(order_id=fact.order_id)
