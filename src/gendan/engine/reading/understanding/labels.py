"""Tells which field a printed label names, whatever its spelling, language or decoration."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import zhconv

from ..text import folded, has_han
from .money import CURRENCIES, currency_named, is_unit, price_base
from .vocabulary import NOT_A_QUANTITY_EN, NOT_A_QUANTITY_ZH, VOCABULARY

MAX_LABEL = 60
_BRACKETS = re.compile(r"[(（\[【{<][^)）\]】}>]{0,40}[)）\]】}>]")
_NUMBER_WORDS = re.compile(r"\b(?:number|nummer|nbr|num|nr|nos|№)\b\.?|№|\bn[°º]")
_CURRENCY_CODE = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(sorted(CURRENCIES))})(?![A-Za-z])")
_NOT_KEY = re.compile(r"[^0-9a-zäöüß\u3400-\u9fff%]+")
_HAN_PART = re.compile("[\u3400-\u9fff]+")
_NUMBERED = re.compile(r"^\(?\d{1,2}[a-z]?[.)]\s*(?=[A-Z])", re.IGNORECASE)
"""Forms number their boxes: "14. QUANTITY ORDERED"."""
_PER = re.compile(r"(?:per|/|每|for)?(?:1|10|100|1000|10000)(?=\D|$)")
_DAY_WORDS = frozenset(
    {"delivery", "due", "required", "need", "ship", "shipment", "etd", "requested"}
)
_SUFFIXES_ZH = (
    ("单价", "unit_price"),
    ("金额", "line_amount"),
    ("数量", "quantity"),
    ("交货日期", "due_date"),
    ("到货日期", "due_date"),
    ("交期", "due_date"),
    ("品名", "description"),
    ("产品名称", "description"),
    ("物料编码", "code"),
    ("料号", "code"),
    ("规格型号", "specification"),
    ("订单号", "order_number"),
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a label names; unit, currency, base and tax when the label itself tells them."""

    field: str
    rank: int = 0
    unit: str | None = None
    currency: str | None = None
    base: int | None = None
    tax_included: bool | None = None


def key_of(text: str) -> str:
    """The label without case, blanks, punctuation and brackets, in simplified characters."""
    text = _BRACKETS.sub(" ", folded(text)).lower()
    text = text.replace("#", " no ")
    text = _NUMBER_WORDS.sub("no", text)
    if has_han(text):
        text = zhconv.convert(text, "zh-cn")
    key = _NOT_KEY.sub("", text)
    while key.endswith("nono"):
        key = key[:-2]
    return key


def _build() -> dict[str, tuple[str, int]]:
    words: dict[str, tuple[str, int]] = {}
    for name, rank, synonyms in VOCABULARY:
        for synonym in synonyms.split("|"):
            words.setdefault(key_of(synonym), (name, rank))
    return words


_WORDS = _build()
LONGEST_KEY = max(len(key) for key in _WORDS)


def _decorations(text: str) -> tuple[str | None, str | None, int | None, bool | None]:
    """Unit, currency, price base and tax that stand in or behind the label."""
    unit = currency = None
    # the base may stand outside the brackets: 单价/千件
    for inner in [match[1:-1] for match in _BRACKETS.findall(text)]:
        if unit is None and is_unit(inner):
            unit = inner.strip()
        currency = currency or currency_named(inner) or ("CNY" if "元" in inner else None)
    lower = text.lower()
    if currency is None and re.search(
        r"price|amount|total|value|cost|preis|betrag|wert|prix|montant|单价|金额|总价|价", lower
    ):
        currency = currency_named(text) or ("CNY" if re.search(r"[/／]\s*元|元$", text) else None)
    tax: bool | None = None
    if re.search(
        r"不含税|未税|税前|excl|ex\.?\s*(?:vat|tax)|\bnet\b|without (?:tax|vat)|before tax", lower
    ):
        tax = False
    elif re.search(r"含税|税后|价税|incl|\bgross\b|with (?:tax|vat)", lower):
        tax = True
    return unit, currency, price_base(text), tax


def _exact(text: str) -> tuple[str, int] | None:
    key = key_of(text)
    return _WORDS.get(key) if key else None


def _parts(text: str) -> list[str]:
    """The label's halves: what stands on either side of a slash, a line break, or in each "
    "script."""
    pieces = [piece for piece in re.split(r"[/／|\n]", text) if piece.strip()]
    if has_han(text):
        outside = _BRACKETS.sub(" ", text)
        pieces.append("".join(_HAN_PART.findall(outside)))
        pieces.append(" ".join(_HAN_PART.split(outside)))
    if (bare := _CURRENCY_CODE.sub(" ", text).strip()) and bare != text.strip():
        pieces.append(bare)
    outside = _BRACKETS.sub(" ", text).strip()
    is_known = not outside or _exact(outside) is not None
    inside = [match[1:-1] for match in _BRACKETS.findall(text)]
    # a unit in brackets only tells what an unknown label counts in
    pieces.extend(inner for inner in inside if is_known or not is_unit(inner))
    return pieces


