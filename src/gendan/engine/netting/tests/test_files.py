"""Workload files are planned row by row as an independent reading of the rules says."""

import csv
import datetime as dt
import math
import random
import runpy
import sys
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from gendan.engine.netting.cli import main

SHARED = Path(__file__).resolve().parents[6] / "shared" / "bench" / "workload.py"
START = dt.date(2026, 1, 5)
COLUMNS = {
    "items": "item,kind,uom,level,lead_time_days,lot_size,safety_stock,on_hand,price",
    "bom": "parent,component,qty_per,scrap_pct",
    "order_lines": "order_no,line_no,item,quantity,due_date,unit_price",
    "receipts": "item,quantity,due_date",
}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - START).days


def iso(number: int) -> str:
    return (START + dt.timedelta(days=number)).isoformat()


def expected(folder: Path) -> list[tuple[str, ...]]:
    """The rules as they are written, with dictionaries."""
    items = {row["item"]: row for row in table(folder / "items.csv")}
    bom = defaultdict(list)
    parents: dict[str, set[str]] = defaultdict(set)
    for row in table(folder / "bom.csv"):
        bom[row["parent"]].append(row)
        parents[row["component"]].add(row["parent"])
    change: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in table(folder / "order_lines.csv"):
        change[row["item"]][max(0, day(row["due_date"]))] -= int(row["quantity"])
    for row in table(folder / "receipts.csv"):
        change[row["item"]][max(0, day(row["due_date"]))] += int(row["quantity"])

    level: dict[str, int] = {}

    def code(item: str) -> int:
        if item not in level:
            level[item] = 1 + max((code(parent) for parent in parents[item]), default=-1)
        return level[item]

    result = []
    for item in sorted(items, key=code):
        facts = items[item]
        safety, lot = int(facts["safety_stock"]), int(facts["lot_size"])
        available = int(facts["on_hand"])
        for due in sorted({0, *change[item]}):
            available += change[item][due]
            if available >= safety:
                continue
            quantity = math.ceil(Fraction(safety - available, lot)) * lot
            available += quantity
            release = due - int(facts["lead_time_days"])
            result.append((item, facts["kind"], str(quantity), iso(release), iso(due)))
            for row in bom[item] if facts["kind"] == "make" else ():
                share = Fraction(int(row["qty_per"]) * (100 + int(row["scrap_pct"])), 100)
                change[row["component"]][max(release, 0)] -= math.ceil(quantity * share)
    return sorted(result)


