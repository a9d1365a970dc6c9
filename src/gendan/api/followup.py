"""API operations of the followup room: Today, board, journeys, milestones, templates."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from gendan.api.followup_schemas import (
    BoardOut,
    BoardQuery,
    ChaseIn,
    ExpectIn,
    MilestoneOut,
    NoteIn,
    OrderFollowupOut,
    ReachIn,
    RemarkIn,
    ReviseIn,
    RevisionOut,
    SlipOut,
    TemplateIn,
    TemplateOut,
    TodayOut,
    WaitIn,
)
from gendan.api.paging import LARGEST
from gendan.followup import queries, services
from gendan.followup.models import Milestone
from gendan.kernel.errors import NotThere
from gendan.notices.queries import count_unread

router = Router(tags=["followup"])


# Reading ----------------------------------------------------------------------------------------


@router.get("/today", response=list[TodayOut], operation_id="today")
def today(request: HttpRequest, limit: int = Query(50, ge=1, le=LARGEST)) -> Any:  # type: ignore[type-arg]
    """What one must do now, most urgent first."""
    return queries.today_for(request.user, limit)  # type: ignore[arg-type]


@router.get("/today/slips", response=list[SlipOut], operation_id="list_slips")
def list_slips(request: HttpRequest, since: dt.datetime) -> Any:
    """One's orders whose expected date has moved since a moment, the largest slip first."""
    if since.tzinfo is None:
        since = since.replace(tzinfo=dt.UTC)
    return queries.slips_since(request.user, since)  # type: ignore[arg-type]


@router.get("/today/counts", response=dict[str, int], operation_id="today_counts")
def today_counts(request: HttpRequest) -> Any:
    """What waits for the user: today, approvals, notices; each counted to 100 at most."""
    user: Any = request.user
    return {**queries.counts_for(user), "notices": count_unread(user)}


@router.get("/board", response=BoardOut, operation_id="board")
def board(request: HttpRequest, asked: Query[BoardQuery]) -> Any:
    """All open orders against the stages of the journey."""
    found = queries.board(request.user, **asked.dict())  # type: ignore[arg-type]
    return {"items": found.rows, "stages": found.stages, "next": found.next_cursor or None}


@router.get("/journeys/{int:order_id}", response=OrderFollowupOut, operation_id="get_journey")
def get_journey(request: HttpRequest, order_id: int) -> Any:
    """The follow-up of an order: every milestone with its dates, revisions and waits."""
    visible = queries.milestones_for(request.user)  # type: ignore[arg-type]
    found = (
        queries.order_followup(order_id)
        if visible.filter(journey__order=order_id).exists()
        else None
    )
    if found is None:
        raise NotThere(_("There is no such journey."))
    return found


@router.get("/templates", response=list[TemplateOut], operation_id="list_templates")
def list_templates(request: HttpRequest, active: bool = True) -> Any:
    """The kinds of journey."""
    return queries.templates_for(request.user, active_only=active)[:LARGEST]  # type: ignore[arg-type]


# Milestones -------------------------------------------------------------------------------------


def _seen(request: HttpRequest, milestone_id: int) -> int:
    """The milestone's id, if this user sees its order."""
    visible = queries.milestones_for(request.user)  # type: ignore[arg-type]
    if not visible.filter(pk=milestone_id).exists():
        raise NotThere(_("There is no such milestone."))
    return milestone_id


def _decidable(request: HttpRequest, revision_id: int) -> int:
    """The revision's id, if this user sees its order."""
    visible = queries.milestones_for(request.user)  # type: ignore[arg-type]
    if not visible.filter(revisions=revision_id).exists():
        raise NotThere(_("There is no such proposal."))
    return revision_id


@router.post(
    "/milestones/{int:milestone_id}/reach", response=MilestoneOut, operation_id="reach_milestone"
)
def reach_milestone(request: HttpRequest, milestone_id: int, given: ReachIn) -> Milestone:
    """Report it done."""
    return services.reach_milestone(
        milestone_id=_seen(request, milestone_id),
        **given.dict(),
        by=request.user,  # type: ignore[arg-type]
    )


@router.post(
    "/milestones/{int:milestone_id}/reach-with-photos",
    response=MilestoneOut,
    operation_id="reach_milestone_with_photos",
)
def reach_milestone_with_photos(
    request: HttpRequest, milestone_id: int, given: Form[ReachIn], photos: File[list[UploadedFile]]
) -> Milestone:
    """Report it done, with photos (multipart)."""
    return services.reach_milestone(
        milestone_id=_seen(request, milestone_id),
        **given.dict(),
        photos=[(photo.name or "photo", photo.file) for photo in photos[:20]],  # type: ignore[misc]
        by=request.user,  # type: ignore[arg-type]
    )


