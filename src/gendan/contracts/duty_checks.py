"""Which duties of an order are broken, or will be, by what is known now."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from gendan.contracts.credit_checks import on_board
from gendan.contracts.queries import Terms, terms_for
from gendan.kernel import clock
from gendan.orders.models import Line, Order, OrderState
from gendan.partners.queries import transits

MOST_NAMED = 5


@dataclass(frozen=True)
class Broken:
    """One duty that does not hold: its name, and a sentence in the reader's language."""

    duty: str
    words: str


def broken_duties(order: Order, terms: Terms | None = None) -> list[Broken]:
    """What of an order's terms is broken or will be (at most 6 queries).

    Dates are compared as dates of shipment, whatever basis the order promises in.
    """
    if order.state not in {OrderState.DRAFT, OrderState.CONFIRMED}:
        return []
    known = terms or terms_for(order)
    lines = list(order.lines.filter(is_cancelled=False).select_related("item"))
    return [
        *_dates(order, known),
        *_deliveries(order, known, lines),
        *_papers(order, known),
    ]


def penalty(order: Order, terms: Terms, days_late: int, value: Decimal) -> Decimal:
    """What being late costs, for goods of a value, in the order's currency, not rounded."""
    counted = max(days_late - terms.penalty_grace_days, 0)
    percent = min(terms.penalty_per_day * counted, terms.penalty_most)
    return value * percent / 100


def _dates(order: Order, terms: Terms) -> list[Broken]:
    latest = terms.latest_shipment_on
    if latest is None:
        return []
    ways = transits({(order.delivery_method, order.destination_country)})
    known: list[tuple[str, Any]] = [
        (_("promised for %(day)s"), order.promised_on),
        (_("expected for %(day)s"), order.forecast_on),
    ]
    for words, day in known:
        if day is None:
            continue
        shipped = on_board(order, day, ways)
        if shipped > latest:
            late = (shipped - latest).days
            cost = penalty(order, terms, late, order.total)
            sentence = _(
                "Latest shipment is %(latest)s, but the order is %(known)s: %(days)s days late."
            ) % {"latest": latest, "known": words % {"day": shipped}, "days": late}
            if cost:
                sentence += " " + _("Penalty: %(amount)s %(currency)s.") % {
                    "amount": f"{cost:,.2f}",
                    "currency": order.currency,
                }
            return [Broken("latest_shipment", sentence)]
    if latest < clock.today():
        return [
            Broken("latest_shipment", _("Latest shipment was %(latest)s.") % {"latest": latest})
        ]
    return []


def _deliveries(order: Order, terms: Terms, lines: list[Line]) -> list[Broken]:
    over = [
        str(line.position)
        for line in lines
        if line.delivered > line.quantity * (1 + terms.over_percent / 100)
    ]
    found = []
    if over:
        found.append(
            Broken(
                "over_percent",
                _("More was delivered than the tolerance allows: line %(lines)s.")
                % {"lines": ", ".join(over[:MOST_NAMED])},
            )
        )
    is_partial = any(line.delivered for line in lines) and any(
        line.delivered < line.quantity * (1 - terms.short_percent / 100) for line in lines
    )
    if is_partial and not terms.partial_allowed:
        found.append(
            Broken(
                "partial_allowed",
                _("A part was delivered, although partial shipment is not allowed."),
            )
        )
    return found


def _papers(order: Order, terms: Terms) -> list[Broken]:
    total = sum((one.percent for one in terms.payment), Decimal(0))
    if terms.payment and total != 100:
        return [Broken("payment", _("The parts of the payment plan do not add up to 100 %."))]
    if not terms.payment and order.state == OrderState.CONFIRMED:
        return [Broken("payment", _("No payment plan is agreed."))]
    return []
