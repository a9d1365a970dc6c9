"""Finds tables of order lines by their header labels and follows them row by row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..pages import Cell, Row, Spot
from ..text import display_width, has_han
from .columns import Column, Extent, extents_of, labels_in, map_row, overlap
from .context import Context
from .labels import Label, is_listed, key_of, match_label
from .money import currency_named, is_unit
from .numbers import numbers_in

ARTICLE = frozenset(
    {"code", "buyer_code", "seller_code", "gtin", "description", "specification", "item"}
)
VALUE = frozenset({"quantity", "unit_price", "line_amount"})
LINE = ARTICLE | VALUE | {"line_no", "unit", "due_date", "price_base", "discount", "tax_rate"}
TOTALS = frozenset({"subtotal", "total", "tax", "freight", "discount_total", "capitals"})
FLAT = frozenset({"order_number", "issue_date", "buyer", "seller", "currency", "payment_terms"})
_HEADING = FLAT | {"document_number", "order_reference", "due_date", "incoterm"}
_WIDEST = 120
"""Rows with more cells are no headers; comparing two of them costs the product of their widths."""
_CARRY = re.compile(
    r"(?i)\W*(?:承前页|承上页|过次页|转次页|转下页|续下页|接下页|接上页|continued|to be continued|"
    r"(?:carried|brought|carry|amount)\s+(?:forward|over)|c/f|b/f)\b"
)
_CANCELLED = re.compile(r"(?i)\bcancell?ed\b|\bvoid\b|已取消|取消此行|作废")
_TOTAL_START = re.compile(
    r"^\s*(?:合\s*计|总\s*计|小\s*计|共\s*计|本页合计|价税合计|sub[\s-]?total|grand\s+total|total|sum\b|totals\b)",
    re.I,
)


@dataclass
class TableRow:
    """One row below the header: its cells by column index, and continuation rows."""

    spot: Spot
    cells: dict[int, Cell]
    continued: list[tuple[int, Cell]] = field(default_factory=list)


@dataclass
class LineTable:
    """A table of order lines: columns, rows that are lines, rows that are sums."""

    columns: list[Column]
    first: int
    last: int
    rows: list[TableRow] = field(default_factory=list)
    totals: list[TableRow] = field(default_factory=list)
    is_spaced: bool = False
    extents: list[Extent] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)


def find_tables(spots: Sequence[Spot], context: Context) -> list[LineTable]:
    """All line tables in reading order."""
    tables: list[LineTable] = []
    index = 0
    while index < len(spots):
        table = _header_at(spots, index, context)
        if table is None:
            index += 1
            continue
        if spots[index].page.kind == "paper":
            below = [spot.row for spot in spots[table.last + 1 : table.last + 41]]
            table.extents = extents_of(table.columns, below)
        _follow(table, spots, context)
        tables.append(table)
        index = max(table.last + 1, index + 1)
    return tables


def _is_figure(cell: Cell) -> bool:
    """A number or a date: something that stands below headers, not in them."""
    if cell.value is not None:
        return True
    text = cell.text.strip()
    bare = re.sub(r"[\d.,/\-:%$€£¥￥ ]+", "", text)
    return bool(numbers_in(text)) and len(bare) <= 3


def _header_at(spots: Sequence[Spot], index: int, context: Context) -> LineTable | None:
    row = spots[index].row
    if len(row.cells) > _WIDEST:
        return None
    if len(row.cells) < 2:
        return _spaced_header(spots, index, context)
    if any(_is_figure(cell) and context.label(cell.text) is None for cell in row.cells):
        return None
    if spots[index].page.kind == "paper":
        row = replace(row, cells=tuple(part for c in row.cells for part in labels_in(c, context)))
    single = _columns(row.cells, context)
    lower = spots[index + 1].row if index + 1 < len(spots) else None
    if lower is not None and spots[index + 1].page is not spots[index].page:
        lower = None
    if lower is not None and _is_header(_columns(lower.cells, context), len(lower.cells)):
        lower = None
    if lower is not None and lower.cells and _decorates(lower, row, context):
        joined = _joined(row.cells, lower.cells, context)
        if _is_header(joined, len(joined)) and _worth(joined) >= _worth(single):
            return LineTable(joined, index, index + 1)
    if _is_header(single, len(row.cells)):
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
    cuts = [cut for cut in _cuts(tokens, context) if _is_header(cut, len(cut))]
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
    if any(_is_figure(cell) for cell in lower.cells):
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


def _columns(cells: Sequence[Cell], context: Context) -> list[Column]:
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


def _is_header(columns: Sequence[Column], cells: int) -> bool:
    fields = [column.label.field for column in columns]
    known = sum(name != "unknown" for name in fields)
    core = set(fields) & LINE
    if known * 2 < cells or not core & VALUE:
        return False
    if len(core) >= 3:
        return bool(core & ARTICLE) or "line_no" in core
    return "quantity" in core and bool(core & ARTICLE)


def _follow(table: LineTable, spots: Sequence[Spot], context: Context) -> None:
    """Collect lines, continuations and sums below the header until something else begins."""
    index = table.last + 1
    blanks = 0
    ended = False
    while index < len(spots):
        row = spots[index].row
        if not row.cells:
            blanks += 1
            if blanks > 3:
                return
            index += 1
            continue
        kind, mapped = _classify(table, spots[index], context, blanks)
        if kind == "header":
            table.last = index
        elif kind == "total":
            table.totals.append(TableRow(spots[index], mapped))
            table.last = index
            ended = ended or _ends(row)
        elif kind == "line" and not (ended and blanks) and _CANCELLED.search(row.text):
            table.cancelled.append(row.text)
            table.last = index
        elif kind == "line" and not (ended and blanks):
            table.rows.append(TableRow(spots[index], mapped))
            table.last = index
        elif kind == "more" and table.rows and not ended:
            if not row.is_ruled and not (table.totals and row.cells[0].box is not None):
                table.rows[-1].continued.extend(mapped.items())
            table.last = index
        elif _skips(table, spots, index, context):
            table.last = index
        else:
            return
        blanks = 0
        index += 1


def _skips(table: LineTable, spots: Sequence[Spot], index: int, context: Context) -> bool:
    """Whether a row only heads or explains the lines below it: a section, a second label.

    Lines must follow within three rows, and it must not begin a block of labelled values.
    """
    if table.is_spaced or any(_ends(total.spot.row) for total in table.totals):
        return False
    row = spots[index].row
    heads = [context.label(re.split("[:：]", cell.text)[0]) for cell in row.cells]
    if any(head is not None and head.field in _HEADING for head in heads):
        return False
    for spot in spots[index + 1 : index + 4]:
        if spot.row.cells:
            kind, mapped = _classify(table, spot, context, 0)
            fields = {table.columns[at].label.field for at in mapped}
            if kind == "line" and "quantity" in fields and len(fields & VALUE) >= 2:
                return True
    return False


def _ends(row: Row) -> bool:
    """Whether a sum is the last one: rows after a grand total are no lines."""
    return re.match(r"\s*(?:总\s*计|grand|total|合\s*计)", row.cells[0].text, re.I) is not None


def _classify(
    table: LineTable, spot: Spot, context: Context, blanks: int
) -> tuple[str, dict[int, Cell]]:
    """What a row below the header is: line, more (of the line above), total, header, or other."""
    row = spot.row
    mapped = map_cells(table, row)
    by_field = {table.columns[i].label.field: cell for i, cell in mapped.items()}
    if _CARRY.match(row.text) or (table.rows and _is_below_text(table, row, mapped)):
        return ("header" if _CARRY.match(row.text) else "more"), mapped
    if _is_goods(by_field, context):
        return "line", mapped
    if is_total_row(row, context):
        return "total", mapped
    if _repeats_header(table, row, context):
        return "header", mapped
    again = _columns(row.cells, context)
    if (
        len(row.cells) > 2
        and not any(map(_is_figure, row.cells))
        and _is_header(again, len(row.cells))
    ):
        return "other", mapped
    if len(row.cells) == 1 and len(mapped) < 4 and (spot.page.kind == "paper" or not table.rows):
        return "other", mapped
    values = [
        name for name in VALUE if name in by_field and context.number(by_field[name]) is not None
    ]
    article = [name for name in ARTICLE if name in by_field]
    if len(row.cells) == 1 and ":" in row.text.replace("：", ":") and len(table.columns) > 2:
        before = re.split("[:：]", row.text)[0]
        if not values and (context.label(before) is not None or "description" not in by_field):
            return "other", mapped
    if "quantity" in values and (article or "line_no" in by_field):
        return "line", mapped
    if len(values) >= 2 and (article or len(values) == 3):
        return "line", mapped
    if "quantity" in values and ("due_date" in by_field or "unit" in by_field):
        return "line", mapped
    if "line_no" in by_field and article and re.fullmatch(r"\d{1,5}\.?", by_field["line_no"].text):
        return "line", mapped
    if (
        not values
        and article
        and not blanks
        and set(by_field) <= ARTICLE | {"note", "unknown", "other"}
    ):
        only_first = list(mapped) == [0] and len(table.columns) > 2 and not _is_text(table, 0)
        return ("other" if only_first else "more"), mapped
    if values and article and not (table.totals and spot.page.kind == "paper"):
        return "line", mapped
    return "other", mapped


def _is_goods(by_field: dict[str, Cell], context: Context) -> bool:
    """An article with its number, a quantity and a price: goods, whatever its words say."""
    figures = [by_field.get("quantity"), by_field.get("unit_price")]
    if any(cell is None or context.number(cell) is None for cell in figures):
        return False
    number = by_field.get("line_no")
    if number is not None and re.fullmatch(r"\d{1,5}\.?", number.text):
        return True
    codes = [by_field.get(name) for name in ("code", "buyer_code", "seller_code", "gtin")]
    return any(cell is not None and re.search(r"\d", cell.text) for cell in codes)


def _is_below_text(table: LineTable, row: Row, mapped: dict[int, Cell]) -> bool:
    """Whether a lone cell goes on just below the text of the line above it."""
    if len(row.cells) != 1 or table.totals or len(mapped) != 1:
        return False
    if row.cells[0].box is None:
        return _is_in_text_column(table, row.cells[0], next(iter(mapped)))
    index = next(iter(mapped))
    above = table.rows[-1].cells.get(index)
    lower = [cell for at, cell in table.rows[-1].continued if at == index]
    if above is None or above.box is None or not _is_text(table, index):
        return False
    left, top, _, bottom = row.cells[0].box
    last = (lower or [above])[-1].box or above.box
    height = bottom - top
    # below the first column remarks begin too: only what stands close goes on there
    is_near = top - last[3] < (2.5 if index else 0.8) * height or (row.is_ruled and index > 0)
    return abs(left - above.box[0]) < 0.5 * height and is_near


def _is_in_text_column(table: LineTable, cell: Cell, index: int) -> bool:
    """In sheets and mono-spaced text: the lone cell begins where the text above it begins."""
    above = table.rows[-1].cells.get(index)
    if above is None or index == 0 or cell.value is not None or not _is_text(table, index):
        return False
    return cell.left == above.left and cell.column_span == above.column_span


def _is_text(table: LineTable, index: int) -> bool:
    return table.columns[index].label.field in ("description", "specification", "item")


def is_total_row(row: Row, context: Context) -> bool:
    """Whether the row states a sum, a tax or a charge instead of an article."""
    for cell in row.cells[:6]:
        if cell.value is not None:
            continue
        head = re.split("[:：]", cell.text)[0]
        label = context.label(head)
        if label is not None and label.field in TOTALS:
            return True
        if label is not None and label.field in ("tax_rate", "tax_amount") and len(row.cells) <= 3:
            return True
        if (
            _TOTAL_START.match(cell.text)
            and len(cell.text) < 60
            and not re.search(r"[a-z]{3,} \w+ \w+ \w+", cell.text)
        ):
            return True
        if len(cell.text) > 2 and not cell.text.isdigit():
            break
    return _ends_in_total(row, context)


def _ends_in_total(row: Row, context: Context) -> bool:
    """Whether the last two cells on paper are a sum and its label, beside a box of remarks."""
    if len(row.cells) < 3 or row.cells[0].box is None:
        return False
    label = context.label(row.cells[-2].text)
    is_alone = not any(_is_figure(cell) for cell in row.cells[:-1])
    sums = TOTALS | {"tax_rate", "tax_amount"}
    return label is not None and label.field in sums and is_alone and _is_figure(row.cells[-1])


def _repeats_header(table: LineTable, row: Row, context: Context) -> bool:
    printed = {key_of(column.printed) for column in table.columns}
    same = sum(key_of(cell.text) in printed for cell in row.cells)
    return same >= 2 and same * 10 >= len(row.cells) * 8


def map_cells(table: LineTable, row: Row) -> dict[int, Cell]:
    """The row's cells by the index of their column."""
    return map_row(table.columns, row, table.extents, is_spaced=table.is_spaced)
