"""HTML files and bodies: text and tables in reading order; nothing in them is executed."""

import re

from lxml import etree, html

from ..errors import UnreadableFile
from ..limits import MAX_CELL_CHARACTERS, MAX_CELLS, MAX_ROWS
from ..pages import Cell, Numberer, Page, Row
from ..parts import Part, Reading
from ..results import Source
from ..text import clean, decode, without_nul, words
from .plain_text import text_page
from .safe_xml import raise_if_out_of_memory

_SKIPPED = frozenset(
    words(
        """
        script style head title noscript template svg object iframe meta link
        """
    )
)
_BLOCKS = frozenset(
    words(
        """
        p div br tr li ul ol h1 h2 h3 h4 h5 h6 table blockquote section article header footer
        hr pre address center dl dt dd form fieldset tbody thead td th
        """
    )
)
_CHARSET = re.compile(rb"charset=[\"']?([\w-]{3,20})", re.IGNORECASE)
_MAX_DEPTH = 200
_STRUCK = frozenset(("s", "strike", "del"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LEFT_OUT = "text that is struck out was left out"


def read_html(reading: Reading) -> list[Part]:
    """The page's text and tables as pages."""
    declared = _CHARSET.search(reading.data[:4000])
    text, encoding = decode(reading.data, declared.group(1).decode() if declared else None)
    warnings: list[str] = []
    pages = html_pages(text, reading.numberer, reading.filename, warnings)
    source = Source(reading.filename, "html", f"text and tables, {encoding}", reading.mail)
    return [Part(tuple(pages), source, warnings=tuple(warnings))]


def html_pages(text: str, numberer: Numberer, title: str, warnings: list[str]) -> list[Page]:
    """Pages in reading order: text between tables, and each table that holds data.

    What was left out is added to the warnings.
    """
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", without_nul(text))
    try:
        root = html.fromstring(f"<html><body><div>{text}</div></body></html>")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise_if_out_of_memory(error)
        raise UnreadableFile("damaged", "The HTML cannot be parsed.") from error
    if _take_out_struck(root):
        warnings.append(_LEFT_OUT)
    walker = _Walker(numberer, title)
    walker.walk(root, 0)
    walker.flush()
    return walker.pages


def _take_out_struck(root: etree._Element) -> bool:
    """Empty what is struck out or hidden; whether any text was struck out."""
    is_struck = False
    for element in list(root.iter("*")):
        style = element.get("style", "")
        is_out = element.tag in _STRUCK or "line-through" in style.lower()
        if not is_out and element.get("hidden") is None and not _HIDDEN.search(style):
            continue
        is_struck = is_struck or (is_out and bool("".join(map(str, element.itertext())).strip()))
        for child in list(element):
            element.remove(child)
        element.text = None
    return is_struck


def holds_table(text: str) -> bool:
    """Whether HTML has a table with at least two rows."""
    lowered = text.lower()
    return "<table" in lowered and lowered.count("<tr") >= 2


class _Walker:
    """Collects text lines until a data table comes, then starts a page for the table."""

    def __init__(self, numberer: Numberer, title: str) -> None:
        self.numberer = numberer
        self.title = title
        self.pages: list[Page] = []
        self.lines: list[str] = [""]
        self.kept = 0

    def flush(self) -> None:
        """End the text page that is being collected."""
        lines = [line.rstrip() for line in self.lines]
        if any(line.strip() for line in lines):
            self.pages.append(text_page("\n".join(lines), self.numberer.next(), self.title))
        self.lines = [""]

    def add(self, text: str | None) -> None:
        """Add running text to the present line."""
        if text:
            text = re.sub(r"[ \t\r\n]+", " ", text)
            self.lines[-1] += text if self.lines[-1] else text.lstrip()

    def walk(self, element: etree._Element, depth: int) -> None:
        """One element and what follows it inside its parent."""
        if depth > _MAX_DEPTH:
            return
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _SKIPPED or not tag:
            return
        if tag == "table" and _is_data(element):
            self.flush()
            self.table(element)
            return
        if tag in _BLOCKS and self.lines[-1].strip():
            self.lines.append("")
        if tag == "pre":
            self.lines.extend("".join(str(piece) for piece in element.itertext()).split("\n"))
            self.lines.append("")
            return
        self.add(element.text)
        for child in element:
            self.walk(child, depth + 1)
            self.add(child.tail)
        if tag in _BLOCKS and self.lines[-1].strip():
            self.lines.append("")

    def table(self, table: etree._Element) -> None:
        """One data table as a page; cells that span keep their place, the covered stay empty."""
        covered: set[tuple[int, int]] = set()
        rows: list[Row] = []
        for number, record in enumerate(_own_rows(table)[:MAX_ROWS], 1):
            cells: list[Cell] = []
            column = 1
            for element in record:
                if element.tag not in ("td", "th"):
                    continue
                while (number, column) in covered:
                    column += 1
                height, width = _span(element, "rowspan"), _span(element, "colspan")
                text = _cell_text(element)
                if height > 1 or width > 1:
                    covered.update(
                        (number + down, column + right)
                        for down in range(height)
                        for right in range(width)
                    )
                if text:
                    right = column + width - 0.1
                    cells.append(
                        Cell(text, column, float(column), right, row_span=height, column_span=width)
                    )
                column += width
            self.kept += len(cells)
            rows.append(Row(number, tuple(cells), "  ".join(c.text for c in cells), True))
            if self.kept > MAX_CELLS:
                break
        self.pages.append(Page(self.numberer.next(), self.title, "table", tuple(rows)))


def _span(element: etree._Element, name: str) -> int:
    digits = re.match(r"\d{1,3}", element.get(name, "1").strip())
    return min(max(int(digits.group()), 1), 100) if digits else 1


def _own_rows(table: etree._Element) -> list[etree._Element]:
    """Rows of this table, not of tables inside it."""
    rows: list[etree._Element] = []
    for child in table:
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in ("tbody", "thead", "tfoot"):
            rows.extend(row for row in child if row.tag == "tr")
    return rows


def _is_data(table: etree._Element) -> bool:
    """Tables around tables are layout; so are tables of a single cell."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    return any(sum(1 for cell in row if cell.tag in ("td", "th")) > 1 for row in _own_rows(table))


def _cell_text(element: etree._Element) -> str:
    pieces: list[str] = []
    for node in element.iter():
        if isinstance(node.tag, str) and node.tag not in _SKIPPED:
            if node.tag in _BLOCKS and pieces:
                pieces.append("\x00")
            pieces.append(node.text or "")
        if node is not element:
            pieces.append(node.tail or "")
    text = re.sub(r"[ \t\r\n]+", " ", "".join(pieces)[:MAX_CELL_CHARACTERS])
    return clean(re.sub(r"\s*\x00[\s\x00]*", "\n", text).strip())
