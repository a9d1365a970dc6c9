"""Server time and queries of the pages people open all day, with many orders.

    .venv/bin/python benchmarks/pages.py --orders 100000 [--runs 40] [--keep NAME]

Lets the simulated company live for some weeks, then multiplies its orders, journeys, milestones and
waits inside the database, and asks each page as a merchandiser: p50 and p95 in ms of wall time in
this process, CPU ms of this process and of its database backend, queries. One JSON object per line.
The same at a hundredth of the size shows that the number of queries does not depend on the number
of orders.
"""

import argparse
import datetime as dt
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gendan.config.settings")

import django  # noqa: E402

django.setup()

import psutil  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from gendan.config import embedded_postgres  # noqa: E402
from gendan.followup.board import SORTS  # noqa: E402
from gendan.followup.models import Journey, Milestone, Wait  # noqa: E402
from gendan.kernel import clock  # noqa: E402
from gendan.kernel.models import User  # noqa: E402
from gendan.orders.models import (  # noqa: E402
    Hold,
    Instalment,
    Line,
    LineCheck,
    LinePromise,
    Order,
    Promise,
    Version,
)
from gendan.testing.world.turn import World  # noqa: E402

# Tables that are multiplied, each after those it points to, with the columns that must differ.
MULTIPLIED: list[tuple[type[models.Model], dict[str, str]]] = [
    (
        Order,
        {
            "number": "t.number || '-' || k",
            "customer_order_number": "t.customer_order_number || '-' || k",
        },
    ),
    (Line, {}),
    (LineCheck, {}),
    (Promise, {}),
    (LinePromise, {}),
    (Instalment, {}),
    (Hold, {}),
    (Version, {}),
    (Journey, {"urgency": "t.urgency * (0.5 + (k %% 97) / 97.0)"}),
    (Milestone, {"urgency": "t.urgency * (0.5 + (k %% 97) / 97.0)"}),
    (Wait, {}),
]


@contextmanager
def database(keep: str) -> Iterator[bool]:
    """A database of its own on the embedded server; whether it was kept from the last time."""
    from tests import database as of_tests

    lock = settings.VAR_DIR / "test-databases.lock"
    with embedded_postgres.using(settings.VAR_DIR, durable=False):
        if not keep:
            with of_tests.own_database(f"test_gendan_{os.getpid()}", lock):
                yield False
            return
        there = of_tests._administer("SELECT 1 FROM pg_database WHERE datname = %s", keep)
        if not there:
            of_tests._administer(f'CREATE DATABASE "{keep}"')
        of_tests._use(keep)
        call_command("migrate", verbosity=0, interactive=False)
        yield Order.objects.exists()


def live(days: int) -> None:
    """A company that has lived until today."""
    first = clock.today() - dt.timedelta(days=days - 1)
    world = World(seed=5, first_day=first, orders_a_day=1.2, audits=days)
    world.found()
    world.run(days)


def multiply(times: int) -> None:
    """Copy every order with all that belongs to it; ids move by a fixed step per copy."""
    shift = 1 + max(
        model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
        for model, _different in MULTIPLIED
    )
    shifted = {model for model, _different in MULTIPLIED}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET session_replication_role = replica")  # no foreign key checks row by row
        for model, different in MULTIPLIED:
            _copy(cursor, model, different, shifted, shift, times)
        cursor.execute("SET session_replication_role = origin")
        # No page begins to build up statistics of its own; the trigram lists are merged now.
        cursor.execute("VACUUM ANALYZE")


def _copy(
    cursor: Any,
    model: type[models.Model],
    different: dict[str, str],
    shifted: set[type[models.Model]],
    shift: int,
    times: int,
) -> None:
    names, values = [], []
    for column in model._meta.concrete_fields:
        names.append(f'"{column.column}"')
        if column.name in different:
            values.append(different[column.name])
        elif column.primary_key or column.related_model in shifted:
            values.append(f't."{column.column}" + {shift} * k')
        else:
            values.append(f't."{column.column}"')
    table = model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} "  # noqa: S608
        f"FROM {table} t CROSS JOIN generate_series(1, {times}) k WHERE t.id < {shift}".replace(
            "%%", "%"
        )
    )


