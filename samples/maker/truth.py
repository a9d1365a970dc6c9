"""What an order says before anybody lays it out, and the answer file that follows from it."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from .goods import COMPANIES, GOODS, SELLERS, Company

Answer = dict[str, Any]
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """One ordered article."""

    buyer_code: str
    seller_code: str
    gtin: str
    name: str
    spec: str
    quantity: Decimal
    unit: str
    price: Decimal
    base: int = 1
    discount: int = 0
    due_on: date | None = None
    amount_printed: Decimal | None = None

    @property
    def amount(self) -> Decimal:
        """What the paper prints as the line's amount: usually the right one."""
        if self.amount_printed is not None:
            return self.amount_printed
        net = self.quantity * self.price / self.base * (100 - self.discount) / 100
        return net.quantize(CENT, ROUND_HALF_UP)

    @property
    def price_with_tax(self) -> Decimal:
        """The price with 13 % VAT."""
        return (self.price * Decimal("1.13")).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Truth:
    """One order."""

    language: str
    number: str
    issued_on: date
    currency: str
    buyer: Company
    seller: Company
    ship_to: Company
    lines: tuple[Line, ...]
    due_on: date
    numbers_near: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """Sum of the printed amounts."""
        return sum((line.amount for line in self.lines), Decimal(0))

    def with_lines(self, *lines: Line) -> "Truth":
        """The same order with other lines."""
        return replace(self, lines=lines)


def plain(value: Decimal) -> str:
    """A number as the answer file holds it."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def check_digit(digits: str) -> str:
    """The last digit of a GTIN."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


NUMBER_SHAPES = (
    *("PO-{y}-{n:04}", "{n:06}", "45000{n:05}", "P{y}{n:04}", "{n:04}/{yy}", "{n:05}-{d}"),
    *("B.{n:05}", "HK{yy}{n:05}", "ORD{n:07}", "{yy}-{n:04}-A", "WX{yy}{mm:02}{n:04}"),
)


def order_number(chance: Random, on: date) -> str:
    """A number as one of many companies would write it."""
    shape = chance.choice(NUMBER_SHAPES)
    values = {"n": chance.randint(101, 9899), "d": chance.randint(1, 9)}
    return shape.format(y=on.year, yy=on.year % 100, mm=on.month, **values)


def _line(chance: Random, index: int, language: str, buyer_mark: str, on: date) -> Line:
    good = GOODS[index % len(GOODS)]
    step = chance.choice((1, 10, 50, 100, 500))
    stem = f"69{chance.randint(10**9, 10**10 - 1)}"
    price = Decimal(chance.randint(11, 9999)) / 100
    return Line(
        buyer_code=f"{buyer_mark}{chance.randint(1000, 99999)}",
        seller_code=f"{chance.choice('GKLTX')}{chance.choice('ABQZ')}-{chance.randint(100, 9999)}",
        gtin=stem + check_digit(stem),
        name=good.zh if language == "zh" else good.en,
        spec=good.spec,
        quantity=Decimal(step * chance.randint(1, 48)),
        unit=good.unit_zh if language == "zh" else good.unit_en,
        price=price,
        due_on=on + timedelta(days=chance.randint(20, 90)),
    )


def make_truth(
    chance: Random, language: str, lines: int | None = None, currency: str | None = None
) -> Truth:
    """An order of invented companies."""
    on = date(2026, 1, 5) + timedelta(days=chance.randint(0, 300))
    buyers = [c for c in COMPANIES if c.language == language and currency in (None, c.currency)]
    buyer = chance.choice(buyers)
    rest = [c for c in COMPANIES if c.language == language and c.name != buyer.name]
    seller = chance.choice([c for c in SELLERS if c.language == language])
    first = chance.randrange(len(GOODS))
    mark = chance.choice(("M", "10-", "A0", "RM", "7"))
    count = lines or chance.randint(2, 7)
    near = {
        "quotation": f"Q{chance.randint(10000, 99999)}",
        "contract": f"FA-{chance.randint(100, 999)}/{on.year}",
        "vat": f"{chance.choice(('GB', 'DE', 'IE'))}{chance.randint(10**8, 10**9 - 1)}",
        "account": f"{chance.randint(100000, 999999)}",
        "previous": order_number(chance, on - timedelta(days=90)),
        "requisition": f"REQ{chance.randint(1000, 9999)}",
    }
    return Truth(
        language=language,
        number=order_number(chance, on),
        issued_on=on,
        currency=currency or buyer.currency,
        buyer=buyer,
        seller=seller,
        ship_to=chance.choice(rest),
        lines=tuple(_line(chance, first + i, language, mark, on) for i in range(count)),
        due_on=on + timedelta(days=chance.randint(25, 60)),
        numbers_near=near,
    )


def answer(truth: Truth, *, shows: set[str], absent: tuple[str, ...] = ()) -> Answer:
    """The answer to a layout that prints these columns; `absent` names what it does not print."""
    result: Answer = {
        "doc_type": "order",
        "order_number": None if "order_number" in absent else truth.number,
        "issue_date": None if "issue_date" in absent else truth.issued_on.isoformat(),
        "currency": None if "currency" in absent else truth.currency,
        "buyer": None if "buyer" in absent else {"name": truth.buyer.name},
        "lines": [_line_answer(line, shows) for line in truth.lines],
    }
    if "header_due" in shows:
        result["due_date"] = truth.due_on.isoformat()
    if "seller" not in absent:
        result["seller"] = {"name": truth.seller.name}
    return result


def _line_answer(line: Line, shows: set[str]) -> Answer:
    value: Answer = {"quantity": plain(line.quantity)}
    for name in ("buyer_code", "seller_code", "gtin"):
        if name in shows:
            value[name] = getattr(line, name)
    if "code" in shows:
        value["code"] = line.seller_code
    if "name" in shows:
        value["description"] = line.name
    if "unit" in shows:
        value["unit"] = line.unit
    if "price" in shows:
        value["unit_price"] = plain(line.price)
    if "price_with_tax" in shows:
        value["unit_price_incl_tax"] = plain(line.price_with_tax)
        if "price" in shows:
            value["unit_price_excl_tax"] = value.pop("unit_price")
    if "price" not in shows and "price_with_tax" not in shows:
        value["unit_price"] = None
    if "due" in shows:
        value["due_date"] = line.due_on.isoformat() if line.due_on else None
    elif "header_due" not in shows:
        value["due_date"] = None
    return value
