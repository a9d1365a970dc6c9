"""What finite plans of workload files cost, and how good they are.

    .venv/bin/python benchmarks/schedule.py --tools TOOLS --maker workload.py
        [--lines 1000 10000] [--seeds 7 1 2 3] [--utilisation 0.85 0.95] [--no-forward]

`--maker` is the maker of neutral workloads, `--tools` a folder with check_finite.py (the checker,
independent of this code) and forward_plan.py (everything as soon as possible, the plan to compare
with). Prints one JSON object per workload: CPU seconds of the whole command, what the checker says,
stock as a share of the forward plan's, and the lines that no plan could have in time; and one per
size: peak memory.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str) -> str:
    """What a command writes; its failure is ours, with what it wrote."""
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"{' '.join(command)}\n{result.stdout}{result.stderr}")
    return result.stdout


def checked(tools: Path, workload: str, plan: str) -> dict[str, Any]:
    said = run(sys.executable, str(tools / "check_finite.py"), workload, plan)
    return dict(json.loads(said.splitlines()[-1]))


def measure(options: argparse.Namespace, lines: int, seed: int, utilisation: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        size = ["--lines", str(lines), "--seed", str(seed), "--utilisation", str(utilisation)]
        run(sys.executable, str(options.maker), *size, "--out", folder)
        out = f"{folder}/plan"
        command = [sys.executable, "-m", "gendan.cli", "schedule", "--from", folder, "--out", out]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
        ) as process:
            said = process.stdout.read() if process.stdout else ""
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        figures = checked(options.tools, folder, out)
        unreachable = re.search(r"\((\d+) of them", said)
        answer = {
            "lines": lines,
            "utilisation": utilisation,
            "seed": seed,
            "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
            "on_time_pct": figures["on_time_pct"],
            "late_in_any_plan": int(unreachable[1]) if unreachable else None,
            "days_late": figures["days_late"],
            "orders": figures["supply_orders"],
            "stock_value_days": figures["stock_value_days"],
        }
        if not options.no_forward:
            run(sys.executable, str(options.tools / "forward_plan.py"), folder, f"{folder}/forward")
            forward = checked(options.tools, folder, f"{folder}/forward")
            share = figures["stock_value_days"] / forward["stock_value_days"]
            answer["stock_share_pct"] = round(100 * share, 2)
            answer["forward_on_time_pct"] = forward["on_time_pct"]
        print(json.dumps(answer), flush=True)


def peak(options: argparse.Namespace, lines: int) -> None:
    """The command's own peak memory: in a process whose only child it is."""
    with tempfile.TemporaryDirectory() as folder:
        run(sys.executable, str(options.maker), "--lines", str(lines), "--out", folder)
        code = (
            "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
            "capture_output=True); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
        )
        command = [sys.executable, "-m", "gendan.cli", "schedule", "--from", folder]
        mib = int(run(sys.executable, "-c", code, *command, "--out", f"{folder}/plan"))
        print(json.dumps({"lines": lines, "peak_mib": mib}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--maker", type=Path, required=True)
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 1, 2, 3])
    parser.add_argument("--utilisation", type=float, nargs="+", default=[0.85, 0.95])
    parser.add_argument("--no-forward", action="store_true", help="do not make the other plan")
    options = parser.parse_args()
    for lines in options.lines:
        peak(options, lines)
        for utilisation, seed in product(options.utilisation, options.seeds):
            measure(options, lines, seed, utilisation)


if __name__ == "__main__":
    main()
