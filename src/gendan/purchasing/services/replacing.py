"""The rest of a line that is bought elsewhere: no longer wanted, and its requests go along."""

from decimal import Decimal

from django.utils.translation import gettext as _

from gendan.inventory.services import give_up_supplies
from gendan.kernel import journal
from gendan.kernel.models import User
from gendan.purchasing.events import PurchaseOrderEdited
from gendan.purchasing.letters import rest_letter
from gendan.purchasing.models import PurchaseOrder, PurchaseOrderLine, RequestShare
from gendan.purchasing.recipients import recipient_of
from gendan.purchasing.services.covering import cover_again, requests_of
from gendan.purchasing.services.ending import cancel_purchase_order
from gendan.purchasing.services.sending import reader_of, write_letter
from gendan.purchasing.services.sharing import about_of, lines_of, living, next_due, said_of


def cancel_rest(line: PurchaseOrderLine, instead: PurchaseOrder, by: User | None) -> None:
    """What has not come of the line comes from `instead`; the supplier is told so.

    The line's order is locked. A line of which nothing has come is cancelled, with its order where
    nothing else is in it; any other is ordered for what has come.
    """
    order, lines = line.order, lines_of(line.order)
    line = next(one for one in lines if one.pk == line.pk)
    if not line.is_open:
        return
    _move_shares(line, instead)
    reason = _("It is bought elsewhere (%(order)s).") % {"order": instead.number}
    others = [one for one in living(lines) if one.pk != line.pk]
    if not others and line.received <= 0:
        cancel_purchase_order(purchase_order_id=order.pk, reason=reason, by=by)
    else:
        _cut(line, reason, by)
        _tell(order, line, reason, by)
        order.due_on = next_due(living(lines))
        order.revision += 1
        order.save()
    cover_again(requests_of([line.pk, *instead.lines.values_list("pk", flat=True)]))


def _cut(line: PurchaseOrderLine, reason: str, by: User | None) -> None:
    came, was = line.received, line.quantity
    if came > 0:
        line.typed_quantity = round(line.typed_quantity * came / line.quantity, 6)
        line.quantity = came
        line.confirmed_quantity = came if line.confirmed_quantity else None
    else:
        line.is_cancelled = True
    line.save(update_fields=["typed_quantity", "quantity", "confirmed_quantity", "is_cancelled"])
    if line.expected is not None and line.expected.is_open:
        give_up_supplies(expected_ids=[line.expected.pk], reason=reason, by=by)
    changes = {f"lines.{line.position}": [_plain(was), _plain(came)]}
    fact = PurchaseOrderEdited(**said_of(line.order, [line]), changes=changes)
    journal.record(fact, about=about_of(line.order, [line]), by=by)


def _tell(order: PurchaseOrder, line: PurchaseOrderLine, reason: str, by: User | None) -> None:
    if not order.version:
        return
    to = recipient_of(order)
    name = f"{line.position} ({line.supplier_code or line.item.code})"
    write_letter(order, to, rest_letter(order, reader_of(to, by), line=name, reason=reason), by)


def _move_shares(line: PurchaseOrderLine, instead: PurchaseOrder) -> None:
    """The requests the rest was for are served by the new order: they are not bought twice."""
    rows = instead.lines.filter(item=line.item_id, is_cancelled=False)
    target = rows.order_by("position").first()
    if target is None:
        return
    room, kept = target.quantity, line.received
    for share in RequestShare.objects.filter(line=line).order_by("pk"):
        stays = min(share.quantity, kept)
        kept -= stays
        goes = min(share.quantity - stays, room)
        room -= goes
        if goes > 0:
            RequestShare.objects.create(line=target, request=share.request, quantity=goes)
        if stays > 0:
            share.quantity = stays
            share.save(update_fields=["quantity"])
        else:
            share.delete()


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
