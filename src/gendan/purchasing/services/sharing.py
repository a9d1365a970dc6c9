"""What the verbs of purchase orders share: finding and locking, facts, sums."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from gendan.catalog.queries import exchange_rates
from gendan.kernel import clock
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.money import round_money
from gendan.kernel.row_facts import MOST_NAMED, MOST_REFERRED
from gendan.orders.services.reading import read_text
from gendan.purchasing.models import PurchaseOrder, PurchaseOrderLine

LONGEST_REASON = 500
TOO_MUCH = Decimal(10) ** 14  # what an amount cannot hold
FARTHEST = dt.timedelta(days=731)


class NoExchangeRate(Invalid):
    """An amount in a currency nobody has said the worth of."""


class PurchaseOrderIsEmpty(DomainError):
    """A purchase order without lines."""


def locked_purchase_order(order_id: int) -> PurchaseOrder:
    """The order, its row locked: whoever has it owns its lines. Raises NotThere."""
    rows = PurchaseOrder.objects.select_for_update(of=("self",)).select_related("supplier")
    found = rows.filter(pk=order_id).first()
    if found is None:
        raise NotThere(_("There is no such purchase order."))
    return found


def lines_of(order: PurchaseOrder) -> list[PurchaseOrderLine]:
    """All its lines in their order, with items, and with what is expected and has come: 1 query."""
    rows = PurchaseOrderLine.objects.filter(order=order).select_related("item__unit", "expected")
    lines = list(rows.order_by("position"))
    for line in lines:
        line.order = order
    return lines


def living(lines: Iterable[PurchaseOrderLine]) -> list[PurchaseOrderLine]:
    """The lines that are not cancelled."""
    return [line for line in lines if not line.is_cancelled]


def said_of(order: PurchaseOrder, lines: Iterable[PurchaseOrderLine]) -> dict[str, Any]:
    """What every fact about an order says."""
    return {
        "purchase_order_id": order.pk,
        "number": order.number,
        "supplier_id": order.supplier_id,
        "buyer_id": order.made_by_id,
        "version": order.version,
        "demands": demands_of(lines)[:MOST_NAMED],
    }


def about_of(order: PurchaseOrder, lines: Iterable[PurchaseOrderLine]) -> list[Any]:
    """Where facts about an order are shown: it, its supplier, and the lines it is for."""
    demands = demands_of(lines)
    named = demands if len(demands) <= MOST_REFERRED else []
    return [order, "purchasing", f"partners.partner:{order.supplier_id}", *named]


def demands_of(lines: Iterable[PurchaseOrderLine]) -> list[str]:
    """The customers' order lines these lines are for."""
    return sorted({demand for line in lines for demand in line.demands})


def read_reason(text: object, sentence: str) -> str:
    """Why something is done; `sentence` asks for it where nothing was written."""
    reason = read_text(text, LONGEST_REASON, field="reason")
    if not reason:
        raise Invalid(sentence, field="reason")
    return reason


def sum_up(order: PurchaseOrder, lines: Iterable[PurchaseOrderLine]) -> None:
    """Set the order's totals and its next due day from its lines (not saved)."""
    rows = living(lines)
    order.total = _fitting(sum((line.amount for line in rows), Decimal(0)))
    rate = exchange_rates([order.currency], clock.today()).get(order.currency)
    if rate is None:
        raise NoExchangeRate(
            _("Nobody has said what one %(currency)s is worth; save its exchange rate first.")
            % {"currency": order.currency},
            field="currency",
        )
    in_ours = _fitting(order.total * rate)
    order.total_company = round_money(in_ours, settings.COMPANY_CURRENCY)
    order.due_on = next_due(rows)


def refuse_far_day(day: dt.date, *, field: str) -> None:
    """Refuse a day that lies so far ahead that it is a slip: the plan would follow it at once."""
    if day > clock.today() + FARTHEST:
        raise Invalid(_("Nobody can know a day more than two years ahead."), field=field)


def _fitting(total: Decimal) -> Decimal:
    if total >= TOO_MUCH:
        raise Invalid(_("The total of this order is too large to be true."), field="lines")
    return total


def next_due(lines: Iterable[PurchaseOrderLine]) -> dt.date | None:
    """The first day on which something is still to come."""
    return min((line.due_on for line in lines if line.is_open), default=None)
