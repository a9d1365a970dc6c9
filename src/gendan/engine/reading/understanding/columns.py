"""Which column each cell of a row belongs to: by number, by count, or by where it stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..pages import Cell, Piece, Row
from ..text import display_width, has_han
from .context import Context
from .labels import Label, is_listed
from .money import is_unit

Extent = tuple[float, float]
_LEFT_OUT = -3.5
"""What leaving out a cell costs; as much as standing fourteen letters beside its column."""


@dataclass(frozen=True)
class Column:
    """One column of a line table."""

    label: Label
    printed: str
    cell: Cell


def overlap(a: Cell, b: Cell) -> float:
    """How far two cells stand above each other; negative: the gap between them."""
    return min(a.right, b.right) - max(a.left, b.left)


def labels_in(cell: Cell, context: Context) -> list[Cell]:
    """A cell of a header on paper, cut where two labels stand so near that they look like one."""
    if is_listed(cell.text):
        return [cell]
    if cell.box is None:
        return _listed_words(cell)
    for before, after in pairwise(cell.pieces):
        height = before.box[3] - before.box[1]
        is_level = abs(after.box[1] - before.box[1]) < 0.5 * height
        if not is_level or after.box[0] - before.box[2] < 0.45 * height:
            continue
        left = cell.part(0, len(cell.text[: after.start].rstrip()))
        right = cell.part(after.start, len(cell.text))
        if context.label(left.text) is not None and context.label(right.text) is not None:
            return [left, *labels_in(right, context)]
    return [cell]


def _listed_words(cell: Cell) -> list[Cell]:
    """Chinese labels one blank apart in a line of text: "单位 数 量" heads two columns."""
    if not has_han(cell.text) or cell.value is not None:
        return [cell]
    for gap in reversed(list(re.finditer(r"[ \u3000]+", cell.text))):
        texts = cell.text[: gap.start()], cell.text[gap.end() :]
        if all(has_han(text) and is_listed(text) for text in texts):
            left, right = cell.part(0, gap.start()), cell.part(gap.end(), len(cell.text))
            middle = cell.left + display_width(texts[0])
            begin = cell.right - display_width(texts[1])
            return [replace(left, right=middle), replace(right, left=begin)]
    return [cell]


def extents_of(columns: Sequence[Column], rows: Sequence[Row]) -> list[Extent]:
    """How far each column of a table on paper reaches, by its header and the rows below it.

    Figures often stand at the right edge of a column whose label stands at the left one: rows that
    fill all columns tell; then those whose cells stand below a label.
    """
    extents = [(column.cell.left, column.cell.right) for column in columns]
    full = [row for row in rows if len(row.cells) == len(columns)]
    for row in full:
        if all(map(_may_stand_below, extents, row.cells)):
            extents = [_wider(e, cell) for e, cell in zip(extents, row.cells, strict=True)]
    for row in rows:
        for index, cell in _in_order(extents, row.cells).items():
            if len(row.cells) > 2 and _crosses_one(extents, index, cell):
                extents[index] = _wider(extents[index], cell)
    return extents


def _may_stand_below(extent: Extent, cell: Cell) -> bool:
    apart = max(cell.left - extent[1], extent[0] - cell.right)
    return apart < 12 * _height(cell)


def _height(cell: Cell) -> float:
    return cell.box[3] - cell.box[1] if cell.box is not None else 1.0


def _wider(extent: Extent, cell: Cell) -> Extent:
    return min(extent[0], cell.left), max(extent[1], cell.right)


def _crosses_one(extents: Sequence[Extent], index: int, cell: Cell) -> bool:
    """Whether a cell stands below its own column and no other."""
    own = min(cell.right, extents[index][1]) - max(cell.left, extents[index][0])
    others = (
        min(cell.right, right) - max(cell.left, left)
        for at, (left, right) in enumerate(extents)
        if at != index
    )
    return own > 0 and max(others, default=0.0) <= 0


def _cut_at_columns(extents: Sequence[Extent], cells: Sequence[Cell]) -> list[Cell]:
    """Cells that run into the next column, cut where a word begins together with that column."""
    answer: list[Cell] = []
    for cell in cells:
        rest = cell
        cuts = [after.start for before, after in pairwise(cell.pieces)
                if _begins_column(extents, cell, before, after)]  # fmt: skip
        done = 0
        for start in cuts:
            answer.append(rest.part(0, len(cell.text[done:start].rstrip())))
            rest = cell.part(start, len(cell.text))
            done = start
        answer.append(rest)
    return answer


def _begins_column(extents: Sequence[Extent], cell: Cell, before: Piece, after: Piece) -> bool:
    height = before.box[3] - before.box[1]
    gap = after.box[0] - before.box[2]
    is_level = abs(after.box[1] - before.box[1]) < 0.5 * height
    is_walled = cell.box is None or cell.left < cell.box[0] - 0.1 * height
    if gap < 0.2 * height or not is_level or is_walled:
        return False
    begun = [left for left, _ in extents if left < before.box[2] and left <= cell.left + height]
    near = [left for left, _ in extents if abs(left - after.box[0]) < 0.25 * height]
    return bool(near) and bool(begun) and near[0] > cell.left + height


def _in_order(extents: Sequence[Extent], cells: Sequence[Cell]) -> dict[int, Cell]:
    """Cells to columns from left to right so that all together fit best.

    Two cells share a column only where both stand in it; a cell may stand in a column without label
    and is then left out.
    """
    best: dict[int, tuple[float, tuple[int, ...]]] = {-1: (0.0, ())}
    for cell in cells:
        nearer: dict[int, tuple[float, tuple[int, ...]]] = {}
        for last, (score, path) in best.items():
            for index in range(max(last, 0), len(extents)):
                fit = _fit(extents[index], cell)
                if index == last:
                    if fit <= 0:
                        continue
                    fit -= 0.9
                _keep(nearer, index, score + fit, (*path, index))
            _keep(nearer, last, score + _LEFT_OUT, (*path, -1))
        best = nearer
    mapped: dict[int, Cell] = {}
    for index, cell in zip(max(best.values())[1], cells, strict=True):
        if index >= 0:
            mapped[index] = mapped[index].with_next(cell) if index in mapped else cell
    return mapped


def _keep(
    best: dict[int, tuple[float, tuple[int, ...]]], last: int, score: float, path: tuple[int, ...]
) -> None:
    if last not in best or score > best[last][0]:
        best[last] = (score, path)


def _fit(extent: Extent, cell: Cell) -> float:
    """1 to 2 for a cell that stands below the column, negative by its distance otherwise."""
    shared = min(extent[1], cell.right) - max(extent[0], cell.left)
    if shared > 0:
        narrow = max(1e-6, min(extent[1] - extent[0], cell.right - cell.left))
        return 1.0 + shared / narrow
    return shared / (4 * max(_height(cell), 1e-6))


def map_row(
    columns: Sequence[Column], row: Row, extents: Sequence[Extent] = (), *, is_spaced: bool = False
) -> dict[int, Cell]:
    """The row's cells by column index: by number in grids, else by count, else by geometry.

    extents: how far each column reaches, on paper, where counting cells would shift values.
    """
    if is_spaced and len(row.cells) == 1:
        return _spread(columns, row)
    if extents:
        return _in_order(extents, _cut_at_columns(extents, row.cells))
    if row.is_grid and not is_spaced:
        return _by_column(columns, row)
    if len(row.cells) == len(columns):
        return dict(enumerate(row.cells))
    mapped: dict[int, Cell] = {}
    for cell in row.cells:
        index = max(
            range(len(columns)),
            key=lambda i: (
                overlap(columns[i].cell, cell),
                -abs(_middle(columns[i].cell) - _middle(cell)),
            ),
        )
        if index in mapped:
            cell = mapped[index].with_next(cell)
        mapped[index] = cell
    return mapped


def _by_column(columns: Sequence[Column], row: Row) -> dict[int, Cell]:
    """True columns; a header that spans several owns what stands below any of them."""
    mapped: dict[int, Cell] = {}
    numbers = {column.cell.column: i for i, column in enumerate(columns)}
    for cell in row.cells:
        index = numbers.get(cell.column)
        if index is None:
            for i, column in enumerate(columns):
                if column.cell.column <= cell.column < column.cell.column + column.cell.column_span:
                    index = i
        if index is not None and index not in mapped:
            mapped[index] = cell
        elif index is None and cell.column_span > 1:
            covered = [
                i for c, i in numbers.items() if cell.column <= c < cell.column + cell.column_span
            ]
            for i in covered[:1]:
                mapped.setdefault(i, cell)
    return mapped


def _middle(cell: Cell) -> float:
    return (cell.left + cell.right) / 2


def _spread(columns: Sequence[Column], row: Row) -> dict[int, Cell]:
    """Words one blank apart under such a header: the longest text column takes the surplus."""
    words = [(m.group(), m.start()) for m in re.finditer(r"\S+", row.text)]
    names = [column.label.field for column in columns]
    wide = [names.index(n) for n in ("description", "specification", "item") if n in names]
    first: dict[int, Cell] = {}
    for count in range(len(columns), max(len(columns) - 3, 1), -1):
        # remarks at the end are often left empty
        if count < len(columns) and names[count] not in ("note", "other", "unknown"):
            break
        for index in wide or [-1]:
            mapped = _dealt(row.text, words, count, index)
            if mapped and _is_in_place(names, mapped):
                return mapped
            if count == len(columns):
                first = first or mapped
    return first


def _is_in_place(names: Sequence[str], mapped: dict[int, Cell]) -> bool:
    """Whether figures stand where figures belong, and a unit where units do."""
    for index, cell in mapped.items():
        is_number = re.match(r"\W*\d", cell.text) is not None
        if names[index] in ("quantity", "unit_price", "line_amount") and not is_number:
            return False
        if names[index] == "unit" and not is_unit(cell.text):
            return False
    return True


def _dealt(text: str, words: Sequence[tuple[str, int]], count: int, wide: int) -> dict[int, Cell]:
    """Words dealt to the first columns, one each; a wide one takes what is too much."""
    surplus = len(words) - count
    if surplus < 0 or (surplus and wide < 0):
        return {}
    mapped: dict[int, Cell] = {}
    position = 0
    for index in range(count):
        take = 1 + (surplus if index == wide else 0)
        chosen = words[position : position + take]
        start, end = chosen[0][1], chosen[-1][1] + len(chosen[-1][0])
        mapped[index] = Cell(
            text[start:end], index + 1, float(start), float(end), span=(start, end)
        )
        position += take
    return mapped
