"""A purchase order's goods come in by a receipt only; an item may need no verdict."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.inventory.services import ReceiptRow, receive_expected, set_arrival_inspection
from gendan.kernel import clock
from gendan.kernel.rows import RowsRefused
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
