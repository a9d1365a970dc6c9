"""What the head of a mail says: who, when, in answer to what, by a machine or not.

Only the head is parsed, and nothing in it makes this raise: whatever stands there came from a
stranger. The body of a mail that becomes a document is taken apart elsewhere (intake/sandbox.py).
"""

import datetime as dt
import email.policy
import email.utils
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from typing import TypeVar

from gendan.engine.reading.formats.mail import header_text

T = TypeVar("T")
LARGEST_HEAD = 256 * 1024
MOST_REFERENCES = 60
_ID = re.compile(r"<[^<>\s]{1,996}>")
_MACHINES = re.compile(r"^(?:mailer-daemon|postmaster|mdaemon)@")
# Headers that only automatic replies carry; an order from a machine does not.
_REPLY_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")
_HEAD_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Head:
    """The head of a mail in plain values."""

    message_id: str
    sender_name: str
    sender_address: str
    subject: str
    sent_at: dt.datetime | None
    references: tuple[str, ...]  # the nearest first
    is_report: bool  # a server tells about the fate of another mail
    is_automatic_reply: bool
    lines: tuple[tuple[str, str], ...]  # names and values as they stand, for the proof


def read_head(raw: bytes) -> Head:
    """The head of a mail; never raises."""
    message = BytesHeaderParser(policy=email.policy.compat32).parsebytes(head_of(raw))
    name, address = _safely(lambda: _sender(message), ("", ""))
    return Head(
        message_id=_message_id(message),
        sender_name=_short(name, 200),
        sender_address=_short(address, 254),
        subject=_short(header_text(message, "Subject"), 300),
        sent_at=_moment(header_text(message, "Date")),
        references=_references(message),
        is_report=_is_report(message, address),
        is_automatic_reply=_is_automatic_reply(message),
        lines=tuple((key.lower(), str(value)) for key, value in message.items()),
    )


def head_of(raw: bytes) -> bytes:
    """The bytes before the first empty line, at most LARGEST_HEAD of them."""
    found = _HEAD_END.search(raw, 0, LARGEST_HEAD)
    return raw[: found.end()] if found else raw[:LARGEST_HEAD]


def digest_of(raw: bytes) -> str:
    """What tells one mail from another, whichever way it came.

    Two copies of a mail (both our addresses in Cc, a folder read anew) differ in the lines that
    servers add; two mails that carry the same Message-ID differ in the rest. A mail that says
    neither its id nor its date is known by all its bytes.
    """
    message = BytesHeaderParser(policy=email.policy.compat32).parsebytes(head_of(raw))
    told = [str(message.get(name) or "") for name in ("Message-ID", "Date", "From", "Subject")]
    found = hashlib.sha256()
    if not (told[0].strip() or told[1].strip()):
        found.update(raw)
    else:
        for text in told:
            found.update(" ".join(text.split()).encode("utf-8", "surrogateescape") + b"\n")
        found.update(b"".join(raw[len(head_of(raw)) :].split(b"\r")))
    return found.hexdigest()


def ids_in(text: str) -> list[str]:
    """The message ids in a header, in their order."""
    return _ID.findall(text[:LARGEST_HEAD])


def _sender(message: Message) -> tuple[str, str]:
    """Name and address of who wrote it; an address that is none is left empty."""
    raw = str(message.get("From") or message.get("Sender") or "")
    pairs = email.utils.getaddresses([raw])
    name, address = next(((name, found) for name, found in pairs if "@" in found), ("", ""))
    # Taken apart first and decoded then: a name may hold a comma or an address of its own.
    return decoded(name) or (decoded(raw) if not address else ""), address.strip().lower()


def decoded(raw: str) -> str:
    """Encoded words as text."""
    holder = Message()
    holder["X"] = " ".join(raw.split())
    return header_text(holder, "X")


def _message_id(message: Message) -> str:
    found = ids_in(header_text(message, "Message-ID"))
    return found[0][:300] if found else ""


def _references(message: Message) -> tuple[str, ...]:
    near = ids_in(str(message.get("In-Reply-To") or ""))
    far = ids_in(str(message.get("References") or ""))[-MOST_REFERENCES:]
    return tuple(dict.fromkeys([*near[:5], *reversed(far)]))


def _is_report(message: Message, address: str) -> bool:
    kind = _safely(message.get_content_type, "")
    if kind == "multipart/report":
        return True
    return bool(_MACHINES.match(address) or str(message.get("X-Failed-Recipients") or "").strip())


def _is_automatic_reply(message: Message) -> bool:
    said = header_text(message, "Auto-Submitted").lower()
    if said.startswith("auto-replied"):
        return True
    if any(message.get(name) for name in _REPLY_HEADERS):
        return True
    return header_text(message, "Precedence").lower() == "auto_reply"


def _moment(text: str) -> dt.datetime | None:
    found = _safely(lambda: email.utils.parsedate_to_datetime(text), None)
    if found is None or not 1990 <= found.year <= 2100:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _short(text: str, most: int) -> str:
    kept = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(kept.encode("utf-8", "replace").decode().split())[:most]


def _safely(ask: Callable[[], T], otherwise: T) -> T:
    """Python's mail library raises many things over odd headers; none of them is ours."""
    try:
        return ask()
    except Exception:
        return otherwise
