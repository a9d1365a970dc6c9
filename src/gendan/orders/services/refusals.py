"""What the verbs of orders refuse, and the one way they take hold of an order."""

from typing import Any

from django.utils.translation import gettext as _

from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.orders.models import Order


class OrderIsEmpty(DomainError):
    """An order without lines that is to be confirmed."""


class SameCustomerNumber(DomainError):
    """The customer's order number stands on another order of the same customer."""


class ChecksAreRed(DomainError):
    """A product or price check says no, and nobody has said why it is accepted all the same."""


class NoDateToPromise(DomainError):
    """A line that has neither a promised nor a requested date."""


class OrderIsHeld(DomainError):
    """An open hold keeps the stage back."""


class BelowDelivered(Invalid):
    """A quantity below what the customer has already got."""


class LineIsShipped(Invalid):
    """A change of a line that has left in full."""


class CannotBeRestored(DomainError):
    """An order that cannot be put back as it was."""


class OutsideTolerance(Invalid):
    """A delivery beyond what the tolerance of the order allows."""


class NotAllDelivered(DomainError):
    """An order is to be closed although goods are missing."""


class NothingToDo(Invalid):
    """A verb that was asked to change nothing."""


def url_of(order_id: int) -> str:
    """The page of an order, for refusals that name another one."""
    return f"/orders/{order_id}/"


def locked_order(order_id: int, *, revision: int | None = None, **also: Any) -> Order:
    """The order with its row locked: whoever has it owns the whole document."""
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id, **also).first()
    if order is None:
        raise NotThere(_("There is no such order."))
    order.refuse_if_stale(revision)
    return order
