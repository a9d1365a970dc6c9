"""API operations about requests for quotation: asked, quoted, compared, awarded."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Reason, Rows, SavedOut, asker, plain, saved
from gendan.kernel.errors import Invalid
from gendan.purchasing import quotation_queries as queries
from gendan.purchasing import services
from gendan.purchasing.comparing import compare

router = Router(tags=["purchasing"])
_ONE = "/requests-for-quotation/{int:rfq_id}"


class RfqOut(Schema):
    """A request for quotation; how many suppliers were asked, have quoted, have declined."""

    id: int
    revision: int
    number: str
    state: str
    answer_by_on: dt.date
    currency: str
    remark: str
    weights: dict[str, int]
    sent_at: dt.datetime | None
    end_reason: str
    asked_count: int
    quoted_count: int
    declined_count: int


class RfqLineOut(Schema):
    """What is to be quoted."""

    id: int
    position: int
    item: str
    description: str
    quantity: Decimal
    unit: str
    needed_on: dt.date
    remark: str
    demands: list[str]
    request_ids: list[int]

    @staticmethod
    def resolve_item(line: Any) -> str:
        """The item's code, or nothing for a line in words."""
        return line.item.code if line.item else ""

    @staticmethod
    def resolve_request_ids(line: Any) -> list[int]:
        """The purchase requests it stands for."""
        return [one.pk for one in line.requests.all()]


class InvitationOut(Schema):
    """A supplier who was asked, and how it has answered: waiting, submitted, declined."""

    id: int
    supplier: str = Field(alias="supplier.code")
    state: str
    to_email: str
    way: str
    person: str
    answered_at: dt.datetime | None
    valid_until_on: dt.date | None
    currency: str
    decline_reason: str
    withdraw_reason: str
    told_at: dt.datetime | None


class WholeRfqOut(RfqOut):
    """A request with its lines and suppliers."""

    lines: list[RfqLineOut] = Field([], alias="every_line")
    invitations: list[InvitationOut] = Field([], alias="asked")


class OfferOut(Schema):
    """What a supplier offers for a line, or on the whole; `problem`: why it has no rank."""

    supplier: str
    problem: str
    rank: int | None
    score: float | None
    unit_price: float | None = None
    total_cost: float | None
    arrives_on: dt.date | None = None
    late_by: int
    best: list[str]
    parts: dict[str, float | None]


class ComparedLineOut(Schema):
    """A line with its offers; costs are those of one unit, in the company's currency."""

    position: int
    offers: list[OfferOut]


class ComparisonOut(Schema):
    """Quotes side by side."""

    weights: dict[str, int]
    whole: list[OfferOut]
    lines: list[ComparedLineOut]


class RfqIn(Schema):
    """What is asked, of whom, until when."""

    lines: Rows[services.RfqLineRow]
    suppliers: Rows[services.InviteRow]
    answer_by_on: dt.date
    currency: str = Field("", max_length=3)
    remark: str = Field("", max_length=5000)


class EditRfqIn(RfqIn):
    """The same, and the revision that was seen."""

    revision: int | None = None


class SeenIn(Schema):
    """The revision that was seen."""

    revision: int | None = None


class InviteIn(Schema):
    """More suppliers, and the revision that was seen."""

    suppliers: Rows[services.InviteRow]
    revision: int | None = None


class WithdrawIn(Schema):
    """Who is no longer asked (its code), and why."""

    supplier: str = Field(max_length=60)
    reason: Reason


class DayIn(Schema):
    """The day by which suppliers are to answer, and the revision that was seen."""

    answer_by_on: dt.date
    revision: int | None = None


class WeightsIn(Schema):
    """Weights from 0 to 100 by part: cost, date, quality, punctual, capacity."""

    weights: dict[str, int]


class QuoteIn(Schema):
    """What a supplier has told us: a quote, or why it does not quote."""

    supplier: str = Field(max_length=60)
    rows: list[services.QuoteRow] = Field([], max_length=200)
    currency: str = Field("", max_length=3)
    valid_until_on: dt.date | None = None
    remark: str = Field("", max_length=2000)
    decline_reason: str = Field("", max_length=600)
    person: str = Field("", max_length=200)


