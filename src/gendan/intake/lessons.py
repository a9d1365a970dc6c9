"""What a corrected value teaches about how a customer writes: dates, units, columns."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gendan.engine.plain_words import plain
from gendan.intake.draft_data import Data, line_path, value_at
from gendan.intake.models import Draft, Incoming, Learned

Lesson = tuple[str, str, str]  # kind, key, value
Cells = Sequence[Mapping[str, Any]]
_SLASHED = re.compile(r"^\D*(\d{1,2})[./-](\d{1,2})[./-]\d{2,4}")
_COLUMN_FIELDS = {"buyer_code", "seller_code", "description", "quantity"}


def value_lessons(
    incoming: Incoming, draft: Draft, before: Data, given: Mapping[str, str | None]
) -> list[Lesson]:
    """The lessons of the values a person has set."""
    lessons: list[Lesson] = []
    for path in given:
        was, now = value_at(before, path), value_at(draft.data, path)
        if now is None or was == now:
            continue
        found = line_path(path)
        if path in {"issue_date", "requested_delivery"} or (found and found[1] == "due_date"):
            lessons += _date_lesson(before, path, was, now)
        elif found and found[1] == "unit" and was:
            lessons.append((Learned.Kind.UNIT, was[:200], now))
        elif found and found[1] in _COLUMN_FIELDS:
            lessons += _column_lesson(incoming, before, found, now)
    return lessons


def _date_lesson(before: Data, path: str, was: str | None, now: str) -> list[Lesson]:
    """Day and month swapped: how this customer writes dates."""
    place = (before.get("found_at") or {}).get(path) or {}
    written = _SLASHED.match(str(place.get("text", "")))
    if not was or not written or was[:4] != now[:4]:
        return []
    first, second = int(written[1]), int(written[2])
    month, day = int(now[5:7]), int(now[8:10])
    if first == second or {first, second} != {month, day}:
        return []
    return [(Learned.Kind.DATE_ORDER, "dates", "day_first" if first == day else "month_first")]


def _column_lesson(
    incoming: Incoming, before: Data, found: tuple[int, str], now: str
) -> list[Lesson]:
    """The value stands in another column of the same row: that column holds this field."""
    places = before.get("found_at") or {}
    prefix = f"lines.{found[0]}."
    # Dates and currencies may stand in the head of the paper; these three stand in the line's row.
    own = (f"{prefix}{name}" for name in ("quantity", "description", "seller_code"))
    place = next((places[path] for path in own if places.get(path, {}).get("cell")), None)
    if place is None:
        return []
    rows = _rows_of(incoming, place["page"])
    meant = next(
        (
            cell
            for cell in rows.get(place["cell"]["row"], ())
            if plain(str(cell["text"])) == plain(now)
        ),
        None,
    )
    if meant is None:
        return []
    starts = [
        spot["cell"]["row"]
        for path, spot in places.items()
        if path.endswith(".quantity") and spot.get("cell") and spot["page"] == place["page"]
    ]
    first = min(starts, default=place["cell"]["row"])
    above = [rows[number] for number in sorted(rows, reverse=True) if number < first]
    label = next((text for cells in above if (text := _label_over(cells, meant))), "")
    return [(Learned.Kind.COLUMN, label[:200], found[1])] if label else []


def _rows_of(incoming: Incoming, number: int) -> dict[int, Cells]:
    """The cells of a page of the view by row."""
    for page in incoming.view or []:
        if page.get("page") == number and page.get("kind") in {"table", "paper"}:
            return {row["row"]: row["cells"] for row in page["rows"]}
    return {}


def _label_over(cells: Cells, meant: Mapping[str, Any]) -> str:
    """What stands in this row over a cell: in its column, or on paper over its box."""
    box = meant.get("box")
    for cell in cells:
        other = cell.get("box")
        is_over = (
            min(box[2], other[2]) > max(box[0], other[0])
            if box and other
            else not box and cell["column"] == meant["column"]
        )
        text = str(cell["text"]).strip()
        if is_over and text:
            return text
    return ""
