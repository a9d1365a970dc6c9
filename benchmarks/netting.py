"""What net requirements, pegging and messages cost on workload files.

    .venv/bin/python benchmarks/netting.py WORKLOAD_DIR…

Prints one JSON object per folder and figure: CPU seconds of one process (each folder in a process
of its own, so that the peak memory is its own), and how much came out. "command" is all of
`gendan plan`: starting, reading the files, planning, writing planned.csv.
"""

import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

import numpy as np  # noqa: E402

from gendan.engine.netting import Pegging, messages, plan  # noqa: E402
from gendan.engine.netting.files import read_workload  # noqa: E402

LINES = 1_000  # order lines, and bought orders, that are pegged


def mebibytes() -> int:
    """The most memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def say(folder: Path, what: str, **figures: float) -> None:
    rounded = {name: round(value, 4) for name, value in figures.items()}
    print(json.dumps({"workload": folder.name, "what": what, **rounded}), flush=True)


def spread(seconds: list[float]) -> dict[str, float]:
    """Median, 95th percentile and maximum in milliseconds."""
    p50, p95, most = np.percentile(np.array(seconds) * 1000, [50, 95, 100]).tolist()
    return {"p50_ms": p50, "p95_ms": p95, "max_ms": most}


def measure(folder: Path) -> None:
    clock = time.process_time
    snapshot = read_workload(folder).snapshot
    say(folder, "read", cpu_s=clock(), peak_mib=mebibytes())
    runs = []
    for _ in range(5):
        begin = clock()
        result = plan(snapshot)
        runs.append(clock() - begin)
    say(
        folder,
        "plan",
        first_cpu_s=runs[0],
        median_cpu_s=statistics.median(runs),
        orders=len(result.orders),
        peak_mib=mebibytes(),
    )
    begin = clock()
    pegging = Pegging(result)
    say(folder, "index for pegging", cpu_s=clock() - begin, peak_mib=mebibytes())
    rng = np.random.default_rng(1)
    demand = rng.integers(0, result.snapshot.demand.item.size, LINES)
    times, sizes = [], []
    for row in demand.tolist():
        begin = clock()
        pegs = pegging.below(row)
        times.append(clock() - begin)
        sizes.append(pegs.item.size)
    say(folder, "pegs of an order line", **spread(times), median_pegs=statistics.median(sizes))
    bought = np.flatnonzero(~np.asarray(result.snapshot.items.is_made)[result.orders.item])
    times = []
    for row in rng.choice(bought, LINES).tolist():
        begin = clock()
        pegging.served_by_order(row)
        times.append(clock() - begin)
    say(folder, "lines a bought order serves", **spread(times))
    begin = clock()
    found = messages(pegging, release_until=snapshot.first_day + 7)
    say(folder, "messages", cpu_s=clock() - begin, messages=len(found), peak_mib=mebibytes())


def command(folder: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as out:
        run = [sys.executable, "-m", "gendan.cli", "plan", "--from", str(folder)]
        subprocess.run([*run, "--out", f"{out}/planned.csv"], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    say(folder, "command", cpu_s=cpu, peak_mib=after.ru_maxrss // 1024)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for task in (command, measure):
            process = multiprocessing.get_context("spawn").Process(target=task, args=(Path(name),))
            process.start()
            process.join()
