"""Numbers as people print them: separators of either convention, signs, capitals, base units."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from ..text import folded

_TOKEN = re.compile(
    r"[-+−]?(?:\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?(?![\d,])|"  # lakhs: 1,20,700
    r"\d{1,3}(?:[,.'’\u0020]\d{3}(?!\d))+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)(?:[eE][+-]?\d{1,3})?"
)
_COMMA_DECIMAL = re.compile(
    r"(?<![\d.,])(?:\d{1,3}(?:[. ]\d{3})+|\d+),(?:\d{1,2}|\d{4,6})(?![\d.,])"
)
_POINT_DECIMAL = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d+)\.(?:\d{1,2}|\d{4,6})(?![\d.,])")
_CAPITALS = "零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整正貳參陸億萬圓两一二三四五六七八九十百千"
_CAPITAL_RUN = re.compile(f"[{_CAPITALS}]{{2,}}")
_TRADITIONAL = str.maketrans("貳參陸億萬圓圆两", "贰叁陆亿万元元贰")


@dataclass(frozen=True, slots=True)
class Number:
    """A number read from text; is_ambiguous when the separators could mean something else."""

    value: Decimal
    is_ambiguous: bool = False
    before: str = ""
    after: str = ""


def plain(value: Decimal) -> str:
    """Plain decimal notation, digits after the point kept as printed."""
    if not value.is_finite():
        return str(value)
    text = format(value, "f")
    return text if text not in ("-0", "-0.0", "-0.00") else "0"


def decimal_of(text: str | None) -> Decimal | None:
    """The value of plain notation; None where there is none."""
    try:
        value = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None


def from_float(number: float) -> Decimal | None:
    """What a sheet shows for a stored float: 15 significant digits, no binary dust."""
    try:
        value = Decimal(f"{number:.15g}")
    except (InvalidOperation, ValueError):
        return None
    if not value.is_finite():
        return None
    if value == value.to_integral_value() and abs(value) < Decimal(10) ** 20:
        return value.quantize(Decimal(1))
    return value


def comma_is_decimal(texts: Iterable[str]) -> bool | None:
    """Whether the document writes 12,50 (True) or 12.50 (False); None when it does not tell."""
    commas = points = 0
    for text in texts:
        commas += len(_COMMA_DECIMAL.findall(text))
        points += len(_POINT_DECIMAL.findall(text))
    if commas > 2 * points:
        return True
    if points > 2 * commas:
        return False
    return None


def _settle(token: str, is_comma_decimal: bool | None) -> tuple[str, bool]:
    """The token with a decimal point and no group separators; and whether that was a guess."""
    token = re.sub(r"['’\s]", "", token)
    comma, point = token.rfind(","), token.rfind(".")
    if comma >= 0 and point >= 0:
        if comma > point:
            return token.replace(".", "").replace(",", "."), False
        return token.replace(",", ""), False
    if comma >= 0:
        groups = re.fullmatch(r"[-+−]?\d{1,3}(?:,\d{3})+", token) is not None
        groups = groups or re.fullmatch(r"[-+−]?\d{1,2}(?:,\d{2})+,\d{3}", token) is not None
        if token.count(",") > 1:
            return token.replace(",", ""), not groups
        if groups and not is_comma_decimal:
            return token.replace(",", ""), False
        return token.replace(",", "."), groups and is_comma_decimal is None
    if point >= 0:
        groups = re.fullmatch(r"[-+−]?\d{1,3}(?:\.\d{3})+", token) is not None
        if token.count(".") > 1:
            return token.replace(".", ""), not groups
        if groups and is_comma_decimal:
            return token.replace(".", ""), False
    return token, False


def to_decimal(token: str, is_comma_decimal: bool | None = None) -> Number | None:
    """A single numeric token as a number."""
    if token.endswith("万"):
        tens = to_decimal(token[:-1], is_comma_decimal)
        return replace(tens, value=tens.value * 10_000) if tens is not None else None
    settled, guessed = _settle(token, is_comma_decimal)
    try:
        value = Decimal(settled.replace("−", "-"))
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > 60:
        return None
    return Number(value, guessed)


def find_number(text: str, is_comma_decimal: bool | None = None) -> Number | None:
    """The one number in a cell, with what stands before and after it; None if not exactly one."""
    text = folded(text).strip()
    if not text or len(text) > 80:
        return None
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text = text[1:-1].strip()
    matches = list(_TOKEN.finditer(text))
    if not matches:
        return None
    first = matches[0]
    if len(matches) > 1:
        return None
    number = to_decimal(first.group(), is_comma_decimal)
    if number is None:
        return None
    before, after = text[: first.start()].strip(), text[first.end() :].strip()
    if before.endswith("-"):
        before = before[:-1].strip()
        negative = True
    if re.search(r"[A-Za-z]$", text[: first.start()]) and not re.search(
        r"(?:^|[^A-Za-z])[A-Za-z]{1,4}\$?$|\$$", text[: first.start()]
    ):
        return None
    value = -number.value if negative else number.value
    return Number(value, number.is_ambiguous, before, after)


def numbers_in(text: str) -> list[str]:
    """All numeric tokens of a text."""
    return _TOKEN.findall(folded(text))


def capitals_amount(text: str) -> Decimal | None:
    """The amount written in Chinese capitals (壹万贰仟元整), None when there is none."""
    for run in _CAPITAL_RUN.findall(text.translate(_TRADITIONAL).replace(" ", "")):
        if not any(mark in run for mark in "元角分整正"):
            continue
        if not any(digit in run for digit in "壹贰叁肆伍陆柒捌玖拾一二三四五六七八九十"):
            continue
        amount = _capital_run(run)
        if amount is not None:
            return amount
    return None


def _capital_run(run: str) -> Decimal | None:
    import cn2an  # takes long to load, and few documents have capitals

    run = run.rstrip("整正").replace("〇", "零")
    whole, _, rest = run.partition("元") if "元" in run else ("", "", run)
    if "元" not in run and not ("角" in run or "分" in run):
        whole, rest = run, ""
    try:
        total = Decimal(str(cn2an.cn2an(whole, "smart"))) if whole.strip("零") else Decimal(0)
        for mark, worth in (("角", Decimal("0.1")), ("分", Decimal("0.01"))):
            found = re.search(f"(.){mark}", rest)
            if found and found.group(1) != "零":
                total += Decimal(str(cn2an.cn2an(found.group(1), "smart"))) * worth
    except (ValueError, TypeError, KeyError, InvalidOperation):
        return None
    return total
