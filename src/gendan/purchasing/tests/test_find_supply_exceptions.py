"""What is late, short, over or wrong is found by facts, decided, and ends by facts."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.catalog.models import Item
from gendan.catalog.services import AlternateRow, save_alternates
from gendan.kernel import clock, reactions
from gendan.kernel.cleaners import Unusable
from gendan.kernel.errors import IllegalStep, Invalid, NotThere, StaleRevision
from gendan.kernel.models import Entry
from gendan.partners.models import Lane, Partner
from gendan.partners.services import LaneRow, save_lanes
from gendan.purchasing import services
from gendan.purchasing.choices import choices_for
from gendan.purchasing.models import PurchaseOrder, SupplyException
from gendan.purchasing.services import ChoiceNotPossible, ExceptionIsKnown, LineAnswer
from gendan.purchasing.tests import ordered, received
from gendan.purchasing.tests.ordered import DUE, TODAY
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing

pytestmark = pytest.mark.django_db
AFTER = DUE + dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def receive(order: PurchaseOrder, quantity: int, *, is_last: bool = False) -> None:
    received.receive(received.arrived(order, quantity, is_last=is_last))
    reactions.run_due()


def one() -> SupplyException:
    rows = SupplyException.objects.select_related(
        "line__order__supplier", "line__item__unit", "line__expected"
    )
    return rows.get()


def test_overdue_is_found_once_and_ends_when_the_goods_are_here() -> None:
    order = received.an_order()
    assert services.find_supply_exceptions() == 0
    with clock.at(clock.moment_on(AFTER)):
        assert services.find_supply_exceptions() == 1
        assert services.find_supply_exceptions() == 0
        found = one()
        assert (found.kind, found.state, found.quantity) == ("late", "open", 100)
        assert (found.owner, found.needed_on, found.expected_on) == (person("bo"), DUE, None)
        receive(order, 100)
        assert one().state == "done"
    assert Entry.objects.filter(fact="SupplyExceptionFound").count() == 1
    assert Entry.objects.get(fact="SupplyExceptionClosed").data["reason"] == ""


def test_a_counter_later_than_needed_until_it_is_decided() -> None:
    _order, token = ordered.sent()
    later = DUE + dt.timedelta(days=9)
    services.answer_by_supplier_link(token=token, answers=[LineAnswer(1, later)])
    reactions.run_due()
    found = one()
    assert (found.kind, found.expected_on) == ("late", later)
    word = found.line.words.get()
    services.refuse_counter(word_id=word.pk, reason="our customer waits", by=person("bo"))
    reactions.run_due()
    assert one().state == "done"


def test_too_little_and_too_much() -> None:
    order = received.an_order()
    receive(order, 60, is_last=True)
    assert (one().kind, one().quantity) == ("short", 40)
    keys = {choice.key: choice for choice in choices_for(one())}
    assert (keys["split"].may, keys["split"].on) == (True, TODAY)
    services.close_supply_exception(exception_id=one().pk, reason="60 are enough", by=person("bo"))
    services.find_supply_exceptions(order_ids=[order.pk])
    assert one().state == "done"  # what somebody has settled is not found again


def test_choices_say_what_is_known_and_nothing_else() -> None:
    ordered.sent()
    masters.item("CLOTH-B")
    rows = [AlternateRow(component="CLOTH", alternate="CLOTH-B")]
    save_alternates(rows=rows, by=person("ping"))
    Item.objects.filter(code="CLOTH-B").update(cost=Decimal(3))
    masters.supplier("MILL2", currency="CNY")
    sourcing.source("MILL2", "CLOTH", "2.5", lead_days=5, currency="CNY")
    with clock.at(clock.moment_on(AFTER)):
        services.find_supply_exceptions()
        keys = {choice.key: choice for choice in choices_for(one())}
        assert [keys["wait"].on, keys["wait"].cost] == [None, 0]
        assert keys["split"].on is None
        assert [keys["substitute:CLOTH-B"].on, keys["substitute:CLOTH-B"].cost] == [None, 100]
        assert keys["other_supplier:MILL2"].cost == 50
        assert (keys["other_supplier:MILL2"].on or TODAY) > AFTER
        assert not keys["air"].may
        found = services.decide_supply_exception(
            exception_id=one().pk, choice="other_supplier:MILL2", revision=1, by=person("bo")
        )
        assert (found.state, found.choice_of, found.choice_cost) == ("decided", "MILL2", 50)
        with pytest.raises(ChoiceNotPossible, match="our country"):
            services.decide_supply_exception(exception_id=found.pk, choice="air", by=person("bo"))
        with pytest.raises(ChoiceNotPossible, match="not among"):
            services.decide_supply_exception(exception_id=found.pk, choice="x", by=person("bo"))
        with pytest.raises(StaleRevision):
            services.decide_supply_exception(
                exception_id=found.pk, choice="wait", revision=1, by=person("bo")
            )


def test_wrong_goods_are_reported_once() -> None:
    order, _token = ordered.sent()
    line = order.lines.get()

    def report(**values: object) -> SupplyException:
        given: dict[str, object] = {"line_id": line.pk, "kind": "wrong", "quantity": "10"} | values
        return services.report_supply_exception(**given, by=person("wen"))  # type: ignore[arg-type]

    for wrong in ({"kind": "lost"}, {"remark": ""}, {"quantity": "-1", "remark": "red"}):
        with pytest.raises((Invalid, Unusable)):
            report(**wrong)
    with pytest.raises(NotThere):
        report(line_id=line.pk + 99, remark="red")
    made = report(remark="red cloth came")
    with pytest.raises(ExceptionIsKnown):
        report(remark="red again")
    services.find_supply_exceptions(order_ids=[order.pk])
    assert one().state == "open"  # what people see is not undone by facts
    with pytest.raises(Invalid, match="Say why"):
        services.close_supply_exception(exception_id=made.pk, reason=" ", by=person("bo"))
    services.close_supply_exception(exception_id=made.pk, reason="exchanged", by=person("bo"))
    with pytest.raises(IllegalStep):
        services.decide_supply_exception(exception_id=made.pk, choice="wait", by=person("bo"))


def test_rejected_goods_are_wrong_until_they_go_back() -> None:
    order = received.an_order()
    receipt = received.receive(received.arrived(order, 100))
    line = receipt.lines.get()
    row = services.VerdictRow(line_id=line.pk, quantity=Decimal(30))
    services.reject_receipt(receipt_id=receipt.pk, rows=[row], reason="stained", by=person("qiu"))
    reactions.run_due()
    assert (one().kind, one().quantity, one().state) == ("wrong", 30, "open")


def test_air_by_the_lane_of_the_suppliers_country() -> None:
    ordered.sent()
    Partner.objects.filter(code="MILL").update(country="VN")
    rows = [LaneRow("air", "VN", transit_days=2, to_port_days=1, to_door_days=1)]
    with clock.at(clock.moment_on(AFTER)):
        services.find_supply_exceptions()
        air = {choice.key: choice for choice in choices_for(one())}["air"]
        assert (air.on, air.cost) == (None, None)  # no lane is written: nothing is guessed
        save_lanes(rows=rows, by=person("lin"))
        Lane.objects.update(cost_per_kg=Decimal(30))
        Item.objects.filter(code="CLOTH").update(carton_quantity=10, carton_kg=Decimal(2))
        air = {choice.key: choice for choice in choices_for(one())}["air"]
        assert air.on == AFTER + dt.timedelta(days=4)
        assert air.cost == 600  # ten cartons of 2 kg
