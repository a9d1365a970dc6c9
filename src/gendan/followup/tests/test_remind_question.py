"""Reminding: a new link, once a day, and never a customer who waits for us."""

import datetime as dt
import re
from collections.abc import Callable

import pytest

from gendan.followup.models import Template
from gendan.followup.queries import due_questions
from gendan.followup.services import answer_by_link, ask_question, remind_question
from gendan.followup.services.asking import AskedToday
from gendan.followup.services.refusals import TheyWaitForUs
from gendan.followup.tests.test_chase_milestone import BOTH_WAYS
from gendan.kernel import journal
from gendan.kernel.errors import IllegalStep, Invalid
from gendan.kernel.models import Mail
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


def asked(**given: object) -> int:
    values: dict[str, object] = {
        "text": "Which blue?",
        "due_on": dt.date(2026, 3, 6),
        "email": "anna@example.com",
    }
    journey = make.followed()
    return ask_question(order_id=journey.order_id, **values | given, by=person("mei")).pk  # type: ignore[arg-type]


def token_of(mail: Mail) -> str:
    found = re.search(r"/l/(\S+)/", mail.text)
    assert found
    return found[1]


def test_it_asks_again_and_both_links_lead_to_the_question(
    small: Template, turn_to: Callable[..., None]
) -> None:
    pk = asked()
    turn_to(dt.date(2026, 3, 9))
    [row] = due_questions(person("mei"))
    assert row.is_overdue
    assert "2026-03-02" in row.reminder
    question = remind_question(question_id=pk, by=person("mei"))
    assert question.reminders == 1
    first, second = Mail.objects.order_by("pk")
    assert "have not received your answer" in second.text
    assert "have not received" in journal.timeline(question)[0].data["message"]
    with pytest.raises(AskedToday):
        remind_question(question_id=pk, by=person("mei"))
    assert [one.reminder for one in due_questions(person("mei"))] == [""]
    assert answer_by_link(token=token_of(first), text="Navy").answer == "Navy"
    with pytest.raises(IllegalStep, match="answered already"):
        answer_by_link(token=token_of(second), text="Black")
    assert due_questions(person("mei")) == []
    with pytest.raises(IllegalStep):
        remind_question(question_id=pk, by=person("mei"))


def test_our_own_words_take_the_place_of_the_ready_ones(small: Template) -> None:
    remind_question(question_id=asked(), message="Hello Anna, a word please.", by=person("mei"))
    text = Mail.objects.latest("pk").text
    assert "a word please" in text
    assert "Which blue?" in text


def test_who_was_asked_by_phone_is_not_mailed(small: Template) -> None:
    with pytest.raises(Invalid, match="not sent by e-mail"):
        remind_question(question_id=asked(is_mailed=False), by=person("mei"))


def test_nobody_is_reminded_who_waits_for_us(monday: dt.date, turn_to: Callable[..., None]) -> None:
    make.template(BOTH_WAYS)
    pk = asked()
    turn_to(dt.date(2026, 3, 10))  # our sample was due on the 5th
    with pytest.raises(TheyWaitForUs, match="Sample sent"):
        remind_question(question_id=pk, by=person("mei"))
    [row] = due_questions(person("mei"))
    assert (row.is_waiting_for_us, row.reminder) == (True, "")
