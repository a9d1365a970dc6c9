"""What lies there for an order that was promised before others is kept for it.

A plan serves whoever needs something first. So what a rush took from stock would go to others by
the next plan, though some of them were moved for its sake, and the order that went first would wait
for goods that are made anew.
"""

from collections.abc import Sequence
from decimal import Decimal

from gendan.engine.promise.scene import UNIT
from gendan.kernel.service import service
from gendan.orders.models import Line, Order, OrderState
from gendan.orders.services import reserve_lines
from gendan.orders.services.refusals import NothingToDo
from gendan.planning.kept import ground_for
from gendan.planning.promise_moves import named
from gendan.planning.queries import last_rush


@service
def keep_for_rush(*, order_id: int, by: None = None) -> dict[int, Decimal]:
    """Keep for a confirmed order that went before others what its promise takes from stock, as far
    as it lies there and nobody else is promised it. Returns how much of each line."""
    order = Order.objects.get(pk=order_id)  # keeping locks it; most orders never went first
    if order.state != OrderState.CONFIRMED or last_rush(order) is None:
        return {}
    lines = list(order.lines.filter(is_cancelled=False).order_by("position"))
    most = _promised_from_stock(order, lines)
    if not most:
        return {}
    try:
        return reserve_lines(order_id=order.pk, line_ids=list(most), most=most, by=by)
    except NothingToDo:  # it is still to come, or kept already
        return {}


def _promised_from_stock(order: Order, lines: Sequence[Line]) -> dict[int, Decimal]:
    """By line what the book of promises takes for it that is free from today on, whoever else is
    served; lines with nothing of it are left out."""
    kept = ground_for({line.item_id for line in lines})
    ground = kept.ground
    own = kept.names.get(order.number, frozenset()) & ground.book.bookings.keys()
    others = ground.book.without(own)
    most: dict[int, Decimal] = {}
    left: dict[int, int] = {}
    for line in lines:
        item = ground.items[line.item_id]
        wanted = sum(
            quantity
            for name in own
            if named(name)[0] == line.pk
            for one, _day, quantity in ground.book.bookings[name].takes
            if one == item
        )
        free = left.setdefault(item, others.curve(item)[1][0])
        found = max(min(wanted, free), 0)
        left[item] -= found
        if found:
            most[line.pk] = Decimal(found) / UNIT
    return most
