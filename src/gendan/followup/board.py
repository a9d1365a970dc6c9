"""The follow-up board and the follow-up of one order: what their pages show."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from gendan.followup.models import (
    Health,
    Journey,
    JourneyStage,
    Milestone,
    Party,
    Revision,
    Wait,
)
from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.kernel.models import User

# Sort keys of the board: column, whether it falls.
SORTS = {
    "urgency": ("urgency", True),
    "impact": ("impact_on", False),
    "value": ("value", True),
    "promised": ("target_on", False),
}
SECONDS_A_DAY = 86_400

# From quiet to loud; the loudest milestone gives a cell its colour. `done` only if all are.
COLOURS = ("to_come", "done", "running", "customer", "at_risk", "late")


@dataclass
class Cell:
    """One stage of an order: its loudest colour, how much is done, and the milestone to look at."""

    colour: str = "to_come"
    done: int = 0
    total: int = 0
    late: int = 0
    step: str = ""
    milestone_id: int | None = None


@dataclass(frozen=True)
class BoardRow:
    """An order on the board; `cells` by stage, for those stages its journey has."""

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
    chance_of_missing: float
    urgency: float
    cells: dict[str, Cell]

    @property
    def days_to_impact(self) -> int:
        """Days from today until inaction moves the date; 0 when it does already."""
        return max((self.impact_on - clock.today()).days, 0)


@dataclass(frozen=True)
class BoardPage:
    """Rows, and where the next page begins (empty: this was the last)."""

    rows: list[BoardRow]
    next_cursor: str
    stages: list[str] = field(default_factory=lambda: list(JourneyStage.values))


def board(
    user: User,
    *,
    sort: str = "urgency",
    cursor: str = "",
    limit: int = 50,
    mine: bool = False,
    health: str = "",
    customer_id: int | None = None,
) -> BoardPage:
    """All open orders against the stages, loudest first: 2 queries."""
    if sort not in SORTS:
        raise Invalid(_("The board cannot be sorted by this."), field="sort")
    journeys = Journey.objects.visible_to(user).filter(is_open=True)
    if user.is_outside:  # floats and odds are our own business
        journeys = journeys.none()
    if mine:
        journeys = journeys.filter(follower=user)
    if health in Health.values:
        journeys = journeys.filter(health=health)
    if customer_id is not None:
        journeys = journeys.filter(order__customer=customer_id)
    column, falls = SORTS[sort]
    if cursor:
        journeys = journeys.filter(_beyond(column, falls, cursor))
    journeys = journeys.order_by(f"-{column}" if falls else column, "pk")
    found = list(journeys.select_related("order__customer", "order__merchandiser")[: limit + 1])
    page = found[:limit]
    cells = _cells([journey.pk for journey in page])
    last = page[-1] if len(found) > limit else None
    return BoardPage(
        rows=[_board_row(journey, cells[journey.pk]) for journey in page],
        next_cursor=f"{getattr(last, column)}~{last.pk}" if last else "",
    )


def _beyond(column: str, falls: bool, cursor: str) -> Q:
    value, _tilde, pk = cursor.partition("~")
    try:
        kinds: dict[str, Any] = {
            "urgency": float,
            "impact_on": dt.date.fromisoformat,
            "value": Decimal,
            "target_on": dt.date.fromisoformat,
        }
        at: Any = kinds[column](value)
        last = int(pk)
    except (ValueError, ArithmeticError) as error:
        raise Invalid(_("This page of the board does not exist."), field="cursor") from error
    side = "lt" if falls else "gt"
    # The first condition says nothing new, but lets the index begin at the right place.
    begins = Q(**{f"{column}__{side}e": at})
    return begins & (Q(**{f"{column}__{side}": at}) | Q(**{column: at, "pk__gt": last}))


def _board_row(journey: Journey, cells: dict[str, Cell]) -> BoardRow:
    order = journey.order
    return BoardRow(
        order_id=order.pk,
        number=order.number,
        customer=str(order.customer),
        merchandiser=str(order.merchandiser or ""),
        value=journey.value,
        promised_on=journey.target_on,
        forecast_on=journey.forecast_on,
        float_days=journey.float_days,
        health=journey.health,
        impact_on=journey.impact_on,
        chance_of_missing=journey.chance_of_missing,
        urgency=journey.urgency,
        cells=cells,
    )


def _cells(journey_ids: list[int]) -> dict[int, dict[str, Cell]]:
    cells: dict[int, dict[str, Cell]] = defaultdict(dict)
    rows = Milestone.objects.filter(journey__in=journey_ids).order_by("journey", "position")
    for one in rows.only(
        *("journey_id", "position", "stage", "state", "name_en", "name_zh", "waiting_for"),
        *("float_days", "forecast_on", "planned_on", "revised_on"),
    ):
        cell = cells[one.journey_id].setdefault(one.stage, Cell())
        _add(cell, one)
    for of_journey in cells.values():
        for cell in of_journey.values():
            if cell.colour == "done" and cell.done < cell.total:
                cell.colour = "running"
    return cells


def _add(cell: Cell, one: Milestone) -> None:
    colour = colour_of(one)
    cell.total += 1
    cell.done += colour == "done"
    cell.late += colour == "late"
    if COLOURS.index(colour) > COLOURS.index(cell.colour):
        cell.colour = colour
        cell.step = one.name
        cell.milestone_id = one.pk


def colour_of(one: Milestone) -> str:
    """The one colour that says how a milestone stands."""
    if one.state in (Milestone.State.REACHED, Milestone.State.SKIPPED):
        return "done"
    if one.float_days < 0:
        return "late"
    if one.forecast_on > (one.revised_on or one.planned_on):
        return "at_risk"
    if one.state == Milestone.State.OPEN:
        return "customer" if one.waiting_for == Party.CUSTOMER else "running"
    return "to_come"


# The follow-up of one order ---------------------------------------------------------------------


@dataclass(frozen=True)
class PartyDays:
    """How many days one party was waited for, and whose company it was."""

    party: str
    partner: str
    days: float

    @property
    def label(self) -> str:
        """The party in the reader's language."""
        return str(Party(self.party).label)


