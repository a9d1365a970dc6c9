"""CSV and TSV in whatever encoding and with whatever delimiter they come."""

import csv
import io
from collections import Counter

from ..limits import MAX_CELL_CHARACTERS, MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from ..pages import Cell, Page, Row
from ..parts import Part, Reading
from ..results import Source
from ..text import clean, decode, without_nul

_DELIMITERS = ",;\t|"
_TOO_WIDE = "the file holds more columns than are read"


def _rows(text: str, delimiter: str, limit: int) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        # fields may be as large as the file: the limit is checked by ourselves
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(record)
            if len(rows) >= limit:
                break
    except csv.Error:
        return rows or [line.split(delimiter) for line in text.splitlines()[:limit]]
    return rows


def _consistency(text: str, delimiter: str) -> tuple[float, int]:
    """How many sample rows share the commonest width above one, and that width."""
    rows = [row for row in _rows(text, delimiter, 60) if any(cell.strip() for cell in row)]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths or not rows:
        return 0.0, 1
    width, _ = max(widths.items(), key=lambda item: (item[1] * item[0], item[0]))
    return widths[width] / len(rows), width


def sniff_delimiter(text: str) -> str:
    """The delimiter that cuts most rows into the same, largest number of fields."""
    sample = text[:100_000]
    return max(_DELIMITERS, key=lambda mark: (lambda c: c[0] * c[1])(_consistency(sample, mark)))


def looks_delimited(text: str) -> bool:
    """Whether text without a telling name is a delimited table and no prose with commas."""
    sample = text[:50_000]
    for delimiter in ",;":
        share, width = _consistency(sample, delimiter)
        lines = [line for line in sample.splitlines() if line.strip()]
        first = next(iter(_rows(sample, delimiter, 1)), [])
        is_short = all(len(field) <= 30 for field in first)
        if share >= 0.8 and width >= 4 and len(lines) >= 2 and is_short:
            return True
    return False


def read_delimited(reading: Reading) -> list[Part]:
    """One table page."""
    text, encoding = decode(reading.data)
    text = without_nul(text)
    if text[:4].lower() == "sep=":
        text = text.partition("\n")[2]
    delimiter = sniff_delimiter(text)
    rows: list[Row] = []
    kept = 0
    warnings: list[str] = []
    for number, record in enumerate(_rows(text, delimiter, MAX_ROWS + 1), 1):
        kept += min(len(record), MAX_COLUMNS)
        if number > MAX_ROWS or kept > MAX_CELLS:
            warnings.append("the file holds more rows than are read")
            break
        if len(record) > MAX_COLUMNS and _TOO_WIDE not in warnings:
            warnings.append(_TOO_WIDE)
        rows.append(grid_row(number, record[:MAX_COLUMNS]))
    page = Page(reading.numberer.next(), reading.filename, "table", tuple(rows))
    name = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}[delimiter]
    source = Source(reading.filename, "csv", f"cells between {name}, {encoding}", reading.mail)
    return [Part((page,), source, warnings=tuple(warnings))]


def grid_row(number: int, record: list[str]) -> Row:
    """A record as a row; empty cells are left out, the others keep their column."""
    cells = []
    for column, raw in enumerate(record, 1):
        text = clean(raw[:MAX_CELL_CHARACTERS]).strip()
        # the apostrophe or ="..." only tells a spreadsheet to keep the text as it is
        if text.startswith('="') and text.endswith('"'):
            text = text[2:-1]
        if text:
            cells.append(Cell(text, column, float(column), column + 0.9))
    return Row(number, tuple(cells), "  ".join(cell.text for cell in cells), True)
