"""One story: an order is planned, its material asked for, bought, late, held, released, issued."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.catalog.services import ItemRow, save_items
from gendan.followup.models import Journey
from gendan.inventory.models import Move
from gendan.kernel import audit, clock, reactions, sending
from gendan.notices.models import Notice
from gendan.orders.services.refusals import OrderIsHeld
from gendan.planning import jobs, queries
from gendan.planning.kits import Kit, kits_of
from gendan.planning.models import PlannedOrder, PlanRun
from gendan.planning.services import firm_planned_orders
from gendan.planning.tests.factory import MONDAY, chairs
from gendan.production.models import WorkOrder
from gendan.production.services import ComponentRow, issue_components, release_work_order
from gendan.purchasing import services
from gendan.purchasing.models import GoodsReceipt, PurchaseOrder, PurchaseRequest, SupplierWord
from gendan.purchasing.services import AwardRow, RfqLineRow
from gendan.purchasing.tests import quoting, received
from gendan.testing.cast import person
from gendan.testing.make import followup, masters, orders

pytestmark = pytest.mark.django_db
READY, MUCH_LATER = dt.date(2026, 5, 15), dt.date(2027, 4, 30)
LEAD_DAYS = 50  # so many working days after the eleventh of March it is the twentieth of May
TOO_LATE_TO_BUY_ELSEWHERE = dt.date(2026, 3, 11)
COUNTERED = dt.date(2026, 5, 18)


def at(day: dt.date) -> Any:
    return clock.at(clock.moment_on(day))


def confirmed(by: str, item: str, due: dt.date) -> int:
    line = orders.line(item, 10, requested_on=due)
    return orders.confirmed(masters.customer(), [line], by=person(by), incoterm="EXW").pk


def let_the_workers_work() -> None:
    """Reactions, the plan they asked for, what that one caused, and the mails."""
    reactions.run_due()
    for run in PlanRun.objects.filter(state="waiting").order_by("pk"):
        jobs.calculate_now(run.pk)
    reactions.run_due()
    sending.send_waiting()


def link_in(mailbox: Any, address: str) -> str:
    """The path of the link in the newest mail that really arrived at an address."""
    mail = [one for one in mailbox.received if address in str(one["To"])][-1]
    body = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    found = re.search(r"/l/[^/\s]+/", body.get_payload(decode=True).decode())
    assert found is not None
    return found[0]


def forecasts() -> dict[str, dt.date]:
    rows = Journey.objects.values_list("follower__username", "forecast_on")
    return {str(name): day for name, day in rows}


def told(name: str, fact: str) -> int:
    return Notice.objects.filter(user=person(name), entry__fact=fact).count()


def kit() -> Kit:
    """What the work order of the chairs has and lacks."""
    order = WorkOrder.objects.get(item__code="CHAIR")
    return kits_of([order])[order.pk]


def seats_wanted() -> PurchaseRequest:
    """Two orders, the plan, and what Ping firms of it: the seats of Mei's chairs."""
    confirmed("mei", "CHAIR", READY)
    confirmed("jun", "CHAIR", MUCH_LATER)
    let_the_workers_work()
    run = queries.live_run()
    assert run is not None
    assert run.figures["late_sales_orders"] == 0
    first = PlannedOrder.objects.filter(run=run, due_on__lte=READY)
    ids = list(first.values_list("pk", flat=True))
    firm_planned_orders(planned_order_ids=ids, by=person("ping"))
    let_the_workers_work()
    return PurchaseRequest.objects.get(item__code="SEAT")


