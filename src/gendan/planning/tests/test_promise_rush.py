"""A rush order: what it would bring, who moves, and that nothing changes before it is accepted."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.catalog.queries import calendar
from gendan.engine.promise.book import Booking
from gendan.engine.promise.capable import answered
from gendan.engine.promise.rush import rush as engine_rush
from gendan.engine.promise.scene import scene_of
from gendan.engine.transit import ThreeDates
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, NotAllowed
from gendan.orders import invariants
from gendan.orders.entry import DeliveryData
from gendan.orders.models import Line, Order
from gendan.orders.queries import demand_of
from gendan.orders.services import (
    DeliveredLine,
    PromisedLine,
    confirm_order,
    record_delivery,
    record_promise,
)
from gendan.planning.models import PromiseHold
from gendan.planning.possible import Choices, RushPossible, possible, rush_of
from gendan.planning.queries import moved_for
from gendan.planning.services import compute_promise, promise_order, promise_rush, rushing
from gendan.planning.snapshot import snapshot_of_order
from gendan.planning.tests.factory import MONDAY, cut_goods
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def factory() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        cut_goods()
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
    after = Order.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")
    assert [one.promised_on for one in after] == before
    promise_rush(order_id=rushed.pk, mark=found.rush.mark, by=person("mei"))
    rushed.refresh_from_db()
    assert rushed.promised_on == found.rush.on
    # What others moved away from is held for it until it is confirmed.
    assert PromiseHold.objects.get(released_at=None).order == rushed
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


def rush(rushed: Order) -> None:
    found = possible(rushed.pk).rush
    assert found is not None
    promise_rush(order_id=rushed.pk, mark=found.mark, by=person("mei"))


def two_lines(policy: str, *deliveries: DeliveryData) -> Order:
    """A confirmed order of 50 that are made and of 5 that are there already."""
    masters.item("B-2")
    masters.stock("B-2", 5)
    lines = [
        make.line("A-1", 50, requested_on=None, deliveries=deliveries),
        make.line("B-2", 5, requested_on=None),
    ]
    found = make.draft(lines=lines, ship_policy=policy)
    promise_order(order_id=found.pk, by=person("mei"))
    confirm_order(order_id=found.pk, by=person("mei"))
    return Order.objects.get(pk=found.pk)


def test_shipped_together_all_lines_move() -> None:
    other = two_lines("together")
    rushed = order(20)
    found = possible(rushed.pk).rush
    assert found is not None
    assert [one.line.item.code for one in found.later] == ["A-1", "B-2"]
    assert found.rearranged == 0
    rush(rushed)
    was_on, [day] = other.promised_on, {one.promised_on for one in other.lines.all()}
    assert day == found.later[0].becomes_on
    assert was_on is not None
    assert day is not None
    assert day > was_on
    assert Order.objects.get(pk=other.pk).promised_on == day


def test_what_stays_keeps_its_reasons() -> None:
    other = two_lines("by_line")
    made, there = other.lines.order_by("position")
    before = there.promises.order_by("pk").last()
    assert before is not None
    assert before.reasons
    assert before.earliest_on
    rush(order(20))
    after = there.promises.order_by("pk").last()
    assert after is not None
    assert after.pk != before.pk
    for name in ("ex_works_on", "on_board_on", "at_door_on", "earliest_on", "reasons"):
        assert getattr(after, name) == getattr(before, name)
    assert there.promised_on == Line.objects.get(pk=there.pk).promised_on
    assert made.promised_on != Line.objects.get(pk=made.pk).promised_on


def test_each_delivery_moves_for_itself() -> None:
    other = two_lines("by_line", DeliveryData(quantity=20), DeliveryData(quantity=30))
    line = other.lines.get(item__code="A-1")
    first, second = line.deliveries.order_by("position")
    far = MONDAY + dt.timedelta(days=90)
    line.deliveries.filter(pk=second.pk).update(promised_on=far)
    Line.objects.filter(pk=line.pk).update(promised_on=far)
    before = line.promises.order_by("pk").last()
    rushed = order(20)
    found = possible(rushed.pk).rush
    assert found is not None
    [moved] = found.later
    assert (moved.delivery, moved.was_on) == (first, first.promised_on)
    promise_rush(order_id=rushed.pk, mark=found.mark, by=person("mei"))
    line.refresh_from_db()
    assert [one.promised_on for one in line.deliveries.order_by("position")] == [
        moved.becomes_on,
        far,
    ]
    assert line.promised_on == far  # its last delivery is not touched
    after = line.promises.order_by("pk").last()
    assert before is not None
    assert after is not None
    codes = [(one["code"], one["binding"]) for one in after.reasons]
    assert codes[0] == ("moved_for_rush", True)
    assert codes[1:] == [(one["code"], False) for one in before.reasons]


def test_deliveries_of_others_are_booked_each_for_its_day() -> None:
    """In one lump on the last day, the first delivery's minutes would have looked free."""
    week = calendar(None)
    other = make.draft(
        lines=[
            make.line(
                "A-1",
                60,
                deliveries=[
                    DeliveryData(quantity=30, requested_on=week.add_days(MONDAY, 2)),
                    DeliveryData(quantity=30, requested_on=week.add_days(MONDAY, 40)),
                ],
            )
        ]
    )
    promise_order(order_id=other.pk, by=person("mei"))
    confirm_order(order_id=other.pk, by=person("mei"))
    [line] = compute_promise(order(20).pk).lines
    assert line.earliest_on == week.add_days(MONDAY, 4)  # after the first, before the second
    masters.expected("A-1", 30, due_on=MONDAY, demand=f"orders.line:{other.lines.get().pk}")
    [line] = compute_promise(order(20).pk).lines
    assert line.earliest_on == week.add_days(MONDAY, 1)  # what comes for it alone is its first


