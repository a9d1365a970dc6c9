"""What of a delay the customer's own waiting time explains: dated, and no day counted twice."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gendan.catalog import queries as catalog
from gendan.engine.calendars import WorkCalendar
from gendan.followup.models import Journey, Milestone, Party, Question, Wait
from gendan.followup.snapshot import MONDAY_TO_FRIDAY
from gendan.kernel import clock
from gendan.kernel.models import Entry
from gendan.orders.models import Order

# Facts that a letter can cite, with the date they carry or happened on.
CITED = (
    "QuestionAsked",
    "QuestionReminded",
    "QuestionAnswered",
    "MilestoneChased",
    "MilestoneExpected",
    "MilestoneReached",
    "PaperSent",
    "PaperAccepted",
)


@dataclass(frozen=True)
class LateWait:
    """An interval in which we waited for the customer longer than was planned or asked for."""

    milestone_id: int
    name_en: str
    name_zh: str
    since: dt.date  # since when it was the customer's move
    expected: dt.date  # by when it was planned, or asked for
    until: dt.date  # when it ended; today where it has not
    is_over: bool
    working_days: int  # after `expected`, up to and including `until`


@dataclass(frozen=True)
class Cited:
    """A dated message or event of the journal."""

    on: dt.date
    entry_id: int
    fact: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Case:
    """What a request for a later date rests on."""

    promised_on: dt.date
    forecast_on: dt.date
    late_days: int  # working days the forecast is behind the promise
    waits: list[LateWait] = field(default_factory=list)
    cited: list[Cited] = field(default_factory=list)
    customer_days: int = 0  # working days, overlapping waits merged
    effect_days: int = 0  # of the delay, what these days explain
    proposed_on: dt.date = dt.date.min

    def as_json(self) -> dict[str, Any]:
        """What is kept with the letter."""
        return {
            "late_days": self.late_days,
            "customer_days": self.customer_days,
            "effect_days": self.effect_days,
            "waits": [
                {
                    "milestone_id": one.milestone_id,
                    "name_en": one.name_en,
                    "name_zh": one.name_zh,
                    "since": str(one.since),
                    "expected": str(one.expected),
                    "until": str(one.until),
                    "is_over": one.is_over,
                    "working_days": one.working_days,
                }
                for one in self.waits
            ],
            "entries": [one.entry_id for one in self.cited],
        }


def case_of(order: Order) -> Case | None:
    """The evidence for a followed order (6 queries); None without a journey."""
    journey = Journey.objects.filter(order=order).first()
    if journey is None:
        return None
    known = catalog.calendars()
    calendar = known.get(journey.calendar_id or 0, MONDAY_TO_FRIDAY)
    waits = _late_waits(journey, calendar)
    late = max(calendar.count(journey.target_on, journey.forecast_on), 0)
    days = days_after([(one.expected, one.until) for one in waits], calendar)
    effect = min(len(days), late)
    return Case(
        promised_on=journey.target_on,
        forecast_on=journey.forecast_on,
        late_days=late,
        waits=waits,
        cited=_cited(order, {one.milestone_id for one in waits}),
        customer_days=len(days),
        effect_days=effect,
        proposed_on=calendar.add_days(journey.target_on, effect),
    )


def days_after(
    intervals: Iterable[tuple[dt.date, dt.date]], calendar: WorkCalendar
) -> frozenset[int]:
    """The working days after each first date up to and including the second, each day once."""
    found: set[int] = set()
    for first, last in intervals:
        if last > first:
            found.update(calendar.days(first + dt.timedelta(days=1), last).tolist())
    return frozenset(found)


def _late_waits(journey: Journey, calendar: WorkCalendar) -> list[LateWait]:
    milestones = {one.pk: one for one in journey.milestones.all()}
    asked: dict[int, list[Question]] = {}
    for question in Question.objects.filter(order=journey.order_id, milestone__in=milestones):
        asked.setdefault(question.milestone_id or 0, []).append(question)
    rows = Wait.objects.filter(milestone__in=milestones, party=Party.CUSTOMER)
    found = []
    for wait in rows.order_by("since", "pk"):
        milestone = milestones[wait.milestone_id]
        since = clock.date_of(wait.since)
        until = clock.date_of(wait.until) if wait.until else clock.today()
        expected = _expected(wait, milestone, asked.get(milestone.pk, []), calendar)
        days = len(days_after([(expected, until)], calendar))
        if days:
            found.append(
                LateWait(
                    milestone_id=milestone.pk,
                    name_en=milestone.name_en or milestone.name_zh,
                    name_zh=milestone.name_zh or milestone.name_en,
                    since=since,
                    expected=expected,
                    until=until,
                    is_over=wait.until is not None,
                    working_days=days,
                )
            )
    return found


def _expected(
    wait: Wait, milestone: Milestone, questions: list[Question], calendar: WorkCalendar
) -> dt.date:
    """Until when the customer had time: as long as planned, or until the day we asked for.

    What the customer does himself may take its planned days, counted once from its opening. On a
    step of ours the plan has no time for them; there a question gives them its own.
    """
    since = clock.date_of(wait.since)
    if milestone.waits_for == Party.CUSTOMER and milestone.opened_at is not None:
        begun = clock.date_of(milestone.opened_at)
        return max(since, calendar.add_days(begun, milestone.duration_days))
    ended = wait.until or clock.now()
    due = [
        one.due_on
        for one in questions
        if one.asked_at <= ended and (one.closed_at is None or one.closed_at >= wait.since)
    ]
    return max([since, *due])


def _cited(order: Order, milestone_ids: set[int]) -> list[Cited]:
    """What was asked and answered, and what became of the milestones that waited."""
    entries = Entry.objects.filter(
        about__contains=[f"{Order._meta.label_lower}:{order.pk}"], fact__in=CITED
    ).order_by("pk")
    found = []
    for entry in entries:
        milestone_id = entry.data.get("milestone_id")
        if entry.fact.startswith("Milestone") and milestone_id not in milestone_ids:
            continue
        if (
            entry.fact in {"MilestoneChased", "MilestoneExpected"}
            and entry.data.get("party") != Party.CUSTOMER
        ):
            continue
        on = entry.data.get("reached_on") or entry.data.get("accepted_on")
        day = dt.date.fromisoformat(on) if on else clock.date_of(entry.at)
        found.append(Cited(on=day, entry_id=entry.pk, fact=entry.fact, data=entry.data))
    return sorted(found, key=lambda one: (one.on, one.entry_id))
