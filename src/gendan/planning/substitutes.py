"""What planned orders take of substitutes: carried into the work orders they become."""

from collections import defaultdict
from collections.abc import Collection
from decimal import ROUND_FLOOR, Decimal

from django.db.models import Sum

from gendan.catalog.models import Alternate, Item
from gendan.planning.models import Peg, PlannedOrder
from gendan.production.services import Instead


def taken_instead(orders: Collection[PlannedOrder]) -> dict[int, list[Instead]]:
    """By planned order, which substitutes it takes for which components: 1 query, 3 with any.

    How much of the component a substitute spares follows from what the catalog says now; where it
    does not name the substitute any more, the component is needed as before.
    """
    pegs = Peg.objects.filter(parent__in=[one.pk for one in orders], instead_of__isnull=False)
    rows = list(
        pegs.order_by("parent_id", "instead_of_id", "item_id")
        .values_list("parent_id", "instead_of_id", "item_id")
        .annotate(Sum("quantity"))
    )
    if not rows:
        return {}
    made = {one.pk: one.item_id for one in orders}
    ratios = _ratios({row[1] for row in rows if row[1] is not None})
    steps = dict(
        Item.objects.filter(pk__in={row[1] for row in rows}).values_list("pk", "unit__step")
    )
    found: dict[int, list[Instead]] = defaultdict(list)
    for parent_id, component_id, item_id, taken in rows:
        if parent_id is None or component_id is None:
            continue
        key = (component_id, item_id)
        ratio = ratios.get((*key, made[parent_id])) or ratios.get((*key, None))
        if ratio is not None:
            step = steps[component_id]
            spared = (taken / ratio / step).to_integral_value(ROUND_FLOOR) * step
            found[parent_id].append(Instead(component_id, item_id, spared, taken))
    return found


def _ratios(component_ids: Collection[int]) -> dict[tuple[int, int, int | None], Decimal]:
    """By component, substitute and made item (None: in all), how much is taken for one: 1 query."""
    rows = Alternate.objects.filter(component__in=component_ids)
    return {
        (component, other, parent): quantity
        for component, other, parent, quantity in rows.values_list(
            "component_id", "alternate_id", "parent_id", "quantity"
        )
    }
