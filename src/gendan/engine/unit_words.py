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
