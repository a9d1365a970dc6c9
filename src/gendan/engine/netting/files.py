"""Workload files in, planned orders out: comma-separated text, read and written in bulk."""

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from .snapshot import BomLines, Demand, Ints, Items, Orders, Receipts, Snapshot

FIRST_DAY = dt.date(2026, 1, 5).toordinal()  # day 0 of every workload
_AT_ONCE = 100_000  # rows formatted together: as many as the processor's cache can hold


class UnreadableWorkload(ValueError):
    """A workload file is missing or not as it should be; the sentence says where."""


@dataclass(frozen=True, eq=False)
class Workload:
    """A snapshot, and the order number and line of each of its demands.

    `doubts`: what is read all the same but cannot be meant so, and the records it concerns.
    """

    snapshot: Snapshot
    demand_names: list[tuple[str, int]]
    doubts: tuple[tuple[str, list[str]], ...] = ()


def read_workload(folder: Path) -> Workload:
    """The snapshot of a workload folder.

    Needs items.csv, bom.csv, order_lines.csv and receipts.csv; with suppliers.csv and routings.csv
    it is known which items nobody supplies or makes. Raises UnreadableWorkload.
    """
    table = Table(folder / "items.csv")
    codes = table.text("item")
    place = table.once("item")
    doubts = [("kinds that are neither make nor buy; bought", _odd_kinds(table))]
    items = Items(
        code=codes,
        is_made=np.array([kind == "make" for kind in table.text("kind")], bool),
        on_hand=table.whole("on_hand"),
        safety_stock=table.whole("safety_stock"),
        lead_days=table.whole("lead_time_days"),
        multiple=table.whole("lot_size"),
        is_sourced=_sourced(folder, table),
    )
    table = Table(folder / "bom.csv")
    lines = BomLines(
        parent=table.places("parent", place),
        component=table.places("component", place),
        numerator=table.whole("qty_per"),
        scrap=table.whole("scrap_pct") * 100,
    )
    table = Table(folder / "receipts.csv")
    receipts = Receipts(
        item=table.places("item", place),
        quantity=table.whole("quantity"),
        due=table.day("due_date"),
    )
    demand, names = _demand(folder, place)
    twice = [f"{number}/{line}" for (number, line), _next in _alike(names)]
    doubts.append(("order lines that stand there twice; each is planned", twice))
    snapshot = Snapshot(
        first_day=FIRST_DAY, items=items, lines=lines, demand=demand, receipts=receipts
    )
    return Workload(snapshot, names, tuple(doubts))


def _odd_kinds(items: "Table") -> list[str]:
    kinds = items.text("kind")
    if set(kinds) <= {"make", "buy"}:
        return []
    pairs = zip(items.text("item"), kinds, strict=True)
    return [code for code, kind in pairs if kind not in ("make", "buy")]


def _alike(names: list[tuple[str, int]]) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    """Names that stand twice, of names in their order."""
    return (pair for pair in pairwise(names) if pair[0] == pair[1])


def _demand(folder: Path, place: dict[str, int]) -> tuple[Demand, list[tuple[str, int]]]:
    table = Table(folder / "order_lines.csv")
    numbers = table.text("order_no")
    line = table.whole("line_no")
    names = list(zip(numbers, line.tolist(), strict=True))
    order = np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
    demand = Demand(
        item=table.places("item", place)[order],
        quantity=table.whole("quantity")[order],
        due=table.day("due_date")[order],
    )
    return demand, [names[row] for row in order.tolist()]


def _sourced(folder: Path, items: "Table") -> Any:
    """Which items have a supplier or a routing; all of them where the files are not there."""
    known: dict[str, set[str]] = {}
    for kind, name in (("buy", "suppliers.csv"), ("make", "routings.csv")):
        if (folder / name).is_file():
            known[kind] = set(Table(folder / name).text("item"))
    pairs = zip(items.text("item"), items.text("kind"), strict=True)
    return np.array([code in known[kind] if kind in known else True for code, kind in pairs], bool)


