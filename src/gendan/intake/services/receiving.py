"""Taking documents in, reading them in the worker, and saying who works on them."""

import datetime as dt
import email.utils
import re
from collections.abc import Mapping, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.intake import sandbox
from gendan.intake.draft_data import Data, empty_document
from gendan.intake.events import (
    CallNoted,
    IncomingAdded,
    IncomingFinished,
    IncomingRead,
    IncomingTaken,
    IncomingUnreadable,
    ReadingAskedAgain,
)
from gendan.intake.matching import known_about, match_customer, match_lines
from gendan.intake.models import Draft, Incoming
from gendan.intake.queries import is_order, open_doubts
from gendan.intake.services.refusals import (
    CameInAlready,
    NothingSaid,
    NotReadYet,
    locked_incoming,
    url_of,
)
from gendan.kernel import clock, files, journal, numbering
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import StoredFile, User
from gendan.kernel.service import service
from gendan.orders.models import Channel

# By the file's ending, when nobody says how the document came in.
CHANNELS = {
    "eml": Channel.MAIL,
    "msg": Channel.MAIL,
    "xlsx": Channel.SHEET,
    "xls": Channel.SHEET,
    "csv": Channel.SHEET,
    "xml": Channel.EDI,
    "edi": Channel.EDI,
    "x12": Channel.EDI,
    "pdf": Channel.FAX,
    "tif": Channel.FAX,
    "png": Channel.FAX,
    "txt": Channel.CHAT,
}
# The columns of lines typed while talking, as they stand in the note.
CALL_FIELDS = {
    "item": "Item",
    "description": "Description",
    "quantity": "Quantity",
    "unit": "Unit",
    "unit_price": "Unit price",
    "due_date": "Delivery date",
}
LONGEST_NOTE = 20_000
MOST_DRAFTS = 200


@service(gettext_lazy("Take in a document"))
def add_incoming(
    *,
    content: bytes | IO[bytes],
    name: str,
    channel: str = "",
    sender_name: str = "",
    sender_address: str = "",
    received_at: dt.datetime | None = None,
    by: User | None,
) -> Incoming:
    """Keep what a customer sent as it is and have it read by a worker; nothing is parsed here.

    The same content again is refused with the number under which it is here already.
    """
    _check_channel(channel)
    received_at = _moment_given(received_at, "received_at")
    stored = files.keep(content, name=name)
    _refuse_same_content(stored)
    file_name = files.clean_name(name)
    incoming = _new_incoming(
        stored,
        file_name=file_name,
        channel=channel or _channel_of(file_name),
        sender_name=sender_name,
        sender_address=sender_address,
        received_at=received_at,
        by=by,
    )
    journal.record(
        IncomingAdded(
            incoming_id=incoming.pk,
            number=incoming.number,
            channel=incoming.channel,
            file_name=file_name,
        ),
        about=incoming,
        by=by,
    )
    return incoming


@service(gettext_lazy("Note a call"))
def note_call(
    *,
    text: str = "",
    caller: str = "",
    company: str = "",
    called_at: dt.datetime | None = None,
    order_number: str = "",
    lines: Sequence[Mapping[str, str]] = (),
    channel: str = Channel.PHONE,
    by: User | None,
) -> Incoming:
    """Write down what somebody said on the phone: who, when, and what was ordered.

    `lines` are those typed while talking, with the fields of CALL_FIELDS, all as text. The note is
    a document like any other: it has a number, is kept, and is read into a draft.
    """
    _check_channel(channel)
    words = text.replace("\x00", "").strip()
    spoken = [[_one_line(line.get(name, ""), 200) for name in CALL_FIELDS] for line in lines]
    spoken = [line for line in spoken if any(line)]
    if not words and not spoken:
        raise NothingSaid(_("Write down what was said."), field="text")
    if len(words) > LONGEST_NOTE:
        raise NothingSaid(_("This note is too long; keep it as a file instead."), field="text")
    if not (caller.strip() or company.strip()):
        raise NothingSaid(_("Write down who called, or for which company."), field="caller")
    called_at = _moment_given(called_at, "called_at") or clock.now()
    if called_at > clock.now() + dt.timedelta(minutes=5):
        raise Invalid(_("A call cannot be noted before it happened."), field="called_at")
    head = {
        "PO number": _one_line(order_number, 80),
        "Customer": _one_line(company, 200),
        "Caller": _one_line(caller, 200),
    }
    content = _note_text(head, spoken, words, called_at)
    stored = files.keep(content.encode("utf-8", "replace"), name="note.txt")
    _refuse_same_content(stored)
    incoming = _new_incoming(
        stored,
        file_name="note.txt",
        channel=channel,
        sender_name=company or caller,
        received_at=called_at,
        subject=caller.strip() if company.strip() else "",
        by=by,
    )
    journal.record(
        CallNoted(
            incoming_id=incoming.pk,
            number=incoming.number,
            channel=channel,
            caller=caller.strip()[:200],
            company=company.strip()[:200],
        ),
        about=incoming,
        by=by,
    )
    return incoming


