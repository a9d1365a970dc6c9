"""Objecting: with words, stopping the confirmation until it is settled."""

import pytest

from gendan.kernel import journal
from gendan.kernel.errors import DomainError, NotAllowed
from gendan.orders.entry import LineData
from gendan.orders.services import confirm_order, edit_order, object_to_review, pass_review
from gendan.orders.tests.test_pass_review import review, rules
from gendan.testing.cast import person
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def test_an_objection_stops_the_confirmation_and_says_why() -> None:
    rules(("price", "sales"))
    order = make.draft()
    mine = review(order)
    with pytest.raises(DomainError, match="Say what is not in order"):
        object_to_review(review_id=mine.pk, remark="  ", by=person("sun"))
    with pytest.raises(NotAllowed):
        object_to_review(review_id=mine.pk, remark="no", by=person("fang"))
    object_to_review(review_id=mine.pk, remark="price of last year", by=person("sun"))
    with pytest.raises(DomainError, match="Sun 孙莉 objects: price of last year") as caught:
        confirm_order(order_id=order.pk, by=person("mei"))
    assert caught.value.code == "review_objected_to"
    assert journal.timeline(order)[0].data["remark"] == "price of last year"
    with pytest.raises(DomainError, match="decided this review already"):
        object_to_review(review_id=mine.pk, remark="again", by=person("sun"))


def test_what_was_objected_to_is_mended_or_passed_after_all() -> None:
    rules(("price", "sales"))
    order = make.draft()
    object_to_review(review_id=review(order).pk, remark="too low", by=person("sun"))
    line = order.lines.get()
    mended = LineData(
        line_id=line.pk,
        item_id=line.item_id,
        quantity=line.quantity,
        unit_price="2.9",
        requested_on=line.requested_on,
    )
    edit_order(order_id=order.pk, lines=[mended], by=person("mei"))
    assert review(order).state == "open"
    object_to_review(review_id=review(order).pk, remark="still", by=person("sun"))
    pass_review(review_id=review(order).pk, remark="talked to them", by=person("sun"))
    confirm_order(order_id=order.pk, by=person("mei"))
