"""What the purchase plan costs from planned orders to grouped purchase orders, on workload files.

    .venv/bin/python benchmarks/purchase_plan.py WORKLOAD_DIR…

Plans the workload (not measured), takes the planned orders of bought items as needs, gives each
item two to four sources with breaks, minimum and lots from a fixed seed, and measures CPU seconds
of one process: choosing sources for all needs, and grouping the lines into orders; and choosing
once more where every source makes no more in a week than half of what an item is needed on average
(so that most lines are shared out). Prints one JSON object per folder.
"""

import json
import random
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

import numpy as np  # noqa: E402

from gendan.engine.buying import (  # noqa: E402
    ANYBODY,
    MILLION,
    Need,
    Source,
    group,
    monday,
    plan_purchases,
)
from gendan.engine.netting import plan  # noqa: E402
from gendan.engine.netting.files import read_workload  # noqa: E402

SUPPLIERS, CUSTOMERS = 200, 50


def sources_of(items: list[int], today: int) -> dict[int, list[Source]]:
    """Two to four sources for each item; one item in twenty has one a customer nominated."""
    chance = random.Random(1)
    found = {}
    for item in items:
        price = chance.uniform(0.5, 200)
        found[item] = [
            _source(item * 10 + rank, rank, price, today, chance)
            for rank in range(1, chance.randint(3, 5))
        ]
    return found


def _source(key: int, rank: int, price: float, today: int, chance: random.Random) -> Source:
    own = price * chance.uniform(0.85, 1.2)
    starts = [0, chance.choice([100, 500]), chance.choice([1000, 5000])]
    is_import = chance.random() < 0.2
    return Source(
        key=key,
        supplier=chance.randrange(SUPPLIERS),
        currency="USD" if is_import else "CNY",
        rank=rank,
        minimum=chance.choice([0, 50, 200]) * MILLION,
        multiple=chance.choice([0, 10, 25]) * MILLION,
        breaks=tuple((start * MILLION, own * (1 - 0.04 * at)) for at, start in enumerate(starts)),
        arrival=today + chance.randint(5, 60),
        freight=0.06 if is_import else 0.02,
        duty=0.08 if is_import else 0.0,
        pay_days=chance.uniform(-20, 60),
        ppm=chance.choice([None, 200.0, 3000.0]),
        late_days=chance.choice([None, 0.0, 2.5]),
        nominated_by=chance.randrange(CUSTOMERS) if chance.random() < 0.02 else ANYBODY,
    )


def _limited(needs: list[Need], sources: dict[int, list[Source]]) -> dict[int, list[Source]]:
    """The same sources, each with a weekly capacity of half an item's need of a week."""
    wanted: dict[int, int] = {}
    weeks: dict[int, set[int]] = {}
    for one in needs:
        wanted[one.item] = wanted.get(one.item, 0) + one.quantity
        weeks.setdefault(one.item, set()).add(monday(one.needed))
    return {
        item: [replace(one, weekly=wanted[item] // len(weeks[item]) // 2 + 1) for one in rows]
        for item, rows in sources.items()
    }


def measure(folder: Path) -> None:
    """One workload."""
    result = plan(read_workload(folder).snapshot)
    orders, items = result.orders, result.snapshot.items
    bought = np.flatnonzero(~np.asarray(items.is_made)[orders.item])
    today = int(np.min(orders.due[bought]))
    chance = random.Random(2)
    rows = zip(
        orders.item[bought].tolist(),
        orders.quantity[bought].tolist(),
        orders.due[bought].tolist(),
        strict=True,
    )
    needs = [
        Need(item, int(quantity) * MILLION, due, chance.randrange(CUSTOMERS))
        for item, quantity, due in rows
    ]
    sources = sources_of(sorted({one.item for one in needs}), today)
    begin = time.process_time()
    found = plan_purchases(needs, sources)
    choosing = time.process_time() - begin
    tight = _limited(needs, sources)
    begun = time.process_time()
    shared = plan_purchases(needs, tight)
    sharing = time.process_time() - begun
    planned = time.process_time()
    groups = group(found.lines, sources, [line.needed - 14 for line in found.lines])
    ended = time.process_time()
    figures = {
        "workload": folder.name,
        "needs": len(needs),
        "items": len(sources),
        "lines": len(found.lines),
        "orders": len(groups),
        "raised_to_a_break": sum(line.costs[0].raised_from > 0 for line in found.lines),
        "choosing_cpu_s": round(choosing, 3),
        "lines_where_capacity_is_short": len(shared.lines),
        "shared_out": sum(line.split is not None for line in shared.lines),
        "choosing_where_capacity_is_short_cpu_s": round(sharing, 3),
        "grouping_cpu_s": round(ended - planned, 3),
    }
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        measure(Path(name))
