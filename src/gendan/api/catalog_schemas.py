"""What the operations of the catalog take and give."""

import datetime as dt
from decimal import Decimal
from typing import Any

from ninja import Schema

from gendan.api.rows import Rows
from gendan.catalog import services
from gendan.catalog.line_plans import LinePlan
from gendan.catalog.models import Alternate, Bom, Item, Price, Routing, UnitConversion


class NamedOut(Schema):
    """What has a code and a name in both languages."""

    id: int
    code: str
    name_en: str
    name_zh: str
    is_active: bool


class UnitOut(NamedOut):
    """A unit of measure."""

    rec20: str
    step: Decimal


class FamilyOut(NamedOut):
    """A family of items."""

    kind: str
    uses_matrix: bool
    uses_assortment: bool
    sizes: list[str]


class ItemOut(NamedOut):
    """An item; family and unit by code."""

    family: str
    unit: str
    model: str
    style: str
    colour: str
    size: str
    specification: dict[str, Any]
    specification_version: str
    barcode: str
    hs_code: str
    supply: str
    is_sold: bool
    lead_days: int
    lot_rule: str
    lot_size: Decimal
    lot_minimum: Decimal
    lot_maximum: Decimal
    period_days: int
    safety_stock: Decimal
    yield_percent: Decimal
    fence_days: int
    demand_fence_days: int
    traced: str
    cost: Decimal | None
    carton_quantity: Decimal | None
    carton_kg: Decimal | None
    carton_m3: Decimal | None

    @staticmethod
    def resolve_family(item: Item) -> str:
        """The family's code."""
        return item.family.code

    @staticmethod
    def resolve_unit(item: Item) -> str:
        """The unit's code."""
        return item.unit.code


class ConversionOut(Schema):
    """1 unit = factor × into; item null holds for all."""

    id: int
    item: str | None
    unit: str
    into: str
    factor: Decimal

    @staticmethod
    def resolve_item(one: UnitConversion) -> str | None:
        """The item's code."""
        return one.item.code if one.item else None

    @staticmethod
    def resolve_unit(one: UnitConversion) -> str:
        """The unit's code."""
        return one.unit.code

    @staticmethod
    def resolve_into(one: UnitConversion) -> str:
        """The other unit's code."""
        return one.into.code


class AlternateOut(Schema):
    """`quantity` of an item may be taken for one of a component; parent null: in everything."""

    id: int
    component: str
    alternate: str
    parent: str | None
    quantity: Decimal
    rank: int
    is_planned: bool
    remark: str

    @staticmethod
    def resolve_component(one: Alternate) -> str:
        """The component's code."""
        return one.component.code

    @staticmethod
    def resolve_alternate(one: Alternate) -> str:
        """The substitute's code."""
        return one.alternate.code

    @staticmethod
    def resolve_parent(one: Alternate) -> str | None:
        """The made item's code."""
        return one.parent.code if one.parent else None


class BomLineOut(Schema):
    """A component by code, its quantity in its own unit."""

    component: str
    quantity_per: Decimal
    scrap_percent: Decimal

    @staticmethod
    def resolve_component(line: Any) -> str:
        """The component's code."""
        return str(line.component.code)


class BomOut(Schema):
    """A revision of what an item is made of."""

    id: int
    item: str
    revision: str
    is_current: bool
    remark: str
    lines: list[BomLineOut]

    @staticmethod
    def resolve_item(bom: Bom) -> str:
        """The parent's code."""
        return bom.item.code

    @staticmethod
    def resolve_lines(bom: Bom) -> list[Any]:
        """The components."""
        return list(bom.lines.all())


class RoutingStepOut(Schema):
    """An operation at a work centre (its code)."""

    sequence: int
    name: str
    work_center: str
    setup_minutes: Decimal
    run_minutes_per_unit: Decimal
    sam_minutes: Decimal | None
    learning_curve: str
    setup_family: str
    transfer_quantity: Decimal | None

    @staticmethod
    def resolve_work_center(step: Any) -> str:
        """The work centre's code."""
        return str(step.work_center.code)

    @staticmethod
    def resolve_learning_curve(step: Any) -> str:
        """The code of its own curve; empty: the work centre's."""
        return str(step.learning_curve.code) if step.learning_curve else ""


class RoutingOut(Schema):
    """A revision of how an item is made."""

    id: int
    item: str
    revision: str
    is_current: bool
    steps: list[RoutingStepOut]

    @staticmethod
    def resolve_item(routing: Routing) -> str:
        """The item's code."""
        return routing.item.code

    @staticmethod
    def resolve_steps(routing: Routing) -> list[Any]:
        """The operations."""
        return list(routing.steps.all())


