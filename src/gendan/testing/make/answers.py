"""Makers of what is answered: orders as UBL files, through the intake, and answers to them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from gendan.answers.models import Answer
from gendan.answers.services import answer_order
from gendan.answers.services.answering import Given
from gendan.contracts.models import Letterhead
from gendan.intake.models import Draft
from gendan.intake.queries import open_doubts
from gendan.intake.services import accept_draft
from gendan.kernel.models import User
from gendan.orders.models import Order
from gendan.orders.services import confirm_order, pass_review
from gendan.testing.cast import person
from gendan.testing.make import contracts, intake

# number, our code, quantity, price, date
Row = tuple[str, str, int, str, str]
ROWS: tuple[Row, ...] = (
    ("10", "HW-1001", 500, "1.20", "2027-03-15"),
    ("20", "HW-1002", 200, "3.40", "2027-03-15"),
    ("30", "HW-1003", 1000, "0.15", "2027-04-01"),
)


def ubl_order(number: str = "NH-4711", rows: Sequence[Row] = ROWS, buyer: str = "") -> bytes:
    """A customer's order as UBL 2.1."""
    lines = "".join(_ubl_line(*row) for row in rows)
    name = buyer or "Nordic Home AB"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:ID>{number}</cbc:ID>
<cbc:IssueDate>2026-11-20</cbc:IssueDate>
<cbc:DocumentCurrencyCode>USD</cbc:DocumentCurrencyCode>
<cac:BuyerCustomerParty><cac:Party><cbc:EndpointID schemeID="0088">7300010000001</cbc:EndpointID>
<cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName></cac:Party></cac:BuyerCustomerParty>
<cac:SellerSupplierParty><cac:Party><cac:PartyName><cbc:Name>Haichuan</cbc:Name></cac:PartyName>
</cac:Party></cac:SellerSupplierParty>{lines}</Order>""".encode()


def _ubl_line(number: str, code: str, quantity: int, price: str, due: str) -> str:
    return f"""
<cac:OrderLine><cac:LineItem><cbc:ID>{number}</cbc:ID>
<cbc:Quantity unitCode="C62">{quantity}</cbc:Quantity>
<cac:Delivery><cac:RequestedDeliveryPeriod><cbc:EndDate>{due}</cbc:EndDate>
</cac:RequestedDeliveryPeriod></cac:Delivery>
<cac:Price><cbc:PriceAmount currencyID="USD">{price}</cbc:PriceAmount></cac:Price>
<cac:Item><cbc:Name>Article {code}</cbc:Name>
<cac:BuyersItemIdentification><cbc:ID>B-{code}</cbc:ID></cac:BuyersItemIdentification>
<cac:SellersItemIdentification><cbc:ID>{code}</cbc:ID></cac:SellersItemIdentification></cac:Item>
</cac:LineItem></cac:OrderLine>"""


def drafted(
    content: bytes | None = None, name: str = "order.xml", *, by_mail: bool = True
) -> Draft:
    """The draft of a customer's order file; customer and goods are there already.

    `by_mail`: it came attached to a mail of Anna's, else it was dropped as it is.
    """
    file = content or ubl_order()
    if by_mail:
        return intake.draft(intake.mail(file, name=name), "order.eml")
    return intake.draft(file, name)


def accepted(draft: Draft) -> Order:
    """The order of a draft: everything doubtful is confirmed."""
    doubts = [doubt.field for doubt in open_doubts(draft)]
    return accept_draft(draft_id=draft.pk, confirmed_doubts=doubts, by=person("mei"))


def confirmed(order: Order) -> Order:
    """The order reviewed by everybody asked for, and confirmed."""
    for review in order.reviews.filter(is_required=True, state="open"):
        pass_review(review_id=review.pk, by=person("zhao"))
    return confirm_order(order_id=order.pk, by=person("mei"))


def ubl_confirmed(content: bytes | None = None, *, by_mail: bool = True) -> Order:
    """A confirmed order that came as UBL: three lines, as the customer asked."""
    intake.goods()
    intake.customer()
    return confirmed(accepted(drafted(content, by_mail=by_mail)))


def answer(order: Order, *, by: User | None = None, **given: Any) -> Answer:
    """An answer to an order, on our letterhead; `given` are fields of Given."""
    if not Letterhead.objects.exists():
        contracts.letterhead()
    return answer_order(order_id=order.pk, given=Given(**given), by=by or person("mei"))


def day(text: str) -> dt.date:
    """2027-03-15 as a date."""
    return dt.date.fromisoformat(text)
