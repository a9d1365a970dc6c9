"""The facts the inventory publishes. `item_ids` is empty when more than MOST_NAMED items are
touched: then a listener looks at everything."""

from dataclasses import dataclass, field

from gendan.kernel.journal import Fact
from gendan.kernel.row_facts import RowsSaved

MOST_NAMED = 1000


@dataclass(frozen=True, kw_only=True)
class LocationsSaved(RowsSaved):
    """Locations were made or changed."""


@dataclass(frozen=True, kw_only=True)
class LotsSaved(RowsSaved):
    """Lots were made or changed; `codes` are the items."""


@dataclass(frozen=True, kw_only=True)
class StockMoved(Fact):
    """Goods went from one place to another; `about` names the papers they moved for."""

    moves: int
    item_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class MoveReversed(Fact):
    """A mistaken move was moved back."""

    move_id: int
    item_ids: list[int]
    reason: str


@dataclass(frozen=True, kw_only=True)
class StockReserved(Fact):
    """Goods are kept for demands: what was newly reserved, as text, by demand."""

    quantities: dict[str, str]
    item_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ReservationsReleased(Fact):
    """Goods are no longer kept for demands: what was freed, as text, by demand."""

    quantities: dict[str, str]
    item_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class StockShipped(Fact):
    """Goods left the store for customers: quantities as text, by demand."""

    quantities: dict[str, str]
    item_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class SuppliesExpected(Fact):
    """Somebody said that goods will arrive, or when and how many has changed."""

    expected_ids: list[int]
    demands: list[str]
    item_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class SuppliesReceived(Fact):
    """Expected goods have arrived, in whole or in part."""

    expected_ids: list[int]
    demands: list[str]
    item_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ExpectedDropped(Fact):
    """Goods that were expected will not come after all."""

    expected_ids: list[int]
    demands: list[str]
    reason: str
    item_ids: list[int] = field(default_factory=list)
