"""Draws a paper as workbook, comma separated text, word processor file, plain text and HTML."""

import csv
import html
import io
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import docx
import xlsxwriter
import xlwt

from .paper import Paper, Row

Value = str | int | float | date


@dataclass(frozen=True)
class Sheet:
    """How a workbook is laid out."""

    side: int = 0  # empty columns at the left
    parties_beside: bool = True
    numbers: bool = True  # real numbers and dates, not texts
    fields_in_row: bool = False
    table_first: bool = False


def _typed(paper: Paper, key: str, text: str, raw: dict[str, Any]) -> Value:
    value = raw.get(key)
    if isinstance(value, Decimal):
        return float(value)
    return value if value is not None else text


def cells(paper: Paper, sheet: Sheet, raw: list[dict[str, Any]] | None = None) -> list[list[Value]]:
    """The paper as rows of cells; `raw` holds the values of the line rows as real values."""
    rows: list[list[Value]] = [[line] for line in paper.letterhead]
    rows += [[line] for line in [paper.title, *paper.preface]]
    rows.append([])
    if sheet.fields_in_row:
        rows.append([text for pair in paper.fields for text in pair])
    else:
        rows += [[label, value] for label, value in paper.fields]
    if sheet.parties_beside and paper.parties:
        depth = max(len(texts) for _, texts in paper.parties)
        rows.append([c for label, _ in paper.parties for c in (label, "", "")])
        rows += [
            [c for _, texts in paper.parties for c in (texts[i] if i < len(texts) else "", "", "")]
            for i in range(depth)
        ]
    else:
        rows += [[label, texts[0]] for label, texts in paper.parties]
    rows.append([])
    rows += _body(paper, raw)
    for label, value in paper.totals:
        rows.append([*[""] * (len(paper.table.keys) - 2), label, value])
    rows += [[note] for note in paper.notes]
    return [[""] * sheet.side + row if row else row for row in rows]


def _body(paper: Paper, raw: list[dict[str, Any]] | None) -> list[list[Value]]:
    rows: list[list[Value]] = [list(line) for line in paper.table.header]
    index = 0
    for row in paper.table.rows:
        if row.kind in ("line", "struck") and raw is not None:
            rows.append([
                _typed(paper, key, text, raw[index])
                for key, text in zip(paper.table.keys, row.cells, strict=True)
            ])  # fmt: skip
            index += 1
        else:
            rows.append(list(row.cells))
    return rows


def values(truth_lines: Any, keys: list[str]) -> list[dict[str, Any]]:
    """Real values of the number and date columns."""
    names = {"quantity": "quantity", "price": "price", "amount": "amount", "due": "due_on",
             "price_with_tax": "price_with_tax"}  # fmt: skip
    return [
        {key: getattr(line, names[key]) for key in keys if key in names} for line in truth_lines
    ]


