"""Makers of orders: drafted and confirmed through the verbs, for tests and the demo company."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from gendan.catalog.models import Item
from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.orders.entry import LineData, OrderData
from gendan.orders.models import Order
from gendan.orders.services import DeliveredLine, confirm_order, draft_order, record_delivery
from gendan.partners.models import Partner
from gendan.testing.cast import person
from gendan.testing.make import masters


def in_days(count: int) -> dt.date:
    """The date so many days from today."""
    return clock.today() + dt.timedelta(days=count)


def line(item: Item | str = "A-1", quantity: Any = 100, **given: Any) -> LineData:
    """A line of an item (made when it is a code): at 2.50 in 60 days, unless said otherwise."""
    found = item
    if isinstance(found, str):
        found = Item.objects.filter(code=found).first() or masters.item(found)
    kept: dict[str, Any] = {"unit_price": Decimal("2.50"), "requested_on": in_days(60)}
    return LineData(item_id=found.pk, quantity=quantity, **kept | given)


def draft(
    customer: Partner | None = None,
    lines: Sequence[LineData | Item] | None = None,
    *,
    by: User | None = None,
    allow_duplicate: bool = False,
    **head: Any,
) -> Order:
    """A draft by Mei: for a customer in Germany, 100 of the item A-1, unless said otherwise.

    A bare item becomes a line of 100; `head` are fields of OrderData.
    """
    buyer = customer or masters.customer()
    wanted = [line()] if lines is None else lines
    return draft_order(
        order=OrderData(customer_id=buyer.pk, **head),
        lines=[line(one) if isinstance(one, Item) else one for one in wanted],
        allow_duplicate=allow_duplicate,
        by=by or person("mei"),
    )


def confirmed(
    customer: Partner | None = None,
    lines: Sequence[LineData | Item] | None = None,
    *,
    by: User | None = None,
    **head: Any,
) -> Order:
    """A confirmed order: the requested dates are promised."""
    order = draft(customer, lines, by=by, **head)
    return confirm_order(order_id=order.pk, by=by or person("mei"))


def delivered(order: Order, *, by: User | None = None) -> Order:
    """Everything of a confirmed order is delivered, past our stores."""
    parts = [
        DeliveredLine(line_id=one.pk, quantity=one.quantity - one.delivered, from_stock=False)
        for one in order.lines.filter(is_cancelled=False)
        if one.quantity > one.delivered
    ]
    return record_delivery(order_id=order.pk, lines=parts, by=by or person("lin"))
