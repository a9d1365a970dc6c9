"""One page of a PDF: how its measure becomes ours, and a picture of it to look at or to read."""

import ctypes
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from ..pages import Box

_EXACT = 1000
"""Device units per point: the library answers in whole units."""

_LARGEST = 20_000.0
_LOOK = 1.0
_SCAN_SCALE = 200 / 72
_SCAN_SIDE = 3_600


@dataclass(frozen=True, slots=True)
class Way:
    """A change of measure: x' = a·x + c·y + e, y' = b·x + d·y + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point goes."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Where a box with sides along the axes goes; ordered again."""
        x0, y0 = self.point(left, bottom)
        x1, y1 = self.point(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def direction(self, x: float, y: float) -> tuple[float, float]:
        """Where a direction points afterwards."""
        return self.a * x + self.c * y, self.b * x + self.d * y

    def after(self, inner: "Way") -> "Way":
        """First the inner change, then this one."""
        a, b = self.direction(inner.a, inner.b)
        c, d = self.direction(inner.c, inner.d)
        e, f = self.point(inner.e, inner.f)
        return Way(a, b, c, d, e, f)


class PaperPage:
    """A page with the measure it is read in: points, the top left corner is 0, 0.

    turn: quarter turns (clockwise) that bring its text upright, beyond what the file itself says.
    """

    def __init__(self, page: pypdfium2.PdfPage, turn: int = 0) -> None:
        self.page = page
        self.turn = turn % 4
        width, height = page.get_size()
        self.is_bounded = 1.0 <= width <= _LARGEST and 1.0 <= height <= _LARGEST
        self.width, self.height = (width, height) if turn % 2 == 0 else (height, width)

    @cached_property
    def way(self) -> Way:
        """From the file's measure to ours."""
        corners = [self._device(x, y) for x, y in ((0.0, 0.0), (100.0, 0.0), (0.0, 100.0))]
        (e, f), (ax, ay), (cx, cy) = corners
        return Way(
            (ax - e) / 100, (ay - f) / 100, (cx - e) / 100, (cy - f) / 100, e, f
        )  # fmt: skip

    def _device(self, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(
            self.page.raw, 0, 0, int(self.width * _EXACT), int(self.height * _EXACT), self.turn,
            x, y, across, down,
        )  # fmt: skip
        return across.value / _EXACT, down.value / _EXACT

    @cached_property
    def look(self) -> "Look":
        """The page as it is seen, small, for telling whether text is visible."""
        scale = min(_LOOK, 1_500 / max(self.width, self.height))
        return Look(self.bitmap(scale), scale)

    def bitmap(self, scale: float) -> Any:
        """The page drawn in shades of grey."""
        return self.page.render(
            scale=scale, rotation=90 * self.turn, grayscale=True, may_draw_forms=True
        )

    def scan(self) -> tuple[Any, float]:
        """The page drawn large enough for recognising characters, and its dots per inch."""
        scale = min(_SCAN_SCALE, _SCAN_SIDE / max(self.width, self.height))
        return self.bitmap(scale).to_numpy().squeeze(), scale * 72


class Look:
    """A small picture of a page that answers what colours stand inside a box."""

    def __init__(self, bitmap: Any, scale: float) -> None:
        self.scale = scale
        self.width, self.height, self.stride = bitmap.width, bitmap.height, bitmap.stride
        self.pixels = bytes(bitmap.buffer)

    def shades(self, box: Box) -> bytes:
        """The shades of grey inside a box, without its upper and lower edge."""
        inset = (box[3] - box[1]) * 0.15
        left, top, right, bottom = self._pixels((box[0], box[1] + inset, box[2], box[3] - inset))
        return b"".join(self._row(row, left, right) for row in range(top, bottom))

    def rim(self, box: Box) -> bytes:
        """The shades of grey just above and below what stands in a box."""
        left, top, right, bottom = self._pixels(box)
        above, below = max(0, top - 1), min(self.height - 1, bottom)
        return self._row(above, left, right) + self._row(below, left, right)

    def _pixels(self, box: Box) -> tuple[int, int, int, int]:
        return (
            max(0, int(box[0] * self.scale)),
            max(0, int(box[1] * self.scale)),
            min(self.width, int(box[2] * self.scale) + 1),
            min(self.height, int(box[3] * self.scale) + 1),
        )

    def _row(self, row: int, left: int, right: int) -> bytes:
        return self.pixels[row * self.stride + left : row * self.stride + right]
