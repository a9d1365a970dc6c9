"""`gendan schedule`: files in, files out; what is wrong is named; it can be ended early."""

import csv
import json
import os
import re
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gendan.engine.schedule.cli import main
from gendan.engine.schedule.construct import construct
from gendan.engine.schedule.files import read_factory

from .finite_check import broken

SHARED = Path(__file__).resolve().parents[6] / "shared"
_FIGURES = re.compile(r"\d[\d.]*(?:e\+\d+)?")
TABLES = {
    "items": "item,kind,lead_time_days,lot_size,safety_stock,on_hand,price\n"
    "A,make,1,1,0,0,9\nB,buy,1,1,0,0,2\nC,make,1,1,0,0,5\n",
    "bom": "parent,component,qty_per,scrap_pct\nA,B,2,0\nC,A,1,0\n",
    "work_centers": "work_center,minutes_per_day\nW,60\n",
    "routings": "item,seq,work_center,setup_minutes,run_minutes_per_unit\nA,10,W,5,1\nC,10,W,5,1\n",
    "suppliers": "item,supplier,lead_time_days,unit_price,min_order_qty\nB,S,3,1,1\n",
    "order_lines": "order_no,line_no,item,quantity,due_date\n"
    "S1,1,A,3,2026-01-20\nS1,2,C,1,2026-01-21\nS1,3,B,4,2026-01-22\n",
    "receipts": "item,quantity,due_date\n",
}


def workload(folder: Path, **tables: str) -> Path:
    for name, text in (TABLES | tables).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *more: str) -> int:
    return main(["--from", str(folder), "--out", str(folder / "plan"), *more])


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def test_it_writes_orders_operations_and_deliveries(tmp_path: Path) -> None:
    assert run(workload(tmp_path)) == 0
    assert rows(tmp_path / "plan" / "supply.csv")[1:] == [
        ["P1", "A", "make", "3", "", "2026-01-20", "2026-01-20"],
        ["P2", "A", "make", "1", "", "2026-01-21", "2026-01-21"],
        ["P3", "C", "make", "1", "", "2026-01-21", "2026-01-21"],
        ["P4", "B", "buy", "6", "S", "2026-01-17", "2026-01-20"],
        ["P5", "B", "buy", "2", "S", "2026-01-18", "2026-01-21"],
        ["P6", "B", "buy", "4", "S", "2026-01-19", "2026-01-22"],
    ]
    assert rows(tmp_path / "plan" / "operations.csv")[1] == ["P1", "10", "W", "2026-01-20", "8.0"]
    assert rows(tmp_path / "plan" / "deliveries.csv") == [
        ["order_no", "line_no", "date"],
        ["S1", "1", "2026-01-20"],
        ["S1", "2", "2026-01-21"],
        ["S1", "3", "2026-01-22"],
    ]


