"""An answer that the order has overtaken is marked, and told of, once."""

import pytest

from gendan.answers import invariants
from gendan.answers.services import check_answers
from gendan.kernel import journal, reactions
from gendan.orders.entry import LineChange
from gendan.orders.models import Order
from gendan.orders.services import amend_order, cancel_order
from gendan.testing.cast import person
from gendan.testing.make import answers as make

pytestmark = pytest.mark.django_db


def later(order: Order, day: str) -> None:
    line = order.lines.get(item__code="HW-1003")
    change = LineChange(line_id=line.pk, promised_on=make.day(day))
    amend_order(order_id=order.pk, change_lines=[change], reason="later", by=person("mei"))
    reactions.run_due()


def told(order: Order) -> int:
    return journal.timeline(order).filter(fact="AnswerOutdated").count()


def test_another_date_makes_it_outdated_and_back_again_not() -> None:
    order = make.ubl_confirmed()
    answer = make.answer(order, by_mail=False)
    later(order, "2027-05-10")
    answer.refresh_from_db()
    assert answer.outdated_at is not None
    entry = journal.timeline(order).get(fact="AnswerOutdated")
    assert entry.data["lines"] == ["30"]
    assert check_answers(order_id=order.pk) == 0
    assert told(order) == 1
    later(order, "2027-04-01")
    answer.refresh_from_db()
    assert answer.outdated_at is None


def test_a_newer_answer_is_not_outdated() -> None:
    order = make.ubl_confirmed()
    make.answer(order, by_mail=False)
    later(order, "2027-05-10")
    newer = make.answer(Order.objects.get(pk=order.pk), by_mail=False)
    assert newer.outdated_at is None
    assert check_answers(order_id=order.pk) == 0


def test_a_cancelled_order_overtakes_it() -> None:
    order = make.ubl_confirmed()
    answer = make.answer(order, by_mail=False)
    cancel_order(order_id=order.pk, reason="bankrupt", by=person("mei"))
    reactions.run_due()
    answer.refresh_from_db()
    assert answer.outdated_at is not None
    assert invariants.check() == []


def test_orders_without_an_answer_are_left_alone() -> None:
    order = make.ubl_confirmed()
    later(order, "2027-05-10")
    assert told(order) == 0


def test_the_merchandiser_is_told_until_a_new_answer_is_given() -> None:
    from gendan.notices.models import Notice

    order = make.ubl_confirmed()
    Order.objects.filter(pk=order.pk).update(merchandiser=person("jun"))
    make.answer(order, by_mail=False)
    later(order, "2027-05-10")
    notice = Notice.objects.get(user=person("jun"), entry__fact="AnswerOutdated")
    assert notice.acted_at is None
    make.answer(Order.objects.get(pk=order.pk), by_mail=False)
    reactions.run_due()
    notice.refresh_from_db()
    assert notice.acted_at is not None
