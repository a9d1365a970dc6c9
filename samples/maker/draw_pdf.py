"""Draws a paper as PDF with typst, in several looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from .paper import Paper, Row, Table

FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
SANS, SERIF = "Noto Sans SC", "Noto Serif SC"
LATIN = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono", SANS, SERIF)


@dataclass(frozen=True)
class Look:
    """How the page is set."""

    font: str = SANS
    size: float = 9.5
    rules: str = "grid"  # grid | horizontal | none | zebra | head
    fields: str = "left"  # left | above | boxed | plain (no colon) | inline
    parties: str = "side"  # side | stacked | boxed | inline
    fields_first: bool = True
    margin: str = "18mm"
    rows_per_page: int = 0  # tables cut by hand when > 0
    carried: str = ""  # text of the carried-forward rows
    repeat_letterhead: bool = False
    page_numbers: bool = True
    title_at_right: bool = False
    wide_mixed: bool = False  # a gap between Chinese and Latin, without a blank in the text
    break_before_notes: bool = False
    placed: bool = False  # text placed by co-ordinates instead of a table
    landscape: bool = False


def q(text: str) -> str:
    """A typst string literal."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{inner}"'


def _lines(texts: Sequence[str], first_bold: bool = False) -> str:
    parts = []
    for index, text in enumerate(texts):
        weight = ', weight: "bold"' if first_bold and index == 0 else ""
        parts.append(f"#text({q(text)}{weight})")
    return " \\\n".join(parts)


def _letterhead(paper: Paper) -> str:
    if not paper.letterhead:
        return ""
    name, *rest = paper.letterhead
    return f'#text({q(name)}, size: 15pt, weight: "bold") \\\n{_lines(rest)}\n\n'


def _labels_above(pairs: list[tuple[str, str]]) -> str:
    if not pairs:
        return ""
    cells = [f"[#text({q(k)}, size: 7pt)]" for k, _ in pairs]
    cells += [f"[#text({q(v)})]" for _, v in pairs]
    return f"#table(columns: {len(pairs)}, stroke: 0.5pt, {', '.join(cells)})\n"


def _fields(paper: Paper, look: Look) -> str:
    pairs = paper.fields
    if look.fields == "above":
        return _labels_above(pairs)
    if look.fields == "boxed":
        cells = [f"[#text({q(t)})]" for pair in pairs for t in pair]
        return f"#align(right, table(columns: 2, stroke: 0.5pt, align: left, {', '.join(cells)}))\n"
    if look.fields == "inline":
        text = "    ".join(f"{k}{paper.colon} {v}" for k, v in pairs)
        return f"#text({q(text)})\n"
    colon = "" if look.fields == "plain" else paper.colon
    cells = [f"[#text({q(k + colon)})], [#text({q(v)})]" for k, v in pairs]
    return f"#grid(columns: 2, column-gutter: 10pt, row-gutter: 5pt, {', '.join(cells)})\n"


def _parties(paper: Paper, look: Look) -> str:
    blocks = []
    for label, texts in paper.parties:
        if look.parties == "inline":
            blocks.append(
                f"[#text({q(label + paper.colon + ' ' + texts[0])}) \\ {_lines(texts[1:])}]"
            )
        else:
            blocks.append(f'[#text({q(label)}, weight: "bold") \\ {_lines(texts)}]')
    if not blocks:
        return ""
    if look.parties in ("stacked", "inline"):
        return "\n\n".join(block[1:-1] for block in blocks) + "\n"
    stroke = "0.5pt" if look.parties == "boxed" else "none"
    columns = f"({', '.join(['1fr'] * len(blocks))},)"
    return f"#table(columns: {columns}, stroke: {stroke}, {', '.join(blocks)})\n"


NUMERIC = {"quantity", "price", "price_with_tax", "amount", "discount", "base"}
WIDE = {"name": "1fr"}


def _row(row: Row, width: int) -> str:
    if row.kind in ("title", "note"):
        style = "emph" if row.kind == "note" else "strong"
        return f"table.cell(colspan: {width}, align: left)[#{style}[#text({q(row.cells[0])})]]"
    cells = []
    for text in row.cells:
        body = f"#text({q(text)})" if text else ""
        cells.append(f"[#strike[{body}]]" if row.kind == "struck" else f"[{body}]")
    return ", ".join(cells)


