"""The facts the intake room publishes: what came in, was read, corrected, accepted, refused."""

from dataclasses import dataclass, field

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class IncomingAdded(Fact):
    """A file reached Gendan; a worker reads it next."""

    incoming_id: int
    number: str
    channel: str
    file_name: str = ""


@dataclass(frozen=True, kw_only=True)
class CallNoted(Fact):
    """Somebody called, and what was said is written down; a worker reads it next."""

    incoming_id: int
    number: str
    channel: str
    caller: str = ""
    company: str = ""


@dataclass(frozen=True, kw_only=True)
class ReadingAskedAgain(Fact):
    """The document is to be read anew, with what has been learned meanwhile."""

    incoming_id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class IncomingRead(Fact):
    """The document was read; how many drafts came out of it and how many values are doubtful."""

    incoming_id: int
    number: str
    drafts: int = 0
    doubts: int = 0


@dataclass(frozen=True, kw_only=True)
class IncomingUnreadable(Fact):
    """The document cannot be read; `problem` is the code of why. The original is kept."""

    incoming_id: int
    number: str
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class IncomingTaken(Fact):
    """Somebody works on the document; user_id None: nobody does any more."""

    incoming_id: int
    number: str
    user_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class IncomingPutAside(Fact):
    """The document leaves the queue unread; the original is kept."""

    incoming_id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class IncomingFinished(Fact):
    """Every draft of the document is accepted or refused."""

    incoming_id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class DraftCorrected(Fact):
    """A person has set values: [{"path", "was", "is"}]; `learned` is what this teaches."""

    draft_id: int
    number: str
    changes: list[dict[str, str]] = field(default_factory=list)
    learned: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class DraftAccepted(Fact):
    """The draft has become an order."""

    draft_id: int
    number: str
    order_id: int
    order_number: str
    confirmed: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class DraftRefused(Fact):
    """The draft does not become an order, why, and to whom the answer was sent."""

    draft_id: int
    number: str
    reason: str = ""
    told: str = ""


@dataclass(frozen=True, kw_only=True)
class DraftMerged(Fact):
    """What the document asks for was carried into an order: at once, or as a change order."""

    draft_id: int
    number: str
    order_id: int
    order_number: str
    change_id: int | None = None
    change_number: str = ""
    differences: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class DraftSplit(Fact):
    """Lines of a draft became a draft of their own: the document holds several orders."""

    draft_id: int
    number: str
    new_draft_id: int
    lines: int
    order_number: str = ""


@dataclass(frozen=True, kw_only=True)
class DraftsJoined(Fact):
    """Two drafts of a document are one order; the other draft is gone."""

    draft_id: int
    number: str
    other_position: int
    lines: int


@dataclass(frozen=True, kw_only=True)
class LearnedForgotten(Fact):
    """Something learned from a correction is no longer used."""

    customer_id: int
    kind: str
    key: str
    value: str


@dataclass(frozen=True, kw_only=True)
class DraftHandedOver(Fact):
    """The document is another paper than an order: `became` is its number."""

    draft_id: int
    number: str
    to: str
    became: str
