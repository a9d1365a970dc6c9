"""Finds tables of order lines by their header labels and follows them row by row."""

import re
from collections.abc import Sequence

from ..pages import Cell, Row, Spot
from .columns import extents_of
from .context import Context
from .fields import ARTICLE, CODES, FLAT, TEXTS, TOTALS, VALUE
from .headers import (
    LineTable,
    TableRow,
    columns_of,
    header_at,
    is_figure,
    is_header,
    map_cells,
)
from .keyvalues import find_pairs
from .labels import key_of

_HEADING = FLAT | {"document_number", "order_reference", "due_date", "incoterm"}
_DETAILS = CODES | {"due_date"}
_CARRY = re.compile(
    r"(?i)\W*(?:承前页|承上页|过次页|转次页|转下页|续下页|接下页|接上页|continued|to be continued|"
    r"(?:carried|brought|carry|amount)\s+(?:forward|over)|c/f|b/f)\b"
)
_CANCELLED = re.compile(r"(?i)\bcancell?ed\b|\bvoid\b|已取消|取消此行|作废")
_TOTAL_START = re.compile(
    r"^\s*(?:合\s*计|总\s*计|小\s*计|共\s*计|本页合计|价税合计|sub[\s-]?total|grand\s+total|total|sum\b|totals\b)",
    re.I,
)


def find_tables(spots: Sequence[Spot], context: Context) -> list[LineTable]:
    """All line tables in reading order."""
    tables: list[LineTable] = []
    index = 0
    while index < len(spots):
        table = header_at(spots, index, context)
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
        detail = None if ended else _detail_of(table, spots, index, context)
        if detail is not None:
            table.rows[-1].details.append(detail)
            table.last = index
        elif table.rows and _heads_sums(row, context):
            return
        elif kind == "header":
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
                _continue_row(table, mapped, context)
            table.last = index
        elif _is_named_below(table, spots, index, context):
            table.rows[-1].continued.append((_code_column(table), row.cells[0]))
            table.last = index
        elif _skips(table, spots, index, context):
            table.last = index
        else:
            return
        blanks = 0
        index += 1


def _detail_of(
    table: LineTable, spots: Sequence[Spot], index: int, context: Context
) -> tuple[str, Cell, Spot] | None:
    """A labelled value below a line that belongs to it: "Delivery date: 15.06.2026".

    Other lines must follow, or the line above must have such a value too.
    """
    row = spots[index].row
    if not table.rows or len(row.cells) != 1:
        return None
    cell = row.cells[0]
    match = re.fullmatch(r"\s*([^:：]{2,30})[:：]\s*(\S.{0,40})", cell.text)
    label = context.label(match[1]) if match else None
    if match is None or label is None or label.field not in _DETAILS:
        return None
    is_day = label.field == "due_date"
    if len(context.dates(match[2])) != 1 if is_day else " " in match[2].strip():
        return None
    names = [name for above in table.rows[-3:-1] for name, _, _ in above.details]
    if label.field not in names and not _goes_on(table, spots, index, context):
        return None
    return label.field, cell.part(match.start(2), match.end(2)), spots[index]


def _goes_on(table: LineTable, spots: Sequence[Spot], index: int, context: Context) -> bool:
    """Whether lines with a quantity and another value follow within a few rows."""
    for spot in spots[index + 1 : index + 6]:
        if spot.row.cells:
            kind, mapped = _classify(table, spot, context, 0)
            fields = {table.columns[at].label.field for at in mapped}
            if kind == "line" and "quantity" in fields and len(fields & VALUE) >= 2:
                return True
    return False


def find_missed(table: LineTable, below: Sequence[Spot], context: Context) -> None:
    """Rows further down that look like goods in the table's columns but were not taken."""
    for spot in below:
        if len(spot.row.cells) < 4 or len(spot.row.cells) > len(table.columns):
            continue
        mapped = map_cells(table, spot.row)
        by_field = {table.columns[i].label.field: cell for i, cell in mapped.items()}
        if _is_goods(by_field, context) and not is_total_row(spot.row, context):
            table.missed.append(spot.row.text)


def _code_column(table: LineTable) -> int:
    """The only column of codes where no column is for texts, else -1."""
    fields = [column.label.field for column in table.columns]
    is_bare = TEXTS.isdisjoint(fields)
    return fields.index("code") if is_bare and fields.count("code") == 1 else -1


def _is_named_below(table: LineTable, spots: Sequence[Spot], index: int, context: Context) -> bool:
    """Whether a row names the article of the line just above, as it does for other lines."""
    at, row = _code_column(table), spots[index].row
    if (
        at < 0
        or not table.rows
        or len(row.cells) != 1
        or spots[index - 1] is not table.rows[-1].spot
    ):
        return False
    above, cell = table.rows[-1].cells.get(at), row.cells[0]
    if above is None or above.box is None or cell.box is None or re.search("[:：]", cell.text):
        return False
    height = cell.box[3] - cell.box[1]
    is_aligned = -0.5 * height < cell.box[0] - above.box[0] < 12 * height
    is_worded = re.search(r"[^\W\d_]{3,}\s+\S", cell.text) is not None
    others = len(table.rows) > 1 and any(i == at for i, _ in table.rows[-2].continued)
    return is_aligned and is_worded and (others or _goes_on(table, spots, index, context))


