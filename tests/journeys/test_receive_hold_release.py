"""An order by link, a delivery by scan, hold and verdict: stock is promised only after it."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from gendan.followup.models import Milestone
from gendan.inventory.queries import availability
from gendan.kernel import audit, clock, reactions
from gendan.notices.models import Notice
from gendan.orders.queries import demand_of
from gendan.purchasing import services
from gendan.purchasing.models import GoodsReceipt
from gendan.purchasing.tests import ordered, received
from gendan.purchasing.tests.ordered import TODAY
from gendan.testing.cast import person
from gendan.testing.make import followup, masters, orders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def free() -> int:
    item = masters.item("CLOTH")
    return int(availability([item.pk])[item.pk].free)


def in_house(order_id: int) -> str:
    rows = Milestone.objects.filter(
        journey__order=order_id, evidence="material_received", materials=[]
    )
    return ",".join(sorted({one.state for one in rows}))


def told(name: str, fact: str) -> bool:
    return Notice.objects.filter(user=person(name), entry__fact=fact).exists()


def test_ordered_confirmed_received_held_released() -> None:
    received.store()
    masters.item("CLOTH")
    wish = orders.line("CLOTH", 100, requested_on=ordered.DUE.replace(year=2027))
    order = orders.confirmed(masters.customer(), [wish], by=person("mei"), incoterm="EXW")
    followup.approved(stage="buy")  # the deposit has come
    demand = demand_of(order.lines.get().pk)
    bought, token = ordered.sent(ordered.line("CLOTH", demands=[demand]))
    services.answer_by_supplier_link(
        token=token, answers=[services.LineAnswer(position=1)], name="Li Wei"
    )
    reactions.run_due()
    assert in_house(order.pk) in ("to_come", "open", "open,to_come")

    # Wen scans the order, counts a hundred; they are here, but nobody may promise them.
    wen = Client()
    wen.force_login(person("wen"))
    page = wen.post(reverse("receive_goods"), {"scan": bought.number, "do": "scan"})
    assert page.status_code == 200
    row = {"do": "receive", "count": "1", "line-0": received.line(bought).pk, "quantity-0": "100"}
    wen.post(reverse("receive_goods"), row)
    reactions.run_due()
    receipt = GoodsReceipt.objects.get()
    assert (receipt.state, free()) == ("held", 0)
    assert in_house(order.pk) in ("to_come", "open", "open,to_come")
    assert told("bo", "GoodsReceived")

    # Qiu rejects ten and releases the rest; the ten are replaced, released, and all is in house.
    [line] = receipt.lines.all()
    ten = [services.VerdictRow(line.pk, Decimal(10))]
    services.reject_receipt(receipt_id=receipt.pk, rows=ten, reason="stains", by=person("qiu"))
    services.release_receipt(receipt_id=receipt.pk, by=person("qiu"))
    reactions.run_due()
    assert free() == 90
    assert in_house(order.pk) in ("to_come", "open", "open,to_come")
    assert told("mei", "GoodsRejected")
    services.return_goods(
        receipt_id=receipt.pk,
        outcome="replacement",
        reason="stains",
        due_on=TODAY,
        by=person("bo"),
    )
    reactions.run_due()
    again = received.receive(received.arrived(bought, 10))
    reactions.run_due()
    assert in_house(order.pk) in ("to_come", "open", "open,to_come")
    services.release_receipt(receipt_id=again.pk, by=person("qiu"))
    reactions.run_due()
    assert (free(), in_house(order.pk)) == (100, "reached")
    assert audit.audit() == {}
