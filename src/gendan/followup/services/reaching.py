"""What people say of milestones: done, not needed, not done after all, expected on a day."""

import datetime as dt
from collections.abc import Sequence
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.followup.events import (
    MilestoneExpected,
    MilestoneReached,
    MilestoneReopened,
    MilestoneSkipped,
)
from gendan.followup.models import Milestone
from gendan.followup.services import writing
from gendan.followup.services.gates import place_gates, release_gates
from gendan.followup.services.refreshing import refresh
from gendan.followup.services.refusals import (
    AnchorIsNeeded,
    DateRefused,
    ProvedByFact,
    about,
    fact_of,
    locked_milestone,
    read_coming_day,
    read_day,
    read_note,
    refuse_stranger,
)
from gendan.kernel import clock, files, journal
from gendan.kernel.errors import Invalid
from gendan.kernel.models import User
from gendan.kernel.service import service
from gendan.orders.models import Order
from gendan.orders.services import refuse_if_held

PHOTO = "photo"


@service(gettext_lazy("Report it done"))
def reach_milestone(
    *,
    milestone_id: int,
    reached_on: dt.date | str | None = None,
    note: str = "",
    photos: Sequence[tuple[str, bytes | IO[bytes]]] = (),
    by: User | None,
) -> Milestone:
    """A milestone is done on a day (None: today), with a note and photos (name, content).

    Refused for a day to come or before the order, for strangers, and while a hold keeps back the
    stage it needs. Its own gate opens, its successors move.
    """
    milestone = locked_milestone(milestone_id)
    refuse_stranger(milestone, by)
    day = clock.today() if reached_on is None else read_day(reached_on, field="reached_on")
    _refuse_impossible(day, milestone.journey.order)
    note = read_note(note)
    milestone.step("reach_milestone")
    if milestone.needs:
        refuse_if_held(milestone.journey.order, stage=milestone.needs)
    _close(milestone, by)
    milestone.reached_on = milestone.forecast_on = day
    milestone.note = note
    milestone.save()
    for name, content in photos:
        files.attach(content, name=name, about=milestone, by=by, kind=PHOTO)
    journal.record(
        MilestoneReached(
            **fact_of(milestone),
            reached_on=str(day),
            planned_on=str(milestone.revised_on or milestone.planned_on),
            note=note,
        ),
        about=about(milestone),
        by=by,
    )
    release_gates([milestone], by=by)
    return _refreshed(milestone, by)


@service(gettext_lazy("Not needed for this order"))
def skip_milestone(*, milestone_id: int, note: str, by: User | None) -> Milestone:
    """A milestone is not needed for this order, and why. Its gate opens."""
    milestone = locked_milestone(milestone_id)
    refuse_stranger(milestone, by)
    note = read_note(note)
    if not note:
        raise Invalid(_("Say why this milestone is not needed."), field="note")
    if milestone.anchor and milestone.anchor == milestone.journey.target_anchor:
        raise AnchorIsNeeded(
            _("“%(milestone)s” is what was promised to the customer; it cannot be left out.")
            % {"milestone": milestone.name}
        )
    milestone.step("skip_milestone")
    _close(milestone, by)
    milestone.note = note
    milestone.save()
    journal.record(MilestoneSkipped(**fact_of(milestone), note=note), about=about(milestone), by=by)
    release_gates([milestone], by=by)
    return _refreshed(milestone, by)


@service(gettext_lazy("Not done after all"))
def reopen_milestone(*, milestone_id: int, note: str, by: User | None) -> Milestone:
    """What counted as done or not needed is somebody's move again; its gate closes again.

    The time in between goes to the account of its owner. Refused where a fact still proves it.
    """
    milestone = locked_milestone(milestone_id)
    refuse_stranger(milestone, by)
    note = read_note(note)
    if not note:
        raise Invalid(_("Say why this milestone is not done after all."), field="note")
    milestone.step("reopen_milestone")
    if milestone.closed_by_fact_id is not None:
        raise ProvedByFact(
            _("“%(milestone)s” was closed by what happened, not by hand. It opens by itself when "
              "that no longer holds.")
            % {"milestone": milestone.name}
        )  # fmt: skip
    writing.reopen([milestone], clock.now(), note)
    journal.record(
        MilestoneReopened(**fact_of(milestone), note=note), about=about(milestone), by=by
    )
    place_gates([milestone], by=by)
    return _refreshed(milestone, by)


@service(gettext_lazy("Note the date they said"))
def expect_milestone(
    *, milestone_id: int, expected_on: dt.date | str, note: str = "", by: User | None
) -> Milestone:
    """Whoever is waited for has said on which day it will be done: the forecast follows.

    The plan stays as agreed; a new plan is a revision.
    """
    milestone = locked_milestone(milestone_id)
    refuse_stranger(milestone, by, also=milestone.waiting_for)
    day = read_coming_day(expected_on, field="expected_on")
    note = read_note(note)
    milestone.step("expect_milestone")
    was_on, milestone.expected_on = milestone.expected_on, day
    milestone.save(update_fields=["expected_on"])
    journal.record(
        MilestoneExpected(
            **fact_of(milestone),
            party=milestone.waiting_for or milestone.waits_for,
            was_on=str(was_on) if was_on else None,
            expected_on=str(day),
            note=note,
        ),
        about=about(milestone),
        by=by,
    )
    return _refreshed(milestone, by)


def _refuse_impossible(day: dt.date, order: Order) -> None:
    if day > clock.today():
        raise DateRefused(
            _("What is done cannot be done on a day to come. Note the expected date instead."),
            field="reached_on",
        )
    begun = min([clock.date_of(order.received_at), *filter(None, [order.ordered_on])])
    if day < begun:
        raise DateRefused(
            _("%(order)s is of %(day)s; nothing of it can have been done before.")
            % {"order": order.number, "day": begun.isoformat()},
            field="reached_on",
        )


def _close(milestone: Milestone, by: User | None) -> None:
    """Nobody is waited for any more."""
    now = clock.now()
    if milestone.waiting_for:
        writing.end_waits([milestone.pk], now)
    milestone.closed_at = now
    milestone.closed_by = by
    milestone.closed_by_fact = None
    milestone.waiting_for = ""
    milestone.waiting_partner = None
    milestone.waiting_since = None
    milestone.expected_on = None
    milestone.is_critical = False
    milestone.float_days = 0
    milestone.urgency = 0


def _refreshed(milestone: Milestone, by: User | None) -> Milestone:
    """The milestone after all dates of its order were made anew."""
    refresh([milestone.journey.order_id], by=by)
    return Milestone.objects.select_related("journey__order").get(pk=milestone.pk)
