"""What a promise costs on a workload with its finite plan in memory.

    .venv/bin/python benchmarks/promise.py WORKLOAD_DIR… [--plan DIR] [--orders 500] [--seed 1]

Plans each workload with `gendan schedule` (or reads the plan of --plan), builds the world of what
the plan leaves, and asks for orders of five lines: for the earliest date, for a wished day after
the plan, as the lines are then booked apart, committed and released again, and with odds.
Prints JSON lines: CPU milliseconds of one process. "load" is how full the work centres are on the
days the plan is about.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

import numpy as np  # noqa: E402

from gendan.engine.netting.files import Table  # noqa: E402
from gendan.engine.promise.book import Book  # noqa: E402
from gendan.engine.promise.capable import TRIALS, as_booked  # noqa: E402
from gendan.engine.promise.files import read_world  # noqa: E402
from gendan.engine.promise.odds import odds  # noqa: E402
from gendan.engine.promise.query import Answer, Ask, ask  # noqa: E402
from gendan.engine.promise.spreads import Spread  # noqa: E402
from gendan.engine.promise.world import World  # noqa: E402

LINES = 5
clock = time.process_time


def say(folder: Path, what: str, **figures: float) -> None:
    rounded = {name: round(value, 3) for name, value in figures.items()}
    print(json.dumps({"workload": folder.name, "what": what, **rounded}), flush=True)


def spread(seconds: list[float]) -> dict[str, float]:
    """Median, 95th percentile and maximum in milliseconds."""
    p50, p95, most = np.percentile(np.array(seconds) * 1000, [50, 95, 100]).tolist()
    return {"p50_ms": p50, "p95_ms": p95, "max_ms": most}


def timed(asks: list[list[Ask]], query: Callable[[list[Ask]], Answer]) -> dict[str, float]:
    """Each order asked for once; what it cost and when the orders can be complete."""
    seconds, days, answered = [], [], 0
    for one in asks:
        begin = clock()
        answer = query(one)
        seconds.append(clock() - begin)
        if answer.complete is not None:
            answered += 1
            days.append(answer.complete)
    return spread(seconds) | {"answered": answered, "median_day": float(np.median(days or [0]))}


def orders(world: World, sold: list[int], count: int, seed: int, wished: int) -> list[list[Ask]]:
    rng = np.random.default_rng(seed)
    return [
        [
            Ask(int(rng.choice(sold)), int(rng.integers(10, 500)), wished and int(wished))
            for _line in range(LINES)
        ]
        for _order in range(count)
    ]


def measure(folder: Path, plan: Path, count: int, seed: int) -> None:
    begin = clock()
    world = read_world(folder, plan)
    say(folder, "world", cpu_s=clock() - begin, items=len(world.products), days=world.days)
    last = int(world.curves.day.max())
    minutes = Table(folder / "work_centers.csv").number("minutes_per_day")
    free = np.array([centre.free[:150] for centre in world.centres]).sum()
    say(folder, "load", first_150_days=1 - free / (sum(minutes) * 1000 * 150))
    codes = set(Table(folder / "order_lines.csv").text("item"))
    sold = [row for row, one in enumerate(world.products) if one.code in codes]
    book = Book(world)
    early = orders(world, sold, count, seed, 0)
    say(folder, "earliest date", **timed(early, lambda one: ask(book, one)))
    late = orders(world, sold, count, seed, last + 60)
    say(folder, "wished later: as late as possible", **timed(late, lambda one: ask(book, one)))

    def booked(one: list[Ask]) -> Answer:
        return as_booked(book, one, ask(book, one, most_trials=TRIALS), together=False)

    say(folder, "earliest date, and as its lines are booked", **timed(early, booked))
    say(folder, "wished later, and as its lines are booked", **timed(late, booked))

    seconds = []
    for number, one in enumerate(early):
        booking = ask(book, one).booking
        begin = clock()
        book.commit(str(number), booking)
        seconds.append(clock() - begin)
    say(folder, "commit", **spread(seconds))
    say(folder, "earliest date, all of them held", **timed(early, lambda one: ask(book, one)))
    seconds = []
    for number in range(count):
        begin = clock()
        book.release(str(number))
        seconds.append(clock() - begin)
    say(folder, "release", **spread(seconds))
    seconds = []
    for one in early:
        needs = [line.need for line in ask(book, one).lines if line.need is not None]
        begin = clock()
        odds(needs, lambda _need: Spread())
        seconds.append(clock() - begin)
    say(folder, "odds of an answer", **spread(seconds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--plan", type=Path)
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for folder in options.folders:
        if options.plan is not None:
            measure(folder, options.plan, options.orders, options.seed)
            continue
        with tempfile.TemporaryDirectory() as place:
            gendan = Path(sys.executable).parent / "gendan"
            command = [str(gendan), "schedule", "--from", str(folder), "--out", place]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            measure(folder, Path(place), options.orders, options.seed)


if __name__ == "__main__":
    main()
