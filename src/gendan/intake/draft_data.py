"""The JSON of a draft: which fields it has, how they are read and set by path, what is doubtful.

Paths are those of the reading contract ("order_number", "buyer.name", "lines.2.unit_price") and two
of our own: "customer" and "lines.2.item". Removed lines stay in the list, marked, so that the paths
of the others, their places in the document and their doubts remain true.
"""

import copy
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gendan.kernel.errors import Invalid
from gendan.kernel.quantity import read_decimal

Data = dict[str, Any]
HEAD_FIELDS: dict[str, str] = {
    "order_number": "text",
    "issue_date": "date",
    "currency": "currency",
    "buyer.name": "text",
    "requested_delivery": "date",
    "incoterm": "text",
    "payment_terms": "text",
    "doc_type": "doc_type",
}
LINE_FIELDS: dict[str, str] = {
    "line_no": "text",
    "buyer_code": "text",
    "seller_code": "text",
    "gtin": "text",
    "description": "text",
    "specification": "text",
    "quantity": "number",
    "unit": "text",
    "unit_price": "number",
    "price_base_quantity": "number",
    "discount_percent": "number",
    "due_date": "date",
    "line_amount": "number",
}
# What says which article a line means: a change here asks for a new match.
NAMING_FIELDS = {"buyer_code", "seller_code", "gtin", "description", "specification"}
DOC_TYPES = (
    "order",
    "order_change",
    "order_cancellation",
    "order_response",
    "despatch_advice",
    "ship_notice",
    "receiving_advice",
    "request_for_quotation",
    "not_an_order",
)
MOST_LINES = 2000
LONGEST_TEXT = 500
_LINE_PATH = re.compile(r"^lines\.(\d{1,5})\.([a-z_]+)$")
_ISO_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


class DraftValueRefused(Invalid):
    """A value that cannot stand in this field of a draft."""


@dataclass(frozen=True)
class DraftDoubt:
    """A value of the draft somebody must look at.

    `why` is a sentence of the reader (English), or empty when `code` says it: "none", "similar",
    "several", "contradiction" (of a match), "unconfirmed" (of the sender), "unknown_unit",
    "missing", "customers_currency".
    """

    field: str
    code: str = ""
    why: str = ""


def empty_document(file_name: str = "") -> Data:
    """A draft in which nothing is known yet: for what could not be read."""
    return {
        "doc_type": "order",
        "order_number": None,
        "issue_date": None,
        "currency": None,
        "buyer": {"name": None, "gln": None, "email": None},
        "seller": {"name": None},
        "requested_delivery": None,
        "incoterm": None,
        "payment_terms": None,
        "totals": {},
        "lines": [],
        "doubts": [],
        "found_at": {},
        "source": {"file": file_name, "format": "", "method": "by hand"},
    }


def lines_of(data: Data) -> Iterator[tuple[int, Data]]:
    """The lines that count, with their index."""
    for index, line in enumerate(data.get("lines") or []):
        if not line.get("removed"):
            yield index, line


def line_path(path: str) -> tuple[int, str] | None:
    """("lines.2.unit") → (2, "unit"); None for other paths."""
    found = _LINE_PATH.match(path)
    return (int(found[1]), found[2]) if found else None


def value_at(data: Data, path: str) -> str | None:
    """The value at a path, None when there is none."""
    value: Any = data
    for part in path.split("."):
        if isinstance(value, list):
            value = value[int(part)] if part.isdecimal() and int(part) < len(value) else None
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            return None
    return None if value is None or isinstance(value, dict | list) else str(value)


def with_values(data: Data, values: dict[str, str | None]) -> Data:
    """A copy with values set; each is read by the kind of its field. Raises DraftValueRefused."""
    fresh = copy.deepcopy(data)
    for path, given in values.items():
        found = line_path(path)
        kind = LINE_FIELDS.get(found[1]) if found else HEAD_FIELDS.get(path)
        if kind is None:
            raise DraftValueRefused(
                _("A draft has no field “%(path)s”.") % {"path": path[:60]}, field=path[:80]
            )
        value = read_value(kind, given, path)
        if found:
            lines = fresh["lines"]
            if found[0] >= len(lines) or lines[found[0]].get("removed"):
                raise DraftValueRefused(_("This line is no longer there."), field=path)
            lines[found[0]][found[1]] = value
        else:
            *parents, last = path.split(".")
            target = fresh
            for parent in parents:
                target = target.setdefault(parent, {})
            target[last] = value
    return fresh


