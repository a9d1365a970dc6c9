"""Suppliers' invoices compared with what was ordered and has come: nothing is paid twice."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, company, journal
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.money import line_amount, round_money
from gendan.kernel.papers import of_paper, paper_number
from gendan.kernel.quantity import read_decimal, read_quantity
from gendan.kernel.rows import Problems, refuse_unless_sensible
from gendan.kernel.service import service
from gendan.orders.services.reading import read_day, read_text
from gendan.partners.models import Partner
from gendan.purchasing.events import SupplierInvoiceApproved, SupplierInvoiceRecorded
from gendan.purchasing.models import (
    GoodsReceiptLine,
    PurchaseOrderLine,
    SupplierInvoice,
    SupplierInvoiceLine,
)
from gendan.purchasing.services.sharing import locked_purchase_order, read_reason

NOTHING = Decimal(0)


class InvoicedAlready(DomainError):
    """This invoice of the supplier was recorded before."""


@dataclass(frozen=True)
class InvoiceRow:
    """What is asked for a line of an order: quantity and price in the unit that was ordered."""

    line_id: int
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True)
class Came:
    """What has come of an order's line, gone back, and been invoiced before, in its typed unit."""

    received: Decimal = NOTHING
    returned: Decimal = NOTHING
    before: Decimal = NOTHING


@service(gettext_lazy("Record a supplier's invoice"))
def record_supplier_invoice(
    *,
    supplier: str,
    number: str,
    dated_on: dt.date | str,
    rows: Sequence[InvoiceRow],
    total: Decimal | str | None = None,
    currency: str = "",
    by: User | None,
) -> SupplierInvoice:
    """Write an invoice down and compare each line with order and receipts.

    The same number of the same supplier is taken once; what other invoices asked for a line counts.
    """
    refuse_unless_sensible(rows)
    number = paper_number(read_text(number, 60, field="number")).upper()[:60]
    if not number:
        raise Invalid(_("Write the number of the invoice."), field="number")
    day = _read_day(dated_on)
    lines = _locked({row.line_id for row in rows})
    partner = _supplier(supplier, lines)
    read = _read(rows, lines)
    currency = currency.strip().upper() or next(iter(lines.values())).order.currency
    if len(currency) != 3 or not currency.isalpha():
        raise Invalid(_("A currency has three letters."), field="currency")
    summed = sum((line_amount(row.quantity, row.price, currency) for row in read), NOTHING)
    given = summed if total in (None, "") else read_decimal(total, field="total")
    if given < 0:
        raise Invalid(_("An amount must not be below zero."), field="total")
    values = {"dated_on": day, "currency": currency, "total": round_money(given, currency)}
    invoice = _kept_once(partner, number, values | {"at": clock.now(), "by": by})
    SupplierInvoiceLine.objects.bulk_create(
        SupplierInvoiceLine(
            invoice=invoice,
            position=position,
            order_line_id=row.line_id,
            quantity=row.quantity,
            price=row.price,
        )
        for position, row in enumerate(read, 1)
    )
    kinds = _match(invoice)
    fact = SupplierInvoiceRecorded(**_said(invoice, lines.values()), differences=kinds)
    journal.record(fact, about=_about(invoice, lines.values()), by=by)
    return invoice


def _kept_once(partner: Partner, number: str, values: Mapping[str, Any]) -> SupplierInvoice:
    """The new invoice; refused where one of that number is here, however it was typed."""
    twin = of_paper(SupplierInvoice.objects.filter(supplier=partner), "number", number).first()
    invoice, is_new = SupplierInvoice.objects.get_or_create(
        supplier=partner, number=twin.number if twin else number, defaults=values
    )
    if not is_new:
        raise InvoicedAlready(
            _("Invoice %(number)s of %(supplier)s is here already.")
            % {"number": invoice.number, "supplier": partner},
            field="number",
        )
    return invoice


