"""Makers of master data and stock, through verbs: each gives a sensible default for what a test
does not care about, and returns the thing that already exists under that code."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from gendan.catalog import services as catalog
from gendan.catalog.models import (
    Alternate,
    Bom,
    Calendar,
    ExchangeRate,
    Family,
    Item,
    Price,
    PriceList,
    Routing,
    Unit,
    UnitConversion,
    WorkCenter,
)
from gendan.inventory import services as inventory
from gendan.inventory.models import ExpectedSupply, Location, Lot, Move
from gendan.kernel import clock
from gendan.partners import services as partners
from gendan.partners.models import Address, Contact, Lane, Partner, PaymentTerms
from gendan.workforce import services as workforce
from gendan.workforce.models import Department, Person

Number = Decimal | int | str


def decimal(number: Number) -> Decimal:
    """A decimal from what is shortest to write in a test."""
    return Decimal(str(number))


# Catalog ------------------------------------------------------------------------------------


def unit(code: str = "pcs", **values: Any) -> Unit:
    """A unit; without anything else, pieces."""
    values.setdefault("name_en", code)
    return catalog.save_units(rows=[catalog.UnitRow(code=code, **values)], by=None)[0]


def conversion(unit_code: str, into: str, factor: Number, item_code: str = "") -> UnitConversion:
    """1 `unit_code` = factor × `into`, for one item or for all."""
    row = catalog.ConversionRow(unit_code, into, item_code, decimal(factor))
    return catalog.save_conversions(rows=[row], by=None)[0]


def family(code: str = "HW", **values: Any) -> Family:
    """A family of items."""
    values.setdefault("name_en", code)
    return catalog.save_families(rows=[catalog.FamilyRow(code=code, **values)], by=None)[0]


def item(code: str = "A-1", **values: Any) -> Item:
    """An item: bought, in pieces, of the family HW, unless said otherwise."""
    return items({code: values})[0]


def items(wanted: Mapping[str, Mapping[str, Any]]) -> list[Item]:
    """Several items by code with one verb."""
    rows = []
    for code, values in wanted.items():
        kept: dict[str, Any] = {"family": "HW", "unit": "pcs", "supply": "buy", "name_en": code}
        kept |= values
        rows.append(catalog.ItemRow(code=code, **kept))
    _ensure_units({str(row.unit) for row in rows})
    _ensure_families({str(row.family) for row in rows})
    return catalog.save_items(rows=rows, by=None)


def _ensure_units(codes: set[str]) -> None:
    missing = codes - set(Unit.objects.filter(code__in=codes).values_list("code", flat=True))
    for code in sorted(missing):
        unit(code)


def _ensure_families(codes: set[str]) -> None:
    missing = codes - set(Family.objects.filter(code__in=codes).values_list("code", flat=True))
    for code in sorted(missing):
        family(code)


def bom(parent: str, components: Mapping[str, Number], revision: str = "1") -> Bom:
    """What an item is made of: component code → quantity per piece."""
    lines = [catalog.BomLineRow(code, decimal(number)) for code, number in components.items()]
    rows = [catalog.BomRow(item=parent, lines=lines, revision=revision)]
    return catalog.save_boms(rows=rows, by=None)[0]


def alternate(component: str, other: str, parent: str = "") -> Alternate:
    """What may be taken for a component, in one made item or everywhere."""
    rows = [catalog.AlternateRow(component, other, parent)]
    return catalog.save_alternates(rows=rows, by=None)[0]


def work_center(code: str = "WC-1", **values: Any) -> WorkCenter:
    """A work centre of eight hours a day."""
    rows = [catalog.WorkCenterRow(code=code, **values)]
    return catalog.save_work_centers(rows=rows, by=None)[0]


def routing(item_code: str, *steps: tuple[str, Number, Number]) -> Routing:
    """How an item is made: (work centre, set-up minutes, minutes per piece) one after another."""
    rows = [
        catalog.RoutingStepRow(place * 10, code, "", decimal(setup), decimal(run))
        for place, (code, setup, run) in enumerate(steps, 1)
    ]
    return catalog.save_routings(rows=[catalog.RoutingRow(item_code, rows)], by=None)[0]


def calendar(
    code: str = "CN",
    *,
    country: str = "CN",
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4),
    off: tuple[dt.date, ...] = (),
    on: tuple[dt.date, ...] = (),
) -> Calendar:
    """A working calendar with days off and extra working days written by hand."""
    row = catalog.CalendarRow(code=code, name_en=code, country=country, weekdays=weekdays)
    made = catalog.save_calendars(rows=[row], by=None)[0]
    days = [catalog.CalendarDayRow(code, day, is_working=False) for day in off]
    days += [catalog.CalendarDayRow(code, day, is_working=True) for day in on]
    if days:
        catalog.save_calendar_days(rows=days, by=None)
    return made


def price_list(code: str = "USD-1", currency: str = "USD", **values: Any) -> PriceList:
    """A price list."""
    row = catalog.PriceListRow(code=code, name_en=code, currency=currency, **values)
    return catalog.save_price_lists(rows=[row], by=None)[0]


def price(
    item_code: str,
    unit_price: Number,
    *,
    price_list_code: str = "USD-1",
    from_quantity: Number = 0,
    **values: Any,
) -> Price:
    """A price of an item in a list, which is made if there is none."""
    if not PriceList.objects.filter(code=price_list_code).exists():
        price_list(price_list_code)
    row = catalog.PriceRow(
        price_list_code, item_code, decimal(from_quantity), decimal(unit_price), **values
    )
    return catalog.save_prices(rows=[row], by=None)[0]


def rate(currency: str = "USD", value: Number = "7.1", day: dt.date | None = None) -> ExchangeRate:
    """What a currency is worth in the company's, from a day on."""
    row = catalog.ExchangeRateRow(currency, day or dt.date(2020, 1, 1), decimal(value))
    return catalog.save_exchange_rates(rows=[row], by=None)[0]