def read_value(kind: str, given: str | None, path: str) -> str | None:
    """A typed value in the contract's notation; empty text is no value."""
    text = " ".join((given or "").replace("\x00", "").split())
    if not text:
        if kind == "doc_type":
            raise DraftValueRefused(_("Say what kind of document this is."), field=path)
        return None
    if len(text) > LONGEST_TEXT:
        raise DraftValueRefused(_("This text is too long."), field=path)
    if kind == "number":
        number = read_decimal(text, field=path)
        if number < 0:
            raise DraftValueRefused(_("This number must not be less than zero."), field=path)
        return f"{number.normalize():f}"
    if kind == "date":
        return _read_date(text, path)
    if kind == "currency":
        if not re.fullmatch(r"[A-Za-z]{3}", text):
            raise DraftValueRefused(_("A currency has three letters, such as USD."), field=path)
        return text.upper()
    if kind == "doc_type" and text not in DOC_TYPES:
        raise DraftValueRefused(_("This kind of document is not known."), field=path)
    return text


def _read_date(text: str, path: str) -> str:
    try:
        if not _ISO_DATE.match(text):
            raise ValueError
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise DraftValueRefused(
            _("“%(text)s” is not a date; write it as 2026-12-31.") % {"text": text[:40]}, field=path
        ) from None


def without_lines(data: Data, indexes: Iterable[int]) -> Data:
    """A copy in which these lines no longer count."""
    fresh = copy.deepcopy(data)
    for index in indexes:
        if not 0 <= index < len(fresh["lines"]):
            raise DraftValueRefused(_("This line is no longer there."), field="lines")
        fresh["lines"][index]["removed"] = True
    return fresh


def with_lines(data: Data, lines: Iterable[dict[str, str | None]]) -> tuple[Data, list[int]]:
    """A copy with lines added by hand, and their indexes."""
    fresh = copy.deepcopy(data)
    added = []
    for line in lines:
        index = len(fresh["lines"])
        if index >= MOST_LINES:
            raise DraftValueRefused(
                _("A draft has at most %(most)s lines.") % {"most": MOST_LINES}, field="lines"
            )
        fresh["lines"].append(dict.fromkeys(LINE_FIELDS))
        fresh = with_values(fresh, {f"lines.{index}.{key}": text for key, text in line.items()})
        added.append(index)
    return fresh, added


def split_off(data: Data, indexes: Iterable[int], order_number: str | None) -> tuple[Data, Data]:
    """What stays and what becomes a document of its own: each keeps all lines, the others' removed.

    So the paths of lines, their places and their doubts stay true in both. What was printed for the
    whole document (totals) holds for neither.
    """
    taken = set(indexes)
    theirs, rest = copy.deepcopy(data), copy.deepcopy(data)
    for index, _line in lines_of(data):
        (rest if index in taken else theirs)["lines"][index]["removed"] = True
    for part in (theirs, rest):
        _forget_totals(part)
    theirs["order_number"] = order_number
    theirs["found_at"].pop("order_number", None)
    return rest, theirs


def joined(data: Data, other: Data) -> tuple[Data, dict[int, int]]:
    """A copy with the other's lines after its own, and where each of them now stands."""
    fresh = copy.deepcopy(data)
    moved: dict[int, int] = {}
    for index, line in lines_of(other):
        moved[index] = len(fresh["lines"])
        fresh["lines"].append(copy.deepcopy(line))
    if len(fresh["lines"]) > MOST_LINES:
        raise DraftValueRefused(
            _("A draft has at most %(most)s lines.") % {"most": MOST_LINES}, field="lines"
        )
    places = fresh.setdefault("found_at", {})
    for path, place in (other.get("found_at") or {}).items():
        if (new := moved_path(path, moved)) is not None:
            places[new] = place
    for doubt in other.get("doubts") or []:
        new = moved_path(str(doubt.get("field", "")), moved)
        if new is not None:
            fresh.setdefault("doubts", []).append({**doubt, "field": new})
    _forget_totals(fresh)
    return fresh, moved


