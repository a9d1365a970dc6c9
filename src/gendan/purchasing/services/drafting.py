"""Writing purchase orders: from requests or by hand, several at once."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item, Unit
from gendan.catalog.queries import Converter, converter
from gendan.inventory.services import refuse_odd_day
from gendan.kernel import clock, company, journal, numbering
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.kernel.quantity import STEP, read_quantity
from gendan.kernel.row_facts import MOST_NAMED, MOST_REFERRED
from gendan.kernel.rows import Problems, refuse_unless_sensible
from gendan.kernel.service import service
from gendan.orders.demands import names_of_lines, refuse_strange_demands
from gendan.orders.services.reading import (
    read_choice,
    read_currency,
    read_percent,
    read_price,
    read_text,
)
from gendan.partners.models import Incoterm, Partner, PaymentTerms
from gendan.purchasing.events import PurchaseOrdersDrafted
from gendan.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequest,
    RequestShare,
)
from gendan.purchasing.services.providing import list_provided
from gendan.purchasing.services.sharing import demands_of, refuse_far_day, sum_up
from gendan.purchasing.sourced import Terms, terms_of

MOST_LINES = 1000  # of one order


@dataclass(frozen=True)
class DraftLineRow:
    """A line to be ordered; with `request_ids` what is left out is theirs.

    The item by its code; `unit` and `price` empty: the item's own unit, the price agreed with the
    supplier. `demands` are order lines ("orders.line:12") besides those of the requests.
    """

    item: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    price: Decimal | None = None
    requested_on: dt.date | None = None
    request_ids: Sequence[int] = ()
    demands: Sequence[str] = ()
    supplier_code: str = ""
    over_percent: Decimal | None = None
    short_percent: Decimal | None = None
    remark: str = ""


@dataclass(frozen=True)
class DraftOrderRow:
    """A purchase order to be written: the supplier by its code; left out: the supplier's terms."""

    supplier: str
    lines: Sequence[DraftLineRow]
    currency: str = ""
    kind: str = "goods"
    incoterm: str = ""
    place: str = ""
    payment_terms: str = ""
    remark: str = ""


@service(gettext_lazy("Write purchase orders"))
def draft_purchase_orders(*, rows: Sequence[DraftOrderRow], by: User | None) -> list[PurchaseOrder]:
    """Write orders to suppliers as drafts: all or none.

    A request may be shared by several lines; what stands in orders is not to be ordered again.
    """
    refuse_unless_sensible(rows)
    reader = LineReader.of([line for row in rows for line in row.lines], rows)
    problems = Problems()
    read = [_read(index, row, reader, problems) for index, row in enumerate(rows)]
    problems.refuse_if_any()
    numbers = numbering.draw_many("purchase_order", len(rows))
    orders = [one for one, _lines in read if one is not None]
    lines = [line for _order, drafted in read for line in drafted]
    for order, number in zip(orders, numbers, strict=True):
        order.number, order.made_at, order.made_by = number, clock.now(), by
        sum_up(order, [line.line for line in lines if line.line.order is order])
    PurchaseOrder.objects.bulk_create(orders)
    keep_lines(lines)
    for order in orders:
        if order.kind == PurchaseOrder.Kind.SUBCONTRACT:
            list_provided([one.line for one in lines if one.line.order is order])
    _record(orders, [one.line for one in lines], by)
    return orders


@dataclass
class Drafted:
    """A line before it is kept, and the requests it stands for."""

    line: PurchaseOrderLine
    requests: list[PurchaseRequest] = field(default_factory=list)


