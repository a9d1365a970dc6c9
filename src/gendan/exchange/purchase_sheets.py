"""Purchase requests, purchase orders and suppliers' invoices as sheets."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from gendan.exchange.taking import (
    CHANGED,
    MADE,
    SAME,
    Places,
    Taken,
    first_other,
    note,
    note_all,
    one_by_one,
    take_new,
)
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.rows import Problems
from gendan.orders.demands import lines_called, lines_told
from gendan.purchasing.models import PurchaseOrder, PurchaseRequest
from gendan.purchasing.named import (
    invoices_named,
    order_lines_named,
    purchase_orders_named,
    requests_named,
)
from gendan.purchasing.services import (
    DraftLineRow,
    DraftOrderRow,
    EditLineRow,
    InvoiceRow,
    NothingChanges,
    PurchaseRow,
    draft_purchase_orders,
    edit_purchase_order,
    record_supplier_invoice,
    request_purchases,
)


@dataclass(frozen=True)
class RequestRow:
    """Something to be bought; `number` names a request that stands already."""

    item: str
    quantity: Decimal
    needed_on: dt.date
    order_by_on: dt.date
    number: str = ""
    demands: Sequence[str] = ()


@dataclass(frozen=True)
class OrderLineRow:
    """A line of a purchase order; `position` names one that stands, without it is a new one."""

    item: str
    quantity: Decimal
    position: int = 0
    unit: str = ""
    price: Decimal | None = None
    requested_on: dt.date | None = None
    requests: Sequence[str] = ()
    supplier_item_code: str | None = None
    over_percent: Decimal | None = None
    short_percent: Decimal | None = None
    line_remark: str | None = None
    remove: bool = False


@dataclass(frozen=True)
class PurchaseOrderRow:
    """A purchase order: `order` is the number of a draft, or any key that its rows share."""

    order: str
    supplier: str
    lines: Sequence[OrderLineRow]
    kind: str = "goods"
    currency: str | None = None
    incoterm: str | None = None
    place: str | None = None
    payment_terms: str | None = None
    remark: str | None = None


@dataclass(frozen=True)
class InvoiceLineRow:
    """What is asked for a line of a purchase order, in the unit that was ordered."""

    purchase_order: str
    position: int
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True)
class SupplierInvoiceRow:
    """A supplier's invoice: rows of one supplier and number belong together."""

    supplier: str
    number: str
    dated_on: dt.date
    lines: Sequence[InvoiceLineRow]
    total: Decimal | None = None
    currency: str = ""


# Purchase requests --------------------------------------------------------------------------


def take_requests(*, rows: Sequence[RequestRow], by: User) -> Taken:
    """Ask for what has no number yet; what has one must stand there as the sheet says."""
    rows = with_demands(rows)
    standing = requests_named(row.number for row in rows if row.number)
    return take_new(
        rows,
        lambda row: _refuse_other_request(standing.get(row.number), row),
        lambda new: len(request_purchases(rows=[_purchase(one) for one in new], by=by)),
        Places("item"),
    )


def _purchase(one: RequestRow) -> PurchaseRow:
    return PurchaseRow(one.item, one.quantity, one.needed_on, one.order_by_on, one.demands)


def _refuse_other_request(found: PurchaseRequest | None, row: RequestRow) -> None:
    if found is None:
        raise Invalid(
            _("There is no purchase request %(number)s; leave the number empty to ask anew.")
            % {"number": row.number[:60]},
            field="number",
        )
    same = {
        "item": found.item.code == row.item,
        "quantity": found.quantity == row.quantity,
        "needed_on": found.needed_on == row.needed_on,
        "order_by_on": found.order_by_on == row.order_by_on,
        "demands": set(found.demands) == set(row.demands) or not row.demands,
    }
    other = first_other(same)
    if other is not None:
        raise Invalid(
            _("%(number)s stands otherwise; cancel it and ask anew without a number.")
            % {"number": found.number},
            field=other,
        )


def with_demands(rows: Sequence[Any]) -> list[Any]:
    """Rows whose `demands` are named as the ledger names them. Refuses what names no line."""
    problems = Problems()
    known = lines_called(one for row in rows for one in row.demands)
    for index, row in enumerate(rows):
        for one in row.demands:
            if one not in known:
                problems.add(
                    index, "demands", _("“%(name)s” names no order line.") % {"name": one[:60]}
                )
    problems.refuse_if_any()
    return [replace(row, demands=[known[one] for one in row.demands]) for row in rows]


def lines_said(values: list[Any]) -> list[Any]:
    """Demands as people call them: "SO-1 / 2"; 1 query for all of them."""
    told = lines_told(one for value in values for one in _listed(value))
    return [
        [told.get(one, one) for one in value] if isinstance(value, list) else told.get(value, value)
        for value in values
    ]


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


# Purchase orders ----------------------------------------------------------------------------

ORDER_PLACES = Places(
    "supplier",
    line_columns={
        "supplier_code": "supplier_item_code",
        "remark": "line_remark",
        "request_ids": "requests",
    },
)