@service(gettext_lazy("Approve the supplier's invoice"))
def approve_supplier_invoice(*, invoice_id: int, reason: str, by: User | None) -> SupplierInvoice:
    """It may be paid although it differs; whoever approves says why."""
    rows = SupplierInvoice.objects.select_for_update(of=("self",)).select_related("supplier")
    invoice = rows.filter(pk=invoice_id).first()
    if invoice is None:
        raise NotThere(_("There is no such invoice."))
    reason = read_reason(reason, _("Say why it may be paid although it differs."))
    if by is not None and invoice.by_id == by.pk:
        raise SamePerson(_("Whoever recorded an invoice does not approve it as well."))
    invoice.step("approve_supplier_invoice")
    invoice.approved_at, invoice.approved_by, invoice.reason = clock.now(), by, reason
    invoice.save()
    found = SupplierInvoiceLine.objects.filter(invoice=invoice)
    lines = [one.order_line for one in found.select_related("order_line__order")]
    fact = SupplierInvoiceApproved(**_said(invoice, lines), reason=reason)
    journal.record(fact, about=_about(invoice, lines), by=by)
    return invoice


class SamePerson(DomainError):
    """An invoice is recorded by one person and approved by another."""


def match_again(order_line_ids: Collection[int]) -> None:
    """Goods have come or gone back: what was invoiced for these lines is compared anew."""
    rows = SupplierInvoice.objects.select_for_update(of=("self",)).filter(
        pk__in=SupplierInvoiceLine.objects.filter(order_line__in=list(order_line_ids)).values(
            "invoice"
        )
    )
    for invoice in rows.exclude(state=SupplierInvoice.State.APPROVED).order_by("pk"):
        _match(invoice)


def differences_of(
    row: SupplierInvoiceLine, line: PurchaseOrderLine, came: Came, usual: Mapping[str, Decimal]
) -> list[dict[str, str]]:
    """What of an invoice's line is not as ordered and received: kind, what is asked, what is."""
    found = []
    leeway = 1 + usual["match_quantity_percent"] / 100
    asked = row.quantity + came.before
    kept = came.received - came.returned
    if asked > line.typed_quantity * leeway * (1 + line.over_percent / 100):
        found.append(_difference("more_than_ordered", asked, line.typed_quantity))
    if asked > kept * leeway:
        if came.before and row.quantity <= kept * leeway:
            found.append(_difference("invoiced_before", asked, kept))
        elif came.returned and asked <= came.received * leeway:
            found.append(_difference("returned", asked, kept))
        else:
            found.append(_difference("not_received", asked, kept))
    if abs(row.price - line.price) > line.price * usual["match_price_percent"] / 100:
        found.append(_difference("price", row.price, line.price))
    return found


def _difference(kind: str, asked: Decimal, right: Decimal) -> dict[str, str]:
    return {
        "kind": kind,
        "asked": f"{asked.normalize():f}",
        "right": f"{max(right, NOTHING).normalize():f}",
    }


def _match(invoice: SupplierInvoice) -> list[str]:
    """Compare all lines and set the state; the kinds of differences. 5 queries."""
    rows = list(
        SupplierInvoiceLine.objects.filter(invoice=invoice).select_related("order_line__order")
    )
    came = _came(invoice, [one.order_line for one in rows])
    values = company.values("match_price_percent", "match_quantity_percent")
    usual = {key: Decimal(str(value)) for key, value in values.items()}
    for one in rows:
        one.differences = differences_of(one, one.order_line, came[one.order_line_id], usual)
    SupplierInvoiceLine.objects.bulk_update(rows, ["differences"])
    summed = sum((line_amount(one.quantity, one.price, invoice.currency) for one in rows), NOTHING)
    head = []
    if summed != invoice.total:
        head.append(_difference("total", invoice.total, summed))
    currencies = {one.order_line.order.currency for one in rows}
    if currencies != {invoice.currency}:
        right = ", ".join(sorted(currencies))
        head.append({"kind": "currency", "asked": invoice.currency, "right": right})
    invoice.differences = head
    kinds = sorted({one["kind"] for row in rows for one in row.differences})
    kinds += [one["kind"] for one in head]
    invoice.step("find_difference" if kinds else "find_match")
    invoice.save(update_fields=["differences", "state"])
    return kinds


