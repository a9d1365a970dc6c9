"""A line to a mailbox: IMAP through imap-tools, with limits on everything that may come.

The name is looked up and judged as for all other machines (kernel/outside.py), and the connection
goes to that very address. Every step has its time; a server that drips is cut off from outside.
"""

import contextlib
import datetime as dt
import imaplib
import logging
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderSelectError,
    MailboxLoginError,
    UnexpectedCommandStatusError,
)
from imap_tools.mailbox import BaseMailBox
from imap_tools.utils import encode_folder

from gendan.kernel import outside
from gendan.mailroom.problems import MailboxProblem

log = logging.getLogger(__name__)

SOCKET_SECONDS = 15  # for each piece that comes
SIGN_IN_SECONDS = 45  # for the whole of connecting, encrypting, signing in, choosing the folder
STEP_SECONDS = 60  # for a list, a mark
FAREWELL_SECONDS = 5
MESSAGE_SECONDS = 240  # for one mail, however large
MOST_WORDS_BYTES = 4 * 1024 * 1024  # of one step, besides the mail itself
_TOO_LARGE = "literal too large"
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True)
class Access:
    """Where a mailbox is and how to get in; exists only while it is used."""

    host: str
    port: int
    security: str
    user: str
    password: str = ""
    token: str = ""


class _Watch:
    """Second handles on a connection: what is closed from outside when a step takes too long."""

    def __init__(self) -> None:
        self.twins: list[socket.socket] = []
        self.was_cut = threading.Event()
        self.came_bytes = 0  # within this step

    def cut(self) -> None:
        """End the connection, whatever it is doing."""
        self.was_cut.set()
        for twin in self.twins:
            with contextlib.suppress(OSError):
                twin.shutdown(socket.SHUT_RDWR)

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cut the connection unless the block is over in time; errors become MailboxProblem."""
        timer = threading.Timer(seconds, self.cut)
        timer.daemon = True
        timer.start()
        self.came_bytes = 0
        try:
            yield
        except MailboxProblem:
            raise
        except Exception as error:
            raise _problem_of(error, was_cut=self.was_cut.is_set()) from None
        finally:
            timer.cancel()

    def close(self) -> None:
        """Give the handles back."""
        for twin in self.twins:
            twin.close()


class _Guarded:
    """What our IMAP connections add to the library's: the judged address, limits, the watch."""

    host: str
    port: int

    def __init__(self, access: Access, watch: _Watch, most: int, **more: Any) -> None:
        self._numeric = outside.numeric_address(access.host, access.port)
        self._watch, self._most = watch, most
        super().__init__(access.host, access.port, timeout=SOCKET_SECONDS, **more)  # type: ignore[call-arg]

    def _create_socket(self, timeout: float | None) -> socket.socket:
        line = socket.create_connection((self._numeric, self.port), timeout)
        self._watch.twins.append(line.dup())
        return line

    def read(self, size: int) -> bytes:
        """A literal of the server; one that is larger than what was asked for ends the line."""
        if size > self._most:
            raise imaplib.IMAP4.abort(_TOO_LARGE)
        self._count(size)
        found: bytes = super().read(size)  # type: ignore[misc]
        return found

    def readline(self) -> bytes:
        """A line of the server; lines without end are kept by the library, so they are counted."""
        found: bytes = super().readline()  # type: ignore[misc]
        self._count(len(found))
        return found

    def _count(self, size: int) -> None:
        self._watch.came_bytes += size
        if self._watch.came_bytes > self._most + MOST_WORDS_BYTES:
            raise imaplib.IMAP4.abort(_TOO_LARGE)


class _Plain(_Guarded, imaplib.IMAP4):
    """Not encrypted from the beginning."""


class _Encrypted(_Guarded, imaplib.IMAP4_SSL):
    """Encrypted from the beginning; the certificate must be the host's."""

    ssl_context: ssl.SSLContext

    def _create_socket(self, timeout: float | None) -> socket.socket:
        line = super()._create_socket(timeout)
        return self.ssl_context.wrap_socket(line, server_hostname=self.host)


