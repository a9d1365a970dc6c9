"""The forecast as demand of plans: only where the policy says so, and what orders leave of it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from gendan.inventory.services import MoveRow, post_moves
from gendan.kernel import clock
from gendan.stocking import queries, services
from gendan.stocking.models import ItemForecast
from gendan.stocking.services import PolicyRow
from gendan.stocking.tests.factory import NOW, WEDNESDAY, bolt, forecast, used
from gendan.stocking.tests.factory import plain as plain
from gendan.testing.make import masters, orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain")]
YEAR_END = dt.date(2026, 12, 31)


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def item() -> int:
    """An item whose forecast is 100 a month, from June on."""
    one = bolt()
    used({"BOLT": [100] * 8})
    forecast()
    ItemForecast.objects.update(mean=[100.0] * 12)
    return one.pk


def counted(*, uses: bool = True) -> None:
    services.save_stock_policies(rows=[PolicyRow("BOLT", uses_forecast=uses)], by=None)


def months(until: dt.date = YEAR_END) -> dict[int, int]:
    rows = queries.forecast_demands(None, WEDNESDAY, until)
    return {one.month.month: int(one.quantity) for one in rows}


@pytest.mark.usefixtures("item")
def test_only_what_the_policy_says_is_demand() -> None:
    assert months() == {}
    counted()
    assert months() == dict.fromkeys(range(6, 13), 100)
    assert months(dt.date(2026, 7, 15)) == {6: 100, 7: 100}
    assert queries.forecast_demands([0], WEDNESDAY, YEAR_END) == []
    counted(uses=False)
    assert months() == {}


def test_orders_consume_it(item: int) -> None:
    counted()
    for quantity, asked, day in (
        (130, WEDNESDAY, dt.date(2026, 8, 20)),
        (30, dt.date(2026, 3, 4), dt.date(2026, 5, 13)),
    ):
        with clock.at(clock.moment_on(asked)):
            line = orders.line("BOLT", quantity, requested_on=day)
            orders.confirmed(masters.customer(f"C-{quantity}"), [line])
    [first, *_others] = queries.forecast_demands([item], WEDNESDAY, YEAR_END)
    # 130 of August take August and 30 of July; what is overdue takes the present month.
    assert months() == {6: 70, 7: 70, 9: 100, 10: 100, 11: 100, 12: 100}
    assert first.day == dt.date(2026, 6, 15)
    assert first.name == f"stocking.forecast:{item}@2026-06"


@pytest.mark.usefixtures("item")
def test_what_went_out_this_month_consumes_it() -> None:
    counted()
    with clock.at(clock.moment_on(dt.date(2026, 6, 3))):
        masters.stock("BOLT", 40)
        post_moves(rows=[MoveRow("BOLT", Decimal(45), "SHOP", "STORE")], by=None)
        post_moves(rows=[MoveRow("BOLT", Decimal(85), "STORE", "SHOP")], by=None)
    assert months()[6] == 60
    with clock.at(clock.moment_on(dt.date(2026, 6, 22))):
        june: Any = queries.forecast_demands(None, dt.date(2026, 6, 22), YEAR_END)[0]
        assert (june.quantity, june.day) == (60, dt.date(2026, 6, 22))


@pytest.mark.usefixtures("item")
def test_an_old_forecast_counts_from_the_present_month_on() -> None:
    counted()
    with clock.at(clock.moment_on(dt.date(2027, 4, 14))):
        rows = queries.forecast_demands(None, dt.date(2027, 4, 14), dt.date(2028, 1, 1))
        assert [one.month.month for one in rows] == [4, 5]
    with clock.at(clock.moment_on(dt.date(2028, 4, 12))):
        assert queries.forecast_demands(None, dt.date(2028, 4, 12), dt.date(2029, 1, 1)) == []


def of(item: int, until: dt.date = YEAR_END) -> dict[int, int]:
    rows = queries.forecast_demands([item], WEDNESDAY, until)
    return {one.month.month: int(one.quantity) for one in rows}


@pytest.fixture
def lamp(item: int) -> int:
    """A lamp of two bolts, forecast 20 a month; the bolt's 100 count already."""
    one = masters.item("LAMP", supply="make", lead_days=0)
    masters.bom("LAMP", {"BOLT": 2})
    used({"LAMP": [20] * 8}, target="OUT")
    forecast()
    ItemForecast.objects.filter(item=item).update(mean=[100.0] * 12)
    ItemForecast.objects.filter(item=one).update(mean=[20.0] * 12)
    counted()
    return int(one.pk)


def test_what_a_forecast_product_takes_is_not_planned_twice(item: int, lamp: int) -> None:
    assert of(item) == dict.fromkeys(range(6, 13), 100)  # the lamp's is not counted: nothing twice
    services.save_stock_policies(rows=[PolicyRow("LAMP", uses_forecast=True)], by=None)
    assert of(lamp) == dict.fromkeys(range(6, 13), 20)
    # Plans reach 40 bolts a month by the lamp's bill of material.
    assert of(item) == dict.fromkeys(range(6, 13), 60)
    masters.stock("LAMP", 25)  # made already: their bolts are used, June and a part of July
    assert of(item) == {6: 100, 7: 70, 8: 60, 9: 60, 10: 60, 11: 60, 12: 60}


def test_orders_of_a_product_consume_its_components_forecast_too(item: int, lamp: int) -> None:
    line = orders.line("LAMP", 45, requested_on=dt.date(2026, 8, 20))
    orders.confirmed(masters.customer("C-1"), [line])
    assert of(item) == {6: 100, 7: 100, 8: 10, 9: 100, 10: 100, 11: 100, 12: 100}
    services.save_stock_policies(rows=[PolicyRow("LAMP", uses_forecast=True)], by=None)
    # 45 take August's 20, July's 20 and 5 of September; 90 bolts and what is left of the lamps'.
    assert of(lamp) == {6: 20, 9: 15, 10: 20, 11: 20, 12: 20}
    assert of(item) == {6: 60, 7: 100, 8: 10, 9: 70, 10: 60, 11: 60, 12: 60}


def test_components_of_components_and_the_lead_time(item: int, lamp: int) -> None:
    masters.item("TREE", supply="make", lead_days=30)
    masters.bom("TREE", {"LAMP": 5})
    line = orders.line("TREE", 4, requested_on=dt.date(2026, 10, 20))
    orders.confirmed(masters.customer("C-1"), [line])
    # Twenty lamps for October, begun six weeks before: forty bolts of September.
    assert of(item)[9] == 60
    assert sum(of(item).values()) == 660


def test_it_asks_few_questions_however_many_items(
    item: int, lamp: int, django_assert_max_num_queries: Any
) -> None:
    services.save_stock_policies(rows=[PolicyRow("LAMP", uses_forecast=True)], by=None)
    with django_assert_max_num_queries(13):
        queries.forecast_demands(None, WEDNESDAY, YEAR_END)
