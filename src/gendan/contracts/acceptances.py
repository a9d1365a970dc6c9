"""Questions about the acceptance of papers, for our own pages and the one behind the link."""

from typing import Any

from django.db.models import QuerySet

from gendan.contracts.models import Acceptance, Paper, PaperSending
from gendan.kernel.models import Link, User


def paper_behind(paper_id: int) -> Paper | None:
    """What the page behind a link shows; whoever has the link may see this paper."""
    related = ("order__customer", "order__payment_terms", "file")
    return Paper.objects.select_related(*related).filter(pk=paper_id).first()


def acceptance_of(paper: Paper) -> Acceptance | None:
    """The proof that a paper was accepted, if it was."""
    related = ("record", "copy", "sending", "recorded_by")
    return Acceptance.objects.select_related(*related).filter(paper=paper).first()


def sending_of_link(link: Link) -> PaperSending | None:
    """The sending a link belongs to."""
    return PaperSending.objects.select_related("paper").filter(link=link).first()


def sendings_of(paper: Paper) -> "QuerySet[PaperSending]":
    """To whom a paper was sent, the newest first, with how often the link was opened."""
    return (
        PaperSending.objects.filter(paper=paper).select_related("link", "sent_by").order_by("-pk")
    )


def papers_seen_by(user: User) -> "QuerySet[Paper]":
    """The papers a door of our own people finds one among."""
    seen: Any = Paper.objects.visible_to(user)
    if user.is_outside:
        seen = seen.none()
    return seen.select_related("order__customer", "order__contact", "file")  # type: ignore[no-any-return]


def sendings_seen_by(user: User) -> "QuerySet[PaperSending]":
    """The sendings a door of our own people finds one among."""
    return PaperSending.objects.visible_to(user).select_related("paper__order", "link")
