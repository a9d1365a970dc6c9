"""A work order is not released before what the orders it is made for wait for is done."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.kernel import clock
from gendan.kernel.errors import IllegalStep
from gendan.orders.models import Hold, Order
from gendan.orders.queries import demand_of
from gendan.orders.services import place_hold, release_hold
from gendan.orders.services.refusals import OrderIsHeld
from gendan.production.gates import open_gates
from gendan.production.models import WorkOrder
from gendan.production.services import WorkOrderRow, firm_work_orders, release_work_order
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
WEDNESDAY = dt.date(2026, 6, 10)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(WEDNESDAY)):
        masters.item("B-1")
        masters.item("A-1", supply="make")
        masters.bom("A-1", {"B-1": 1})
        yield


def confirmed() -> Order:
    return orders.confirmed(masters.customer(), [orders.line("A-1", 10)])


def held(order: Order, stage: str = "produce", reason: str = "golden sample") -> Hold:
    return place_hold(order_id=order.pk, stage=stage, reason=reason, by=person("mei"))


def made_for(*served: Order) -> WorkOrder:
    names = [demand_of(line.pk) for one in served for line in one.lines.all()]
    row = WorkOrderRow("A-1", masters.decimal(10), WEDNESDAY, WEDNESDAY, names)
    return firm_work_orders(rows=[row], by=person("ping"))[0]


def released(work: WorkOrder) -> WorkOrder:
    return release_work_order(work_order_id=work.pk, by=person("gang"))


def test_it_waits_for_the_gate_and_says_for_what(client: Client) -> None:
    order = confirmed()
    hold, work = held(order), made_for(order)
    held(order, "ship", "balance")  # shipping is another matter
    with pytest.raises(OrderIsHeld) as refused:
        released(work)
    assert f"{order.number}: golden sample" in str(refused.value)
    assert "balance" not in str(refused.value)
    assert refused.value.link == f"/orders/{order.pk}/"
    client.force_login(person("gang"))
    page = reverse("work_order", args=[work.pk])
    html = client.get(page).content.decode()
    assert "data-gates" in html
    assert reverse("release_work_order", args=[work.pk]) not in html
    answer = client.post(f"/api/v1/work-orders/{work.pk}/release")
    assert answer.status_code == 409
    assert "golden sample" in answer.json()["message"]
    work.refresh_from_db()
    assert work.state == "firm"
    release_hold(hold_id=hold.pk, by=person("mei"))
    html = client.get(page).content.decode()
    assert "data-gates" not in html
    assert reverse("release_work_order", args=[work.pk]) in html
    assert released(work).state == "released"
    held(order)  # what has begun is not asked for it any more
    assert open_gates([WorkOrder.objects.get(pk=work.pk)]) == {}
    with pytest.raises(IllegalStep):
        released(work)


def test_of_a_lot_for_several_orders_the_first_that_may_begin_counts() -> None:
    one, other = confirmed(), confirmed()
    work = made_for(one, other)
    held(one)
    assert open_gates([work]) == {}
    held(other, reason="lab dip")
    with pytest.raises(OrderIsHeld, match=r"golden sample; .*lab dip"):
        released(work)


def test_what_is_made_for_nobody_and_what_is_over_waits_for_nothing() -> None:
    order = confirmed()
    work = made_for(order)
    held(order)
    order.lines.update(is_cancelled=True)
    assert open_gates([work, made_for()]) == {}
    assert released(work).state == "released"


def test_any_number_is_asked_for_at_once(django_assert_num_queries: Any) -> None:
    served = [confirmed() for _number in range(3)]
    works = [made_for(one) for one in served]
    for one in served:
        held(one)
    with django_assert_num_queries(2):
        assert set(open_gates(works)) == {one.pk for one in works}
