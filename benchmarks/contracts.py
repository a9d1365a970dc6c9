"""What it costs to draw and issue a contract as PDF.

    .venv/bin/python benchmarks/contracts.py

A database of its own: orders of 30 and of 2 000 lines with long descriptions. Prints one JSON
object per figure: wall and CPU (with child processes) after a warm-up, queries, memory, size.
"""

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
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

from gendan.config import embedded_postgres  # noqa: E402
from gendan.contracts.papers.compose import compose  # noqa: E402
from gendan.contracts.papers.render import render  # noqa: E402
from gendan.contracts.services import issue_paper, withdraw_paper  # noqa: E402
from gendan.contracts.services.issuing import images_of  # noqa: E402
from gendan.kernel import clock  # noqa: E402
from gendan.orders.models import Order  # noqa: E402
from gendan.testing.cast import person  # noqa: E402
from gendan.testing.make import masters, orders  # noqa: E402
from gendan.testing.world.found_contracts import found_contracts  # noqa: E402

WORDS = (
    "forged chrome-vanadium steel, matt finish, in a case of its own, ",
    "铬钒钢锻造，哑光，盒装，",
)


def order_of(lines: int, words: int) -> Order:
    """A draft with so many lines, each described by so many repetitions."""
    codes = [f"P{words}-{number:04}" for number in range(lines)]
    english, chinese = ((text * words)[:195] for text in WORDS)
    masters.items({code: {"name_en": english, "name_zh": chinese} for code in codes})
    return orders.draft(
        masters.customer(f"C-{lines}"),
        [orders.line(code, description=(WORDS[0] * words)[:495]) for code in codes],
        incoterm="FOB",
        incoterm_place="Ningbo",
    )


def cpu_seconds() -> float:
    """CPU of this process and of its children that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def measured(name: str, act: Callable[[], Any], runs: int, **also: Any) -> None:
    """Print wall and CPU milliseconds and the number of queries."""
    act()
    walls, cpus, queries = [], [], 0
    for _run in range(runs):
        wall, cpu = time.perf_counter(), cpu_seconds()
        with CaptureQueriesContext(connection) as captured:
            act()
        cpus.append((cpu_seconds() - cpu) * 1000)
        walls.append((time.perf_counter() - wall) * 1000)
        queries = len(captured)
    result = {
        "what": name,
        "wall_ms_median": round(statistics.median(walls), 1),
        "cpu_ms_median": round(statistics.median(cpus), 1),
        "cpu_ms_most": round(max(cpus), 1),
        "queries": queries,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(result | also), flush=True)


def measure_order(lines: int, words: int, runs: int) -> None:
    """Draw, and issue, the contract of one order."""
    mei, order = person("mei"), order_of(lines, words)
    order = Order.objects.select_related("customer", "contact").get(pk=order.pk)
    made = compose(order, kind="contract", number="SC-1")
    images, at = images_of(made), clock.now()
    number = iter(range(10**6))

    def draw() -> bytes:
        # Another number each time: nothing of the drawing is remembered from the last one.
        return render(
            "paper", made.snapshot | {"number": f"SC-{next(number)}"}, images=images, at=at
        )

    def issue() -> None:
        paper = issue_paper(order_id=order.pk, kind="contract", by=mei)
        withdraw_paper(paper_id=paper.pk, reason="again", by=mei)

    measured(f"contract of {lines} lines drawn", draw, runs, kilobytes=len(draw()) // 1024)
    measured(f"contract of {lines} lines composed, drawn, issued, withdrawn", issue, runs)


def main() -> None:
    """Measure in a database of its own."""
    from tests.database import own_database

    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(embedded_postgres.using(settings.VAR_DIR, durable=True))
        lock = settings.VAR_DIR / "test-databases.lock"
        stack.enter_context(own_database(f"test_gendan_{os.getpid()}", lock))
        found_contracts()
        measure_order(30, 1, runs=15)
        measure_order(2000, 8, runs=2)


if __name__ == "__main__":
    main()