@dataclass
class LineReader:
    """Everything the rows name, read with a fixed number of queries."""

    items: dict[str, Item]
    units: dict[str, int]
    to_own: Converter
    requests: dict[int, PurchaseRequest]
    suppliers: dict[str, Partner]
    payment_terms: dict[str, PaymentTerms]
    known: set[str]
    sourced: Terms
    tolerance: tuple[Decimal, Decimal]

    @classmethod
    def of(
        cls,
        lines: Sequence[DraftLineRow],
        orders: Sequence[DraftOrderRow] = (),
        supplier: Any = None,
    ) -> "LineReader":
        """Look all of it up; the requests are locked, in the order of their ids."""
        ids = {pk for line in lines for pk in line.request_ids if 0 < pk < 2**63}
        locked = PurchaseRequest.objects.select_for_update(of=("self",)).filter(pk__in=ids)
        requests = {one.pk: one for one in locked.select_related("item__unit").order_by("pk")}
        codes = {line.item for line in lines if line.item}
        found = Item.objects.filter(code__in=codes).select_related("unit")
        items = {one.code: one for one in found}
        items |= {one.item.code: one.item for one in requests.values()}
        partners = Partner.objects.select_related("payment_terms")
        suppliers = {
            one.code: one for one in partners.filter(code__in={r.supplier for r in orders})
        }
        terms = PaymentTerms.objects.filter(code__in={row.payment_terms for row in orders})
        usual = company.values("default_over_percent", "default_short_percent")
        known = [*suppliers.values(), *([supplier] if supplier else [])]
        return cls(
            items=items,
            units=dict(Unit.objects.values_list("code", "pk")),
            to_own=converter(one.pk for one in items.values()),
            requests=requests,
            suppliers=suppliers,
            payment_terms={one.code: one for one in terms},
            known=names_of_lines(demand for line in lines for demand in line.demands),
            sourced=terms_of([one.pk for one in known], [one.pk for one in items.values()]),
            tolerance=(
                Decimal(str(usual["default_over_percent"])),
                Decimal(str(usual["default_short_percent"])),
            ),
        )

    def read(self, order: PurchaseOrder, position: int, row: DraftLineRow) -> Drafted:
        """One line of an order, checked. Raises Unusable or DomainError, with a field."""
        requests = self._requests(row)
        item = self._item(row, requests)
        quantity, typed, unit = self._quantity(row, item, requests)
        requested_on = row.requested_on or min((one.needed_on for one in requests), default=None)
        if requested_on is None:
            raise At("requested_on", _("Say by when it is needed."))
        try:
            refuse_odd_day(requested_on)
        except Unusable as problem:
            raise At("requested_on", str(problem)) from problem
        refuse_far_day(requested_on, field="requested_on")
        refuse_strange_demands(row.demands, self.known)
        theirs = [demand for one in requests for demand in one.demands]
        terms = self.sourced.of(order, item, quantity, typed)
        over, short = self.tolerance
        line = PurchaseOrderLine(
            order=order,
            position=position,
            item=item,
            supplier_code=read_text(
                row.supplier_code or terms.supplier_code, 60, field="supplier_code"
            ),
            quantity=quantity,
            typed_quantity=typed,
            typed_unit=unit,
            price=self._price(row, terms.price),
            requested_on=requested_on,
            due_on=requested_on,
            over_percent=_percent(row.over_percent, terms.over_percent, over, "over_percent"),
            short_percent=_percent(row.short_percent, terms.short_percent, short, "short_percent"),
            remark=read_text(row.remark, 500, field="remark"),
            demands=list(dict.fromkeys([*theirs, *row.demands])),
        )
        return Drafted(line, requests)

    def _requests(self, row: DraftLineRow) -> list[PurchaseRequest]:
        found = []
        for pk in dict.fromkeys(row.request_ids):
            one = self.requests.get(pk)
            if one is None:
                raise At("request_ids", _("There is no such purchase request."))
            if one.to_order <= 0:
                raise At(
                    "request_ids",
                    _("Nothing of %(request)s is to be ordered any more.")
                    % {"request": one.number},
                )
            found.append(one)
        return found

    def _item(self, row: DraftLineRow, requests: Sequence[PurchaseRequest]) -> Item:
        code = row.item or (requests[0].item.code if requests else "")
        item = self.items.get(code)
        if item is None:
            raise At("item", _("There is no item called “%(code)s”.") % {"code": code[:60]})
        for one in requests:
            if one.item_id != item.pk:
                raise At(
                    "request_ids",
                    _("%(request)s asks for %(item)s, another item.")
                    % {"request": one.number, "item": one.item.code},
                )
        return item

    def _quantity(
        self, row: DraftLineRow, item: Item, requests: Sequence[PurchaseRequest]
    ) -> tuple[Decimal, Decimal, str]:
        """In the item's own unit, as typed, and the unit it was typed in."""
        own = item.unit
        if row.quantity is None:
            wanted = sum((one.to_order for one in requests), Decimal(0))
            if not wanted:
                raise At("quantity", _("A quantity must be more than zero."))
            if not row.unit or row.unit == own.code:
                return wanted, wanted, own.code
            unit_id = self._unit(row.unit)
            factor = self.to_own.factor(unit_id, item.unit_id, item.pk)
            return wanted, (wanted / factor).quantize(STEP, rounding=ROUND_HALF_UP), row.unit
        if not row.unit or row.unit == own.code:
            typed = read_quantity(row.quantity, step=own.step, field="quantity")
            return typed, typed, own.code
        typed = read_quantity(row.quantity, field="quantity")
        found = self.to_own.convert(typed, self._unit(row.unit), item.unit_id, item.pk)
        return read_quantity(found, step=own.step, field="quantity"), typed, row.unit

    def _unit(self, code: str) -> int:
        if code not in self.units:
            raise At("unit", _("There is no unit called “%(code)s”.") % {"code": code[:60]})
        return self.units[code]

    def _price(self, row: DraftLineRow, agreed: Decimal | None) -> Decimal:
        if row.price is not None:
            price = read_price(row.price, field="price")
            if price == 0:
                raise At("price", _("A price is more than zero."))
            return price
        return agreed if agreed is not None else Decimal(0)


