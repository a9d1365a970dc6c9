"""Turns rows of a line table into order lines, choosing between columns by arithmetic."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ..pages import Cell, Place, around
from .codes import part_codes
from .context import Context
from .deliveries import join_deliveries
from .draft import DraftLine, Found
from .fields import TEXTS, VALUE
from .headers import LineTable, TableRow
from .labels import Label, key_of
from .money import is_unit, leading_unit, price_base
from .numbers import Number, decimal_of, plain
from .proof import product_fits

_SHARED_DOWN = ("due_date", "description", "specification", "unit", "unit_price", "discount")
_AMBIGUOUS = "the separator can mean thousands or decimals"
_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9][\w./#*+-]{2,39}", re.ASCII)


def table_lines(table: LineTable, context: Context) -> list[DraftLine]:
    """The table's order lines."""
    _share_merged(table)
    table.roles = _settled_roles(table, context)
    lines = join_deliveries([_line(table, row, context) for row in table.rows])
    _trim_line_numbers(lines)
    part_codes(lines, table.roles)
    if _has_weak_dates(table):
        for line in lines:
            line.doubt("due_date", "the column is only called a date")
    return lines


def _share_merged(table: LineTable) -> None:
    """A cell merged over several rows holds for each of them (dates, prices; never quantities)."""
    for position, row in enumerate(table.rows):
        for index, cell in list(row.cells.items()):
            if cell.row_span < 2 or table.columns[index].label.field not in _SHARED_DOWN:
                continue
            for later in table.rows[position + 1 :]:
                if later.spot.row.number >= row.spot.row.number + cell.row_span:
                    break
                later.cells.setdefault(index, cell)


def _settled_roles(table: LineTable, context: Context) -> list[str]:
    """What each column holds, where the label leaves it open ("Item", two code columns)."""
    roles = [column.label.field for column in table.columns]
    for index, role in enumerate(roles):
        texts = [row.cells[index].text for row in table.rows if index in row.cells]
        if role == "item":
            roles[index] = _item_role(texts, roles)
            if roles[index] == "description" and _heads_texts(table, index):
                roles[index] = "code"
        elif role == "line_no" and texts and not _counts(texts):
            roles[index] = "code" if "code" not in roles else "other"
    if "quantity" not in roles:
        _settle_sum(table, roles)
    _settle_unnamed(table, roles)
    _settle_proved(table, roles, context)
    codes = [index for index, role in enumerate(roles) if role == "code"]
    free = [name for name in ("buyer_code", "seller_code") if name not in roles]
    if len(codes) == 1:
        # a code nobody claims: a number of the article for the seller unless he has one already
        roles[codes[0]] = "seller_code" if "seller_code" in free else "buyer_code"
    else:
        for index, name in zip(codes, free, strict=False):
            roles[index] = name
        for index in codes[len(free) :]:
            roles[index] = "other"
    return roles


_SUMS = ("合计", "总计", "小计", "共计", "total", "totals", "sum", "sumqty", "总件数")


def _settle_sum(table: LineTable, roles: list[str]) -> None:
    """ "Total" after a column for each size is the quantity where the columns before add up."""
    for index, column in enumerate(table.columns):
        if roles[index] != "line_amount" or key_of(column.printed) not in _SUMS:
            continue
        sums = [_sizes_fit(row, index, roles) for row in table.rows if index in row.cells]
        if sums and all(sums):
            roles[index] = "quantity"
            return


def _sizes_fit(row: TableRow, index: int, roles: list[str]) -> bool:
    """Whether the figures just left of a cell, in columns nobody knows, add up to it."""
    total, left = _plain_number(row.cells[index]), Decimal(0)
    at = index - 1
    while at >= 0 and roles[at] in ("unknown", "other"):
        if at in row.cells:
            number = _plain_number(row.cells[at])
            if number is None:
                break
            left += number
        at -= 1
    return total is not None and total > 0 and left == total


def _plain_number(cell: Cell) -> Decimal | None:
    if isinstance(cell.value, Decimal):
        return cell.value
    return Decimal(cell.text) if re.fullmatch(r"\d{1,9}(?:\.\d+)?", cell.text.strip()) else None


