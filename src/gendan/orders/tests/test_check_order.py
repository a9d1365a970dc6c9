"""Checks: product, price and stock, each with readable reasons."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, NotAllowed
from gendan.orders import invariants, reasons
from gendan.orders.models import LineCheck, Order
from gendan.orders.queries import checks_of, lines_of, worst_of
from gendan.orders.services import CustomerItemRow, check_order, reserve_lines, save_customer_items
from gendan.testing.cast import person
from gendan.testing.make import masters, sourcing
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def check(order: Order, kind: str) -> LineCheck:
    check_order(order_id=order.pk, by=person("mei"))
    return LineCheck.objects.get(line=order.lines.get(), kind=kind)


def said(check: LineCheck) -> list[str]:
    assert all("%(" not in reasons.words(one) for one in check.reasons)
    return [one["code"] for one in check.reasons]


def one(**line: Any) -> Order:
    return make.draft(lines=[make.line("A-1", **line)])


def test_a_product_that_fits() -> None:
    masters.item("A-1", model="M-100")
    found = check(one(), "product")
    assert (found.verdict, said(found)) == ("green", ["product_fits"])
    with translation.override("en"):
        assert reasons.words(found.reasons[0]) == "Model M-100, specification version 1."


def test_a_product_that_does_not_fit() -> None:
    masters.item("A-1", supply="make", carton_quantity=Decimal(12))
    masters.item("B-2")
    masters.customer()
    save_customer_items(rows=[CustomerItemRow("C-1", "XX", "B-2")], by=person("sun"))
    found = check(one(customer_code="XX"), "product")
    assert found.verdict == "red"
    assert said(found) == ["customer_code_differs", "not_whole_cartons", "no_bom"]
    assert said(check(one(customer_code="new", quantity=24), "product")) == [
        "customer_code_unknown",
        "no_bom",
    ]
    order = one()
    masters.item("A-1", specification_version="2", is_active=False)
    assert said(check(order, "product"))[:2] == ["item_not_active", "specification_newer"]


@pytest.mark.parametrize(
    ("price", "verdict", "code"),
    [
        ("2.50", "green", "as_listed"),
        ("2.46", "amber", "below_list"),
        ("2.40", "red", "below_list"),
        ("2.52", "green", "above_list"),
        ("3", "amber", "above_list"),
    ],
)
def test_a_price_against_the_list(price: str, verdict: str, code: str) -> None:
    masters.item("A-1")
    masters.price_list("GEN", is_general=True)
    masters.price("A-1", "2.5", price_list_code="GEN")
    masters.price("A-1", "2", price_list_code="GEN", from_quantity=1000)
    found = check(one(unit_price=price), "price")
    assert (found.verdict, said(found)) == (verdict, [code, "general_list", "next_break"])
    assert found.reasons[0]["params"]["list"] == "GEN"


def test_a_price_below_cost_and_in_another_currency() -> None:
    masters.rate("USD", "7")
    masters.rate("EUR", "8.4")
    masters.item("A-1", cost=Decimal(20))
    masters.price_list("EUR-1", "EUR", is_general=True)
    masters.price("A-1", "2", price_list_code="EUR-1")
    found = check(one(unit_price="2.4"), "price")
    assert found.verdict == "red"
    assert said(found) == ["below_cost", "as_listed", "general_list", "list_converted"]
    assert found.reasons[0]["params"] == {"margin": "-19", "rate": "7"}


def test_a_price_without_a_list() -> None:
    assert said(check(one(), "price")) == ["no_list_price"]
    assert said(check(one(unit_price=0), "price")) == ["no_list_price", "free_of_charge"]
    masters.item("A-1", cost=Decimal(1))
    assert "no_exchange_rate" in said(check(one(), "price"))


def test_stock_on_hand_reserved_and_coming() -> None:
    masters.item("A-1", lead_days=10)
    masters.stock("A-1", 80)
    other = make.confirmed(masters.customer("C-2"), [make.line("A-1", 50)])
    reserve_lines(order_id=other.pk, by=person("mei"))
    order = one()
    found = check(order, "stock")
    assert (found.verdict, said(found)) == ("amber", ["short_with_time"])
    assert found.reasons[0]["params"]["short"] == "70"
    masters.expected("A-1", 70, in_days=59)
    found = check(order, "stock")
    assert (found.verdict, said(found)) == ("green", ["coming"])
    params = found.reasons[0]["params"]
    assert [params[name] for name in ("needed", "on_hand", "reserved", "incoming")] == [
        "100",
        "80",
        "50",
        "70",
    ]
    late = make.draft(masters.customer("C-3"), [make.line("A-1", requested_on=make.in_days(2))])
    found = check(late, "stock")
    assert (found.verdict, said(found)) == ("red", ["short"])


def test_two_lines_do_not_count_the_same_stock() -> None:
    masters.item("A-1", lead_days=100)
    masters.stock("A-1", 100)
    order = make.draft(lines=[make.line("A-1"), make.line("A-1")])
    check_order(order_id=order.pk, by=person("mei"))
    verdicts = [checks_of(line)["stock"].verdict for line in lines_of(order.pk)]
    assert verdicts == ["green", "red"]
    assert [worst_of(line) for line in lines_of(order.pk)] == ["amber", "red"]


def test_past_dates_of_documents_are_amber() -> None:
    order = make.draft(lines=[make.line(requested_on=make.in_days(-3))], channel="mail")
    assert "requested_before_order" in said(check(order, "stock"))


def test_checking_again_replaces_and_needs_the_same_queries_for_any_number() -> None:
    order = one()
    check(order, "price")
    with CaptureQueriesContext(connection) as few:
        check_order(order_id=order.pk, by=person("mei"))
    assert LineCheck.objects.count() == 3
    many = make.draft(lines=[make.line(f"I-{number}") for number in range(20)])
    with CaptureQueriesContext(connection) as more:
        check_order(order_id=many.pk, by=person("mei"))
    assert len(more) <= len(few)
    assert journal.timeline(many)[0].data["green"] == 20
    assert invariants.check() == []


def test_an_empty_order_and_the_wrong_role_are_refused() -> None:
    order = make.draft(lines=[])
    with pytest.raises(DomainError, match="without lines"):
        check_order(order_id=order.pk, by=person("mei"))
    with pytest.raises(NotAllowed):
        check_order(order_id=order.pk, by=person("bo"))


def test_what_is_short_is_there_when_the_source_that_is_asked_first_delivers() -> None:
    """The same day as plans and promises say, not the item's own lead time."""
    with clock.at(clock.moment_on(dt.date(2026, 6, 10))):
        masters.calendar()
        masters.item("A-1", supply="buy", lead_days=5)
        masters.supplier("S-1")
        order = one(quantity=7, requested_on=dt.date(2026, 6, 24))
        found = check(order, "stock")
        assert (said(found), found.reasons[0]["params"]["possible"]) == (
            ["short_with_time"],
            "2026-06-17",
        )
        sourcing.source("S-1", "A-1", lead_days=15)
        found = check(order, "stock")
        assert (said(found), found.reasons[0]["params"]["possible"]) == (["short"], "2026-07-01")
        # Who may not be bought from says nothing about when it can be there.
        ended = dt.date(2026, 6, 9)
        sourcing.qualification("S-1", expires_on=ended, is_required=True)
        found = check(order, "stock")
        assert found.reasons[0]["params"]["possible"] == "2026-06-17"
