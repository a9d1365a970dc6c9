"""Whether the ledger stays true and quick while many post and reserve at once.

    .venv/bin/python benchmarks/ledger.py [--clients 8] [--items 200] [--seconds 60]
    .venv/bin/python benchmarks/ledger.py --availability [--moves 5000000]

The first has so many processes post moves, reserve, release, ship and carry goods of the same hot
items through the verbs, for so long; afterwards every invariant is checked. A refusal that says
what is lacking is part of the work; a deadlock, a lock not had (Busy) or any other error is counted
as having reached the user. The second fills a ledger of so many moves and asks what there is of
500 items, what lay where in the past and what it was worth. Both in a database of their own (on the
embedded server, durable, or at DATABASE_URL). Prints one JSON object per line, with the machine's
load average beside the figures.
"""

import argparse
import datetime as dt
import json
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from functools import partial
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
from gendan.catalog.models import Item  # noqa: E402
from gendan.config import embedded_postgres  # noqa: E402
from gendan.inventory import invariants, queries, services  # noqa: E402
from gendan.inventory.models import Balance, Move, Reservation  # noqa: E402
from gendan.kernel import clock  # noqa: E402
from gendan.kernel.errors import Busy, DomainError  # noqa: E402

PLACES = {"STORE": "store", "BIN": "store", "OUT": "supplier", "SHOP": "customer"}
ONE = Decimal(1)


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


def say(what: str, **figures: Any) -> None:
    load = os.getloadavg()[0]
    rounded = {
        key: round(one, 3) if isinstance(one, float) else one for key, one in figures.items()
    }
    print(json.dumps({"what": what, **rounded, "load_average": round(load, 2)}), flush=True)


def set_up(items: int) -> list[str]:
    """The places and the hot items, with stock of each."""
    codes = [f"HOT-{number:04}" for number in range(items)]
    catalog.save_units(rows=[catalog.UnitRow(code="pcs", name_en="pieces")], by=None)
    catalog.save_families(rows=[catalog.FamilyRow(code="ALL", name_en="All")], by=None)
    rows = [
        catalog.ItemRow(code=code, family="ALL", unit="pcs", supply="buy", name_en=code)
        for code in codes
    ]
    catalog.save_items(rows=rows, by=None)
    services.save_locations(
        rows=[services.LocationRow(code=code, kind=kind) for code, kind in PLACES.items()], by=None
    )
    return codes


def work(seed: int, codes: list[str], seconds: float, answers: Any) -> None:
    """One client: random verbs on the hot items until the time is up."""
    rng = random.Random(seed)
    ids = dict(Item.objects.filter(code__in=codes).values_list("code", "pk"))
    counts: Counter[str] = Counter()
    waits: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.monotonic()
        try:
            counts.update(_one(rng, codes, ids))
        except Busy:
            counts["busy"] += 1
        except DomainError:
            counts["refused"] += 1
        except Exception as error:
            counts[f"error {type(error).__name__}"] += 1
        waits.append(time.monotonic() - begin)
    answers.put((counts, waits, time.process_time(), _backend_seconds()))


def _backend_seconds() -> float:
    """CPU seconds of this connection's database backend; nothing where it is another machine's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    try:
        used = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(used.user + used.system)


def _one(rng: random.Random, codes: list[str], ids: dict[str, int]) -> dict[str, int]:
    """One call of a verb; returns what came of it."""
    chosen = rng.sample(codes, rng.choice((1, 1, 1, 3, 5)))
    kind = rng.random()
    demand = f"orders.line:{rng.randint(1, 500)}"
    if kind < 0.4:
        rows = [
            services.MoveRow(code, Decimal(rng.randint(5, 20)), "OUT", "STORE") for code in chosen
        ]
        return {"moves": len(services.post_moves(rows=rows, by=None)), "calls": 1}
    if kind < 0.55:
        ends = ("STORE", "BIN") if rng.random() < 0.5 else ("BIN", "STORE")
        carried = [services.TransferRow(code, Decimal(rng.randint(1, 4)), *ends) for code in chosen]
        return {"moves": len(services.transfer_stock(rows=carried, by=None)), "calls": 1}
    wanted = [(demand, ids[code], Decimal(rng.randint(1, 8))) for code in chosen]
    if kind < 0.75:
        taken = services.reserve(demands=wanted, take_what_is_there=True, by=None)
        return {"reservations": len(wanted) if taken else 0, "calls": 1}
    if kind < 0.8:
        return {
            "released": len(services.release_reservations(demands=[demand], by=None)),
            "calls": 1,
        }
    if kind < 0.9:
        rows = [services.MoveRow(code, ONE, "STORE", "SHOP") for code in chosen]
        return {"moves": len(services.post_moves(rows=rows, by=None)), "calls": 1}
    return {"moves": len(services.ship_from_stock(shipments=wanted, by=None)), "calls": 1}


def contend(clients: int, items: int, seconds: float, seed: int) -> bool:
    """All clients at once; then whether the books are right."""
    codes = set_up(items)
    rows = [services.MoveRow(code, Decimal(200), "OUT", "STORE") for code in codes]
    services.post_moves(rows=rows, by=None)
    connection.close()
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    begin = time.monotonic()
    processes = [
        context.Process(target=work, args=(seed + number, codes, seconds, answers))
        for number in range(clients)
    ]
    for one in processes:
        one.start()
    counts: Counter[str] = Counter()
    waits: list[float] = []
    client = backend = 0.0
    for _process in processes:
        some, waited, of_client, of_backend = answers.get()
        counts.update(some)
        waits += waited
        client, backend = client + of_client, backend + of_backend
    for one in processes:
        one.join()
    passed = time.monotonic() - begin
    waits.sort()
    problems = invariants.check()
    over = Balance.objects.filter(is_own=True, on_hand__lt=0).count()
    bad = counts["busy"] + sum(n for key, n in counts.items() if key.startswith("error"))
    say(
        f"{clients} clients on {items} items for {passed:.0f} s",
        moves_per_second=counts["moves"] / passed,
        calls_per_second=counts["calls"] / passed,
        p50_ms=1000 * waits[len(waits) // 2],
        p95_ms=1000 * waits[int(len(waits) * 0.95)],
        max_ms=1000 * waits[-1],
        client_cpu_ms_per_call=1000 * client / len(waits),
        database_cpu_ms_per_call=1000 * backend / len(waits),
        # What two cores of nothing else would do with so much CPU for each move.
        moves_per_second_by_cpu=2 * counts["moves"] / (client + backend),
        **counts,
        reached_the_user=bad,
        negative=over,
        broken_invariants=problems,
        in_the_ledger=Move.objects.count(),
        kept=Reservation.objects.count(),
    )
    return not bad and not problems and not over


FILL_MOVES = """
INSERT INTO inventory_move (item_id, source_id, target_id, quantity, at, about, reason)
SELECT items[1 + mod(n / 10 * 7919, array_length(items, 1))::int],
    CASE WHEN mod(n, 10) < 6 THEN %(out)s WHEN mod(n, 10) < 8 THEN %(store)s ELSE %(store)s END,
    CASE WHEN mod(n, 10) < 6 THEN %(store)s WHEN mod(n, 10) < 8 THEN %(bin)s ELSE %(shop)s END,
    1 + mod(n, 5), now() - (%(moves)s - n) * interval '6 seconds', 'fill:' || n / 100, ''
