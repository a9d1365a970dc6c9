"""EDIFACT as a syntax (ISO 9735): characters, segments, messages, and whether the counts agree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydifact.control.characters import Characters
from pydifact.exceptions import EDISyntaxError
from pydifact.token import Token
from pydifact.tokenizer import Tokenizer

from ..limits import MAX_DOCUMENTS, MAX_ROWS
from ..text import decode
from .segments import MAX_SEGMENT_CHARACTERS, Composite, Message, Segment

CHARSETS: dict[str, str] = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "latin-1", "UNOD": "iso8859-2",
    "UNOE": "iso8859-5", "UNOF": "iso8859-7", "UNOG": "iso8859-3", "UNOH": "iso8859-4",
    "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9", "UNOL": "iso8859-15",
    "UNOW": "utf-8", "UNOX": "iso2022_jp", "UNOY": "utf-8",
}  # fmt: skip
_JUNK = "\ufeff \t\r\n\x00"
_MAX_ELEMENTS = 400


@dataclass(frozen=True)
class Marks:
    """The separators of an interchange: what UNA says, else those of the standard."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    terminator: str = "'"

    @property
    def all(self) -> str:
        """In the order of the service string advice."""
        return self.component + self.element + self.decimal + self.release + " " + self.terminator


def decoded(data: bytes) -> tuple[str, str | None]:
    """The text by the charset that UNB names, and what is wrong with that if anything is."""
    match = re.search(rb"UNB[^A-Za-z0-9](UNO[A-Z])", data[:2000])
    level = match.group(1).decode("ascii") if match else "UNOA"
    if data.isascii():
        return data.decode("ascii"), None
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeError:
        pass
    charset = CHARSETS.get(level, "ascii")
    try:
        return data.decode(charset), None
    except UnicodeError:
        text, encoding = decode(data)
        return text, f"there are characters outside of {level}; they are read as {encoding}"


def marks_of(text: str) -> tuple[Marks, int]:
    """The separators, and where the segments begin."""
    start = len(text) - len(text.lstrip(_JUNK))
    if text[start : start + 3] == "UNA" and len(text) >= start + 9:
        component, element, decimal, release, _, terminator = list(text[start + 3 : start + 9])
        if len({component, element, terminator}) == 3 and not (component + element).isalnum():
            return Marks(component, element, decimal, release, terminator), start + 9
    if text[start + 3 : start + 4] == "\x1d":
        return Marks("\x1f", "\x1d", ".", "?", "\x1c"), start  # level B without UNA
    return Marks(), start


def segments_of(text: str, marks: Marks, start: int, page: int) -> Iterator[tuple[Segment, bool]]:
    """Segment by segment, and whether its terminator was there; released marks are text."""
    release = "" if marks.release == " " else marks.release
    terminator = re.escape(marks.terminator)
    # a released character or the end of the segment, whichever comes first
    stops = re.compile(f"{re.escape(release)}.|{terminator}" if release else terminator, re.DOTALL)
    characters = Characters(  # type: ignore[no-untyped-call]
        marks.component, marks.element, ".", marks.release if release else "", " ",
        marks.terminator,
    )  # fmt: skip
    if marks.terminator not in "\r\n":
        # a line break belongs to the file, not to the value it falls into
        text, start = text[start:].replace("\r", "").replace("\n", ""), 0
    row = 0
    while start < len(text) and row < MAX_ROWS:
        end = next(
            (stop.start() for stop in stops.finditer(text, start) if len(stop.group()) == 1),
            len(text),
        )
        raw = text[start:end].lstrip(_JUNK)
        is_closed = end < len(text)
        start = end + 1
        if not raw.strip():
            continue
        row += 1
        yield _segment(raw, marks, characters, page, row), is_closed


def _segment(raw: str, marks: Marks, characters: Characters, page: int, row: int) -> Segment:
    is_cut = len(raw) > MAX_SEGMENT_CHARACTERS
    if is_cut:
        raw = raw[:MAX_SEGMENT_CHARACTERS].rstrip(marks.release)
    if marks.release != " " and (len(raw) - len(raw.rstrip(marks.release))) % 2:
        raw = raw[:-1]
    elements: list[list[str]] = [[""]]
    try:
        for token in Tokenizer().get_tokens(raw + marks.terminator, characters):
            if token.type == Token.Type.DATA_SEPARATOR:
                elements.append([""])
            elif token.type == Token.Type.COMPONENT_SEPARATOR:
                elements[-1].append("")
            elif token.type == Token.Type.CONTENT:
                elements[-1][-1] += token.value
    except EDISyntaxError:
        is_cut = True
    tag = elements[0][0].strip().upper()[:20]
    rest: list[Composite] = [tuple(parts) for parts in elements[1 : _MAX_ELEMENTS + 1]]
    return Segment(tag, tuple(rest), page, row, is_cut or len(elements) > _MAX_ELEMENTS)


