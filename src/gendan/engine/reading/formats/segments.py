"""What EDIFACT and X12 share: segments and their places, a page to show them, dates, numbers."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from ..limits import MAX_CELL_CHARACTERS
from ..pages import Cell, Page, Place, Row
from ..parts import Part
from ..results import Source
from ..text import clean
from ..understanding.draft import Draft, DraftLine
from ..understanding.numbers import plain, to_decimal
from ..understanding.proof import prove

MAX_SEGMENT_CHARACTERS = 20_000
"""No segment of the standards is nearly as long; the rest of a longer one is not looked at."""

Composite = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its tag, its elements with their components, and the row it is shown in."""

    tag: str
    elements: tuple[Composite, ...]
    page: int
    row: int
    is_cut: bool = False

    def get(self, element: int, component: int = 0) -> str:
        """A component's text, cleaned; elements count from 0 after the tag; empty if absent."""
        if element < len(self.elements) and component < len(self.elements[element]):
            text = self.elements[element][component]
            is_plain = text.isascii() and text.isprintable()  # nearly all of them: be quick
            return " ".join((text if is_plain else clean(text)).split())
        return ""

    def parts(self, element: int) -> list[str]:
        """All components of an element, cleaned."""
        if element >= len(self.elements):
            return []
        return [self.get(element, index) for index in range(len(self.elements[element]))]

    def place(self, element: int) -> Place:
        """Where an element is shown."""
        text = self.get_whole(element) if element < len(self.elements) else ""
        return Place(self.page, self.row, text, column=element + 2)

    def get_whole(self, element: int) -> str:
        """An element with its components as it is shown."""
        if len(self.elements[element]) == 1:
            return self.get(element)
        return " : ".join(self.parts(element)).rstrip(" :")


@dataclass
class Message:
    """One message (UNH…UNT) or transaction set (ST…SE) and what its envelope says."""

    segments: list[Segment]
    exchange: dict[str, str]
    doubts: list[tuple[str, str]] = field(default_factory=list)
    is_complete: bool = True


def segments_page(
    segments: Iterable[Segment], number: int, title: str, secrets: Mapping[str, Sequence[int]]
) -> Page:
    """One row per segment: the tag, then its elements; secrets are blacked out."""
    rows = []
    for segment in segments:
        hidden = secrets.get(segment.tag, ())
        cells = [Cell(segment.tag[:20], 1, 1.0, 1.9)]
        for index in range(len(segment.elements)):
            text = segment.get_whole(index)[:MAX_CELL_CHARACTERS]
            if text and index in hidden:
                text = "•••"
            if text:
                column = index + 2
                cells.append(Cell(text, column, float(column), column + 0.9))
        shown = " ".join(cell.text for cell in cells)
        rows.append(Row(segment.row, tuple(cells), shown, True))
    return Page(number, title, "table", tuple(rows))


def number_of(text: str, decimal_mark: str = ".") -> tuple[str | None, str | None]:
    """A number of a message: no group separators; both decimal marks are allowed by ISO 9735."""
    if not text:
        return None, None
    match = re.fullmatch(r"([-+]?)(\d{0,40})(?:([.,])(\d{0,20}))?(-?)", text)
    if not match or not (match[2] or match[4]):
        number = to_decimal(text) if len(text) < 60 and re.search(r"\d", text) else None
        if number is None:
            return None, f"{text[:40]} is not a number"
        return plain(number.value), f"{text[:40]} is not written as numbers of messages are"
    sign = "-" if match[1] == "-" or match[5] else ""
    digits = (match[2] or "0") + (f".{match[4]}" if match[4] else "")
    why = None
    if match[3] and match[3] != decimal_mark and len(match[4] or "") == 3:
        why = f"{text} is read with {match[3]} as the decimal mark"
    try:
        return plain(Decimal(sign + digits)), why
    except InvalidOperation:
        return None, f"{text[:40]} is not a number"


def decimal_of(text: str | None) -> Decimal | None:
    """The plain notation as a number."""
    try:
        value = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None


_DAYS = {"2": "%d%m%y", "3": "%m%d%y", "101": "%y%m%d", "102": "%Y%m%d"}
_MOMENTS = {"201": "101", "202": "101", "203": "102", "204": "102", "205": "102", "301": "101",
            "302": "101", "303": "102", "304": "102"}  # fmt: skip
_PERIODS = {"713": ("101", 10), "717": ("101", 6), "718": ("102", 8), "719": ("102", 12),
            "711": ("102", 8)}  # fmt: skip


