"""Label and value pairs: beside each other, below each other, with or without a colon."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..limits import MAX_PAIRS
from ..pages import Cell, Place, Row, Spot
from .companies import is_company
from .context import Context
from .labels import Label, is_listed, known_suffix

_COLON = re.compile(r"[:：](?!//)")
_BRACKETED = re.compile(r"【([^【】]{1,20})】")
_BREAK = re.compile(r" {2,}|\t|\u3000|[;；。]")
_GAP = re.compile(r"\s*[#№]\s*|\s+|(?<=[\u3400-\u9fff])(?=[A-Za-z0-9￥¥$€£])")

_LETTERED = re.compile(r"(?=(?:\D*\d){3})[A-Za-z]{1,6}[-/]?[A-Za-z0-9][A-Za-z0-9/-]{4,30}")
"""A number with letters before it: what "No." names without a colon, "No. 12" may be a street."""


@dataclass(frozen=True)
class Pair:
    """A label with its value; cell is the value as a cell of its own."""

    label: Label
    printed: str
    cell: Cell
    place: Place
    index: int
    is_below: bool = False

    @property
    def value(self) -> str:
        """The value as text."""
        return self.cell.text


def find_pairs(spots: Sequence[Spot], free: Sequence[int], context: Context) -> list[Pair]:
    """All pairs on the rows whose indices are given, in reading order."""
    pairs: list[Pair] = []
    allowed = set(free)
    taken: set[tuple[int, int]] = set()
    for index in free:
        if len(pairs) > MAX_PAIRS:
            break
        spot = spots[index]
        for position, cell in enumerate(spot.row.cells):
            if (index, position) in taken:
                continue
            found = _inside(spot, cell, index, context)
            if found is None:
                found = _alone(spots, index, position, cell, allowed, taken, context)
            pairs.extend(found)
    return pairs


def _inside(spot: Spot, cell: Cell, index: int, context: Context) -> list[Pair] | None:
    """Pairs inside one cell; None when the cell is a label standing alone or no pair at all."""
    text = cell.text
    if cell.value is not None or len(text) > 2000:
        return []
    marks = _label_marks(text, context)
    pairs: list[Pair] = []
    for number, (start, colon, label) in enumerate(marks):
        end = marks[number + 1][0] if number + 1 < len(marks) else len(text)
        raw = text[colon + 1 : end]
        gap = re.search(r" {3,}|\t|\u3000{2,}", raw.strip())
        lead = len(raw) - len(raw.lstrip())
        value_start = colon + 1 + lead
        value_end = value_start + len(raw.strip()) if gap is None else value_start + gap.start()
        value_end = _cut(text, value_start, value_end)
        if label is None or value_start >= value_end:
            continue
        piece = cell.part(value_start, value_end)
        place = spot.place(cell, (value_start, value_end))
        pairs.append(Pair(label, text[start:colon], piece, place, index))
    if pairs:
        return pairs
    if marks and marks[-1][1] >= len(text.rstrip()) - 1:
        return None
    if not marks:
        stacked = _bracketed(spot, cell, index, context) or _stacked(spot, cell, index, context)
        return stacked or _without_colon(spot, cell, index, context)
    return []


def _bracketed(spot: Spot, cell: Cell, index: int, context: Context) -> list[Pair]:
    """Labels in brackets instead of before colons: 【采购单号】6423/26."""
    marks = list(_BRACKETED.finditer(cell.text))
    pairs = []
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(cell.text)
        start = (
            mark.end()
            + len(cell.text[mark.end() : end])
            - len(cell.text[mark.end() : end].lstrip())
        )
        end = _cut(cell.text, start, end)
        label = context.label(mark[1])
        if label is not None and start < end:
            place = spot.place(cell, (start, end))
            pairs.append(Pair(label, mark[1], cell.part(start, end), place, index))
    return pairs


def _stacked(spot: Spot, cell: Cell, index: int, context: Context) -> list[Pair]:
    """A box of a form: the label on its first line, the value on the lines below."""
    if cell.text.count("\n") > 1 and not cell.pieces:
        return _alternating(spot, cell, index, context)
    start = _second_line(cell)
    if start is None:
        return []
    label = context.label(cell.text[:start])
    if label is None or context.label(cell.text[start:]) is not None:
        return []
    piece = cell.part(start, len(cell.text))
    return [Pair(label, cell.text[:start].strip(), piece, spot.place(piece), index)]


def _alternating(spot: Spot, cell: Cell, index: int, context: Context) -> list[Pair]:
    """Labels on lines of their own inside one cell, each with its value on the lines below."""
    lines: list[tuple[int, int]] = []
    start = 0
    for line in cell.text.split("\n"):
        lines.append((start, start + len(line)))
        start += len(line) + 1
    labels = [context.label(cell.text[first:last]) for first, last in lines]
    pairs = []
    for at, label in enumerate(labels):
        if label is None or re.search(r"\d", cell.text[slice(*lines[at])]):
            continue
        after = next((i for i in range(at + 1, len(lines)) if labels[i] is not None), len(lines))
        if after > at + 1:
            first, last = lines[at + 1][0], lines[after - 1][1]
            piece = cell.part(first, last)
            place = spot.place(cell, (first, last))
            pairs.append(Pair(label, cell.text[slice(*lines[at])], piece, place, index))
    return pairs if labels[0] is not None or len(pairs) > 1 else []


def _second_line(cell: Cell) -> int | None:
    """Where the second printed line of a cell begins in its text."""
    if not cell.pieces and "\n" in cell.text.strip():
        return cell.text.index("\n", len(cell.text) - len(cell.text.lstrip())) + 1
    for last, piece in pairwise(cell.pieces):
        if (piece.box[1] + piece.box[3]) / 2 > last.box[3]:
            return piece.start
    return None


def _cut(text: str, start: int, end: int) -> int:
    """Values end before trailing punctuation."""
    while end > start and text[end - 1] in " ,，;；、。　":
        end -= 1
    return end


def _label_marks(text: str, context: Context) -> list[tuple[int, int, Label | None]]:
    """(start of the label, its colon, what it names) for every label followed by a colon."""
    marks: list[tuple[int, int, Label | None]] = []
    previous = 0
    for match in _COLON.finditer(text):
        colon = match.start()
        if 0 < colon < len(text) - 1 and text[colon - 1].isdigit() and text[colon + 1].isdigit():
            continue
        before = text[previous:colon].rstrip()
        breaks = list(_BREAK.finditer(before.lstrip()))
        skip = len(before) - len(before.lstrip())
        start = previous + skip + (breaks[-1].end() if breaks else 0)
        label = context.label(text[start:colon])
        if label is None:
            suffix = known_suffix(text[previous:colon].rstrip())
            if suffix is not None and (not marks or suffix > 0):
                start = previous + suffix
                label = context.label(text[start:colon])
            elif marks and not breaks:
                continue  # a colon inside the value of the label before
        elif marks and not is_listed(text[start:colon].strip()):
            # the value before may look like a part of the label: 2026.07.28 货币
            suffix = known_suffix(text[start:colon].rstrip())
            if suffix:
                start += suffix
                label = context.label(text[start:colon])
        marks.append((start, colon, label))
        previous = colon + 1
    return marks


def _without_colon(spot: Spot, cell: Cell, index: int, context: Context) -> list[Pair] | None:
    """ "PO # 190220", "Date 2026-01-01": a label, a gap, a value that begins like one."""
    text = cell.text
    label = context.label(text)
    if label is not None and label.field not in ("item",):
        return None
    if len(text) > 80:
        return []
    for match in _GAP.finditer(text[:60]):
        printed = text[: match.start()] + ("#" if "#" in match.group() else "")
        if not printed.strip() or re.search(r"\d", printed):
            return []
        label = context.label(printed)
        start = match.end()
        start += len(re.match(r"(?:is\s+|为\s*|是\s*)?", text[start:]).group())  # type: ignore[union-attr]
        if label is None or (label.rank > 3 and not _LETTERED.fullmatch(text[start:].strip())):
            continue
        if _suits(label, text[start:], context):
            piece = cell.part(start, len(text.rstrip()))
            return [Pair(label, printed, piece, spot.place(cell, (start, len(text))), index)]
    return []


_SUMS = ("total", "subtotal", "tax", "freight", "discount", "discount_total")


def _suits(label: Label, value: str, context: Context) -> bool:
    """Whether a value without colon before it can be what the label asks for."""
    name = label.field
    if name in ("order_number", "document_number", "order_reference"):
        if re.match(r"(?i)box\b|date\b", value):
            return False  # "PO Box 1200", "Order date 2026-09-28"
        return re.fullmatch(r"[A-Za-z]{0,10}[-/ ]?[\w./-]*\d[\w./-]*\.?", value) is not None
    if name in ("issue_date", "due_date"):
        found = context.dates(value)
        return bool(found) and found[0].span[0] == 0
    if name in _SUMS or name in ("quantity", "unit_price", "line_amount"):
        return context.number_in(value) is not None
    return False


def _alone(
    spots: Sequence[Spot],
    index: int,
    position: int,
    cell: Cell,
    allowed: set[int],
    taken: set[tuple[int, int]],
    context: Context,
) -> list[Pair]:
    """A label that fills its cell: the value is the next cell, else the one below."""
    if cell.value is not None:
        return []
    label = context.label(cell.text)
    if label is None:
        return []
    spot = spots[index]
    cells = spot.row.cells
    has_colon = cell.text.rstrip().endswith((":", "："))
    right = cells[position + 1] if position + 1 < len(cells) else None
    if right is not None and not _is_label(right, context):
        below = None if has_colon else _below(spots, index, cell, allowed, context)
        if below is not None and _fits_below(label, right, below[1], context):
            other, found = _company_below(spots, *below, label)
            place = spots[other].place(found)
            return [Pair(label, cell.text, found, place, other, is_below=True)]
        neighbours = [c for c in cells if _is_label(c, context)]
        is_beside = len(neighbours) * 2 <= len(cells) and not _stands_apart(cell, right, below)
        if below is None or is_beside or _fits_below(label, below[1], right, context):
            taken.add((index, position + 1))
            return [Pair(label, cell.text, right, spot.place(right), index)]
    below = _below(spots, index, cell, allowed, context)
    if below is None or (
        right is None
        and not has_colon
        and len(cells) == 1
        and not spot.row.is_grid
        and (label.field not in ("buyer", "seller"))
    ):
        return []
    other, found = _company_below(spots, *below, label)
    if spot.row.is_grid or has_colon or len(cells) > 1 or label.field in ("buyer", "seller"):
        return [Pair(label, cell.text, found, spots[other].place(found), other, is_below=True)]
    return []


def _company_below(spots: Sequence[Spot], index: int, cell: Cell, label: Label) -> tuple[int, Cell]:
    """A clerk's name may stand above the company's in the box of a party."""
    is_clerk = re.fullmatch(r"[^\W\d_]+(?:[ .'-]+[^\W\d_]+){1,2}", cell.text) is not None
    if label.field in ("buyer", "seller") and is_clerk and not is_company(cell.text):
        for other in range(index + 1, min(index + 3, len(spots))):
            for below in spots[other].row.cells:
                if _is_under(cell, below) and is_company(below.text):
                    return other, below
    return index, cell


def _fits_below(label: Label, right: Cell, below: Cell, context: Context) -> bool:
    """Whether only the second can be what is asked for: a day below, an address beside."""
    if label.field in ("buyer", "seller"):
        return is_company(below.text) and not is_company(right.text)
    if label.field not in ("issue_date", "due_date", "order_number"):
        return False
    return _suits(label, below.text, context) and not _suits(label, right.text, context)


def _is_label(cell: Cell, context: Context) -> bool:
    if cell.value is not None:
        return False
    text = cell.text
    if re.fullmatch(r"[^\W\d][^:：]{1,40}[:：]\s*", text):
        return True  # "Adresse de livraison :" asks for a value, in whatever language
    return (context.label(text) is not None and not re.search(r"\d{2,}", text)) or (
        re.match(r"^[^:：]{1,20}[:：]", text) is not None
        and context.label(re.split("[:：]", text)[0]) is not None
    )


def _stands_apart(cell: Cell, right: Cell, below: tuple[int, Cell] | None) -> bool:
    """Whether on paper the cell beside a label is far off, and another stands below it."""
    if below is None or cell.box is None or right.box is None or below[1].box is None:
        return False
    height = cell.box[3] - cell.box[1]
    is_aligned = abs(below[1].box[0] - cell.box[0]) < 1.5 * height
    return is_aligned and right.box[0] - cell.box[2] > 4 * height


def _below(
    spots: Sequence[Spot], index: int, cell: Cell, allowed: set[int], context: Context
) -> tuple[int, Cell] | None:
    """The value cell on the next row under a label."""
    is_paper = spots[index].page.kind == "paper"
    for other in range(index + 1, min(index + (7 if is_paper else 3), len(spots))):
        row = spots[other].row
        if spots[other].page is not spots[index].page or other not in allowed:
            return None
        if not row.cells:
            continue
        best = max(row.cells, key=lambda c: min(c.right, cell.right) - max(c.left, cell.left))
        if is_paper and not _is_under(cell, best):
            if _is_far(cell, row):
                return None
            continue
        if min(best.right, cell.right) - max(best.left, cell.left) <= 0 or _is_label(best, context):
            return None
        if is_paper and _has_own_label(row, best, context):
            return None
        return other, best
    return None


def _is_under(label: Cell, value: Cell) -> bool:
    """Whether ink stands under ink, or both fill the same ruled column."""
    if (label.left, label.right) == (value.left, value.right):
        return True
    if label.box is None or value.box is None:
        return False
    return min(label.box[2], value.box[2]) > max(label.box[0], value.box[0])


def _is_far(label: Cell, row: Row) -> bool:
    tops = [cell.box[1] for cell in row.cells if cell.box is not None]
    if label.box is None or not tops:
        return True
    return min(tops) - label.box[3] > 2.5 * (label.box[3] - label.box[1])


def _has_own_label(row: Row, value: Cell, context: Context) -> bool:
    """Whether the cell to the left is a label that fills its cell: the value answers that one."""
    at = row.cells.index(value)
    return at > 0 and context.label(row.cells[at - 1].text) is not None
