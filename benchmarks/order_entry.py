"""What it costs to write down and confirm orders: through the verbs, or through the API.

    .venv/bin/python benchmarks/order_entry.py WORKLOAD_DIR [--profile]
    .venv/bin/python benchmarks/order_entry.py WORKLOAD_DIR --api-clients 8 --seconds 60

WORKLOAD_DIR holds the CSV files of a workload: items, bom, work_centers, routings, customers,
orders, order_lines, receipts. Master data is loaded in bulk through the verbs, then every order is
drafted and confirmed, one transaction per verb, in one process, in a database of its own (on the
embedded server, or at DATABASE_URL). CPU is that of this process and of its database backend
together. With --api-clients the server is started and the same orders are sent to it for so many
seconds. Prints one JSON object per line.
"""

import argparse
import cProfile
import csv
import datetime as dt
import json
import os
import pstats
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gendan.config.settings")

import django  # noqa: E402

django.setup()

import psutil  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from gendan.catalog import services as catalog  # noqa: E402
from gendan.config import embedded_postgres  # noqa: E402
from gendan.inventory import services as inventory  # noqa: E402
from gendan.kernel.models import User  # noqa: E402
from gendan.kernel.services import make_api_token  # noqa: E402
from gendan.orders import invariants  # noqa: E402
from gendan.orders.entry import LineData, OrderData  # noqa: E402
from gendan.orders.models import Line, Order  # noqa: E402
from gendan.orders.services import confirm_order, draft_order  # noqa: E402
from gendan.partners import services as partners  # noqa: E402
from gendan.partners.models import Partner  # noqa: E402
from gendan.testing.cast import person  # noqa: E402

Row = dict[str, str]


@contextmanager
def database() -> Iterator[None]:
    """A database of its own."""
    from tests.database import own_database

    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(embedded_postgres.using(settings.VAR_DIR, durable=True))
        lock = settings.VAR_DIR / "test-databases.lock"
        stack.enter_context(own_database(f"test_gendan_{os.getpid()}", lock))
        yield


def read(folder: Path, name: str) -> list[Row]:
    """The rows of one file of the workload."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def grouped(rows: list[Row], key: str) -> dict[str, list[Row]]:
    """Rows by one column."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found


def load_master_data(folder: Path) -> dict[str, int]:
    """Everything but the orders, through the verbs; returns how many rows of each kind."""
    items, bom = read(folder, "items"), grouped(read(folder, "bom"), "parent")
    routings, receipts = grouped(read(folder, "routings"), "item"), read(folder, "receipts")
    customers, centers = read(folder, "customers"), read(folder, "work_centers")
    catalog.save_units(rows=[catalog.UnitRow(code="pcs", name_en="pieces")], by=None)
    catalog.save_families(rows=[catalog.FamilyRow(code="ALL", name_en="All")], by=None)
    catalog.save_items(rows=[_item(row) for row in items], by=None)
    catalog.save_boms(rows=[_bom(parent, rows) for parent, rows in bom.items()], by=None)
    catalog.save_work_centers(
        rows=[
            catalog.WorkCenterRow(row["work_center"], minutes_per_day=int(row["minutes_per_day"]))
            for row in centers
        ],
        by=None,
    )
    catalog.save_routings(rows=[_routing(item, rows) for item, rows in routings.items()], by=None)
    partners.save_partners(
        rows=[
            partners.PartnerRow(
                row["customer"],
                name=row["customer"],
                country=row["country"],
                currency="USD",
                is_customer=True,
            )
            for row in customers
        ],
        by=None,
    )
    inventory.save_locations(
        rows=[inventory.LocationRow(code="STORE", name_en="Store", kind="store")], by=None
    )
    inventory.post_opening_stock(
        rows=[
            inventory.OpeningRow(row["item"], Decimal(row["on_hand"]), "STORE")
            for row in items
            if int(row["on_hand"])
        ],
        by=None,
    )
    inventory.expect_supplies(
        rows=[
            inventory.ExpectedRow(
                row["item"], Decimal(row["quantity"]), dt.date.fromisoformat(row["due_date"])
            )
            for row in receipts
        ],
        by=None,
    )
    return {"items": len(items), "boms": len(bom), "customers": len(customers)}


