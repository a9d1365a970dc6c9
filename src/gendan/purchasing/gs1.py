"""Element strings of GS1-128: what a label says, written and read (pure, no Django).

As scanners give them, with the separator after what has no fixed length; or in brackets, as people
type what is printed below the bars.
"""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Mapping

from stdnum import ean
from stdnum.exceptions import ValidationError

SEPARATOR = "\x1d"
# What scanners put before the content to say which kind of code it was.
_SYMBOLS = ("]C1", "]d2", "]Q3", "]e0")
FIXED = {"01": 14, "02": 14, "17": 6}
LONGEST = {"10": 20, "21": 20, "37": 8, "240": 30}
KNOWN = (*FIXED, *LONGEST)
_ALLOWED = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+")
_BRACKETS = re.compile(r"\((240|01|02|10|17|21|37)\)")


class NotGs1(ValueError):
    """This is no element string, or a broken one."""


def may_carry(ai: str, value: str) -> bool:
    """Whether a label can say this: only certain characters, and not too many."""
    if ai in FIXED:
        return len(value) == FIXED[ai] and value.isascii() and value.isdigit()
    is_number = value.isascii() and value.isdigit()
    fits = 0 < len(value) <= LONGEST[ai] and _ALLOWED.fullmatch(value) is not None
    return fits and (ai != "37" or is_number)


def gtin14(code: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits with its check digit right, as 14. Raises NotGs1."""
    if len(code) not in (8, 12, 13, 14):
        raise NotGs1(code)
    try:
        return str(ean.validate(code)).zfill(14)
    except ValidationError as error:
        raise NotGs1(code) from error


def write(parts: Mapping[str, str]) -> str:
    """The element string, what has a fixed length first; without the symbol's own first FNC1."""
    for ai, value in parts.items():
        if ai not in KNOWN or not may_carry(ai, value):
            raise NotGs1(f"({ai}){value}")
    ordered = sorted(parts.items(), key=lambda pair: (pair[0] not in FIXED, pair[0]))
    text = "".join(f"{ai}{value}" + ("" if ai in FIXED else SEPARATOR) for ai, value in ordered)
    return text.removesuffix(SEPARATOR)


def in_brackets(parts: Mapping[str, str]) -> str:
    """As it is printed for people."""
    ordered = sorted(parts.items(), key=lambda pair: (pair[0] not in FIXED, pair[0]))
    return "".join(f"({ai}){value}" for ai, value in ordered)


def looks_like(text: str) -> bool:
    """Whether this can be meant as an element string."""
    return (
        text.startswith((*_SYMBOLS, SEPARATOR))
        or SEPARATOR in text
        or _BRACKETS.match(text) is not None
        or re.match(r"0[12]\d{14}", text) is not None
    )


def read(text: str) -> dict[str, str]:
    """What an element string says. Raises NotGs1 where anything of it is not understood."""
    for symbol in _SYMBOLS:
        text = text.removeprefix(symbol)
    found = _bracketed(text) if _BRACKETS.match(text) else _scanned(text)
    for ai, value in found.items():
        if not may_carry(ai, value):
            raise NotGs1(f"({ai}){value}")
        if ai in ("01", "02"):
            gtin14(value)
    if not found:
        raise NotGs1(text)
    return found


def day_of(text: str) -> dt.date:
    """The day of (17): YYMMDD, day 00 is the last of the month. Raises NotGs1."""
    try:
        year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
        return dt.date(year, month, day or monthrange(year, month)[1])
    except (ValueError, IndexError) as error:
        raise NotGs1(text) from error


def _bracketed(text: str) -> dict[str, str]:
    pieces = _BRACKETS.split(text)
    found: dict[str, str] = {}
    for ai, value in zip(pieces[1::2], pieces[2::2], strict=True):
        _put(found, ai, value.strip())
    return found


def _scanned(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    rest = text.lstrip(SEPARATOR)
    while rest:
        ai = next((one for one in KNOWN if rest.startswith(one)), None)
        if ai is None:
            raise NotGs1(rest)
        rest = rest[len(ai) :]
        if ai in FIXED:
            value, rest = rest[: FIXED[ai]], rest[FIXED[ai] :]
            rest = rest.removeprefix(SEPARATOR)
        else:
            value, _sep, rest = rest.partition(SEPARATOR)
        _put(found, ai, value)
    return found


def _put(found: dict[str, str], ai: str, value: str) -> None:
    if ai in found:
        raise NotGs1(f"({ai}) twice")
    found[ai] = value