class _Box(BaseMailBox):
    """The library's mailbox on one of our connections."""

    def __init__(self, access: Access, watch: _Watch, most: int) -> None:
        self._access, self._watch, self._most = access, watch, most
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        given = (self._access, self._watch, self._most)
        if self._access.security == "ssl":
            return _Encrypted(*given, ssl_context=ssl.create_default_context())
        client = _Plain(*given)
        if self._access.security == "starttls":
            client.starttls(ssl.create_default_context())
        return client


class Line:
    """An open mailbox: what a reading needs of it, each step within its time."""

    def __init__(self, box: _Box, watch: _Watch) -> None:
        self._box, self._watch = box, watch

    def choose(self, folder: str, *, readonly: bool) -> int:
        """Open a folder; returns its UIDVALIDITY."""
        with self._watch.within(SIGN_IN_SECONDS):
            try:
                self._box.folder.set(folder, readonly=readonly)
            except MailboxFolderSelectError:
                raise MailboxProblem("no_folder", folder) from None
            _name, found = self._box.client.response("UIDVALIDITY")
            return int(found[0]) if found and found[0] else 0

    def has_folder(self, name: str) -> bool:
        """Whether there is a folder of this name."""
        with self._watch.within(STEP_SECONDS):
            return bool(self._box.folder.exists(name))

    def uids_after(self, uid: int, since: dt.date) -> list[int]:
        """The mails that came after a UID and since a day, the oldest first."""
        day = f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        with self._watch.within(STEP_SECONDS):
            found = self._box.uids(f"UID {uid + 1}:* SINCE {day}", charset=None)
        # "n:*" always names the last mail, even when it is older.
        return sorted({int(one) for one in found if int(one) > uid})

    def size_of(self, uid: int) -> int | None:
        """A mail's size in bytes; None when it is gone."""
        found = _SIZE.search(b" ".join(self._fetch(uid, "(RFC822.SIZE)", STEP_SECONDS)))
        return int(found[1]) if found else None

    def whole(self, uid: int) -> bytes | None:
        """A mail as it is, without marking it as read; None when it is gone."""
        return self._literal(uid, "(BODY.PEEK[])", MESSAGE_SECONDS)

    def head(self, uid: int, most: int) -> bytes | None:
        """The head of a mail that is too large."""
        return self._literal(uid, f"(BODY.PEEK[HEADER]<0.{most}>)", STEP_SECONDS)

    def mark_seen(self, uid: int) -> None:
        """Mark a mail as read. (The library's own way also expunges what others have deleted.)"""
        with self._watch.within(STEP_SECONDS):
            _expect_ok(self._box.client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))

    def move(self, uid: int, folder: str) -> None:
        """Move a mail to a folder; where the server cannot, copy and delete this one alone."""
        client, name = self._box.client, str(uid)
        target: Any = encode_folder(folder)
        with self._watch.within(STEP_SECONDS):
            if "MOVE" in client.capabilities:
                _expect_ok(client.uid("MOVE", name, target))
                return
            _expect_ok(client.uid("COPY", name, target))
            _expect_ok(client.uid("STORE", name, "+FLAGS.SILENT", r"(\Deleted \Seen)"))
            if "UIDPLUS" in client.capabilities:
                _expect_ok(client.uid("EXPUNGE", name))

    def _fetch(self, uid: int, parts: str, seconds: float) -> list[bytes]:
        with self._watch.within(seconds):
            status, found = self._box.client.uid("FETCH", str(uid), parts)
            if status != "OK":
                raise MailboxProblem("not_handed_over", _first_words(found))
            return [one if isinstance(one, bytes) else b" ".join(one) for one in found if one]

    def _literal(self, uid: int, parts: str, seconds: float) -> bytes | None:
        with self._watch.within(seconds):
            status, found = self._box.client.uid("FETCH", str(uid), parts)
            if status != "OK":
                raise MailboxProblem("not_handed_over", _first_words(found))
            texts = [bytes(one[1]) for one in found if isinstance(one, tuple) and len(one) > 1]
            return texts[0] if texts else None


