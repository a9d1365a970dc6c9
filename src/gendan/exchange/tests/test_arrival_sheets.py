"""receive_goods, receive_expected, transfer_stock and firm_work_orders by sheet: whole or not at
all, as their pages would."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.exchange import bringing, jobs
from gendan.exchange.bringing import ImportedAlready, bring_in
from gendan.exchange.models import ImportRun
from gendan.exchange.sheets import dry_run, export, run_import
from gendan.exchange.tests.test_purchase_sheets import counts, exported, sheet, told
from gendan.inventory import services as inventory
from gendan.inventory.models import ExpectedSupply, Move
from gendan.inventory.services import ExpectedRow, MoveRow
from gendan.kernel import clock
from gendan.kernel.errors import NotAllowed
from gendan.kernel.models import User
from gendan.production.models import WorkOrder
from gendan.purchasing import services as purchasing
from gendan.purchasing.models import GoodsReceipt, GoodsReceiptLine, PurchaseOrder
from gendan.purchasing.tests import ordered, received
from gendan.purchasing.tests.received import lies
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as made

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 10)  # a Wednesday


@pytest.fixture(autouse=True)
def wen() -> Iterator[User]:
    with clock.at(clock.moment_on(TODAY)):
        yield person("wen")


DELIVERIES = "delivery_note purchase_order position quantity item lot unit delivered_on is_last"


def delivery(order: PurchaseOrder, quantity: object = 40, note: str = "DN-1", position: int = 1,
             item: str = "", lot: str = "", unit: str = "", day: str = "",
             last: str = "") -> list[object]:  # fmt: skip
    return [note, order.number, position, quantity, item, lot, unit, day, last]


def test_deliveries_are_received_note_by_note_and_held(wen: User) -> None:
    order = received.an_order(ordered.line(), ordered.line("YARN", 50))
    rows = [
        delivery(order, 40, day="2026-06-09"),
        delivery(order, 50, position=2, item="YARN", last="yes"),
        delivery(order, 60, note="DN-2"),
    ]
    assert counts(sheet("goods_receipts", DELIVERIES, *rows, by=wen, run=dry_run)) == (2, 0)
    assert not GoodsReceipt.objects.exists()
    assert counts(sheet("goods_receipts", DELIVERIES, *rows, by=wen)) == (2, 0)
    first, second = GoodsReceipt.objects.order_by("pk")
    assert (first.delivery_note, first.state, first.by) == ("DN-1", "held", wen)
    assert first.remark == "Delivered on 2026-06-09."
    assert (second.remark, second.lines.get().quantity) == ("", Decimal(60))
    assert lies() == {"INSPECTION": 100}
    assert lies("YARN") == {"INSPECTION": 50}
    # The same papers once more, however they are written: nothing is booked twice.
    again = told(sheet("goods_receipts", DELIVERIES, delivery(order, 1, note="dn - 1"), by=wen))
    assert [one[0] for one in again] == [2]
    assert GoodsReceipt.objects.count() == 2


def test_what_is_to_come_is_taken_out_filled_in_and_brought_in(wen: User) -> None:
    order = received.an_order()
    received.receive(received.arrived(order, 30))
    (row,) = exported("goods_receipts", wen)
    assert (row["Purchase order"], row["Line of the order"]) == (order.number, "1")
    assert (row["Item"], row["Quantity"], row["Delivery note"]) == ("CLOTH", "70", "")
    heads = "送货单,采购订单,订单行号,货号,数量,单位"
    values = ["DN-9", order.number, "1", row["Item"], row["Quantity"], row["Unit"]]
    data = f"{heads}\n{','.join(values)}\n".encode()
    assert counts(run_import("goods_receipts", data, "收货.csv", by=wen)) == (1, 0)
    assert exported("goods_receipts", wen) == []


def test_deliveries_that_cannot_be_are_told_row_by_row_and_none_is_taken(wen: User) -> None:
    order = received.an_order()
    report = sheet("goods_receipts", DELIVERIES, delivery(order, "many"), by=wen)
    assert [(line, column) for line, column, _words in told(report)] == [(2, "quantity")]
    assert "not a number" in report.errors[0].message
    rows = [
        delivery(order, 1, position=9),
        delivery(order, 1, note="DN-2", unit="kg"),
        delivery(order, 1, note="DN-3", day="2026-06-11"),
        delivery(order, 1, note="DN-4"),
        delivery(order, 2, note="dn-4"),
        delivery(order, 1, note="\u200b"),
        delivery(order, 1, note="DN-6", day="0206-06-09"),
    ]
    found = told(sheet("goods_receipts", DELIVERIES, *rows, by=wen))
    assert [(line, column) for line, column, _words in found] == [
        (2, "Line of the order"),
        (3, "Unit"),
        (4, "Delivered on"),
        (6, "Line of the order"),
        (7, "Delivery note"),
        (8, "Delivered on"),
    ]
    assert found[3][2] == "The same stands in row 5."
    assert found[5][2] == "The year 206 cannot be meant."
    rows = [
        delivery(order, 10, note="DN-1"),
        delivery(order, 200, note="DN-2"),
        delivery(order, -1, note="DN-3"),
        delivery(order, 1, note="DN-4", item="YARN"),
        delivery(order, 1, note="DN-5", day="2026-06-08"),
        delivery(order, 1, note="DN-5", lot="L-1", day="2026-06-09"),
    ]
    found = told(sheet("goods_receipts", DELIVERIES, *rows, by=wen))
    assert [(line, column) for line, column, _words in found] == [
        (3, "Quantity"),
        (4, "Quantity"),
        (5, "Item"),
        (6, "Delivered on"),
    ]
    assert "200 would be too many" in found[0][2]
    assert not GoodsReceipt.objects.exists()
    assert lies() == {}


def test_nobody_else_receives_and_nothing_of_a_cancelled_order(wen: User) -> None:
    order = received.an_order()
    for who in ("mei", "stranger"):
        with pytest.raises(NotAllowed):
            sheet("goods_receipts", DELIVERIES, delivery(order), by=person(who))
    purchasing.cancel_purchase_order(
        purchase_order_id=order.pk, reason="not needed", by=person("bo")
    )
    assert exported("goods_receipts", wen) == []
    ((line, _column, words),) = told(sheet("goods_receipts", DELIVERIES, delivery(order), by=wen))
    assert line == 2
    assert "cancelled" in words
    assert not GoodsReceipt.objects.exists()


def test_many_deliveries_are_taken_by_the_worker(
    wen: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "LARGE_ROWS", 2)
    order = received.an_order()
    head = DELIVERIES.replace(" ", ",")
    lines = [",".join(map(str, delivery(order, 5, note=f"DN-{at}"))) for at in range(4)]
    run = bring_in(
        "goods_receipts", "\n".join([head, *lines]).encode(), "big.csv", by=wen, keep=True
    )
    assert isinstance(run, ImportRun)
    assert not GoodsReceipt.objects.exists()
    jobs.take_now(run.pk)
    run.refresh_from_db()
    assert (run.state, run.made) == ("done", 4)
    assert GoodsReceiptLine.objects.filter(receipt__by=wen).count() == 4


SUPPLIES = "reference item due_on quantity location lot unit"


def test_expected_supplies_are_received_and_held_for_a_verdict(wen: User) -> None:
    masters.items({"GLUE": {}, "DYE": {"traced": "lot"}})
    masters.location("HOLD", "quality")
    masters.location("STORE")
    days = [dt.date(2026, 6, 12), dt.date(2026, 6, 20)]
    inventory.expect_supplies(
        rows=[
            ExpectedRow("GLUE", Decimal(10), days[0], reference="PO-1"),
            ExpectedRow("GLUE", Decimal(20), days[1], reference="PO-1", apart=True),
            ExpectedRow("DYE", Decimal(5), days[0], reference="PO-1"),
        ],
        by=wen,
    )
    assert [row["Quantity"] for row in exported("supply_receipts", wen)] == ["10", "20", "5"]
    bad = [
        ["PO-1", "GLUE", "", 1, "HOLD", "", ""],
        ["PO-2", "GLUE", "", 1, "HOLD", "", ""],
        ["PO-1", "DYE", "", 1, "HOLD", "L-1", "kg"],
    ]
    found = told(sheet("supply_receipts", SUPPLIES, *bad, by=wen))
    assert [(line, column) for line, column, _words in found] == [
        (2, "Due on"),
        (3, "Reference"),
        (4, "Unit"),
    ]
    bad = [
        ["PO-1", "GLUE", "2026-06-12", 1, "STORE", "", ""],
        ["PO-1", "DYE", "", 9, "HOLD", "L-1", ""],
    ]
    for row, column in zip(bad, ("Location", "Quantity"), strict=True):
        ((line, place, _words),) = told(sheet("supply_receipts", SUPPLIES, row, by=wen))
        assert (line, place) == (2, column)
    good = [
        ["PO-1", "GLUE", "2026-06-12", 4, "HOLD", "", ""],
        ["PO-1", "DYE", "", 5, "HOLD", "L-1", ""],
    ]
    twice = told(sheet("supply_receipts", SUPPLIES, *good, good[0], by=wen))
    assert [one[::2] for one in twice] == [(4, "The same stands in row 2.")]
    with pytest.raises(NotAllowed):
        sheet("supply_receipts", SUPPLIES, *good, by=person("mei"))
    assert counts(sheet("supply_receipts", SUPPLIES, *good, by=wen)) == (2, 0)
    assert (lies("GLUE"), lies("DYE")) == ({"HOLD": 4}, {"HOLD": 5})
    assert list(
        ExpectedSupply.objects.filter(is_open=True).order_by("pk").values_list("received")
    ) == [(Decimal(4),), (Decimal(0),)]


TRANSFERS = "item lot source target quantity reason"


def test_goods_are_carried_by_sheet_once(wen: User) -> None:
    masters.items({"GLUE": {}, "DYE": {"traced": "lot"}})
    masters.location("STORE")
    masters.location("BIN")
    masters.location("OUT", "supplier")
    ten = Decimal(10)
    inventory.post_moves(
        rows=[MoveRow("GLUE", ten, "OUT", "STORE"), MoveRow("DYE", ten, "OUT", "STORE", lot="R")],
        by=None,
    )
    lying = {row["Item"]: row for row in exported("stock_transfers", wen)}
    assert (lying["DYE"]["Lot"], lying["DYE"]["From"], lying["DYE"]["To"]) == ("R", "STORE", "")
    bad = [
        ["GLUE", "", "STORE", "STORE", 1, ""],
        ["NONE", "", "STORE", "BIN", 1, ""],
        ["DYE", "", "STORE", "BIN", 1, ""],
        ["GLUE", "", "STORE", "OUT", 1, ""],
        ["GLUE", "", "BIN", "STORE", 0, ""],
    ]
    found = told(sheet("stock_transfers", TRANSFERS, *bad, by=wen))
    assert [(line, column) for line, column, _words in found] == [
        (2, "To"),
        (3, "Item"),
        (4, "Lot"),
        (5, "To"),
        (6, "Quantity"),
    ]
    good = [["DYE", "R", "STORE", "BIN", 4, "tidy"], ["GLUE", "", "STORE", "BIN", 10, ""]]
    lacking = told(sheet("stock_transfers", TRANSFERS, good[0], [*good[1][:4], 11, ""], by=wen))
    assert [one[:2] for one in lacking] == [(3, "Quantity")]
    assert "1 more would leave STORE" in lacking[0][2]
    twice = told(sheet("stock_transfers", TRANSFERS, good[0], good[0], by=wen))
    assert [one[::2] for one in twice] == [(3, "The same stands in row 2.")]
    with pytest.raises(NotAllowed):
        sheet("stock_transfers", TRANSFERS, *good, by=person("mei"))
    assert not Move.objects.filter(by=wen).exists()
    data = "\n".join(
        [TRANSFERS.replace(" ", ","), *(",".join(map(str, row)) for row in good)]
    ).encode()
    bring_in("stock_transfers", data, "carry.csv", by=wen, keep=True)
    assert (lies("GLUE"), lies("DYE")) == ({"BIN": 10}, {"STORE": 6, "BIN": 4})
    with pytest.raises(ImportedAlready):
        bring_in("stock_transfers", data, "carry.csv", by=wen, keep=True)
    assert lies("DYE") == {"STORE": 6, "BIN": 4}


WORK = "item quantity starts_on due_on demands number"


def test_work_orders_are_made_for_order_lines_and_standing_ones_stay() -> None:
    ping = person("ping")
    masters.items({"BOLT": {"supply": "buy"}})
    order = made.draft(lines=[masters.item("LAMP", supply="make")])
    named, days = f"{order.number} / 1", ["2026-06-15", "2026-06-19"]
    rows = [["LAMP", 20, *days, named, ""], ["LAMP", 5, *days, "", ""]]
    assert counts(sheet("work_orders", WORK, *rows, by=ping, run=dry_run)) == (2, 0)
    assert not WorkOrder.objects.exists()
    assert counts(sheet("work_orders", WORK, *rows, by=ping)) == (2, 0)
    first, second = WorkOrder.objects.order_by("pk")
    assert first.demands == [f"orders.line:{order.lines.get().pk}"]
    assert (first.quantity, first.state, second.demands) == (Decimal(20), "firm", [])
    assert first.due_on == dt.date(2026, 6, 19)
    for form in ("xlsx", "csv"):
        data = export("work_orders", by=ping, form=form, language="zh-hans")
        assert counts(run_import("work_orders", data, f"x.{form}", by=ping)) == (0, 0)
    changed = ["LAMP", 21, *days, named, first.number]
    bad = [changed, ["LAMP", 1, *days, "", "WO-NONE"]]
    found = told(sheet("work_orders", WORK, *bad, by=ping))
    assert [(line, column) for line, column, _words in found] == [
        (2, "Quantity"),
        (3, "Work order"),
    ]
    assert "stands otherwise" in found[0][2]
    bad = [
        ["BOLT", 1, *days, "", ""],
        ["NONE", 1, *days, "", ""],
        ["LAMP", 0, *days, "", ""],
        ["LAMP", 1, *reversed(days), "", ""],
    ]
    found = told(sheet("work_orders", WORK, *bad, by=ping))
    assert [(line, column) for line, column, _words in found] == [
        (2, "Item"),
        (3, "Item"),
        (4, "Quantity"),
        (5, "Due"),
    ]
    strange = told(sheet("work_orders", WORK, ["LAMP", 1, *days, "SO-NONE / 1", ""], by=ping))
    assert [one[:2] for one in strange] == [(2, "For order lines")]
    with pytest.raises(NotAllowed):
        sheet("work_orders", WORK, *rows, by=person("wen"))
    assert WorkOrder.objects.count() == 2
