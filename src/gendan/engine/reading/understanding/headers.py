"""Tells which rows are headers of line tables, and what their columns hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..pages import Cell, Row, Spot
from ..text import display_width, has_han
from .columns import Column, Extent, labels_in, map_row, overlap
from .context import Context
from .fields import ARTICLE, LINE, VALUE
from .labels import Label, is_listed, key_of, match_label
from .money import currency_named, is_unit
from .numbers import numbers_in

_WIDEST = 120
"""Rows with more cells are no headers; comparing two of them costs the product of their widths."""


@dataclass
class TableRow:
    """One row below the header: its cells by column index, and what rows below it add."""

    spot: Spot
    cells: dict[int, Cell]
    continued: list[tuple[int, Cell]] = field(default_factory=list)
    details: list[tuple[str, Cell, Spot]] = field(default_factory=list)


@dataclass
class LineTable:
    """A table of order lines: columns, rows that are lines, rows that are sums.

    roles: what each column holds, once its rows have settled what its label leaves open.
    """

    columns: list[Column]
    first: int
    last: int
    rows: list[TableRow] = field(default_factory=list)
    totals: list[TableRow] = field(default_factory=list)
    is_spaced: bool = False
    extents: list[Extent] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)


def is_figure(cell: Cell) -> bool:
    """A number or a date: something that stands below headers, not in them."""
    if cell.value is not None:
        return True
    text = cell.text.strip()
    bare = re.sub(r"[\d.,/\-:%$€£¥￥ ]+", "", text)
    return bool(numbers_in(text)) and len(bare) <= 3


def header_at(spots: Sequence[Spot], index: int, context: Context) -> LineTable | None:
    row = spots[index].row
    if len(row.cells) > _WIDEST:
        return None
    if len(row.cells) < 2:
        return _spaced_header(spots, index, context)
    if any(is_figure(cell) and context.label(cell.text) is None for cell in row.cells):
        return None
    if spots[index].page.kind == "paper" or not row.is_grid:
        row = replace(row, cells=tuple(part for c in row.cells for part in labels_in(c, context)))
    single = columns_of(row.cells, context)
    lower = spots[index + 1].row if index + 1 < len(spots) else None
    if lower is not None and spots[index + 1].page is not spots[index].page:
        lower = None
    if lower is not None and is_header(columns_of(lower.cells, context), len(lower.cells)):
        lower = None
    if lower is not None and lower.cells and _decorates(lower, row, context):
        joined = _joined(row.cells, lower.cells, context)
        if is_header(joined, len(joined)) and _worth(joined) >= _worth(single):
            return LineTable(joined, index, index + 1)
    if is_header(single, len(row.cells)):
        return LineTable(single, index, index)
    return None


def _spaced_header(spots: Sequence[Spot], index: int, context: Context) -> LineTable | None:
    """A header whose labels stand one blank apart, cut so that the row below fits best."""
    row = spots[index].row
    if len(row.cells) != 1 or len(row.text) > 200:
        return None
    tokens = row.cells[0].text.split()
    if not 3 <= len(tokens) <= 24:
        return None
    cuts = [cut for cut in _cuts(tokens, context) if is_header(cut, len(cut))]
    if not cuts:
        return None
    cuts.sort(key=lambda cut: (-_worth(cut), len(cut)))
    below = next((spot.row for spot in spots[index + 1 : index + 4] if spot.row.cells), None)
    tables = [LineTable(cut, index, index, is_spaced=True) for cut in cuts]
    fitting = [table for table in tables if below is not None and _fits(table, below, context)]
    return (fitting or tables)[0]


def _cuts(tokens: list[str], context: Context) -> list[list[Column]]:
    """All ways to cut the words into labels we know, a few dozen at most."""
    partial: list[tuple[int, list[str]]] = [(0, [])]
    complete: list[list[str]] = []
    while partial and len(complete) < 40:
        position, texts = partial.pop()
        if position == len(tokens):
            complete.append(texts)
            continue
        for length in range(1, min(4, len(tokens) - position) + 1):
            text = " ".join(tokens[position : position + length])
            if (length == 1 and context.label(text)) or (length > 1 and _belongs_together(text)):
                partial.append((position + length, [*texts, text]))
    return [_placed(texts, context) for texts in complete]


def _placed(texts: list[str], context: Context) -> list[Column]:
    columns: list[Column] = []
    left = 0.0
    for text in texts:
        width = display_width(text)
        cell = Cell(text, len(columns) + 1, left, left + width, span=(0, 0))
        columns.append(_column(context.label(text), text, cell, len(columns)))
        left += width + 1
    return columns


def _fits(table: LineTable, row: Row, context: Context) -> bool:
    """Whether the words of the row below suit the columns: figures where figures belong."""
    mapped = map_cells(table, row)
    if not mapped:
        return False
    for index, cell in mapped.items():
        role = table.columns[index].label.field
        if role in VALUE and context.number(cell) is None:
            return False
        if role == "unit" and not is_unit(cell.text):
            return False
    return True


def _belongs_together(text: str) -> bool:
    """Whether several words are one label; Chinese labels need no blanks inside."""
    if not is_listed(text):
        return False
    return not (has_han(text) and all(is_listed(word) for word in text.split()))


def _decorates(lower: Row, upper: Row, context: Context) -> bool:
    """Whether a row only adds units, currencies or second halves of labels to the one above."""
    if any(is_figure(cell) for cell in lower.cells):
        return False
    telling = sum(_adds_to_label(cell, upper, context) for cell in lower.cells)
    return telling * 10 >= len(lower.cells) * 7 and telling > 0


def _is_measure(text: str) -> bool:
    """Nothing but a unit or a currency."""
    bare = text.strip().strip("()（）[]")
    return is_unit(bare) or (currency_named(bare) is not None and len(bare) <= 6)


def _adds_to_label(cell: Cell, upper: Row, context: Context) -> bool:
    text = cell.text.strip()
    if _is_measure(text):
        return True
    if context.label(text) or re.fullmatch(r"[(（].*[)）]", text):
        return True
    return any(
        overlap(cell, above) > 0
        and context.label(f"{above.text} {text}") is not None
        and context.label(above.text) is None
        for above in upper.cells
    )


def _joined(upper: Sequence[Cell], lower: Sequence[Cell], context: Context) -> list[Column]:
    """Two header rows as one: halves are joined where they stand above each other."""
    columns: list[Column] = []
    used: set[int] = set()
    for below in lower:
        above = max(upper, key=lambda cell: overlap(cell, below), default=None)
        if above is None or overlap(above, below) <= 0:
            above = None
        texts = [below.text]
        if above is not None:
            used.add(id(above))
            both = [f"{above.text} {below.text}", f"{below.text}{above.text}"]
            # "EUR" below "Ext. price" only says in what it is counted
            is_whole = _is_measure(below.text) and context.label(above.text) is not None
            texts = [above.text, *both] if is_whole else [*both, above.text]
            texts.append(below.text)
        printed, label = texts[0], None
        for text in texts:
            label = context.label(text)
            if label is not None:
                break
        if label is not None:
            label = _with_decorations(label, texts, below)
        columns.append(_column(label, printed, below, len(columns)))
    for cell in upper:
        if id(cell) not in used:
            columns.append(_column(context.label(cell.text), cell.text, cell, len(columns)))
    return sorted(columns, key=lambda column: column.cell.left)


def _with_decorations(label: Label, texts: Sequence[str], below: Cell) -> Label:
    """The label with the unit, currency and tax that either of its two rows adds."""
    bare = below.text.strip().strip("()（）[]")
    notes = [known for text in texts if (known := match_label(text)) is not None]
    unit = label.unit or (bare if is_unit(bare) else None)
    currency = label.currency or (currency_named(bare) if len(bare) <= 6 else None)
    tax = label.tax_included
    for note in notes:
        currency = currency or note.currency
        tax = note.tax_included if tax is None else tax
    return replace(label, unit=unit, currency=currency, tax_included=tax)


def columns_of(cells: Sequence[Cell], context: Context) -> list[Column]:
    return [_column(context.label(c.text), c.text, c, i) for i, c in enumerate(cells)]


def _column(label: Label | None, printed: str, cell: Cell, index: int) -> Column:
    known = label or Label("unknown")
    return Column(_in_table(known, printed, index), printed, cell)


def _in_table(label: Label, printed: str, index: int) -> Label:
    """What a label means above a column, where that differs from beside a value."""
    name = label.field
    key = key_of(printed)
    if name == "order_number" and label.rank >= 2 and key in ("order", "contract", "订单"):
        name = "other"
    elif name == "order_number" and label.rank == 4:
        name = "line_no" if key == "no" and index == 0 else "code"
    elif name in ("total", "subtotal"):
        name = "line_amount"
    elif name == "discount_total":
        name = "discount"
    elif name == "issue_date" and label.rank == 1:
        name = "due_date"
    elif name == "tax":
        name = "tax_amount"
    elif name == "ignored" and key in ("suppliercode", "vendorcode", "供应商编码", "供应商代码"):
        name = "seller_code"
    elif name in ("buyer", "seller") and label.rank > 0:
        name = "other"
    if name == label.field:
        return label
    return Label(name, 1, label.unit, label.currency, label.base, label.tax_included)


def _worth(columns: Sequence[Column]) -> int:
    return len({column.label.field for column in columns} & LINE)


def is_header(columns: Sequence[Column], cells: int) -> bool:
    fields = [column.label.field for column in columns]
    known = sum(name != "unknown" for name in fields)
    core = set(fields) & LINE
    if known * 2 < cells or not core & VALUE:
        return False
    if len(core) >= 3:
        return bool(core & ARTICLE) or "line_no" in core
    return "quantity" in core and bool(core & ARTICLE)


def map_cells(table: LineTable, row: Row) -> dict[int, Cell]:
    """The row's cells by the index of their column."""
    return map_row(table.columns, row, table.extents, is_spaced=table.is_spaced)
