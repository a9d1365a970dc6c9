"""A supplier delivers a line in several dated parts: said, decided, expected and received apart."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.inventory.models import ExpectedSupply
from gendan.kernel import clock, reactions
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.models import Mail
from gendan.purchasing import invariants, queries, services
from gendan.purchasing.models import PurchaseOrder, PurchaseRequest, ShipNotice, SupplierWord
from gendan.purchasing.services import LineAnswer, NoticedRow, PartRow, Shipment
from gendan.purchasing.shipments import differences_of
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
    return [(one.due_on, int(one.quantity)) for one in rows.order_by("due_on", "pk")]


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


def in_parts(*parts: tuple[object, object]) -> PurchaseOrder:
    """An order whose only line is agreed in these parts."""
    order, token = ordered.sent(ordered.line(supplier_code="M-77"))
    services.accept_counter(word_id=say(token, *parts).pk, by=person("bo"))
    return order


def noticed(
    order: PurchaseOrder, number: str, *much: int, on: dt.date = DUE
) -> tuple[ShipNotice, list[int]]:
    """A notice by order number and article, and what it brings of each part."""
    found = services.record_ship_notice(
        shipment=Shipment(number, shipped_on=TODAY, expected_on=on),
        rows=[NoticedRow(Decimal(one), order_number=order.number, article="M-77") for one in much],
        by=person("bo"),
    )
    lines = list(found.lines.order_by("order_line__due_on"))
    assert [one.position for one in found.lines.order_by("position")] == [*range(1, len(lines) + 1)]
    return found, [int(one.quantity) for one in lines]


END = LATER + dt.timedelta(days=7)


def test_one_line_of_a_notice_is_shared_over_the_parts_the_earliest_first() -> None:
    order = in_parts((DUE, "50"), (LATER, "30"), (END, "20"))
    first, brought = noticed(order, "DN-1", 70)
    assert brought == [50, 20]
    told = differences_of(first, queries.lines_of_notice(first))
    assert any("shared over the dated parts" in one for one in told)
    services.accept_ship_notice(notice_id=first.pk, by=person("bo"))
    assert supplies(order) == [(DUE, 50), (LATER, 30), (END, 20)]  # 10 of the second are to come
    second, brought = noticed(order, "DN-2", 30)
    assert brought == [10, 20]
    services.accept_ship_notice(notice_id=second.pk, by=person("bo"))
    assert supplies(order) == [(DUE, 50), (DUE, 30), (DUE, 20)]
    _third, brought = noticed(order, "DN-3", 5)
    assert brought == [5]  # nobody waits for it: too much, and said so


@pytest.mark.parametrize(
    ("much", "brought"),
    [
        ([50], [50]),
        ([20], [20]),
        ([100], [50, 30, 20]),
        ([50, 50], [50, 30, 20]),
        ([10, 10], [20]),
        ([120], [50, 30, 40]),
    ],
)
def test_nothing_of_a_notice_is_lost_in_sharing(much: list[int], brought: list[int]) -> None:
    order = in_parts((DUE, "50"), (LATER, "30"), (END, "20"))
    found, shared = noticed(order, "DN-1", *much)
    assert shared == brought
    assert ("shared" in found.doubts) == (brought != much)


def test_by_the_link_each_part_is_named_and_nothing_is_shared() -> None:
    order = in_parts((DUE, "60"), (LATER, "40"))
    found = services.notice_by_supplier_link(
        token=ordered.token_of_last_mail(),
        shipment=Shipment("DN-1", shipped_on=TODAY, expected_on=DUE),
        rows=[NoticedRow("65", position=1)],
    )
    line = found.lines.get()
    assert (line.order_line, int(line.quantity)) == (order.lines.get(position=1), 65)
    assert found.doubts == []


def test_what_has_come_leaves_less_room_for_a_part() -> None:
    order = in_parts((DUE, "60"), (LATER, "40"))
    received.store()
    received.receive(received.arrived(order, 45))
    _found, brought = noticed(order, "DN-1", 30)
    assert brought == [15, 15]
