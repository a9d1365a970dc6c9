"""Makers of papers, terms and letters of credit, through the verbs."""

import datetime as dt
from decimal import Decimal
from typing import Any

from gendan.contracts import services as contracts
from gendan.contracts.models import Letterhead, LetterOfCredit, Paper
from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.orders.models import Order
from gendan.testing.cast import person


def letterhead(**values: Any) -> Letterhead:
    """Our company as papers show it."""
    kept: dict[str, Any] = {
        "name_en": "Ningbo Haichuan Manufacturing & Trading Co., Ltd.",
        "name_zh": "宁波海川制造贸易有限公司",
        "address_en": "No. 18 Haitian Road, Beilun, Ningbo, China",
        "address_zh": "宁波市北仑区海天路18号",
    }
    return contracts.save_letterhead(letterhead=contracts.LetterheadData(**kept | values), by=None)


def paper(order: Order, kind: str = "proforma", *, by: User | None = None) -> Paper:
    """A paper of an order; the letterhead is written down if there is none."""
    if not Letterhead.objects.exists():
        letterhead()
    return contracts.issue_paper(order_id=order.pk, kind=kind, by=by or person("mei"))


def letter_of_credit(order: Order, *, by: User | None = None, **values: Any) -> LetterOfCredit:
    """A letter of credit for an order that fits it, unless said otherwise."""
    today = clock.today()
    kept: dict[str, Any] = {
        "number": "LC-1",
        "order_ids": [order.pk],
        "issuing_bank": "Hanse Bank AG, Hamburg",
        "amount": order.total or Decimal(1000),
        "currency": order.currency,
        "issued_on": today,
        "latest_shipment_on": today + dt.timedelta(days=90),
        "expires_on": today + dt.timedelta(days=111),
        "expiry_place": "China",
    }
    return contracts.save_letter_of_credit(
        customer_id=order.customer_id,
        letter=contracts.CreditData(**kept | values),
        by=by or person("fang"),
    )
