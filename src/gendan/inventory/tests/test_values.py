"""What stock is worth: moving average, standard cost, landed cost, rounding, the past."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from gendan.inventory import invariants
from gendan.inventory.models import ItemValue, LandedCost, ValueEntry
from gendan.inventory.queries import held_at, value_by_place, value_of
from gendan.inventory.services import (
    AddedAlready,
    CannotSpread,
    MoveRow,
    NoReceipt,
    OpeningRow,
    StandardRow,
    TooLarge,
    ValueBelowZero,
    add_landed_cost,
    post_moves,
    post_opening_stock,
    reverse_move,
    save_standard_costs,
)
from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.kernel.rows import RowsRefused
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 10)


def num(number: object) -> Decimal:
    return Decimal(str(number))


@pytest.fixture
def places() -> None:
    for code, kind in (
        ("STORE", "store"),
        ("SHOP", "store"),
        ("OUT", "supplier"),
        ("C", "customer"),
    ):
        masters.location(code, kind)


def move(item: str, quantity: object, source: str, target: str, **more: Any) -> None:
    post_moves(rows=[MoveRow(item, num(quantity), source, target, **more)], by=None)


def worth(item_id: int) -> Any:
    found = value_of([item_id]).get(item_id)
    return (found.quantity, found.value) if found else (num(0), num(0))


def test_a_moving_average_moves_and_the_last_piece_takes_the_rest(places: None) -> None:
    pk = masters.item("A-1").pk
    move("A-1", 3, "OUT", "STORE", unit_cost=num(1))
    move("A-1", 4, "OUT", "STORE", unit_cost=num("2.5"))
    assert worth(pk) == (7, 13)
    move("A-1", 1, "STORE", "C")
    assert worth(pk) == (6, num("11.14"))  # 13 / 7 = 1.857142…
    assert ValueEntry.objects.latest("pk").rounding == num("-0.002857")
    move("A-1", 6, "STORE", "SHOP")
    assert worth(pk) == (6, num("11.14"))
    move("A-1", 6, "SHOP", "C")
    assert worth(pk) == (0, 0)
    assert invariants.check() == []


def test_what_nobody_priced_is_worth_the_average_or_the_standard_of_the_catalog(
    places: None,
) -> None:
    pk = masters.item("A-1", cost=num(4)).pk
    move("A-1", 2, "OUT", "STORE")
    assert worth(pk) == (2, 8)
    move("A-1", 2, "OUT", "STORE", unit_cost=num(6))
    move("A-1", 1, "OUT", "STORE")
    assert worth(pk) == (5, 25)
    with pytest.raises(RowsRefused, match="not below zero"):
        move("A-1", 2, "OUT", "STORE", unit_cost=num(-1))


def test_a_move_back_takes_the_very_value_back(places: None) -> None:
    pk = masters.item("A-1").pk
    move("A-1", 10, "OUT", "STORE", unit_cost=num(1))
    (wrong,) = post_moves(rows=[MoveRow("A-1", num(10), "OUT", "STORE", unit_cost=num(9))], by=None)
    reverse_move(move_id=wrong.pk, reason="typing error", by=None)
    assert worth(pk) == (10, 10)
    assert invariants.check() == []


def test_standard_cost_keeps_the_difference_out_of_the_stock(places: None) -> None:
    pk = masters.item("A-1").pk
    move("A-1", 10, "OUT", "STORE", unit_cost=num(3))
    with pytest.raises(RowsRefused, match="needs an amount"):
        save_standard_costs(rows=[StandardRow("A-1", "standard")], by=None)
    save_standard_costs(rows=[StandardRow("A-1", "standard", num(2))], by=None)
    assert worth(pk) == (10, 20)
    move("A-1", 5, "OUT", "STORE", unit_cost=num("2.6"))
    entry = ValueEntry.objects.latest("pk")
    assert [entry.value, entry.variance] == [num(10), num(3)]
    assert worth(pk) == (15, 30)
    assert invariants.check() == []


def test_landed_cost_raises_the_average_of_what_still_lies_here(places: None) -> None:
    a, b = (one.pk for one in masters.items({"A-1": {}, "B-1": {}}))
    move("A-1", 10, "OUT", "STORE", unit_cost=num(3), about="PO-1")
    move("B-1", 10, "OUT", "STORE", unit_cost=num(6), about="PO-1")
    move("B-1", 5, "STORE", "C")
    given: dict[str, Any] = {"about": "PO-1", "kind": "freight", "basis": "value"}
    given["amount"] = num(10)
    cost = add_landed_cost(**given, reference="F-1", by=None)
    # 10 by 30 : 60 is 3.33 and 6.67; half of B-1 has left, so half of its share is variance.
    entries = {one.item_id: one for one in cost.entries.all()}
    assert (entries[a].value, entries[a].variance) == (num("3.33"), 0)
    assert (entries[b].value, entries[b].variance) == (num("3.34"), num("3.33"))
    assert sum(one.value + one.variance for one in entries.values()) == 10
    assert (worth(a), worth(b)) == ((10, num("33.33")), (5, num("33.34")))
    with pytest.raises(AddedAlready):
        add_landed_cost(**given, reference="F-1", by=None)
    with pytest.raises(ValueBelowZero):
        add_landed_cost(**given | {"amount": num(-900)}, reference="F-2", reason="x", by=None)
    assert invariants.check() == []


def test_what_cannot_be_spread_is_refused(places: None) -> None:
    masters.item("A-1")
    move("A-1", 10, "OUT", "STORE", about="PO-1")
    given: dict[str, Any] = {
        "about": "PO-1",
        "kind": "duty",
        "reference": "D-1",
        "amount": num(10),
        "by": None,
    }
    with pytest.raises(CannotSpread, match="A-1"):
        add_landed_cost(**given | {"basis": "weight"})
    with pytest.raises(CannotSpread, match="by quantity"):
        add_landed_cost(**given | {"basis": "value"})
    with pytest.raises(NoReceipt):
        add_landed_cost(**given | {"basis": "value", "about": "PO-2"})
    for change in (
        {"kind": "x"}, {"basis": "x"}, {"reference": " "}, {"about": ""}, {"amount": num(0)},
        {"currency": "XXX"}, {"amount": num("1e30")},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            add_landed_cost(**{"basis": "quantity"} | given | change)
    assert not LandedCost.objects.exists()


def test_the_past_is_what_is_now_less_what_came_since(places: None) -> None:
    pk = masters.item("A-1").pk
    morning, noon, evening = (clock.moment_on(DAY, hour) for hour in (8, 12, 18))
    with clock.at(morning):
        move("A-1", 10, "OUT", "STORE", unit_cost=num(2))
    with clock.at(evening):
        move("A-1", 4, "STORE", "C")
        move("A-1", 5, "STORE", "SHOP")
    assert value_of([pk], at=noon)[pk].value == 20
    assert value_of(at=morning - dt.timedelta(seconds=1)) == {}
    then = held_at(noon, item_ids=[pk])
    assert [one.quantity for one in then] == [10]
    now = value_by_place([pk])
    assert sorted((int(one.quantity), int(one.value)) for one in now.values()) == [(1, 2), (5, 10)]
    assert [one.value for one in value_by_place([pk], at=noon).values()] == [20]
    assert held_at(noon, item_ids=[pk], location_ids=[0]) == []


def test_places_share_the_value_to_the_last_cent(places: None) -> None:
    pk = masters.item("A-1").pk
    move("A-1", 3, "OUT", "STORE", unit_cost=num("3.333333"))
    move("A-1", 1, "STORE", "SHOP")
    parts = value_by_place([pk])
    assert sum(one.value for one in parts.values()) == value_of([pk])[pk].value == 10
    assert ItemValue.objects.get(item_id=pk).value == 10


def test_goods_that_went_back_leave_their_share_to_nobody(places: None) -> None:
    item = masters.item("A-1")
    move("A-1", 100, "OUT", "STORE", unit_cost=num(3), about="PO-1")
    move("A-1", 900, "OUT", "STORE", unit_cost=num(3), about="PO-2")
    move("A-1", 60, "STORE", "OUT", about="PO-1")
    given: dict[str, Any] = {"kind": "freight", "basis": "quantity", "by": None}
    cost = add_landed_cost(about="PO-1", amount=num(100), reference="F-1", **given)
    entry = cost.entries.get()
    assert (entry.value, entry.variance) == (40, 60)
    move("A-1", 40, "STORE", "OUT", about="PO-1")
    entry = add_landed_cost(about="PO-1", amount=num(100), reference="F-2", **given).entries.get()
    assert (entry.value, entry.variance) == (0, 100)
    assert worth(item.pk)[0] == 900
    assert invariants.check() == []


def test_the_same_invoice_is_one_however_it_is_typed(places: None) -> None:
    masters.item("A-1")
    move("A-1", 100, "OUT", "STORE", unit_cost=num(3), about="PO-1")
    given: dict[str, Any] = {
        "about": "PO-1",
        "kind": "duty",
        "basis": "quantity",
        "amount": num(1),
        "by": None,
    }
    add_landed_cost(**given, reference="ＩＮＶ-1")
    for typed in ("INV-1", "inv-1", " INV -1", "ＩＮＶ-1", "INV-1\u200b"):
        with pytest.raises(AddedAlready):
            add_landed_cost(**given, reference=typed)
    add_landed_cost(**given, reference="INV-11")


def test_amounts_of_nothing_and_beyond_belief(places: None) -> None:
    masters.item("A-1")
    move("A-1", 10, "OUT", "STORE", unit_cost=num(3), about="PO-1")
    given: dict[str, Any] = {
        "about": "PO-1",
        "kind": "duty",
        "basis": "quantity",
        "reference": "D-1",
        "by": None,
    }
    for amount in ("0.001", "-0.004", "0.0000001"):
        with pytest.raises(Invalid, match="rounds to nothing"):
            add_landed_cost(**given, amount=num(amount))
    with pytest.raises(Invalid, match="more than 3 times what the goods are worth"):
        add_landed_cost(**given, amount=num(91))
    cost = add_landed_cost(**given, amount=num(91), reason="came by air")
    assert cost.entries.get().reason == "D-1: came by air"


def test_what_no_book_can_hold_is_refused_in_words(places: None) -> None:
    much, dear = num(999999999999), num(10**9)
    masters.items({"A-1": {}, "B-1": {}})
    move("A-1", 1, "OUT", "STORE")
    with pytest.raises(TooLarge, match="So much in one place"):
        move("A-1", much, "OUT", "STORE")
    with pytest.raises(TooLarge, match="would be worth"):
        move("B-1", much, "OUT", "STORE", unit_cost=dear)
    with pytest.raises(TooLarge, match="would be worth"):
        post_opening_stock(rows=[OpeningRow("B-1", much, "STORE", unit_cost=num(10**6))], by=None)
    move("B-1", 1001600, "OUT", "STORE")
    with pytest.raises(TooLarge, match="would be worth"):
        save_standard_costs(rows=[StandardRow("B-1", "standard", dear)], by=None)
