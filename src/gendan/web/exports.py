"""A list as a file: CSV in a stream, XLSX with a bounded memory; formulas are neutralised."""

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from gendan.kernel import clock
from gendan.kernel.errors import Invalid

LARGEST = 50_000  # rows; what is larger is exported in parts, by filtering
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TooLong(Invalid):
    """More rows than one file holds; a part of them would look like all."""


class UnknownExport(Invalid):
    """A file format that lists are not written in."""


def export(key: str, columns: Sequence[Any], rows: "QuerySet[Any]", kind: str) -> HttpResponse:
    """The rows as a file to save: "csv" or "xlsx"."""
    name = f"gendan-{key}-{clock.today():%Y%m%d}.{kind}"
    if rows[LARGEST : LARGEST + 1].exists():
        raise TooLong(
            _("The list has more than %(most)s rows: filter it and export it in parts.")
            % {"most": LARGEST}
        )
    if kind == "csv":
        stream: Any = StreamingHttpResponse(
            _csv_lines(columns, rows), content_type="text/csv; charset=utf-8"
        )
        stream.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return stream  # type: ignore[no-any-return]
    if kind == "xlsx":
        file: Any = FileResponse(
            _xlsx_file(columns, rows), as_attachment=True, filename=name, content_type=_XLSX
        )
        return file  # type: ignore[no-any-return]
    raise UnknownExport(_("Lists are exported as CSV or XLSX."))


class _Rows(list[Any]):
    """Rows in memory that are exported like those of a query."""

    def iterator(self, chunk_size: int) -> Any:
        return iter(self)

    def exists(self) -> bool:
        return bool(self)

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return _Rows(found) if isinstance(key, slice) else found


def export_found(key: str, columns: Sequence[Any], found: Sequence[Any], kind: str) -> HttpResponse:
    """The same for rows that were calculated and are no query."""
    rows: Any = _Rows(found)
    return export(key, columns, rows, kind)


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _values(columns: Sequence[Any], row: Any) -> list[Any]:
    return [column.value(row) for column in columns]


def _csv_lines(columns: Sequence[Any], rows: "QuerySet[Any]") -> Iterator[str]:
    yield "\ufeff"  # by this mark spreadsheets know the encoding
    yield _csv_line([str(column.title) for column in columns])
    for row in _few_at_a_time(rows):
        yield _csv_line([_csv_text(value) for value in _values(columns, row)])


def _csv_line(values: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def _csv_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(clock.zone()):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, dt.date | int | float):
        return str(value)
    return neutral(str(value))


def _xlsx_file(columns: Sequence[Any], rows: "QuerySet[Any]") -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    options = {"constant_memory": True, "in_memory": False, "strings_to_formulas": False}
    book = xlsxwriter.Workbook(file, {**options, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns), 16)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, str(column.title), bold)
    for number, row in enumerate(_few_at_a_time(rows), start=1):
        for place, value in enumerate(_values(columns, row)):
            _xlsx_cell(sheet, number, place, value, day, moment)
    book.close()
    file.seek(0)
    return file


def _xlsx_cell(sheet: Any, row: int, place: int, value: Any, day: Any, moment: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, Decimal | int | float):
        sheet.write_number(row, place, value)
    elif isinstance(value, dt.datetime):
        local = value.astimezone(clock.zone()).replace(tzinfo=None)
        sheet.write_datetime(row, place, local, moment)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, place, dt.datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    else:
        sheet.write_string(row, place, str(value)[:32_767])


def _few_at_a_time(rows: "QuerySet[Any]") -> Iterator[Any]:
    return iter(rows.iterator(chunk_size=2000))
