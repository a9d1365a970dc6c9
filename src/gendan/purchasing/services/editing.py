"""Changing purchase orders: drafts at once, sent ones as the draft of their next version."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import journal
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import User
from gendan.kernel.rows import Problems
from gendan.kernel.service import service
from gendan.orders.services.reading import read_choice, read_currency, read_text
from gendan.partners.models import Incoterm, PaymentTerms
from gendan.purchasing.events import PurchaseOrderEdited
from gendan.purchasing.models import PurchaseOrder, PurchaseOrderLine
from gendan.purchasing.services.covering import cover_again, requests_of
from gendan.purchasing.services.drafting import (
    MOST_LINES,
    Drafted,
    DraftLineRow,
    LineReader,
    keep_lines,
)
from gendan.purchasing.services.providing import list_provided
from gendan.purchasing.services.sharing import (
    PurchaseOrderIsEmpty,
    about_of,
    lines_of,
    living,
    locked_purchase_order,
    said_of,
    sum_up,
)

# What of a line may be changed, as the row gives it.
_OF_LINE = (
    *("quantity", "typed_quantity", "typed_unit", "price", "requested_on", "remark"),
    *("supplier_code", "over_percent", "short_percent"),
)


class NothingChanges(DomainError):
    """A change that leaves everything as it was."""


@dataclass(frozen=True)
class EditLineRow:
    """A line by its position; 0 makes a new one. What is left out stays; `remove` takes it out."""

    position: int = 0
    item: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    price: Decimal | None = None
    requested_on: dt.date | None = None
    request_ids: Sequence[int] = ()
    demands: Sequence[str] = ()
    supplier_code: str | None = None
    over_percent: Decimal | None = None
    short_percent: Decimal | None = None
    remark: str | None = None
    remove: bool = False


@service(gettext_lazy("Change the purchase order"))
def edit_purchase_order(
    *,
    purchase_order_id: int,
    lines: Sequence[EditLineRow] = (),
    revision: int | None = None,
    currency: str | None = None,
    incoterm: str | None = None,
    place: str | None = None,
    payment_terms: str | None = None,
    remark: str | None = None,
    by: User | None,
) -> PurchaseOrder:
    """Change head and lines; an order that was sent is the draft of its next version from now on.

    The supplier's page says so, and what is expected stays as it is until that version is sent.
    """
    order = locked_purchase_order(purchase_order_id)
    order.refuse_if_stale(revision)
    order.step("edit_purchase_order")
    changes = _change_head(order, currency, incoterm, place, payment_terms, remark)
    standing = {line.position: line for line in lines_of(order)}
    reader = LineReader.of([_as_draft(row, standing) for row in lines], supplier=order.supplier)
    before = {line.pk for line in standing.values()}
    drafted, removed = _change_lines(order, lines, standing, reader, changes)
    if not changes:
        raise NothingChanges(_("Nothing of the order would be different."))
    keep_lines(drafted)
    _keep(standing, removed, before)
    alive = living([*standing.values(), *(one.line for one in drafted)])
    if not alive:
        raise PurchaseOrderIsEmpty(_("An order needs a line; cancel it instead."))
    sum_up(order, alive)
    order.approved_at = order.approved_by = order.submitted_at = order.submitted_by = None
    order.revision += 1
    order.save()
    if order.kind == PurchaseOrder.Kind.SUBCONTRACT:
        list_provided(alive)
    cover_again(requests_of(line.pk for line in alive) | Q(shares__line__in=before))
    fact = PurchaseOrderEdited(**said_of(order, alive), changes=changes)
    journal.record(fact, about=about_of(order, alive), by=by)
    return order


def _change_head(
    order: PurchaseOrder,
    currency: str | None,
    incoterm: str | None,
    place: str | None,
    payment_terms: str | None,
    remark: str | None,
) -> dict[str, list[str]]:
    given: dict[str, Any] = {}
    if currency is not None:
        given["currency"] = read_currency(currency)
    if incoterm is not None:
        given["incoterm"] = read_choice(incoterm, Incoterm, field="incoterm")
    if place is not None:
        given["place"] = read_text(place, 120, field="place")
    if remark is not None:
        given["remark"] = read_text(remark, 4000, field="remark")
    if payment_terms is not None:
        found = PaymentTerms.objects.filter(code=payment_terms).first() if payment_terms else None
        if payment_terms and found is None:
            raise Invalid(_("There are no such payment terms."), field="payment_terms")
        given["payment_terms"] = found
    changes = {}
    for name, value in given.items():
        if getattr(order, name) != value:
            changes[name] = [_plain(getattr(order, name)), _plain(value)]
            setattr(order, name, value)
    return changes


def _as_draft(row: EditLineRow, standing: dict[int, PurchaseOrderLine]) -> DraftLineRow:
    """The row with what it leaves out filled in from the line as it stands."""
    given = {one.name: getattr(row, one.name) for one in fields(DraftLineRow)}
    line = standing.get(row.position)
    if line is not None:
        is_typed = row.quantity is not None
        given |= {
            "item": line.item.code,
            "quantity": row.quantity if is_typed else line.typed_quantity,
            "unit": row.unit or line.typed_unit,
            "price": line.price if row.price is None else row.price,
            "requested_on": row.requested_on or line.requested_on,
            "over_percent": line.over_percent if row.over_percent is None else row.over_percent,
            "short_percent": (
                line.short_percent if row.short_percent is None else row.short_percent
            ),
        }
        if given["price"] == 0 and row.price is None:
            given["price"] = None
    for name in ("supplier_code", "remark"):
        if given[name] is None:
            given[name] = getattr(line, name) if line is not None else ""
    return DraftLineRow(**given)


def _change_lines(
    order: PurchaseOrder,
    rows: Sequence[EditLineRow],
    standing: dict[int, PurchaseOrderLine],
    reader: LineReader,
    changes: dict[str, list[str]],
) -> tuple[list[Drafted], list[PurchaseOrderLine]]:
    """Lines changed in place, new ones, and those to be taken out; refused all together."""
    problems = Problems()
    drafted: list[Drafted] = []
    removed: list[PurchaseOrderLine] = []
    last = max(standing, default=0)
    if len(rows) > MOST_LINES:
        raise Invalid(_("An order has between 1 and %(most)s lines.") % {"most": MOST_LINES})
    for index, row in enumerate(rows):
        try:
            line = standing.get(row.position)
            if row.position and (line is None or line.is_cancelled):
                raise Invalid(_("The order has no such line."), field="position")
            if row.position and row.position in {one.position for one in rows[:index]}:
                raise Invalid(
                    _("Line %(line)s stands here twice.") % {"line": row.position},
                    field="position",
                )
            if row.remove and line is not None:
                _refuse_if_received(line)
                removed.append(line)
                changes[f"lines.{line.position}"] = [_plain(line.quantity), "0"]
                continue
            place = row.position or last + len(drafted) + 1
            found = reader.read(order, place, _as_draft(row, standing))
            if line is None:
                drafted.append(found)
                changes[f"lines.{place}"] = ["0", _plain(found.line.quantity)]
            else:
                _change_line(line, found.line, changes)
        except (Unusable, DomainError) as error:
            problems.add(index, getattr(error, "field", None) or "item", str(error))
    problems.refuse_if_any()
    return drafted, removed


def _change_line(
    line: PurchaseOrderLine, wanted: PurchaseOrderLine, changes: dict[str, list[str]]
) -> None:
    if wanted.quantity < line.received:
        raise Invalid(_("More than this has arrived already."), field="quantity")
    if not line.is_open and wanted.quantity > line.received:
        raise Invalid(_("This line has ended; order more with a new line."), field="quantity")
    for name in _OF_LINE:
        was, value = getattr(line, name), getattr(wanted, name)
        if was != value:
            changes[f"lines.{line.position}.{name}"] = [_plain(was), _plain(value)]
            setattr(line, name, value)
    if line.expected_id is None:
        line.due_on = line.requested_on


def _refuse_if_received(line: PurchaseOrderLine) -> None:
    if line.received > 0:
        raise Invalid(
            _("Goods of this line have arrived; lower its quantity to what is here."),
            field="remove",
        )


def _keep(
    standing: dict[int, PurchaseOrderLine], removed: Sequence[PurchaseOrderLine], before: set[int]
) -> None:
    """Write what stays; a line the supplier knows is cancelled, any other is simply gone."""
    gone = [line for line in removed if line.expected_id is None]
    for line in removed:
        line.is_cancelled = True
    kept = [line for line in standing.values() if line not in gone]
    PurchaseOrderLine.objects.bulk_update(kept, [*_OF_LINE, "due_on", "is_cancelled"])
    if gone:
        touched = requests_of(line.pk for line in gone)
        ids = list(_ids_of(touched))
        PurchaseOrderLine.objects.filter(pk__in=[line.pk for line in gone]).delete()
        cover_again(Q(pk__in=ids))


def _ids_of(which: Q) -> Sequence[int]:
    from gendan.purchasing.models import PurchaseRequest

    return list(PurchaseRequest.objects.filter(which).values_list("pk", flat=True))


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)
