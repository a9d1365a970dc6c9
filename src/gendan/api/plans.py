"""API operations about plans: runs, planned orders, what to do, comparing, scenarios."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema, Status

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Id, Rows, asker
from gendan.kernel.errors import NotThere
from gendan.orders.queries import demand_of, seen_order
from gendan.planning import queries, services, tracing
from gendan.planning.comparing import MOST_SHOWN, compare
from gendan.planning.comparing_schedules import compare_schedules
from gendan.planning.late_lines import grouped, late_lines
from gendan.planning.models import PlanRun

router = Router(tags=["planning"])


class PlanRunOut(Schema):
    """A plan run: how far it is, its figures, what was not right with the data."""

    id: int
    number: str
    state: str
    cause: str
    title: str
    is_live: bool
    changes: list[dict[str, Any]]
    adopted_at: dt.datetime | None
    asked_at: dt.datetime
    asked_by_id: int | None
    first_on: dt.date | None
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    progress: int
    stage: str
    figures: dict[str, Any]
    problems: list[dict[str, Any]]
    difference: dict[str, Any]
    failure: str
    failure_detail: str


class SubstituteOut(Schema):
    """So much of an item is taken for a component of a planned order."""

    item: str = Field(alias="item.code")
    instead_of: str = Field(alias="instead_of.code")
    quantity: Decimal


class PlannedOrderOut(Schema):
    """A quantity the plan makes or buys: what is started or ordered, whatever comes good of it."""

    id: int
    item_id: int
    item: str = Field(alias="item.code")
    kind: str
    state: str
    quantity: Decimal
    release_on: dt.date
    due_on: dt.date
    ready_on: dt.date | None
    is_late: bool
    made: str
    substitutes: list[SubstituteOut]


class PlanMessageOut(Schema):
    """What to do about a supply, and for what."""

    id: int
    action: str
    item_id: int
    item: str = Field(alias="item.code")
    planned_order_id: int | None = Field(alias="order_id")
    expected_id: int | None
    request_id: int | None
    quantity: Decimal
    to_quantity: Decimal
    day: dt.date
    to_day: dt.date
    for_demand: str | None = None
    for_item: str | None = None

    @staticmethod
    def resolve_for_demand(row: Any) -> str | None:
        """The demand that needs it first ("orders.line:12")."""
        return row.demand.name if row.demand else None

    @staticmethod
    def resolve_for_item(row: Any) -> str | None:
        """The item whose planned order needs it first."""
        return row.parent.item.code if row.parent else None


class FirmIn(Schema):
    """Which planned orders of the live plan.

    `even_if_made` false: refuse what an open work order was firmed for already.
    """

    planned_order_ids: Rows[Id]
    even_if_made: bool = True


class FirmedOut(Schema):
    """Numbers of what became of them."""

    work_orders: list[str]
    purchase_requests: list[str]


class ScenarioIn(Schema):
    """What to assume."""

    title: str = Field(max_length=200)
    changes: Rows[services.ScenarioChange]


class AssumptionOut(Schema):
    """What every live plan counts on besides the facts."""

    id: int
    change: dict[str, Any]
    scenario_id: int | None
    adopted_at: dt.datetime
    withdrawn_at: dt.datetime | None


class MovedDemandOut(Schema):
    """A demand that is ready on another day, or is only in one of the plans."""

    name: str
    order_id: int | None
    order_number: str
    item_id: int
    item: str
    needed_on: dt.date
    was_on: dt.date | None
    is_on: dt.date | None
    days: int | None
    is_new: bool
    is_gone: bool


class MovedOrderOut(Schema):
    """A planned order that is only in one of the plans, or due on another day."""

    item_id: int
    item: str
    kind: str
    quantity: Decimal
    was_on: dt.date | None
    is_on: dt.date | None


class MovedScheduleOut(Schema):
    """An order in both plans that is made on other days; without a work order it is planned."""

    item_id: int
    item: str
    work_order_id: int | None
    work_order: str
    quantity: Decimal
    was_starts_on: dt.date | None
    was_ends_on: dt.date | None
    starts_on: dt.date | None
    ends_on: dt.date | None
    days: int | None


class ComparisonOut(Schema):
    """What differs, the gravest first; the counts are of all of it.

    `orders`: planned for other days of need; `schedule`: made on other days.
    """

    demands: list[MovedDemandOut]
    orders: list[MovedOrderOut]
    schedule: list[MovedScheduleOut]
    demand_count: int
    order_count: int
    schedule_count: int


class ComparisonPart(Schema):
    """Which rows of both lists: `limit` of them behind the first `offset`."""

    offset: int = Field(0, ge=0, le=10_000_000)
    limit: int = Field(MOST_SHOWN, ge=1, le=MOST_SHOWN)


class NodeOut(Schema):
    """A supply an order line rests on, and what that rests on in turn."""

    item: str
    kind: str
    label: str
    quantity: Decimal
    needed_on: dt.date | None
    ready_on: dt.date | None
    is_late: bool
    below: list["NodeOut"]


class TreeOut(Schema):
    """What a line (or a dated delivery of it) rests on by the live plan."""

    name: str = Field(alias="demand.name")
    needed_on: dt.date = Field(alias="demand.needed_on")
    ready_on: dt.date | None = Field(alias="demand.ready_on")
    is_late: bool = Field(alias="demand.is_late")
    nodes: list[NodeOut]
    is_cut: bool


class BindingOut(Schema):
    """What a late line waits for: a supply of an item, and why it is late by the schedule."""

    kind: str
    item_id: int
    item: str
    label: str
    ready_on: dt.date | None
    reason: str = ""
    work_center: str = ""
    work_order_id: int | None
    planned_order_id: int | None = Field(alias="order_id")
    expected_id: int | None
    request_id: int | None
    approval: str = ""
    approved_on: dt.date | None = None

    @staticmethod
    def resolve_approval(row: Any) -> str:
        """Where an approval binds: the milestone of the line's order that is waited for."""
        if row.approval is None:
            return ""
        english, chinese = row.approval.names
        is_chinese = (get_language() or "").startswith("zh")
        return str((chinese or english) if is_chinese else (english or chinese))

    @staticmethod
    def resolve_reason(row: Any) -> str:
        """The code of what binds; "" where it is bought."""
        return row.late.reason if row.late else ""

    @staticmethod
    def resolve_work_center(row: Any) -> str:
        """Where there is no room, or too few people."""
        return row.late.center if row.late else ""


