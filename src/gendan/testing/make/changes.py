"""Makers of change orders: put forward and carried through by the verbs."""

from typing import Any

from gendan.changes.content import Content
from gendan.changes.models import ChangeOrder
from gendan.changes.services import accept_change, propose_change
from gendan.orders.entry import LineChange
from gendan.orders.models import Order
from gendan.testing.cast import person


def content(order: Order, quantity: Any = 120, **given: Any) -> Content:
    """Another quantity of the first line, unless something else is said."""
    if not given:
        line = order.lines.filter(is_cancelled=False).first()
        if line is None:
            raise AssertionError("the order has a standing line")
        given = {"change_lines": [LineChange(line_id=line.pk, quantity=quantity)]}
    return Content(**given)


def proposed(order: Order, quantity: Any = 120, *, reason: str = "", **given: Any) -> ChangeOrder:
    """A change that Mei puts forward."""
    return propose_change(
        order_id=order.pk,
        content=content(order, quantity, **given),
        reason=reason,
        by=person("mei"),
    )


def accepted(order: Order, quantity: Any = 120, **given: Any) -> ChangeOrder:
    """A change that Mei puts forward and carries through."""
    change = proposed(order, quantity, **given)
    return accept_change(change_id=change.pk, by=person("mei"))
