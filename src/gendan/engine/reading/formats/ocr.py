"""Reads the characters of a scanned page: words with places, rulings, and how sure each one is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from .glyphs import by_shape
from .layout import Ruling, Word
from .ocr_engine import Engine, Line, Pixels, Quad, engine
from .ocr_words import tidied
from .scan_sheet import Sheet, prepare, turned_box

FIND_SIDE_PX = 1200
"""The longer side of the picture in which text is looked for; reading uses all pixels."""

_GAP = 0.95
"""Blank space inside a box of text that parts two pieces, in heights of its ink."""

_LETTER = 1.15
"""The size of letters for the height of their ink."""

_LEAST_SURE = 0.45
"""Below this nothing is said: specks and drawings look like letters."""

_MOST_SURE = 0.9999
"""What was recognised is never as certain as what was written in a file: 1."""

_DISAGREEMENT = 0.4
"""How sure a word is that two readings of the same pixels spell differently."""

_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d{2})?|\d{1,5}")
"""Numbers of this shape are doubted anyway unless arithmetic proves them: one reading is enough."""

_MAX_PIECES = 1500


@dataclass(frozen=True)
class Scan:
    """What a scanned page says; words and rulings in the pixels of `picture`, which is upright."""

    picture: Pixels
    words: tuple[Word, ...]
    rulings: tuple[Ruling, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A box of text to be read; height, first, last: of its ink."""

    box: Quad
    height: int
    first: int
    last: int


def read_scan(image: Pixels, *, dpi: tuple[float, float] | None = None) -> Scan:
    """The page of a picture (grey, or red-green-blue): turned upright, straightened and read."""
    reader = engine()
    sheet = prepare(image, dpi)
    boxes = _found(sheet, reader)
    if _lies_on_its_side(boxes):
        sheet = prepare(np.ascontiguousarray(np.rot90(image)), dpi and (dpi[1], dpi[0]))
        boxes = _found(sheet, reader)
    if _is_upside_down(sheet, boxes, reader):
        for _ in range(2):
            width = sheet.clean.shape[1]
            sheet = sheet.turned(1)
            boxes = [turned_box(box, width) for box in boxes]
    pieces = _pieces(sheet, boxes)
    words = [word for piece in pieces[:_MAX_PIECES] if (word := _word(sheet, piece, reader))]
    words = tidied(words)
    boxes = [*sheet.horizontal, *sheet.vertical]
    rulings = [Ruling(float(b[0]), float(b[1]), float(b[2]), float(b[3])) for b in boxes]
    return Scan(sheet.picture, tuple(words), tuple(rulings))


def recognise(image: Pixels, *, dpi: tuple[float, float] | None = None) -> list[Word]:
    """The words of a picture, in the pixels of the straightened picture (see `read_scan`)."""
    return list(read_scan(image, dpi=dpi).words)


