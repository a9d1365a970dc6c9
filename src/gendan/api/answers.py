"""API operations of answers: what would be said to a customer, saying it, its files."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from gendan.answers import prepare, queries, services, written
from gendan.answers.models import Answer
from gendan.answers.services.answering import LONGEST_MESSAGE, LONGEST_NOTE, Given
from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import asker, plain
from gendan.intake import queries as intake
from gendan.kernel.errors import NotThere
from gendan.kernel.files import open_file
from gendan.orders.models import Order

router = Router(tags=["answers"])
FormatName = Literal["", "ubl", "edifact", "x12"]


class AnswerLineOut(Schema):
    """What is said to one line, in the customer's unit; `differences` says what is not as asked.

    Codes: "item", "quantity", "price", "date", "added" (not in the customer's document).
    """

    position: int
    line_no: str
    verdict: str
    description: str
    buyer_code: str
    seller_code: str
    gtin: str
    unit: str
    quantity: Decimal
    unit_price: Decimal | None
    price_base_quantity: Decimal
    promised_on: dt.date | None
    asked_quantity: Decimal | None
    asked_price: Decimal | None
    asked_on: dt.date | None
    differences: list[str]
    deliveries: list[tuple[Decimal, dt.date]]
    note: str


class PreparedOut(Schema):
    """What would be answered now; `format` is the one the order came in, empty for others."""

    verdict: str
    format: str
    order_number: str
    our_number: str
    currency: str
    draft_id: int | None
    to_name: str
    to_email: str
    language: str
    lines: list[AnswerLineOut]

    @staticmethod
    def resolve_draft_id(now: Any) -> int | None:
        """The document that is answered."""
        return now.draft.pk if now.draft else None

    @staticmethod
    def resolve_to_name(now: Any) -> str:
        """Who sent the order, else the customer's contact."""
        return str(now.recipient.name)

    @staticmethod
    def resolve_to_email(now: Any) -> str:
        """Their address; empty when none is known."""
        return str(now.recipient.email)

    @staticmethod
    def resolve_language(now: Any) -> str:
        """In which language is written to them."""
        return str(now.recipient.language)


class AnswerOut(Schema):
    """An answer as it was given; its files are at `/answers/{id}/file`."""

    id: int
    number: str
    state: str
    verdict: str
    order_id: int | None
    draft_id: int | None
    order_version: int
    order_number: str
    our_number: str
    currency: str
    format: str
    language: str
    message: str
    to_name: str
    to_email: str
    previous_id: int | None
    answered_at: dt.datetime
    outdated_at: dt.datetime | None
    ended_at: dt.datetime | None
    end_reason: str


class AnswerWholeOut(AnswerOut):
    """An answer with what it says to every line."""

    lines: list[AnswerLineOut]


class GivenIn(Schema):
    """What is said beside what the order says; null and empty take what fits.

    `format`: null is the one the order came in, "" none. `by_mail`: null mails where that is
    possible, false makes the files only. `notes`: a reason or note by the line's position.
    """

    message: Annotated[str, Field(max_length=LONGEST_MESSAGE)] = ""
    notes: dict[int, Annotated[str, Field(max_length=LONGEST_NOTE)]] = {}
    format: FormatName | None = None
    email: Annotated[str, Field(max_length=254)] = ""
    name: Annotated[str, Field(max_length=80)] = ""
    language: Annotated[str, Field(max_length=10)] = ""
    by_mail: bool | None = None


class AnswerOrderIn(GivenIn):
    """To an order: which of its documents (null: the newest), and the revision that was seen."""

    document_id: int | None = None
    revision: int | None = None


class ResendIn(Schema):
    """To whom it goes again; empty: to the same person."""

    email: Annotated[str, Field(max_length=254)] = ""
    name: Annotated[str, Field(max_length=80)] = ""


class WithdrawIn(Schema):
    """Why an answer is taken back; who got it reads it."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


def _order(request: HttpRequest, order_id: int) -> Order:
    user = asker(request)
    visible = Order.objects.visible_to(user).select_related("customer", "contact")
    found = visible.filter(pk=order_id).first()
    if found is None:
        raise NotThere(_("There is no such order."))
    return found


def _answer(request: HttpRequest, answer_id: int) -> Answer:
    found = (
        queries.visible_answers(asker(request))
        .select_related("previous", "pdf", "file")
        .filter(pk=answer_id)
        .first()
    )
    if found is None:
        raise NotThere(_("There is no such answer."))
    return found


def _given(given: GivenIn) -> Given:
    return Given(
        message=given.message,
        notes=given.notes,
        format=given.format,
        email=given.email,
        name=given.name,
        language=given.language,
        by_mail=given.by_mail,
    )


@router.get("/answers", response=Page[AnswerOut], operation_id="list_answers")
def list_answers(
    request: HttpRequest,
    paging: Query[Paging],
    q: str = "",
    state: str = "",
    order_id: int | None = None,
) -> Any:
    """Order responses, the newest first."""
    found = queries.visible_answers(asker(request))
    if q:
        found = queries.containing_answers(found, plain(q, 80))
    if state:
        found = found.filter(state=plain(state, 10))
    if order_id is not None:
        found = found.filter(order=order_id)
    return page_of(found, paging)


@router.get("/answers/{int:answer_id}", response=AnswerWholeOut, operation_id="get_answer")
def get_answer(request: HttpRequest, answer_id: int) -> Any:
    """One answer with its lines."""
    return _answer(request, answer_id)


@router.get("/answers/{int:answer_id}/file", operation_id="get_answer_file")
def get_answer_file(
    request: HttpRequest,
    answer_id: int,
    format: Literal["pdf", "ubl", "edifact", "x12"] = "pdf",  # noqa: A002 - the query's name
) -> Any:
    """The PDF as it was sent, or the answer in the format of a customer's system."""
    answer = _answer(request, answer_id)
    if format == "pdf":
        return FileResponse(
            open_file(answer.pdf),
            as_attachment=True,
            filename=answer.pdf_name,
            content_type="application/pdf",
        )
    made = written.as_file(answer, format)
    file = HttpResponse(made.data, content_type=made.media_type)
    file.headers["Content-Disposition"] = f'attachment; filename="{answer.file_name(format)}"'
    return file


@router.get("/orders/{int:order_id}/answer", response=PreparedOut, operation_id="preview_answer")
def preview_answer(request: HttpRequest, order_id: int, document_id: int | None = None) -> Any:
    """What would be said to the customer now, line by line; nothing is written."""
    order = _order(request, order_id)
    draft = None
    if document_id is not None:
        draft = next((one for one in prepare.documents_of(order) if one.pk == document_id), None)
        if draft is None:
            raise NotThere(_("The order was not made from this document."))
    return prepare.prepare_order(order, draft)


@router.post(
    "/orders/{int:order_id}/answers", response={201: AnswerOut}, operation_id="answer_order"
)
def answer_order(request: HttpRequest, order_id: int, given: AnswerOrderIn) -> Any:
    """Tell the customer what we accept, change and reject, with the promised dates."""
    order = _order(request, order_id)
    made = services.answer_order(
        order_id=order.pk,
        draft_id=given.document_id,
        revision=given.revision,
        given=_given(given),
        by=asker(request),
    )
    return Status(201, made)


@router.post(
    "/drafts/{int:draft_id}/answer",
    response={201: AnswerOut},
    operation_id="answer_refused_draft",
)
def answer_refused_draft(request: HttpRequest, draft_id: int, given: GivenIn) -> Any:
    """Tell the sender of a refused document that we take none of its lines."""
    user = asker(request)
    if not intake.drafts_for(user).filter(pk=draft_id).exists():
        raise NotThere(_("There is no such draft."))
    made = services.answer_refused_draft(draft_id=draft_id, given=_given(given), by=user)
    return Status(201, made)


@router.post("/answers/{int:answer_id}/resend", response=AnswerOut, operation_id="resend_answer")
def resend_answer(request: HttpRequest, answer_id: int, given: ResendIn) -> Any:
    """Mail the same answer again, or for the first time."""
    answer = _answer(request, answer_id)
    return services.resend_answer(
        answer_id=answer.pk, email=given.email, name=given.name, by=asker(request)
    )


@router.post(
    "/answers/{int:answer_id}/withdraw", response=AnswerOut, operation_id="withdraw_answer"
)
def withdraw_answer(request: HttpRequest, answer_id: int, given: WithdrawIn) -> Any:
    """Take an answer back; who got it by mail is told so."""
    answer = _answer(request, answer_id)
    return services.withdraw_answer(answer_id=answer.pk, reason=given.reason, by=asker(request))
