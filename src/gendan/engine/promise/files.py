"""A world from workload files and the finite plan of them, as `gendan schedule` writes it."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import numpy as np

from gendan.engine.boms import WHOLE, parts_with_loss
from gendan.engine.netting.files import Table, UnreadableWorkload, Workload, read_workload
from gendan.engine.netting.snapshot import Ints

from .world import (
    PER_SCALE,
    THOUSANDTHS,
    Centre,
    Part,
    Product,
    Source,
    Step,
    World,
    curves,
    free_by_day,
    without_loops,
    working_days,
)

_BEYOND = 730  # days after the last of the plan that can still be promised


def read_world(folder: Path, plan: Path | None = None) -> World:
    """The world of a workload; with its plan, what that leaves. Raises UnreadableWorkload.

    Without a plan all stock, receipts and minutes are free. Buying from the cheapest supplier is
    usual, the others follow.
    """
    workload = read_workload(folder)
    snapshot = workload.snapshot
    place = {code: row for row, code in enumerate(snapshot.items.code)}
    centres = Table(folder / "work_centers.csv")
    names = centres.text("work_center")
    rows = {name: row for row, name in enumerate(names)}
    products = without_loops(_products(folder, workload, place, rows))
    item, day, change = _supply(workload)
    busy: dict[int, list[tuple[int, int]]] = {}
    if plan is not None:
        planned = _planned(plan, workload, products, place)
        item, day, change = (
            np.concatenate(pair) for pair in zip((item, day, change), planned, strict=True)
        )
        busy = _busy(plan, rows, snapshot.first_day)
    days = int(day.max(initial=0)) + _BEYOND
    open_days, upto = working_days(snapshot.first_day, days, None)
    return World(
        first_day=snapshot.first_day,
        days=days,
        products=products,
        centres=tuple(
            Centre(
                name,
                free_by_day([_thousandths(minutes)] * days, busy.get(row, ()), THOUSANDTHS),
            )
            for row, (name, minutes) in enumerate(
                zip(names, centres.number("minutes_per_day"), strict=True)
            )
        ),
        curves=curves(len(products), item, day, change),
        open_days=open_days,
        upto=upto,
    )


def _thousandths(minutes: float) -> int:
    return round(minutes * THOUSANDTHS)


def _supply(workload: Workload) -> tuple[Ints, Ints, Ints]:
    """What is on hand and what comes: item, day, quantity."""
    snapshot = workload.snapshot
    receipts, items = snapshot.receipts, snapshot.items
    known = receipts.item >= 0
    return (
        np.concatenate([np.arange(len(items.code)), receipts.item[known]]),
        np.concatenate(
            [
                np.zeros(len(items.code), np.int64),
                np.maximum(receipts.due[known] - snapshot.first_day, 0),
            ]
        ),
        np.concatenate([items.on_hand, receipts.quantity[known]]),
    )


def _products(
    folder: Path, workload: Workload, place: dict[str, int], centres: dict[str, int]
) -> list[Product]:
    snapshot = workload.snapshot
    items, lines = snapshot.items, snapshot.lines
    parts: dict[int, list[Part]] = defaultdict(list)
    for parent, component, amount, scrap in zip(
        *(
            np.asarray(column).tolist()
            for column in (lines.parent, lines.component, lines.numerator, lines.scrap)
        ),
        strict=True,
    ):
        if parent >= 0 and component >= 0 and amount > 0:
            parts[parent].append(Part(component, amount * parts_with_loss(scrap), WHOLE))
    steps = _steps(folder, place, centres)
    sources = _sources(folder, place)
    made = np.asarray(items.is_made).tolist()
    return [
        Product(
            code=code,
            is_made=made[row],
            lot=max(lot, 1),
            parts=tuple(parts.get(row, ())),
            steps=tuple(sorted(steps.get(row, ()), key=lambda step: step.seq)),
            sources=tuple(sorted(sources.get(row, ()), key=lambda one: one.price or 0)),
        )
        for row, (code, lot) in enumerate(
            zip(items.code, np.asarray(items.multiple).tolist(), strict=True)
        )
    ]


def _steps(folder: Path, place: dict[str, int], centres: dict[str, int]) -> dict[int, list[Step]]:
    table = Table(folder / "routings.csv")
    steps: dict[int, list[Step]] = defaultdict(list)
    rows = zip(
        table.text("item"),
        table.whole("seq").tolist(),
        table.text("work_center"),
        table.number("setup_minutes"),
        table.number("run_minutes_per_unit"),
        strict=True,
    )
    for number, (code, seq, centre, setup, run) in enumerate(rows):
        if centre not in centres:
            raise UnreadableWorkload(
                f"routings.csv, row {number + 2}: work centre {centre!r} is not in "
                "work_centers.csv."
            )
        if code in place:
            each = round(run * THOUSANDTHS * PER_SCALE)
            steps[place[code]].append(Step(seq, centres[centre], _thousandths(setup), each))
    return steps


def _sources(folder: Path, place: dict[str, int]) -> dict[int, list[Source]]:
    table = Table(folder / "suppliers.csv")
    sources: dict[int, list[Source]] = defaultdict(list)
    for code, name, lead, price, least in zip(
        table.text("item"),
        table.text("supplier"),
        table.whole("lead_time_days").tolist(),
        table.text("unit_price"),
        table.whole("min_order_qty").tolist(),
        strict=True,
    ):
        if code in place:
            sources[place[code]].append(Source(name, max(lead, 0), least, Decimal(price)))
    return sources


def _planned(
    plan: Path, workload: Workload, products: tuple[Product, ...], place: dict[str, int]
) -> tuple[Ints, Ints, Ints]:
    """What the plan brings and takes: item, day, change."""
    first = workload.snapshot.first_day
    table = Table(plan / "supply.csv")
    item = table.places("item", place)
    quantity = table.whole("quantity")
    start, there = table.day("start_date") - first, table.day("available_date") - first
    rows: list[tuple[int, int, int]] = []
    for row, amount, day in zip(item.tolist(), quantity.tolist(), start.tolist(), strict=True):
        rows += [
            (part.item, day, (-amount * part.numerator) // part.denominator)
            for part in products[row].parts
        ]
    demand, names = workload.snapshot.demand, workload.demand_names
    line = {name: row for row, name in enumerate(names)}
    table = Table(plan / "deliveries.csv")
    delivered = zip(
        table.text("order_no"),
        table.whole("line_no").tolist(),
        (table.day("date") - first).tolist(),
        strict=True,
    )
    for order, number, day in delivered:
        row = line[order, number]
        rows.append((int(demand.item[row]), day, -int(demand.quantity[row])))
    taken = np.array(rows, np.int64).reshape(-1, 3)
    return (
        np.concatenate([item, taken[:, 0]]),
        np.concatenate([there, taken[:, 1]]),
        np.concatenate([quantity, taken[:, 2]]),
    )


def _busy(plan: Path, centres: dict[str, int], first: int) -> dict[int, list[tuple[int, int]]]:
    table = Table(plan / "operations.csv")
    busy: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for name, day, minutes in zip(
        table.text("work_center"),
        (table.day("date") - first).tolist(),
        table.number("minutes"),
        strict=True,
    ):
        busy[centres[name]].append((day, _thousandths(minutes)))
    return busy
