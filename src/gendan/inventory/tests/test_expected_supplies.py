"""Goods that are expected: said, changed, arrived, given up."""

import datetime as dt
from decimal import Decimal

import pytest

from gendan.inventory import invariants
from gendan.inventory.models import ExpectedSupply, Lot
from gendan.inventory.queries import availability, expected_for
from gendan.inventory.services import (
    BelongsToOrder,
    ExpectedRow,
    ReceiptRow,
    SupplyIsClosed,
    buy_supplies,
    drop_expected,
    expect_supplies,
    make_supplies,
    receive_expected,
)
from gendan.kernel import journal
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.rows import RowsRefused
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 5)
IN_MAY, IN_JUNE = dt.date(2026, 5, 20), dt.date(2026, 6, 10)


def test_it_is_available_when_it_comes_and_not_before() -> None:
    item = masters.item("A-1")
    masters.stock("A-1", 10)
    masters.expected("A-1", 20, IN_MAY)
    masters.expected("A-1", 30, IN_JUNE, demand="orders.line:1")
    there = availability([item.pk], TODAY)[item.pk]
    assert there.available_on(IN_MAY - dt.timedelta(days=1)) == 10
    assert there.available_on(IN_MAY) == 30
    assert there.available_on(IN_JUNE) == 30
    assert there.available_on(IN_JUNE, demand="orders.line:1") == 60
    assert there.earliest(Decimal(10)) == TODAY
    assert there.earliest(Decimal(11)) == IN_MAY
    assert there.earliest(Decimal(31)) is None
    assert there.earliest(Decimal(31), demand="orders.line:1") == IN_JUNE
    assert expected_for(["orders.line:1"])["orders.line:1"][0].quantity == 30


def test_what_is_overdue_comes_today_at_the_earliest() -> None:
    item = masters.item("A-1")
    masters.expected("A-1", 20, dt.date(2026, 4, 1))
    assert availability([item.pk], TODAY)[item.pk].earliest(Decimal(5)) == TODAY


def test_saying_the_same_again_changes_the_quantity() -> None:
    masters.item("A-1")
    first = masters.expected("A-1", 20, IN_MAY, reference="PO-1")
    again = masters.expected("A-1", 25, IN_MAY, reference="PO-1")
    assert (again.pk, ExpectedSupply.objects.get().quantity) == (first.pk, 25)
    row = ExpectedRow("A-1", Decimal(25), IN_JUNE, "PO-1", expected_id=first.pk)
    expect_supplies(rows=[row], by=None)
    assert ExpectedSupply.objects.get().due_on == IN_JUNE


def test_parts_arrive_until_all_is_there() -> None:
    item = masters.item("A-1")
    masters.location()
    supply = masters.expected("A-1", 20, IN_MAY, reference="PO-1", demand="orders.line:1")
    for quantity, is_open in ((5, True), (15, False)):
        receive_expected(rows=[ReceiptRow(supply.pk, Decimal(quantity), "STORE")], by=None)
        supply.refresh_from_db()
        assert supply.is_open is is_open
    there = availability([item.pk], TODAY)[item.pk]
    assert there.on_hand == 20
    assert there.incoming == ()
    assert journal.timeline("orders.line:1").first().fact == "SuppliesReceived"  # type: ignore[union-attr]
    assert invariants.check() == []


def test_a_little_more_is_taken_much_more_is_refused() -> None:
    masters.item("A-1")
    masters.location()
    supply = masters.expected("A-1", 100, IN_MAY)
    with pytest.raises(RowsRefused, match="106 more are too many"):
        receive_expected(rows=[ReceiptRow(supply.pk, Decimal(106), "STORE")], by=None)
    receive_expected(rows=[ReceiptRow(supply.pk, Decimal(105), "STORE")], by=None)
    with pytest.raises(RowsRefused, match="no longer expected"):
        receive_expected(rows=[ReceiptRow(supply.pk, Decimal(1), "STORE")], by=None)


def test_the_last_part_closes_although_less_came() -> None:
    masters.item("A-1", traced="lot")
    masters.location()
    supply = masters.expected("A-1", 100, IN_MAY)
    row = ReceiptRow(supply.pk, Decimal(90), "STORE", lot="L7", is_last=True)
    receive_expected(rows=[row], by=None)
    supply.refresh_from_db()
    assert (supply.is_open, supply.received, Lot.objects.get().code) == (False, 90, "L7")


