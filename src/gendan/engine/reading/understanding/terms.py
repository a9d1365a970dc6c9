"""Delivery and payment terms: told by what they say, because their boxes are often mixed up."""

import re

from ..text import folded

_CODES = "EXW|FCA|FAS|FOB|CFR|C&F|CNF|CIF|CPT|CIP|DAP|DPU|DAT|DDP|DDU"
_INCOTERM = re.compile(rf"(?<![A-Za-z])({_CODES})(?![A-Za-z])\.?[ ,:]*([^\n;；。|]*)")
_NOT_A_PLACE = re.compile(
    r"(?i)\b(?:net|prepaid|collect|days?|tt|t/t|l/c|payment|price|unit|usd|eur|total|per|terms?|incoterms?|20[12]\d|"
    r"and|with|by|on|the|is|or|basis)\b|[:：]|\d{3,}"
)
_PAYMENT = re.compile(
    r"(?i)\b(?:net\s*\d+|\d+\s*days?|t/?t|l/?c|d/?p|d/?a|deposit|prepa(?:id|yment)|"
    r"in advance|cod|cash|eom|"
    r"\d+\s*%|due on receipt|open account|o/?a|balance|wire|bank transfer|pia|cia|cwo|"
    r"upon receipt)\b|"
    r"月结|预付|定金|电汇|货到|款到|信用证|承兑|现金|尾款|付清|天"
)


def find_incoterm(text: str) -> str | None:
    """The Incoterm and its place ("FOB Ningbo") if the text has one; "FOB: NET 60" has not."""
    match = _INCOTERM.search(folded(text))
    if not match:
        return None
    code, rest = match.group(1), match.group(2).strip(" ,.-()（）")
    rest = re.split(r"[(（,，]|\.\s| {2,}|\b(?i:incoterms?|ICC)\b", rest)[0].strip(" ,.-()（）")
    if rest and not _NOT_A_PLACE.search(rest) and len(rest) <= 40:
        return f"{code} {rest}"
    return code


def is_incoterm_value(text: str) -> bool:
    """Whether the value of a delivery terms box really is an Incoterm."""
    return re.match(rf"\s*(?:{_CODES})(?![A-Za-z])", folded(text)) is not None


def sounds_like_payment(text: str) -> bool:
    """Whether a value speaks of paying."""
    return _PAYMENT.search(folded(text)) is not None
