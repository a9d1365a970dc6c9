"""Currencies and units: codes, signs and words, and how sure they make us."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ..text import folded, has_han, has_kana, words

CURRENCIES = frozenset(
    words(
        """
        AED ARS AUD BDT BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR
        ISK JPY KES KRW KWD MAD MOP MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR
        SEK SGD THB TRY TWD UAH USD VND ZAR
        """
    )
)
_WORDS = {
    "人民币": "CNY", "rmb": "CNY", "cnh": "CNY", "美元": "USD", "美金": "USD", "欧元": "EUR",
    "英镑": "GBP", "日元": "JPY", "日圆": "JPY", "日币": "JPY", "港币": "HKD", "港元": "HKD",
    "新台币": "TWD", "台币": "TWD", "澳元": "AUD", "加元": "CAD", "韩元": "KRW", "卢布": "RUB",
    "us dollar": "USD", "u.s. dollar": "USD", "us dollars": "USD", "u.s. dollars": "USD",
    "euro": "EUR", "euros": "EUR", "pound sterling": "GBP", "renminbi": "CNY", "yuan": "CNY",
}  # fmt: skip
_SIGNS = {
    "US$": "USD", "HK$": "HKD", "NT$": "TWD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD",
    "S$": "SGD", "R$": "BRL", "NZ$": "NZD", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW",
    "₽": "RUB", "฿": "THB", "₫": "VND", "₺": "TRY", "zł": "PLN",
}  # fmt: skip
_CODE = re.compile(r"(?<![A-Za-z])(" + "|".join(sorted(CURRENCIES)) + r")(?![A-Za-z])")
_SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True)))
_WORD = re.compile(
    "|".join(
        re.escape(word) if has_han(word) else rf"(?<![a-z]){re.escape(word)}(?![a-z])"
        for word in sorted(_WORDS, key=len, reverse=True)
    )
)
_DOLLAR = re.compile(r"(?<![A-Za-z])\$")
_YUAN = re.compile(r"\d\s*元|[（(/]\s*元|元\s*[)）/]|元整|[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]元")
_US_ADDRESS = re.compile(r"\b[A-Z]{2}\s+\d{5}(?:-\d{4})?\b")


@dataclass(frozen=True, slots=True)
class CurrencyEvidence:
    """The currency the texts speak of; `why` when that is a guess."""

    code: str | None
    why: str | None = None


def currency_named(text: str) -> str | None:
    """The currency a short text names outright: a code, a word or an unmistakable sign."""
    text = folded(text)
    match = _CODE.search(text.upper()) if len(text) <= 12 else _CODE.search(text)
    if match:
        return match.group(1)
    word = _WORD.search(text.lower())
    if word:
        return _WORDS[word.group()]
    sign = _SIGN.search(text)
    return _SIGNS[sign.group()] if sign else None


def is_american(texts: Iterable[str]) -> bool:
    """Whether addresses look like those of the United States (state and ZIP code)."""
    return any(_US_ADDRESS.search(text) for text in texts)


def currency_of(texts: list[str], language_texts: list[str]) -> CurrencyEvidence:
    """The currency of prices printed in the texts, judged by codes, words and signs in them."""
    named: Counter[str] = Counter()
    dollars = yens = yuan = 0
    for raw in texts:
        text = folded(raw)
        for code in _CODE.findall(text):
            named[code] += 1
        rest = text.lower()
        for word in _WORD.findall(rest):
            named[_WORDS[word]] += 1
        for sign in _SIGN.findall(text):
            named[_SIGNS[sign]] += 1
        dollars += len(_DOLLAR.findall(text))
        yens += text.count("¥")
        yuan += len(_YUAN.findall(_WORD.sub("", text)))
    if len(named) == 1:
        return CurrencyEvidence(next(iter(named)))
    if len(named) > 1:
        ranked = named.most_common()
        others = ", ".join(sorted(named))
        return CurrencyEvidence(ranked[0][0], f"several currencies are named: {others}")
    everything = " ".join(language_texts)
    if yens and not dollars:
        return _yen_or_yuan(everything)
    if yuan and not dollars and not yens:
        return CurrencyEvidence("CNY")
    if dollars and not yens and not yuan:
        why = None if is_american(language_texts) else "only a dollar sign is printed"
        return CurrencyEvidence("USD", why)
    if dollars or yens or yuan:
        return CurrencyEvidence(None, "the signs name more than one currency")
    return CurrencyEvidence(None)


def _yen_or_yuan(everything: str) -> CurrencyEvidence:
    """The sign is shared by two currencies: the language of the document decides, if it can."""
    if has_kana(everything) or re.search(r"\bjapan\b|日本", everything, re.I):
        return CurrencyEvidence("JPY", "¥ can be JPY or CNY")
    if len(re.findall("[\u4e00-\u9fff]", everything)) >= 8:
        return CurrencyEvidence("CNY")
    return CurrencyEvidence("CNY", "¥ can be CNY or JPY")


_UNIT_WORDS_ZH = (
    "件 个 只 台 套 支 根 条 张 片 块 米 千克 公斤 克 吨 箱 盒 包 袋 瓶 桶 卷 双 对 副 打 "
    "把 本 册 粒 颗 "
    "枚 组 份 辆 架 面 顶 匹 码 升 毫升 平方米 平方 立方米 立方 千只 千个 千件 万只 万个 "
    "百只 罗 令 车 扎 捆 "
    "樽 罐 听 头 株 件套 筒 板 节 付 幅 批 次 项 天 人天 小时 工时"
)
_UNIT_WORDS_EN = (
    "pc pcs pce piece pieces ea each set sets unit units kg kgs kilogram kilograms g gram "
    "grams t ton "
    "tons mt lb lbs oz m mtr meter meters metre metres mtrs cm mm ft feet yd yds yard "
    "yards inch box "
    "boxes bx ctn ctns carton cartons case cases cs pack packs pk pks pkt bag bags bottle "
    "bottles btl "
    "roll rolls rl pair pairs pr prs dozen doz dz dzn gross sheet sheets sht pallet "
    "pallets plt can "
    "cans drum drums l ltr litre liter litres liters ml sqm m2 m3 cbm day days hour hours "
    "hr hrs job "
    "lot lots kit kits reel reels spool bundle bundles tube tubes h87 c62 ea. kgm mtr nar "
    "stk st stück "
    "szt ks uds und pza pz"
)
UNITS_ZH = frozenset(_UNIT_WORDS_ZH.split())
UNITS_EN = frozenset(_UNIT_WORDS_EN.split())
_ZH_BY_LENGTH = "|".join(sorted(UNITS_ZH, key=len, reverse=True))
_EN_BY_LENGTH = "|".join(re.escape(unit) for unit in sorted(UNITS_EN, key=len, reverse=True))
UNIT_PATTERN = rf"(?:{_ZH_BY_LENGTH}|(?:{_EN_BY_LENGTH})(?![A-Za-z0-9]))"
_UNIT = re.compile(rf"{UNIT_PATTERN}\.?", re.I)
_THOUSANDS = {"百": 100, "千": 1000, "万": 10000}


def is_unit(text: str) -> bool:
    """Whether the text is nothing but a unit of measure."""
    return _UNIT.fullmatch(folded(text).strip().strip("()（）/")) is not None


def leading_unit(text: str) -> str | None:
    """The unit the text begins with (what follows a quantity)."""
    match = _UNIT.match(folded(text).strip())
    return match.group().rstrip(".") if match else None


def price_base(text: str) -> int | None:
    """The quantity a price is for: /100, per 1000 pcs, /千只, per C, per M; None when not said."""
    text = folded(text).lower().strip()
    match = re.search(r"(?:/|per|每|pro|je)\s*(\d[\d,]*)\s*(?:[a-z%\u4e00-\u9fff]*)", text)
    if match:
        base = int(match.group(1).replace(",", ""))
        return base if 0 < base <= 1_000_000 else None
    match = re.search(r"(?:/|每)\s*([百千万])\s*[\u4e00-\u9fff]", text)
    if match and not re.search(r"[/每]\s*千(?:克|瓦|米)", text):
        return _THOUSANDS[match.group(1)]
    if re.search(r"(?:/|per)\s*(?:thousand|mille|kpcs?|1k)\b", text):
        return 1000
    if re.search(r"(?:/|per)\s*hundred\b", text):
        return 100
    return None
