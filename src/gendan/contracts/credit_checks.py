"""What is wrong with a letter of credit now, compared with its orders and their promises."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from gendan.contracts import documents
from gendan.contracts.models import LetterOfCredit
from gendan.contracts.queries import Terms, terms_for_many
from gendan.engine.transit import Transit
from gendan.kernel import clock
from gendan.orders.models import Basis, Order, OrderState
from gendan.partners.queries import transits

SOON_DAYS = 21


@dataclass(frozen=True)
class Warned:
    """One thing that is wrong; `kind` names it, `params` fill its sentence."""

    kind: str
    letter: LetterOfCredit
    order: Order | None = None
    params: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What tells it from others of the same letter."""
        return f"{self.kind}:{self.order.pk}" if self.order else self.kind

    @property
    def words(self) -> str:
        """The sentence, in the reader's language."""
        return sentence(self.kind, self.params | {"order": str(self.order or "")})

    @property
    def is_grave(self) -> bool:
        """Whether the bank would refuse to pay if nothing is done."""
        return self.kind not in {"expires_soon", "presentation_soon"}


def sentence(kind: str, params: dict[str, str]) -> str:
    """A warning as a sentence; made at reading time, so that it reads in the reader's language."""
    sentences = {
        "late_shipment": _(
            "%(order)s is promised for %(promised)s; latest shipment is %(latest)s."
        ),
        "late_forecast": _(
            "%(order)s is expected for %(forecast)s; latest shipment is %(latest)s."
        ),
        "expired": _("The credit expired on %(expires)s."),
        "expires_soon": _("The credit expires on %(expires)s, in %(days)s days."),
        "shipment_passed": _("The latest shipment, %(latest)s, has passed; goods are open."),
        "presentation_soon": _("%(order)s: documents are to be presented by %(deadline)s."),
        "amount_short": _(
            "The credit covers %(most)s %(currency)s, the orders make %(total)s %(currency)s."
        ),
        "currency_differs": _("The credit is in %(credit)s, %(order)s in %(currency)s."),
        "documents_missing": _("The credit asks for what %(order)s does not: %(documents)s."),
        "partial_forbidden": _(
            "The credit forbids partial shipment, but %(order)s has several dates."
        ),
        "no_order": _("No order is named that this credit pays."),
    }
    return (sentences.get(kind) or kind) % params


def presentation_deadline(letter: LetterOfCredit, shipped_on: dt.date) -> dt.date:
    """Until when the documents of a shipment must be with the bank (UCP 600, art. 6 and 14c)."""
    return min(shipped_on + dt.timedelta(days=letter.presentation_days), letter.expires_on)


def covered(letter: LetterOfCredit) -> Decimal:
    """The most that can be drawn: the amount and its tolerance."""
    most: Decimal = letter.amount * (1 + letter.over_percent / 100)
    return most


def on_board(order: Order, day: dt.date, ways: dict[tuple[str, str], Transit]) -> dt.date:
    """The date of shipment that belongs to a date in the order's basis."""
    if order.basis == Basis.ON_BOARD:
        return day
    return ways[_way(order)].from_basis(day, order.basis).on_board_on


def _way(order: Order) -> tuple[str, str]:
    return order.delivery_method, order.destination_country


@dataclass(frozen=True)
class Known:
    """What is read once for all letters: transits by way, terms by order."""

    ways: dict[tuple[str, str], Transit]
    terms: dict[int, Terms]


def warnings_of(letters: Iterable[LetterOfCredit]) -> list[Warned]:
    """What is wrong with letters of credit, the grave first.

    `letters` have order_links with orders (and instalments) prefetched: visible_letters does.
    """
    wanted = list(letters)
    orders = [link.order for letter in wanted for link in letter.order_links.all()]
    known = Known(
        transits({_way(order) for order in orders}) if orders else {},
        terms_for_many({order.pk: order for order in orders}.values()) if orders else {},
    )
    found: list[Warned] = []
    for letter in wanted:
        if letter.state == "open":
            found += _warnings(letter, known)
    return sorted(found, key=lambda one: (not one.is_grave, one.letter.expires_on, one.key))


def _warnings(letter: LetterOfCredit, known: Known) -> list[Warned]:
    orders = [link.order for link in letter.order_links.all()]
    living = [order for order in orders if order.state != OrderState.CANCELLED]
    found = _of_dates(letter, living)
    if not living:
        found.append(Warned("no_order", letter))
        return found
    found += _of_money(letter, living)
    for order in living:
        if order.state in {OrderState.DRAFT, OrderState.CONFIRMED}:
            found += _of_order(letter, order, known)
    return found


def _of_dates(letter: LetterOfCredit, orders: Sequence[Order]) -> list[Warned]:
    today = clock.today()
    days = (letter.expires_on - today).days
    expires = {"expires": str(letter.expires_on), "days": str(days)}
    found = []
    if days < 0:
        found.append(Warned("expired", letter, params=expires))
    elif days <= SOON_DAYS:
        found.append(Warned("expires_soon", letter, params=expires))
    latest = letter.latest_shipment_on
    is_open = any(one.state in {OrderState.DRAFT, OrderState.CONFIRMED} for one in orders)
    if latest and latest < today <= letter.expires_on and is_open:
        found.append(Warned("shipment_passed", letter, params={"latest": str(latest)}))
    return found


def _of_money(letter: LetterOfCredit, orders: Sequence[Order]) -> list[Warned]:
    found = [
        Warned(
            "currency_differs",
            letter,
            order,
            {"credit": letter.currency, "currency": order.currency},
        )
        for order in orders
        if order.currency != letter.currency
    ]
    total = sum((order.total for order in orders if order.currency == letter.currency), Decimal(0))
    if total > covered(letter):
        amounts = {
            "most": f"{covered(letter):,.2f}",
            "total": f"{total:,.2f}",
            "currency": letter.currency,
        }
        found.append(Warned("amount_short", letter, params=amounts))
    return found


def _of_order(letter: LetterOfCredit, order: Order, known: Known) -> list[Warned]:
    found = []
    latest = letter.latest_shipment_on or letter.expires_on
    promised = on_board(order, order.promised_on, known.ways) if order.promised_on else None
    forecast = on_board(order, order.forecast_on, known.ways) if order.forecast_on else None
    if promised and promised > latest:
        words = {"promised": str(promised), "latest": str(latest)}
        found.append(Warned("late_shipment", letter, order, words))
    elif forecast and forecast > latest:
        words = {"forecast": str(forecast), "latest": str(latest)}
        found.append(Warned("late_forecast", letter, order, words))
    shipping = forecast or promised
    if shipping and shipping <= latest:
        deadline = presentation_deadline(letter, shipping)
        left = (deadline - clock.today()).days
        if shipping <= clock.today() and 0 <= left <= letter.presentation_days:
            found.append(Warned("presentation_soon", letter, order, {"deadline": str(deadline)}))
    return found + _of_duties(letter, order, known.terms[order.pk])


def _of_duties(letter: LetterOfCredit, order: Order, terms: Terms) -> list[Warned]:
    found = []
    ours = {one.code for one in terms.documents}
    missing = [one["code"] for one in letter.documents if one["code"] not in ours]
    if missing:
        names = "; ".join(documents.words(code) for code in missing)
        found.append(Warned("documents_missing", letter, order, {"documents": names}))
    if not letter.partial_allowed and terms.partial_allowed and order.ship_policy == "by_line":
        found.append(Warned("partial_forbidden", letter, order))
    return found
