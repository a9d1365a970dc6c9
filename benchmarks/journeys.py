"""What it costs to date all milestones anew after a calendar change, and those of one order.

    .venv/bin/python benchmarks/journeys.py --orders 5000 [--profile]

Makes that many followed orders of 25 milestones in a database of its own on the embedded server (or
at DATABASE_URL), half of them under way, then gives the company's calendar a holiday of a week and
refreshes all journeys. CPU seconds are those of this process and of its database backend together.
One JSON object per line.
"""

import argparse
import cProfile
import datetime as dt
import json
import os
import pstats
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
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
from django.test.utils import CaptureQueriesContext  # noqa: E402

from gendan.catalog import services as catalog  # noqa: E402
from gendan.config import embedded_postgres  # noqa: E402
from gendan.followup import queries, services  # noqa: E402
from gendan.followup.invariants import check  # noqa: E402
from gendan.followup.models import Journey, Milestone  # noqa: E402
from gendan.followup.templates_data import HARDGOODS  # noqa: E402
from gendan.kernel import clock  # noqa: E402
from gendan.kernel.models import Entry, User  # noqa: E402
from gendan.orders.models import Line, Order, OrderState  # noqa: E402
from gendan.testing.cast import person  # noqa: E402
from gendan.testing.make import masters  # noqa: E402

MILESTONES = 25
BATCH = 1000
# Milestones that are left out to come to 25; none of the others follows one of them.
_LEFT_OUT = {"order_checked", "balance_paid", "review"}


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


