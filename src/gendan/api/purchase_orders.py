"""API operations about purchase orders: their life, suppliers' answers, material provided."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Reason, Rows, SavedOut, asker, plain, saved
from gendan.followup.supplies import orders_moved
from gendan.purchasing import queries, services
from gendan.purchasing.models import PurchaseOrder

router = Router(tags=["purchasing"])
_ONE = "/purchase-orders/{int:purchase_order_id}"


class PurchaseOrderOut(Schema):
    """An order to a supplier; amounts in its currency, `total_company` in the company's."""

    id: int
    revision: int
    number: str
    kind: str
    state: str
    version: int
    supplier_id: int
    supplier: str = Field(alias="supplier.code")
    currency: str
    total: Decimal
    total_company: Decimal
    transport: str
    freight_cost: Decimal | None
    incoterm: str
    place: str
    remark: str
    due_on: dt.date | None
    sent_at: dt.datetime | None
    confirmed_at: dt.datetime | None
    chased_at: dt.datetime | None
    is_chased_by_itself: bool
    chasing_hold: str
    end_reason: str


class WordOut(Schema):
    """What the supplier has said of a line: confirmed, proposed, accepted, refused, outdated."""

    id: int
    state: str
    way: str
    on: dt.date
    quantity: Decimal
    was_on: dt.date
    parts: list[dict[str, str]]
    remark: str
    person: str
    at: dt.datetime
    reason: str


class StepOut(Schema):
    """A step the supplier reports on."""

    id: int
    name_en: str
    name_zh: str
    planned_on: dt.date
    expected_on: dt.date | None
    done_on: dt.date | None
    remark: str


class ProvidedOut(Schema):
    """Material of ours for the line: needed, sent, used up, taken back."""

    id: int
    item: str = Field(alias="item.code")
    quantity: Decimal
    sent: Decimal
    used: Decimal
    returned: Decimal


class PurchaseLineOut(Schema):
    """A line: `quantity` in the item's unit, `typed_quantity` as ordered, price of a typed unit."""

    id: int
    position: int
    item_id: int
    item: str = Field(alias="item.code")
    quantity: Decimal
    typed_quantity: Decimal
    typed_unit: str
    price: Decimal
    requested_on: dt.date
    confirmed_on: dt.date | None
    confirmed_quantity: Decimal | None
    part_of_id: int | None
    due_on: dt.date
    received: Decimal
    over_percent: Decimal
    short_percent: Decimal
    is_cancelled: bool
    demands: list[str]
    expected_id: int | None
    words: list[WordOut] = Field([], alias="said")
    steps: list[StepOut] = []
    provided: list[ProvidedOut] = []

    @staticmethod
    def resolve_provided(line: Any) -> list[Any]:
        """The rows of the related manager."""
        return list(line.provided.all())


class WholePurchaseOrderOut(PurchaseOrderOut):
    """An order with its lines; `warnings`: what to know before it first goes out, in sentences,
    as that the supplier is not on an item's approved list."""

    lines: list[PurchaseLineOut] = Field([], alias="all_lines")
    warnings: list[str] = Field([], alias="warned")


class MoveOut(Schema):
    """A customer's order that moves with what a supplier proposes."""

    order_id: int
    number: str
    promised_on: dt.date
    was_on: dt.date
    is_on: dt.date


class ArrivalOut(Schema):
    """A line that is still to come."""

    line_id: int = Field(alias="id")
    purchase_order_id: int = Field(alias="order_id")
    number: str = Field(alias="order.number")
    supplier: str = Field(alias="order.supplier.code")
    item: str = Field(alias="item.code")
    quantity: Decimal
    received: Decimal
    due_on: dt.date
    confirmed_on: dt.date | None
    demands: list[str]


class OrdersIn(Schema):
    """Purchase orders to write."""

    rows: Rows[services.DraftOrderRow]


class EditIn(Schema):
    """What is to be different; None and left out: as it is."""

    lines: list[services.EditLineRow] = Field([], max_length=1000)
    revision: int | None = None
    currency: str | None = Field(None, max_length=3)
    incoterm: str | None = Field(None, max_length=3)
    place: str | None = Field(None, max_length=200)
    payment_terms: str | None = Field(None, max_length=40)
    remark: str | None = Field(None, max_length=5000)


class SubmitIn(Schema):
    """The revision seen; why it is bought although the supplier's qualification has ended, it is
    not on an item's approved list, or others of the buyer's to it belong to the order."""

    revision: int | None = None
    override_reason: str = Field("", max_length=600)


class RevisionIn(Schema):
    """The revision that was seen."""

    revision: int | None = None


class WhyIn(Schema):
    """Why."""

    reason: Reason
    revision: int | None = None


class SendIn(Schema):
    """To whom; left empty: the supplier's main contact, or whom it was sent to before."""

    email: str = Field("", max_length=200)
    name: str = Field("", max_length=200)
    language: str = Field("", max_length=10)
    message: str = Field("", max_length=5000)
    revision: int | None = None


