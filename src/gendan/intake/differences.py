"""What a document about an order we have asks for differently, and the same as values for verbs.

Quantities are compared in the item's own unit, prices for one of it; a line of the document is ours
when it has the same item or the same code of the customer.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gendan.catalog.queries import Converter, converter
from gendan.intake.draft_data import Data, lines_of, value_at
from gendan.intake.models import Draft
from gendan.kernel.quantity import QuantityRefused, read_decimal
from gendan.orders.entry import LineChange
from gendan.orders.models import Line, Order


@dataclass(frozen=True)
class Changed:
    """One difference between an order and a document about it: "" stands for nothing."""

    what: str  # a head field, or a line's field
    line: str  # the line's article; empty for the head
    was: str
    now: str


@dataclass(frozen=True)
class Differences:
    """What differs: rows to look at, and what a verb is given for it.

    `new` are indexes of the document's lines that we do not have, `named` our lines that it names,
    `missing` those it does not, `unclear` indexes whose unit does not convert.
    """

    rows: list[Changed] = field(default_factory=list)
    changed: list[LineChange] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    named: list[Line] = field(default_factory=list)
    missing: list[Line] = field(default_factory=list)
    unclear: list[int] = field(default_factory=list)
    currency: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether the document asks for nothing new (lines it does not name aside)."""
        return not (self.changed or self.new or self.currency)


def differences(order: Order, draft: Draft) -> Differences:
    """Compare a document with the order it is about (4 queries)."""
    found = Differences(currency=_other_currency(order, draft.data))
    if found.currency:
        found.rows.append(Changed("currency", "", order.currency, found.currency))
    head_day = _other_day(order, draft.data)
    if head_day:
        was = order.requested_on.isoformat() if order.requested_on else ""
        found.rows.append(Changed("requested_delivery", "", was, head_day))
    standing = list(order.lines.filter(is_cancelled=False).select_related("item__unit"))
    used: set[int] = set()
    currency = (order.currency, found.currency or order.currency)
    matches = draft.matches.get("lines") or []
    units = _units(standing, matches)
    for index, line in lines_of(draft.data):
        match = matches[index] if index < len(matches) else {}
        ours = _our_line(standing, used, line, match)
        if ours is None:
            found.new.append(index)
            asked = _with(str(line.get("quantity") or ""), match.get("unit") or line.get("unit"))
            found.rows.append(Changed("line", _name_of(line), "", asked))
            continue
        used.add(ours.pk)
        found.named.append(ours)
        factor = _factor(units, match, ours)
        if factor is None:
            found.unclear.append(index)
            # Never left out: what cannot be compared is shown for somebody to look at.
            asked = _with(str(line.get("quantity") or ""), line.get("unit"))
            found.rows.append(Changed("unit", ours.item.code, _quantity(ours), asked))
            continue
        _compare_line(found, ours, line, factor, head_day, currency)
    found.missing.extend(one for one in standing if one.pk not in used)
    return found


def _other_currency(order: Order, data: Data) -> str:
    wanted = value_at(data, "currency") or ""
    return wanted if wanted != order.currency else ""


def _other_day(order: Order, data: Data) -> str:
    wanted = value_at(data, "requested_delivery") or ""
    was = order.requested_on.isoformat() if order.requested_on else ""
    return wanted if _day(wanted) and wanted != was else ""


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None  # what the reader could not date


def _our_line(
    standing: Sequence[Line], used: set[int], line: Data, match: dict[str, Any]
) -> Line | None:
    code = line.get("buyer_code")
    free = [one for one in standing if one.pk not in used]
    same = [one for one in free if one.item_id == match.get("id")]
    return next(iter(same), None) or next(
        (one for one in free if code and one.customer_code == code), None
    )


def _name_of(line: Data) -> str:
    return str(line.get("buyer_code") or line.get("seller_code") or line.get("description") or "")


def _compare_line(
    found: Differences,
    ours: Line,
    line: Data,
    factor: Decimal,
    head_day: str,
    currency: tuple[str, str],
) -> None:
    given: dict[str, Any] = {}

    def differs(what: str, was: str, now: str) -> None:
        found.rows.append(Changed(what, ours.item.code, was, now))

    quantity = _number(line.get("quantity"))
    if quantity is not None and quantity * factor != ours.quantity:
        given["quantity"] = quantity * factor
        asked = _with(_plain(quantity * factor), ours.item.unit.code)
        differs("quantity", _quantity(ours), asked)
    price = _number(line.get("unit_price"))
    per = (_number(line.get("price_base_quantity")) or Decimal(1)) * factor
    if price is not None and price * ours.price_per != ours.unit_price * per:
        given |= {"unit_price": price, "price_per": per}
        was = _with(_price(ours.unit_price, ours.price_per), currency[0])
        differs("unit_price", was, _with(_price(price, per), currency[1]))
    day = _day(line.get("due_date") or head_day)
    if day is not None and day != ours.requested_on:
        given["requested_on"] = day
        if line.get("due_date"):
            was = ours.requested_on.isoformat() if ours.requested_on else ""
            differs("due_date", was, day.isoformat())
    if given:
        found.changed.append(LineChange(line_id=ours.pk, **given))


def _with(figure: str, unit: str | None) -> str:
    """A figure with its unit or currency."""
    return f"{figure} {unit or ''}".strip()


def _quantity(line: Line) -> str:
    return _with(_plain(line.quantity), line.item.unit.code)


def _price(price: Decimal, per: Decimal) -> str:
    return _plain(price) if per == 1 else f"{_plain(price)} / {_plain(per)}"


def _number(text: str | None) -> Decimal | None:
    try:
        return read_decimal(text) if text else None
    except QuantityRefused:
        return None


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _factor(units: Converter | None, match: dict[str, Any], ours: Line) -> Decimal | None:
    """How many of the item's own unit the document's is; None where nobody has said."""
    if match.get("unit_doubt") == "unknown_unit":
        return None
    code = match.get("unit") or ours.item.unit.code
    if code == ours.item.unit.code:
        return Decimal(1)
    return units.factor_of(code, ours.item.unit_id, ours.item_id) if units else None


def _units(standing: Sequence[Line], matches: Sequence[dict[str, Any]]) -> Converter | None:
    """What converts units, asked only where there is more than one (2 queries)."""
    codes = {line.item.unit.code for line in standing}
    codes |= {match["unit"] for match in matches if match.get("unit")}
    return converter(line.item_id for line in standing) if len(codes) > 1 else None
