"""The facts the catalog publishes: all say which codes, and how many were touched."""

from dataclasses import dataclass

from gendan.kernel.journal import Fact
from gendan.kernel.row_facts import RowsSaved


@dataclass(frozen=True, kw_only=True)
class UnitsSaved(RowsSaved):
    """Units were made or changed."""


@dataclass(frozen=True, kw_only=True)
class AlternatesSaved(RowsSaved):
    """Substitutes of components were written down or removed."""


@dataclass(frozen=True, kw_only=True)
class ConversionsSaved(RowsSaved):
    """Conversions between units were made, changed or removed."""


@dataclass(frozen=True, kw_only=True)
class FamiliesSaved(RowsSaved):
    """Families of items were made or changed."""


@dataclass(frozen=True, kw_only=True)
class ItemsSaved(RowsSaved):
    """Items were made or changed."""


@dataclass(frozen=True, kw_only=True)
class BomsSaved(RowsSaved):
    """What items are made of has changed; `codes` are the parents."""


@dataclass(frozen=True, kw_only=True)
class RoutingsSaved(RowsSaved):
    """How items are made has changed; `codes` are the items."""


@dataclass(frozen=True, kw_only=True)
class WorkCentersSaved(RowsSaved):
    """Work centres were made or changed."""


@dataclass(frozen=True, kw_only=True)
class LearningCurvesSaved(RowsSaved):
    """Learning curves were made or changed."""


@dataclass(frozen=True, kw_only=True)
class CalendarsSaved(RowsSaved):
    """Working calendars, or single days of them, have changed; `codes` are the calendars."""


@dataclass(frozen=True, kw_only=True)
class PriceListsSaved(RowsSaved):
    """Price lists were made or changed."""


@dataclass(frozen=True, kw_only=True)
class PricesSaved(RowsSaved):
    """Prices were made, changed or removed; `codes` are the price lists."""


@dataclass(frozen=True, kw_only=True)
class ExchangeRatesSaved(RowsSaved):
    """Exchange rates were made or changed; `codes` are the currencies."""


@dataclass(frozen=True, kw_only=True)
class ItemRulesChanged(Fact):
    """An item is planned by other rules from now on; `was` and `now` by column, as text."""

    item_id: int
    item: str
    was: dict[str, str]
    now: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class SpecificationReleased(Fact):
    """A new version of an item's specification is in force."""

    item_id: int
    item: str
    version: str
    was: str
    note: str = ""
