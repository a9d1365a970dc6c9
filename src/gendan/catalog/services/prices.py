"""Verbs for price lists, prices and exchange rates."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.events import ExchangeRatesSaved, PriceListsSaved, PricesSaved
from gendan.catalog.models import ExchangeRate, Price, PriceList
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Clear, Problems, upsert
from gendan.kernel.service import service


@dataclass(frozen=True)
class PriceListRow:
    """A price list by its code."""

    code: str
    name_en: str | None = None
    name_zh: str | None = None
    currency: str | None = None
    valid_from: dt.date | Clear | None = None
    valid_until: dt.date | Clear | None = None
    is_general: bool | None = None
    discount_percent: Decimal | None = None
    is_active: bool | None = None


@dataclass(frozen=True)
class PriceRow:
    """A price of an item in a list (both codes), from a quantity upward."""

    price_list: str
    item: str
    from_quantity: Decimal = Decimal(0)
    unit_price: Decimal | None = None
    price_per: Decimal | None = None
    discount_percent: Decimal | None = None
    remove: bool = False


@dataclass(frozen=True)
class ExchangeRateRow:
    """What one unit of a currency is worth in the company's, from a day on."""

    currency: str
    day: dt.date
    rate: Decimal | None = None
    remove: bool = False


@service(gettext_lazy("Save price lists"))
def save_price_lists(*, rows: Sequence[PriceListRow], by: User | None) -> list[PriceList]:
    """Make or change price lists; their prices have their own verb."""
    codes = [row.code for row in rows]
    priced = Price.objects.filter(price_list__code__in=codes).values_list(
        "price_list__code", "price_list__currency"
    )
    currency_of = dict(priced.distinct())

    def check(one: PriceList, index: int, problems: Problems) -> None:
        if one.valid_from and one.valid_until and one.valid_from > one.valid_until:
            problems.add(index, "valid_until", _("The list would end before it begins."))
        if currency_of.get(one.code, one.currency) != one.currency:
            problems.add(
                index, "currency", _("A list that has prices keeps its currency; make a new list.")
            )

    saved = upsert(PriceList, rows, key=("code",), check=check)
    touched = saved.touched
    record_saved(
        PriceListsSaved,
        saved,
        room="catalog",
        codes=[one.code for one in touched],
        about=touched,
        by=by,
    )
    return saved.objects


@service(gettext_lazy("Save prices"))
def save_prices(*, rows: Sequence[PriceRow], by: User | None) -> list[Price]:
    """Make, change or remove prices: a fixed number of queries, whatever their number."""

    def check(one: Price, index: int, problems: Problems) -> None:
        if one.price_per <= 0:
            problems.add(index, "price_per", _("The price base must be more than zero."))

    saved = upsert(Price, rows, key=("item", "price_list", "from_quantity"), check=check)
    lists = {one.price_list_id for one in saved.touched}
    about = [f"catalog.pricelist:{pk}" for pk in sorted(lists)]
    codes = [row.price_list for row in rows]
    record_saved(PricesSaved, saved, room="catalog", codes=codes, about=about, by=by)
    return saved.objects


@service(gettext_lazy("Save exchange rates"))
def save_exchange_rates(*, rows: Sequence[ExchangeRateRow], by: User | None) -> list[ExchangeRate]:
    """Make, change or remove exchange rates."""

    def check(one: ExchangeRate, index: int, problems: Problems) -> None:
        if one.currency == settings.COMPANY_CURRENCY:
            problems.add(
                index, "currency", _("The company's own currency is worth itself: no rate needed.")
            )
        elif one.rate is not None and one.rate <= 0:
            problems.add(index, "rate", _("A rate must be more than zero."))

    saved = upsert(ExchangeRate, rows, key=("currency", "day"), check=check)
    record_saved(
        ExchangeRatesSaved, saved, room="catalog", codes=[row.currency for row in rows], by=by
    )
    return saved.objects
