"""Folds lines printed on two rows under a header of two rows into one row each."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ..pages import Cell, Row, Spot
from .context import Context
from .fields import ARTICLE, VALUE
from .headers import columns_of, is_figure
from .proof import product_fits

_APART = 10.0
_NUMBER = re.compile(r"\d{1,6}\.?")


def fold_rows(spots: list[Spot], context: Context) -> list[Spot]:
    """The rows, where "Item Material Description" stands above "Qty Unit Price Value" folded."""
    for index, spot in enumerate(spots):
        halves = _halves(spot)
        if halves and _is_upper(halves[0].row, context) and _is_lower(halves[1].row, context):
            return [*spots[:index], *_folded([*halves, *spots[index + 1 :]], 1)]
        lower = _next(spots, index + 1)
        if lower is None or not _is_upper(spot.row, context):
            continue
        if spots[lower].page is spot.page and _is_lower(spots[lower].row, context):
            return [*spots[:index], *_folded(spots[index:], lower - index)]
    return spots


def _halves(spot: Spot) -> tuple[Spot, Spot] | None:
    """A row between two rulings as its two printed lines, if it is no more and no less than two."""
    if spot.page.kind != "paper" or not 2 <= len(spot.row.cells) <= 8:
        return None
    if not all(cell.pieces for cell in spot.row.cells):
        return None
    first = min((p for cell in spot.row.cells for p in cell.pieces), key=lambda p: p.box[3]).box[3]
    upper, lower = [], []
    for cell in spot.row.cells:
        below = [p for p in cell.pieces if (p.box[1] + p.box[3]) / 2 > first]
        start = below[0].start if below else len(cell.text)
        if start:
            upper.append(cell.part(0, len(cell.text[:start].rstrip())))
        if below:
            lower.append(cell.part(start, len(cell.text)))
    if len(upper) < 2 or len(lower) < 2:
        return None
    rows = [
        replace(spot.row, cells=tuple(cells), text="  ".join(cell.text for cell in cells))
        for cells in (upper, lower)
    ]
    return replace(spot, row=rows[0]), replace(spot, row=rows[1])


def unstack(spots: list[Spot], context: Context) -> list[Spot]:
    """Tables whose every cell stands on a row of its own, as text taken off a picture does.

    Labels follow each other, then values in the same order: taken only where every line has
    figures in the places of quantity and price, and they make the amount if there is one.
    """
    index = 0
    while index < len(spots):
        width = _stack_of_labels(spots, index, context)
        count = _stacked_lines(spots, index, width, context) if width else 0
        if count:
            pieces = [
                spots[at : at + width] for at in range(index, index + width * (count + 1), width)
            ]
            return [
                *spots[:index],
                *map(_in_one_row, pieces),
                *spots[index + width * (count + 1) :],
            ]
        index += max(width, 1)
    return spots


def _stack_of_labels(spots: Sequence[Spot], index: int, context: Context) -> int:
    """How many rows from here on are nothing but a column's label; 0 if they head no table."""
    width = 0
    while width < 16 and index + width < len(spots) and len(spots[index + width].row.cells) == 1:
        text = spots[index + width].row.cells[0].text
        label = context.label(text)
        if label is None or text.rstrip().endswith((":", "：")) or re.search(r"\d", text):
            break
        width += 1
    cells = [spot.row.cells[0] for spot in spots[index : index + width]]
    fields = {column.label.field for column in columns_of(cells, context)}
    is_known = {"quantity", "unit_price"} <= fields and bool(fields & ARTICLE)
    return width if width >= 4 and is_known else 0


def _stacked_lines(spots: Sequence[Spot], index: int, width: int, context: Context) -> int:
    """How many lines of as many rows follow the labels."""
    labels = [spot.row.cells[0] for spot in spots[index : index + width]]
    fields = [column.label.field for column in columns_of(labels, context)]
    count, start = 0, index + width
    while start + width <= len(spots):
        rows = [spot.row for spot in spots[start : start + width]]
        if any(len(row.cells) != 1 for row in rows):
            break
        values = dict(zip(fields, (context.number(row.cells[0]) for row in rows), strict=True))
        figures = [values.get(name) for name in ("quantity", "unit_price", "line_amount")]
        if figures[0] is None or figures[1] is None:
            break
        if "line_amount" in fields and (
            figures[2] is None
            or not product_fits(figures[0].value, figures[1].value, figures[2].value)
        ):
            break
        count, start = count + 1, start + width
    return count


