"""New dates of milestones: proposed with a reason and the responsible party, agreed or refused."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.followup.events import (
    MilestoneRevised,
    RevisionApproved,
    RevisionFact,
    RevisionProposed,
    RevisionRefused,
)
from gendan.followup.models import DelayReason, Milestone, Revision
from gendan.followup.services.refreshing import refresh
from gendan.followup.services.refusals import (
    DateRefused,
    NothingIsProposed,
    OwnProposal,
    about,
    fact_of,
    locked_milestone,
    read_coming_day,
    read_note,
    read_party,
    refuse_stranger,
)
from gendan.kernel import clock, company, journal
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service


@service(gettext_lazy("Agree on a new date"))
def revise_milestone(
    *,
    milestone_id: int,
    revised_on: dt.date | str,
    reason: str,
    party: str,
    remark: str = "",
    by: User | None,
) -> Revision:
    """Move the plan of a milestone, with the reason and the party that is responsible.

    Later than the company's limit allows (counted from the plan, or from what a manager agreed to
    last, so that many small moves are one large one) it is only proposed: the forecast follows at
    once, the plan when a manager other than the proposer approves.
    """
    milestone = locked_milestone(milestone_id)
    refuse_stranger(milestone, by, also=milestone.waiting_for)
    day = read_coming_day(revised_on, field="revised_on")
    if reason not in DelayReason.values:
        raise Invalid(_("Choose why the date moves."), field="reason")
    party, remark = read_party(party), read_note(remark, field="remark")
    milestone.step("revise_milestone")
    was_on = milestone.revised_on or milestone.planned_on
    if day == was_on:
        raise DateRefused(_("This is the date that is agreed already."), field="revised_on")
    if milestone.revisions.filter(state=Revision.State.PROPOSED).exists():
        raise DateRefused(
            _("A new date of “%(milestone)s” waits for approval already.")
            % {"milestone": milestone.name},
            field="revised_on",
        )
    is_agreed = by is None or _is_within_limit(milestone, day)
    revision = Revision.objects.create(
        milestone=milestone,
        state=Revision.State.AGREED if is_agreed else Revision.State.PROPOSED,
        was_on=was_on,
        is_on=day,
        reason=reason,
        party=party,
        remark=remark,
        at=clock.now(),
        by=by,
    )
    if is_agreed:
        _agree(milestone, day)
    else:
        milestone.expected_on = day  # what is known counts, agreed or not
        milestone.save(update_fields=["expected_on"])
    _tell(MilestoneRevised if is_agreed else RevisionProposed, revision, milestone, by)
    refresh([milestone.journey.order_id], by=by)
    return revision


@service(gettext_lazy("Approve the new date"))
def approve_revision(*, revision_id: int, remark: str = "", by: User | None) -> Revision:
    """The proposed date becomes the plan."""
    revision, milestone = _proposed(revision_id, by)
    revision.step("approve_revision")
    _decide(revision, remark, by)
    _agree(milestone, revision.is_on)
    _tell(RevisionApproved, revision, milestone, by)
    refresh([milestone.journey.order_id], by=by)
    return revision


@service(gettext_lazy("Refuse the new date"))
def refuse_revision(*, revision_id: int, remark: str, by: User | None) -> Revision:
    """The plan stays, and the forecast no longer follows the proposal."""
    revision, milestone = _proposed(revision_id, by)
    if not read_note(remark, field="remark"):
        raise Invalid(_("Say why the new date is refused."), field="remark")
    revision.step("refuse_revision")
    _decide(revision, remark, by)
    if milestone.expected_on == revision.is_on:
        milestone.expected_on = None
        milestone.save(update_fields=["expected_on"])
    _tell(RevisionRefused, revision, milestone, by)
    refresh([milestone.journey.order_id], by=by)
    return revision


def _is_within_limit(milestone: Milestone, day: dt.date) -> bool:
    decided = (
        milestone.revisions.filter(state=Revision.State.AGREED, decided_by__isnull=False)
        .order_by("-pk")
        .values_list("is_on", flat=True)
        .first()
    )
    base = decided or milestone.planned_on
    limit: int = company.value("approval_limit_days")
    return (day - base).days <= limit


def _agree(milestone: Milestone, day: dt.date) -> None:
    """The agreed plan also takes the place of what was said before."""
    milestone.revised_on = day
    milestone.expected_on = None
    milestone.save(update_fields=["revised_on", "expected_on"])


def _proposed(revision_id: int, by: User | None) -> tuple[Revision, Milestone]:
    found = Revision.objects.filter(pk=revision_id).values_list("milestone_id", flat=True).first()
    if found is None:
        raise NotThere(_("There is no such proposal."))
    milestone = locked_milestone(found)
    revision = milestone.revisions.get(pk=revision_id)
    if revision.state != Revision.State.PROPOSED:
        raise NothingIsProposed(_("This proposal has been decided already."))
    if milestone.state not in (Milestone.State.TO_COME, Milestone.State.OPEN):
        raise NothingIsProposed(
            _("“%(milestone)s” is done meanwhile; its date moves no more.")
            % {"milestone": milestone.name}
        )
    if by is not None and revision.by_id == by.pk and not by.is_superuser:
        raise OwnProposal(_("You proposed this date yourself; somebody else must decide."))
    return revision, milestone


def _decide(revision: Revision, remark: str, by: User | None) -> None:
    note = read_note(remark, field="remark")
    revision.decided_at = clock.now()
    revision.decided_by = by
    if note:
        revision.remark = f"{revision.remark} — {note}".removeprefix(" — ")[:500]
    revision.save()


def _tell(
    kind: type[RevisionFact], revision: Revision, milestone: Milestone, by: User | None
) -> None:
    journal.record(
        kind(
            **fact_of(milestone),
            revision_id=revision.pk,
            was_on=str(revision.was_on),
            is_on=str(revision.is_on),
            reason=revision.reason,
            party=revision.party,
            remark=revision.remark,
        ),
        about=about(milestone),
        by=by,
    )
