"""From the database to the promise engine's input: a fixed number of queries for any order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from gendan.engine.promise import Demand, PromiseSnapshot
from gendan.inventory.queries import reserved_for
from gendan.kernel import clock
from gendan.kernel.errors import DomainError, NotThere
from gendan.orders.models import Delivery, Line, Order, open_quantity
from gendan.orders.queries import demand_of, transit_of, with_lane
from gendan.planning.approvals import waits_of
from gendan.planning.kept import ground_for


class NothingToPromise(DomainError):
    """An order without lines that are still to be delivered."""


@dataclass(frozen=True, slots=True)
class OrderSnapshot:
    """The engine's input for one order, and the revision of the order it was made of."""

    order: Order
    revision: int
    promise: PromiseSnapshot


def snapshot_of_order(order_id: int) -> OrderSnapshot:
    """What the promise of an order depends on: its lines, and all that promises share."""
    order = with_lane(Order.objects.all()).filter(pk=order_id).first()
    if order is None:
        raise NotThere(_("There is no such order."))
    lines = [
        line
        for line in order.lines.filter(is_cancelled=False).prefetch_related("deliveries")
        if open_quantity(line) > 0
    ]
    if not lines:
        raise NothingToPromise(
            _("%(order)s has no line that is still to be delivered.") % {"order": order.number}
        )
    parts = {line.pk: list(line.deliveries.all()) for line in lines}
    return OrderSnapshot(order, order.revision, snapshot_of_lines(order, lines, parts))


def snapshot_of_lines(
    order: Order, lines: Sequence[Line], deliveries: Mapping[int, Sequence[Delivery]]
) -> PromiseSnapshot:
    """What the promise of these lines depends on; the order may be one that is not written.

    3 queries while nothing has changed since the last ask of this process.
    """
    kept = ground_for({line.item_id for line in lines})
    differing = kept.nominated.get(order.customer_id, {})
    waits = waits_of(order, lines, kept.calendar)
    reserved = reserved_for([demand_of(line.pk) for line in lines])
    return PromiseSnapshot(
        today=kept.stamp.today,
        calendar=kept.calendar,
        transit=transit_of(order),
        basis=order.basis.value,
        is_together=order.ship_policy == Order.ShipPolicy.TOGETHER,
        items={**kept.items, **differing} if differing else kept.items,
        demands=tuple(
            demand
            for line in lines
            for demand in _demands(
                line, deliveries.get(line.pk, ()), reserved.get(demand_of(line.pk), Decimal(0))
            )
        ),
        centres=kept.works.centres,
        standing=kept.works.standing,
        load=kept.works.load,
        mine=kept.names.get(order.number, frozenset()),
        differs=frozenset(differing),
        nominated=kept.nominated,
        approval=waits.making,
        buying=waits.buying,
        ground=kept.ground,
    )


def _demands(line: Line, parts: Sequence[Delivery], kept: Decimal) -> list[Demand]:
    """What a line still needs: once, or by its dated deliveries, of which the first come first."""
    deliveries = sorted(
        parts,
        key=lambda one: (one.requested_on or line.requested_on or clock.today(), one.position),
    )
    if not deliveries:
        return [
            Demand(
                line_id=line.pk,
                item_id=line.item_id,
                quantity=open_quantity(line),
                name=demand_of(line.pk),
                requested_on=line.requested_on,
                kept=kept,
            )
        ]
    demands, gone = [], line.delivered
    for delivery in deliveries:
        done = min(gone, delivery.quantity)
        gone -= done
        quantity = delivery.quantity - done
        if quantity <= 0:
            continue
        from_kept = min(kept, quantity)
        kept -= from_kept
        demands.append(
            Demand(
                line_id=line.pk,
                item_id=line.item_id,
                quantity=quantity,
                name=demand_of(line.pk),
                requested_on=delivery.requested_on or line.requested_on,
                delivery_id=delivery.pk or -delivery.position,
                kept=from_kept,
            )
        )
    return demands
