"""API operations of the intake: documents in, calls, drafts corrected, accepted, refused."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from gendan.api.paging import Page, Paging, page_of
from gendan.intake import queries, services
from gendan.intake.models import Draft, Incoming
from gendan.intake.words import doubt_words
from gendan.kernel.errors import NotAllowed
from gendan.kernel.service import title_of

router = Router(tags=["intake"])


class DoubtOut(Schema):
    """A value that must be looked at, and why."""

    field: str
    code: str
    why: str


class DraftOut(Schema):
    """One order read from a document: `data` as in the reading contract, with our matches."""

    id: int
    position: int
    state: str
    revision: int
    data: dict[str, Any]
    matches: dict[str, Any]
    corrected: list[str]
    doubts: list[DoubtOut]
    customer_id: int | None
    order_id: int | None
    change_id: int | None
    refusal: str


class IncomingOut(Schema):
    """A document as it came in."""

    id: int
    number: str
    state: str
    channel: str
    file_name: str
    sender_name: str
    sender_address: str
    subject: str
    received_at: dt.datetime
    taken_at: dt.datetime
    worked_on_by_id: int | None
    worked_on_since: dt.datetime | None
    is_sender_confirmed: bool | None
    page_in_work: int
    pages_in_work: int
    problem: str


class PageOut(Schema):
    """A page of paper as a picture, and where to get it (signed in to the pages)."""

    page: int
    media_type: str
    width_px: int
    height_px: int
    url: str


class IncomingDetail(IncomingOut):
    """A document with its drafts, and its pages where they are paper."""

    drafts: list[DraftOut]
    pages: list[PageOut]


class OrderMade(Schema):
    """The order a draft became."""

    id: int
    number: str


class LearnedOut(Schema):
    """Something a correction has taught about a customer."""

    id: int
    kind: str
    key: str
    value: str
    at: dt.datetime


class IncomingIn(Schema):
    """How a file came in; all of it may be left out."""

    channel: str = Field("", max_length=20)
    sender_name: str = Field("", max_length=200)
    sender_address: str = Field("", max_length=254)
    received_at: dt.datetime | None = None


class CallLine(Schema):
    """A line as said on the phone, all as text."""

    item: str = Field("", max_length=200)
    description: str = Field("", max_length=200)
    quantity: str = Field("", max_length=40)
    unit: str = Field("", max_length=40)
    unit_price: str = Field("", max_length=40)
    due_date: str = Field("", max_length=40)


class CallIn(Schema):
    """A call: who, when, and what was said."""

    text: str = Field("", max_length=20_000)
    caller: str = Field("", max_length=200)
    company: str = Field("", max_length=200)
    called_at: dt.datetime | None = None
    order_number: str = Field("", max_length=80)
    lines: list[CallLine] = Field(default_factory=list, max_length=500)


class WorkIn(Schema):
    """Whether I work on it, or no longer; taking over from somebody must be said."""

    is_taken: bool = True
    take_over: bool = False


class CorrectionIn(Schema):
    """Values by path ("lines.0.quantity"), the customer, items by line, and doubts agreed to."""

    revision: int | None = None
    values: dict[str, str | None] = Field(default_factory=dict)
    customer_id: int | None = Field(None, ge=1, le=2**63 - 1)
    items: dict[int, int] = Field(default_factory=dict)
    add_lines: list[dict[str, str | None]] = Field(default_factory=list, max_length=500)
    remove_lines: list[int] = Field(default_factory=list, max_length=5000)
    confirmed: list[str] = Field(default_factory=list, max_length=5000)


class AcceptIn(Schema):
    """Doubts that were looked at, and whether a second order of the same number is meant."""

    revision: int | None = None
    confirmed_doubts: list[str] = Field(default_factory=list, max_length=5000)
    allow_duplicate: bool = False


class CertainIn(Schema):
    """Documents whose certain drafts become orders."""

    incoming_ids: list[int] = Field(min_length=1, max_length=200)


class RefuseIn(Schema):
    """Why no order is made, and whether the sender is told (`reply` empty: in our words)."""

    reason: str = Field(max_length=500)
    reply: str = Field("", max_length=10_000)
    send_reply: bool = False
    revision: int | None = None


class MergeIn(Schema):
    """Into which order (else the one with the document's number), and doubts looked at."""

    order_id: int | None = Field(None, ge=1, le=2**63 - 1)
    confirmed_doubts: list[str] = Field(default_factory=list, max_length=5000)
    cancel_missing: bool = False
    revision: int | None = None


class SplitIn(Schema):
    """The lines of the other order, and its number."""

    lines: list[int] = Field(min_length=1, max_length=5000)
    order_number: str = Field("", max_length=80)
    revision: int | None = None


class JoinIn(Schema):
    """The draft of the same document whose lines come to this one."""

    other_id: int = Field(ge=1, le=2**63 - 1)
    revision: int | None = None


class RefusedOut(DraftOut):
    """A refused draft, with an answer to the sender ready to send."""

    reply: str


def _drawn(draft: Draft) -> dict[str, Any]:
    names = ("position", "state", "revision", "data", "matches", "corrected", "refusal")
    shown = {name: getattr(draft, name) for name in names}
    doubts = [
        {"field": doubt.field, "code": doubt.code, "why": doubt_words(doubt)}
        for doubt in (queries.open_doubts(draft) if draft.state == Draft.State.OPEN else [])
    ]
    keys = {
        "id": draft.pk,
        "customer_id": draft.customer_id,
        "order_id": draft.order_id,
        "change_id": draft.change_id,
    }
    return shown | keys | {"doubts": doubts}


def _detail(row: Incoming) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in IncomingOut.model_fields}
    drafts = row.drafts.select_related("customer").order_by("position")
    pages = [
        {
            "page": one.page,
            "media_type": one.media_type,
            "width_px": one.width_px,
            "height_px": one.height_px,
            "url": f"/intake/{row.pk}/pages/{one.page}/",
        }
        for one in row.images.order_by("page")
    ]
    return shown | {"drafts": [_drawn(draft) for draft in drafts], "pages": pages}