@service
def read_incoming(*, incoming_id: int, by: User | None = None) -> Incoming:
    """Read the document in a process of its own and make its drafts; called by the worker.

    Nothing is locked while it is being read. A document that is read already stays as it is, so
    that a job run twice drops nobody's corrections.
    """
    incoming = Incoming.objects.select_related("file").filter(pk=incoming_id).first()
    if incoming is None:
        raise NotThere(_("There is no such document."))
    if not incoming.may("read_incoming"):
        return incoming
    answer, customers = _read_with_hints(incoming)
    incoming = locked_incoming(incoming_id)
    if not incoming.may("read_incoming"):
        return incoming
    if answer.problem:
        return give_up_incoming(incoming_id=incoming_id, problem=answer.problem, by=by)
    incoming.step("read_incoming")
    incoming.problem = ""
    incoming.view = answer.view
    _take_over_mail(incoming, answer.documents)
    incoming.save()
    drafts = _make_drafts(incoming, answer.documents, customers)
    journal.record(
        IncomingRead(
            incoming_id=incoming.pk,
            number=incoming.number,
            drafts=len(drafts),
            doubts=sum(len(open_doubts(draft)) for draft in drafts),
        ),
        about=incoming,
        by=by,
    )
    return incoming


@service
def give_up_incoming(*, incoming_id: int, problem: str, by: User | None = None) -> Incoming:
    """The document cannot be read: the original stays, and an empty draft waits to be typed in."""
    incoming = locked_incoming(incoming_id)
    incoming.step("give_up_incoming")
    incoming.problem = problem[:500]
    incoming.view = None
    incoming.save()
    document = empty_document(incoming.file_name)
    customer = match_customer(
        document, sender=incoming.sender_address, sender_name=incoming.sender_name
    )
    _make_drafts(incoming, [document], [customer])
    journal.record(
        IncomingUnreadable(incoming_id=incoming.pk, number=incoming.number, problem=problem[:100]),
        about=incoming,
        by=by,
    )
    return incoming


@service(gettext_lazy("Read it again"))
def read_again(*, incoming_id: int, by: User | None) -> Incoming:
    """Have the document read anew, with what was learned meanwhile; corrections are dropped."""
    incoming = locked_incoming(incoming_id)
    if incoming.state == Incoming.State.RECEIVED:
        raise NotReadYet(_("%(number)s is being read at this moment.") % {"number": incoming})
    if _is_decided(incoming):
        raise NotReadYet(
            _("A draft of %(number)s is accepted or refused already; it is not read again.")
            % {"number": incoming}
        )
    incoming.step("read_again")
    incoming.save(update_fields=["state"])
    incoming.drafts.all().delete()
    journal.record(
        ReadingAskedAgain(incoming_id=incoming.pk, number=incoming.number), about=incoming, by=by
    )
    return incoming


@service(gettext_lazy("I work on this"))
def work_on_incoming(*, incoming_id: int, is_taken: bool = True, by: User) -> Incoming:
    """Say that I look after this document, so that nobody does it twice; or that I no longer do."""
    incoming = locked_incoming(incoming_id)
    incoming.step("work_on_incoming")
    incoming.worked_on_by = by if is_taken else None
    incoming.save(update_fields=["worked_on_by"])
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


def _check_channel(channel: str) -> None:
    if channel and channel not in Channel.values:
        raise Invalid(
            _("There is no channel “%(channel)s”.") % {"channel": channel[:40]}, field="channel"
        )


def _channel_of(file_name: str) -> str:
    ending = file_name.rpartition(".")[2].lower()
    return CHANNELS.get(ending, Channel.HAND)


def _refuse_same_content(stored: StoredFile) -> None:
    # Whoever locks the content first keeps it; a second person at the same moment waits here.
    StoredFile.objects.select_for_update().get(pk=stored.pk)
    twin = Incoming.objects.filter(file=stored).order_by("pk").first()
    if twin is not None:
        raise CameInAlready(
            _("This document came in already: %(number)s. No second copy was kept.")
            % {"number": twin.number},
            link=url_of(twin.pk),
            incoming_id=twin.pk,
            number=twin.number,
        )


