"""What work orders may not be released for yet: holds before production of the orders they serve.

A work order that is made for several customers' orders is begun for the first of them that may be
produced: it waits only while all of them are held, as in the plan.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from gendan.orders.demands import line_ids_of
from gendan.orders.models import Hold, Line, OrderState, Stage
from gendan.production.models import WorkOrder


def open_gates(orders: Iterable[WorkOrder]) -> dict[int, Sequence[Hold]]:
    """By work order that is not released, what holds it: of the orders it is made for, with them,
    the holds before production, where all of them have any. 2 queries, none where nothing waits."""
    lines = {
        one.pk: line_ids_of(one.demands) for one in orders if one.state == WorkOrder.State.FIRM
    }
    ids = {pk for own in lines.values() for pk in own}
    if not ids:
        return {}
    rows = Line.objects.filter(pk__in=ids, is_cancelled=False, order__state=OrderState.CONFIRMED)
    order_of = dict(rows.values_list("pk", "order_id"))
    holds: dict[int, list[Hold]] = defaultdict(list)
    found = Hold.objects.filter(
        order__in=set(order_of.values()), stage=Stage.PRODUCE, released_at=None
    )
    for hold in found.select_related("order").order_by("pk"):
        holds[hold.order_id].append(hold)
    served = {pk: {order_of[one] for one in own if one in order_of} for pk, own in lines.items()}
    return {
        pk: [hold for order_id in sorted(own) for hold in holds[order_id]]
        for pk, own in served.items()
        if own and own <= holds.keys()
    }
