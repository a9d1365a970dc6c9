"""Rulings a fax tore into dots: what is left of a line between two uprights closes the cell."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from .ocr_engine import Pixels, Quad

_SAME_LINE_PX = 6
_HALF_BAND_PX = 3
_CLEAR_PX = 4
_LEAST_DOTTED = 0.3
_MOSTLY_DOTTED = 0.45
_LEAST_WIDTH_PX = 12
_WHOLE = 0.8


def completed(
    across: Sequence[Quad], upright: Sequence[Quad], ink: Pixels, lines: Pixels
) -> list[Quad]:
    """Pieces of rulings that are missing between uprights, where dots of them are left.

    Their dots are added to `lines`, the pixels that are taken out before reading. Letters are no
    dots: they reach above and below. So a cell that goes over two rows stays one cell.
    """
    if len(upright) < 2 or not across:
        return []
    dotted = _dotted(ink)
    known = _lines(across)
    heights = [round(sum((b[1] + b[3]) / 2 for b in group) / len(group)) for group in known]
    torn = _torn_to_dots(dotted, upright, heights)
    found: list[Quad] = []
    for at, group in [*zip(heights, known, strict=True), *((at, []) for at in torn)]:
        walls = _walls(upright, at)
        for left, right in pairwise(walls):
            width = right - left
            covered = sum(max(0, min(box[2], right) - max(box[0], left)) for box in group)
            if width < _LEAST_WIDTH_PX or covered >= _WHOLE * width:
                continue
            dots = dotted[at, left:right]
            if float(dots.mean()) + covered / width >= _LEAST_DOTTED:
                found.append((left, at - 1, right, at + 1))
                lines[at - _HALF_BAND_PX : at + _HALF_BAND_PX + 1, left:right] |= dots
    return found


def _walls(upright: Sequence[Quad], at: int) -> list[int]:
    """Where the uprights stand that pass, or end at, a height."""
    return sorted(round((box[0] + box[2]) / 2) for box in upright if box[1] - 8 <= at <= box[3] + 8)


def _lines(across: Sequence[Quad]) -> list[list[Quad]]:
    """Pieces at the same height, together."""
    groups: list[list[Quad]] = []
    for box in sorted(across, key=lambda box: box[1] + box[3]):
        if groups and box[1] + box[3] - groups[-1][0][1] - groups[-1][0][3] <= 2 * _SAME_LINE_PX:
            groups[-1].append(box)
        else:
            groups.append([box])
    return groups


def _torn_to_dots(dotted: Pixels, upright: Sequence[Quad], known: Sequence[int]) -> list[int]:
    """Heights at which a whole line is nothing but dots, from the first upright to the last."""
    left, right = min(box[2] for box in upright), max(box[0] for box in upright)
    top, bottom = min(box[1] for box in upright), max(box[3] for box in upright)
    if right - left < _LEAST_WIDTH_PX:
        return []
    share = dotted[top:bottom, left:right].mean(axis=1)
    found: list[int] = []
    for offset in np.argsort(-share):
        if share[offset] < _MOSTLY_DOTTED:
            break
        at = top + int(offset)
        if all(abs(at - other) > 2 * _SAME_LINE_PX for other in (*known, *found)):
            found.append(at)
    return found


def _dotted(ink: Pixels) -> Pixels:
    """At every height, the columns with ink on a thin line there and none right above or below."""
    band = np.asarray(cv2.dilate(ink, np.ones((2 * _HALF_BAND_PX + 1, 1), np.uint8)), np.uint8)
    clear = np.asarray(cv2.dilate(ink, np.ones((_CLEAR_PX, 1), np.uint8)), np.uint8)
    reach = _HALF_BAND_PX + (_CLEAR_PX + 1) // 2
    beside = np.ones_like(ink)
    beside[reach:-reach] = clear[: -2 * reach] | clear[2 * reach :]
    return np.asarray(band & (1 - beside), dtype=np.uint8)