@pytest.mark.parametrize(
    ("tables", "said", "left"),
    [
        (
            {"bom": TABLES["bom"] + "A,C,1,0\n"},
            "items that contain themselves; the last link is left out: A → C → A",
            ["1", "2", "3"],
        ),
        (
            {"suppliers": TABLES["suppliers"].splitlines()[0] + "\n"},
            "items to buy without a supplier: B\nnobody can supply: S1/1, S1/2, S1/3",
            [],
        ),
        (
            {"routings": "".join(TABLES["routings"].splitlines(keepends=True)[:2])},
            "items to make without a routing: C\nnobody can supply: S1/2",
            ["1", "3"],
        ),
        (
            {"work_centers": "work_center,minutes_per_day\nW,0\n"},
            "work centres without capacity: W\nnobody can supply: S1/1, S1/2",
            ["3"],
        ),
        (
            {"items": TABLES["items"].replace("B,buy,1,1,0,0", "B,buy,1,1,0,-5")},
            "stock below zero, made good first: B\n",
            ["1", "2", "3"],
        ),
        (
            {"order_lines": TABLES["order_lines"] + "S2,1,A,1,2025-12-24\nS2,2,X,1,2026-02-01\n"},
            "lines of items that are not in items.csv: S2/2\nlines due before day 0: S2/1",
            ["1", "2", "3", "1"],
        ),
        (
            {"order_lines": TABLES["order_lines"] + "S2,1,A,0,2026-02-01\n"},
            "lines without a quantity: S2/1",
            ["1", "2", "3"],
        ),
        ({"order_lines": TABLES["order_lines"].splitlines()[0] + "\n"}, "", []),
        (
            {"order_lines": TABLES["order_lines"] + "S1,1,A,3,2026-01-20\n"},
            "order lines that stand there twice; each is planned: S1/1\n",
            ["1", "1", "2", "3"],
        ),
        (
            {"items": TABLES["items"].replace("A,make,1,1", "A,make,1,0") + "D,rent,1,1,0,9,1\n"},
            (
                "kinds that are neither make nor buy; bought: D\n"
                "lot sizes that are not positive; counted as 1: A\n"
            ),
            ["1", "2", "3"],
        ),
        (
            {"bom": TABLES["bom"] + "A,X,1,0\nA,B,-1,0\nA,B,1,-10\n"},
            (
                "items that are not in items.csv; left out: bom.csv row 4\n"
                "quantities that are not positive or too large; left out: bom.csv row 5, bom.csv "
                "row 6"
            ),
            ["1", "2", "3"],
        ),
        (
            {"receipts": TABLES["receipts"] + "X,1,2026-01-06\nB,-1,2026-01-06\n"},
            (
                "items that are not in items.csv; left out: receipts.csv row 2\n"
                "quantities that are not positive or too large; left out: receipts.csv row 3"
            ),
            ["1", "2", "3"],
        ),
        (
            {"routings": TABLES["routings"] + "X,10,W,5,1\nA,10,W,5,1\n"},
            (
                "rows of items that are not in items.csv; left out: routings.csv row 4\n"
                "steps that stand there twice; only the first is taken: routings.csv row 5"
            ),
            ["1", "2", "3"],
        ),
        (
            {"suppliers": TABLES["suppliers"] + "B,T,-3,1,1\nB,U,9,1,-1\n"},
            "below zero; counted as 0: suppliers.csv row 3, suppliers.csv row 4",
            ["1", "2", "3"],
        ),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_is_planned(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    tables: dict[str, str],
    said: str,
    left: list[str],
) -> None:
    assert run(workload(tmp_path, **tables)) == 0
    assert said in capsys.readouterr().err
    delivered = rows(tmp_path / "plan" / "deliveries.csv")
    assert [line for _order, line, _day in delivered[1:]] == left


def test_stock_below_zero_is_made_good_before_lines_take_what_comes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """B lacks 5 pieces: the receipt of 5 only makes that good, and what lines need is bought."""
    tables = {
        "items": TABLES["items"].replace("B,buy,1,1,0,0", "B,buy,1,1,0,-5"),
        "receipts": TABLES["receipts"] + "B,5,2026-01-06\n",
    }
    assert run(workload(tmp_path, **tables)) == 0
    bought = [row for row in rows(tmp_path / "plan" / "supply.csv")[1:] if row[2] == "buy"]
    assert sum(int(row[3]) for row in bought) == 2 * 3 + 2 * 1 + 4
    told = capsys.readouterr()
    assert "3 lines, 0 late, 0 unplanned (0 of them in any plan)" in told.out
    assert "nobody" not in told.err


def test_stock_below_zero_that_nobody_can_make_good_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = TABLES["items"] + "D,buy,1,1,0,-2,1\n"
    assert run(workload(tmp_path, items=items)) == 0
    told = capsys.readouterr()
    assert "stock below zero that nobody can make good: D\n" in told.err
    assert "made good first" not in told.err
    assert "3 lines, 0 late, 0 unplanned" in told.out


@pytest.mark.parametrize(
    ("table", "text", "said"),
    [
        ("work_centers", "work_center,minutes_per_day\nW,-1\n", "row 2, minutes_per_day: '-1'"),
        ("work_centers", TABLES["work_centers"] + "W,30\n", "work centre 'W' stands there twice"),
        ("work_centers", "work_center\nW\n", "work_centers.csv has no column 'minutes_per_day'"),
        ("items", "", "items.csv has no column 'item'"),
        (
            "order_lines",
            "order_no,line_no,item,quantity,due_date\n1,1,A\n",
            "3 columns instead of 5",
        ),
        ("order_lines", TABLES["order_lines"] + "S2,1,A,1,soon\n", "'soon' is not a date"),
        ("routings", TABLES["routings"] + "A,20,X,1,1\n", "row 4: work centre 'X' is not in"),
    ],
)
def test_files_that_cannot_be_read_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str, text: str, said: str
) -> None:
    assert run(workload(tmp_path, **{table: text})) == 1
    assert said in capsys.readouterr().err


@pytest.fixture
def made(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workload of the maker that others use, too: (lines, seed, utilisation)."""
    if not SHARED.is_dir():
        pytest.skip("the workload's maker and checker are not here")
    lines, seed, fullness = request.param
    arguments = ["--lines", str(lines), "--seed", str(seed), "--utilisation", str(fullness)]
    monkeypatch.setattr(sys, "argv", ["workload.py", *arguments, "--out", str(tmp_path)])
    runpy.run_path(str(SHARED / "bench" / "workload.py"), run_name="__main__")
    return tmp_path


@pytest.mark.parametrize(
    "made",
    [(200, 7, 0.85), (200, 2, 0.85), (200, 3, 0.95), (200, 4, 1.3), (20, 5, 3)],
    indirect=True,
)
def test_the_checker_of_others_finds_nothing(made: Path) -> None:
    assert run(made) == 0
    checker = [sys.executable, str(SHARED / "tools" / "check_finite.py"), str(made)]
    said = subprocess.run(  # noqa: S603
        [*checker, str(made / "plan")], check=False, capture_output=True, text=True
    )
    assert said.returncode == 0, said.stdout
    figures = json.loads(said.stdout.splitlines()[-1])
    assert figures["unplanned"] == 0


@pytest.mark.parametrize("made", [(100, 6, 0.95)], indirect=True)
def test_a_time_limit_is_used_and_never_makes_the_plan_worse(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(made) == 0
    usual = capsys.readouterr().err.splitlines()
    assert run(made, "--time-limit", "4", "--seed", "5") == 0
    longer = capsys.readouterr().err.splitlines()
    assert len(longer) > len(usual)
    best = [tuple(map(float, _FIGURES.findall(line.split("best so far")[1]))) for line in longer]
    assert best == sorted(best, reverse=True)
    assert usual[0].split("best so far")[1] == longer[0].split("best so far")[1]


@pytest.mark.parametrize("made", [(300, 6, 0.95)], indirect=True)
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_writes_the_best_plan_so_far(made: Path, sent: signal.Signals) -> None:
    command = [sys.executable, "-m", "gendan.cli", "schedule", "--from", str(made)]
    with subprocess.Popen(  # noqa: S603
        [*command, "--out", str(made / "plan"), "--time-limit", "300"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("attempt 1,")
        process.send_signal(sent)
        said, _errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said.startswith("300 lines, 0 late, 0 unplanned")
    assert len(rows(made / "plan" / "deliveries.csv")) == 301


def test_it_refuses_a_time_limit_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        run(workload(tmp_path), "--time-limit", "0")


def test_what_a_bought_item_contains_is_its_suppliers_business(tmp_path: Path) -> None:
    factory = read_factory(workload(tmp_path, bom=TABLES["bom"] + "B,C,1,0\n"))
    assert factory.loops == []
    assert broken(factory.workshop, construct(factory.workshop)) == []


def test_days_that_nobody_means_are_left_out_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistyped year had every day until then looked at, for hours and in all memory."""
    folder = workload(
        tmp_path,
        order_lines=TABLES["order_lines"] + "S2,1,A,3,9999-01-20\n",
        receipts=TABLES["receipts"] + "B,5,9999-01-01\n",
    )
    assert run(folder) == 0
    told = capsys.readouterr()
    assert "lines due more than 54 years ahead, left out: S2/1\n" in told.err
    assert "lines without a quantity" not in told.err
    assert told.out.startswith("4 lines, 0 late, 1 unplanned (1 of them in any plan)")


def test_a_supplier_who_takes_ages_supplies_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suppliers = TABLES["suppliers"].replace("B,S,3", "B,S,900000")
    assert run(workload(tmp_path, suppliers=suppliers)) == 0
    assert "nobody can supply: S1/1, S1/2, S1/3\n" in capsys.readouterr().err
