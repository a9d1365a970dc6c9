"""What the followup operations take and give: shapes only."""

import datetime as dt
from decimal import Decimal
from typing import Any

from ninja import Schema
from pydantic import Field

from gendan.api.paging import LARGEST


class TodayOut(Schema):
    """One line of Today: `action` is the verb that is due, `message` its ready words."""

    order_id: int
    number: str
    customer: str
    their_number: str
    value: Decimal
    milestone_id: int
    step: str
    stage: str
    party: str
    partner: str
    is_mine: bool
    reason: str
    why: str
    action: str
    message: str
    due_on: dt.date
    expected_on: dt.date | None
    forecast_on: dt.date
    latest_on: dt.date
    promised_on: dt.date
    float_days: int
    health: str
    urgency: float
    revision_id: int | None

    @staticmethod
    def resolve_reason(row: Any) -> str:
        """The reason's code; its words are `why`."""
        return str(getattr(row.reason, "code", row.reason))


class SlipOut(Schema):
    """How an order's expected date has moved since yesterday."""

    order_id: int
    number: str
    customer: str
    was_on: dt.date
    is_on: dt.date
    promised_on: dt.date
    days: int
    health: str
    step: str
    at: dt.datetime


class CellOut(Schema):
    """A stage of an order on the board."""

    colour: str
    done: int
    total: int
    late: int
    step: str
    milestone_id: int | None


class BoardRowOut(Schema):
    """An order on the board, its stages by code."""

    order_id: int
    number: str
    customer: str
    merchandiser: str
    value: Decimal
    promised_on: dt.date
    forecast_on: dt.date
    float_days: int
    health: str
    impact_on: dt.date
    days_to_impact: int
    chance_of_missing: float
    urgency: float
    cells: dict[str, CellOut]


class BoardOut(Schema):
    """A part of the board; `next` is the cursor of the following part, null at the end."""

    items: list[BoardRowOut]
    stages: list[str]
    next: str | None


class BoardQuery(Schema):
    """How the board is sorted (urgency, impact, value) and narrowed down."""

    sort: str = Field("urgency", max_length=20)
    cursor: str = Field("", max_length=100)
    limit: int = Field(50, ge=1, le=LARGEST)
    mine: bool = False
    health: str = Field("", max_length=10)


class PartyDaysOut(Schema):
    """How long a party was waited for."""

    party: str
    partner: str
    days: float


class RevisionOut(Schema):
    """A new date of a milestone, proposed or decided."""

    id: int
    milestone_id: int
    state: str
    was_on: dt.date
    is_on: dt.date
    reason: str
    party: str
    remark: str
    at: dt.datetime
    by_id: int | None
    decided_at: dt.datetime | None
    decided_by_id: int | None


class MilestoneOut(Schema):
    """A milestone as it stands."""

    id: int
    position: int
    code: str
    name_en: str
    name_zh: str
    stage: str
    state: str
    owner_role: str
    planned_on: dt.date
    revised_on: dt.date | None
    expected_on: dt.date | None
    forecast_on: dt.date
    latest_on: dt.date
    reached_on: dt.date | None
    float_days: int
    is_critical: bool
    waiting_for: str
    waiting_partner_id: int | None
    waiting_since: dt.datetime | None
    chased_at: dt.datetime | None
    closed_by_fact_id: int | None
    note: str
    evidence: str
    gates: str
    needs: str


class MilestoneOfJourneyOut(Schema):
    """A milestone with its history: the waits' days add up to the elapsed days."""

    milestone: MilestoneOut
    colour: str
    before: list[int]
    revisions: list[RevisionOut]
    waits: list[PartyDaysOut]
    elapsed_days: float


class JourneyOut(Schema):
    """The follow-up of an order."""

    order_id: int
    is_open: bool
    template_id: int | None
    started_on: dt.date
    target_on: dt.date
    target_anchor: str
    forecast_on: dt.date
    float_days: int
    health: str
    impact_on: dt.date
    chance_of_missing: float
    urgency: float


class OrderFollowupOut(Schema):
    """A journey with all its milestones, and the days per party over all of them."""

    journey: JourneyOut
    milestones: list[MilestoneOfJourneyOut]
    party_days: list[PartyDaysOut]


class NoteIn(Schema):
    """Why."""

    note: str = ""


class ReachIn(NoteIn):
    """The day it was done; today when left out."""

    reached_on: dt.date | None = None


class ExpectIn(NoteIn):
    """The day they said."""

    expected_on: dt.date


class ReviseIn(Schema):
    """The new date, the reason's code and the responsible party."""

    revised_on: dt.date
    reason: str
    party: str
    remark: str = ""


class RemarkIn(Schema):
    """What the decision rests on."""

    remark: str = ""


class WaitIn(NoteIn):
    """Whose move it is now."""

    party: str
    partner_id: int | None = None


class ChaseIn(Schema):
    """The words that were sent; the ready ones when left out."""

    message: str = ""


class StepIn(Schema):
    """A milestone of a template; `after`: code of one before it → lag in working days."""

    code: str
    name_en: str
    name_zh: str = ""
    stage: str
    owner_role: str
    waits_for: str
    duration_days: int = 1
    after: dict[str, int] = {}
    evidence: str = "hand"
    anchor: str = ""
    gates: str = ""
    needs: str = ""
    travel: str = ""
    materials: list[str] = Field([], max_length=21)


class TemplateIn(Schema):
    """A kind of journey with its milestones in order; `template_id` changes an existing one."""

    template_id: int | None = None
    code: str
    kind: str
    name_en: str
    name_zh: str = ""
    family_id: int | None = None
    customer_id: int | None = None
    calendar_id: int | None = None
    steps: list[StepIn] = Field(max_length=100)


class TemplateOut(Schema):
    """A kind of journey."""

    id: int
    code: str
    kind: str
    name_en: str
    name_zh: str
    family_id: int | None
    customer_id: int | None
    calendar_id: int | None
    version: int
    is_active: bool
