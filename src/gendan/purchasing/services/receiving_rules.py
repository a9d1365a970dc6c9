"""What stands in the way of receiving something: no such order now, too much, an odd lot."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from django.utils.translation import gettext as _

from gendan.inventory.models import Lot
from gendan.inventory.queries import uninspected_items
from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.kernel.rows import Unusable
from gendan.purchasing.models import PurchaseOrder, PurchaseOrderLine
from gendan.sourcing.models import Source


class ReceivedAlready(DomainError):
    """The supplier's delivery note stands on a receipt."""


class SeveralSuppliers(DomainError):
    """A delivery of two suppliers at once."""


def refuse_unexpected(line: PurchaseOrderLine) -> None:
    """Refuse lines of which nothing is to come, saying why."""
    order, states = line.order, PurchaseOrder.State
    values = {"order": order.number, "line": line.position, "item": line.item.code}
    if order.state == states.CANCELLED:
        raise Unusable(_("%(order)s was cancelled: do not take these goods.") % values)
    if line.is_cancelled:
        raise Unusable(_("Line %(line)s of %(order)s was cancelled.") % values)
    if order.version == 0 or line.expected is None:
        raise Unusable(_("%(order)s has not been sent to the supplier.") % values)
    if line.expected.is_open:
        return
    if line.received >= line.quantity:
        raise Unusable(_("Line %(line)s of %(order)s has come in full already.") % values)
    raise Unusable(
        _("Line %(line)s of %(order)s is closed; nothing more of %(item)s is expected.") % values
    )


def refuse_too_much(
    line: PurchaseOrderLine, so_far: Decimal, quantity: Decimal, reason: str, by: User | None
) -> str:
    """Why more is taken than was ordered ("" where it is not more), or a refusal."""
    ordered = line.confirmed_quantity or line.quantity
    most = max(line.most, ordered * (1 + line.over_percent / 100))
    if so_far + quantity <= most:
        return ""
    if reason and (by is None or by.may_do("edit_purchase_order")):
        return reason
    sentence = _(
        "%(order)s line %(line)s: %(left)s of %(item)s are still to come, at most %(most)s are "
        "taken, %(quantity)s would be too many."
    ) % {
        "order": line.order.number,
        "line": line.position,
        "item": line.item.code,
        "left": _plain(max(ordered - so_far, Decimal(0))),
        "most": _plain(max(most - so_far, Decimal(0))),
        "quantity": _plain(quantity),
    }
    if reason:
        sentence += " " + _("Only those who may change the order can take more.")
    raise Unusable(sentence)


def refuse_odd_lot(
    code: str, made_on: dt.date | None, expires_on: dt.date | None, known: Lot | None
) -> None:
    """Refuse what has expired, and a lot that our books know with another day."""
    last = expires_on or (known.expires_on if known else None)
    values = {"lot": code[:60], "day": last.isoformat() if last else ""}
    if last is not None and last < clock.today():
        raise Unusable(_("Lot %(lot)s expired on %(day)s.") % values)
    if made_on and made_on > clock.today():
        raise Unusable(_("Lot %(lot)s would be made on a day to come.") % values)
    if known and known.expires_on and expires_on and known.expires_on != expires_on:
        values["day"] = known.expires_on.isoformat()
        raise Unusable(_("Lot %(lot)s expires on %(day)s according to our books.") % values)


def skipped_items(supplier_id: int, item_ids: Collection[int]) -> set[int]:
    """The items that are not inspected on arrival: of this supplier, or whoever sends them."""
    rows = Source.objects.filter(
        supplier=supplier_id, item__in=list(item_ids), skips_inspection=True
    )
    return uninspected_items(item_ids) | set(rows.values_list("item_id", flat=True))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
