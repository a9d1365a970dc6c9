"""From a request to three suppliers and back: two quote, one declines, the order is shared."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from gendan.kernel import audit, clock, reactions, sending
from gendan.notices.models import Notice
from gendan.purchasing import services
from gendan.purchasing.comparing import compare
from gendan.purchasing.models import PurchaseOrder, RequestForQuotation
from gendan.purchasing.services import AwardRow, RfqLineRow
from gendan.purchasing.tests import quoting
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 10)  # a Wednesday


def link_in(mailbox: Any, address: str) -> str:
    """The path of the link in the newest mail that really arrived at an address."""
    mail = [one for one in mailbox.received if address in str(one["To"])][-1]
    body = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    found = re.search(r"/l/[^/\s]+/", body.get_payload(decode=True).decode())
    assert found is not None
    return found[0]


def typed(price: str, days: str) -> dict[str, str]:
    given = {"action": "submit", "seen": "0", "currency": "CNY"}
    return given | {"price-1-0": price, "lead-1": days}


def test_request_ask_quote_decline_compare_award_order_thank(mailbox: Any) -> None:
    with clock.at(clock.moment_on(TODAY)):
        request = quoting.requested(quantity=100)
        rfq, _tokens = quoting.sent(RfqLineRow(request_ids=[request.pk]))
        reactions.run_due()
        sending.send_waiting()
        paths = {code: link_in(mailbox, f"{code.lower()}@mill.example") for code in quoting.MILLS}
        # Three phones, three links: two quote, one does not.
        assert Client().post(paths["MILL-A"], typed("2.00", "10")).status_code == 200
        assert Client().post(paths["MILL-B"], typed("2.20", "5")).status_code == 200
        declined = {"action": "decline", "seen": "0", "reason": "染厂排期已满"}
        assert Client().post(paths["MILL-C"], declined).status_code == 200
        reactions.run_due()
    with clock.at(clock.moment_on(TODAY + dt.timedelta(days=8))):
        services.follow_rfqs()  # what every night does
        reactions.run_due()
        rfq = RequestForQuotation.objects.get(pk=rfq.pk)
        assert rfq.state == "closed"
        asked = Notice.objects.filter(user=person("bo"), entry__fact="RfqClosed")
        assert asked.exists()
        assert Client().post(paths["MILL-A"], typed("1", "1")).status_code == 409
        a, b, c = compare(rfq).wholes
        assert (a.rank, b.rank, c.rank, c.problem) == (1, 2, None, "missing")
        rows = [AwardRow(1, "MILL-A", "70"), AwardRow(1, "MILL-B", "30")]
        services.award_rfq(rfq_id=rfq.pk, rows=rows, reason="two legs", by=person("bo"))
        reactions.run_due()
        request.refresh_from_db()
        assert request.in_orders == 100
        assert request.to_order == 0
        totals = PurchaseOrder.objects.filter(state="draft").values_list("total", flat=True)
        assert sorted(totals) == [66, 140]
        with pytest.raises(services.NobodyToTell):
            services.tell_losers(rfq_id=rfq.pk, by=person("bo"))
        assert audit.audit() == {}