def _table(table: Table, rows: list[Row], look: Look) -> str:
    strokes = {
        "grid": "0.5pt", "none": "none", "zebra": "none",
        "horizontal": "(x: none, y: 0.4pt)",
        "head": "(x, y) => if y == 0 { (bottom: 0.8pt) } else { none }",
    }  # fmt: skip
    columns = ", ".join(WIDE.get(key, "auto") for key in table.keys)
    aligns = ", ".join("right" if key in NUMERIC else "left" for key in table.keys)
    fill = ", fill: (x, y) => if calc.odd(y) { luma(235) }" if look.rules == "zebra" else ""
    header = ", ".join(
        f'[#text({q(text)}, weight: "bold")]' for line in table.header for text in line
    )
    body = ",\n ".join(_row(row, len(table.keys)) for row in rows)
    return (
        f"#table(columns: ({columns},), align: ({aligns},), stroke: {strokes[look.rules]}{fill},\n"
        f" table.header({header}),\n {body})\n"
    )


def _cut_tables(paper: Paper, look: Look) -> str:
    rows, size, parts = paper.table.rows, look.rows_per_page, []
    pieces = [rows[i : i + size] for i in range(0, len(rows), size)]
    for index, piece in enumerate(pieces):
        if index and look.carried:
            piece = [Row("note", [look.carried]), *piece]
        if index < len(pieces) - 1 and look.carried:
            piece = [*piece, Row("note", [look.carried])]
        head = _letterhead(paper) if index and look.repeat_letterhead else ""
        parts.append(head + _table(paper.table, piece, look))
    return "\n#pagebreak()\n".join(parts)


def _placed_table(paper: Paper) -> str:
    """Every cell at its own place, as printers of forms do."""
    keys = paper.table.keys
    widths = [150 if key == "name" else 62 for key in keys]
    scale = 505 / sum(widths)
    lefts = [sum(widths[:i]) * scale for i in range(len(keys))]
    parts, y = [], 0
    for cells in [*paper.table.header, *(row.cells for row in paper.table.rows)]:
        for left, text in zip(lefts, cells, strict=False):
            if text:
                parts.append(f"#place(dx: {left:.1f}pt, dy: {y}pt, text({q(text)}))")
        y += 17
    return f"#block(height: {y}pt, width: 100%)[\n" + "\n".join(parts) + "\n]\n"


def _totals(paper: Paper) -> str:
    parts = [f"[#text({q(label)})], [#text({q(value)})]" for label, value in paper.totals]
    if not parts:
        return ""
    grid = f"grid(columns: 2, column-gutter: 14pt, row-gutter: 5pt, {', '.join(parts)})"
    return f"#align(right, {grid})\n"


def _body(paper: Paper, look: Look) -> str:
    title = f'text({q(paper.title)}, size: 16pt, weight: "bold")'
    title = f"#align({'right' if look.title_at_right else 'center'}, {title})"
    head = [_fields(paper, look), _parties(paper, look)]
    if not look.fields_first:
        head.reverse()
    if look.placed:
        table = _placed_table(paper)
    elif look.rows_per_page:
        table = _cut_tables(paper, look)
    else:
        table = _table(paper.table, paper.table.rows, look)
    notes = "\n\n".join(f"#text({q(note)})" for note in paper.notes)
    between = "#pagebreak()" if look.break_before_notes else ""
    preface = _lines(paper.preface) if paper.preface else ""
    bar = _labels_above(paper.bar)
    parts = [_letterhead(paper), title, preface, *head, bar, table, _totals(paper), between, notes]
    return "\n\n".join(parts)


def _setting(look: Look) -> str:
    numbering = ', numbering: "1 / 1"' if look.page_numbers else ""
    flipped = ", flipped: true" if look.landscape else ""
    gap = "auto" if look.wide_mixed else "none"
    text = f"font: ({q(look.font)}, {q(SANS)}), size: {look.size}pt, cjk-latin-spacing: {gap}"
    page = f'paper: "a4", margin: {look.margin}{numbering}{flipped}'
    return f"#set page({page})\n#set text({text})\n"


@cache
def _fonts() -> typst.Fonts:
    """Only fonts that come with the libraries: the same on every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


def _compiled(text: str) -> bytes:
    return typst.compile(text.encode(), font_paths=_fonts(), format="pdf", timestamp=0)


def pdf(paper: Paper, look: Look) -> bytes:
    """The paper as a PDF with a text layer."""
    return _compiled(_setting(look) + _body(paper, look))


def joined(papers: list[Paper], look: Look) -> bytes:
    """Several papers in one file, each on a page of its own."""
    bodies = "\n#pagebreak()\n".join(_body(paper, look) for paper in papers)
    return _compiled(_setting(look) + bodies)


def prose(lines: list[str], font: str = SANS) -> bytes:
    """A letter: paragraphs without any table."""
    body = "\n\n".join(f"#text({q(line)})" for line in lines)
    return _compiled(f'#set page(paper: "a4")\n#set text(font: {q(font)}, size: 10.5pt)\n{body}')
