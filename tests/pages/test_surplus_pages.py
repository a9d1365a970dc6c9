"""Surplus is begun on its item's page and by programs: kept for a line, returned, reworked."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from gendan.inventory.queries import reserved_for
from gendan.kernel import clock
from gendan.orders.services import cancel_order
from gendan.purchasing import services as purchasing
from gendan.purchasing.models import GoodsReceiptLine, SupplierReturn
from gendan.purchasing.tests.ordered import TODAY
from gendan.purchasing.tests.received import an_order, arrived, receive
from gendan.stocking.models import SurplusStart
from gendan.stocking.tests.factory import forecast
from gendan.stocking.tests.factory import plain as plain
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain")]
Browse = Callable[..., Client]


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


@pytest.fixture
def line() -> GoodsReceiptLine:
    """Cloth left over from a cancelled order, received and released; a coat is made of it."""
    masters.customer("C-1")
    receipt = receive(arrived(an_order(), 100))
    purchasing.release_receipt(receipt_id=receipt.pk, by=person("qiu"))
    one = receipt.lines.get()
    gone = orders.confirmed(masters.customer("C-2"), [orders.line(one.item, 5)])
    cancel_order(order_id=gone.pk, reason="too late", by=None)
    masters.item("COAT", supply="make")
    masters.bom("COAT", {one.item.code: 2})
    forecast()
    return one


def test_each_way_is_begun_and_the_page_shows_it(line: GoodsReceiptLine, browse: Browse) -> None:
    wanted = orders.confirmed(masters.customer("C-3"), [orders.line(line.item, 10)]).lines.get()
    zhao, page = browse("zhao"), reverse("item_forecast", args=[line.item_id])
    shown = zhao.get(page).content.decode()
    for words in ("Keep for this line", "Return surplus to its supplier", "COAT"):
        assert words in shown
    assert zhao.post(f"{page}offer/", {"line": wanted.pk}).status_code == 303
    assert reserved_for([f"orders.line:{wanted.pk}"]) == {f"orders.line:{wanted.pk}": 10}
    given = {
        "from": f"{line.pk}|BIN-1",
        "quantity": "20",
        "outcome": "credit",
        "reason": "too much",
    }
    assert zhao.post(f"{page}return/", given).status_code == 303
    assert zhao.post(f"{page}rework/", {"into": "COAT", "quantity": "5"}).status_code == 303
    shown = zhao.get(page).content.decode()
    assert "What was started" in shown
    for one in SurplusStart.objects.order_by("pk"):
        assert one.told in shown
    assert [one.kind for one in SurplusStart.objects.order_by("pk")] == [
        "offer",
        "return",
        "rework",
    ]
    assert zhao.post(f"{page}return/", {**given, "quantity": "x"}).status_code == 422
    assert zhao.post(f"{page}return/", {**given, "from": "9|"}).status_code == 404
    for way in ("offer", "return", "rework"):
        assert browse("wen").post(f"{page}{way}/", given).status_code in (403, 404)


def test_programs_begin_it_too(line: GoodsReceiptLine, browse: Browse) -> None:
    wanted = orders.confirmed(masters.customer("C-3"), [orders.line(line.item, 10)]).lines.get()
    zhao, url = browse("zhao"), f"/api/v1/items/{line.item_id}"

    def post(path: str, data: dict[str, object]) -> int:
        return int(zhao.post(f"{url}/{path}", data, content_type="application/json").status_code)

    assert post("surplus-offers", {"line_id": wanted.pk}) == 201
    given = {"line_id": line.pk, "location": "BIN-1", "quantity": "5", "outcome": "credit"}
    assert post("surplus-returns", given) == 422
    assert post("surplus-returns", {**given, "reason": "too much"}) == 201
    assert SupplierReturn.objects.get().credit == Decimal(10)
    assert post("surplus-works", {"into": "COAT", "quantity": "2"}) == 201
    assert [one["kind"] for one in zhao.get(f"{url}/surplus-starts").json()] == [
        "rework", "return", "offer",
    ]  # fmt: skip
