"""Names of companies: told by the words they end in, cut from the address that follows."""

import re

from ..text import folded

_COMPANY = re.compile(
    r"(?i)(?:(?:股份|集团)?有限(?:责任)?公司|集团|公司|工厂|(?<=[\u3400-\u9fff])厂|商行|经营部|事务所|医院|大学|"
    r"\bco\.?,?\s*ltd\b\.?|\bco\.$|\bcompany\b|\b(?:inc|llc|llp|ltd|limited|gmbh|corp|corporation|plc|pty|(?-i:AG)|sarl|eurl|oü|"
    r"s\.?a\.?(?:r\.?l)?|s\.?l|b\.?v|n\.?v|"
    r"s\.?p\.?a|s\.?r\.?l|k\.?k|oy|(?-i:AB)|aps|a/s|(?-i:AS)|sdn\.? bhd|pte|kft|"
    r"sp\. z o\.o|s\.?r\.?o|"
    r"s\.?a\.?s\.?u?|(?-i:KG)|ohg|e\.?k|(?-i:UG)|(?-i:ASA)|oyj|lda|ltda|s\.?p\.?r\.?l|pvt|bhd|jsc|d\.o\.o|"
    r"group|industries|enterprises|trading|electronics)\b\.?)"
)
_ADDRESS = re.compile(r"(?:地址|电话|address|tel|attn)", re.IGNORECASE)
_EXPLAINED = re.compile(r"[(（][^)）]*(?:\d{6,}|以下简称|简称|税号|hereinafter)[^)）]*[)）]?.*$")
_KEPT_UNDER = re.compile(r"^\d{4,}\s+(?=[A-Z].*\s)")
"""The number the buyer keeps a company under: "118273 Atlas Group Inc"."""


def is_company(text: str) -> bool:
    """Whether a text names a company."""
    return _COMPANY.search(text) is not None


def clean_company(text: str) -> str | None:
    """A company's name without the address that follows it."""
    if "\n" in text.strip():
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        text = next(filter(is_company, lines), lines[0])
    text = " ".join(folded(text).split()) if text.isascii() else " ".join(text.split())
    text = _EXPLAINED.sub("", text)
    for match in _COMPANY.finditer(text):
        after = text[match.end() :].lstrip()
        if not after or after[0] in "(（":
            break
        if after[0] in ",，;；|/·•" or _ADDRESS.match(after):
            text = text[: match.end()]
            break
    text = text.strip(" ,，;；:：|_-·•")
    text = _KEPT_UNDER.sub("", text)
    if not re.search(r"[^\W\d_]", text) or len(text) > 120:
        return None
    return text
