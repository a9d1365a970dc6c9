"""X12 as a syntax: separators from ISA, segments, sets, and whether the counts agree."""

import re
from dataclasses import dataclass

from ..limits import MAX_DOCUMENTS, MAX_ROWS
from ..text import decode
from .segments import MAX_SEGMENT_CHARACTERS, Message, Segment

_JUNK = "\ufeff \t\r\n\x00"
_MAX_ELEMENTS = 400
_AFTER_ISA = re.compile(r"(.?)([^A-Za-z0-9])\s*(?=GS|ST|TA1|IEA|\Z)", re.DOTALL)
_NO_ISA = re.compile(r"(?:GS|ST)([^A-Za-z0-9\s])[^\r\n]{3,200}?([^\w\s*.,:()&'/-]|[\r\n]+)\s*ST\1")
_LONE_SET = re.compile(r"ST([^A-Za-z0-9\s])\d{3}\1\w{1,9}([^A-Za-z0-9])")


@dataclass(frozen=True)
class Marks:
    """The separators of one interchange."""

    element: str
    component: str
    terminator: str
    repetition: str = ""
    is_guessed: bool = False

    @property
    def all(self) -> str:
        """Element, component, terminator, repetition."""
        return self.element + self.component + self.terminator + self.repetition


def marks_of(text: str) -> Marks | None:
    """What the interchange header says; None when it cannot be told."""
    if text.startswith("ISA") and len(text) > 20:
        element = text[3]
        parts = text[:400].split(element, 16)
        if len(parts) == 17:
            match = _AFTER_ISA.match(parts[16])
            version, repetition = parts[12].strip(), parts[11].strip()
            is_repeating = len(repetition) == 1 and not repetition.isalnum() and version >= "00402"
            if match:
                return Marks(
                    element, match.group(1), match.group(2), repetition if is_repeating else ""
                )
        # fewer elements than there must be, or more: the group after it shows the end
        loose = re.search(
            rf"{re.escape(element)}([^A-Za-z0-9]?)([^A-Za-z0-9])\s*GS{re.escape(element)}",
            text[:400],
        )
        if loose:
            return Marks(element, loose.group(1), loose.group(2), is_guessed=True)
        if len(text) > 105:
            return Marks(element, text[104], text[105], is_guessed=True)
        return None
    for pattern in (_NO_ISA, _LONE_SET):
        match = pattern.match(text)
        if match:
            return Marks(match.group(1), "", match.group(2)[0], is_guessed=True)
    return None


@dataclass
class Interchanges:
    """The transaction sets of a file, and all its segments for showing."""

    messages: list[Message]
    shown: list[Segment]
    is_readable: bool = True


def messages_of(data: bytes, page: int) -> Interchanges:
    """All transaction sets of all interchanges of the file, counted."""
    text, _ = decode(data)
    text = text.lstrip(_JUNK)
    answer = Interchanges([], [])
    marks = marks_of(text)
    if marks is None:
        answer.is_readable = False
        return answer
    keeper = _Keeper(answer, marks)
    start = 0
    while start < len(text) and len(answer.shown) < MAX_ROWS:
        if text.startswith("ISA", start):
            keeper.marks = marks_of(text[start : start + 400]) or keeper.marks
        end = text.find(keeper.marks.terminator, start)
        is_closed = end >= 0
        raw = text[start : end if is_closed else len(text)]
        start = end + 1 if is_closed else len(text)
        while start < len(text) and text[start] in _JUNK:
            start += 1
        if keeper.marks.terminator not in "\r\n":
            raw = raw.replace("\r", "").replace("\n", "")
        if raw.strip(_JUNK):
            segment = _segment(raw.lstrip(_JUNK), keeper.marks, page, len(answer.shown) + 1)
            answer.shown.append(segment)
            keeper.take(segment, is_closed)
    keeper.close()
    if len(answer.shown) >= MAX_ROWS:
        for message in answer.messages[-1:]:
            message.doubts.append(("lines", "the file holds more segments than are read"))
    return answer


def _segment(raw: str, marks: Marks, page: int, row: int) -> Segment:
    is_cut = len(raw) > MAX_SEGMENT_CHARACTERS
    parts = raw[:MAX_SEGMENT_CHARACTERS].split(marks.element)
    tag = parts[0].strip().upper()[:20]
    elements = []
    for part in parts[1 : _MAX_ELEMENTS + 1]:
        is_split = marks.component and tag != "ISA" and marks.component in part
        elements.append(tuple(part.split(marks.component)) if is_split else (part,))
    return Segment(tag, tuple(elements), page, row, is_cut or len(parts) > _MAX_ELEMENTS)


