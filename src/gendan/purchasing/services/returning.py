"""Goods that are not good go back to the supplier: for others, or for a credit note."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts.papers.render import render
from gendan.contracts.queries import letterhead
from gendan.inventory.models import Location
from gendan.inventory.services import MoveRow, carry_moves, unreceive
from gendan.inventory.services.places import far_sides
from gendan.kernel import clock, files, journal, numbering
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, Invalid, NotThere, StaleRevision
from gendan.kernel.models import StoredFile, User
from gendan.kernel.money import round_money
from gendan.kernel.quantity import read_quantity
from gendan.kernel.rows import Problems, refuse_unless_sensible
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
    """More is to go back than was rejected, or released, and has not gone back."""


@dataclass(frozen=True)
class ReturnRow:
    """So much of a receipt's line goes back.

    Without `location` it is of what was rejected. With one it was released, and the defect was
    found later: it goes back from that place in our stores.
    """

    line_id: int
    quantity: Decimal
    location: str = ""


@dataclass(frozen=True)
class Leaving:
    """What goes back of a line, and from where; `is_later`: it had been released."""

    line: GoodsReceiptLine
    quantity: Decimal
    place: str
    is_later: bool = False

    @property
    def key(self) -> tuple[int, Decimal, str, bool]:
        """What is the same if nothing has changed."""
        return self.line.pk, self.quantity, self.place, self.is_later


Going = list[Leaving]


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
    """Send back what was rejected (no rows: all of it), or accepted goods whose defect was found
    later (rows with a place), and tell the supplier by mail, with a note.

    For a replacement the goods are expected again on the day given; a credit note is expected at
    the order's price. The note is drawn before anything is locked; if the receipt has changed
    meanwhile nothing goes back. The orders are locked before the receipt, as receiving does.
    """
    if outcome not in Outcome.values:
        raise Invalid(_("Say whether for a replacement or a credit note."), field="outcome")
    reason = read_reason(reason, _("Say why the goods go back."))
    day = _read_due(due_on, outcome)
    seen = _seen_receipt(receipt_id)
    seen.step("return_goods")
    going = _read(seen, rows, reason)
    to = recipient_of(going[0].line.order_line.order, email=email, name=name, language=language)
    document = _document(seen, going, outcome, day, reason, to, by)
    content = _drawn(document, going)
    orders = {
        pk: locked_purchase_order(pk)
        for pk in sorted({one.line.order_line.order_id for one in going})
    }
    receipt = locked_receipt(receipt_id)
    receipt.step("return_goods")
    standing = _read(receipt, rows, reason)
    if [one.key for one in standing] != [one.key for one in going]:
        raise StaleRevision(
            _("The receipt was changed while the paper was being made. Please try again.")
        )
    file = _keep(document, receipt, standing, content)
    _send_back(document, standing, by)
    _expect_again(standing, orders, day, by)
    first = orders[standing[0].line.order_line.order_id]
    letter = return_letter(first, reader_of(to, by), document, [_told(one) for one in standing])
    write_letter(first, to, letter, by, [(file, f"{document.number}.pdf")])
    _record(document, receipt, standing, by)
    match_again({one.line.order_line_id for one in standing})
    return document


def _seen_receipt(receipt_id: int) -> GoodsReceipt:
    found = GoodsReceipt.objects.select_related("supplier").filter(pk=receipt_id).first()
    if found is None:
        raise NotThere(_("There is no such receipt."))
    return found


def _read_due(due_on: object, outcome: str) -> dt.date | None:
    if outcome == Outcome.CREDIT:
        return None
    day = read_day(due_on or "", field="due_on")
    if day is None:
        raise Invalid(_("Say when the replacement will come."), field="due_on")
    if day < clock.today():
        raise Invalid(_("A replacement does not come on a day that is past."), field="due_on")
    return day


def _read(receipt: GoodsReceipt, rows: Sequence[ReturnRow], reason: str) -> Going:
    lines = receipt_lines(receipt)
    if not rows:
        going = [
            Leaving(one, one.to_return, (one.quarantine or one.location).code)
            for one in lines.values()
            if one.to_return > 0
        ]
        if not going:
            raise NothingToReturn(_("Nothing of this receipt was rejected and is still here."))
        return going
    refuse_unless_sensible(rows)
    places = _places(rows)
    problems = Problems()
    wanted: dict[tuple[int, str], Decimal] = {}
    for index, row in enumerate(rows):
        line = lines.get(row.line_id)
        if line is None:
            raise NotThere(_("There is no such line of a receipt."))
        field = "location"
        try:
            place = _place(row, places)
            field = "quantity"
            quantity = read_quantity(row.quantity, step=line.item.unit.step)
            wanted[line.pk, place] = wanted.get((line.pk, place), NOTHING) + quantity
            _refuse_too_many(line, wanted, is_later=bool(place))
        except (Unusable, DomainError) as error:
            problems.add(index, field, str(error))
    problems.refuse_if_any()
    found = []
    for (pk, place), quantity in wanted.items():
        line = lines[pk]
        if place:
            line.reject_reason = line.reject_reason or reason
        usual = (line.quarantine or line.location).code
        found.append(Leaving(line, quantity, place or usual, bool(place)))
    return found


def _places(rows: Sequence[ReturnRow]) -> set[str]:
    """Codes of the places in our stores among those named: 1 query (0 where none is named)."""
    codes = {row.location.strip()[:40] for row in rows if row.location.strip()}
    if not codes:
        return set()
    found = Location.objects.filter(code__in=codes, kind=Location.Kind.STORE)
    return set(found.values_list("code", flat=True))


def _place(row: ReturnRow, places: set[str]) -> str:
    code = row.location.strip()
    if code and code not in places:
        raise Unusable(_("“%(code)s” is no place in our stores.") % {"code": code[:40]})
    return code


def _refuse_too_many(
    line: GoodsReceiptLine, wanted: dict[tuple[int, str], Decimal], *, is_later: bool
) -> None:
    most = line.released if is_later else line.to_return
    whole = sum(
        (one for (pk, place), one in wanted.items() if pk == line.pk and bool(place) is is_later),
        NOTHING,
    )
    if whole <= most:
        return
    words = (
        _("Line %(line)s: only %(quantity)s of %(item)s were released and have not gone back.")
        if is_later
        else _("Line %(line)s: %(quantity)s of %(item)s were rejected and are still here.")
    )
    raise NothingToReturn(
        words % {"line": line.position, "quantity": f"{most.normalize():f}", "item": line.item.code}
    )


def _credit(going: Going) -> tuple[str, Decimal]:
    """What the goods cost by their orders; of one currency, else it cannot be said."""
    currencies = {one.line.order_line.order.currency for one in going}
    if len(currencies) > 1:
        raise Invalid(_("These goods were ordered in several currencies; return each on its own."))
    [currency] = currencies
    amount = sum(
        (
            one.quantity * line.typed_quantity / line.quantity * line.price
            for one in going
            for line in [one.line.order_line]
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
) -> SupplierReturn:
    currency, credit = _credit(going)
    return SupplierReturn(
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


def _drawn(document: SupplierReturn, going: Going) -> bytes:
    head = letterhead()
    supplier_id = document.supplier_id
    contact = main_contacts([supplier_id]).get(supplier_id)
    data = compose_return(document, _by_line(going), contact=contact, head=head)
    return render(RETURN_TEMPLATE, data, images=images_of(head), at=clock.now())


def _by_line(going: Going) -> list[tuple[GoodsReceiptLine, Decimal]]:
    """What goes back of each line, from wherever."""
    lines = {one.line.pk: one.line for one in going}
    sums: dict[int, Decimal] = {}
    for one in going:
        sums[one.line.pk] = sums.get(one.line.pk, NOTHING) + one.quantity
    return [(lines[pk], quantity) for pk, quantity in sums.items()]


def _keep(
    document: SupplierReturn, receipt: GoodsReceipt, going: Going, content: bytes
) -> StoredFile:
    document.receipt = receipt
    document.file = files.keep(content, name=f"{document.number}.pdf")
    document.save()
    SupplierReturnLine.objects.bulk_create(
        SupplierReturnLine(document=document, line=line, quantity=part)
        for line, part in _by_line(going)
    )
    return document.file


def _send_back(document: SupplierReturn, going: Going, by: User | None) -> None:
    """The goods leave our places for the suppliers, in the ledger and on the receipt.

    What had been released counts as rejected after all.
    """
    suppliers = far_sides([Location.Kind.SUPPLIER])[Location.Kind.SUPPLIER]
    moves = []
    for one in going:
        line = one.line
        moves.append(
            MoveRow(
                item=line.item.code,
                quantity=one.quantity,
                source=one.place,
                target=suppliers.code,
                lot=line.lot.code if line.lot else "",
                about=f"purchasing.goodsreceipt:{document.receipt_id}",
                reason=f"{document.number}: {document.reason}"[:200],
            )
        )
        line.returned += one.quantity
        if one.is_later:
            line.released -= one.quantity
            line.rejected += one.quantity
    carry_moves(rows=moves, by=by)
    GoodsReceiptLine.objects.bulk_update(
        {one.line.pk: one.line for one in going}.values(),
        ["returned", "released", "rejected", "reject_reason"],
    )


def _expect_again(
    going: Going, orders: dict[int, PurchaseOrder], day: dt.date | None, by: User | None
) -> None:
    """What went back has not come after all; a replacement opens a closed order again."""
    back: dict[int, Decimal] = {}
    for one in going:
        pk = one.line.order_line.expected_id
        if pk is not None:
            back[pk] = back.get(pk, NOTHING) + one.quantity
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


def _told(one: Leaving) -> str:
    line = one.line
    lot = f" ({line.lot.code})" if line.lot else ""
    return f"{line.item.code}{lot}: {one.quantity.normalize():f} {line.item.unit.code}"


def _record(document: SupplierReturn, receipt: GoodsReceipt, going: Going, by: User | None) -> None:
    lines = [one.line.order_line for one in going]
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