class ResendIn(Schema):
    """To whom; left empty: to whom it was sent before."""

    email: str = Field("", max_length=200)
    name: str = Field("", max_length=200)
    language: str = Field("", max_length=10)
    message: str = Field("", max_length=5000)


class AnswersIn(Schema):
    """What the supplier has told us."""

    answers: Rows[services.LineAnswer]
    person: str = Field("", max_length=200)


class ChaseIn(Schema):
    """Words of one's own in place of the first sentence."""

    message: str = Field("", max_length=3000)


class ReportIn(Schema):
    """How far a step is."""

    done_on: dt.date | None = None
    expected_on: dt.date | None = None
    remark: str = Field("", max_length=600)


class MaterialIn(Schema):
    """Material that moves."""

    rows: Rows[services.ProvidedRow]


class OrderFilter(Schema):
    """Which orders: by state, by supplier (code)."""

    state: str = Field("", max_length=20)
    supplier: str = Field("", max_length=40)


@router.get(
    "/purchase-orders", response=Page[PurchaseOrderOut], operation_id="list_purchase_orders"
)
def list_purchase_orders(
    request: HttpRequest, given: Query[OrderFilter], paging: Query[Paging]
) -> Any:
    """Purchase orders, the newest first."""
    rows = queries.purchase_orders_for(asker(request))
    if given.state:
        rows = rows.filter(state=plain(given.state, 20))
    if given.supplier:
        rows = rows.filter(supplier__code=plain(given.supplier, 40))
    return page_of(rows, paging)


@router.get(_ONE, response=WholePurchaseOrderOut, operation_id="get_purchase_order")
def get_purchase_order(request: HttpRequest, purchase_order_id: int) -> Any:
    """One purchase order with its lines, what was said of them, steps, material provided."""
    return _whole(request, purchase_order_id)


@router.get("/arrivals", response=Page[ArrivalOut], operation_id="list_arrivals")
def list_arrivals(request: HttpRequest, paging: Query[Paging]) -> Any:
    """What is still to come of purchase orders."""
    return page_of(queries.purchase_lines_for(asker(request)), paging)


@router.get(
    "/supplier-answers/{int:word_id}/moves",
    response=list[MoveOut],
    operation_id="list_moves_of_counter",
)
def list_moves_of_counter(request: HttpRequest, word_id: int) -> Any:
    """Which customers' orders move with what a supplier proposes: from when to when."""
    word = get_object_or_404(queries.waiting_words_for(asker(request)), pk=word_id)
    line = word.line
    if line.expected_id is None:
        return []
    agreed = line.confirmed_on or line.requested_on
    return orders_moved(line.demands, {line.expected_id: agreed}, {line.expected_id: word.on})


@router.post("/purchase-orders", response={201: SavedOut}, operation_id="draft_purchase_orders")
def draft_purchase_orders(request: HttpRequest, given: OrdersIn) -> Any:
    """Write purchase orders as drafts: all or none."""
    made = services.draft_purchase_orders(rows=given.rows, by=asker(request))
    return Status(201, saved(made))


@router.post(_ONE + "/edit", response=WholePurchaseOrderOut, operation_id="edit_purchase_order")
def edit_purchase_order(request: HttpRequest, purchase_order_id: int, given: EditIn) -> Any:
    """Change head and lines; a sent order becomes the draft of its next version."""
    services.edit_purchase_order(
        purchase_order_id=purchase_order_id, **_given(given), by=asker(request)
    )
    return _whole(request, purchase_order_id)


@router.post(_ONE + "/submit", response=PurchaseOrderOut, operation_id="submit_purchase_order")
def submit_purchase_order(request: HttpRequest, purchase_order_id: int, given: SubmitIn) -> Any:
    """Ready to be ordered: approved within one's own limit, else it waits for approval."""
    return services.submit_purchase_order(
        purchase_order_id=purchase_order_id, **given.dict(), by=asker(request)
    )


@router.post(_ONE + "/approve", response=PurchaseOrderOut, operation_id="approve_purchase_order")
def approve_purchase_order(request: HttpRequest, purchase_order_id: int, given: RevisionIn) -> Any:
    """It may be sent; refused above one's limit."""
    return services.approve_purchase_order(
        purchase_order_id=purchase_order_id, **given.dict(), by=asker(request)
    )


@router.post(_ONE + "/refuse", response=PurchaseOrderOut, operation_id="refuse_purchase_order")
def refuse_purchase_order(request: HttpRequest, purchase_order_id: int, given: WhyIn) -> Any:
    """Back to the draft, with the reason."""
    return services.refuse_purchase_order(
        purchase_order_id=purchase_order_id, reason=given.reason, by=asker(request)
    )


