"""API operations about forecasts, limits of stock, what to order and what is too much."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status
from pydantic import StringConstraints

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Id, Reason, Rows, SavedOut, asker, saved
from gendan.planning.queries import stock_planned
from gendan.stocking import queries, services, surplus
from gendan.stocking.models import StockPolicy

router = Router(tags=["stocking"])
Letter = Annotated[str, StringConstraints(max_length=1)]


class ForecastOut(Schema):
    """What is expected of an item, month by month from `starts_on` on.

    `spread`: standard deviation of one month's error; `total_spread`: of that of the months until
    then together. `mase`: error of the back-test against taking each month as the one before.
    """

    item_id: int
    item: str = Field(alias="item.code")
    method: str
    pattern: str
    is_seasonal: bool
    starts_on: dt.date
    mean: list[float]
    spread: list[float]
    total_spread: list[float]
    history: list[float]
    mase: float | None
    smape: float | None
    notes: list[str]
    abc: str
    xyz: str
    used: float
    used_value: float
    made_at: dt.datetime


class ForecastRunOut(Schema):
    """One calculation of all forecasts."""

    id: int
    state: str
    progress: int
    items: int
    methods: dict[str, int]
    failure: str
    asked_at: dt.datetime
    finished_at: dt.datetime | None


class PolicyOut(Schema):
    """How an item's stock is kept; `alarm` is "", "below" or "above"."""

    id: int
    revision: int
    item_id: int
    item: str = Field(alias="item.code")
    method: str
    service: str
    service_percent: Decimal
    safety_stock: Decimal = Field(alias="item.safety_stock")
    minimum: Decimal
    maximum: Decimal
    reorder_point: Decimal
    order_quantity: Decimal
    review_days: int
    lead_spread_days: Decimal
    order_cost: Decimal | None
    holding_percent: Decimal
    uses_forecast: bool
    alarm: str
    alarm_since: dt.datetime | None
    stock: Decimal


class PoliciesIn(Schema):
    """Policies to save."""

    rows: Rows[services.PolicyRow]


class ItemsIn(Schema):
    """Items by their ids."""

    item_ids: list[Id] = Field(min_length=1, max_length=5000)


class OfferIn(Schema):
    """The order line that wants it."""

    line_id: Id


class SurplusReturnIn(Schema):
    """From which receipt's line and place, how much, for what, and why."""

    line_id: Id
    location: str = Field(max_length=40)
    quantity: Decimal
    outcome: str = Field(max_length=20)
    reason: str = Field(max_length=500)
    due_on: dt.date | None = None
    email: str = Field("", max_length=200)


class ReworkIn(Schema):
    """What is made of it (its code), how much, and by when."""

    into: str = Field(max_length=60)
    quantity: Decimal
    due_on: dt.date | None = None


class StartedOut(Schema):
    """Something begun about surplus: `about` as the journal names it, `told` as people do."""

    id: int
    item_id: int
    kind: str
    quantity: Decimal
    about: str
    told: str
    at: dt.datetime


class ReorderOut(Schema):
    """An item at its limit and how much to order of it."""

    item_id: int = Field(alias="policy.item_id")
    item: str = Field(alias="code")
    stock: Decimal
    coming: Decimal
    limit: Decimal = Field(alias="policy.trigger")
    quantity: Decimal


class ReorderedOut(Schema):
    """What was made of reorders."""

    codes: list[str]
    purchase_requests: list[str]
    work_orders: list[str]


class SurplusOut(Schema):
    """An item with too much free stock, why, and how many open order lines could take it."""

    item_id: int = Field(alias="id")
    item: str = Field(alias="code")
    free: Decimal
    value: Decimal | None
    is_slow: bool
    is_excess: bool
    is_left_over: bool
    expires_on: dt.date | None
    offers: int
    decision: str | None


class DecisionIn(Schema):
    """What becomes of it."""

    kind: Literal["keep", "offer", "return", "rework", "scrap"]
    reason: Reason


class DecisionOut(Schema):
    """What was decided."""

    id: int
    item_id: int
    kind: str
    reason: str
    at: dt.datetime


class CurveOut(Schema):
    """A service level (share of order cycles without shortage) and the stock it needs, in value."""

    level: float
    fill: float
    safety_value: float
    stock_value: float
    short: float


class PolicyFilter(Schema):
    """Which policies: by alarm ("below", "above")."""

    alarm: str = Field("", max_length=5)


class ClassFilter(Schema):
    """Which items: by class of value (A, B, C) and of evenness (X, Y, Z)."""

    abc: Letter = ""
    xyz: Letter = ""


@router.get("/forecasts", response=Page[ForecastOut], operation_id="list_forecasts")
def list_forecasts(request: HttpRequest, given: Query[ClassFilter], paging: Query[Paging]) -> Any:
    """Forecasts of all items."""
    rows = queries.forecasts_for(asker(request))
    wanted = {name: value for name, value in given.dict().items() if value}
    return page_of(rows.filter(**wanted), paging)