def _heads_texts(table: LineTable, index: int) -> bool:
    """Whether every cell of a column is one word with more text on rows of its own below it."""
    rows = [row for row in table.rows if index in row.cells]
    return bool(rows) and all(
        _is_one_word(row.cells[index].text) and any(at == index for at, _ in row.continued)
        for row in rows
    )


def _settle_unnamed(table: LineTable, roles: list[str]) -> None:
    """What the rows show where labels do not: units below "Units", texts below what we cannot read.

    "Units" is a quantity in one table and the unit in another that counts in a column before it.
    """
    shown = [[r.cells[i].text for r in table.rows if i in r.cells] for i in range(len(roles))]
    if roles.count("quantity") > 1 and "unit" not in roles:
        for index, texts in enumerate(shown):
            if roles[index] == "quantity" and texts and all(map(is_unit, texts)):
                roles[index] = "unit"
    if "specification" in roles and not {"description", "item"} & set(roles):
        named = [i for i, r in enumerate(roles) if r == "unknown" and _are_names(shown[i])]
        if len(named) == 1:
            roles[named[0]] = "description"
        return
    if not TEXTS.isdisjoint(roles) or not table.rows:
        return
    worded = [i for i, role in enumerate(roles) if role == "unknown" and _are_texts(shown[i])]
    if worded:
        roles[max(worded, key=lambda i: sum(map(len, shown[i])))] = "description"


def _are_names(texts: list[str]) -> bool:
    """Whether all are short Chinese names, as articles have beside their specification."""
    return bool(texts) and all(re.search("[\u3400-\u9fff]{2,}", text) for text in texts)


def _settle_proved(table: LineTable, roles: list[str], context: Context) -> None:
    """A column we cannot read the label of holds the quantity where it makes every amount."""
    if "quantity" in roles or not {"unit_price", "line_amount"} <= set(roles):
        return
    price, amount = roles.index("unit_price"), roles.index("line_amount")
    for index, role in enumerate(roles):
        if (
            role == "unknown"
            and table.rows
            and all(
                _makes_amount([row.cells.get(at) for at in (index, price, amount)], context)
                for row in table.rows
            )
        ):
            roles[index] = "quantity"
            return


def _makes_amount(cells: list[Cell | None], context: Context) -> bool:
    numbers = [context.number(cell) if cell is not None else None for cell in cells]
    known = [number.value for number in numbers if number is not None]
    return len(known) == len(cells) and product_fits(known[0], known[1], known[2])


def _are_texts(texts: list[str]) -> bool:
    """Whether all are words, as descriptions of goods are, and not figures, days or codes."""
    return bool(texts) and all(
        len(text) >= 8 and re.search(r"[^\W\d_]{3,}[\s,/-]+\w", text) for text in texts
    )


def _counts(texts: list[str]) -> bool:
    return all(re.fullmatch(r"\d{1,5}(?:[.-]\d{1,3})?\.?", text) for text in texts)


def _item_role(texts: list[str], roles: list[str]) -> str:
    if texts and _counts(texts) and "line_no" not in roles:
        values = [int(re.match(r"\d+", text).group()) for text in texts]  # type: ignore[union-attr]
        if (values == sorted(values) and values[0] in (0, 1, 10, 100)) or "code" in roles:
            return "line_no"
    if "description" in roles and all(_CODE.fullmatch(text) for text in texts):
        return "code"
    if "description" in roles and "code" not in roles and all(map(_is_one_word, texts)):
        return "code"
    if "description" in roles:
        return "specification" if "specification" not in roles else "code"
    if texts and all(_CODE.fullmatch(text) for text in texts):
        return "code"
    return "description"


def _is_one_word(text: str) -> bool:
    is_short = re.fullmatch(r"[A-Za-z]\d", text) is not None
    return text.isascii() and (is_short or 2 < len(text) <= 40) and " " not in text.strip()


