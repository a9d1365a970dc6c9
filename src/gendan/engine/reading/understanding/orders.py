"""Understands pages as orders: tables, labelled values, sentences, sums, and the kind of paper."""

import re

from ..hints import ReadingHints
from ..limits import MAX_DOCUMENTS, MAX_LINES
from ..pages import Cell, Spot
from ..parts import Part
from . import days, header, parties, references
from .block import Block
from .companies import clean_company
from .context import Context, context_of, spots_of
from .draft import Draft
from .fields import FLAT, TOTALS
from .folding import fold_rows, unstack
from .headers import LineTable
from .keyvalues import find_pairs
from .kinds import Kind, kind_of
from .lines import table_lines
from .loose import loose_line
from .money import currency_named
from .outside import (
    doubt_shifted,
    doubt_told_changes,
    doubt_unread_items,
    lines_outside_tables,
)
from .proof import prove
from .sureness import doubt_unsure
from .tables import find_missed, find_tables
from .wording import asks_for_goods

_THREAD = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|forwarded message|原始邮件|转发邮件)|"
    r"on .{8,80} wrote:|(?:发件人|from)\s*[:：].*@|_{10,})",
    re.I,
)
_BRINGS = re.compile(r"attach|enclos|附件|附上|随附|qty|quantity|数量", re.IGNORECASE)
_FORWARDED = re.compile(r"forward|转发|-{3,}", re.I)


def understand(part: Part, hints: ReadingHints) -> list[Draft]:
    """All documents on the part's pages, proved; empty when the pages are blank."""
    if part.sheets_apart and len(part.pages) > 1:
        sheets = [spots_of([page]) for page in part.pages]
        return _merge_sheets([draft for s in sheets for draft in _read(s, part, hints)])
    spots = spots_of(part.pages)
    if part.role == "body":
        top = _top_of_thread(spots, part.quoted_from)
        if top is not None:
            drafts = _read(top, part, hints)
            if any(draft.lines for draft in drafts):
                return drafts
            whole = _read(spots, part, hints)
            for draft in whole:
                if drafts and drafts[0].doc_type not in ("order", "not_an_order"):
                    draft.doc_type = drafts[0].doc_type
                for name in ("doc_type", "lines"):
                    draft.doubt(name, "read from an earlier message that is quoted below")
            return whole
    return _read(spots, part, hints)


def _top_of_thread(spots: list[Spot], quoted_from: int) -> list[Spot] | None:
    """What the sender wrote above the messages quoted; None when nothing is quoted."""
    for index, spot in enumerate(spots):
        if quoted_from and spot.row.number >= quoted_from:
            return spots[:index]
        if index > 0 and _THREAD.match(spot.row.text) and any(s.row.cells for s in spots[:index]):
            if _FORWARDED.search(spot.row.text) and "original" not in spot.row.text.lower():
                return None
            return spots[:index]
    return None


def _read(spots: list[Spot], part: Part, hints: ReadingHints) -> list[Draft]:
    if not any(spot.row.cells for spot in spots):
        return []
    context = context_of(spots, hints)
    spots = fold_rows(unstack(spots, context), context)
    block = _look(spots, context)
    flat = _flat_orders(block, part)
    if flat:
        return flat
    cuts = _order_starts(block)
    if len(cuts) > 1:
        ends = [*cuts[1:], len(spots)]
        pieces = [spots[start:end] for start, end in zip(cuts, ends, strict=True)]
        drafts = [_draft(_look(piece, block.context), part) for piece in pieces[:MAX_DOCUMENTS]]
        _inherit(drafts)
        return drafts
    return [_draft(block, part)]


def _look(spots: list[Spot], context: Context) -> Block:
    """Find tables and pairs; rows of tables are not looked at as pairs."""
    block = Block(spots, context)
    tables = [table for table in find_tables(spots, context) if table.rows]
    with_quantity = [t for t in tables if any(c.label.field == "quantity" for c in t.columns)]
    block.tables = with_quantity or tables
    ends = [*(table.first for table in block.tables[1:]), len(spots)]
    for table, end in zip(block.tables, ends, strict=False):
        find_missed(table, spots[table.last + 1 : min(end, table.last + 60)], context)
    used: set[int] = set()
    for table in block.tables:
        block.lines.append(table_lines(table, context))
        used.update(range(table.first, table.last + 1))
    said = {id(t.spot) for table in block.tables for t in table.totals if len(t.spot.row.cells) < 2}
    block.free = [i for i in range(len(spots)) if i not in used or id(spots[i]) in said]
    block.pairs = find_pairs(spots, block.free, context)
    return block


