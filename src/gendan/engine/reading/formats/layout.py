"""Words with places on a page of paper become rows of cells: by rulings first, by gaps second."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ..limits import MAX_CELL_CHARACTERS
from ..pages import Cell, Page, Piece, Row, around
from ..text import clean, has_han
from .rulings import Grid, Ruled, Ruling

__all__ = ["Ruling", "Word", "page_of_words"]

_GAP = 0.9
"""Blank space that parts two cells, in heights of a letter; words stand 0.2 to 0.5 apart."""

_SPREAD = 3.6
"""Up to here two single Chinese characters may be one label spread over its column."""

_MOST_IN_ROW = 400
"""Between two rulings; more pieces of text are a page in a frame, not a row."""

_SUM = re.compile(r"[^\d\s]{0,4}\s?\d{1,3}(?:[,. ']?\d{3})*[.,]\d{2}\s?[^\d\s]{0,4}")
"""Money as it stands below other money."""

_FAR = 2.6
"""Blank space between two lines that parts blocks, in heights of a letter."""


@dataclass(frozen=True, slots=True)
class Word:
    """Characters that stand together on paper; the top left corner of the page is 0, 0.

    size: the height of its letters (the font's size); its box's height where that is not known.
    edges: where each character begins and the last one ends, if that is known. after_blank: the
    file itself says that a blank stands before it.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float = 1.0
    size: float = 0.0
    edges: tuple[float, ...] = ()
    after_blank: bool = False

    @property
    def middle(self) -> float:
        """Half way between top and bottom."""
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        """The height of its letters."""
        return self.size or max(self.bottom - self.top, 0.1)


@dataclass(slots=True)
class _Run:
    """Words of one line that belong to one cell."""

    words: list[Word]
    ruled: Ruled = field(default_factory=lambda: Ruled(None, None, None, None))

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return max(word.right for word in self.words)

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return max(word.height for word in self.words)


_Standing = TypeVar("_Standing", Word, _Run)


@dataclass(slots=True)
class _Line:
    """Runs that make one row; a column's runs may stand below each other in ruled rows."""

    columns: list[list[_Run]]
    band: tuple[float, float] | None = None

    @property
    def top(self) -> float:
        return min(run.top for column in self.columns for run in column)

    @property
    def bottom(self) -> float:
        return max(run.bottom for column in self.columns for run in column)

    @property
    def height(self) -> float:
        return max(run.height for column in self.columns for run in column)


def page_of_words(
    words: Sequence[Word],
    *,
    number: int,
    title: str,
    width: float,
    height: float,
    rulings: Sequence[Ruling] = (),
) -> Page:
    """The words as a page of rows in reading order; boxes are in the measure of width and height.

    Lines inside one ruled cell become one cell; elsewhere every printed line is a row.
    """
    kept = [word for word in words if word.text.strip()]
    grid = Grid(rulings, height / 500)
    if grid.too_busy(len(kept)):
        grid = Grid((), height / 500)
    runs = [run for line in _lines(kept) for run in _runs(line, grid)]
    lines = _rows(runs, height)
    rows: list[Row] = []
    previous: _Line | None = None
    for line in lines:
        if previous is not None and line.top - previous.bottom > _FAR * line.height:
            rows.append(Row(len(rows) + 1, (), "", False))
        rows.append(_row(line, len(rows) + 1, lines))
        previous = line
    return Page(number, title, "paper", tuple(rows), width, height)


def _at_one_height(things: Sequence[_Standing]) -> list[list[_Standing]]:
    """Groups of those whose middles stand at one height, from the top; unsorted within."""
    groups: list[list[_Standing]] = []
    for thing in sorted(things, key=lambda one: (one.middle, one.left)):
        for group in reversed(groups[-4:]):
            near = min(group, key=lambda other: abs(other.left - thing.left))
            slack = 0.45 * min(near.bottom - near.top, thing.bottom - thing.top)
            if abs(near.middle - thing.middle) <= slack:
                group.append(thing)
                break
        else:
            groups.append([thing])
    return groups


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words whose middles stand at one height, each line from left to right."""
    lines = _at_one_height(words)
    for line in lines:
        line.sort(key=lambda word: word.left)
    return lines


def _runs(line: Sequence[Word], grid: Grid) -> list[_Run]:
    """A line cut where a ruling or a wide gap parts two words."""
    runs: list[_Run] = []
    for word in line:
        last = runs[-1].words[-1] if runs else None
        if last is not None:
            gap = word.left - last.right
            wide = _GAP * max(min(last.height, word.height), 0.6 * max(last.height, word.height))
            between = (last.right - 0.3 * last.height, word.left + 0.3 * word.height)
            if _is_spread_label(runs[-1].words, word, line):
                wide = max(wide, _SPREAD * word.height)
            if gap <= wide and not (between[0] < between[1] and grid.parts(*between, word.middle)):
                runs[-1].words.append(word)
                continue
        runs.append(_Run([word]))
    for run in runs:
        run.ruled = grid.around((run.left + run.right) / 2, run.middle)
    return runs


def _is_spread_label(words: Sequence[Word], word: Word, line: Sequence[Word]) -> bool:
    """Whether two single Chinese characters stand apart only to fill a column: 数   量."""
    before, after = words[-1].text, word.text.rstrip(":：")
    if len(words) > 1 or len(before) != 1 or len(after) != 1 or not has_han(before + after):
        return False
    if not (has_han(before) and has_han(after)):
        return False
    beyond = [other.left for other in line if other.left > word.left]
    return not beyond or min(beyond) - word.right >= 0.8 * (word.left - words[-1].right)


def _rows(runs: Sequence[_Run], height: float) -> list[_Line]:
    """Runs as rows: those of one ruled row together, the rest line by line."""
    bands: dict[tuple[float, float], list[_Run]] = {}
    for run in runs:
        if run.ruled.top is not None and run.ruled.bottom is not None:
            bands.setdefault((run.ruled.top, run.ruled.bottom), []).append(run)
    rows: list[_Line] = []
    done: set[int] = set()
    shapes = {b: _columns(members) for b, members in bands.items() if len(members) <= _MOST_IN_ROW}
    for band, columns in shapes.items():
        if _is_level(columns) or band[1] - band[0] > height / 2:
            continue
        if _is_one_row(band, columns, shapes):
            rows.append(_Line(columns, band))
            done.update(id(run) for column in columns for run in column)
    single = _by_line([run for run in runs if id(run) not in done and _is_ruled_row(run, shapes)])
    rows.extend(single)
    done.update(id(run) for row in single for column in row.columns for run in column)
    rows.sort(key=lambda row: row.top)
    done |= _hang_merged([run for run in runs if id(run) not in done], rows)
    for run in runs:
        if id(run) not in done and _join_level(run, single):
            done.add(id(run))
    rows.extend(_by_line([run for run in runs if id(run) not in done]))
    return sorted(rows, key=lambda row: (row.top + min(row.bottom, row.top + row.height)) / 2)


def _is_level(columns: Sequence[Sequence[_Run]]) -> bool:
    """Whether all stand on one line."""
    runs = [run for column in columns for run in column]
    middles = [run.middle for run in runs]
    return max(middles) - min(middles) <= 0.45 * min(run.bottom - run.top for run in runs)


def _is_ruled_row(run: _Run, shapes: dict[tuple[float, float], list[list[_Run]]]) -> bool:
    """Whether a run stands in a ruled row of one line with several columns."""
    if run.ruled.top is None or run.ruled.bottom is None:
        return False
    columns = shapes.get((run.ruled.top, run.ruled.bottom), [])
    return len(columns) > 1 and _is_level(columns)


def _join_level(run: _Run, rows: Sequence[_Line]) -> bool:
    """Put a run that no rulings hold into the ruled row it stands level with."""
    for row in rows:
        near = min(row.columns, key=lambda column: abs(column[0].left - run.left))[0]
        slack = 0.45 * min(near.bottom - near.top, run.bottom - run.top)
        if abs(near.middle - run.middle) <= slack:
            row.columns.append([run])
            return True
    return False


def _hang_merged(runs: Sequence[_Run], rows: Sequence[_Line]) -> set[int]:
    """Cells merged over several ruled rows go to the first of them; the runs that went."""
    merged: dict[Ruled, list[_Run]] = {}
    for run in runs:
        if run.ruled.has_band and run.ruled.has_walls:
            merged.setdefault(run.ruled, []).append(run)
    gone: set[int] = set()
    for ruled, members in merged.items():
        inside = _rows_inside(ruled, rows)
        most = max((len(row.columns) for row in inside), default=0)
        if inside and _line_count(members) <= (6 if most >= 3 else 2):
            inside[0].columns.append(sorted(members, key=lambda run: (run.middle, run.left)))
            gone.update(id(run) for run in members)
    return gone


def _rows_inside(ruled: Ruled, rows: Sequence[_Line]) -> list[_Line]:
    """The ruled rows that stand beside a cell, between its own top and bottom."""
    if ruled.top is None or ruled.bottom is None:
        return []
    return [
        row
        for row in rows
        if row.band is not None
        and ruled.top <= row.band[0] < row.band[1] <= ruled.bottom
        and row.band != (ruled.top, ruled.bottom)
    ]


def _columns(runs: Sequence[_Run]) -> list[list[_Run]]:
    """Runs of one ruled row by column: between the same walls, else where they overlap."""
    shared = _shared_walls(runs)
    columns: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: (run.left, run.top)):
        for column in columns:
            if any(_is_same_column(other, run, shared) for other in column):
                column.append(run)
                break
        else:
            columns.append([run])
    for column in columns:
        column.sort(key=lambda run: (run.middle, run.left))
    return columns


def _walls(run: _Run) -> tuple[float | None, float | None]:
    return run.ruled.left, run.ruled.right


def _shared_walls(runs: Sequence[_Run]) -> set[tuple[float | None, float | None]]:
    """Walls around several runs of one line: the frame of a row, not the borders of a column."""
    shared = set()
    for index, run in enumerate(runs):
        if run.ruled.has_walls and _walls(run) not in shared:
            level = [o for o in runs[index + 1 :] if abs(o.middle - run.middle) < 0.45 * run.height]
            if any(_walls(other) == _walls(run) for other in level):
                shared.add(_walls(run))
    return shared


def _is_same_column(a: _Run, b: _Run, shared: set[tuple[float | None, float | None]]) -> bool:
    if _walls(a) != _walls(b):
        return False
    between_walls = a.ruled.has_walls and _walls(a) not in shared
    return between_walls or min(a.right, b.right) > max(a.left, b.left)


def _is_one_row(
    band: tuple[float, float],
    columns: list[list[_Run]],
    shapes: dict[tuple[float, float], list[list[_Run]]],
) -> bool:
    """Whether what stands between two rulings is a row of a table, not a block of an address.

    A row of a table has a column with a single line (a number, a code) beside those with several.
    """
    counts = [_line_count(column) for column in columns]
    if len(columns) < 2 or max(counts) == 1:
        return len(columns) > 1
    if min(counts) > 1 and not (max(counts) == 2 and len(columns) >= 3):
        return False
    shared = _shared_walls([run for column in columns for run in column])
    if all(c[0].ruled.has_walls and _walls(c[0]) not in shared for c in columns):
        return max(counts) <= 12
    if any(_holds_sums(column) for column in columns) or _is_gapped(columns):
        return False
    # without walls only what is one of several such rows is believed
    beside = [
        other
        for (top, bottom), other in shapes.items()
        if (top == band[1] or bottom == band[0]) and len(other) >= 3
    ]
    return len(columns) >= 3 and bool(beside) and max(counts) <= 8


def _is_gapped(columns: Sequence[Sequence[_Run]]) -> bool:
    """Whether blank space parts the lines between two rulings: paragraphs, not one row."""
    runs = sorted((run for column in columns for run in column), key=lambda run: run.top)
    bottom = runs[0].bottom
    for run in runs:
        if run.top - bottom > 1.2 * run.height:
            return True
        bottom = max(bottom, run.bottom)
    return False


def _holds_sums(column: Sequence[_Run]) -> bool:
    """Whether sums stand below each other: subtotal, tax and total are rows of their own."""
    texts = [" ".join(word.text for word in run.words) for run in column]
    return _line_count(column) > 1 and all(_SUM.fullmatch(text) for text in texts)


def _line_count(column: Sequence[_Run]) -> int:
    count, bottom = 0, float("-inf")
    for run in column:
        if run.middle > bottom:
            count += 1
            bottom = run.bottom
    return count


def _by_line(runs: Sequence[_Run]) -> list[_Line]:
    """Runs that stand at one height as a row."""
    lines = []
    for row in _at_one_height(runs):
        bands = {(run.ruled.top, run.ruled.bottom) for run in row if run.ruled.has_band}
        band = next(iter(bands)) if len(bands) == 1 else None
        columns = [[run] for run in sorted(row, key=lambda run: run.left)]
        known = (band[0], band[1]) if band and band[0] is not None and band[1] is not None else None
        lines.append(_Line(columns, known))
    return lines


def _row(line: _Line, number: int, lines: Sequence[_Line]) -> Row:
    columns = sorted(line.columns, key=lambda column: min(run.left for run in column))
    shared = _shared_walls([run for column in columns for run in column])
    cells = tuple(_cell(runs, index, lines, shared) for index, runs in enumerate(columns, 1))
    is_ruled = line.band is not None and line.band[1] - line.band[0] < 3 * line.height
    is_ruled = is_ruled or (line.band is not None and len(columns) > 1)
    return Row(number, cells, "  ".join(cell.text for cell in cells), False, is_ruled)


def _cell(
    runs: Sequence[_Run],
    column: int,
    lines: Sequence[_Line],
    shared: set[tuple[float | None, float | None]],
) -> Cell:
    """The runs of one column of a row as a cell; between walls the walls are its borders."""
    text = ""
    pieces: list[Piece] = []
    last: Word | None = None
    for run in runs:
        for word in run.words:
            said = clean(word.text).strip()
            if not said:
                continue
            if last is not None:
                text += _between(last, word, text, said)
            edges = word.edges if len(word.edges) == len(said) + 1 else ()
            box = (word.left, word.top, word.right, word.bottom)
            pieces.append(Piece(len(text), len(text) + len(said), box, edges, word.confidence))
            text += said
            last = word
    ruled = runs[0].ruled
    box = around([piece.box for piece in pieces]) if pieces else (0.0, 0.0, 0.0, 0.0)
    left, right = box[0], box[2]
    if ruled.left is not None and ruled.right is not None and _walls(runs[0]) not in shared:
        left, right = ruled.left, ruled.right
    return Cell(
        text[:MAX_CELL_CHARACTERS],
        column,
        left,
        right,
        row_span=_row_span(ruled, lines),
        box=box,
        confidence=min((piece.confidence for piece in pieces), default=1.0),
        pieces=tuple(piece for piece in pieces if piece.end <= MAX_CELL_CHARACTERS),
    )


def _between(last: Word, word: Word, before: str, after: str) -> str:
    """What stands between two words: a blank, or nothing inside Chinese and after a hyphen."""
    is_below = word.middle > last.bottom
    is_chinese = has_han(before[-1:]) or has_han(after[:1]) or "\uff00" < after[:1] < "\uffef"
    if is_below:
        if is_chinese and not (before[-1:].isascii() and after[:1].isascii()):
            return ""
        return "" if before[-1:] == "-" and before[-2:-1].isalnum() else " "
    gap = word.left - last.right
    if gap > _GAP * word.height:
        return "   "
    if not is_chinese or word.after_blank:
        return " "
    # word processors part Chinese from Latin letters by a quarter of a letter without a blank
    least = 0.15 if has_han(before[-1:]) and has_han(after[:1]) else 0.35
    return "" if gap < least * word.height else " "


def _row_span(ruled: Ruled, lines: Sequence[_Line]) -> int:
    """How many rows a cell reaches over."""
    return max(1, len(_rows_inside(ruled, lines))) if ruled.has_walls else 1