def planned(folder: Path) -> list[tuple[str, ...]]:
    out = folder / "planned.csv"
    assert main(["--from", str(folder), "--out", str(out)]) == 0
    with out.open(newline="", encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    assert header == ["item", "kind", "quantity", "release_date", "due_date"]
    return [tuple(row) for row in rows]


def write(folder: Path, **tables: list[tuple[Any, ...]]) -> Path:
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([columns.split(","), *tables.get(name, [])])
    return folder


def invented(folder: Path, seed: int) -> Path:
    """Awkward on purpose: names that sort oddly, quantities of all lengths, past days."""
    rng = random.Random(seed)
    stems = ["A", "a,b", "Ä ", 'Z"', "螺钉-", "A-", "B(1)"]
    names = [f"{rng.choice(stems)}{n}" for n in range(40)]
    items = [
        (
            *(name, "make" if n < 25 else "buy", "pcs", 0),
            *(rng.randint(0, 30), rng.choice([1, 7, 100]), rng.choice([0, 0, 50])),
            *(rng.randint(-30, 300), 1.5),
        )
        for n, name in enumerate(names)
    ]
    bom = [
        (names[n], names[rng.randint(n + 1, 39)], rng.randint(1, 12), rng.choice([0, 3, 7]))
        for n in range(25)
        for _ in range(rng.randint(0, 4))
    ]

    def some_day() -> str:
        return iso(rng.randint(-20, 120))

    lines = [
        (f"SO-{rng.randint(1, 20)}", n, rng.choice(names), 10 ** rng.randint(0, 5), some_day(), 1)
        for n in range(80)
    ]
    receipts = [(rng.choice(names), rng.randint(1, 5000), some_day()) for _ in range(20)]
    return write(folder, items=items, bom=bom, order_lines=lines, receipts=receipts)


@pytest.mark.parametrize("seed", range(5))
def test_an_invented_workload_is_planned_row_by_row(tmp_path: Path, seed: int) -> None:
    assert planned(invented(tmp_path, seed)) == expected(tmp_path)


@pytest.mark.skipif(not SHARED.is_file(), reason="the workload's maker is not here")
@pytest.mark.parametrize(("lines", "seed"), [(100, 7), (100, 8), (300, 1), (1000, 7), (3000, 3)])
def test_a_made_workload_is_planned_row_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: int, seed: int
) -> None:
    arguments = ["workload.py", "--lines", str(lines), "--seed", str(seed), "--out", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", arguments)
    runpy.run_path(str(SHARED), run_name="__main__")
    assert planned(tmp_path) == expected(tmp_path)


def test_rows_stand_in_the_order_of_their_text(tmp_path: Path) -> None:
    rows = planned(invented(tmp_path, 11))
    assert rows == sorted(rows)
    assert len({len(row[2]) for row in rows}) > 3


def test_nothing_at_all_is_an_empty_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert planned(write(tmp_path)) == []
    assert "There are no items." in capsys.readouterr().err


def test_it_names_what_is_wrong_and_plans_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = ("pcs", 0, 5)
    write(
        tmp_path,
        items=[
            ("A", "make", *item, 1, 0, 0, 1),
            ("B", "make", *item, 0, 0, -4, 1),
            ("C", "buy", *item, 1, 0, 0, 1),
            ("D", "rent", *item, 1, 0, 0, 1),
        ],
        bom=[("A", "B", 1, 0), ("B", "A", 1, 0), ("B", "C", 2, 0), ("B", "X", 1, 0)],
        order_lines=[
            ("S1", 1, "A", 6, iso(20), 1),
            ("S1", 2, "nothing", 10, iso(20), 1),
            ("S1", 1, "A", 4, iso(20), 1),
        ],
        receipts=[("C", 0, iso(3))],
    )
    (tmp_path / "suppliers.csv").write_text("item,supplier\n", encoding="utf-8")
    assert planned(tmp_path) == [
        ("A", "make", "10", iso(15), iso(20)),
        ("B", "make", "10", iso(10), iso(15)),
        ("B", "make", "4", iso(-5), iso(0)),
        ("C", "buy", "20", iso(5), iso(10)),
        ("C", "buy", "8", iso(-5), iso(0)),
    ]
    said = capsys.readouterr().err
    for words in (
        "contain themselves; the last link is left out: A → B → A",
        "lot sizes that are not positive; counted as 1: B",
        "negative stock; planned to be made good: B",
        "without supplier; planned with their lead time: C",
        "not in items.csv; left out: bom.csv row 5",
        "not in items.csv; left out: S1/2",
        "left out: receipts.csv row 2",
        "order lines that stand there twice; each is planned: S1/1",
        "kinds that are neither make nor buy; bought: D",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "bom.csv").unlink(), "bom.csv is missing"),
        (lambda folder: (folder / "bom.csv").write_text("parent\nA"), "no column 'component'"),
        (lambda folder: (folder / "receipts.csv").write_bytes(b"\xff\xfe"), "cannot be read"),
        (
            lambda folder: (folder / "receipts.csv").write_text("item,quantity,due_date\nA,x,y"),
            "receipts.csv, row 2, quantity: 'x' is not a whole number.",
        ),
        (
            lambda folder: (folder / "receipts.csv").write_text(
                f"item,quantity,due_date\nA,{10**20},2026-02-01"
            ),
            "receipts.csv, row 2, quantity: '100000000000000000000' is too large.",
        ),
        (
            lambda folder: (folder / "receipts.csv").write_text("item,quantity,due_date\nA,1,y"),
            "receipts.csv, row 2, due_date: 'y' is not a date.",
        ),
        (
            lambda folder: (folder / "receipts.csv").write_text("item,quantity,due_date\nA,1"),
            "receipts.csv, row 2: 2 columns instead of 3.",
        ),
        (
            lambda folder: (folder / "items.csv").write_text(
                f"{COLUMNS['items']}\n" + "A,buy,pcs,0,1,1,0,0,1\n" * 2
            ),
            "item 'A' stands there twice",
        ),
    ],
)
def test_it_refuses_files_it_cannot_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Any, words: str
) -> None:
    write(tmp_path)
    spoil(tmp_path)
    out = tmp_path / "planned.csv"
    assert main(["--from", str(tmp_path), "--out", str(out)]) == 1
    assert words in capsys.readouterr().err
    assert not out.exists()
