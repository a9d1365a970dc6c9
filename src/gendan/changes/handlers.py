"""Reactions of changes to facts of the rooms below: each calls one of our own verbs."""

from gendan.changes import services
from gendan.changes.content import Content
from gendan.contracts.events import ChangeAsked
from gendan.kernel import journal
from gendan.kernel.journal import listens
from gendan.kernel.models import Entry
from gendan.orders.entry import LineChange
from gendan.orders.events import OrderCancelled, OrderClosed, SpecificationSuperseded
from gendan.orders.models import Order, OrderState


@listens(ChangeAsked)
def take_up_change(fact: ChangeAsked, entry: Entry) -> None:
    """What the customer says on a paper instead of accepting it becomes a change order."""
    if _has_ended(fact.order_id):
        return  # what was asked for stays in the journal
    services.ask_change(
        order_id=fact.order_id,
        text=fact.text,
        name=fact.person,
        source=journal.ref(entry),
        by=None,
    )


@listens(SpecificationSuperseded)
def take_up_specification(fact: SpecificationSuperseded, entry: Entry) -> None:
    """A newer specification of an ordered item: whether the line takes it is a change."""
    if _has_ended(fact.order_id):
        return
    line = LineChange(line_id=fact.line_id, specification_version=fact.version)
    services.ask_change(
        order_id=fact.order_id,
        text=f"{fact.position} · {fact.item}: {fact.was} → {fact.version}",
        origin="us",
        source=f"orders.line:{fact.line_id}@{fact.version}",
        content=Content(change_lines=[line]),
        by=None,
    )


def _has_ended(order_id: int) -> bool:
    ended = (OrderState.CLOSED, OrderState.CANCELLED)
    return Order.objects.filter(pk=order_id, state__in=ended).exists()


@listens(OrderClosed, OrderCancelled)
def drop_changes(fact: OrderClosed | OrderCancelled, entry: Entry) -> None:
    """The order has ended; nothing of it is changed any more."""
    services.void_changes(order_id=fact.order_id)
