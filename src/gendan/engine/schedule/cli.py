"""The command `gendan schedule --from DIR --out DIR`: a finite plan of a workload, no database."""

import argparse
import gc
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from gendan.engine.netting.files import UnreadableWorkload

from .construct import Attempt, attempts
from .files import read_factory, write_plan
from .reach import Reach, find_reach
from .troubles import troubles
from .workshop import Plan, Workshop


class _Enough(Exception):
    """Somebody wants the best plan so far now."""


class _Watch:
    """Keeps the best plan and ends the search when a signal comes.

    A signal ends an attempt at once if there is a plan already; else the first is finished.
    """

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.best: Plan | None = None
        self.asked = False
        self.searching = True

    def interrupt(self, _signal: int, _frame: FrameType | None) -> None:
        """The handler of SIGINT, SIGTERM and the alarm of the time limit."""
        self.asked = True
        if self.best is not None and self.searching:
            self.searching = False  # a second signal must not disturb what the first began
            raise _Enough

    def tell(self, attempt: Attempt) -> None:
        """Remember the best plan, and say on stderr how far it is."""
        self.best = attempt.best
        plan = attempt.best
        sys.stderr.write(
            f"attempt {attempt.number}, {time.monotonic() - self.began:.1f} s: best so far "
            f"{plan.late} late by {plan.days_late} days in all, "
            f"{plan.stock_value_days:.3g} stock value × days\n"
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Plan one workload; 0 and a line on stdout, or 1 and one sentence on stderr."""
    options = _parser().parse_args(argv)
    gc.disable()  # what attempts leave behind has no cycles
    try:
        factory = read_factory(options.folder)
        reach = find_reach(factory.workshop)
        whole = _search(factory.workshop, reach, options.seed, options.time_limit)
        plan = factory.asked_of(whole)
        write_plan(options.out, factory, plan)
    except UnreadableWorkload as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{options.out.name!r} cannot be written: {error.strerror}.\n")
        return 1
    for trouble in troubles(factory, whole):
        sys.stderr.write(f"{trouble}\n")
    sys.stdout.write(
        f"{len(plan.leaves)} lines, {plan.late} late, {plan.unplanned} unplanned "
        f"({reach.unreachable - len(whole.leaves) + factory.asked} of them in any plan), "
        f"{len(plan.orders) + len(plan.purchases)} orders in {options.out}\n"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gendan schedule",
        description="Plan every order line of workload files with material and capacity. "
        "Ctrl-C or SIGTERM: write the best plan so far and end. Without --from the orders of the "
        "database are dated (--out: the same files; without it: what is late and why).",
    )
    parser.add_argument("--from", dest="folder", type=Path, required=True, help="the folder")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write into")
    parser.add_argument(
        "--time-limit",
        type=_seconds,
        metavar="SECONDS",
        help="try further plans until then (the first plan is always finished)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the plans tried with a time limit")
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return seconds


def _search(workshop: Workshop, reach: Reach, seed: int, seconds: float | None) -> Plan:
    """The best plan of all attempts, of those until the time is over, or until an interruption."""
    watch = _Watch()
    with _handling(watch, seconds):
        try:
            tried = attempts(workshop, reach, seed=seed, endless=seconds is not None)
            for attempt in tried:
                watch.tell(attempt)
                if watch.asked:
                    break
            watch.searching = False
        except _Enough:
            pass
    if watch.best is None:
        raise UnreadableWorkload("There is no plan yet.")
    return watch.best


@contextmanager
def _handling(watch: _Watch, seconds: float | None) -> Iterator[None]:
    """Interruptions reach the watch; afterwards all is as before."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)
    before = [signal.signal(one, watch.interrupt) for one in signals]
    if seconds is not None:
        signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)
