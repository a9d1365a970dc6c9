"""What is made or bought for orders' lines and may not begin: open holds of these orders.

Something for several customers' orders is begun for the first of them that may go on: it waits only
while all of them are held.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from gendan.orders.demands import line_ids_of
from gendan.orders.models import Hold, Line, OrderState

K = TypeVar("K")


def gates_of(demands: Mapping[K, Iterable[str]], stages: Collection[str]) -> dict[K, list[Hold]]:
    """By key, of the demands ("orders.line:12") it serves, the holds of these stages with their
    orders, where all orders it serves have any. 2 queries, none where no line is named."""
    lines = {key: line_ids_of(names) for key, names in demands.items()}
    ids = {pk for own in lines.values() for pk in own}
    if not ids:
        return {}
    rows = Line.objects.filter(pk__in=ids, is_cancelled=False, order__state=OrderState.CONFIRMED)
    order_of = dict(rows.values_list("pk", "order_id"))
    holds: dict[int, list[Hold]] = defaultdict(list)
    found = Hold.objects.filter(
        order__in=set(order_of.values()), stage__in=stages, released_at=None
    )
    for hold in found.select_related("order").order_by("pk"):
        holds[hold.order_id].append(hold)
    served = {key: {order_of[one] for one in own if one in order_of} for key, own in lines.items()}
    return {
        key: [hold for order_id in sorted(own) for hold in holds[order_id]]
        for key, own in served.items()
        if own and own <= holds.keys()
    }


def waits_told(holds: Iterable[Hold]) -> str:
    """The holds in words, by order."""
    return "; ".join(dict.fromkeys(f"{one.order.number}: {one.why}" for one in holds))
