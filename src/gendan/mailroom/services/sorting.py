"""Sorting mails: to the document they answer, to the intake, or aside; and once more by hand."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.intake.models import Incoming
from gendan.intake.services import CameInAlready, add_incoming
from gendan.kernel import files, journal
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import Mail, StoredFile, User
from gendan.kernel.outgoing import note_returned
from gendan.kernel.service import service
from gendan.mailroom import belonging, deferring
from gendan.mailroom.apart import read_body, read_report
from gendan.mailroom.belonging import Belonging
from gendan.mailroom.bodies import Body, Report
from gendan.mailroom.events import (
    AutomaticReplyReceived,
    MailDropped,
    MailReceived,
    MailRetried,
    MailReturned,
    MailTakenToIntake,
)
from gendan.mailroom.heads import Head, read_head
from gendan.mailroom.models import MailMessage
from gendan.mailroom.services.reading import locked_message, said
from gendan.orders.models import Channel
from gendan.purchasing.services import note_supplier_wrote

MOST_FILES = 50
LONGEST_IN_FACT = 2000


@service
def sort_message(*, message_id: int, by: User | None = None) -> MailMessage:
    """Put a mail where it belongs; asked of what was sorted already, it changes nothing."""
    message = locked_message(message_id)
    if not message.may("take_message_in"):
        return message
    raw = raw_of(message)
    head = read_head(raw)
    if belonging.is_own(head):
        return ignore_message(message_id=message_id, kind="own", why="own_mail")
    if head.is_report:
        report = read_report(raw)
        answered = belonging.mail_of(report.ids)
        if answered is not None or report.has_status:
            return _sort_returned(message, report, answered, raw)
    found = belonging.belonging_of(head)
    if found is None:
        if head.is_automatic_reply:
            return ignore_message(message_id=message_id, kind="automatic", why="automatic")
        return take_message_in(message_id=message_id)
    return attach_message(message_id=message_id, found=found, head=head, body=read_body(raw))


@service
def take_message_in(*, message_id: int, by: User | None = None) -> MailMessage:
    """Give the mail to the intake as a document like any other."""
    message = locked_message(message_id)
    message.step("take_message_in")
    message.hinted_order = belonging.hinted_order(message.subject)
    message.incoming = _as_document(message, by)
    message.problem = message.problem_detail = ""
    message.save()
    return message


@service
def attach_message(
    *, message_id: int, found: Belonging, head: Head, body: Body, by: User | None = None
) -> MailMessage:
    """Put an answer on the timeline of what it answers, with its files.

    When a file of it could be an order, or no order is known yet, it is a document of the intake
    as well. An automatic reply never is.
    """
    message = locked_message(message_id)
    message.step("attach_message")
    is_machine = head.is_automatic_reply
    message.kind = MailMessage.Kind.AUTOMATIC if is_machine else MailMessage.Kind.ANSWER
    message.about, message.order = list(found.documents), found.order
    message.answered = found.answered
    message.text, message.is_cut = body.text, body.is_cut
    message.problem = message.problem_detail = ""
    if not is_machine and (body.holds_paper or found.order is None):
        message.incoming = _as_document(message, by)
    message.save()
    if is_machine:
        _tell_automatic(message)
        return message
    note_supplier_wrote(about=message.about)
    kept = _keep_files(found, body)
    fact = MailReceived(
        **said(message),
        order_id=message.order_id,
        text=message.text[:LONGEST_IN_FACT],
        is_cut=message.is_cut,
        proof=message.proof,
        files=kept,
        incoming_id=message.incoming_id,
        incoming_number=message.incoming.number if message.incoming else "",
    )
    journal.record(fact, about=[*message.about, message])
    return message


@service
def ignore_message(*, message_id: int, kind: str, why: str, by: User | None = None) -> MailMessage:
    """Leave the mail aside, in sight with the reason: nothing is lost by it."""
    message = locked_message(message_id)
    message.step("ignore_message")
    message.kind, message.problem, message.problem_detail = kind, why, ""
    message.save()
    return message


@service(gettext_lazy("Try the mail again"))
def retry_message(*, message_id: int, by: User | None) -> MailMessage:
    """Have a mail that was parked or put aside sorted once more."""
    message = _there(message_id)
    message.step("retry_message")
    _refuse_parts(message)
    message.attempts, message.decided_by = 0, by
    message.save()
    journal.record(MailRetried(**said(message)), about=message, by=by)
    deferring.sorting(message.pk)
    return message


@service(gettext_lazy("Put the mail aside"))
def drop_message(*, message_id: int, by: User | None) -> MailMessage:
    """Nothing more is done with it; it stays as it came, and can be tried again."""
    message = _there(message_id)
    message.step("drop_message")
    message.decided_by = by
    message.save()
    journal.record(MailDropped(**said(message)), about=message, by=by)
    return message


@service(gettext_lazy("Take the mail to the intake"))
def take_mail_to_intake(*, message_id: int, by: User | None) -> MailMessage:
    """Read this mail as an order document, whatever it was sorted to; what it is on it stays on."""
    message = _there(message_id)
    message.step("take_mail_to_intake")
    _refuse_parts(message)
    message.incoming = message.incoming or _as_document(message, by)
    message.problem = message.problem_detail = ""
    message.decided_by = by
    message.save()
    fact = MailTakenToIntake(
        **said(message),
        incoming_id=message.incoming.pk,
        incoming_number=message.incoming.number,
    )
    journal.record(fact, about=[message, message.incoming], by=by)
    return message


def raw_of(message: MailMessage) -> bytes:
    """The mail as it came."""
    if message.file is None:
        return b""
    with files.open_file(message.file) as content:
        return content.read()


def _sort_returned(
    message: MailMessage, report: Report, answered: Mail | None, raw: bytes
) -> MailMessage:
    """A server tells of a mail of ours: it is marked as failed, and its documents tell of it."""
    if answered is None:
        return ignore_message(message_id=message.pk, kind="returned", why="unknown_return")
    message.step("attach_message")
    is_failed = report.is_failed
    message.kind = MailMessage.Kind.RETURNED if is_failed else MailMessage.Kind.AUTOMATIC
    message.answered = answered
    message.order = belonging.order_of(answered.about)
    message.about = belonging.documents_of(answered.about, message.order)
    message.text = report.why if is_failed else read_body(raw).text
    message.problem = message.problem_detail = ""
    message.save()
    if not is_failed:  # "delayed", "relayed": nothing is wrong yet
        _tell_automatic(message)
        return message
    to = list(report.recipients) or [*answered.to, *answered.cc]
    note_supplier_wrote(about=message.about, is_returned=True)
    note_returned(answered.pk, f"{', '.join(to)}: {report.why or message.subject}")
    fact = MailReturned(
        **said(message),
        order_id=message.order_id,
        mail_id=answered.pk,
        to=to[:20],
        mail_subject=answered.subject,
        why=report.why,
    )
    journal.record(fact, about=[*message.about, answered, message])
    return message


def _tell_automatic(message: MailMessage) -> None:
    fact = AutomaticReplyReceived(
        **said(message), order_id=message.order_id, text=message.text[:LONGEST_IN_FACT]
    )
    journal.record(fact, about=[*message.about, message])


def _as_document(message: MailMessage, by: User | None) -> Incoming:
    """The mail in the intake; the very same content may be there already, dragged in by hand."""
    stored: StoredFile | None = message.file
    if stored is None:
        raise Invalid(_("Nothing of this mail could be fetched."))
    name = f"{message.subject[:80].strip() or 'mail'}.eml"
    try:
        with transaction.atomic(), files.open_file(stored) as content:
            return add_incoming(
                content=content,
                name=name,
                channel=Channel.MAIL,
                sender_name=message.sender_name,
                sender_address=message.sender_address,
                received_at=message.came_at,
                is_sender_confirmed=message.is_confirmed,
                by=by,
            )
    except CameInAlready:
        return Incoming.objects.filter(file=stored).order_by("pk")[:1].get()


def _keep_files(found: Belonging, body: Body) -> list[dict[str, Any]]:
    """The answer's files as files of the order (or of what it answers)."""
    about = found.documents[-1]
    kept = []
    for name, content in body.files[:MOST_FILES]:
        attachment = files.attach(content, name=name, about=about, kind="mail")
        kept.append({"attachment_id": attachment.pk, "name": attachment.name})
    return kept


def _there(message_id: int) -> MailMessage:
    found = MailMessage.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
    if found is None:
        raise NotThere(_("There is no such mail."))
    return found


def _refuse_parts(message: MailMessage) -> None:
    if not message.is_whole:
        raise Invalid(_("Not all of this mail could be fetched: look at it in the mailbox itself."))
