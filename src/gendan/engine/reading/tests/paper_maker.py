"""Orders on paper made from what they say: PDFs whose right reading is known."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pypdfium2
import typst
from pylopdf_fonts_zh_cn import sans_path

_SPECIAL = str.maketrans({mark: "\\" + mark for mark in "\\#$*_@`<>[]~/"})


@dataclass(frozen=True)
class Item:
    """One line of an order as the buyer means it."""

    code: str
    text: str
    quantity: str
    price: str
    unit: str = ""
    due: str = ""
    base: int = 1
    discount: str = ""

    @property
    def amount(self) -> Decimal:
        """What the line costs."""
        value = Decimal(self.quantity) * Decimal(self.price) / self.base
        if self.discount:
            value *= 1 - Decimal(self.discount) / 100
        return value.quantize(Decimal("0.01"))


@dataclass(frozen=True)
class Order:
    """An order as the buyer means it."""

    number: str
    date: str
    currency: str | None
    buyer: str
    seller: str
    items: tuple[Item, ...]
    due: str = ""

    @property
    def total(self) -> Decimal:
        """What all lines cost."""
        return sum((item.amount for item in self.items), Decimal(0))

    def expected(self) -> dict[str, Any]:
        """The right answer, in the form the samples have."""
        return {
            "doc_type": "order",
            "order_number": self.number,
            "issue_date": self.date,
            "currency": self.currency,
            "buyer": {"name": self.buyer},
            "seller": {"name": self.seller},
            "due_date": self.due or None,
            "lines": [
                {
                    "code": item.code or None,
                    "description": item.text,
                    "quantity": item.quantity,
                    "unit": item.unit or None,
                    "unit_price": item.price,
                    "due_date": item.due or self.due or None,
                }
                for item in self.items
            ],
        }


def undated(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items of a document that prints no date for each."""
    return tuple(replace(item, due="") for item in items)


def text(value: object) -> str:
    """A text that means nothing to the typesetter."""
    return str(value).translate(_SPECIAL).replace("\n", " \\\n")


def cells(values: list[object] | tuple[object, ...]) -> str:
    """Table cells."""
    return "".join(f"[{text(value)}], " for value in values)


def figure(value: Decimal | str) -> str:
    """1234.5 as 1,234.50."""
    return f"{Decimal(value):,.2f}"


def european(value: Decimal | str) -> str:
    """1234.5 as 1.234,50."""
    return figure(value).translate(str.maketrans(",.", ".,"))


def table(columns: str, rows: list[str], options: str = "") -> str:
    """A table; the first row is its header."""
    head = f"table.header({rows[0]})," if "repeat" in options else rows[0]
    options = options.replace("repeat,", "")
    return f"#table(columns: {columns}, {options}\n{head}\n" + "\n".join(rows[1:]) + ")\n"


def typeset(
    body: str, *, page: str = "", size: str = "9pt", font: str = "Libertinus Serif"
) -> bytes:
    """The document as a PDF."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(sans_path().parent)])
    source = (
        f"#set page({page or 'margin: 18mm'})\n"
        f'#set text(font: ("{font}", "Noto Sans SC"), size: {size})\n'
        f"#set smartquote(enabled: false)\n{body}"
    )
    return bytes(typst.compile(source.encode(), format="pdf", font_paths=fonts))


def turned(data: bytes, degrees: int) -> bytes:
    """The same pages laid on their side."""
    document = pypdfium2.PdfDocument(data)
    for page in document:
        page.set_rotation(degrees)
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    return stream.getvalue()


Maker = Callable[[], tuple[bytes, Order]]
