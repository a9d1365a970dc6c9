"""The process that opens one workbook, started by exchange.workbooks.

The workbook comes on standard input, its first sheet leaves on standard output as a line of JSON
for each row. It knows neither Django nor the database, and the system ends it when it takes too
much: a few bytes can name a sheet of seventeen thousand million cells, and the parser makes room
for all of them.
"""

import datetime as dt
import io
import json
import resource
import sys
from typing import Any

import python_calamine

MEGABYTE = 2**20
MEMORY_BYTES = 1024 * MEGABYTE  # address space; 100 000 rows of 20 cells take some 250 MB
CPU_SECONDS = 60
ANSWER_BYTES = 256 * MEGABYTE


def main(most_rows: int, most_columns: int) -> int:
    """Write rows until so many are filled; what they hold further right is left out."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (ANSWER_BYTES, ANSWER_BYTES))
    book = python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    sheet = book.get_sheet_by_index(0)
    filled = 0
    for row in sheet.iter_rows() if sheet.start else ():
        cells = [_said(cell) for cell in row[:most_columns]]
        filled += any(cell != "" for cell in cells)
        if filled > most_rows:
            break
        sys.stdout.write(json.dumps(cells) + "\n")
    sys.stdout.flush()
    return 0


def _said(cell: Any) -> Any:
    """A cell as JSON says it: days and times as {kind: text}, so that they come back as such."""
    if isinstance(cell, dt.datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, dt.date):
        return {"date": cell.isoformat()}
    if isinstance(cell, dt.time):
        return {"time": cell.isoformat()}
    if isinstance(cell, dt.timedelta):
        return {"seconds": cell.total_seconds()}
    return cell


if __name__ == "__main__":
    try:
        sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
    except MemoryError:
        sys.exit(3)
