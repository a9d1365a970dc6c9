"""What many open notices cost: Today, the bell's question of an open page, the list, telling.

    .venv/bin/python benchmarks/notices.py --notices 10000 [--runs 40]

Makes a small company in a database of its own on the embedded server (or at DATABASE_URL), asks
Today without any notice, then with that many open ones of the same reader. CPU ms are those of this
process and of its database backend together, wall ms the median. One JSON object per line.
"""

import argparse
import datetime as dt
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gendan.config.settings")

import django  # noqa: E402

django.setup()

import psutil  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from gendan.config import embedded_postgres  # noqa: E402
from gendan.kernel import clock, journal  # noqa: E402
from gendan.kernel.models import Entry, User  # noqa: E402
from gendan.notices.flow import information_flow  # noqa: E402
from gendan.notices.models import Notice  # noqa: E402
from gendan.notices.queries import state_of  # noqa: E402
from gendan.notices.services import escalate_due, mail_due_notices, tell_of  # noqa: E402
from gendan.orders.events import CommentWritten  # noqa: E402
from gendan.orders.models import Order  # noqa: E402
from gendan.testing.world.turn import World  # noqa: E402

WORLD_DAYS = 25
READER = "mei"
ROUNDS = 4


@contextmanager
def company() -> Iterator[None]:
    """A database of its own with some weeks of a simulated company."""
    from tests.database import own_database

    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(embedded_postgres.using(settings.VAR_DIR, durable=True))
        lock = settings.VAR_DIR / "test-databases.lock"
        stack.enter_context(own_database(f"test_gendan_{os.getpid()}", lock))
        first_day = clock.today() - dt.timedelta(days=WORLD_DAYS)
        world = World(seed=1, first_day=first_day, audits=1000)
        world.found()
        world.run(WORLD_DAYS)
        yield


def fill(reader: User, count: int) -> None:
    """So many notices of the reader, all unread, a tenth of them to act on."""
    orders = list(Order.objects.values_list("pk", flat=True))
    facts = []
    for number in range(count):
        order_id = orders[number % len(orders)]
        fact = CommentWritten(order_id=order_id, text=f"note {number}", mentioned=[reader.pk])
        facts.append((fact, [f"orders.order:{order_id}"]))
    now = clock.now()
    entries: list[Entry] = []
    for start in range(0, count, 1000):
        part = facts[start : start + 1000]
        entries += Entry.objects.bulk_create(
            Entry(at=now, fact=fact.name, about=about, data=fact.as_data()) for fact, about in part
        )
    Notice.objects.bulk_create(
        [
            Notice(
                user=reader,
                entry=entry,
                order_id=entry.data["order_id"],
                fact=entry.fact,
                subject=f"order:{entry.data['order_id']}",
                must_act=number % 10 == 0,
                at=now,
                due_at=now + dt.timedelta(days=2) if number % 10 == 0 else None,
            )
            for number, entry in enumerate(entries)
        ],
        batch_size=1000,
    )


def read(client: Client, url: str) -> None:
    """Ask for a page that must be there."""
    status = client.get(url).status_code
    if status not in {200, 204}:
        raise RuntimeError(f"{url}: {status}")


def measure(name: str, function: Callable[[], Any], runs: int, **more: Any) -> float:
    """Print what one call costs, and return its CPU ms."""
    for _turn in range(3):
        function()
    asked: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        function()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    before, client, walls = backend.cpu_times(), time.process_time(), []
    for _turn in range(runs):
        began = time.perf_counter()
        function()
        walls.append((time.perf_counter() - began) * 1000)
    after = backend.cpu_times()
    server = (after.user + after.system - before.user - before.system) * 1000 / runs
    cpu = (time.process_time() - client) * 1000 / runs
    figures = {
        "what": name,
        "client_cpu_ms": round(cpu, 2),
        "database_cpu_ms": round(server, 2),
        "p50_ms": round(statistics.median(walls), 2),
        "queries": len(asked),
    }
    print(json.dumps(figures | more), flush=True)
    return cpu + server


def hide(reader: User) -> None:
    """As if there were none: all are read and done."""
    now = clock.now()
    rows = Notice.objects.filter(user=reader)
    rows.update(read_at=now)
    rows.filter(must_act=True).update(acted_at=now, due_at=None)
    _vacuum()


def show(reader: User) -> None:
    """All are open again."""
    Notice.objects.filter(user=reader).update(read_at=None, acted_at=None)
    _vacuum()


def _vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE notices_notice")


def is_index_only(reader: User) -> bool:
    """Whether the bell's question is answered without reading the table."""
    query = (
        "SELECT id FROM notices_notice WHERE user_id = %s AND read_at IS NULL AND head_id IS NULL "
        "ORDER BY id DESC LIMIT 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query}", [reader.pk])
        return "Index Only Scan" in "\n".join(row[0] for row in cursor.fetchall())


def run(count: int, runs: int) -> None:
    """All figures."""
    reader = User.objects.get(username=READER)
    Notice.objects.filter(user=reader).delete()
    client = Client()
    client.force_login(reader)
    fill(reader, count)
    rounds = []
    for _turn in range(ROUNDS):  # by turns, so that a busy machine is as busy for both
        hide(reader)
        without = measure("Today without notices", lambda: read(client, "/today/"), runs)
        show(reader)
        many = measure("Today", lambda: read(client, "/today/"), runs, notices=count)
        rounds.append(many - without)
    difference = round(statistics.median(rounds), 2)
    print(json.dumps({"what": "Today, difference", "cpu_ms": difference}), flush=True)
    measure("list of notices", lambda: read(client, "/notices/"), runs, notices=count)
    mark = state_of(reader.pk).mark
    url = f"/notices/news/?seen={mark}"
    measure("an open page asks, nothing new", lambda: read(client, url), runs * 5)
    measure(
        "its one question", lambda: state_of(reader.pk), runs * 5, index_only=is_index_only(reader)
    )
    now = clock.now()
    year = dt.timedelta(days=365)
    measure("information flow of a year", lambda: information_flow(now - year, now), runs)
    measure("the clock asks, nothing due", lambda: (escalate_due(), mail_due_notices()), runs)
    order = Order.objects.order_by("pk").first()
    assert order is not None  # noqa: S101
    told = [
        journal.record(
            CommentWritten(order_id=order.pk, text="x", mentioned=[reader.pk]), about=order
        )
        for _turn in range(runs + 4)
    ]
    rest = iter(told)
    measure("telling one person of one fact", lambda: tell_of(entry_id=next(rest).pk), runs)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notices", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=40)
    options = parser.parse_args()
    settings.ALLOWED_HOSTS = ["testserver"]
    with tempfile.TemporaryDirectory(prefix="gendan-static-") as folder:
        settings.STATIC_ROOT = Path(folder)
        call_command("collectstatic", interactive=False, verbosity=0)
        with company():
            run(options.notices, options.runs)


if __name__ == "__main__":
    main()