class AwardIn(Schema):
    """Who is chosen for how much; a reason where that is not the first in rank."""

    rows: Rows[services.AwardRow]
    reason: str = Field("", max_length=600)
    with_prices: bool = False
    revision: int | None = None


class ThanksIn(Schema):
    """Words of one's own in place of the ready ones."""

    text_en: str = Field("", max_length=5000)
    text_zh: str = Field("", max_length=5000)


class EndIn(Schema):
    """Why."""

    reason: Reason


class RfqFilter(Schema):
    """Which requests: by state, by supplier asked (code)."""

    state: str = Field("", max_length=20)
    supplier: str = Field("", max_length=40)


@router.get("/requests-for-quotation", response=Page[RfqOut], operation_id="list_rfqs")
def list_rfqs(request: HttpRequest, given: Query[RfqFilter], paging: Query[Paging]) -> Any:
    """Requests for quotation, the newest first."""
    rows = queries.rfqs_for(asker(request))
    if given.state:
        rows = rows.filter(state=plain(given.state, 20))
    if given.supplier:
        rows = rows.filter(pk__in=queries.ids_asked_of(plain(given.supplier, 40)))
    return page_of(rows, paging)


@router.get(_ONE, response=WholeRfqOut, operation_id="get_rfq")
def get_rfq(request: HttpRequest, rfq_id: int) -> Any:
    """One request with its lines and how each supplier has answered."""
    return _whole(request, rfq_id)


@router.get(_ONE + "/comparison", response=ComparisonOut, operation_id="compare_rfq")
def compare_rfq(request: HttpRequest, rfq_id: int) -> Any:
    """All quotes side by side, scored and ranked."""
    found = get_object_or_404(queries.rfqs_for(asker(request)), pk=rfq_id)
    compared = compare(found)
    return {
        "weights": compared.weights,
        "whole": [_offer(one, total_cost=one.total) for one in compared.wholes],
        "lines": [
            {
                "position": row.line.position,
                "offers": [
                    _offer(
                        one,
                        total_cost=one.per_unit,
                        unit_price=one.unit_price,
                        arrives_on=one.arrives_on,
                    )
                    for one in row.cells
                ],
            }
            for row in compared.rows
        ],
    }


@router.post("/requests-for-quotation", response={201: WholeRfqOut}, operation_id="draft_rfq")
def draft_rfq(request: HttpRequest, given: RfqIn) -> Any:
    """Write a request for quotation as a draft."""
    made = services.draft_rfq(**_fields(given), by=asker(request))
    return Status(201, _whole(request, made.pk))


@router.post(_ONE + "/edit", response=WholeRfqOut, operation_id="edit_rfq")
def edit_rfq(request: HttpRequest, rfq_id: int, given: EditRfqIn) -> Any:
    """Other lines, suppliers or words, before anybody was asked."""
    services.edit_rfq(rfq_id=rfq_id, **_fields(given), by=asker(request))
    return _whole(request, rfq_id)


@router.post(_ONE + "/send", response=WholeRfqOut, operation_id="send_rfq")
def send_rfq(request: HttpRequest, rfq_id: int, given: SeenIn) -> Any:
    """Mail each supplier its own link."""
    services.send_rfq(rfq_id=rfq_id, revision=given.revision, by=asker(request))
    return _whole(request, rfq_id)


@router.post(_ONE + "/quotes", response=InvitationOut, operation_id="record_quote")
def record_quote(request: HttpRequest, rfq_id: int, given: QuoteIn) -> Any:
    """Write down what a supplier has said by mail or phone."""
    quote = services.Quote(given.rows, given.currency, given.valid_until_on, given.remark)
    if not given.rows and not given.decline_reason:
        raise Invalid(_("Nothing was given."), field="rows")
    return services.record_quote(
        rfq_id=rfq_id,
        supplier=given.supplier,
        quote=quote,
        decline_reason=given.decline_reason,
        person=given.person,
        by=asker(request),
    )