class Table:
    """The columns of one file as tuples of text."""

    def __init__(self, path: Path) -> None:
        """Read a whole file. Raises UnreadableWorkload."""
        self.name = path.name
        try:
            with path.open(newline="", encoding="utf-8-sig") as stream:
                rows = csv.reader(stream)
                self.header = next(rows, [])
                body = [row for row in rows if row]
        except FileNotFoundError as error:
            raise UnreadableWorkload(f"{path.name} is missing in {path.parent.name!r}.") from error
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise UnreadableWorkload(f"{path.name} cannot be read: {error}.") from error
        wide = len(self.header)
        for number, row in enumerate(body):
            if len(row) != wide:
                raise UnreadableWorkload(
                    f"{self.name}, row {number + 2}: {len(row)} columns instead of {wide}."
                )
        self.columns: list[tuple[str, ...]] = list(zip(*body, strict=True)) if body else []

    def text(self, column: str) -> tuple[str, ...]:
        """One column as it is written."""
        if column not in self.header:
            raise UnreadableWorkload(f"{self.name} has no column {column!r}.")
        return self.columns[self.header.index(column)] if self.columns else ()

    def once(self, column: str) -> dict[str, int]:
        """The row of each text of a column; no text may stand twice."""
        texts = self.text(column)
        place = {text: row for row, text in enumerate(texts)}
        if len(place) < len(texts):
            twice = next(text for row, text in enumerate(texts) if place[text] != row)
            what = column.replace("center", "centre").replace("_", " ")
            raise UnreadableWorkload(f"{self.name}: {what} {twice!r} stands there twice.")
        return place

    def whole(self, column: str) -> Ints:
        """A column of whole numbers."""
        return self._each(column, int, "a whole number")

    def number(self, column: str) -> list[float]:
        """A column of decimal numbers that are not negative."""
        texts, numbers = self.text(column), []
        for row, text in enumerate(texts):
            try:
                number = float(text)
            except ValueError:
                number = -1.0
            if not 0 <= number < 1e12:
                place = f"{self.name}, row {row + 2}, {column}"
                raise UnreadableWorkload(f"{place}: {text!r} is not a number of 0 or more.")
            numbers.append(number)
        return numbers

    def day(self, column: str) -> Ints:
        """A column of ISO dates, as ordinals."""
        texts = self.text(column)
        days: dict[str, int] = {}
        try:
            days = {text: dt.date.fromisoformat(text).toordinal() for text in set(texts)}
        except ValueError:
            return self._each(
                column, lambda text: dt.date.fromisoformat(text).toordinal(), "a date"
            )
        return np.fromiter(map(days.__getitem__, texts), np.int64, len(texts))

    def places(self, column: str, place: dict[str, int]) -> Ints:
        """A column of item codes, as places; -1 for codes that are not among the items."""
        texts = self.text(column)
        return np.fromiter((place.get(text, -1) for text in texts), np.int64, len(texts))

    def _each(self, column: str, read: Callable[[str], int], what: str) -> Ints:
        texts = self.text(column)
        try:
            return np.fromiter(map(read, texts), np.int64, len(texts))
        except (ValueError, OverflowError):
            for number, text in enumerate(texts):
                try:
                    np.int64(read(text))
                except (ValueError, OverflowError) as error:
                    wrong = "is too large" if isinstance(error, OverflowError) else f"is not {what}"
                    raise UnreadableWorkload(
                        f"{self.name}, row {number + 2}, {column}: {text[:40]!r} {wrong}."
                    ) from None
            raise


# --- writing ---


def write_planned(path: Path, items: Items, orders: Orders) -> None:
    """Write item, kind, quantity, release_date, due_date, sorted by all columns as text."""
    with path.open("wb") as stream:
        stream.write(b"item,kind,quantity,release_date,due_date\n")
        for part in _formatted(items, orders):
            stream.write(part)


def _formatted(items: Items, orders: Orders) -> Iterator[bytes]:
    if not len(orders):
        return
    made = np.asarray(items.is_made)
    heads = np.array(
        [
            f"{_quoted(code)},{'make' if is_made else 'buy'},".encode()
            for code, is_made in zip(items.code, made.tolist(), strict=True)
        ]
    )
    head_width = heads.itemsize
    heads = heads.view(np.uint8).reshape(-1, head_width)
    digits = len(str(int(orders.quantity.max())))
    first_day = int(orders.release.min())
    last_day = int(orders.due.max())
    dates = np.array([_iso(day) for day in range(first_day, last_day + 1)], "S11")
    dates = dates.view(np.uint8).reshape(-1, 11)
    rows = _sorted(items, orders, digits)
    for begin in range(0, rows.size, _AT_ONCE):
        some = rows[begin : begin + _AT_ONCE]
        line = np.zeros((some.size, head_width + digits + 23), np.uint8)
        line[:, :head_width] = heads[orders.item[some]]
        line[:, head_width : head_width + digits] = _decimal(orders.quantity[some], digits)
        line[:, -23] = ord(",")
        line[:, -22:-11] = dates[orders.release[some] - first_day]
        line[:, -11:] = dates[orders.due[some] - first_day]
        line[:, -12] = ord(",")
        line[:, -1] = ord("\n")
        yield line[line != 0].tobytes()


def _sorted(items: Items, orders: Orders, digits: int) -> Ints:
    """The rows in the order of their columns as text."""
    rank = np.empty(len(items.code), np.int64)
    rank[sorted(range(rank.size), key=items.code.__getitem__)] = np.arange(rank.size)
    length = np.ones(orders.quantity.size, np.int64)
    for power in range(1, digits):
        length += orders.quantity >= 10**power
    # As text a number stands by its leading digits; of equal ones the shorter comes first.
    if digits <= 10:
        text = (orders.quantity * 10 ** (digits - length)) * (digits + 1) + length
        span = int(orders.due.max()) - int(orders.release.min()) + 1
        top = 10**digits * (digits + 1)
        if float(top) * span * rank.size < 2**63:
            key = (rank[orders.item] * top + text) * span + orders.release - orders.release.min()
            if _release_decides(orders):
                return np.argsort(key)
    lead = _leading(orders.quantity, length)
    return np.lexsort((orders.due, orders.release, length, lead, rank[orders.item]))


def _release_decides(orders: Orders) -> bool:
    """Whether the due day never has to: no two orders of an item are released on one day."""
    same = orders.item[1:] == orders.item[:-1]
    return bool(np.all((np.diff(orders.release) > 0) | ~same))


def _leading(quantity: Ints, length: Ints) -> Ints:
    """Numbers with their first digit in the first of 19 places."""
    return quantity.astype(np.uint64) * (np.uint64(10) ** (19 - length).astype(np.uint64))


def _decimal(values: Ints, digits: int) -> Any:
    """Digits as bytes, 0 instead of leading zeros; shape (values, digits)."""
    text = np.zeros((values.size, digits), np.uint8)
    rest = values
    for place in range(digits - 1, -1, -1):
        more = rest // 10
        shown = (rest > 0) | (place == digits - 1)
        text[:, place] = np.where(shown, rest - more * 10 + ord("0"), 0)
        rest = more
    return text


def _iso(day: int) -> bytes:
    return f"{dt.date.fromordinal(max(day, 1)).isoformat()}\0".encode()


def _quoted(code: str) -> str:
    return '"' + code.replace('"', '""') + '"' if set(code) & set(',"\r\n') else code
