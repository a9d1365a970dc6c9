"""Letters that are taken for figures (O and 0, I and 1), told by the shape of their ink."""

import re
from dataclasses import replace

import cv2
import numpy as np

from ..text import has_han
from .ocr_engine import Letter, Line, Pixels

_ROUND = frozenset("0O")
_UPRIGHT = frozenset("1Il|")
_WIDEST_ZERO = 0.75
"""A zero is at most this wide for its height, a letter O at least a little more; in a few fonts
they are alike, and then nothing is said."""

_NARROWEST_O = 0.82
_SURE_ZERO, _SURE_O = 0.75, 0.86
_THIN = 0.27
"""A figure one has a flag or a foot; a thinner stroke is the letter."""

_TOUCHING = 1.25
_LOW = frozenset(" .,:;-_'~=·\"")


def by_shape(line: Line, ink: Pixels, height: int) -> tuple[Line, bool]:
    """The line with letters and figures as their ink says, and whether any of them is a guess.

    Only words that mix letters and figures, or that begin with a zero, are looked at: codes. Where
    more shapes stand than characters were read, one was lost.
    """
    text = line.text
    suspects = [
        (index, _is_mixed(match.group()))
        for match in re.finditer(r"[0-9A-Za-z|][0-9A-Za-z|/.-]+", text)
        if _is_code(match.group())
        for index in range(*match.span())
        if text[index] in _ROUND | _UPRIGHT
    ]
    if has_han(text):
        return line, False
    shapes = _shapes(ink, height)
    is_guess = len(shapes) > sum(letter.text not in _LOW for letter in line.letters)
    letters = list(line.letters)
    for index, is_mixed in suspects:
        share = _share(letters[index], shapes, ink.shape[1])
        if share is None:
            is_guess = is_guess or (is_mixed and not _is_among_letters(text, index))
            continue
        seen, is_sure = _seen(letters[index].text, share)
        is_guess = is_guess or not is_sure
        letters[index] = replace(letters[index], text=seen)
    return Line(tuple(letters)), is_guess


def _shapes(ink: Pixels, height: int) -> list[tuple[int, int, int]]:
    """Left edge, width and height of each piece of ink as tall as a letter."""
    if ink.mean() > 0.5:
        ink = np.asarray(1 - ink, dtype=np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    return [
        (int(left), int(wide), int(tall))
        for left, _, wide, tall, _ in stats[1:]
        if tall >= 0.45 * height
    ]


def _is_code(word: str) -> bool:
    return _is_mixed(word) or (word.startswith("0") and len(word) > 2 and word[1] not in ".,")


def _is_mixed(word: str) -> bool:
    return bool(re.search(r"[0-9]", word)) and bool(re.search(r"[A-Za-z|]", word))


def _is_among_letters(text: str, index: int) -> bool:
    """Whether a letter has letters around it and no figure: the O of "PO-1234"."""
    if not text[index].isalpha():
        return False
    around = text[max(0, index - 1) : index] + text[index + 1 : index + 2]
    return any(c.isalpha() for c in around) and not any(c.isdigit() for c in around)


def _share(letter: Letter, shapes: list[tuple[int, int, int]], width: int) -> float | None:
    """The width of the letter's ink for its height; None when it touches its neighbours."""
    middle = letter.at * width
    over = [shape for shape in shapes if shape[0] - 3 <= middle <= shape[0] + shape[1] + 3]
    if not over:
        return None
    _left, wide, tall = min(over, key=lambda shape: abs(shape[0] + shape[1] / 2 - middle))
    return None if wide > _TOUCHING * tall else wide / tall


def _seen(letter: str, share: float) -> tuple[str, bool]:
    """The character the shape shows, and whether that agrees with what was read."""
    if letter == "0":
        return ("O", False) if share >= _SURE_O else (letter, share <= _WIDEST_ZERO)
    if letter == "O":
        return ("0", False) if share <= _SURE_ZERO else (letter, share >= _NARROWEST_O)
    if letter == "1":
        return ("I", False) if share < _THIN else (letter, True)
    return letter, letter == "I" and share < _THIN