class LateLineOut(Schema):
    """An order line, or a dated delivery of it, that is ready later than needed in our works."""

    order_id: int = Field(alias="order.pk")
    order_number: str = Field(alias="order.number")
    line_id: int = Field(alias="line.pk")
    item: str = Field(alias="line.item.code")
    requested_on: dt.date | None = Field(alias="line.requested_on")
    promised_on: dt.date | None = Field(alias="line.promised_on")
    needed_on: dt.date
    ready_on: dt.date | None
    days_late: int | None
    binding: BindingOut | None


class LateSupplyOut(Schema):
    """A supply that late lines wait for, with all of them, the latest first.

    A line that waits for nothing that can be named stands alone, without a binding or with one of
    the shop.
    """

    binding: BindingOut | None
    needed_on: dt.date
    order_count: int
    lines: list[LateLineOut]


class LateFilter(Schema):
    """Of which plan run (else the live plan), and how many."""

    run_id: int | None = None
    limit: int = Field(500, ge=1, le=2000)


class OrdersFilter(Schema):
    """Which planned orders: of a run (else the live plan), of a kind, late ones."""

    run_id: int | None = None
    kind: str = Field("", max_length=20)
    state: str = Field("", max_length=20)
    is_late: bool | None = None


class MessagesFilter(Schema):
    """Which messages: of a run (else the live plan), of an action."""

    run_id: int | None = None
    action: str = Field("", max_length=20)


def _run(request: HttpRequest, run_id: int | None) -> PlanRun:
    if run_id is not None:
        return queries.run_seen(run_id, asker(request))
    found = queries.runs_for(asker(request)).filter(is_live=True).first()
    if found is None:
        raise NotThere(queries.no_plan_words())
    return found


@router.get("/plan-runs", response=Page[PlanRunOut], operation_id="list_plan_runs")
def list_plan_runs(request: HttpRequest, paging: Query[Paging]) -> Any:
    """The plan runs that are kept, the newest first."""
    return page_of(queries.runs_for(asker(request)), paging)


@router.get("/plan-runs/{int:run_id}", response=PlanRunOut, operation_id="get_plan_run")
def get_plan_run(request: HttpRequest, run_id: int) -> Any:
    """One plan run."""
    return queries.run_seen(run_id, asker(request))


@router.post("/plan-runs", response={202: PlanRunOut}, operation_id="run_plan")
def run_plan(request: HttpRequest) -> Any:
    """Have everything planned anew; `state` and `progress` tell how far it is."""
    return Status(202, services.run_plan(by=asker(request)))


@router.post("/plan-runs/{int:run_id}/cancel", response=PlanRunOut, operation_id="cancel_plan_run")
def cancel_plan_run(request: HttpRequest, run_id: int) -> Any:
    """Stop a run; the live plan stays as it is."""
    return services.cancel_plan_run(run_id=run_id, by=asker(request))


