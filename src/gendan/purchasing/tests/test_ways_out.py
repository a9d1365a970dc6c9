"""What is decided about late and short goods is started at once, and ends by facts."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from gendan.catalog.models import Item
from gendan.catalog.services import AlternateRow, save_alternates
from gendan.inventory.models import ExpectedSupply, ValueEntry
from gendan.inventory.services import add_landed_cost
from gendan.kernel import clock, reactions
from gendan.kernel.errors import Invalid
from gendan.kernel.models import Entry, Mail
from gendan.partners.models import Partner
from gendan.partners.services import LaneRow, save_lanes
from gendan.purchasing import invariants, services
from gendan.purchasing.freight import FreightToBook, freight_to_book, reckoned_for
from gendan.purchasing.models import (
    GoodsReceipt,
    PurchaseOrder,
    PurchaseRequest,
    SupplyException,
)
from gendan.purchasing.queries import exception_behind, name_of_choice
from gendan.purchasing.services import ChoiceNotPossible, PartRow
from gendan.purchasing.tests import ordered, received
from gendan.purchasing.tests.ordered import DUE, TODAY
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db
AFTER = DUE + dt.timedelta(days=3)  # a Monday
LATER = DUE + dt.timedelta(days=11)


@pytest.fixture(autouse=True)
def after() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield
    assert invariants.check() == []


def late() -> PurchaseOrder:
    order, _token = ordered.sent()
    with clock.at(clock.moment_on(AFTER)):
        services.find_supply_exceptions()
    return order


def one() -> SupplyException:
    rows = SupplyException.objects.select_related(
        "line__order__supplier", "line__item__unit", "line__expected"
    )
    return rows.get()


def decide(choice: str, **values: Any) -> SupplyException:
    found = services.decide_supply_exception(
        exception_id=one().pk, choice=choice, by=person("bo"), **values
    )
    reactions.run_due()
    return found


def days(order: PurchaseOrder) -> list[tuple[dt.date, int]]:
    rows = ExpectedSupply.objects.filter(reference=order.number, is_open=True)
    return [(one.due_on, int(one.quantity)) for one in rows.order_by("due_on")]


def test_waiting_moves_the_day_and_asks_again_when_it_has_passed() -> None:
    order = late()
    with clock.at(clock.moment_on(AFTER)):
        with pytest.raises(Invalid, match="until when"):
            decide("wait")
        with pytest.raises(Invalid, match="passed"):
            decide("wait", on=DUE)
        decide("wait", on=LATER)
        assert days(order) == [(LATER, 100)]
        services.find_supply_exceptions()
        assert (one().state, one().choice_on) == ("decided", LATER)  # the goods are not here yet
    with clock.at(clock.moment_on(LATER + dt.timedelta(days=1))):
        assert services.find_supply_exceptions() == 1
        assert (one().state, one().choice, one().started) == ("open", "", "")
        received.store()
        received.receive(received.arrived(order, 100))
        reactions.run_due()
        assert one().state == "done"
    assert Entry.objects.filter(fact="SupplyExceptionFound").count() == 2


def test_a_late_line_is_split_into_dated_parts_which_the_supplier_confirms() -> None:
    order = late()
    with clock.at(clock.moment_on(AFTER)):
        with pytest.raises(Invalid, match="2 to"):
            decide("split")
        parts = [PartRow(AFTER, "60"), PartRow(LATER, "40")]
        decide("split", parts=parts)
        assert days(order) == [(AFTER, 60), (LATER, 40)]
        first, second = order.lines.order_by("position")
        assert (first.quantity, second.quantity, second.part_of) == (60, 40, first)
        order.refresh_from_db()
        assert order.state == "sent"
        token = ordered.token_of_last_mail()
        answers = [services.LineAnswer(1, AFTER), services.LineAnswer(2, LATER)]
        services.answer_by_supplier_link(token=token, answers=answers)
        received.store()
        received.receive(received.arrived(order, 60))
        reactions.run_due()
        assert SupplyException.objects.get(line=first).state == "decided"  # the rest is to come
        services.receive_goods(
            rows=[services.ArrivedRow(line_id=second.pk, quantity=Decimal(40))], by=person("wen")
        )
        reactions.run_due()
        assert SupplyException.objects.get(line=first).state == "done"


def test_what_ended_short_is_expected_again_as_a_part() -> None:
    order = received.an_order()
    received.receive(received.arrived(order, 60, is_last=True))
    reactions.run_due()
    order.refresh_from_db()
    assert (one().kind, order.state) == ("short", "closed")
    decide("split", on=LATER)
    order.refresh_from_db()
    assert order.state == "confirmed"
    assert [(line.quantity, line.is_open) for line in order.lines.order_by("position")] == [
        (60, False),
        (40, True),
    ]
    assert one().state == "decided"
    assert "40" in Mail.objects.latest("pk").text


def test_another_supplier_takes_over_what_was_requested_once_its_order_is_approved() -> None:
    row = services.PurchaseRow("CLOTH", Decimal(100), DUE, TODAY)
    masters.item("CLOTH")
    [request] = services.request_purchases(rows=[row], by=person("bo"))
    order, _token = ordered.sent(ordered.line(request_ids=[request.pk]))
    masters.supplier("MILL2", currency="CNY")
    sourcing.source("MILL2", "CLOTH", "2.5", lead_days=5, currency="CNY")
    with clock.at(clock.moment_on(AFTER)):
        services.find_supply_exceptions()
        found = decide("other_supplier:MILL2")
        first = PurchaseOrder.objects.get(supplier__code="MILL2")
        assert found.started == f"purchasing.purchaseorder:{first.pk}"
        assert first.lines.get().requested_on == found.choice_on  # the day that was decided on
        behind = exception_behind(first)
        assert behind == found
        assert exception_behind(order) is None
        assert name_of_choice(found) == str(first.supplier)
        services.cancel_purchase_order(
            purchase_order_id=first.pk, reason="too dear", by=person("bo")
        )
        reactions.run_due()
        assert one().state == "open"  # something else is to be decided
        decide("other_supplier:MILL2")
        decide("other_supplier:MILL2")  # decided anew: the draft before is not bought as well
        [new] = PurchaseOrder.objects.filter(supplier__code="MILL2", state="draft")
        services.submit_purchase_order(purchase_order_id=new.pk, by=person("bo"))
        with pytest.raises(ChoiceNotPossible, match="approved already"):
            decide("wait", on=LATER)
        reactions.run_due()
        order.refresh_from_db()
        request = PurchaseRequest.objects.get()
        assert (order.state, days(order)) == ("cancelled", [])
        assert (request.in_orders, request.shares.get().line.order) == (100, new)
        assert one().state == "decided"  # nobody has confirmed it yet
        masters.contact("MILL2", "Wu", email="wu@mill2.example", is_main=True)
        services.send_purchase_order(purchase_order_id=new.pk, by=person("bo"))
        token = ordered.token_of_last_mail()
        services.answer_by_supplier_link(token=token, answers=[services.LineAnswer(1)])
        reactions.run_due()
        assert one().state == "done"


def test_what_has_come_of_a_line_stays_when_the_rest_is_bought_elsewhere() -> None:
    order = received.an_order(ordered.line(), ordered.line("RIBBON", 10))
    received.receive(received.arrived(order, 30))
    masters.supplier("MILL2", currency="CNY")
    sourcing.source("MILL2", "CLOTH", "2.5", lead_days=5, currency="CNY")
    with clock.at(clock.moment_on(AFTER)):
        services.find_supply_exceptions()
        rows = SupplyException.objects.filter(line__position=1)
        found = services.decide_supply_exception(
            exception_id=rows.get().pk, choice="other_supplier:MILL2", by=person("bo")
        )
        new = PurchaseOrder.objects.get(supplier__code="MILL2")
        assert new.lines.get().quantity == 70
        services.submit_purchase_order(purchase_order_id=new.pk, by=person("bo"))
        reactions.run_due()
        line = found.line.order.lines.select_related("expected").get(position=1)
        assert (line.quantity, line.is_open, line.is_cancelled) == (30, False, False)
        assert "no longer wanted" in Mail.objects.latest("pk").text
        order.refresh_from_db()
        assert order.is_open


def test_without_an_agreed_price_the_other_supplier_is_asked_for_one() -> None:
    late()
    masters.supplier("MILL2", currency="CNY")
    sourcing.source("MILL2", "CLOTH", None, lead_days=5, currency="CNY")
    with clock.at(clock.moment_on(AFTER)):
        found = decide("other_supplier:MILL2")
    assert found.started.startswith("purchasing.requestforquotation:")


def test_of_a_substitute_only_what_is_not_free_is_requested() -> None:
    late()
    masters.item("CLOTH-B")
    rows = [AlternateRow(component="CLOTH", alternate="CLOTH-B")]
    save_alternates(rows=rows, by=person("ping"))
    with clock.at(clock.moment_on(AFTER)):
        found = decide("substitute:CLOTH-B")
    request = PurchaseRequest.objects.get()
    assert found.started == f"purchasing.purchaserequest:{request.pk}"
    assert (request.item.code, request.quantity) == ("CLOTH-B", 100)


def test_by_air_the_order_says_so_and_the_supplier_is_told() -> None:
    order = late()
    Partner.objects.filter(code="MILL").update(country="VN")
    lane = LaneRow("air", "VN", transit_days=2, to_port_days=1, to_door_days=1)
    save_lanes(rows=[lane], by=person("lin"))
    with clock.at(clock.moment_on(AFTER)):
        decide("air")
    order.refresh_from_db()
    assert (order.transport, order.freight_cost) == ("air", None)
    assert days(order) == [(AFTER + dt.timedelta(days=4), 100)]
    assert "by air" in Mail.objects.latest("pk").subject


def test_by_air_it_waits_for_the_next_flight() -> None:
    order = late()
    Partner.objects.filter(code="MILL").update(country="VN")
    leaves = AFTER + dt.timedelta(days=5)
    lane = LaneRow(
        "air", "VN", transit_days=2, to_port_days=1, to_door_days=1,
        cutoff_days=1, sails_on=[leaves.weekday()],
    )  # fmt: skip
    save_lanes(rows=[lane], by=person("lin"))
    with clock.at(clock.moment_on(AFTER)):
        decide("air")
    assert days(order) == [(leaves + dt.timedelta(days=3), 100)]


def flown() -> PurchaseOrder:
    """A late order of a hundred, decided to fly for 5 per kg: 10 cartons of 8 kg, 400 in all."""
    order = late()
    Partner.objects.filter(code="MILL").update(country="VN")
    lane = LaneRow(
        "air", "VN", transit_days=2, to_port_days=1, to_door_days=1, cost_per_kg=Decimal(5)
    )
    save_lanes(rows=[lane], by=person("lin"))
    Item.objects.filter(code="CLOTH").update(carton_quantity=10, carton_kg=Decimal(8))
    with clock.at(clock.moment_on(AFTER)):
        decide("air")
    order.refresh_from_db()
    return order


def proposed(receipt: GoodsReceipt) -> FreightToBook | None:
    return freight_to_book(GoodsReceipt.objects.get(pk=receipt.pk))


def add(receipt: GoodsReceipt, amount: object, reference: str) -> None:
    add_landed_cost(
        about=f"purchasing.goodsreceipt:{receipt.pk}",
        kind="freight",
        reference=reference,
        basis="quantity",
        amount=Decimal(str(amount)),
        by=person("fang"),
    )


def test_freight_by_air_is_proposed_for_the_receipt_until_it_is_booked() -> None:
    order = flown()
    assert order.freight_cost == 400
    received.store()
    with clock.at(clock.moment_on(AFTER)):
        first = received.receive(received.arrived(order, 60))
        found = proposed(first)
        assert found is not None
        assert [int(one) for one in (found.reckoned, found.booked, found.amount)] == [400, 0, 400]
        assert found.lines == (f"{order.number} / 1",)
        add(first, 250, "AWB-1")  # what the invoice says, not what was reckoned
        assert proposed(first) is None
        second = received.receive(received.arrived(order, 40))
        found = proposed(second)
        assert found is not None
        assert found.paper == f"purchasing.goodsreceipt:{second.pk}"
        assert [int(one) for one in (found.booked, found.amount)] == [250, 150]
        add(second, 170, "AWB-2")
        assert proposed(second) is None
    assert ValueEntry.objects.filter(kind="landed").count() == 2


def test_without_a_decision_to_fly_no_freight_is_proposed() -> None:
    order = received.an_order()
    assert proposed(received.receive(received.arrived(order))) is None


def test_two_lines_that_fly_cost_what_both_cost() -> None:
    order = flown()
    assert reckoned_for(order, without_line=order.lines.get().pk) == 0
    assert reckoned_for(order, without_line=0) == 400
