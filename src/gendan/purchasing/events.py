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
    # Orders of the same buyer with which it is above the own limit, and why they are several.
    joined: list[str] = field(default_factory=list)
    reason: str = ""


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
    """The supplier was asked by mail: about lines `why` (unconfirmed, step, near, late)."""

    why: str
    email: str
    by_itself: bool = False


@dataclass(frozen=True, kw_only=True)
class ChasingHeld(PurchaseOrderFact):
    """The supplier is not asked for now: `why` is stopped, deposit, drawing, question, mail…"""

    why: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ChasingResumed(PurchaseOrderFact):
    """What asking was held for (`why`) is settled."""

    why: str


@dataclass(frozen=True, kw_only=True)
class SupplierLinkShown(PurchaseOrderFact):
    """One of us had a further link to the supplier's page made, good until `valid_until`."""

    valid_until: str


@dataclass(frozen=True, kw_only=True)
class SupplierChasingSaved(Fact):
    """How suppliers are chased, by their code: off, ask, send, "" as the company."""

    suppliers: dict[str, str]


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


@dataclass(frozen=True, kw_only=True)
class ReceiptFact(Fact):
    """Something about a goods receipt; `buyer_ids` look after the orders it came for."""

    receipt_id: int
    number: str
    supplier_id: int
    orders: list[str]
    buyer_ids: list[int]
    item_codes: list[str]
    demands: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class GoodsReceived(ReceiptFact):
    """A delivery has arrived; `is_held`: it waits for a verdict."""

    delivery_note: str
    is_held: bool


@dataclass(frozen=True, kw_only=True)
class GoodsCameShort(ReceiptFact):
    """The last of a line has come, and it is less than was ordered: what lacks, by item."""

    lacking: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class GoodsReleased(ReceiptFact):
    """Received goods are in the store: quantities as text, by item."""

    quantities: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class GoodsRejected(ReceiptFact):
    """Received goods are not good: quantities as text, by item."""

    quantities: dict[str, str]
    reason: str


@dataclass(frozen=True, kw_only=True)
class GoodsReturned(ReceiptFact):
    """Rejected goods went back, for others ("replacement", due on a day) or money ("credit")."""

    return_id: int
    return_number: str
    outcome: str
    due_on: str
    credit: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class InvoiceFact(Fact):
    """Something about a supplier's invoice."""

    invoice_id: int
    number: str
    supplier_id: int
    orders: list[str]
    buyer_ids: list[int]
    amount: str


@dataclass(frozen=True, kw_only=True)
class SupplierInvoiceRecorded(InvoiceFact):
    """It was compared with orders and receipts; kinds of differences found."""

    differences: list[str]


@dataclass(frozen=True, kw_only=True)
class SupplierInvoiceApproved(InvoiceFact):
    """It may be paid although it differs."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class RfqFact(Fact):
    """Something about a request for quotation; `buyer_id` looks after it."""

    rfq_id: int
    number: str
    buyer_id: int | None
    demands: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RfqDrafted(RfqFact):
    """Suppliers are to be asked: their codes."""

    suppliers: list[str]


@dataclass(frozen=True, kw_only=True)
class RfqEdited(RfqFact):
    """Head, lines or suppliers of a draft are other ones."""

    suppliers: list[str]


@dataclass(frozen=True, kw_only=True)
class RfqSent(RfqFact):
    """The suppliers were asked, each by its own link, to answer by a day."""

    suppliers: list[str]
    answer_by_on: str


@dataclass(frozen=True, kw_only=True)
class RfqSuppliersInvited(RfqFact):
    """More suppliers (their codes) were asked after it had been sent."""

    suppliers: list[str]
    answer_by_on: str


@dataclass(frozen=True, kw_only=True)
class InvitationWithdrawn(RfqFact):
    """A supplier is no longer asked, and why."""

    supplier_id: int
    supplier: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RfqDayChanged(RfqFact):
    """Suppliers (their codes) have to answer by another day; they were told."""

    before_on: str
    answer_by_on: str
    suppliers: list[str]


@dataclass(frozen=True, kw_only=True)
class SupplierQuoted(RfqFact):
    """A supplier has quoted so many of the lines; `way` is "link" or "hand"."""

    supplier_id: int
    supplier: str
    person: str
    way: str
    lines: int


@dataclass(frozen=True, kw_only=True)
class SupplierDeclined(RfqFact):
    """A supplier does not quote."""

    supplier_id: int
    supplier: str
    person: str
    way: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SupplierReminded(RfqFact):
    """Suppliers that have not answered were reminded: their codes."""

    suppliers: list[str]


@dataclass(frozen=True, kw_only=True)
class RfqWeighed(RfqFact):
    """The comparison weighs its parts otherwise."""

    weights: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class RfqClosed(RfqFact):
    """Suppliers cannot answer any more; somebody is to be chosen."""

    quoted: int


@dataclass(frozen=True, kw_only=True)
class RfqAwarded(RfqFact):
    """Suppliers were chosen (their codes); their orders are written as drafts."""

    suppliers: list[str]
    orders: list[str]
    reason: str


@dataclass(frozen=True, kw_only=True)
class LosersTold(RfqFact):
    """Those who were not chosen were told so: their codes."""

    suppliers: list[str]


@dataclass(frozen=True, kw_only=True)
class RfqCancelled(RfqFact):
    """Nothing is bought by it."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class SupplyExceptionFact(PurchaseOrderFact):
    """Something about goods that are late, short, over or wrong; `owner_id` decides about it."""

    exception_id: int
    kind: str
    position: int
    item: str
    owner_id: int | None
    quantity: str
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class SupplyExceptionFound(SupplyExceptionFact):
    """Something is not as ordered; `expected_on` is empty where nobody knows."""

    expected_on: str


@dataclass(frozen=True, kw_only=True)
class SupplyExceptionDecided(SupplyExceptionFact):
    """It is said what is done about it: with which substitute or supplier, for which day."""

    choice: str
    of: str
    of_name: str = ""
    on: str
    reason: str
    started: str = ""


@dataclass(frozen=True, kw_only=True)
class SupplyExceptionClosed(SupplyExceptionFact):
    """It is done: by facts (no reason), or because somebody says so."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class ShipNoticeFact(Fact):
    """Something about goods a supplier says are on their way; `buyer_ids` look after the orders."""

    notice_id: int
    number: str
    supplier_id: int
    orders: list[str]
    buyer_ids: list[int]
    expected_on: str
    demands: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ShipNoticeReceived(ShipNoticeFact):
    """A notice is here; in so many ways it differs from what was ordered."""

    differences: int


@dataclass(frozen=True, kw_only=True)
class ShipNoticeAccepted(ShipNoticeFact):
    """The goods are expected as it says."""


@dataclass(frozen=True, kw_only=True)
class ShipNoticeRefused(ShipNoticeFact):
    """It is not right."""

    reason: str