def _item(row: Row) -> catalog.ItemRow:
    lot = Decimal(row["lot_size"])
    return catalog.ItemRow(
        row["item"],
        family="ALL",
        unit="pcs",
        supply=row["kind"],
        name_en=row["item"],
        lead_days=int(row["lead_time_days"]),
        lot_rule="multiple" if lot > 1 else "as_needed",
        lot_size=lot,
        safety_stock=Decimal(row["safety_stock"]),
        is_sold=row["level"] == "0",
    )


def _bom(parent: str, rows: list[Row]) -> catalog.BomRow:
    lines = [
        catalog.BomLineRow(row["component"], Decimal(row["qty_per"]), Decimal(row["scrap_pct"]))
        for row in rows
    ]
    return catalog.BomRow(parent, lines)


def _routing(item: str, rows: list[Row]) -> catalog.RoutingRow:
    steps = [
        catalog.RoutingStepRow(
            int(row["seq"]),
            row["work_center"],
            "",
            Decimal(row["setup_minutes"]),
            Decimal(row["run_minutes_per_unit"]),
        )
        for row in rows
    ]
    return catalog.RoutingRow(item, steps)


def orders_of(folder: Path) -> list[tuple[OrderData, list[LineData]]]:
    """The orders of the workload as the verb takes them."""
    ids = dict(Partner.objects.values_list("code", "pk"))
    lines = grouped(read(folder, "order_lines"), "order_no")
    return [
        (
            OrderData(
                customer_id=ids[row["customer"]],
                customer_order_number=row["order_no"],
                ordered_on=dt.date.fromisoformat(row["order_date"]),
                channel="edi",
            ),
            [
                LineData(
                    item_code=line["item"],
                    quantity=line["quantity"],
                    unit_price=line["unit_price"],
                    requested_on=dt.date.fromisoformat(line["due_date"]),
                )
                for line in lines[row["order_no"]]
            ],
        )
        for row in read(folder, "orders")
    ]


class Counting:
    """Counts the statements of a connection, those that begin and end transactions included."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        return execute(sql, params, many, context)


def enter(orders: list[tuple[OrderData, list[LineData]]], by: User) -> list[int]:
    """Draft and confirm every order; returns the statements of each, BEGIN and COMMIT included."""
    counting = Counting()
    counts = []
    with connection.execute_wrapper(counting):
        for head, lines in orders:
            before = counting.statements
            order = draft_order(order=head, lines=lines, by=by)
            confirm_order(order_id=order.pk, by=by)
            # Two transactions: their BEGIN and COMMIT do not pass the wrapper.
            counts.append(counting.statements - before + 4)
    return counts


def measure(folder: Path, profile: bool) -> None:
    """Through the verbs, in this process."""
    by = person("mei")
    by.may_do("draft_order")  # reads the roles once, as at the start of a session
    orders = orders_of(folder)
    warm, orders = orders[:20], orders[20:]
    enter(warm, by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    profiler = cProfile.Profile()
    before = backend.cpu_times()
    client, wall = time.process_time(), time.perf_counter()
    if profile:
        profiler.enable()
    counts = enter(orders, by)
    profiler.disable()
    client, wall = time.process_time() - client, time.perf_counter() - wall
    after = backend.cpu_times()
    server = after.user + after.system - before.user - before.system
    lines = sum(len(given) for _head, given in orders)
    tell(
        what="draft and confirm",
        orders=len(orders),
        lines=lines,
        orders_per_second=round(len(orders) / wall, 1),
        lines_per_second=round(lines / wall, 1),
        cpu_ms_per_line=round((client + server) * 1000 / lines, 3),
        client_cpu_ms_per_line=round(client * 1000 / lines, 3),
        database_cpu_ms_per_line=round(server * 1000 / lines, 3),
        queries_per_order={"max": max(counts), "mean": round(sum(counts) / len(counts), 2)},
    )
    if profile:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(45)


def tell(**values: Any) -> None:
    """One JSON object on a line."""
    print(json.dumps(values), flush=True)


# Through the API ----------------------------------------------------------------------------


@contextmanager
def server() -> Iterator[str]:
    """The product's own web server and worker on the database of this run; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = connection.settings_dict
    host = urllib.parse.quote(found["HOST"], safe="")
    login = urllib.parse.quote(found["USER"])
    if found["PASSWORD"]:
        login += ":" + urllib.parse.quote(found["PASSWORD"])
    place = f"{host}:{found['PORT']}" if found["PORT"] else host
    url = f"postgresql://{login}@{place}/{found['NAME']}"
    environment = os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT / "src")}
    gendan = [sys.executable, "-c", "import sys; from gendan.cli import main; sys.exit(main())"]
    commands = [
        [*gendan, "serve", "--host", "127.0.0.1", "--port", str(port)],
        [*gendan, "work"],
    ]
    processes = [subprocess.Popen(command, env=environment, cwd=ROOT) for command in commands]
    try:
        _wait_until_open(port)
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def _wait_until_open(port: int) -> None:
    for _try in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


