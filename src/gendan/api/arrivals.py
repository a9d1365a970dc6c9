"""API operations about supply exceptions and ship notices."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Id, Reason, Rows, asker, plain
from gendan.kernel.errors import NotAllowed
from gendan.mailroom.despatches import read_notice
from gendan.purchasing import queries, services
from gendan.purchasing.choices import choices_for
from gendan.purchasing.shipments import differences_of

router = Router(tags=["purchasing"])
_ONE = "/supply-exceptions/{int:exception_id}"
_NOTICE = "/ship-notices/{int:notice_id}"


class SupplyExceptionOut(Schema):
    """Goods that are late, short, over or wrong; costs in the company's currency."""

    id: int
    revision: int
    kind: str
    state: str
    purchase_order_id: int = Field(alias="line.order_id")
    number: str = Field(alias="line.order.number")
    line_id: int
    position: int = Field(alias="line.position")
    item: str = Field(alias="line.item.code")
    supplier: str = Field(alias="line.order.supplier.code")
    owner_id: int | None
    quantity: Decimal
    needed_on: dt.date
    expected_on: dt.date | None
    demands: list[str]
    remark: str
    choice: str
    choice_of: str
    choice_on: dt.date | None
    choice_cost: Decimal | None
    started: str
    reason: str
    end_reason: str


class ChoiceOut(Schema):
    """What can be done: when the goods are here then, what it costs more; null: not known."""

    key: str
    kind: str
    of: str
    on: dt.date | None
    cost: Decimal | None
    note: str
    may: bool


class ReportExceptionIn(Schema):
    """What is wrong with a line: late, short, over, wrong; the quantity in the item's unit."""

    line_id: Id
    kind: str = Field(max_length=20)
    quantity: Decimal
    remark: str = Field("", max_length=600)


class DecideIn(Schema):
    """The key of a choice; the day to wait until, or the parts of a line that is split."""

    choice: str = Field(max_length=100)
    on: dt.date | None = None
    parts: list[services.PartRow] = Field([], max_length=12)
    reason: str = Field("", max_length=600)
    revision: int | None = None


class CloseIn(Schema):
    """Why."""

    reason: Reason
    revision: int | None = None


class ExceptionFilter(Schema):
    """Which: by state (open, decided, done) and kind."""

    state: str = Field("", max_length=20)
    kind: str = Field("", max_length=20)


class ShipNoticeOut(Schema):
    """What a supplier says is on its way: open, accepted or refused."""

    id: int
    number: str
    supplier: str = Field(alias="supplier.code")
    state: str
    way: str
    shipped_on: dt.date
    expected_on: dt.date
    carrier: str
    tracking: str
    packages: int | None
    remark: str
    reason: str
    doubts: list[str]


class NoticeLineOut(Schema):
    """A line of a notice; `line_id` is null where nothing ordered is meant."""

    position: int
    line_id: int | None = Field(alias="order_line_id")
    said_order: str
    said_article: str
    quantity: Decimal
    is_here: bool


class WholeShipNoticeOut(ShipNoticeOut):
    """A notice with its lines, and how it differs from what was ordered."""

    lines: list[NoticeLineOut] = Field([], alias="all_lines")
    differences: list[str] = []


class NoticeIn(Schema):
    """A notice; `supplier` (code) may be left out where the order numbers say it."""

    supplier: str = Field("", max_length=40)
    shipment: services.Shipment
    rows: Rows[services.NoticedRow]
    purchase_order_id: Id | None = None


class NoticeFileIn(Schema):
    """What is said beside a file; all of it may be left out where the file says it."""

    supplier: str = Field("", max_length=40)
    purchase_order_id: Id | None = None
    number: str = Field("", max_length=80)
    shipped_on: dt.date | None = None
    expected_on: dt.date | None = None
    carrier: str = Field("", max_length=100)
    tracking: str = Field("", max_length=100)
    packages: int | None = Field(None, ge=1, le=100_000)
    remark: str = Field("", max_length=600)


@router.get("/ship-notices", response=Page[ShipNoticeOut], operation_id="list_ship_notices")
def list_ship_notices(request: HttpRequest, paging: Query[Paging], state: str = "") -> Any:
    """Ship notices, the newest first."""
    rows = queries.ship_notices_for(asker(request))
    return page_of(rows.filter(state=plain(state, 20)) if state else rows, paging)


@router.get(_NOTICE, response=WholeShipNoticeOut, operation_id="get_ship_notice")
def get_ship_notice(request: HttpRequest, notice_id: int) -> Any:
    """One notice."""
    return _notice(request, notice_id)


@router.post("/ship-notices", response={201: WholeShipNoticeOut}, operation_id="record_ship_notice")
def record_ship_notice(request: HttpRequest, given: NoticeIn) -> Any:
    """Write down what a supplier says is on its way."""
    made = services.record_ship_notice(
        shipment=given.shipment,
        rows=given.rows,
        supplier=given.supplier,
        purchase_order_id=given.purchase_order_id,
        by=asker(request),
    )
    return Status(201, _notice(request, made.pk))


