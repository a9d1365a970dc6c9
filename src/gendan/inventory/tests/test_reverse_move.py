"""Moving a mistake back, once."""

import pytest

from gendan.inventory import invariants
from gendan.inventory.queries import availability
from gendan.inventory.services import AlreadyReversed, NotEnoughStock, reserve, reverse_move
from gendan.kernel.errors import Invalid, NotThere
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