def spent(function: Callable[[], Any]) -> tuple[float, float, float]:
    """CPU seconds of this process and of the backend, and wall seconds, of one call."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    before = backend.cpu_times()
    client, wall = time.process_time(), time.perf_counter()
    function()
    after = backend.cpu_times()
    server = after.user + after.system - before.user - before.system
    return time.process_time() - client, server, time.perf_counter() - wall


def found(orders: int, people: list[User], seed: int) -> None:
    """Confirmed orders with a line each, and the fact that confirmed them."""
    chance = random.Random(seed)
    masters.calendar("CN")
    catalog.fill_calendars(years=[clock.today().year, clock.today().year + 1], by=None)
    customer, item = masters.customer(currency="CNY"), masters.item()
    now = clock.now()
    made = Order.objects.bulk_create(
        Order(
            number=f"B-{place:06}",
            customer=customer,
            state=OrderState.CONFIRMED,
            incoterm="EXW",
            currency="CNY",
            received_at=now,
            made_at=now,
            confirmed_at=now,
            ordered_on=clock.today(),
            merchandiser=chance.choice(people),
            total=Decimal(1000 + place),
            total_company=Decimal(1000 + place),
            promised_on=clock.today() + dt.timedelta(days=chance.randint(60, 160)),
        )
        for place in range(orders)
    )
    for order in made:
        order.forecast_on = order.promised_on
    Order.objects.bulk_update(made, ["forecast_on"], batch_size=BATCH)
    Line.objects.bulk_create(
        Line(order=order, position=1, item=item, quantity=100, unit_price=1, amount=100)
        for order in made
    )
    Entry.objects.bulk_create(
        Entry(at=now, fact="OrderConfirmed", about=[f"orders.order:{order.pk}"], data={})
        for order in made
    )
    steps = [step for step in HARDGOODS.steps if step.code not in _LEFT_OUT][:MILESTONES]
    services.save_template(
        code="benchmark", kind="hardgoods", name_en="Benchmark", steps=steps, by=None
    )
    ids = [order.pk for order in made]
    for start in range(0, len(ids), BATCH):
        services.start_journeys(order_ids=ids[start : start + BATCH])


def get_under_way(seed: int) -> None:
    """Half of the journeys have reached a third of their milestones, on their planned days."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH done AS (
              UPDATE followup_milestone SET state = 'reached', reached_on = LEAST(planned_on, %s),
                forecast_on = LEAST(planned_on, %s), closed_at = %s, waiting_for = ''
              WHERE journey_id %% 2 = %s AND position <= 8 AND state <> 'reached' RETURNING id)
            UPDATE followup_wait SET until = %s FROM done WHERE milestone_id = done.id""",
            [clock.today(), clock.today(), clock.now(), seed % 2, clock.now()],
        )
        cursor.execute(
            """UPDATE orders_hold h SET released_at = %s FROM followup_journey j
            JOIN followup_milestone m ON m.journey_id = j.id AND m.state = 'reached'
            WHERE h.order_id = j.order_id AND h.key = 'milestone:' || m.code""",
            [clock.now()],
        )
    services.refresh_journeys()


def close_works(first: dt.date) -> None:
    """Nobody works for a week."""
    days = [first + dt.timedelta(days=place) for place in range(7)]
    rows = [catalog.CalendarDayRow("CN", day, is_working=False) for day in days]
    catalog.save_calendar_days(rows=rows, by=None)


def measured(name: str, function: Callable[[], Any], **more: Any) -> None:
    """Print what one call costs."""
    client, server, wall = spent(function)
    print(
        json.dumps(
            {
                "measured": name,
                "cpu_seconds": round(client + server, 2),
                "client_cpu_seconds": round(client, 2),
                "database_cpu_seconds": round(server, 2),
                "wall_seconds": round(wall, 2),
            }
            | more
        )
    )


def one_order(runs: int) -> None:
    """The refresh of single orders, each with a date that has moved."""
    ids = list(Journey.objects.order_by("?").values_list("order_id", flat=True)[:runs])
    walls = []
    with CaptureQueriesContext(connection) as captured:
        services.refresh_journeys(order_ids=ids[:1])
    client = server = 0.0
    for order_id in ids:
        Milestone.objects.filter(journey__order=order_id, state="open").update(
            expected_on=clock.today() + dt.timedelta(days=40)
        )
        one = spent(lambda pk=order_id: services.refresh_journeys(order_ids=[pk]))  # type: ignore[misc]
        client, server = client + one[0], server + one[1]
        walls.append(1000 * one[2])
    print(
        json.dumps(
            {
                "measured": "one order",
                "p50_ms": round(statistics.median(walls), 1),
                "p95_ms": round(statistics.quantiles(walls, n=20)[18], 1),
                "cpu_ms": round(1000 * (client + server) / len(ids), 1),
                "queries": len(captured),
            }
        )
    )


def main() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    today = dt.date(2026, 3, 2)
    with database():
        with clock.at(clock.moment_on(today)):
            people = [person(name) for name in ("mei", "jun")]
            found(given.orders, people, given.seed)
        with clock.at(clock.moment_on(today + dt.timedelta(days=21))):
            get_under_way(given.seed)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
            milestones = Milestone.objects.count()
            close_works(today + dt.timedelta(days=28))
            profile = cProfile.Profile()
            before = list(Milestone.objects.order_by("pk").values_list("forecast_on", flat=True))
            if given.profile:
                profile.enable()
            measured(
                "all orders after a calendar change",
                services.refresh_journeys,
                orders=given.orders,
                milestones=milestones,
            )
            profile.disable()
            after = list(Milestone.objects.order_by("pk").values_list("forecast_on", flat=True))
            moved = sum(one != other for one, other in zip(before, after, strict=True))
            print(json.dumps({"milestones_moved": moved}))
            measured("all orders, nothing changed", services.refresh_journeys)
            one_order(given.runs)
            mei = people[0]
            measured("today of a merchandiser", lambda: queries.today_for(mei))
            measured("first page of the board", lambda: queries.board(mei, sort="impact"))
            wrong = check()
            print(json.dumps({"invariants_broken": wrong[:5]}))
    if given.profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(40)


if __name__ == "__main__":
    main()