@router.post(
    "/milestones/{int:milestone_id}/skip", response=MilestoneOut, operation_id="skip_milestone"
)
def skip_milestone(request: HttpRequest, milestone_id: int, given: NoteIn) -> Milestone:
    """It is not needed for this order."""
    return services.skip_milestone(
        milestone_id=_seen(request, milestone_id),
        note=given.note,
        by=request.user,  # type: ignore[arg-type]
    )


@router.post(
    "/milestones/{int:milestone_id}/reopen", response=MilestoneOut, operation_id="reopen_milestone"
)
def reopen_milestone(request: HttpRequest, milestone_id: int, given: NoteIn) -> Milestone:
    """It is not done after all."""
    return services.reopen_milestone(
        milestone_id=_seen(request, milestone_id),
        note=given.note,
        by=request.user,  # type: ignore[arg-type]
    )


@router.post(
    "/milestones/{int:milestone_id}/expect", response=MilestoneOut, operation_id="expect_milestone"
)
def expect_milestone(request: HttpRequest, milestone_id: int, given: ExpectIn) -> Milestone:
    """Note the date they said."""
    return services.expect_milestone(
        milestone_id=_seen(request, milestone_id),
        **given.dict(),
        by=request.user,  # type: ignore[arg-type]
    )


@router.post(
    "/milestones/{int:milestone_id}/revise", response=RevisionOut, operation_id="revise_milestone"
)
def revise_milestone(request: HttpRequest, milestone_id: int, given: ReviseIn) -> Any:
    """Agree on a new date, or propose it where it is beyond the company's limit."""
    return services.revise_milestone(
        milestone_id=_seen(request, milestone_id),
        **given.dict(),
        by=request.user,  # type: ignore[arg-type]
    )


@router.post(
    "/milestones/{int:milestone_id}/wait-for", response=MilestoneOut, operation_id="wait_for"
)
def wait_for(request: HttpRequest, milestone_id: int, given: WaitIn) -> Milestone:
    """Say whose move it is."""
    return services.wait_for(
        milestone_id=_seen(request, milestone_id),
        **given.dict(),
        by=request.user,  # type: ignore[arg-type]
    )


@router.post(
    "/milestones/{int:milestone_id}/chase", response=MilestoneOut, operation_id="chase_milestone"
)
def chase_milestone(request: HttpRequest, milestone_id: int, given: ChaseIn) -> Milestone:
    """The party that is waited for was asked."""
    return services.chase_milestone(
        milestone_id=_seen(request, milestone_id),
        message=given.message,
        by=request.user,  # type: ignore[arg-type]
    )


@router.post(
    "/revisions/{int:revision_id}/approve", response=RevisionOut, operation_id="approve_revision"
)
def approve_revision(request: HttpRequest, revision_id: int, given: RemarkIn) -> Any:
    """The proposed date becomes the plan."""
    return services.approve_revision(
        revision_id=_decidable(request, revision_id),
        remark=given.remark,
        by=request.user,  # type: ignore[arg-type]
    )


@router.post(
    "/revisions/{int:revision_id}/refuse", response=RevisionOut, operation_id="refuse_revision"
)
def refuse_revision(request: HttpRequest, revision_id: int, given: RemarkIn) -> Any:
    """The plan stays."""
    return services.refuse_revision(
        revision_id=_decidable(request, revision_id),
        remark=given.remark,
        by=request.user,  # type: ignore[arg-type]
    )


# Templates --------------------------------------------------------------------------------------


@router.post("/templates", response={201: TemplateOut}, operation_id="save_template")
def save_template(request: HttpRequest, given: TemplateIn) -> Any:
    """Make or change a kind of journey."""
    values = given.dict(exclude={"steps"})
    steps = [services.StepData(**step.dict()) for step in given.steps]
    return Status(201, services.save_template(**values, steps=steps, by=request.user))  # type: ignore[arg-type]


@router.post(
    "/templates/{int:template_id}/retire", response=TemplateOut, operation_id="retire_template"
)
def retire_template(request: HttpRequest, template_id: int) -> Any:
    """New orders no longer get it."""
    return services.retire_template(template_id=template_id, by=request.user)  # type: ignore[arg-type]
