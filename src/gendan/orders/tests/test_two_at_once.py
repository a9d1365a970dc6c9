"""Two people at one order at the same moment: one wins, the other is told in words."""

from typing import Any

import pytest

from gendan.kernel.errors import DomainError
from gendan.orders import invariants
from gendan.orders.entry import OrderChanges
from gendan.orders.models import Order, OrderReview
from gendan.orders.services import (
    ReviewRuleRow,
    amend_order,
    confirm_order,
    edit_order,
    object_to_review,
    pass_review,
    save_review_rules,
)
from gendan.testing.at_once import at_once
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def roles() -> None:
    """The roles are there again after the test before has emptied all tables."""
    from django.core.management.sql import emit_post_migrate_signal

    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    return


def refusals(results: list[Any]) -> list[str]:
    return [one.code for one in results if isinstance(one, DomainError)]


def test_confirming_twice_at_once_confirms_once() -> None:
    order = make.draft()
    mei, jun = person("mei"), person("jun")
    results = at_once(
        lambda: confirm_order(order_id=order.pk, by=mei),
        lambda: confirm_order(order_id=order.pk, by=jun),
    )
    assert refusals(results) in (["illegal_step"], ["busy"])
    order.refresh_from_db()
    assert (order.state, order.versions.count(), order.promises.count()) == ("confirmed", 1, 1)
    assert invariants.check() == []


def test_two_edits_of_the_same_revision_save_one() -> None:
    order = make.draft()
    mei, jun = person("mei"), person("jun")
    results = at_once(
        lambda: edit_order(order_id=order.pk, changes=OrderChanges(remark="m"), revision=1, by=mei),
        lambda: edit_order(order_id=order.pk, changes=OrderChanges(remark="j"), revision=1, by=jun),
    )
    assert refusals(results) == ["stale_revision"]
    order.refresh_from_db()
    assert order.revision == 2


def test_two_amendments_make_two_versions_or_refuse_the_stale_one() -> None:
    order = make.confirmed()
    mei, jun = person("mei"), person("jun")
    at_once(
        lambda: amend_order(order_id=order.pk, changes=OrderChanges(remark="m"), by=mei),
        lambda: amend_order(order_id=order.pk, changes=OrderChanges(packing="j"), by=jun),
    )
    order.refresh_from_db()
    assert (order.version, order.remark, order.packing) == (3, "m", "j")
    assert invariants.check() == []


def test_the_same_customer_number_written_down_twice_at_once_is_taken_once() -> None:
    customer, item = masters.customer(), masters.item("A-1")
    make.draft(customer, [item])  # the year's sequence is there
    mei, jun = person("mei"), person("jun")
    results = at_once(
        lambda: make.draft(customer, [item], customer_order_number="PO-1", by=mei),
        lambda: make.draft(customer, [item], customer_order_number="PO-1", by=jun),
    )
    assert refusals(results) == ["same_customer_number"]
    assert Order.objects.filter(customer_order_number="PO-1").count() == 1


def test_two_reviewers_at_once_one_decides_and_the_other_is_told() -> None:
    rule = ReviewRuleRow("P", "price", "merchandiser")
    save_review_rules(rows=[rule], by=None)
    order = make.draft()
    review = OrderReview.objects.get(order=order)
    mei, jun = person("mei"), person("jun")
    results = at_once(
        lambda: pass_review(review_id=review.pk, by=mei),
        lambda: pass_review(review_id=review.pk, by=jun),
    )
    assert refusals(results) in (["review_decided"], ["busy"])
    review.refresh_from_db()
    assert (review.state, review.by in (mei, jun)) == ("passed", True)


def test_passing_and_objecting_at_once_leave_the_objection_or_say_who_was_first() -> None:
    save_review_rules(rows=[ReviewRuleRow("P", "price", "merchandiser")], by=None)
    order = make.draft()
    review = OrderReview.objects.get(order=order)
    mei, jun = person("mei"), person("jun")
    at_once(
        lambda: pass_review(review_id=review.pk, by=mei),
        lambda: object_to_review(review_id=review.pk, remark="wait", by=jun),
    )
    review.refresh_from_db()
    assert (review.state, review.by) in (("passed", mei), ("objected", jun))
    assert invariants.check() == []


def test_two_orders_of_one_customer_do_not_both_slip_under_the_limit() -> None:
    masters.rate("USD", "7")
    customer, item = masters.customer(credit_limit=2000), masters.item("A-1")  # one is 1,750
    one, two = make.draft(customer, [item]), make.draft(customer, [item])
    mei, jun = person("mei"), person("jun")
    results = at_once(
        lambda: confirm_order(order_id=one.pk, by=mei),
        lambda: confirm_order(order_id=two.pk, by=jun),
    )
    assert refusals(results) in (["credit_exceeded"], ["busy"])
    assert Order.objects.filter(state="confirmed").count() == 1