def test_the_same_supply_twice_in_one_call_adds_up() -> None:
    masters.item("A-1")
    masters.location()
    supply = masters.expected("A-1", 20, IN_MAY)
    rows = [
        ReceiptRow(supply.pk, Decimal(15), "STORE"),
        ReceiptRow(supply.pk, Decimal(15), "STORE"),
    ]
    with pytest.raises(RowsRefused, match="too many"):
        receive_expected(rows=rows, by=None)
    supply.refresh_from_db()
    assert supply.received == 0


def test_what_will_not_come_is_given_up_with_a_reason() -> None:
    item = masters.item("A-1")
    supply = masters.expected("A-1", 20, IN_MAY)
    with pytest.raises(Invalid, match="Say why"):
        drop_expected(expected_ids=[supply.pk], reason="", by=None)
    with pytest.raises(NotThere):
        drop_expected(expected_ids=[supply.pk, 0], reason="bankrupt", by=None)
    drop_expected(expected_ids=[supply.pk], reason="bankrupt", by=None)
    assert availability([item.pk], TODAY)[item.pk].incoming == ()
    with pytest.raises(SupplyIsClosed, match="A-1 due 2026-05-20"):
        drop_expected(expected_ids=[supply.pk], reason="bankrupt", by=None)


def test_it_refuses_odd_days_and_quantities() -> None:
    masters.item("A-1")
    rows = [
        ExpectedRow("A-1", Decimal(1), dt.date(1899, 1, 1)),
        ExpectedRow("A-1", Decimal(0), IN_MAY),
        ExpectedRow("none", Decimal(1), IN_MAY),
        ExpectedRow("A-1", Decimal(1), IN_MAY, expected_id=7),
    ]
    with pytest.raises(RowsRefused) as refusal:
        expect_supplies(rows=rows, by=None)
    assert [row.field for row in refusal.value.rows] == [
        "due_on",
        "quantity",
        "item",
        "expected_id",
    ]


def by_hand(*rows: ExpectedRow) -> list[ExpectedSupply]:
    return expect_supplies(rows=rows, by=person("bo"))


def test_a_reference_said_for_another_day_moves_what_is_expected() -> None:
    masters.item("A-1")
    row = ExpectedRow("A-1", Decimal(20), IN_MAY, "PO-1")
    [first] = by_hand(row)
    later = ExpectedRow("A-1", Decimal(20), IN_JUNE, "PO-1")
    assert by_hand(later) == [first]
    assert ExpectedSupply.objects.get().due_on == IN_JUNE
    [second] = by_hand(ExpectedRow("A-1", Decimal(5), IN_MAY, "PO-1", apart=True))
    by_hand(row, later)  # each means the one of its day
    assert ExpectedSupply.objects.count() == 2
    august = dt.date(2026, 8, 3)
    by_hand(later, ExpectedRow("A-1", Decimal(5), august, "PO-1"))
    second.refresh_from_db()
    assert (second.due_on, ExpectedSupply.objects.count()) == (august, 2)
    by_hand(ExpectedRow("A-1", Decimal(1), IN_MAY, "PO-1"))  # of two nobody knows which is meant
    assert ExpectedSupply.objects.count() == 3


def test_what_an_order_of_ours_brings_is_changed_and_given_up_there() -> None:
    masters.item("A-1")
    bought = masters.expected("A-1", 20, IN_MAY, reference="PO-9")
    made = masters.expected("A-1", 8, IN_MAY, reference="WO-3")
    buy_supplies(papers={bought.pk: "purchasing.purchaseorder:9"}, by=None)
    make_supplies(papers={made.pk: "production.workorder:3"}, by=None)
    for order, supply in (("PO-9", bought), ("WO-3", made)):
        for row in (
            ExpectedRow("A-1", supply.quantity, IN_JUNE, order),
            ExpectedRow("A-1", Decimal(1), IN_MAY, order),
            ExpectedRow("A-1", Decimal(1), IN_MAY, "zzz", expected_id=supply.pk),
        ):
            with pytest.raises(RowsRefused, match=f"belongs to {order}: change it there"):
                by_hand(row)
        supply.refresh_from_db()
        assert (supply.is_open, supply.due_on, supply.reference) == (True, IN_MAY, order)
        assert by_hand(ExpectedRow("A-1", supply.quantity, IN_MAY, order)) == []  # as exported
    assert ExpectedSupply.objects.count() == 2
    with pytest.raises(BelongsToOrder, match="belongs to PO-9: cancel or close it there"):
        drop_expected(expected_ids=[bought.pk], reason="x", by=person("bo"))
    drop_expected(expected_ids=[made.pk], reason="eight are scrap", by=person("wen"))
