"""Requesting purchases, covering and cancelling them."""

import datetime as dt
from decimal import Decimal

import pytest

from gendan.inventory.services import ExpectedRow, drop_expected, expect_supplies
from gendan.kernel import reactions
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.orders.queries import demand_of
from gendan.purchasing import invariants, queries, services
from gendan.purchasing.models import PurchaseRequest
from gendan.purchasing.services import PurchaseRow
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
ORDER_BY, NEEDED = dt.date(2026, 3, 2), dt.date(2026, 3, 16)


def requested(quantity: int = 10) -> PurchaseRequest:
    masters.item("BOLT")
    row = PurchaseRow("BOLT", Decimal(quantity), NEEDED, ORDER_BY)
    return services.request_purchases(rows=[row], by=person("bo"))[0]


def test_it_is_open_until_goods_are_expected_for_all_of_it() -> None:
    request = requested()
    first = ExpectedRow("BOLT", Decimal(4), NEEDED, request.number)
    expect_supplies(rows=[first], by=None)
    reactions.run_due()
    request.refresh_from_db()
    assert (request.state, request.covered) == ("open", 4)
    second = ExpectedRow("BOLT", Decimal(6), NEEDED + dt.timedelta(days=1), request.number)
    [_row] = expect_supplies(rows=[second], by=None)
    reactions.run_due()
    request.refresh_from_db()
    assert (request.state, request.covered) == ("ordered", 10)
    assert invariants.check() == []


def test_it_is_open_again_when_they_will_not_come() -> None:
    request = requested()
    [supply] = expect_supplies(
        rows=[ExpectedRow("BOLT", Decimal(10), NEEDED, request.number)], by=None
    )
    reactions.run_due()
    drop_expected(expected_ids=[supply.pk], reason="supplier gave up", by=None)
    reactions.run_due()
    request.refresh_from_db()
    assert (request.state, request.covered) == ("open", 0)
    facts = list(Entry.objects.filter(fact__startswith="PurchaseRequest").values_list("fact"))
    assert facts == [("PurchaseRequestCovered",), ("PurchaseRequestReopened",)]


def test_other_items_with_its_number_do_not_cover_it() -> None:
    request = requested()
    masters.item("NUT")
    expect_supplies(rows=[ExpectedRow("NUT", Decimal(10), NEEDED, request.number)], by=None)
    reactions.run_due()
    request.refresh_from_db()
    assert (request.state, request.covered) == ("open", 0)


def test_it_refuses_what_cannot_be_meant() -> None:
    masters.item("BOLT")
    for row in (
        PurchaseRow("NONE", Decimal(1), NEEDED, ORDER_BY),
        PurchaseRow("BOLT", Decimal("0.5"), NEEDED, ORDER_BY),
        PurchaseRow("BOLT", Decimal(1), ORDER_BY, NEEDED),
    ):
        with pytest.raises(RowsRefused):
            services.request_purchases(rows=[row], by=None)
    with pytest.raises(NotAllowed):
        services.request_purchases(rows=[], by=person("mei"))
    assert not PurchaseRequest.objects.exists()


def test_it_is_for_order_lines_that_exist() -> None:
    masters.item("BOLT")
    order = orders.draft()
    line = demand_of(order.lines.get().pk)
    for name in (f"orders.order:{order.pk}", "orders.line:0", "x" * 90):
        row = PurchaseRow("BOLT", Decimal(1), NEEDED, ORDER_BY, [line, name])
        with pytest.raises(RowsRefused, match="names no order line") as refusal:
            services.request_purchases(rows=[row], by=None)
        assert [one.field for one in refusal.value.rows] == ["demands"]
    row = PurchaseRow("BOLT", Decimal(1), NEEDED, ORDER_BY, [line, line])
    assert services.request_purchases(rows=[row], by=None)[0].demands == [line]


def test_it_is_needed_in_years_that_can_be_meant() -> None:
    masters.item("BOLT")
    for field, needed_on, order_by_on in (
        ("needed_on", dt.date(9999, 1, 1), ORDER_BY),
        ("order_by_on", NEEDED, dt.date(1, 1, 1)),
    ):
        row = PurchaseRow("BOLT", Decimal(1), needed_on, order_by_on)
        with pytest.raises(RowsRefused, match="cannot be meant") as refusal:
            services.request_purchases(rows=[row], by=None)
        assert [one.field for one in refusal.value.rows] == [field]


def test_it_is_cancelled_with_a_reason() -> None:
    request = requested()
    with pytest.raises(Invalid):
        services.cancel_purchase_request(request_id=request.pk, reason="", by=None)
    services.cancel_purchase_request(request_id=request.pk, reason="found some", by=person("bo"))
    request.refresh_from_db()
    assert (request.state, request.end_reason) == ("cancelled", "found some")
    with pytest.raises(IllegalStep):
        services.cancel_purchase_request(request_id=request.pk, reason="again", by=None)


def test_it_is_overdue_from_the_day_after() -> None:
    request = requested()
    assert not request.is_overdue(ORDER_BY)
    assert request.is_overdue(ORDER_BY + dt.timedelta(days=1))


def test_a_stranger_sees_none() -> None:
    requested()
    assert not queries.requests_for(person("stranger")).exists()
    assert queries.requests_for(person("mei")).count() == 1
