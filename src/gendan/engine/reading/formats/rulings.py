"""Lines drawn on a page of paper: which of them stand around a word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_COMPARED = 2_000_000
"""Words times rulings of one page; beyond it the page is a drawing and rulings tell nothing."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line drawn across or down the page, or an edge of a filled area (is_edge)."""

    left: float
    top: float
    right: float
    bottom: float
    is_edge: bool = False

    @property
    def is_vertical(self) -> bool:
        """Whether it runs down the page."""
        return self.bottom - self.top > self.right - self.left


@dataclass(frozen=True, slots=True)
class Ruled:
    """The nearest rulings on each side of a point; None where there is none."""

    left: float | None
    top: float | None
    right: float | None
    bottom: float | None

    @property
    def has_band(self) -> bool:
        """Whether rulings above and below make it part of a row."""
        return self.top is not None and self.bottom is not None

    @property
    def has_walls(self) -> bool:
        """Whether rulings on both sides make it part of a column."""
        return self.left is not None and self.right is not None


@dataclass(frozen=True, slots=True)
class _Stretch:
    at: float
    start: float
    end: float


class Grid:
    """The rulings of a page, joined where they continue each other."""

    def __init__(self, rulings: Iterable[Ruling], tolerance: float) -> None:
        lines: dict[tuple[bool, bool], list[_Stretch]] = {}
        for ruling in rulings:
            stretch = _stretch(ruling, tolerance)
            if stretch is not None:
                lines.setdefault((ruling.is_vertical, ruling.is_edge), []).append(stretch)
        self.tolerance = tolerance
        self.verticals = _together(lines, tolerance, is_vertical=True)
        self.horizontals = _together(lines, tolerance, is_vertical=False)

    def too_busy(self, words: int) -> bool:
        """Whether looking up all words would take too long."""
        return words * (len(self.verticals) + len(self.horizontals)) > MAX_COMPARED

    def around(self, x: float, y: float) -> Ruled:
        """The rulings around a point."""
        left, right = _nearest(self.verticals, x, y, self.tolerance)
        top, bottom = _nearest(self.horizontals, y, x, self.tolerance)
        return Ruled(left, top, right, bottom)

    def parts(self, left: float, right: float, y: float) -> bool:
        """Whether a ruling runs down between two points of one line."""
        slack = self.tolerance
        return any(
            left - slack <= v.at <= right + slack and v.start - slack <= y <= v.end + slack
            for v in self.verticals
        )


def _stretch(ruling: Ruling, tolerance: float) -> _Stretch | None:
    if ruling.is_vertical:
        if ruling.right - ruling.left > 3 * tolerance:
            return None
        return _Stretch((ruling.left + ruling.right) / 2, ruling.top, ruling.bottom)
    if ruling.bottom - ruling.top > 3 * tolerance:
        return None
    return _Stretch((ruling.top + ruling.bottom) / 2, ruling.left, ruling.right)


def _together(
    lines: dict[tuple[bool, bool], list[_Stretch]], tolerance: float, *, is_vertical: bool
) -> list[_Stretch]:
    """Drawn lines, and edges of filled areas where no drawn line stands near."""
    drawn = _joined(lines.get((is_vertical, False), []), tolerance)
    edges = lines.get((is_vertical, True), [])
    kept = [edge for edge in edges if not any(_doubles(edge, line, tolerance) for line in drawn)]
    return _joined([*drawn, *kept], tolerance)


def _doubles(edge: _Stretch, line: _Stretch, tolerance: float) -> bool:
    shared = min(edge.end, line.end) - max(edge.start, line.start)
    return abs(edge.at - line.at) <= 5 * tolerance and shared >= 0.5 * (edge.end - edge.start)


def _nearest(
    stretches: Sequence[_Stretch], at: float, along: float, tolerance: float
) -> tuple[float | None, float | None]:
    before: float | None = None
    for stretch in stretches:
        if not stretch.start - tolerance <= along <= stretch.end + tolerance:
            continue
        if stretch.at > at:
            return before, stretch.at
        before = stretch.at
    return before, None


def _joined(stretches: list[_Stretch], tolerance: float) -> list[_Stretch]:
    """Stretches on one line as few long ones, ordered; what is shorter than a letter is dropped."""
    groups: list[list[_Stretch]] = []
    for stretch in sorted(stretches, key=_at):
        if groups and stretch.at - groups[-1][0].at <= tolerance:
            groups[-1].append(stretch)
        else:
            groups.append([stretch])
    joined: list[_Stretch] = []
    for group in groups:
        at = sum(stretch.at for stretch in group) / len(group)
        start: float | None = None
        end = 0.0
        for stretch in sorted(group, key=_start):
            if start is not None and stretch.start <= end + 2 * tolerance:
                end = max(end, stretch.end)
                continue
            if start is not None:
                joined.append(_Stretch(at, start, end))
            start, end = stretch.start, stretch.end
        if start is not None:
            joined.append(_Stretch(at, start, end))
    return [stretch for stretch in joined if stretch.end - stretch.start > 3 * tolerance]


def _at(stretch: _Stretch) -> float:
    return stretch.at


def _start(stretch: _Stretch) -> float:
    return stretch.start
