"""XLSX and XLS workbooks: every visible sheet a page of typed cells."""

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import python_calamine

from ..errors import UnreadableFile
from ..limits import (
    MAX_CELL_CHARACTERS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_GRID_CELLS,
    MAX_ROWS,
    MAX_SHEETS,
)
from ..pages import Cell, Page, Row
from ..parts import Part, Reading
from ..results import Source
from ..text import clean
from ..understanding.numbers import from_float, plain
from .archives import check_archive
from .cell_formats import CellFormats, cell_formats

_Raw = int | float | str | bool | time | date | datetime | timedelta


def read_xlsx(reading: Reading) -> list[Part]:
    """An Office Open XML workbook; macros in it are ignored."""
    check_archive(reading.data)
    return _read(reading, "xlsx", cell_formats(reading.data))


def read_xls(reading: Reading) -> list[Part]:
    """A workbook of the old binary format."""
    return _read(reading, "xls", CellFormats())


def _read(reading: Reading, kind: str, formats: CellFormats) -> list[Part]:
    try:
        book = python_calamine.load_workbook(io.BytesIO(reading.data))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        hidden = len(book.sheets_metadata) - len(names)
        pages: list[Page] = []
        warnings = [f"{hidden} hidden sheets were not read"] if hidden else []
        room = MAX_CELLS
        for name in names[:MAX_SHEETS]:
            sheet = book.get_sheet_by_name(name)
            page, used, is_cut = _page(sheet, name, reading.numberer.next(), room, formats)
            room -= used
            pages.append(page)
            if is_cut:
                warnings.append(f"sheet {clean(name)} holds more rows than are read")
            if sheet.total_width > MAX_COLUMNS:
                warnings.append("the file holds more columns than are read")
    except python_calamine.PasswordError as error:
        raise UnreadableFile("encrypted", "The file is protected by a password.") from error
    except UnreadableFile:
        raise
    except BaseException as error:
        if not _is_parsers(error):
            raise
        if "assword" in str(error) or "ncrypt" in str(error):
            raise UnreadableFile("encrypted", "The file is protected by a password.") from error
        raise UnreadableFile("damaged", "The workbook is damaged or cut off.") from error
    source = Source(reading.filename, kind, "cells", reading.mail)
    return [Part(tuple(pages), source, warnings=tuple(warnings), sheets_apart=True)]


def _is_parsers(error: BaseException) -> bool:
    """Whether the parser gave up: by exceptions of many kinds, or by a panic, which is none."""
    is_panic = type(error).__name__ == "PanicException"
    return is_panic or (isinstance(error, Exception) and not isinstance(error, MemoryError))


def _page(
    sheet: python_calamine.CalamineSheet, name: str, number: int, room: int, formats: CellFormats
) -> tuple[Page, int, bool]:
    if sheet.total_height * max(1, sheet.total_width) > MAX_GRID_CELLS:
        raise UnreadableFile("bomb", "A sheet of the workbook spans more cells than an order has.")
    merged = {
        first: (last[0] - first[0] + 1, last[1] - first[1] + 1)
        for first, last in (sheet.merged_cell_ranges or [])
    }
    rows: list[Row] = []
    used = 0
    known = formats.of_sheet(name)
    for index, record in enumerate(sheet.iter_rows() if sheet.start else []):
        cells: list[Cell] = []
        for column, raw in enumerate(record[:MAX_COLUMNS]):
            if raw == "" or raw is None:
                continue
            cell = _cell(raw, index, column, merged, known.get((index, column)))
            if cell is not None:
                cells.append(cell)
        used += len(cells)
        rows.append(Row(index + 1, tuple(cells), "  ".join(cell.text for cell in cells), True))
        if used > room or index > MAX_ROWS:
            return Page(number, clean(name), "table", tuple(rows)), used, True
    return Page(number, clean(name), "table", tuple(rows)), used, False


def _cell(
    raw: _Raw,
    row: int,
    column: int,
    merged: dict[tuple[int, int], tuple[int, int]],
    shown: str | None,
) -> Cell | None:
    text, value = _shown(raw)
    if isinstance(value, Decimal) and shown:
        text = _dressed(text, value, shown)
    text = clean(text[:MAX_CELL_CHARACTERS]).strip()
    if not text:
        return None
    height, width = merged.get((row, column), (1, 1))
    return Cell(
        text,
        column + 1,
        float(column + 1),
        column + width + 0.9,
        value=value,
        row_span=height,
        column_span=width,
    )


def _dressed(text: str, value: Decimal, shown: str) -> str:
    """The number as its format shows it, where the format adds meaning: 007, $, €."""
    if set(shown) == {"0"} and value == value.to_integral_value() and value >= 0:
        return text.zfill(len(shown))
    return f"{shown}{text}" if not shown.startswith("0") else text


def _shown(raw: _Raw) -> tuple[str, Decimal | date | None]:
    """A stored value as text and, for numbers and days, as what it is."""
    if isinstance(raw, bool):
        return ("TRUE" if raw else "FALSE"), None
    if isinstance(raw, int | float):
        value = from_float(float(raw))
        return (str(raw), None) if value is None else (plain(value), value)
    if isinstance(raw, datetime):
        return raw.date().isoformat(), raw.date()
    if isinstance(raw, date):
        return raw.isoformat(), raw
    if isinstance(raw, time | timedelta):
        return str(raw), None
    return raw, None
