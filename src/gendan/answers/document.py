"""What a customer's document asked for, as the customer wrote it."""

import copy
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from gendan.intake.draft_data import HEAD_FIELDS, LINE_FIELDS, NAMING_FIELDS, Data, line_path
from gendan.intake.events import DraftCorrected
from gendan.intake.models import Draft
from gendan.kernel.journal import ref
from gendan.kernel.models import Entry
from gendan.kernel.quantity import LARGEST, STEP, QuantityRefused, read_decimal
from gendan.orders.models import Line

# What a machine wrote is what the customer meant: a correction there is a change of ours. In all
# other documents a correction mends what was read wrongly.
WRITTEN_BY_MACHINES = frozenset({"ubl", "edifact", "x12", "cxml"})


@dataclass(frozen=True)
class Asked:
    """One line of what the customer ordered; None where the document does not say."""

    line_no: str
    description: str = ""
    buyer_code: str = ""
    seller_code: str = ""
    gtin: str = ""
    quantity: Decimal | None = None
    unit: str = ""  # as the customer wrote it
    our_unit: str = ""  # the code of our unit that means; empty: the item's own
    unit_price: Decimal | None = None
    price_base_quantity: Decimal = Decimal(1)
    discount_percent: Decimal = Decimal(0)
    due_on: dt.date | None = None
    item_id: int | None = None
    is_deleted: bool = False  # a change takes this line back
    is_left_out: bool = False  # a later version of the order no longer has it


def format_of(data: Data) -> str:
    """In which format a document came: "edifact", "pdf" …"""
    return str((data.get("source") or {}).get("format") or "").lower()


def exchange_of(data: Data) -> dict[str, str]:
    """Who sent the message to whom, for answering it."""
    found = (data.get("source") or {}).get("exchange") or {}
    return {str(name): str(value) for name, value in found.items()}


def as_written(draft: Draft) -> Data:
    """The document as the customer wrote it (1 query for messages of machines, else none).

    Lines taken out of such a message by us are there again; elsewhere they were never lines.
    """
    data: Data = copy.deepcopy(draft.data)
    if format_of(data) in WRITTEN_BY_MACHINES:
        for path, was in _first_values(draft).items():
            _put(data, path, was)
    data["lines"] = [
        line | {"at": index}
        for index, line in enumerate(data.get("lines") or [])
        if not line.get("removed") and _says_something(line)
    ]
    return data


def asked_by(draft: Draft) -> list[Asked]:
    """Every line of the customer's document, in its order."""
    data = as_written(draft)
    matches = draft.matches.get("lines") or []
    found = []
    for number, line in enumerate(data["lines"], 1):
        at = line["at"]
        match: dict[str, Any] = matches[at] if at < len(matches) else {}
        found.append(
            Asked(
                line_no=_text(line, "line_no", 40) or str(number),
                description=_described(line),
                buyer_code=_text(line, "buyer_code", 80),
                seller_code=_text(line, "seller_code", 80),
                gtin=_text(line, "gtin", 20),
                quantity=_number(line, "quantity"),
                unit=_text(line, "unit", 40),
                our_unit=str(match.get("unit") or ""),
                unit_price=_number(line, "unit_price"),
                price_base_quantity=_number(line, "price_base_quantity") or Decimal(1),
                discount_percent=_number(line, "discount_percent") or Decimal(0),
                due_on=_day(line, "due_date") or _day(data, "requested_delivery"),
                item_id=match.get("id"),
                is_deleted=line.get("action") == "deleted",
            )
        )
    return found


def asked_over(base: Sequence[Asked], changes: Iterable[Draft]) -> list[Asked]:
    """What is asked for after the changes that were carried into the order, oldest first.

    A change names the lines it means, a cancellation without lines means all; a second version of
    the order names what is still wanted.
    """
    asked = list(base)
    for draft in changes:
        kind, lines = draft.data.get("doc_type"), asked_by(draft)
        if kind == "order_cancellation":
            meant = {_place_of(line, asked) for line in lines}
            asked = [one for place, one in enumerate(asked) if lines and place not in meant]
        else:
            asked = _changed(asked, lines, is_whole=kind != "order_change")
    return asked


