"""What planning a company from its database costs: reading, calculating, writing, comparing.

    .venv/bin/python benchmarks/plans.py [--lines 10000] [--seed 1]

A database of its own: 2 000 items of 5 components each, on three levels, LINES lines in orders of
five, due within five months. Prints one JSON object per figure: wall seconds, CPU seconds of this
process and of its database backend.
"""

import argparse
import datetime as dt
import json
import os
import random
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

import psutil  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from gendan.catalog.models import Bom, BomLine, Family, Item, Unit  # noqa: E402
from gendan.config import embedded_postgres  # noqa: E402
from gendan.kernel import clock  # noqa: E402
from gendan.orders.models import Line, Order  # noqa: E402
from gendan.planning import invariants, jobs, services, tracing  # noqa: E402
from gendan.planning.calculating import calculate  # noqa: E402
from gendan.planning.comparing import compare  # noqa: E402
from gendan.planning.models import PlannedOrder, PlanRun  # noqa: E402
from gendan.planning.net_snapshot import net_input  # noqa: E402
from gendan.testing.make import masters, orders  # noqa: E402

COMPONENTS = 5


def company(lines: int, chance: random.Random) -> None:
    """Items, BOMs and confirmed orders, written beside the verbs: they are not what is measured."""
    masters.calendar()
    masters.item("X")
    family, unit = Family.objects.get(code="HW"), Unit.objects.get(code="pcs")

    def items(count: int, letter: str, supply: str) -> list[Item]:
        return Item.objects.bulk_create(
            Item(
                code=f"{letter}{number}",
                family=family,
                unit=unit,
                supply=supply,
                lead_days=chance.randint(2, 15),
            )
            for number in range(count)
        )

    sold, parts, bought = items(2000, "A", "make"), items(1000, "B", "make"), items(800, "C", "buy")
    boms = Bom.objects.bulk_create(Bom(item=one, revision="1") for one in (*sold, *parts))
    BomLine.objects.bulk_create(
        BomLine(bom=bom, component=component, quantity_per=chance.randint(1, 4))
        for place, bom in enumerate(boms)
        for component in chance.sample(parts if place < len(sold) else bought, COMPONENTS)
    )
    pattern = orders.confirmed(None, [orders.line("X", 1)])
    head, row = _values(pattern), _values(pattern.lines.get())
    made = Order.objects.bulk_create(
        Order(**(head | {"number": f"T{number}"})) for number in range(lines // 5)
    )
    first = clock.today()
    Line.objects.bulk_create(
        (
            Line(
                **row
                | {
                    "order_id": order.pk,
                    "item_id": chance.choice(sold).pk,
                    "position": position,
                    "quantity": Decimal(chance.randint(10, 500)),
                    "promised_on": first + dt.timedelta(days=chance.randint(20, 150)),
                }
            )
            for order in made
            for position in range(1, 6)
        ),
        batch_size=5000,
    )


def _values(row: Any) -> dict[str, Any]:
    names = [field.attname for field in row._meta.concrete_fields if field.attname != "id"]
    return {name: getattr(row, name) for name in names}


def measured(what: str, work: Callable[[], Any], **more: Any) -> Any:
    """Do it and print what it took."""
    backend = psutil.Process(connection.connection.info.backend_pid)

    def database() -> float:
        times = backend.cpu_times()
        return float(times.user + times.system)

    wall, cpu, server = time.perf_counter(), time.process_time(), database()
    result = work()
    figures = {
        "what": what,
        "wall_s": round(time.perf_counter() - wall, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "database_cpu_s": round(database() - server, 2),
        **more,
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()
    return result


def planned(what: str) -> PlanRun:
    """One whole run, as the worker does it."""
    run = services.run_plan(by=None)
    measured(what, lambda: jobs.calculate_now(run.pk))
    run.refresh_from_db()
    return run


def measure(lines: int, seed: int) -> None:
    """Everything, one after another."""
    company(lines, random.Random(seed))
    given = measured("read", net_input, lines=lines)
    done = measured("calculate", lambda: calculate(given))
    size = {"orders": len(done.plan.orders), "pegs": int(done.pegs.item.size)}
    sys.stdout.write(json.dumps({"what": "size", **size}) + "\n")
    first = planned("first plan, whole")
    second = planned("next plan, whole")
    measured("compare two plans", lambda: compare(first.pk, second.pk))
    names = [one.name for one in given.asked[:5]]
    measured("trees of five lines", lambda: tracing.trees_of(second, names))
    ids = PlannedOrder.objects.filter(run=second).order_by("pk").values_list("pk", flat=True)
    chosen = list(ids[:500])
    firm = services.firm_planned_orders
    measured("firm 500 planned orders", lambda: firm(planned_order_ids=chosen, by=None))
    wrong = measured("look at all invariants", invariants.check)
    if wrong or not second.is_live:
        raise SystemExit(f"the plan is not right: {wrong[:3]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from tests.database import own_database

    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(embedded_postgres.using(settings.VAR_DIR, durable=False))
        name = f"test_gendan_{os.getpid()}"
        stack.enter_context(own_database(name, settings.VAR_DIR / "test-databases.lock"))
        measure(options.lines, options.seed)


if __name__ == "__main__":
    main()
