"""What the tests of the mailroom share: a real IMAP server, a mailbox on it, English words."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from gendan.mailroom.models import Mailbox
from gendan.testing.mail_server import MailServer, mail_server
from gendan.testing.make import mailroom as make

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The tests read English."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def dovecot() -> Iterator[MailServer]:
    """One mail server for all tests; each test has users of its own on it."""
    with mail_server() as found:
        yield found


@pytest.fixture
def imap(dovecot: MailServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    """The mail server, as one of our own network whose certificate is known."""
    settings.PRIVATE_TARGETS = frozenset({"localhost", "127.0.0.1"})
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.ca))
    return dovecot


@pytest.fixture
def address() -> str:
    """A user of the mail server whom no other test knows."""
    return f"orders{next(_numbers)}@haichuan.example"


@pytest.fixture
def box(db: None, imap: MailServer, address: str) -> Mailbox:
    """A mailbox that is read with TLS and marks mails as read."""
    return make.mailbox(imap, address)
