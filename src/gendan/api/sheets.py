"""API operations of sheets: templates, exports, imports at once or by the worker."""

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import asker
from gendan.exchange import queries, services, sheets
from gendan.exchange.bringing import bring_in
from gendan.exchange.sheets import ImportReport

router = Router(tags=["sheets"])


class ColumnOut(Schema):
    """A column of a kind of sheet: `key` and both headers are understood."""

    key: str
    title_en: str
    title_zh: str
    is_needed: bool
    choices: tuple[str, ...]


class KindOut(Schema):
    """A kind of sheet that the asker may bring in; `verb` is what is done with its rows."""

    key: str
    title_en: str
    title_zh: str
    verb: str
    columns: tuple[ColumnOut, ...]


class FaultOut(Schema):
    """What stands in the way of a cell, at the row as the file counts it."""

    row: int
    column: str
    message: str


class ReportOut(Schema):
    """What came, or would come, of a file; with errors nothing was saved."""

    kind: str
    rows: int
    errors: list[FaultOut]
    error_count: int
    would_make: int
    would_change: int
    would_remove: int
    ignored_columns: list[str]
    is_saved: bool


class ImportOut(Schema):
    """An import: waiting, running, done, refused (has faults), failed or stopped.

    `progress` is in percent, `failure` a sentence where the file could not be taken at all.
    """

    id: int
    kind: str
    name: str
    state: str
    stage: str
    progress: int
    is_trial: bool
    rows: int
    made: int
    changed: int
    removed: int
    ignored_columns: list[str]
    error_count: int
    failure: str
    asked_at: dt.datetime
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    address: str = Field(description="where it is asked how far it is")

    @staticmethod
    def resolve_address(obj: Any) -> str:
        """The address of the import itself."""
        return _address(obj.pk)


def _address(import_id: int) -> str:
    return reverse("api:get_sheet_import", kwargs={"import_id": import_id})


def _kind(request: HttpRequest, key: str) -> Any:
    found = sheets.kind_of(key)
    sheets.refuse_role(found, asker(request))
    return found


@router.get("/sheets", response=list[KindOut], operation_id="list_sheets")
def list_sheets(request: HttpRequest) -> Any:
    """The kinds of sheets that the asker may bring in, with their columns."""
    return sheets.kinds_for(asker(request))


@router.get("/sheets/{str:kind}/template", operation_id="get_sheet_template")
def get_sheet_template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty workbook with the headers in the asker's language."""
    _kind(request, kind)
    content = sheets.template(kind, get_language() or "en")
    return HttpResponse(content, content_type=sheets.FORMATS["xlsx"])


@router.get("/sheets/{str:kind}", operation_id="export_sheet")
def export_sheet(
    request: HttpRequest, kind: str, form: Literal["xlsx", "csv"] = "xlsx"
) -> HttpResponse:
    """All rows that the asker may see, in columns that can be imported again."""
    _kind(request, kind)
    by = asker(request)
    content = sheets.export(kind, by=by, form=form, language=get_language() or "en")
    return HttpResponse(content, content_type=sheets.FORMATS[form])


@router.post("/sheets/{str:kind}", response={200: ReportOut, 202: ImportOut},
             operation_id="import_sheet")  # fmt: skip
def import_sheet(
    request: HttpRequest,
    response: HttpResponse,
    kind: str,
    file: File[UploadedFile],
    dry_run: bool = False,
    again: bool = False,
) -> Any:
    """A small file at once, whole or not at all; a large one by the worker: 202 and its address."""
    came = bring_in(
        kind,
        file.read(),
        file.name or "sheet.xlsx",
        by=asker(request),
        keep=not dry_run,
        again=again,
    )
    if isinstance(came, ImportReport):
        return came
    response["Location"] = _address(came.pk)
    return Status(202, came)


@router.get("/sheet-imports", response=Page[ImportOut], operation_id="list_sheet_imports")
def list_sheet_imports(request: HttpRequest, paging: Query[Paging]) -> Any:
    """The asker's imports, the newest first."""
    return page_of(queries.imports_for(asker(request)), paging)


@router.get("/sheet-imports/{int:import_id}", response=ImportOut, url_name="get_sheet_import",
            operation_id="get_sheet_import")  # fmt: skip
def get_sheet_import(request: HttpRequest, import_id: int) -> Any:
    """How far an import is, and what came of it."""
    return queries.import_seen(import_id, asker(request))


@router.get("/sheet-imports/{int:import_id}/faults", response=list[FaultOut],
            operation_id="list_sheet_faults")  # fmt: skip
def list_sheet_faults(request: HttpRequest, import_id: int) -> Any:
    """What stands in the way of an import, row by row: the first five thousand."""
    found = queries.import_seen(import_id, asker(request))
    return [dict(zip(("row", "column", "message"), one, strict=True)) for one in found.errors]


@router.post("/sheet-imports/{int:import_id}/stop", response=ImportOut, operation_id="stop_import")
def stop_import(request: HttpRequest, import_id: int) -> Any:
    """Stop an import that waits or is being taken; nothing of it is kept."""
    return services.stop_import(import_id=import_id, by=asker(request))