def _skips(table: LineTable, spots: Sequence[Spot], index: int, context: Context) -> bool:
    """Whether a row only heads or explains the lines below it: a section, a second label.

    Lines must follow within a few rows, and it must not begin a block of labelled values.
    """
    if table.is_spaced or any(_ends(total.spot.row) for total in table.totals):
        return False
    row = spots[index].row
    heads = [context.label(re.split("[:：]", cell.text)[0]) for cell in row.cells]
    if any(head is not None and head.field in _HEADING for head in heads):
        return False
    if any(pair.label.field in _HEADING for pair in find_pairs(spots, [index], context)):
        return False
    return _goes_on(table, spots, index, context)


def _heads_sums(row: Row, context: Context) -> bool:
    """Whether a row only names the sums that stand in the row below it."""
    labels = [context.label(cell.text) for cell in row.cells if not re.search(r"\d", cell.text)]
    sums = [label for label in labels if label is not None and label.field in TOTALS]
    return len(row.cells) >= 2 and len(sums) == len(row.cells)


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
    if _repeats_header(table, row):
        return "header", mapped
    again = columns_of(row.cells, context)
    if (
        len(row.cells) > 2
        and not any(map(is_figure, row.cells))
        and is_header(again, len(row.cells))
    ):
        return "other", mapped
    if len(row.cells) == 1 and len(mapped) < 4 and (spot.page.kind == "paper" or not table.rows):
        return "other", mapped
    values = [name for name in VALUE if name in by_field and _is_value(by_field[name], context)]
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
        is_rest = spot.page.kind == "paper" and _completes(table, mapped, values, context)
        return ("more" if is_rest else "line"), mapped
    return "other", mapped


def _is_value(cell: Cell, context: Context) -> bool:
    """Whether a cell states a figure; "19. TOTAL" is the label of a numbered box."""
    return context.number(cell) is not None and context.label(cell.text) is None


def _completes(
    table: LineTable, mapped: dict[int, Cell], values: Sequence[str], context: Context
) -> bool:
    """Whether a row only brings the amount that wrapped from the line above."""
    if list(values) != ["line_amount"] or not table.rows:
        return False
    above = table.rows[-1].cells
    return all(
        table.columns[at].label.field != "line_amount"
        or at not in above
        or context.number(above[at]) is None
        for at in mapped
    )


def _continue_row(table: LineTable, mapped: dict[int, Cell], context: Context) -> None:
    """Add a row to the line above: its texts go on, an amount that wrapped is taken."""
    row = table.rows[-1]
    for at, cell in mapped.items():
        if table.columns[at].label.field == "line_amount" and context.number(cell) is not None:
            row.cells[at] = cell
        else:
            row.continued.append((at, cell))


def _is_goods(by_field: dict[str, Cell], context: Context) -> bool:
    """An article with its number, a quantity and a price: goods, whatever its words say."""
    figures = [by_field.get("quantity"), by_field.get("unit_price")]
    if any(cell is None or context.number(cell) is None for cell in figures):
        return False
    number = by_field.get("line_no")
    if number is not None and re.fullmatch(r"\d{1,5}\.?", number.text):
        return True
    codes = [by_field.get(name) for name in CODES]
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
    """Whether a column holds texts; below the code they stand where no column is for them."""
    return table.columns[index].label.field in TEXTS or index == _code_column(table)


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
            and (not re.search(r"[a-z]{3,} \w+ \w+ \w+", cell.text) or _is_lone_sum(row))
        ):
            return True
        if len(cell.text) > 2 and not cell.text.isdigit():
            break
    return _ends_in_total(row, context)


def _is_lone_sum(row: Row) -> bool:
    """Words, then nothing but one or two figures."""
    return len(row.cells) <= 3 and all(is_figure(cell) for cell in row.cells[1:])


def _ends_in_total(row: Row, context: Context) -> bool:
    """Whether the last two cells on paper are a sum and its label, beside a box of remarks."""
    if len(row.cells) < 3 or row.cells[0].box is None:
        return False
    label = context.label(row.cells[-2].text)
    is_alone = not any(is_figure(cell) for cell in row.cells[:-1])
    sums = TOTALS | {"tax_rate", "tax_amount"}
    return label is not None and label.field in sums and is_alone and is_figure(row.cells[-1])


def _repeats_header(table: LineTable, row: Row) -> bool:
    """Whether the labels of the header are printed again, as on a new page."""
    printed = {key_of(column.printed) for column in table.columns}
    same = sum(key_of(cell.text) in printed for cell in row.cells)
    return same >= 2 and same * 10 >= len(row.cells) * 8