def bought(mailbox: Any, request: PurchaseRequest) -> PurchaseOrder:
    """Two mills quote by their links, the better one is awarded and sent its order."""
    rfq, _tokens = quoting.sent(RfqLineRow(request_ids=[request.pk]))
    let_the_workers_work()
    for code, price in (("MILL-A", "2.00"), ("MILL-B", "2.20")):
        path = link_in(mailbox, f"{code.lower()}@mill.example")
        typed = {"action": "submit", "seen": "0", "price-1-0": price, "lead-1": "45"}
        typed["currency"] = "CNY"
        assert Client().post(path, typed).status_code == 200
    services.close_rfq(rfq_id=rfq.pk, by=person("bo"))
    rows = [AwardRow(1, "MILL-A", str(request.quantity))]
    services.award_rfq(rfq_id=rfq.pk, rows=rows, reason="cheaper", by=person("bo"))
    order = PurchaseOrder.objects.get()
    services.submit_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    followup.approved(stage="buy")  # the deposits have come
    services.send_purchase_order(purchase_order_id=order.pk, by=person("bo"))
    let_the_workers_work()
    return order


def countered(mailbox: Any, order: PurchaseOrder) -> None:
    """The mill says a later day on its phone: Mei's order moves, she hears it, Jun does not."""
    before = forecasts()
    path = link_in(mailbox, "mill-a@mill.example")
    answer = {"action": "answer", "position": "1", "seen": "0", "on-1": COUNTERED.isoformat()}
    page = Client().post(path, answer | {"quantity-1": str(order.lines.get().quantity)})
    assert page.status_code == 200
    let_the_workers_work()
    after = forecasts()
    assert after["mei"] > max(before["mei"], COUNTERED)
    assert after["jun"] == before["jun"]
    assert (told("mei", "SupplierCountered"), told("jun", "SupplierCountered")) == (1, 0)
    services.accept_counter(word_id=SupplierWord.objects.get().pk, by=person("bo"))
    let_the_workers_work()


def received_by_wen(order: PurchaseOrder) -> GoodsReceipt:
    wen = Client()
    wen.force_login(person("wen"))
    line = received.line(order)
    row = {"do": "receive", "count": "1", "line-0": line.pk, "quantity-0": str(line.quantity)}
    wen.post(reverse("receive_goods"), row)
    let_the_workers_work()
    return GoodsReceipt.objects.get()


def test_order_plan_quote_buy_counter_chase_receive_release_issue(mailbox: Any) -> None:
    with at(MONDAY):
        chairs()
        received.store()
        save_items(rows=[ItemRow("SEAT", lead_days=LEAD_DAYS)], by=None)
        masters.stock("LEG", 400)
        order = bought(mailbox, seats_wanted())
    with at(TOO_LATE_TO_BUY_ELSEWHERE):
        countered(mailbox, order)
        [seat] = kit().missing
        assert seat.short == 10
        assert seat.ready_on == COUNTERED
        assert [one.reference for one in seat.missing] == [order.number]
    with at(COUNTERED + dt.timedelta(days=7)):
        services.chase_supplier(purchase_order_id=order.pk, by=None)
        let_the_workers_work()
        assert "overdue" in str(mailbox.received[-1]["Subject"])
        receipt = received_by_wen(order)
        assert receipt.state == "held"
        assert kit().missing  # it is here, and yet nobody may take it
        services.release_receipt(receipt_id=receipt.pk, by=person("qiu"))
        let_the_workers_work()
        assert not kit().missing
        work = WorkOrder.objects.get(item__code="CHAIR")
        with pytest.raises(OrderIsHeld, match="Golden sample signed"):
            release_work_order(work_order_id=work.pk, by=person("ping"))
        followup.approved(Journey.objects.get(follower=person("mei")).order_id)
        release_work_order(work_order_id=work.pk, by=person("ping"))
        rows = [ComponentRow("SEAT", Decimal(10), "BIN-1")]
        issue_components(work_order_id=work.pk, rows=rows, by=person("wen"))
        let_the_workers_work()
        assert received.lies("SEAT") == {}
        last = Move.objects.filter(item__code="SEAT").latest("pk")
        assert (last.source.code, last.quantity) == ("BIN-1", 10)
        legs = work.components.get(item__code="LEG")
        assert [one.item_id for one in kit().parts] == [legs.item_id]
        assert audit.audit() == {}
