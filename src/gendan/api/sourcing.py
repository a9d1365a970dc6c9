"""API operations of suppliers: approved sources, prices, documents, contracts, scores."""

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Id, Reason, Rows, SavedOut, asker, asker_who_may, plain, saved
from gendan.purchasing.supplier_facts import scorecards, supplier_facts
from gendan.sourcing import queries, services
from gendan.sourcing.models import Qualification, SourcePrice, SupplierClosing, SupplierContract
from gendan.sourcing.scoring import PARTS, rows_of_part

MOST_ROWS = 1000
router = Router(tags=["sourcing"])


class SupplierOut(Schema):
    """A supplier; `stops`: an expired document stops new purchase orders."""

    id: int
    code: str
    name: str
    name_zh: str
    country: str
    currency: str
    is_active: bool
    item_count: int
    blocked_count: int
    expires_on: dt.date | None
    stops: bool


class SourceOut(Schema):
    """Who may supply an item. `lead_days` null: the item's own; 0 in quantities: any."""

    id: int
    supplier_id: int
    supplier: str = Field(alias="supplier.code")
    item_id: int
    item: str = Field(alias="item.code")
    status: str
    rank: int
    supplier_item_code: str
    lead_days: int | None
    minimum: Decimal
    multiple: Decimal
    weekly_capacity: Decimal | None
    currency: str
    freight_percent: Decimal | None
    duty_percent: Decimal | None
    nominated_by_id: int | None
    is_outside_factory: bool
    skips_inspection: bool
    remark: str


class SourcePriceOut(Schema):
    """A price of one unit from a quantity upward; `valid_until_on` null: until further notice."""

    id: int
    source_id: int
    from_quantity: Decimal
    price: Decimal
    currency: str
    valid_from_on: dt.date
    valid_until_on: dt.date | None


class QualificationOut(Schema):
    """A document of a supplier."""

    id: int
    supplier_id: int
    kind: str
    number: str
    issued_on: dt.date | None
    expires_on: dt.date | None
    is_required: bool
    remark: str
    file_name: str
    overlooked_until_on: dt.date | None
    overlooked_reason: str


class SupplierContractOut(Schema):
    """A contract with a supplier, its terms as data."""

    id: int
    supplier_id: int
    number: str
    valid_from_on: dt.date
    valid_until_on: dt.date | None
    payment_terms_id: int | None
    over_percent: Decimal
    short_percent: Decimal
    penalty_percent: Decimal
    penalty_most_percent: Decimal
    price_valid_days: int
    most_ppm: int | None
    quality_terms: str
    file_name: str


class ClosingOut(Schema):
    """Days (both included) on which a supplier does not work."""

    id: int
    supplier_id: int
    first_on: dt.date
    last_on: dt.date
    reason: str


class PartOut(Schema):
    """A part of a score; `score` null: no data, so it is not counted."""

    part: str
    weight: int
    score: float | None
    figure: float | None
    count: int


class MonthOut(Schema):
    """The score of one month; null where nothing happened."""

    month_on: dt.date
    total: float | None


class ScoreOut(Schema):
    """A supplier's score of 0 to 100 over the last twelve months."""

    supplier_id: int
    total: float | None
    grade: str
    covered_percent: int
    parts: list[PartOut]
    months: list[MonthOut]


class ScoreRowOut(Schema):
    """A row behind a figure: its day, the document or note it comes from, what it says."""

    on: dt.date
    of: str
    item: str
    figures: dict[str, Any]


class FiledOut(Schema):
    """The document the file was put to."""

    id: int
    file_name: str


class SourcesIn(Schema):
    """Sources to save."""

    rows: Rows[services.SourceRow]


class SourcePricesIn(Schema):
    """Prices to save."""

    rows: Rows[services.SourcePriceRow]


class QualificationsIn(Schema):
    """Documents to save."""

    rows: Rows[services.QualificationRow]


class SupplierContractsIn(Schema):
    """Contracts to save."""

    rows: Rows[services.SupplierContractRow]


class ClosingsIn(Schema):
    """Closing days to save."""

    rows: Rows[services.ClosingRow]


class ServiceScoresIn(Schema):
    """Service scores to save."""

    rows: Rows[services.ServiceScoreRow]


class WeightsIn(Schema):
    """Weights by part, and why; parts left out keep theirs."""

    weights: dict[str, int] = Field(max_length=20)
    reason: Reason


