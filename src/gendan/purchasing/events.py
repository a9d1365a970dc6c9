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


@dataclass(frozen=True, kw_only=True)
class PurchaseOrdersDrafted(Fact):
    """Purchase orders were written; ids and numbers of the first thousand."""

    purchase_order_ids: list[int]
    numbers: list[str]
    demands: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderFact(Fact):
    """Something about a purchase order; `buyer_id` looks after it."""

    purchase_order_id: int
    number: str
    supplier_id: int
    buyer_id: int | None
    version: int
    demands: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderEdited(PurchaseOrderFact):
    """Head or lines are other ones: what was and is, by field ("lines.2.quantity")."""

    changes: dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderSubmitted(PurchaseOrderFact):
    """It waits for somebody whose limit is high enough: roles that may approve it."""

    amount: str
    roles: list[str]


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderApproved(PurchaseOrderFact):
    """It may be sent."""

    amount: str


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderRefused(PurchaseOrderFact):
    """It must be different before it may be sent."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderSent(PurchaseOrderFact):
    """The supplier has been sent this version, with a link to answer it."""

    email: str
    person: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class SupplierFact(PurchaseOrderFact):
    """The supplier has said something; `way` is "link" or "hand" (told us, written down by us)."""

    person: str
    way: str


@dataclass(frozen=True, kw_only=True)
class SupplierConfirmed(SupplierFact):
    """Lines will come as they were ordered: their positions."""

    positions: list[int]


@dataclass(frozen=True, kw_only=True)
class SupplierCountered(SupplierFact):
    """Lines will come on another day or in another quantity; `moved` gives by expected supply the
    day it was expected on and the day it is now."""

    positions: list[int]
    moved: dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class CounterDecided(PurchaseOrderFact):
    """What the supplier proposed for a line was taken, or was not."""

    position: int
    is_accepted: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class SupplierChased(PurchaseOrderFact):
    """The supplier was asked by mail: about lines `why` (unconfirmed, near, late)."""

    why: str
    email: str


@dataclass(frozen=True, kw_only=True)
class SupplierReported(PurchaseOrderFact):
    """The supplier told how far it is with a step of a line."""

    position: int
    milestone_id: int
    person: str
    done_on: str
    expected_on: str


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderClosed(PurchaseOrderFact):
    """Nothing more comes of it: all has arrived, or the rest is given up (`reason`)."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderCancelled(PurchaseOrderFact):
    """It is not wanted any more."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class MaterialProvided(PurchaseOrderFact):
    """Material of ours went to the subcontractor (`way` "out") or came back ("back")."""

    way: str
    items: list[str]


@dataclass(frozen=True, kw_only=True)
class ApprovalLimitsSaved(Fact):
    """Up to which amounts roles approve purchase orders: amounts as text, by role."""

    limits: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class PurchaseStepsSaved(Fact):
    """Which steps suppliers report for a family, a supplier, or both."""

    family: str
    supplier: str
    steps: list[str]
