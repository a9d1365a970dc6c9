"""The end of purchase orders: cancelled, closed short, finished by what has come."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.inventory.services import give_up_supplies
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.purchasing.events import PurchaseOrderCancelled, PurchaseOrderClosed
from gendan.purchasing.letters import end_letter
from gendan.purchasing.models import PurchaseOrder, PurchaseOrderLine
from gendan.purchasing.recipients import recipient_of
from gendan.purchasing.services.covering import cover_again, requests_of
from gendan.purchasing.services.sending import end_sendings, reader_of, write_letter
from gendan.purchasing.services.sharing import (
    about_of,
    lines_of,
    living,
    locked_purchase_order,
    next_due,
    read_reason,
    said_of,
)


class GoodsHaveArrived(DomainError):
    """An order of which something is here cannot be undone, only closed."""


@service(gettext_lazy("Cancel the purchase order"))
def cancel_purchase_order(
    *, purchase_order_id: int, reason: str, revision: int | None = None, by: User | None
) -> PurchaseOrder:
    """It is not wanted any more; a supplier who has it is told so."""
    order = locked_purchase_order(purchase_order_id)
    order.refuse_if_stale(revision)
    reason = read_reason(reason, _("Say why it is cancelled."))
    lines = lines_of(order)
    if any(line.received > 0 for line in lines):
        raise GoodsHaveArrived(_("Goods of it have arrived; close it instead."))
    order.step("cancel_purchase_order")
    _end(order, lines, reason, by)
    fact = PurchaseOrderCancelled(**said_of(order, lines), reason=reason)
    journal.record(fact, about=about_of(order, lines), by=by)
    return order


@service(gettext_lazy("Close the purchase order"))
def close_purchase_order(
    *, purchase_order_id: int, reason: str, revision: int | None = None, by: User | None
) -> PurchaseOrder:
    """What has not come will not come; requests it was for are open again."""
    order = locked_purchase_order(purchase_order_id)
    order.refuse_if_stale(revision)
    reason = read_reason(reason, _("Say why it is closed before everything has come."))
    order.step("close_purchase_order")
    lines = lines_of(order)
    _end(order, lines, reason, by)
    fact = PurchaseOrderClosed(**said_of(order, lines), reason=reason)
    journal.record(fact, about=about_of(order, lines), by=by)
    return order


@service
def follow_purchase_supplies(*, expected_ids: Collection[int], by: None = None) -> int:
    """Bring orders into line with their expected supplies; returns how many changed.

    A day moved by hand is the line's day; an order of which nothing more is to come is closed.
    """
    rows = PurchaseOrderLine.objects.filter(expected__isnull=False)
    rows = rows.filter(order__state__in=PurchaseOrder.OPEN)
    if expected_ids:
        rows = rows.filter(expected__in=expected_ids)
    changed = 0
    for order_id in sorted(set(rows.values_list("order_id", flat=True))):
        changed += _follow(locked_purchase_order(order_id))
    return changed


def _follow(order: PurchaseOrder) -> bool:
    lines = living(lines_of(order))
    moved = [
        line
        for line in lines
        if line.expected is not None and line.is_open and line.due_on != line.expected.due_on
    ]
    for line in moved:
        if line.expected is not None:
            line.due_on = line.expected.due_on
    PurchaseOrderLine.objects.bulk_update(moved, ["due_on"])
    due = next_due(lines)
    is_done = order.version > 0 and not any(line.is_open for line in lines)
    if not moved and due == order.due_on and not is_done:
        return False
    order.due_on = due
    order.revision += 1
    if is_done and order.may("finish_purchase_order"):
        order.step("finish_purchase_order")
        order.ended_at = clock.now()
        end_sendings(order, "end_sending", "cancelled")
        journal.record(
            PurchaseOrderClosed(**said_of(order, lines), reason=""), about=about_of(order, lines)
        )
    order.save()
    return True


def _end(
    order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], reason: str, by: User | None
) -> None:
    order.ended_at, order.end_reason = clock.now(), reason
    order.due_on = None
    order.revision += 1
    order.save()
    coming = [line.expected for line in lines if line.expected and line.expected.is_open]
    if coming:
        give_up_supplies(expected_ids=[one.pk for one in coming], reason=reason, by=by)
    cover_again(requests_of(line.pk for line in lines))
    if not order.version:
        return
    end_sendings(order, "end_sending", "cancelled")
    to = recipient_of(order)
    letter = end_letter(
        order,
        reader_of(to, by),
        is_cancelled=order.state == PurchaseOrder.State.CANCELLED,
        reason=reason,
    )
    write_letter(order, to, letter, by)
