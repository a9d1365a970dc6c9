"""The essentials of a paper on a small screen: the PDF says everything, this what matters most."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from gendan.contracts.models import Paper
from gendan.kernel import company
from gendan.orders.models import Line

MOST_LINES = 60


@dataclass(frozen=True)
class EssentialLine:
    """One line as the customer knows it."""

    position: int
    code: str
    description: str
    quantity: Decimal
    unit: Any
    unit_price: Decimal
    amount: Decimal
    promised_on: dt.date | None


@dataclass(frozen=True)
class Essentials:
    """Parties, lines, total, dates and terms of a paper."""

    seller: str
    buyer: str
    lines: list[EssentialLine]
    more_lines: int
    total: Decimal
    currency: str
    promised_on: dt.date | None
    incoterm: str
    payment_terms: str


def essentials_of(paper: Paper) -> Essentials:
    """What a paper says, in the reader's language (3 queries).

    A paper that can still be accepted says what its order says: when the order changes it is void.
    """
    order = paper.order
    names: dict[str, str] = company.value("company_name")
    is_chinese = (get_language() or "").startswith("zh")
    rows = list(
        Line.objects.filter(order=order, is_cancelled=False)
        .select_related("item__unit")
        .order_by("position")[: MOST_LINES + 1]
    )
    more = 0
    if len(rows) > MOST_LINES:
        more = Line.objects.filter(order=order, is_cancelled=False).count() - MOST_LINES
    return Essentials(
        seller=names.get("zh" if is_chinese else "en") or names.get("en") or names.get("zh") or "",
        buyer=str(order.customer),
        lines=[_line(one) for one in rows[:MOST_LINES]],
        more_lines=more,
        total=paper.total,
        currency=paper.currency,
        promised_on=order.promised_on,
        incoterm=f"{order.incoterm} {order.incoterm_place}".strip(),
        payment_terms=str(order.payment_terms or ""),
    )


def _line(line: Line) -> EssentialLine:
    code = line.customer_code or line.item.code
    description = line.description or line.item.name
    return EssentialLine(
        position=line.position,
        code=code,
        description="" if description == code else description,
        quantity=line.quantity,
        unit=line.item.unit,
        unit_price=line.unit_price,
        amount=line.amount,
        promised_on=line.promised_on,
    )
