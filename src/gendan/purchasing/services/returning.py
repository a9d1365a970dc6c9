"""Rejected goods go back to the supplier: for others, or for a credit note."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts.papers.render import render
from gendan.contracts.queries import letterhead
from gendan.inventory.models import Location
from gendan.inventory.services import MoveRow, post_moves, unreceive
from gendan.inventory.services.places import far_sides
from gendan.kernel import clock, files, journal, numbering
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import StoredFile, User
from gendan.kernel.money import round_money
from gendan.kernel.quantity import read_quantity
from gendan.kernel.rows import Problems, Unusable, refuse_unless_sensible
from gendan.kernel.service import service
from gendan.orders.addressees import Recipient
from gendan.orders.services.reading import read_day
from gendan.partners.queries import main_contacts
from gendan.purchasing.events import GoodsReturned
from gendan.purchasing.letters import return_letter
from gendan.purchasing.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseOrder,
    SupplierReturn,
    SupplierReturnLine,
)
from gendan.purchasing.papers.compose import images_of
from gendan.purchasing.papers.compose_return import RETURN_TEMPLATE, compose_return
from gendan.purchasing.recipients import recipient_of
from gendan.purchasing.services.deciding import locked_receipt, receipt_lines
from gendan.purchasing.services.matching import match_again
from gendan.purchasing.services.receiving import about_receipt, receipt_said
from gendan.purchasing.services.sending import reader_of, write_letter
from gendan.purchasing.services.sharing import (
    lines_of,
    living,
    locked_purchase_order,
    next_due,
    read_reason,
)

NOTHING = Decimal(0)
Outcome = SupplierReturn.Outcome


class NothingToReturn(DomainError):
    """More is to go back than was rejected and is still here."""


@dataclass(frozen=True)
class ReturnRow:
    """So much of a receipt's line goes back."""

    line_id: int
    quantity: Decimal


Going = list[tuple[GoodsReceiptLine, Decimal]]


@service(gettext_lazy("Return goods to the supplier"))
def return_goods(
    *,
    receipt_id: int,
    outcome: str,
    reason: str,
    rows: Sequence[ReturnRow] = (),
    due_on: dt.date | str | None = None,
    email: str = "",
    name: str = "",
    language: str = "",
    by: User | None,
) -> SupplierReturn:
    """Send back what was rejected (no rows: all of it) and tell the supplier by mail, with a note.

    For a replacement the goods are expected again on the day given; a credit note is expected at
    the order's price. The orders are locked before the receipt, as receiving does.
    """
    if outcome not in Outcome.values:
        raise Invalid(_("Say whether for a replacement or a credit note."), field="outcome")
    reason = read_reason(reason, _("Say why the goods go back."))
    day = _read_due(due_on, outcome)
    wanted = GoodsReceiptLine.objects.filter(receipt=receipt_id)
    order_ids = sorted(set(wanted.values_list("order_line__order", flat=True)))
    orders = {pk: locked_purchase_order(pk) for pk in order_ids}
    receipt = locked_receipt(receipt_id)
    receipt.step("return_goods")
    going = _read(receipt, rows)
    first = orders[going[0][0].order_line.order_id]
    to = recipient_of(first, email=email, name=name, language=language)
    document, file = _document(receipt, going, outcome, day, reason, to, by)
    _send_back(document, going, by)
    _expect_again(going, orders, day, by)
    letter = return_letter(
        first, reader_of(to, by), document, [_told(line, part) for line, part in going]
    )
    write_letter(first, to, letter, by, [(file, f"{document.number}.pdf")])
    _record(document, receipt, going, by)
    match_again({line.order_line_id for line, _part in going})
    return document


def _read_due(due_on: object, outcome: str) -> dt.date | None:
    if outcome == Outcome.CREDIT:
        return None
    day = read_day(due_on or "", field="due_on")
    if day is None:
        raise Invalid(_("Say when the replacement will come."), field="due_on")
    if day < clock.today():
        raise Invalid(_("A replacement does not come on a day that is past."), field="due_on")
    return day


def _read(receipt: GoodsReceipt, rows: Sequence[ReturnRow]) -> Going:
    lines = receipt_lines(receipt)
    if not rows:
        going = [(one, one.to_return) for one in lines.values() if one.to_return > 0]
        if not going:
            raise NothingToReturn(_("Nothing of this receipt was rejected and is still here."))
        return going
    refuse_unless_sensible(rows)
    problems = Problems()
    wanted: dict[int, Decimal] = {}
    for index, row in enumerate(rows):
        line = lines.get(row.line_id)
        if line is None:
            raise NotThere(_("There is no such line of a receipt."))
        try:
            quantity = read_quantity(row.quantity, step=line.item.unit.step)
            wanted[line.pk] = wanted.get(line.pk, NOTHING) + quantity
            if wanted[line.pk] > line.to_return:
                raise NothingToReturn(
                    _("Line %(line)s: %(quantity)s of %(item)s were rejected and are still here.")
                    % {
                        "line": line.position,
                        "quantity": f"{line.to_return.normalize():f}",
                        "item": line.item.code,
                    }
                )
        except (Unusable, DomainError) as error:
            problems.add(index, "quantity", str(error))
    problems.refuse_if_any()
    return [(lines[pk], quantity) for pk, quantity in wanted.items()]


