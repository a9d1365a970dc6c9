"""The facts the contracts room publishes; each about an order carries order_id."""

from dataclasses import dataclass, field

from gendan.kernel.journal import Fact
from gendan.kernel.row_facts import RowsSaved


@dataclass(frozen=True, kw_only=True)
class PaperIssued(Fact):
    """A proforma invoice or sales contract was made from the order."""

    order_id: int
    paper_id: int
    kind: str
    number: str
    version: int
    sha256: str
    total: str
    currency: str


@dataclass(frozen=True, kw_only=True)
class PaperVoided(Fact):
    """A paper no longer counts; `reason` is a key of models.VOID_REASONS."""

    order_id: int
    paper_id: int
    number: str
    version: int
    reason: str
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class TermsSaved(Fact):
    """What both sides owe under an order was changed: [{"path", "was", "is"}]."""

    order_id: int
    changes: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class DefaultTermsSaved(Fact):
    """What orders of a customer, or all orders, have as terms unless agreed otherwise."""

    customer_id: int | None
    customer: str = ""


@dataclass(frozen=True, kw_only=True)
class LetterheadSaved(Fact):
    """Our company looks different on papers from now on; `fields` names what was changed."""

    fields: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ClausesSaved(RowsSaved):
    """Clauses were written or changed; `codes` are theirs."""


@dataclass(frozen=True, kw_only=True)
class ClauseRetired(Fact):
    """A clause is no longer printed."""

    clause_id: int
    clause: str


@dataclass(frozen=True, kw_only=True)
class LetterOfCreditSaved(Fact):
    """A letter of credit was written down."""

    letter_id: int
    number: str
    order_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class LetterOfCreditAmended(Fact):
    """The conditions of a letter of credit were changed: [{"path", "was", "is"}]."""

    letter_id: int
    number: str
    changes: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class LetterOfCreditClosed(Fact):
    """A letter of credit is used or no longer needed."""

    letter_id: int
    number: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class LetterOfCreditWarned(Fact):
    """Something new is wrong with a letter of credit; `warning` is a kind of contracts.warnings."""

    letter_id: int
    number: str
    warning: str
    order_id: int | None = None
    order_number: str = ""
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PaperSent(Fact):
    """A paper went to the customer with a link to accept it."""

    order_id: int
    paper_id: int
    number: str
    version: int
    email: str
    person: str = ""
    valid_until: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperSendingWithdrawn(Fact):
    """The link of a paper accepts it no longer."""

    order_id: int
    paper_id: int
    number: str
    version: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperAccepted(Fact):
    """The customer has accepted a paper: by the link, or by a signed copy that we recorded."""

    order_id: int
    paper_id: int
    kind: str
    number: str
    version: int
    person: str  # as typed, or who signed
    way: str  # "link" or "copy"
    accepted_on: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ChangeAsked(Fact):
    """The customer does not accept a paper as it is, and says what must be different."""

    order_id: int
    paper_id: int
    number: str
    version: int
    text: str
    person: str
