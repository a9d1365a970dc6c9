"""What post_moves, reverse_move and post_opening_stock refuse to do by hand."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from gendan.inventory.models import Move
from gendan.inventory.services import (
    MadeByDocument,
    MoveRow,
    OpeningRow,
    ReceiptRow,
    carry_moves,
    post_moves,
    post_opening_stock,
    receive_expected,
    reverse_move,
)
from gendan.kernel import clock
from gendan.kernel.rows import RowsRefused
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 10)
RECEIPT = "purchasing.goodsreceipt:7"


@pytest.fixture(autouse=True)
def store() -> Iterator[None]:
    for code, kind in (
        ("STORE", "store"),
        ("QC", "quality"),
        ("REJECTED", "quality"),
        ("MILL", "supplier"),
        ("BUYER", "customer"),
        ("LOST", "loss"),
        ("FIRST", "opening"),
        ("FLOOR", "production"),
    ):
        masters.location(code, kind)
    masters.item("A-1", cost=Decimal(10))
    with clock.at(clock.moment_on(DAY)):
        yield


def row(quantity: int, source: str, target: str, reason: str = "sample", **more: Any) -> MoveRow:
    return MoveRow("A-1", Decimal(quantity), source, target, reason=reason, **more)


def by_hand(*rows: MoveRow, who: str = "wen") -> list[Move]:
    return post_moves(rows=rows, by=person(who))


def test_what_a_receipt_waits_for_stays_until_there_is_a_verdict() -> None:
    carry_moves(rows=[row(100, "MILL", "QC", about=RECEIPT)], by=None)
    carry_moves(rows=[row(30, "QC", "REJECTED", about=RECEIPT)], by=None)
    carry_moves(rows=[row(5, "LOST", "QC")], by=None)
    with pytest.raises(RowsRefused, match=r"70 of A-1 in QC .*release, reject or return.* 5 may"):
        by_hand(row(6, "QC", "STORE"), who="qiu")
    with pytest.raises(RowsRefused, match="30 of A-1 in REJECTED"):
        by_hand(row(1, "REJECTED", "LOST"), who="zhao")
    with pytest.raises(RowsRefused):  # another place of quality is no way round
        by_hand(row(6, "QC", "REJECTED"))
    with pytest.raises(RowsRefused):  # nor are two small rows
        by_hand(row(3, "QC", "STORE"), row(3, "QC", "STORE"), who="qiu")
    by_hand(row(5, "QC", "STORE"), who="qiu")
    carry_moves(rows=[row(70, "QC", "STORE", about=RECEIPT)], by=None)


def test_opening_stock_on_hold_is_no_receipts() -> None:
    post_opening_stock(rows=[OpeningRow("A-1", Decimal(20), "QC")], by=person("wen"))
    by_hand(row(20, "QC", "STORE"), who="qiu")


@pytest.mark.parametrize("about", ["orders.order:34", RECEIPT, "production.workorder:5", "opening"])
def test_a_move_by_hand_is_not_about_a_document(about: str) -> None:
    masters.stock("A-1", 10)
    with pytest.raises(RowsRefused, match="names no document of ours"):
        by_hand(row(1, "STORE", "BUYER", about=about), who="zhao")
    by_hand(row(1, "STORE", "BUYER", about="their order 4711"), who="zhao")


@pytest.mark.parametrize(
    ("source", "target"),
    [("MILL", "QC"), ("STORE", "BUYER"), ("STORE", "LOST"), ("FIRST", "QC"), ("STORE", "FLOOR")],
)
def test_what_comes_from_or_goes_outside_needs_a_reason(source: str, target: str) -> None:
    masters.stock("A-1", 10)
    with pytest.raises(RowsRefused, match="Say why"):
        by_hand(row(1, source, target, reason=" "), who="zhao")
    by_hand(row(1, source, target), who="zhao")


def test_inside_the_stores_nobody_asks_for_a_reason() -> None:
    masters.stock("A-1", 10)
    by_hand(row(10, "STORE", "QC", reason=""))


@pytest.mark.parametrize(
    ("source", "target"),
    [("MILL", "QC"), ("LOST", "STORE"), ("STORE", "LOST"), ("STORE", "BUYER"), ("FIRST", "STORE")],
)
def test_much_is_gained_or_lost_only_by_who_approves_variances(source: str, target: str) -> None:
    masters.stock("A-1", 200)
    with pytest.raises(RowsRefused, match=r"510.* more than 500"):
        by_hand(row(51, source, target))
    with pytest.raises(RowsRefused, match=r"510.* more than 500"):  # in two rows as in one
        by_hand(row(26, source, target), row(25, source, target))
    by_hand(row(50, source, target))
    by_hand(row(60, source, target), who="zhao")


def test_many_small_losses_of_a_day_are_one_large_one() -> None:
    masters.stock("A-1", 200)
    by_hand(row(40, "STORE", "LOST"))
    with pytest.raises(RowsRefused, match="more than 500"):
        by_hand(row(11, "STORE", "BUYER"))
    by_hand(row(10, "STORE", "LOST"))


def test_a_price_typed_and_goods_without_one_count_too() -> None:
    with pytest.raises(RowsRefused, match=r"999999.00"):
        by_hand(row(1, "MILL", "QC", unit_cost=Decimal(999999)))
    masters.item("FREE")
    with pytest.raises(RowsRefused, match="Nobody knows what FREE is worth"):
        by_hand(MoveRow("FREE", Decimal(1), "LOST", "STORE", reason="found"))


def test_what_a_document_has_moved_is_put_right_there() -> None:
    [came] = carry_moves(rows=[row(9, "MILL", "QC", about=RECEIPT)], by=None)
    [left] = carry_moves(rows=[row(1, "QC", "BUYER", about="orders.order:1")], by=None)
    for move in (came, left):
        with pytest.raises(MadeByDocument, match="has made this move; put it right there"):
            reverse_move(move_id=move.pk, reason="oops", by=person("wen"))
    [issued] = carry_moves(rows=[row(1, "QC", "FLOOR", about="production.workorder:1")], by=None)
    reverse_move(move_id=issued.pk, reason="oops", by=person("wen"))


def test_opening_stock_is_entered_once() -> None:
    wen = person("wen")
    rows = [OpeningRow("A-1", Decimal(20), "STORE")]
    [entered] = post_opening_stock(rows=rows, by=wen)
    with pytest.raises(RowsRefused, match=r"20 of A-1 lie in STORE already.* count"):
        post_opening_stock(rows=rows, by=wen)
    by_hand(row(20, "STORE", "QC"))
    with pytest.raises(RowsRefused, match="0 of A-1 lie in STORE already"):
        post_opening_stock(rows=rows, by=wen)  # it has been used, not forgotten
    with pytest.raises(RowsRefused, match="20 of A-1 lie in QC already"):
        post_opening_stock(rows=[OpeningRow("A-1", Decimal(1), "QC")], by=wen)
    by_hand(row(20, "QC", "STORE"), who="qiu")
    reverse_move(move_id=entered.pk, reason="typed wrongly", by=wen)
    post_opening_stock(rows=rows, by=wen)


def test_many_small_gains_from_suppliers_of_a_day_are_one_large_one() -> None:
    by_hand(row(30, "MILL", "QC"))
    with pytest.raises(RowsRefused, match="more than 500"):
        by_hand(row(21, "MILL", "QC"))
    by_hand(row(20, "MILL", "QC"))
    by_hand(row(21, "MILL", "QC"), who="zhao")
    with clock.at(clock.moment_on(DAY + dt.timedelta(days=1))):
        by_hand(row(50, "MILL", "QC"))


def test_what_was_expected_and_has_come_is_not_gained_by_hand() -> None:
    supply = masters.expected("A-1", 100)
    receive_expected(rows=[ReceiptRow(supply.pk, Decimal(100), "QC")], by=person("wen"))
    by_hand(row(50, "MILL", "QC"))
    with pytest.raises(RowsRefused, match="more than 500"):
        by_hand(row(1, "MILL", "QC"))