def _order_starts(block: Block) -> list[int]:
    """Where each order begins, when several with lines of their own follow each other."""
    ranked = [p for p in block.pairs if p.label.field == "order_number" and p.label.rank <= 3]
    numbers = [(pair, references.clean_reference(pair.value)) for pair in ranked]
    numbers = [(pair, number) for pair, number in numbers if number]
    if len({number for _, number in numbers}) < 2:
        return [0]
    ends = [table.last for table in block.tables]
    if not ends:
        ends = [i for i in block.free if loose_line(block.spots[i], block.context)]
        ends += [p.index for p in block.pairs if p.label.field in ("quantity", "unit_price")]
    starts = [0]
    last_number = numbers[0][1]
    for pair, number in numbers[1:]:
        before = [end for end in ends if starts[-1] <= end < pair.index]
        after = [end for end in ends if end > pair.index]
        if number == last_number or not before or not after:
            continue
        starts.append(_start_of(block, max(before) + 1, pair.index))
        last_number = number
    return starts


def _start_of(block: Block, low: int, high: int) -> int:
    """The first row of an order's heading between the last line before it and its number."""
    for index in range(high, low, -1):
        previous = block.spots[index - 1]
        is_sum = any(
            pair.index == index - 1 and pair.label.field in TOTALS | {"payment_terms", "incoterm"}
            for pair in block.pairs
        )
        is_delivery = not block.spots[index].row.cells and any(
            pair.index == index - 1 and pair.label.field == "due_date" for pair in block.pairs
        )
        if is_sum or is_delivery or (not previous.row.cells and index < high):
            return index
        if previous.page is not block.spots[index].page:
            return index
    return low


def _inherit(drafts: list[Draft]) -> None:
    """Orders in one letter share what only the first states."""
    for draft in drafts[1:]:
        for name in ("buyer.name", "seller.name", "currency", "issue_date"):
            found = drafts[0].values.get(name)
            if found is not None and name not in draft.values:
                draft.put(name, found.value, found.place, "stated once, before the first order")
    signed = drafts[-1].values.get("buyer.name")
    for draft in drafts[:-1]:
        if signed is not None and "buyer.name" not in draft.values:
            draft.put("buyer.name", signed.value, signed.place, "stated once, below the last order")


def _flat_orders(block: Block, part: Part) -> list[Draft]:
    """Exports with the order's number in every row: one document per number."""
    for table, lines in zip(block.tables, block.lines, strict=True):
        roles = [column.label.field for column in table.columns]
        if "order_number" not in roles:
            continue
        drafts: dict[str, Draft] = {}
        number = None
        at = roles.index("order_number")
        for row, line in zip(table.rows, lines, strict=True):
            cell = row.cells.get(at)
            if cell is not None:
                number = references.clean_reference(cell.text) or number
            if number is None or (len(drafts) >= MAX_DOCUMENTS and number not in drafts):
                continue
            draft = drafts.setdefault(number, Draft(part.source))
            if cell is not None:
                draft.put("order_number", number, row.spot.place(cell))
                draft.put("document_number", number, row.spot.place(cell))
            _flat_header(draft, table, row.cells, row.spot, block.context)
            draft.lines.append(line)
        if drafts:
            return [_finish_flat(draft, block, part, table) for draft in drafts.values()]
    return []


def _flat_header(
    draft: Draft, table: LineTable, cells: dict[int, Cell], spot: Spot, context: Context
) -> None:
    for index, cell in cells.items():
        name = table.columns[index].label.field
        if name not in FLAT or name == "order_number":
            continue
        place = spot.place(cell)
        if name == "issue_date":
            day, why = context.date(cell)
            draft.put(name, day, place, why)
        elif name in ("buyer", "seller"):
            draft.put(f"{name}.name", clean_company(cell.text), place)
        elif name == "currency":
            draft.put(name, currency_named(cell.text), place)
        else:
            draft.put(name, cell.text, place)


