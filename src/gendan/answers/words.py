"""The words of answers in both languages: they are the customer's, whatever the reader's are."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from gendan.answers.models import Verdict
from gendan.contracts.papers import words as paper_words


class Both(NamedTuple):
    """The same in English and Chinese."""

    en: str
    zh: str

    def as_data(self) -> dict[str, str]:
        """As papers keep it."""
        return {"en": self.en, "zh": self.zh}

    def in_language(self, language: str) -> str:
        """Chinese for those who read it, English for everybody else."""
        return self.zh if language.startswith("zh") else self.en


class Said(Protocol):
    """What words are made of: a line that is prepared or one that was kept."""

    verdict: str
    quantity: Decimal
    unit: str
    our_unit: str
    unit_price: Decimal | None
    promised_on: dt.date | None
    asked_quantity: Decimal | None
    asked_price: Decimal | None
    asked_on: dt.date | None
    seller_code: str
    note: str


VERDICTS = {
    Verdict.ACCEPTED.value: Both("accepted", "接受"),
    Verdict.CHANGED.value: Both("changed", "有变更"),
    Verdict.REJECTED.value: Both("not accepted", "不接受"),
}
WHOLE = {
    Verdict.ACCEPTED.value: Both("We accept your order as it is.", "我司接受贵司订单的全部内容。"),
    Verdict.CHANGED.value: Both(
        "We accept your order with the changes below.", "我司接受贵司订单，但有以下变更。"
    ),
    Verdict.REJECTED.value: Both(
        "We are sorry that we cannot accept your order.", "很抱歉，我司无法接受贵司订单。"
    ),
}
REPLACES = Both("This replaces our answer {number}.", "本回复取代我司先前的回复{number}。")
_REJECTED = Both("We cannot deliver this line.", "该行无法供货。")
_ADDED = Both("not on your order: delivered besides", "贵司订单中没有：另行交付")


def reasons(line: Any) -> list[Both]:
    """Why a line is not simply accepted: the differences in words, then what was typed."""
    found = [_DIFFERENCES[code](line) for code in line.differences if code in _DIFFERENCES]
    if line.deliveries:
        found.append(_parts(line.deliveries, line.our_unit or line.unit))
    if line.note:
        found.append(Both(line.note, line.note))
    elif line.verdict == Verdict.REJECTED:
        found.append(_REJECTED)
    return found


def reason(line: Any, language: str) -> str:
    """The same as one text in one language."""
    is_chinese = language.startswith("zh")
    parts = [one.in_language(language).rstrip(".。") for one in reasons(line)]
    return ("；" if is_chinese else "; ").join(parts)


def number(value: Decimal | None) -> str:
    """A number with thousands and without trailing zeros."""
    return "" if value is None else paper_words.number(value)


def _instead(what: Both, now: str, asked: str) -> Both:
    return Both(f"{what.en} {now} instead of {asked}", f"{what.zh}{now}，贵司要求{asked}")


def _quantity(line: Said) -> Both:
    return _instead(Both("quantity", "数量"), number(line.quantity), number(line.asked_quantity))


def _price(line: Said) -> Both:
    return _instead(Both("price", "单价"), number(line.unit_price), number(line.asked_price))


def _date(line: Said) -> Both:
    return _instead(Both("date", "交期"), str(line.promised_on), str(line.asked_on))


def _item(line: Said) -> Both:
    return Both(f"another item: {line.seller_code}", f"替代货号：{line.seller_code}")


def _added(line: Said) -> Both:
    return _ADDED


def _parts(deliveries: Sequence[Sequence[Any]], unit: str) -> Both:
    """[[quantity, date] …] in words."""
    parts = [(number(Decimal(str(many))), str(day)) for many, day in deliveries]
    english = ", ".join(f"{many} {unit} on {day}" for many, day in parts)
    chinese = "，".join(f"{day}交{many}{unit}" for many, day in parts)
    return Both(f"in parts: {english}", f"分批：{chinese}")


_DIFFERENCES = {
    "item": _item,
    "quantity": _quantity,
    "price": _price,
    "date": _date,
    "added": _added,
}