def workbook(sheets: list[list[list[Value]]], *, terms: bool = False) -> bytes:
    """A workbook; with `terms` a sheet of terms comes first."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    if terms:
        book.add_worksheet("Terms").write_row("A1", ["Packing in export cartons", "Qty", 99])
    for rows in sheets:
        sheet = book.add_worksheet()
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, date):
                    when = datetime(value.year, value.month, value.day)  # noqa: DTZ001
                    sheet.write_datetime(r, c, when, day)
                elif isinstance(value, int | float):
                    sheet.write_number(r, c, value)
                elif value:
                    sheet.write_string(r, c, value)
    book.close()
    return stream.getvalue()


def xlsx(rows: list[list[Value]], *, terms: bool = False) -> bytes:
    """A workbook of one sheet."""
    return workbook([rows], terms=terms)


def xls(rows: list[list[Value]]) -> bytes:
    """A workbook of the old kind."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, date):
                sheet.write(r, c, value, day)
            elif value != "":
                sheet.write(r, c, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_text(rows: list[list[Value]], delimiter: str = ",") -> str:
    """Cells as separated values."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerows([[str(value) for value in row] for row in rows])
    return stream.getvalue()


def fixed_zip(data: bytes) -> bytes:
    """The same archive without the time of its making."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename), old.read(entry.filename))
    return stream.getvalue()


def word(paper: Paper, *, fields_as_table: bool = True, merged: bool = False) -> bytes:
    """A word processor file."""
    document = docx.Document()
    document.core_properties.created = datetime(2026, 1, 1)  # noqa: DTZ001
    document.core_properties.modified = datetime(2026, 1, 1)  # noqa: DTZ001
    for line in [*paper.letterhead, *paper.preface]:
        document.add_paragraph(line)
    document.add_heading(paper.title, 1)
    if fields_as_table:
        table = document.add_table(0, 2)
        for label, value in paper.fields:
            cells_ = table.add_row().cells
            cells_[0].text, cells_[1].text = label, value
    else:
        for label, value in paper.fields:
            document.add_paragraph(f"{label}{paper.colon}\t{value}")
    for label, texts in paper.parties:
        document.add_paragraph(f"{label}{paper.colon} {texts[0]}")
        document.add_paragraph(", ".join(texts[1:]))
    _word_table(document, paper, merged)
    for label, value in paper.totals:
        document.add_paragraph(f"{label}{paper.colon} {value}")
    for note in paper.notes:
        document.add_paragraph(note)
    stream = io.BytesIO()
    document.save(stream)
    return fixed_zip(stream.getvalue())


def _word_table(document: Any, paper: Paper, merged: bool) -> None:
    width = len(paper.table.keys)
    table = document.add_table(0, width)
    table.style = "Table Grid"
    for texts in paper.table.header:
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    for row in paper.table.rows:
        cells_ = table.add_row().cells
        if row.kind in ("title", "note"):
            (cells_[0].merge(cells_[-1]) if merged else cells_[0]).text = row.cells[0]
            continue
        for cell, text in zip(cells_, row.cells, strict=True):
            cell.text = text
            if row.kind == "struck":
                for run in cell.paragraphs[0].runs:
                    run.font.strike = True


def width_of(text: str) -> int:
    """Columns a text takes in a fixed-width font."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _aligned(rows: list[list[str]], gap: int) -> list[str]:
    count = max(len(row) for row in rows)
    widths = [max((width_of(r[i]) for r in rows if i < len(r)), default=0) for i in range(count)]
    return [
        "".join(t + " " * (w - width_of(t) + gap) for t, w in zip(r, widths, strict=False)).rstrip()
        for r in rows
    ]


def text(paper: Paper, *, gap: int = 2, pairs: str = "colon", rule: str = "") -> str:
    """Plain text with aligned columns."""
    lines = [*paper.letterhead, paper.title, *paper.preface, ""]
    for label, value in paper.fields:
        between = f"{paper.colon} " if pairs == "colon" else "\t" if pairs == "tab" else "  "
        if pairs == "dots":
            between = " " + "." * (30 - len(label)) + " "
        lines.append(f"{label}{between}{value}")
    for label, texts in paper.parties:
        lines += [f"{label}{paper.colon} {texts[0]}", f"    {', '.join(texts[1:])}"]
    lines.append("")
    spans = [row for row in paper.table.rows if row.kind in ("title", "note")]
    grid = [row.cells for row in paper.table.rows if row not in spans]
    drawn = iter(_aligned([*paper.table.header, *grid], gap))
    body = [next(drawn) for _ in paper.table.header]
    if rule:
        body.append(rule * max(width_of(line) for line in body))
    for row in paper.table.rows:
        body.append(row.cells[0] if row in spans else next(drawn))
    lines += [*body, ""]
    lines += [f"{label}{paper.colon} {value}" for label, value in paper.totals]
    return "\n".join([*lines, *paper.notes]) + "\n"


def _html_row(row: Row, width: int) -> str:
    if row.kind in ("title", "note"):
        return f"<tr><td colspan={width}><i>{html.escape(row.cells[0])}</i></td></tr>"
    mark, end = ("<s>", "</s>") if row.kind == "struck" else ("", "")
    return "<tr>" + "".join(f"<td>{mark}{html.escape(c)}{end}</td>" for c in row.cells) + "</tr>"


def page(paper: Paper, *, fields: str = "lines", nested: bool = False) -> str:
    """The paper as the HTML that mail programs write."""
    e = html.escape
    parts = [f"<p>{e(line)}</p>" for line in [*paper.letterhead, *paper.preface]]
    parts.append(f"<h2>{e(paper.title)}</h2>")
    if fields == "table":
        pairs = "".join(f"<tr><td>{e(k)}</td><td>{e(v)}</td></tr>" for k, v in paper.fields)
        parts.append(f"<table>{pairs}</table>")
    else:
        parts += [f"<div><b>{e(k)}{paper.colon}</b>&nbsp;{e(v)}</div>" for k, v in paper.fields]
    for label, texts in paper.parties:
        parts.append(f"<p><b>{e(label)}{paper.colon}</b> {'<br>'.join(e(t) for t in texts)}</p>")
    head = "".join(
        "<tr>" + "".join(f"<th>{e(t)}</th>" for t in line) + "</tr>" for line in paper.table.header
    )
    body = "".join(_html_row(row, len(paper.table.keys)) for row in paper.table.rows)
    table = f'<table border="1" style="border-collapse:collapse">{head}{body}</table>'
    parts.append(f"<table width=100%><tr><td>{table}</td></tr></table>" if nested else table)
    parts += [f"<p>{e(k)}{paper.colon} {e(v)}</p>" for k, v in paper.totals]
    parts += [f"<p>{e(note)}</p>" for note in paper.notes]
    return (
        "<html><head><style>td{padding:2px}</style></head><body>"
        + "\n".join(parts)
        + "</body></html>"
    )
