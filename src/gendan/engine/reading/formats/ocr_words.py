"""Recognised words set right where only one reading makes sense; what was changed stays unsure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from .layout import Word

_UNSURE = 0.4
_GROUPED = re.compile(r"(\D{0,4}\s?)(\d{1,3}(?:[.,:]\d{3})+)[.,:](\d{2})")
_COLON = re.compile(r"(\d+):(\d{2})")
_ACCENT = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_COMMON_ACCENTS = 8


def tidied(words: Sequence[Word]) -> list[Word]:
    """Words with the separators of amounts as the rest of the page prints them.

    An accent that hardly any other word of the page has is a speck: such a word is doubted.
    """
    comma = sum(bool(re.fullmatch(r"[\d.]+,\d{2}", word.text)) for word in words)
    point = sum(bool(re.fullmatch(r"[\d,]+\.\d{2}", word.text)) for word in words)
    accents = sum(bool(_ACCENT.search(word.text)) for word in words)
    marks = (".", ",") if comma > point else (",", ".")
    found = [_separated(word, *marks) for word in words]
    if accents < _COMMON_ACCENTS:
        found = [_without_accents(word) if _ACCENT.search(word.text) else word for word in found]
    return found


def _separated(word: Word, group: str, point: str) -> Word:
    """An amount whose separators were mixed up: 6.232.80 can only be 6,232.80."""
    grouped = _GROUPED.fullmatch(word.text)
    if grouped:
        figures = re.sub("[.,:]", group, grouped.group(2))
        text = f"{grouped.group(1)}{figures}{point}{grouped.group(3)}"
    else:
        colon = _COLON.fullmatch(word.text)
        is_time = colon is not None and int(colon.group(1)) < 24 and int(colon.group(2)) < 60
        if colon is None or is_time:
            return word
        text = f"{colon.group(1)}{point}{colon.group(2)}"
    return word if text == word.text else _unsure(replace(word, text=text))


def _without_accents(word: Word) -> Word:
    text = "".join(
        c for c in unicodedata.normalize("NFD", word.text) if not unicodedata.combining(c)
    )
    return _unsure(replace(word, text=text) if len(text) == len(word.text) else word)


def _unsure(word: Word) -> Word:
    return replace(word, confidence=min(word.confidence, _UNSURE))
