"""How well and how fast order documents are read: one JSON object per set and family.

    .venv/bin/python benchmarks/intake.py [DIR ...] [--family NAME] [--seed N] [--jobs N]
        [--list-errors]

Three sets are read: the published documents in ../shared/data/documents if they are there, the
committed samples/orders, and samples made for the seed (see scripts/make_order_samples). Folders
given as arguments are read instead. Each file is read by a process of its own, as `gendan read`
does; CPU seconds are those of that process, the start of Python included. The rules are those of
src/gendan/engine/reading/tests/scoring.py.
"""

import argparse
import io
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

import xlsxwriter

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from samples.maker.families import write_all  # noqa: E402

from gendan.engine.reading import read_document  # noqa: E402
from gendan.engine.reading.tests.scoring import Score, answered, score_answer  # noqa: E402

PUBLISHED = ROOT.parent / "shared" / "data" / "documents"


@dataclass
class Result:
    """What came of the files of one family."""

    score: Score = field(default_factory=Score)
    files: int = 0
    refused: int = 0
    cpu_seconds: list[float] = field(default_factory=list)
    per_file: list[tuple[Path, Score]] = field(default_factory=list)


def read(source: Path) -> tuple[list[dict[str, Any]] | None, float]:
    """The documents that `gendan read` prints (none when it refuses) and the CPU seconds."""
    command = [sys.executable, "-m", "gendan.engine.reading", str(source)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    process = Popen(command, stdout=PIPE, stderr=DEVNULL, env=environment)
    output = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = usage.ru_utime + usage.ru_stime
    try:
        return json.loads(output)["documents"], seconds
    except (ValueError, KeyError):
        return None, seconds


def measure(pairs: list[tuple[Path, Path]], jobs: int) -> dict[str, Result]:
    """Read and score files; by family, which is the folder's name."""
    results: dict[str, Result] = defaultdict(Result)
    with ThreadPoolExecutor(jobs) as pool:
        found = pool.map(read, [source for source, _ in pairs])
        for (source, answer), (documents, seconds) in zip(pairs, found, strict=True):
            score = score_answer(json.loads(answer.read_text(encoding="utf-8")), documents or [])
            result = results[source.parent.name]
            result.score.add(score)
            result.files += 1
            result.refused += documents is None
            result.cpu_seconds.append(seconds)
            result.per_file.append((source, score))
    return results


def line(name: str, family: str, result: Result) -> str:
    """One family as JSON."""
    score = result.score
    return json.dumps({
        "set": name, "family": family, "files": result.files, "refused": result.refused,
        "fields": score.fields, "accuracy_percent": round(score.accuracy, 1),
        "silent_errors": score.silent, "silent_beyond": score.beyond,
        "doubts_per_document": round(score.doubts / max(1, score.documents), 1),
        "needless_doubts_percent": round(100 * score.needless_doubts / max(1, score.right), 1),
        "cpu_seconds_per_file": round(sum(result.cpu_seconds) / result.files, 2),
        "cpu_seconds_most": round(max(result.cpu_seconds), 2),
    })  # fmt: skip


def list_errors(family: str, result: Result) -> None:
    """The first values that are not right of each file; ! marks silent errors."""
    for source, score in result.per_file:
        for verdict in score.failures[:12]:
            print(f"    {'! ' if verdict.silent else '  '}{family}/{source.name}  {verdict}")
        if score.failures[12:]:
            print(f"      {family}/{source.name}  and {len(score.failures[12:])} more")


def report(name: str, pairs: list[tuple[Path, Path]], arguments: argparse.Namespace) -> None:
    """Print one set by family, and all of it."""
    wanted = arguments.family
    pairs = [pair for pair in pairs if not wanted or pair[0].parent.name in wanted]
    whole = Result()
    for family, result in sorted(measure(pairs, arguments.jobs).items()):
        print(line(name, family, result), flush=True)
        whole.score.add(result.score)
        whole.files += result.files
        whole.refused += result.refused
        whole.cpu_seconds += result.cpu_seconds
        if arguments.list_errors:
            list_errors(family, result)
    if whole.files:
        print(line(name, "all", whole), flush=True)


def long_sheet(lines: int) -> bytes:
    """A workbook with that many order lines."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row("A1", ["PO No", "L-1", "", "Buyer", "Long Order Ltd"])
    titles = ["Line", "Item code", "Description", "Qty", "Unit", "Unit price", "Amount", "Due date"]
    sheet.write_row("A3", titles)
    for index in range(lines):
        price = 1 + index % 7
        row = [index + 1, f"C-{index:05}", f"Part {index}", 10, "pcs", price, 10 * price]
        sheet.write_row(index + 3, 0, [*row, "2026-05-01"])
    book.close()
    return stream.getvalue()


def main() -> None:
    """Print the scores."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--family", action="append")
    parser.add_argument("--seed", type=int, default=1, help="of the made samples (default 1)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list-errors", action="store_true", help="each value that is not right")
    arguments = parser.parse_args()
    if arguments.folders:
        for folder in arguments.folders:
            report(folder.name, answered(folder), arguments)
        return
    if PUBLISHED.is_dir():
        report("published", answered(PUBLISHED), arguments)
    report("committed", answered(ROOT / "samples" / "orders"), arguments)
    with tempfile.TemporaryDirectory() as folder:
        made = list(write_all(Path(folder), arguments.seed, arguments.family))
        report(f"made {arguments.seed}", made, arguments)
    begin = time.process_time()
    documents = read_document(long_sheet(5000), filename="long.xlsx").documents
    seconds = time.process_time() - begin
    print(json.dumps({"xlsx_lines": len(documents[0].lines), "cpu_seconds": round(seconds, 2)}))


if __name__ == "__main__":
    main()
