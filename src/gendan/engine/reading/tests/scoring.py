"""Compares what was read with what a document really says, value by value."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from gendan.engine.reading import UnreadableFile, read_document

_CODES = ("code", "seller_code", "buyer_code", "gtin", "upc", "material", "drawing")
_READ_CODES = ("seller_code", "buyer_code", "gtin", "code")
_PRICES = ("unit_price", "unit_price_excl_tax", "unit_price_incl_tax")
_EMPTY = (None, "")
Data = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What became of one expected value: right, wrong, missing or invented."""

    field: str
    outcome: str
    doubted: bool
    want: object = None
    got: object = None

    @property
    def silent(self) -> bool:
        """Something wrong is said as if it were certain."""
        return self.outcome in ("wrong", "invented") and not self.doubted

    def __str__(self) -> str:
        mark = " (doubted)" if self.doubted else ""
        return f"{self.field}: {self.outcome}, wanted {self.want}, got {self.got}{mark}"


@dataclass
class Score:
    """Counts of one or many documents by the common rules; `notes` names what was not right.

    `beyond` counts silent errors of what the common rules do not judge: units, sellers, invented
    prices and documents that are too many.
    """

    right: int = 0
    wrong: int = 0
    missing: int = 0
    invented: int = 0
    silent: int = 0
    beyond: int = 0
    documents: int = 0
    doubts: int = 0
    needless_doubts: int = 0
    notes: list[str] = field(default_factory=list)
    failures: list[Verdict] = field(default_factory=list)

    @property
    def fields(self) -> int:
        """How many values were judged."""
        return self.right + self.wrong + self.missing + self.invented

    @property
    def accuracy(self) -> float:
        """Share of right values in percent."""
        return 100 * self.right / max(1, self.fields)

    def add(self, other: "Score") -> None:
        """Take in the counts of another."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def judge(self, verdict: Verdict, *, common: bool = True) -> None:
        """Count one verdict; those beyond the common rules only when they are silent errors."""
        if common:
            setattr(self, verdict.outcome, getattr(self, verdict.outcome) + 1)
            self.silent += verdict.silent
            self.needless_doubts += verdict.outcome == "right" and verdict.doubted
        else:
            self.beyond += verdict.silent
        if verdict.outcome != "right" and (common or verdict.silent):
            self.notes.append(str(verdict))
            self.failures.append(verdict)


def _text(value: object) -> str:
    return "" if value is None else " ".join(str(value).split()).casefold()


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value).replace(",", "").strip())
    except InvalidOperation:
        return None


def _same_number(want: object, got: object) -> bool:
    return _number(want) is not None and _number(want) == _number(got)


def _contains(want: object, got: object) -> bool:
    a, b = _text(want), _text(got)
    return bool(a) and bool(b) and (a in b or b in a)


def _documents(expected: Data) -> list[Data]:
    if isinstance(expected.get("order"), dict):
        return [expected["order"]]
    for key in ("orders", "messages"):
        if isinstance(expected.get(key), list):
            return [one for one in expected[key] if isinstance(one, dict)]
    return [expected]


def _name(party: object) -> object:
    return party.get("name") if isinstance(party, dict) else party


class _Judge:
    """Verdicts on one document that was read."""

    def __init__(self, got: Data) -> None:
        self._doubts = [str(doubt.get("field", "")) for doubt in got.get("doubts") or []]

    def doubted(self, name: str) -> bool:
        return any(other.startswith(name) for other in self._doubts)

    def value(self, name: str, want: object, got: object, same: bool) -> Iterator[Verdict]:
        """An expected value; nothing when none is expected."""
        if want in _EMPTY:
            return
        outcome = "missing" if got in _EMPTY else "right" if same else "wrong"
        yield Verdict(name, outcome, self.doubted(name), want, got)

    def invented(self, name: str, want: object, got: object) -> Iterator[Verdict]:
        """A value that the document does not hold."""
        if want in _EMPTY and got not in _EMPTY:
            yield Verdict(name, "invented", self.doubted(name), want, got)


def _head(judge: _Judge, want: Data, got: Data) -> Iterator[Verdict]:
    kind, read = want.get("doc_type"), got.get("doc_type")
    yield from judge.value("doc_type", kind, read, _text(kind) == _text(read))
    if kind != "order":
        return
    for name in ("order_number", "issue_date", "currency"):
        value, read = want.get(name), got.get(name)
        if name == "order_number":
            value = value or want.get("document_number")
        yield from judge.value(name, value, read, _text(value) == _text(read))
        if name in want:
            yield from judge.invented(name, value, read)
    buyer, read = _name(want.get("buyer")), _name(got.get("buyer"))
    yield from judge.value("buyer", buyer, read, _contains(buyer, read))


def _line(judge: _Judge, at: str, want: Data, got: Data, head: Data) -> Iterator[Verdict]:
    codes = [want[name] for name in _CODES if want.get(name)]
    read = [got[name] for name in _READ_CODES if got.get(name)]
    if codes:
        hit = any(_text(a) == _text(b) for a in codes for b in read)
        outcome = "right" if hit else "wrong" if read else "missing"
        yield Verdict(f"{at}.code", outcome, judge.doubted(f"{at}."), codes, read)
    quantity, name, due = (want.get(key) for key in ("quantity", "description", "due_date"))
    prices = [want[key] for key in _PRICES if want.get(key)]
    price, when = got.get("unit_price"), got.get("due_date")
    same = _same_number(quantity, got.get("quantity"))
    yield from judge.value(f"{at}.quantity", quantity, got.get("quantity"), same)
    same = any(_same_number(one, price) for one in prices)
    yield from judge.value(f"{at}.unit_price", prices[0] if prices else None, price, same)
    same = _contains(name, got.get("description"))
    yield from judge.value(f"{at}.description", name, got.get("description"), same)
    same = _text(due)[:10] == _text(when)[:10]
    yield from judge.value(f"{at}.due_date", due, when, same)
    if "due_date" in head or "due_date" in want:
        yield from judge.invented(f"{at}.due_date", due or head.get("due_date"), when)


def _common(judge: _Judge, want: Data, got: Data) -> Iterator[Verdict]:
    """The rules by which all readers are judged."""
    yield from _head(judge, want, got)
    wanted, read = want.get("lines") or [], got.get("lines") or []
    if want.get("doc_type") != "order" or not isinstance(wanted, list):
        return
    outcome = "right" if len(wanted) == len(read) else "wrong" if read else "missing"
    yield Verdict("lines", outcome, judge.doubted("lines"), len(wanted), len(read))
    for index, line in enumerate(wanted):
        found = read[index] if index < len(read) else {}
        at = f"lines.{index}"
        yield from _line(judge, at, line, found, want)


def _beyond(judge: _Judge, want: Data, got: Data) -> Iterator[Verdict]:
    """What we ask of ourselves beside the common rules."""
    if want.get("doc_type") != "order":
        return
    seller, read = _name(want.get("seller")), _name(got.get("seller"))
    yield from judge.value("seller", seller, read, _contains(seller, read))
    lines = got.get("lines") or []
    for index, line in enumerate(want.get("lines") or []):
        found = lines[index] if index < len(lines) else {}
        at = f"lines.{index}"
        unit = line.get("unit")
        same = _text(unit) == _text(found.get("unit"))
        yield from judge.value(f"{at}.unit", unit, found.get("unit"), same)
        if "unit_price" in line:
            yield from judge.invented(
                f"{at}.unit_price", line["unit_price"], found.get("unit_price")
            )


def score_document(want: Data, got: Data) -> Score:
    """One document; a wrong or invented value that is doubted is not silent."""
    score = Score(documents=1, doubts=len(got.get("doubts") or []))
    judge = _Judge(got)
    for verdict in _common(judge, want, got):
        score.judge(verdict)
    for verdict in _beyond(judge, want, got):
        score.judge(verdict, common=False)
    return score


def _best(want: Data, found: list[Data]) -> Data:
    number = want.get("order_number") or want.get("document_number")
    same = [one for one in found if number and _text(one.get("order_number")) == _text(number)]
    kind = [one for one in found if one.get("doc_type") == want.get("doc_type")]
    return (same or kind or found or [{}])[0]


def score_answer(expected: Data, found: list[Data]) -> Score:
    """The documents that were read from one file against its answer."""
    score = Score()
    wanted = _documents(expected)
    left = list(found)
    for want in wanted:
        # two orders of one number in a file are judged one after the other
        got = _best(want, left or found)
        left = [one for one in left if one is not got]
        score.add(score_document(want, got))
    orders = [one for one in found if one.get("doc_type") == "order"]
    expected_orders = sum(want.get("doc_type") == "order" for want in wanted)
    if len(orders) > expected_orders:
        many = Verdict("documents", "wrong", False, expected_orders, len(orders))
        score.judge(many, common=False)
    return score


def score_file(source: Path, answer: Path) -> Score:
    """One file with its answer."""
    expected = json.loads(answer.read_text(encoding="utf-8"))
    try:
        found: Any = read_document(source.read_bytes(), filename=source.name).as_json()["documents"]
    except UnreadableFile:
        found = []
    return score_answer(expected, found)


def answered(folder: Path) -> list[tuple[Path, Path]]:
    """(file, answer) of all samples below a folder."""
    pairs = []
    for answer in sorted(folder.rglob("*.expected.json")):
        stem = answer.name.removesuffix(".expected.json")
        source = next(p for p in sorted(answer.parent.glob(stem + ".*")) if p != answer)
        pairs.append((source, answer))
    return pairs
