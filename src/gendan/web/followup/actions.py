"""The verbs of milestones and new dates: found, asked, and back to where the reader was."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from gendan.followup import services
from gendan.followup.models import Journey, Milestone, Revision
from gendan.orders.models import Order
from gendan.web.shell import ask, page

LONGEST = 4000
MOST_PHOTOS = 12


def find_milestone(user: Any, milestone_id: int) -> Milestone:
    """A milestone of an order the reader may see."""
    journeys = Journey.objects.visible_to(user).select_related("order")
    journey = journeys.filter(milestones=milestone_id).first()
    if journey is None:
        raise Http404
    milestone: Milestone = journey.milestones.get(pk=milestone_id)
    milestone.journey = journey
    return milestone


def find_order(user: Any, order_id: int) -> Order:
    """An order the reader may see; the order page itself stands on this room's pages."""
    related = ("customer", "contact", "merchandiser")
    order = Order.objects.visible_to(user).select_related(*related).filter(pk=order_id).first()
    if order is None:
        raise Http404
    return order


def _find_revision(user: Any, revision_id: int) -> Revision:
    journeys = Journey.objects.visible_to(user).select_related("order")
    journey = journeys.filter(milestones__revisions=revision_id).first()
    if journey is None:
        raise Http404
    milestone = journey.milestones.get(revisions=revision_id)
    milestone.journey = journey
    revision: Revision = milestone.revisions.get(pk=revision_id)
    revision.milestone = milestone
    return revision


def milestone_url(milestone: Milestone) -> str:
    """Where a milestone is shown: on the follow-up tab of its order."""
    url = reverse("order", args=[milestone.journey.order_id])
    return f"{url}?tab=followup&milestone={milestone.pk}#milestone"


def back_to(request: HttpRequest, url: str) -> str:
    """The page the reader wants back to (Today, the board), if it is one of ours; else `url`."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        parts = urlsplit(wanted)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return url


def _back(request: HttpRequest, milestone: Milestone) -> str:
    """Today and the board get their reader back; everybody else sees the milestone."""
    return back_to(request, milestone_url(milestone))


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\r\n", "\n").strip()[: LONGEST + 1]


def _asked(
    request: HttpRequest, milestone_id: int, verb: Callable[..., Any], said: str, **values: Any
) -> HttpResponse:
    milestone = find_milestone(request.user, milestone_id)
    return ask(
        request,
        verb,
        milestone_id=milestone.pk,
        then=_back(request, milestone),
        said=said % {"milestone": milestone.name},
        **values,
    )


@page(section="today", methods=("POST",))
def reach_milestone(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """It is done, with a note and photos."""
    photos = [
        (photo.name or "photo", photo) for photo in request.FILES.getlist("photo")[:MOST_PHOTOS]
    ]
    return _asked(
        request,
        milestone_id,
        services.reach_milestone,
        _("“%(milestone)s” is done."),
        reached_on=_text(request, "reached_on") or None,
        note=_text(request, "note"),
        photos=photos,
    )


@page(section="today", methods=("POST",))
def skip_milestone(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """It is not needed for this order."""
    said = _("“%(milestone)s” is not needed for this order.")
    return _asked(request, milestone_id, services.skip_milestone, said, note=_text(request, "note"))


@page(section="today", methods=("POST",))
def reopen_milestone(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """It is not done after all."""
    said = _("“%(milestone)s” is open again.")
    return _asked(
        request, milestone_id, services.reopen_milestone, said, note=_text(request, "note")
    )


@page(section="today", methods=("POST",))
def expect_milestone(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """Somebody has said when it will be done."""
    return _asked(
        request,
        milestone_id,
        services.expect_milestone,
        _("The date is noted; the forecast follows."),
        expected_on=_text(request, "expected_on"),
        note=_text(request, "note"),
    )


@page(section="today", methods=("POST",))
def revise_milestone(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """A new date is agreed, or proposed where it needs approval."""
    return _asked(
        request,
        milestone_id,
        services.revise_milestone,
        _("The new date of “%(milestone)s” is written down."),
        revised_on=_text(request, "revised_on"),
        reason=_text(request, "reason"),
        party=_text(request, "party"),
        remark=_text(request, "remark"),
    )


@page(section="today", methods=("POST",))
def wait_for(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """It is another party's move."""
    partner = request.POST.get("partner_id", "")
    return _asked(
        request,
        milestone_id,
        services.wait_for,
        _("It is noted whose move “%(milestone)s” is."),
        party=_text(request, "party"),
        partner_id=int(partner) if partner.isdigit() and len(partner) < 18 else None,
        note=_text(request, "note"),
    )


@page(section="today", methods=("POST",))
def chase_milestone(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """They have been asked."""
    said = _("It is noted that you have asked about “%(milestone)s”.")
    message = _text(request, "message")
    return _asked(request, milestone_id, services.chase_milestone, said, message=message)


@page(section="today", methods=("POST",))
def approve_revision(request: HttpRequest, revision_id: int) -> HttpResponse:
    """The proposed date becomes the plan."""
    return _decide(request, revision_id, services.approve_revision, _("The new date is approved."))


@page(section="today", methods=("POST",))
def refuse_revision(request: HttpRequest, revision_id: int) -> HttpResponse:
    """The plan stays as it was."""
    return _decide(request, revision_id, services.refuse_revision, _("The new date is refused."))


def _decide(
    request: HttpRequest, revision_id: int, verb: Callable[..., Any], said: str
) -> HttpResponse:
    revision = _find_revision(request.user, revision_id)
    return ask(
        request,
        verb,
        revision_id=revision.pk,
        remark=_text(request, "remark"),
        then=_back(request, revision.milestone),
        said=said,
    )
