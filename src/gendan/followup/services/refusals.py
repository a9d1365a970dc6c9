"""What the verbs of the follow-up refuse, and the one way they take hold of a milestone."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from gendan.followup.events import MilestoneFact
from gendan.followup.models import Journey, Milestone, Party
from gendan.kernel import clock
from gendan.kernel.cleaners import Unusable, clean_text
from gendan.kernel.errors import DomainError, Invalid, NotAllowed, NotThere
from gendan.kernel.models import User

FURTHEST_DAYS = 3 * 366


class TemplateRefused(Invalid):
    """A kind of journey that cannot work as it is written."""


class JourneyHasEnded(DomainError):
    """The order is closed or cancelled; nothing of it is followed any more."""


class DateRefused(Invalid):
    """A date that cannot be meant."""


class ProvedByFact(DomainError):
    """A milestone that a fact has closed and still proves."""


class AnchorIsNeeded(DomainError):
    """The promised milestone itself cannot be left out."""


class TheyWaitForUs(DomainError):
    """The party that would be chased is itself waiting for something of ours that is late."""


class NothingIsProposed(DomainError):
    """There is no new date that waits for approval."""


class OwnProposal(NotAllowed):
    """Somebody who would approve what he has proposed himself."""


def locked_milestone(milestone_id: int) -> Milestone:
    """The milestone, with its journey locked: whoever has that owns all its milestones."""
    journey = (
        Journey.objects.select_for_update(of=("self",))
        .select_related("order__customer", "order__merchandiser")
        .filter(milestones=milestone_id)
        .first()
    )
    if journey is None:
        raise NotThere(_("There is no such milestone."))
    if not journey.is_open:
        raise JourneyHasEnded(
            _("%(order)s is no longer followed; its milestones stay as they are.")
            % {"order": journey.order.number}
        )
    milestone = journey.milestones.get(pk=milestone_id)
    milestone.journey = journey
    return milestone


def may_close(user: User, milestone: Milestone) -> bool:
    """Managers any, the order's merchandiser any of hers, others those their role owns."""
    return (
        user.is_superuser
        or user.has_role("manager", milestone.owner_role)
        or milestone.journey.follower_id == user.pk
        or milestone.journey.order.merchandiser_id == user.pk
    )


def refuse_stranger(milestone: Milestone, by: User | None, *, also: str = "") -> None:
    """Raise NotAllowed unless the person has to do with this milestone."""
    if by is None or may_close(by, milestone) or (also and by.has_role(also)):
        return
    raise NotAllowed(
        _("“%(milestone)s” of %(order)s belongs to %(owner)s; ask them or the merchandiser.")
        % {
            "milestone": milestone.name,
            "order": milestone.journey.order.number,
            "owner": Party(milestone.owner_role).label,
        }
    )


def read_note(value: object, *, field: str = "note", limit: int = 500) -> str:
    """A text without control characters."""
    try:
        text = clean_text(value or "")
    except Unusable as problem:
        raise Invalid(str(problem), field=field) from problem
    if len(text) > limit:
        raise Invalid(
            _("This text is longer than %(limit)s characters.") % {"limit": limit}, field=field
        )
    return text


def read_day(value: dt.date | str | None, *, field: str) -> dt.date:
    """A date, also as ISO text."""
    if isinstance(value, dt.datetime):
        return clock.date_of(value)
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise DateRefused(_("This is not a date: %(value)s") % {"value": str(value)[:40]},
                          field=field) from None  # fmt: skip


def read_coming_day(value: dt.date | str | None, *, field: str) -> dt.date:
    """A date from today on that somebody can mean."""
    day = read_day(value, field=field)
    if day < clock.today():
        raise DateRefused(_("This day is past; give a day from today on."), field=field)
    if (day - clock.today()).days > FURTHEST_DAYS:
        raise DateRefused(_("This day is more than three years away."), field=field)
    return day


def read_party(value: str, *, field: str = "party") -> str:
    """One of the parties whose move it can be."""
    if value not in Party.values:
        raise Invalid(_("Say whose move it is: one of our departments or somebody outside."),
                      field=field)  # fmt: skip
    return value


def fact_of(milestone: Milestone) -> dict[str, Any]:
    """What every fact about a milestone says."""
    return {
        "order_id": milestone.journey.order_id,
        "milestone_id": milestone.pk,
        "code": milestone.code,
        "name_en": milestone.name_en,
        "name_zh": milestone.name_zh,
    }


def about(milestone: Milestone) -> list[str]:
    """The order and the milestone, as the journal names them."""
    return [f"orders.order:{milestone.journey.order_id}", f"followup.milestone:{milestone.pk}"]


def about_fact(fact: MilestoneFact) -> list[str]:
    """The same, from a fact."""
    return [f"orders.order:{fact.order_id}", f"followup.milestone:{fact.milestone_id}"]
