"""A question that needs no answer any more: its link takes none."""

import datetime as dt

import pytest

from gendan.followup.models import Template
from gendan.followup.services import answer_by_link, ask_question, withdraw_question
from gendan.followup.tests.test_remind_question import token_of
from gendan.kernel.errors import Invalid
from gendan.kernel.links import LinkRefused
from gendan.kernel.models import Mail
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


def test_its_link_opens_nothing(small: Template) -> None:
    question = ask_question(
        order_id=make.followed().order_id,
        text="Which blue?",
        due_on=dt.date(2026, 3, 6),
        email="anna@example.com",
        by=person("mei"),
    )
    with pytest.raises(Invalid, match="Say why"):
        withdraw_question(question_id=question.pk, reason=" ", by=person("mei"))
    found = withdraw_question(question_id=question.pk, reason="It is clear now", by=person("mei"))
    assert (found.state, found.close_reason) == ("withdrawn", "It is clear now")
    with pytest.raises(LinkRefused, match="withdrawn"):
        answer_by_link(token=token_of(Mail.objects.get()), text="Navy")
