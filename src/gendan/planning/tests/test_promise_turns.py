"""Who stands before whom in the book of promises, as verbs leave it: by when a day was given."""

import datetime as dt
from collections.abc import Iterator

import pytest

from gendan.engine.promise import Standing
from gendan.kernel import clock, journal
from gendan.kernel.journal import DayStarted
from gendan.orders.entry import LineChange
from gendan.orders.models import Order
from gendan.orders.services import (
    DeliveredLine,
    amend_order,
    cancel_order,
    confirm_order,
    record_delivery,
)
from gendan.planning.handlers import plan_the_new_day
from gendan.planning.models import PromiseTurn
from gendan.planning.possible import possible
from gendan.planning.promise_others import order_lines
from gendan.planning.services import compute_promise, hold_promise, promise_order, promise_rush
from gendan.planning.snapshot import snapshot_of_order
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 2)
CODES = ("A-1", "B-2")


def at(hour: int) -> dt.datetime:
    return clock.moment_on(MONDAY, hour)


@pytest.fixture(autouse=True)
def factory() -> Iterator[None]:
    with clock.at(at(8)):
        masters.item("A-1", supply="make")
        masters.work_center("CUT", minutes_per_day=100)
        masters.routing("A-1", ("CUT", 0, 10))  # 10 pieces a day
        yield


def promised(hour: int, *, confirms: bool = True) -> Order:
    with clock.at(at(hour)):
        order = make.draft(lines=[make.line("A-1", 20, requested_on=None)])
        promise_order(order_id=order.pk, by=person("mei"))
        if confirms:
            confirm_order(order_id=order.pk, by=person("mei"))
    return order


def amended(order: Order, hour: int, quantity: int) -> None:
    line = order.lines.get()
    with clock.at(at(hour)):
        change = LineChange(line_id=line.pk, quantity=quantity)
        amend_order(order_id=order.pk, change_lines=[change], by=person("mei"))


def standing(hour: int) -> list[Standing]:
    with clock.at(at(hour)):
        return order_lines()


def numbers(hour: int) -> list[str]:
    return [one.order for one in standing(hour)]


def test_who_asks_for_more_stands_behind_all_and_who_asks_for_less_stays() -> None:
    first, second = promised(9), promised(10)
    assert numbers(11) == [first.number, second.number]
    amended(first, 11, 15)
    assert numbers(12) == [first.number, second.number]
    before = standing(12)[0]
    amended(first, 12, 25)
    assert numbers(13) == [second.number, first.number]
    after = standing(13)[1]
    assert [given.rank for given in after.former] == [before.rank]  # it stood there until then


def test_the_same_day_said_again_keeps_its_place() -> None:
    first, second = promised(9), promised(10)
    with clock.at(at(11)):
        promise_order(order_id=first.pk, by=person("mei"))
    assert numbers(12) == [first.number, second.number]


def test_a_draft_stands_where_it_was_held_even_if_it_is_held_longer_and_confirmed() -> None:
    held = promised(9, confirms=False)
    drafted = promised(9, confirms=False)
    with clock.at(at(10)):
        hold_promise(order_id=held.pk, hours=2, by=person("mei"))
    between = promised(11)
    with clock.at(at(11)):
        hold_promise(order_id=held.pk, hours=24, by=person("mei"))
    assert numbers(13) == [held.number, between.number]
    with clock.at(at(14)):
        confirm_order(order_id=held.pk, by=person("mei"))
        confirm_order(order_id=drafted.pk, by=person("mei"))
    assert numbers(15) == [held.number, between.number, drafted.number]


def overdue(quantity: int) -> Order:
    """Promised long ago from what lay there, and never sent."""
    with clock.at(at(9) - dt.timedelta(days=28)):
        order = make.draft(lines=[make.line("A-1", quantity, requested_on=None)])
        promise_order(order_id=order.pk, by=person("mei"))
        confirm_order(order_id=order.pk, by=person("mei"))
    order.refresh_from_db()
    assert order.promised_on is not None
    assert order.promised_on < MONDAY
    return order


def test_a_rush_can_keep_its_day_though_those_who_stood_there_are_overdue() -> None:
    """Both lines of a draft that was held; the stock it goes to was for an order long overdue."""
    masters.item("B-2")
    masters.stock("A-1", 20)
    masters.stock("B-2", 5)
    first, second = overdue(30), overdue(20)
    with clock.at(at(9)):
        lines = [make.line(code, 5 + 20 * (code == "A-1"), requested_on=None) for code in CODES]
        rushed = make.draft(lines=lines)
        promise_order(order_id=rushed.pk, by=person("mei"))
        hold_promise(order_id=rushed.pk, hours=24, by=person("mei"))
    with clock.at(at(10)):
        offered = possible(rushed.pk).rush
        assert offered is not None
        promise_rush(order_id=rushed.pk, mark=offered.mark, by=person("mei"))
        was = next(one for one in order_lines() if one.order == first.number).former
        assert [one.was_past for one in was] == [True]
    with clock.at(at(11)):
        rushed.refresh_from_db()
        assert rushed.promised_on == offered.on
        again = possible(rushed.pk)
        assert again.rush is None
        assert again.complete_on is not None
        assert again.complete_on <= offered.on
        # What the others were told for it can be kept, too.
        for moved in offered.later:
            [line] = compute_promise(moved.line.order_id).lines
            assert moved.becomes_on is not None
            assert line.earliest_on <= moved.becomes_on
        assert second.number in numbers(11)