FROM generate_series(1::bigint, %(moves)s) AS n, (SELECT array_agg(id ORDER BY id) AS items
    FROM catalog_item) AS known
"""
FILL_BALANCES = """
INSERT INTO inventory_balance (item_id, location_id, is_own, on_hand, reserved, since, moved_at)
SELECT item_id, place, kind IN ('store', 'quality', 'outside'), sum(quantity), 0, min(at), max(at)
FROM (
    SELECT item_id, target_id AS place, quantity, at FROM inventory_move
    UNION ALL SELECT item_id, source_id, -quantity, at FROM inventory_move
) AS ends JOIN inventory_location ON inventory_location.id = place
GROUP BY item_id, place, kind
"""
FILL_VALUES = """
INSERT INTO inventory_itemvalue (item_id, method, quantity, value)
SELECT item_id, 'average', sum(on_hand), sum(on_hand) * 3 FROM inventory_balance WHERE is_own
GROUP BY item_id HAVING sum(on_hand) > 0
"""


def fill(moves: int, items: int) -> None:
    """A ledger of so many moves, by the database itself: no verb, but the same tables."""
    set_up(items)
    places = dict(_places())
    begin = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no checks of references
        cursor.execute("SET statement_timeout = 0")
        values = {"out": places["OUT"], "store": places["STORE"], "bin": places["BIN"]}
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'inventory_move' "
            "AND indexdef NOT LIKE 'CREATE UNIQUE%%'"
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:  # made again afterwards, which is much quicker
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(FILL_MOVES, values | {"shop": places["SHOP"], "moves": moves})
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute(FILL_BALANCES)
        cursor.execute(FILL_VALUES)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
        cursor.execute("SET statement_timeout = DEFAULT")
    say("filled", moves=moves, items=items, seconds=time.monotonic() - begin)


def _places() -> list[tuple[str, int]]:
    from gendan.inventory.models import Location

    return list(Location.objects.values_list("code", "pk"))


def timed(what: str, ask: Callable[[], Any], times: int) -> float:
    """How long a question takes, in wall milliseconds; returns the 95th percentile."""
    ask()
    waits = []
    cpu = time.process_time()
    for _time in range(times):
        begin = time.monotonic()
        ask()
        waits.append(1000 * (time.monotonic() - begin))
    waits.sort()
    p95 = waits[min(len(waits) - 1, int(len(waits) * 0.95))]
    cpu = 1000 * (time.process_time() - cpu) / times
    say(what, p50_ms=waits[len(waits) // 2], p95_ms=p95, max_ms=waits[-1], client_cpu_ms=cpu)
    return p95


def ask_questions(moves: int, items: int, seed: int) -> bool:
    """What there is of 500 items, and what there was."""
    fill(moves, items)
    rng = random.Random(seed)
    ids = list(Item.objects.values_list("pk", flat=True))
    p95 = timed(
        "availability of 500 items", lambda: queries.availability(rng.sample(ids, 500)), 200
    )
    now = clock.now()
    for days in (1, 30, 300):
        moment = now - dt.timedelta(days=days)
        ask = partial(_past, moment, rng, ids)
        timed(f"one item {days} days ago", ask, 30)
    yesterday = now - dt.timedelta(days=1)
    timed("all stock a day ago", lambda: queries.held_at(yesterday), 5)
    timed("value of all stock", lambda: queries.value_of(), 10)
    return p95 <= 50


def _past(moment: dt.datetime, rng: random.Random, ids: list[int]) -> Any:
    return queries.held_at(moment, item_ids=[rng.choice(ids)])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--items", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--availability", action="store_true")
    parser.add_argument("--moves", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with database():
        if options.availability:
            return not ask_questions(options.moves, options.items or 20_000, options.seed)
        return not contend(options.clients, options.items or 200, options.seconds, options.seed)


if __name__ == "__main__":
    raise SystemExit(main())
