"""DOCX: paragraphs and tables in reading order; macros and outside references are never touched."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from ..errors import UnreadableFile
from ..limits import MAX_CELL_CHARACTERS, MAX_CELLS, MAX_ROWS
from ..pages import Cell, Numberer, Page, Row
from ..parts import Part, Reading
from ..results import Source
from ..text import clean
from .archives import check_archive
from .plain_text import text_page

_MAX_DEPTH = 40
_MACRO = b"application/vnd.ms-word.document.macroEnabled.main+xml"
_TEMPLATES = (
    _MACRO,
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
_PLAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = (qn("w:del"), qn("w:moveFrom"), _FALLBACK)
_STRUCK = (qn("w:strike"), qn("w:dstrike"))
_Element = Any


def read_docx(reading: Reading) -> list[Part]:
    """Heads, body and feet of the document as pages of text and tables."""
    check_archive(reading.data)
    try:
        document = docx.Document(io.BytesIO(_without_macros(reading.data)))
        walker = _Walker(reading.numberer, reading.filename)
        heads, feet = _margins(document)
        for element in heads:
            walker.walk(element, 0)
        walker.walk(document.element.body, 0)
        for element in feet:
            walker.walk(element, 0)
        walker.flush()
    except UnreadableFile:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
        raise UnreadableFile("damaged", "The DOCX document is damaged.") from error
    except (etree.LxmlError, OpcError, zipfile.BadZipFile) as error:
        raise UnreadableFile("damaged", "The DOCX document is damaged.") from error
    source = Source(reading.filename, "docx", "paragraphs and tables", reading.mail)
    return [Part(tuple(walker.pages), source, warnings=tuple(walker.warnings()))]


def _without_macros(data: bytes) -> bytes:
    """The same document declared as one without macros, which the library insists on."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read("[Content_Types].xml")
        if not any(kind in types for kind in _TEMPLATES):
            return data
        for kind in _TEMPLATES:
            types = types.replace(kind, _PLAIN)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as plain:
            for member in archive.infolist():
                if member.filename == "[Content_Types].xml":
                    plain.writestr(member.filename, types)
                elif not member.filename.endswith(".bin"):
                    plain.writestr(member.filename, archive.read(member))
        return stream.getvalue()


def _margins(document: Any) -> tuple[list[_Element], list[_Element]]:
    """Heads and feet of all sections, each once."""
    heads: list[_Element] = []
    feet: list[_Element] = []
    for section in list(document.sections)[:20]:
        for margin, kept in (
            (section.first_page_header, heads),
            (section.header, heads),
            (section.first_page_footer, feet),
            (section.footer, feet),
        ):
            is_used = not margin.is_linked_to_previous
            if is_used and all(margin._element is not other for other in kept):
                kept.append(margin._element)
    return heads, feet


