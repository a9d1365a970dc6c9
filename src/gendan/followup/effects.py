"""What a late answer does to the delivery date: read from the journey of the order."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gendan.catalog import queries as catalog
from gendan.engine.calendars import WorkCalendar
from gendan.followup.models import Milestone, Party, Question
from gendan.followup.snapshot import EVERY_DAY, MONDAY_TO_FRIDAY
from gendan.kernel import clock


@dataclass(frozen=True)
class Effect:
    """Which milestone an answer keeps back, and until when there is time.

    After `needed_on` each working day moves the promised date `target_on`. `late_days` is by how
    many it moves when the answer comes on `answered_on` only (the day it is due, or today).
    """

    milestone: Milestone
    needed_on: dt.date
    target_on: dt.date
    answered_on: dt.date
    late_days: int

    @property
    def spare_days(self) -> int:
        """Calendar days from today until it must be there; negative: it should have been."""
        return (self.needed_on - clock.today()).days


def effect_of(question: Question) -> Effect | None:
    """The effect of one question; None where it keeps nothing back."""
    return effects_of([question]).get(question.pk)


def effects_of(questions: Collection[Question]) -> dict[int, Effect]:
    """The effects of open questions by their ids: 2 queries whatever their number.

    Reads question.milestone.journey: select it.
    """
    blocking = [
        (one, one.milestone)
        for one in questions
        if one.milestone is not None
        and one.state == Question.State.OPEN
        and one.milestone.state in (Milestone.State.TO_COME, Milestone.State.OPEN)
        and one.milestone.journey.is_open
    ]
    if not blocking:
        return {}
    known = catalog.calendars()
    return {one.pk: effect_on(milestone, one.due_on, known) for one, milestone in blocking}


def effect_on(
    milestone: Milestone,
    due_on: dt.date,
    known: Mapping[int | None, WorkCalendar] | None = None,
) -> Effect:
    """What an answer on a day would do to the date behind a milestone that is not done.

    Where the customer does the milestone himself the answer is its end; otherwise our own work on
    it begins with the answer, and its whole duration must still fit before its latest day.
    """
    journey = milestone.journey
    every = catalog.calendars() if known is None else known
    calendar = EVERY_DAY if milestone.travel else MONDAY_TO_FRIDAY
    if not milestone.travel and journey.calendar_id is not None:
        calendar = every[journey.calendar_id]
    needed_on = milestone.latest_on
    if milestone.waits_for != Party.CUSTOMER:
        needed_on = calendar.back_days(milestone.latest_on, milestone.duration_days)
    answered_on = max(due_on, clock.today())
    return Effect(
        milestone=milestone,
        needed_on=needed_on,
        target_on=journey.target_on,
        answered_on=answered_on,
        late_days=max(calendar.count(needed_on, answered_on), 0),
    )