def moved_path(path: str, moved: dict[int, int]) -> str | None:
    """The path of a line's field after the line has moved; None for what is not moved."""
    parts = path.split(".")
    if len(parts) < 2 or parts[0] != "lines" or not parts[1].isdecimal():
        return None
    new = moved.get(int(parts[1]))
    return None if new is None else ".".join(["lines", str(new), *parts[2:]])


def _forget_totals(data: Data) -> None:
    data["totals"] = {}
    places = data.setdefault("found_at", {})
    for path in [path for path in places if path.startswith("totals")]:
        del places[path]
    data["doubts"] = [
        doubt
        for doubt in data.get("doubts") or []
        if not str(doubt.get("field", "")).startswith("totals")
    ]


def doubts_of(
    data: Data, matches: Data, settled: Iterable[str], *, is_order: bool = True
) -> list[DraftDoubt]:
    """What is still to be looked at, the head first, then line by line."""
    done = set(settled)
    removed = {index for index, line in enumerate(data.get("lines") or []) if line.get("removed")}
    found = [
        DraftDoubt(str(doubt.get("field", "")), why=str(doubt.get("why", "")))
        for doubt in data.get("doubts") or []
    ]
    if is_order:
        found += _own_doubts(data, matches)
    elif data.get("doc_type") in {"order_change", "order_cancellation"}:
        found += _doubts_of_change(data, matches)
    open_ones = []
    for doubt in found:
        position = doubt.field.split(".")[1] if doubt.field.startswith("lines.") else ""
        if doubt.field in done or (position.isdecimal() and int(position) in removed):
            continue
        open_ones.append(doubt)
    return sorted(open_ones, key=_rank)


def _own_doubts(data: Data, matches: Data) -> list[DraftDoubt]:
    customer = matches.get("customer") or {}
    found = [DraftDoubt("customer", customer["doubt"])] if customer.get("doubt") else []
    if not data.get("order_number"):
        found.append(DraftDoubt("order_number", "missing"))
    if not data.get("currency"):
        found.append(DraftDoubt("currency", "customers_currency"))
    known = matches.get("lines") or []
    for index, line in lines_of(data):
        match = known[index] if index < len(known) else {}
        if match.get("doubt"):
            found.append(DraftDoubt(f"lines.{index}.item", match["doubt"]))
        if match.get("unit_doubt"):
            found.append(DraftDoubt(f"lines.{index}.unit", match["unit_doubt"]))
        if not line.get("quantity"):
            found.append(DraftDoubt(f"lines.{index}.quantity", "missing"))
        if not line.get("unit_price"):
            found.append(DraftDoubt(f"lines.{index}.unit_price", "list_price"))
    if next(lines_of(data), None) is None:
        found.append(DraftDoubt("lines", "missing"))
    return found


def _doubts_of_change(data: Data, matches: Data) -> list[DraftDoubt]:
    """Whose it is and what it means; what it does not say stays as the order has it."""
    customer = matches.get("customer") or {}
    found = [DraftDoubt("customer", customer["doubt"])] if customer.get("doubt") else []
    known = matches.get("lines") or []
    for index, _line in lines_of(data):
        match = known[index] if index < len(known) else {}
        if match.get("doubt"):
            found.append(DraftDoubt(f"lines.{index}.item", match["doubt"]))
        if match.get("unit_doubt"):
            found.append(DraftDoubt(f"lines.{index}.unit", match["unit_doubt"]))
    return found


def _rank(doubt: DraftDoubt) -> tuple[int, int, str]:
    parts = doubt.field.split(".")
    if parts[0] != "lines":
        return (0, 0, doubt.field)
    return (1, int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else -1, doubt.field)
