"""The three checks of an order that is not written down yet: read only, nothing is kept."""

from collections.abc import Sequence

from gendan.catalog.models import Item
from gendan.kernel import clock
from gendan.orders.entry import LineData, OrderData
from gendan.orders.models import Line, LineCheck
from gendan.orders.services import heads, reading
from gendan.orders.services.checking import checks_of
from gendan.orders.services.lines import read_lines


def preview_checks(*, order: OrderData, lines: Sequence[LineData]) -> list[list[LineCheck]]:
    """Product, price and stock of each line as `check_order` would find them on the drafted order.

    Refused as `draft_order` would refuse; the number of queries does not depend on the lines.
    """
    head = heads.new_head(order, heads.customer_of(order), None)
    wanted = reading.read_day(order.requested_on, field="requested_on")
    read: list[Line] = [one.line for one in read_lines(head, lines, requested_on=wanted)]
    items = Item.objects.in_bulk({line.item_id for line in read})
    for number, line in enumerate(read, 1):
        line.pk = -number  # not written, yet told apart by the checks
        line.item = items[line.item_id]
    found: dict[int, list[LineCheck]] = {line.pk: [] for line in read}
    for check in checks_of(head, read, clock.now()):
        found[check.line_id].append(check)
    return list(found.values())