class WeightsOut(Schema):
    """The weights in force by part, since when and why; `at` null: as Gendan ships them."""

    weights: dict[str, int]
    at: dt.datetime | None
    reason: str


class AssumptionsIn(Schema):
    """Figures by name, and why; those left out keep theirs."""

    values: dict[str, Decimal] = Field(max_length=20)
    reason: Reason


class FiguresOut(Schema):
    """What holds from now on."""

    id: int
    at: dt.datetime
    reason: str


class OverlookIn(Schema):
    """Until when, and why."""

    until_on: dt.date
    reason: Reason


class SupplierFilter(Schema):
    """Rows of one supplier (its code) or of one item (its code)."""

    supplier: str = Field("", max_length=40)
    item: str = Field("", max_length=40)

    def of(self, prefix: str = "", *, has_item: bool = False) -> dict[str, str]:
        """The conditions for a queryset whose supplier stands behind the prefix."""
        wanted = {}
        if self.supplier:
            wanted[f"{prefix}supplier__code"] = plain(self.supplier, 40)
        if self.item and has_item:
            wanted[f"{prefix}item__code"] = plain(self.item, 40)
        return wanted


@router.get("/suppliers", response=Page[SupplierOut], operation_id="list_suppliers")
def list_suppliers(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Suppliers by code."""
    return page_of(queries.suppliers_for(asker(request)), paging, "code")


@router.get("/suppliers/{int:supplier_id}", response=SupplierOut, operation_id="get_supplier")
def get_supplier(request: HttpRequest, supplier_id: int) -> Any:
    """One supplier."""
    return get_object_or_404(queries.suppliers_for(asker(request)), pk=supplier_id)


@router.get(
    "/suppliers/{int:supplier_id}/score", response=ScoreOut, operation_id="get_supplier_score"
)
def get_supplier_score(request: HttpRequest, supplier_id: int) -> Any:
    """A supplier's score with its parts and its trend by month."""
    found = get_object_or_404(queries.suppliers_for(asker(request)), pk=supplier_id)
    return scorecards([found.pk], supplier_facts())[found.pk]


@router.get(
    "/suppliers/{int:supplier_id}/score/{part}",
    response=list[ScoreRowOut],
    operation_id="list_supplier_score_rows",
)
def list_supplier_score_rows(request: HttpRequest, supplier_id: int, part: str) -> Any:
    """The rows of the last twelve months behind a part of a supplier's score, the newest first."""
    found = get_object_or_404(queries.suppliers_for(asker(request)), pk=supplier_id)
    if part not in PARTS:
        raise Http404
    rows = rows_of_part(supplier_facts(), found.pk, part, dt.date.min, dt.date.max)
    return [_score_row(one) for one in rows[:MOST_ROWS]]


def _score_row(one: Any) -> dict[str, Any]:
    left_out = ("supplier_id", "item_id", "told", "received_on")
    figures = {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in vars(one).items()
        if name not in left_out
    }
    figures.pop("on", None)
    return {"on": one.on, "of": one.told.words, "item": one.told.item, "figures": figures}


@router.get("/sources", response=Page[SourceOut], operation_id="list_sources")
def list_sources(request: HttpRequest, given: Query[SupplierFilter], paging: Query[Paging]) -> Any:
    """The approved list, of one supplier or one item if asked for."""
    return page_of(queries.sources_for(asker(request)).filter(**given.of(has_item=True)), paging)


@router.post("/sources", response=SavedOut, operation_id="save_sources")
def save_sources(request: HttpRequest, given: SourcesIn) -> Any:
    """Make, change or remove approved sources, all or none."""
    return saved(services.save_sources(rows=given.rows, by=asker(request)))


@router.get("/source-prices", response=Page[SourcePriceOut], operation_id="list_source_prices")
def list_source_prices(
    request: HttpRequest, given: Query[SupplierFilter], paging: Query[Paging]
) -> Any:
    """Suppliers' prices, past and to come."""
    rows = SourcePrice.objects.visible_to(asker(request))
    return page_of(rows.filter(**given.of("source__", has_item=True)), paging)


@router.post("/source-prices", response=SavedOut, operation_id="save_source_prices")
def save_source_prices(request: HttpRequest, given: SourcePricesIn) -> Any:
    """Make, change or remove prices; a later price ends the one before it. All or none."""
    return saved(services.save_source_prices(rows=given.rows, by=asker(request)))


@router.get("/supplier-documents", response=Page[QualificationOut], operation_id="list_documents")
def list_documents(
    request: HttpRequest, given: Query[SupplierFilter], paging: Query[Paging]
) -> Any:
    """Suppliers' documents."""
    rows = Qualification.objects.visible_to(asker(request))
    return page_of(rows.filter(**given.of()), paging)


@router.post("/supplier-documents", response=SavedOut, operation_id="save_qualifications")
def save_qualifications(request: HttpRequest, given: QualificationsIn) -> Any:
    """Make, change or remove documents, all or none."""
    return saved(services.save_qualifications(rows=given.rows, by=asker(request)))


@router.post(
    "/supplier-documents/{int:qualification_id}/overlook",
    response=QualificationOut,
    operation_id="overlook_qualification",
)
def overlook_qualification(request: HttpRequest, qualification_id: Id, given: OverlookIn) -> Any:
    """Allow buying for a time although a required document has expired."""
    return services.overlook_qualification(
        qualification_id=qualification_id, **given.dict(), by=asker(request)
    )


@router.post(
    "/supplier-papers/{kind}/{int:document_id}/file",
    response={201: FiledOut},
    operation_id="file_supplier_document",
)
def file_supplier_document(
    request: HttpRequest,
    kind: Literal["qualification", "contract"],
    document_id: Id,
    file: File[UploadedFile],
) -> Any:
    """Put the paper itself to a qualification or a contract."""
    made = services.file_supplier_document(
        kind=kind,
        document_id=document_id,
        file=file.file,
        file_name=file.name or "file",
        by=asker(request),
    )
    return Status(201, made)


@router.get(
    "/supplier-contracts",
    response=Page[SupplierContractOut],
    operation_id="list_supplier_contracts",
)
def list_supplier_contracts(
    request: HttpRequest, given: Query[SupplierFilter], paging: Query[Paging]
) -> Any:
    """Contracts with suppliers."""
    rows = SupplierContract.objects.visible_to(asker(request))
    return page_of(rows.filter(**given.of()), paging)


@router.post("/supplier-contracts", response=SavedOut, operation_id="save_supplier_contracts")
def save_supplier_contracts(request: HttpRequest, given: SupplierContractsIn) -> Any:
    """Make, change or remove contracts, all or none."""
    return saved(services.save_supplier_contracts(rows=given.rows, by=asker(request)))


@router.get("/supplier-closings", response=Page[ClosingOut], operation_id="list_closings")
def list_closings(request: HttpRequest, given: Query[SupplierFilter], paging: Query[Paging]) -> Any:
    """Days on which suppliers do not work."""
    rows = SupplierClosing.objects.visible_to(asker(request))
    return page_of(rows.filter(**given.of()), paging)


@router.post("/supplier-closings", response=SavedOut, operation_id="save_supplier_closings")
def save_supplier_closings(request: HttpRequest, given: ClosingsIn) -> Any:
    """Make, change or remove closing days, all or none."""
    return saved(services.save_supplier_closings(rows=given.rows, by=asker(request)))


@router.post("/service-scores", response=SavedOut, operation_id="save_service_scores")
def save_service_scores(request: HttpRequest, given: ServiceScoresIn) -> Any:
    """Score suppliers' service by month, all or none."""
    return saved(services.save_service_scores(rows=given.rows, by=asker(request)))


@router.get("/score-weights", response=WeightsOut, operation_id="get_score_weights")
def get_score_weights(request: HttpRequest) -> Any:
    """How much each part of the scorecard counts; only their proportions matter."""
    asker_who_may(request, "save_score_weights")
    found = queries.weights()
    weights = {part: getattr(found, part) for part in found.PARTS}
    return {"weights": weights, "at": found.at, "reason": found.reason}


@router.post("/score-weights", response={201: FiguresOut}, operation_id="save_score_weights")
def save_score_weights(request: HttpRequest, given: WeightsIn) -> Any:
    """Weigh the scorecard anew."""
    made = services.save_score_weights(**given.dict(), by=asker(request))
    return Status(201, made)


@router.post(
    "/buying-assumptions", response={201: FiguresOut}, operation_id="save_buying_assumptions"
)
def save_buying_assumptions(request: HttpRequest, given: AssumptionsIn) -> Any:
    """Say what the comparison of total costs assumes."""
    made = services.save_buying_assumptions(**given.dict(), by=asker(request))
    return Status(201, made)
