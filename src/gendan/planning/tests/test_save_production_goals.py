"""Goals of production: set, held against what is made, and against the capacity."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from gendan.catalog.models import Item
from gendan.inventory.services import ReceiptRow, receive_expected
from gendan.kernel import clock
from gendan.kernel.rows import RowsRefused
from gendan.planning import capacity_goals
from gendan.planning.capacity import Capacity, capacity_by_day
from gendan.planning.capacity_goals import Evaluated, evaluate
from gendan.planning.models import ProductionGoal
from gendan.planning.services.capacity import ProductionGoalRow, save_production_goals
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.production.models import WorkOrder
from gendan.production.services import WorkOrderRow, firm_work_orders, follow_supplies
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        masters.item("CHAIR", supply="make", cost=Decimal(50))
        yield


def goal(period: str = "month", **values: Any) -> ProductionGoal:
    values = {"starts_on": dt.date(2026, 3, 18)} | values
    return save_production_goals(rows=[ProductionGoalRow(period, **values)], by=None)[0]


def only(one: ProductionGoal) -> Evaluated:
    [found] = evaluate([one])
    return found


def test_any_day_names_its_month_or_week() -> None:
    month, week = goal(item="CHAIR", quantity=Decimal(5)), goal("week", value=Decimal(10))
    assert (month.starts_on, month.ends_on) == (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    assert (week.starts_on, week.ends_on) == (dt.date(2026, 3, 16), dt.date(2026, 3, 22))
    goal(item="CHAIR", quantity=Decimal(7), starts_on=dt.date(2026, 3, 31))
    assert ProductionGoal.objects.get(pk=month.pk).quantity == 7


def test_done_and_planned_count_for_it() -> None:
    masters.location()
    rows = [
        WorkOrderRow("CHAIR", Decimal(quantity), MONDAY, dt.date(2026, 3, 10))
        for quantity in (20, 30)
    ]
    done = firm_work_orders(rows=rows, by=None)[0]
    receive_expected(rows=[ReceiptRow(done.expected_id, Decimal(20), "STORE")], by=None)
    follow_supplies(expected_ids=[done.expected_id])
    assert WorkOrder.objects.get(pk=done.pk).state == "done"
    ordered(10, day=dt.date(2026, 3, 30))
    planned()
    found = only(goal(item="CHAIR", quantity=Decimal(100)))
    assert (found.done, found.planned, found.percent) == (Decimal(20), Decimal(30), 50)
    found = only(goal(value=Decimal(1000)))
    assert found.measure == "value"
    assert (found.done, found.planned) == (Decimal(1000), Decimal(1500))


def test_done_is_what_came_in_not_what_was_ordered() -> None:
    masters.location()
    row = WorkOrderRow("CHAIR", Decimal(20), MONDAY, dt.date(2026, 3, 10))
    [order] = firm_work_orders(rows=[row], by=None)
    one = goal(item="CHAIR", quantity=Decimal(100))
    receive_expected(rows=[ReceiptRow(order.expected_id, Decimal(5), "STORE")], by=None)
    assert (only(one).done, only(one).planned) == (Decimal(5), Decimal(15))
    rows = [ReceiptRow(order.expected_id, Decimal(8), "STORE", is_last=True)]
    receive_expected(rows=rows, by=None)
    follow_supplies(expected_ids=[order.expected_id])
    assert (only(one).done, only(one).planned) == (Decimal(13), Decimal(0))
    with clock.at(clock.moment_on(dt.date(2026, 4, 1))):
        later = goal(item="CHAIR", quantity=Decimal(100), starts_on=dt.date(2026, 4, 1))
        assert only(later).done == 0


def test_the_rough_cut_takes_the_minutes_of_all_levels() -> None:
    found = only(goal("week", item="CHAIR", quantity=Decimal(380)))
    # Five days of 480 minutes; a chair takes 6 and its four legs 6.
    assert [(one.center, one.needed, one.capacity) for one in found.needs] == [
        ("ASSEMBLY", 2280, 2400),
        ("SAW", 2280, 2400),
    ]
    assert (found.fits, found.needs[0].percent) == (True, 95)
    assert only(goal("week", item="CHAIR", quantity=Decimal(401))).fits is False


def test_a_family_takes_the_average_of_what_is_sold() -> None:
    masters.items({"STOOL": {"supply": "make", "cost": Decimal(10)}})
    masters.routing("STOOL", ("ASSEMBLY", 0, 2))
    found = only(goal("week", family="HW", quantity=Decimal(100)))
    assert {one.center: one.needed for one in found.needs} == {"ASSEMBLY": 400, "SAW": 300}
    # By value: of each the same quantity, which is 60 for 8 minutes of assembly and 6 of the saw.
    found = only(goal("month", family="HW", value=Decimal(600)))
    assert {one.center: one.needed for one in found.needs} == {"ASSEMBLY": 80, "SAW": 60}


def test_what_has_no_routing_cannot_be_checked() -> None:
    masters.items({"LAMP": {"supply": "make"}})
    assert only(goal(item="LAMP", quantity=Decimal(5))).fits is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"item": "CHAIR"}, "how much"),
        ({"item": "CHAIR", "family": "HW", "quantity": Decimal(1)}, "not for both"),
        ({"quantity": Decimal(1)}, "needs an item"),
        ({"item": "NONE", "quantity": Decimal(1)}, "no item"),
        (
            {"item": "CHAIR", "quantity": Decimal(1), "starts_on": dt.date(2099, 12, 28)},
            "at most 5 years",
        ),
        (
            {"item": "CHAIR", "quantity": Decimal(1), "starts_on": dt.date(2012, 3, 1)},
            "at most 5 years",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(RowsRefused, match=words):
        goal(**values)


def test_a_goal_too_far_away_stops_no_other_and_builds_no_capacity(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    item = Item.objects.get(code="CHAIR")
    for day in (dt.date(2099, 12, 28), dt.date(1950, 1, 2)):
        ProductionGoal.objects.create(period="week", starts_on=day, item=item, quantity=5)
    goal("week", item="CHAIR", quantity=Decimal(380))
    asked: list[tuple[dt.date, dt.date]] = []

    def noted(first: dt.date, last: dt.date) -> Capacity:
        asked.append((first, last))
        return capacity_by_day(first, last)

    monkeypatch.setattr(capacity_goals, "capacity_by_day", noted)
    goals = list(ProductionGoal.objects.order_by("starts_on"))
    assert [one.fits for one in evaluate(goals)] == [None, True, None]
    assert [one.fits for one in evaluate(goals[:1])] == [None]
    assert asked == [(dt.date(2026, 3, 16), dt.date(2026, 3, 22)), (MONDAY, MONDAY)]


def test_a_goal_may_begin_five_years_from_today() -> None:
    far = dt.date(MONDAY.year + 5, MONDAY.month, MONDAY.day)
    far -= dt.timedelta(days=far.weekday())
    assert goal("week", value=Decimal(10), starts_on=far).starts_on == far
    with pytest.raises(RowsRefused, match="check the year"):
        goal("week", value=Decimal(10), starts_on=far + dt.timedelta(days=7))


def test_a_goal_is_given_up() -> None:
    one = goal(item="CHAIR", quantity=Decimal(5))
    row = ProductionGoalRow("month", one.starts_on, item="CHAIR", remove=True)
    save_production_goals(rows=[row], by=None)
    assert evaluate([]) == []
    assert not ProductionGoal.objects.exists()
