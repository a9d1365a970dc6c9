"""The command `gendan plan --from DIR --out FILE`: planned orders of a workload, no database."""

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from .files import UnreadableWorkload, Workload, read_workload, write_planned
from .planner import plan
from .snapshot import Problem, QuantityTooLarge

_NAMED = 5  # records of one problem that are named; the others are counted
_SENTENCES = {
    "alternate_loop": "alternates that would have to be planned before themselves are left out",
    "bom_loop": "items that contain themselves; the last link is left out",
    "due_in_the_past": "due before day 0; counted on day 0",
    "day_unlikely": "due on a day outside of the years a calendar knows; left out",
    "horizon_too_short": "due after the horizon; left out",
    "lead_time_unlikely": "lead times below 0 or beyond 10 000 days; counted as 0",
    "lot_not_positive": "lot sizes that are not positive; counted as 1",
    "negative_stock": "negative stock; planned to be made good",
    "no_bom": "made items without components; nothing is planned below them",
    "no_demand": "nothing is asked for; only safety stocks are planned",
    "no_items": "there are no items",
    "no_routing": "made items without routing; planned with their lead time",
    "no_supplier": "bought items without supplier; planned with their lead time",
    "quantity_not_usable": "quantities that are not positive or too large; left out",
    "ratio_too_fine": "quantities too fine or too large; left out",
    "safety_stock_negative": "negative safety stock; counted as 0",
    "stock_unlikely": "stock too large to be true; counted as 0",
    "unknown_item": "items that are not in items.csv; left out",
}
_FILES = {"lines": "bom.csv", "receipts": "receipts.csv"}


def main(argv: Sequence[str] | None = None) -> int:
    """Plan one workload; 0 and a line on stdout, or 1 and one sentence on stderr."""
    parser = argparse.ArgumentParser(
        prog="gendan plan",
        description="Calculate planned orders from workload files: items.csv, bom.csv, "
        "order_lines.csv, receipts.csv (and suppliers.csv, routings.csv if there).",
    )
    parser.add_argument("--from", dest="folder", type=Path, required=True, help="the folder")
    parser.add_argument("--out", type=Path, required=True, help="planned.csv to write")
    options = parser.parse_args(argv)
    gc.disable()  # nothing here is freed before the end; looking for it costs a fifth of the time
    try:
        workload = read_workload(options.folder)
        result = plan(workload.snapshot)
        write_planned(options.out, workload.snapshot.items, result.orders)
    except QuantityTooLarge as error:
        code = workload.snapshot.items.code[error.item]
        return _refuse(
            f"Requirements of item {code!r} add up to more than can be counted exactly (2**61)."
        )
    except UnreadableWorkload as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(f"{options.out.name!r} cannot be written: {error.strerror}.")
    for what, names in workload.doubts:
        if names:
            sys.stderr.write(named(what, names) + "\n")
    for problem in result.problems:
        sys.stderr.write(sentence(problem, workload) + "\n")
    sys.stdout.write(f"{len(result.orders)} planned orders in {options.out}\n")
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


def sentence(problem: Problem, workload: Workload) -> str:
    """One problem for people: what it is and which records it concerns."""
    what = _SENTENCES.get(problem.code, problem.code.replace("_", " "))
    rows = problem.rows.tolist()
    if problem.code == "bom_loop":
        names = [_name(problem, row, workload) for row in (*rows, rows[0])]
        return f"{what}: {' → '.join(names)}"
    if not rows:
        return f"{what[0].upper()}{what[1:]}."
    names = [_name(problem, row, workload) for row in rows[:_NAMED]]
    return named(what, names, len(rows))


def named(what: str, names: Sequence[str], count: int = 0) -> str:
    """A kind of trouble with the first few of its records by name, of `count` (or of all)."""
    left = max(count, len(names)) - _NAMED
    more = f" and {left} more" if left > 0 else ""
    return f"{what}: {', '.join(names[:_NAMED])}{more}"


def _name(problem: Problem, row: int, workload: Workload) -> str:
    if problem.table == "items":
        return workload.snapshot.items.code[row]
    if problem.table == "demand":
        number, line = workload.demand_names[row]
        return f"{number}/{line}"
    return f"{_FILES.get(problem.table, problem.table)} row {row + 2}"
