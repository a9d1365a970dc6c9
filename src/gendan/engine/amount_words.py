"""Amounts of money in words, as contracts write them: Chinese capitals (大写金额) and English.

Chinese after the Ministry of Finance's rules for vouchers (会计基础工作规范, § 52; the same as in
正确填写票据和结算凭证的基本规定, PBOC 1997): zeros between digits are read once, 整 closes amounts
that end with 元 or 角, none follows 分.
"""

from dataclasses import dataclass
from decimal import Decimal

LARGEST = Decimal("999999999999.999")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_MINOR = ("角", "分", "厘")
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = [
    "zero",
    "ten",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]
_THOUSANDS = ("", "thousand", "million", "billion")


@dataclass(frozen=True)
class CurrencyWords:
    """How a currency is called: in Chinese, in English, and its hundredth in English."""

    zh: str
    en: str
    minor_en: str = ""


CURRENCIES = {
    "USD": CurrencyWords("美元", "US dollars", "cents"),
    "EUR": CurrencyWords("欧元", "euros", "cents"),
    "CNY": CurrencyWords("人民币", "Renminbi yuan", "fen"),
    "JPY": CurrencyWords("日元", "Japanese yen"),
    "GBP": CurrencyWords("英镑", "pounds sterling", "pence"),
    "HKD": CurrencyWords("港元", "Hong Kong dollars", "cents"),
    "AUD": CurrencyWords("澳元", "Australian dollars", "cents"),
    "CAD": CurrencyWords("加元", "Canadian dollars", "cents"),
    "CHF": CurrencyWords("瑞士法郎", "Swiss francs", "centimes"),
    "KRW": CurrencyWords("韩元", "Korean won"),
    "SGD": CurrencyWords("新加坡元", "Singapore dollars", "cents"),
    "AED": CurrencyWords("迪拉姆", "UAE dirhams", "fils"),
}


def in_chinese(amount: Decimal, currency: str) -> str:
    """An amount (≥ 0, at most three decimals) in Chinese capitals: 美元壹仟零壹元伍角整."""
    whole, fraction = _split(amount)
    name = CURRENCIES.get(currency, CurrencyWords(currency, currency)).zh
    digits = fraction.rstrip("0")
    words = _whole_in_chinese(whole) + "元" if whole or not digits else ""
    for place, digit in enumerate(digits):
        if digit != "0":
            words += _DIGITS[int(digit)] + _MINOR[place]
        elif words and not words.endswith("零"):
            words += "零"
    return name + words + ("整" if len(digits) < 2 else "")


def _whole_in_chinese(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    words, needs_zero = "", False
    for place in range(2, -1, -1):
        group = number // 10_000**place % 10_000
        if group == 0:
            needs_zero = bool(words)
            continue
        if words and (needs_zero or group < 1000):
            words += _DIGITS[0]
        words += _group_in_chinese(group) + _GROUPS[place]
        needs_zero = False
    return words


def _group_in_chinese(group: int) -> str:
    words, needs_zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit == 0:
            needs_zero = bool(words)
            continue
        words += (_DIGITS[0] if needs_zero else "") + _DIGITS[digit] + _PLACES[place]
        needs_zero = False
    return words


def in_english(amount: Decimal, currency: str) -> str:
    """An amount (≥ 0) in English words: "US dollars one thousand and one and cents fifty only"."""
    whole, fraction = _split(amount)
    found = CURRENCIES.get(currency, CurrencyWords(currency, currency))
    words = f"{found.en} {whole_in_english(whole)}"
    digits = fraction.rstrip("0")
    if digits and found.minor_en and len(digits) <= 2:
        words += f" and {found.minor_en} {whole_in_english(int(digits.ljust(2, '0')))}"
    elif digits:
        places = max(len(digits), 2)
        words += f" and {int(digits.ljust(places, '0'))}/{10**places}"
    return f"{words} only"


def whole_in_english(number: int) -> str:
    """A whole number below a thousand billions in English words."""
    if number == 0:
        return _ONES[0]
    parts: list[str] = []
    for place in range(3, -1, -1):
        group = number // 1000**place % 1000
        if group:
            joined = "and " if place == 0 and parts and group < 100 else ""
            parts.append(f"{joined}{_hundreds_in_english(group)} {_THOUSANDS[place]}".strip())
    return " ".join(parts)


def _hundreds_in_english(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest:
        tens, ones = divmod(rest, 10)
        small = _ONES[rest] if rest < 20 else _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
        words.append(small)
    return " and ".join(words)


def _split(amount: Decimal) -> tuple[int, str]:
    if not amount.is_finite() or not 0 <= amount <= LARGEST:
        raise ValueError(f"no amount to be written in words: {amount}")
    if amount != amount.quantize(Decimal("0.001")):
        raise ValueError(f"more than three decimals: {amount}")
    whole, fraction = f"{amount:.3f}".split(".")
    return int(whole), fraction
