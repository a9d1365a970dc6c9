"""Acceptance of papers: sent with a link, accepted or refused behind it, or signed on paper."""

import datetime as dt
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts import letters
from gendan.contracts.events import (
    ChangeAsked,
    PaperAccepted,
    PaperSendingWithdrawn,
    PaperSent,
)
from gendan.contracts.models import Acceptance, Paper, PaperSending, PaperState
from gendan.contracts.services.voiding import locked_paper
from gendan.kernel import clock, company, files, journal, links, mail
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.links import LinkRefused
from gendan.kernel.models import Link, User
from gendan.kernel.service import service
from gendan.orders.addressees import (
    ENGLISH,
    Recipient,
    read_recipient,
    refuse_without_address,
)
from gendan.orders.services.reading import read_text

PURPOSE = "accept_paper"
LONGEST_MESSAGE = 4000
LONGEST_NAME = 120
VALID_DAYS, LONGEST_VALID_DAYS = 14, 90


class AnotherVersion(LinkRefused):
    """The document that is accepted is not the one that counts now."""


class NameIsMissing(Invalid):
    """Somebody accepts without saying who, or without the tick."""


class PaperIsAccepted(DomainError):
    """A paper that has been accepted already."""


@service(gettext_lazy("Send for acceptance"))
def send_paper_for_acceptance(
    *,
    paper_id: int,
    email: str = "",
    name: str = "",
    language: str = "",
    valid_days: int = VALID_DAYS,
    message: str = "",
    by: User | None,
) -> PaperSending:
    """Mail the paper to the customer with a link to accept it or ask for a change.

    To the order's contact unless an address is given. Sent again, the new link voids the former.
    """
    paper = locked_paper(paper_id)
    if not 1 <= valid_days <= LONGEST_VALID_DAYS:
        raise Invalid(
            _("A link is good for 1 to %(days)s days.") % {"days": LONGEST_VALID_DAYS},
            field="valid_days",
        )
    recipient = read_recipient(paper.order, email=email, name=name, language=language)
    refuse_without_address(recipient)
    message = read_text(message, LONGEST_MESSAGE, field="message")
    paper.step("send_paper_for_acceptance")
    _end_open(paper, "send_paper_for_acceptance", "replaced")
    paper.save(update_fields=["state"])
    return _send(paper, recipient, clock.today() + dt.timedelta(days=valid_days), message, by)


@service(gettext_lazy("Withdraw the link"))
def withdraw_sending(*, sending_id: int, reason: str = "", by: User | None) -> PaperSending:
    """The link no longer accepts the paper; the paper itself stays as it is."""
    sending = _locked_sending(sending_id)
    reason = read_text(reason, 500, field="reason")
    sending.step("withdraw_sending")
    sending.closed_at = clock.now()
    sending.save()
    links.void_links(about=sending.paper, purpose=PURPOSE, reason="withdrawn")
    journal.record(
        PaperSendingWithdrawn(**_named(sending.paper), reason=reason),
        about=_about(sending.paper),
        by=by,
    )
    return sending


@service
def accept_by_link(
    *,
    token: str,
    name: str,
    is_confirmed: bool,
    sha256: str,
    address: str | None = None,
    user_agent: str = "",
    by: User | None = None,
) -> Acceptance:
    """The customer accepts the paper; the token of the link is the permission.

    `sha256` is the hash of the document as the reader's page showed it.
    """
    sending, link = _sending_of(token)
    paper = sending.paper
    name = _read_name(name)
    if not is_confirmed:
        raise NameIsMissing(
            _("Please confirm by the tick that you have read the document and accept it."),
            field="confirmed",
        )
    if sha256 != paper.sha256:
        raise _other_version()
    links.use_link(link)
    sending.step("accept_by_link")
    sending.closed_at = clock.now()
    sending.save()
    paper.step("accept_by_link")
    return _accepted(
        paper,
        by=None,
        way=Acceptance.Way.LINK,
        name=name,
        accepted_on=clock.today(),
        language=sending.language,
        address=address or None,
        user_agent=_printable(user_agent)[:300],
        sending=sending,
    )


