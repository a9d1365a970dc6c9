"""What it costs to look at a change of a large order beforehand, and to carry it through.

    .venv/bin/python benchmarks/changes.py [LINES]

A database of its own: an order of LINES (200) lines with stock, expected supplies for half of them,
a journey and two-level BOMs; a change of every tenth line's quantity and of a date. Prints one JSON
object per figure: wall and CPU of this process, and queries.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gendan.config.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from gendan.changes.content import Content  # noqa: E402
from gendan.changes.preview import preview_change  # noqa: E402
from gendan.changes.services import accept_change, propose_change, undo_change  # noqa: E402
from gendan.config import embedded_postgres  # noqa: E402
from gendan.inventory.services import ExpectedRow, expect_supplies  # noqa: E402
from gendan.kernel import reactions  # noqa: E402
from gendan.orders.entry import LineChange, OrderChanges  # noqa: E402
from gendan.orders.models import Order  # noqa: E402
from gendan.orders.queries import demand_of  # noqa: E402
from gendan.orders.services import reserve_lines  # noqa: E402
from gendan.testing.cast import person  # noqa: E402
from gendan.testing.make import masters, orders  # noqa: E402

RUNS = 15


def large_order(lines: int) -> Order:
    """A confirmed and followed order with stock for some lines and supplies for others."""
    for number in range(lines):
        code = f"P-{number:04}"
        masters.item(code)
        if number % 2:
            masters.stock(code, 60)
    order = orders.confirmed(lines=[orders.line(f"P-{number:04}") for number in range(lines)])
    reserve_lines(order_id=order.pk, by=person("mei"))
    rows = [
        ExpectedRow(
            item=line.item.code,
            quantity=Decimal(100),
            due_on=orders.in_days(30),
            reference=f"PO-{line.position}",
            demand=demand_of(line.pk),
        )
        for line in order.lines.select_related("item")
        if line.position % 2
    ]
    expect_supplies(rows=rows, by=person("bo"))
    reactions.run_due()
    return Order.objects.get(pk=order.pk)


def change_of(order: Order) -> Content:
    """Every tenth line another quantity, one another date, the way another one."""
    lines = list(order.lines.all())
    changes = [
        LineChange(line_id=line.pk, quantity=80 if line.position % 20 else 130)
        for line in lines[9::10]
    ]
    moved = LineChange(line_id=lines[0].pk, promised_on=orders.in_days(80))
    return Content(changes=OrderChanges(incoterm="DDP"), change_lines=[moved, *changes])


def measured(name: str, act: Callable[[], Any], runs: int = RUNS) -> None:
    """Print wall and CPU milliseconds and the number of queries."""
    walls, cpus = [], []
    with CaptureQueriesContext(connection) as queries:
        act()
    for _run in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        cpus.append((time.process_time() - cpu) * 1000)
        walls.append((time.perf_counter() - wall) * 1000)
    result = {
        "what": name,
        "wall_ms_median": round(statistics.median(walls), 1),
        "wall_ms_most": round(max(walls), 1),
        "cpu_ms_median": round(statistics.median(cpus), 1),
        "queries": len(queries),
    }
    print(json.dumps(result), flush=True)


def main() -> None:
    """Measure in a database of its own."""
    from tests.database import own_database

    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(embedded_postgres.using(settings.VAR_DIR, durable=True))
        lock = settings.VAR_DIR / "test-databases.lock"
        stack.enter_context(own_database(f"test_gendan_{os.getpid()}", lock))
        order = large_order(lines)
        content = change_of(order)
        measured("preview", lambda: preview_change(order_id=order.pk, content=content))

        def there_and_back() -> None:
            change = propose_change(order_id=order.pk, content=content, by=person("mei"))
            accept_change(change_id=change.pk, by=person("mei"))
            undo_change(change_id=change.pk, by=person("mei"))

        measured("propose, accept and undo", there_and_back, runs=3)


if __name__ == "__main__":
    main()
