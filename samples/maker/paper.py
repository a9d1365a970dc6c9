"""A paper as blocks that any format can draw: letterhead, fields, parties, table, totals, notes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random
from typing import Any

from .goods import Company
from .truth import Answer, Line, Truth, answer, plain
from .words import DATE_STYLES, SIGNS, Labels, capitals, write_number


@dataclass
class Row:
    """A row of the table; `kind` is line, title (over all columns), note, sum or more."""

    kind: str
    cells: list[str]


@dataclass
class Table:
    """Column keys, header rows and body."""

    keys: list[str]
    header: list[list[str]]
    rows: list[Row]


@dataclass
class Paper:
    """Everything that is printed, in order of reading."""

    title: str
    letterhead: list[str]
    fields: list[tuple[str, str]]
    parties: list[tuple[str, list[str]]]
    table: Table
    totals: list[tuple[str, str]]
    notes: list[str]
    preface: list[str] = field(default_factory=list)
    bar: list[tuple[str, str]] = field(default_factory=list)  # boxes over the table
    colon: str = ":"


@dataclass(frozen=True)
class Style:
    """How a paper writes what it writes."""

    columns: tuple[str, ...]
    dates: str = "iso"
    numbers: str = "english"
    sign: str = ""  # before prices and amounts in cells
    sign_at_total: str = ""
    currency_field: bool = True
    header_due: bool = False
    buyer_in: str = "party"  # party | letterhead
    seller_named: bool = True
    ship_to: bool = False
    unit_in_quantity: bool = False
    price_places: int = 2
    colon: str = ":"
    spoil: Callable[[Any], None] | None = None  # last changes to the paper


def address(company: Company) -> list[str]:
    """Name and place of a company."""
    tel = "电话：" if company.language == "zh" else "Tel. "
    return [company.name, company.street, company.city, f"{tel}{company.phone}"]


def _quantity(line: Line, style: Style) -> str:
    places = max(0, -int(line.quantity.normalize().as_tuple().exponent))
    text = write_number(line.quantity, style.numbers, places)
    return f"{text} {line.unit}" if style.unit_in_quantity else text


def _cell(line: Line, key: str, index: int, style: Style) -> str:
    money = {"price": line.price, "price_with_tax": line.price_with_tax, "amount": line.amount}
    if key in money:
        value = money[key]
        if key == "amount" and "price_with_tax" in style.columns:
            value = line.price_with_tax * line.quantity
        places = 2 if key == "amount" else style.price_places
        return style.sign + write_number(value, style.numbers, places)
    if key == "due":
        return DATE_STYLES[style.dates](line.due_on) if line.due_on else ""
    simple = {
        "line": str(index + 1), "code": line.seller_code, "quantity": _quantity(line, style),
        "discount": str(line.discount) if line.discount else "", "base": str(line.base),
        "buyer_code": line.buyer_code, "seller_code": line.seller_code, "gtin": line.gtin,
        "name": line.name, "spec": line.spec, "unit": line.unit,
    }  # fmt: skip
    return simple[key]


def _total(truth: Truth, style: Style) -> Decimal:
    if "price_with_tax" in style.columns:
        return sum((line.price_with_tax * line.quantity for line in truth.lines), Decimal(0))
    return truth.total


def _parties(truth: Truth, style: Style, labels: Labels) -> list[tuple[str, list[str]]]:
    parties = []
    if style.buyer_in == "party":
        parties.append((labels["buyer"], address(truth.buyer)))
    if style.seller_named:
        parties.append((labels["seller"], address(truth.seller)))
    if style.ship_to:
        parties.append((labels["ship_to"], address(truth.ship_to)))
    return parties


def _fields(truth: Truth, style: Style, labels: Labels) -> list[tuple[str, str]]:
    write_date = DATE_STYLES[style.dates]
    fields = [(labels["number"], truth.number), (labels["date"], write_date(truth.issued_on))]
    if style.currency_field:
        fields.append((labels["currency"], truth.currency))
    if style.header_due:
        fields.append((labels["due"], write_date(truth.due_on)))
    zh = truth.language == "zh"
    fields.append((labels["terms"], "货到 30 天电汇" if zh else "30 days net"))
    return fields


def compose(truth: Truth, style: Style, chance: Random, **words: str) -> tuple[Paper, Answer]:
    """The paper and what must be read from it."""
    labels = Labels(chance, truth.language)
    if truth.currency != "CNY":  # some headings name the yuan
        labels.use(
            **{key: labels[key].replace("（元）", "") for key in ("col_price", "col_amount")}
        )
    labels.use(**words)
    header = [labels[f"col_{key}"] for key in style.columns]
    rows = [
        Row("line", [_cell(line, key, i, style) for key in style.columns])
        for i, line in enumerate(truth.lines)
    ]
    total = _total(truth, style)
    money = write_number(total, style.numbers, 2)
    totals = [(labels["total"], (style.sign_at_total or style.sign) + money)]
    if "amount" not in style.columns:
        totals = []
    notes: list[str] = []
    if truth.language == "zh" and totals and truth.currency == "CNY" and style.currency_field:
        totals.append(("金额大写", capitals(total)))
    paper = Paper(
        title=labels["title"],
        letterhead=address(truth.buyer) if style.buyer_in == "letterhead" else [],
        fields=_fields(truth, style, labels),
        parties=_parties(truth, style, labels),
        table=Table(list(style.columns), [header], rows),
        totals=totals,
        notes=notes,
        colon="：" if truth.language == "zh" else style.colon,
    )
    shows = set(style.columns) | ({"header_due"} if style.header_due else set())
    if style.unit_in_quantity:
        shows.add("unit")
    told = bool(style.currency_field or style.sign or style.sign_at_total)
    absent = () if told else ("currency",)
    if not style.seller_named:
        absent = (*absent, "seller")
    result = answer(truth, shows=shows, absent=absent)
    if style.spoil is not None:
        style.spoil(paper)
    return paper, result


def sign_for(chance: Random, currency: str) -> str:
    """One of the signs of a currency."""
    return chance.choice(SIGNS[currency])


def wrapped(paper: Paper, extra: list[str]) -> None:
    """Give every line a second description line in a row of its own."""
    rows: list[Row] = []
    at = paper.table.keys.index("name")
    for index, row in enumerate(paper.table.rows):
        rows.append(row)
        cells = [""] * len(paper.table.keys)
        cells[at] = extra[index % len(extra)]
        rows.append(Row("more", cells))
    paper.table.rows = rows


def grouped(paper: Paper, titles: list[str], size: int) -> None:
    """Put a title row before every few lines."""
    rows: list[Row] = []
    index = 0
    for row in paper.table.rows:
        if row.kind == "line":
            if index % size == 0:
                rows.append(Row("title", [titles[index // size % len(titles)]]))
            index += 1
        rows.append(row)
    paper.table.rows = rows


def two_header_rows(paper: Paper, below: dict[str, str]) -> None:
    """A second header row with units of measure or the second language."""
    paper.table.header.append([below.get(key, "") for key in paper.table.keys])


def number_padded(line: Line) -> Line:
    """A line whose amount is printed wrongly by a slip of the pen."""
    return replace(line, amount_printed=line.amount + Decimal("10.00"))


__all__ = [
    "Paper", "Row", "Style", "Table", "compose", "grouped", "number_padded", "plain", "sign_for",
    "two_header_rows", "wrapped",
]  # fmt: skip
