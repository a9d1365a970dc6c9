"""Fills the heading of an order: numbers, days, parties, terms, currency, sums."""

import re
from collections.abc import Sequence

from ..pages import Place, Spot
from ..parts import Part
from . import days, parties, totals
from .block import Block
from .context import Context
from .draft import Draft
from .keyvalues import Pair
from .labels import key_of
from .money import currency_named, currency_of
from .terms import find_incoterm, is_incoterm_value, sounds_like_payment

_IN_MONEY = ("unit_price", "line_amount", "total")
_OF_BUYERS = ("order", "order_change", "order_cancellation")


def fill_header(draft: Draft, block: Block, part: Part) -> None:
    """Everything the document says of the order as a whole; its number was read before."""
    pairs, spots, context = block.pairs, block.spots, block.context
    is_letter = part.role == "body"
    _settle_numbers(draft)
    days.put_dates(draft, pairs, context)
    days.date_beside_number(draft, pairs, context)
    days.date_behind_number(draft, spots, context)
    days.drop_line_dates(draft)
    days.order_before_delivery(draft)
    parties.put_parties(draft, pairs)
    if draft.doc_type in _OF_BUYERS:
        parties.find_buyer(draft, spots, pairs, is_letter=is_letter, has_table=bool(block.tables))
    put_terms(draft, pairs)
    _incoterm_anywhere(draft, spots)
    days.delivery_in_sentence(draft, spots, block.free, context)
    if not is_letter and block.tables:
        taken = {found.value for found in draft.values.values()}
        days.date_in_heading(draft, spots, block.free, taken, context)
    for table in block.tables:
        totals.put_table_totals(draft, table, context)
    totals.put_totals(draft, pairs, context)
    labels = [column.label.currency for table in block.tables for column in table.columns]
    labels += [pair.label.currency for pair in pairs if pair.label.field in _IN_MONEY]
    put_currency(draft, pairs, spots, labels, context)
    totals.find_capitals(draft, spots)
    totals.check_capitals(draft)
    days.spread_delivery(draft)


def _settle_numbers(draft: Draft) -> None:
    """Of an order its own number is the order's; of papers about it the one they refer to."""
    reference = draft.values.pop("order_reference", None)
    number = draft.values.get("order_number")
    if number is not None and draft.doc_type == "order":
        draft.values["document_number"] = number
    elif reference is not None and draft.doc_type != "order":
        if number is not None:
            draft.values.setdefault("document_number", number)
        draft.values["order_number"] = reference


def put_terms(draft: Draft, pairs: Sequence[Pair]) -> None:
    """Incoterm and payment terms; their boxes are told apart by what they say."""
    for pair in pairs:
        if pair.label.field == "incoterm":
            # "FOB: NET 60" is a box for one thing filled with another
            is_other = key_of(pair.printed).startswith("fob") and not is_incoterm_value(pair.value)
            draft.put("incoterm", None if is_other else find_incoterm(pair.value), pair.place)
    for pair in sorted(pairs, key=lambda pair: pair.label.rank):
        value = pair.value.strip()
        if pair.label.field != "payment_terms" or len(value) > 300:
            continue
        if pair.label.rank > 0 and not sounds_like_payment(value):
            continue
        draft.put("payment_terms", value, pair.place)


def _incoterm_anywhere(draft: Draft, spots: Sequence[Spot]) -> None:
    """An Incoterm printed without a label (beside a price): taken if it is the only one."""
    if "incoterm" in draft.values:
        return
    found: dict[str, Place] = {}
    for spot in spots[:400]:
        for cell in spot.row.cells:
            if cell.value is None and len(cell.text) <= 200:
                term = find_incoterm(cell.text)
                if term:
                    found.setdefault(term, spot.place(cell))
    if len(found) == 1:
        term, place = next(iter(found.items()))
        draft.put("incoterm", term, place, "no label says that these are the delivery terms")


_EXPRESSED = re.compile(r"(?i)\b(?:prices|amounts)\b.{0,60}\bin\s+(.{2,20})$")
_TELLS_MONEY = re.compile(r"(?i)\d|元|大写|单价|金额|\bprice\b|\bamount\b|\btotal\b")


def put_currency(
    draft: Draft,
    pairs: Sequence[Pair],
    spots: Sequence[Spot],
    labels: Sequence[str | None],
    context: Context,
) -> None:
    """The currency: stated, in a column's label, beside figures, or learned for the sender."""
    for pair in pairs:
        if pair.label.field == "currency":
            code = currency_named(pair.value)
            if code:
                draft.put("currency", code, pair.place)
            elif pair.value.strip() in ("元", "￥", "¥"):
                draft.put("currency", "CNY", pair.place)
    for spot in spots[:3000]:
        said = _EXPRESSED.search(spot.row.text)
        if said and currency_named(said[1]):
            draft.put("currency", currency_named(said[1]), spot.place(spot.row.cells[0]))
    named = [label for label in labels if label]
    texts = [spot.row.text for spot in spots[:3000]]
    evidence = currency_of([text for text in texts if _TELLS_MONEY.search(text)], texts)
    if "currency" not in draft.values and named:
        rivals = set(named)
        draft.put("currency", named[0], None, None if len(rivals) == 1 else "columns name several")
    stated = draft.get("currency")
    if stated is None and evidence.code:
        why = evidence.why
        if why and context.hints.currency in ("CNY", "JPY", "USD", "HKD", "AUD", "CAD", "SGD"):
            draft.put("currency", context.hints.currency, _sign_place(spots))
            return
        draft.put("currency", evidence.code, _sign_place(spots), why)
    elif stated is None and evidence.why:
        draft.doubt("currency", evidence.why)


def _sign_place(spots: Sequence[Spot]) -> Place | None:
    """The first cell that shows a currency."""
    for spot in spots[:3000]:
        for cell in spot.row.cells:
            if re.search(r"[¥￥$€£]|元", cell.text) or currency_named(cell.text[:80]):
                return spot.place(cell)
    return None
