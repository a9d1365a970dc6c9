"""A supplier delivers a line in several dated parts: said, decided, expected and received apart."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.inventory.models import ExpectedSupply
from gendan.kernel import clock, reactions
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import Mail
from gendan.purchasing import invariants, services
from gendan.purchasing.models import PurchaseOrder, PurchaseRequest, SupplierWord
from gendan.purchasing.services import LineAnswer, NoticedRow, PartRow, Shipment
from gendan.purchasing.tests import ordered, received
from gendan.purchasing.tests.ordered import DUE, TODAY
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
LATER = DUE + dt.timedelta(days=10)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield
    assert invariants.check() == []


def say(token: str, *parts: tuple[object, object]) -> SupplierWord:
    rows = [PartRow(on, much) for on, much in parts]  # type: ignore[arg-type]
    services.answer_by_supplier_link(token=token, answers=[LineAnswer(1, parts=rows)])
    return SupplierWord.objects.latest("pk")


def supplies(order: PurchaseOrder) -> list[tuple[dt.date, int]]:
    rows = ExpectedSupply.objects.filter(reference=order.number, is_open=True)
    return [(one.due_on, int(one.quantity)) for one in rows.order_by("due_on")]


def test_parts_wait_for_us_and_become_dated_deliveries() -> None:
    masters.item("CLOTH")
    row = services.PurchaseRow("CLOTH", Decimal(100), DUE, TODAY)
    [request] = services.request_purchases(rows=[row], by=person("bo"))
    order, token = ordered.sent(ordered.line(request_ids=[request.pk]))
    word = say(token, (LATER, "40"), (DUE, "60"))
    assert (word.state, word.on, word.quantity) == ("proposed", LATER, 100)
    assert word.dated_parts == [(DUE, Decimal(60)), (LATER, Decimal(40))]
    assert supplies(order) == [(LATER, 100)]  # all of it may be that late until it is decided
    say(token, (DUE, "60"), (LATER, "40"))
    assert SupplierWord.objects.count() == 1  # a button pressed again says nothing new
    services.accept_counter(word_id=word.pk, by=person("bo"))
    assert supplies(order) == [(DUE, 60), (LATER, 40)]
    first, second = order.lines.order_by("position")
    assert (second.position, second.part_of, second.confirmed_on) == (2, first, LATER)
    assert first.typed_quantity + second.typed_quantity == 100
    assert first.amount + second.amount == 200
    assert sorted(int(one.quantity) for one in request.shares.all()) == [40, 60]
    request = PurchaseRequest.objects.get()
    assert (request.in_orders, request.state) == (100, "ordered")
    order.refresh_from_db()
    assert (order.state, order.due_on) == ("confirmed", DUE)
    assert f"{LATER}: 40" in Mail.objects.latest("pk").text


def test_less_than_ordered_is_expected_less() -> None:
    order, token = ordered.sent()
    word = say(token, (DUE, "50"), (LATER, "30"))
    assert word.quantity == 80
    services.accept_counter(word_id=word.pk, by=person("bo"))
    assert supplies(order) == [(DUE, 50), (LATER, 30)]
    assert [int(line.quantity) for line in order.lines.order_by("position")] == [70, 30]


def test_each_part_is_noticed_and_received_apart() -> None:
    order, token = ordered.sent(ordered.line(supplier_code="M-77"))
    word = say(token, (DUE, "60"), (LATER, "40"))
    services.accept_counter(word_id=word.pk, by=person("bo"))
    for number, much in (("DN-1", 60), ("DN-2", 40)):
        found = services.record_ship_notice(
            shipment=Shipment(number, shipped_on=TODAY, expected_on=DUE),
            rows=[NoticedRow(Decimal(much), order_number=order.number, article="M-77")],
            by=person("bo"),
        )
        line = found.lines.get().order_line
        assert line is not None
        assert line.quantity == much
        received.store()
        services.receive_goods(
            rows=[services.ArrivedRow(line_id=line.pk, quantity=Decimal(much))], by=person("wen")
        )
        reactions.run_due()
    order.refresh_from_db()
    assert order.state == "closed"


@pytest.mark.parametrize(
    "parts",
    [
        [(DUE, "100")],
        [(DUE, "60"), (DUE, "40")],
        [(DUE, "60"), (LATER, "70")],
        [(DUE, "60"), (LATER, "-40")],
        [(DUE, "60"), (LATER, "")],
        [(DUE, "60"), ("soon", "40")],
        [(DUE, "60"), ("", "40")],
        [(TODAY - dt.timedelta(days=1), "60"), (LATER, "40")],
        [(DUE, "60"), (TODAY + dt.timedelta(days=4000), "40")],
        [(DUE + dt.timedelta(days=at), "1") for at in range(13)],
    ],
)
def test_what_cannot_be_meant_is_refused(parts: list[tuple[object, object]]) -> None:
    order, token = ordered.sent()
    with pytest.raises(DomainError):
        say(token, *parts)
    assert supplies(order) == [(DUE, 100)]
    assert not SupplierWord.objects.exists()


def test_parts_that_came_too_late_to_be_accepted() -> None:
    order, token = ordered.sent()
    word = say(token, (DUE, "10"), (LATER, "90"))
    received.store()
    received.receive(received.arrived(order, 30))
    with pytest.raises(Invalid, match="ask the supplier again"):
        services.accept_counter(word_id=word.pk, by=person("bo"))
    services.refuse_counter(word_id=word.pk, reason="no", by=person("bo"))
    assert supplies(order) == [(DUE, 100)]
