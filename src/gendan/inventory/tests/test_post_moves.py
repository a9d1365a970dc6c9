"""Moving goods: both sides, all or none, never below nothing."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gendan.inventory import invariants
from gendan.inventory.models import Balance, Lot, Move
from gendan.inventory.queries import availability
from gendan.inventory.services import (
    MoveRow,
    NotEnoughStock,
    OpeningRow,
    SerialStandsTwice,
    post_moves,
    post_opening_stock,
    reserve,
)
from gendan.kernel import journal
from gendan.kernel.errors import NotAllowed
from gendan.kernel.rows import RowsRefused
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places() -> None:
    masters.location()
    masters.location("HOLD", "quality")
    masters.location("LINE", "production")
    masters.location("OUT", "supplier")


def move(item: str, quantity: object, source: str, target: str, **values: Any) -> MoveRow:
    return MoveRow(item, Decimal(str(quantity)), source, target, **values)


def test_what_leaves_one_place_is_in_the_other() -> None:
    item = masters.item("A-1")
    masters.stock("A-1", 50)
    wen = person("wen")
    (moved,) = post_moves(rows=[move("A-1", 20, "STORE", "HOLD", reason="dirty")], by=wen)
    there = availability([item.pk])[item.pk]
    assert there.on_hand == 30
    assert there.on_hold == 20
    assert moved.by == wen
    assert journal.timeline(item).first().fact == "StockMoved"  # type: ignore[union-attr]
    assert invariants.check() == []


def test_it_refuses_more_than_lies_there_and_moves_nothing() -> None:
    masters.item("A-1")
    masters.item("B-1")
    masters.stock("A-1", 50)
    rows = [move("A-1", 30, "STORE", "LINE"), move("A-1", 21, "STORE", "HOLD")]
    with pytest.raises(NotEnoughStock, match="A-1: 1 more would leave STORE"):
        post_moves(rows=rows, by=None)
    with pytest.raises(NotEnoughStock, match="B-1"):
        post_moves(rows=[move("B-1", 1, "STORE", "LINE")], by=None)
    assert Move.objects.count() == 1
    assert invariants.check() == []


def test_what_is_reserved_stays() -> None:
    item = masters.item("A-1")
    masters.stock("A-1", 50)
    reserve(demands=[("orders.line:1", item.pk, Decimal(45))], by=None)
    with pytest.raises(NotEnoughStock, match="5 of it are reserved for others"):
        post_moves(rows=[move("A-1", 10, "STORE", "HOLD")], by=None)


def test_a_chain_within_one_call_holds_in_the_end() -> None:
    masters.item("A-1")
    rows = [move("A-1", 5, "STORE", "HOLD"), move("A-1", 5, "OUT", "STORE")]
    post_moves(rows=rows, by=None)
    assert invariants.check() == []


def test_wrong_rows_are_told_one_by_one() -> None:
    masters.item("A-1")
    masters.item("L-1", traced="lot")
    masters.unit("m", step=Decimal("0.01"))
    masters.item("W-1", unit="m")
    masters.stock("A-1", 50)
    rows = [
        move("none", 1, "STORE", "HOLD"),
        move("A-1", 1, "none", "HOLD"),
        move("A-1", 1, "STORE", "STORE"),
        move("A-1", "0.5", "STORE", "HOLD"),
        move("A-1", -1, "STORE", "HOLD"),
        move("A-1", 1, "STORE", "HOLD", lot="X"),
        move("L-1", 1, "STORE", "HOLD"),
        move("L-1", 1, "STORE", "HOLD", lot="unknown"),
        move("A-1", 1, "STORE", "HOLD", unit="kg"),
        move("W-1", "1.001", "OUT", "HOLD"),
    ]
    with pytest.raises(RowsRefused) as refusal:
        post_moves(rows=rows, by=None)
    assert [(row.index, row.field) for row in refusal.value.rows] == [
        (0, "item"),
        (1, "source"),
        (2, "target"),
        (3, "quantity"),
        (4, "quantity"),
        (5, "lot"),
        (6, "lot"),
        (7, "lot"),
        (8, "quantity"),
        (9, "quantity"),
    ]


def test_another_unit_is_turned_into_the_items_own() -> None:
    item = masters.item("A-1")
    masters.conversion("ctn", "pcs", 24, "A-1")
    post_moves(rows=[move("A-1", 2, "OUT", "STORE", unit="ctn")], by=None)
    assert availability([item.pk])[item.pk].free == 48


def test_lots_come_from_outside_and_serials_stand_once() -> None:
    masters.item("S-1", traced="serial")
    post_moves(rows=[move("S-1", 1, "OUT", "STORE", lot="SN1")], by=None)
    assert Lot.objects.get().code == "SN1"
    with pytest.raises(SerialStandsTwice, match="SN1"):
        post_moves(rows=[move("S-1", 1, "OUT", "HOLD", lot="SN1")], by=None)
    with pytest.raises(RowsRefused, match="exactly one piece"):
        post_moves(rows=[move("S-1", 2, "OUT", "STORE", lot="SN2")], by=None)
    post_moves(rows=[move("S-1", 1, "STORE", "HOLD", lot="SN1")], by=None)
    assert invariants.check() == []


def test_the_ledger_and_the_balances_cannot_be_bent() -> None:
    masters.item("A-1")
    masters.stock("A-1", 50)
    with pytest.raises(IntegrityError), transaction.atomic():
        Move.objects.update(quantity=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Balance.objects.filter(is_own=True).update(on_hand=-1)
    Balance.objects.filter(is_own=True).update(on_hand=49)
    assert (
        len(invariants.check()) == 3
    )  # sums, moves, values  # the auditor finds what no constraint can


def test_only_the_store_moves_goods() -> None:
    with pytest.raises(NotAllowed):
        post_moves(rows=[move("A-1", 1, "STORE", "HOLD")], by=person("mei"))


def test_opening_stock_goes_into_our_own_places_only() -> None:
    masters.item("A-1")
    with pytest.raises(RowsRefused, match="store or on quality hold"):
        post_opening_stock(rows=[OpeningRow("A-1", Decimal(1), "OUT")], by=None)