class WorkCenterOut(NamedOut):
    """A work centre."""

    calendar_id: int | None
    minutes_per_day: int
    machines: int
    is_outside: bool
    operators: int | None
    efficiency_percent: Decimal
    learning_curve_id: int | None
    hour_cost: Decimal | None
    overtime_minutes: int
    overtime_cost: Decimal | None
    second_line_id: int | None


class LearningCurveOut(NamedOut):
    """How a line gets into a style: percent of the full rate on the first day, the second, …"""

    percents: list[int]
    known_days: int


class LineAsked(Schema):
    """A quantity of a style for a line."""

    sam: Decimal
    quantity: Decimal
    made_before: Decimal = Decimal(0)
    curve: str | None = None
    begins_on: dt.date | None = None


class LineDayOut(Schema):
    """A day of a line on a style, in whole pieces."""

    number: int
    percent: int
    made: int
    so_far: int


class LineRateOut(Schema):
    """What one line makes at the full rate, and of a quantity day by day."""

    piece_minutes: Decimal
    an_hour: Decimal
    a_day: Decimal
    days: Decimal
    lost_days: Decimal
    whole_days: int
    ends_on: dt.date | None
    by_day: list[LineDayOut]

    @staticmethod
    def resolve_by_day(plan: LinePlan) -> list[dict[str, Any]]:
        """The days, as far as they are told one by one."""
        return plan.told_by_day()


class LearningCurvesIn(Schema):
    """Learning curves to make or change."""

    rows: Rows[services.LearningCurveRow]


class CalendarOut(NamedOut):
    """A working calendar; weekdays 0 = Monday."""

    country: str
    weekdays: list[int]


class CalendarDayOut(Schema):
    """A day that differs from the weekly pattern."""

    id: int
    calendar_id: int
    day: dt.date
    is_working: bool
    name: str
    is_by_hand: bool


class PriceListOut(NamedOut):
    """A price list."""

    currency: str
    valid_from: dt.date | None
    valid_until: dt.date | None
    is_general: bool
    discount_percent: Decimal


class PriceOut(Schema):
    """A price of an item in a list, both by code."""

    id: int
    price_list: str
    item: str
    from_quantity: Decimal
    unit_price: Decimal
    price_per: Decimal
    discount_percent: Decimal

    @staticmethod
    def resolve_price_list(price: Price) -> str:
        """The list's code."""
        return price.price_list.code

    @staticmethod
    def resolve_item(price: Price) -> str:
        """The item's code."""
        return price.item.code


class RateOut(Schema):
    """What a currency is worth in the company's, from a day on."""

    id: int
    currency: str
    day: dt.date
    rate: Decimal


class FilledOut(Schema):
    """What filling did, and sentences about what is not known."""

    made: int
    changed: int
    removed: int
    notes: list[str]


class UnitsIn(Schema):
    """Units to make or change."""

    rows: Rows[services.UnitRow]


class ConversionsIn(Schema):
    """Conversions to make, change or remove."""

    rows: Rows[services.ConversionRow]


class AlternatesIn(Schema):
    """Substitutes to make, change or remove."""

    rows: Rows[services.AlternateRow]


class FamiliesIn(Schema):
    """Families to make or change."""

    rows: Rows[services.FamilyRow]


class ItemsIn(Schema):
    """Items to make or change; what is left out of a row stays as it is."""

    rows: Rows[services.ItemRow]


class BomsIn(Schema):
    """BOM revisions, each whole."""

    rows: Rows[services.BomRow]


class RoutingsIn(Schema):
    """Routing revisions, each whole."""

    rows: Rows[services.RoutingRow]


class WorkCentersIn(Schema):
    """Work centres to make or change."""

    rows: Rows[services.WorkCenterRow]


class CalendarsIn(Schema):
    """Calendars to make or change."""

    rows: Rows[services.CalendarRow]


class CalendarDaysIn(Schema):
    """Days to write by hand, or to remove."""

    rows: Rows[services.CalendarDayRow]


class YearsIn(Schema):
    """Which years to fill; without codes, all calendars."""

    years: Rows[int]
    codes: list[str] | None = None


class PriceListsIn(Schema):
    """Price lists to make or change."""

    rows: Rows[services.PriceListRow]


class PricesIn(Schema):
    """Prices to make, change or remove."""

    rows: Rows[services.PriceRow]


class RatesIn(Schema):
    """Exchange rates to make, change or remove."""

    rows: Rows[services.ExchangeRateRow]
