"""What the finite schedule of a large plan costs in the database: writing its rows, trying a fix.

    .venv/bin/python benchmarks/plan_schedule.py WORKLOAD_DIR [--fixes 40] [--keep NAME]

Loads a workload's master data through the verbs and its orders in bulk into a database of its own
(on the embedded server, without fsync; `--keep` keeps it for the next time), plans them as the
worker does, then tells what each kind of rows took to be written, and what the preview of a planned
order fixed to another day takes. One JSON object per line: wall seconds, CPU seconds of this
process and of its database backend.
"""

import argparse
import datetime as dt
import random
import statistics
import sys
import time
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks")]

import order_entry as entry  # noqa: E402  # sets up Django
import plans  # noqa: E402
import psutil  # noqa: E402
from django.db import connection  # noqa: E402

import pages  # noqa: E402
from gendan.catalog.models import Item  # noqa: E402
from gendan.kernel import clock  # noqa: E402
from gendan.orders.models import Line, Order  # noqa: E402
from gendan.partners.models import Partner  # noqa: E402
from gendan.planning.models import PlannedOrder, PlanRun, ScheduledOperation  # noqa: E402
from gendan.planning.services import writing  # noqa: E402
from gendan.testing.make import masters, orders  # noqa: E402


def fill(folder: Path) -> None:
    """Master data through the verbs; confirmed orders like one made through them, in bulk."""
    masters.calendar()
    entry.tell(what="master data", **entry.load_master_data(folder))
    customers = dict(Partner.objects.values_list("code", "pk"))
    items = dict(Item.objects.values_list("code", "pk"))
    first = next(iter(entry.grouped(entry.read(folder, "order_lines"), "item")))
    pattern = orders.confirmed(None, [orders.line(first, 1)])
    head, row = plans._values(pattern), plans._values(pattern.lines.get())
    given = entry.read(folder, "orders")
    made = Order.objects.bulk_create(
        (
            Order(**head | {"number": one["order_no"], "customer_id": customers[one["customer"]]})
            for one in given
        ),
        batch_size=5000,
    )
    numbers = {one.number: one.pk for one in made}
    Line.objects.bulk_create(
        (
            Line(
                **row
                | {
                    "order_id": numbers[one["order_no"]],
                    "item_id": items[one["item"]],
                    "position": int(one["line_no"]),
                    "quantity": Decimal(one["quantity"]),
                    "promised_on": dt.date.fromisoformat(one["due_date"]),
                }
            )
            for one in entry.read(folder, "order_lines")
        ),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def copies_told() -> Any:
    """Each COPY of the plan's rows is measured."""
    real = writing._copy

    def copy(model: Any, columns: str, rows: Any) -> None:
        plans.measured(f"write {model.__name__}", lambda: real(model, columns, rows))

    with patch.object(writing, "_copy", copy):
        yield


def fixes(count: int, seed: int) -> None:
    """Previews of planned orders of any day, moved by up to two weeks."""
    from gendan.planning.finite_fixing import preview_fixed

    chance = random.Random(seed)
    run = PlanRun.objects.get(is_live=True)
    ids = list(
        PlannedOrder.objects.filter(run=run, kind="make", scheduled__isnull=False)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    backend = psutil.Process(connection.connection.info.backend_pid)
    spent, others = [], []
    for pk in chance.sample(ids, count):
        order = PlannedOrder.objects.select_related("item__unit", "run").get(pk=pk)
        day = max(order.due_on + dt.timedelta(days=chance.randint(-14, 14)), clock.today())
        times, cpu, wall = backend.cpu_times(), time.process_time(), time.perf_counter()
        found = preview_fixed(order, ends_on=day)
        after = backend.cpu_times()
        server = after.user + after.system - times.user - times.system
        spent.append((time.process_time() - cpu, server, time.perf_counter() - wall))
        others.append(len(found.others))
    for name, column in zip(
        ("cpu_s", "database_cpu_s", "wall_s"), zip(*spent, strict=True), strict=True
    ):
        entry.tell(
            what="preview of a fixed order", of=name, p50=round(statistics.median(column), 3),
            p95=round(sorted(column)[int(len(column) * 0.95)], 3), most=round(max(column), 3),
            others_p50=statistics.median(others), others_most=max(others),
        )  # fmt: skip


def main() -> None:
    """Fill, plan, tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("workload", type=Path)
    parser.add_argument("--fixes", type=int, default=40)
    parser.add_argument("--keep", default="", help="name of a database to keep or use again")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--today", type=dt.date.fromisoformat, default=dt.date(2026, 1, 5))
    given = parser.parse_args()
    with pages.database(given.keep) as was_kept, clock.at(clock.moment_on(given.today)):
        if not was_kept:
            fill(given.workload)
            with copies_told():
                run = plans.planned("first plan, whole")
            entry.tell(
                what="size", orders=run.orders.count(), scheduled=run.schedule.count(),
                operations=ScheduledOperation.objects.filter(run=run).count(),
            )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        fixes(given.fixes, given.seed)


if __name__ == "__main__":
    main()
