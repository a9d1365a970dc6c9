"""What work centres have to do, by week, by order; what is late and why."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.catalog.models import WorkCenter
from gendan.inventory.services import ReceiptRow, receive_expected
from gendan.kernel import clock
from gendan.planning.capacity_load import Cell, by_day, by_week, makers_of, read_load, weeks_from
from gendan.planning.capacity_schedule import bars_between, lanes_of, late_orders
from gendan.planning.models import PlanDemand
from gendan.planning.services.capacity import CapacityChangeRow, save_capacity_changes
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.production.models import WorkOrder
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
WEEKS = weeks_from(MONDAY, 6)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def due(day: int, month: int = 3) -> dt.date:
    return dt.date(2026, month, day)


def center(code: str) -> int:
    return WorkCenter.objects.get(code=code).pk


def firm(item: str, quantity: int, start: dt.date, end: dt.date) -> None:
    rows = [WorkOrderRow(item, Decimal(quantity), start, end)]
    firm_work_orders(rows=rows, by=None)


def cells(code: str) -> list[Cell]:
    return by_week(read_load(WEEKS[-1]), WEEKS)[center(code)]


def test_planned_orders_load_by_their_routing() -> None:
    ordered(100, day=due(30))
    planned()
    # 10 + 100 × 6 minutes until Monday the 30th: 480 on that day, 130 on the Friday before.
    assert [one.load for one in cells("ASSEMBLY")] == [0, 0, 0, 130, 480, 0]
    # 400 legs until the 25th: 30 + 400 × 1.5.
    assert [one.load for one in cells("SAW")] == [0, 0, 0, 630, 0, 0]
    assert [one.capacity for one in cells("SAW")][:2] == [2400, 2400]


def test_steps_of_work_orders_load_too_and_planned_ones_that_became_firm_do_not() -> None:
    firm("CHAIR", 20, due(5), due(6))
    assert [one.load for one in cells("ASSEMBLY")] == [130, 0, 0, 0, 0, 0]
    found = read_load(WEEKS[-1])
    [(maker, minutes)] = makers_of(found, center("ASSEMBLY"), MONDAY, due(8))
    assert (maker.is_firm, minutes) == (True, 130)
    last = by_day(found, center("ASSEMBLY"), MONDAY, due(6))[-1]
    assert (last.on, last.load, last.capacity, last.usual) == (due(6), 130, 480, 480)


def test_the_present_week_begins_today() -> None:
    with clock.at(clock.moment_on(due(5))):
        assert [one.capacity for one in cells("SAW")][:2] == [960, 2400]


def test_what_should_have_begun_counts_from_today_and_is_marked() -> None:
    firm("CHAIR", 100, dt.date(2026, 2, 25), dt.date(2026, 2, 27))
    assert (cells("ASSEMBLY")[0].load, cells("ASSEMBLY")[0].behind) == (610, 610)


@pytest.mark.parametrize(
    ("load", "capacity", "level", "percent"),
    [
        (0, 0, "closed", None),
        (5, 0, "stuck", None),
        (0, 480, "none", 0),
        (40, 480, "free", 9),
        (300, 480, "fine", 63),
        (450, 480, "tight", 94),
        (480, 480, "tight", 100),
        (481, 480, "over", 101),
    ],
)
def test_a_cell_says_how_full_it_is(
    load: float, capacity: float, level: str, percent: int | None
) -> None:
    cell = Cell(MONDAY, load, capacity, 0)
    assert (cell.level, cell.percent) == (level, percent)


def reasons() -> list[tuple[str, bool, str]]:
    found = late_orders(read_load(WEEKS[-1]), due(30, 6))
    return [(one.reason, one.is_late, one.center) for one in found.values()]


def test_late_because_its_start_is_past() -> None:
    firm("CHAIR", 100, dt.date(2026, 2, 26), dt.date(2026, 2, 27))
    [late] = late_orders(read_load(WEEKS[-1]), WEEKS[-1]).values()
    assert (late.reason, late.ready_on, late.days_late) == ("past", due(3), 4)


def test_late_because_the_days_left_are_too_few() -> None:
    firm("CHAIR", 1000, due(2), due(3))
    assert reasons() == [("short", True, "")]


def test_late_because_the_work_centre_is_closed() -> None:
    row = CapacityChangeRow("ASSEMBLY", "breakdown", MONDAY, due(31, 12))
    save_capacity_changes(rows=[row], by=None)
    firm("CHAIR", 10, due(2), due(6))
    assert reasons() == [("stuck", True, "ASSEMBLY")]


def test_however_many_are_stuck_the_operations_are_looked_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for code in ("ASSEMBLY", "SAW"):
        row = CapacityChangeRow(code, "breakdown", MONDAY, due(31, 12))
        save_capacity_changes(rows=[row], by=None)
    masters.routing("CHAIR", ("SAW", 0, 1), ("ASSEMBLY", 10, 6))
    for _order in range(3):
        firm("CHAIR", 10, due(2), due(6))
    found, looked = read_load(WEEKS[-1]), []
    whole = np.flatnonzero

    def counted(given: Any) -> Any:
        looked.append(given)
        return whole(given)

    monkeypatch.setattr(np, "flatnonzero", counted)
    late = late_orders(found, due(30, 6)).values()
    # The first operation of each that cannot be done is the one that is named.
    assert [(one.reason, one.center) for one in late] == [("stuck", "SAW")] * 3
    assert len(looked) == 2


def test_late_because_of_material() -> None:
    ordered(10, day=due(6))  # seats take ten days
    planned()
    assert "material" in {reason for reason, _late, _center in reasons()}


def test_what_came_in_loads_no_more() -> None:
    firm("CHAIR", 20, due(5), due(6))
    masters.location()
    supply = WorkOrder.objects.get().expected_id
    receive_expected(rows=[ReceiptRow(supply, Decimal(15), "STORE")], by=None)
    assert cells("ASSEMBLY")[0].load == 130 / 4
    [(maker, _minutes)] = makers_of(read_load(WEEKS[-1]), center("ASSEMBLY"), MONDAY, due(8))
    assert maker.quantity == 5


def test_a_work_order_is_late_because_of_material_too() -> None:
    # Seats ordered today are there on 16 March; chairs that start on the 4th wait 8 working days.
    firm("CHAIR", 10, due(4), due(9))
    planned()
    [late] = [
        one for one in late_orders(read_load(WEEKS[-1]), due(30, 6)).values() if one.maker.is_firm
    ]
    assert (late.reason, late.ready_on) == ("material", due(19))
    [late] = [
        one
        for one in late_orders(read_load(WEEKS[-1], {late.maker.pk: due(12)}), due(30, 6)).values()
        if one.maker.is_firm
    ]
    assert late.ready_on == due(19)  # three days later, and so is its start
    found = read_load(WEEKS[-1], {late.maker.pk: due(20)})
    assert not [one for one in late_orders(found, due(30, 6)).values() if one.maker.is_firm]


def test_material_that_never_comes_makes_late_without_a_day() -> None:
    firm("CHAIR", 10, due(4), due(9))
    planned()
    PlanDemand.objects.filter(item__code="SEAT").update(ready_on=None)
    [late] = [
        one for one in late_orders(read_load(WEEKS[-1]), due(30, 6)).values() if one.maker.is_firm
    ]
    assert (late.reason, late.ready_on, late.days_late) == ("material", None, None)


def test_in_danger_because_the_week_is_too_full() -> None:
    for _order in range(3):
        firm("CHAIR", 200, due(9), due(13))
    found = late_orders(read_load(WEEKS[-1]), WEEKS[-1])
    assert [(one.reason, one.is_late, one.percent) for one in found.values()] == [
        ("overloaded", False, 152)
    ] * 3
    assert {one.week for one in found.values()} == {due(9)}


def test_operations_lie_in_lanes_that_do_not_overlap() -> None:
    for _order in range(2):
        firm("CHAIR", 100, due(9), due(13))
    firm("CHAIR", 10, due(9), due(10))
    bars = bars_between(read_load(WEEKS[-1]), MONDAY, due(20))[center("ASSEMBLY")]
    assert [(one.start_on, one.end_on, one.minutes) for one in bars] == [
        (due(10), due(10), 70),
        (due(12), due(13), 610),
        (due(12), due(13), 610),
    ]
    assert [len(lane) for lane in lanes_of(bars, 20)] == [2, 1]
    # What finds no place in the lanes there may be is left out.
    assert lanes_of(bars, 1) == [[bars[0], bars[1]]]
    assert lanes_of(bars, 0) == []
    assert bars_between(read_load(WEEKS[-1]), MONDAY, due(6)) == {}


def test_the_queries_do_not_grow_with_the_orders() -> None:
    masters.work_center("THIRD")
    ordered(10, day=due(30))
    planned()
    for number in range(5):
        firm("CHAIR", 10 + number, due(9), due(13))
    with CaptureQueriesContext(connection) as caught:
        read_load(WEEKS[-1])
    assert len(caught) == 12