def _changed(asked: list[Asked], lines: Sequence[Asked], *, is_whole: bool) -> list[Asked]:
    found: dict[int, Asked] = {}
    added = []
    for line in lines:
        place = _place_of(line, asked)
        if place is None:
            added.append(line)
        else:
            found[place] = _over(asked[place], line)
    kept = [
        found.get(place) or replace(one, is_left_out=one.is_left_out or is_whole)
        for place, one in enumerate(asked)
    ]
    return [one for one in [*kept, *added] if not one.is_deleted and one.quantity != 0]


def _place_of(line: Asked, asked: Sequence[Asked]) -> int | None:
    """Which asked line a change means: the same number and article, else article, else number."""
    same = [
        (one.line_no == line.line_no, _is_same_article(line, one), place)
        for place, one in enumerate(asked)
    ]
    for wanted in ((True, True), (False, True), (True, None)):
        for number, article, place in same:
            if (number, article) == wanted:
                return place
    return None


def _is_same_article(line: Asked, one: Asked) -> bool | None:
    """None: one of the two does not name its article."""
    if line.item_id is not None and one.item_id is not None:
        return line.item_id == one.item_id
    if line.buyer_code and one.buyer_code:
        return line.buyer_code.casefold() == one.buyer_code.casefold()
    return None


def _over(one: Asked, change: Asked) -> Asked:
    """The line with what a change says differently; what it does not say stays."""
    said = {
        name: value
        for name, value in vars(change).items()
        if value not in (None, "", Decimal(0)) and name not in ("line_no", "is_left_out")
    }
    if change.unit_price is None:
        said.pop("price_base_quantity", None)
    if change.quantity is None:
        said.pop("unit", None)
        said.pop("our_unit", None)
    return replace(
        one, **said | {"quantity": one.quantity if change.quantity is None else change.quantity}
    )


def asked_in(lines: list[Line]) -> list[Asked]:
    """What an order without a document asks for: its own quantities, prices, requested dates."""
    return [
        Asked(
            line_no=str(line.position),
            description=line.description or line.item.name_en or line.item.name_zh,
            buyer_code=line.customer_code,
            quantity=line.typed_quantity or line.quantity,
            unit=(line.typed_unit or line.item.unit).code,
            our_unit=(line.typed_unit or line.item.unit).code,
            due_on=line.requested_on,
            item_id=line.item_id,
        )
        for line in lines
    ]


def _first_values(draft: Draft) -> dict[str, str]:
    """What stood where somebody has corrected since, by path."""
    entries = Entry.objects.filter(
        fact=DraftCorrected.name, about__contains=[ref(draft.incoming)], data__draft_id=draft.pk
    )
    first: dict[str, str] = {}
    for entry in entries.order_by("pk"):
        for change in entry.data.get("changes") or []:
            first.setdefault(change["path"], change["was"])
    return first


def _put(data: Data, path: str, was: str) -> None:
    found = line_path(path)
    if found:
        index, name = found
        if index < len(data["lines"]) and (name in LINE_FIELDS or name == "removed"):
            data["lines"][index][name] = was or None
        return
    if path in HEAD_FIELDS:
        *parents, last = path.split(".")
        target = data
        for parent in parents:
            target = target.setdefault(parent, {})
        target[last] = was or None


def _says_something(line: Data) -> bool:
    return any(line.get(name) for name in (*NAMING_FIELDS, "quantity"))


def _text(line: Data, name: str, longest: int) -> str:
    return " ".join(str(line.get(name) or "").split())[:longest]


def _described(line: Data) -> str:
    parts = [_text(line, "description", 500), _text(line, "specification", 500)]
    return " ".join(part for part in parts if part)[:500]


def _number(line: Data, name: str) -> Decimal | None:
    """A number of the document that can be worked with; a wrong one is none."""
    try:
        number = read_decimal(line[name]) if line.get(name) else None
    except QuantityRefused:
        return None
    if number is None or not 0 <= number <= LARGEST:
        return None
    return number.quantize(STEP).normalize() + 0  # as many decimals as we keep


def _day(data: Data, name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(data.get(name) or ""))
    except ValueError:
        return None
