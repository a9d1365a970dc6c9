"""What the whole document tells about how it writes numbers and dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from ..hints import ReadingHints
from ..pages import Cell, Page, Spot
from .dates import (
    DateOrder,
    ReadDate,
    date_order_of,
    find_dates,
    from_serial,
    in_year_after,
)
from .labels import Label, label_of
from .money import is_american
from .numbers import Number, comma_is_decimal, find_number


@dataclass(frozen=True)
class Context:
    """Conventions of one document, and what was learned about its sender."""

    hints: ReadingHints
    date_order: DateOrder | None
    date_guess: DateOrder
    is_comma_decimal: bool | None
    since: date | None = None
    """The earliest day printed with its year: days without one are taken to follow it."""

    def label(self, text: str) -> Label | None:
        """The field a printed label names."""
        return label_of(text, self.hints.column_labels)

    def number(self, cell: Cell) -> Number | None:
        """The one number in a cell."""
        if isinstance(cell.value, Decimal):
            return Number(cell.value)
        if isinstance(cell.value, date):
            return None
        return find_number(cell.text, self.is_comma_decimal)

    def number_in(self, text: str) -> Number | None:
        """The one number in a text."""
        return find_number(text, self.is_comma_decimal)

    def dates(self, text: str) -> list[ReadDate]:
        """All dates in a text."""
        found = find_dates(text, self.date_order, self.date_guess)
        if self.since is None:
            return found
        return [in_year_after(read, text, self.since) for read in found]

    def date(self, cell: Cell) -> tuple[str | None, str | None]:
        """The day a date cell means, and what is doubtful about it."""
        if isinstance(cell.value, date):
            return cell.value.isoformat(), None
        found = self.dates(cell.text)
        if len(found) == 1:
            day = found[0].day
            return (day.isoformat() if day else None), found[0].why
        if len(found) > 1:
            day = found[-1].day
            why = "several dates are given: the last was taken"
            return (day.isoformat() if day else None), why
        number = self.number(cell)
        if number is not None and (serial := from_serial(number.value)):
            return serial.isoformat(), f"{cell.text} was taken as a spreadsheet's day number"
        return None, f"{cell.text[:60]!r} is not a date"

    def unit(self, text: str) -> str:
        """The unit in our words if the sender's was learned."""
        return self.hints.unit_synonyms.get(text, text)


def spots_of(pages: Iterable[Page]) -> list[Spot]:
    """All rows of the pages in reading order; blank ones too, they separate blocks."""
    return [Spot(page, row) for page in pages for row in page.rows]


def context_of(spots: list[Spot], hints: ReadingHints) -> Context:
    """Conventions by what is unmistakable in the document; hints come first."""
    texts = [spot.row.text for spot in spots[:4000]]
    untyped = [c.text for s in spots[:4000] for c in s.row.cells if c.value is None]
    order = hints.date_order or date_order_of(texts)
    guess = "month_first" if is_american(texts) else "day_first"
    days = [c.value for s in spots[:400] for c in s.row.cells if isinstance(c.value, date)]
    for text in texts[:400]:
        days += [read.day for read in find_dates(text, order, cast(DateOrder, guess)) if read.day]
    years = {day.year for day in days}
    since = min(days) if years and max(years) - min(years) <= 1 else None
    return Context(hints, order, cast(DateOrder, guess), comma_is_decimal(untyped), since)
