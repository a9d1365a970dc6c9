"""Drafting: what is taken over from the customer, what is refused, and in which words."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.kernel import journal
from gendan.kernel.errors import DomainError, NotAllowed
from gendan.orders import invariants
from gendan.orders.entry import DeliveryData, InstalmentData, LineData, OrderData
from gendan.orders.models import Order, OrderState
from gendan.orders.services import (
    CustomerItemRow,
    CustomerPriceListRow,
    cancel_order,
    confirm_order,
    draft_order,
    save_customer_items,
    save_customer_price_lists,
)
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def refused(match: str, field: str, lines: list[LineData] | None = None, **head: Any) -> None:
    """Drafting is refused in these words, and nothing is written."""
    with pytest.raises(DomainError, match=match) as caught:
        make.draft(lines=lines, **head)
    assert caught.value.field == field
    assert not Order.objects.exists()


def test_head_values_come_from_the_customer() -> None:
    masters.payment_terms("TT30")
    masters.rate("EUR", "7.5")
    customer = masters.customer(
        currency="EUR",
        payment_terms="TT30",
        incoterm="FOB",
        incoterm_place="Ningbo",
        over_percent=Decimal(3),
        shipping_marks="ACME / HAMBURG",
        documents_required=["CO"],
    )
    order = make.draft(customer, customer_order_number="PO-1")
    order.refresh_from_db()
    assert order.number.startswith("SO-")
    assert (order.currency, order.incoterm, order.incoterm_place) == ("EUR", "FOB", "Ningbo")
    assert order.over_percent == 3
    assert order.short_percent == 5  # the company's
    assert (order.shipping_marks, order.documents_required) == ("ACME / HAMBURG", ["CO"])
    plan = [f"{part.event} {part.percent:.0f}" for part in order.instalments.all()]
    assert plan == ["contract 30", "bill_of_lading 70"]
    assert (order.total, order.total_company) == (250, 1875)
    assert order.requested_on == make.in_days(60)
    assert order.state == OrderState.DRAFT
    entry = journal.timeline(order).get()
    assert entry.fact == "OrderDrafted"
    assert entry.data["customer_order_number"] == "PO-1"
    assert invariants.check() == []


def test_given_head_values_win() -> None:
    order = make.draft(
        currency="JPY",
        incoterm="DDP",
        over_percent="1.5",
        instalments=[InstalmentData(event="sight", percent=100)],
        destination_country="US",
        packing="<script>alert(1)</script>'; DROP TABLE orders_order; --",
        lines=[make.line(unit_price="2.333", quantity=10)],
    )
    order.refresh_from_db()
    assert order.total == 23  # yen have no minor unit
    assert (order.incoterm, order.over_percent) == ("DDP", Decimal("1.5"))
    assert order.packing.startswith("<script>")  # just text
    assert order.instalments.get().event == "sight"


def test_the_same_customer_number_twice_is_refused_and_names_the_other() -> None:
    first = make.draft(customer_order_number="PO-7")
    with pytest.raises(DomainError, match=first.number) as caught:
        make.draft(customer_order_number=" PO-7 ")
    assert caught.value.code == "same_customer_number"
    assert caught.value.link == f"/orders/{first.pk}/"
    again = make.draft(customer_order_number="PO-7", allow_duplicate=True)
    assert again.is_repeat
    make.draft(masters.customer("C-2"), customer_order_number="PO-7")
    for order in (first, again):
        cancel_order(order_id=order.pk, reason="sent twice", by=person("mei"))
    assert not make.draft(customer_order_number="PO-7").is_repeat


@pytest.mark.parametrize(
    ("price", "match"),
    [
        (-1, "less than zero"),
        ("1e30", "too large"),
        (Decimal("1E+13"), "too large"),
        ("cheap", "not a number"),
        ("NaN", "not a number"),
        ("0.1234567", "six decimals"),
    ],
)
def test_a_price_that_cannot_be_is_refused(price: Any, match: str) -> None:
    refused(match, "lines.0.unit_price", [make.line(unit_price=price)])


@pytest.mark.parametrize(
    ("quantity", "match"),
    [(0, "more than zero"), (-5, "more than zero"), ("1.5", "smallest step"), ("ten", "number")],
)
def test_a_quantity_that_cannot_be_is_refused(quantity: Any, match: str) -> None:
    refused(match, "lines.0.quantity", [make.line(quantity=quantity)])


def test_an_unknown_item_or_unit_is_refused() -> None:
    refused("no item “NONE”", "lines.0.item", [LineData(item_code="NONE", quantity=1)])
    refused("no unit “shoe”", "lines.0.unit", [make.line(unit="shoe")])
    masters.unit("box")
    refused("Nobody has said|no conversion", "lines.0.unit", [make.line(unit="box")])


def test_a_requested_date_before_the_order_is_refused_when_typed_only() -> None:
    yesterday = make.in_days(-1)
    refused("lies before", "lines.0.requested_on", [make.line(requested_on=yesterday)])
    kept = make.draft(lines=[make.line(requested_on=yesterday)], channel="mail")
    assert kept.requested_on == yesterday


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ({"currency": "XXZ"}, "currency"),
        ({"incoterm": "FUB"}, "incoterm"),
        ({"delivery_method": "rocket"}, "delivery_method"),
        ({"over_percent": 101}, "over_percent"),
        ({"destination_country": "Germany"}, "destination_country"),
        ({"customer_order_number": "x" * 81}, "customer_order_number"),
        ({"channel": "pigeon"}, "channel"),
        ({"contact_id": 999_999}, "contact_id"),
        ({"merchandiser_id": 999_999}, "merchandiser_id"),
        ({"ordered_on": "31.12.2026"}, "ordered_on"),
        ({"instalments": [InstalmentData(event="contract", percent=30)]}, "instalments"),
    ],
)
def test_a_head_value_that_cannot_be_is_refused(head: dict[str, Any], field: str) -> None:
    refused(".", field, **head)


def test_amounts_beyond_all_reason_are_refused() -> None:
    line = make.line(quantity=999_999_999_999, unit_price=999_999)
    refused("too large to be true", "lines.0", [line])


@pytest.mark.parametrize("text", ["abc", "NaN", "-Infinity", "1.2.3"])
def test_a_price_that_is_no_number_is_called_so(text: str) -> None:
    refused("is not a number", "lines.0.unit_price", [make.line(unit_price=text)])


def test_dated_deliveries_make_the_line() -> None:
    first, second = make.in_days(30), make.in_days(50)
    parts = [
        DeliveryData(quantity=40, requested_on=first),
        DeliveryData(quantity=60, requested_on=second),
    ]
    order = make.draft(lines=[make.line(deliveries=parts, requested_on=None)])
    line = order.lines.get()
    assert line.requested_on == second
    assert order.ship_policy == Order.ShipPolicy.BY_LINE  # several dates are wanted
    assert [d.quantity for d in line.deliveries.all()] == [40, 60]
    assert invariants.check() == []
    with pytest.raises(DomainError, match="add up to 100"):
        make.draft(lines=[make.line(quantity=90, deliveries=parts)])


def test_quantities_are_converted_and_what_was_typed_is_kept() -> None:
    masters.item("A-1")
    masters.unit("dozen")
    masters.conversion("dozen", "pcs", 12)
    order = make.draft(lines=[make.line("A-1", quantity=5, unit="dozen", unit_price=24)])
    line = order.lines.get()
    assert (line.quantity, line.typed_quantity) == (60, 5)
    assert line.typed_unit
    assert line.typed_unit.code == "dozen"
    assert (line.price_per, line.amount) == (12, 120)  # 24 a dozen


def test_without_a_price_the_lists_are_asked() -> None:
    customer = masters.customer()
    item = masters.item("A-1")
    masters.price_list("GEN", is_general=True)
    masters.price("A-1", "3", price_list_code="GEN")
    masters.price("A-1", "2.8", price_list_code="GEN", from_quantity=1000)
    lines = [make.line(item, unit_price=None), make.line(item, 1000, unit_price=None)]
    assert [one.unit_price for one in make.draft(customer, lines).lines.all()] == [
        3,
        Decimal("2.8"),
    ]
    masters.price_list("OWN", discount_percent=Decimal(10))
    masters.price("A-1", "2.5", price_list_code="OWN")
    save_customer_price_lists(rows=[CustomerPriceListRow("C-1", "OWN")], by=person("sun"))
    line = make.draft(customer, [make.line(item, unit_price=None)]).lines.get()
    assert line.unit_price == Decimal("2.5")
    assert line.discount_percent == 10
    assert line.amount == 225
    masters.item("B-2")
    refuse = LineData(item_code="B-2", quantity=1)
    with pytest.raises(DomainError, match="No price list"):
        make.draft(customer, [refuse])


def test_a_line_may_name_the_customers_code_only() -> None:
    customer, item = masters.customer(), masters.item("A-1")
    rows = [CustomerItemRow(customer="C-1", code="GB45", item="A-1")]
    save_customer_items(rows=rows, by=person("sun"))
    order = make.draft(customer, [LineData(customer_code="GB45", quantity=1, unit_price=1)])
    assert order.lines.get().item == item


def test_the_wrong_role_may_not() -> None:
    for name in ("wen", "stranger"):
        with pytest.raises(NotAllowed):
            make.draft(by=person(name))
    assert not Order.objects.exists()


def test_an_unknown_or_retired_customer_is_refused() -> None:
    with pytest.raises(DomainError, match="no such customer"):
        draft_order(order=OrderData(customer_id=0), by=person("mei"))
    supplier = masters.supplier()
    with pytest.raises(DomainError, match="no such customer"):
        draft_order(order=OrderData(customer_id=supplier.pk), by=person("mei"))
    gone = masters.customer("C-9", is_active=False)
    with pytest.raises(DomainError, match="no longer active"):
        draft_order(order=OrderData(customer_id=gone.pk), by=person("mei"))


@pytest.mark.parametrize("count", [1, 50])
def test_draft_and_confirm_take_at_most_20_queries(count: int) -> None:
    """Whatever the number of lines, transactions included, with deliveries and a payment plan."""
    masters.payment_terms("TT30")
    customer = masters.customer(payment_terms="TT30")
    items = masters.items({f"I-{number}": {} for number in range(count)})
    day = make.in_days(40)
    parts = [DeliveryData(quantity=40, requested_on=day), DeliveryData(quantity=60)]
    lines = [make.line(item, deliveries=parts) for item in items]
    make.draft(customer)  # the year's first number makes the sequence
    mei = person("mei")
    with CaptureQueriesContext(connection) as queries:
        order = make.draft(customer, lines, customer_order_number="PO", by=mei)
        confirm_order(order_id=order.pk, by=mei)
    assert len(queries) <= 20
    assert order.lines.count() == count
    assert invariants.check() == []


def test_the_order_date_is_when_it_was_received() -> None:
    received = dt.datetime(2026, 3, 1, 20, tzinfo=dt.UTC)  # the 2nd in China
    order = make.draft(received_at=received, channel="phone")
    assert order.ordered_on == dt.date(2026, 3, 2)


@pytest.mark.parametrize(
    "given",
    [{"ratio": {}}, {"ratio": {"S": "1"}, "packs": 1}, {"ratio": {"S": 1}, "packs": -1}, {"x": 1}],
)
def test_an_assortment_that_is_none_is_refused(given: dict[str, Any]) -> None:
    refused("pieces per size", "lines.0.assortment", [make.line(assortment=given)])


def test_invisible_characters_are_dropped_and_templates_are_just_text() -> None:
    text = "{{ 7*7 }} {% now %} ${x} \x00'); DELETE FROM orders_line; --"
    order = make.draft(remark=text, lines=[make.line(description=text)])
    order.refresh_from_db()
    assert order.remark == order.lines.get().description == text.replace("\x00", "")
