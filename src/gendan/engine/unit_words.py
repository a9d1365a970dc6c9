"""Words that documents use for units, in both languages."""

from collections.abc import Iterable

from gendan.engine.plain_words import squeezed

UNIT_WORDS: dict[str, str] = {
    "C62 H87 EA": "pc pcs piece pieces each unit stk 件 个 只 枚 支 把 台 块 条 顶 张 pce nos",
    "SET": "set sets kit 套 副 组",
    "PR NPR": "pair pairs pr 双 对",
    "DZN": "dozen dozens dz doz 打",
    "KGM": "kg kgs kilo kilogram kilograms 千克 公斤",
    "GRM": "g gram grams 克",
    "TNE": "t ton tons tonne tonnes mt 吨",
    "MTR": "m meter meters metre metres mtr 米",
    "CMT": "cm centimetre centimeter 厘米",
    "MTK": "m2 sqm 平方米",
    "MTQ": "m3 cbm 立方米",
    "LTR": "l ltr liter litre liters litres 升",
    "CT": "ctn ctns carton cartons 箱",
    "BX": "box boxes 盒",
    "RO": "roll rolls 卷",
    "PA PK": "pack packs packet 包",
    "BG": "bag bags 袋",
    "YRD": "yd yds yard yards 码",
}
"""Words of units in both languages by their codes of UN/ECE Recommendation 20 (and 21)."""


def unit_spellings(code: str, rec20: str, names: Iterable[str]) -> set[str]:
    """All spellings that mean one of our units."""
    own = {squeezed(text) for text in (code, rec20, *names) if text}
    for codes, words in UNIT_WORDS.items():
        group = {squeezed(word) for word in (*codes.split(), *words.split())}
        if squeezed(code) in group or (rec20 and rec20 in codes.split()):
            own |= group
    return own


_X12_UNITS: dict[str, str] = {
    "C62": "EA", "SET": "ST", "PR": "PR", "DZN": "DZ", "KGM": "KG", "GRM": "GR", "TNE": "MP",
    "MTR": "MR", "CMT": "CM", "MTK": "SM", "MTQ": "CR", "LTR": "LT", "CT": "CT", "BX": "BX",
    "RO": "RO", "PA": "PK", "BG": "BG", "YRD": "YD",
}  # fmt: skip
"""Codes of X12 data element 355 by the first code of each group above."""
_X12_ONLY = ("PC", "CA", "UN", "FT", "LB", "OZ", "IN", "TN", "DR", "BO", "CN", "PL", "GA", "BD")
_REC20_MORE = ("PCE", "NMP", "INH", "FOT", "LBR", "ONZ", "MMT", "HUR", "DAY", "MIL", "GRO", "CS")


def _group(unit: str) -> tuple[str, ...]:
    """The codes of the group that a word or a code belongs to."""
    word = squeezed(unit)
    for codes, words in UNIT_WORDS.items():
        if word in {squeezed(name) for name in (*codes.split(), *words.split())}:
            return tuple(codes.split())
    for code, x12 in _X12_UNITS.items():
        if unit.strip().upper() == x12:
            return (code,)
    return ()


def rec20_code(unit: str) -> str | None:
    """The code of UN/ECE Recommendation 20 (or 21) for a unit as written; None if unknown."""
    code = unit.strip().upper()
    codes = _group(unit)
    if code in codes or code in _REC20_MORE:
        return code
    return codes[0] if codes else None


def x12_unit(unit: str) -> str | None:
    """The code of X12 data element 355 for a unit as written; None if unknown."""
    code = unit.strip().upper()
    if code in _X12_ONLY or code in _X12_UNITS.values():
        return code
    codes = _group("C62" if code == "PCE" else unit)
    return _X12_UNITS[codes[0]] if codes else None