@dataclass
class Interchanges:
    """The messages of a file, all its segments for showing, and what the whole gives to doubt."""

    messages: list[Message]
    shown: list[Segment]
    marks: Marks


def messages_of(data: bytes, page: int) -> Interchanges:
    """All messages of all interchanges of the file, counted."""
    text, charset_doubt = decoded(data)
    marks, start = marks_of(text)
    answer = Interchanges([], [], marks)
    keeper = _Keeper(answer, marks)
    for segment, is_closed in segments_of(text, marks, start, page):
        answer.shown.append(segment)
        keeper.take(segment, is_closed)
    keeper.close()
    if len(answer.shown) >= MAX_ROWS:
        for message in answer.messages[-1:]:
            message.doubts.append(("lines", "the file holds more segments than are read"))
    if charset_doubt:
        for message in answer.messages:
            message.doubts.append(("source", charset_doubt))
    return answer


class _Keeper:
    """Sorts segments into messages and compares the counts of the envelopes."""

    def __init__(self, answer: Interchanges, marks: Marks) -> None:
        self.answer = answer
        self.marks = marks
        self.envelope: dict[str, str] = {}
        self.open: Message | None = None
        self.in_interchange: list[Message] = []
        self.count = 0
        self.groups = 0
        self.has_unb = False

    def take(self, segment: Segment, is_closed: bool) -> None:
        """One segment in the order of the file."""
        if segment.tag == "UNB":
            self.close()
            self.has_unb = True
            self.envelope = _envelope(segment, self.marks)
        elif segment.tag == "UNG":
            self.groups += 1
        elif segment.tag == "UNH":
            self.end_message()
            self.begin(segment)
        elif segment.tag == "UNZ":
            self.end_message()
            self.unz(segment)
        elif self.open is not None:
            self.open.segments.append(segment)
            if segment.tag == "UNT":
                self.unt(segment)
                self.open = None
            elif not is_closed:
                self.end_message()

    def begin(self, segment: Segment) -> None:
        """A message header."""
        self.count += 1
        exchange = dict(self.envelope) or {"separators": self.marks.all}
        exchange |= {
            "message": segment.get(0),
            "type": segment.get(1, 0),
            "version": f"{segment.get(1, 1)}:{segment.get(1, 2)}",
            "association": segment.get(1, 4),
        }
        message = Message([segment], {k: v for k, v in exchange.items() if v})
        if len(self.answer.messages) < MAX_DOCUMENTS:
            self.answer.messages.append(message)
        self.in_interchange.append(message)
        self.open = message

    def end_message(self) -> None:
        """A message that ends without its UNT was cut off."""
        if self.open is not None:
            self.open.is_complete = False
            self.open = None

    def unt(self, segment: Segment) -> None:
        """Segment count and reference of the message."""
        if self.open is None:
            return
        counted, stated = len(self.open.segments), segment.get(0)
        if stated.lstrip("0") != str(counted):
            self.open.doubts.append(
                ("lines", f"the message states {stated[:20] or '?'} segments, it has {counted}")
            )
        if segment.get(1) != self.open.segments[0].get(0):
            self.open.doubts.append(("source", "the message ends with another reference"))

    def unz(self, segment: Segment) -> None:
        """Message count and reference of the interchange."""
        counted, stated = self.groups or self.count, segment.get(0)
        why = []
        if stated.lstrip("0") != str(counted):
            why.append(f"the interchange states {stated[:20] or '?'} messages, it has {counted}")
        if self.envelope and segment.get(1) != self.envelope.get("control", ""):
            why.append("the interchange ends with another reference")
        self.finish(why)

    def close(self) -> None:
        """The end of the file, or the next interchange."""
        self.end_message()
        if self.in_interchange:
            self.finish(["the end of the interchange is missing"] if self.has_unb else
                        ["the message has no interchange around it"])  # fmt: skip
        self.has_unb, self.envelope = False, {}

    def finish(self, why: list[str]) -> None:
        """Tell all messages of the interchange what is wrong with it."""
        for message in self.in_interchange:
            message.doubts.extend(("source", reason) for reason in why)
        self.in_interchange, self.count, self.groups = [], 0, 0


def _envelope(segment: Segment, marks: Marks) -> dict[str, str]:
    """What an answer needs to find its way back (UNB)."""
    values = {
        "syntax": f"{segment.get(0, 0)}:{segment.get(0, 1)}",
        "sender": segment.get(1, 0),
        "sender_qualifier": segment.get(1, 1),
        "sender_routing": segment.get(1, 2),
        "receiver": segment.get(2, 0),
        "receiver_qualifier": segment.get(2, 1),
        "receiver_routing": segment.get(2, 2),
        "control": segment.get(4),
        "agreement": segment.get(9),
        "test": segment.get(10),
        "separators": marks.all,
    }
    return {name: value for name, value in values.items() if value}
