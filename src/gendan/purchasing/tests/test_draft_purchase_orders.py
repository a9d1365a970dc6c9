"""Writing purchase orders from requests and by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from gendan.kernel.errors import NotAllowed
from gendan.kernel.rows import RowsRefused
from gendan.partners.models import Partner
from gendan.purchasing import services
from gendan.purchasing.models import PurchaseOrder, PurchaseRequest, RequestShare
from gendan.purchasing.services import DraftLineRow, DraftOrderRow, PurchaseRow
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
ORDER_BY, NEEDED = dt.date(2026, 6, 1), dt.date(2026, 7, 1)


def mill() -> Partner:
    return masters.supplier("MILL", currency="CNY")


def requested(quantity: int = 10, code: str = "BOLT") -> PurchaseRequest:
    masters.item(code)
    row = PurchaseRow(code, Decimal(quantity), NEEDED, ORDER_BY)
    return services.request_purchases(rows=[row], by=person("bo"))[0]


def drafted(*lines: DraftLineRow) -> PurchaseOrder:
    row = DraftOrderRow(supplier="MILL", lines=lines)
    return services.draft_purchase_orders(rows=[row], by=person("bo"))[0]


def test_a_line_takes_what_its_requests_still_need() -> None:
    mill()
    one, two = requested(10), requested(5)
    order = drafted(DraftLineRow(request_ids=[one.pk, two.pk], price=Decimal("2.5")))
    line = order.lines.get()
    assert (line.quantity, line.requested_on, order.total) == (15, NEEDED, Decimal("37.5"))
    shares = RequestShare.objects.order_by("request").values_list("request", "quantity")
    assert [(pk, int(part)) for pk, part in shares] == [(one.pk, 10), (two.pk, 5)]
    one.refresh_from_db()
    assert (one.state, int(one.in_orders), int(one.to_order)) == ("open", 10, 0)
    assert one.covered == 0


def test_what_stands_in_an_order_is_not_ordered_again() -> None:
    mill()
    one = requested(10)
    drafted(DraftLineRow(request_ids=[one.pk], quantity=Decimal(4), price=Decimal(1)))
    again = drafted(DraftLineRow(request_ids=[one.pk], price=Decimal(1)))
    assert again.lines.get().quantity == 6
    with pytest.raises(RowsRefused, match="Nothing of PR-"):
        drafted(DraftLineRow(request_ids=[one.pk], price=Decimal(1)))
    with pytest.raises(services.RequestIsOrdered):
        services.cancel_purchase_request(request_id=one.pk, reason="gone", by=person("bo"))


def test_it_refuses_what_cannot_be_meant() -> None:
    mill()
    requested()
    nut = requested(3, "NUT")
    day = NEEDED
    for line, words in (
        (DraftLineRow(item="NONE", quantity=Decimal(1), requested_on=day), "no item called"),
        (DraftLineRow(item="BOLT", quantity=Decimal(0), requested_on=day), "more than zero"),
        (DraftLineRow(item="BOLT", quantity=Decimal(1)), "by when"),
        (DraftLineRow(item="BOLT", request_ids=[nut.pk]), "another item"),
        (DraftLineRow(item="BOLT", request_ids=[10**9]), "no such purchase request"),
        (
            DraftLineRow(item="BOLT", quantity=Decimal(1), requested_on=day, price=Decimal(0)),
            "more than zero",
        ),
        (
            DraftLineRow(item="BOLT", quantity=Decimal(1), requested_on=day, price=Decimal(-1)),
            "less than zero",
        ),
        (
            DraftLineRow(item="BOLT", quantity=Decimal(1), requested_on=day, unit="FURLONG"),
            "no unit",
        ),
    ):
        with pytest.raises(RowsRefused, match=words):
            drafted(line)
    row = DraftOrderRow(supplier="NOBODY", lines=[DraftLineRow(item="BOLT")])
    with pytest.raises(RowsRefused, match="no supplier"):
        services.draft_purchase_orders(rows=[row], by=person("bo"))
    with pytest.raises(NotAllowed):
        services.draft_purchase_orders(rows=[], by=person("mei"))
    assert not PurchaseOrder.objects.exists()