def _finish_flat(draft: Draft, block: Block, part: Part, table: LineTable) -> Draft:
    kind = kind_of(block.spots, part.opening, has_lines=True, has_number=True, is_body=False)
    kind = _as_handed_in(kind, block, has_lines=True)
    draft.doc_type = kind.doc_type if kind.doc_type != "not_an_order" else "order"
    if kind.doc_type == "not_an_order":
        draft.doubt("doc_type", "another kind of document is mentioned in it")
    days.put_dates(draft, block.pairs, block.context)
    parties.put_parties(draft, block.pairs)
    if part.role == "body":
        parties.buyer_by_signature(draft, block.spots)
    header.put_terms(draft, block.pairs)
    labels = [column.label.currency for column in table.columns]
    header.put_currency(draft, block.pairs, block.spots, labels, block.context)
    days.spread_delivery(draft)
    prove(draft)
    doubt_unsure(draft)
    return draft


def _draft(block: Block, part: Part) -> Draft:
    """One document from one block."""
    draft = Draft(part.source)
    for lines in block.lines:
        draft.lines.extend(lines)
    for table in block.tables:
        for text in table.cancelled[:5]:
            draft.doubt("lines", f"left out, for it is marked as cancelled: {text[:80]}")
        for text in table.missed[:5]:
            draft.doubt("lines", f"a row below the table looks like a line: {text[:80]}")
    if not draft.lines:
        draft.lines = lines_outside_tables(block)
    if len(draft.lines) > MAX_LINES:
        del draft.lines[MAX_LINES:]
        draft.doubt("lines", "the document holds more lines than are read")
    references.put_numbers(draft, block.pairs)
    references.number_by_title(draft, block.spots, part.opening)
    kind = kind_of(
        block.spots, part.opening, has_lines=bool(draft.lines),
        has_number="order_number" in draft.values, is_body=part.role == "body",
    )  # fmt: skip
    if kind.doc_type == "order" and _only_writes(draft, block, part):
        kind = Kind("not_an_order", "an order is mentioned, but nothing is ordered")
    kind = _as_handed_in(kind, block, has_lines=bool(draft.lines))
    if kind.doc_type == "not_an_order":
        answer = Draft(part.source, "not_an_order")
        if kind.why:
            answer.doubt("doc_type", kind.why)
        return answer
    draft.doc_type = kind.doc_type
    if kind.why:
        draft.doubt("doc_type", kind.why)
    header.fill_header(draft, block, part)
    doubt_unread_items(draft, block)
    prove(draft)
    if not block.tables:
        doubt_shifted(draft)
    if draft.doc_type == "order_change" and not block.tables:
        doubt_told_changes(draft)
    doubt_unsure(draft)
    return draft


def _as_handed_in(kind: Kind, block: Block, *, has_lines: bool) -> Kind:
    """A list of goods that is handed in as a despatch is one, whatever it calls itself."""
    is_list = has_lines and kind.doc_type in ("order", "not_an_order")
    return Kind("despatch_advice") if is_list and block.context.hints.is_despatch else kind


def _only_writes(draft: Draft, block: Block, part: Part) -> bool:
    """Whether a letter speaks of an order without ordering anything or bringing papers."""
    if part.role != "body" or draft.lines or block.tables or part.warnings:
        return False
    texts = [spot.row.text for spot in block.spots]
    return not any(_BRINGS.search(text) or asks_for_goods(text) for text in texts)


def _merge_sheets(drafts: list[Draft]) -> list[Draft]:
    """Sheets of one workbook: those with lines are orders, the rest adds what they lack."""
    orders = [draft for draft in drafts if draft.doc_type != "not_an_order" and draft.lines]
    if not orders:
        kept = [draft for draft in drafts if draft.doc_type != "not_an_order"]
        return (kept or drafts)[:1]
    others = [d for d in drafts if d.doc_type != "not_an_order" and not d.lines]
    if len(orders) == 1:
        for other in others:
            for name, found in other.values.items():
                if name not in orders[0].values:
                    orders[0].put(name, found.value, found.place)
                    for why in other.whys(name)[:1]:
                        orders[0].doubt(name, why)
        return orders
    first = orders[0]
    same = [d for d in orders[1:] if d.get("order_number") in (None, first.get("order_number"))]
    for draft in same:
        draft.doubt("lines", "another sheet of the workbook holds lines of this order too")
        first.doubt("lines", "another sheet of the workbook holds lines of this order too")
    return orders
