"""Several rows typed at once: inputs named column-0, column-1 …, blank rows left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

MOST_ROWS = 500


@dataclass(frozen=True)
class GridColumn:
    """A column of inputs; `choices` make it a choice, `suggest` offers codes while typing."""

    name: str
    title: Any
    choices: Sequence[tuple[str, Any]] = ()
    suggest: str = ""
    is_number: bool = False
    hint: str = ""


def typed_rows(request: HttpRequest, columns: Sequence[GridColumn]) -> list[dict[str, str]]:
    """What was typed, row by row; a row whose first column is empty is left out."""
    first = columns[0].name
    numbers = sorted(
        int(name.rpartition("-")[2])
        for name in request.POST
        if name.startswith(f"{first}-") and name.rpartition("-")[2].isdigit()
    )[:MOST_ROWS]
    rows = [
        {column.name: request.POST.get(f"{column.name}-{number}", "").strip() for column in columns}
        for number in numbers
    ]
    return [row for row in rows if row[first]]


def grid(
    columns: Sequence[GridColumn], rows: Sequence[Mapping[str, Any]], blank: int = 4
) -> dict[str, Any]:
    """The context of parts/grid.html: the rows there are, and some blank ones below."""
    shown = [*rows, *({} for _ in range(blank))]
    return {
        "columns": columns,
        "rows": [
            [(column, f"{column.name}-{number}", row.get(column.name, "")) for column in columns]
            for number, row in enumerate(shown)
        ],
    }
