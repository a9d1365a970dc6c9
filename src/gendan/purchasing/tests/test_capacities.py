"""What is more than a supplier makes in a week is shared out, with the reason told."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.kernel import clock
from gendan.purchasing import services
from gendan.purchasing.purchase_plan import PlanLine, open_requests, plan_purchases
from gendan.purchasing.services import PurchaseRow
from gendan.purchasing.tests import ordered
from gendan.testing.make import masters, orders, sourcing

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 10)  # a Wednesday
NEEDED = dt.date(2026, 7, 1)
WEEK = dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        masters.calendar()
        for code in ("S-1", "S-2"):
            masters.supplier(code)
        masters.item("BOLT")
        yield


def requested(quantity: int, needed: dt.date = NEEDED) -> None:
    row = PurchaseRow("BOLT", Decimal(quantity), needed, TODAY)
    services.request_purchases(rows=[row], by=None)


def lines() -> list[PlanLine]:
    return plan_purchases(open_requests()).lines


def shares() -> set[tuple[str, int, dt.date]]:
    return {(one.best.offer.supplier_code, int(one.quantity), one.asked_on) for one in lines()}


def test_what_fits_stays_whole_and_needs_no_reason() -> None:
    sourcing.source("S-1", "BOLT", 9, lead_days=5, weekly_capacity=100)
    sourcing.source("S-2", "BOLT", 12, lead_days=5, weekly_capacity=60)
    requested(100)
    [line] = lines()
    assert line.split is None
    assert (int(line.quantity), line.part, line.asked_on) == (100, 0, NEEDED)


def test_an_earlier_week_of_the_cheaper_source_comes_before_a_dearer_one() -> None:
    sourcing.source("S-1", "BOLT", 9, lead_days=5, weekly_capacity=100)
    sourcing.source("S-2", "BOLT", 12, lead_days=5, weekly_capacity=60)
    requested(150)
    assert shares() == {("S-1", 100, NEEDED), ("S-1", 50, NEEDED - WEEK)}
    one, other = lines()
    assert one.key != other.key
    assert sum(part for line in (one, other) for _wanted, part in line.wanted) == 150
    assert one.split is not None
    split = one.split
    assert [split.wanted, split.capacity, split.taken, split.over] == [150, 100, 0, 0]
    costs = [way.per_used for way in one.split.ways]
    assert len(costs) > 1
    assert costs == sorted(costs)


def test_another_source_takes_the_rest_where_no_week_before_can() -> None:
    # Ordered today, goods of the cheaper one come in the week they are needed: none before it.
    sourcing.source("S-1", "BOLT", 9, lead_days=15, weekly_capacity=100)
    sourcing.source("S-2", "BOLT", "9.2", lead_days=5)
    requested(150)
    assert shares() == {("S-1", 100, NEEDED), ("S-2", 50, NEEDED)}


def test_a_minimum_and_lots_of_the_other_source_hold_for_its_part() -> None:
    sourcing.source("S-1", "BOLT", 9, lead_days=15, weekly_capacity=100)
    sourcing.source("S-2", "BOLT", "9.2", lead_days=5, minimum=80, multiple=20)
    requested(150)
    # 50 would be raised to 80 for nothing: the cheaper one gives up 30 of its room instead.
    assert shares() == {("S-1", 70, NEEDED), ("S-2", 80, NEEDED)}


def test_what_is_ordered_already_takes_its_part_first() -> None:
    ordered.mill()
    sourcing.source("MILL", "BOLT", 9, lead_days=15, weekly_capacity=100, currency="CNY")
    sourcing.source("S-2", "BOLT", "9.2", lead_days=5)
    requested(60)
    assert shares() == {("MILL", 60, NEEDED)}
    ordered.draft(ordered.line("BOLT", 70, requested_on=NEEDED))
    assert shares() == {("MILL", 30, NEEDED), ("S-2", 30, NEEDED)}
    split = lines()[0].split
    assert split is not None
    assert [split.capacity, split.taken] == [100, 70]


def test_lines_of_later_needs_see_what_the_lines_before_took() -> None:
    sourcing.source("S-1", "BOLT", 9, lead_days=15, weekly_capacity=100)
    requested(160)
    requested(60, NEEDED + WEEK)
    assert shares() == {
        ("S-1", 100, NEEDED),
        ("S-1", 60, NEEDED + WEEK),
        ("S-1", 40, NEEDED + WEEK),
        ("S-1", 20, NEEDED + 2 * WEEK),
    }


def test_what_nobody_has_room_for_is_told_and_asked_of_the_cheapest() -> None:
    sourcing.source("S-1", "BOLT", 9, lead_days=15, weekly_capacity=10)
    requested(1000)
    found = lines()
    split = found[0].split
    assert split is not None
    assert sum(one.quantity for one in found) == 1000
    assert split.over == 1000 - 10 * 9
    assert max(one.quantity for one in found) == 10 + split.over


def test_a_nominated_supplier_takes_its_capacity_before_those_who_may_go_elsewhere() -> None:
    order = orders.draft(lines=[orders.line("BOLT", 80)])
    customer, line = order.customer.code, order.lines.get()
    sourcing.source("S-1", "BOLT", 9, lead_days=15, weekly_capacity=100, nominated_by=customer)
    sourcing.source("S-2", "BOLT", "9.2", lead_days=5)
    row = PurchaseRow("BOLT", Decimal(80), NEEDED, TODAY, (f"orders.line:{line.pk}",))
    services.request_purchases(rows=[row], by=None)
    requested(50)
    assert shares() == {("S-1", 80, NEEDED), ("S-1", 20, NEEDED), ("S-2", 30, NEEDED)}