def _new_incoming(
    stored: StoredFile,
    *,
    channel: str,
    received_at: dt.datetime | None,
    by: User | None,
    **texts: str,
) -> Incoming:
    now = clock.now()
    limits = {"file_name": 255, "sender_name": 200, "sender_address": 254, "subject": 300}
    return Incoming.objects.create(
        number=numbering.draw("intake"),
        channel=channel,
        file=stored,
        received_at=received_at or now,
        taken_at=now,
        taken_by=by,
        **{name: _one_line(text, limits[name]) for name, text in texts.items()},
    )


def _moment_given(value: dt.datetime | None, field: str) -> dt.datetime | None:
    """A moment of our time; without a zone it is the company's."""
    if value is None:
        return None
    if not 1990 <= value.year <= 2100:
        raise Invalid(_("The year %(year)s cannot be meant.") % {"year": value.year}, field=field)
    return value if value.tzinfo else value.replace(tzinfo=clock.zone())


def _one_line(text: str, most: int) -> str:
    return " ".join(text.replace("\x00", "").split())[:most]


def _note_text(
    head: Mapping[str, str], lines: Sequence[Sequence[str]], words: str, called_at: dt.datetime
) -> str:
    """The note as it is kept and read: labels that both readers, man and machine, understand."""
    moment = called_at.astimezone(clock.zone()).strftime("%Y-%m-%d %H:%M")
    rows = [f"{'Phone order' if lines else 'Phone note'} {moment}"]
    rows += [f"{label}: {value}" for label, value in head.items() if value]
    if lines:
        rows += ["", "\t".join(CALL_FIELDS.values()), *("\t".join(line) for line in lines)]
    return "\n".join([*rows, "", words, ""])


def _read_with_hints(incoming: Incoming) -> tuple[sandbox.Answer, list[dict[str, Any]]]:
    """Read once; again with what is known about the customer when that can settle something."""
    answer = _read(incoming, {})
    customers = [_customer_of(incoming, document) for document in answer.documents]
    certain = {match["id"] for match in customers if match["id"] and not match["doubt"]}
    if len(certain) == 1:
        hints = known_about(certain.pop()).hints()
        if hints:
            second = _read(incoming, hints)
            if not second.problem:
                return second, [_customer_of(incoming, one) for one in second.documents]
    return answer, customers


def _read(incoming: Incoming, hints: dict[str, Any]) -> sandbox.Answer:
    with files.open_file(incoming.file) as content:
        return sandbox.read_apart(content, filename=incoming.file_name, hints=hints)


def _customer_of(incoming: Incoming, document: Data) -> dict[str, Any]:
    address, name = incoming.sender_address, incoming.sender_name
    mail = (document.get("source") or {}).get("mail") or {}
    if mail.get("from") and not address:
        name, address = email.utils.parseaddr(mail["from"])
    return match_customer(document, sender=address, sender_name=name)


def _take_over_mail(incoming: Incoming, documents: list[Data]) -> None:
    """What the mail's head says about itself; what a person has typed wins."""
    mail = next((one["source"]["mail"] for one in documents if one["source"].get("mail")), None)
    if mail is None:
        return
    name, address = email.utils.parseaddr(mail.get("from", ""))
    incoming.sender_name = incoming.sender_name or _one_line(name, 200)
    incoming.sender_address = incoming.sender_address or _one_line(address, 254)
    incoming.subject = incoming.subject or _one_line(mail.get("subject", ""), 300)
    incoming.message_id = _one_line(mail.get("message_id", ""), 300)
    sent_at = _moment(mail.get("date", ""))
    if sent_at is not None and sent_at <= incoming.taken_at:
        incoming.received_at = sent_at


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC) if 1990 <= moment.year <= 2100 else None


def _is_decided(incoming: Incoming) -> bool:
    return incoming.drafts.exclude(state=Draft.State.OPEN).exists()


def _make_drafts(
    incoming: Incoming, documents: list[Data], customers: list[dict[str, Any]]
) -> list[Draft]:
    """One open draft per document, in place of those read before."""
    incoming.drafts.filter(state=Draft.State.OPEN).delete()
    drafts = []
    for position, (document, customer) in enumerate(zip(documents, customers, strict=True), 1):
        if position > MOST_DRAFTS:
            break
        _without_secrets(document)
        matches: dict[str, Any] = {"customer": customer, "lines": []}
        if is_order(document) or document.get("lines"):
            matches["lines"] = match_lines(document, customer["id"])
        drafts.append(
            Draft(
                incoming=incoming,
                position=position,
                data=document,
                matches=matches,
                customer_id=customer["id"],
            )
        )
    return Draft.objects.bulk_create(drafts)


def _without_secrets(document: Data) -> None:
    """Passwords that a format carries are no business of a draft."""
    source = document.get("source") or {}
    for key in list(source):
        if re.search(r"secret|password|credential", key, re.IGNORECASE):
            del source[key]
