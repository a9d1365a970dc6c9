"""Reading what was given: every value of an order's head and lines is checked here, in words."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.numbers import is_currency
from django.db import models
from django.utils.translation import gettext as _

from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.kernel.money import LARGEST
from gendan.kernel.quantity import read_decimal
from gendan.orders.entry import InstalmentData
from gendan.orders.models import Instalment, Order
from gendan.partners.models import PaymentEvent

FIRST_YEAR, LAST_YEAR = 2000, 2099
_HUNDRED = Decimal(100)
_PERCENT_STEP = Decimal("0.01")
_PRICE_STEP = Decimal("0.000001")


class Refused(Invalid):
    """A value of an order that cannot be taken."""


def read_text(value: object, limit: int, *, field: str) -> str:
    """A text without invisible control characters, no longer than its column."""
    if type(value) is str and not value:
        return ""
    text = str(value).replace("\x00", "").strip()
    if len(text) > limit:
        raise Refused(
            _("This text has %(length)s characters; there is room for %(limit)s.")
            % {"length": len(text), "limit": limit},
            field=field,
        )
    return text


def read_choice(value: object, choices: type[models.TextChoices], *, field: str) -> str:
    """One of the values of a list, or empty."""
    if value in choices.values or value == "":
        return str(value)
    raise Refused(
        _("“%(value)s” is none of: %(choices)s.")
        % {"value": str(value)[:40], "choices": ", ".join(choices.values)},
        field=field,
    )


@lru_cache(maxsize=400)
def _is_currency(code: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]{3}", code)) and is_currency(code, locale="en")


def read_currency(value: str, *, field: str = "currency") -> str:
    """An ISO 4217 code."""
    if not _is_currency(value):
        raise Refused(
            _("“%(code)s” is no currency; write its three letters, such as USD.")
            % {"code": str(value)[:10]},
            field=field,
        )
    return value


def read_country(value: str, *, field: str) -> str:
    """An ISO 3166 code of two letters, or empty."""
    if value and not re.fullmatch(r"[A-Z]{2}", value):
        raise Refused(
            _("“%(code)s” is no country; write its two letters, such as DE.")
            % {"code": str(value)[:10]},
            field=field,
        )
    return value


def read_percent(value: object, *, field: str) -> Decimal:
    """0 to 100, with two decimals."""
    percent = read_decimal(value, field=field)
    if not 0 <= percent <= _HUNDRED or percent % _PERCENT_STEP:
        raise Refused(_("A percentage is between 0 and 100, with two decimals."), field=field)
    return percent


def read_price(value: object, *, field: str) -> Decimal:
    """A price of zero or more with at most six decimals, small enough to be true."""
    price = read_decimal(value, field=field)
    if price < 0:
        raise Refused(_("A price cannot be less than zero."), field=field)
    if price > LARGEST:
        raise Refused(
            _("“%(text)s” is too large to be true.") % {"text": str(value)[:40]}, field=field
        )
    if price % _PRICE_STEP:
        raise Refused(_("A price has at most six decimals."), field=field)
    return price


def read_day(value: object, *, field: str) -> dt.date | None:
    """A date, also as ISO text; None stays None."""
    if value is None or value == "":
        return None
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        try:
            value = dt.date.fromisoformat(str(value)[:10])
        except ValueError:
            raise Refused(
                _("“%(text)s” is not a date; write it as 2026-12-31.") % {"text": str(value)[:40]},
                field=field,
            ) from None
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Refused(_("The year %(year)s cannot be meant.") % {"year": value.year}, field=field)
    return value


def read_moment(value: dt.datetime | None, *, field: str) -> dt.datetime | None:
    """A moment of our century; without a zone it is the company's."""
    if value is None:
        return None
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Refused(_("The year %(year)s cannot be meant.") % {"year": value.year}, field=field)
    return value if value.tzinfo else value.replace(tzinfo=clock.zone())


def read_papers(value: Iterable[str], *, field: str = "documents_required") -> list[str]:
    """The papers a customer wants, each named once."""
    if isinstance(value, str):
        raise Refused(_("Papers are a list of names."), field=field)
    papers = [read_text(paper, 80, field=field) for paper in value]
    if len(papers) > 50:
        raise Refused(_("An order asks for at most 50 papers."), field=field)
    return list(dict.fromkeys(paper for paper in papers if paper))


def read_assortment(value: Mapping[str, Any] | None, *, field: str) -> dict[str, Any] | None:
    """A pre-pack: {"ratio": {size: pieces}, "packs": number, "per_carton": number}."""
    if not value:
        return None
    ratio = value.get("ratio")
    numbers = [value.get("packs"), value.get("per_carton", 1)]
    if (
        not isinstance(ratio, Mapping)
        or not 0 < len(ratio) <= 60
        or any(type(one) is not int or not 0 <= one <= 10**6 for one in [*ratio.values(), *numbers])
    ):
        raise Refused(
            _("An assortment has pieces per size, a number of packs and of packs per carton."),
            field=field,
        )
    sizes = {read_text(size, 20, field=field): pieces for size, pieces in ratio.items()}
    return {"ratio": sizes, "packs": numbers[0], "per_carton": numbers[1]}


def read_instalments(
    order: Order, given: Sequence[InstalmentData], *, field: str = "instalments"
) -> list[Instalment]:
    """The payment plan: parts of known events that add up to 100 %."""
    parts = [
        Instalment(
            order=order,
            position=position,
            event=read_choice(
                part.event or "?", PaymentEvent, field=f"{field}.{position - 1}.event"
            ),
            percent=read_percent(part.percent, field=f"{field}.{position - 1}.percent"),
            days=_days(part.days, field=f"{field}.{position - 1}.days"),
        )
        for position, part in enumerate(given, 1)
    ]
    total = sum((part.percent for part in parts), Decimal(0))
    if parts and (total != _HUNDRED or any(part.percent == 0 for part in parts)):
        raise Refused(
            _("The parts of a payment plan must add up to 100 %%; these make %(total)s %%.")
            % {"total": f"{total.normalize():f}"},
            field=field,
        )
    return parts


def instalments_of_terms(parts: Sequence[dict[str, Any]]) -> list[InstalmentData]:
    """The payment plan as payment terms write it."""
    return [
        InstalmentData(event=part["event"], percent=part["percent"], days=int(part.get("days", 0)))
        for part in parts
    ]


def _days(value: object, *, field: str) -> int:
    days = read_decimal(value, field=field)
    if not 0 <= days <= 720 or days % 1:
        raise Refused(_("A number of days is between 0 and 720."), field=field)
    return int(days)
