"""Files as tables: XLSX and CSV bytes in, rows of plain values out, and back."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _

from gendan.engine.reading.errors import UnreadableFile
from gendan.engine.reading.formats.archives import check_archive
from gendan.engine.reading.formats.delimited import sniff_delimiter
from gendan.engine.reading.text import decode
from gendan.exchange.workbooks import Unreadable, rows_of
from gendan.kernel.errors import Invalid
from gendan.kernel.rows import MOST_ROWS

MOST_COLUMNS = 200
MOST_CHARACTERS = 20_000
# Of a CSV file: lines (a cell may hold several, and blank ones count) and characters of one.
MOST_LINES = 4 * MOST_ROWS
LONGEST_LINE = 1_000_000
# A cell that begins with one of these would be a formula for a spreadsheet program.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class SheetRefused(Invalid):
    """A file that cannot be read as a table."""


@dataclass(frozen=True)
class Table:
    """The header and the filled rows of a file, with their numbers as the file counts them."""

    header: list[str]
    rows: list[tuple[int, list[Any]]]


def read_table(data: bytes, filename: str) -> Table:
    """The first sheet of a workbook, or a CSV file in UTF-8 or GB18030, as a table.

    Formulas are read as the value they had when the file was saved, never computed.
    """
    if not data:
        raise SheetRefused(_("The file is empty."))
    if len(data) > settings.FILE_SIZE_LIMIT:
        raise SheetRefused(
            _("The file is larger than %(most)s MB.") % {"most": settings.FILE_SIZE_LIMIT // 2**20}
        )
    records = _workbook(data) if data[:2] == b"PK" else _delimited(data, filename)
    header: list[str] | None = None
    rows: list[tuple[int, list[Any]]] = []
    for number, record in enumerate(records, 1):
        if all(cell is None or cell == "" for cell in record):
            continue
        if header is None:
            # No table keeps a NUL, and the names of columns that are not known are kept.
            header = [str(cell).replace("\x00", "").strip() for cell in record[:MOST_COLUMNS]]
        elif len(rows) >= MOST_ROWS:
            raise SheetRefused(_("The file has more than %(most)s rows.") % {"most": MOST_ROWS})
        else:
            rows.append((number, [_plain(cell) for cell in record[:MOST_COLUMNS]]))
    if header is None:
        raise SheetRefused(_("The file is empty."))
    if not rows:
        raise SheetRefused(_("The file has a header, but no rows below it."))
    return Table(header, rows)


def _workbook(data: bytes) -> Iterable[list[Any]]:
    try:
        check_archive(data, most_cells=MOST_ROWS * MOST_COLUMNS)
        # One more than are taken, and the header: so that too many are seen as too many.
        return rows_of(data, most_rows=MOST_ROWS + 2, most_columns=MOST_COLUMNS)
    except UnreadableFile as error:
        raise SheetRefused(_unreadable(error)) from error
    except Unreadable as error:
        raise SheetRefused(
            _("The file unpacks to far more than a sheet holds.")
            if error.is_too_big
            else _("This is no workbook that can be read.")
        ) from error


def _unreadable(error: UnreadableFile) -> str:
    words = {
        "bomb": _("The file unpacks to far more than a sheet holds."),
        "encrypted": _("The file is protected by a password."),
    }
    return words.get(error.code, _("The file is damaged or cut off."))


def _delimited(data: bytes, filename: str) -> Iterable[list[Any]]:
    is_text = b"\x00" not in data[:4096] or data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not is_text or data.startswith(b"%PDF-"):
        raise SheetRefused(
            _("%(name)s is neither a workbook (XLSX) nor a CSV file.") % {"name": filename[:80]}
        )
    text, _encoding = decode(data)
    text = text.lstrip("\ufeff")
    if text[:4].lower() == "sep=":
        text = text.partition("\n")[2]
    try:
        yield from csv.reader(_lines(text), delimiter=sniff_delimiter(text))
    except csv.Error as error:
        if "field limit" in str(error):
            raise SheetRefused(_too_long()) from error
        raise SheetRefused(_("This is no CSV file that can be read.")) from error


def _too_long() -> str:
    return _("A cell has more than %(most)s characters.") % {"most": MOST_CHARACTERS}


def _lines(text: str) -> Iterator[str]:
    """The lines of a text, one after another, so that no file of blanks or commas costs much."""
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if number > MOST_LINES or len(line) > LONGEST_LINE:
            raise SheetRefused(_("The file has more lines, or longer ones, than a sheet holds."))
        yield line


def _plain(cell: Any) -> Any:
    """A cell as a plain value; the apostrophe that kept a formula from running is taken off."""
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\x00", "").strip()
    if len(text) > MOST_CHARACTERS:
        raise SheetRefused(_too_long())
    if text[:1] == "'" and text[1:2] in FORMULA_SIGNS:
        return text[1:]
    return text


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """CSV in UTF-8 with a mark that Excel understands; text that looks like a formula is text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_for_csv(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _for_csv(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) and not _is_number(value) else text


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def write_xlsx(sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """A workbook of sheets (name, header, rows); every text is written as text, never a formula."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    book = xlsxwriter.Workbook(out, options)
    bold = book.add_format({"bold": True, "bg_color": "#E7EEF7", "bottom": 1})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    time = book.add_format({"num_format": "hh:mm"})
    for name, header, rows in sheets:
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, bold)
            sheet.set_column(column, column, max(12, min(40, 2 * len(title))))
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _write_cell(sheet, line, column, value, date, time)
    book.close()
    return out.getvalue()


def _write_cell(sheet: Any, line: int, column: int, value: Any, date: Any, time: Any) -> None:
    if value is None or value == "":
        return
    if _is_number(value):
        sheet.write_number(line, column, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(line, column, value, date)
    elif isinstance(value, dt.time):
        sheet.write_datetime(line, column, value, time)
    else:
        sheet.write_string(line, column, str(value)[:32_000])
