"""Which customer orders are behind what loads a work centre."""

from collections.abc import Iterable

from gendan.kernel.models import User
from gendan.orders.demands import line_ids_of
from gendan.orders.models import Order
from gendan.planning.capacity_load import Maker
from gendan.planning.models import PlannedOrder
from gendan.planning.tracing import lines_served


def orders_served(makers: Iterable[Maker], user: User) -> dict[tuple[bool, int], list[Order]]:
    """By (is firm, id), the orders this user may see that are served, by number.

    3 queries and one for each level of planned orders.
    """
    known = list(makers)
    planned = PlannedOrder.objects.filter(pk__in=[one.pk for one in known if not one.is_firm])
    names = lines_served(planned)
    lines = {
        (one.is_firm, one.pk): line_ids_of(one.demands if one.is_firm else names.get(one.pk, ()))
        for one in known
    }
    wanted = set().union(*lines.values()) if lines else set()
    found: dict[int, Order] = {}
    rows = Order.objects.visible_to(user).filter(lines__in=wanted).prefetch_related("lines")
    for order in rows.distinct().order_by("number"):
        found |= {line.pk: order for line in order.lines.all()}
    return {
        key: sorted({found[pk] for pk in pks if pk in found}, key=lambda one: one.number)
        for key, pks in lines.items()
    }