def test_what_is_delivered_keeps_its_day() -> None:
    other = two_lines("by_line", DeliveryData(quantity=20), DeliveryData(quantity=30))
    line = other.lines.get(item__code="A-1")
    part = DeliveredLine(line_id=line.pk, quantity=Decimal(20), from_stock=False)
    record_delivery(order_id=other.pk, lines=[part], by=person("lin"))
    was_on = line.deliveries.order_by("position")[0].promised_on
    rush(order(50))
    line.refresh_from_db()
    gone, open_one = line.deliveries.order_by("position")
    assert (gone.promised_on, open_one.promised_on) == (was_on, line.promised_on)
    assert gone.promised_on != open_one.promised_on


def test_what_was_promised_meanwhile_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    other = promised(50)
    rushed = order(20)
    mark = possible(rushed.pk).rush.mark  # type: ignore[union-attr]
    far = MONDAY + dt.timedelta(days=90)

    def and_then(*given: Any) -> RushPossible | None:
        found = rush_of(*given)
        dates = ThreeDates(far, far, far)
        line = PromisedLine(other.lines.get().pk, dates, far)
        record_promise(order_id=other.pk, engine="x", lines=[line], by=person("mei"))
        return found

    monkeypatch.setattr(rushing, "rush_of", and_then)
    with pytest.raises(DomainError, match="look again"):
        promise_rush(order_id=rushed.pk, mark=mark, by=person("mei"))
    assert rushed.promises.count() == 0


def test_all_orders_are_locked_at_once_by_rising_id() -> None:
    rushed = order(20)
    other = promised(50)
    with CaptureQueriesContext(connection) as caught:
        rush(rushed)
    [first, *_] = [one["sql"] for one in caught if "FOR UPDATE" in one["sql"]]
    assert f"({rushed.pk}, {other.pk})" in first or f"({other.pk}, {rushed.pk})" in first
    assert 'ORDER BY "orders_order"."id" ASC' in first


def test_nobody_moves_for_days_that_nobody_asked_for() -> None:
    week = calendar(None)
    other = promised(50)
    after_other, wish = week.add_days(MONDAY, 10), week.add_days(MONDAY, 4)
    patient = make.draft(lines=[make.line("A-1", 20, requested_on=after_other)])
    found = possible(patient.pk)
    assert found.complete_on is not None
    assert found.complete_on < after_other  # the usual date meets the wish
    assert found.promised_on == after_other
    assert found.rush is None
    with pytest.raises(DomainError, match="look again"):
        promise_rush(order_id=patient.pk, mark="x", by=person("mei"))
    # Before the other it could be there on the second day; only as far as wished is asked for.
    urgent = make.draft(lines=[make.line("A-1", 20, requested_on=wish)])
    offered = possible(urgent.pk).rush
    assert offered is not None
    assert (offered.on, offered.won) == (wish, (urgent.lines.get().pk,))
    rush(urgent)
    assert Order.objects.get(pk=urgent.pk).promised_on == wish
    assert moved_for(urgent) == [other.number]


def test_booked_anew_from_what_is_written_all_stand_where_the_rush_found_them() -> None:
    """The book made from the database is the one that was looked at; what comes later, or is
    promised again, leaves everybody else exactly there."""

    def booked() -> dict[str, Booking]:
        ground = snapshot_of_order(rushed.pk).promise.ground
        assert ground is not None
        return dict(ground.book.bookings)

    second = [promised(50), promised(30)][1]
    rushed = order(20)
    scene = scene_of(snapshot_of_order(rushed.pk).promise)
    asks = [scene.ask_of(one) for one in scene.snapshot.demands]
    found = engine_rush(scene.book, "rush", asks, scene.others, usual=answered(scene))
    assert found.moves
    rush(rushed)
    own = demand_of(rushed.lines.get().pk)
    looked_at = dict(found.book.bookings)
    looked_at[own] = looked_at.pop("rush")
    assert booked() == looked_at
    promised(40)
    later = booked()
    assert len(later) == 4
    assert {name: one for name, one in later.items() if name in looked_at} == looked_at
    promise_order(order_id=second.pk, by=person("mei"))
    mine = demand_of(second.lines.get().pk)
    assert {**booked(), mine: later[mine]} == later
