"""What a promise costs through the database, cold and warm: snapshot, search, options, rush.

    .venv/bin/python benchmarks/promise_database.py WORKLOAD_DIR [--orders 2000] [--asked 40]

Loads a workload's master data through the verbs into a database of its own, confirms so many of its
orders for their requested days, then asks for drafts of five lines: `compute_promise` (what the
button does), and `possible` (the whole page: odds, other ways, a rush). Cold: the first of a fresh
connection with PostgreSQL's own caches as they are; warm: all others. Prints JSON lines with wall
and CPU milliseconds of this process and its database backend, and statements.
"""

import argparse
import datetime as dt
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
import order_entry as entry  # noqa: E402  # sets up Django
import psutil  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from gendan.kernel import clock  # noqa: E402
from gendan.orders.models import Order  # noqa: E402
from gendan.orders.services import confirm_order, draft_order  # noqa: E402
from gendan.planning.possible import possible  # noqa: E402
from gendan.planning.promise_others import order_lines  # noqa: E402
from gendan.planning.services import compute_promise  # noqa: E402
from gendan.testing.cast import person  # noqa: E402


def used(backend: psutil.Process) -> float:
    """CPU seconds of this process and its database backend."""
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
        statements=statements,
    )  # fmt: skip


def main() -> None:
    """Load, promise, ask, tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("workload", type=Path)
    parser.add_argument("--orders", type=int, default=2_000)
    parser.add_argument("--asked", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--today", type=dt.date.fromisoformat, default=dt.date(2026, 1, 5))
    given = parser.parse_args()
    with entry.database(), clock.at(clock.moment_on(given.today)):
        entry.tell(what="master data", **entry.load_master_data(given.workload))
        by, chance = person("zhao"), random.Random(given.seed)
        orders = entry.orders_of(given.workload)
        begin = time.perf_counter()
        for head, lines in orders[: given.orders]:
            order = draft_order(order=head, lines=lines, by=by)
            confirm_order(order_id=order.pk, by=by)
        entry.tell(
            what="confirmed", seconds=round(time.perf_counter() - begin, 1),
            orders=Order.objects.count(), standing=len(order_lines()),
        )  # fmt: skip
        ids = []
        for head, lines in chance.sample(orders[given.orders :], given.asked):
            ids.append(draft_order(order=head, lines=lines[:5], by=by).pk)
        asked(ids, "promise (compute_promise)", compute_promise)
        asked(ids, "the page (possible)", possible)


if __name__ == "__main__":
    main()
