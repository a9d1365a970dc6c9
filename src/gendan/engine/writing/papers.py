"""What is written for a partner's system: the answer to an order, and the advice of a despatch.

Frozen values in, bytes out (ubl.py, edifact.py, x12.py); nothing here asks a clock or a database.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Verdict = Literal["accepted", "changed", "rejected"]
Format = Literal["ubl", "edifact", "x12"]


class Unwritable(ValueError):
    """A value does not fit into the format; `sentence`, with its `values` put in, says which.

    They are kept apart so that whoever shows it can say it in another language.
    """

    def __init__(self, sentence: str, **values: str | int) -> None:
        super().__init__(sentence % values)
        self.sentence, self.values = sentence, values


@dataclass(frozen=True)
class Written:
    """A message as a file."""

    file_name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class WrittenParty:
    """A company as it stands in a message; country is ISO 3166 alpha-2."""

    name: str
    gln: str = ""
    code: str = ""  # what the receiver calls this company
    email: str = ""
    street: str = ""
    city: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True)
class AnsweredLine:
    """One ordered line and what we say to it.

    quantity, unit_price, promised_on: what we promise; asked_*: what the order asked for. Units are
    as the order wrote them. price_base_quantity: the price is for so many units. note: why a line
    is changed or rejected, in the receiver's language.
    """

    line_no: str
    verdict: Verdict
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None = None
    price_base_quantity: Decimal = Decimal(1)
    promised_on: dt.date | None = None
    asked_quantity: Decimal | None = None
    asked_price: Decimal | None = None
    asked_on: dt.date | None = None
    buyer_code: str = ""
    seller_code: str = ""
    gtin: str = ""
    note: str = ""


@dataclass(frozen=True)
class OrderAnswer:
    """Our answer to a customer's order.

    number: of the answer itself; order_number: the customer's; our_number: ours of the order.
    exchange: `Source.exchange` of the message answered, so that the answer finds its way back.
    """

    number: str
    verdict: Verdict
    order_number: str
    our_number: str
    answered_at: dt.datetime
    currency: str
    buyer: WrittenParty
    seller: WrittenParty
    lines: tuple[AnsweredLine, ...]
    ordered_on: dt.date | None = None
    note: str = ""
    exchange: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DespatchedLine:
    """One line of a shipment: how much of an ordered line is on its way."""

    line_no: str
    order_line_no: str
    description: str
    quantity: Decimal
    unit: str
    outstanding: Decimal | None = None
    buyer_code: str = ""
    seller_code: str = ""
    gtin: str = ""
    lot: str = ""


@dataclass(frozen=True)
class DespatchAdvice:
    """What has left, for which order, and when it arrives."""

    number: str
    order_number: str
    issued_at: dt.datetime
    buyer: WrittenParty
    seller: WrittenParty
    lines: tuple[DespatchedLine, ...]
    despatched_on: dt.date | None = None
    arrives_on: dt.date | None = None
    carrier: str = ""
    tracking: str = ""
    packages: int | None = None
    gross_weight_kg: Decimal | None = None
    deliver_to: WrittenParty | None = None
    exchange: Mapping[str, str] = field(default_factory=dict)
