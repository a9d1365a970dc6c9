"""Text without differences of spelling, and which texts share the most telling words.

Spelling differences are removed: Unicode NFKC (full-width forms), case, traditional Chinese
characters (zhconv), punctuation, and for companies the legal form (Ltd, GmbH, 有限公司).
"""

import heapq
import math
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import pypinyin
import zhconv

_FREE_MAIL_WORDS = (
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com aol.com gmx.de "
    "gmx.net web.de mail.ru yandex.ru qq.com 163.com 126.com sina.com sina.cn foxmail.com yeah.net "
    "139.com protonmail.com proton.me"
)
_FREE_MAIL = frozenset(_FREE_MAIL_WORDS.split())
_LEGAL_FORMS = (
    "ltd limited inc incorporated corp corporation co company llc llp plc gmbh mbh ag kg ohg ug se "
    "sa sas sarl srl spa bv nv ab as asa aps oy oyj kft sro spzoo doo pty pte bhd sdn jsc ooo zao "
    "oao kk lda ltda"
)
_LEGAL_WORDS = frozenset(_LEGAL_FORMS.split())
_LEGAL_CHINESE = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|集团公司|总公司|分公司|公司|集团)$"
)
_LEGAL_DOTTED = re.compile(
    r"\b(?:s\.\s?p\.\s?a|s\.\s?r\.\s?l|s\.\s?a\.\s?s|s\.\s?a|b\.\s?v|n\.\s?v|l\.\s?l\.\s?c"
    r"|sp\.\s?z\s?o\.\s?o|s\.\s?r\.\s?o|d\.\s?o\.\s?o|k\.\s?k|a\.\s?s)\b\.?"
)
_NOT_WORD = re.compile(r"[^\w]+|_")
CJK = re.compile(r"[㐀-鿿]")
_RUNS = re.compile(r"[㐀-鿿]+|[^㐀-鿿]+")


def plain(text: str) -> str:
    """Text without differences of width, case, Chinese script, punctuation and spacing."""
    return _plain(text[:300])


@lru_cache(maxsize=65_536)
def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    if CJK.search(folded):
        folded = zhconv.convert(folded, "zh-hans")
    else:
        folded = "".join(
            char
            for char in unicodedata.normalize("NFKD", folded)
            if not unicodedata.combining(char)
        )
    return " ".join(_NOT_WORD.sub(" ", folded).split())


def squeezed(text: str) -> str:
    """A code without case, punctuation and blanks: "GB-45 555" and "gb45555" are the same."""
    return plain(text).replace(" ", "")


def company_words(name: str) -> str:
    """A company's name without its legal form."""
    folded = unicodedata.normalize("NFKC", name[:300]).casefold()
    words = plain(_LEGAL_DOTTED.sub(" ", folded)).split()
    while len(words) > 1 and words[-1] in _LEGAL_WORDS:
        words.pop()
    text = " ".join(word for word in words if word not in {"and", "the"})
    if CJK.search(text):
        shorter = _LEGAL_CHINESE.sub("", text.replace(" ", ""))
        return shorter or text
    return text


@lru_cache(maxsize=16_384)
def _readings(text: str) -> tuple[frozenset[str], ...]:
    """For each character the first letters of all its readings: 晟 is cheng and sheng."""
    return tuple(
        frozenset(letter for option in options for letter in option[:1])
        for options in pypinyin.pinyin(
            list(text), style=pypinyin.Style.FIRST_LETTER, heteronym=True, errors="default"
        )
    )


def has_initials(letters: str, name: str) -> bool:
    """Whether letters are the first ones of a Chinese name's pinyin: nbhcjd, 宁波海晟机电.

    From four letters on the beginning of the name is enough.
    """
    wanted = squeezed(letters)
    text = company_words(name)
    if not 3 <= len(wanted) <= 12 or not wanted.isascii() or not CJK.search(text):
        return False
    readings = _readings(text)
    if len(wanted) > len(readings) or (len(wanted) < len(readings) and len(wanted) < 4):
        return False
    return all(letter in options for letter, options in zip(wanted, readings, strict=False))


def domain_of(address: str) -> str:
    """The domain of an e-mail address, "" for providers where anybody may have one."""
    domain = address.rpartition("@")[2].strip().casefold().rstrip(">")
    return "" if domain in _FREE_MAIL else domain


class Nearness:
    """Which of many names share the most telling words with a text: the prefilter of likeness.

    Words are whole words and their beginnings, pairs of Chinese characters, and codes without
    punctuation; a word counts the more, the fewer names carry it (inverse document frequency).
    Building is linear in the names; asking touches only names that share a word.
    """

    def __init__(self, names: Iterable[tuple[int, Iterable[str]]]) -> None:
        """`names` are the texts of each key."""
        self.postings: dict[str, list[int]] = {}
        count = 0
        for key, texts in names:
            count += 1
            for word in set().union(*(near_words(text) for text in texts if text)):
                self.postings.setdefault(word, []).append(key)
        self.count = max(count, 1)

    def nearest(self, texts: Iterable[str], most: int) -> list[int]:
        """At most `most` keys, the nearest first; ties by key."""
        words = set().union(*(near_words(text) for text in texts if text))
        scores: dict[int, float] = {}
        for word in words:
            keys = self.postings.get(word, ())
            weight = math.log(1 + self.count / (1 + len(keys)))
            for key in keys:
                scores[key] = scores.get(key, 0.0) + weight
        return heapq.nsmallest(most, scores, key=lambda key: (-scores[key], key))


def near_words(text: str) -> set[str]:
    """The words by which texts are found to be near each other."""
    words: set[str] = set()
    whole = plain(text)
    for word in whole.split():
        for run in _RUNS.findall(word):
            if CJK.match(run):
                words |= {run[at : at + 2] for at in range(max(1, len(run) - 1))}
            else:
                words.add(run)
                if len(run) >= 5:
                    words.add(run[:4] + "~")
    if len(whole) <= 24 and not CJK.search(whole):
        words.add("=" + whole.replace(" ", ""))
    return words
