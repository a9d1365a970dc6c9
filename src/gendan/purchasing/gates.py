"""What purchase orders may not be sent for yet: holds of the customers' orders they are bought for.

What is bought waits for what holds buying (a deposit); work that is done outside also for what
holds production (a sample).
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gendan.orders.gating import gates_of, waits_told
from gendan.orders.models import Hold, Stage
from gendan.orders.services.refusals import OrderIsHeld, url_of
from gendan.purchasing.models import PurchaseOrder, PurchaseOrderLine


def open_gates(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> list[Hold]:
    """What the lines that were never sent wait for: 2 queries, none where all were.

    An order that was sent already is no way round: lines that are added to it wait as well.
    """
    is_work = order.kind == PurchaseOrder.Kind.SUBCONTRACT
    stages = (Stage.BUY, Stage.PRODUCE) if is_work else (Stage.BUY,)
    new = {one.pk: one.demands for one in lines if not one.is_cancelled and one.expected_id is None}
    found = gates_of(new, stages)
    return list({one.pk: one for own in found.values() for one in own}.values())


def gate_words(order: PurchaseOrder, holds: Sequence[Hold]) -> str:
    """What it waits for, and what can be done."""
    return _(
        "%(number)s is not sent before this is done: %(waits)s. Whoever may override holds can"
        " release it on the page of the order, saying why."
    ) % {"number": order.number, "waits": waits_told(holds)}


def refuse_if_gated(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> None:
    """Raise OrderIsHeld where a line is bought only for orders that are held."""
    holds = open_gates(order, lines)
    if holds:
        raise OrderIsHeld(
            gate_words(order, holds),
            link=url_of(holds[0].order_id),
            stage=holds[0].stage,
            holds=[one.pk for one in holds],
        )