class At(DomainError):
    """Something that stands in the way of one field of a row."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message, field=name)


def keep_lines(drafted: Sequence[Drafted]) -> None:
    """Write new lines and share them out among their requests, the earliest needed first."""
    PurchaseOrderLine.objects.bulk_create(one.line for one in drafted)
    shares, touched = [], {}
    for one in drafted:
        left = one.line.quantity
        for request in sorted(one.requests, key=lambda row: (row.needed_on, row.pk)):
            part = min(left, request.to_order)
            if part <= 0:
                continue
            shares.append(RequestShare(line=one.line, request=request, quantity=part))
            request.in_orders += part
            left -= part
            touched[request.pk] = request
    RequestShare.objects.bulk_create(shares)
    PurchaseRequest.objects.bulk_update(touched.values(), ["in_orders"])


def _percent(given: Decimal | None, agreed: Decimal | None, usual: Decimal, name: str) -> Decimal:
    if given is not None:
        return read_percent(given, field=name)
    return usual if agreed is None else agreed


def _read(
    index: int, row: DraftOrderRow, reader: LineReader, problems: Problems
) -> tuple[PurchaseOrder | None, list[Drafted]]:
    """An order and its lines; what stands in the way is noted at "lines.2.quantity"."""
    try:
        order = _head(row, reader)
    except (Unusable, DomainError) as error:
        problems.add(index, getattr(error, "field", None) or "supplier", str(error))
        return None, []
    if not row.lines or len(row.lines) > MOST_LINES:
        sentence = _("An order has between 1 and %(most)s lines.") % {"most": MOST_LINES}
        problems.add(index, "lines", sentence)
    drafted = []
    for place, line in enumerate(row.lines[:MOST_LINES]):
        try:
            drafted.append(reader.read(order, place + 1, line))
        except (Unusable, DomainError) as error:
            name = getattr(error, "field", None) or "item"
            problems.add(index, f"lines.{place}.{name}", str(error))
    return order, drafted


def _head(row: DraftOrderRow, reader: LineReader) -> PurchaseOrder:
    supplier = reader.suppliers.get(row.supplier)
    if supplier is None or not supplier.is_supplier:
        raise At(
            "supplier", _("There is no supplier called “%(code)s”.") % {"code": row.supplier[:60]}
        )
    if not supplier.is_active:
        raise At("supplier", _("%(name)s is not active any more.") % {"name": supplier})
    terms = supplier.payment_terms
    if row.payment_terms:
        terms = reader.payment_terms.get(row.payment_terms)
        if terms is None:
            raise At("payment_terms", _("There are no such payment terms."))
    kind = read_choice(row.kind or "goods", PurchaseOrder.Kind, field="kind")
    return PurchaseOrder(
        kind=kind,
        supplier=supplier,
        currency=read_currency(row.currency or supplier.currency),
        incoterm=read_choice(row.incoterm, Incoterm, field="incoterm") or supplier.incoterm,
        place=read_text(row.place or supplier.incoterm_place, 120, field="place"),
        payment_terms=terms,
        remark=read_text(row.remark, 4000, field="remark"),
    )


def _record(
    orders: Sequence[PurchaseOrder], lines: Iterable[PurchaseOrderLine], by: User | None
) -> None:
    few = len(orders) <= MOST_REFERRED
    fact = PurchaseOrdersDrafted(
        purchase_order_ids=[one.pk for one in orders][:MOST_NAMED],
        numbers=[one.number for one in orders][:MOST_NAMED],
        demands=demands_of(lines)[:MOST_NAMED],
    )
    journal.record(fact, about=["purchasing", *(orders if few else [])], by=by)
