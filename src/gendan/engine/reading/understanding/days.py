"""The days in the heading of an order: of its issue, and of the delivery it asks for."""

import re
from collections.abc import Sequence

from ..pages import Place, Spot
from ..text import folded
from .context import Context
from .draft import Draft, Found
from .keyvalues import Pair


def put_dates(draft: Draft, pairs: Sequence[Pair], context: Context) -> None:
    """Issue date and header delivery date."""
    for field, target in (("issue_date", "issue_date"), ("due_date", "requested_delivery")):
        entries = [pair for pair in pairs if pair.label.field == field]
        entries.sort(key=lambda pair: pair.label.rank)
        days: list[tuple[int, str]] = []
        for pair in entries:
            day, why = context.date(pair.cell)
            if day is None and not re.search(r"\d", pair.value):
                if re.search(r"[A-Za-z\u3400-\u9fff]", pair.value) and target not in draft.values:
                    draft.doubt(target, f"{pair.value[:60]!r} is not a date")
                continue
            if target not in draft.values:
                draft.put(target, day, pair.place, why)
            if day:
                days.append((pair.label.rank, day))
        rivals = {day for rank, day in days if rank == days[0][0]} if days else set()
        if len(rivals) > 1:
            draft.doubt(target, f"several dates are printed: {', '.join(sorted(rivals))}")


def order_before_delivery(draft: Draft) -> None:
    """Of two days an order's date can mean, the one before all deliveries; it stays doubted."""
    issued = draft.values.get("issue_date")
    match = next(
        (m for why in draft.whys("issue_date") if (m := re.search(r" can be (\S+) or (\S+)", why))),
        None,
    )
    if issued is None or match is None:
        return
    dues = [line.get("due_date") or "" for line in draft.lines]
    dues += [draft.get("requested_delivery") or ""]
    first = min((due for due in dues if due), default="")
    other = match[1] if issued.value == match[2] else match[2]
    if other <= first < issued.value:
        draft.values["issue_date"] = Found(other, issued.place)


def date_beside_number(draft: Draft, pairs: Sequence[Pair], context: Context) -> None:
    """ "PO number/date" above "4500087731 / 12.05.2026"."""
    for pair in pairs:
        if pair.label.field != "order_number" or not re.search(
            r"(?i)date|datum|日期", pair.printed
        ):
            continue
        found = context.dates(pair.value)
        if len(found) == 1 and found[0].day is not None:
            draft.put("issue_date", found[0].day.isoformat(), pair.place, found[0].why)


_DATED = re.compile(
    r"(?i)\s*[,，(（]?\s*(?P<said>dated|date|of|vom|from|du|日期|下单)?\s*[:：]?\s*"
)


def date_behind_number(draft: Draft, spots: Sequence[Spot], context: Context) -> None:
    """ "our order VT-26-0931 dated 3 June 2026", "PO-7731, 5 June 2026"."""
    number = draft.get("order_number")
    if number is None or "issue_date" in draft.values:
        return
    for spot in spots[:40]:
        for at, cell in enumerate(spot.row.cells):
            text = folded(cell.text)
            start = text.find(folded(number))
            if cell.value is not None or start < 0 or len(text) != len(cell.text):
                continue
            end = start + len(number)
            if end == len(text) and at + 2 == len(spot.row.cells):
                cell, start, end = spot.row.cells[at + 1], 0, 0
                text = folded(cell.text)
            match = _DATED.match(text, end)
            for date in context.dates(text):
                if match is not None and date.day and date.span[0] == match.end():
                    why = None if match["said"] else "it stands behind the order's number"
                    place = spot.place(cell, date.span)
                    draft.put("issue_date", date.day.isoformat(), place, date.why or why)
                    return


_WRITTEN_AT = re.compile(r"^[^\W\d][^\d,:]{1,30},\s*(?:den|le|the)?\s*(?=\d)")
"""Letters begin with the place before the day: "Esslingen, den 3. September 2026"."""


def date_in_heading(
    draft: Draft, spots: Sequence[Spot], free: Sequence[int], taken: set[str], context: Context
) -> None:
    """The only date above the lines, without a label, is most likely the day of issue."""
    if "issue_date" in draft.values or draft.whys("issue_date"):
        return
    days: dict[str, Place] = {}
    for index in [index for index in free if index < 14]:
        for cell in spots[index].row.cells:
            bare = cell.text.strip().split("\n")[-1].strip()
            bare = _WRITTEN_AT.sub("", bare)
            found = context.dates(bare) if len(bare) <= 20 else []
            if len(found) == 1 and found[0].day and found[0].span == (0, len(bare)):
                days[found[0].day.isoformat()] = spots[index].place(cell)
    left = {day: place for day, place in days.items() if day not in taken}
    if len(days) == 1 and left:
        day, place = next(iter(left.items()))
        draft.put("issue_date", day, place, "no label says what day it is")


_DELIVER = re.compile(r"发|交|送|到|出货|deliver|ship|dispatch|arriv|need", re.IGNORECASE)


def delivery_in_sentence(
    draft: Draft, spots: Sequence[Spot], free: Sequence[int], context: Context
) -> None:
    """ "请于2026年5月20日前发货": the only date of a sentence that speaks of delivering."""
    if "requested_delivery" in draft.values or draft.whys("requested_delivery"):
        return
    for index in free:
        text = spots[index].row.text
        taken = [draft.get("issue_date")]
        dates = [date for date in context.dates(text) if str(date.day) not in taken]
        if len(dates) != 1 or dates[0].day is None or len(text) > 300:
            continue
        start, end = dates[0].span
        before, after = text[max(0, start - 30) : start], text[end : end + 12]
        until = re.match(r"\s*(?:之前|以前|前)", after) or re.search(
            r"\b(?:by|before|until|latest|no later than)\W*$", before, re.IGNORECASE
        )
        if (
            until
            and _DELIVER.search(before + after)
            and not re.search(r"报价|付|pay|quot", before + after, re.I)
        ):
            cell = next((c for c in spots[index].row.cells if text[start:end] in c.text), None)
            place = spots[index].place(cell) if cell is not None else None
            why = dates[0].why or "taken from a sentence"
            draft.put("requested_delivery", dates[0].day.isoformat(), place, why)
            return


def drop_line_dates(draft: Draft) -> None:
    """Dates that stand among the values of several lines are the lines', not the heading's."""
    found = draft.values.get("requested_delivery")
    if found is None or len(draft.lines) < 2:
        return
    own = [line.values["due_date"].place for line in draft.lines if "due_date" in line.values]
    if found.place in own:
        draft.drop("requested_delivery")


def spread_delivery(draft: Draft) -> None:
    """The delivery date of the heading holds for every line that states none of its own."""
    found = draft.values.get("requested_delivery")
    if found is None:
        return
    why = draft.whys("requested_delivery")
    for line in draft.lines:
        if "due_date" not in line.values and not line.whys("due_date"):
            line.put("due_date", found.value, found.place, why[0] if why else None)
