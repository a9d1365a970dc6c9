"""What leaves the house, as people look at it: send again, give up, who must know of failures."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import journal, sending
from gendan.kernel.errors import DomainError, NotThere
from gendan.kernel.journal import Fact
from gendan.kernel.models import Mail, User
from gendan.kernel.sending import Sending, SendingState
from gendan.kernel.service import service

# A word of an address that may open something: long, and no word of a language.
_KEY = re.compile(r"(?<=[/=])[\w.:~-]{16,}")


@dataclass(frozen=True, kw_only=True)
class SendingRepeated(Fact):
    """Somebody let a mail, a webhook delivery or a message to a robot go out once more."""

    kind: str
    sending_id: int
    goes_to: str
    gist: str


@dataclass(frozen=True, kw_only=True)
class SendingDropped(Fact):
    """Somebody decided that it shall not be sent."""

    kind: str
    sending_id: int
    goes_to: str
    gist: str


@dataclass(frozen=True, kw_only=True)
class MailNotSent(Fact):
    """A mail that a person wrote could not be sent, and is tried no more."""

    mail_id: int
    to: list[str]
    subject: str
    why: str


class OnItsWay(DomainError):
    """It is being sent at this moment, or will be in the next seconds."""


@service(gettext_lazy("Send it again"))
def resend_sending(*, kind: str, sending_id: int, by: User | None) -> Sending:
    """Send once more what was sent, failed or given up, or at once what waits for its next try."""
    row = _locked(kind, sending_id)
    if row.state == SendingState.WAITING and row.next_try_at is None:
        raise OnItsWay(_("It is on its way already."))
    sending.again(row)
    journal.record(SendingRepeated(**_said(row)), about=_about(row), by=by)
    return row


@service(gettext_lazy("Do not send it"))
def drop_sending(*, kind: str, sending_id: int, by: User | None) -> Sending:
    """Give up what waits or has failed: it leaves the list of what somebody must look at."""
    row = _locked(kind, sending_id)
    if row.state == SendingState.SENT:
        raise OnItsWay(_("It has been sent already."))
    if row.state != SendingState.DROPPED:
        sending.give_up(row)
        journal.record(SendingDropped(**_said(row)), about=_about(row), by=by)
    return row


def tell_not_sent(mail: Mail) -> None:
    """A person's mail that failed is told to them; of notices nobody is told by more notices."""
    if mail.by_id is not None:
        fact = MailNotSent(mail_id=mail.pk, to=mail.to, subject=mail.subject, why=mail.last_error)
        journal.record(fact, about=[mail.about, f"kernel.mail:{mail.pk}"])


def note_returned(mail_id: int, why: str) -> None:
    """A mail that was sent has come back: it stands among those that failed, with the reason."""
    sent = Mail.objects.filter(pk=mail_id, state=SendingState.SENT)
    sent.update(state=SendingState.PARKED, last_error=why.replace("\x00", "")[:500])


def not_sent_to(about: str) -> dict[str, Mail]:
    """Address → the last mail about a document to it, where that could not be sent: 1 query."""
    last: dict[str, Mail] = {}
    for mail in Mail.objects.filter(about=about).order_by("pk"):
        last |= {address.lower(): mail for address in mail.to}
    return {to: mail for to, mail in last.items() if mail.state == SendingState.PARKED}


def rows_for(kind: str, user: User) -> "QuerySet[Sending]":
    """The rows of one kind, for those who look after them; for others none (and none: 404)."""
    model = sending.kinds().get(kind)
    if model is None:
        raise NotThere(_("Nothing of this kind leaves the house."))
    rows: QuerySet[Any] = model._default_manager.all()
    if kind == "kernel.webhookdelivery":
        rows = rows.select_related("webhook", "entry__by")
    return rows if user.may_do("resend_sending") else rows.none()


def mails_about(about: str) -> "QuerySet[Mail]":
    """The mails about a document, the newest first."""
    return Mail.objects.filter(about=about).select_related("by").order_by("-pk")


def without_keys(text: str) -> str:
    """A mail's text for those who look after the sending: links without what opens them.

    A link in a mail is for its reader alone; whoever reads the log must not act in their name.
    """
    address = re.compile(rf"(?:{re.escape(settings.PUBLIC_URL)}|https?://)\S+")
    return address.sub(lambda found: _KEY.sub("…", found[0]), text)


def _locked(kind: str, sending_id: int) -> Sending:
    model = sending.kinds().get(kind)
    row = None
    if model is not None:
        rows = model._default_manager.select_for_update(of=("self",))
        row = rows.filter(pk=sending_id).first()
    if row is None:
        raise NotThere(_("There is no such message."))
    return row


def _said(row: Sending) -> dict[str, Any]:
    return {
        "kind": row._meta.label_lower,
        "sending_id": row.pk,
        "goes_to": row.goes_to[:200],
        "gist": row.gist[:200],
    }


def _about(row: Sending) -> list[str]:
    # A delivery is about its webhook alone: the order's timeline is for people.
    documents = row.documents if isinstance(row, Mail) else []
    return [*documents, f"{row._meta.label_lower}:{row.pk}"]
