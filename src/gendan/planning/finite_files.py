"""The finite schedule of the database as the files of `gendan schedule`: supply, operations,
deliveries."""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from gendan.engine.netting import NEVER
from gendan.planning.calculating import Calculated
from gendan.planning.capacity import SCALE
from gendan.planning.finite import Finite

SUPPLY = "supply,item,kind,quantity,supplier,start_date,available_date"
OPERATIONS = "supply,seq,work_center,date,minutes"
DELIVERIES = "order_no,line_no,date"


def write_files(folder: Path, done: Calculated, finite: Finite) -> None:
    """Three files; what nobody can date is left out. Planned orders are P1, P2, …, work orders have
    their numbers; the supplier is chosen when the request is bought, so that column is empty."""
    folder.mkdir(parents=True, exist_ok=True)
    names = _names(done, finite)
    _write(folder / "supply.csv", SUPPLY, _supply(done, finite, names))
    _write(folder / "operations.csv", OPERATIONS, _operations(finite, names))
    _write(folder / "deliveries.csv", DELIVERIES, _deliveries(done))


def _names(done: Calculated, finite: Finite) -> list[str]:
    planned = [f"P{place + 1}" for place in range(len(done.plan.orders))]
    return planned + [one.number for one in finite.shop.firm]


def _supply(done: Calculated, finite: Finite, names: list[str]) -> Iterator[tuple[Any, ...]]:
    orders, given = done.plan.orders, done.given
    codes, dated = given.snapshot.items.code, finite.dated
    for place, name in enumerate(names):
        start, end = finite.day(dated.start[place]), finite.day(dated.end[place])
        if start is None or end is None:
            continue
        if place >= len(orders):
            firm = finite.shop.firm[place - len(orders)]
            item = given.item_ids.index(firm.item_id)
            kind, quantity = "make", firm.quantity
        else:
            item = int(orders.item[place])
            kind = given.supply[item]
            quantity = given.quantity(item, int(orders.quantity[place]))
        yield name, codes[item], kind, f"{quantity.normalize():f}", "", start, end


def _operations(finite: Finite, names: list[str]) -> Iterator[tuple[Any, ...]]:
    codes = {one.pk: one.code for one in finite.shop.capacity.centers}
    for place, name in enumerate(names):
        for step, day, amount in finite.dated.work[place]:
            center = codes[finite.steps[place][step].center_id]
            yield name, step + 1, center, finite.day(day), round(amount / SCALE, 3)


def _deliveries(done: Calculated) -> Iterator[tuple[Any, ...]]:
    """The last day of each order line, on which all of it can leave."""
    last: dict[str, int] = {}
    for one, day in zip(done.given.asked, done.ready_days(), strict=True):
        if one.line_id is not None:
            last[one.label] = max(last.get(one.label, 0), day)
    for label, day in last.items():
        if day < NEVER:
            number, _sep, line = label.rpartition("/")
            yield number, line, dt.date.fromordinal(day)


def _write(path: Path, header: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(header.split(","))
        writer.writerows(rows)
