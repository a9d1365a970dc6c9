"""Orders as a sheet: rows with the same order key become one drafted order."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from gendan.exchange.kind import Kind, under
from gendan.kernel.cleaners import codes_to_ids
from gendan.kernel.errors import Busy, DomainError, NotAllowed
from gendan.kernel.models import User
from gendan.kernel.rows import Problems, tell
from gendan.orders.entry import LineData, OrderData
from gendan.orders.models import Line, Order
from gendan.orders.services import draft_order
from gendan.partners.models import Partner, PaymentTerms


@dataclass(frozen=True)
class OrderLineRow:
    """A line of an order in a sheet; our code or the customer's names the item."""

    quantity: Decimal
    item: str = ""
    customer_code: str = ""
    unit: str = ""
    unit_price: Decimal | None = None
    price_per: Decimal | None = None
    discount_percent: Decimal | None = None
    line_requested_on: dt.date | None = None
    description: str = ""


@dataclass(frozen=True)
class OrderRow:
    """An order of a sheet: `order` is any key that the rows of one order share."""

    order: str
    customer: str
    lines: Sequence[OrderLineRow]
    customer_order_number: str | None = None
    ordered_on: dt.date | None = None
    requested_on: dt.date | None = None
    currency: str | None = None
    payment_terms: str | None = None
    incoterm: str | None = None
    incoterm_place: str | None = None
    delivery_method: str | None = None
    destination_country: str | None = None
    destination: str | None = None
    merchandiser: str | None = None
    packing: str | None = None
    shipping_marks: str | None = None
    remark: str | None = None


def draft_orders(*, rows: Sequence[OrderRow], by: User) -> list[Order]:
    """Draft each order with the verb; what stands in the way of each is told together.

    Not a verb itself: it runs in the transaction of the import, which keeps all or nothing.
    """
    customers = codes_to_ids(Partner, {row.customer for row in rows})
    terms = codes_to_ids(PaymentTerms, {row.payment_terms or "" for row in rows})
    users = codes_to_ids(User, {row.merchandiser or "" for row in rows}, name="username")
    problems = Problems()
    made: list[Order] = []
    for index, row in enumerate(rows):
        tell("checking", index, len(rows))
        found = {
            "customer": customers.get(row.customer),
            "payment_terms": terms.get(row.payment_terms or ""),
            "merchandiser": users.get(row.merchandiser or ""),
        }
        unknown = [name for name, pk in found.items() if pk is None and getattr(row, name)]
        for name in unknown:
            problems.add(
                index, name, _("There is none called “%(code)s”.") % {"code": getattr(row, name)}
            )
        if unknown:
            continue
        try:
            made.append(draft_order(order=_head(row, found), lines=_lines(row), by=by))
        except (NotAllowed, Busy):
            raise
        except DomainError as error:
            problems.add(index, _place(error.field), error.message)
    problems.refuse_if_any()
    return made


def _head(row: OrderRow, found: dict[str, Any]) -> OrderData:
    return OrderData(
        customer_id=found["customer"],
        customer_order_number=row.customer_order_number or "",
        channel="sheet",
        ordered_on=row.ordered_on,
        merchandiser_id=found["merchandiser"],
        currency=row.currency or "",
        payment_terms_id=found["payment_terms"],
        incoterm=row.incoterm,
        incoterm_place=row.incoterm_place,
        delivery_method=row.delivery_method,
        destination_country=row.destination_country,
        destination=row.destination or "",
        packing=row.packing or "",
        shipping_marks=row.shipping_marks,
        remark=row.remark or "",
        requested_on=row.requested_on,
    )


def _lines(row: OrderRow) -> list[LineData]:
    return [
        LineData(
            quantity=line.quantity,
            item_code=line.item,
            customer_code=line.customer_code,
            unit=line.unit,
            unit_price=line.unit_price,
            price_per=line.price_per,
            discount_percent=line.discount_percent,
            requested_on=line.line_requested_on,
            description=line.description,
        )
        for line in row.lines
    ]


_COLUMNS = {"item_code": "item", "item_id": "item", "customer_id": "customer"}


def _place(field: str | None) -> str:
    """Where the verb's field stands in the sheet: "lines.2.item_code" → "lines.2.item"."""
    parts = (field or "order").split(".")
    parts[-1] = _COLUMNS.get(parts[-1], parts[-1])
    if parts[0] == "lines" and parts[-1] == "requested_on":
        parts[-1] = "line_requested_on"
    return ".".join(parts)


ORDERS = Kind(
    "orders",
    "Orders",
    "订单",
    OrderRow,
    draft_order,
    Line,
    take=draft_orders,
    line=OrderLineRow,
    line_field="lines",
    group_by=("order",),
    paths={
        "order": "order__number",
        "customer": "order__customer__code",
        "payment_terms": "order__payment_terms__code",
        "merchandiser": "order__merchandiser__username",
        "item": "item__code",
        "unit": "item__unit__code",
        "line_requested_on": "requested_on",
    }
    | under(
        "order",
        "customer_order_number",
        "ordered_on",
        "requested_on",
        "currency",
        "incoterm",
        "incoterm_place",
        "delivery_method",
        "destination_country",
        "destination",
        "packing",
        "shipping_marks",
        "remark",
    ),
    where={"is_cancelled": False},
    examples=(
        {
            "order": "1",
            "customer": "C001",
            "customer_order_number": "4500012345",
            "requested_on": "2026-12-20",
            "item": "A-100",
            "quantity": 500,
            "unit_price": "1.2",
        },
        {"order": "1", "customer": "C001", "item": "A-200", "quantity": 200, "unit": "pcs"},
    ),
)
