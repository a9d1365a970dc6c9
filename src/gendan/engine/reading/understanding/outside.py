"""Order lines that stand in no table: labelled values, bare rows of figures, sentences."""

import re
from collections.abc import Sequence

from .block import Block
from .draft import Draft, DraftLine
from .fields import ARTICLE, VALUE
from .keyvalues import Pair
from .lines import Printed, put_prices, put_quantity, put_value
from .loose import LooseLine, loose_line

_VERTICAL = ARTICLE | VALUE | {"line_no", "unit", "due_date", "discount", "tax_rate"}
_STARTS_LINE = ARTICLE | {"line_no", "quantity"}


def lines_outside_tables(block: Block) -> list[DraftLine]:
    """Lines said in labelled values, else rows of figures, else sentences."""
    with_header = {p.index for p in block.pairs if p.label.field not in _VERTICAL}
    loose: list[LooseLine] = []
    for index in block.free:
        if index in with_header and not re.search(r"[，,。;；]", block.spots[index].row.text):
            continue
        loose.extend(loose_line(block.spots[index], block.context))
    if len(loose) < 2:
        loose = [found for found in loose if found.is_certain]
    rows = [found for found in loose if not found.is_sentence]
    if rows:
        return [found.line for found in rows]
    vertical = _vertical_lines(block)
    if vertical:
        return vertical
    lines = [found.line for found in loose]
    if len(lines) == 1:
        _complete(lines[0], block)
    return lines


def doubt_unread_items(draft: Draft, block: Block) -> None:
    """A numbered row with a figure that became no line may be one all the same."""
    if block.tables or draft.doc_type in ("order_cancellation", "order_response"):
        return
    if not draft.lines:
        draft.doubt("lines", "no lines were found")
        return
    places = [found.place for line in draft.lines for found in line.values.values()]
    read = {(place.page, place.row) for place in places if place is not None}
    numbered = [
        spot
        for spot in block.spots
        if re.match(r"\s*(?:\d{1,3}\s*[.)、]|[-*•])\s*\S", spot.row.text)
        and re.search(r"\d\s*[A-Za-z\u3400-\u9fff]", spot.row.text)
    ]
    is_listed = any((spot.page.number, spot.row.number) in read for spot in numbered)
    for spot in numbered:
        if is_listed and (spot.page.number, spot.row.number) not in read:
            draft.doubt("lines", f"this row may be a line too: {spot.row.text.strip()[:60]}")


_CHANGED_LINE = re.compile(r"(?i)(?:\w+\s+)?(?:line|item|pos(?:ition)?)\W*(?P<n>\d{1,4})")


def doubt_told_changes(draft: Draft) -> None:
    """A change told in words: which line gets what has to be looked at."""
    for line in draft.lines:
        said = line.values.get("description")
        match = _CHANGED_LINE.fullmatch(said.value) if said is not None else None
        if said is not None and match is not None:
            line.drop("description")
            line.put("line_no", match["n"], said.place)
        for name in ("quantity", "unit_price", "due_date"):
            if name in line.values:
                line.doubt(name, "the change is told in words")


def doubt_shifted(draft: Draft) -> None:
    """Rows read without a header of a table: where one may be missing, all others may be wrong."""
    first = draft.lines[0].get("line_no") if draft.lines else None
    if first is not None and first.isdecimal() and int(first) not in (0, 1, 10, 100):
        draft.doubt("lines", f"the first line read has the number {first}")
    if draft.whys("lines"):
        for line in draft.lines:
            line.doubt("description", "lines may be missing before or after it")


def _vertical_lines(block: Block) -> list[DraftLine]:
    """Labelled values one below the other: a repeated label begins the next line."""
    groups: list[list[Pair]] = []
    for pair in block.pairs:
        if pair.label.field not in _VERTICAL:
            continue
        name = pair.label.field
        present = {other.label.field for other in groups[-1]} if groups else set()
        if not groups or (
            name in _STARTS_LINE and name in present and pair.index != groups[-1][-1].index
        ):
            groups.append([])
        elif name in present and name not in ("due_date", "unit_price", "line_amount"):
            continue
        groups[-1].append(pair)
    lines = []
    groups = _without_shared(groups)
    for group in groups:
        names = {pair.label.field for pair in group}
        if "quantity" in names and names & (ARTICLE | {"unit_price"}):
            line = _vertical_line(group, block)
            if not names & {"code", "buyer_code", "seller_code", "description", "item"}:
                _name_above(line, group[0].index, block)
            lines.append(line)
    return lines


def _name_above(line: DraftLine, index: int, block: Block) -> None:
    """What is ordered stands in words above its quantity: "1) EVA 45°", then "数量：800张"."""
    if index == 0 or "description" in line.values or index - 1 not in block.free:
        return
    spot = block.spots[index - 1]
    if len(spot.row.cells) != 1 or any(pair.index == index - 1 for pair in block.pairs):
        return
    cell = spot.row.cells[0]
    match = re.fullmatch(r"\s*(?:\d{1,3}\s*[.)、）]|[-*•])\s*(\S.{1,80})", cell.text)
    if match is not None and cell.value is None:
        place = spot.place(cell, match.span(1))
        line.put("description", match[1].strip(), place, "taken from the row above the quantity")


def _without_shared(groups: list[list[Pair]]) -> list[list[Pair]]:
    """A date or an amount printed once for several articles belongs to none of them alone."""
    if sum(any(pair.label.field == "quantity" for pair in group) for group in groups) < 2:
        return groups
    shared = {
        name
        for name in ("due_date", "line_amount")
        if sum(pair.label.field == name for group in groups for pair in group) == 1
    }
    return [[pair for pair in group if pair.label.field not in shared] for group in groups]


def _vertical_line(group: Sequence[Pair], block: Block) -> DraftLine:
    line = DraftLine()
    figures: dict[str, list[Printed]] = {name: [] for name in VALUE}
    for pair in group:
        name = pair.label.field
        if name in ("code", "item"):
            is_code = name == "code" or re.fullmatch(r"(?=.*\d)[\w./-]+", pair.value, re.ASCII)
            name = "seller_code" if is_code else "description"
        if name in VALUE:
            figures[name].append(_printed(pair))
        else:
            put_value(line, name, pair.cell, pair.place, block.context)
    for quantity in figures["quantity"]:
        put_quantity(line, quantity, block.context)
    put_prices(line, figures["unit_price"], figures["line_amount"], block.context)
    line.describe()
    return line


def _printed(pair: Pair) -> Printed:
    return Printed(pair.label, pair.cell, pair.place)


def _complete(line: DraftLine, block: Block) -> None:
    """A single sentence may be followed by labelled values that belong to it."""
    prices = [_printed(pair) for pair in block.pairs if pair.label.field == "unit_price"]
    if "unit_price" not in line.values:
        put_prices(line, prices[:1], [], block.context)
    for name in ("seller_code", "buyer_code", "description"):
        for pair in block.pairs:
            if pair.label.field == name:
                line.put(name, pair.value, pair.place)
