"""Rows below a line that only say when its quantity is delivered are no lines of their own."""

from collections.abc import Sequence
from decimal import Decimal

from .draft import DraftLine
from .numbers import decimal_of

_OWN = ("line_no", "unit_price", "line_amount")


def join_deliveries(lines: Sequence[DraftLine]) -> list[DraftLine]:
    """The lines without the deliveries below them that together make a line's quantity.

    One delivery tells the day of the line; of several none does, and that is a doubt.
    """
    joined: list[DraftLine] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        end = index + 1
        while end < len(lines) and _is_delivery(lines[end]):
            end += 1
        parts = lines[index + 1 : end]
        if parts and "unit_price" in line.values and _sum(parts) == _quantity(line):
            _deliver(line, parts)
        else:
            end = index + 1
        joined.append(line)
        index = end
    return joined


def _is_delivery(line: DraftLine) -> bool:
    return {"quantity", "due_date"} <= set(line.values) and not set(_OWN) & set(line.values)


def _quantity(line: DraftLine) -> Decimal | None:
    return decimal_of(line.get("quantity"))


def _sum(parts: Sequence[DraftLine]) -> Decimal:
    return sum((_quantity(part) or Decimal(0) for part in parts), Decimal(0))


def _deliver(line: DraftLine, parts: Sequence[DraftLine]) -> None:
    days = {part.get("due_date") for part in parts}
    if len(days) == 1:
        found = parts[0].values["due_date"]
        line.put("due_date", found.value, found.place)
        for why in parts[0].whys("due_date"):
            line.doubt("due_date", why)
        return
    said = ", ".join(f"{part.get('quantity')} on {part.get('due_date')}" for part in parts[:20])
    line.doubt("due_date", f"it is delivered in parts: {said}")
