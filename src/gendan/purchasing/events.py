"""The facts the purchasing room publishes."""

from dataclasses import dataclass, field

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class PurchasesRequested(Fact):
    """Somebody asks the buyers to buy; `numbers` and `request_ids` of the first thousand."""

    request_ids: list[int]
    numbers: list[str]
    demands: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class PurchaseRequestFact(Fact):
    """Something about a purchase request."""

    request_id: int
    number: str
    item_id: int
    demands: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class PurchaseRequestCovered(PurchaseRequestFact):
    """Goods are expected for all of it."""


@dataclass(frozen=True, kw_only=True)
class PurchaseRequestReopened(PurchaseRequestFact):
    """Goods that were expected for it will not come after all."""


@dataclass(frozen=True, kw_only=True)
class PurchaseRequestCancelled(PurchaseRequestFact):
    """It need not be bought."""

    reason: str
