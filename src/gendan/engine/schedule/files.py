"""The files of a finite plan: a workload in, supply, operations and deliveries out."""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gendan.engine.boms import WHOLE, parts_with_loss
from gendan.engine.netting.checks import MOST
from gendan.engine.netting.files import Table, UnreadableWorkload, Workload, read_workload
from gendan.engine.netting.levels import low_level_codes

from .capacity import LAST_DAY
from .workshop import Line, Part, Plan, Product, Source, Step, Workshop

_STRANGE = "rows of items that are not in items.csv; left out"


@dataclass(frozen=True, eq=False)
class Factory:
    """A workload as the finite plan sees it: the workshop, and the names of what is in it.

    `doubts`: as those of the workload, of the files that only the finite plan reads. The workshop's
    lines are those of the orders and then, due at once, what stock below zero owes.
    """

    workload: Workload
    workshop: Workshop
    centres: tuple[str, ...]
    loops: list[list[str]]
    doubts: tuple[tuple[str, list[str]], ...] = ()

    @property
    def asked(self) -> int:
        """How many of the workshop's lines are order lines; the others make stock good."""
        return len(self.workload.demand_names)

    def asked_of(self, plan: Plan) -> Plan:
        """A plan with its figures about order lines alone."""
        leaves = plan.leaves[: self.asked]
        late = [
            day - line.due
            for line, day in zip(self.workshop.lines, leaves, strict=False)
            if day is not None and day > line.due
        ]
        unplanned = sum(day is None for day in leaves)
        return replace(
            plan, leaves=leaves, late=len(late), days_late=sum(late), unplanned=unplanned
        )


def read_factory(folder: Path) -> Factory:
    """Read all files of a workload folder. Raises UnreadableWorkload."""
    workload = read_workload(folder)
    snapshot = workload.snapshot
    items, first = snapshot.items, snapshot.first_day
    place = {code: row for row, code in enumerate(items.code)}
    table = Table(folder / "work_centers.csv")
    centres = table.once("work_center")
    names = tuple(centres)
    minutes = table.number("minutes_per_day")
    demand = snapshot.demand
    far = is_far(workload)  # left out: every day until then would have to be looked at
    columns = demand.item, np.where(far, 0, demand.quantity), np.where(far, 0, demand.due - first)
    lines = tuple(map(Line, *(column.tolist() for column in columns)))
    # What is missing already is there before anything else can be taken; no day is early enough.
    stock = items.on_hand.tolist()
    owed = ((row, -amount) for row, amount in enumerate(stock) if -MOST <= amount < 0)
    lines += tuple(Line(row, amount, -1) for row, amount in owed)
    parts, loops = _parts(workload)
    doubts: dict[str, list[str]] = {}
    steps = _steps(folder, place, centres, doubts)
    sources = _sources(folder, place, doubts)
    prices = _prices(folder)
    made = np.asarray(items.is_made).tolist()
    products = tuple(
        Product(
            code,
            made[row],
            max(lot, 1),
            tuple(sorted(steps.get(row, []), key=lambda step: step.seq)),
            tuple(parts.get(row, [])),
            tuple(sources.get(row, [])),
            prices[row],
        )
        for row, (code, lot) in enumerate(
            zip(items.code, np.asarray(items.multiple).tolist(), strict=True)
        )
    )
    workshop = Workshop(products, tuple(minutes), _stock(workload), lines)
    return Factory(workload, workshop, names, loops, tuple(doubts.items()))


def is_far(workload: Workload) -> Any:
    """Which order lines are due after all days that are planned."""
    return workload.snapshot.demand.due - workload.snapshot.first_day > LAST_DAY


def _prices(folder: Path) -> list[float]:
    """By item what a piece in stock is worth; 1 where the file does not say."""
    table = Table(folder / "items.csv")
    if "price" not in table.header:
        return [1.0] * len(table.text("item"))
    return table.number("price")


def _stock(workload: Workload) -> tuple[tuple[tuple[int, int], ...], ...]:
    snapshot = workload.snapshot
    stock: list[list[tuple[int, int]]] = [
        [(0, amount)] if amount > 0 else [] for amount in snapshot.items.on_hand.tolist()
    ]
    receipts = snapshot.receipts
    rows = zip(
        (receipts.due - snapshot.first_day).tolist(),
        receipts.item.tolist(),
        receipts.quantity.tolist(),
        strict=True,
    )
    for day, item, quantity in sorted(rows):
        if item >= 0 and quantity > 0 and day <= LAST_DAY:
            stock[item].append((max(day, 0), quantity))
    return tuple(map(tuple, stock))


