"""Another merchandiser for orders: the part of a handover (followup) that orders answer for."""

from collections.abc import Collection

from django.db.models import F
from django.utils.translation import gettext as _

from gendan.kernel import journal
from gendan.kernel.errors import NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.events import MerchandiserChanged
from gendan.orders.models import Order, OrderState
from gendan.orders.services.reading import Refused
from gendan.orders.services.refusals import NothingToDo

_RUNNING = (OrderState.DRAFT, OrderState.CONFIRMED)


@service
def hand_over_orders(*, order_ids: Collection[int], to_id: int, by: User | None) -> list[Order]:
    """Another merchandiser looks after these orders from now on; their journeys follow (5 queries).

    Orders that have ended stay whose they were. Refused when nothing would change.
    """
    to = User.objects.filter(pk=to_id, is_active=True, is_outside=False).first()
    if to is None:
        raise Refused(_("There is no such person here."), field="to_id")
    wanted = set(order_ids)
    orders = list(
        Order.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    )
    if len(orders) < len(wanted):
        raise NotThere(_("There is no such order."))
    moved = [
        order for order in orders if order.state in _RUNNING and order.merchandiser_id != to.pk
    ]
    if not moved:
        raise NothingToDo(_("There is no running order here that would change hands."))
    Order.objects.filter(pk__in=[order.pk for order in moved]).update(
        merchandiser=to, revision=F("revision") + 1
    )
    journal.record_many(
        [
            (
                MerchandiserChanged(order_id=order.pk, was_id=order.merchandiser_id, is_id=to.pk),
                order,
            )
            for order in moved
        ],
        by=by,
    )
    return list(Order.objects.filter(pk__in=[order.pk for order in moved]).order_by("pk"))