def _incoming(request: HttpRequest, incoming_id: int) -> Incoming:
    return get_object_or_404(queries.all_incoming(request.user), pk=incoming_id)  # type: ignore[arg-type]


def _draft(request: HttpRequest, draft_id: int) -> Draft:
    return get_object_or_404(queries.drafts_for(request.user), pk=draft_id)  # type: ignore[arg-type]


READERS = ("add_incoming", "note_call", "correct_draft", "accept_draft")


def _check_reader(request: HttpRequest) -> None:
    """What customers send is read by those who work with it, as on the pages."""
    user: Any = request.user
    if user.roles and not any(user.may_do(verb) for verb in READERS):
        raise NotAllowed(
            _("Your role does not allow this: %(verb)s.") % {"verb": title_of(READERS[0])},
            verb=READERS[0],
        )


@router.get("/incoming", response=Page[IncomingOut], operation_id="list_incoming")
def list_incoming(request: HttpRequest, paging: Query[Paging], state: str = "") -> Any:
    """Documents, the newest first; `state`: received, read, unreadable, done."""
    _check_reader(request)
    rows = queries.all_incoming(request.user).defer("view")  # type: ignore[arg-type]
    return page_of(rows.filter(state=state[:20]) if state else rows, paging)


@router.get("/incoming/{int:incoming_id}", response=IncomingDetail, operation_id="get_incoming")
def get_incoming(request: HttpRequest, incoming_id: int) -> Any:
    """A document with its drafts and what is doubtful in them."""
    _check_reader(request)
    return _detail(_incoming(request, incoming_id))


@router.post("/incoming", response={201: IncomingOut}, operation_id="add_incoming")
def add_incoming(request: HttpRequest, given: Form[IncomingIn], file: File[UploadedFile]) -> Any:
    """Take in a file; a worker reads it. The same content again is refused with its number."""
    made = services.add_incoming(
        content=file,
        name=file.name or "file",
        **given.dict(),
        by=request.user,  # type: ignore[arg-type]
    )
    return Status(201, made)


@router.post("/incoming/calls", response={201: IncomingOut}, operation_id="note_call")
def note_call(request: HttpRequest, given: CallIn) -> Any:
    """Write down what somebody said on the phone."""
    return Status(201, services.note_call(**given.dict(), by=request.user))  # type: ignore[arg-type]


@router.post(
    "/incoming/{int:incoming_id}/work", response=IncomingOut, operation_id="work_on_incoming"
)
def work_on_incoming(request: HttpRequest, incoming_id: int, given: WorkIn) -> Any:
    """Say that I look after this document, or no longer."""
    row = _incoming(request, incoming_id)
    return services.work_on_incoming(
        incoming_id=row.pk,
        **given.dict(),
        by=request.user,  # type: ignore[arg-type]
    )


@router.post(
    "/incoming/{int:incoming_id}/aside", response=IncomingOut, operation_id="put_incoming_aside"
)
def put_incoming_aside(request: HttpRequest, incoming_id: int) -> Any:
    """Nobody waits for a document that is being read: it leaves the queue unread."""
    row = _incoming(request, incoming_id)
    return services.put_incoming_aside(incoming_id=row.pk, by=request.user)  # type: ignore[arg-type]


