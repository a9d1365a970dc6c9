"""Taking an answer back: who got it by mail is told so; what was made only just ends."""

from typing import Any

import pytest

from gendan.answers.services import withdraw_answer
from gendan.kernel import journal, sending
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed, NotThere
from gendan.kernel.models import Mail
from gendan.orders.models import Order
from gendan.testing.cast import person
from gendan.testing.make import answers as make
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db


def test_the_customer_reads_that_it_no_longer_holds(mailbox: Any) -> None:
    order = make.ubl_confirmed()
    answer = make.answer(order)
    withdraw_answer(answer_id=answer.pk, reason="wrong prices", by=person("mei"))
    sending.send_waiting()
    _first, second = mailbox.received
    assert f"we take back our answer {answer.number}" in second.get_body().get_content()
    assert "wrong prices" in second.get_body().get_content()
    answer.refresh_from_db()
    assert (answer.state, answer.end_reason) == ("withdrawn", "wrong prices")
    assert journal.timeline(order)[0].fact == "AnswerWithdrawn"
    # The same may be said again.
    assert make.answer(Order.objects.get(pk=order.pk)).state == "sent"


def test_what_was_not_mailed_ends_without_a_mail() -> None:
    answer = make.answer(orders.confirmed(masters.customer()), by_mail=False)
    withdraw_answer(answer_id=answer.pk, reason="wrong", by=person("mei"))
    assert Mail.objects.count() == 0


def test_it_asks_for_a_reason_and_happens_once() -> None:
    answer = make.answer(orders.confirmed(masters.customer()), by_mail=False)
    with pytest.raises(Invalid, match="Say why"):
        withdraw_answer(answer_id=answer.pk, reason=" \x00 ", by=person("mei"))
    with pytest.raises(NotAllowed):
        withdraw_answer(answer_id=answer.pk, reason="x", by=person("lin"))
    withdraw_answer(answer_id=answer.pk, reason="x", by=person("mei"))
    with pytest.raises(IllegalStep):
        withdraw_answer(answer_id=answer.pk, reason="x", by=person("mei"))
    with pytest.raises(NotThere):
        withdraw_answer(answer_id=answer.pk + 999, reason="x", by=person("mei"))
