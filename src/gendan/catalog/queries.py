"""Questions asked of the catalog by other rooms: working days, conversions, prices, rates."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db.models import F, Q
from django.utils.translation import gettext as _

from gendan.catalog.models import (
    BomLine,
    Calendar,
    CalendarDay,
    ExchangeRate,
    Item,
    Price,
    Unit,
    UnitConversion,
)
from gendan.engine.calendars import Flags, WorkCalendar, work_calendar
from gendan.kernel.errors import Invalid
from gendan.kernel.quantity import STEP

MONDAY_TO_FRIDAY = range(5)


class NoConversion(Invalid):
    """A quantity in a unit that cannot be turned into the item's own."""


# Working days -------------------------------------------------------------------------------


def calendars() -> "dict[int | None, WorkCalendar]":
    """Every calendar by id, None: the company's own: 2 queries. Equal contents give one object."""
    patterns: dict[int, list[int]] = {}
    own: int | None = None
    rows = Calendar.objects.order_by("pk").values_list("pk", "weekdays", "country", "is_active")
    for pk, weekdays, country, is_active in rows:
        patterns[pk] = weekdays
        if own is None and is_active and country == settings.COMPANY_COUNTRY:
            own = pk
    days: dict[int, dict[dt.date, bool]] = defaultdict(dict)
    for calendar_id, day, is_working in CalendarDay.objects.values_list(
        "calendar_id", "day", "is_working"
    ):
        days[calendar_id][day] = is_working
    found: dict[int | None, WorkCalendar] = {
        pk: work_calendar(weekdays or MONDAY_TO_FRIDAY, days[pk])
        for pk, weekdays in patterns.items()
    }
    found[None] = work_calendar(MONDAY_TO_FRIDAY, {}) if own is None else found[own]
    return found


def calendar(calendar_id: int | None) -> WorkCalendar:
    """One calendar; None is the company's own: the first active one of its country."""
    if calendar_id is not None:
        chosen = Calendar.objects.filter(pk=calendar_id)
    else:
        chosen = Calendar.objects.filter(country=settings.COMPANY_COUNTRY, is_active=True)
    found = chosen.order_by("pk").values_list("pk", "weekdays").first()
    if found is None:
        return work_calendar(MONDAY_TO_FRIDAY, {})
    days = CalendarDay.objects.filter(calendar_id=found[0]).values_list("day", "is_working")
    return work_calendar(found[1] or MONDAY_TO_FRIDAY, dict(days))


def calendars_of_countries() -> dict[str, WorkCalendar]:
    """The first active calendar of each country: 2 queries."""
    every = calendars()
    found: dict[str, WorkCalendar] = {}
    rows = Calendar.objects.filter(is_active=True).exclude(country="").order_by("pk")
    for pk, country in rows.values_list("pk", "country"):
        found.setdefault(country, every[pk])
    return found


def working_days(calendar_id: int | None, first: dt.date, last: dt.date) -> Flags:
    """For each day from first to last, both included: is it worked?"""
    import numpy as np

    days = np.arange(first.toordinal(), last.toordinal() + 1, dtype=np.int64)
    return calendar(calendar_id).is_working(days)


# Units --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Converter:
    """Turns quantities between units: an item's own conversions win over the general ones.

    `factors[(item_id or None)][unit_id][into_id]`: how many `into` one `unit` is.
    """

    factors: dict[int | None, dict[int, dict[int, Decimal]]]
    codes: dict[int, str]

    def factor(self, unit_id: int, into_id: int, item_id: int | None = None) -> Decimal:
        """How many `into` one `unit` is, over at most three conversions; else NoConversion."""
        if unit_id == into_id:
            return Decimal(1)
        reached = {unit_id: Decimal(1)}
        front = [unit_id]
        for _step in range(3):
            found: dict[int, Decimal] = {}
            for unit in front:
                for scope in (None, item_id) if item_id is not None else (None,):
                    # The item's own come last, so they win.
                    for other, factor in self.factors.get(scope, {}).get(unit, {}).items():
                        if other not in reached:
                            found[other] = reached[unit] * factor
            reached |= found
            if into_id in reached:
                return reached[into_id]
            front = list(found)
        raise NoConversion(
            _("There is no conversion from %(unit)s to %(into)s for this item.")
            % {
                "unit": self.codes.get(unit_id, unit_id),
                "into": self.codes.get(into_id, into_id),
            },
            field="unit",
        )

    def factor_of(self, code: str, into_id: int, item_id: int | None = None) -> Decimal | None:
        """The same for a unit by its code; None where nobody has said how it converts."""
        unit_id = next((pk for pk, known in self.codes.items() if known == code), None)
        try:
            return None if unit_id is None else self.factor(unit_id, into_id, item_id)
        except NoConversion:
            return None

    def convert(
        self, quantity: Decimal, unit_id: int, into_id: int, item_id: int | None = None
    ) -> Decimal:
        """The quantity in the other unit, rounded half-up to six decimals."""
        if unit_id == into_id:
            return quantity
        exact = quantity * self.factor(unit_id, into_id, item_id)
        return exact.quantize(STEP, rounding=ROUND_HALF_UP)


