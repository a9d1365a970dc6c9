"""Makers of the mailroom: mailboxes on a real server, and mails as they arrive."""

import itertools
from email.message import EmailMessage
from typing import Any

from gendan.mailroom import reading, services
from gendan.mailroom.models import Mailbox, MailMessage
from gendan.testing.cast import person
from gendan.testing.mail_server import PASSWORD, MailServer

_numbers = itertools.count(1)


def mailbox(imap: MailServer, address: str, **values: Any) -> Mailbox:
    """A mailbox on the server as the manager sets it up: read with TLS, marked as read."""
    given: dict[str, Any] = {
        "name": "Orders",
        "host": "localhost",
        "port": imap.ssl_port,
        "user": address,
        "password": PASSWORD,
        "by": person("zhao"),
    }
    return services.save_mailbox(**given | values)


def letter(subject: str = "Order 4500", text: str = "", **headers: str) -> bytes:
    """A mail as it arrives, unlike every other; a header given as "" is left out."""
    number = next(_numbers)
    message = EmailMessage()
    given = {
        "From": "Anna Berg <anna@nordwind.example>",
        "To": "orders@haichuan.example",
        "Subject": subject,
        "Date": "Mon, 02 Mar 2026 09:00:00 +0100",
        "Message-ID": f"<{number}.letter@nordwind.example>",
    }
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    for name, value in (given | named).items():
        if value:
            message[name] = value
    message.set_content(text or f"Please send {number} pens.")
    return message.as_bytes()


def read(box: Mailbox) -> Mailbox:
    """Read the mailbox as the worker does; the mailbox as it stands then."""
    reading.read(box.pk)
    box.refresh_from_db()
    return box


def came(box: Mailbox) -> MailMessage:
    """The mail that came last."""
    return MailMessage.objects.filter(mailbox=box).latest("pk")