def _credit(going: Going) -> tuple[str, Decimal]:
    """What the goods cost by their orders; of one currency, else it cannot be said."""
    currencies = {line.order_line.order.currency for line, _part in going}
    if len(currencies) > 1:
        raise Invalid(_("These goods were ordered in several currencies; return each on its own."))
    [currency] = currencies
    amount = sum(
        (
            part * line.order_line.typed_quantity / line.order_line.quantity * line.order_line.price
            for line, part in going
        ),
        NOTHING,
    )
    return currency, round_money(amount, currency)


def _document(
    receipt: GoodsReceipt,
    going: Going,
    outcome: str,
    day: dt.date | None,
    reason: str,
    to: Recipient,
    by: User | None,
) -> tuple[SupplierReturn, StoredFile]:
    currency, credit = _credit(going)
    document = SupplierReturn(
        number=numbering.draw("supplier_return"),
        receipt=receipt,
        supplier=receipt.supplier,
        outcome=outcome,
        due_on=day,
        currency=currency,
        credit=credit if outcome == Outcome.CREDIT else NOTHING,
        reason=reason,
        at=clock.now(),
        by=by,
        to_email=to.email,
    )
    head = letterhead()
    contact = main_contacts([receipt.supplier_id]).get(receipt.supplier_id)
    data = compose_return(document, going, contact=contact, head=head)
    content = render(RETURN_TEMPLATE, data, images=images_of(head), at=clock.now())
    document.file = files.keep(content, name=f"{document.number}.pdf")
    document.save()
    SupplierReturnLine.objects.bulk_create(
        SupplierReturnLine(document=document, line=line, quantity=part) for line, part in going
    )
    return document, document.file


def _send_back(document: SupplierReturn, going: Going, by: User | None) -> None:
    """The goods leave quarantine for the suppliers, in the ledger and on the receipt."""
    suppliers = far_sides([Location.Kind.SUPPLIER])[Location.Kind.SUPPLIER]
    moves = []
    for line, part in going:
        source = line.quarantine or line.location
        moves.append(
            MoveRow(
                item=line.item.code,
                quantity=part,
                source=source.code,
                target=suppliers.code,
                lot=line.lot.code if line.lot else "",
                about=f"purchasing.goodsreceipt:{document.receipt_id}",
                reason=f"{document.number}: {document.reason}"[:200],
            )
        )
        line.returned += part
    post_moves(rows=moves, by=by)
    GoodsReceiptLine.objects.bulk_update([line for line, _part in going], ["returned"])


def _expect_again(
    going: Going, orders: dict[int, PurchaseOrder], day: dt.date | None, by: User | None
) -> None:
    """What went back has not come after all; a replacement opens a closed order again."""
    back: dict[int, Decimal] = {}
    for line, part in going:
        if line.order_line.expected_id is not None:
            pk = line.order_line.expected_id
            back[pk] = back.get(pk, NOTHING) + part
    unreceive(quantities=back, due_on=day, by=by)
    if day is None:
        return
    for order in orders.values():
        if order.may("await_replacement"):
            order.step("await_replacement")
            order.ended_at, order.end_reason = None, ""
        order.due_on = next_due(living(lines_of(order))) or order.due_on
        order.revision += 1
        order.save()


def _told(line: GoodsReceiptLine, part: Decimal) -> str:
    lot = f" ({line.lot.code})" if line.lot else ""
    return f"{line.item.code}{lot}: {part.normalize():f} {line.item.unit.code}"


def _record(document: SupplierReturn, receipt: GoodsReceipt, going: Going, by: User | None) -> None:
    lines = [line.order_line for line, _part in going]
    credit = f"{document.credit} {document.currency}" if document.credit else ""
    fact = GoodsReturned(
        **receipt_said(receipt, lines),
        return_id=document.pk,
        return_number=document.number,
        outcome=document.outcome,
        due_on=document.due_on.isoformat() if document.due_on else "",
        credit=credit,
        reason=document.reason,
    )
    journal.record(fact, about=about_receipt(receipt, lines), by=by)
