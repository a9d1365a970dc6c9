"""From a request to the supplier and back: another day moves an order, the right one hears it."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from gendan.followup.models import Journey
from gendan.inventory.models import ExpectedSupply
from gendan.kernel import audit, clock, reactions, sending
from gendan.notices.models import Notice
from gendan.orders.queries import demand_of
from gendan.purchasing import services
from gendan.purchasing.models import PurchaseOrder, PurchaseRequest, SupplierWord
from gendan.purchasing.services import DraftLineRow, DraftOrderRow, LimitRow, PurchaseRow
from gendan.purchasing.tests import ordered
from gendan.purchasing.tests.ordered import DUE, TODAY
from gendan.testing.cast import person
from gendan.testing.make import followup, masters, orders

pytestmark = pytest.mark.django_db
LATE = dt.date(2026, 12, 1)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def confirmed(by: str, due: dt.date) -> str:
    """An order followed by somebody; the name of its line."""
    line = orders.line("CLOTH", 50, requested_on=due)
    order = orders.confirmed(masters.customer(), [line], by=person(by), incoterm="EXW")
    return demand_of(order.lines.get().pk)


def told(name: str) -> int:
    rows = Notice.objects.filter(user=person(name), entry__fact="SupplierCountered")
    return rows.count()


def forecasts() -> dict[str, dt.date]:
    rows = Journey.objects.values_list("follower__username", "forecast_on")
    return {str(name): day for name, day in rows}


def test_request_order_approve_send_counter_reforecast_accept_chase(mailbox: Any) -> None:
    masters.item("CLOTH")
    ordered.mill()
    soon, far = confirmed("mei", dt.date(2026, 9, 30)), confirmed("jun", dt.date(2027, 9, 30))
    rows = [PurchaseRow("CLOTH", Decimal(100), DUE, TODAY, demands=[soon, far])]
    [request] = services.request_purchases(rows=rows, by=person("ping"))
    reactions.run_due()

    # Bo orders it; it is above her limit, so Zhao approves; the mail goes out by SMTP.
    services.save_approval_limits(rows=[LimitRow("buyer", Decimal(100))], by=person("zhao"))
    row = DraftLineRow(request_ids=[request.pk], price=Decimal(2))
    draft = DraftOrderRow(supplier="MILL", lines=[row])
    [order] = services.draft_purchase_orders(rows=[draft], by=person("bo"))
    services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    reactions.run_due()
    asked = Notice.objects.filter(user=person("zhao"), entry__fact="PurchaseOrderSubmitted")
    assert asked.exists()
    services.approve_purchase_order(purchase_order_id=order.pk, by=person("zhao"))
    followup.approved(stage="buy")  # the deposits have come
    services.send_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    reactions.run_due()
    sending.send_waiting()
    [mail] = [one for one in mailbox.received if "li@mill.example" in str(one["To"])]
    body = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    found = re.search(r"/l/[^/\s]+/", body.get_payload(decode=True).decode())
    assert found is not None
    assert any(part.get_content_type() == "application/pdf" for part in mail.walk())
    assert PurchaseRequest.objects.get().state == "ordered"
    before = forecasts()

    # The supplier's phone: another day. Mei's order is late by it, Jun's still in time.
    supplier, page = Client(), found[0]
    assert supplier.get(page).status_code == 200
    typed = {"action": "answer", "position": "1", "seen": "0", "on-1": LATE.isoformat()}
    assert supplier.post(page, typed | {"quantity-1": "100"}).status_code == 200
    reactions.run_due()
    after = forecasts()
    assert after["mei"] > before["mei"]
    assert after["mei"] > LATE
    assert told("jun") == 0
    assert told("bo") == 1
    assert told("mei") == 1

    # Bo is told, decides, and chases when the goods do not come.
    word = SupplierWord.objects.get()
    with pytest.raises(services.SupplierWaitsForUs):
        services.chase_supplier(purchase_order_id=order.pk, by=person("bo"))
    services.accept_counter(word_id=word.pk, by=person("bo"))
    reactions.run_due()
    assert PurchaseOrder.objects.get().state == "confirmed"
    with clock.at(clock.moment_on(LATE + dt.timedelta(days=3))):
        services.chase_supplier(purchase_order_id=order.pk, by=person("bo"))
        sending.send_waiting()
    assert any("overdue" in str(one["Subject"]) for one in mailbox.received)
    assert audit.audit() == {}


def test_parts_countered_on_a_phone_move_only_whom_the_last_part_makes_late() -> None:
    masters.item("CLOTH")
    ordered.mill()
    soon, far = confirmed("mei", dt.date(2026, 9, 30)), confirmed("jun", dt.date(2027, 9, 30))
    order, token = ordered.sent(ordered.line("CLOTH", 100, demands=[soon, far]))
    reactions.run_due()
    before, page = forecasts(), f"/l/{token}/"
    typed = {"action": "answer", "position": "1", "seen": "0", "name": "Li Wei"}
    typed |= {"on-1": DUE.isoformat(), "quantity-1": "60"}
    typed |= {"on-1-2": LATE.isoformat(), "quantity-1-2": "40"}
    assert Client().post(page, typed).status_code == 200
    reactions.run_due()  # what the worker does within a second or two
    proposed = forecasts()
    assert proposed["mei"] > max(before["mei"], LATE)
    assert (told("mei"), told("jun"), told("bo")) == (1, 0, 1)
    services.accept_counter(word_id=SupplierWord.objects.get().pk, by=person("bo"))
    reactions.run_due()
    rows = ExpectedSupply.objects.filter(reference=order.number, is_open=True)
    parts = [(one.due_on, int(one.quantity)) for one in rows.order_by("due_on")]
    assert parts == [(DUE, 60), (LATE, 40)]  # expected by part from the moment it is agreed
    assert forecasts() == proposed
    assert audit.audit() == {}
