"""What is drawn on a page of a PDF besides text: rulings, filled areas, pictures, their order."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from ..limits import MAX_PAGE_OBJECTS
from ..pages import Box
from .layout import Word
from .pdf_page import PaperPage, Way
from .rulings import Ruling

_MOST_SEGMENTS = 20_000
_MOST_AREAS = 3_000
_MOST_COMPARED = 400
_DEEPEST = 6
_THIN = 3.0
"""Filled areas thinner than this many points are lines."""


@dataclass(frozen=True, slots=True)
class Cover:
    """An opaque area or a picture; order: later ones hide earlier text."""

    box: Box
    order: int
    is_picture: bool


@dataclass
class Drawings:
    """Everything of a page that tells about its text."""

    rulings: list[Ruling] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    areas: list[Box] = field(default_factory=list)
    order_of: dict[int, int] = field(default_factory=dict)
    objects: int = 0
    is_cut: bool = False

    def pictures_share(self, width: float, height: float) -> float:
        """The largest part of the page that one picture takes."""
        areas = [_area(cover.box) for cover in self.covers if cover.is_picture]
        return max(areas, default=0.0) / max(1.0, width * height)

    def has_silent_picture(self, words: Sequence[Word], area: float) -> bool:
        """Whether a picture too large for a logo may say something that no text repeats."""
        return any(
            cover.is_picture
            and _area(cover.box) > 0.15 * area
            and sum(_holds(cover, word) for word in words) < 5
            for cover in self.covers
        )


def _holds(cover: Cover, word: Word) -> bool:
    left, top, right, bottom = cover.box
    return left <= word.left <= right and top <= word.middle <= bottom


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def drawings_of(paper: PaperPage) -> Drawings:
    """Look at the page's objects in the order they are drawn."""
    found = Drawings()
    _collect(_children(paper.page.raw), paper.way, found, 0)
    for box in _outermost(found.areas[:_MOST_AREAS]):
        if _area(box) < 0.7 * paper.width * paper.height:
            found.rulings.extend(_edges(box))
    return found


def _outermost(areas: list[Box]) -> list[Box]:
    """Filled areas without those that only shade the text inside another."""
    if len(areas) > _MOST_COMPARED:
        return areas
    return [
        box
        for index, box in enumerate(areas)
        if not any(_shades(box, other) for at, other in enumerate(areas) if at != index)
    ]


def _shades(box: Box, other: Box) -> bool:
    """Whether an area lies inside another with little room above and below."""
    above, below = box[1] - other[1], other[3] - box[3]
    inside = other[0] <= box[0] + 0.5 and box[2] <= other[2] + 0.5
    return inside and above >= 0 and below >= 0 and 1.0 < above + below < 16.0


def _children(page: Any) -> Iterator[Any]:
    for index in range(max(0, pdfium.FPDFPage_CountObjects(page))):
        yield pdfium.FPDFPage_GetObject(page, index)


def _inside_form(form: Any) -> Iterator[Any]:
    for index in range(max(0, pdfium.FPDFFormObj_CountObjects(form))):
        yield pdfium.FPDFFormObj_GetObject(form, index)


def address_of(handle: Any) -> int:
    """What identifies an object of the library."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _collect(objects: Iterator[Any], way: Way, found: Drawings, depth: int) -> None:
    for item in objects:
        if found.objects >= MAX_PAGE_OBJECTS:
            found.is_cut = True
            return
        found.objects += 1
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            found.order_of[address_of(item)] = found.objects
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            _look_at_path(item, way, found)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            box = _bounds(item, way)
            if box is not None:
                found.covers.append(Cover(box, found.objects, True))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            _collect(_inside_form(item), way.after(_matrix(item)), found, depth + 1)


def _matrix(item: Any) -> Way:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        return Way()
    return Way(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _bounds(item: Any, way: Way) -> Box | None:
    sides = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(item, *sides):
        return None
    left, bottom, right, top = (side.value for side in sides)
    return way.box(left, bottom, right, top)


def _look_at_path(item: Any, way: Way, found: Drawings) -> None:
    """Strokes along the axes are rulings; so are thin areas and the edges of filled ones."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(item, fill, stroke):
        return
    if stroke.value and len(found.rulings) < _MOST_SEGMENTS:
        found.rulings.extend(_strokes(item, way.after(_matrix(item))))
    if not fill.value:
        return
    box = _bounds(item, way)
    if box is None or len(found.rulings) >= _MOST_SEGMENTS:
        return
    left, top, right, bottom = box
    if min(right - left, bottom - top) <= _THIN:
        found.rulings.append(Ruling(*box))
        return
    if pdfium.FPDFPath_CountSegments(item) > 6:
        return
    found.areas.append(box)
    if _is_opaque(item):
        found.covers.append(Cover(box, found.objects, False))


def _edges(box: Box) -> list[Ruling]:
    left, top, right, bottom = box
    return [
        Ruling(left, top, right, top, True), Ruling(left, bottom, right, bottom, True),
        Ruling(left, top, left, bottom, True), Ruling(right, top, right, bottom, True),
    ]  # fmt: skip


def _is_opaque(item: Any) -> bool:
    parts = [ctypes.c_uint() for _ in range(4)]
    return bool(pdfium.FPDFPageObj_GetFillColor(item, *parts)) and parts[3].value >= 250


def _strokes(item: Any, way: Way) -> Iterator[Ruling]:
    """The straight pieces of a path that run along the page's sides."""
    x, y = ctypes.c_float(), ctypes.c_float()
    start: tuple[float, float] | None = None
    here: tuple[float, float] | None = None
    for index in range(min(_MOST_SEGMENTS, max(0, pdfium.FPDFPath_CountSegments(item)))):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        point = way.point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO and here is not None:
            yield from _straight(here, point)
        here = point
        if pdfium.FPDFPathSegment_GetClose(segment) and start is not None:
            yield from _straight(here, start)


def _straight(a: tuple[float, float], b: tuple[float, float]) -> Iterator[Ruling]:
    across, down = abs(a[0] - b[0]), abs(a[1] - b[1])
    if min(across, down) <= 0.6 and max(across, down) > 1.0:
        yield Ruling(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
