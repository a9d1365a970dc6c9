"""Deliveries, other arrivals and goods carried between places, as sheets."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.exchange.taking import Places, Taken, note_all, note_twins
from gendan.inventory.models import ExpectedSupply
from gendan.inventory.queries.arriving import open_supplies_named
from gendan.inventory.services import (
    ReceiptRow,
    TransferRow,
    receive_expected,
    refuse_odd_day,
    transfer_stock,
)
from gendan.inventory.services.book import NotEnoughStock
from gendan.kernel import clock
from gendan.kernel.cleaners import Unusable, clean_line, codes_to_ids
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import User
from gendan.kernel.papers import same_paper
from gendan.kernel.rows import Problems, tell
from gendan.purchasing.named import LineNamed, lines_to_receive
from gendan.purchasing.services import ArrivedRow, receive_goods


@dataclass(frozen=True)
class DeliveryRow:
    """So much of a purchase order's line has come, of one lot, with a delivery note.

    In the item's own unit. Rows of one note and supplier are one receipt.
    """

    delivery_note: str
    purchase_order: str
    position: int
    quantity: Decimal
    item: str = ""
    unit: str = ""
    lot: str = ""
    made_on: dt.date | None = None
    expires_on: dt.date | None = None
    delivered_on: dt.date | None = None
    is_last: bool = False


@dataclass(frozen=True)
class SupplyRow:
    """So much has come of what was expected by hand, named by its reference, item and day."""

    item: str
    quantity: Decimal
    location: str
    reference: str = ""
    due_on: dt.date | None = None
    unit: str = ""
    lot: str = ""
    made_on: dt.date | None = None
    expires_on: dt.date | None = None
    is_last: bool = False


# Deliveries for purchase orders -------------------------------------------------------------

DELIVERY_PLACES = Places("purchase_order", columns={"line_id": "position"})


def take_deliveries(*, rows: Sequence[DeliveryRow], by: User) -> Taken:
    """Receive each delivery note of a supplier with one call, as its page would."""
    problems, taken = Problems(), Taken()
    named = lines_to_receive(row.purchase_order for row in rows)
    lines = _lines(rows, named, problems)
    note_twins(problems, "position", [_said(row) for row in rows])
    problems.refuse_if_any()
    deliveries: dict[tuple[int, str], list[int]] = {}
    for index, (row, line) in enumerate(zip(rows, lines, strict=True)):
        deliveries.setdefault((line.supplier_id, same_paper(row.delivery_note)), []).append(index)
    for done, indexes in enumerate(deliveries.values()):
        tell("checking", done, len(deliveries))
        try:
            _receive([rows[at] for at in indexes], [lines[at] for at in indexes], by)
            taken.made += 1
        except DomainError as error:
            note_all(problems, indexes, error, DELIVERY_PLACES)
    problems.refuse_if_any()
    return taken


def _lines(
    rows: Sequence[DeliveryRow],
    named: dict[tuple[str, int], LineNamed],
    problems: Problems,
) -> list[LineNamed]:
    """The line each row is about; what names none, or says an odd unit or day, is noted."""
    found = []
    for index, row in enumerate(rows):
        line = named.get((row.purchase_order, row.position))
        if line is None:
            words = _("%(order)s has no line %(line)s.")
            values = {"order": row.purchase_order[:60], "line": row.position}
            problems.add(index, "position", words % values)
            continue
        found.append(line)
        if not same_paper(row.delivery_note):  # signs that nobody sees
            problems.add(index, "delivery_note", _("This may not be empty."))
        _note_odd_unit(problems, index, row.unit, line.unit)
        if row.delivered_on:
            _note_odd_day(problems, index, row.delivered_on)
    return found


def _note_odd_day(problems: Problems, index: int, day: dt.date) -> None:
    try:
        refuse_odd_day(day)
        if day > clock.today():
            raise Unusable(_("What comes on a day to come is not here yet."))
    except Unusable as error:
        problems.add(index, "delivered_on", str(error))


def _note_odd_unit(problems: Problems, index: int, given: str, own: str) -> None:
    if given not in {"", own}:
        words = _("What comes is counted in %(own)s, not in %(given)s.")
        problems.add(index, "unit", words % {"own": own, "given": given[:20]})


def _said(row: DeliveryRow) -> str:
    note = same_paper(row.delivery_note)
    return "\n".join([note, row.purchase_order, str(row.position), row.lot])


def _receive(rows: Sequence[DeliveryRow], lines: Sequence[LineNamed], by: User) -> None:
    days = {row.delivered_on for row in rows if row.delivered_on}
    if len(days) > 1:
        raise Invalid(
            _("%(note)s came on one day only.") % {"note": rows[0].delivery_note[:60]},
            field="delivered_on",
        )
    # A receipt is of the moment it is written down; that the goods were here before is remarked.
    earlier = next((day for day in days if day < clock.today()), None)
    receive_goods(
        rows=[
            ArrivedRow(
                line_id=line.line_id,
                quantity=row.quantity,
                lot=row.lot,
                made_on=row.made_on or None,
                expires_on=row.expires_on or None,
                item=row.item,
                is_last=bool(row.is_last),
            )
            for row, line in zip(rows, lines, strict=True)
        ],
        delivery_note=rows[0].delivery_note,
        remark=_("Delivered on %(day)s.") % {"day": earlier.isoformat()} if earlier else "",
        by=by,
    )


# What was expected by hand ------------------------------------------------------------------

SUPPLY_PLACES = Places("item", columns={"expected_id": "reference"})


def take_supplies(*, rows: Sequence[SupplyRow], by: User) -> Taken:
    """Take in what was expected by hand, all with one call."""
    problems = Problems()
    supplies: dict[tuple[str, str], list[ExpectedSupply]] = {}
    named = open_supplies_named((row.reference for row in rows), (row.item for row in rows))
    for one in named:
        supplies.setdefault((one.reference, one.item.code), []).append(one)
    meant = []
    for index, row in enumerate(rows):
        try:
            one = _supply(row, supplies.get((row.reference, row.item), []))
        except Invalid as error:
            problems.add(index, error.field or "reference", error.message)
            continue
        _note_odd_unit(problems, index, row.unit, one.item.unit.code)
        meant.append(
            ReceiptRow(
                expected_id=one.pk,
                quantity=row.quantity,
                location=row.location,
                lot=row.lot,
                made_on=row.made_on or None,
                expires_on=row.expires_on or None,
                is_last=bool(row.is_last),
            )
        )
    problems.refuse_if_any()
    said = [f"{one.expected_id}\n{one.location}\n{one.lot}" for one in meant]
    note_twins(problems, "item", said)
    problems.refuse_if_any()
    try:
        return Taken(made=len(receive_expected(rows=meant, by=by)))
    except DomainError as error:
        note_all(problems, range(len(rows)), error, SUPPLY_PLACES)
    problems.refuse_if_any()
    return Taken()


def _supply(row: SupplyRow, found: Sequence[ExpectedSupply]) -> ExpectedSupply:
    values = {"item": row.item[:60], "reference": row.reference[:80]}
    if row.due_on:
        found = [one for one in found if one.due_on == row.due_on]
    if not found:
        raise Invalid(
            _("Nothing of %(item)s is expected with the reference “%(reference)s”.") % values,
            field="reference",
        )
    if len(found) > 1:
        days = ", ".join(sorted({one.due_on.isoformat() for one in found}))
        raise Invalid(
            _(
                "%(item)s is expected more than once with the reference “%(reference)s”: say which "
                "day is meant (%(days)s), or receive it on its page."
            )
            % (values | {"days": days}),
            field="due_on",
        )
    return found[0]


# Carried between places ---------------------------------------------------------------------


def take_transfers(*, rows: Sequence[TransferRow], by: User) -> Taken:
    """Carry goods between bins, all with one call; what stands twice is refused."""
    problems = Problems()
    said = ["\n".join([row.item, row.lot, row.source, row.target]) for row in rows]
    note_twins(problems, "item", said)
    problems.refuse_if_any()
    try:
        return Taken(made=len(transfer_stock(rows=rows, by=by)))
    except NotEnoughStock as error:
        ids = codes_to_ids(Item, {clean_line(row.item) for row in rows})
        lacking = error.params["item_ids"]
        at = next(i for i, row in enumerate(rows) if ids[clean_line(row.item)] in lacking)
        problems.add(at, "quantity", error.message)
    problems.refuse_if_any()
    return Taken()