def pages(order: Order) -> list[tuple[str, str]]:
    """What is measured: name and address."""
    tabs = ["lines", "followup", "promise", "checks", "supply", "money", "papers", "changes"]
    word = str(order.customer.name).split()[0]
    return [
        ("today", "/today/"),
        ("orders", "/orders/"),
        ("orders, confirmed, by promised date", "/orders/?state=confirmed&sort=promised_on"),
        ("orders, last promised first", "/orders/?sort=-promised_on"),
        ("orders, by value", "/orders/?sort=-total_company"),
        ("orders, by forecast", "/orders/?sort=forecast_on"),
        ("orders, late", "/orders/?health=late"),
        ("orders, one customer", f"/orders/?customer={order.customer.code}"),
        ("orders, text: number", f"/orders/?q={order.number}"),
        ("orders, text: customer", f"/orders/?q={word}"),
        ("orders, text: nothing", "/orders/?q=zzzz"),
        *((f"order, {tab}", f"/orders/{order.pk}/?tab={tab}") for tab in [*tabs, "timeline"]),
        ("search, number", f"/search/?q={order.number}"),
        ("search, customer", f"/search/?q={word}"),
        ("search, nothing", "/search/?q=zzzz"),
        ("board, mine", "/board/"),
        *((f"board, all by {key}", f"/board/?whose=&sort={key}") for key in SORTS),
        ("board, all late", "/board/?whose=&health=late"),
    ]


def measure(client: Client, name: str, address: str, runs: int, orders: int) -> dict[str, Any]:
    """One line of the result."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    asked = len(queries)  # the next request forgets them
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    before, cpu, walls = backend.cpu_times(), time.process_time(), []
    for _run in range(runs):
        cache.clear()
        wall = time.perf_counter()
        client.get(address)
        walls.append((time.perf_counter() - wall) * 1000)
    spent, after = time.process_time() - cpu, backend.cpu_times()
    ranked = sorted(walls)
    return {
        "page": name,
        "orders": orders,
        "status": response.status_code,
        "queries": asked,
        "p50_ms": round(statistics.median(walls), 1),
        "p95_ms": round(ranked[min(len(ranked) - 1, int(len(ranked) * 0.95))], 1),
        "cpu_ms": round(1000 * spent / runs, 1),
        "database_cpu_ms": round(
            1000 * (after.user + after.system - before.user - before.system) / runs, 1
        ),
        "kilobytes": round(len(response.content) / 1024, 1),
    }


def collect_static() -> None:
    """Pages name static files by their hash, as they do in production."""
    settings.STATIC_ROOT = Path(tempfile.mkdtemp(prefix="gendan-static-"))
    call_command("collectstatic", interactive=False, verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=60, help="days the company lives first")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--only", default="", help="only pages whose name begins so")
    parser.add_argument("--keep", default="", help="name of a database to keep or use again")
    options = parser.parse_args()
    settings.ALLOWED_HOSTS = ["*"]
    collect_static()
    with database(options.keep) as was_kept:
        if not was_kept:
            live(options.days)
            multiply(max(0, round(options.orders / Order.objects.count()) - 1))
        count = Order.objects.count()
        client = Client(headers={"accept-language": "en"})
        client.force_login(User.objects.get(username="mei"))
        order = Order.objects.filter(state="confirmed").order_by("pk").first()
        if order is None:
            raise SystemExit("no order was confirmed: let the company live longer (--days)")
        for name, address in pages(order):
            if not name.startswith(options.only):
                continue
            print(json.dumps(measure(client, name, address, options.runs, count)), flush=True)


if __name__ == "__main__":
    main()