@service
def ask_change_by_link(
    *, token: str, text: str, name: str = "", by: User | None = None
) -> PaperSending:
    """The customer does not accept the paper as it is and says what must be different."""
    sending, link = _sending_of(token)
    text = read_text(text, LONGEST_MESSAGE, field="text")
    if not text:
        raise Invalid(_("Please write what should be different."), field="text")
    name = read_text(name, LONGEST_NAME, field="name") or sending.to_name
    links.use_link(link)
    sending.step("ask_change_by_link")
    sending.change_text = text
    sending.change_name = name
    sending.closed_at = clock.now()
    sending.save()
    journal.record(
        ChangeAsked(**_named(sending.paper), text=text, person=name), about=_about(sending.paper)
    )
    return sending


@service(gettext_lazy("Record a signed copy"))
def record_acceptance(
    *,
    paper_id: int,
    name: str,
    accepted_on: dt.date,
    content: bytes | IO[bytes] | None = None,
    file_name: str = "",
    remark: str = "",
    by: User | None,
) -> Acceptance:
    """The paper came back signed in another way (scan, fax, post): who signed, when, the copy."""
    paper = locked_paper(paper_id)
    name = _read_name(name)
    remark = read_text(remark, 500, field="remark")
    if accepted_on > clock.today() or accepted_on < clock.date_of(paper.issued_at):
        raise Invalid(
            _("It can have been signed between the day it was issued and today only."),
            field="accepted_on",
        )
    if content is None:
        raise Invalid(_("Add the signed copy as a file."), field="file")
    paper.step("record_acceptance")
    _end_open(paper, "record_acceptance", "accepted")
    kept = files.keep(content, name=file_name)
    return _accepted(
        paper,
        by=by,
        way=Acceptance.Way.COPY,
        name=name,
        accepted_on=accepted_on,
        language=ENGLISH,
        recorded_by=by,
        copy=kept,
        copy_name=files.clean_name(file_name),
        remark=remark,
    )


@service
def send_acceptance_record(*, paper_id: int, by: User | None = None) -> bool:
    """Make the record of an acceptance, once, and mail it with the paper to who accepted by link.

    A reaction: returns whether there was anything to do.
    """
    from gendan.contracts.acceptance_record import make_record

    paper = locked_paper(paper_id)
    acceptance = Acceptance.objects.filter(paper=paper, record=None).first()
    if acceptance is None:
        return False
    acceptance.paper = paper
    record = files.keep(make_record(acceptance), name="acceptance.pdf")
    acceptance.record = record
    acceptance.save(update_fields=["record"])
    sending = acceptance.sending
    if sending is None:
        return True
    letter = letters.thanks(
        paper,
        to=sending.to_name or acceptance.name,
        name=acceptance.name,
        on=acceptance.accepted_on,
        sender=sender_of(sending.sent_by, sending.language),
        language=sending.language,
    )
    mail.write_mail(
        to=[sending.to_email],
        subject=letter.subject,
        text=letter.text,
        about=paper.order,
        attached=[(paper.file, paper.file_name), (record, record_name(paper))],
        kind="acceptance",
        by=sending.sent_by,
    )
    return True


def record_name(paper: Paper) -> str:
    """Under which name the record of an acceptance is saved."""
    return paper.file_name.removesuffix(".pdf") + "-accepted.pdf"


def paper_of(link: Link) -> int:
    """The id of the paper a link is about; raises LinkRefused for a link of another purpose."""
    kind, _colon, pk = link.about.partition(":")
    if link.purpose != PURPOSE or kind != Paper._meta.label_lower or not pk.isdigit():
        raise LinkRefused(
            _("This link does not lead anywhere. Please check that it is complete."), why="unknown"
        )
    return int(pk)


def refuse_other_version(paper: Paper, link: Link) -> None:
    """Raise AnotherVersion where the document is not the one the link was given for."""
    if paper.state == PaperState.VOID or paper.sha256 != link.binding:
        raise _other_version()


def _other_version() -> AnotherVersion:
    return AnotherVersion(
        _("The document has changed since this link was sent. Please use the newer link."),
        why="changed",
    )