def date_of(text: str, form: str) -> tuple[str | None, str | None]:
    """A date by its format code (UN/EDIFACT 2379); periods give their last day and a doubt."""
    text = text.strip()
    if not text:
        return None, None
    if not text.isascii():
        return None, f"{text[:40]} is not a date"
    form = form or ("102" if len(text) == 8 else "203" if len(text) == 12 else "")
    if form in _MOMENTS:
        day = _day(text[: 6 if _MOMENTS[form] == "101" else 8], _MOMENTS[form])
        return (day, None) if day else (None, f"{text[:40]} is not a date")
    if form in _DAYS:
        return _plain_day(text, form)
    if form in _PERIODS:
        inner, width = _PERIODS[form]
        half = len(text) // 2 if len(text) % 2 == 0 else width
        first, last = (text[start : start + (6 if inner == "101" else 8)] for start in (0, half))
        start, end = _day(first, inner), _day(last.strip("-"), inner)
        if start and end:
            return end, None if start == end else f"a period from {start} to {end}"
        return None, f"{text[:40]} is not a period"
    return _rough(text, form)


def _plain_day(text: str, form: str) -> tuple[str | None, str | None]:
    day = _day(text, form)
    if day is None and form == "102" and re.fullmatch(r"\d{10,14}", text):
        day = _day(text[:8], form)
        if day:
            return day, f"{text[:40]} is longer than its format says"
    return (day, None) if day else (None, f"{text[:40]} is not a date of its format")


def _day(text: str, form: str) -> str | None:
    if not text.isdecimal() or len(text) != (8 if form == "102" else 6):
        return None
    try:
        return dt.datetime.strptime(text, _DAYS[form]).date().isoformat()  # noqa: DTZ007
    except ValueError:
        return None


def _rough(text: str, form: str) -> tuple[str | None, str | None]:
    """Weeks and months: their last day, with a doubt; everything else is none."""
    if not text.isdecimal():
        return None, f"{text[:40]} is not a date"
    try:
        if form in ("616", "615", "103"):
            year = int(text[:4]) if form == "616" else 2000 + int(text[:2])
            rest = text[4:] if form == "616" else text[2:]
            weekday = int(rest[2]) if form == "103" and len(rest) > 2 else 7
            day = dt.date.fromisocalendar(year, int(rest[:2]), weekday)
            return day.isoformat(), f"week {int(rest[:2])} of {year}: its last day is taken"
        if form in ("610", "609"):
            year = int(text[:4]) if form == "610" else 2000 + int(text[:2])
            month = int(text[-2:])
            last = calendar.monthrange(year, month)[1]
            return f"{dt.date(year, month, last)}", f"only the month {year}-{month:02} is given"
    except ValueError:
        return None, f"{text[:40]} is not a date"
    return None, f"{text[:40]} has no format that gives a day"


