"""Choosing among quotes: awards by quantity, the orders they become, and telling the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import User
from gendan.kernel.quantity import read_quantity
from gendan.kernel.service import service
from gendan.orders.services.reading import read_text
from gendan.purchasing.comparing import Cell, Comparison, compare
from gendan.purchasing.events import LosersTold, RfqAwarded
from gendan.purchasing.models import (
    Invitation,
    PurchaseOrder,
    PurchaseOrderLine,
    QuotationAward,
    QuotationLine,
    RequestForQuotation,
)
from gendan.purchasing.quote_letters import thanks_letter
from gendan.purchasing.services.drafting import (
    DraftLineRow,
    DraftOrderRow,
    draft_purchase_orders,
)
from gendan.purchasing.services.quoting import refuse_unbuyable
from gendan.purchasing.services.quoting_sharing import (
    about_rfq,
    lines_of_rfq,
    locked_rfq,
    reader_for,
    said_of_rfq,
    write_quote_letter,
)
from gendan.sourcing.services import SourcePriceRow, save_source_prices


class NobodyToTell(DomainError):
    """All who quoted were chosen, or were told already."""


@dataclass(frozen=True)
class AwardRow:
    """So much of a line (by position) to a supplier (by code); `item` for a line in words."""

    position: int
    supplier: str
    quantity: Decimal | str | None = None  # left out: all of the line
    item: str = ""


@dataclass(frozen=True)
class _Award:
    row: AwardRow
    line: QuotationLine
    cell: Cell
    quantity: Decimal
    item: Item

    @property
    def price(self) -> Decimal:
        """Of one unit, in the supplier's currency, for the quantity that is awarded."""
        found = self.cell.quoted.price_for(self.quantity) if self.cell.quoted else None
        return found or Decimal(0)


@service(gettext_lazy("Award the request for quotation"))
def award_rfq(
    *,
    rfq_id: int,
    rows: Sequence[AwardRow],
    reason: str = "",
    with_prices: bool = False,
    revision: int | None = None,
    by: User | None,
) -> list[PurchaseOrder]:
    """Choose suppliers, line by line and perhaps in parts; their orders are written as drafts.

    Whoever is not the first in rank is chosen with a reason. `with_prices`: what was quoted
    becomes the supplier's list price.
    """
    rfq = locked_rfq(rfq_id)
    rfq.refuse_if_stale(revision)
    rfq.step("award_rfq")
    compared = compare(rfq)
    awards = _read(compared, rows)
    suppliers = {one.cell.invitation.supplier_id: one.cell.invitation.supplier for one in awards}
    refuse_unbuyable(list(suppliers.values()), [one.item.pk for one in awards], field="rows")
    reason = read_text(reason, 500, field="reason")
    if not reason and not _is_first(compared, awards):
        raise Invalid(
            _("Say why another supplier than the first in rank is chosen."), field="reason"
        )
    orders = _order(rfq, awards, by)
    if with_prices:
        _list_prices(awards, by)
    rfq.end_reason, rfq.ended_at = reason, clock.now()
    rfq.revision += 1
    rfq.save()
    lines = [row.line for row in compared.rows]
    fact = RfqAwarded(
        **said_of_rfq(rfq, lines),
        suppliers=sorted({one.code for one in suppliers.values()}),
        orders=[one.number for one in orders],
        reason=reason,
    )
    journal.record(fact, about=[*about_rfq(rfq, lines, *suppliers), *orders], by=by)
    return orders


@service(gettext_lazy("Thank those who were not chosen"))
def tell_losers(
    *, rfq_id: int, text_en: str = "", text_zh: str = "", by: User | None
) -> list[Invitation]:
    """A polite mail to everybody who quoted and was not chosen, in its language, once."""
    rfq = locked_rfq(rfq_id)
    rfq.step("tell_losers")
    texts = {
        True: read_text(text_zh, 4000, field="text_zh"),
        False: read_text(text_en, 4000, field="text_en"),
    }
    found = list(losers(rfq))
    if not found:
        raise NobodyToTell(_("Everybody who quoted was chosen or has been told."))
    for one in found:
        reader = reader_for(one, by)
        letter = thanks_letter(rfq, reader, texts[reader.is_chinese])
        write_quote_letter(rfq, one, letter, by)
        one.told_at = clock.now()
    Invitation.objects.bulk_update(found, ["told_at"])
    lines = lines_of_rfq(rfq)
    fact = LosersTold(**said_of_rfq(rfq, lines), suppliers=[one.supplier.code for one in found])
    about = about_rfq(rfq, lines, *[one.supplier_id for one in found])
    journal.record(fact, about=about, by=by)
    return found


def losers(rfq: RequestForQuotation) -> Sequence[Invitation]:
    """Whoever quoted, was not chosen for anything and has not been told: 1 query."""
    rows = Invitation.objects.filter(
        rfq=rfq, state=Invitation.State.SUBMITTED, told_at=None, awards=None
    )
    return list(rows.select_related("supplier").order_by("pk"))


def _read(compared: Comparison, rows: Sequence[AwardRow]) -> list[_Award]:
    if not rows:
        raise Invalid(_("Choose a supplier for at least one line."), field="rows")
    by_position = {row.line.position: row for row in compared.rows}
    codes = {row.item for row in rows if row.item}
    items = {one.code: one for one in Item.objects.filter(code__in=codes)}
    awards = []
    for place, row in enumerate(rows):
        found = by_position.get(row.position)
        if found is None:
            raise Invalid(_("The request has no such line."), field=f"rows.{place}.position")
        cell = next(
            (one for one in found.cells if one.invitation.supplier.code == row.supplier), None
        )
        awards.append(_award(row, found.line, cell, items, f"rows.{place}"))
    pairs = {(one.line.pk, one.cell.invitation.pk) for one in awards}
    if len(pairs) < len(awards):
        raise Invalid(_("A supplier is chosen once for a line."), field="rows")
    for line in {one.line.pk: one.line for one in awards}.values():
        _refuse_too_much(line, [one for one in awards if one.line.pk == line.pk])
    return awards


