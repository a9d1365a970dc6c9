"""Holding what is promised for a draft: others cannot have it, and it is free again by itself."""

import datetime as dt

import pytest

from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, NotAllowed
from gendan.orders.models import Order
from gendan.orders.services import confirm_order
from gendan.planning.models import PromiseHold
from gendan.planning.services import (
    compute_promise,
    hold_promise,
    promise_order,
    release_promise,
)
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def quoted() -> Order:
    """A draft that is promised from the only stock there is."""
    masters.item("A-1", lead_days=30)
    masters.stock("A-1", 100)
    order = make.draft(lines=[make.line("A-1", 100, requested_on=None)])
    promise_order(order_id=order.pk, by=person("mei"))
    return order


def other_gets() -> str:
    order = make.draft(lines=[make.line("A-1", 100, requested_on=None)])
    return compute_promise(order.pk).lines[0].reasons[0].code


def test_what_is_held_is_not_promised_to_another() -> None:
    order = quoted()
    assert other_gets() == "from_stock"
    hold = hold_promise(order_id=order.pk, hours=24, by=person("mei"))
    assert other_gets() == "bought"
    assert compute_promise(order.pk).lines[0].reasons[0].code == "from_stock"
    assert journal.timeline(order)[0].fact == "PromiseHeld"
    with clock.at(hold.until_at - dt.timedelta(seconds=1)):
        assert other_gets() == "bought"
    with clock.at(hold.until_at):
        assert other_gets() == "from_stock"


def test_release_promise_gives_it_back_before_its_time() -> None:
    order = quoted()
    hold_promise(order_id=order.pk, hours=24, by=person("mei"))
    release_promise(order_id=order.pk, by=person("mei"))
    assert other_gets() == "from_stock"
    assert journal.timeline(order)[0].fact == "PromiseReleased"
    with pytest.raises(DomainError, match="Nothing is held"):
        release_promise(order_id=order.pk, by=person("mei"))


def test_held_once_more_the_new_end_counts() -> None:
    order = quoted()
    hold_promise(order_id=order.pk, hours=24, by=person("mei"))
    again = hold_promise(order_id=order.pk, hours=72, by=person("mei"))
    assert PromiseHold.objects.get(order=order).until_at == again.until_at
    with clock.at(again.until_at):
        with pytest.raises(DomainError, match="Nothing is held"):
            release_promise(order_id=order.pk, by=person("mei"))
        hold_promise(order_id=order.pk, hours=1, by=person("mei"))
        assert other_gets() == "bought"


def test_it_refuses_what_makes_no_sense() -> None:
    order = make.draft(lines=[make.line(requested_on=None)])
    with pytest.raises(DomainError, match="Nothing is promised"):
        hold_promise(order_id=order.pk, hours=24, by=person("mei"))
    order = quoted()
    for hours in (0, -1, 10_000):
        with pytest.raises(DomainError, match="hours"):
            hold_promise(order_id=order.pk, hours=hours, by=person("mei"))
    with pytest.raises(NotAllowed):
        hold_promise(order_id=order.pk, hours=24, by=person("bo"))
    confirm_order(order_id=order.pk, by=person("mei"))
    with pytest.raises(DomainError, match="no draft"):
        hold_promise(order_id=order.pk, hours=24, by=person("mei"))


def test_what_has_gone_to_another_is_not_taken_from_him() -> None:
    order = quoted()
    other = make.draft(lines=[make.line("A-1", 100, requested_on=None)])
    promise_order(order_id=other.pk, by=person("mei"))
    confirm_order(order_id=other.pk, by=person("mei"))
    with pytest.raises(DomainError, match="cannot be kept any more"):
        hold_promise(order_id=order.pk, hours=24, by=person("mei"))
    assert not PromiseHold.objects.exists()
    promise_order(order_id=order.pk, by=person("mei"))
    hold_promise(order_id=order.pk, hours=24, by=person("mei"))