def _came(invoice: SupplierInvoice, lines: Sequence[PurchaseOrderLine]) -> dict[int, Came]:
    """What has come and been invoiced of lines, in the unit they were ordered in: 2 queries."""
    ids = [one.pk for one in lines]
    sums = {
        pk: (received, returned)
        for pk, received, returned in GoodsReceiptLine.objects.filter(order_line__in=ids)
        .values_list("order_line_id")
        .annotate(Sum("quantity"), Sum("returned"))
    }
    earlier = SupplierInvoiceLine.objects.filter(order_line__in=ids, invoice__lt=invoice.pk)
    before = dict(earlier.values_list("order_line_id").annotate(Sum("quantity")))
    found = {}
    for line in lines:
        received, returned = sums.get(line.pk, (NOTHING, NOTHING))
        factor = line.typed_quantity / line.quantity
        found[line.pk] = Came(
            round(received * factor, 6),
            round(returned * factor, 6),
            before.get(line.pk, NOTHING),
        )
    return found


def _locked(line_ids: Collection[int]) -> dict[int, PurchaseOrderLine]:
    """The lines; their orders are locked, so that two invoices for one line wait for each other."""
    wanted = {pk for pk in line_ids if 0 < pk < 2**63}
    orders = dict(PurchaseOrderLine.objects.filter(pk__in=wanted).values_list("pk", "order_id"))
    if set(line_ids) - set(orders):
        raise NotThere(_("There is no such line of a purchase order."))
    locked = {pk: locked_purchase_order(pk) for pk in sorted(set(orders.values()))}
    lines = {one.pk: one for one in PurchaseOrderLine.objects.filter(pk__in=wanted)}
    for one in lines.values():
        one.order = locked[one.order_id]
    return lines


def _supplier(code: str, lines: Mapping[int, PurchaseOrderLine]) -> Partner:
    found = Partner.objects.filter(code=code.strip()).first()
    if found is None:
        raise NotThere(_("There is no such supplier."), field="supplier")
    for line in lines.values():
        if line.order.supplier_id != found.pk:
            raise Invalid(
                _("%(order)s was not ordered from %(supplier)s.")
                % {"order": line.order.number, "supplier": found},
                field="supplier",
            )
    return found


def _read(rows: Sequence[InvoiceRow], lines: Mapping[int, PurchaseOrderLine]) -> list[InvoiceRow]:
    problems, read = Problems(), []
    seen: set[int] = set()
    for index, row in enumerate(rows):
        name = "line_id"
        try:
            if row.line_id in seen:
                raise Unusable(_("Each line of an order stands on an invoice once."))
            seen.add(row.line_id)
            if lines[row.line_id].order.version == 0:
                raise Unusable(_("The order has not been sent yet."))
            name = "quantity"
            quantity = read_quantity(row.quantity)
            name = "price"
            price = read_decimal(row.price)
            if not 0 <= price <= 10**9:
                raise Unusable(_("A price is an amount, and not below zero."))
        except (Unusable, DomainError) as error:
            problems.add(index, name, str(error))
            continue
        read.append(InvoiceRow(row.line_id, quantity, round(price, 6)))
    problems.refuse_if_any()
    return read


def _read_day(value: object) -> dt.date:
    day = read_day(value, field="dated_on")
    if day is None:
        raise Invalid(_("Write the date of the invoice."), field="dated_on")
    if day > clock.today():
        raise Invalid(_("An invoice is not dated on a day to come."), field="dated_on")
    return day


def _said(invoice: SupplierInvoice, lines: Collection[PurchaseOrderLine]) -> dict[str, Any]:
    return {
        "invoice_id": invoice.pk,
        "number": invoice.number,
        "supplier_id": invoice.supplier_id,
        "orders": sorted({one.order.number for one in lines}),
        "buyer_ids": sorted({one.order.made_by_id for one in lines if one.order.made_by_id}),
        "amount": f"{invoice.total} {invoice.currency}",
    }


def _about(invoice: SupplierInvoice, lines: Collection[PurchaseOrderLine]) -> list[Any]:
    orders = sorted({f"purchasing.purchaseorder:{one.order_id}" for one in lines})[:50]
    return [invoice, "purchasing", f"partners.partner:{invoice.supplier_id}", *orders]
