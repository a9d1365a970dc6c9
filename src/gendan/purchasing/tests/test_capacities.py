"""What is proposed above a supplier's weekly capacity is told, with where it could go."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.kernel import clock
from gendan.purchasing import services
from gendan.purchasing.capacities import Overflow, overflows
from gendan.purchasing.purchase_plan import open_requests, plan_purchases
from gendan.purchasing.services import PurchaseRow
from gendan.purchasing.tests import ordered
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 10)  # a Wednesday
NEEDED = dt.date(2026, 7, 1)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        masters.calendar()
        for code in ("S-1", "S-2"):
            masters.supplier(code)
        masters.item("BOLT")
        yield


def requested(quantity: int) -> None:
    row = PurchaseRow("BOLT", Decimal(quantity), NEEDED, TODAY)
    services.request_purchases(rows=[row], by=None)


def over() -> list[Overflow]:
    return list(overflows(plan_purchases(open_requests())).values())


def test_what_is_above_goes_to_the_next_supplier_or_the_weeks_after() -> None:
    sourcing.source("S-1", "BOLT", 9, lead_days=5, weekly_capacity=100)
    sourcing.source("S-2", "BOLT", 12, lead_days=5, weekly_capacity=60)
    requested(100)
    assert over() == []
    requested(50)
    [one] = over()
    assert [one.quantity, one.capacity] == [50, 100]
    assert one.other is not None
    assert one.other.supplier_code == "S-2"
    assert one.week_on == dt.date(2026, 7, 6)
    requested(110)
    [one] = over()
    assert [one.quantity, one.other, one.week_on] == [160, None, dt.date(2026, 7, 13)]


def test_what_is_ordered_already_takes_its_part_first() -> None:
    ordered.mill()
    sourcing.source("MILL", "BOLT", 9, lead_days=5, weekly_capacity=100, currency="CNY")
    requested(60)
    assert over() == []
    ordered.draft(ordered.line("BOLT", 70, requested_on=NEEDED))
    [one] = over()
    assert [one.quantity, one.other] == [30, None]