def late(order: Order, hour: int) -> list[tuple[str, int, int]]:
    """Who comes later in the book than promised: name, day promised, day it comes."""
    with clock.at(at(hour)):
        ground = snapshot_of_order(order.pk).promise.ground
        assert ground is not None
        days = {one.name: (one.on - MONDAY).days for one in order_lines()}
    assert days.keys() == ground.others.keys()
    comes = {name: one.wished for name, one in ground.others.items()}
    return [(name, day, comes[name]) for name, day in days.items() if comes[name] > day]


def test_a_rush_of_lines_that_ship_together_is_told_the_day_of_the_last_and_comes_then() -> None:
    """Two of three days' work are in the way; those who move ship together, too."""
    with clock.at(at(9)):
        for _other in range(2):
            lines = [make.line("A-1", 10, requested_on=None) for _line in range(2)]
            other = make.draft(lines=lines, ship_policy="together")
            promise_order(order_id=other.pk, by=person("mei"))
            confirm_order(order_id=other.pk, by=person("mei"))
    with clock.at(at(10)):
        lines = [make.line("A-1", 10, requested_on=None) for _line in range(3)]
        rushed = make.draft(lines=lines, ship_policy="together")
        offered = possible(rushed.pk).rush
        assert offered is not None
        assert offered.on == MONDAY + dt.timedelta(days=2)  # each of them alone is there today
        promise_rush(order_id=rushed.pk, mark=offered.mark, by=person("mei"))
        rushed.refresh_from_db()
        assert rushed.promised_on == offered.on
        assert len(offered.later) == 4
    assert late(rushed, 11) == []


def test_of_an_order_promised_again_one_line_may_come_in_the_place_of_another() -> None:
    with clock.at(at(9)):
        wishes = (MONDAY + dt.timedelta(days=3), None)
        order = make.draft(lines=[make.line("A-1", 10, requested_on=one) for one in wishes])
        promise_order(order_id=order.pk, by=person("mei"))
        confirm_order(order_id=order.pk, by=person("mei"))
    with clock.at(at(10)):
        first = order.lines.order_by("position")[0]
        change = LineChange(line_id=first.pk, requested_on=MONDAY)
        amend_order(order_id=order.pk, change_lines=[change], by=person("mei"))
        promise_order(order_id=order.pk, by=person("mei"))
    assert late(order, 11) == []


def test_a_hold_that_has_ended_keeps_no_place() -> None:
    held = promised(9, confirms=False)
    with clock.at(at(10)):
        hold_promise(order_id=held.pk, hours=1, by=person("mei"))
    between = promised(12)
    with clock.at(at(13)):
        confirm_order(order_id=held.pk, by=person("mei"))
    assert numbers(14) == [between.number, held.number]


@pytest.mark.parametrize("ending", ["cancelled", "delivered"])
def test_turns_go_when_their_lines_have_ended(ending: str) -> None:
    first = promised(9)
    with clock.at(at(11)):
        rushed = make.draft(lines=[make.line("A-1", 20, requested_on=None)])
        offered = possible(rushed.pk).rush
        assert offered is not None
        promise_rush(order_id=rushed.pk, mark=offered.mark, by=person("mei"))
    new_day(12)
    assert turns() == {first.pk, rushed.pk}
    [stands] = [one for one in standing(13) if one.order == rushed.number]
    with clock.at(at(13)):
        if ending == "cancelled":
            cancel_order(order_id=first.pk, reason="no longer wanted", by=person("mei"))
        else:
            line = first.lines.get()
            gone = DeliveredLine(line_id=line.pk, quantity=line.quantity, from_stock=False)
            record_delivery(order_id=first.pk, lines=[gone], by=person("mei"))
    assert turns() == {first.pk, rushed.pk}
    new_day(14)
    assert turns() == {rushed.pk}
    assert standing(15) == [stands]


def turns() -> set[int]:
    return set(PromiseTurn.objects.values_list("line__order", flat=True))


def new_day(hour: int) -> None:
    with clock.at(at(hour)):
        entry = journal.record(DayStarted(day=MONDAY.isoformat()), about=f"day:{hour}")
        plan_the_new_day(DayStarted(day=MONDAY.isoformat()), entry)
