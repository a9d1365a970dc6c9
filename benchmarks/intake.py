"""How well and how fast documents are read: one JSON object per family, one for a long sheet.

    .venv/bin/python benchmarks/intake.py [DOCUMENTS_DIR ...]

Without folders the project's own samples are used. A folder is searched for NAME.expected.json
beside NAME.*; the family is the folder that holds them.
"""

import io
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import xlsxwriter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from gendan.engine.reading import read_document  # noqa: E402
from gendan.engine.reading.tests.scoring import Score, answered, score_file  # noqa: E402


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
    folders = [Path(argument) for argument in sys.argv[1:]] or [ROOT / "samples" / "orders"]
    families: dict[str, Score] = defaultdict(Score)
    spent: dict[str, float] = defaultdict(float)
    files: dict[str, int] = defaultdict(int)
    for folder in folders:
        for source, answer in answered(folder):
            family = source.parent.name
            begin = time.process_time()
            families[family].add(score_file(source, answer))
            spent[family] += time.process_time() - begin
            files[family] += 1
    for family, score in sorted(families.items()):
        result = {
            "family": family,
            "files": files[family],
            "fields": score.fields,
            "accuracy_percent": round(score.accuracy, 1),
            "silent_errors": score.silent,
            "cpu_ms_per_file": round(1000 * spent[family] / files[family], 1),
            "notes": score.notes[:10],
        }
        print(json.dumps(result, ensure_ascii=False))
    data = long_sheet(5000)
    begin = time.process_time()
    documents = read_document(data, filename="long.xlsx").documents
    seconds = time.process_time() - begin
    print(json.dumps({"xlsx_lines": len(documents[0].lines), "cpu_seconds": round(seconds, 2)}))


if __name__ == "__main__":
    main()
