"""Keeping goods for demands, letting them go, shipping them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.inventory import invariants
from gendan.inventory.models import Balance, Move, Reservation
from gendan.inventory.queries import availability, reserved_for
from gendan.inventory.services import (
    LotRow,
    NotEnoughStock,
    release_reservations,
    reserve,
    save_lots,
    ship_from_stock,
)
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
ONE, TWO = "orders.line:1", "orders.line:2"


def test_what_is_kept_is_no_longer_free() -> None:
    item = masters.item("A-1")
    masters.stock("A-1", 50)
    assert reserve(demands=[(ONE, item.pk, Decimal(30))], by=None) == {ONE: 30}
    assert reserve(demands=[(ONE, item.pk, Decimal(5))], by=None) == {ONE: 5}
    there = availability([item.pk])[item.pk]
    assert there.on_hand == 50
    assert there.reserved == 35
    assert there.free == 15
    assert reserved_for([ONE, TWO]) == {ONE: 35}
    assert invariants.check() == []


def test_it_refuses_what_is_not_there_unless_told_to_take_what_is() -> None:
    item = masters.item("A-1")
    other = masters.item("B-1")
    masters.stock("A-1", 50)
    demands = [
        (ONE, item.pk, Decimal(30)),
        (TWO, item.pk, Decimal(30)),
        (TWO, other.pk, Decimal(1)),
    ]
    with pytest.raises(NotEnoughStock, match="10 of A-1; 1 of B-1"):
        reserve(demands=demands, by=None)
    assert not Reservation.objects.exists()
    assert reserve(demands=demands, take_what_is_there=True, by=None) == {ONE: 30, TWO: 20}
    assert invariants.check() == []


def test_goods_on_quality_hold_are_not_kept() -> None:
    item = masters.item("A-1")
    masters.location("HOLD", "quality")
    masters.stock("A-1", 50, location_code="HOLD")
    with pytest.raises(NotEnoughStock):
        reserve(demands=[(ONE, item.pk, Decimal(1))], by=None)


def test_what_expires_first_is_kept_first() -> None:
    item = masters.item("A-1", traced="lot")
    rows = [
        LotRow("A-1", "late", expires_on=dt.date(2098, 1, 1)),
        LotRow("A-1", "soon", expires_on=dt.date(2097, 1, 1)),
        LotRow("A-1", "never"),
    ]
    save_lots(rows=rows, by=None)
    for code in ("never", "late", "soon"):
        masters.stock("A-1", 10, lot_code=code)
    reserve(demands=[(ONE, item.pk, Decimal(15))], by=None)
    kept = dict(Reservation.objects.values_list("balance__lot__code", "quantity"))
    assert kept == {"soon": 10, "late": 5}


def test_letting_go_frees_all_that_was_kept() -> None:
    item = masters.item("A-1")
    masters.stock("A-1", 50)
    reserve(demands=[(ONE, item.pk, Decimal(30)), (TWO, item.pk, Decimal(5))], by=None)
    assert release_reservations(demands=[ONE, "orders.line:9"], by=None) == {ONE: 30}
    assert release_reservations(demands=[ONE], by=None) == {}
    assert availability([item.pk])[item.pk].free == 45
    assert invariants.check() == []


def test_shipping_takes_its_own_reservation_first_and_leaves_that_of_others() -> None:
    item = masters.item("A-1")
    masters.stock("A-1", 50)
    reserve(demands=[(ONE, item.pk, Decimal(30)), (TWO, item.pk, Decimal(15))], by=None)
    with pytest.raises(NotEnoughStock, match="1 of A-1"):
        ship_from_stock(shipments=[(ONE, item.pk, Decimal(36))], by=None)
    moves = ship_from_stock(
        shipments=[(ONE, item.pk, Decimal(33))], about="orders.order:7", by=None
    )
    assert sum(one.quantity for one in moves) == 33
    assert {one.about for one in moves} == {"orders.order:7"}
    assert reserved_for([ONE, TWO]) == {TWO: 15}
    there = availability([item.pk])[item.pk]
    assert there.on_hand == 17
    assert there.free == 2
    assert invariants.check() == []


def test_a_part_shipped_leaves_the_rest_kept() -> None:
    item = masters.item("A-1")
    masters.stock("A-1", 50)
    reserve(demands=[(ONE, item.pk, Decimal(30))], by=None)
    ship_from_stock(shipments=[(ONE, item.pk, Decimal(10))], by=None)
    assert reserved_for([ONE]) == {ONE: 20}
    assert invariants.check() == []


def test_shipping_nothing_that_is_there_moves_nothing() -> None:
    item = masters.item("A-1")
    with pytest.raises(NotEnoughStock):
        ship_from_stock(shipments=[(ONE, item.pk, Decimal(1))], by=None)
    assert not Move.objects.exists()
    assert not Balance.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_demands() -> None:
    items = masters.items({f"I-{number}": {} for number in range(20)})
    for item in items:
        masters.stock(item.code, 10)
    counts = []
    for some in (items[:2], items[2:]):
        with CaptureQueriesContext(connection) as queries:
            reserve(
                demands=[(f"orders.line:{one.pk}", one.pk, Decimal(2)) for one in some], by=None
            )
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8
