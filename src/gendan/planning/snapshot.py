"""From the database to the promise engine's input: a fixed number of queries for any order."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.catalog.queries import calendar
from gendan.engine.promise import Component, Demand, ItemFacts, PromiseSnapshot, Supply
from gendan.inventory.queries import Availability, availability, reserved_for
from gendan.kernel import clock
from gendan.kernel.errors import DomainError, NotThere
from gendan.orders.models import Delivery, Line, Order, open_quantity
from gendan.orders.queries import demand_of, transit_of, with_lane
from gendan.planning.promise_suppliers import suppliers_of
from gendan.planning.works import Works, works_of


class NothingToPromise(DomainError):
    """An order without lines that are still to be delivered."""


@dataclass(frozen=True, slots=True)
class OrderSnapshot:
    """The engine's input for one order, and the revision of the order it was made of."""

    order: Order
    revision: int
    promise: PromiseSnapshot


def snapshot_of_order(order_id: int, *, with_ways: bool = False) -> OrderSnapshot:
    """What the promise of an order depends on: lines, BOMs of all levels, stock, calendar.

    `with_ways`: with what other ways of making it need, too (second lines, substitutes).
    """
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
    return OrderSnapshot(
        order, order.revision, snapshot_of_lines(order, lines, parts, with_ways=with_ways)
    )


def snapshot_of_lines(
    order: Order,
    lines: Sequence[Line],
    deliveries: Mapping[int, Sequence[Delivery]],
    *,
    with_ways: bool = False,
) -> PromiseSnapshot:
    """What the promise of these lines depends on; the order may be one that is not written."""
    wanted = {line.item_id for line in lines}
    works = works_of(wanted, components_below, order.pk, with_ways=with_ways)
    items = _items(works, wanted, order.customer_id)
    kept = reserved_for([demand_of(line.pk) for line in lines])
    return PromiseSnapshot(
        today=clock.today(),
        calendar=calendar(None),
        transit=transit_of(order),
        basis=order.basis.value,
        is_together=order.ship_policy == Order.ShipPolicy.TOGETHER,
        items=items,
        demands=tuple(
            demand
            for line in lines
            for demand in _demands(
                line, deliveries.get(line.pk, ()), kept.get(demand_of(line.pk), Decimal(0))
            )
        ),
        centres=works.centres,
        standing=works.standing,
        load=works.load,
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


# UNION (not UNION ALL) drops what was reached before, so that a BOM loop ends the walk.
_BELOW = """
WITH RECURSIVE needed (item_id) AS (
  SELECT unnest(%s::bigint[])
  UNION
  SELECT line.component_id
  FROM needed
  JOIN catalog_item item ON item.id = needed.item_id AND item.supply <> 'buy'
  JOIN catalog_bom bom ON bom.item_id = needed.item_id AND bom.is_current
  JOIN catalog_bomline line ON line.bom_id = bom.id
)
SELECT bom.item_id, line.component_id, line.quantity_per, line.scrap_percent
FROM needed
JOIN catalog_bom bom ON bom.item_id = needed.item_id AND bom.is_current
JOIN catalog_bomline line ON line.bom_id = bom.id
ORDER BY line.id
"""


def components_below(item_ids: Collection[int]) -> dict[int, tuple[Component, ...]]:
    """The components of these items and of everything below them: one query for all levels."""
    found: dict[int, list[Component]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [list(item_ids)])
        for parent, component, quantity_per, scrap_percent in cursor.fetchall():
            found[parent].append(Component(component, quantity_per, scrap_percent))
    return {parent: tuple(parts) for parent, parts in found.items()}


def _items(works: Works, wanted: Collection[int], customer_id: int | None) -> dict[int, ItemFacts]:
    components = works.components
    ids = set(wanted) | {one.item_id for one in works.standing}
    ids |= works.alternates | {part.item_id for parts in components.values() for part in parts}
    there, suppliers = availability(ids), suppliers_of(ids, customer_id)
    rows = Item.objects.filter(pk__in=ids).values_list(
        "pk", "code", "supply", "lead_days", "lot_rule", "lot_size", "cost"
    )
    return {
        pk: ItemFacts(
            item_id=pk,
            code=code,
            supply=supply,
            lead_days=lead_days,
            free=there[pk].free,
            lot_multiple=None if lot_rule == Item.LotRule.AS_NEEDED else lot_size,
            incoming=_incoming(there[pk]),
            components=components.get(pk, ()),
            operations=works.operations.get(pk, ()),
            cost=cost,
            offers=suppliers.offers.get(pk, ()),
            has_no_supplier=pk in suppliers.nobody,
            is_supplier_unknown=pk in suppliers.unknown,
        )
        for pk, code, supply, lead_days, lot_rule, lot_size, cost in rows
    }


def _incoming(there: Availability) -> tuple[Supply, ...]:
    return tuple(
        Supply(one.due_on, one.quantity, one.reference, one.demand) for one in there.incoming
    )
