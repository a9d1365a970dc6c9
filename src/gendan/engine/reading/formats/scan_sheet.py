"""A scanned page made ready for reading: square pixels, even light, straight, without rulings."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from .broken_rulings import completed
from .ocr_engine import Pixels, Quad

LONG_SIDE_PX = 2300
"""Finer scans are reduced to this (A4 at 200 dpi): more pixels cost time and read no better."""

SHORTEST_LONG_SIDE_PX = 1500
"""Coarser scans are enlarged to this, for the blanks between columns and the rulings."""

_STAMP_SHARE = 0.07
_MOST_SKEW = 10.0


@dataclass
class Sheet:
    """picture: to look at; clean: grey without rulings and specks, to read; ink: dark pixels.

    horizontal, vertical: boxes of the rulings, in the pixels of all three.
    """

    picture: Pixels
    clean: Pixels
    ink: Pixels
    horizontal: list[Quad] = field(default_factory=list)
    vertical: list[Quad] = field(default_factory=list)

    def turned(self, quarters: int) -> "Sheet":
        """The sheet turned counterclockwise by quarter turns."""
        width, height = self.clean.shape[1], self.clean.shape[0]
        horizontal, vertical = self.horizontal, self.vertical
        for _ in range(quarters % 4):
            horizontal, vertical = (
                [turned_box(box, width) for box in vertical],
                [turned_box(box, width) for box in horizontal],
            )
            height, width = width, height
        pictures = (self.picture, self.clean, self.ink)
        turned = [np.ascontiguousarray(np.rot90(picture, quarters)) for picture in pictures]
        return Sheet(turned[0], turned[1], turned[2], horizontal, vertical)


def turned_box(box: Quad, width: int) -> Quad:
    """A box after a quarter turn counterclockwise of a picture of that width."""
    left, top, right, bottom = box
    return top, width - right, bottom, width - left


def prepare(image: Pixels, dpi: tuple[float, float] | None = None) -> Sheet:
    """The sheet of a scanned page; the direction of its text is not settled yet."""
    picture = _sized(_square(image, dpi))
    grey = _grey(picture)
    is_two_tone = _is_two_tone(grey)
    grey = _despeckled(grey) if is_two_tone else _evened(grey)
    angle = _skew(grey)
    if abs(angle) >= 0.15:
        grey, picture = _rotated(grey, angle), _rotated(picture, angle)
    grey = _without_edges(grey)
    ink = _ink(grey, 22)
    horizontal, vertical, lines = _rulings(grey, ink)
    clean = grey.copy()
    clean[lines > 0] = 255
    ink[lines > 0] = 0
    if is_two_tone:
        clean = np.asarray(cv2.GaussianBlur(clean, (3, 3), 0), dtype=np.uint8)
    return Sheet(picture, clean, ink, horizontal, vertical)


def _square(image: Pixels, dpi: tuple[float, float] | None) -> Pixels:
    """Faxes of the coarse kind have pixels twice as tall as wide."""
    height, width = image.shape[:2]
    across, down = dpi or (0.0, 0.0)
    if across <= 1 or down <= 1:
        # told by the width all fax machines share
        across, down = (204.0, 98.0) if width in (1728, 1734) and height < 1500 else (1.0, 1.0)
    ratio = across / down
    if 0.9 < ratio < 1.1 or not 0.2 < ratio < 5:
        return image
    size = (width, round(height * ratio)) if ratio > 1 else (round(width / ratio), height)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _sized(grey: Pixels) -> Pixels:
    longest = max(grey.shape[:2])
    factor = min(1.0, LONG_SIDE_PX / longest)
    if longest < SHORTEST_LONG_SIDE_PX:
        factor = min(3.0, SHORTEST_LONG_SIDE_PX / longest)
    if factor == 1.0:
        return grey
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = (max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor)))
    return np.asarray(cv2.resize(grey, size, interpolation=way), dtype=np.uint8)


def _grey(image: Pixels) -> Pixels:
    """Grey, with coloured stamps faded: their ink is bright in its own colour, print is not."""
    if image.ndim == 2:
        return image
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    brightest, darkest = image.max(axis=2), image.min(axis=2)
    vivid = ((brightest.astype(np.int16) - darkest) > 60).astype(np.uint8)
    if not vivid.any():
        return grey
    reach = max(3, max(grey.shape) // 250)
    joined = cv2.dilate(vivid, np.ones((reach, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    least = _STAMP_SHARE * min(grey.shape)
    for index in range(1, count):
        left, top, width, height, area = stats[index]
        is_round = (
            width >= least and height >= least and max(width, height) < 6 * min(width, height)
        )
        if not is_round or area > 0.75 * width * height:
            continue  # text stays, and so do coloured panels
        part = (slice(top, top + height), slice(left, left + width))
        faded = vivid[part] > 0
        grey[part][faded & (brightest[part] > 150)] = 255
    return grey


def _is_two_tone(grey: Pixels) -> bool:
    """Whether the page was scanned as black and white (enlarging leaves a little between)."""
    counts = np.bincount(grey.ravel(), minlength=256)
    return int(counts[:40].sum() + counts[216:].sum()) > 0.97 * grey.size and bool(
        counts[:3].sum() + counts[253:].sum() > 0.9 * grey.size
    )


def _despeckled(grey: Pixels) -> Pixels:
    """Without dots that stand alone; a decimal point has figures close by and stays."""
    dark = (grey < 128).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    if count < 2:
        return grey
    unit = max(grey.shape) / LONG_SIDE_PX
    areas = stats[:, cv2.CC_STAT_AREA]
    is_small = areas <= max(3, round(12 * unit * unit))
    is_small[0] = False
    big = (~is_small).astype(np.uint8)
    big[0] = 0
    reach = max(3, round(17 * unit)) | 1
    near = cv2.dilate(big[labels], np.ones((reach, reach), np.uint8))
    touched = np.zeros(count, dtype=bool)
    touched[np.unique(labels[near > 0])] = True
    lonely = is_small & ~touched
    tiny = areas <= max(1, round(2.2 * unit * unit))
    tiny[0] = False
    cleaned = grey.copy()
    cleaned[(lonely | tiny)[labels]] = 255
    return cleaned


def _evened(grey: Pixels) -> Pixels:
    """Shadows and panels lightened to paper, weak print darkened to ink."""
    height, width = grey.shape
    small = cv2.resize(
        grey, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA
    )
    reach = max(5, max(small.shape) // 18) | 1
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((reach, reach), np.uint8)), min(reach, 31))
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    evened = np.asarray(cv2.divide(grey, np.maximum(paper, 40), scale=255), dtype=np.uint8)
    dark = float(np.percentile(evened, 0.5))
    if 60 < dark < 230:
        stretched = (evened.astype(np.float32) - dark * 0.9) * (255 / (255 - dark * 0.9))
        evened = np.clip(stretched, 0, 255).astype(np.uint8)
    return evened


def _skew(grey: Pixels) -> float:
    """By how many degrees the page has to be turned so that its rows (or columns) are straight."""
    factor = 700 / max(grey.shape)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    dark = (small < 160).astype(np.uint8) * 255
    margin = 8
    dark[:margin] = dark[-margin:] = 0
    dark[:, :margin] = dark[:, -margin:] = 0
    if not dark.any():
        return 0.0
    best = max(np.arange(-_MOST_SKEW, _MOST_SKEW + 0.1, 0.5), key=lambda a: _sharpness(dark, a))
    return float(max(np.arange(best - 0.45, best + 0.5, 0.1), key=lambda a: _sharpness(dark, a)))


def _sharpness(dark: Pixels, angle: float) -> float:
    """How much rows or columns of the turned page differ from their neighbours."""
    turned = _rotated(dark, float(angle), 0).astype(np.float32)
    rows, columns = turned.sum(axis=1), turned.sum(axis=0)
    return float(
        max(
            (np.diff(rows) ** 2).sum() / turned.shape[1],
            (np.diff(columns) ** 2).sum() / turned.shape[0],
        )
    )


def _rotated(grey: Pixels, angle: float, blank: int = 255) -> Pixels:
    height, width = grey.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    way = cv2.INTER_NEAREST if blank == 0 else cv2.INTER_CUBIC
    border = (blank, blank, blank)
    turned = cv2.warpAffine(grey, matrix, (width, height), flags=way, borderValue=border)
    return np.asarray(turned, dtype=np.uint8)


def _without_edges(grey: Pixels) -> Pixels:
    """Without the dark borders a scanner leaves around the paper."""
    dark = grey < 110
    height, width = grey.shape
    rows, columns = dark.mean(axis=1) > 0.6, dark.mean(axis=0) > 0.6
    cleaned = grey.copy()
    for flags, size, view in ((rows, height, cleaned), (columns, width, cleaned.T)):
        depth = size // 16
        start = int(np.flatnonzero(flags[:depth]).max(initial=-1))
        end = int(np.flatnonzero(flags[-depth:]).min(initial=depth)) if depth else 0
        if start >= 0:
            view[: start + 2] = 255
        if end < depth:
            view[size - depth + end - 1 :] = 255
    return cleaned


def _ink(grey: Pixels, step: int) -> Pixels:
    """1 where there is ink: darker than its surroundings by a step."""
    reach = (max(grey.shape) // 40) | 1
    local = cv2.boxFilter(grey, -1, (reach, reach))
    threshold = np.minimum(local.astype(np.int16) - step, 255 - 3 * step)
    return np.asarray((grey.astype(np.int16) < threshold) | (grey < 105), dtype=np.uint8)


def _rulings(grey: Pixels, ink: Pixels) -> tuple[list[Quad], list[Quad], Pixels]:
    """Straight lines across and down, edges of bars, and the pixels to remove for the lines."""
    across, across_pixels = _straight(grey, ink)
    across = across + [edge for bar in _bars(grey) for edge in _edges(bar)]
    ink_down = np.ascontiguousarray(ink.T)
    down, down_pixels = _straight(np.ascontiguousarray(grey.T), ink_down, across)
    lines = _spare_strokes(ink, across_pixels)
    lines |= _spare_strokes(ink_down, down_pixels).T
    upright = [(b[1], b[0], b[3], b[2]) for b in down]
    return across + completed(across, upright, ink, lines), upright, lines


def _straight(
    grey: Pixels, ink: Pixels, crossing: Sequence[Quad] = ()
) -> tuple[list[Quad], Pixels]:
    """Lines across the picture, long and thin: dark against what is above and below.

    crossing: rulings the other way; what reaches from one to the next may be short.
    """
    side = max(grey.shape)
    length, thickest = side // 40, max(6, side // 230)
    around = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((2 * thickest + 1, 1), np.uint8))
    contrast = around.astype(np.int16) - grey
    lines = np.asarray((contrast > 14) & (around > 120), dtype=np.uint8)
    least = 1.5 * length
    if crossing:
        length, thickest = side // 100, max(4, side // 350)
    thicker = cv2.dilate(lines, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thicker, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    joined = cv2.dilate(runs, np.ones((3, length // 2 | 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    # the fringe of a blurred line is no stroke of a letter
    fringe = np.asarray(cv2.dilate(runs, np.ones((3, 1), np.uint8)), dtype=np.uint8)
    rest = ink & (1 - fringe)
    found: list[Quad] = []
    pixels = np.zeros_like(ink)
    for index in range(1, count):
        left, top, width, height, _area = (int(v) for v in stats[index])
        left, width = max(0, left + length // 4), width - length // 2
        top, height = top + 2, max(1, height - 4)
        if height > thickest:
            # something else touches the line: only the rows that hold most of it count
            rows = (labels[top : top + height, left : left + width] == index) & (
                runs[top : top + height, left : left + width] > 0
            )
            filled = np.convolve(rows.sum(axis=1), np.ones(thickest), mode="valid")
            top, height = top + int(filled.argmax()), thickest
        if width < 0.6 * length:
            continue
        if width < least and not _reaches((left, top, left + width, top + height), crossing):
            continue
        part = (slice(max(0, top - 1), top + height + 1), slice(left, left + width))
        own = runs[part] & (labels[part] == index)
        if own.any(axis=0).mean() < 0.6:
            continue
        around_it = (slice(max(0, part[0].start - 4), part[0].stop + 4), part[1])
        if _is_among_letters(rest[around_it], runs[around_it] & (labels[around_it] == index)):
            continue
        found.append((left, top, left + width, top + height))
        pixels[part] |= own
    return found, np.asarray(pixels, dtype=np.uint8)


def _reaches(line: Quad, crossing: Sequence[Quad]) -> bool:
    """Whether a line begins at one of the crossing rulings and ends at another."""
    left, top, right, bottom = line
    beside = sorted((c[1] + c[3]) / 2 for c in crossing if c[0] - 4 <= top and bottom <= c[2] + 4)
    before = [at for at in beside if abs(at - left) <= 5]
    after = [at for at in beside if abs(at - right) <= 5]
    return any(0 < end - start <= 1.12 * (right - left) for start in before for end in after)


def _edges(bar: Quad) -> list[Quad]:
    left, top, right, bottom = bar
    return [(left, top, right, top + 1), (left, bottom, right, bottom + 1)]


def _bars(grey: Pixels) -> list[Quad]:
    """Long dark bars, as behind the labels of a table; their letters are bright."""
    side = max(grey.shape)
    dark = np.asarray(grey < 150, dtype=np.uint8)
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, side // 40), np.uint8))
    shape = np.ones((max(8, side // 90), side // 25), np.uint8)
    solid = cv2.morphologyEx(joined, cv2.MORPH_OPEN, shape)
    _, _, stats, _ = cv2.connectedComponentsWithStats(solid)
    bars = []
    for left, top, width, height, area in ((int(v) for v in row) for row in stats[1:]):
        share = float(dark[top : top + height, left : left + width].mean())
        if height < side // 18 and share > 0.55 and area > 0.85 * width * height:
            bars.append((left, top, left + width, top + height))
    return bars


def _is_among_letters(rest: Pixels, own: Pixels) -> bool:
    """Whether much of a line goes on above or below: strokes of letters in a row, no ruling."""
    near = np.asarray(cv2.dilate(own, np.ones((9, 1), np.uint8)), dtype=np.uint8)
    present, touched = own.max(axis=0) > 0, (near & rest).max(axis=0) > 0
    return bool((touched & present).sum() > 0.3 * present.sum())


def _spare_strokes(ink: Pixels, pixels: Pixels) -> Pixels:
    """Leaves what crosses a line: columns with ink right above and right below it."""
    bare = ink & (1 - pixels)
    above, below = np.zeros_like(pixels), np.zeros_like(pixels)
    for step in (1, 2):
        above[step:] |= bare[:-step]
        below[:-step] |= bare[step:]
    tall = np.ones((9, 1), np.uint8)
    from_above = np.asarray(cv2.dilate(above & pixels, tall), dtype=np.uint8)
    from_below = np.asarray(cv2.dilate(below & pixels, tall), dtype=np.uint8)
    return np.asarray(pixels & (1 - (from_above & from_below)), dtype=np.uint8)
