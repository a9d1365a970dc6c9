"""What we say to each line of a customer's order: what was asked against the order as it stands."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from gendan.answers.document import Asked
from gendan.answers.models import Verdict
from gendan.catalog.queries import Converter, converter
from gendan.kernel.quantity import STEP
from gendan.orders.models import Line

_ONE = Decimal(1)
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class LineAnswer:
    """What we say to one line, in the customer's unit; `differences` are codes (words.py)."""

    position: int
    line_no: str
    verdict: str
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None = None
    price_base_quantity: Decimal = _ONE
    promised_on: dt.date | None = None
    asked_quantity: Decimal | None = None
    asked_price: Decimal | None = None
    asked_on: dt.date | None = None
    buyer_code: str = ""
    seller_code: str = ""
    gtin: str = ""
    differences: tuple[str, ...] = ()
    deliveries: tuple[tuple[Decimal, dt.date], ...] = ()
    order_line_id: int | None = None
    note: str = ""
    our_unit: str = ""  # the code of our unit that theirs means


def answers_to(
    asked: Sequence[Asked], lines: Sequence[Line], *, is_cancelled: bool, adds: bool = True
) -> tuple[LineAnswer, ...]:
    """Every asked line with what we say to it, then what we deliver besides (with `adds`).

    `lines` come with item, unit and deliveries; 2 queries more where units differ.
    """
    partners = pair(asked, lines)
    units = _units(asked, partners)
    found: list[LineAnswer] = []
    for index, one in enumerate(asked):
        line = partners.get(index)
        is_gone = line is None or line.is_cancelled or is_cancelled
        if is_gone and one.is_left_out:
            continue  # the customer does not ask for it any more, and does not get it
        position = len(found) + 1
        if line is None or is_gone:
            found.append(_rejected(position, one, line))
        else:
            found.append(_answered(position, one, line, _factor(units, one, line)))
    if adds and not is_cancelled:
        used = {line.pk for line in partners.values()}
        others = [line for line in lines if line.pk not in used and not line.is_cancelled]
        found += _added(others, found)
    return tuple(found)


def overall(lines: Iterable[LineAnswer]) -> str:
    """The verdict on the whole: accepted or rejected only where every line is."""
    verdicts = {line.verdict for line in lines}
    return verdicts.pop() if len(verdicts) == 1 else Verdict.CHANGED


def pair(asked: Sequence[Asked], lines: Sequence[Line]) -> dict[int, Line]:
    """Which line of the order answers which asked one, by index: same item, else same code."""
    left = list(lines)
    found: dict[int, Line] = {}
    for is_same in (_same_item, _same_code):
        for index, one in enumerate(asked):
            if index in found:
                continue
            fitting = [line for line in left if is_same(one, line)]
            if fitting:
                best = max(fitting, key=lambda line: _likeness(one, line))
                found[index] = best
                left.remove(best)
    return found


def _same_item(one: Asked, line: Line) -> bool:
    return one.item_id is not None and one.item_id == line.item_id


def _same_code(one: Asked, line: Line) -> bool:
    return bool(one.buyer_code) and one.buyer_code.casefold() == line.customer_code.casefold()


def _likeness(one: Asked, line: Line) -> tuple[bool, bool, int]:
    """Of several lines of one item: that of the same date, then quantity, then the first."""
    quantity = line.quantity if line.typed_quantity is None else line.typed_quantity
    return line.requested_on == one.due_on, quantity == one.quantity, -line.position


def _rejected(position: int, one: Asked, line: Line | None) -> LineAnswer:
    return LineAnswer(
        position=position,
        line_no=one.line_no,
        verdict=Verdict.REJECTED,
        description=one.description or (_described(line) if line else ""),
        quantity=Decimal(0),
        unit=one.unit,
        unit_price=None,
        price_base_quantity=one.price_base_quantity,
        asked_quantity=one.quantity,
        asked_price=one.unit_price,
        asked_on=one.due_on,
        buyer_code=one.buyer_code,
        seller_code=one.seller_code or (line.item.code if line else ""),
        gtin=one.gtin,
        order_line_id=line.pk if line else None,
        our_unit=one.our_unit or (line.item.unit.code if line else ""),
    )