@router.post(_ONE + "/send", response=PurchaseOrderOut, operation_id="send_purchase_order")
def send_purchase_order(request: HttpRequest, purchase_order_id: int, given: SendIn) -> Any:
    """Mail the PDF with a link; the goods are expected from now on."""
    sending = services.send_purchase_order(
        purchase_order_id=purchase_order_id, **given.dict(), by=asker(request)
    )
    return sending.order


@router.post(_ONE + "/resend", response=PurchaseOrderOut, operation_id="resend_purchase_order")
def resend_purchase_order(request: HttpRequest, purchase_order_id: int, given: ResendIn) -> Any:
    """The same version once more; links sent before are void."""
    sending = services.resend_purchase_order(
        purchase_order_id=purchase_order_id, **given.dict(), by=asker(request)
    )
    return sending.order


@router.post(
    _ONE + "/answers", response=WholePurchaseOrderOut, operation_id="record_supplier_answer"
)
def record_supplier_answer(request: HttpRequest, purchase_order_id: int, given: AnswersIn) -> Any:
    """What the supplier told us by phone or mail."""
    services.record_supplier_answer(
        purchase_order_id=purchase_order_id,
        answers=given.answers,
        person=given.person,
        by=asker(request),
    )
    return _whole(request, purchase_order_id)


@router.post(
    "/supplier-answers/{int:word_id}/accept", response=WordOut, operation_id="accept_counter"
)
def accept_counter(request: HttpRequest, word_id: int) -> Any:
    """What the supplier can do is what we expect."""
    return services.accept_counter(word_id=word_id, by=asker(request))


@router.post(
    "/supplier-answers/{int:word_id}/refuse", response=WordOut, operation_id="refuse_counter"
)
def refuse_counter(request: HttpRequest, word_id: int, given: WhyIn) -> Any:
    """The line is wanted as it was ordered or confirmed."""
    return services.refuse_counter(word_id=word_id, reason=given.reason, by=asker(request))


@router.post(_ONE + "/chase", response=PurchaseOrderOut, operation_id="chase_supplier")
def chase_supplier(request: HttpRequest, purchase_order_id: int, given: ChaseIn) -> Any:
    """Ask for what is unconfirmed, near, not reported or late."""
    return services.chase_supplier(
        purchase_order_id=purchase_order_id, message=given.message, by=asker(request)
    )


@router.post(_ONE + "/cancel", response=PurchaseOrderOut, operation_id="cancel_purchase_order")
def cancel_purchase_order(request: HttpRequest, purchase_order_id: int, given: WhyIn) -> Any:
    """It is not wanted any more; the supplier is told."""
    return services.cancel_purchase_order(
        purchase_order_id=purchase_order_id, **given.dict(), by=asker(request)
    )


@router.post(_ONE + "/close", response=PurchaseOrderOut, operation_id="close_purchase_order")
def close_purchase_order(request: HttpRequest, purchase_order_id: int, given: WhyIn) -> Any:
    """What has not come will not come; the supplier is told."""
    return services.close_purchase_order(
        purchase_order_id=purchase_order_id, **given.dict(), by=asker(request)
    )


@router.post(_ONE + "/material/send", response=PurchaseOrderOut, operation_id="send_material")
def send_material(request: HttpRequest, purchase_order_id: int, given: MaterialIn) -> Any:
    """Material of ours goes to the subcontractor and stays ours."""
    return services.send_material(
        purchase_order_id=purchase_order_id, rows=given.rows, by=asker(request)
    )


@router.post(_ONE + "/material/return", response=PurchaseOrderOut, operation_id="return_material")
def return_material(request: HttpRequest, purchase_order_id: int, given: MaterialIn) -> Any:
    """What is left over comes back."""
    return services.return_material(
        purchase_order_id=purchase_order_id, rows=given.rows, by=asker(request)
    )


@router.post(
    "/purchase-steps/{int:milestone_id}/report",
    response=PurchaseOrderOut,
    operation_id="report_purchase_step",
)
def report_purchase_step(request: HttpRequest, milestone_id: int, given: ReportIn) -> Any:
    """How far a step is, as the supplier told us."""
    return services.report_purchase_step(
        milestone_id=milestone_id, **given.dict(), by=asker(request)
    )


def _given(schema: Schema) -> dict[str, Any]:
    """The fields as they are: rows stay the verbs' own dataclasses."""
    return {name: getattr(schema, name) for name in type(schema).model_fields}


def _whole(request: HttpRequest, purchase_order_id: int) -> PurchaseOrder:
    rows = queries.purchase_orders_for(asker(request))
    order = get_object_or_404(rows, pk=purchase_order_id)
    lines = queries.lines_with_words(order)
    order.all_lines = lines  # type: ignore[attr-defined]
    warned = [] if order.version else queries.warnings_about(order, lines)
    order.warned = warned  # type: ignore[attr-defined]
    return order
