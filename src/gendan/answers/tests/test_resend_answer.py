"""Sending the same answer again, or one that was only made for the first time."""

from typing import Any

import pytest

from gendan.answers.services import CannotBeMailed, resend_answer, withdraw_answer
from gendan.kernel import journal, sending
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed
from gendan.testing.cast import person
from gendan.testing.make import answers as make
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db


def test_the_very_same_files_go_again(mailbox: Any) -> None:
    answer = make.answer(make.ubl_confirmed())
    resend_answer(answer_id=answer.pk, email="bo@nordichome.example", by=person("mei"))
    sending.send_waiting()
    first, second = (
        [part.get_content() for part in mail.iter_attachments()] for mail in mailbox.received
    )
    assert first == second
    assert mailbox.received[1]["To"] == "bo@nordichome.example"
    assert journal.timeline(answer)[0].fact == "AnswerSentAgain"


def test_one_that_was_made_only_is_sent(mailbox: Any) -> None:
    answer = make.answer(orders.confirmed(masters.customer()), by_mail=False)
    with pytest.raises(CannotBeMailed, match="No e-mail address"):
        resend_answer(answer_id=answer.pk, by=person("mei"))
    sent = resend_answer(answer_id=answer.pk, email="bob@example.com", by=person("mei"))
    assert (sent.state, sent.to_email) == ("sent", "bob@example.com")


def test_it_refuses_what_cannot_be_sent(mailbox: Any) -> None:
    answer = make.answer(make.ubl_confirmed())
    with pytest.raises(Invalid, match="no e-mail address"):
        resend_answer(answer_id=answer.pk, email="x", by=person("mei"))
    with pytest.raises(NotAllowed):
        resend_answer(answer_id=answer.pk, by=person("gang"))
    withdraw_answer(answer_id=answer.pk, reason="x", by=person("mei"))
    with pytest.raises(IllegalStep):
        resend_answer(answer_id=answer.pk, by=person("mei"))