def sender_of(by: User | None, language: str) -> str:
    """Who signs the mail, with the company's name."""
    names: dict[str, str] = company.value("company_name")
    key = "zh" if language.startswith("zh") else "en"
    whose = names.get(key) or names.get("en") or names.get("zh") or ""
    return "\n".join(part for part in (str(by or ""), whose) if part)


def _sending_of(token: str) -> tuple[PaperSending, Link]:
    """The open sending behind a link, everything locked: paper first, then the link."""
    link = links.find_link(token)
    paper = locked_paper(paper_of(link))
    link = links.find_link(token, lock=True)
    if paper.state == PaperState.ACCEPTED:
        raise PaperIsAccepted(_("This document has been accepted already. Thank you!"))
    refuse_other_version(paper, link)
    links.refuse_used(link)
    sending = PaperSending.objects.select_for_update(of=("self",)).get(link=link)
    sending.paper = paper
    return sending, link


def _send(
    paper: Paper, recipient: Recipient, until: dt.date, message: str, by: User | None
) -> PaperSending:
    """A new link, the mail that carries it with the document, and the fact."""
    link, token = links.make_link(
        purpose=PURPOSE,
        about=paper,
        valid_until=clock.moment_on(until, 23, 59),
        binding=paper.sha256,
        language=recipient.language,
        name=recipient.name,
        email=recipient.email,
        by=by,
    )
    sending = PaperSending.objects.create(
        paper=paper,
        link=link,
        to_name=recipient.name,
        to_email=recipient.email,
        language=recipient.language,
        message=message,
        sent_at=clock.now(),
        sent_by=by,
    )
    letter = letters.invitation(
        paper,
        to=recipient.name,
        sender=sender_of(by, recipient.language),
        url=company.public_url(f"/l/{token}/"),
        until=until,
        message=message,
        language=recipient.language,
    )
    mail.write_mail(
        to=[recipient.email],
        subject=letter.subject,
        text=letter.text,
        about=paper.order,
        attached=[(paper.file, paper.file_name)],
        kind="paper",
        by=by,
    )
    journal.record(
        PaperSent(
            **_named(paper), email=recipient.email, person=recipient.name, valid_until=str(until)
        ),
        about=_about(paper),
        by=by,
    )
    return sending


def _locked_sending(sending_id: int) -> PaperSending:
    paper_id = PaperSending.objects.filter(pk=sending_id).values_list("paper_id", flat=True).first()
    if paper_id is None:
        raise NotThere(_("There is no such paper."))
    paper = locked_paper(paper_id)
    sending = PaperSending.objects.select_for_update(of=("self",)).get(pk=sending_id)
    sending.paper = paper
    return sending


def _end_open(paper: Paper, verb: str, reason: str) -> None:
    """The open link, if there is one, no longer accepts anything."""
    for sending in PaperSending.objects.filter(paper=paper, state=PaperSending.State.OPEN):
        sending.step(verb)
        sending.closed_at = clock.now()
        sending.save()
    links.void_links(about=paper, purpose=PURPOSE, reason=reason)


def _accepted(paper: Paper, *, by: User | None, **values: Any) -> Acceptance:
    paper.save(update_fields=["state"])
    acceptance = Acceptance.objects.create(
        paper=paper, accepted_at=clock.now(), sha256=paper.sha256, **values
    )
    journal.record(
        PaperAccepted(
            **_named(paper),
            kind=paper.kind,
            person=acceptance.name,
            way=acceptance.way,
            accepted_on=str(acceptance.accepted_on),
            sha256=paper.sha256,
        ),
        about=_about(paper),
        by=by,
    )
    return acceptance


def _read_name(name: str) -> str:
    name = " ".join(read_text(name, LONGEST_NAME, field="name").split())
    if not name:
        raise NameIsMissing(_("Please type your name."), field="name")
    return name


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())


def _named(paper: Paper) -> dict[str, Any]:
    return {
        "order_id": paper.order_id,
        "paper_id": paper.pk,
        "number": paper.number,
        "version": paper.version,
    }


def _about(paper: Paper) -> list[Any]:
    return [f"orders.order:{paper.order_id}", paper]