@dataclass
class LineWork:
    """A line being collected: its deliveries and adjustments are judged when it is complete."""

    line: DraftLine = field(default_factory=DraftLine)
    days: dict[str, list[tuple[str, Place, str | None]]] = field(default_factory=dict)
    splits: list[tuple[Decimal, str]] = field(default_factory=list)
    split_place: Place | None = None
    adjustments: list[Decimal] = field(default_factory=list)
    percents: list[Decimal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    order_number: str | None = None
    quantities: dict[str, tuple[str | None, Place, str | None]] = field(default_factory=dict)
    unit: tuple[str, Place] | None = None

    def day(self, qualifier: str, day: str | None, place: Place, why: str | None) -> None:
        """Remember a date by its qualifier; what is no date is a doubt."""
        if day is not None:
            self.days.setdefault(qualifier, []).append((day, place, why))
        elif why:
            self.line.doubt("due_date", why)


def choose_day(
    days: dict[str, list[tuple[str, Place, str | None]]],
    ranked: Sequence[tuple[str, str | None]],
    put_in: Draft | DraftLine,
    name: str,
) -> None:
    """The date of the most telling qualifier; several days, windows and stand-ins are doubts."""
    for qualifier, remark in ranked:
        found = days.get(qualifier)
        if not found:
            continue
        day, place, why = min(found, key=lambda entry: entry[0])
        put_in.put(name, day, place, why)
        if remark:
            put_in.doubt(name, remark)
        several = sorted({entry[0] for entry in found})
        if len(several) > 1:
            put_in.doubt(name, f"several deliveries on different days: {', '.join(several[:12])}")
        return


def settle_splits(work: LineWork) -> None:
    """Part deliveries against the line's quantity; without one their sum is it, with a doubt."""
    line = work.line
    if not work.splits:
        return
    total = sum((quantity for quantity, _ in work.splits), Decimal(0))
    stated = decimal_of(line.get("quantity"))
    if stated is None:
        if "quantity" not in line.values:
            line.put("quantity", plain(total), work.split_place)
            if len(work.splits) > 1:
                line.doubt("quantity", "the sum of the part deliveries; the line itself has none")
    elif total != stated:
        line.doubt("quantity", f"the part deliveries make {plain(total)}")


def settle_amount(work: LineWork) -> None:
    """Charges and allowances that explain the amount of the line make it no error."""
    line = work.line
    values = [decimal_of(line.get(n)) for n in ("quantity", "unit_price", "line_amount")]
    quantity, price, amount = values
    if quantity is None or price is None or amount is None:
        return
    if not (work.adjustments or work.percents):
        return
    base = decimal_of(line.get("price_base_quantity")) or Decimal(1)
    if max(abs(quantity), abs(price), abs(amount)) > Decimal(10) ** 30:
        return
    expected = quantity * price / base
    candidates = [expected + sum(work.adjustments, Decimal(0))]
    for percent in work.percents:
        candidates.append(candidates[0] + expected * percent / 100)
    if any(abs(candidate - amount) <= Decimal("0.02") for candidate in candidates):
        line.is_adjusted = True


def finish(draft: Draft, message: Message) -> None:
    """Prove the draft and take over what the envelope gave reason to doubt."""
    prove(draft)
    prove_products(draft)
    for name, why in message.doubts:
        draft.doubt(name, why)
    if not message.is_complete:
        draft.doubt("doc_type", "the message is cut off")
        draft.doubt("lines", "the message is cut off: lines may be missing")
        for line in draft.lines[-1:]:
            for name in ("quantity", "unit_price", "line_amount", "due_date"):
                line.doubt(name, "the message is cut off here")
    if any(segment.is_cut for segment in message.segments):
        draft.doubt("lines", "a segment is longer than any of the standard; its end is not read")


def prove_products(draft: Draft) -> None:
    """Where the lines state no amounts: quantity × price of all lines against the total."""
    if not draft.lines or any(line.get("line_amount") for line in draft.lines):
        return
    total = Decimal(0)
    for line in draft.lines:
        quantity, price = (decimal_of(line.get(name)) for name in ("quantity", "unit_price"))
        base = decimal_of(line.get("price_base_quantity")) or Decimal(1)
        if quantity is None or price is None or max(quantity, price) > Decimal(10) ** 15:
            return
        total += quantity * price / base
    less = decimal_of(draft.get("totals.discount")) or Decimal(0)
    more = [decimal_of(draft.get(f"totals.{n}")) or Decimal(0) for n in ("tax", "freight")]
    sums = [total + t + f - d for t in (0, more[0]) for f in (0, more[1]) for d in (0, less)]
    slack = Decimal("0.01") * (len(draft.lines) + 1)
    for name in ("totals.subtotal", "totals.total"):
        printed = decimal_of(draft.get(name))
        if printed is not None and all(abs(one - printed) > slack for one in sums):
            draft.doubt(name, "the lines do not make this total")
            draft.doubt(
                "lines", f"quantities and prices make {total:.2f}, the total says {printed:f}"
            )
            for line in draft.lines:
                line.doubt("unit_price", "the lines do not make the total")


def whole_part(drafts: list[Draft], page: Page, otherwise: Source, why: str) -> Part:
    """The messages of a file as its one part; a file without any is no order, and says why."""
    if not drafts:
        drafts = [Draft(otherwise, "not_an_order")]
        drafts[0].doubt("doc_type", why)
    doubt_duplicates(drafts)
    documents = tuple(draft.freeze() for draft in drafts)
    return Part((page,), documents[0].source, documents=documents)


def doubt_duplicates(drafts: Sequence[Draft]) -> None:
    """The same number twice in one file: one of them is a copy or a mistake."""
    seen: dict[tuple[str, str], Draft] = {}
    for draft in drafts:
        number = draft.get("order_number")
        if number is None or draft.doc_type != "order":
            continue
        first = seen.setdefault((draft.doc_type, number), draft)
        if first is not draft:
            for one in (first, draft):
                one.doubt("order_number", "the file holds this order number twice")


def joined(parts: Sequence[str], width: int = 35) -> str:
    """A text over several components; one that fills its width runs on into the next."""
    text, last = "", width
    for part in filter(None, parts):
        text += part if last == width else f" {part}"
        last = len(part)
    return text


def pairs(segment: Segment, first: int) -> Iterator[tuple[str, str, int]]:
    """Qualifier and value pairs of X12 from an element on, with the value's element."""
    for index in range(first, len(segment.elements) - 1, 2):
        qualifier, value = segment.get(index), segment.get(index + 1)
        if qualifier and value:
            yield qualifier.upper(), value, index + 1
