"""The kinds of sheets: which row each reads, which verb takes it, what is exported."""

import datetime as dt
import functools
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import override

from gendan.catalog import models as catalog_models
from gendan.catalog import services as catalog
from gendan.exchange import cells
from gendan.exchange.cells import Reader
from gendan.exchange.words import words_of
from gendan.inventory import models as inventory_models
from gendan.inventory import services as inventory
from gendan.orders import models as orders_models
from gendan.orders import services as orders
from gendan.partners import models as partners_models
from gendan.partners import services as partners
from gendan.workforce import models as workforce_models
from gendan.workforce import services as workforce

READERS: dict[str, Reader] = {
    "weekdays": cells.as_weekdays,
    "instalments": cells.as_instalments,
}


@dataclass(frozen=True)
class Column:
    """A column: the field it fills, its headers, how its cells are read."""

    key: str
    title_en: str
    title_zh: str
    reader: Reader
    is_needed: bool
    choices: tuple[str, ...] = ()

    def title(self, language: str) -> str:
        """The header in a language."""
        return self.title_zh if language.startswith("zh") else self.title_en


@dataclass(frozen=True)
class Kind:
    """A kind of sheet. `line` is the row of its lines, where several rows make one thing.

    `paths`: where an exported column stands, seen from the model; `where` filters the export.
    """

    key: str
    title_en: str
    title_zh: str
    row: Any
    save: Callable[..., Any]
    model: type[models.Model]
    take: Callable[..., Any] | None = None  # where one sheet is many calls of the verb
    line: Any = None
    line_field: str = ""
    group_by: tuple[str, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[Mapping[str, Any], ...] = ()
    leave_out: tuple[str, ...] = ()

    @property
    def verb(self) -> str:
        """The verb's name: who may do it may import the sheet."""
        return self.save.__name__

    def title(self, language: str) -> str:
        """What the sheet is called in a language."""
        return self.title_zh if language.startswith("zh") else self.title_en

    @functools.cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, head fields first."""
        names = [*self._fields(self.row)]
        if self.line is not None:
            names += [name for name in self._fields(self.line) if name not in names]
        return tuple(self._column(name) for name in names)

    @functools.cached_property
    def line_names(self) -> frozenset[str]:
        """The columns that fill a line, where several rows make one thing."""
        return frozenset(self._fields(self.line)) if self.line is not None else frozenset()

    def _fields(self, row: Any) -> list[str]:
        skipped = {*self.leave_out, self.line_field}
        return [one.name for one in fields(row) if one.name not in skipped]

    def _column(self, name: str) -> Column:
        source = self.line if name in self.line_names else self.row
        declared = next(one for one in fields(source) if one.name == name)
        english, chinese = words_of(self.key, name)
        is_needed = declared.default is MISSING and declared.default_factory is MISSING
        reader = READERS.get(name) or _reader(typing.get_type_hints(source)[name])
        choices = self._choices(name)
        if choices:
            reader = _choice_reader(choices)
        values = tuple(dict.fromkeys(choices.values()))
        return Column(name, english, chinese, reader, is_needed, values)

    def _choices(self, name: str) -> dict[str, str]:
        """What may be written for each value: the value itself and its words in both languages."""
        try:
            column: Any = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return {}
        found: dict[str, str] = {}
        for value, label in getattr(column, "choices", None) or ():
            found[str(value).lower()] = str(value)
            for language in ("en", "zh-hans"):
                with override(language):
                    found.setdefault(str(label).lower(), str(value))
        return found


def _choice_reader(choices: Mapping[str, str]) -> Reader:
    def read(cell: Any) -> str:
        text = cells.as_text(cell).strip()
        # What is no known word goes on as it is: the verb says what it may be.
        return choices.get(text.lower(), text)

    return read


def _reader(hint: Any) -> Reader:
    """The reader for a field's type: None and "" (cleared) in a union do not count."""
    parts = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    origin = typing.get_origin(hint)
    if origin is typing.Union:
        parts = typing.get_args(hint)
    for part in parts:
        plain = typing.get_origin(part) or part
        for kind, reader in _READERS_BY_TYPE:
            if plain is kind:
                return reader
    return cells.as_text


_READERS_BY_TYPE: list[tuple[Any, Reader]] = [
    (bool, cells.as_boolean),
    (int, cells.as_integer),
    (Decimal, cells.as_decimal),
    (dt.date, cells.as_date),
    (dt.time, cells.as_time),
    (dict, cells.as_attributes),
    (Sequence, cells.as_list),
]


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "units",
            "Units",
            "单位",
            catalog.UnitRow,
            catalog.save_units,
            catalog_models.Unit,
            examples=({"code": "pcs", "name_en": "piece", "name_zh": "件", "rec20": "C62"},),
        ),
        Kind(
            "conversions",
            "Unit conversions",
            "单位换算",
            catalog.ConversionRow,
            catalog.save_conversions,
            catalog_models.UnitConversion,
            examples=({"unit": "ctn", "into": "pcs", "item": "A-100", "factor": 24},),
        ),
        Kind(
            "families",
            "Item families",
            "产品类别",
            catalog.FamilyRow,
            catalog.save_families,
            catalog_models.Family,
            examples=(
                {"code": "TEE", "name_en": "T-shirts", "kind": "apparel", "sizes": "S, M, L"},
            ),
        ),
        Kind(
            "items",
            "Items",
            "物料",
            catalog.ItemRow,
            catalog.save_items,
            catalog_models.Item,
            examples=(
                {
                    "code": "A-100",
                    "family": "HW",
                    "unit": "pcs",
                    "supply": "make",
                    "name_en": "Hinge 100 mm",
                    "name_zh": "铰链100mm",
                    "specification": "material=steel; finish=zinc",
                    "lead_days": 12,
                },
            ),
        ),
        Kind(
            "boms",
            "BOMs",
            "物料清单",
            catalog.BomRow,
            catalog.save_boms,
            catalog_models.BomLine,
            line=catalog.BomLineRow,
            line_field="lines",
            group_by=("item", "revision"),
            paths={
                "item": "bom__item__code",
                "revision": "bom__revision",
                "is_current": "bom__is_current",
                "remark": "bom__remark",
                "unit": "component__unit__code",
            },
            examples=(
                {"item": "A-100", "revision": "1", "component": "M-1", "quantity_per": 2},
                {"item": "A-100", "revision": "1", "component": "M-2", "quantity_per": "0.05"},
            ),
        ),
        Kind(
            "work_centers",
            "Work centres",
            "工作中心",
            catalog.WorkCenterRow,
            catalog.save_work_centers,
            catalog_models.WorkCenter,
            examples=({"code": "SEW-1", "name_en": "Sewing line 1", "minutes_per_day": 4800},),
        ),
        Kind(
            "routings",
            "Routings",
            "工艺路线",
            catalog.RoutingRow,
            catalog.save_routings,
            catalog_models.RoutingStep,
            line=catalog.RoutingStepRow,
            line_field="steps",
            group_by=("item", "revision"),
            paths={
                "item": "routing__item__code",
                "revision": "routing__revision",
                "is_current": "routing__is_current",
            },
            examples=(
                {"item": "A-100", "sequence": 10, "work_center": "CUT", "run_minutes_per_unit": 2},
                {"item": "A-100", "sequence": 20, "work_center": "SEW-1", "setup_minutes": 15},
            ),
        ),
        Kind(
            "calendars",
            "Working calendars",
            "工作日历",
            catalog.CalendarRow,
            catalog.save_calendars,
            catalog_models.Calendar,
            examples=({"code": "CN", "name_zh": "中国", "country": "CN", "weekdays": "1-5"},),
        ),
        Kind(
            "calendar_days",
            "Calendar days",
            "日历例外",
            catalog.CalendarDayRow,
            catalog.save_calendar_days,
            catalog_models.CalendarDay,
            where={"is_by_hand": True},
            examples=({"calendar": "CN", "day": "2026-12-31", "is_working": "no"},),
        ),
        Kind(
            "price_lists",
            "Price lists",
            "价目表",
            catalog.PriceListRow,
            catalog.save_price_lists,
            catalog_models.PriceList,
            examples=({"code": "USD-26", "name_en": "2026", "currency": "USD"},),
        ),
        Kind(
            "prices",
            "Prices",
            "价格",
            catalog.PriceRow,
            catalog.save_prices,
            catalog_models.Price,
            examples=(
                {"price_list": "USD-26", "item": "A-100", "from_quantity": 0, "unit_price": "1.2"},
                {
                    "price_list": "USD-26",
                    "item": "A-100",
                    "from_quantity": 1000,
                    "unit_price": "1.1",
                },
            ),
        ),
        Kind(
            "exchange_rates",
            "Exchange rates",
            "汇率",
            catalog.ExchangeRateRow,
            catalog.save_exchange_rates,
            catalog_models.ExchangeRate,
            examples=({"currency": "USD", "day": "2026-01-01", "rate": "7.05"},),
        ),
        Kind(
            "payment_terms",
            "Payment terms",
            "付款条件",
            partners.PaymentTermsRow,
            partners.save_payment_terms,
            partners_models.PaymentTerms,
            examples=(
                {
                    "code": "TT30",
                    "name_en": "30 % deposit, 70 % against B/L copy",
                    "instalments": "30 contract 0; 70 bill_of_lading 0",
                },
            ),
        ),
        Kind(
            "partners",
            "Companies",
            "往来单位",
            partners.PartnerRow,
            partners.save_partners,
            partners_models.Partner,
            paths={"merchandiser": "merchandiser__username"},
            examples=(
                {
                    "code": "C001",
                    "name": "Nordlicht GmbH",
                    "is_customer": "yes",
                    "country": "DE",
                    "currency": "EUR",
                    "time_zone": "Europe/Berlin",
                },
            ),
        ),
        Kind(
            "contacts",
            "Contacts",
            "联系人",
            partners.ContactRow,
            partners.save_contacts,
            partners_models.Contact,
            examples=({"partner": "C001", "name": "Anna Schmidt", "email": "anna@example.com"},),
        ),
        Kind(
            "addresses",
            "Addresses",
            "地址",
            partners.AddressRow,
            partners.save_addresses,
            partners_models.Address,
            examples=(
                {"partner": "C001", "kind": "delivery", "lines": "Hafenstr. 1", "country": "DE"},
            ),
        ),
        Kind(
            "lanes",
            "Transit times",
            "运输时间",
            partners.LaneRow,
            partners.save_lanes,
            partners_models.Lane,
            examples=({"method": "sea", "country": "DE", "transit_days": 32},),
        ),
        Kind(
            "departments",
            "Departments",
            "部门",
            workforce.DepartmentRow,
            workforce.save_departments,
            workforce_models.Department,
            examples=({"code": "SALES", "name_en": "Sales", "name_zh": "销售部"},),
        ),
        Kind(
            "shifts",
            "Shifts",
            "班次",
            workforce.ShiftRow,
            workforce.save_shifts,
            workforce_models.Shift,
            examples=({"code": "DAY", "name_en": "Day", "starts": "08:00", "ends": "17:00"},),
        ),
        Kind(
            "people",
            "People",
            "人员",
            workforce.PersonRow,
            workforce.save_people,
            workforce_models.Person,
            paths={"user": "user__username"},
            examples=({"code": "P001", "name": "王美", "department": "SALES", "user": "mei"},),
        ),
        Kind(
            "absences",
            "Absences",
            "请假",
            workforce.AbsenceRow,
            workforce.save_absences,
            workforce_models.Absence,
            examples=({"person": "P001", "from_on": "2026-10-01", "until_on": "2026-10-08"},),
        ),
        Kind(
            "locations",
            "Locations",
            "库位",
            inventory.LocationRow,
            inventory.save_locations,
            inventory_models.Location,
            examples=({"code": "STORE", "name_en": "Store", "kind": "store"},),
        ),
        Kind(
            "lots",
            "Lots",
            "批号",
            inventory.LotRow,
            inventory.save_lots,
            inventory_models.Lot,
            examples=({"item": "A-100", "code": "L2601", "expires_on": "2028-01-31"},),
        ),
        Kind(
            "opening_stock",
            "Opening stock",
            "期初库存",
            inventory.OpeningRow,
            inventory.post_opening_stock,
            inventory_models.Balance,
            paths={
                "quantity": "on_hand",
                "unit": "item__unit__code",
                "made_on": "lot__made_on",
                "expires_on": "lot__expires_on",
            },
            where={"is_own": True, "on_hand__gt": 0},
            examples=({"item": "A-100", "quantity": 500, "location": "STORE"},),
        ),
        Kind(
            "expected_supplies",
            "Expected supplies",
            "预计到货",
            inventory.ExpectedRow,
            inventory.expect_supplies,
            inventory_models.ExpectedSupply,
            leave_out=("expected_id",),
            paths={"unit": "item__unit__code"},
            where={"is_open": True},
            examples=(
                {"item": "A-100", "quantity": 500, "due_on": "2026-12-20", "reference": "PO-1"},
            ),
        ),
        Kind(
            "customer_items",
            "Customers' item codes",
            "客户货号",
            orders.CustomerItemRow,
            orders.save_customer_items,
            orders_models.CustomerItem,
            examples=({"customer": "C001", "code": "9913", "item": "A-100"},),
        ),
        Kind(
            "customer_price_lists",
            "Customers' price lists",
            "客户价目表",
            orders.CustomerPriceListRow,
            orders.save_customer_price_lists,
            orders_models.CustomerPriceList,
            examples=({"customer": "C001", "price_list": "USD-26", "rank": 1},),
        ),
    )
}