@router.get(
    "/plan-runs/{int:run_id}/comparison/{int:other_id}",
    response=ComparisonOut,
    operation_id="compare_plan_runs",
)
def compare_plan_runs(
    request: HttpRequest, run_id: int, other_id: int, part: Query[ComparisonPart]
) -> Any:
    """What run `run_id` says otherwise than run `other_id`, a part at a time."""
    run, other = _run(request, run_id), _run(request, other_id)
    found = compare(other.pk, run.pk, offset=part.offset, limit=part.limit)
    moved, count = compare_schedules(other.pk, run.pk, offset=part.offset, limit=part.limit)
    return {
        "demands": found.demands,
        "orders": found.orders,
        "schedule": moved,
        "demand_count": found.demand_count,
        "order_count": found.order_count,
        "schedule_count": count,
    }


@router.get("/late-order-lines", response=list[LateLineOut], operation_id="list_late_order_lines")
def list_late_order_lines(request: HttpRequest, given: Query[LateFilter]) -> Any:
    """The order lines that are late by a plan, the latest first, and what binds each."""
    return late_lines(_run(request, given.run_id), asker(request), given.limit)


@router.get(
    "/late-order-lines/by-supply",
    response=list[LateSupplyOut],
    operation_id="list_late_order_lines_by_supply",
)
def list_late_order_lines_by_supply(request: HttpRequest, given: Query[LateFilter]) -> Any:
    """The same lines by what they wait for: one purchase request once, with all it makes late."""
    return grouped(late_lines(_run(request, given.run_id), asker(request), given.limit))


@router.get("/planned-orders", response=Page[PlannedOrderOut], operation_id="list_planned_orders")
def list_planned_orders(
    request: HttpRequest, given: Query[OrdersFilter], paging: Query[Paging]
) -> Any:
    """What has to be made and bought."""
    rows = queries.orders_of(_run(request, given.run_id))
    if given.kind:
        rows = rows.filter(kind=given.kind)
    if given.state:
        rows = rows.filter(state=given.state)
    if given.is_late is not None:
        rows = rows.filter(is_late=given.is_late)
    return page_of(rows, paging, sort="pk")


@router.post("/planned-orders/firm", response=FirmedOut, operation_id="firm_planned_orders")
def firm_planned_orders(request: HttpRequest, given: FirmIn) -> Any:
    """Make work orders and purchase requests of them: all or none."""
    return services.firm_planned_orders(
        planned_order_ids=given.planned_order_ids,
        even_if_made=given.even_if_made,
        by=asker(request),
    )


@router.get("/plan-messages", response=Page[PlanMessageOut], operation_id="list_plan_messages")
def list_plan_messages(
    request: HttpRequest, given: Query[MessagesFilter], paging: Query[Paging]
) -> Any:
    """What is to be done about supplies, and for what."""
    rows = queries.messages_of(_run(request, given.run_id))
    if given.action:
        rows = rows.filter(action=given.action)
    return page_of(rows, paging, sort="pk")


@router.get("/orders/{int:order_id}/supply", response=list[TreeOut], operation_id="get_supply_tree")
def get_supply_tree(request: HttpRequest, order_id: int) -> Any:
    """What each line of an order rests on by the live plan, down to what is bought."""
    seen = seen_order(order_id, asker(request))
    lines = queries.line_ids_of(seen)
    return tracing.trees_of(_run(request, None), [demand_of(pk) for pk in lines])


@router.post("/scenarios", response={202: PlanRunOut}, operation_id="make_scenario")
def make_scenario(request: HttpRequest, given: ScenarioIn) -> Any:
    """Calculate a plan with what is assumed, beside the live one."""
    run = services.make_scenario(title=given.title, changes=given.changes, by=asker(request))
    return Status(202, run)


@router.post("/scenarios/{int:run_id}/adopt", response=PlanRunOut, operation_id="adopt_scenario")
def adopt_scenario(request: HttpRequest, run_id: int) -> Any:
    """Let the live plan count on what the scenario assumes."""
    return services.adopt_scenario(run_id=run_id, by=asker(request))


@router.get("/planning-assumptions", response=list[AssumptionOut], operation_id="list_assumptions")
def list_assumptions(request: HttpRequest) -> Any:
    """What every live plan counts on besides the facts."""
    return queries.assumptions_for(asker(request))


@router.post(
    "/planning-assumptions/{int:assumption_id}/withdraw",
    response=AssumptionOut,
    operation_id="withdraw_assumption",
)
def withdraw_assumption(request: HttpRequest, assumption_id: int) -> Any:
    """Let the live plan no longer count on it."""
    return services.withdraw_assumption(assumption_id=assumption_id, by=asker(request))
