"""Dates as people print them; what could mean two days is said so."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from ..text import folded

DateOrder = Literal["day_first", "month_first"]
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner janvier", "feb february februar février",
            "mar march märz mars", "apr april avril", "may mai", "jun june juni juin",
            "jul july juli juillet", "aug august août", "sep sept september septembre",
            "oct october okt oktober octobre", "nov november novembre",
            "dec december dez dezember décembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_YEAR_FIRST = re.compile(
    r"(?<![\d.])(?P<y>(?:19|20)\d\d)\s*(?P<s>[-/.年])\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})(?!\d)\s*日?"
)
_COMPACT = re.compile(r"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")
_NUMERIC = re.compile(
    r"(?<![\d./-])(?P<a>\d{1,2})\s?(?P<s>[-/.])\s?(?P<b>\d{1,2})\s?(?P=s)\s?(?P<y>\d{4}|\d{2})(?![\d])"
)
_DAY_MONTH = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s.\-/,]*{_MONTH}[\s.\-/,']*(?P<y>\d{{4}}|\d{{2}})(?!\d)",
    re.I,
)
_MONTH_DAY = re.compile(
    rf"(?<![a-z]){_MONTH}[\s.\-/]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s.,\-/]+(?P<y>\d{{4}})(?!\d)",
    re.I,
)
_YEAR_NAMED = re.compile(
    rf"(?<!\d)(?P<y>20\d\d)[\s.\-/]?{_MONTH}[\s.\-/]?(?P<d>\d{{1,2}})(?!\d)", re.I
)
_NO_YEAR = re.compile(r"(?<![\d年./-])\d{1,2}\s*月\s*\d{1,2}\s*[日号]")
_YEAR_TWO = re.compile(r"(?<!\d)(?P<y>\d{2})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日")
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date found in text; `why` says what is doubtful about it, None if nothing is."""

    day: date | None
    why: str | None
    span: tuple[int, int]


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def date_order_of(texts: Iterable[str]) -> DateOrder | None:
    """How the document orders day and month, where some date in it cannot be read otherwise."""
    day_first = month_first = 0
    for text in texts:
        for match in _NUMERIC.finditer(folded(text)):
            a, b = int(match["a"]), int(match["b"])
            if a > 12 >= b and len(match["y"]) == 4:
                day_first += 1
            elif b > 12 >= a and len(match["y"]) == 4:
                month_first += 1
    if day_first and not month_first:
        return "day_first"
    if month_first and not day_first:
        return "month_first"
    return None


def _numeric(match: re.Match[str], order: DateOrder | None, guess: DateOrder) -> ReadDate:
    a, b, span = int(match["a"]), int(match["b"]), match.span()
    if len(match["y"]) == 2:
        # 26.03.15 may begin with the year or end with it
        year, why = 2000 + int(match["y"]), "the year has two digits"
        if a > 12 and b <= 12 and int(match["y"]) <= 31:
            other = _make(2000 + a, b, int(match["y"]))
            if a > 31 or (match["s"] == "." and a >= 20 and other is not None):
                return ReadDate(other, why, span)
    else:
        year, why = int(match["y"]), ""
    first = _make(year, b, a)
    second = _make(year, a, b)
    if first and second and first != second:
        # days before months where points part them, even on American paper
        guess = "day_first" if match["s"] == "." else guess
        chosen = first if (order or guess) == "day_first" else second
        if order is None:
            why = f"{match.group()} can be {first.isoformat()} or {second.isoformat()}"
        return ReadDate(chosen, why or None, span)
    day = first or second
    if day is None:
        return ReadDate(None, f"{match.group()} is no day of the calendar", span)
    return ReadDate(day, why or None, span)


def find_dates(
    text: str, order: DateOrder | None = None, guess: DateOrder = "day_first"
) -> list[ReadDate]:
    """All dates in a text from left to right."""
    text = folded(text)
    found: list[ReadDate] = []
    taken: list[tuple[int, int]] = []

    def add(read: ReadDate) -> None:
        if all(read.span[1] <= start or read.span[0] >= end for start, end in taken):
            taken.append(read.span)
            found.append(read)

    for match in _YEAR_FIRST.finditer(text):
        day = _make(int(match["y"]), int(match["m"]), int(match["d"]))
        why = None if day else f"{match.group().strip()} is no day of the calendar"
        add(ReadDate(day, why, match.span()))
    for pattern in (_YEAR_NAMED, _DAY_MONTH, _MONTH_DAY):
        for match in pattern.finditer(text):
            year = int(match["y"])
            short = len(match["y"]) == 2
            day = _make(
                year + 2000 if short else year, _MONTHS[match["month"].lower()], int(match["d"])
            )
            why = None if day else f"{match.group()} is no day of the calendar"
            add(ReadDate(day, why, match.span()))
    for match in _NUMERIC.finditer(text):
        add(_numeric(match, order, guess))
    for match in _YEAR_TWO.finditer(text):
        day = _make(2000 + int(match["y"]), int(match["m"]), int(match["d"]))
        add(ReadDate(day, "the year has two digits", match.span()))
    for match in _COMPACT.finditer(text):
        add(ReadDate(_make(int(match["y"]), int(match["m"]), int(match["d"])), None, match.span()))
    for match in _NO_YEAR.finditer(text):
        add(ReadDate(None, f"{match.group()} has no year", match.span()))
    return sorted(found, key=lambda read: read.span)


def in_year_after(read: ReadDate, text: str, since: date) -> ReadDate:
    """A day printed without its year, in the year that makes it follow another day; doubted."""
    if read.day is not None or not (read.why or "").endswith(" has no year"):
        return read
    numbers = re.findall(r"\d+", folded(text)[slice(*read.span)])
    if len(numbers) != 2:
        return read
    month, number = map(int, numbers)
    day = _make(since.year, month, number)
    if day is not None and day < since:
        day = _make(since.year + 1, month, number)
    if day is None or (day - since).days > 240:
        return read
    return replace(read, day=day, why=f"{read.why}, {day.year} is a guess")


def from_serial(value: Decimal) -> date | None:
    """The day of an Excel serial number of this century, None for other numbers."""
    if not 36526 <= value <= 73415:
        return None
    return _EXCEL_EPOCH + timedelta(days=int(value))
