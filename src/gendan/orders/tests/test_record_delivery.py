"""Delivering, keeping stock, closing, cancelling."""

from decimal import Decimal

import pytest

from gendan.inventory import invariants as stock_invariants
from gendan.inventory.models import Move
from gendan.inventory.queries import availability
from gendan.kernel import journal
from gendan.kernel.errors import DomainError, IllegalStep, NotAllowed
from gendan.orders import invariants
from gendan.orders.models import Order
from gendan.orders.services import (
    DeliveredLine,
    cancel_order,
    close_order,
    place_hold,
    record_delivery,
    reserve_lines,
    unreserve_lines,
)
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def deliver(order: Order, quantity: object, **given: object) -> Order:
    line = DeliveredLine(line_id=order.lines.get().pk, quantity=quantity, **given)  # type: ignore[arg-type]
    return record_delivery(order_id=order.pk, lines=[line], by=person("lin"))


def all_is_true() -> bool:
    assert [*invariants.check(), *stock_invariants.check()] == []
    return True


def test_what_lies_in_our_stores_is_taken_from_there() -> None:
    item = masters.item("A-1")
    masters.stock("A-1", 150)
    order = make.confirmed(lines=[make.line(item)])
    assert reserve_lines(order_id=order.pk, by=person("wen")) == {order.lines.get().pk: 100}
    deliver(order, 60)
    there = availability([item.pk])[item.pk]
    assert there.on_hand == 90
    assert there.reserved == 40
    assert Move.objects.filter(about=f"orders.order:{order.pk}").count() == 1
    fact = journal.timeline(order)[0]
    assert fact.fact == "DeliveryRecorded"
    assert fact.data["lines"] == [
        {"line": "1", "item": "A-1", "quantity": "60", "from_stock": "yes"}
    ]
    assert not fact.data["is_complete"]
    deliver(order, 45)  # 5 % more is allowed
    assert journal.timeline(order)[0].data["is_complete"]
    closed = close_order(order_id=order.pk, by=person("mei"))
    assert closed.state == "closed"
    assert all_is_true()


def test_what_never_lay_there_is_only_counted() -> None:
    order = make.confirmed()
    deliver(order, 100)
    assert order.lines.get().delivered == 100
    assert not Move.objects.exists()
    masters.stock("A-1", 1)
    other = make.confirmed(masters.customer("C-2"))
    with pytest.raises(DomainError, match="not enough free stock"):
        deliver(other, 100)
    deliver(other, 100, from_stock=False)
    assert all_is_true()


def test_the_tolerance_is_kept() -> None:
    order = make.confirmed(over_percent=10, short_percent=5)
    with pytest.raises(DomainError, match="at most 110") as caught:
        deliver(order, 111)
    assert caught.value.code == "outside_tolerance"
    deliver(order, 94)
    with pytest.raises(DomainError, match=r"line 1 \(A-1\): 94 of 100"):
        close_order(order_id=order.pk, by=person("mei"))
    deliver(order, 1)
    close_order(order_id=order.pk, by=person("mei"))
    assert all_is_true()


def test_a_hold_on_shipping_refuses() -> None:
    order = make.confirmed()
    place_hold(order_id=order.pk, stage="ship", reason="balance not paid", by=person("fang"))
    with pytest.raises(DomainError, match="balance not paid"):
        deliver(order, 1)
    assert order.lines.get().delivered == 0


def test_it_refuses_what_makes_no_sense() -> None:
    order = make.confirmed()
    line = DeliveredLine(line_id=order.lines.get().pk, quantity=1)
    for lines, match in (
        ([], "Say what"),
        ([line, line], "not one to be delivered"),
        ([DeliveredLine(line_id=0, quantity=1)], "not one to be delivered"),
        ([DeliveredLine(line_id=line.line_id, quantity="0.3")], "smallest step"),
    ):
        with pytest.raises(DomainError, match=match):
            record_delivery(order_id=order.pk, lines=lines, by=person("lin"))
    with pytest.raises(DomainError, match="lies ahead"):
        record_delivery(
            order_id=order.pk, lines=[line], delivered_on=make.in_days(1), by=person("lin")
        )
    with pytest.raises(NotAllowed):
        record_delivery(order_id=order.pk, lines=[line], by=person("bo"))
    with pytest.raises(IllegalStep):
        deliver(make.draft(masters.customer("C-2")), 1)


def test_reserving_takes_what_is_there_or_refuses() -> None:
    masters.item("A-1")
    order = make.confirmed()
    with pytest.raises(DomainError, match="Nothing of these items is free"):
        reserve_lines(order_id=order.pk, by=person("mei"))
    masters.stock("A-1", 30)
    with pytest.raises(DomainError, match="lacking"):
        reserve_lines(order_id=order.pk, take_what_is_there=False, by=person("mei"))
    line = order.lines.get().pk
    assert reserve_lines(order_id=order.pk, by=person("mei")) == {line: Decimal(30)}
    masters.stock("A-1", 200)
    assert reserve_lines(order_id=order.pk, line_ids=[line], by=person("mei")) == {line: 70}
    with pytest.raises(DomainError, match="kept for them already"):
        reserve_lines(order_id=order.pk, by=person("mei"))
    assert unreserve_lines(order_id=order.pk, by=person("mei")) == {line: 100}
    with pytest.raises(DomainError, match="Nothing is kept"):
        unreserve_lines(order_id=order.pk, by=person("mei"))
    with pytest.raises(DomainError, match="does not belong"):
        reserve_lines(order_id=order.pk, line_ids=[0], by=person("mei"))
    assert all_is_true()


def test_cancelling_needs_a_reason_and_frees_everything() -> None:
    masters.item("A-1")
    masters.stock("A-1", 100)
    order = make.confirmed(customer_order_number="PO-1")
    reserve_lines(order_id=order.pk, by=person("mei"))
    place_hold(order_id=order.pk, stage="buy", reason="deposit", by=person("fang"))
    with pytest.raises(DomainError, match="Say why"):
        cancel_order(order_id=order.pk, reason=" ", by=person("mei"))
    cancelled = cancel_order(order_id=order.pk, reason="customer is bankrupt", by=person("mei"))
    cancelled.refresh_from_db()
    assert (cancelled.state, cancelled.end_reason) == ("cancelled", "customer is bankrupt")
    assert cancelled.ended_at is not None
    assert all_is_true()
    for again in (
        lambda: cancel_order(order_id=order.pk, reason="x", by=person("mei")),
        lambda: reserve_lines(order_id=order.pk, by=person("mei")),
        lambda: place_hold(order_id=order.pk, stage="buy", reason="x", by=person("mei")),
    ):
        with pytest.raises(IllegalStep):
            again()


def test_what_is_delivered_cannot_be_cancelled() -> None:
    order = make.confirmed()
    deliver(order, 1)
    with pytest.raises(DomainError, match="have been delivered"):
        cancel_order(order_id=order.pk, reason="x", by=person("mei"))
