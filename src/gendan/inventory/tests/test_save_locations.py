"""Places and lots."""

import datetime as dt

import pytest

from gendan.inventory.services import LocationRow, LotRow, save_locations, save_lots
from gendan.kernel.rows import RowsRefused
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def test_a_place_with_goods_keeps_its_kind_and_stays_in_use() -> None:
    masters.item("A-1")
    masters.stock("A-1", 5)
    with pytest.raises(RowsRefused, match="keeps its kind"):
        save_locations(rows=[LocationRow("STORE", kind="loss")], by=None)
    with pytest.raises(RowsRefused, match="move them first"):
        save_locations(rows=[LocationRow("STORE", is_active=False)], by=None)


def test_a_place_does_not_lie_inside_itself() -> None:
    masters.location("A")
    masters.location("B", parent="A")
    masters.location("C", parent="B")
    with pytest.raises(RowsRefused, match="inside itself"):
        save_locations(rows=[LocationRow("A", parent="C")], by=None)


def test_a_lot_does_not_expire_before_it_is_made() -> None:
    masters.item("A-1", traced="lot")
    row = LotRow("A-1", "L", made_on=dt.date(2026, 5, 5), expires_on=dt.date(2026, 5, 4))
    with pytest.raises(RowsRefused, match="before it was made"):
        save_lots(rows=[row], by=None)
