"""What work orders may not be released for yet: holds of the orders they are made for."""

from collections.abc import Iterable

from gendan.orders.gating import gates_of
from gendan.orders.models import Hold, Stage
from gendan.production.models import WorkOrder


def open_gates(orders: Iterable[WorkOrder]) -> dict[int, list[Hold]]:
    """By work order that is not released, what holds it, with the orders held: 2 queries."""
    waiting = {one.pk: one.demands for one in orders if one.state == WorkOrder.State.FIRM}
    return gates_of(waiting, (Stage.PRODUCE,))
