"""The files of a finite plan: a workload in, supply, operations and deliveries out."""

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gendan.engine.netting.files import Table, UnreadableWorkload, Workload, read_workload
from gendan.engine.netting.levels import low_level_codes

from .construct import Line
from .workshop import Centre, Part, Product, Source, Step, Workshop

_FEW_DAYS = 30  # room after the last due day before the calendars have to grow


@dataclass(frozen=True, eq=False)
class Factory:
    """A workload as the finite plan sees it: the workshop, its lines, and their names."""

    workload: Workload
    workshop: Workshop
    lines: list[Line]
    centres: tuple[str, ...]
    loops: list[list[str]]


def read_factory(folder: Path) -> Factory:
    """Read all files of a workload folder. Raises UnreadableWorkload."""
    workload = read_workload(folder)
    snapshot = workload.snapshot
    items, first = snapshot.items, snapshot.first_day
    place = {code: row for row, code in enumerate(items.code)}
    table = Table(folder / "work_centers.csv")
    names = table.text("work_center")
    minutes = table.number("minutes_per_day")
    demand = snapshot.demand
    lines = [
        Line(item, quantity, due - first)
        for item, quantity, due in zip(
            demand.item.tolist(), demand.quantity.tolist(), demand.due.tolist(), strict=True
        )
    ]
    days = max((line.due for line in lines), default=0) + _FEW_DAYS
    centres = [Centre(one, max(days, 1)) for one in minutes]
    parts, loops = _parts(workload)
    steps = _steps(folder, place, {name: row for row, name in enumerate(names)})
    sources = _sources(folder, place)
    made = np.asarray(items.is_made).tolist()
    products = [
        Product(
            code,
            made[row],
            max(lot, 1),
            tuple(sorted(steps.get(row, []), key=lambda step: step.seq)),
            tuple(parts.get(row, [])),
            tuple(sources.get(row, [])),
        )
        for row, (code, lot) in enumerate(
            zip(items.code, np.asarray(items.multiple).tolist(), strict=True)
        )
    ]
    workshop = Workshop(products, centres, _stock(workload))
    return Factory(workload, workshop, lines, names, loops)


def _stock(workload: Workload) -> list[list[list[int]]]:
    snapshot = workload.snapshot
    stock: list[list[list[int]]] = [
        [[0, amount]] if amount > 0 else [] for amount in snapshot.items.on_hand.tolist()
    ]
    receipts = snapshot.receipts
    rows = zip(
        (receipts.due - snapshot.first_day).tolist(),
        receipts.item.tolist(),
        receipts.quantity.tolist(),
        strict=True,
    )
    for day, item, quantity in sorted(rows):
        if item >= 0 and quantity > 0:
            stock[item].append([max(day, 0), quantity])
    return stock


def _parts(workload: Workload) -> tuple[dict[int, list[Part]], list[list[str]]]:
    """Components by item without the links that close a loop, and the loops."""
    lines, items = workload.snapshot.lines, workload.snapshot.items
    known = np.minimum(lines.parent, lines.component) >= 0
    parent, component = lines.parent[known], lines.component[known]
    _level, loops, kept = low_level_codes(len(items.code), parent, component)
    per, scrap = np.asarray(lines.numerator)[known], np.asarray(lines.scrap)[known]
    parts: dict[int, list[Part]] = {}
    for one, other, amount, loss, keep in zip(
        *(column.tolist() for column in (parent, component, per, scrap, kept)), strict=True
    ):
        if keep and amount > 0:
            parts.setdefault(one, []).append(Part(other, amount * (10_000 + loss), 10_000))
    return parts, [[items.code[row] for row in loop.tolist()] for loop in loops]


def _steps(folder: Path, place: dict[str, int], centres: dict[str, int]) -> dict[int, list[Step]]:
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
        if code in place:
            steps.setdefault(place[code], []).append(Step(seq, centres[centre], setup, per_piece))
    return steps


def _sources(folder: Path, place: dict[str, int]) -> dict[int, list[Source]]:
    table = Table(folder / "suppliers.csv")
    rows = zip(
        table.text("item"),
        table.text("supplier"),
        table.whole("lead_time_days").tolist(),
        table.whole("min_order_qty").tolist(),
        strict=True,
    )
    sources: dict[int, list[Source]] = {}
    for code, supplier, lead, least in rows:
        if code in place:
            sources.setdefault(place[code], []).append(Source(supplier, max(lead, 0), least))
    return sources


def write_plan(folder: Path, factory: Factory, days: list[int | None]) -> None:
    """Write supply.csv, operations.csv and deliveries.csv; lines without a day are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    workshop, first = factory.workshop, factory.workload.snapshot.first_day
    last = max(
        (
            *(one.available for one in workshop.supplies),
            *(day for day in days if day is not None),
            0,
        )
    )
    dates = [dt.date.fromordinal(first + day).isoformat() for day in range(last + 1)]
    _write(
        folder / "supply.csv",
        "supply,item,kind,quantity,supplier,start_date,available_date",
        (
            (
                f"P{place + 1}",
                workshop.products[one.item].code,
                "make" if workshop.products[one.item].is_made else "buy",
                one.quantity,
                one.supplier,
                dates[one.start],
                dates[one.available],
            )
            for place, one in enumerate(workshop.supplies)
        ),
    )
    _write(
        folder / "operations.csv",
        "supply,seq,work_center,date,minutes",
        (
            (f"P{place + 1}", seq, factory.centres[centre], dates[day], round(minutes, 6))
            for place, seq, centre, day, minutes in workshop.work
        ),
    )
    _write(
        folder / "deliveries.csv",
        "order_no,line_no,date",
        (
            (*name, dates[day])
            for name, day in zip(factory.workload.demand_names, days, strict=True)
            if day is not None
        ),
    )


def _write(path: Path, header: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(header.split(","))
        writer.writerows(rows)
