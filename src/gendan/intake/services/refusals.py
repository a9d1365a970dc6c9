"""What the verbs of the intake refuse, and the one way they take hold of a document."""

from django.utils.translation import gettext as _

from gendan.intake.models import Draft, Incoming
from gendan.kernel.errors import DomainError, Invalid, NotThere


class CameInAlready(DomainError):
    """The same content is here; no second copy is kept."""


class TakenBySomebody(DomainError):
    """Somebody else works on the document."""


class NotReadYet(DomainError):
    """A worker is still reading the document."""


class DraftIsDoubtful(DomainError):
    """Values that nobody has looked at; `params["fields"]` names them."""


class DraftIsIncomplete(DomainError):
    """Something an order cannot be made without; `params["fields"]` names it."""


class NotAnOrder(DomainError):
    """The document is none that an order is made from."""


class CannotMerge(DomainError):
    """The document cannot be carried into this order."""


class NothingSaid(Invalid):
    """A phone note, a reason or a correction without content."""


def url_of(incoming_id: int) -> str:
    """The page of a document, for refusals that name it."""
    return f"/intake/{incoming_id}/"


def locked_incoming(incoming_id: int) -> Incoming:
    """The document with its row locked: whoever has it owns its drafts too."""
    incoming = (
        Incoming.objects.select_for_update(of=("self",))
        .select_related("file")
        .filter(pk=incoming_id)
        .first()
    )
    if incoming is None:
        raise NotThere(_("There is no such document."))
    return incoming


def locked_draft(draft_id: int, revision: int | None) -> tuple[Incoming, Draft]:
    """A draft and the document it was read from, locked from the root down."""
    parent = Draft.objects.filter(pk=draft_id).values_list("incoming_id", flat=True).first()
    if parent is None:
        raise NotThere(_("There is no such draft."))
    incoming = locked_incoming(parent)
    draft = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("customer")
        .filter(pk=draft_id)
        .first()
    )
    if draft is None:  # read again in the meantime
        raise NotThere(_("There is no such draft."))
    draft.incoming = incoming
    draft.refuse_if_stale(revision)
    return incoming, draft


def one_line(text: str, most: int) -> str:
    """A text without line breaks and NUL characters, cut off where its column ends."""
    return " ".join(text.replace("\x00", "").split())[:most]
