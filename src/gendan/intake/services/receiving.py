"""Taking documents in: files as they came, and calls as they were noted."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.intake.events import CallNoted, IncomingAdded
from gendan.intake.models import Incoming
from gendan.intake.services.refusals import CameInAlready, NothingSaid, one_line, url_of
from gendan.intake.services.secrets import without_secrets
from gendan.kernel import clock, files, journal, numbering
from gendan.kernel.errors import Invalid
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
    "pdf": Channel.MAIL,
    "tif": Channel.FAX,
    "tiff": Channel.FAX,
    "png": Channel.FAX,
    "jpg": Channel.FAX,
    "jpeg": Channel.FAX,
    "docx": Channel.MAIL,
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


@service(gettext_lazy("Take in a document"))
def add_incoming(
    *,
    content: bytes | IO[bytes],
    name: str,
    channel: str = "",
    sender_name: str = "",
    sender_address: str = "",
    received_at: dt.datetime | None = None,
    is_sender_confirmed: bool | None = None,
    by: User | None,
) -> Incoming:
    """Keep what a customer sent as it is and have it read by a worker; nothing is parsed here.

    Only a password in the header of cXML is struck out before, in a mail that carries it as well.
    `is_sender_confirmed` says whether the mail proves to come from whom it says (None: nobody has
    tried). The same content again is refused with the number under which it is here already.
    """
    _check_channel(channel)
    received_at = _moment_given(received_at, "received_at")
    stored = files.keep(without_secrets(content), name=name)
    _refuse_same_content(stored)
    file_name = files.clean_name(name)
    incoming = _new_incoming(
        stored,
        file_name=file_name,
        channel=channel or _channel_of(file_name),
        sender_name=sender_name,
        sender_address=sender_address,
        received_at=received_at,
        is_sender_confirmed=is_sender_confirmed,
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
    spoken = [[one_line(line.get(name, ""), 200) for name in CALL_FIELDS] for line in lines]
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
        "PO number": one_line(order_number, 80),
        "Customer": one_line(company, 200),
        "Caller": one_line(caller, 200),
    }
    content = _note_text(head, spoken, words, called_at)
    stored = files.keep(without_secrets(content.encode("utf-8", "replace")), name="note.txt")
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
    is_sender_confirmed: bool | None = None,
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
        is_sender_confirmed=is_sender_confirmed,
        **{name: one_line(text, limits[name]) for name, text in texts.items()},
    )


def _moment_given(value: dt.datetime | None, field: str) -> dt.datetime | None:
    """A moment of our time; without a zone it is the company's."""
    if value is None:
        return None
    if not 1990 <= value.year <= 2100:
        raise Invalid(_("The year %(year)s cannot be meant.") % {"year": value.year}, field=field)
    return value if value.tzinfo else value.replace(tzinfo=clock.zone())


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
