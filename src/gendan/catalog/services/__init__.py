"""The verbs of the catalog: the only code that writes its tables."""

from gendan.catalog.services.alternates import AlternateRow, save_alternates
from gendan.catalog.services.boms import BomLineRow, BomRow, save_boms
from gendan.catalog.services.calendars import (
    CalendarDayRow,
    CalendarRow,
    FilledCalendars,
    fill_calendars,
    keep_calendars_filled,
    save_calendar_days,
    save_calendars,
)
from gendan.catalog.services.items import FamilyRow, ItemRow, save_families, save_items
from gendan.catalog.services.line_rates import LearningCurveRow, save_learning_curves
from gendan.catalog.services.prices import (
    ExchangeRateRow,
    PriceListRow,
    PriceRow,
    save_exchange_rates,
    save_price_lists,
    save_prices,
)
from gendan.catalog.services.routings import (
    RoutingRow,
    RoutingStepRow,
    WorkCenterRow,
    save_routings,
    save_work_centers,
)
from gendan.catalog.services.specifications import release_specification
from gendan.catalog.services.units import ConversionRow, UnitRow, save_conversions, save_units

__all__ = [
    "AlternateRow",
    "BomLineRow",
    "BomRow",
    "CalendarDayRow",
    "CalendarRow",
    "ConversionRow",
    "ExchangeRateRow",
    "FamilyRow",
    "FilledCalendars",
    "ItemRow",
    "LearningCurveRow",
    "PriceListRow",
    "PriceRow",
    "RoutingRow",
    "RoutingStepRow",
    "UnitRow",
    "WorkCenterRow",
    "fill_calendars",
    "keep_calendars_filled",
    "release_specification",
    "save_alternates",
    "save_boms",
    "save_calendar_days",
    "save_calendars",
    "save_conversions",
    "save_exchange_rates",
    "save_families",
    "save_items",
    "save_learning_curves",
    "save_price_lists",
    "save_prices",
    "save_routings",
    "save_units",
    "save_work_centers",
]