class _Walker:
    """Collects paragraphs as lines of text until a table comes, which is a page of its own."""

    def __init__(self, numberer: Numberer, title: str) -> None:
        self.numberer = numberer
        self.title = title
        self.pages: list[Page] = []
        self.lines: list[str] = []
        self.kept = 0
        self.is_changed = False
        self.is_struck = False
        self.pictures = 0

    def warnings(self) -> Iterator[str]:
        """What was left out, and what may be lacking."""
        if self.is_changed:
            yield "the document holds tracked changes: it was read as if they were accepted"
        if self.is_struck:
            yield "text that is struck out or hidden was left out"
        if self.pictures and self.kept < 20:
            yield "the document holds a picture that was not read"
        if self.kept > MAX_CELLS:
            yield "the file holds more rows than are read"

    def flush(self) -> None:
        """End the text that is being collected."""
        if any(line.strip() for line in self.lines):
            text = "\n".join(self.lines)
            self.pages.append(text_page(text, self.numberer.next(), self.title))
        self.lines = []

    def walk(self, element: _Element, depth: int) -> None:
        """The paragraphs and tables inside an element."""
        if depth > _MAX_DEPTH or self.kept > MAX_CELLS:
            return
        for child in element:
            if child.tag == qn("w:p"):
                self.paragraph(child, depth)
            elif child.tag == qn("w:tbl"):
                self.table(child, depth)
            elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
                self.walk(child, depth + 1)

    def paragraph(self, paragraph: _Element, depth: int) -> None:
        """One paragraph, then the text boxes that hang on it."""
        self.lines.extend(self.text(paragraph).split("\n"))
        self.kept += 1
        self.pictures += next(paragraph.iter(qn("a:blip")), None) is not None
        for box in paragraph.iter(qn("w:txbxContent")):
            if not _is_inside(box, (_FALLBACK,)):
                self.walk(box, depth + 1)

    def text(self, paragraph: _Element) -> str:
        """What a reader of the accepted document sees; line breaks are kept."""
        pieces: list[str] = []
        for node in paragraph.iter(
            qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen"), qn("w:delText")
        ):
            if node.tag == qn("w:delText"):
                self.is_changed = True
            elif node.getparent().tag == qn("w:r") and self.is_seen(node, paragraph):
                pieces.append(_said(node))
        return clean("".join(pieces))

    def is_seen(self, node: _Element, paragraph: _Element) -> bool:
        """Whether text is neither deleted, struck out, hidden, nor in a box of its own."""
        parent = node.getparent()
        style = parent.find(qn("w:rPr"))
        if style is not None:
            marks = [style.find(name) for name in (*_STRUCK, qn("w:vanish"))]
            if any(mark is not None and _is_on(mark) for mark in marks):
                self.is_struck = self.is_struck or bool((node.text or "").strip())
                return False
        while parent is not None and parent is not paragraph:
            if parent.tag in _GONE or parent.tag == qn("w:txbxContent"):
                return False
            self.is_changed = self.is_changed or parent.tag == qn("w:ins")
            parent = parent.getparent()
        return True

    def table(self, table: _Element, depth: int) -> None:
        """A table of data as a page; a table that only places other things is walked through."""
        records = [row for row in table.iter(qn("w:tr")) if _table_of(row) is table]
        is_layout = next((t for t in table.iter(qn("w:tbl")) if t is not table), None) is not None
        widest = max((len(_cells(row)) for row in records), default=0)
        if is_layout or widest < 2:
            for row in records:
                for cell in _cells(row):
                    self.walk(cell, depth + 1)
            return
        self.flush()
        rows: list[Row] = []
        grid = [list(self.record(row)) for row in records[:MAX_ROWS]]
        for index, record in enumerate(grid):
            for cells in _sub_rows(record, grid[index + 1 :]):
                self.kept += len(cells)
                text = "  ".join(cell.text for cell in cells)
                rows.append(Row(len(rows) + 1, tuple(cells), text, True))
            if self.kept > MAX_CELLS:
                break
        self.pages.append(Page(self.numberer.next(), self.title, "table", tuple(rows)))

    def record(self, row: _Element) -> Iterator[tuple[int, int, str, list[str]]]:
        """A row's cells: column, columns it spans, how it is merged downwards, lines of text."""
        before = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
        column = 1 + (_number(before) if before is not None else 0)
        for cell in _cells(row):
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            width = max(1, _number(span)) if span is not None else 1
            state = "" if merge is None else merge.get(qn("w:val"), "continue")
            lines = [
                line.strip()
                for paragraph in cell.iter(qn("w:p"))
                if not _is_inside(paragraph, (_FALLBACK,))
                for line in self.text(paragraph).split("\n")
                if line.strip()
            ]
            yield column, width, state, lines
            column += width


def _said(node: _Element) -> str:
    if node.tag == qn("w:t"):
        return node.text or ""
    if node.tag == qn("w:noBreakHyphen"):
        return "-"
    return "\t" if node.tag == qn("w:tab") else "\n"


def _is_on(mark: _Element) -> bool:
    return mark.get(qn("w:val"), "true") not in ("0", "false", "off", "none")


def _number(element: _Element) -> int:
    digits = re.match(r"\d{1,3}", element.get(qn("w:val"), "1"))
    return min(int(digits.group()), 200) if digits else 1


def _is_inside(element: _Element, tags: tuple[str, ...]) -> bool:
    return any(parent.tag in tags for parent in element.iterancestors())


def _table_of(row: _Element) -> _Element:
    return next((p for p in row.iterancestors() if p.tag == qn("w:tbl")), None)


def _cells(row: _Element) -> list[_Element]:
    """The cells of a row, those in content controls too."""
    return [
        cell
        for cell in row.iter(qn("w:tc"))
        if next(p for p in cell.iterancestors() if p.tag == qn("w:tr")) is row
    ]


def _sub_rows(
    record: list[tuple[int, int, str, list[str]]],
    below: list[list[tuple[int, int, str, list[str]]]],
) -> Iterator[list[Cell]]:
    """One row; blocks of several lines beside each other (addresses) give a row per line."""
    filled = [lines for _, _, state, lines in record if lines and state != "continue"]
    counts = [len(lines) for lines in filled]
    if len(counts) > 1 and min(counts) > 1 and max(counts) > 2:
        for at in range(max(counts)):
            yield [
                _cell(column, width, 1, [lines[at]])
                for column, width, state, lines in record
                if at < len(lines) and state != "continue"
            ]
        return
    yield [
        _cell(column, width, _height(column, state, below), lines)
        for column, width, state, lines in record
        if lines and state != "continue"
    ]


def _cell(column: int, width: int, height: int, lines: list[str]) -> Cell:
    text = " ".join(" ".join(lines).split())[:MAX_CELL_CHARACTERS]
    right = column + width - 0.1
    return Cell(text, column, float(column), right, row_span=height, column_span=width)


def _height(column: int, state: str, below: list[list[tuple[int, int, str, list[str]]]]) -> int:
    """How many rows a merged cell reaches down."""
    height = 1
    if state == "restart":
        for record in below:
            if not any(c == column and s == "continue" for c, _, s, _ in record):
                break
            height += 1
    return height
