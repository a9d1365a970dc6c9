"""What the verbs of changes refuse, and the one way they take hold of a change order."""

from django.utils.translation import gettext as _

from gendan.changes.models import ChangeOrder, ChangeState
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.orders.models import Order
from gendan.orders.services.refusals import locked_order, url_of

MOST_WORDS = 4000


class ChangeIsPending(DomainError):
    """Another change of the same order waits for a decision."""


class ChangeIsStale(DomainError):
    """The order is another one than the change was looked at against."""


class ChangeIsBlocked(DomainError):
    """Something that the change touches stands in its way."""


class CannotUndo(DomainError):
    """Something has followed that cannot be taken back."""


class NothingToAcknowledge(Invalid):
    """Nobody asks this person to acknowledge the change, or they have done so."""


def locked_change(change_id: int, *, revision: int | None = None) -> tuple[Order, ChangeOrder]:
    """The order of a change with its row locked (the root of the document), then the change."""
    order_id = ChangeOrder.objects.filter(pk=change_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotThere(_("There is no such change order."))
    order = locked_order(order_id)
    change = ChangeOrder.objects.select_for_update().get(pk=change_id)
    change.order = order
    change.refuse_if_stale(revision)
    return order, change


def change_url(change: ChangeOrder) -> str:
    """The page of a change order, for refusals that name another one."""
    return f"/changes/{change.pk}/"


def refuse_another_pending(order: Order, *, but: int | None = None) -> None:
    """One proposed change per order at a time, so that each is looked at against what will be."""
    pending = ChangeOrder.objects.filter(order=order, state=ChangeState.PROPOSED)
    other = (pending if but is None else pending.exclude(pk=but)).first()
    if other is not None:
        raise ChangeIsPending(
            _("%(change)s of %(order)s waits for a decision; decide on it first.")
            % {"change": other.number, "order": order.number},
            link=change_url(other),
            change_id=other.pk,
        )


def order_link(order: Order) -> str:
    """The page of the order."""
    return url_of(order.pk)