class _Keeper:
    """Sorts segments into transaction sets and compares the counts of the envelopes."""

    def __init__(self, answer: Interchanges, marks: Marks) -> None:
        self.answer = answer
        self.marks = marks
        self.envelope: dict[str, str] = {}
        self.group: dict[str, str] = {}
        self.open: Message | None = None
        self.in_group: list[Message] = []
        self.in_interchange: list[Message] = []
        self.sets = self.groups = 0

    def take(self, segment: Segment, is_closed: bool) -> None:
        """One segment in the order of the file."""
        tag = segment.tag
        if tag == "ISA":
            self.close()
            self.envelope = _envelope(segment, self.marks)
        elif tag == "GS":
            self.end_set()
            self.end_group(["the end of the group is missing"])
            self.groups += 1
            self.group = _group(segment)
        elif tag == "ST":
            self.end_set()
            self.begin(segment)
        elif tag == "GE":
            self.end_set()
            self.end_group(self.counted("group", "sets", segment, self.sets, "group_control"))
            self.group = {}
        elif tag == "IEA":
            self.end_set()
            self.end_group(["the end of the group is missing"])
            self.tell(self.counted("interchange", "groups", segment, self.groups, "control"))
        elif self.open is not None:
            self.open.segments.append(segment)
            if tag == "SE":
                self.end(segment)
            elif not is_closed:
                self.end_set()

    def begin(self, segment: Segment) -> None:
        """A transaction set header."""
        self.sets += 1
        exchange = dict(self.envelope) or {"separators": self.marks.all}
        exchange |= self.group
        exchange |= {"type": segment.get(0), "message": segment.get(1)}
        message = Message([segment], {k: v for k, v in exchange.items() if v})
        if self.marks.is_guessed:
            message.doubts.append(("source", "the separators had to be guessed"))
        if len(self.answer.messages) < MAX_DOCUMENTS:
            self.answer.messages.append(message)
        self.in_group.append(message)
        self.in_interchange.append(message)
        self.open = message

    def end(self, segment: Segment) -> None:
        """Segment count and control number of the set."""
        if self.open is None:
            return
        counted, stated = len(self.open.segments), segment.get(0)
        if stated.lstrip("0") != str(counted):
            why = f"the set states {stated[:20] or '?'} segments, it has {counted}"
            self.open.doubts.append(("lines", why))
        if segment.get(1) != self.open.segments[0].get(1):
            self.open.doubts.append(("source", "the set ends with another control number"))
        self.open = None

    def end_set(self) -> None:
        """A set that ends without its SE was cut off."""
        if self.open is not None:
            self.open.is_complete = False
            self.open = None

    def counted(
        self, what: str, parts: str, segment: Segment, counted: int, control: str
    ) -> list[str]:
        """What a trailer states against what was there."""
        why = []
        stated = segment.get(0)
        if stated.lstrip("0") != str(counted):
            why.append(f"the {what} states {stated[:20] or '?'} {parts}, it has {counted}")
        known = (self.envelope | self.group).get(control, "")
        if known and segment.get(1).lstrip("0") != known.lstrip("0"):
            why.append(f"the {what} ends with another control number")
        return why

    def end_group(self, why: list[str]) -> None:
        """Tell the sets of the group what is wrong with it."""
        for message in self.in_group if self.group else ():
            message.doubts.extend(("source", reason) for reason in why)
        self.in_group, self.sets = [], 0

    def tell(self, why: list[str]) -> None:
        """Tell all sets of the interchange what is wrong with it."""
        for message in self.in_interchange:
            message.doubts.extend(("source", reason) for reason in why)
        self.in_interchange, self.groups, self.envelope, self.group = [], 0, {}, {}

    def close(self) -> None:
        """The end of the file, or the next interchange."""
        self.end_set()
        if self.in_interchange:
            self.tell(["the end of the interchange is missing"] if self.envelope else
                      ["the message has no interchange around it"])  # fmt: skip


def _envelope(segment: Segment, marks: Marks) -> dict[str, str]:
    """What an answer needs to find its way back (ISA)."""
    if len(segment.elements) != 16:
        return {"separators": marks.all}  # damaged: no telling which element is which
    values = {
        "sender_qualifier": segment.get(4),
        "sender": segment.get(5),
        "receiver_qualifier": segment.get(6),
        "receiver": segment.get(7),
        "isa_version": segment.get(11),
        "control": segment.get(12),
        "usage": segment.get(14),
        "separators": marks.all,
    }
    return {name: value for name, value in values.items() if value}


def _group(segment: Segment) -> dict[str, str]:
    """The functional group (GS): application codes and release."""
    values = {
        "group_sender": segment.get(1),
        "group_receiver": segment.get(2),
        "group_control": segment.get(5),
        "version": segment.get(7),
    }
    return {name: value for name, value in values.items() if value}
