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


@dataclass(frozen=True, kw_only=True)
class LandedCostAdded(Fact):
    """Freight, duty or the like was spread over what came in with a paper."""

    landed_id: int
    paper: str
    amount: str
    item_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class StockValuedAnew(Fact):
    """How stock of items is valued was set; their standard costs hold from now on."""

    item_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class DemandsRanked(Fact):
    """How urgent demands are was written down: rank by demand, as text."""

    ranks: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class StockClaimed(Fact):
    """A demand asked for goods that are kept for less urgent ones."""

    claim_ids: list[int]
    item_id: int
    quantity: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class StockHandedOver(Fact):
    """Goods kept for one demand were given to another."""

    claim_id: int
    giver: str
    taker: str
    quantity: str
    item_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ClaimRefused(Fact):
    """Goods stay kept for the demand they were claimed from."""

    claim_id: int
    item_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class CountStarted(Fact):
    """A count began: how many lines are to be counted."""

    count_id: int
    lines: int


@dataclass(frozen=True, kw_only=True)
class CountPosted(Fact):
    """Variances of a count were written to the ledger."""

    count_id: int
    lines: int
    moves: int
    item_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class CountEnded(Fact):
    """A count was closed or called off."""

    count_id: int
    state: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CountCalledFor(Fact):
    """Something asks for a count of an item."""

    call_id: int
    kind: str
    item_id: int


@dataclass(frozen=True, kw_only=True)
class ArrivalRuleSet(Fact):
    """Deliveries of an item need no verdict from now on, or need one again."""

    item_id: int
    item: str
    is_inspected: bool
    reason: str
