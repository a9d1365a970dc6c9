"""What dating operations by infinite loading costs, by number of orders.

    .venv/bin/python benchmarks/loading.py [--orders 10000 100000 1000000] [--seed 1]

Makes orders of three operations on 50 work centres, due within a year, and dates them. Prints JSON
lines: CPU seconds of one process (the middle of five), and operations.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

import numpy as np  # noqa: E402

from gendan.engine.loading import Work, load  # noqa: E402

CENTERS, DAYS, STEPS, SCALE = 50, 430, 3, 1000
DAY = 480 * SCALE


def work(orders: int, seed: int) -> Work:
    """Orders whose operations fill the work centres to nine tenths over the year."""
    rng = np.random.default_rng(seed)
    size = orders * STEPS
    whole = CENTERS * 250 * DAY * 0.9
    mean = whole / size
    return Work(
        order=np.repeat(np.arange(orders), STEPS),
        center=rng.integers(0, CENTERS, size),
        amount=rng.exponential(mean, size).astype(np.int64) + 1,
        due=rng.integers(-5, 365, orders),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    capacity = np.where(np.arange(DAYS) % 7 < 5, DAY, 0) * np.ones((CENTERS, 1), np.int64)
    for orders in given.orders:
        one = work(orders, given.seed)
        seconds = []
        for _time in range(5):
            begin = time.process_time()
            found = load(one, capacity)
            seconds.append(time.process_time() - begin)
        figures = {
            "orders": orders,
            "operations": int(one.order.size),
            "cpu_seconds": round(statistics.median(seconds), 3),
            "forward": int(found.is_forward.sum()),
            "rows": int(found.row_day.size),
        }
        print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
