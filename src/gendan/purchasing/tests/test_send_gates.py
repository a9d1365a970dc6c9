"""A purchase order is not sent before what the customers' orders it is for wait for is done."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from gendan.kernel import clock
from gendan.orders.models import Hold, Order
from gendan.orders.queries import demand_of
from gendan.orders.services import place_hold, release_hold
from gendan.orders.services.refusals import OrderIsHeld
from gendan.purchasing import services
from gendan.purchasing.models import PurchaseOrder
from gendan.purchasing.services import EditLineRow
from gendan.purchasing.tests.ordered import DUE, TODAY, approved, line
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db


def confirmed() -> Order:
    return orders.confirmed(masters.customer(), [orders.line("CHAIR-GATED", 10)])


@pytest.fixture(autouse=True)
def chair() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        masters.item("CHAIR-GATED")
        yield


def held(order: Order, stage: str, reason: str) -> Hold:
    return place_hold(order_id=order.pk, stage=stage, reason=reason, by=person("mei"))


def bought_for(*served: Order) -> PurchaseOrder:
    names = [demand_of(one.pk) for order in served for one in order.lines.all()]
    return approved(line(demands=names))


def send(order: PurchaseOrder) -> None:
    services.send_purchase_order(purchase_order_id=order.pk, by=person("bo"))


def test_it_waits_for_the_deposit_and_says_so_before(client: Client) -> None:
    order = confirmed()
    hold, bought = held(order, "buy", "deposit"), bought_for(order)
    held(order, "produce", "sample")  # nothing is made there
    with pytest.raises(OrderIsHeld) as refused:
        send(bought)
    assert f"{order.number}: deposit" in str(refused.value)
    assert "sample" not in str(refused.value)
    bought.refresh_from_db()
    assert (bought.state, bought.version) == ("approved", 0)
    client.force_login(person("bo"))
    page = reverse("purchase_order", args=[bought.pk])
    assert f"{order.number}: deposit" in client.get(page).content.decode()
    release_hold(hold_id=hold.pk, by=person("mei"))
    assert f"{order.number}: deposit" not in client.get(page).content.decode()
    send(bought)
    bought.refresh_from_db()
    assert bought.version == 1
    held(order, "buy", "deposit")  # what has gone out may be sent again
    services.resend_purchase_order(purchase_order_id=bought.pk, by=person("bo"))


def test_work_that_is_done_outside_waits_for_the_sample_too() -> None:
    order = confirmed()
    held(order, "produce", "sample")
    bought = bought_for(order)
    PurchaseOrder.objects.filter(pk=bought.pk).update(kind="subcontract")
    with pytest.raises(OrderIsHeld, match="sample"):
        send(bought)


def test_of_several_orders_the_first_that_may_be_bought_for_counts() -> None:
    one, other = confirmed(), confirmed()
    held(one, "buy", "deposit")
    send(bought_for(one, other))


def test_a_line_added_to_an_order_that_was_sent_waits_as_well() -> None:
    free, order = confirmed(), confirmed()
    hold, bought = held(order, "buy", "deposit"), bought_for(free)
    send(bought)
    names = [demand_of(one.pk) for one in order.lines.all()]
    masters.item("LABEL-GATED")
    added = EditLineRow(
        item="LABEL-GATED",
        quantity=Decimal(10),
        price=Decimal(2),
        requested_on=DUE,
        demands=names,
    )
    bo = person("bo")
    services.edit_purchase_order(purchase_order_id=bought.pk, lines=[added], by=bo)
    services.submit_purchase_order(purchase_order_id=bought.pk, by=bo)
    with pytest.raises(OrderIsHeld, match="deposit"):
        send(bought)
    release_hold(hold_id=hold.pk, by=person("mei"))
    send(bought)
    held(order, "buy", "deposit again")  # all of it has gone out: a change of it may
    change = EditLineRow(position=1, quantity=Decimal(90))
    services.edit_purchase_order(purchase_order_id=bought.pk, lines=[change], by=bo)
    services.submit_purchase_order(purchase_order_id=bought.pk, by=bo)
    send(bought)
    bought.refresh_from_db()
    assert bought.version == 3
