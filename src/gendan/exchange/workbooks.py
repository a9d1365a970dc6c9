"""Workbooks of strangers, opened in a process of their own: none can end the process that asks."""

import datetime as dt
import json
import subprocess
import sys
import tempfile
from typing import Any

from gendan.intake.sandbox import bare_environment

SECONDS = 180  # of the clock; its own processor time is bounded by itself
CHILD = "gendan.exchange.workbook_child"


class Unreadable(Exception):
    """The workbook could not be opened: it is none, or takes more than a sheet may (is_too_big)."""

    def __init__(self, *, is_too_big: bool) -> None:
        super().__init__("too big" if is_too_big else "no workbook")
        self.is_too_big = is_too_big


def rows_of(data: bytes, *, most_rows: int, most_columns: int) -> list[list[Any]]:
    """The rows of the first sheet until so many are filled, as the file counts them from the top.

    Cells are text ("" where empty), numbers, yes or no, days and times. Raises Unreadable.
    """
    command = [sys.executable, "-m", CHILD, str(most_rows), str(most_columns)]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
        given.write(data)
        given.seek(0)
        try:
            ended = subprocess.run(  # noqa: S603 - our own module; the file is a descriptor
                command,
                stdin=given,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env=bare_environment(),
                cwd=tempfile.gettempdir(),
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unreadable(is_too_big=True) from error
        if ended.returncode:
            # The parser's own refusal is an exception of Python's (1); everything else is a limit.
            raise Unreadable(is_too_big=ended.returncode != 1)
        answer.seek(0)
        return [[_cell(cell) for cell in json.loads(line)] for line in answer]


def _cell(said: Any) -> Any:
    if not isinstance(said, dict):
        return said
    (kind, value), *_none = said.items()
    if kind == "datetime":
        return dt.datetime.fromisoformat(value)
    if kind == "date":
        return dt.date.fromisoformat(value)
    if kind == "time":
        return dt.time.fromisoformat(value)
    return dt.timedelta(seconds=value)
