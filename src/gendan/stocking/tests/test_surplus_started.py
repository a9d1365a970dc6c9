"""offer_surplus, return_surplus, rework_surplus: what was decided is begun, and shown."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from gendan.inventory.queries import reserved_for
from gendan.kernel import clock
from gendan.kernel.errors import DomainError, Invalid, NotAllowed, NotThere
from gendan.kernel.models import Entry
from gendan.orders.models import Line
from gendan.production.models import WorkOrder
from gendan.purchasing import services as purchasing
from gendan.purchasing.models import GoodsReceiptLine, SupplierReturn
from gendan.purchasing.tests.ordered import TODAY
from gendan.purchasing.tests.received import an_order, arrived, lies, receive
from gendan.stocking import services, surplus
from gendan.stocking.models import SurplusDecision, SurplusStart
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


@pytest.fixture
def line() -> GoodsReceiptLine:
    """A hundred of cloth were received and released."""
    receipt = receive(arrived(an_order(), 100))
    purchasing.release_receipt(receipt_id=receipt.pk, by=person("qiu"))
    return receipt.lines.get()


def decided(item_id: int) -> str:
    return SurplusDecision.objects.filter(item=item_id)[0].kind


def test_surplus_goes_back_to_its_supplier(line: GoodsReceiptLine) -> None:
    [place] = surplus.returnable_of(line.item, person("bo"))
    assert (place.line, place.place, int(place.quantity)) == (line, "BIN-1", 100)
    given: dict[str, Any] = {
        "item_id": line.item_id,
        "line_id": line.pk,
        "location": "BIN-1",
        "outcome": "credit",
        "reason": "ordered too much",
    }
    made = services.return_surplus(quantity=Decimal(40), by=person("bo"), **given)
    document = SupplierReturn.objects.get()
    assert made.about == f"purchasing.supplierreturn:{document.pk}"
    assert (made.told, made.quantity, document.credit) == (document.number, 40, 80)
    assert lies() == {"BIN-1": 60}
    assert decided(line.item_id) == "return"
    assert Entry.objects.get(fact="SurplusStarted").data["told"] == document.number
    with pytest.raises(DomainError, match="only 60"):
        services.return_surplus(quantity=Decimal(61), by=person("bo"), **given)
    with pytest.raises(Invalid, match="which place"):
        services.return_surplus(quantity=Decimal(1), by=person("bo"), **given | {"location": " "})
    with pytest.raises(NotThere):
        services.return_surplus(quantity=Decimal(1), by=person("bo"), **given | {"line_id": 0})
    with pytest.raises(NotAllowed):
        services.return_surplus(quantity=Decimal(1), by=person("wen"), **given)
    assert SurplusStart.objects.count() == 1


def test_surplus_is_kept_for_an_order_that_wants_it() -> None:
    item = masters.item("A-1")
    masters.stock("A-1", 30)
    wanted: Line = orders.confirmed(masters.customer("C-1"), [orders.line("A-1", 50)]).lines.get()
    other: Line = orders.confirmed(masters.customer("C-2"), [orders.line("B-1", 5)]).lines.get()
    made = services.offer_surplus(item_id=item.pk, line_id=wanted.pk, by=person("ping"))
    assert (made.quantity, made.about) == (30, f"orders.line:{wanted.pk}")
    assert made.told == f"{wanted.order.number} / 1"
    assert reserved_for([made.about]) == {made.about: 30}
    with pytest.raises(DomainError):  # nothing is free any more
        services.offer_surplus(item_id=item.pk, line_id=wanted.pk, by=person("ping"))
    with pytest.raises(Invalid, match="another item"):
        services.offer_surplus(item_id=item.pk, line_id=other.pk, by=person("ping"))
    for item_id, line_id in ((item.pk, 2**63), (0, wanted.pk)):
        with pytest.raises(NotThere):
            services.offer_surplus(item_id=item_id, line_id=line_id, by=person("ping"))
    assert [one.told for one in surplus.starts_of(item, person("ping"))] == [made.told]


def test_surplus_is_reworked_into_what_it_goes_into() -> None:
    item = masters.item("CLOTH", supply="buy")
    masters.item("COAT", supply="make", lead_days=3)
    masters.item("HAT", supply="make")
    masters.bom("COAT", {"CLOTH": 2})
    assert [one.code for one in surplus.makes_of(item, person("ping"))] == ["COAT"]
    made = services.rework_surplus(
        item_id=item.pk, into="COAT", quantity=Decimal(10), by=person("ping")
    )
    work = WorkOrder.objects.get()
    assert (made.told, made.about) == (work.number, f"production.workorder:{work.pk}")
    assert work.components.get().quantity == 20
    assert decided(item.pk) == "rework"
    for into, words in (("HAT", "not made of"), ("NONE", "no item")):
        with pytest.raises(Invalid, match=words):
            services.rework_surplus(
                item_id=item.pk, into=into, quantity=Decimal(1), by=person("ping")
            )
    with pytest.raises(DomainError):
        services.rework_surplus(
            item_id=item.pk, into="COAT", quantity=Decimal(0), by=person("ping")
        )
    assert WorkOrder.objects.count() == 1
