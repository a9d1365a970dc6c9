"""Stock that is too much, who could want it, and decide_surplus."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from gendan.catalog.models import Item
from gendan.inventory.services import MoveRow, OpeningRow, post_moves, post_opening_stock
from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotAllowed, NotThere
from gendan.orders.services import cancel_order, reserve_lines
from gendan.stocking import services, surplus
from gendan.stocking.models import ItemForecast, SurplusDecision
from gendan.stocking.tests.factory import NOW, WEDNESDAY, bolt, forecast, month_back, places, used
from gendan.stocking.tests.factory import plain as plain
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain")]


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.at(NOW):
        yield


def found() -> dict[str, Any]:
    return {one.code: one for one in surplus.surplus_for(person("wen"))}


@contextmanager
def seven_months_ago() -> Iterator[None]:
    with clock.at(clock.moment_on(month_back(7))):
        yield


def why(one: Item) -> set[str]:
    names = ("is_slow", "is_excess", "is_left_over", "expires_on")
    return {name for name in names if getattr(one, name)}


def test_why_stock_is_too_much() -> None:
    for code in ("USED", "SLOW", "NEVER", "EXCESS", "NONE", "NEW"):
        masters.item(code, supply="buy", cost=Decimal(3))
    masters.item("MILK", supply="buy", traced="lot")
    steady = [10] * 12
    used({"USED": steady, "SLOW": [10] * 4 + [0] * 8, "EXCESS": steady, "MILK": []})
    with seven_months_ago():
        masters.stock("NEVER", 5)
        masters.stock("SLOW", 4)
    masters.stock("USED", 20)
    masters.stock("EXCESS", 500)
    masters.stock("NEW", 9)  # nobody has used it, but it has only just come
    rows = [
        OpeningRow("MILK", Decimal(2), "STORE", lot=lot, expires_on=WEDNESDAY + dt.timedelta(days))
        for lot, days in (("L1", 40), ("L2", 400), ("L3", 30))
    ]
    post_opening_stock(rows=rows, by=None)
    forecast()
    listed = found()
    assert {code: why(one) for code, one in listed.items()} == {
        "SLOW": {"is_slow"},
        "NEVER": {"is_slow"},
        "EXCESS": {"is_excess"},
        "MILK": {"expires_on"},
    }
    assert (listed["EXCESS"].free, listed["EXCESS"].value) == (500, 1500)
    assert listed["MILK"].expires_on == WEDNESDAY + dt.timedelta(30)
    assert listed["MILK"].value is None  # it has no cost


def test_what_was_used_this_month_or_is_planned_for_is_not_slow() -> None:
    item = bolt()
    with seven_months_ago():
        masters.stock("BOLT", 50)
    forecast()
    assert why(found()["BOLT"]) == {"is_slow"}
    user = person("wen")
    planned = {item.pk: Decimal(30), item.pk + 1: Decimal(9)}
    [one] = surplus.surplus_for(user, planned)
    assert (getattr(one, "free"), getattr(one, "value")) == (20, 40)  # noqa: B009 - annotations
    assert not surplus.surplus_for(user, {item.pk: Decimal(50)}).exists()
    places()
    post_moves(rows=[MoveRow("BOLT", Decimal(10), "STORE", "SHOP")], by=None)
    assert found() == {}  # before forecasts are made anew, too


def test_what_came_lately_does_not_lie_long() -> None:
    item = bolt()
    with seven_months_ago():
        masters.stock("BOLT", 5)
    masters.stock("BOLT", 20)
    forecast()
    assert why(found()["BOLT"]) == {"is_slow"}  # five of them do
    # What is planned takes those: the rest has only just come.
    assert not surplus.surplus_for(person("wen"), {item.pk: Decimal(5)}).exists()


def test_stock_of_a_cancelled_order_is_offered_to_lines_that_match() -> None:
    small = masters.item("T-RED-S", style="T", colour="red", size="S")
    large = masters.item("T-RED-L", style="T", colour="red", size="L")
    other = masters.item("T-BLUE-L", style="T", colour="blue", size="L")
    gone = orders.confirmed(masters.customer("C-1"), [orders.line(small, 40)])
    masters.stock("T-RED-S", 40)
    cancel_order(order_id=gone.pk, reason="no longer wanted", by=person("mei"))
    same = orders.confirmed(masters.customer("C-2"), [orders.line(small, 30)])
    size = orders.draft(masters.customer("C-3"), [orders.line(large, 8), orders.line(other, 9)])
    forecast()
    one = found()["T-RED-S"]
    assert (why(one), one.offers) == ({"is_left_over"}, 2)
    offers: list[Any] = surplus.offers_of(small, person("wen"))
    assert [(one.line.order_id, one.missing, one.is_same_item) for one in offers] == [
        (same.pk, 30, True),
        (size.pk, 8, False),
    ]
    reserve_lines(order_id=same.pk, by=person("mei"))
    assert [one.line.order_id for one in surplus.offers_of(small, person("wen"))] == [size.pk]
    assert found()["T-RED-S"].free == 10


def test_a_new_item_whose_order_was_cancelled_is_left_over_before_any_forecast() -> None:
    coat = masters.item("COAT", supply="make", cost=Decimal("1.234567"))
    for code in ("CLOTH", "THREAD", "SOLE"):
        masters.item(code, supply="buy")
    hat = masters.item("HAT", supply="make")
    masters.item("SHELL", supply="make")
    masters.bom("SHELL", {"CLOTH": 2, "THREAD": 1})
    masters.bom("COAT", {"SHELL": 1})
    masters.bom("HAT", {"THREAD": 1})
    gone = orders.confirmed(masters.customer("C-1"), [orders.line(coat, 30)])
    hats = orders.confirmed(masters.customer("C-2"), [orders.line(hat, 5)])
    for code, quantity in (("COAT", 7), ("CLOTH", 60), ("THREAD", 30), ("SOLE", 4)):
        masters.stock(code, quantity)
    assert found() == {}  # somebody wants it all, or it has only just come
    cancel_order(order_id=gone.pk, reason="no longer wanted", by=person("mei"))
    draft = orders.draft(masters.customer("C-3"), [orders.line(coat, 3)])
    assert not ItemForecast.objects.exists()
    listed = found()
    assert (why(listed["COAT"]), listed["COAT"].offers) == ({"is_left_over"}, 1)
    assert str(listed["COAT"].value) == "8.64"  # money, not twelve digits
    offers: list[Any] = surplus.offers_of(coat, person("wen"))
    assert [(one.line.order_id, one.missing) for one in offers] == [(draft.pk, 3)]
    assert set(listed) == {"COAT"}  # a draft needs the cloth
    cancel_order(order_id=draft.pk, reason="no longer wanted", by=person("mei"))
    assert set(found()) == {"COAT", "CLOTH"}  # the hats need the thread
    cancel_order(order_id=hats.pk, reason="no longer wanted", by=person("mei"))
    assert set(found()) == {"COAT", "CLOTH", "THREAD"}
    forecast()
    assert set(found()) == {"COAT", "CLOTH", "THREAD"}


def test_a_decision_is_written_down() -> None:
    item = bolt()
    with seven_months_ago():
        masters.stock("BOLT", 5)
    forecast()
    assert found()["BOLT"].decision is None
    for kind in ("return", "keep"):
        services.decide_surplus(item_id=item.pk, kind=kind, reason="as agreed", by=person("bo"))
    assert found()["BOLT"].decision == "keep"
    assert SurplusDecision.objects.count() == 2


def test_a_decision_needs_a_kind_a_reason_an_item_and_a_role() -> None:
    item = bolt()
    with pytest.raises(Invalid):
        services.decide_surplus(item_id=item.pk, kind="burn", reason="x", by=None)
    with pytest.raises(Invalid):
        services.decide_surplus(item_id=item.pk, kind="keep", reason=" ", by=None)
    with pytest.raises(NotThere):
        services.decide_surplus(item_id=0, kind="keep", reason="x", by=None)
    with pytest.raises(NotAllowed):
        services.decide_surplus(item_id=item.pk, kind="keep", reason="x", by=person("mei"))


def test_the_list_is_one_query(django_assert_num_queries: pytest.FixtureRequest) -> None:
    for number in range(6):
        masters.item(f"I-{number}", supply="buy")
        with seven_months_ago():
            masters.stock(f"I-{number}", 5)
    forecast()
    user = person("wen")
    assert user.roles
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len([one.unit.code for one in surplus.surplus_for(user)]) == 6


def test_months_are_counted_over_the_year() -> None:
    assert month_back(6) == dt.date(2025, 12, 10)


def offered(code: str) -> list[tuple[str, str, int]]:
    """By item of the order line: what the surplus would stand in for, and how much of it."""
    item = Item.objects.get(code=code)
    offers = surplus.offers_of(item, person("mei"))
    return [(one.line.item.code, one.instead_of, int(one.wanted)) for one in offers]


def left_over(code: str, quantity: int) -> None:
    with seven_months_ago():
        masters.stock(code, quantity)
    forecast()


def test_what_may_stand_in_is_offered_to_orders_that_need_the_other() -> None:
    for code in ("SHIRT", "COAT", "SHELL", "CAP", "COTTON", "LINEN"):
        masters.item(code, supply="buy" if code in ("COTTON", "LINEN") else "make")
    masters.bom("SHIRT", {"COTTON": 2})
    masters.bom("SHELL", {"COTTON": 3})
    masters.bom("COAT", {"SHELL": 1})
    masters.bom("CAP", {"COTTON": 1})
    customer = masters.customer("C-1")
    for code, quantity in (("SHIRT", 10), ("COAT", 5), ("CAP", 4), ("LINEN", 1)):
        orders.confirmed(customer, [orders.line(Item.objects.get(code=code), quantity)])
    left_over("LINEN", 500)
    assert [code for code, _of, _wanted in offered("LINEN")] == ["LINEN"]
    assert found()["LINEN"].offers == 1
    masters.alternate("COTTON", "LINEN", parent="SHIRT")
    assert offered("LINEN") == [("LINEN", "", 1), ("SHIRT", "COTTON", 20)]
    masters.alternate("COTTON", "LINEN")
    assert offered("LINEN")[0] == ("LINEN", "", 1)
    assert set(offered("LINEN")[1:]) == {
        ("SHIRT", "COTTON", 20),
        ("COAT", "COTTON", 15),
        ("CAP", "COTTON", 4),
    }
    assert found()["LINEN"].offers == 4
    assert offered("COTTON") == []  # it is the one that is needed: its own lack is no offer
