"""What the planned orders of a plan take at each operation, styles being learned one by one.

In the order in which they are due: what one has learned of a style the next ones know, as in the
finite schedule of the plan itself.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from decimal import Decimal

from gendan.catalog.makings import Making, learning, makings, of_styles
from gendan.planning.models import PlannedOrder
from gendan.production.styles import styles_of


def operations_of_planned(orders: Collection[PlannedOrder]) -> dict[int, list[Making]]:
    """By id of these orders, of one plan: how they are made.

    1 query, 4 where styles are learned.
    """
    routings = makings({one.item_id for one in orders})
    named = learning(routings)
    found = {one.pk: list(routings.get(one.item_id, ())) for one in orders}
    if not named:
        return found
    styles = styles_of(routings)
    planned = list(_planned({one.run_id for one in orders}, named))
    routings = makings({item_id for _pk, item_id, _due, _quantity in planned})
    for pk, item_id, due_on, quantity in planned:
        known = styles.following(routings.get(item_id, ()), due_on, quantity)
        if pk in found:
            found[pk] = known
    return found


def _planned(
    run_ids: Collection[int], styles: Collection[str]
) -> Iterable[tuple[int, int, dt.date, Decimal]]:
    rows = PlannedOrder.objects.filter(
        of_styles(styles, "item"),
        run__in=run_ids,
        kind=PlannedOrder.Kind.MAKE,
        state=PlannedOrder.State.PLANNED,
    )
    columns = ("pk", "item_id", "due_on", "quantity")
    return rows.order_by("due_on", "pk").values_list(*columns)
