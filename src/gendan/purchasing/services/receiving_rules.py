"""What stands in the way of receiving something: no such order now, too much, an odd lot."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from gendan.inventory.models import Lot
from gendan.inventory.queries import uninspected_items
from gendan.kernel import clock
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.partners.models import Partner
from gendan.purchasing.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseOrder,
    PurchaseOrderLine,
)
from gendan.sourcing.models import Source

SHORTLY = dt.timedelta(minutes=10)  # so soon after the same is a repetition, not a delivery


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


def refuse_changed(line: PurchaseOrderLine, seen: Decimal | None) -> None:
    """Refuse a row that was typed before something else of the line was received."""
    if seen is None or line.received == seen:
        return
    raise Unusable(
        _(
            "Meanwhile %(received)s of line %(line)s of %(order)s were received: look again "
            "whether this is among them."
        )
        % {
            "received": _plain(line.received),
            "line": line.position,
            "order": line.order.number,
        }
    )


class Arrived(Protocol):
    """So much of a line, of a lot."""

    @property
    def line_id(self) -> int: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def lot(self) -> str: ...


def refuse_repeated(supplier: Partner, rows: Sequence[Arrived], by: User | None) -> None:
    """Refuse what the same person has just received in the same quantities, without a paper."""
    mine: dict[tuple[int | None, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        mine[row.line_id, row.lot] += row.quantity
    recent = GoodsReceipt.objects.filter(
        supplier=supplier, by=by, delivery_note="", at__gt=clock.now() - SHORTLY
    )
    theirs: dict[str, dict[tuple[int | None, str], Decimal]] = {}
    # What went back may be replaced by the very same.
    stayed = GoodsReceiptLine.objects.filter(receipt__in=recent, returned=0)
    lines = stayed.select_related("receipt", "lot")
    for one in lines.order_by("pk"):
        sums = theirs.setdefault(one.receipt.number, defaultdict(Decimal))
        sums[one.order_line_id, one.lot.code if one.lot else ""] += one.quantity
    for number, sums in theirs.items():
        if sums == mine:
            raise ReceivedAlready(
                _(
                    "%(receipt)s has just taken in the same. Name the delivery note, or say that "
                    "it has come again."
                )
                % {"receipt": number},
                field="again",
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
