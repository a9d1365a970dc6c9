"""What the planned orders of a plan take at each operation, styles being learned one by one.

In the order in which they are due: what one has learned of a style the next ones know, as in the
finite schedule of the plan itself.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from decimal import Decimal

from gendan.catalog.makings import Making, learning, makings
from gendan.planning.models import PlannedOrder
from gendan.production.styles import styles_of


def operations_of_planned(orders: Collection[PlannedOrder]) -> dict[int, list[Making]]:
    """By id of these orders, of one plan: how they are made.

    1 query, 3 where styles are learned.
    """
    routings = makings({one.item_id for one in orders})
    items = learning(routings)
    found = {one.pk: list(routings.get(one.item_id, ())) for one in orders}
    if items:
        styles = styles_of(routings)
        for pk, item_id, due_on, quantity in _planned({one.run_id for one in orders}, items):
            known = styles.following(routings[item_id], due_on, quantity)
            if pk in found:
                found[pk] = known
    return found


def _planned(
    run_ids: Collection[int], item_ids: Collection[int]
) -> Iterable[tuple[int, int, dt.date, Decimal]]:
    rows = PlannedOrder.objects.filter(
        run__in=run_ids,
        item__in=item_ids,
        kind=PlannedOrder.Kind.MAKE,
        state=PlannedOrder.State.PLANNED,
    )
    columns = ("pk", "item_id", "due_on", "quantity")
    return rows.order_by("due_on", "pk").values_list(*columns)
