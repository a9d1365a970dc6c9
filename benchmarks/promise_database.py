"""What a promise costs through the database, cold and warm: snapshot, search, options, rush.

    .venv/bin/python benchmarks/promise_database.py WORKLOAD_DIR [--lines 10000] [--asked 40]

Loads a workload's master data through the verbs into a database of its own and confirms its orders
for their requested days until so many lines are promised: the first hundred orders through the
verbs, all others as rows like theirs, so that any size is made in seconds (a workload with fewer
lines is gone through again, each time a week later). Then it asks for drafts of five lines:
`compute_promise` (what the button does; then for orders that are promised already), and `possible`
(the whole page: odds, other ways, a rush).
Cold: the first of a fresh connection with PostgreSQL's own caches as they are; warm: all others.
Prints JSON lines with wall and CPU milliseconds of this process and its database backend,
statements, and what this process holds at most.
"""

import argparse
import copy
import datetime as dt
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
import order_entry as entry  # noqa: E402  # sets up Django
import psutil  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from gendan.catalog.models import Item  # noqa: E402
from gendan.kernel import clock  # noqa: E402
from gendan.orders.entry import LineData, OrderData  # noqa: E402
from gendan.orders.models import Line, Order, OrderState  # noqa: E402
from gendan.orders.services import confirm_order, draft_order  # noqa: E402
from gendan.planning.possible import possible  # noqa: E402
from gendan.planning.promise_others import order_lines  # noqa: E402
from gendan.planning.services import compute_promise  # noqa: E402
from gendan.testing.cast import person  # noqa: E402

Given = tuple[OrderData, list[LineData]]
BY_VERBS = 100  # orders; the rows of all others are like theirs
WEEK = dt.timedelta(days=7)


def confirmed(given: list[Given], lines: int) -> None:
    """Confirm orders until so many lines are promised."""
    by, left = person("zhao"), lines
    for head, rows in given[:BY_VERBS]:
        order = draft_order(order=head, lines=rows[:left], by=by)
        confirm_order(order_id=order.pk, by=by)
        left -= len(rows[:left])
        if not left:
            return
    like = Line.objects.select_related("order").order_by("pk")[0]
    items = dict(Item.objects.values_list("code", "pk"))
    orders, made = [], []
    for number, (head, rows, later) in enumerate(_again(given), 1):
        order = copy.copy(like.order)
        order.pk, order.number = None, f"M-{number}"
        order.customer_id, order.customer_order_number = head.customer_id, f"M-{number}"
        orders.append(order)
        for position, row in enumerate(rows[:left], 1):
            made.append(_line(like, order, items[row.item_code], position, row, later))
        left -= len(rows[:left])
        if not left:
            break
    with transaction.atomic():
        Order.objects.bulk_create(orders, batch_size=2_000)
        Line.objects.bulk_create(made, batch_size=2_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _again(given: list[Given]) -> Iterator[tuple[OrderData, list[LineData], dt.timedelta]]:
    """The orders that are left, then all of them again and again, each time a week later."""
    for time_round in count():
        for head, rows in given if time_round else given[BY_VERBS:]:
            yield head, rows, time_round * WEEK


def _line(
    like: Line, order: Order, item: int, position: int, row: LineData, later: dt.timedelta
) -> Line:
    line = copy.copy(like)
    line.pk, line.order, line.item_id, line.position = None, order, item, position
    line.quantity = line.typed_quantity = Decimal(str(row.quantity))
    if row.requested_on is not None:
        line.requested_on = line.promised_on = row.requested_on + later
    return line


def used(backend: psutil.Process) -> float:
    """CPU seconds of this process and its database backend.

    Linux counts the backend's in nanoseconds, too; its usual ticks are hundredths of a second, as
    long as a date takes.
    """
    exact = Path(f"/proc/{backend.pid}/schedstat")
    if exact.exists():
        return time.process_time() + int(exact.read_text().split()[0]) / 1e9
    times = backend.cpu_times()
    return time.process_time() + float(times.user) + float(times.system)


def asked(ids: list[int], what: str, query: Callable[[int], Any]) -> None:
    """Each draft once; the first on a fresh connection."""
    connection.close()
    wall, cpu, statements = [], [], 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    for order_id in ids:
        counting = entry.Counting()
        with connection.execute_wrapper(counting), transaction.atomic():
            begin, begin_cpu = time.perf_counter(), used(backend)
            query(order_id)
            wall.append((time.perf_counter() - begin) * 1000)
            cpu.append((used(backend) - begin_cpu) * 1000)
        statements = max(statements, counting.statements)
    warm = np.percentile(np.array(wall[1:]), [50, 95]).round(1).tolist()
    warm_cpu = np.percentile(np.array(cpu[1:]), [50, 95]).round(1).tolist()
    entry.tell(
        what=what, cold_ms=round(wall[0], 1), p50_ms=warm[0], p95_ms=warm[1],
        cold_cpu_ms=round(cpu[0], 1), cpu_p50_ms=warm_cpu[0], cpu_p95_ms=warm_cpu[1],
        statements=statements, most_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )  # fmt: skip


def main() -> None:
    """Load, promise, ask, tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("workload", type=Path)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--asked", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--today", type=dt.date.fromisoformat, default=dt.date(2026, 1, 5))
    given = parser.parse_args()
    with entry.database(), clock.at(clock.moment_on(given.today)):
        entry.tell(what="master data", **entry.load_master_data(given.workload))
        by, chance = person("zhao"), random.Random(given.seed)
        orders = entry.orders_of(given.workload)
        begin = time.perf_counter()
        confirmed(orders, given.lines)
        entry.tell(
            what="confirmed", seconds=round(time.perf_counter() - begin, 1),
            orders=Order.objects.count(), standing=len(order_lines()),
        )  # fmt: skip
        ids: list[int] = []
        for head, lines in chance.sample(orders, given.asked):
            head = replace(head, customer_order_number=f"asked {len(ids)}")
            ids.append(draft_order(order=head, lines=lines[:5], by=by).pk)
        asked(ids, "promise (compute_promise)", compute_promise)
        promised = Order.objects.filter(state=OrderState.CONFIRMED).order_by("pk")
        again = [*promised.values_list("pk", flat=True)[: given.asked]]
        asked(again, "the same of confirmed orders, asked again", compute_promise)
        asked(ids, "the page (possible)", possible)


if __name__ == "__main__":
    main()
