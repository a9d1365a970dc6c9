"""The facts the stocking room publishes."""

from dataclasses import dataclass, field

from gendan.kernel.journal import Fact
from gendan.kernel.row_facts import RowsSaved


@dataclass(frozen=True, kw_only=True)
class ForecastsAsked(Fact):
    """Somebody wants demand forecast anew."""

    run_id: int


@dataclass(frozen=True, kw_only=True)
class ForecastsMade(Fact):
    """Demand was forecast anew."""

    run_id: int
    items: int


@dataclass(frozen=True, kw_only=True)
class ForecastsFailed(Fact):
    """Demand could not be forecast; the forecasts before stay as they are."""

    run_id: int
    failure: str


@dataclass(frozen=True, kw_only=True)
class StockPoliciesSaved(RowsSaved):
    """Stock policies were made, changed or removed; `codes` are those of the items."""


@dataclass(frozen=True, kw_only=True)
class StockPoliciesAdopted(Fact):
    """Calculated limits are in force; `codes` are those of the first thousand items."""

    codes: list[str]
    items: int


@dataclass(frozen=True, kw_only=True)
class StockAlarmFact(Fact):
    """An item's stock against its limits; quantities as text."""

    item_id: int
    item: str
    on_hand: str
    limit: str


@dataclass(frozen=True, kw_only=True)
class StockBelowMinimum(StockAlarmFact):
    """There is less than the least that should be there."""


@dataclass(frozen=True, kw_only=True)
class StockAboveMaximum(StockAlarmFact):
    """There is more than the most that should be there."""


@dataclass(frozen=True, kw_only=True)
class StockWithinLimits(StockAlarmFact):
    """The stock is within its limits again."""


@dataclass(frozen=True, kw_only=True)
class ReordersAsked(Fact):
    """Items at their reorder point are to be bought or made; numbers of what was made of them."""

    codes: list[str]
    purchase_requests: list[str] = field(default_factory=list)
    work_orders: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class SurplusDecided(Fact):
    """Somebody decided what becomes of stock that is too much, slow or about to expire."""

    item_id: int
    item: str
    decision: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SurplusStarted(Fact):
    """Something was begun to get rid of surplus: a return, a work order, goods kept for a line."""

    item_id: int
    item: str
    kind: str
    quantity: str
    about: str
    told: str