@router.post(
    "/incoming/{int:incoming_id}/read-again", response=IncomingOut, operation_id="read_again"
)
def read_again(request: HttpRequest, incoming_id: int) -> Any:
    """Have the document read anew."""
    row = _incoming(request, incoming_id)
    return services.read_again(incoming_id=row.pk, by=request.user)  # type: ignore[arg-type]


@router.post(
    "/incoming/accept-certain", response=list[OrderMade], operation_id="accept_certain_drafts"
)
def accept_certain_drafts(request: HttpRequest, given: CertainIn) -> Any:
    """Make the orders of all drafts of these documents in which nothing is doubtful."""
    mine = queries.all_incoming(request.user).filter(pk__in=given.incoming_ids)  # type: ignore[arg-type]
    return services.accept_certain_drafts(
        incoming_ids=list(mine.values_list("pk", flat=True)),
        by=request.user,  # type: ignore[arg-type]
    )


@router.post("/drafts/{int:draft_id}/correct", response=DraftOut, operation_id="correct_draft")
def correct_draft(request: HttpRequest, draft_id: int, given: CorrectionIn) -> Any:
    """Set values, matches and lines of a draft; what is set is no longer doubtful."""
    draft = _draft(request, draft_id)
    made = services.correct_draft(draft_id=draft.pk, **given.dict(), by=request.user)  # type: ignore[arg-type]
    return _drawn(made)


@router.post(
    "/drafts/{int:draft_id}/accept", response={201: OrderMade}, operation_id="accept_draft"
)
def accept_draft(request: HttpRequest, draft_id: int, given: AcceptIn) -> Any:
    """Make the order; refused while anything is doubtful or missing."""
    draft = _draft(request, draft_id)
    order = services.accept_draft(draft_id=draft.pk, **given.dict(), by=request.user)  # type: ignore[arg-type]
    return Status(201, {"id": order.pk, "number": order.number})


@router.post("/drafts/{int:draft_id}/refuse", response=RefusedOut, operation_id="refuse_draft")
def refuse_draft(request: HttpRequest, draft_id: int, given: RefuseIn) -> Any:
    """No order is made from this; the sender is told, or the reply is in the answer to be sent."""
    draft = _draft(request, draft_id)
    made = services.refuse_draft(draft_id=draft.pk, **given.dict(), by=request.user)  # type: ignore[arg-type]
    return _drawn(made) | {"reply": made.reply}


@router.post("/drafts/{int:draft_id}/merge", response=DraftOut, operation_id="merge_draft")
def merge_draft(request: HttpRequest, draft_id: int, given: MergeIn) -> Any:
    """Carry a change, cancellation or second version into the order: at once, or as a change."""
    draft = _draft(request, draft_id)
    if given.order_id is not None:
        get_object_or_404(queries.orders_for(request.user), pk=given.order_id)  # type: ignore[arg-type]
    made = services.merge_draft(draft_id=draft.pk, **given.dict(), by=request.user)  # type: ignore[arg-type]
    return _drawn(made)


@router.post("/drafts/{int:draft_id}/split", response={201: DraftOut}, operation_id="split_draft")
def split_draft(request: HttpRequest, draft_id: int, given: SplitIn) -> Any:
    """Lines become a draft of their own, which is the answer."""
    draft = _draft(request, draft_id)
    made = services.split_draft(draft_id=draft.pk, **given.dict(), by=request.user)  # type: ignore[arg-type]
    return Status(201, _drawn(made))


@router.post("/drafts/{int:draft_id}/join", response=DraftOut, operation_id="join_drafts")
def join_drafts(request: HttpRequest, draft_id: int, given: JoinIn) -> Any:
    """Another draft of the same document is part of this order."""
    draft = _draft(request, draft_id)
    made = services.join_drafts(draft_id=draft.pk, **given.dict(), by=request.user)  # type: ignore[arg-type]
    return _drawn(made)


@router.get(
    "/customers/{int:customer_id}/learned",
    response=list[LearnedOut],
    operation_id="list_learned",
)
def list_learned(request: HttpRequest, customer_id: int) -> Any:
    """What corrections have taught about a customer."""
    _check_reader(request)
    customer = get_object_or_404(queries.customers_for(request.user), pk=customer_id)  # type: ignore[arg-type]
    return list(queries.learned_about(customer.pk)[:500])


@router.post(
    "/learned/{int:learned_id}/forget", response={204: None}, operation_id="forget_learned"
)
def forget_learned(request: HttpRequest, learned_id: int) -> Any:
    """Something learned is wrong: it is used no more."""
    services.forget_learned(learned_id=learned_id, by=request.user)  # type: ignore[arg-type]
    return Status(204, None)