# Partners -----------------------------------------------------------------------------------


def payment_terms(code: str = "TT30", *instalments: tuple[str, Number, int]) -> PaymentTerms:
    """Terms: (event, percent, days) …; without any, 30 % deposit and the rest against B/L."""
    plan = instalments or (("contract", 30, 0), ("bill_of_lading", 70, 0))
    row = partners.PaymentTermsRow(
        code=code,
        name_en=code,
        instalments=[
            {"event": event, "percent": str(percent), "days": days} for event, percent, days in plan
        ],
    )
    return partners.save_payment_terms(rows=[row], by=None)[0]


def partner(code: str, **values: Any) -> Partner:
    """A company; of which kind must be said."""
    kept = {"name": code, "country": "DE", "currency": "USD", "language": "en"} | values
    return partners.save_partners(rows=[partners.PartnerRow(code=code, **kept)], by=None)[0]


def customer(code: str = "C-1", **values: Any) -> Partner:
    """A customer in Germany paying in dollars, unless said otherwise."""
    return partner(code, is_customer=True, **values)


def supplier(code: str = "S-1", **values: Any) -> Partner:
    """A supplier in China, unless said otherwise."""
    kept = {"country": "CN", "currency": "CNY", "language": "zh-hans"} | values
    return partner(code, is_supplier=True, **kept)


def contact(partner_code: str, name: str = "Anna Schmidt", **values: Any) -> Contact:
    """A person at a company."""
    rows = [partners.ContactRow(partner=partner_code, name=name, **values)]
    return partners.save_contacts(rows=rows, by=None)[0]


def address(partner_code: str, **values: Any) -> Address:
    """An address of a company."""
    kept = {"lines": "Hafenstr. 1", "city": "Hamburg", "country": "DE"} | values
    rows = [partners.AddressRow(partner=partner_code, **kept)]
    return partners.save_addresses(rows=rows, by=None)[0]


def lane(
    country: str = "DE",
    method: str = "sea",
    *,
    to_port_days: int = 3,
    transit_days: int = 30,
    to_door_days: int = 5,
    sails_on: tuple[int, ...] = (),
    cutoff_days: int = 0,
) -> Lane:
    """How long goods travel to a country."""
    row = partners.LaneRow(
        method,
        country,
        to_port_days,
        transit_days,
        to_door_days,
        sails_on=sails_on,
        cutoff_days=cutoff_days,
    )
    return partners.save_lanes(rows=[row], by=None)[0]


# Workforce ----------------------------------------------------------------------------------


def department(code: str = "SALES", **values: Any) -> Department:
    """A department."""
    values.setdefault("name_en", code)
    rows = [workforce.DepartmentRow(code=code, **values)]
    return workforce.save_departments(rows=rows, by=None)[0]


def staff(code: str = "P-1", *, username: str | None = None, **values: Any) -> Person:
    """One of our people, with the user account if a name is given."""
    kept = {"name": code, "department": "SALES"} | values
    if not Department.objects.filter(code=kept["department"]).exists():
        department(kept["department"])
    rows = [workforce.PersonRow(code=code, user=username, **kept)]
    return workforce.save_people(rows=rows, by=None)[0]


# Inventory ----------------------------------------------------------------------------------


def location(code: str = "STORE", kind: str = "store", **values: Any) -> Location:
    """A place; without anything else, the store."""
    rows = [inventory.LocationRow(code=code, name_en=code, kind=kind, **values)]
    return inventory.save_locations(rows=rows, by=None)[0]


def lot(item_code: str, code: str = "L-1", **values: Any) -> Lot:
    """A lot of an item."""
    return inventory.save_lots(rows=[inventory.LotRow(item_code, code, **values)], by=None)[0]


def stock(
    item_code: str, quantity: Number, *, location_code: str = "STORE", lot_code: str = ""
) -> Move:
    """Opening stock of an item; the store is made if there is none."""
    if not Location.objects.filter(code=location_code).exists():
        location(location_code)
    row = inventory.OpeningRow(item_code, decimal(quantity), location_code, lot=lot_code)
    return inventory.post_opening_stock(rows=[row], by=None)[0]


def expected(
    item_code: str,
    quantity: Number,
    due_on: dt.date | None = None,
    *,
    in_days: int = 10,
    reference: str = "",
    demand: str = "",
) -> ExpectedSupply:
    """Goods that will arrive: on a day, or in so many days from today."""
    due = due_on or clock.today() + dt.timedelta(days=in_days)
    row = inventory.ExpectedRow(item_code, decimal(quantity), due, reference, demand)
    return inventory.expect_supplies(rows=[row], by=None)[0]
