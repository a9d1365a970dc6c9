"""Outgoing mail: written down in the verb's transaction, sent by SMTP afterwards (sending.py).

Mails about one document carry the same root in `References`, so that the other side's mail program
shows one thread, and an answer can be put on the document's timeline.
"""

import re
import secrets
import smtplib
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext as _

from gendan.kernel import clock, company, files, sending
from gendan.kernel.errors import Invalid
from gendan.kernel.journal import ref
from gendan.kernel.models import Mail, MailFile, StoredFile
from gendan.kernel.outgoing import tell_not_sent
from gendan.kernel.sending import SendingFailed, sends

MOST_RECIPIENTS = 50
# Where a text holds this, the link is put in at the moment of sending and never kept.
LINK_MARK = "[[link]]"
# A message id as it may stand in a header: one word in angle brackets.
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,296}>")
_ANSWER_MARKS = re.compile(r"^(?:\s*(?:re|aw|回复|答复|回覆)\s*[:：])+\s*", re.IGNORECASE)
_links_of: dict[str, Callable[[Mail], str]] = {}


def write_mail(
    *,
    to: Sequence[str],
    subject: str,
    text: str,
    about: models.Model | str,
    cc: Sequence[str] = (),
    attached: Sequence[tuple[StoredFile, str]] = (),
    reply_to: str = "",
    kind: str = "",
    answers: str = "",
    by: Any = None,
) -> Mail:
    """Put a mail on its way in the caller's transaction; it is sent after the commit.

    `text` is plain text, `attached` pairs of file and name, `kind` says what it is for ("notice",
    "question" …). `answers` is the Message-ID of a mail to us that this one answers: it stands
    below that mail in the other side's thread, under its subject with "Re:". Raises Invalid when
    an address is none. Never waits for a server.
    """
    recipients = [read_address(one) for one in to]
    copies = [read_address(one) for one in cc]
    if not recipients or len(recipients) + len(copies) > MOST_RECIPIENTS:
        raise Invalid(_("A mail needs between one and fifty recipients."), field="to")
    name = ref(about)
    mail = Mail.objects.create(
        to=recipients,
        cc=copies,
        reply_to=reply_to,
        subject=(reply_subject(subject) if answers else one_line(subject))[:200],
        text=text,
        about=name,
        kind=kind,
        message_id=f"<{secrets.token_hex(8)}.{thread_word(name)}@{_domain()}>",
        answers=answers.strip() if _MESSAGE_ID.fullmatch(answers.strip()) else "",
        by=by,
        made_at=clock.now(),
    )
    MailFile.objects.bulk_create(
        MailFile(mail=mail, file=file, name=files.clean_name(given)) for file, given in attached
    )
    sending.defer([mail])
    return mail


def read_address(text: str) -> str:
    """An e-mail address as typed, without the blanks around it; raises Invalid."""
    address = text.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(
            _("“%(text)s” is no e-mail address.") % {"text": address[:100]}, field="to"
        ) from None
    return address


def one_line(text: str) -> str:
    """A text without line breaks and NUL bytes: what may stand in a header."""
    return " ".join(text.replace("\x00", "").split())


def reply_subject(subject: str) -> str:
    """The subject of an answer: "Re:" once, however often it has gone to and fro."""
    return f"Re: {_ANSWER_MARKS.sub('', one_line(subject))}"


def thread_word(about: str) -> str:
    """The part of a message id that names the document: "orders.order-12"."""
    return about.replace(":", "-")


def thread_id(about: str) -> str:
    """The message id every mail about a document refers to."""
    return f"<{thread_word(about)}@{_domain()}>"


def makes_link(kind: str) -> Callable[[Callable[[Mail], str]], Callable[[Mail], str]]:
    """Register who makes the secret link of mails of one kind: `@makes_link("password")`.

    Such a link opens an account, so nobody who may read the outgoing mails must find it there.
    """

    def register(function: Callable[[Mail], str]) -> Callable[[Mail], str]:
        _links_of[kind] = function
        return function

    return register


def _whole_text(mail: Mail) -> str:
    """The text as it is sent, with the link that was not kept."""
    if mail.kind in _links_of and LINK_MARK in mail.text:
        return mail.text.replace(LINK_MARK, _links_of[mail.kind](mail))
    return mail.text


def is_set_up() -> bool:
    """Whether this installation has a mail server."""
    return bool(settings.EMAIL_HOST)


def _domain() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rsplit("@", 1)[-1].rstrip(">") or "gendan.invalid"


@sends(Mail, parked=tell_not_sent)
def send_mail(mail: Mail) -> None:
    """Give one mail to the server; temporary refusals are tried again, final ones are not."""
    if not is_set_up():
        raise SendingFailed("No mail server is set up (GENDAN_SMTP_URL).", is_final=True)
    message = EmailMessage(
        subject=mail.subject,
        body=_whole_text(mail),
        to=mail.to,
        cc=mail.cc,
        reply_to=_reply_to(mail) or None,
        headers={
            "Message-ID": mail.message_id,
            **_thread_headers(mail),
            "Auto-Submitted": "auto-generated" if mail.by_id is None else "no",
        },
    )
    for part in mail.files.select_related("file"):
        with files.open_file(part.file) as content:
            message.attach(part.name, content.read(), part.file.media_type)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _words in error.recipients.values()}
        raise SendingFailed(
            f"The mail server refuses the recipient ({_codes(codes)}).",
            is_final=all(code >= 500 for code in codes),
        ) from None
    except smtplib.SMTPAuthenticationError:
        raise SendingFailed("The mail server does not accept our name and password.") from None
    except smtplib.SMTPResponseException as error:
        raise SendingFailed(
            f"The mail server answers {error.smtp_code}.", is_final=500 <= error.smtp_code < 600
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        raise SendingFailed(
            f"The mail server cannot be reached ({type(error).__name__})."
        ) from None


def _thread_headers(mail: Mail) -> dict[str, str]:
    """What the mail belongs to: our document's root, and the mail it answers as the nearest."""
    root = thread_id(mail.about)
    if not mail.answers:
        return {"In-Reply-To": root, "References": root}
    return {"In-Reply-To": mail.answers, "References": f"{root} {mail.answers}"}


def _reply_to(mail: Mail) -> list[str]:
    """Where answers go: to the person named, and to the company's address that is read here.

    Mails about an account (passwords, security) are nobody's conversation.
    """
    found = [mail.reply_to] if mail.reply_to else []
    if not mail.about.startswith(("kernel.user:", "company")):
        address = company.value("order_address")
        found += [address] if address and address != mail.reply_to else []
    return found


def _codes(codes: set[int]) -> str:
    return ", ".join(str(code) for code in sorted(codes))
