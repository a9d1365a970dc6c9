"""Passing a review: who may, what opens it again, and that confirming waits for it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.kernel import journal, reactions
from gendan.kernel.errors import DomainError, IllegalStep, NotAllowed, NotThere, StaleRevision
from gendan.orders import invariants
from gendan.orders.entry import InstalmentData, LineData, OrderChanges
from gendan.orders.models import Order, OrderReview
from gendan.orders.queries import reviews_waiting
from gendan.orders.services import (
    ReviewRuleRow,
    cancel_order,
    confirm_order,
    edit_order,
    install_review_rules,
    pass_review,
    save_review_rules,
)
from gendan.orders.services.readiness import readiness_of
from gendan.planning.services import promise_order
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db

KINDS = ("specification", "price", "stock", "date", "packing", "payment")


def rules(*pairs: tuple[str, str], **more: Any) -> None:
    rows = [ReviewRuleRow(f"{kind}-{role}", kind, role, **more) for kind, role in pairs]
    save_review_rules(rows=rows, by=None)


def review(order: Order, kind: str = "price") -> OrderReview:
    return OrderReview.objects.get(order=order, kind=kind)


def test_confirming_waits_for_the_reviews_that_rules_require() -> None:
    rules(("price", "sales"), ("payment", "finance"))
    order = make.draft()
    with pytest.raises(
        DomainError, match=r"Not reviewed yet: payment \(finance\), price"
    ) as caught:
        confirm_order(order_id=order.pk, by=person("mei"))
    assert caught.value.code == "reviews_missing"
    assert {one["kind"] for one in caught.value.params["reviews"]} == {"price", "payment"}
    assert list(reviews_waiting(person("sun"))) == [review(order)]
    passed = pass_review(review_id=review(order).pk, remark="as agreed", by=person("sun"))
    assert (passed.state, passed.by, passed.remark) == ("passed", person("sun"), "as agreed")
    assert not reviews_waiting(person("sun")).exists()
    with pytest.raises(DomainError, match=r"Not reviewed yet: payment \(finance\)\.") as caught:
        confirm_order(order_id=order.pk, by=person("mei"))
    assert caught.value.link == f"/orders/reviews/{review(order, 'payment').pk}/"
    pass_review(review_id=review(order, "payment").pk, by=person("fang"))
    assert confirm_order(order_id=order.pk, by=person("mei")).state == "confirmed"
    facts = [entry.fact for entry in journal.timeline(order)]
    assert facts[:4] == ["OrderConfirmed", "ReviewPassed", "ReviewPassed", "ReviewsAsked"]
    assert invariants.check() == []


def test_it_refuses_the_wrong_role_twice_a_stale_look_and_what_is_no_draft() -> None:
    rules(("price", "sales"))
    order = make.draft()
    mine = review(order)
    with pytest.raises(NotAllowed, match="done by: sales"):
        pass_review(review_id=mine.pk, by=person("mei"))
    with pytest.raises(NotAllowed):
        pass_review(review_id=mine.pk, by=person("su"))
    with pytest.raises(NotThere):
        pass_review(review_id=0, by=person("sun"))
    with pytest.raises(StaleRevision, match="has changed since you looked"):
        pass_review(review_id=mine.pk, seen="0" * 32, by=person("sun"))
    with pytest.raises(DomainError, match="room for 500"):
        pass_review(review_id=mine.pk, remark="x" * 501, by=person("sun"))
    pass_review(review_id=mine.pk, seen=mine.digest, by=person("sun"))
    with pytest.raises(IllegalStep, match="Sun 孙莉 has decided this review already: passed"):
        pass_review(review_id=mine.pk, by=person("sun"))
    confirm_order(order_id=order.pk, by=person("mei"))
    with pytest.raises(IllegalStep, match="reviews are for drafts"):
        pass_review(review_id=mine.pk, by=person("sun"))


def line_of(order: Order, **changes: Any) -> LineData:
    line = order.lines.get()
    kept: dict[str, Any] = {
        "line_id": line.pk,
        "item_id": line.item_id,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "requested_on": line.requested_on,
    }
    return LineData(**kept | changes)


EDITS: dict[str, tuple[Any, set[str]]] = {
    "description": (lambda o: {"lines": [line_of(o, description="red")]}, {"specification"}),
    "price": (lambda o: {"lines": [line_of(o, unit_price="2.6")]}, {"price", "payment"}),
    "discount": (lambda o: {"lines": [line_of(o, discount_percent=1)]}, {"price", "payment"}),
    "quantity": (lambda o: {"lines": [line_of(o, quantity=90)]}, {"price", "stock", "payment"}),
    "date": (lambda o: {"lines": [line_of(o, requested_on=make.in_days(70))]}, {"date"}),
    "carton rule": (lambda o: {"lines": [line_of(o, carton_rule="12 a box")]}, {"packing"}),
    "marks": (lambda o: {"changes": OrderChanges(shipping_marks="NORD 1-UP")}, {"packing"}),
    "currency": (lambda o: {"changes": OrderChanges(currency="EUR")}, {"price", "payment"}),
    "plan": (
        lambda o: {
            "changes": OrderChanges(instalments=[InstalmentData(event="sight", percent=100)])
        },
        {"payment"},
    ),
    "remark": (lambda o: {"changes": OrderChanges(remark="call first")}, set()),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_opens_the_reviews_of_what_it_touches_and_no_other(edit: str) -> None:
    change, expected = EDITS[edit]
    rules(*((kind, "sales") for kind in KINDS))
    order = make.draft()
    for one in OrderReview.objects.filter(order=order):
        pass_review(review_id=one.pk, by=person("sun"))
    edit_order(order_id=order.pk, **change(order), by=person("mei"))
    states = dict(OrderReview.objects.filter(order=order).values_list("kind", "state"))
    assert {kind for kind, state in states.items() if state == "open"} == expected
    told = [entry for entry in journal.timeline(order) if entry.fact == "ReviewsReopened"]
    assert {one["kind"] for entry in told for one in entry.data["reviews"]} == expected
    assert {one.kind for one in readiness_of(order).reviews if one.state == "open"} == expected


def test_a_promise_opens_the_review_of_the_date() -> None:
    rules(("date", "planner"), ("price", "sales"))
    order = make.draft()
    pass_review(review_id=review(order, "date").pk, by=person("ping"))
    pass_review(review_id=review(order).pk, by=person("sun"))
    promise_order(order_id=order.pk, by=person("ping"))
    assert review(order, "date").state == "open"
    assert review(order).state == "passed"


def test_the_first_order_of_a_customer_is_no_longer_the_first_once_another_is_confirmed() -> None:
    rules(("price", "sales"), condition="first_order")
    one, two = make.draft(), make.draft()
    assert reviews_waiting(person("sun")).count() == 2
    pass_review(review_id=review(one).pk, by=person("sun"))
    confirm_order(order_id=one.pk, by=person("mei"))
    reactions.run_due()
    assert not reviews_waiting(person("sun")).exists()
    with pytest.raises(IllegalStep, match="No rule asks"):
        pass_review(review_id=review(two).pk, by=person("sun"))
    cancel_order(order_id=one.pk, reason="withdrawn", by=person("mei"))
    reactions.run_due()
    assert [row.order_id for row in reviews_waiting(person("sun"))] == [two.pk]


def test_the_rules_of_a_new_company_look_at_first_and_large_orders() -> None:
    with pytest.raises(NotAllowed):
        install_review_rules(by=person("sun"))
    assert len(install_review_rules(by=person("zhao"))) == 3
    with pytest.raises(IllegalStep, match="rules already"):
        install_review_rules(by=person("zhao"))
    masters.rate("USD", "7")
    order = make.draft(lines=[make.line(quantity=100_000)])
    asked = OrderReview.objects.filter(order=order).values_list("kind", "role")
    assert set(asked) == {("price", "sales"), ("payment", "finance"), ("price", "manager")}


def test_reviews_cost_one_query_at_drafting_and_one_at_confirming() -> None:
    masters.customer(credit_limit=10_000_000)
    masters.rate("USD", "7")
    rules(("price", "sales"))
    mei, sun = person("mei"), person("sun")
    make.draft(by=mei)
    with CaptureQueriesContext(connection) as drafting:
        order = make.draft(masters.partner("C-1"), lines=[make.line()], by=mei)
    pass_review(review_id=review(order).pk, by=sun)
    with CaptureQueriesContext(connection) as confirming:
        confirm_order(order_id=order.pk, by=mei)
    assert len(drafting) + len(confirming) <= 40
    assert len(confirming) <= 12
