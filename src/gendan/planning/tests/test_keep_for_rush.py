"""What lies there for an order that was promised before others is kept for it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.inventory.queries import reserved_for
from gendan.kernel import clock, reactions
from gendan.orders.models import Order
from gendan.orders.queries import demand_of
from gendan.orders.services import confirm_order
from gendan.planning import invariants, services
from gendan.planning.models import PlanDemand, PlannedOrder
from gendan.planning.possible import possible
from gendan.planning.services import promise_order, promise_rush
from gendan.planning.tests.factory import MONDAY, cut_goods, planned
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def factory() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        cut_goods()
        yield


def order(quantity: int, wished: dt.date | None = None) -> Order:
    return make.draft(lines=[make.line("A-1", quantity, requested_on=wished)], incoterm="EXW")


def promised(quantity: int, wished: dt.date | None = None) -> Order:
    return confirmed(order(quantity, wished))


def confirmed(found: Order) -> Order:
    if found.promised_on is None:
        promise_order(order_id=found.pk, by=person("mei"))
    confirm_order(order_id=found.pk, by=person("mei"))
    return Order.objects.get(pk=found.pk)


def rushed(quantity: int) -> Order:
    found = order(quantity)
    there = possible(found.pk).rush
    assert there is not None
    promise_rush(order_id=found.pk, mark=there.mark, by=person("mei"))
    return Order.objects.get(pk=found.pk)


def kept(found: Order) -> Decimal:
    name = demand_of(found.lines.get().pk)
    return reserved_for([name]).get(name, Decimal(0))


def test_the_next_plan_leaves_it_what_others_were_moved_for() -> None:
    """The first has all that lies there by its day; whoever goes before it takes it today."""
    masters.stock("A-1", 40)
    first = promised(40)
    rush = rushed(40)
    assert rush.promised_on == MONDAY
    first.refresh_from_db()
    assert first.promised_on is not None
    assert first.promised_on > MONDAY
    reactions.run_due()
    assert kept(rush) == 0  # a draft: others may still have it
    confirmed(rush)
    reactions.run_due()
    assert kept(rush) == 40
    run = planned()
    # It is served from what is kept for it, and the one that was moved has goods made anew.
    assert not PlanDemand.objects.get(run=run, order=rush).is_late
    assert PlannedOrder.objects.get(run=run).quantity == 40
    assert services.keep_for_rush(order_id=rush.pk) == {}  # once is enough
    assert invariants.check() == []


def test_nothing_is_kept_that_others_are_promised() -> None:
    """What comes tomorrow is for the rush; what lies there today is somebody else's."""
    masters.stock("A-1", 10)
    today, made = promised(10, MONDAY), promised(10, MONDAY)  # the second is made on Monday
    masters.expected("A-1", 30, MONDAY + dt.timedelta(days=1))
    moved = promised(30)
    rush = rushed(30)
    days = [Order.objects.get(pk=one.pk).promised_on for one in (today, made, rush)]
    assert days == [MONDAY, MONDAY, MONDAY + dt.timedelta(days=1)]
    assert Order.objects.get(pk=moved.pk).promised_on == MONDAY + dt.timedelta(days=3)
    confirmed(rush)
    reactions.run_due()
    assert kept(rush) == 0


def test_nothing_is_kept_for_who_did_not_go_first() -> None:
    masters.stock("A-1", 10)
    first = promised(10)
    reactions.run_due()
    assert services.keep_for_rush(order_id=first.pk) == {}
    assert kept(first) == 0


def test_what_was_taken_back_is_kept_for_nobody() -> None:
    masters.stock("A-1", 40)
    promised(40)
    rush = rushed(40)
    Order.objects.filter(pk=rush.pk).update(state="cancelled")
    assert services.keep_for_rush(order_id=rush.pk) == {}
