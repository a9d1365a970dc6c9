"""set_arrival_inspection, and that nothing of a supplier comes in past the verdict without it."""

import datetime as dt
from decimal import Decimal

import pytest

from gendan.inventory.models import ArrivalRule, ExpectedSupply
from gendan.inventory.services import (
    MoveRow,
    ReceiptRow,
    buy_supplies,
    make_supplies,
    post_moves,
    receive_expected,
    set_arrival_inspection,
)
from gendan.kernel.errors import Invalid, NotAllowed, NotThere
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 10)


@pytest.fixture
def supply() -> ExpectedSupply:
    masters.item("A-1")
    masters.location("STORE")
    masters.location("QC", "quality")
    masters.location("MILL", "supplier")
    return masters.expected("A-1", 50, DAY)


def receive(supply: ExpectedSupply, place: str) -> None:
    receive_expected(rows=[ReceiptRow(supply.pk, Decimal(10), place)], by=person("wen"))


def skip(supply: ExpectedSupply, *, reason: str = "screws, tested by the maker") -> None:
    set_arrival_inspection(
        item_id=supply.item_id, is_inspected=False, reason=reason, by=person("qiu")
    )


def test_what_a_supplier_sends_waits_for_a_verdict(supply: ExpectedSupply) -> None:
    with pytest.raises(RowsRefused, match="held for a verdict"):
        receive(supply, "STORE")
    receive(supply, "QC")
    rows = [MoveRow("A-1", Decimal(1), "MILL", "STORE", reason="sample")]
    with pytest.raises(RowsRefused, match="held for a verdict"):
        post_moves(rows=rows, by=person("wen"))
    post_moves(rows=[MoveRow("A-1", Decimal(1), "MILL", "QC", reason="sample")], by=person("wen"))
    out = [MoveRow("A-1", Decimal(11), "QC", "STORE")]
    with pytest.raises(RowsRefused, match="an inspector releases it"):
        post_moves(rows=out, by=person("wen"))
    post_moves(rows=out, by=person("qiu"))


def test_an_item_may_need_no_verdict_and_it_is_on_record(supply: ExpectedSupply) -> None:
    skip(supply)
    receive(supply, "STORE")
    post_moves(
        rows=[MoveRow("A-1", Decimal(1), "MILL", "STORE", reason="sample")], by=person("wen")
    )
    fact = Entry.objects.get(fact="ArrivalRuleSet")
    assert (fact.data["item"], fact.data["is_inspected"]) == ("A-1", False)
    set_arrival_inspection(item_id=supply.item_id, is_inspected=True, by=person("qiu"))
    assert not ArrivalRule.objects.exists()
    with pytest.raises(RowsRefused):
        receive(supply, "STORE")


def test_what_is_refused(supply: ExpectedSupply) -> None:
    with pytest.raises(Invalid, match="Say why"):
        skip(supply, reason="  ")
    with pytest.raises(Invalid, match="so already"):
        set_arrival_inspection(item_id=supply.item_id, is_inspected=True, by=person("qiu"))
    skip(supply)
    with pytest.raises(Invalid, match="so already"):
        skip(supply)
    with pytest.raises(NotThere):
        set_arrival_inspection(item_id=0, is_inspected=False, reason="x", by=person("qiu"))
    with pytest.raises(NotAllowed):
        set_arrival_inspection(item_id=supply.item_id, is_inspected=True, by=person("wen"))


def test_what_comes_with_an_order_is_received_there_and_what_we_make_is_not_held(
    supply: ExpectedSupply,
) -> None:
    make_supplies(papers={supply.pk: "production.workorder:5"}, by=None)
    receive(supply, "STORE")
    bought = masters.expected("A-1", 5, DAY, reference="PO-7")
    skip(bought)
    buy_supplies(papers={bought.pk: "purchasing.purchaseorder:7"}, by=None)
    for place in ("STORE", "QC"):
        with pytest.raises(RowsRefused, match="comes with PO-7: receive it there"):
            receive(bought, place)
