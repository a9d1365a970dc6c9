"""Reading documents in the worker: pages, pictures and drafts out of what was taken in."""

import datetime as dt
import email.utils
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.intake import sandbox
from gendan.intake.draft_data import Data, empty_document
from gendan.intake.events import IncomingRead, IncomingUnreadable, ReadingAskedAgain
from gendan.intake.matching import known_about, match_customer, match_lines
from gendan.intake.models import Draft, Incoming, PageImage
from gendan.intake.queries import is_order, open_doubts
from gendan.intake.services.refusals import NotReadYet, locked_incoming, one_line
from gendan.kernel import files, journal
from gendan.kernel.errors import NotThere
from gendan.kernel.models import User
from gendan.kernel.service import service

MOST_DRAFTS = 200
Customers = list[dict[str, Any]]


@dataclass(frozen=True)
class Reading:
    """What the reader made of a document, and whose it seems to be."""

    answer: sandbox.Answer
    customers: Customers

    @property
    def is_slow(self) -> bool:
        """Whether characters would have had to be recognised, which was not wanted."""
        return self.answer.problem == sandbox.IS_SLOW


def read_document_of(
    incoming: Incoming,
    *,
    on_page: Callable[[int, int], None] | None = None,
    is_slow_allowed: bool = True,
) -> Reading:
    """Read the document in a process of its own; nothing is written and nothing locked.

    It is understood once more with what is known about the customer, when that can settle
    something.
    """

    def hints_after(answer: sandbox.Answer) -> dict[str, Any]:
        found = _customers_of(incoming, answer)
        certain = {match["id"] for match in found if match["id"] and not match["doubt"]}
        return known_about(certain.pop()).hints() if len(certain) == 1 else {}

    with files.open_file(incoming.file) as content:
        answer = sandbox.read_apart(
            content,
            filename=incoming.file_name,
            hints_after=hints_after,
            on_page=on_page,
            is_slow_allowed=is_slow_allowed,
        )
    return Reading(answer, _customers_of(incoming, answer))


@service
def read_incoming(
    *, incoming_id: int, reading: Reading | None = None, by: User | None = None
) -> Incoming:
    """Make the drafts of what the reader found.

    Without `reading` the document is read here, inside the transaction: only for tests.
    A document that is read already stays as it is, so that a job run twice drops nobody's
    corrections.
    """
    found = Incoming.objects.select_related("file").filter(pk=incoming_id).first()
    if found is None:
        raise NotThere(_("There is no such document."))
    if not found.may("read_incoming"):
        return found
    reading = reading or read_document_of(found)
    incoming = locked_incoming(incoming_id)
    if not incoming.may("read_incoming"):
        return incoming
    answer = reading.answer
    if answer.problem:
        return give_up_incoming(incoming_id=incoming_id, problem=answer.problem, by=by)
    incoming.step("read_incoming")
    incoming.problem = ""
    incoming.view = answer.view
    incoming.page_in_work = incoming.pages_in_work = 0
    _take_over_mail(incoming, answer.documents)
    incoming.save()
    _keep_pictures(incoming, answer.pictures)
    drafts = _make_drafts(incoming, answer.documents, reading.customers)
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
    incoming.page_in_work = incoming.pages_in_work = 0
    incoming.save()
    incoming.images.all().delete()
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


@service
def note_page_in_work(*, incoming_id: int, page: int, pages: int) -> bool:
    """The worker recognises this page now; False when nobody waits for it any more.

    No fact: it is only for whoever looks on.
    """
    rows = Incoming.objects.filter(pk=incoming_id, state=Incoming.State.RECEIVED)
    return rows.update(page_in_work=page, pages_in_work=pages) > 0


@service(gettext_lazy("Read it again"))
def read_again(*, incoming_id: int, by: User | None) -> Incoming:
    """Have the document read anew, with what was learned meanwhile; corrections are dropped."""
    incoming = locked_incoming(incoming_id)
    if incoming.state == Incoming.State.RECEIVED:
        raise NotReadYet(_("%(number)s is being read at this moment.") % {"number": incoming})
    if incoming.drafts.exclude(state=Draft.State.OPEN).exists():
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


def _customers_of(incoming: Incoming, answer: sandbox.Answer) -> Customers:
    return [_customer_of(incoming, document) for document in answer.documents]


def _customer_of(incoming: Incoming, document: Data) -> dict[str, Any]:
    address, name = incoming.sender_address, incoming.sender_name
    mail = (document.get("source") or {}).get("mail") or {}
    if mail.get("from") and not address:
        name, address = email.utils.parseaddr(mail["from"])
    found = match_customer(document, sender=address, sender_name=name)
    if incoming.is_sender_confirmed is False and not found["doubt"]:
        found["doubt"] = "unconfirmed"  # whoever sent it only says to be this customer
    return found


def _take_over_mail(incoming: Incoming, documents: list[Data]) -> None:
    """What the mail's head says about itself; what a person has typed wins."""
    mail = next((one["source"]["mail"] for one in documents if one["source"].get("mail")), None)
    if mail is None:
        return
    name, address = email.utils.parseaddr(mail.get("from", ""))
    incoming.sender_name = incoming.sender_name or one_line(name, 200)
    incoming.sender_address = incoming.sender_address or one_line(address, 254)
    incoming.subject = incoming.subject or one_line(mail.get("subject", ""), 300)
    incoming.message_id = one_line(mail.get("message_id", ""), 300)
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


def _keep_pictures(incoming: Incoming, pictures: tuple[sandbox.Picture, ...]) -> None:
    """The pages as pictures, in place of those drawn before; what is none is not kept."""
    incoming.images.all().delete()
    rows = []
    for one in {picture.page: picture for picture in pictures}.values():
        if files.sniff(one.data[:8192], "page") != one.media_type:
            continue  # the process that read a stranger's file may say anything
        rows.append(
            PageImage(
                incoming=incoming,
                page=one.page,
                file=files.keep(one.data, name="page"),
                media_type=one.media_type,
                width_px=one.width_px,
                height_px=one.height_px,
            )
        )
    PageImage.objects.bulk_create(rows)


def _make_drafts(incoming: Incoming, documents: list[Data], customers: Customers) -> list[Draft]:
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
    for part in (source, source.get("exchange") or {}):
        for key in list(part):
            if re.search(r"secret|password|credential", key, re.IGNORECASE):
                del part[key]
