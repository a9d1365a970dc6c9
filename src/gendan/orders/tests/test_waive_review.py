"""Waiving a review: by a manager, with a reason that is kept."""

import pytest

from gendan.kernel import journal
from gendan.kernel.errors import DomainError, NotAllowed
from gendan.orders.queries import overrides_of
from gendan.orders.services import confirm_order, object_to_review, waive_review
from gendan.orders.tests.test_pass_review import review, rules
from gendan.testing.cast import person
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def test_a_manager_waives_with_a_reason_and_the_order_goes_on() -> None:
    rules(("price", "sales"))
    order = make.draft()
    object_to_review(review_id=review(order).pk, remark="too low", by=person("sun"))
    for nobody in ("mei", "sun", "fang"):
        with pytest.raises(NotAllowed):
            waive_review(review_id=review(order).pk, reason="hurry", by=person(nobody))
    with pytest.raises(DomainError, match="Say why"):
        waive_review(review_id=review(order).pk, reason="", by=person("zhao"))
    waive_review(review_id=review(order).pk, reason="sample price", by=person("zhao"))
    confirm_order(order_id=order.pk, by=person("mei"))
    kept = overrides_of(order.pk).get()
    assert (kept.kind, kept.reason, kept.details["objection"]) == (
        "review",
        "sample price",
        "too low",
    )
    assert "ReviewWaived" in [entry.fact for entry in journal.timeline(order)]
    with pytest.raises(DomainError, match="reviews are for drafts"):
        waive_review(review_id=review(order).pk, reason="again", by=person("zhao"))
