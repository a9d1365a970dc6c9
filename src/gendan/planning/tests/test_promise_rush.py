"""A rush order: what it would bring, who moves, and that nothing changes before it is accepted."""

import datetime as dt
from collections.abc import Iterator

import pytest

from gendan.catalog.queries import calendar
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, NotAllowed
from gendan.orders import invariants
from gendan.orders.models import Order
from gendan.orders.services import confirm_order
from gendan.planning.possible import Choices, possible
from gendan.planning.services import compute_promise, promise_order, promise_rush
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def factory() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        masters.item("A-1", supply="make")
        masters.work_center("CUT", minutes_per_day=100)
        masters.routing("A-1", ("CUT", 0, 10))  # 10 pieces a day
        yield


def order(quantity: int) -> Order:
    return make.draft(lines=[make.line("A-1", quantity, requested_on=None)])


def promised(quantity: int) -> Order:
    found = order(quantity)
    promise_order(order_id=found.pk, by=person("mei"))
    confirm_order(order_id=found.pk, by=person("mei"))
    return Order.objects.get(pk=found.pk)


def test_it_goes_first_and_moves_those_who_stand_in_the_way() -> None:
    first, second = promised(50), promised(30)
    rushed = order(20)
    before = [first.promised_on, second.promised_on]
    found = possible(rushed.pk)
    assert found.rush is not None
    assert found.complete_on is not None
    assert found.rush.on < found.complete_on
    moved = {one.line.order_id: one.becomes_on for one in found.rush.later}
    assert moved
    # Looking changed nothing.
    assert [one.promised_on for one in Order.objects.filter(pk__in=[first.pk, second.pk])] == before
    promise_rush(order_id=rushed.pk, mark=found.rush.mark, by=person("mei"))
    rushed.refresh_from_db()
    assert rushed.promised_on == found.rush.on
    for other in (first, second):
        was = other.promised_on
        other.refresh_from_db()
        assert other.promised_on == moved.get(other.pk, was)
    assert journal.timeline(rushed)[0].fact == "RushPromised"
    last = Order.objects.get(pk=next(iter(moved))).promises.order_by("-pk").first()
    assert last is not None
    assert last.engine == "rush"
    assert last.lines.get().reasons[0]["code"] == "moved_for_rush"
    assert invariants.check() == []
    # What is promised now can be kept: each, asked again, is no later than its promise.
    for one in (first, second):
        [line] = compute_promise(one.pk).lines
        assert line.earliest_on <= Order.objects.get(pk=one.pk).promised_on  # type: ignore[operator]


def test_what_is_no_longer_so_is_refused() -> None:
    promised(50)
    rushed = order(20)
    found = possible(rushed.pk)
    assert found.rush is not None
    with pytest.raises(DomainError, match="look again"):
        promise_rush(order_id=rushed.pk, mark="x", by=person("mei"))
    promised(10)
    masters.stock("A-1", 20)
    with pytest.raises(DomainError, match="look again"):
        promise_rush(order_id=rushed.pk, mark=found.rush.mark, by=person("mei"))
    with pytest.raises(NotAllowed):
        promise_rush(order_id=rushed.pk, mark=found.rush.mark, by=person("bo"))


def test_nothing_is_offered_where_priority_brings_nothing() -> None:
    assert possible(order(20).pk).rush is None


def test_options_odds_and_shares_stand_beside_the_date() -> None:
    wanted = order(80)
    found = possible(wanted.pk, Choices(overtime_minutes=100, outside_days=2))
    week = calendar(None)
    [line] = found.lines
    assert line.earliest_on == week.add_days(MONDAY, 7)
    assert line.half_on <= line.most_on
    assert line.is_assumed
    assert [quantity for _on, quantity in line.shares] == [20, 40, 60, 80]
    assert line.shares[-1][0] == line.earliest_on
    assert [(way.kind, way.on) for way in found.ways] == [
        ("outside", week.add_days(MONDAY, 2)),
        ("overtime", week.add_days(MONDAY, 3)),
    ]
    assert found.ways[0].cost is None


def test_an_order_without_any_date_says_why_and_how_else() -> None:
    masters.item("B-2", supply="make")
    masters.work_center("OFF", is_active=False)
    masters.routing("B-2", ("OFF", 0, 10))
    wanted = make.draft(lines=[make.line("B-2", 5, requested_on=None)])
    found = possible(wanted.pk, Choices(outside_days=3))
    assert found.stuck is not None
    assert found.stuck.params["centre"] == "OFF"
    assert [way.kind for way in found.ways] == ["outside"]