def _parts(workload: Workload) -> tuple[dict[int, list[Part]], list[list[str]]]:
    """Components by made item without the links that close a loop, and the loops."""
    lines, items = workload.snapshot.lines, workload.snapshot.items
    known = np.minimum(lines.parent, lines.component) >= 0
    known[known] = np.asarray(items.is_made)[lines.parent[known]]
    parent, component = lines.parent[known], lines.component[known]
    _level, loops, kept = low_level_codes(len(items.code), parent, component)
    per, scrap = np.asarray(lines.numerator)[known], np.asarray(lines.scrap)[known]
    parts: dict[int, list[Part]] = {}
    for one, other, amount, loss, keep in zip(
        *(column.tolist() for column in (parent, component, per, scrap, kept)), strict=True
    ):
        if keep and amount > 0 and 0 <= loss <= 100 * WHOLE:
            parts.setdefault(one, []).append(Part(other, amount * parts_with_loss(loss), WHOLE))
    return parts, [[items.code[row] for row in loop.tolist()] for loop in loops]


def _steps(
    folder: Path, place: dict[str, int], centres: dict[str, int], doubts: dict[str, list[str]]
) -> dict[int, list[Step]]:
    table = Table(folder / "routings.csv")
    rows = zip(
        table.text("item"),
        table.whole("seq").tolist(),
        table.text("work_center"),
        table.number("setup_minutes"),
        table.number("run_minutes_per_unit"),
        strict=True,
    )
    steps: dict[int, list[Step]] = {}
    for number, (code, seq, centre, setup, per_piece) in enumerate(rows):
        if centre not in centres:
            place_in_file = f"routings.csv, row {number + 2}"
            raise UnreadableWorkload(
                f"{place_in_file}: work centre {centre!r} is not in work_centers.csv."
            )
        if code not in place:
            doubts.setdefault(_STRANGE, []).append(f"routings.csv row {number + 2}")
            continue
        own = steps.setdefault(place[code], [])
        if any(one.seq == seq for one in own):
            what = "steps that stand there twice; only the first is taken"
            doubts.setdefault(what, []).append(f"routings.csv row {number + 2}")
            continue
        own.append(Step(seq, centres[centre], setup, per_piece))
    return steps


def _sources(
    folder: Path, place: dict[str, int], doubts: dict[str, list[str]]
) -> dict[int, list[Source]]:
    table = Table(folder / "suppliers.csv")
    rows = zip(
        table.text("item"),
        table.text("supplier"),
        table.whole("lead_time_days").tolist(),
        table.whole("min_order_qty").tolist(),
        strict=True,
    )
    sources: dict[int, list[Source]] = {}
    for number, (code, supplier, lead, least) in enumerate(rows):
        where = f"suppliers.csv row {number + 2}"
        if code not in place:
            doubts.setdefault(_STRANGE, []).append(where)
            continue
        if min(lead, least) < 0:
            what = "lead times and least quantities below zero; counted as 0"
            doubts.setdefault(what, []).append(where)
        sources.setdefault(place[code], []).append(Source(supplier, max(lead, 0), max(least, 0)))
    return sources


def write_plan(folder: Path, factory: Factory, plan: Plan) -> None:
    """Write supply.csv, operations.csv and deliveries.csv; lines without a day are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    first = factory.workload.snapshot.first_day
    last = max(
        (
            *(order.available for order in plan.orders),
            *(day for day in plan.leaves if day is not None),
            *(purchase.available for purchase in plan.purchases),
            0,
        )
    )
    dates = [dt.date.fromordinal(first + day).isoformat() for day in range(last + 1)]
    _write(
        folder / "supply.csv",
        "supply,item,kind,quantity,supplier,start_date,available_date",
        _supply(factory, plan, dates),
    )
    _write(
        folder / "operations.csv",
        "supply,seq,work_center,date,minutes",
        _operations(factory, plan, dates),
    )
    _write(
        folder / "deliveries.csv",
        "order_no,line_no,date",
        (
            (*name, dates[day])
            for name, day in zip(factory.workload.demand_names, plan.leaves, strict=True)
            if day is not None
        ),
    )


def _supply(factory: Factory, plan: Plan, dates: list[str]) -> Iterator[tuple[Any, ...]]:
    products = factory.workshop.products
    for row, one in enumerate(plan.orders, 1):
        days = dates[one.start], dates[one.available]
        yield f"P{row}", products[one.item].code, "make", one.quantity, "", *days
    for row, buy in enumerate(plan.purchases, len(plan.orders) + 1):
        days = dates[buy.start], dates[buy.available]
        yield f"P{row}", products[buy.item].code, "buy", buy.quantity, buy.supplier, *days


def _operations(factory: Factory, plan: Plan, dates: list[str]) -> Iterator[tuple[Any, ...]]:
    steps = [
        [(step.seq, factory.centres[step.centre]) for step in product.steps]
        for product in factory.workshop.products
    ]
    for row, order in enumerate(plan.orders, 1):
        for step, day, minutes in order.work:
            yield f"P{row}", *steps[order.item][step], dates[day], round(minutes, 6)


def _write(path: Path, header: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(header.split(","))
        writer.writerows(rows)
