"""What it costs to bring an order to its customer: faster, or in several shipments.

By the freight of transit times and whole cartons. What is not written down stays unknown.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from gendan.engine.promise import LineResult
from gendan.orders.models import Line, open_quantity
from gendan.partners.models import Lane
from gendan.partners.queries import transit_by
from gendan.planning.promise_ways import UNCERTAIN, Way, difference
from gendan.planning.snapshot import OrderSnapshot

Size = tuple[Decimal | None, Decimal | None]  # kg and m³; None: not known


@dataclass(frozen=True, slots=True)
class Freight:
    """The ways to the order's country, and what is still to be delivered by line id."""

    snapshot: OrderSnapshot
    lanes: Sequence[Lane]
    lines: Mapping[int, Line]

    @property
    def own(self) -> Lane | None:
        """The lane the order takes; None where nobody has written it down."""
        method = self.snapshot.order.delivery_method
        return next((one for one in self.lanes if one.method == method), None)

    def faster(self, found: Sequence[LineResult]) -> tuple[Way, ...]:
        """Faster ways to the customer's door, and what each costs more."""
        asked = self.snapshot.promise
        leaves = max(one.ready_on for one in found)
        usual = asked.transit.from_ex_works(leaves).at_door_on
        faster: list[tuple[Lane, dt.date]] = []
        for lane in self.lanes:
            door = transit_by(lane).from_ex_works(leaves).at_door_on
            if lane.method != self.snapshot.order.delivery_method and door < usual:
                faster.append((lane, door))
        size, own = self._whole(), self.own
        before = None if own is None else charged(own, size)
        return tuple(
            Way(
                "freight",
                (str(lane.get_method_display()),),
                door,
                (usual - door).days,
                cost := difference(charged(lane, size), before),
                uncertain=(UNCERTAIN["freight"], *(["cost"] if cost is None else [])),
            )
            for lane, door in sorted(faster, key=lambda one: one[1])
        )

    def in_parts(self, line_id: int, quantities: Sequence[Decimal]) -> Decimal | None:
        """What freight costs more where a line leaves in so many shipments, in their order.

        The last goes with all that is left of the order, as all of it goes in the one shipment.
        """
        own, line = self.own, self.lines.get(line_id)
        if own is None or line is None:
            return None
        *first, last = quantities
        shipments = [size_of([(one, line)]) for one in first]
        shipments.append(self._whole(line_id, last))
        costs = [charged(own, size) for size in shipments]
        known = [cost for cost in costs if cost is not None]
        if len(known) < len(costs):
            return None
        return difference(sum(known, Decimal(0)), charged(own, self._whole()))

    def _whole(self, line_id: int = 0, instead: Decimal = Decimal(0)) -> Size:
        """The size of all that is still to be delivered, of one line so much instead."""
        return size_of(
            (instead if pk == line_id else open_quantity(line), line)
            for pk, line in self.lines.items()
        )


def freight_of(snapshot: OrderSnapshot, lines: Iterable[Line]) -> Freight:
    """The freight of an order; `lines` come with their items (1 query)."""
    lanes = Lane.objects.filter(country=snapshot.order.destination_country).order_by("pk")
    left = {one.pk: one for one in lines if not one.is_cancelled and open_quantity(one) > 0}
    return Freight(snapshot, list(lanes), left)


def charged(lane: Lane, size: Size) -> Decimal | None:
    """What freight of a size costs; by weight or measure, the dearer one counts."""
    costs = []
    for rate, amount in zip((lane.cost_per_kg, lane.cost_per_m3), size, strict=True):
        if rate is not None:
            if amount is None:
                return None
            costs.append(rate * amount)
    return max(costs, default=None)


def size_of(rows: Iterable[tuple[Decimal, Line]]) -> Size:
    """Kg and m³ of so much of some lines, each in whole cartons; None where one is not known."""
    cartons = [
        (
            (quantity / line.item.carton_quantity).to_integral_value(ROUND_CEILING)
            if line.item.carton_quantity
            else None,
            line.item,
        )
        for quantity, line in rows
    ]
    return (
        _total((count, item.carton_kg) for count, item in cartons),
        _total((count, item.carton_m3) for count, item in cartons),
    )


def _total(rows: Iterable[tuple[Decimal | None, Decimal | None]]) -> Decimal | None:
    total = Decimal(0)
    for count, each in rows:
        if count is None or each is None:
            return None
        total += count * each
    return total
