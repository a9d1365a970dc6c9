"""The essentials of a paper on a small screen: the PDF says everything, this what matters most.

Read from the snapshot the PDF was drawn from, never from the order as it is now: what is shown
beside the button is what is accepted.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from gendan.contracts.models import Paper

MOST_LINES = 60
# Of the conditions, those a buyer looks for first.
CONDITIONS = ("price", "shipment", "payment", "tolerance", "packing", "documents")


@dataclass(frozen=True)
class EssentialLine:
    """One line as it is printed."""

    code: str
    description: str
    quantity: str
    unit: str
    price: str
    amount: str
    ship_on: str


@dataclass(frozen=True)
class Essentials:
    """Parties, lines, total and conditions of a paper, in the reader's language."""

    seller: str
    buyer: str
    lines: list[EssentialLine]
    more_lines: int
    total: str
    total_words: str
    currency: str
    conditions: list[tuple[str, str]]


def essentials_of(paper: Paper) -> Essentials:
    """What a paper says (no query)."""
    said: dict[str, Any] = paper.snapshot
    lines = said.get("lines", [])
    total = said.get("total", {})
    return Essentials(
        seller=_pick(said.get("seller", {}).get("name")),
        buyer=_pick(said.get("buyer", {}).get("name")),
        lines=[_line(one) for one in lines[:MOST_LINES]],
        more_lines=max(len(lines) - MOST_LINES, 0),
        total=total.get("amount", ""),
        total_words=_pick(total),
        currency=said.get("currency", paper.currency),
        conditions=[
            (_pick(one.get("label")), _pick(one))
            for one in said.get("conditions", [])
            if one.get("key") in CONDITIONS
        ],
    )


def _line(said: dict[str, Any]) -> EssentialLine:
    code = said.get("customer_code") or said.get("code", "")
    description = _pick(said.get("description"))
    return EssentialLine(
        code=code,
        description="" if description == code else description,
        quantity=str(said.get("quantity", "")),
        unit=_pick(said.get("unit")),
        price=str(said.get("price", "")),
        amount=str(said.get("amount", "")),
        ship_on=_pick(said.get("ship_on")),
    )


def _pick(both: Any) -> str:
    """The words of a pair in the reader's language, else in the other one."""
    if not isinstance(both, dict):
        return str(both or "")
    is_chinese = (get_language() or "").startswith("zh")
    first, second = ("zh", "en") if is_chinese else ("en", "zh")
    return str(both.get(first) or both.get(second) or "")
