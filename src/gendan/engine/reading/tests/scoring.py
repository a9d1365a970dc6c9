"""Compares what was read with what a document really says, value by value."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from gendan.engine.reading import UnreadableFile, read_document

_CODES = ("code", "seller_code", "buyer_code", "gtin")
_PRICES = ("unit_price", "unit_price_incl_tax", "unit_price_excl_tax")


@dataclass
class Score:
    """Counts of one or many documents; `notes` names what was not right."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    silent: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def fields(self) -> int:
        """How many values were judged."""
        return self.right + self.wrong + self.missing

    @property
    def accuracy(self) -> float:
        """Share of right values in percent."""
        return 100 * self.right / max(1, self.fields)

    def add(self, other: "Score") -> None:
        """Take in the counts of another."""
        self.right += other.right
        self.wrong += other.wrong
        self.missing += other.missing
        self.silent += other.silent
        self.notes.extend(other.notes)


def _text(value: object) -> str:
    return "" if value is None else " ".join(str(value).split()).casefold()


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return None


def _same(want: object, got: object) -> bool:
    a, b = _number(want), _number(got)
    return a == b if a is not None and b is not None else _text(want) == _text(got)


def _contains(want: object, got: object) -> bool:
    return _text(want) in _text(got) or _text(got) in _text(want)


def _documents(expected: dict[str, Any]) -> list[dict[str, Any]]:
    if isinstance(expected.get("order"), dict):
        return [expected["order"]]
    several = expected.get("orders") or expected.get("messages")
    return list(several) if several else [expected]


def _verdicts(
    want: dict[str, Any], got: dict[str, Any]
) -> Iterator[tuple[str, object, object, bool]]:
    """(field, expected, read, equal) for all values that the answer speaks of."""
    yield "doc_type", want["doc_type"], got.get("doc_type"), want["doc_type"] == got.get("doc_type")
    if want["doc_type"] != "order":
        return
    number = want.get("order_number") or want.get("document_number")
    yield "order_number", number, got.get("order_number"), _same(number, got.get("order_number"))
    for name in ("issue_date", "currency"):
        if name in want:
            yield name, want[name], got.get(name), _text(want[name]) == _text(got.get(name))
    for side in ("buyer", "seller"):
        wanted = (want.get(side) or {}).get("name")
        read = (got.get(side) or {}).get("name")
        if wanted:
            yield f"{side}.name", wanted, read, bool(read) and _contains(wanted, read)
    lines = got.get("lines") or []
    yield "lines", len(want["lines"]), len(lines), len(want["lines"]) == len(lines)
    for index, line in enumerate(want["lines"]):
        read_line = lines[index] if index < len(lines) else {}
        for name, value, found, equal in _line_verdicts(line, read_line):
            yield f"lines.{index}.{name}", value, found, equal


def _line_verdicts(
    want: dict[str, Any], got: dict[str, Any]
) -> Iterator[tuple[str, object, object, bool]]:
    codes = [want[name] for name in _CODES if want.get(name)]
    if codes:
        read = [got[name] for name in _CODES[1:] if got.get(name)]
        equal = any(_text(a) == _text(b) for a in codes for b in read)
        yield "seller_code", codes[0], ", ".join(read) or None, equal
    yield (
        "quantity",
        want.get("quantity"),
        got.get("quantity"),
        _same(want.get("quantity"), got.get("quantity")),
    )
    prices = [want[name] for name in _PRICES if want.get(name)]
    if prices:
        price = got.get("unit_price")
        yield "unit_price", prices[0], price, any(_same(p, price) for p in prices)
    if want.get("description"):
        text = got.get("description")
        yield (
            "description",
            want["description"],
            text,
            bool(text) and _contains(want["description"], text),
        )
    if want.get("unit"):
        yield "unit", want["unit"], got.get("unit"), _same(want["unit"], got.get("unit"))
    if "due_date" in want:
        yield (
            "due_date",
            want["due_date"],
            got.get("due_date"),
            _same(want["due_date"], got.get("due_date")),
        )


def score_document(want: dict[str, Any], got: dict[str, Any]) -> Score:
    """One document; a wrong or invented value that is doubted is not silent."""
    score = Score()
    doubted = [doubt["field"] for doubt in got.get("doubts", [])]
    for name, expected, read, equal in _verdicts(want, got):
        if expected in (None, "") and read in (None, ""):
            continue
        if equal:
            score.right += 1
        elif read in (None, ""):
            score.missing += 1
            score.notes.append(f"{name}: {expected} is missing")
        else:
            score.wrong += 1
            is_doubted = any(other.startswith(name) for other in doubted)
            score.silent += not is_doubted
            score.notes.append(
                f"{name}: {read} instead of {expected}{' (doubted)' if is_doubted else ''}"
            )
    return score


def score_file(source: Path, answer: Path) -> Score:
    """One file with its answer."""
    expected = json.loads(answer.read_text(encoding="utf-8"))
    try:
        found: Any = read_document(source.read_bytes(), filename=source.name).as_json()["documents"]
    except UnreadableFile:
        found = []
    score = Score()
    for want in _documents(expected):
        number = want.get("order_number") or want.get("document_number")
        match = [d for d in found if number and _text(d.get("order_number")) == _text(number)]
        match = match or [d for d in found if d.get("doc_type") == want.get("doc_type")] or found
        score.add(score_document(want, match[0] if match else {}))
    if len(found) > len(_documents(expected)):
        score.wrong += 1
        score.silent += 1
        score.notes.append(f"{len(found)} documents instead of {len(_documents(expected))}")
    return score


def answered(folder: Path) -> list[tuple[Path, Path]]:
    """(file, answer) of all samples below a folder."""
    pairs = []
    for answer in sorted(folder.rglob("*.expected.json")):
        stem = answer.name.removesuffix(".expected.json")
        source = next(p for p in sorted(answer.parent.glob(stem + ".*")) if p != answer)
        pairs.append((source, answer))
    return pairs
