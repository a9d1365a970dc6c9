"""E-mails: the body and every attachment are parts of their own; nested mails are opened."""

import email
import email.errors
import email.policy
import re
from email.header import decode_header
from email.message import Message

from ..errors import UnreadableFile
from ..limits import MAX_MAIL_BOUNDARIES, MAX_MAIL_DEPTH, MAX_MAIL_PARTS
from ..pages import Page
from ..parts import Part, Reading
from ..results import Source
from ..text import clean, decode
from .html import holds_table, html_pages
from .plain_text import text_page

LONGEST_HEADER = 20_000
_QUOTE = re.compile(r"^(?:> ?)+")


def read_mail(reading: Reading) -> list[Part]:
    """Body first, then attachments in their order."""
    if len(re.findall(rb"boundary\s*=|message/rfc822", reading.data, re.I)) > MAX_MAIL_BOUNDARIES:
        raise UnreadableFile("bomb", "The message is nested deeper than any letter is.")
    try:
        # the old policy never raises over malformed headers, which are decoded here instead
        message = email.message_from_bytes(reading.data, policy=email.policy.compat32)
    except (RecursionError, ValueError, LookupError, TypeError) as error:
        raise UnreadableFile("damaged", "The message cannot be taken apart.") from error
    return _Opener(reading, message).read()


def header_text(message: Message, name: str) -> str:
    """A header decoded; broken encodings are replaced, never raised."""
    raw = message.get(name)
    # encoded words are searched for from every mark on: a header of megabytes would take for ever
    return "" if raw is None else " ".join(_decoded(str(raw)[:LONGEST_HEADER]).split())[:500]


def _decoded(raw: str) -> str:
    """Encoded words and raw 8-bit bytes as text."""
    try:
        pieces = decode_header(raw)
    except (ValueError, LookupError, TypeError, email.errors.MessageError):
        pieces = [(raw, None)]
    texts = []
    for piece, charset in pieces:
        data = piece.encode("utf-8", "surrogateescape") if isinstance(piece, str) else piece
        known = None if charset in (None, "unknown-8bit") else charset
        texts.append(decode(data, known)[0])
    return clean("".join(texts))


class _Opener:
    """Takes one message apart."""

    def __init__(self, reading: Reading, message: Message) -> None:
        self.reading = reading
        self.message = message
        self.subject = header_text(message, "Subject")
        self.sender = header_text(message, "From")
        self.mail = {
            "from": self.sender,
            "to": header_text(message, "To"),
            "subject": self.subject,
            "date": header_text(message, "Date"),
            "message_id": header_text(message, "Message-ID"),
        }
        self.texts: list[str] = []
        self.htmls: list[str] = []
        self.attachments: list[tuple[str, bytes]] = []
        self.warnings: list[str] = []
        self.seen = 0

    def read(self) -> list[Part]:
        """All parts."""
        try:
            self.collect(self.message, 0)
        except RecursionError as error:
            raise UnreadableFile(
                "bomb", "The message is nested deeper than any letter is."
            ) from error
        opened: list[Part] = []
        for name, data in self.attachments:
            opened.extend(self.open(name, data))
        body = self.body()
        return [body, *opened]

    def collect(self, part: Message, depth: int) -> None:
        """Sort the message's parts into texts and attachments."""
        self.seen += 1
        if depth > MAX_MAIL_DEPTH or self.seen > MAX_MAIL_PARTS:
            why = "the message is nested too deeply or has too many parts: the rest was not read"
            if why not in self.warnings:
                self.warnings.append(why)
            return
        kind = part.get_content_type()
        if part.is_multipart() and kind != "message/rfc822":
            for child in part.get_payload():
                if isinstance(child, Message):
                    self.collect(child, depth + 1)
            return
        name = _file_name(part)
        if kind == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                self.attachments.append((name or "message.eml", bytes(inner[0])))
            return
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes) or not payload:
            return
        is_attached = part.get_content_disposition() == "attachment" or bool(name)
        if kind == "text/plain" and not is_attached:
            self.texts.append(decode(payload, part.get_content_charset())[0])
        elif kind == "text/html" and not is_attached:
            self.htmls.append(decode(payload, part.get_content_charset())[0])
        elif not kind.startswith(("image/", "text/calendar")) or (is_attached and name):
            if part.get("Content-ID") and kind.startswith("image/"):
                return  # a logo in the signature
            self.attachments.append((name or "attachment", payload))

    def open(self, name: str, data: bytes) -> list[Part]:
        """One attachment by its own reader; what cannot be read becomes a warning."""
        reading = self.reading
        if reading.open_nested is None or reading.depth >= MAX_MAIL_DEPTH:
            self.warnings.append(f"attachment {name} is nested too deeply and was not read")
            return []
        try:
            return reading.open_nested(reading.inside(data, name, reading.mail or self.mail))
        except UnreadableFile as refusal:
            self.warnings.append(f"attachment {name} was not read: {refusal.message}")
            return []

    def body(self) -> Part:
        """Subject and text of the message; HTML where only it holds the table."""
        pages: list[Page] = []
        quoted_from = 0
        numberer = self.reading.numberer
        html = "\n".join(self.htmls)
        if self.htmls and (holds_table(html) or not any(text.strip() for text in self.texts)):
            try:
                pages = html_pages(html, numberer, "body", self.warnings)
            except UnreadableFile as refusal:
                self.warnings.append(refusal.message)
        if not pages:
            text = "\n".join(self.texts).replace("\r\n", "\n")
            lines = text.split("\n")
            quoted_from = _quoted_from(lines)
            unquoted = "\n".join(_QUOTE.sub("", line) for line in lines)
            pages = [text_page(unquoted, numberer.next(), "body")]
        source = Source(
            self.reading.filename, "eml", "message body", self.reading.mail or self.mail
        )
        return Part(
            tuple(pages), source, warnings=tuple(self.warnings), opening=self.subject,
            role="body", sender=self.sender, quoted_from=quoted_from,
        )  # fmt: skip


def _quoted_from(lines: list[str]) -> int:
    """The number of the line from which on all are quoted, below words of the sender's own."""
    first = len(lines)
    while first and (not lines[first - 1].strip() or _QUOTE.match(lines[first - 1])):
        first -= 1
    return first + 1 if first and any(line.strip() for line in lines[first:]) else 0


def _file_name(part: Message) -> str:
    """The attachment's own name without any path."""
    try:
        raw = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        raw = ""
    name = _decoded(str(raw)).replace("\\", "/").rsplit("/", 1)[-1].strip()
    return " ".join(name.split())[:120]
