"""The end of an order: closed when all is delivered, or cancelled with a reason."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory.services.reservations import release_reservations
from gendan.kernel import clock, journal
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.events import OrderCancelled, OrderClosed
from gendan.orders.models import Line, Order
from gendan.orders.queries import demand_of
from gendan.orders.services.holding import release_all_holds
from gendan.orders.services.reading import Refused, read_text
from gendan.orders.services.refusals import BelowDelivered, NotAllDelivered, locked_order


@service(gettext_lazy("Close the order"))
def close_order(*, order_id: int, revision: int | None = None, by: User | None) -> Order:
    """All lines are delivered within the order's tolerance; what was still kept is free again."""
    order = locked_order(order_id, revision=revision)
    order.step("close_order")
    lines = list(order.lines.filter(is_cancelled=False).select_related("item"))
    missing = [line for line in lines if line.delivered < least_of(order, line)]
    if missing:
        raise NotAllDelivered(
            _("Still to be delivered: %(lines)s.")
            % {"lines": "; ".join(_missing_words(order, line) for line in missing[:10])},
            lines=[line.position for line in missing],
        )
    _end(order, "", by)
    journal.record(
        OrderClosed(
            order_id=order.pk,
            was_promised_on=str(order.promised_on) if order.promised_on else None,
            delivered_lines=len(lines),
        ),
        about=order,
        by=by,
    )
    return order


@service(gettext_lazy("Cancel the order"))
def cancel_order(
    *, order_id: int, reason: str, revision: int | None = None, by: User | None
) -> Order:
    """End an order of which nothing was delivered, and say why; its stock is free again."""
    order = locked_order(order_id, revision=revision)
    was_state = order.state
    order.step("cancel_order")
    reason = read_text(reason, 500, field="reason")
    if not reason:
        raise Refused(_("Say why the order is cancelled."), field="reason")
    delivered = order.lines.filter(delivered__gt=0).first()
    if delivered is not None:
        raise BelowDelivered(
            _(
                "Goods of line %(line)s have been delivered. Amend the order to what was "
                "delivered and close it instead."
            )
            % {"line": delivered.position}
        )
    _end(order, reason, by)
    journal.record(
        OrderCancelled(order_id=order.pk, was_state=was_state, reason=reason), about=order, by=by
    )
    return order


def least_of(order: Order, line: Line) -> Decimal:
    """The least quantity that counts as delivered in full."""
    least: Decimal = line.quantity * (1 - order.short_percent / 100)
    return least


def most_of(order: Order, line: Line) -> Decimal:
    """The most the customer takes."""
    most: Decimal = line.quantity * (1 + order.over_percent / 100)
    return most


def _end(order: Order, reason: str, by: User | None) -> None:
    order.ended_at = clock.now()
    order.end_reason = reason
    order.revision += 1
    order.save(update_fields=["state", "ended_at", "end_reason", "revision"])
    lines = order.lines.values_list("pk", flat=True)
    release_reservations(demands=[demand_of(pk) for pk in lines], by=by)
    release_all_holds(order, by)


def _missing_words(order: Order, line: Line) -> str:
    return _("line %(line)s (%(item)s): %(delivered)s of %(quantity)s") % {
        "line": line.position,
        "item": line.item.code,
        "delivered": f"{line.delivered.normalize():f}",
        "quantity": f"{line.quantity.normalize():f}",
    }