@router.post(
    "/ship-notices/files",
    response={201: WholeShipNoticeOut},
    operation_id="record_ship_notice_file",
)
def record_ship_notice_file(
    request: HttpRequest, given: Form[NoticeFileIn], file: File[UploadedFile]
) -> Any:
    """Hand in the supplier's file (UBL, EDIFACT, X12, XLSX packing list, PDF): read as the page
    reads it. What is given beside it (number, days, carrier …) counts before what it says."""
    if not asker(request).may_do("record_ship_notice"):  # before a stranger's file is read
        raise NotAllowed(_("You may not take in ship notices."))
    shipment, rows = read_notice(file, file.name or "file")
    values = given.dict()
    supplier, order_id = values.pop("supplier"), values.pop("purchase_order_id")
    file.seek(0)
    made = services.record_ship_notice(
        shipment=replace(shipment, **{name: value for name, value in values.items() if value}),
        rows=rows,
        supplier=supplier,
        purchase_order_id=order_id,
        given=(file.name or "file", file),
        by=asker(request),
    )
    return Status(201, _notice(request, made.pk))


@router.post(_NOTICE + "/accept", response=WholeShipNoticeOut, operation_id="accept_ship_notice")
def accept_ship_notice(request: HttpRequest, notice_id: int, is_checked: bool = False) -> Any:
    """The goods are expected as it says; `is_checked`: a supplier in doubt was asked."""
    services.accept_ship_notice(notice_id=notice_id, is_checked=is_checked, by=asker(request))
    return _notice(request, notice_id)


@router.post(_NOTICE + "/refuse", response=WholeShipNoticeOut, operation_id="refuse_ship_notice")
def refuse_ship_notice(request: HttpRequest, notice_id: int, given: CloseIn) -> Any:
    """It is not right."""
    services.refuse_ship_notice(notice_id=notice_id, reason=given.reason, by=asker(request))
    return _notice(request, notice_id)


def _notice(request: HttpRequest, notice_id: int) -> Any:
    notice: Any = get_object_or_404(queries.ship_notices_for(asker(request)), pk=notice_id)
    notice.all_lines = queries.lines_of_notice(notice)
    notice.differences = differences_of(notice, notice.all_lines)
    return notice


@router.get(
    "/supply-exceptions", response=Page[SupplyExceptionOut], operation_id="list_supply_exceptions"
)
def list_supply_exceptions(
    request: HttpRequest, given: Query[ExceptionFilter], paging: Query[Paging]
) -> Any:
    """Supply exceptions, the newest first."""
    rows = queries.supply_exceptions_for(asker(request))
    if given.state:
        rows = rows.filter(state=plain(given.state, 20))
    if given.kind:
        rows = rows.filter(kind=plain(given.kind, 20))
    return page_of(rows, paging)


@router.get(_ONE, response=SupplyExceptionOut, operation_id="get_supply_exception")
def get_supply_exception(request: HttpRequest, exception_id: int) -> Any:
    """One supply exception."""
    return _found(request, exception_id)


@router.get(
    _ONE + "/choices", response=list[ChoiceOut], operation_id="list_choices_of_supply_exception"
)
def list_choices_of_supply_exception(request: HttpRequest, exception_id: int) -> Any:
    """What can be done about it, with day and cost."""
    return choices_for(_found(request, exception_id))


@router.post(
    "/supply-exceptions",
    response={201: SupplyExceptionOut},
    operation_id="report_supply_exception",
)
def report_supply_exception(request: HttpRequest, given: ReportExceptionIn) -> Any:
    """Say that a delivery is wrong, too little, too much or will be late."""
    made = services.report_supply_exception(**given.dict(), by=asker(request))
    return Status(201, _found(request, made.pk))


@router.post(_ONE + "/decide", response=SupplyExceptionOut, operation_id="decide_supply_exception")
def decide_supply_exception(request: HttpRequest, exception_id: int, given: DecideIn) -> Any:
    """Say what is done about it."""
    services.decide_supply_exception(exception_id=exception_id, **given.dict(), by=asker(request))
    return _found(request, exception_id)


@router.post(_ONE + "/close", response=SupplyExceptionOut, operation_id="close_supply_exception")
def close_supply_exception(request: HttpRequest, exception_id: int, given: CloseIn) -> Any:
    """Nothing more is to be done about it."""
    services.close_supply_exception(exception_id=exception_id, **given.dict(), by=asker(request))
    return _found(request, exception_id)


def _found(request: HttpRequest, exception_id: int) -> Any:
    rows = queries.supply_exceptions_for(asker(request))
    return get_object_or_404(rows, pk=exception_id)
