"""What the writers share: plain numbers, one-line texts, the differences an answer makes."""

import re
import unicodedata
from decimal import Decimal

import pypinyin

from gendan.engine.reading.text import clean, has_han
from gendan.engine.unit_words import rec20_code, x12_unit

from .papers import AnsweredLine, Unwritable

_NO_FILE = re.compile(r"[^\w.-]+")


def number(value: Decimal) -> str:
    """Plain decimal notation without idle zeros."""
    if not value.is_finite():
        raise Unwritable("A number of the message is not finite.")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def one_line(text: str) -> str:
    """Text without line breaks and control characters."""
    return " ".join(clean(text).split())


def fitting(what: str, text: str, longest: int, standard: str) -> str:
    """A number or code that may not be cut: refused when it is too long."""
    line = one_line(text)
    if len(line) > longest:
        raise Unwritable(
            "%(what)s “%(text)s” is longer than %(standard)s allows (%(longest)s).",
            what=what,
            text=line[:60],
            standard=standard,
            longest=longest,
        )
    return line


def pieces(text: str, width: int, most: int) -> list[str]:
    """A text in pieces of at most that width, cut between words; a piece that fills the width
    runs on into the next one, as readers join them; what does not fit is left out."""
    rest = one_line(text)
    found: list[str] = []
    while rest and len(found) < most:
        if len(rest) <= width:
            found.append(rest)
            break
        space = rest.rfind(" ", 0, width)
        cut = space if space > 0 else width
        found.append(rest[:cut])
        rest = rest[cut:].strip()
    return found


def ascii_text(text: str) -> str:
    """Letters without accents, Chinese as pinyin; what has no such spelling becomes a ?."""
    line = one_line(text)
    if line.isascii():
        return line
    if has_han(line):
        runs = re.split("([\u3400-\u9fff\uf900-\ufaff]+)", line)
        line = " ".join(_pinyin(run) if has_han(run) else run for run in runs)
    line = unicodedata.normalize("NFKD", line.replace("ß", "ss").replace("ø", "o"))
    line = "".join(c for c in line if not unicodedata.combining(c))
    return one_line("".join(c if " " <= c <= "~" else "?" for c in line))


def _pinyin(han: str) -> str:
    return " ".join(syllable.capitalize() for syllable in pypinyin.lazy_pinyin(han))


def unit_of_rec20(unit: str) -> str:
    """The unit's code; a code we do not know goes back as it came; "" for other words."""
    return rec20_code(unit) or (unit if re.fullmatch(r"(?=.*[A-Z])[A-Z0-9]{2,3}", unit) else "")


def unit_of_x12(unit: str) -> str:
    """The unit's code; a code we do not know goes back as it came; ZZ for other words."""
    return x12_unit(unit) or (unit if re.fullmatch(r"(?=.*[A-Z])[A-Z0-9]{2}", unit) else "ZZ")


def file_name(kind: str, number_: str, extension: str) -> str:
    """A name for the file from the document's number."""
    return f"{kind}-{_NO_FILE.sub('-', one_line(number_)).strip('-.')[:80] or 'x'}.{extension}"


def differences(line: AnsweredLine) -> frozenset[str]:
    """What of a line we answer differently than it was asked."""
    found = set()
    if line.asked_quantity is not None and line.asked_quantity != line.quantity:
        found.add("quantity")
    if line.asked_price is not None and line.asked_price != line.unit_price:
        found.add("price")
    if line.asked_on is not None and line.promised_on not in (None, line.asked_on):
        found.add("date")
    return frozenset(found)
