"""What order lines of the simulated world still need: goods, and material one level down."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import ROUND_UP, Decimal

from gendan.catalog.models import BomLine, Item
from gendan.orders.models import Line, Order


def open_lines(order: Order) -> list[Line]:
    """The lines of an order that are not wholly delivered."""
    lines = order.lines.filter(is_cancelled=False).select_related("item").order_by("position")
    return [line for line in lines if line.delivered < line.quantity]


def materials_of(lines: Sequence[Line]) -> list[tuple[Line, Item, Decimal]]:
    """What the lines' goods are made of, one level down, in whole pieces."""
    parts = defaultdict(list)
    found = BomLine.objects.filter(
        bom__is_current=True, bom__item__in=[line.item_id for line in lines]
    )
    for part in found.select_related("component", "bom").order_by("pk"):
        parts[part.bom.item_id].append(part)
    return [
        (line, part.component, _rounded_up(line.quantity * part.quantity_per, part.scrap_percent))
        for line in lines
        for part in parts[line.item_id]
    ]


def _rounded_up(quantity: Decimal, scrap_percent: Decimal) -> Decimal:
    return (quantity * (1 + scrap_percent / 100)).quantize(Decimal(1), rounding=ROUND_UP)
