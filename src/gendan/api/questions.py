"""API operations of questions to customers."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Id, asker, plain
from gendan.followup import queries, services
from gendan.followup.models import Question
from gendan.followup.services.asking import LONGEST_TEXT, MOST_FILES
from gendan.kernel.errors import NotThere
from gendan.orders.queries import seen_order

router = Router(tags=["followup"])


class QuestionOut(Schema):
    """A question to a customer and what became of it."""

    id: int
    order_id: int
    position: int
    line_id: int | None
    milestone_id: int | None
    state: str
    text: str
    language: str
    to_name: str
    to_email: str
    due_on: dt.date
    owner_id: int | None
    asked_at: dt.datetime
    asked_by_id: int | None
    reminded_at: dt.datetime | None
    reminders: int
    answer: str
    answer_way: str
    answered_name: str
    closed_at: dt.datetime | None
    close_reason: str


class EffectOut(Schema):
    """What a late answer does: after `needed_on` each working day moves `target_on`."""

    milestone_id: int
    needed_on: dt.date
    target_on: dt.date
    answered_on: dt.date
    late_days: int

    @staticmethod
    def resolve_milestone_id(effect: Any) -> int:
        """The milestone the answer keeps waiting."""
        pk: int = effect.milestone.pk
        return pk


class QuestionWithEffectOut(Schema):
    """A question with its effect on the delivery date, where it keeps a milestone waiting."""

    question: QuestionOut
    effect: EffectOut | None
    is_overdue: bool
    reminder: str
    is_waiting_for_us: bool


class QuestionIn(Schema):
    """A new question; what is left empty of the recipient is the order's own contact."""

    text: str = Field(max_length=LONGEST_TEXT)
    due_on: dt.date
    line_id: Id | None = None
    milestone_id: Id | None = None
    owner_id: Id | None = None
    is_mailed: bool = True
    email: str = Field("", max_length=254)
    name: str = Field("", max_length=80)
    language: str = Field("", max_length=10)


class AnswerIn(Schema):
    """What the customer said, and how: mail, phone, chat or meeting."""

    text: str = Field("", max_length=LONGEST_TEXT)
    way: str = Field("phone", max_length=10)
    name: str = Field("", max_length=80)


class RemindIn(Schema):
    """The first sentence of the reminder; empty for the ready one."""

    message: str = Field("", max_length=LONGEST_TEXT)


class WithdrawIn(Schema):
    """Why the answer is no longer needed."""

    reason: str = Field(max_length=500)


def _seen(request: HttpRequest, question_id: int) -> int:
    """The question's id, if this user sees its order."""
    if not queries.questions_for(asker(request)).filter(pk=question_id).exists():
        raise NotThere(_("There is no such question."))
    return question_id


@router.get("/questions", response=Page[QuestionOut], operation_id="list_questions")
def list_questions(
    request: HttpRequest, paging: Query[Paging], state: str = "", order_id: int | None = None
) -> Any:
    """Questions to customers, the newest first."""
    found = queries.questions_for(asker(request))
    if state:
        found = found.filter(state=plain(state, 10))
    if order_id is not None:
        found = found.filter(order=order_id)
    return page_of(found, paging)


@router.get(
    "/questions/{int:question_id}", response=QuestionWithEffectOut, operation_id="get_question"
)
def get_question(request: HttpRequest, question_id: int) -> Any:
    """One question, and what a late answer does to the delivery date."""
    found = queries.questions_for(asker(request)).filter(pk=_seen(request, question_id))
    return queries.rows_of(list(found))[0]


@router.post(
    "/orders/{int:order_id}/questions", response={201: QuestionOut}, operation_id="ask_question"
)
def ask_question(request: HttpRequest, order_id: int, given: QuestionIn) -> Any:
    """Ask the customer of an order something."""
    order_id = seen_order(order_id, asker(request))
    return Status(201, services.ask_question(order_id=order_id, **given.dict(), by=asker(request)))


@router.post(
    "/questions/{int:question_id}/answer", response=QuestionOut, operation_id="answer_question"
)
def answer_question(request: HttpRequest, question_id: int, given: AnswerIn) -> Question:
    """Record the customer's answer."""
    return services.answer_question(
        question_id=_seen(request, question_id), **given.dict(), by=asker(request)
    )


@router.post(
    "/questions/{int:question_id}/answer-with-files",
    response=QuestionOut,
    operation_id="answer_question_with_files",
)
def answer_question_with_files(
    request: HttpRequest, question_id: int, given: Form[AnswerIn], files: File[list[UploadedFile]]
) -> Question:
    """Record the customer's answer with files (multipart)."""
    kept: Any = [(one.name or "file", one.file) for one in files[: MOST_FILES + 1]]
    return services.answer_question(
        question_id=_seen(request, question_id), **given.dict(), given=kept, by=asker(request)
    )


@router.post(
    "/questions/{int:question_id}/remind", response=QuestionOut, operation_id="remind_question"
)
def remind_question(request: HttpRequest, question_id: int, given: RemindIn) -> Question:
    """Remind the customer by mail."""
    return services.remind_question(
        question_id=_seen(request, question_id), message=given.message, by=asker(request)
    )


@router.post(
    "/questions/{int:question_id}/withdraw", response=QuestionOut, operation_id="withdraw_question"
)
def withdraw_question(request: HttpRequest, question_id: int, given: WithdrawIn) -> Question:
    """The answer is no longer needed."""
    return services.withdraw_question(
        question_id=_seen(request, question_id), reason=given.reason, by=asker(request)
    )
