"""An answer by phone or mail: whose move it is starts again, and it is read in the timeline."""

import datetime as dt

import pytest

from gendan.followup.models import Template
from gendan.followup.services import answer_question, ask_question
from gendan.followup.services.asking import AlreadyAnswered
from gendan.kernel import files, journal
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed, NotThere
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


def asked_by_phone() -> int:
    return ask_question(
        order_id=make.followed().order_id,
        text="Which blue?",
        due_on=dt.date(2026, 3, 6),
        is_mailed=False,
        by=person("mei"),
    ).pk


def test_the_answer_is_kept_with_its_files(small: Template) -> None:
    question = answer_question(
        question_id=asked_by_phone(),
        text="Navy",
        way="mail",
        name="Anna",
        given=[("../../lab dip.png", b"\x89PNG\r\n\x1a\nx")],
        by=person("mei"),
    )
    assert (question.state, question.answer, question.answered_name) == ("answered", "Navy", "Anna")
    assert [one.name for one in files.attachments_of(question)] == ["lab dip.png"]
    told = journal.timeline(question.order)[0]
    assert (told.fact, told.data["files"], told.data["way"]) == ("QuestionAnswered", 1, "mail")


def test_it_is_answered_once(small: Template) -> None:
    pk = asked_by_phone()
    answer_question(question_id=pk, text="Navy", by=person("mei"))
    with pytest.raises(AlreadyAnswered):
        answer_question(question_id=pk, text="No, black", by=person("mei"))


@pytest.mark.parametrize(
    "given",
    [
        {"text": ""},
        {"text": "x" * 4001},
        {"text": "Navy", "way": "pigeon"},
        {"text": "Navy", "way": "link"},
        {"text": "Navy", "name": "x" * 81},
        {"text": "Navy", "given": [("a", b"x")] * 6},
        {"text": "Navy", "given": [("a", b"")]},
    ],
)
def test_it_refuses_what_is_no_answer(small: Template, given: dict[str, object]) -> None:
    pk = asked_by_phone()
    with pytest.raises(Invalid):
        answer_question(question_id=pk, **given, by=person("mei"))  # type: ignore[arg-type]
    answer_question(question_id=pk, text="Navy", by=person("mei"))


def test_not_everybody_answers(small: Template) -> None:
    with pytest.raises(NotAllowed):
        answer_question(question_id=asked_by_phone(), text="Navy", by=person("wen"))
    with pytest.raises(NotThere):
        answer_question(question_id=10**9, text="Navy", by=person("mei"))
    assert issubclass(AlreadyAnswered, IllegalStep)