def _by_rule(text: str) -> tuple[str, int] | None:
    """Composed labels the vocabulary does not list: 本次采购数量, "Total order qty (pcs)"."""
    key = key_of(text)
    if re.fullmatch(r"订单[一二三四五六七八九十\d]|(?:po|order)(?:no)?[1-9]", key):
        return "order_number", 2  # "订单一：" before the first of several
    holds_value = re.search(r"\d", _PER.sub("", key)) is not None
    if holds_value:
        return None
    if has_han(key):
        han = "".join(_HAN_PART.findall(key))
        if len(han) > 12:
            return None
        for suffix, name in _SUFFIXES_ZH:
            if han.endswith(suffix):
                if any(word in han[: -len(suffix)] for word in NOT_A_QUANTITY_ZH):
                    return "other", 0
                return name, 1
        return None
    words = re.findall(r"[a-z]+", _BRACKETS.sub(" ", folded(text)).lower().replace("'", ""))
    if not words or len(words) > 6:
        return None
    present = set(words)
    if present & {"qty", "quantity", "qtty"}:
        return ("other", 0) if present & NOT_A_QUANTITY_EN else ("quantity", 1)
    if present & {"price", "cost"} and not present & {
        "total",
        "amount",
        "ext",
        "extended",
        "list",
        "old",
        "terms",
        "term",
    }:
        return (
            ("other", 0)
            if present & {"previous", "retail", "last", "target"}
            else ("unit_price", 1)
        )
    if present & {"total", "ext", "extended", "line", "net"} and present & {
        "amount",
        "price",
        "value",
        "cost",
    }:
        return "line_amount", 1
    if present & _DAY_WORDS and present & {"date", "by"}:
        return ("ignored", 0) if present & {"payment", "print"} else ("due_date", 1)
    if len(words) == 2 and currency_named(words[0].upper()) and is_unit(words[1]):
        return "unit_price", 1  # EUR/pc
    if words[-1] == "description" and len(words) <= 3:
        return "description", 1
    return None


def _is_better(other: tuple[str, int], found: tuple[str, int] | None, part: str) -> bool:
    """Whether what a part of the label names should be believed over the whole."""
    if found is None:
        return other[0] not in ("unit", "ignored") or not is_unit(part)
    return found[1] > other[1] and other[0] not in ("unit", "ignored")


@lru_cache(maxsize=8192)
def match_label(text: str) -> Label | None:
    """The field a label names, None when it is no label we know."""
    text = _NUMBERED.sub("", text.strip().rstrip(":：").strip().lstrip("*•·").strip())
    if not text or len(text) > MAX_LABEL:
        return None
    found = _exact(text)
    if found is None or found[1] > 0:
        for part in _parts(text):
            other = _exact(part) if part.strip() != text else None
            if other is not None and _is_better(other, found, part):
                found = other
    found = found or _by_rule(text)
    if found is None:
        return None
    unit, currency, base, tax = _decorations(folded(text))
    if found[0] == "quantity" and unit is None and key_of(text) in ("pcs", "pieces"):
        unit = text
    return Label(found[0], found[1], unit, currency, base, tax)


def label_of(text: str, learned: Mapping[str, str]) -> Label | None:
    """As match_label, but what was learned about the sender comes first."""
    if learned:
        wanted = key_of(text)
        for printed, name in learned.items():
            if key_of(printed) == wanted:
                known = match_label(text)
                return replace(known, field=name, rank=0) if known else Label(name)
    return match_label(text)


def is_listed(text: str) -> bool:
    """Whether the vocabulary holds exactly this label."""
    return _exact(text) is not None


def known_suffix(text: str) -> int | None:
    """Where the longest known label begins that ends the text; None when none does."""
    start_limit = max(0, len(text) - MAX_LABEL)
    starts = [start_limit] if start_limit == 0 else []
    for index in range(max(1, start_limit), len(text)):
        before, here = text[index - 1], text[index]
        if here.isspace() or (
            before.isalnum() and here.isalnum() and not (has_han(before) or has_han(here))
        ):
            continue
        starts.append(index)
    for index in starts:
        piece = text[index:]
        if piece.strip() and _exact(piece) is not None:
            return index
    return None
