"""The command `gendan schedule --from DIR --out DIR`: a finite plan of a workload, no database."""

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from gendan.engine.netting.files import UnreadableWorkload

from .construct import construct
from .files import read_factory, write_plan

_NAMED = 5


def main(argv: Sequence[str] | None = None) -> int:
    """Plan one workload; 0 and a line on stdout, or 1 and one sentence on stderr."""
    parser = argparse.ArgumentParser(
        prog="gendan schedule",
        description="Plan every order line of workload files with material and capacity.",
    )
    parser.add_argument("--from", dest="folder", type=Path, required=True, help="the folder")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write into")
    options = parser.parse_args(argv)
    gc.disable()  # nothing here is freed before the end
    try:
        factory = read_factory(options.folder)
        days = construct(factory.workshop, factory.lines)
        write_plan(options.out, factory, days)
    except UnreadableWorkload as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{options.out.name!r} cannot be written: {error.strerror}.\n")
        return 1
    for loop in factory.loops:
        sys.stderr.write(f"items that contain themselves: {' → '.join([*loop, loop[0]])}\n")
    unplanned = [row for row, day in enumerate(days) if day is None]
    if unplanned:
        names = ["/".join(map(str, factory.workload.demand_names[row])) for row in unplanned]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        sys.stderr.write(f"nobody can supply: {', '.join(names[:_NAMED])}{more}\n")
    late = sum(
        day is not None and day > line.due for day, line in zip(days, factory.lines, strict=True)
    )
    sys.stdout.write(
        f"{len(days)} lines, {late} late, {len(unplanned)} unplanned, "
        f"{len(factory.workshop.supplies)} orders in {options.out}\n"
    )
    return 0
