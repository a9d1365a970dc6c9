"""The facts the orders room publishes; each carries order_id and what the tables will not tell."""

from dataclasses import dataclass, field
from typing import Any

from gendan.kernel.journal import Fact
from gendan.kernel.row_facts import RowsSaved


@dataclass(frozen=True, kw_only=True)
class OrderDrafted(Fact):
    """A customer's order was written down."""

    order_id: int
    number: str
    customer_id: int
    customer_order_number: str = ""
    channel: str = ""
    lines: int = 0
    total: str = "0"
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderEdited(Fact):
    """A draft was changed; `changes` is [{"path", "was", "is"}]."""

    order_id: int
    changes: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class OrderChecked(Fact):
    """Product, price and stock of all lines were checked; how many verdicts of each colour."""

    order_id: int
    green: int = 0
    amber: int = 0
    red: int = 0


@dataclass(frozen=True, kw_only=True)
class OrderPromised(Fact):
    """Dates were computed for the order; `was_on` is the promised date before."""

    order_id: int
    promise_id: int
    engine: str
    promised_on: str
    was_on: str | None = None


@dataclass(frozen=True, kw_only=True)
class OrderConfirmed(Fact):
    """The order was promised to the customer; `despite` is why red checks were accepted.

    `warnings` are the codes of the rules whose warning was seen.
    """

    order_id: int
    promised_on: str
    total: str
    currency: str
    lines: int
    despite: str = ""
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class OrderAmended(Fact):
    """A confirmed order was changed: the new version and its difference to the one before."""

    order_id: int
    version: int
    difference: list[dict[str, str]] = field(default_factory=list)
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderForecast(Fact):
    """The date the order is expected to reach has moved."""

    order_id: int
    was_on: str | None
    is_on: str | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class HoldPlaced(Fact):
    """A stage of the order is kept back."""

    order_id: int
    hold_id: int
    stage: str
    key: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class HoldReleased(Fact):
    """A hold is off; `is_override` when its condition was not met."""

    order_id: int
    hold_id: int
    stage: str
    key: str
    reason: str = ""
    is_override: bool = False


@dataclass(frozen=True, kw_only=True)
class LinesReserved(Fact):
    """Stock was kept for lines: [{"line", "item", "quantity"}]."""

    order_id: int
    lines: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class LinesUnreserved(Fact):
    """Stock kept for lines is free again."""

    order_id: int
    lines: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class DeliveryRecorded(Fact):
    """Goods have left for the customer: [{"line", "item", "quantity", "from_stock"}]."""

    order_id: int
    delivered_on: str
    lines: list[dict[str, str]] = field(default_factory=list)
    is_complete: bool = False
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderClosed(Fact):
    """Everything is delivered within the tolerance."""

    order_id: int
    was_promised_on: str | None = None
    delivered_lines: int = 0


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Fact):
    """The order ends without being delivered in full."""

    order_id: int
    was_state: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CommentWritten(Fact):
    """Somebody said something about the order; who was named with @."""

    order_id: int
    text: str
    mentioned: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class FileAttached(Fact):
    """A file was put on the order."""

    order_id: int
    attachment_id: int
    file_name: str
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderFollowed(Fact):
    """Somebody follows the order from now on."""

    order_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class OrderUnfollowed(Fact):
    """Somebody no longer follows the order."""

    order_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class MerchandiserChanged(Fact):
    """Somebody else looks after the order."""

    order_id: int
    was_id: int | None
    is_id: int


@dataclass(frozen=True, kw_only=True)
class CustomerItemsSaved(RowsSaved):
    """What customers call our items was written down or changed; `codes` are the customers."""


@dataclass(frozen=True, kw_only=True)
class CustomerPriceListsSaved(RowsSaved):
    """Which price lists hold for customers was changed; `codes` are the customers."""


@dataclass(frozen=True, kw_only=True)
class ReviewsAsked(Fact):
    """Rules ask for reviews of a draft: [{"id", "kind", "role"}]."""

    order_id: int
    reviews: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ReviewsReopened(Fact):
    """What had been reviewed was changed; these reviews are open again."""

    order_id: int
    reviews: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ReviewPassed(Fact):
    """A reviewer found a draft in order."""

    order_id: int
    review_id: int
    kind: str
    role: str
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviewObjected(Fact):
    """A reviewer objected; the order is not confirmed until this is settled."""

    order_id: int
    review_id: int
    kind: str
    role: str
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviewWaived(Fact):
    """A manager let the order go on without the review; `remark` is the reason."""

    order_id: int
    review_id: int
    kind: str
    role: str
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviewRulesSaved(RowsSaved):
    """Which reviews are required was changed; `codes` are the rules."""


@dataclass(frozen=True, kw_only=True)
class OrderRulesSaved(RowsSaved):
    """Rules that stop orders or warn were changed; `codes` are the rules."""


@dataclass(frozen=True, kw_only=True)
class RuleOverridden(Fact):
    """A draft may be confirmed although a rule stops it."""

    order_id: int
    rule_id: int
    code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CreditOverridden(Fact):
    """A draft may be confirmed although the customer's credit does not allow it."""

    order_id: int
    reason: str
    limit: str = ""
    exposure: str = "0"
    overdue: str = "0"


@dataclass(frozen=True, kw_only=True)
class SpecificationSuperseded(Fact):
    """A newer version of the specification fixed on a running line has been released."""

    order_id: int
    line_id: int
    position: int
    item: str
    was: str
    version: str
