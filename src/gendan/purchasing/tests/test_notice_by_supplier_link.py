"""What a supplier says is on its way: by the link, by number and article; accepted or not."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.inventory.models import ExpectedSupply
from gendan.kernel import clock
from gendan.kernel.errors import DomainError, IllegalStep, Invalid
from gendan.kernel.links import LinkRefused
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.purchasing import queries, services
from gendan.purchasing.models import PurchaseOrder, ShipNotice
from gendan.purchasing.services import NoticedAlready, NoticedRow, Shipment
from gendan.purchasing.shipments import differences_of
from gendan.purchasing.tests import ordered
from gendan.purchasing.tests.ordered import DUE, TODAY
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
SOON = DUE + dt.timedelta(days=4)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.at(clock.moment_on(TODAY)):
        yield


def head(number: str = "DN-1", **values: object) -> Shipment:
    given: dict[str, object] = {"shipped_on": TODAY, "expected_on": SOON} | values
    return Shipment(number, **given)  # type: ignore[arg-type]


def notice(token: str, quantity: object = 100, shipment: Shipment | None = None) -> ShipNotice:
    rows = [NoticedRow(quantity=str(quantity), position=1)]
    return services.notice_by_supplier_link(token=token, shipment=shipment or head(), rows=rows)


def differences(found: ShipNotice) -> list[str]:
    return differences_of(found, queries.lines_of_notice(found))


def supply(order: PurchaseOrder) -> ExpectedSupply:
    return ExpectedSupply.objects.get(reference=order.number)


def test_by_the_link_and_accepted_the_day_follows() -> None:
    order, token = ordered.sent()
    found = notice(token, shipment=head(carrier="SF", tracking="SF123", packages="4"))
    assert (found.state, found.way, found.packages) == ("open", "link", 4)
    assert supply(order).due_on == DUE  # nothing moves before the buyer has looked
    [late] = differences(found)
    assert "asked for" in late
    assert Entry.objects.get(fact="ShipNoticeReceived").data["differences"] == 1
    services.accept_ship_notice(notice_id=found.pk, by=person("bo"))
    assert supply(order).due_on == SOON
    assert order.lines.get().due_on == SOON
    with pytest.raises(IllegalStep):
        services.accept_ship_notice(notice_id=found.pk, by=person("bo"))


def test_a_part_leaves_the_line_due_for_the_rest() -> None:
    order, token = ordered.sent()
    early = DUE - dt.timedelta(days=10)
    part = notice(token, 40, head(expected_on=early))
    services.accept_ship_notice(notice_id=part.pk, by=person("bo"))
    assert supply(order).due_on == DUE
    rest = notice(token, 60, head("DN-2", expected_on=early))
    services.accept_ship_notice(notice_id=rest.pk, by=person("bo"))
    assert (supply(order).due_on, supply(order).quantity) == (early, 100)


def test_the_same_number_twice_and_again_after_it_was_refused() -> None:
    _order, token = ordered.sent()
    found = notice(token)
    with pytest.raises(NoticedAlready):
        notice(token, 5)
    with pytest.raises(Invalid, match="Say why"):
        services.refuse_ship_notice(notice_id=found.pk, reason="", by=person("bo"))
    services.refuse_ship_notice(notice_id=found.pk, reason="wrong colour", by=person("bo"))
    assert notice(token).state == "open"


@pytest.mark.parametrize(
    "values",
    [
        {"expected_on": None},
        {"expected_on": TODAY - dt.timedelta(days=1), "shipped_on": TODAY - dt.timedelta(days=3)},
        {"shipped_on": SOON, "expected_on": TODAY},
        {"expected_on": "soon"},
        {"packages": "-3"},
        {"packages": "many"},
        {"carrier": "x" * 200},
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, object]) -> None:
    _order, token = ordered.sent()
    with pytest.raises(DomainError):
        notice(token, shipment=head(**values))  # type: ignore[arg-type]
    assert not ShipNotice.objects.exists()


def test_strange_lines_and_links_are_refused() -> None:
    order, token = ordered.sent()
    for quantity in ("0", "-5", "x", "9" * 11 + "9" * 20):
        with pytest.raises(DomainError):
            notice(token, quantity)
    with pytest.raises(DomainError):
        services.notice_by_supplier_link(token=token, shipment=head(), rows=[])
    with pytest.raises(Invalid, match="no such line"):
        services.notice_by_supplier_link(
            token=token, shipment=head(), rows=[NoticedRow("5", position=9)]
        )
    with pytest.raises(LinkRefused):
        notice(token[:-2] + "xx")
    services.cancel_purchase_order(purchase_order_id=order.pk, reason="not needed", by=person("bo"))
    with pytest.raises(DomainError):
        notice(token)


def test_by_order_number_and_article_and_what_matches_nothing() -> None:
    order, _token = ordered.sent(ordered.line(supplier_code="M-77"))
    rows = [
        NoticedRow(Decimal(130), order_number=order.number, article="M-77"),
        NoticedRow(Decimal(5), order_number=order.number, article="OTHER"),
    ]
    found = services.record_ship_notice(shipment=head(), rows=rows, by=person("bo"))
    assert found.supplier.code == "MILL"
    told = " ".join(differences(found))
    assert "more than the tolerance" in told
    assert "nothing ordered matches" in told
    services.accept_ship_notice(notice_id=found.pk, by=person("bo"))
    assert supply(order).quantity == 100  # more than the tolerance is not expected
    rows = [NoticedRow(Decimal(5), article="M-77")]
    with pytest.raises(Invalid, match="whose notice"):
        services.record_ship_notice(shipment=head("DN-9"), rows=rows, by=person("bo"))


def test_texts_no_database_keeps_and_quantities_nobody_means() -> None:
    order, _token = ordered.sent()
    odd = NoticedRow(Decimal(1), order_number=f"{order.number}\x00", article="CLOTH\x00")
    found = services.record_ship_notice(
        shipment=head("DN\x00-1"), rows=[odd], supplier="MILL\x00", by=person("bo")
    )
    assert (found.number, found.lines.get().said_article) == ("DN-1", "CLOTH")
    assert found.lines.get().order_line == order.lines.get()
    long = [NoticedRow(Decimal(1), article="x" * 500)]
    with pytest.raises(DomainError):
        services.record_ship_notice(
            shipment=head("DN-2"), rows=long, supplier="MILL", by=person("bo")
        )
    with pytest.raises(Invalid, match="no supplier"):
        services.record_ship_notice(
            shipment=head("DN-2"), rows=[odd], supplier="GHOST", by=person("bo")
        )


def test_ten_times_the_ordered_and_another_spelling_of_the_number_are_refused() -> None:
    _order, token = ordered.sent()
    with pytest.raises(RowsRefused, match="Only 100 are ordered"):
        notice(token, 1001)
    notice(token, 100, head("SN 1"))
    for number in ("sn1", "ＳＮ1", "SN\u200b 1"):
        with pytest.raises(NoticedAlready):
            notice(token, 100, head(number))
