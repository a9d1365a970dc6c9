"""Moving a mistake back, once."""

from decimal import Decimal
from typing import Any

import pytest

from gendan.inventory import invariants
from gendan.inventory.models import ExpectedSupply, Move
from gendan.inventory.queries import availability
from gendan.inventory.services import (
    AlreadyReversed,
    MoveRow,
    NotEnoughStock,
    ReceiptRow,
    drop_expected,
    post_moves,
    receive_expected,
    reserve,
    reverse_move,
)
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import Entry
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def test_a_mistake_is_moved_back_once() -> None:
    item = masters.item("A-1")
    wrong = masters.stock("A-1", 50)
    back = reverse_move(move_id=wrong.pk, reason="counted twice", by=None)
    assert (back.reverses, back.source, back.target) == (wrong, wrong.target, wrong.source)
    assert availability([item.pk])[item.pk].on_hand == 0
    with pytest.raises(AlreadyReversed, match="taken back already"):
        reverse_move(move_id=wrong.pk, reason="again", by=None)
    with pytest.raises(AlreadyReversed, match="it stays"):
        reverse_move(move_id=back.pk, reason="back and forth", by=None)
    assert invariants.check() == []


def test_it_refuses_when_the_goods_are_gone_or_kept() -> None:
    item = masters.item("A-1")
    wrong = masters.stock("A-1", 50)
    reserve(demands=[("orders.line:1", item.pk, masters.decimal(1))], by=None)
    with pytest.raises(NotEnoughStock, match="reserved"):
        reverse_move(move_id=wrong.pk, reason="mistake", by=None)


def test_it_wants_a_reason_and_a_move() -> None:
    with pytest.raises(Invalid, match="Say why"):
        reverse_move(move_id=1, reason=" ", by=None)
    with pytest.raises(NotThere):
        reverse_move(move_id=1, reason="mistake", by=None)


def received(supply: ExpectedSupply, quantity: int, **values: Any) -> Move:
    row = ReceiptRow(supply.pk, Decimal(quantity), "STORE", **values)
    return receive_expected(rows=[row], by=None)[0]


def state_of(supply: ExpectedSupply) -> tuple[int, int, bool]:
    supply.refresh_from_db()
    return (int(supply.quantity), int(supply.received), supply.is_open)


@pytest.mark.parametrize("reference", ["", "their order 4711"])
def test_goods_expected_by_hand_are_expected_again(reference: str) -> None:
    masters.location()
    masters.item("A-1")
    supply = masters.expected("A-1", 100, reference=reference)
    part, rest = received(supply, 40), received(supply, 60)
    assert state_of(supply) == (100, 100, False)
    reverse_move(move_id=rest.pk, reason="another lorry", by=None)
    assert state_of(supply) == (100, 40, True)
    assert Entry.objects.filter(fact="SuppliesExpected").latest("pk").data["expected_ids"] == [
        supply.pk
    ]
    reverse_move(move_id=part.pk, reason="another lorry", by=None)
    assert state_of(supply) == (100, 0, True)
    received(supply, 100)
    assert invariants.check() == []


def test_of_the_rest_that_was_given_up_nothing_is_expected() -> None:
    masters.location()
    masters.item("A-1")
    last = masters.expected("A-1", 100)
    move = received(last, 40, is_last=True)
    reverse_move(move_id=move.pk, reason="mistake", by=None)
    assert state_of(last) == (40, 0, True)
    dropped = masters.expected("A-1", 70)
    move = received(dropped, 30)
    drop_expected(expected_ids=[dropped.pk], reason="no more", by=None)
    reverse_move(move_id=move.pk, reason="mistake", by=None)
    assert state_of(dropped) == (30, 0, True)


def test_several_of_one_reference_are_reopened_the_latest_first() -> None:
    masters.location()
    masters.item("A-1")
    early = masters.expected("A-1", 50, reference="R-1", in_days=5)
    late = masters.expected("A-1", 50, reference="R-1", in_days=9)
    received(early, 50)
    reverse_move(move_id=received(late, 50).pk, reason="mistake", by=None)
    assert (state_of(early), state_of(late)) == ((50, 50, False), (50, 0, True))


def test_a_gain_by_hand_under_the_same_number_is_no_receipt() -> None:
    masters.location()
    masters.item("A-1")
    masters.location("MILL", "supplier")
    supply = masters.expected("A-1", 50, reference="R-1")
    received(supply, 50)
    row = MoveRow("A-1", Decimal(5), "MILL", "STORE", about="R-1", reason="a gift")
    [gift] = post_moves(rows=[row], by=None)
    reverse_move(move_id=gift.pk, reason="no gift", by=None)
    assert state_of(supply) == (50, 50, False)