@router.post(_ONE + "/weights", response=WholeRfqOut, operation_id="weigh_rfq")
def weigh_rfq(request: HttpRequest, rfq_id: int, given: WeightsIn) -> Any:
    """Weigh the parts of the comparison otherwise."""
    services.weigh_rfq(rfq_id=rfq_id, weights=given.weights, by=asker(request))
    return _whole(request, rfq_id)


@router.post(_ONE + "/suppliers", response=WholeRfqOut, operation_id="invite_suppliers")
def invite_suppliers(request: HttpRequest, rfq_id: int, given: InviteIn) -> Any:
    """Ask more suppliers after it was sent."""
    services.invite_suppliers(
        rfq_id=rfq_id, suppliers=given.suppliers, revision=given.revision, by=asker(request)
    )
    return _whole(request, rfq_id)


@router.post(_ONE + "/withdrawal", response=WholeRfqOut, operation_id="withdraw_invitation")
def withdraw_invitation(request: HttpRequest, rfq_id: int, given: WithdrawIn) -> Any:
    """Ask one supplier no longer."""
    services.withdraw_invitation(
        rfq_id=rfq_id, supplier=given.supplier, reason=given.reason, by=asker(request)
    )
    return _whole(request, rfq_id)


@router.post(_ONE + "/day", response=WholeRfqOut, operation_id="extend_rfq")
def extend_rfq(request: HttpRequest, rfq_id: int, given: DayIn) -> Any:
    """Another day to answer by, told to all who are asked."""
    services.extend_rfq(
        rfq_id=rfq_id,
        answer_by_on=given.answer_by_on,
        revision=given.revision,
        by=asker(request),
    )
    return _whole(request, rfq_id)


@router.post(_ONE + "/close", response=WholeRfqOut, operation_id="close_rfq")
def close_rfq(request: HttpRequest, rfq_id: int) -> Any:
    """Suppliers cannot answer any more."""
    services.close_rfq(rfq_id=rfq_id, by=asker(request))
    return _whole(request, rfq_id)


@router.post(_ONE + "/award", response=SavedOut, operation_id="award_rfq")
def award_rfq(request: HttpRequest, rfq_id: int, given: AwardIn) -> Any:
    """Choose suppliers; the ids of the purchase orders written as drafts."""
    fields = {name: getattr(given, name) for name in type(given).model_fields}
    return saved(services.award_rfq(rfq_id=rfq_id, **fields, by=asker(request)))


@router.post(_ONE + "/thanks", response=SavedOut, operation_id="tell_losers")
def tell_losers(request: HttpRequest, rfq_id: int, given: ThanksIn) -> Any:
    """Thank those who quoted and were not chosen."""
    told = services.tell_losers(
        rfq_id=rfq_id, text_en=given.text_en, text_zh=given.text_zh, by=asker(request)
    )
    return saved(told)


@router.post(_ONE + "/cancel", response=WholeRfqOut, operation_id="cancel_rfq")
def cancel_rfq(request: HttpRequest, rfq_id: int, given: EndIn) -> Any:
    """Nothing is bought by it."""
    services.cancel_rfq(rfq_id=rfq_id, reason=given.reason, by=asker(request))
    return _whole(request, rfq_id)


def _fields(given: RfqIn) -> dict[str, Any]:
    return {name: getattr(given, name) for name in type(given).model_fields}


def _whole(request: HttpRequest, rfq_id: int) -> Any:
    found: Any = get_object_or_404(queries.rfqs_for(asker(request)), pk=rfq_id)
    found.every_line = queries.lines_with_requests(found)
    found.asked = queries.invitations_of(found)
    return found


def _offer(one: Any, **more: Any) -> dict[str, Any]:
    return {
        "supplier": one.invitation.supplier.code,
        "problem": one.problem,
        "rank": one.rank,
        "score": one.score,
        "late_by": one.late_by,
        "best": sorted(one.best),
        "parts": one.parts,
        **more,
    }
