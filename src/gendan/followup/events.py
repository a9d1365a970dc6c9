"""The facts the follow-up publishes; each carries order_id and what the tables will not tell."""

from dataclasses import dataclass

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class TemplateSaved(Fact):
    """A kind of journey was made or changed."""

    template_id: int
    code: str
    version: int
    steps: int


@dataclass(frozen=True, kw_only=True)
class TemplateRetired(Fact):
    """New orders no longer get this kind of journey."""

    template_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class JourneyStarted(Fact):
    """An order got its milestones, with the dates of that day."""

    order_id: int
    template: str
    milestones: int
    target_on: str
    forecast_on: str
    float_days: int


@dataclass(frozen=True, kw_only=True)
class JourneyChanged(Fact):
    """The order's target moved, and its journey with it."""

    order_id: int
    was_target_on: str
    target_on: str


@dataclass(frozen=True, kw_only=True)
class JourneyEnded(Fact):
    """The order was closed or cancelled; what was still open is no longer needed."""

    order_id: int
    skipped: int


@dataclass(frozen=True, kw_only=True)
class JourneysDue(Fact):
    """Journeys with ids from first to last must be looked at again: a day or a calendar changed."""

    first_id: int
    last_id: int


@dataclass(frozen=True, kw_only=True)
class ForecastMoved(Fact):
    """What the two facts below have in common: dates, working days and the milestone behind it."""

    order_id: int
    was_on: str
    is_on: str
    days: int  # calendar days, never negative
    milestone_id: int | None = None
    name_en: str = ""
    name_zh: str = ""


@dataclass(frozen=True, kw_only=True)
class ForecastSlipped(ForecastMoved):
    """The order is expected later than before."""


@dataclass(frozen=True, kw_only=True)
class ForecastImproved(ForecastMoved):
    """The order is expected earlier than before."""


@dataclass(frozen=True, kw_only=True)
class MilestoneFact(Fact):
    """Something about one milestone of an order."""

    order_id: int
    milestone_id: int
    code: str
    name_en: str
    name_zh: str = ""


@dataclass(frozen=True, kw_only=True)
class MilestoneReached(MilestoneFact):
    """A milestone is done; `evidence` names what proved it, empty when a person said so."""

    reached_on: str
    planned_on: str
    note: str = ""
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class MilestoneSkipped(MilestoneFact):
    """A milestone is not needed for this order."""

    note: str = ""


@dataclass(frozen=True, kw_only=True)
class MilestoneReopened(MilestoneFact):
    """A milestone is not done after all; `evidence` when what had proved it is gone."""

    note: str = ""
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class MilestoneExpected(MilestoneFact):
    """A party has said on which day it will be done."""

    party: str
    was_on: str | None
    expected_on: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RevisionFact(MilestoneFact):
    """Something about a new date of a milestone."""

    revision_id: int
    was_on: str
    is_on: str
    reason: str
    party: str
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class MilestoneRevised(RevisionFact):
    """A new date was agreed."""


@dataclass(frozen=True, kw_only=True)
class RevisionProposed(RevisionFact):
    """A new date waits for a manager's approval."""


@dataclass(frozen=True, kw_only=True)
class RevisionApproved(RevisionFact):
    """A manager agreed to the new date."""


@dataclass(frozen=True, kw_only=True)
class RevisionRefused(RevisionFact):
    """A manager did not agree to the new date."""


@dataclass(frozen=True, kw_only=True)
class MoveChanged(MilestoneFact):
    """It is another party's move now."""

    was: str
    party: str
    partner_id: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class MilestoneChased(MilestoneFact):
    """The party that is waited for was asked; the words that were sent."""

    party: str
    partner_id: int | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class QuestionFact(Fact):
    """Something about an open question to the customer."""

    order_id: int
    question_id: int
    position: int
    text: str


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(QuestionFact):
    """The customer was asked something; it is their move."""

    due_on: str
    is_mailed: bool = True


@dataclass(frozen=True, kw_only=True)
class QuestionReminded(QuestionFact):
    """The customer was reminded of a question, in these words."""

    message: str = ""


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(QuestionFact):
    """The customer has answered; `way` says how it came, `person` who of them said so."""

    answer: str
    way: str
    person: str = ""
    files: int = 0


@dataclass(frozen=True, kw_only=True)
class QuestionWithdrawn(QuestionFact):
    """An answer is no longer needed."""

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ExtensionRequested(Fact):
    """The customer was asked for a later date, because their own time caused the delay."""

    order_id: int
    extension_id: int
    promised_on: str
    proposed_on: str
    customer_days: int
    letter: str


@dataclass(frozen=True, kw_only=True)
class ExtensionAnswered(Fact):
    """The customer agreed to a later date, or did not."""

    order_id: int
    extension_id: int
    is_agreed: bool
    proposed_on: str
    agreed_on: str | None = None
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class OrdersHandedOver(Fact):
    """Somebody's orders are with a colleague from now on."""

    handover_id: int
    giver_id: int
    taker_id: int
    kind: str
    back_on: str | None
    order_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class HandoverAcknowledged(Fact):
    """Whoever got the orders has read what is open on them."""

    handover_id: int
    giver_id: int
    taker_id: int
    order_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class OrdersHandedBack(Fact):
    """The orders are again with whom they were before."""

    handover_id: int
    giver_id: int
    taker_id: int
    order_ids: list[int]
