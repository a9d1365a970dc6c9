"""Which customer orders are behind what loads a work centre."""

from collections.abc import Iterable

from gendan.kernel.models import User
from gendan.orders.demands import line_ids_of
from gendan.orders.models import Order
from gendan.planning.capacity_load import Maker
from gendan.planning.models import PlannedOrder
from gendan.planning.tracing import lines_of_work_orders, lines_served


def orders_served(makers: Iterable[Maker], user: User) -> dict[tuple[bool, int], list[Order]]:
    """By (is firm, id), the orders this user may see that are served, by number.

    Work orders serve what the live plan says; only what it does not know serves what it was firmed
    for. 6 queries and some for each level of orders.
    """
    known = list(makers)
    works = lines_of_work_orders({one.pk for one in known if one.is_firm})
    planned = PlannedOrder.objects.filter(pk__in=[one.pk for one in known if not one.is_firm])
    names = lines_served(planned)
    lines = {
        (one.is_firm, one.pk): line_ids_of(
            works.get(one.pk, one.demands) if one.is_firm else names.get(one.pk, ())
        )
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
