"""Makers of requests for quotation for the tests of this room, the pages and the journeys."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from gendan.kernel import clock
from gendan.kernel.models import Mail
from gendan.purchasing import services
from gendan.purchasing.models import PurchaseRequest, RequestForQuotation
from gendan.purchasing.services import InviteRow, PurchaseRow, Quote, QuoteRow, RfqLineRow
from gendan.testing.cast import person
from gendan.testing.make import masters

MILLS = ("MILL-A", "MILL-B", "MILL-C")


def mills(**values: Any) -> None:
    """Three suppliers with somebody who reads mails; the third reads Chinese."""
    for code in MILLS:
        language = "zh-hans" if code == "MILL-C" else "en"
        given = {"currency": "CNY", "country": "CN", "name": f"{code} Ltd", "language": language}
        masters.supplier(code, **given | values)
        masters.contact(code, f"Reader {code}", email=f"{code.lower()}@mill.example", is_main=True)


def in_days(days: int) -> dt.date:
    """A day from today."""
    return clock.today() + dt.timedelta(days=days)


def requested(item: str = "CLOTH", quantity: int = 100) -> PurchaseRequest:
    """A purchase request for an item, needed in thirty days."""
    masters.item(item)
    row = PurchaseRow(item, Decimal(quantity), in_days(30), clock.today())
    return services.request_purchases(rows=[row], by=person("bo"))[0]


def drafted(*lines: RfqLineRow, **values: Any) -> RequestForQuotation:
    """A request of Bo's to three mills, to be answered within a week."""
    mills()
    masters.item("CLOTH")
    usual = RfqLineRow(item="CLOTH", quantity=Decimal(100), needed_on=in_days(30))
    given: dict[str, Any] = {
        "lines": lines or (usual,),
        "suppliers": [InviteRow(code) for code in MILLS],
        "answer_by_on": in_days(7),
    }
    return services.draft_rfq(**given | values, by=person("bo"))


def sent(*lines: RfqLineRow, **values: Any) -> tuple[RequestForQuotation, dict[str, str]]:
    """The same, sent; and each supplier's token."""
    rfq = drafted(*lines, **values)
    services.send_rfq(rfq_id=rfq.pk, by=person("bo"))
    rfq.refresh_from_db()
    return rfq, tokens()


def tokens() -> dict[str, str]:
    """The token of the newest mail to each mill."""
    found = {}
    for mail in Mail.objects.filter(kind="quotation").order_by("pk"):
        match = re.search(r"/l/([^/\s]+)/", mail.text)
        if match is not None:
            found[mail.to[0].split("@")[0].upper()] = match[1]
    return found


def quote(*prices: Any, days: int = 10, **values: Any) -> Quote:
    """One price a line (None: not quoted), all of them here in so many working days."""
    rows = [
        QuoteRow(place, [("", str(price))], lead_days=days)
        for place, price in enumerate(prices, 1)
        if price is not None
    ]
    return Quote(rows, **values)
