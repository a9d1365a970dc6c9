"""Sums of an order: read below columns and beside labels, compared with the amount in capitals."""

import re
from collections.abc import Sequence
from decimal import Decimal

from ..pages import Cell, Spot
from .context import Context
from .draft import Draft, Found
from .headers import LineTable
from .keyvalues import Pair
from .money import currency_named
from .numbers import capitals_amount, numbers_in, plain

_CAPITALS = re.compile("(?=.*[元圆圓]).*[壹贰叁肆伍陆柒捌玖拾貳參陸]")
_SUM_NAMES = {
    "subtotal": "subtotal",
    "tax": "tax",
    "tax_rate": "tax",
    "tax_amount": "tax",
    "freight": "freight",
    "total": "total",
    "discount_total": "discount",
    "discount": "discount",
    "line_amount": "subtotal",
}


def put_totals(draft: Draft, pairs: Sequence[Pair], context: Context) -> None:
    """Sums by label; an amount in capitals must equal the figures."""
    own = [line.values["line_amount"].place for line in draft.lines if "line_amount" in line.values]
    for pair in pairs:
        words = capitals_amount(pair.value)
        if words is not None and (pair.label.field in ("capitals", "total")):
            draft.put("totals.in_words", plain(words), pair.place)
            digits = numbers_in(pair.value)
            number = context.number_in(digits[0]) if len(digits) == 1 else None
            if number is not None:
                draft.put("totals.total", plain(number.value), pair.place)
            continue
        name = _SUM_NAMES.get(pair.label.field)
        if pair.label.field == "line_amount":
            # 金额 beside a value is the total, unless it is the amount of a line
            name = None if pair.place in own or len(draft.lines) == 1 else "total"
        if name is None or pair.is_below or pair.label.field in ("tax_rate", "tax_amount"):
            continue
        number = context.number(pair.cell)
        if number is None or "%" in pair.value:
            continue
        if name == "freight" and f"totals.{name}" in draft.values:
            continue
        if (
            pair.label.field == "total"
            and number.after
            and re.fullmatch(r"(?i)(?:pcs|件|个|套|只|台|sets?|ctns?)", number.after)
        ):
            continue
        draft.put(f"totals.{name}", plain(number.value), pair.place)


def check_capitals(draft: Draft) -> None:
    """Capitals = figures, or both are doubted; capitals alone are the total."""
    words = draft.get("totals.in_words")
    if words is None:
        return
    figures = [draft.get(f"totals.{name}") for name in ("total", "total_incl_tax", "subtotal")]
    known = [Decimal(figure) for figure in figures if figure is not None]
    if not known:
        found = draft.values["totals.in_words"]
        draft.put("totals.total", found.value, found.place)
    elif all(abs(figure - Decimal(words)) > Decimal("0.005") for figure in known):
        draft.doubt("totals.total", f"the amount in capitals says {words}")


def find_capitals(draft: Draft, spots: Sequence[Spot]) -> None:
    """Capitals may stand anywhere near the sums, with or without a label."""
    if "totals.in_words" in draft.values:
        return
    for spot in spots:
        for cell in spot.row.cells:
            if cell.value is not None or not _CAPITALS.search(cell.text):
                continue
            words = capitals_amount(cell.text)
            if words is not None:
                draft.put("totals.in_words", plain(words), spot.place(cell))
                return


def put_table_totals(draft: Draft, table: LineTable, context: Context) -> None:
    """Sums printed below the columns they add up."""
    for row in table.totals:
        text = row.spot.row.text
        if re.search(r"%", text) and not re.search(
            r"税|tax|vat|gst|discount|折扣|优惠", text, re.I
        ):
            continue
        name = None
        for cell in row.spot.row.cells[:4] + row.spot.row.cells[4:][-2:]:
            label = context.label(re.split("[:：]", cell.text)[0])
            if label is not None and label.field in _SUM_NAMES:
                name = _SUM_NAMES[label.field]
                break
        if name is None:
            name = "subtotal" if re.search(r"小\s*计|sub", text, re.I) else "total"
            if re.search(r"(?i)\b(?:vat|tax|gst|tva|mwst)\b", text) and "%" in text:
                name = "tax"
        _put_sum(draft, name, row.cells, table.roles, row.spot, context)


def _put_sum(
    draft: Draft,
    name: str,
    cells: dict[int, Cell],
    roles: list[str],
    spot: Spot,
    context: Context,
) -> None:
    numbers = [
        (cell, number)
        for cell in spot.row.cells
        if (number := context.number(cell)) and "%" not in cell.text
    ]
    amount_columns = [i for i, role in enumerate(roles) if role == "line_amount"]
    mapped = {id(cell): roles[i] for i, cell in cells.items()}
    # "Total net value EUR 832.40" is money wherever it stands
    is_money = len(numbers) == 1 and currency_named(spot.row.text) is not None
    for cell, number in numbers:
        role = mapped.get(id(cell))
        if (
            role == "quantity"
            and not is_money
            and name in ("total", "subtotal")
            and (len(numbers) > 1 or amount_columns)
        ):
            draft.put("totals.quantity", plain(number.value), spot.place(cell))
    counted = () if is_money else ("quantity", "line_no")
    rest = [(c, n) for c, n in numbers if mapped.get(id(c)) not in counted]
    if (
        not rest
        and len(numbers) == 1
        and amount_columns
        and mapped.get(id(numbers[0][0])) == "quantity"
    ):
        return
    if not rest and not amount_columns and numbers:
        draft.put("totals.quantity", plain(numbers[-1][1].value), spot.place(numbers[-1][0]))
        return
    if not rest:
        return
    in_column = [(c, n) for c, n in rest if mapped.get(id(c)) == "line_amount"]
    chosen = (in_column or rest)[-1]
    if name == "freight" and "totals.freight" in draft.values:
        # several charges add up; each is printed apart
        old = draft.values["totals.freight"]
        total = Decimal(old.value) + chosen[1].value
        draft.values["totals.freight"] = Found(plain(total), old.place)
        return
    if name == "subtotal" and "totals.subtotal" in draft.values:
        # group sums: only a single one can be checked against all lines
        draft.drop("totals.subtotal")
        return
    draft.put(f"totals.{name}", plain(chosen[1].value), spot.place(chosen[0]))