def _award(
    row: AwardRow, line: QuotationLine, cell: Cell | None, items: dict[str, Item], at: str
) -> _Award:
    if cell is not None and cell.quoted is not None and cell.is_expired:
        ended_on = cell.invitation.valid_until_on
        raise Invalid(
            _(
                "Line %(line)s: what %(supplier)s quoted held until %(day)s, no quote that holds; "
                "ask it to confirm its quote and write that down."
            )
            % {
                "line": line.position,
                "supplier": row.supplier[:60],
                "day": ended_on.isoformat() if ended_on else "",
            },
            field=f"{at}.supplier",
        )
    if cell is None or cell.quoted is None:
        words = _("Line %(line)s: %(supplier)s has no quote that holds.")
        raise Invalid(
            words % {"line": line.position, "supplier": row.supplier[:60]}, field=f"{at}.supplier"
        )
    item = line.item or items.get(row.item)
    if item is None:
        raise Invalid(
            _("Line %(line)s is written in words: name the item that is ordered.")
            % {"line": line.position},
            field=f"{at}.item",
        )
    quantity = line.quantity
    if row.quantity not in (None, ""):
        quantity = read_quantity(row.quantity, step=item.unit.step, field=f"{at}.quantity")
    award = _Award(row, line, cell, quantity, item)
    least = max(cell.quoted.minimum, cell.quoted.prices[0][0])
    if quantity < least or not award.price:
        words = _("Line %(line)s: %(supplier)s delivers %(quantity)s at least.")
        raise Invalid(
            words
            % {
                "line": line.position,
                "supplier": row.supplier[:60],
                "quantity": f"{least.normalize():f}",
            },
            field=f"{at}.quantity",
        )
    return award


def _refuse_too_much(line: QuotationLine, awards: Sequence[_Award]) -> None:
    """More than was asked for is bought only where one supplier's minimum wants it."""
    whole = sum((one.quantity for one in awards), Decimal(0))
    most: Decimal = line.quantity
    if len(awards) == 1 and awards[0].cell.quoted is not None:
        most = max(most, awards[0].cell.quoted.minimum, awards[0].cell.quoted.prices[0][0])
    if whole > most:
        words = _("Line %(line)s: %(quantity)s is more than was asked for.")
        raise Invalid(
            words % {"line": line.position, "quantity": f"{whole.normalize():f}"}, field="rows"
        )


def _is_first(compared: Comparison, awards: Sequence[_Award]) -> bool:
    """Whether rank decided: the first for each line, or the first on the whole for all."""
    if all(one.cell.rank == 1 for one in awards):
        return True
    first = next((one for one in compared.wholes if one.rank == 1), None)
    return first is not None and all(
        one.cell.invitation.pk == first.invitation.pk for one in awards
    )


def _order(
    rfq: RequestForQuotation, awards: Sequence[_Award], by: User | None
) -> list[PurchaseOrder]:
    """One draft for each supplier; the awards remember their order lines."""
    grouped: dict[int, list[_Award]] = {}
    for one in awards:
        grouped.setdefault(one.cell.invitation.pk, []).append(one)
    rows = [
        DraftOrderRow(
            supplier=found[0].cell.invitation.supplier.code,
            currency=found[0].cell.invitation.currency,
            lines=[_draft_line(one) for one in found],
            remark=rfq.number,
        )
        for found in grouped.values()
    ]
    orders = draft_purchase_orders(rows=rows, by=by)
    made = {
        (line.order_id, line.position): line
        for line in PurchaseOrderLine.objects.filter(order__in=orders)
    }
    QuotationAward.objects.bulk_create(
        QuotationAward(
            line=one.line,
            invitation=one.cell.invitation,
            quantity=one.quantity,
            price=one.price,
            currency=one.cell.invitation.currency,
            order_line=made.get((order.pk, place)),
        )
        for order, found in zip(orders, grouped.values(), strict=True)
        for place, one in enumerate(found, 1)
    )
    return orders


def _draft_line(one: _Award) -> DraftLineRow:
    # Asked for when it is needed; where the supplier cannot, when it said it can.
    arrives = one.cell.arrives_on
    day = one.line.needed_on if arrives is None else max(one.line.needed_on, arrives)
    requests = list(one.line.requests.all())
    # Where all of them were ordered meanwhile, ordering again is refused in their words.
    wanted = [request for request in requests if request.to_order > 0] or requests
    theirs = {demand for request in requests for demand in request.demands}
    return DraftLineRow(
        item=one.item.code,
        quantity=one.quantity,
        price=one.price,
        requested_on=max(day, clock.today()),
        request_ids=[request.pk for request in wanted],
        demands=[demand for demand in one.line.demands if demand not in theirs],
        remark=one.cell.quoted.remark if one.cell.quoted else "",
    )


def _list_prices(awards: Sequence[_Award], by: User | None) -> None:
    """What was quoted becomes the list price, from today until the quote ends."""
    rows = [
        SourcePriceRow(
            supplier=one.cell.invitation.supplier.code,
            item=one.item.code,
            valid_from_on=clock.today(),
            from_quantity=start,
            price=price,
            currency=one.cell.invitation.currency,
            valid_until_on=one.cell.invitation.valid_until_on,
        )
        for one in {(a.cell.invitation.pk, a.item.pk): a for a in awards}.values()
        if one.cell.quoted is not None
        for start, price in one.cell.quoted.prices
    ]
    save_source_prices(rows=rows, by=by)
