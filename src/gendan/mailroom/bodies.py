"""What an answer says: its own words without what it quotes, its files, and returned mails.

A mail is taken apart only up to limits; what is nested deeper than any letter is refused, and the
mail is parked. HTML is never shown: its text is, after nh3 has taken everything else away.
"""

import email.errors
import email.policy
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser

import nh3

from gendan.engine.reading.formats.mail import header_text
from gendan.engine.reading.text import decode
from gendan.mailroom.heads import decoded, ids_in

MOST_PARTS = 200
DEEPEST = 20
MOST_BOUNDARIES = 500
MOST_DASHES = 5000  # lines that could end a part
LONGEST_TEXT = 20_000
LARGEST_TEXT = 200_000  # characters that are looked at, quotes included
LARGEST_HTML = 128 * 1024  # nesting costs the cleaner its square
_NESTING = re.compile(rb"boundary\s*=|message/rfc822", re.IGNORECASE)
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|hr|/blockquote)\b[^>]*>", re.IGNORECASE)
_QUOTED_HTML = re.compile(
    r"<(?:blockquote|div[^>]{0,300}(?:gmail_quote|yahoo_quoted|divRplyFwdMsg|appendonsend|"
    r"moz-cite-prefix|mail-editor-reference-message))\b",
    re.IGNORECASE,
)
# Where the answer ends and what it answers begins, in the mail programs of both languages.
_QUOTE_BEGINS = re.compile(
    r"""^(?:
        -{2,}\s*(?:original\ message|forwarded\ message|原始邮件|原邮件|转发邮件|回复的原邮件
            |ursprüngliche\ nachricht).*
        |(?:on|am|le)\b.{4,200}\b(?:wrote|schrieb|a\ écrit)\s*:\s*
        |(?:在|于)?.{0,200}(?:写道|寫道|编写)\s*[:：]\s*
        |_{20,}\s*
        |(?:from|von|de|发件人|寄件者)\s*[:：]\s*\S.*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_QUOTE_BEGINS_ON_TWO = re.compile(r"^on\b.{0,200}\d.{0,200}\bwrote\s*:\s*$", re.IGNORECASE)
_HEAD_LINE = re.compile(
    r"^(?:from|sent|date|to|subject|发件人|发送时间|日期|收件人|主题|寄件者)\s*[:：]",
    re.IGNORECASE,
)
# Prose of servers that have not given up yet.
_STILL_TRYING = re.compile(r"\bdelay|\bwarning|延迟", re.IGNORECASE)
# Endings of files that may hold an order.
PAPERS = frozenset(
    {"pdf", "xlsx", "xls", "csv", "xml", "edi", "x12", "docx", "doc", "tif", "tiff", "eml", "ods"}
)


class TooDeep(Exception):
    """A mail with more parts, or nested deeper, than any letter."""


@dataclass(frozen=True)
class Body:
    """What an answer holds."""

    text: str
    is_cut: bool
    files: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def holds_paper(self) -> bool:
        """Whether a file of it could be an order."""
        return any(name.rpartition(".")[2].lower() in PAPERS for name, _content in self.files)


@dataclass(frozen=True)
class Report:
    """What a server says about the fate of a mail of ours."""

    ids: tuple[str, ...]
    recipients: tuple[str, ...]
    has_status: bool  # in the form made for it, not in prose
    is_failed: bool
    why: str


def read_body(raw: bytes) -> Body:
    """The words and files of a mail; raises TooDeep."""
    plain: list[str] = []
    rich: list[str] = []
    kept: list[tuple[str, bytes]] = []
    for part in _parts(_parsed(raw)):
        kind = part.get_content_type()
        name = _name_of(part)
        if kind == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                kept.append((name or "message.eml", bytes(inner[0])))
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes) or not content.strip():
            continue
        is_file = part.get_content_disposition() == "attachment" or bool(name)
        if kind.startswith("text/") and not is_file:
            text = decode(content[:LARGEST_TEXT], _safe_charset(part))[0]
            (rich if kind == "text/html" else plain).append(text)
        elif not (part.get("Content-ID") and kind.startswith("image/")):
            kept.append((name or "attachment", content))
    whole = "\n".join(plain).strip() or _text_of_html("\n".join(rich)[:LARGEST_HTML])
    text, is_cut = without_quote(_clean(whole[:LARGEST_TEXT]))
    return Body(text[:LONGEST_TEXT], is_cut or len(text) > LONGEST_TEXT, kept)


def read_report(raw: bytes) -> Report:
    """A message about a mail that could not be delivered (RFC 3464), or one in prose."""
    message = _parsed(raw)
    ids: list[str] = []
    recipients: list[str] = []
    actions: set[str] = set()
    why, has_status, is_read_receipt = "", False, False
    for part in _parts(message):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            has_status = True
            for block in _blocks(part):
                actions |= {header_text(block, "Action").lower()} - {""}
                address = header_text(block, "Final-Recipient").rpartition(";")[2].strip()
                recipients += [address] if "@" in address else []
                why = why or _words_of(block)
        elif kind == "message/disposition-notification":
            is_read_receipt = True
            for block in _blocks(part):
                ids += ids_in(header_text(block, "Original-Message-ID"))
        elif kind in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}:
            ids += _ids_of_returned(part)
    ids += ids_in(header_text(message, "In-Reply-To")) + ids_in(header_text(message, "References"))
    failed = header_text(message, "X-Failed-Recipients")
    recipients += [one.strip() for one in failed.split(",") if "@" in one]
    if not ids:  # in prose: the returned mail's head stands somewhere in the text
        found = re.findall(rb"^Message-ID:\s*(<[^<>\s]{1,300}>)", raw, re.IGNORECASE | re.MULTILINE)
        ids = [one.decode("ascii", "replace") for one in found[-3:]]
    is_patient = bool(_STILL_TRYING.search(header_text(message, "Subject")))
    return Report(
        ids=tuple(dict.fromkeys(ids)),
        recipients=tuple(dict.fromkeys(one[:254] for one in recipients)),
        has_status=has_status,
        is_failed="failed" in actions if has_status else not (is_read_receipt or is_patient),
        why=_clean(why)[:300],
    )


def without_quote(text: str) -> tuple[str, bool]:
    """The answer's own words, and whether something quoted was cut off below them."""
    lines = text.split("\n")
    spoken = [number for number, line in enumerate(lines) if line.strip() and not _is_quoted(line)]
    last = spoken[-1] if spoken else -1
    for number, line in enumerate(lines):
        if (_is_quoted(line) and number > last) or _begins_quote(lines, number, line.strip()):
            own = "\n".join(lines[:number]).strip()
            # An answer written between or below the quoted lines is shown whole.
            below = [one for one in lines[number:] if one.strip() and not _is_quoted(one)]
            if own or len(below) <= 1:
                return own, True
            return text.strip(), False
    return text.strip(), False


def _begins_quote(lines: list[str], number: int, line: str) -> bool:
    joined = f"{line} {lines[number + 1].strip()}" if number + 1 < len(lines) else line
    if not (_QUOTE_BEGINS.match(line) or _QUOTE_BEGINS_ON_TWO.match(joined)):
        return False
    if _HEAD_LINE.match(line):  # "From: …" begins a quote only with the lines that follow it
        return sum(bool(_HEAD_LINE.match(one.strip())) for one in lines[number : number + 6]) >= 3
    return True


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _parsed(raw: bytes) -> Message:
    if len(_NESTING.findall(raw)) > MOST_BOUNDARIES or raw.count(b"\n--") > MOST_DASHES:
        raise TooDeep
    try:
        return BytesParser(policy=email.policy.compat32).parsebytes(raw)
    except (RecursionError, email.errors.MessageError, ValueError, LookupError, TypeError):
        raise TooDeep from None


def _parts(message: Message) -> Iterator[Message]:
    """Every part that is no container; a mail in the mail is one part."""
    stack: list[tuple[Message, int]] = [(message, 0)]
    seen = 0
    while stack:
        part, depth = stack.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST_PARTS:
            raise TooDeep
        inner = part.get_payload()
        opens = part.get_content_maintype() == "multipart" and isinstance(inner, list)
        if not opens:
            yield part
            continue
        children = [(one, depth + 1) for one in inner if isinstance(one, Message)]
        stack += reversed(children)


def _blocks(part: Message) -> list[Message]:
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _words_of(block: Message) -> str:
    """The server's own words about one recipient: "550 5.1.1 no such user"."""
    said = header_text(block, "Diagnostic-Code").partition(";")[2].strip()
    return said or header_text(block, "Status")


def _ids_of_returned(part: Message) -> list[str]:
    """The Message-ID of the mail that came back, whole or only its head."""
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return ids_in(header_text(inner[0], "Message-ID"))
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return []
    head = BytesParser(policy=email.policy.compat32).parsebytes(content[:65536], headersonly=True)
    return ids_in(header_text(head, "Message-ID"))


def _name_of(part: Message) -> str:
    """A file's name; "" where it has none."""
    try:
        raw = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        return ""
    return decoded(str(raw)).replace("\\", "/").rpartition("/")[2][:200]


def _safe_charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (ValueError, LookupError, TypeError):
        return None


def _text_of_html(text: str) -> str:
    """The words of an HTML body up to what it quotes; scripts and styles are no words."""
    found = _QUOTED_HTML.search(text)
    mark = "\n-----Original Message-----\n" if found else ""
    own = text[: found.start()] if found else text
    bare = nh3.clean(_BREAKS.sub("\n", own), tags=set(), clean_content_tags={"script", "style"})
    return html.unescape(bare) + mark


def _clean(text: str) -> str:
    """Without control characters and direction marks; runs of empty lines are one."""
    lines = ("".join(char for char in line if _is_shown(char)) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _is_shown(char: str) -> bool:
    return char == "\t" or char.isprintable() or char in "\u00a0\u3000"
