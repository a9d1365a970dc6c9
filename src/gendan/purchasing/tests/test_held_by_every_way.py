"""A purchase order's goods come in by a receipt only; an item may need no verdict."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.inventory.models import Move
from gendan.inventory.services import (
    MadeByDocument,
    MoveRow,
    ReceiptRow,
    carry_moves,
    post_moves,
    receive_expected,
    reverse_move,
    set_arrival_inspection,
)
from gendan.kernel import clock
from gendan.kernel.rows import RowsRefused
from gendan.purchasing import invariants, services
from gendan.purchasing.tests.ordered import TODAY
from gendan.purchasing.tests.received import an_order, arrived, lies, line, receive
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def test_ordered_goods_do_not_come_in_past_their_receipt() -> None:
    order = an_order()
    supply = line(order).expected
    assert supply is not None
    assert supply.comes_with == f"purchasing.purchaseorder:{order.pk}"
    with pytest.raises(RowsRefused, match=f"comes with {order.number}"):
        receive_expected(rows=[ReceiptRow(supply.pk, Decimal(5), "BIN-1")], by=person("wen"))
    receive(arrived(order, 60))
    assert lies() == {"INSPECTION": 60}


def test_an_item_that_needs_no_verdict_goes_straight_into_the_store() -> None:
    order = an_order()
    item_id = line(order).item_id
    set_arrival_inspection(
        item_id=item_id, is_inspected=False, reason="tested by the mill", by=person("qiu")
    )
    receipt = receive(arrived(order, 60))
    assert lies() == {"BIN-1": 60}
    assert receipt.state == "decided"


def test_no_move_by_hand_takes_goods_past_their_verdict_nor_back() -> None:
    receipt = receive(arrived(an_order(), 60))
    out = [MoveRow("CLOTH", Decimal(1), "INSPECTION", "BIN-1", reason="in a hurry")]
    for who in ("wen", "qiu", "zhao"):
        with pytest.raises(RowsRefused, match="release, reject or return them there"):
            post_moves(rows=out, by=person(who))
    move = Move.objects.get(about=f"purchasing.goodsreceipt:{receipt.pk}")
    with pytest.raises(MadeByDocument, match=f"{receipt.number} has made this move"):
        reverse_move(move_id=move.pk, reason="oops", by=person("wen"))
    services.reject_receipt(receipt_id=receipt.pk, reason="stains", by=person("qiu"))
    assert invariants.check() == []


def test_the_audit_tells_of_goods_that_do_not_lie_where_their_receipt_waits() -> None:
    receipt = receive(arrived(an_order(), 60))
    carry_moves(rows=[MoveRow("CLOTH", Decimal(1), "INSPECTION", "BIN-1")], by=None)
    assert invariants.check() == [f"receipts {receipt.number} wait for goods that do not lie there"]