def _trim_line_numbers(lines: list[DraftLine]) -> None:
    """Line numbers are printed with and without a dot."""
    for line in lines:
        number = line.values.get("line_no")
        if number is not None:
            line.values["line_no"] = Found(number.value.rstrip("."), number.place)


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure under its label, and where it stands."""

    label: Label
    cell: Cell
    place: Place


def _line(table: LineTable, row: TableRow, context: Context) -> DraftLine:
    """One row of the table as a line, with what the rows below add to it."""
    line, roles = DraftLine(), table.roles
    figures: dict[str, list[Printed]] = {name: [] for name in VALUE}
    for index, cell in sorted(row.cells.items()):
        place = row.spot.place(cell)
        if roles[index] in VALUE:
            figures[roles[index]].append(Printed(table.columns[index].label, cell, place))
        else:
            put_value(line, roles[index], cell, place, context)
    for quantity in figures["quantity"]:
        put_quantity(line, quantity, context)
    for index, cell in row.continued:
        is_headed = roles[index].endswith("_code") and "description" not in roles
        is_headed = is_headed and (" " in cell.text.strip() or "description" in line.values)
        if is_headed and "description" not in line.values:
            put_value(line, "description", cell, row.spot.place(cell), context)
            if index in row.cells and cell.left > row.cells[index].right:
                line.doubt("description", "no label says that it names the article")
        else:
            _continue(line, "item" if is_headed else roles[index], cell)
    for name, cell, spot in row.details:
        code = "buyer_code" if "seller_code" in roles else "seller_code"
        put_value(line, code if name == "code" else name, cell, spot.place(cell), context)
    line.describe()
    put_prices(line, figures["unit_price"], figures["line_amount"], context)
    texts = [role for role in roles if role in ("description", "specification")]
    if table.is_spaced and len(texts) > 1 and " " in (line.get(texts[0]) or ""):
        line.doubt(texts[0], "only blanks part the columns: the border is a guess")
    if "quantity" not in line.values:
        line.doubt("quantity", "no quantity was found for the line")
    return line


def _has_weak_dates(table: LineTable) -> bool:
    """Whether the due dates come from a column that is only called "Date"."""
    return any(
        role == "due_date" and key_of(column.printed) in ("date", "日期", "时间")
        for role, column in zip(table.roles, table.columns, strict=True)
    )


def put_value(line: DraftLine, role: str, cell: Cell, place: Place, context: Context) -> None:
    """What a cell says under a label, figures excepted (see put_quantity, put_prices)."""
    if role in ("buyer_code", "seller_code", "line_no"):
        line.put(role, cell.text, place)
    elif role == "gtin":
        line.put("gtin", re.sub(r"[\s-]", "", cell.text), place)
    elif role in ("description", "specification"):
        line.put(role, " ".join(cell.text.split()), place)
    elif role == "unit":
        line.put("unit", context.unit(cell.text), place)
    elif role == "due_date":
        day, why = context.date(cell)
        line.put("due_date", day, place, why)
    elif role == "price_base":
        number = context.number(cell)
        if number is not None and number.value > 0:
            line.put("price_base_quantity", plain(number.value), place)
    elif role == "discount":
        _put_discount(line, cell, place, context)
    elif role == "tax_rate":
        number = context.number(cell)
        if number is not None:
            # sheets store 13 % as 0.13
            value = number.value * 100 if 0 < number.value < 1 else number.value
            line.tax_rate = plain(value)


def _put_discount(line: DraftLine, cell: Cell, place: Place, context: Context) -> None:
    text = cell.text
    folded_rate = re.fullmatch(r"\s*(\d(?:\.\d+)?)\s*折\s*", text)
    number = context.number(cell)
    if folded_rate:
        # 8.5折 means that 85 % are paid
        line.put("discount_percent", plain(100 - Decimal(folded_rate.group(1)) * 10), place)
    elif number is not None and number.value:
        value = abs(number.value)
        if isinstance(cell.value, Decimal) and value < 1:
            line.put(
                "discount_percent", plain(value * 100), place, "the discount was stored as a share"
            )
        else:
            line.put("discount_percent", plain(value), place)


def _continue(line: DraftLine, role: str, cell: Cell) -> None:
    """A row that only goes on with the text of the line above."""
    if role not in TEXTS:
        return
    role = "description" if role == "item" else role
    old = line.values.get(role)
    if old is not None:
        place = old.place
        if place is not None and place.box is not None and cell.box is not None:
            sure = min(place.confidence, cell.confidence)
            place = replace(place, box=around((place.box, cell.box)), confidence=sure)
        line.values[role] = Found(f"{old.value} {' '.join(cell.text.split())}", place)


def put_quantity(line: DraftLine, printed: Printed, context: Context) -> None:
    """Quantity, and the unit behind it or in the label."""
    cell, place = printed.cell, printed.place
    number = context.number(cell)
    if number is None:
        line.doubt("quantity", f"{cell.text[:60]!r} is not a single number")
        number = context.number_in(re.sub(r"[(（][^)）]*[)）]", " ", cell.text))
    if number is None:
        return
    why = _AMBIGUOUS if number.is_ambiguous else None
    if re.search(r"[±~约]|\+/-|approx|about|abt|circa|ca\.", cell.text.lower()):
        why = "the quantity is only approximate"
    line.put("quantity", plain(number.value), place, why)
    unit = leading_unit(number.after) or (
        number.after.strip("()（） ") if is_unit(number.after) else None
    )
    if unit is None and number.after:
        if re.fullmatch(r"[A-Za-z\u3400-\u9fff]{1,12}\.?", number.after):
            unit = number.after
        else:
            line.doubt("quantity", f"{cell.text[:60]!r} says more than a number")
    unit = unit or printed.label.unit
    if unit:
        line.put("unit", context.unit(unit), place)


_Price = tuple[Printed, Number, int | None]
"""A price, and for how many units it is, if that is said."""

_Amount = tuple[Printed, Number]


def _price_number(cell: Cell, context: Context) -> tuple[Number | None, int | None]:
    """A price, and the quantity it is for when that stands behind it (12.50/100)."""
    number = context.number(cell)
    if number is not None:
        return number, price_base(f"{number.before}{number.after}") or price_base(number.after)
    match = re.match(
        r"(.*?\d)\s*(?:[A-Za-z¥￥$€£元]{0,4})\s*((?:/|per|每)\s*\d[\d,]*.*)$", cell.text, re.I
    )
    if match:
        return context.number_in(match.group(1)), price_base(match.group(2))
    return None, None


def put_prices(
    line: DraftLine, prices: Sequence[Printed], amounts: Sequence[Printed], context: Context
) -> None:
    """Price and amount; of several the pair that quantity × price proves, tax included first."""
    read_prices: list[_Price] = []
    for printed in prices:
        number, base = _price_number(printed.cell, context)
        text = printed.cell.text
        if number is not None:
            read_prices.append((printed, number, base or printed.label.base))
        elif re.search(r"\d", text) or (len(prices) == 1 and text.strip("-—/ ")):
            line.doubt("unit_price", f"{text[:60]!r} is not a single number")
    read_amounts: list[_Amount] = [
        (printed, number)
        for printed in amounts
        if (number := context.number(printed.cell)) is not None
    ]
    read_prices.sort(key=lambda price: price[0].label.tax_included is not True)
    read_amounts.sort(key=lambda amount: amount[0].label.tax_included is not True)
    proved = _proved_pair(line, read_prices, read_amounts)
    price = proved[0] if proved else next(iter(read_prices), None)
    amount = proved[1] if proved else next(iter(read_amounts), None)
    if price is not None:
        printed, number, base = price
        why = _AMBIGUOUS if number.is_ambiguous and not proved else None
        line.put("unit_price", plain(number.value), printed.place, why)
        line.price_includes_tax = printed.label.tax_included
        if base:
            line.put("price_base_quantity", str(base), printed.place)
    if amount is not None:
        printed, number = amount
        line.put("line_amount", plain(number.value), printed.place)


def _proved_pair(
    line: DraftLine, prices: Sequence[_Price], amounts: Sequence[_Amount]
) -> tuple[_Price, _Amount] | None:
    quantity = decimal_of(line.get("quantity"))
    if quantity is None:
        return None
    stated = decimal_of(line.get("price_base_quantity")) or Decimal(1)
    for price in prices:
        for amount in amounts:
            base = Decimal(price[2]) if price[2] else stated
            if product_fits(quantity, price[1].value, amount[1].value, base):
                return price, amount
    return None