def take_purchase_orders(*, rows: Sequence[PurchaseOrderRow], by: User) -> Taken:
    """Write new orders, all with one call; change the drafts that are named by their number."""
    problems = Problems()
    requests = _requests_of(rows, problems)
    problems.refuse_if_any()
    standing = purchase_orders_named(row.order for row in rows)
    new = [index for index, row in enumerate(rows) if row.order not in standing]
    taken = Taken()
    for index, row in enumerate(rows):
        found = standing.get(row.order)
        if found is None:
            continue
        try:
            taken.count(_change(found, row, requests, by))
        except DomainError as error:
            note(problems, index, error, ORDER_PLACES)
    if new:
        drafts = [_draft(rows[index], requests) for index in new]
        try:
            taken.made = len(draft_purchase_orders(rows=drafts, by=by))
        except DomainError as error:
            note_all(problems, new, error, ORDER_PLACES)
    problems.refuse_if_any()
    return taken


def _requests_of(rows: Sequence[PurchaseOrderRow], problems: Problems) -> dict[str, int]:
    named = requests_named(one for row in rows for line in row.lines for one in line.requests)
    for index, row in enumerate(rows):
        for place, line in enumerate(row.lines):
            for one in line.requests:
                if one not in named:
                    words = _("There is no purchase request %(number)s.") % {"number": one[:60]}
                    problems.add(index, f"lines.{place}.requests", words)
    return {number: one.pk for number, one in named.items()}


def _draft(row: PurchaseOrderRow, requests: Mapping[str, int]) -> DraftOrderRow:
    return DraftOrderRow(
        supplier=row.supplier,
        lines=[
            DraftLineRow(
                item=line.item,
                quantity=line.quantity,
                unit=line.unit,
                price=line.price,
                requested_on=line.requested_on,
                request_ids=[requests[one] for one in line.requests],
                supplier_code=line.supplier_item_code or "",
                over_percent=line.over_percent,
                short_percent=line.short_percent,
                remark=line.line_remark or "",
            )
            for line in row.lines
        ],
        currency=row.currency or "",
        kind=row.kind or "goods",
        incoterm=row.incoterm or "",
        place=row.place or "",
        payment_terms=row.payment_terms or "",
        remark=row.remark or "",
    )


def _change(
    order: PurchaseOrder, row: PurchaseOrderRow, requests: Mapping[str, int], by: User
) -> str:
    if order.state != PurchaseOrder.State.DRAFT:
        raise Invalid(
            _("%(number)s is %(state)s; a sheet changes drafts only.")
            % {"number": order.number, "state": order.get_state_display()},
            field="order",
        )
    for name, is_same in (
        ("supplier", order.supplier.code == row.supplier),
        ("kind", order.kind == (row.kind or "goods")),
    ):
        if not is_same:
            raise Invalid(_("This cannot be changed; write another order."), field=name)
    try:
        edit_purchase_order(
            purchase_order_id=order.pk,
            lines=[_edit(line, requests) for line in row.lines],
            currency=row.currency or None,
            incoterm=row.incoterm,
            place=row.place,
            payment_terms=row.payment_terms,
            remark=row.remark,
            by=by,
        )
    except NothingChanges:
        return SAME
    return CHANGED


def _edit(line: OrderLineRow, requests: Mapping[str, int]) -> EditLineRow:
    return EditLineRow(
        position=line.position,
        item=line.item,
        quantity=line.quantity,
        unit=line.unit,
        price=line.price or None,  # 0: no price has been agreed yet
        requested_on=line.requested_on,
        # The requests of a line that stands stay its own.
        request_ids=[] if line.position else [requests[one] for one in line.requests],
        supplier_code=line.supplier_item_code,
        over_percent=line.over_percent,
        short_percent=line.short_percent,
        remark=line.line_remark,
        remove=line.remove,
    )


# Suppliers' invoices ------------------------------------------------------------------------

INVOICE_PLACES = Places("number", line_columns={"line_id": "position"}, lines=("lines", "rows"))


def take_invoices(*, rows: Sequence[SupplierInvoiceRow], by: User) -> Taken:
    """Record each invoice; one that stands there word for word is left alone."""
    lines = order_lines_named(line.purchase_order for row in rows for line in row.lines)
    standing = invoices_named((row.supplier for row in rows), (row.number for row in rows))

    def take(row: SupplierInvoiceRow) -> str:
        asked = [_asked(place, line, lines) for place, line in enumerate(row.lines)]
        found = standing.get((row.supplier, row.number))
        if found is not None and _is_same_invoice(found, row, asked):
            return SAME
        record_supplier_invoice(
            supplier=row.supplier,
            number=row.number,
            dated_on=row.dated_on,
            rows=asked,
            total=row.total,
            currency=row.currency,
            by=by,
        )
        return MADE

    return one_by_one(rows, take, INVOICE_PLACES)


def _asked(place: int, line: InvoiceLineRow, lines: Mapping[tuple[str, int], int]) -> InvoiceRow:
    line_id = lines.get((line.purchase_order, line.position))
    if line_id is None:
        raise NotThere(
            _("%(order)s has no line %(line)s.")
            % {"order": line.purchase_order[:60], "line": line.position},
            field=f"rows.{place}.line_id",
        )
    return InvoiceRow(line_id, line.quantity, line.price)


def _is_same_invoice(found: Any, row: SupplierInvoiceRow, asked: Sequence[InvoiceRow]) -> bool:
    # Counted: a line that the sheet says twice is not the same.
    stands = Counter((one.order_line_id, one.quantity, one.price) for one in found.lines.all())
    says = Counter((one.line_id, one.quantity, one.price) for one in asked)
    is_total = row.total is None or row.total == found.total
    is_currency = row.currency in {"", found.currency}
    return bool(stands == says and is_total and is_currency and found.dated_on == row.dated_on)