@contextlib.contextmanager
def opened(access: Access, *, largest: int) -> Iterator[Line]:
    """A line to a mailbox, signed in; nothing larger than `largest` comes. MailboxProblem else."""
    watch = _Watch()
    box: _Box | None = None
    try:
        with watch.within(SIGN_IN_SECONDS):
            box = _Box(access, watch, largest)
            _sign_in(box, access)
        yield Line(box, watch)
        # Only a line that is in order is closed with a farewell.
        with contextlib.suppress(MailboxProblem), watch.within(FAREWELL_SECONDS):
            box.logout()
    finally:
        watch.cut()
        if box is not None:
            with contextlib.suppress(OSError):
                box.client.shutdown()
        watch.close()


def _sign_in(box: _Box, access: Access) -> None:
    try:
        if access.token:
            _sign_in_with_token(box.client, access)
        elif (access.user + access.password).isascii():
            box.login(access.user, access.password, initial_folder=None)
        else:
            box.login_utf8(access.user, access.password, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort):
            raise
        raise MailboxProblem("wrong_password", _said(error, access)) from None
    # What is offered before signing in is not what is offered after.
    _status, found = box.client.capability()
    box.client.capabilities = tuple(found[-1].decode("ascii", "replace").upper().split())


def _sign_in_with_token(client: imaplib.IMAP4, access: Access) -> None:
    """XOAUTH2, or its successor OAUTHBEARER where only that is offered."""
    bearer = f"auth=Bearer {access.token}\x01\x01"
    if "AUTH=XOAUTH2" in client.capabilities:
        name, text = "XOAUTH2", f"user={access.user}\x01{bearer}"
    elif "AUTH=OAUTHBEARER" in client.capabilities:
        name, text = "OAUTHBEARER", f"n,a={access.user},\x01{bearer}"
    else:
        raise MailboxProblem("no_token_login")
    words = [text.encode()]
    # A server that refuses explains itself first and wants an empty answer.
    client.authenticate(name, lambda challenge: words.pop() if words else b"")


def _said(error: Exception, access: Access) -> str:
    """The server's own words about a refusal, without the secret should it repeat it."""
    if isinstance(error, UnexpectedCommandStatusError):
        text = _first_words(error.command_result[1])
    else:
        text = str(error)
    for secret in (access.password, access.token):
        text = text.replace(secret, "…") if secret else text
    return text


def _first_words(found: Any) -> str:
    first = found[0] if found else b""
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else ""


def _expect_ok(answer: tuple[str, Any]) -> None:
    if answer[0] != "OK":
        raise MailboxProblem("not_marked", _first_words(answer[1]))


def _problem_of(error: Exception, *, was_cut: bool) -> MailboxProblem:
    """What went wrong on the way, as one of PROBLEMS."""
    if was_cut or isinstance(error, TimeoutError):
        return MailboxProblem("no_answer")
    if isinstance(error, outside.TargetRefused):
        return MailboxProblem("refused_target", str(error))
    if isinstance(error, ssl.SSLError):
        return MailboxProblem("not_secure", getattr(error, "verify_message", "") or error.reason)
    if isinstance(error, imaplib.IMAP4.abort):
        is_other = any(words in str(error) for words in ("unexpected response", _TOO_LARGE))
        return MailboxProblem("not_imap" if is_other else "broken_off")
    if isinstance(error, ConnectionRefusedError | socket.gaierror):
        return MailboxProblem("unreachable")
    if isinstance(error, OSError):
        return MailboxProblem("unreachable", type(error).__name__)
    if isinstance(error, imaplib.IMAP4.error | ImapToolsError | ValueError):
        return MailboxProblem("not_imap", type(error).__name__)
    log.error("talking to a mail server", exc_info=error)
    return MailboxProblem("internal", type(error).__name__)
