"""Facts of the mailroom. Never a password, never an address with a key in it."""

from dataclasses import dataclass, field
from typing import Any

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class MailboxFact(Fact):
    """Something about a mailbox that is read."""

    mailbox_id: int
    mailbox_name: str


@dataclass(frozen=True, kw_only=True)
class MailboxSaved(MailboxFact):
    """A mailbox was set up or changed."""

    host: str
    user: str
    folder: str
    has_new_secret: bool


@dataclass(frozen=True, kw_only=True)
class MailboxSwitchedOff(MailboxFact):
    """It is no longer read."""


@dataclass(frozen=True, kw_only=True)
class MailboxSwitchedOn(MailboxFact):
    """It is read again."""


@dataclass(frozen=True, kw_only=True)
class MailboxRemoved(MailboxFact):
    """It was removed and its secret forgotten; its mails stay."""


@dataclass(frozen=True, kw_only=True)
class MailboxTested(MailboxFact):
    """Somebody had its connection tried."""


@dataclass(frozen=True, kw_only=True)
class MailboxReadAsked(MailboxFact):
    """Somebody wants it read at once."""


@dataclass(frozen=True, kw_only=True)
class MailboxFailing(MailboxFact):
    """It could not be read several times, one after another."""

    problem: str


@dataclass(frozen=True, kw_only=True)
class MailFact(Fact):
    """Something about a mail that came in."""

    message_id: int
    mailbox_id: int
    sender_name: str
    sender_address: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class MailReceived(MailFact):
    """Somebody has answered one of our mails; the words without what they quote.

    `proof` says whether our mail server could confirm the sender: confirmed, failed, unknown.
    """

    order_id: int | None
    text: str
    is_cut: bool
    proof: str
    files: list[dict[str, Any]] = field(default_factory=list)
    incoming_id: int | None = None
    incoming_number: str = ""


@dataclass(frozen=True, kw_only=True)
class AutomaticReplyReceived(MailFact):
    """A machine answered one of our mails: out of office, ticket opened, message read."""

    order_id: int | None
    text: str


@dataclass(frozen=True, kw_only=True)
class MailReturned(MailFact):
    """One of our mails could not be delivered to somebody; a server says so."""

    order_id: int | None
    mail_id: int
    to: list[str]
    mail_subject: str
    why: str


@dataclass(frozen=True, kw_only=True)
class MailParked(MailFact):
    """A mail could not be sorted; it is kept as it came, for somebody to look at."""

    problem: str


@dataclass(frozen=True, kw_only=True)
class MailRetried(MailFact):
    """Somebody had a mail sorted once more."""


@dataclass(frozen=True, kw_only=True)
class MailTakenToIntake(MailFact):
    """Somebody had a mail read as an order document, whatever it was sorted to."""

    incoming_id: int
    incoming_number: str


@dataclass(frozen=True, kw_only=True)
class MailDropped(MailFact):
    """Somebody put a mail aside."""


@dataclass(frozen=True, kw_only=True)
class MailTakenAsNotice(MailFact):
    """A supplier's mail says what is on its way: a notice waits for the buyer."""

    notice_id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class MailNotTakenAsNotice(MailFact):
    """A ship notice in a mail could not be taken; it stays in the intake."""

    why: str