@dataclass(frozen=True)
class MilestoneRow:
    """A milestone of an order with everything its page shows.

    `waits` are the days per party; they add up to `elapsed_days`, from the day it opened to the day
    it closed or to now.
    """

    milestone: Milestone
    name: str
    colour: str
    revisions: list[Revision]
    waits: list[PartyDays]
    elapsed_days: float
    before: list[int]  # ids of the milestones it follows

    @property
    def days_late(self) -> int:
        """Calendar days behind the agreed plan: actual or forecast; never negative."""
        one = self.milestone
        return max((one.forecast_on - (one.revised_on or one.planned_on)).days, 0)


@dataclass(frozen=True)
class StageOfOrder:
    """One step of the stepper: a stage and how it stands."""

    stage: str
    cell: Cell

    @property
    def label(self) -> str:
        """The stage in the reader's language."""
        return str(JourneyStage(self.stage).label)


@dataclass(frozen=True)
class OrderFollowup:
    """The journey of one order; `party_days` adds all its milestones' waits up by party."""

    journey: Journey
    milestones: list[MilestoneRow]
    stages: list[StageOfOrder]
    party_days: list[PartyDays]


def order_followup(order_id: int) -> OrderFollowup | None:
    """The journey of one order; None where it has none: 4 queries. The door checks who sees it."""
    journey = (
        Journey.objects.select_related("template", "order", "follower")
        .filter(order=order_id)
        .first()
    )
    if journey is None:
        return None
    milestones = list(
        journey.milestones.select_related("waiting_partner", "closed_by", "closed_by_fact")
    )
    waits = _waits_of(journey)
    revisions: dict[int, list[Revision]] = defaultdict(list)
    for revision in (
        Revision.objects.filter(milestone__journey=journey)
        .select_related("by", "decided_by")
        .order_by("pk")
    ):
        revisions[revision.milestone_id].append(revision)
    by_position = {one.position: one.pk for one in milestones}
    rows = [
        _milestone_row(one, revisions[one.pk], waits[one.pk], by_position) for one in milestones
    ]
    return OrderFollowup(
        journey=journey,
        milestones=rows,
        stages=_stages(milestones),
        party_days=_add_up([part for row in rows for part in row.waits]),
    )


def _waits_of(journey: Journey) -> "dict[int, list[Wait]]":
    waits: dict[int, list[Wait]] = defaultdict(list)
    rows: QuerySet[Wait] = Wait.objects.filter(milestone__journey=journey)
    for wait in rows.select_related("partner").order_by("since", "pk"):
        waits[wait.milestone_id].append(wait)
    return waits


def _milestone_row(
    one: Milestone, revisions: list[Revision], waits: list[Wait], by_position: dict[int, int]
) -> MilestoneRow:
    now = clock.now()
    parts = [
        PartyDays(wait.party, str(wait.partner or ""), _days(wait.since, wait.until or now))
        for wait in waits
    ]
    elapsed = _days(one.opened_at, one.closed_at or now) if one.opened_at else 0.0
    return MilestoneRow(
        milestone=one,
        name=one.name,
        colour=colour_of(one),
        revisions=revisions,
        waits=_add_up(parts),
        elapsed_days=elapsed,
        before=[by_position[place] for place in one.after],
    )


def _days(since: dt.datetime, until: dt.datetime) -> float:
    return (until - since).total_seconds() / SECONDS_A_DAY


def _add_up(parts: list[PartyDays]) -> list[PartyDays]:
    """Days by party and company, the longest first."""
    days: dict[tuple[str, str], float] = defaultdict(float)
    for part in parts:
        days[part.party, part.partner] += part.days
    added = [PartyDays(party, partner, total) for (party, partner), total in days.items()]
    return sorted(added, key=lambda part: -part.days)


def _stages(milestones: list[Milestone]) -> list[StageOfOrder]:
    """The stepper, in the order of the journey, without stages the journey does not have."""
    cells: dict[str, Cell] = {}
    for one in milestones:
        _add(cells.setdefault(one.stage, Cell()), one)
    for cell in cells.values():
        if cell.colour == "done" and cell.done < cell.total:
            cell.colour = "running"
    return [StageOfOrder(stage, cells[stage]) for stage in JourneyStage.values if stage in cells]