@router.get("/forecasts/{int:item_id}", response=ForecastOut, operation_id="get_forecast")
def get_forecast(request: HttpRequest, item_id: int) -> Any:
    """The forecast of one item."""
    return get_object_or_404(queries.forecasts_for(asker(request)), item_id=item_id)


@router.post("/forecast-runs", response={202: ForecastRunOut}, operation_id="calculate_forecasts")
def calculate_forecasts(request: HttpRequest) -> Any:
    """Have everything forecast anew by a worker; a run that waits already is the one."""
    return Status(202, services.calculate_forecasts(by=asker(request)))


@router.get("/forecast-runs/{int:run_id}", response=ForecastRunOut, operation_id="get_forecast_run")
def get_forecast_run(request: HttpRequest, run_id: int) -> Any:
    """How far a calculation is."""
    return get_object_or_404(queries.runs_for(asker(request)), pk=run_id)


@router.get("/stock-policies", response=Page[PolicyOut], operation_id="list_stock_policies")
def list_stock_policies(
    request: HttpRequest, given: Query[PolicyFilter], paging: Query[Paging]
) -> Any:
    """How the stock of items is kept."""
    rows = queries.policies_for(asker(request))
    if given.alarm in StockPolicy.Alarm.values and given.alarm:
        rows = rows.filter(alarm=given.alarm)
    return page_of(rows, paging)


@router.post("/stock-policies", response={201: SavedOut}, operation_id="save_stock_policies")
def save_stock_policies(request: HttpRequest, given: PoliciesIn) -> Any:
    """Make, change or remove policies: all or none."""
    return Status(201, saved(services.save_stock_policies(rows=given.rows, by=asker(request))))


@router.post("/stock-policies/adopt", response=SavedOut, operation_id="adopt_stock_policies")
def adopt_stock_policies(request: HttpRequest, given: ItemsIn) -> Any:
    """Put the limits in force that the forecasts ask for; safety stocks go to the items."""
    made = services.adopt_stock_policies(item_ids=given.item_ids, by=asker(request))
    return saved(made)


@router.get("/reorders", response=list[ReorderOut], operation_id="list_reorders")
def list_reorders(request: HttpRequest) -> Any:
    """Items at their limit, with the quantities to order."""
    return queries.reorders_for(asker(request))


@router.post("/reorders", response={201: ReorderedOut}, operation_id="request_reorders")
def request_reorders(request: HttpRequest, given: ItemsIn) -> Any:
    """Order these items up to their limits: purchase requests and work orders for the stock."""
    made = services.request_reorders(item_ids=given.item_ids, by=asker(request))
    return Status(201, made)


@router.get("/surplus", response=Page[SurplusOut], operation_id="list_surplus")
def list_surplus(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Stock that is slow, expires soon, is left over or is more than a year needs."""
    return page_of(surplus.surplus_for(asker(request), stock_planned()), paging)


@router.post(
    "/items/{int:item_id}/surplus-decisions",
    response={201: DecisionOut},
    operation_id="decide_surplus",
)
def decide_surplus(request: HttpRequest, item_id: int, given: DecisionIn) -> Any:
    """Write down what becomes of an item's surplus."""
    made = services.decide_surplus(
        item_id=item_id, kind=given.kind, reason=given.reason, by=asker(request)
    )
    return Status(201, made)


@router.post(
    "/items/{int:item_id}/surplus-offers", response={201: StartedOut}, operation_id="offer_surplus"
)
def offer_surplus(request: HttpRequest, item_id: int, given: OfferIn) -> Any:
    """Keep what is free of an item for a line of an open order that wants it."""
    made = services.offer_surplus(item_id=item_id, line_id=given.line_id, by=asker(request))
    return Status(201, made)


@router.post(
    "/items/{int:item_id}/surplus-returns",
    response={201: StartedOut},
    operation_id="return_surplus",
)
def return_surplus(request: HttpRequest, item_id: int, given: SurplusReturnIn) -> Any:
    """Send released goods of a receipt's line back from the store; the supplier is told."""
    made = services.return_surplus(item_id=item_id, **given.dict(), by=asker(request))
    return Status(201, made)


@router.post(
    "/items/{int:item_id}/surplus-works", response={201: StartedOut}, operation_id="rework_surplus"
)
def rework_surplus(request: HttpRequest, item_id: int, given: ReworkIn) -> Any:
    """Make a work order for an item that the surplus goes into."""
    made = services.rework_surplus(item_id=item_id, **given.dict(), by=asker(request))
    return Status(201, made)


@router.get("/items/{int:item_id}/surplus-starts", response=list[StartedOut],
            operation_id="list_surplus_starts")  # fmt: skip
def list_surplus_starts(request: HttpRequest, item_id: int) -> Any:
    """What was begun about an item's surplus, the latest first."""
    user = asker(request)
    return surplus.starts_of(queries.item_seen(item_id, user), user)[:100]


@router.get("/stock-curve", response=list[CurveOut], operation_id="get_stock_curve")
def get_stock_curve(request: HttpRequest, abc: Letter = "") -> Any:
    """What each service level needs in stock, for all items or those of a class of value."""
    return queries.service_curve(asker(request), abc)
