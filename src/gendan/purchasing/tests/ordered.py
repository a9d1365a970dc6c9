"""Makers of purchase orders for the tests of this room and the journeys."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from gendan.kernel.models import Mail
from gendan.partners.models import Partner
from gendan.purchasing import services
from gendan.purchasing.models import PurchaseOrder
from gendan.purchasing.services import DraftLineRow, DraftOrderRow
from gendan.testing.cast import person
from gendan.testing.make import masters

TODAY = dt.date(2026, 6, 10)  # a Wednesday
DUE = dt.date(2026, 7, 10)


def mill(**values: Any) -> Partner:
    """A supplier with somebody who reads mails."""
    found = masters.supplier("MILL", currency="CNY", name="Mill Ltd", **{"language": "en"} | values)
    masters.contact("MILL", "Li Wei", email="li@mill.example", is_main=True)
    return found


def line(item: str = "CLOTH", quantity: int = 100, **values: Any) -> DraftLineRow:
    """A line of a hundred pieces for 2 each, due on DUE."""
    masters.item(item)
    given: dict[str, Any] = {"price": Decimal(2), "requested_on": DUE} | values
    return DraftLineRow(item=item, quantity=Decimal(quantity), **given)


def draft(*lines: DraftLineRow, **head: Any) -> PurchaseOrder:
    """An order to the mill, as a draft of Bo's."""
    mill()
    row = DraftOrderRow(supplier="MILL", lines=lines or (line(),), **head)
    return services.draft_purchase_orders(rows=[row], by=person("bo"))[0]


def approved(*lines: DraftLineRow, **head: Any) -> PurchaseOrder:
    """An order within Bo's limit, approved."""
    order = draft(*lines, **head)
    return services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))


def sent(*lines: DraftLineRow, **head: Any) -> tuple[PurchaseOrder, str]:
    """An order sent to the mill, and the token of the link in the mail."""
    order = approved(*lines, **head)
    services.send_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    order.refresh_from_db()
    return order, token_of_last_mail()


def token_of_last_mail() -> str:
    """The token of the link in the newest mail to a supplier."""
    text = Mail.objects.filter(kind="purchase").latest("pk").text
    found = re.search(r"/l/([^/\s]+)/", text)
    assert found is not None
    return found[1]
