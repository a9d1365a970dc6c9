"""receive_goods: what is counted at the door, held, and what is refused there."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.inventory.models import ExpectedSupply, ItemValue, Lot
from gendan.inventory.queries import availability
from gendan.kernel import clock, reactions
from gendan.kernel.errors import NotAllowed, NotThere
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.purchasing import invariants, services
from gendan.purchasing.models import GoodsReceipt, PurchaseOrder
from gendan.purchasing.services import ArrivedRow
from gendan.purchasing.tests import ordered, received
from gendan.purchasing.tests.ordered import TODAY
from gendan.purchasing.tests.received import an_order, arrived, lies, line, receive
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def free(item: str = "CLOTH") -> Decimal:
    found = masters.item(item)
    return availability([found.pk])[found.pk].free


def test_what_arrives_is_held_at_the_price_of_the_order() -> None:
    order = an_order(ordered.line(price=Decimal("2.5")))
    receipt = receive(arrived(order, 60), delivery_note=" dn 7 ")
    assert (receipt.state, receipt.delivery_note) == ("held", "DN 7")
    assert lies() == {"INSPECTION": 60}
    assert free() == 0
    assert ItemValue.objects.get(item__code="CLOTH").value == Decimal("150.00")
    reactions.run_due()
    order.refresh_from_db()
    assert order.state == "sent"  # the rest is still to come
    assert line(order).received == 60
    receive(arrived(order, 40), delivery_note="DN 8")
    reactions.run_due()
    order.refresh_from_db()
    assert order.state == "closed"
    assert Entry.objects.filter(fact="GoodsReceived").count() == 2
    assert invariants.check() == []


def test_the_same_delivery_note_is_taken_once() -> None:
    order = an_order()
    first = receive(arrived(order, 10), delivery_note="DN-7")
    for typed in ("dn-7", "ＤＮ-7", " DN -7", "DN-7\u200b"):
        with pytest.raises(services.ReceivedAlready, match=first.number):
            receive(arrived(order, 10), delivery_note=typed)
    with pytest.raises(services.ReceivedAlready, match=first.number):
        receive(arrived(order, 10), delivery_note=" dn-7")
    assert line(order).received == 10


def test_more_than_the_tolerance_needs_a_reason_of_somebody_who_may_change_orders() -> None:
    order = an_order()  # 5 % more are taken
    with pytest.raises(RowsRefused, match="at most 105 are taken, 106 would be too many"):
        receive(arrived(order, 106))
    with pytest.raises(RowsRefused, match="Only those who may change the order"):
        receive(arrived(order, 106), reason="the customer takes them")
    receipt = receive(arrived(order, 150), reason="the customer takes them", who="zhao")
    assert receipt.lines.get().over_reason == "the customer takes them"
    assert lies() == {"INSPECTION": 150}
    with pytest.raises(RowsRefused, match="has come in full already"):
        receive(arrived(order, 1))


def test_two_rows_of_one_line_count_together_and_the_second_person_sees_what_is_left() -> None:
    order = an_order()
    with pytest.raises(RowsRefused, match="20 of CLOTH are still to come"):
        receive(arrived(order, 80), arrived(order, 30))
    assert lies() == {}
    receive(arrived(order, 80))
    with pytest.raises(RowsRefused, match="20 of CLOTH are still to come"):
        receive(arrived(order, 80))


def test_the_last_of_a_line_closes_it_although_less_came() -> None:
    order = an_order()
    receive(arrived(order, 50, is_last=True), arrived(order, 30, is_last=True))
    assert not ExpectedSupply.objects.get(reference=order.number).is_open
    fact = Entry.objects.get(fact="GoodsCameShort")
    assert fact.data["lacking"] == {"CLOTH": "20"}


def test_traced_items_need_their_lot_and_expired_ones_are_not_taken() -> None:
    masters.item("GLUE", traced="lot")
    order = an_order(ordered.line("GLUE"))
    with pytest.raises(RowsRefused, match="name its lot"):
        receive(arrived(order, 10))
    with pytest.raises(RowsRefused, match="expired on 2026-06-09"):
        receive(arrived(order, 10, lot="L1", expires_on=dt.date(2026, 6, 9)))
    receive(arrived(order, 10, lot="L1", expires_on=dt.date(2026, 6, 10)))
    assert Lot.objects.get(code="L1").expires_on == dt.date(2026, 6, 10)
    with pytest.raises(RowsRefused, match="according to our books"):
        receive(arrived(order, 10, lot="L1", expires_on=dt.date(2027, 6, 10)))


def test_wrong_items_and_orders_that_have_ended_are_refused_in_words() -> None:
    order = an_order()
    with pytest.raises(RowsRefused, match="This is ZIP"):
        receive(arrived(order, 1, item="ZIP"))
    with pytest.raises(NotThere):
        receive(ArrivedRow(line_id=2**70, quantity=Decimal(1)))
    with pytest.raises(RowsRefused, match="more than zero"):
        receive(arrived(order, 0))
    with pytest.raises(NotAllowed):
        receive(arrived(order, 1), who="mei")
    services.cancel_purchase_order(purchase_order_id=order.pk, reason="no need", by=person("bo"))
    with pytest.raises(RowsRefused, match="was cancelled: do not take"):
        receive(arrived(order, 1))
    draft = ordered.draft()
    with pytest.raises(RowsRefused, match="has not been sent"):
        receive(arrived(draft, 1))
    assert not GoodsReceipt.objects.exists()


def test_what_its_source_says_is_not_inspected_goes_into_the_store() -> None:
    order = an_order()
    sourcing.source("MILL", "CLOTH", skips_inspection=True)
    receipt = receive(arrived(order, 100))
    assert receipt.state == "decided"
    assert lies() == {"BIN-1": 100}
    assert free() == 100


def test_one_delivery_comes_from_one_supplier() -> None:
    order = an_order()
    masters.supplier("DYER", currency="CNY")
    row = services.DraftOrderRow(supplier="DYER", lines=[ordered.line("ZIP")])
    [other] = services.draft_purchase_orders(rows=[row], by=person("bo"))
    PurchaseOrder.objects.filter(pk=other.pk).update(version=1, state="sent")
    with pytest.raises(services.SeveralSuppliers):
        receive(arrived(order, 1), received.arrived(other, 1))


def test_of_two_who_saw_the_same_the_second_looks_again() -> None:
    order = an_order()
    receive(arrived(order, 25, seen=Decimal(0)))
    with pytest.raises(RowsRefused, match="Meanwhile 25 of line 1"):
        receive(arrived(order, 25, seen=Decimal(0)))
    receive(arrived(order, 25, seen=Decimal(25)))  # a second, equal one that was meant
    assert line(order).received == 50


def test_the_very_same_without_a_paper_is_a_repetition() -> None:
    order = an_order()
    first = receive(arrived(order, 25))
    with pytest.raises(services.ReceivedAlready, match=f"{first.number} has just taken in"):
        receive(arrived(order, 25))
    receive(arrived(order, 25), again=True)
    receive(arrived(order, 20))
    with clock.at(clock.moment_on(TODAY, 10)):
        receive(arrived(order, 20))
    assert line(order).received == 90