def _found(sheet: Sheet, reader: Engine) -> list[Quad]:
    """Boxes of text, in the sheet's pixels."""
    factor = min(1.0, FIND_SIDE_PX / max(sheet.clean.shape))
    small = sheet.clean
    if factor < 1:
        small = np.asarray(
            cv2.resize(small, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8
        )
    return [
        (int(left / factor), int(top / factor), int(right / factor), int(bottom / factor))
        for left, top, right, bottom in reader.find(small)
    ]


def _lies_on_its_side(boxes: Sequence[Quad]) -> bool:
    """Whether most of the text runs up or down the page."""
    sizes = [(right - left, bottom - top) for left, top, right, bottom in boxes]
    upright = sum(wide for wide, tall in sizes if wide > 1.5 * tall)
    lying = sum(tall for wide, tall in sizes if tall > 1.5 * wide)
    return lying > 1.2 * upright


def _is_upside_down(sheet: Sheet, boxes: Sequence[Quad], reader: Engine) -> bool:
    """Whether some long pieces of text read better when they are turned round."""
    chosen = sorted((b for b in boxes if b[2] - b[0] > 2 * (b[3] - b[1])), key=_width)[-60:]
    chosen = chosen[:: max(1, len(chosen) // 7)][:7]
    crops = [_crop(sheet.clean, box) for box in chosen]
    straight = sum(_sureness(line) for line in reader.read(crops))
    turned = sum(_sureness(line) for line in reader.read([np.rot90(c, 2) for c in crops]))
    return turned > 1.15 * straight


def _width(box: Quad) -> int:
    return box[2] - box[0]


def _sureness(line: Line) -> float:
    sure = [letter.confidence for letter in line.letters]
    return sum(sure) / len(sure) if sure else 0.0


def _pieces(sheet: Sheet, boxes: Sequence[Quad]) -> list[_Piece]:
    """The boxes cut at rulings and wide gaps, and text that the detection overlooked."""
    pieces = [piece for box in boxes for piece in _cut(sheet, box)]
    heights = sorted(piece.height for piece in pieces)
    if heights:
        typical = heights[len(heights) // 2]
        for box in _overlooked(sheet, boxes, typical):
            pieces.extend(_cut(sheet, box))
        # a speck above or below makes a letter no larger
        pieces = [
            replace(p, height=min(p.height, typical)) if p.height < 1.5 * typical else p
            for p in pieces
        ]
    return _without_doubles(pieces)


def _without_doubles(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Pieces that do not lie inside another one: text is sometimes found twice."""
    kept: list[_Piece] = []
    for piece in sorted(pieces, key=lambda piece: -_area(piece.box)):
        left, top, right, bottom = piece.box
        is_double = any(
            _area((max(left, b[0]), max(top, b[1]), min(right, b[2]), min(bottom, b[3])))
            > 0.4 * _area(piece.box)
            for b in (other.box for other in kept)
        )
        if not is_double:
            kept.append(piece)
    return kept


def _area(box: Quad) -> int:
    return max(0, box[2] - box[0]) * max(0, box[3] - box[1])


def _cut(sheet: Sheet, box: Quad) -> list[_Piece]:
    """A box of text as pieces: parted by vertical rulings and by blanks wider than letters."""
    left, top, right, bottom = _inside(sheet, box)
    if right - left < 3 or bottom - top < 4:
        return []
    ink = sheet.ink[top:bottom, left:right]
    if ink.mean() > 0.5:
        ink = 1 - ink  # bright letters on a dark bar
    rows = np.flatnonzero(ink.sum(axis=1) > 0)
    if not len(rows):
        return []
    height = _ink_height(ink)
    walls = [
        (wall[0] + wall[2]) // 2 - left
        for wall in sheet.vertical
        if wall[1] < (top + bottom) // 2 < wall[3] and left < (wall[0] + wall[2]) // 2 < right
    ]
    # a speck is one pixel, the thinnest stroke two
    columns = np.asarray(ink.sum(axis=0) >= (2 if height >= 18 else 1))
    pieces = []
    for start, end in _stretches(columns, max(4, round(_GAP * height)), walls):
        spare = max(2, round(0.22 * height))
        padded = (max(0, left + start - spare), top, left + end + spare, bottom)
        pieces.append(_Piece(padded, height, left + start, left + end))
    return pieces


def _ink_height(ink: Pixels) -> int:
    """The height of the letters: of the rows that hold the bulk of the ink."""
    filled = ink.sum(axis=1)
    rows = np.flatnonzero(filled > 0.08 * filled.max())
    return int(rows[-1] - rows[0] + 1)


def _stretches(
    columns: npt.NDArray[np.bool_], gap: int, walls: Sequence[int]
) -> list[tuple[int, int]]:
    """Runs of columns with ink, joined over blanks narrower than the gap, cut at walls."""
    inked = np.flatnonzero(columns)
    if not len(inked):
        return []
    found: list[tuple[int, int]] = []
    start = last = int(inked[0])
    for column in map(int, inked[1:]):
        is_parted = any(last < wall <= column for wall in walls)
        if column - last - 1 >= gap or is_parted:
            found.append((start, last + 1))
            start = column
        last = column
    found.append((start, last + 1))
    return found


def _inside(sheet: Sheet, box: Quad) -> Quad:
    height, width = sheet.clean.shape
    return max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3])


def _overlooked(sheet: Sheet, boxes: Sequence[Quad], typical: int) -> list[Quad]:
    """Boxes around ink of the size of letters that no box covers: single figures are missed."""
    rest = sheet.ink.copy()
    for box in boxes:
        left, top, right, bottom = _inside(sheet, box)
        rest[top:bottom, left:right] = 0
    joined = cv2.dilate(rest, np.ones((1, max(3, round(0.7 * typical))), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    found: list[Quad] = []
    for index in range(1, min(count, 4000)):
        left, top, width, height, _area = (int(v) for v in stats[index])
        ink = rest[top : top + height, left : left + width]
        share = float(ink.mean())
        if 0.6 * typical <= height <= 1.8 * typical and 0.08 < share < 0.75:
            spare = round(0.25 * typical)
            found.append((left, top - spare, left + width, top + height + spare))
    return found[:200]


def _crop(picture: Pixels, box: Quad) -> Pixels:
    left, top, right, bottom = box
    return picture[max(0, top) : bottom, max(0, left) : right]


def _word(sheet: Sheet, piece: _Piece, reader: Engine) -> Word | None:
    """The piece read, and read again where figures are at stake."""
    line = reader.read([_crop(sheet.clean, piece.box)])[0]
    sure = line.confidence
    if not line.text.strip() or _sureness(line) < _LEAST_SURE:
        return None
    if re.search(r"[0-9]", line.text) and not (sure > 0.97 and _AMOUNT.fullmatch(line.text)):
        line, sure = _second_opinion(sheet, piece, reader, line)
    line, is_guess = by_shape(line, _crop(sheet.ink, piece.box), piece.height)
    if is_guess:
        sure = min(sure, _DISAGREEMENT)
    return _placed(piece, line, sure)


def _second_opinion(sheet: Sheet, piece: _Piece, reader: Engine, first: Line) -> tuple[Line, float]:
    """A reading of a tighter, larger and sharper crop; where both differ the word is doubtful."""
    left, top, right, bottom = piece.box
    trim = max(1, (bottom - top - piece.height) // 4)
    crop = _crop(sheet.clean, (left, top + trim, right, bottom - trim))
    larger = cv2.resize(crop, None, fx=2.0, fy=2.0, interpolation=cv2.INTER_CUBIC)
    blurred = cv2.GaussianBlur(larger, (0, 0), 2.0)
    sharper = np.asarray(cv2.addWeighted(larger, 1.6, blurred, -0.6, 0), dtype=np.uint8)
    second = reader.read([sharper])[0]
    if _spelling(second) == _spelling(first):
        return first, max(first.confidence, second.confidence * 0.5 + first.confidence * 0.5)
    better = max((first, second), key=lambda line: line.confidence)
    return better, min(better.confidence, _DISAGREEMENT)


def _spelling(line: Line) -> str:
    """The text without what may differ between two readings without harm."""
    return re.sub(r"\s+", "", line.text).translate(_SAME)


_SAME = str.maketrans("，。：；（）％＃＄￥－／", ",.:;()%#$¥-/")


def _placed(piece: _Piece, line: Line, sure: float) -> Word:
    """The reading as a word with the places of its characters."""
    left, top, right, bottom = piece.box
    letters = list(line.letters)
    while letters and letters[0].text.isspace():
        letters.pop(0)
    while letters and letters[-1].text.isspace():
        letters.pop()
    middles = [left + letter.at * (right - left) for letter in letters]
    inner = [(a + b) / 2 for a, b in pairwise(middles)]
    first, last = float(piece.first), float(piece.last)
    edges = (first, *(min(max(at, first), last) for at in inner), last)
    text = "".join(letter.text for letter in letters)
    return Word(
        text, first, float(top), last, float(bottom),
        confidence=min(round(sure, 4), _MOST_SURE), size=_LETTER * piece.height, edges=edges,
    )  # fmt: skip
