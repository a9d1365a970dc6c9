"""Ordering what the purchase plan proposes: requests and what is planned only."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotAllowed, NotThere
from gendan.kernel.rows import RowsRefused
from gendan.planning.buying import planned_purchases
from gendan.planning.models import PlannedOrder
from gendan.planning.services import ProposalRow, order_proposals
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.purchasing.models import PurchaseOrder, PurchaseRequest
from gendan.purchasing.purchase_plan import plan_purchases
from gendan.purchasing.services import PurchaseRow, request_purchases
from gendan.sourcing.services import SourcePriceRow, save_source_prices
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        masters.supplier("S-1")
        masters.supplier("S-2", currency="USD")
        masters.rate("USD", 7)
        yield


def requested(code: str, quantity: int = 10) -> PurchaseRequest:
    row = PurchaseRow(code, Decimal(quantity), dt.date(2026, 4, 20), dt.date(2026, 4, 1))
    return request_purchases(rows=[row], by=None)[0]


def test_one_draft_for_each_supplier_and_currency() -> None:
    wood, seat = sourcing.source("S-1", "WOOD", 5), sourcing.source("S-1", "SEAT", 7)
    dear = sourcing.source("S-2", "WOOD", 1)
    one, two, three = requested("WOOD"), requested("SEAT"), requested("WOOD", 3)
    made = order_proposals(
        rows=[
            ProposalRow(wood.pk, Decimal(12), [one.pk]),
            ProposalRow(seat.pk, Decimal(10), [two.pk]),
            ProposalRow(dear.pk, Decimal(3), [three.pk]),
        ],
        by=person("bo"),
    )
    found = {order.supplier.code: order for order in made}
    assert {code: one.currency for code, one in found.items()} == {"S-1": "CNY", "S-2": "USD"}
    assert (found["S-1"].state, found["S-1"].total) == ("draft", 130)
    assert found["S-1"].lines.count() == 2
    one.refresh_from_db()
    assert one.to_order == 0


def test_what_is_planned_only_is_firmed_on_the_way() -> None:
    ordered(10, day=dt.date(2026, 3, 30))
    run = planned()
    source = sourcing.source("S-1", "WOOD", 5)
    wanted = [one for one in planned_purchases() if one.item_id == source.item_id]
    assert wanted[0].demands
    (line,) = plan_purchases(wanted).lines
    assert line.has_planned
    row = ProposalRow(source.pk, line.quantity, planned_order_ids=[one.pk for one in wanted])
    (order,) = order_proposals(rows=[row], by=person("bo"))
    request = PurchaseRequest.objects.get(item__code="WOOD")
    assert order.lines.get().shares.get().request == request
    assert PlannedOrder.objects.get(run=run, item__code="WOOD").state == "firmed"
    assert all(one.item_id != source.item_id for one in planned_purchases())


def test_work_for_an_outside_factory_is_ordered_as_such() -> None:
    source = sourcing.source("S-1", "SEAT", 7, is_outside_factory=True)
    row = ProposalRow(source.pk, Decimal(10), [requested("SEAT").pk])
    (order,) = order_proposals(rows=[row], by=person("bo"))
    assert order.kind == PurchaseOrder.Kind.SUBCONTRACT


def test_it_refuses_what_cannot_be_ordered_and_writes_nothing() -> None:
    source = sourcing.source("S-1", "WOOD", 5)
    blocked = sourcing.source("S-2", "WOOD", 5, status="blocked")
    seat = requested("SEAT")
    made = ordered(10, day=dt.date(2026, 3, 30))
    planned()
    chair = PlannedOrder.objects.get(item__code="CHAIR")
    ten = Decimal(10)
    for row, refusal in (
        (ProposalRow(10**9, ten, [seat.pk]), RowsRefused),
        (ProposalRow(blocked.pk, ten, [requested("WOOD").pk]), RowsRefused),
        (ProposalRow(source.pk, ten), RowsRefused),
        (ProposalRow(source.pk, ten, [seat.pk]), RowsRefused),
        (ProposalRow(source.pk, Decimal(0), [requested("WOOD").pk]), RowsRefused),
        (ProposalRow(source.pk, ten, planned_order_ids=[chair.pk]), Invalid),
        (ProposalRow(source.pk, ten, planned_order_ids=[10**9]), NotThere),
    ):
        with pytest.raises(refusal):
            order_proposals(rows=[row], by=person("bo"))
    with pytest.raises(Invalid):
        order_proposals(rows=[], by=person("bo"))
    with pytest.raises(NotAllowed):
        order_proposals(rows=[ProposalRow(source.pk, ten, [seat.pk])], by=person("mei"))
    assert not PurchaseOrder.objects.exists()
    chair.refresh_from_db()
    assert (chair.state, made.state) == ("planned", "confirmed")


def test_without_a_plan_nothing_is_planned() -> None:
    assert planned_purchases() == []


def test_a_supplier_not_approved_yet_is_refused_in_words() -> None:
    masters.supplier("S-9")
    masters.item("BOLT")
    day = clock.today()
    price = SourcePriceRow("S-9", "BOLT", day, price=Decimal(2))
    [kept] = save_source_prices(rows=[price], by=None)
    row = PurchaseRow("BOLT", Decimal(5), day + dt.timedelta(days=30), day)
    [request] = request_purchases(rows=[row], by=None)
    wanted = ProposalRow(kept.source_id, Decimal(5), request_ids=[request.pk])
    with pytest.raises(RowsRefused, match="not approved for BOLT yet"):
        order_proposals(rows=[wanted], by=person("bo"))
    assert not PurchaseOrder.objects.exists()