class Client(threading.Thread):
    """One client that drafts and confirms orders one after another until the time is over."""

    def __init__(self, url: str, token: str, bodies: Iterator[dict[str, Any]], until: float):
        super().__init__()
        self.url, self.token, self.bodies, self.until = url, token, bodies, until
        self.done = 0
        self.lines = 0
        self.answers: Counter[str] = Counter()

    def run(self) -> None:
        """Until the time is over."""
        while time.monotonic() < self.until:
            body = next(self.bodies)
            drafted = self.post("/orders", body)
            if drafted is None:
                continue
            if self.post(f"/orders/{drafted['id']}/confirm", {}) is not None:
                self.done += 1
                self.lines += len(body["lines"])

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """One operation; every answer is counted, a refusal with its code."""
        request = urllib.request.Request(  # noqa: S310 (our own server)
            self.url + path,
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                self.answers[str(answer.status)] += 1
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            self.answers[f"{error.code} {error.read()[:200]!r}"] += 1
        except OSError as error:
            self.answers[type(error).__name__] += 1
        return None


class Bodies:
    """The workload's orders as requests, over and over, each with a number of its own."""

    def __init__(self, orders: list[tuple[OrderData, list[LineData]]]) -> None:
        self.orders, self.sent, self.lock = orders, 0, threading.Lock()

    def __iter__(self) -> "Bodies":
        return self

    def __next__(self) -> dict[str, Any]:
        with self.lock:
            self.sent += 1
            place = self.sent
        head, lines = self.orders[place % len(self.orders)]
        return {
            "order": {
                "customer_id": head.customer_id,
                "customer_order_number": f"{head.customer_order_number}/{place}",
                "ordered_on": str(head.ordered_on),
                "channel": "api",
            },
            "lines": [
                {
                    "item_code": line.item_code,
                    "quantity": line.quantity,
                    "unit_price": line.unit_price,
                    "requested_on": str(line.requested_on),
                }
                for line in lines
            ],
        }


def measure_api(folder: Path, clients: int, seconds: int) -> None:
    """Through the API, with several clients at once."""
    _token, secret = make_api_token(name="benchmark", by=person("mei"))
    bodies = Bodies(orders_of(folder))
    with server() as url:
        until = time.monotonic() + seconds
        workers = [Client(url, secret, bodies, until) for _client in range(clients)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    answers: Counter[str] = sum((worker.answers for worker in workers), Counter())
    tell(
        what="through the API",
        clients=clients,
        seconds=seconds,
        orders=sum(worker.done for worker in workers),
        lines=sum(worker.lines for worker in workers),
        orders_per_second=round(sum(worker.done for worker in workers) / seconds, 1),
        answers=dict(answers),
        errors=sum(count for code, count in answers.items() if not code.startswith("2")),
    )


def main() -> None:
    """Load, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workload", type=Path)
    parser.add_argument("--api-clients", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    with database():
        start = time.perf_counter()
        loaded = load_master_data(given.workload)
        tell(what="master data", seconds=round(time.perf_counter() - start, 1), **loaded)
        if given.api_clients:
            measure_api(given.workload, given.api_clients, given.seconds)
        else:
            measure(given.workload, given.profile)
        wrong = invariants.check()
        tell(
            what="after all",
            orders=Order.objects.count(),
            lines=Line.objects.count(),
            broken_invariants=wrong[:5],
        )
        sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
