"""Decoding of unknown bytes and cleaning of text before anything looks at it."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# invisible characters that change nothing but comparisons: zero width, direction marks, soft hyphen
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Marks after which what is seen may stand in another order than what is read.
_TURNING = re.compile("[\u202b\u202e\u2067]")
TURNED = "marks in the text turn its direction: what is seen may differ from what is read"
HOLDS_NUL = "the text holds NUL characters, which were left out"
_oddities: ContextVar[list[str] | None] = ContextVar("oddities", default=None)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_HAN_WORD = re.compile("[\u4e00-\u9fff]{2,}")
_KANA = re.compile("[\u3040-\u30ff]")


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return _HAN.search(text) is not None


def has_kana(text: str) -> bool:
    """Whether there is Japanese syllabic writing in it."""
    return _KANA.search(text) is not None


@contextmanager
def noticing() -> Iterator[list[str]]:
    """Inside the block, what is left out of texts and may change their meaning is collected."""
    found: list[str] = []
    token = _oddities.set(found)
    try:
        yield found
    finally:
        _oddities.reset(token)


def _notice(text: str) -> None:
    found = _oddities.get()
    if found is None:
        return
    if "\x00" in text and HOLDS_NUL not in found:
        found.append(HOLDS_NUL)
    if TURNED not in found and _TURNING.search(text):
        found.append(TURNED)


def without_nul(text: str) -> str:
    """Text without NUL characters, where a parser would stop at them."""
    _notice(text)
    return text.replace("\x00", "")


def clean(text: str) -> str:
    """Text without invisible and control characters; surrogates and odd blanks replaced."""
    if not text.isascii() or "\x00" in text:
        _notice(text)
    text = _INVISIBLE.sub("", text)
    text = _CONTROL.sub(" ", text)
    text = text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2007", " ")
    return text.encode("utf-8", "replace").decode("utf-8")


def folded(text: str) -> str:
    """Full-width letters, digits and signs as their plain forms, same length where possible."""
    if text.isascii():
        return text
    return "".join(
        plain if len(plain := unicodedata.normalize("NFKC", character)) == 1 else character
        for character in text
    )


def display_width(text: str) -> int:
    """Columns the text takes in a fixed-width font: Chinese characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _looks_utf16(data: bytes) -> str | None:
    sample = data[:4000]
    if len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.1:
        return "utf-16-be"
    return None


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Text and the name of the encoding it was read with; never fails."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding
    guess = _looks_utf16(data)
    candidates = [guess] if guess else []
    if declared:
        # GB18030 holds all of GB2312 and GBK, and senders mix them up
        candidates.append("gb18030" if declared.lower() in ("gb2312", "gbk") else declared)
    candidates.append("utf-8")
    for encoding in candidates:
        try:
            return data.decode(encoding), encoding
        except (ValueError, LookupError):  # also for a name with a NUL in it
            continue
    return _decode_legacy(data)


def _decode_legacy(data: bytes) -> tuple[str, str]:
    """Neither declared nor UTF-8: Chinese by how many characters come out common, else Western."""
    try:
        text = data.decode("gb18030")
    except UnicodeError:
        text = data.decode("gb18030", "replace")
        if text.count("\ufffd") * 50 > len(text):
            return _decode_big5(data) or (data.decode("cp1252", "replace"), "cp1252")
    odd = [c for c in text if ord(c) > 127]
    common = sum(1 for c in odd if _is_common_chinese(c))
    if odd and common * 10 >= len(odd) * 8:
        return text, "gb18030"
    return _decode_big5(data) or (data.decode("cp1252", "replace"), "cp1252")


def _decode_big5(data: bytes) -> tuple[str, str] | None:
    """Traditional characters of Taiwan and Hong Kong; None where it reads like no text."""
    try:
        text = data.decode("cp950")
    except UnicodeError:
        text = data.decode("cp950", "replace")
        if text.count("\ufffd") * 50 > len(text):
            return None
    odd = [c for c in text if ord(c) > 127]
    common = sum(1 for c in odd if _is_common_traditional(c))
    # Western letters pair up with what follows them into single characters, never into words
    in_words = sum(len(word) for word in _HAN_WORD.findall(text))
    if common * 10 >= len(odd) * 8 and in_words >= 6 and in_words * 2 >= len(odd):
        return text, "big5"
    return None


def _is_common_traditional(character: str) -> bool:
    """Level-one characters of Big5 and its punctuation."""
    try:
        lead = character.encode("cp950")[0]
    except UnicodeError:
        return False
    return 0xA1 <= lead <= 0xC6


def _is_common_chinese(character: str) -> bool:
    """Level-one characters of GB 2312 and Chinese punctuation; random bytes rarely hit them."""
    try:
        lead = character.encode("gb2312")[0]
    except UnicodeError:
        return False
    return 0xA1 <= lead <= 0xA3 or 0xB0 <= lead <= 0xD7


def words(text: str) -> tuple[str, ...]:
    """The words of a list that is easier to read as a paragraph."""
    return tuple(text.split())