def converter(item_ids: Iterable[int] = ()) -> Converter:
    """All general conversions and those of the items, turned round too: 2 queries."""
    rows = UnitConversion.objects.filter(
        Q(item_id__in=list(item_ids)) | Q(item_id__isnull=True)
    ).values_list("item_id", "unit_id", "into_id", "factor")
    factors: dict[int | None, dict[int, dict[int, Decimal]]] = {}
    for item_id, unit_id, into_id, factor in rows:
        of_item = factors.setdefault(item_id, {})
        of_item.setdefault(unit_id, {})[into_id] = factor
        of_item.setdefault(into_id, {}).setdefault(unit_id, 1 / factor)
    return Converter(factors, dict(Unit.objects.values_list("pk", "code")))


def convert(
    quantity: Decimal, from_unit_id: int, to_unit_id: int, item_id: int | None = None
) -> Decimal:
    """One quantity in another unit; for many, ask for a `converter` once."""
    if from_unit_id == to_unit_id:
        return quantity
    items = () if item_id is None else (item_id,)
    return converter(items).convert(quantity, from_unit_id, to_unit_id, item_id)


# Prices and rates ---------------------------------------------------------------------------


@dataclass(frozen=True)
class PriceBreak:
    """A price that holds from a quantity upward, with both discounts of it."""

    price_list_id: int
    price_list_code: str
    item_id: int
    currency: str
    from_quantity: Decimal
    unit_price: Decimal
    price_per: Decimal
    discount_percent: Decimal
    list_discount_percent: Decimal
    is_general: bool

    @property
    def whole_discount_percent(self) -> Decimal:
        """Both discounts, one after the other, as one."""
        left = (1 - self.discount_percent / 100) * (1 - self.list_discount_percent / 100)
        return ((1 - left) * 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def prices_for(
    item_ids: Iterable[int],
    price_list_ids: Iterable[int],
    currency: str | None,
    on: dt.date,
    *,
    and_general: bool = True,
) -> dict[int, list[PriceBreak]]:
    """Prices in force on a day of the items in the given lists and the general ones: one query.

    By item, then by list in the order given (general ones last), then by rising quantity.
    `currency` None asks for every currency.
    """
    ranks = {pk: rank for rank, pk in enumerate(price_list_ids)}
    which = Q(price_list_id__in=ranks)
    if and_general:
        which |= Q(price_list__is_general=True)
    rows = (
        Price.objects.filter(which, item_id__in=list(item_ids), price_list__is_active=True)
        .filter(
            Q(price_list__valid_from__isnull=True) | Q(price_list__valid_from__lte=on),
            Q(price_list__valid_until__isnull=True) | Q(price_list__valid_until__gte=on),
        )
        .values_list(
            "price_list_id",
            "price_list__code",
            "item_id",
            "price_list__currency",
            "from_quantity",
            "unit_price",
            "price_per",
            "discount_percent",
            "price_list__discount_percent",
            "price_list__is_general",
        )
    )
    if currency is not None:
        rows = rows.filter(price_list__currency=currency)
    found: dict[int, list[PriceBreak]] = defaultdict(list)
    for row in rows:
        found[row[2]].append(PriceBreak(*row))
    for breaks in found.values():
        breaks.sort(
            key=lambda one: (
                ranks.get(one.price_list_id, len(ranks)),
                one.price_list_id,
                one.from_quantity,
            )
        )
    return dict(found)


def price_at(breaks: Sequence[PriceBreak], quantity: Decimal) -> PriceBreak | None:
    """The break that holds for a quantity: of the first list that has one."""
    chosen: PriceBreak | None = None
    for one in breaks:
        if chosen is not None and one.price_list_id != chosen.price_list_id:
            break
        if one.from_quantity <= quantity:
            chosen = one
    return chosen


def exchange_rates(currencies: Iterable[str], on: dt.date) -> dict[str, Decimal]:
    """What one unit of each currency is worth in the company's on a day: one query.

    The newest rate not later than the day; a currency without any is left out.
    """
    own = settings.COMPANY_CURRENCY
    wanted = set(currencies)
    found = dict(
        ExchangeRate.objects.filter(currency__in=wanted - {own}, day__lte=on)
        .order_by("currency", "-day")
        .distinct("currency")
        .values_list("currency", "rate")
    )
    return found | ({own: Decimal(1)} if own in wanted else {})


# BOMs ---------------------------------------------------------------------------------------


def codes_of(item_ids: Iterable[int]) -> dict[int, str]:
    """The codes of items by id (1 query; none for no items)."""
    ids = set(item_ids)
    return dict(Item.objects.filter(pk__in=ids).values_list("pk", "code")) if ids else {}


def units_of(item_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The codes of items and of their units by id (1 query; none for no items)."""
    ids = set(item_ids)
    rows = Item.objects.filter(pk__in=ids).values_list("pk", "code", "unit__code") if ids else ()
    return {pk: (code, unit) for pk, code, unit in rows}


def current_bom_edges() -> dict[int, list[tuple[int, Decimal, Decimal]]]:
    """BOMs in force: parent id → (component id, quantity per unit, percent lost). One query."""
    edges: dict[int, list[tuple[int, Decimal, Decimal]]] = defaultdict(list)
    rows = BomLine.objects.filter(bom__is_current=True).order_by("pk")
    for parent, *rest in rows.values_list(
        F("bom__item_id"), "component_id", "quantity_per", "scrap_percent"
    ):
        edges[parent].append((rest[0], rest[1], rest[2]))
    return dict(edges)
