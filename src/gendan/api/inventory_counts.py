"""API operations of counting."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Id, Reason, Rows, SavedOut, asker, plain, saved
from gendan.exchange import count_sheets, sheets
from gendan.inventory import queries, services
from gendan.inventory.models import Count

router = Router(tags=["inventory"])
Code = Annotated[str, Field(max_length=60)]


class CountOut(Schema):
    """A count."""

    id: int
    number: str
    state: str
    basis: str
    place_id: int | None
    is_blind: bool
    tolerance_percent: Decimal
    approval_amount: Decimal
    made_at: dt.datetime
    ended_at: dt.datetime | None


class CountLineOut(Schema):
    """One item in one place; of a blind count `book` is told once the line is counted for good."""

    id: int
    item_id: int
    lot_id: int | None
    location_id: int
    state: str
    round: int
    book: Decimal | None
    counted: Decimal | None
    counted_at: dt.datetime | None
    value: Decimal | None

    @staticmethod
    def resolve_book(obj: Any) -> Decimal | None:
        """The books, unless they would tell the next counter what to find."""
        return None if _is_hidden(obj) else obj.book

    @staticmethod
    def resolve_counted(obj: Any) -> Decimal | None:
        """What was found, unless it is to be found again."""
        return None if _is_hidden(obj) else obj.counted

    @staticmethod
    def resolve_value(obj: Any) -> Decimal | None:
        """What the variance is worth."""
        return None if _is_hidden(obj) else obj.value


class CallOut(Schema):
    """Something that asks for a count."""

    id: int
    kind: str
    item_id: int
    location_id: int | None
    remark: str
    at: dt.datetime
    answered_id: int | None


class StartIn(Schema):
    """What is to be counted, and how strictly."""

    basis: str
    place: Code = ""
    items: list[Code] = []
    is_blind: bool = True
    tolerance_percent: Decimal | None = None
    approval_amount: Decimal | None = None


class CountedIn(Schema):
    """What was found."""

    rows: Rows[services.CountedRow]


class LineIn(Schema):
    """Something found that is not on the list."""

    item: Code
    location: Code
    lot: Code = ""


class LinesIn(Schema):
    """Which lines."""

    line_ids: Rows[Id]


class CloseIn(Schema):
    """Whether lines may stay uncounted, and why."""

    leave_uncounted: bool = False
    reason: Reason = ""


class CallOffIn(Schema):
    """Why the count is called off."""

    reason: Reason


class AskIn(Schema):
    """What looks wrong."""

    item: Code
    location: Code = ""
    remark: Reason = ""


class AccuracyOut(Schema):
    """How good the books were in the counts that ended in a month."""

    month: str
    lines: int
    right: int
    exact: int
    percent: Decimal
    gained: Decimal
    lost: Decimal


class SheetErrorOut(Schema):
    """What stands in the way of a cell; rows as the file counts them."""

    row: int
    column: str
    message: str


class SheetReadOut(Schema):
    """What came, or would come, of a filled sheet; with errors nothing was entered."""

    rows: int
    is_saved: bool
    counted: int = Field(alias="would_make")
    error_count: int
    errors: list[SheetErrorOut]


def _is_hidden(line: Any) -> bool:
    return line.state in line.WAITING


def _seen(request: HttpRequest, count_id: int) -> Count:
    return get_object_or_404(Count.objects.visible_to(asker(request)), pk=count_id)


@router.get("/counts", response=Page[CountOut], operation_id="list_counts")
def list_counts(request: HttpRequest, paging: Query[Paging], state: str = "") -> Any:
    """Counts, the newest first."""
    rows = Count.objects.visible_to(asker(request))
    return page_of(rows.filter(state=plain(state, 10)) if state else rows, paging)


@router.post("/counts", response=CountOut, operation_id="start_count")
def start_count(request: HttpRequest, given: StartIn) -> Any:
    """Make the list of what is to be counted; work goes on."""
    return services.start_count(**given.dict(), by=asker(request))


@router.get("/counts/accuracy", response=list[AccuracyOut], operation_id="get_count_accuracy")
def get_count_accuracy(request: HttpRequest) -> Any:
    """How good the books were, by month."""
    return queries.accuracy()


@router.get("/counts/calls", response=Page[CallOut], operation_id="list_count_calls")
def list_count_calls(request: HttpRequest, paging: Query[Paging], is_open: bool = True) -> Any:
    """What asks for a count."""
    return page_of(queries.calls_for(asker(request)).filter(answered__isnull=is_open), paging)


@router.post("/counts/calls", response=CallOut, operation_id="ask_for_count")
def ask_for_count(request: HttpRequest, given: AskIn) -> Any:
    """Something looks wrong: have it counted."""
    return services.ask_for_count(**given.dict(), by=asker(request))


@router.get("/counts/{int:count_id}/lines", response=Page[CountLineOut],
            operation_id="list_count_lines")  # fmt: skip
def list_count_lines(
    request: HttpRequest, count_id: int, paging: Query[Paging], state: str = ""
) -> Any:
    """The lines of a count."""
    rows = queries.lines_for(_seen(request, count_id))
    return page_of(rows.filter(state=plain(state, 10)) if state else rows, paging, "pk")


@router.post("/counts/{int:count_id}/lines", response=CountLineOut, operation_id="add_count_line")
def add_count_line(request: HttpRequest, count_id: int, given: LineIn) -> Any:
    """Something was found that is not on the list."""
    return services.add_count_line(count_id=count_id, **given.dict(), by=asker(request))


@router.post("/counts/{int:count_id}/counted", response=list[CountLineOut],
             operation_id="record_counts")  # fmt: skip
def record_counts(request: HttpRequest, count_id: int, given: CountedIn) -> Any:
    """What was found, all rows or none."""
    return services.record_counts(count_id=count_id, rows=given.rows, by=asker(request))


@router.get("/counts/{int:count_id}/sheet", operation_id="get_count_sheet")
def get_count_sheet(
    request: HttpRequest, count_id: int, form: Literal["pdf", "xlsx", "csv"] = "xlsx"
) -> HttpResponse:
    """What is still to be counted: as PDF to write on, or as a file that is read back."""
    count = _seen(request, count_id)
    if form == "pdf":
        return HttpResponse(count_sheets.printed(count), content_type="application/pdf")
    content = count_sheets.written(count, form=form, language=get_language() or "en")
    return HttpResponse(content, content_type=sheets.FORMATS[form])


@router.post("/counts/{int:count_id}/sheet", response=SheetReadOut, operation_id="read_count_sheet")
def read_count_sheet(
    request: HttpRequest, count_id: int, file: File[UploadedFile], dry_run: bool = False
) -> Any:
    """A filled sheet: entered whole, or nothing of it and why, row by row."""
    read = count_sheets.tried if dry_run else count_sheets.taken
    count = _seen(request, count_id)
    return read(count, file.read(), file.name or "sheet.xlsx", by=asker(request))


@router.post("/counts/{int:count_id}/approve", response=SavedOut, operation_id="approve_variances")
def approve_variances(request: HttpRequest, count_id: int, given: LinesIn) -> Any:
    """Let large variances go into the ledger."""
    lines = services.approve_variances(
        count_id=count_id, line_ids=given.line_ids, by=asker(request)
    )
    return saved(lines)


@router.post("/counts/{int:count_id}/again", response=SavedOut, operation_id="count_again")
def count_again(request: HttpRequest, count_id: int, given: LinesIn) -> Any:
    """Have lines counted once more by somebody else."""
    lines = services.count_again(count_id=count_id, line_ids=given.line_ids, by=asker(request))
    return saved(lines)


@router.post("/counts/{int:count_id}/post", response=SavedOut, operation_id="post_count")
def post_count(request: HttpRequest, count_id: int) -> Any:
    """Write variances to the ledger; the ids are the moves."""
    return saved(services.post_count(count_id=count_id, by=asker(request)))


@router.post("/counts/{int:count_id}/close", response=CountOut, operation_id="close_count")
def close_count(request: HttpRequest, count_id: int, given: CloseIn) -> Any:
    """End a count whose lines are posted."""
    return services.close_count(count_id=count_id, **given.dict(), by=asker(request))


@router.post("/counts/{int:count_id}/cancel", response=CountOut, operation_id="cancel_count")
def cancel_count(request: HttpRequest, count_id: int, given: CallOffIn) -> Any:
    """Call a count off; what was posted stays posted."""
    return services.cancel_count(count_id=count_id, reason=given.reason, by=asker(request))
