"""A finite plan obeys material, capacity and order of steps, and is late only where it must be."""

import csv
import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gendan.engine.schedule.cli import main
from gendan.engine.schedule.construct import Line, construct
from gendan.engine.schedule.workshop import Centre, Part, Product, Source, Step, Workshop

SHARED = Path(__file__).resolve().parents[6] / "shared"


def workshop(*, minutes: float = 100, stock: int = 0, lead: int = 2, least: int = 0) -> Workshop:
    """Item 0 is made of two of item 1 in two steps of 10 minutes a piece; item 1 is bought."""
    steps = (Step(10, 0, 0, 10), Step(20, 0, 0, 10))
    made = Product("A", True, 1, steps, (Part(1, 2, 1),), ())
    bought = Product("B", False, 5, (), (), (Source("S", lead, least), Source("T", lead + 5, 0)))
    return Workshop([made, bought], [Centre(minutes, 30)], [[], [[0, stock]] if stock else []])


def supplies(shop: Workshop) -> list[tuple[Any, ...]]:
    return [
        (one.item, one.quantity, one.supplier, one.start, one.available) for one in shop.supplies
    ]


def work(shop: Workshop) -> list[tuple[int, int, float]]:
    return sorted((day, seq, minutes) for _supply, seq, _centre, day, minutes in shop.work)


def test_a_line_is_made_as_late_as_possible_and_its_parts_come_when_it_begins() -> None:
    shop = workshop()
    assert construct(shop, [Line(0, 8, 9)]) == [9]
    assert work(shop) == [(8, 10, 60), (9, 10, 20), (9, 20, 80)]
    assert supplies(shop) == [(0, 8, "", 8, 9), (1, 20, "S", 6, 8)]


def test_what_a_lot_leaves_over_serves_the_next_line() -> None:
    shop = workshop()
    construct(shop, [Line(0, 8, 9), Line(0, 2, 20)])
    assert sum(one.quantity for one in shop.supplies if one.item == 1) == 20


def test_no_day_holds_more_than_its_minutes() -> None:
    shop = workshop()
    assert construct(shop, [Line(0, 10, 12), Line(0, 10, 12), Line(0, 10, 12)]) == [12, 10, 8]
    assert min(shop.centres[0].free) >= 0
    assert sum(minutes for *_rest, minutes in shop.work) == 600


def test_a_line_that_cannot_be_in_time_is_made_as_early_as_possible() -> None:
    shop = workshop()
    assert construct(shop, [Line(0, 8, 1)]) == [3]
    assert work(shop) == [(2, 10, 80), (2, 20, 20), (3, 20, 60)]


def test_stock_saves_the_lead_time() -> None:
    assert construct(workshop(stock=16), [Line(0, 8, 1)]) == [1]


def test_the_supplier_whose_order_leaves_least_over_is_taken_if_there_is_time() -> None:
    shop = workshop(least=50)
    construct(shop, [Line(0, 1, 20), Line(0, 1, 3)])
    assert [one[2] for one in supplies(shop) if one[0] == 1] == ["S"]
    shop = workshop(least=50)
    construct(shop, [Line(0, 1, 20)])
    assert supplies(shop)[1] == (1, 5, "T", 13, 20)


def test_a_failed_trial_leaves_nothing_behind() -> None:
    shop = workshop(minutes=0)
    assert construct(shop, [Line(0, 8, 9), Line(-1, 1, 3), Line(1, 4, 9)]) == [None, None, 9]
    assert supplies(shop) == [(1, 5, "S", 7, 9)]
    assert shop.work == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the workload's maker and checker are not here")
@pytest.mark.parametrize(("seed", "fullness"), [(7, 0.85), (2, 0.85), (3, 0.95), (4, 1.3)])
def test_the_independent_checker_finds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, fullness: float
) -> None:
    arguments = ["--lines", "200", "--seed", str(seed), "--utilisation", str(fullness)]
    monkeypatch.setattr(sys, "argv", ["workload.py", *arguments, "--out", str(tmp_path)])
    runpy.run_path(str(SHARED / "bench" / "workload.py"), run_name="__main__")
    plan = tmp_path / "plan"
    assert main(["--from", str(tmp_path), "--out", str(plan)]) == 0
    checker = [sys.executable, str(SHARED / "tools" / "check_finite.py"), str(tmp_path), str(plan)]
    said = subprocess.run(checker, check=False, capture_output=True, text=True)  # noqa: S603
    assert said.returncode == 0, said.stdout
    figures = json.loads(said.stdout.splitlines()[-1])
    assert figures["planned"] == 200


def test_it_names_what_nobody_can_supply_and_plans_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = {
        "items": "item,kind,lead_time_days,lot_size,safety_stock,on_hand\n"
        "A,make,1,1,0,0\nB,buy,1,1,0,3\n",
        "bom": "parent,component,qty_per,scrap_pct\nA,B,1,0\nA,A,1,0\n",
        "work_centers": "work_center,minutes_per_day\nW,60\n",
        "routings": "item,seq,work_center,setup_minutes,run_minutes_per_unit\nA,10,W,5,1\n",
        "suppliers": "item,supplier,lead_time_days,unit_price,min_order_qty\n",
        "order_lines": "order_no,line_no,item,quantity,due_date\n"
        "S1,1,A,3,2026-01-20\nS1,2,A,1,2026-01-21\n",
        "receipts": "item,quantity,due_date\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    out = tmp_path / "plan"
    assert main(["--from", str(tmp_path), "--out", str(out)]) == 0
    said = capsys.readouterr().err
    assert "items that contain themselves: A → A" in said
    assert "nobody can supply: S1/2" in said
    with (out / "deliveries.csv").open(newline="", encoding="utf-8") as stream:
        assert list(csv.reader(stream)) == [
            ["order_no", "line_no", "date"],
            ["S1", "1", "2026-01-20"],
        ]
    (tmp_path / "work_centers.csv").write_text("work_center,minutes_per_day\nW,-1\n")
    assert main(["--from", str(tmp_path), "--out", str(out)]) == 1
    assert "row 2, minutes_per_day: '-1' is not a number of 0 or more." in capsys.readouterr().err
