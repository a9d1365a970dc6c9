"""Who works on a document, and documents that leave the queue."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.intake.events import (
    DraftHandedOver,
    IncomingFinished,
    IncomingPutAside,
    IncomingTaken,
)
from gendan.intake.models import Draft, Incoming
from gendan.intake.services.refusals import (
    NotReadYet,
    TakenBySomebody,
    locked_draft,
    locked_incoming,
)
from gendan.kernel import clock, journal
from gendan.kernel.models import User
from gendan.kernel.service import service


@service(gettext_lazy("I work on this"))
def work_on_incoming(
    *, incoming_id: int, is_taken: bool = True, take_over: bool = False, by: User
) -> Incoming:
    """Say that I look after this document, so that nobody does it twice; or that I no longer do.

    What somebody else works on is left to them unless `take_over` says that they know.
    """
    incoming = locked_incoming(incoming_id)
    incoming.step("work_on_incoming")
    other = incoming.worked_on_by
    if is_taken and other is not None and other != by and not take_over:
        raise TakenBySomebody(
            _("%(name)s works on %(number)s. Ask them, or take it over.")
            % {"name": other, "number": incoming},
            user_id=other.pk,
        )
    incoming.worked_on_by = by if is_taken else None
    incoming.worked_on_since = clock.now() if is_taken else None
    incoming.save(update_fields=["worked_on_by", "worked_on_since"])
    journal.record(
        IncomingTaken(
            incoming_id=incoming.pk,
            number=incoming.number,
            user_id=by.pk if is_taken else None,
        ),
        about=incoming,
        by=by,
    )
    return incoming


@service(gettext_lazy("Put it aside unread"))
def put_incoming_aside(*, incoming_id: int, by: User | None) -> Incoming:
    """Nobody waits for this document any more: it leaves the queue unread, the original is kept."""
    incoming = locked_incoming(incoming_id)
    incoming.step("put_incoming_aside")
    incoming.page_in_work = incoming.pages_in_work = 0
    incoming.save(update_fields=["state", "page_in_work", "pages_in_work"])
    journal.record(
        IncomingPutAside(incoming_id=incoming.pk, number=incoming.number), about=incoming, by=by
    )
    return incoming


@service
def finish_incoming(*, incoming_id: int, by: User | None) -> Incoming:
    """Every draft is accepted or refused: the document leaves the queue."""
    incoming = locked_incoming(incoming_id)
    if incoming.drafts.filter(state=Draft.State.OPEN).exists():
        raise NotReadYet(_("A draft of %(number)s is still open.") % {"number": incoming})
    incoming.step("finish_incoming")
    incoming.save(update_fields=["state"])
    journal.record(
        IncomingFinished(incoming_id=incoming.pk, number=incoming.number), about=incoming, by=by
    )
    return incoming


@service
def hand_over_draft(*, draft_id: int, to: str, name: str, by: User | None = None) -> Draft:
    """The document was taken as another paper (`to`, as the journal names it): nobody in the
    intake waits for it any more, and it can be opened from here."""
    incoming, draft = locked_draft(draft_id, None)
    draft.step("hand_over_draft")
    draft.refusal = name[:500]
    draft.revision += 1
    draft.save()
    fact = DraftHandedOver(draft_id=draft.pk, number=incoming.number, to=to, became=name)
    journal.record(fact, about=incoming, by=by)
    if not incoming.drafts.filter(state=Draft.State.OPEN).exists():
        finish_incoming(incoming_id=incoming.pk, by=by)
    return draft
