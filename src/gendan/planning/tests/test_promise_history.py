"""What the odds of a promise rest on: what came, and what is late and has not come."""

import datetime as dt
from decimal import Decimal

import pytest

from gendan.catalog.models import Item
from gendan.catalog.queries import calendar
from gendan.engine.promise.spreads import Lived
from gendan.inventory.models import ExpectedSupply
from gendan.inventory.services import ReceiptRow, take_in
from gendan.kernel import clock
from gendan.planning.promise_history import Durations, Kept, durations, history_of
from gendan.production.services import WorkOrderRow, firm_work_orders
from gendan.purchasing.tests.ordered import line, sent
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 2)


def on(weeks: int, days: int = 0) -> dt.date:
    return MONDAY + dt.timedelta(days=7 * weeks + days)


def bought(weeks: int, *, lasts: int, late: int | None = 0) -> ExpectedSupply:
    """Goods expected some weeks from the Monday on; late None: they have not come."""
    with clock.at(clock.moment_on(on(weeks))):
        supply = masters.expected("B-1", 5, on(weeks, lasts), reference=f"P{weeks}")
    if late is not None:
        with clock.at(clock.moment_on(on(weeks, lasts + late))):
            take_in(rows=[ReceiptRow(supply.pk, Decimal(5), "STORE")], by=None)
    return supply


def lived(found: Durations) -> list[Lived]:
    return [one for _kept, one in found.rows]


def known(day: dt.date) -> tuple[list[Lived], list[Lived]]:
    with clock.at(clock.moment_on(day)):
        found = history_of({Item.objects.get(code="B-1").pk})
    return lived(found.bought), lived(found.made)


@pytest.fixture(autouse=True)
def store() -> None:
    masters.location("STORE")
    masters.item("B-1", lead_days=20)


def test_what_is_late_and_not_here_counts_and_what_is_not_due_does_not() -> None:
    """Due on Fridays, in working days: one on time, one on the Monday after, one still missing."""
    bought(0, lasts=4)
    bought(1, lasts=4, late=3)
    bought(2, lasts=4, late=None)
    bought(3, lasts=30, late=None)
    bought(4, lasts=40, late=-30)  # early, and not due yet: those that are not early are not seen
    found, _made = known(on(5, 2))
    assert found == [Lived(4, 17, is_over=False), Lived(4, 5), Lived(4, 4)]


def test_a_purchase_order_counts_from_the_day_it_was_asked_for() -> None:
    """The supplier has confirmed a week later: that is a delay, however long the lead time is."""
    with clock.at(clock.moment_on(on(0))):
        order, _token = sent(line("B-1", requested_on=on(1)))
        ordered = order.lines.get()
        assert ordered.expected is not None
        ExpectedSupply.objects.filter(pk=ordered.expected.pk).update(due_on=on(2))
    with clock.at(clock.moment_on(on(2))):
        take_in(rows=[ReceiptRow(ordered.expected.pk, ordered.quantity, "STORE")], by=None)
    found, _made = known(on(3))
    assert found == [Lived(5, 10)]


def test_work_orders_that_are_late_count_too() -> None:
    with clock.at(clock.moment_on(on(0))):
        masters.item("A-1", supply="make")
        firm_work_orders(rows=[WorkOrderRow("A-1", Decimal(1), on(0), on(0, 2))], by=None)
    _bought, made = known(on(1))
    assert made == [Lived(2, 5, is_over=False)]
    assert known(on(0, 2))[1] == []  # it may still end today


def test_an_item_is_mixed_with_its_last_suppliers_and_with_all() -> None:
    """Item 1 comes from the bad supplier, item 3 from the good one; of item 4 nobody knows."""
    rows = [Kept(1, 7, on(0), on(2), on(5)), Kept(2, 7, on(0), on(2), on(5))]
    rows += [Kept(3, 8, on(0), on(2), on(2))] * 2
    found = durations(rows * 10, on(9), calendar(None))
    late, good, unknown = (
        sum(share for delay, share in zip(one.delays, one.shares, strict=True) if delay > 0)
        for one in (found.spread(1), found.spread(3), found.spread(4))
    )
    assert good < 0.1 < 0.4 < unknown < 0.6 < 0.9 < late


def test_what_makes_no_sense_is_left_out() -> None:
    """Ended before it began, planned to, or lasting for a year instead of a week."""
    rows = [
        Kept(1, None, on(2), on(3), on(1)),
        Kept(1, None, on(2), on(1), on(3)),
        Kept(1, None, on(0), on(1), on(52)),
    ]
    assert durations(rows, on(60), calendar(None)).rows == []