def _answered(position: int, one: Asked, line: Line, factor: Decimal) -> LineAnswer:
    """`factor`: how many of the item's own unit the customer's unit is."""
    quantity = _in_their_unit(line.quantity, factor)
    price, asked_price = _prices(one, line, factor)
    differences = []
    if one.item_id is not None and one.item_id != line.item_id:
        differences.append("item")
    if one.quantity is not None and quantity != one.quantity:
        differences.append("quantity")
    if asked_price is not None and price != asked_price:
        differences.append("price")
    if _is_redated(one, line):
        differences.append("date")
    return LineAnswer(
        position=position,
        line_no=one.line_no,
        verdict=Verdict.CHANGED if differences else Verdict.ACCEPTED,
        description=one.description or _described(line),
        quantity=quantity,
        unit=one.unit or line.item.unit.code,
        unit_price=price,
        price_base_quantity=one.price_base_quantity,
        promised_on=line.promised_on,
        asked_quantity=one.quantity,
        asked_price=asked_price,
        asked_on=one.due_on,
        buyer_code=one.buyer_code or line.customer_code,
        seller_code=line.item.code,
        gtin=one.gtin or line.item.barcode,
        differences=tuple(differences),
        deliveries=_deliveries(line, factor),
        order_line_id=line.pk,
        our_unit=one.our_unit or line.item.unit.code,
    )


def _is_redated(one: Asked, line: Line) -> bool:
    """Whether we promise another date than was asked for.

    A document has one date for a line. Where the order has several deliveries, of which one was
    asked for on that day, each is held against its own requested date.
    """
    if one.due_on is None or line.promised_on is None:
        return False
    parts = [part for part in line.deliveries.all() if part.requested_on and part.promised_on]
    if len(parts) > 1 and one.due_on in {part.requested_on for part in parts}:
        return any(part.promised_on != part.requested_on for part in parts)
    return line.promised_on != one.due_on


def _added(others: Sequence[Line], before: Sequence[LineAnswer]) -> list[LineAnswer]:
    """Lines of the order that the customer's document does not have: agreed since."""
    numbers = [int(one.line_no) for one in before if one.line_no.isdecimal()]
    first = max(numbers, default=len(before))
    step = 10 if numbers and all(number % 10 == 0 for number in numbers) else 1
    return [
        LineAnswer(
            position=len(before) + count,
            line_no=str(first + count * step),
            verdict=Verdict.CHANGED,
            description=_described(line),
            quantity=_plain(line.typed_quantity or line.quantity),
            unit=(line.typed_unit or line.item.unit).code,
            unit_price=_plain(line.unit_price),
            price_base_quantity=_plain(
                line.price_per * (line.typed_quantity or line.quantity) / line.quantity
            ),
            promised_on=line.promised_on,
            asked_quantity=Decimal(0),
            buyer_code=line.customer_code,
            seller_code=line.item.code,
            gtin=line.item.barcode,
            differences=("added",),
            deliveries=_deliveries(line, line.quantity / (line.typed_quantity or line.quantity)),
            order_line_id=line.pk,
            our_unit=(line.typed_unit or line.item.unit).code,
        )
        for count, line in enumerate(others, 1)
    ]


def _prices(one: Asked, line: Line, factor: Decimal) -> tuple[Decimal, Decimal | None]:
    """Our price and theirs for the same number of the same unit; net where discounts differ."""
    ours = line.unit_price * one.price_base_quantity * factor / line.price_per
    theirs = one.unit_price
    if theirs is not None and one.discount_percent != line.discount_percent:
        ours *= 1 - line.discount_percent / _HUNDRED
        theirs = _plain(theirs * (1 - one.discount_percent / _HUNDRED))
    return _plain(ours), theirs


def _deliveries(line: Line, factor: Decimal) -> tuple[tuple[Decimal, dt.date], ...]:
    parts = [part for part in line.deliveries.all() if part.promised_on is not None]
    if len(parts) < 2:
        return ()
    return tuple(
        (_in_their_unit(part.quantity, factor), part.promised_on)
        for part in parts
        if part.promised_on is not None
    )


def _in_their_unit(quantity: Decimal, factor: Decimal) -> Decimal:
    return _plain(quantity / factor)


def _plain(number: Decimal) -> Decimal:
    """Six decimals at most, as quantities and prices are kept."""
    return number.quantize(STEP, rounding=ROUND_HALF_UP).normalize() + 0


def _described(line: Line) -> str:
    return (line.description or line.item.name_en or line.item.name_zh)[:500]


def _factor(units: Converter | None, one: Asked, line: Line) -> Decimal:
    """How many of the item's own unit the customer's is; 1 where nobody has said."""
    if units is None or not one.our_unit:
        return _ONE
    return units.factor_of(one.our_unit, line.item.unit_id, line.item_id) or _ONE


def _units(asked: Sequence[Asked], partners: Mapping[int, Line]) -> Converter | None:
    """What converts units, asked only where a customer's is not the item's own (2 queries)."""
    others = {
        line.item_id
        for index, line in partners.items()
        if asked[index].our_unit not in ("", line.item.unit.code)
    }
    return converter(others) if others else None