def _in_one_row(spots: Sequence[Spot]) -> Spot:
    """Rows of one cell each as one row of as many cells."""
    cells = [
        replace(
            spot.row.cells[0],
            column=at,
            left=at * _APART,
            right=at * _APART + 9,
            row=spot.row.number,
        )
        for at, spot in enumerate(spots, 1)
    ]
    text = "  ".join(cell.text for cell in cells)
    first = spots[0]
    return replace(first, row=replace(first.row, cells=tuple(cells), text=text, is_grid=True))


def _next(spots: Sequence[Spot], start: int) -> int | None:
    """The next row that holds anything, if it is near."""
    for index in range(start, min(start + 2, len(spots))):
        if spots[index].row.cells:
            return index
    return None


def _fields(row: Row, context: Context) -> list[str]:
    labels = [context.label(cell.text) if cell.value is None else None for cell in row.cells]
    return [label.field if label is not None else "" for label in labels]


def _is_upper(row: Row, context: Context) -> bool:
    if not 2 <= len(row.cells) <= 8:
        return False
    fields = _fields(row, context)
    articles = set(fields) & (ARTICLE | {"line_no"})
    return len(articles) >= 2 and not set(fields) & VALUE and fields.count("") * 3 <= len(fields)


def _is_lower(row: Row, context: Context) -> bool:
    if not 2 <= len(row.cells) <= 8:
        return False
    fields = _fields(row, context)
    values = set(fields) & VALUE
    is_known = fields.count("") * 3 <= len(fields) and not set(fields) & (ARTICLE | {"line_no"})
    return is_known and "quantity" in values and len(values) >= 2


def _folded(spots: Sequence[Spot], lower: int) -> list[Spot]:
    """The header and every numbered row joined with the row of figures below it."""
    rights = [cell.right for spot in spots for cell in spot.row.cells]
    offset = max(rights, default=0.0) + _APART
    columns = max((cell.column for spot in spots for cell in spot.row.cells), default=0)
    answer = [_joined(spots[0], spots[lower], offset, columns)]
    index = lower + 1
    while index < len(spots):
        spot = spots[index]
        below = _figures_below(spots, index)
        if below is not None:
            answer.append(_joined(spot, spots[below], offset, columns))
            answer.extend(spots[index + 1 : below])
            index = below + 1
            continue
        answer.append(spot)
        index += 1
    return answer


def _figures_below(spots: Sequence[Spot], index: int) -> int | None:
    """The row of figures that belongs to a numbered row, with a remark or two between them."""
    below = _next(spots, index + 1)
    for _ in range(3):
        if below is None or _is_pair(spots[index].row, spots[below].row):
            return below
        if len(spots[below].row.cells) != 1:
            return None
        below = _next(spots, below + 1)
    return None


def _is_pair(upper: Row, lower: Row) -> bool:
    if len(upper.cells) < 2 or not _NUMBER.fullmatch(upper.cells[0].text):
        return False
    figures = sum(1 for cell in lower.cells if re.match(r"\W*\d", cell.text))
    return figures >= 2 and not (len(lower.cells) > 1 and _is_numbered(lower))


def _is_numbered(row: Row) -> bool:
    """Whether a row begins a line itself: a number, then words."""
    first, second = row.cells[0], row.cells[1]
    return bool(_NUMBER.fullmatch(first.text)) and not is_figure(second) and len(second.text) > 6


def _joined(upper: Spot, lower: Spot, offset: float, columns: int) -> Spot:
    cells = [_moved(cell, offset, columns) for cell in lower.row.cells]
    text = f"{upper.row.text}  {lower.row.text}"
    return replace(upper, row=replace(upper.row, cells=(*upper.row.cells, *cells), text=text))


def _moved(cell: Cell, offset: float, columns: int) -> Cell:
    """The cell to the right of all others; its box on paper stays where it is."""
    return replace(
        cell,
        column=cell.column + columns,
        left=cell.left + offset,
        right=cell.right + offset,
        span=None,
        pieces=(),
    )
