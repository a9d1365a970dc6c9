"""Moving a work order: what would be, and the move."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.catalog.queries import calendar
from gendan.inventory.models import ExpectedSupply
from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotAllowed, NotThere
from gendan.kernel.models import Entry
from gendan.planning.capacity_moving import material_day, what_if
from gendan.planning.models import PlanDemand
from gendan.planning.services.moving import WorkOrderEnded, move_work_order
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.production.models import WorkOrder
from gendan.production.services import WorkOrderRow, cancel_work_order, firm_work_orders
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def due(day: int, month: int = 3) -> dt.date:
    return dt.date(2026, month, day)


def firm(quantity: int, end: dt.date, item: str = "CHAIR") -> WorkOrder:
    rows = [WorkOrderRow(item, Decimal(quantity), min(MONDAY, end), end)]
    return firm_work_orders(rows=rows, by=None)[0]


def test_its_goods_are_expected_on_the_new_day_and_the_journal_knows() -> None:
    order = firm(50, due(13))
    moved = move_work_order(work_order_id=order.pk, due_on=due(20), by=person("gang"))
    assert moved.due_on == due(20)
    assert ExpectedSupply.objects.get(pk=order.expected_id).due_on == due(20)
    entry = Entry.objects.get(fact="WorkOrderMoved")
    assert (entry.data["was_on"], entry.data["due_on"]) == ("2026-03-13", "2026-03-20")
    assert moved.starts_on == due(9)  # nine working days before, as it was
    earlier = move_work_order(work_order_id=order.pk, due_on=due(3), by=None)
    assert (earlier.starts_on, earlier.due_on) == (MONDAY, due(3))  # not into the past


def test_its_material_is_wanted_when_it_starts_now() -> None:
    order = firm(50, due(13))
    move_work_order(work_order_id=order.pk, due_on=due(20), by=None)
    rows = PlanDemand.objects.filter(run=planned(), name__startswith="production.component:")
    assert set(rows.values_list("needed_on", flat=True)) == {due(9)}


def test_what_makes_no_sense_is_refused() -> None:
    order = firm(50, due(13))
    with pytest.raises(Invalid, match="already"):
        move_work_order(work_order_id=order.pk, due_on=due(13), by=None)
    with pytest.raises(Invalid, match="past"):
        move_work_order(work_order_id=order.pk, due_on=due(1), by=None)
    with pytest.raises(NotThere):
        move_work_order(work_order_id=order.pk + 1, due_on=due(20), by=None)
    with pytest.raises(NotAllowed):
        move_work_order(work_order_id=order.pk, due_on=due(20), by=person("mei"))
    cancel_work_order(work_order_id=order.pk, reason="x", by=None)
    with pytest.raises(WorkOrderEnded):
        move_work_order(work_order_id=order.pk, due_on=due(20), by=None)


def test_what_if_tells_operations_load_and_who_is_better_or_worse_off() -> None:
    other, order = firm(300, due(13)), firm(200, due(13))  # 1 810 and 1 210 of 2 400 minutes
    found = what_if(order, due(20))
    [(code, was, then)] = found.operations
    assert (code, was.end_on, then.end_on) == ("ASSEMBLY", due(13), due(20))
    assert [(one, was.percent, then.percent) for one, was, then in found.cells] == [
        ("ASSEMBLY", 126, 76),
        ("ASSEMBLY", 0, 51),
    ]
    assert {one.maker.pk for one in found.better} == {other.pk, order.pk}
    assert (found.worse, found.ready_on) == ([], due(20))
    assert WorkOrder.objects.get(pk=order.pk).due_on == due(13)


def test_what_if_says_when_it_cannot_be_done() -> None:
    order = firm(300, due(13))
    found = what_if(order, due(3))
    assert found.ready_on == due(5)
    assert [(one.maker.pk, one.reason) for one in found.worse] == [(order.pk, "short")]


def test_what_if_names_who_waits_for_the_goods() -> None:
    sold = ordered(10, day=due(20))
    order = firm(10, due(16))
    planned()
    [needed] = what_if(order, due(18)).needed
    assert (needed.order_id, needed.needed_on, needed.is_late) == (sold.pk, due(20), False)
    [needed] = what_if(order, due(23)).needed
    assert needed.is_late


def test_what_if_of_an_order_of_legs_names_the_chairs_above() -> None:
    ordered(10, day=due(30))
    order = firm(40, due(20), "LEG")
    planned()
    [needed] = what_if(order, due(27)).needed
    assert (needed.label, needed.needed_on, needed.is_late) == ("CHAIR", due(25), True)


def test_by_the_plan_an_earlier_day_waits_for_the_material_in_one_voice() -> None:
    order = firm(40, due(27), "LEG")
    run = planned()
    there = material_day(order)
    assert there is not None
    assert there > due(3)  # the wood is to be bought
    found = what_if(order, due(3))
    assert found.run == run
    assert found.material_on == there
    assert found.ready_on is not None
    assert found.ready_on > due(3)
    assert found.ready_on == found.operations[-1][2].end_on
    assert found.operations[0][2].start_on >= there or found.ready_on == due(27)
    assert (found.worse, found.better) == ([], [])  # nothing is said on another basis
    masters.stock("WOOD", 500)
    planned()
    assert material_day(order) == MONDAY


def test_by_the_plan_the_load_goes_with_the_order() -> None:
    masters.stock("LEG", 1200)
    masters.stock("SEAT", 300)
    order = firm(200, due(13))
    planned()
    cells = what_if(order, due(27)).cells
    weeks = {was.week: (was.load, now.load) for _code, was, now in cells}
    assert sum(was for was, _now in weeks.values()) == sum(now for _was, now in weeks.values())
    assert len(weeks) >= 2


def test_moved_its_operations_keep_their_lengths_and_their_order() -> None:
    masters.routing("LEG", ("SAW", 10, 3), ("ASSEMBLY", 10, 6))
    masters.stock("WOOD", 500)
    order = firm(400, due(20), "LEG")
    planned()
    found = what_if(order, due(24))  # two working days later
    [sawn, assembled] = found.operations
    was = [(bar.start_on, bar.end_on) for _code, bar, _then in (sawn, assembled)]
    then = [(bar.start_on, bar.end_on) for _code, _was, bar in (sawn, assembled)]
    assert was[1][1] == due(20)
    assert was[0] != was[1]  # 1 210 and 2 410 minutes of 480 a day: not on one day
    days = calendar(None)
    assert then == [
        tuple(days.add_days(one, 2) for one in (begin, end))
        for begin, end in was
        if end is not None
    ]
    assert [code for code, _was, _then in found.operations] == ["SAW", "ASSEMBLY"]
    near = what_if(order, due(3)).operations
    assert near[0][2].start_on == MONDAY  # not before today, and as long as it was
    assert near[1][2].start_on >= (near[0][2].end_on or MONDAY)
