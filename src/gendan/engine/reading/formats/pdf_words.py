"""The words of a PDF's text layer with their boxes; what nobody can see is kept apart."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pypdfium2.raw as pdfium

from ..limits import MAX_PAGE_CHARACTERS
from ..text import clean
from .layout import Word
from .pdf_drawings import Drawings, address_of
from .pdf_page import PaperPage

_TINIEST = 2.6
"""Letters smaller than this many points cannot be read by anybody."""

_FAINTEST = 22
"""Shades of grey between text and what is behind it, of 255."""

_UNSURE = 0.3
_RAISED = 0.85
_INVISIBLE_MODES = (3, 7)


@dataclass(slots=True)
class _Glyph:
    text: str
    left: float
    right: float
    base: float
    size: float
    index: int
    quarter: int | None
    is_unknown: bool
    after_blank: bool = False


@dataclass
class TextLayer:
    """What the text layer of a page says: words anybody can see, and words nobody can."""

    words: list[Word] = field(default_factory=list)
    hidden: list[Word] = field(default_factory=list)
    turned: int = 0
    unknown: int = 0
    characters: int = 0
    is_cut: bool = False


def upright_turn(text: Any, paper: PaperPage) -> int:
    """Quarter turns that bring most of the page's text upright."""
    count = min(pdfium.FPDFText_CountChars(text.raw), 3000)
    step = max(1, count // 300)
    ways = Counter(_quarter(text, index, paper) for index in range(0, count, step))
    ways.pop(None, None)
    if not ways:
        return 0
    quarter, _ = ways.most_common(1)[0]
    return -int(quarter or 0) % 4


def _quarter(text: Any, index: int, paper: PaperPage) -> int | None:
    """In which quarter a character's line runs (0 = to the right, 1 = down); None = aslant."""
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFText_GetMatrix(text.raw, index, matrix):
        return None
    x, y = paper.way.direction(matrix.a, matrix.b)
    length = (x * x + y * y) ** 0.5
    if length < 1e-6:
        return None
    for quarter, (along_x, along_y) in enumerate(((1, 0), (0, 1), (-1, 0), (0, -1))):
        if (x * along_x + y * along_y) / length > 0.99:
            return quarter
    return None


def text_layer(text: Any, paper: PaperPage, drawings: Drawings) -> TextLayer:
    """Read the layer and sort its words into visible and hidden ones."""
    layer = TextLayer()
    for glyphs in _groups(_glyphs(text, paper, layer)):
        word = _word(glyphs)
        if not word.text.strip():
            continue
        layer.characters += len(word.text)
        if glyphs[0].quarter != 0:
            layer.turned += len(word.text)
            continue
        layer.unknown += sum(glyph.is_unknown for glyph in glyphs)
        if _is_seen(text, glyphs, word, paper, drawings):
            layer.words.append(word)
        else:
            layer.hidden.append(word)
    layer.words = _without_doubles(layer.words)
    return layer


def _glyphs(text: Any, paper: PaperPage, layer: TextLayer) -> Iterator[_Glyph | None]:
    """The characters in the file's order; None where it says that a word ends."""
    count = pdfium.FPDFText_CountChars(text.raw)
    layer.is_cut = count > MAX_PAGE_CHARACTERS
    way = paper.way
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    lead, is_blank = 0, False
    for index in range(min(count, MAX_PAGE_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text.raw, index)
        if 0xD800 <= code < 0xDC00:
            lead = code
            continue
        if 0xDC00 <= code < 0xE000 and lead:
            code, lead = 0x10000 + ((lead - 0xD800) << 10) + code - 0xDC00, 0
        if code <= 32 or code in (0xA0, 0x3000, 0xFFFE) or 0xD800 <= code < 0xE000:
            # 0xFFFE stands for a hyphen at a line's end
            if code == 0xFFFE and (hyphen := _hyphen(text, index, paper)) is not None:
                yield hyphen
            if code or not pdfium.FPDFText_HasUnicodeMapError(text.raw, index):
                is_blank = code > 13 and pdfium.FPDFText_IsGenerated(text.raw, index) != 1
                yield None
                continue
            code = 0xFFFD
        if not (
            pdfium.FPDFText_GetLooseCharBox(text.raw, index, box)
            and pdfium.FPDFText_GetCharOrigin(text.raw, index, x, y)
            and pdfium.FPDFText_GetMatrix(text.raw, index, matrix)
        ):
            continue
        is_unknown = (
            code == 0xFFFD
            or 0xE000 <= code < 0xF900
            or bool(pdfium.FPDFText_HasUnicodeMapError(text.raw, index))
        )
        left, _, right, _ = way.box(box.left, box.bottom, box.right, box.top)
        _, base = way.point(x.value, y.value)
        dx, dy = way.direction(matrix.c, matrix.d)
        size = abs(pdfium.FPDFText_GetFontSize(text.raw, index)) * (dx * dx + dy * dy) ** 0.5
        said = "\ufffd" if is_unknown and not 32 < code < 0xE000 else chr(code)
        quarter = _quarter(text, index, paper)
        yield _Glyph(said, left, right, base, size, index, quarter, is_unknown, is_blank)
        is_blank = False


def _hyphen(text: Any, index: int, paper: PaperPage) -> _Glyph | None:
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    if not pdfium.FPDFText_GetLooseCharBox(text.raw, index, box) or not (
        pdfium.FPDFText_GetCharOrigin(text.raw, index, x, y)
    ):
        return None
    left, top, right, bottom = paper.way.box(box.left, box.bottom, box.right, box.top)
    _, base = paper.way.point(x.value, y.value)
    quarter = _quarter(text, index, paper)
    return _Glyph("-", left, right, base, bottom - top, index, quarter, False)


def _groups(glyphs: Iterator[_Glyph | None]) -> Iterator[list[_Glyph]]:
    """Characters that stand together, cut at blanks, gaps and jumps."""
    group: list[_Glyph] = []
    for glyph in glyphs:
        if group and (glyph is None or not _goes_on(group[-1], glyph)):
            yield group
            group = []
        if glyph is not None:
            group.append(glyph)
    if group:
        yield group


def _goes_on(last: _Glyph, glyph: _Glyph) -> bool:
    size = max(last.size, glyph.size, 0.1)
    if (last.left, last.right, last.base) == (glyph.left, glyph.right, glyph.base):
        return True  # letters drawn as one, such as fl
    return (
        last.quarter == glyph.quarter
        and (last.quarter != 0 or abs(last.base - glyph.base) < 0.3 * size)
        and (last.quarter != 0 or -0.6 * size < glyph.left - last.right < 0.22 * size)
    )


def _word(glyphs: Sequence[_Glyph]) -> Word:
    size = max(glyph.size for glyph in glyphs)
    base = glyphs[0].base
    text = clean("".join(glyph.text for glyph in glyphs))
    edges = (*(glyph.left for glyph in glyphs), glyphs[-1].right)
    exact = len(text) + 1 == len(edges) and list(edges) == sorted(edges)
    return Word(
        text,
        min(glyph.left for glyph in glyphs),
        base - _RAISED * size,
        max(glyph.right for glyph in glyphs),
        base + (1.05 - _RAISED) * size,
        confidence=0.0 if any(glyph.is_unknown for glyph in glyphs) else 1.0,
        size=size,
        edges=edges if exact else (),
        after_blank=glyphs[0].after_blank,
    )


def _is_seen(
    text: Any, glyphs: Sequence[_Glyph], word: Word, paper: PaperPage, drawings: Drawings
) -> bool:
    """Whether a reader of the printed page sees the word too."""
    across, down = (word.left + word.right) / 2, word.middle
    if not (0 <= across <= paper.width and 0 <= down <= paper.height) or word.size < _TINIEST:
        return False
    index = glyphs[0].index
    item = pdfium.FPDFText_GetTextObject(text.raw, index)
    if item and pdfium.FPDFTextObj_GetTextRenderMode(item) in _INVISIBLE_MODES:
        return False
    order = drawings.order_of.get(address_of(item)) if item else None
    if order is not None and _is_covered(word, order, drawings):
        return False
    return _stands_out(text, item, index, word, paper)


def _is_covered(word: Word, order: int, drawings: Drawings) -> bool:
    """Whether something opaque was laid over the word later."""
    across, down = (word.left + word.right) / 2, word.middle
    for cover in drawings.covers:
        left, top, right, bottom = cover.box
        if cover.order > order and left <= across <= right and top <= down <= bottom:
            inside = min(right, word.right) - max(left, word.left)
            if inside >= 0.6 * (word.right - word.left):
                return True
    return False


def _stands_out(text: Any, item: Any, index: int, word: Word, paper: PaperPage) -> bool:
    """Whether the word's colour differs from what is behind it, and its ink is there."""
    box = (word.left, word.top, word.right, word.bottom)
    shades = paper.look.shades(box)
    if not shades:
        return True
    contrast = max(shades) - min(shades)
    behind = [Counter(pixels).most_common(1)[0][0] for pixels in (shades, paper.look.rim(box))]
    parts = [ctypes.c_uint() for _ in range(4)]
    if pdfium.FPDFText_GetFillColor(text.raw, index, *parts):
        red, green, blue, alpha = (part.value for part in parts)
        ink = 0.299 * red + 0.587 * green + 0.114 * blue
        faint = [abs(ink - shade) * alpha / 255 < _FAINTEST for shade in behind]
        if all(faint):
            return False
    if re.fullmatch(r"[\W_]+", word.text) or not _is_embedded(item):
        return True  # a dot is too small to be found in the picture, a font may be missing here
    return contrast >= _FAINTEST


def _is_embedded(item: Any) -> bool:
    font = pdfium.FPDFTextObj_GetFont(item) if item else None
    return bool(font) and pdfium.FPDFFont_GetIsEmbedded(font) == 1


def _without_doubles(words: list[Word]) -> list[Word]:
    """Bold print by printing twice is one word; two words at one place cannot both be believed."""
    kept: list[Word] = []
    by_place: dict[tuple[int, int], list[int]] = {}
    for word in words:
        keys = {
            (int(x // 40), int(word.middle // 12) + step)
            for x in range(int(word.left), int(word.right) + 40, 40)
            for step in (-1, 0, 1)
        }
        near = {index for key in keys for index in by_place.get(key, ())}
        clash = [index for index in near if _overlaps(kept[index], word)]
        if any(kept[index].text == word.text for index in clash):
            continue
        for index in clash:
            kept[index] = _doubted(kept[index])
        for x in range(int(word.left), int(word.right) + 40, 40):
            by_place.setdefault((int(x // 40), int(word.middle // 12)), []).append(len(kept))
        kept.append(_doubted(word) if clash else word)
    return kept


def _overlaps(a: Word, b: Word) -> bool:
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    narrow = max(0.1, min(a.right - a.left, b.right - b.left))
    return across > 0.5 * narrow and down > 0.6 * min(a.height, b.height)


def _doubted(word: Word) -> Word:
    return replace(word, confidence=min(word.confidence, _UNSURE))
