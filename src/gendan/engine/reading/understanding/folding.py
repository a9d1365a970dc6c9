"""Folds lines printed on two rows under a header of two rows into one row each."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ..pages import Cell, Row, Spot
from .context import Context
from .headers import ARTICLE, VALUE, is_figure

_APART = 10.0
_NUMBER = re.compile(r"\d{1,6}\.?")


def fold_rows(spots: list[Spot], context: Context) -> list[Spot]:
    """The rows, where "Item Material Description" stands above "Qty Unit Price Value" folded."""
    for index, spot in enumerate(spots):
        lower = _next(spots, index + 1)
        if lower is None or not _is_upper(spot.row, context):
            continue
        if spots[lower].page is spot.page and _is_lower(spots[lower].row, context):
            return [*spots[:index], *_folded(spots[index:], lower - index)]
    return spots


def _next(spots: Sequence[Spot], start: int) -> int | None:
    """The next row that holds anything, if it is near."""
    for index in range(start, min(start + 2, len(spots))):
        if spots[index].row.cells:
            return index
    return None


def _fields(row: Row, context: Context) -> list[str]:
    labels = [context.label(cell.text) for cell in row.cells]
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
        below = _next(spots, index + 1)
        if below is not None and _is_pair(spot.row, spots[below].row):
            answer.append(_joined(spot, spots[below], offset, columns))
            index = below + 1
            continue
        answer.append(spot)
        index += 1
    return answer


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
