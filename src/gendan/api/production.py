"""API operations about work orders."""

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Reason, Rows, SavedOut, asker, saved
from gendan.catalog.queries import codes_of
from gendan.planning.kits import Kit, kits_of, kits_of_planned, orders_to_make
from gendan.production import queries, services
from gendan.production.models import WorkOrder

router = Router(tags=["production"])


class WorkOrderOut(Schema):
    """An order to our own works. What its own pace says: ready in 50 (`forecast_on`) and in 90 of
    100 cases (`sure_on`), the chance of being late, pieces a working day (null: not known)."""

    id: int
    revision: int
    number: str
    state: str
    item_id: int
    item: str = Field(alias="item.code")
    quantity: Decimal
    starts_on: dt.date
    due_on: dt.date
    demands: list[str]
    expected_id: int
    end_reason: str
    forecast_on: dt.date | None
    sure_on: dt.date | None
    late_chance: float
    is_behind: bool
    needs_a_day: Decimal | None
    makes_a_day: Decimal | None


class ComponentOut(Schema):
    """What it needs of an item."""

    item_id: int
    item: str = Field(alias="item.code")
    quantity: Decimal


class WorkStepOut(Schema):
    """One operation of it."""

    id: int
    sequence: int
    name: str
    work_center: str = Field(alias="work_center.code")
    minutes: Decimal
    state: str
    good: Decimal
    scrap: Decimal
    pace: Decimal | None
    forecast_on: dt.date | None


class WholeWorkOrderOut(WorkOrderOut):
    """With what it needs and where it is made."""

    components: list[ComponentOut]
    steps: list[WorkStepOut]


class MissingOut(Schema):
    """A part of a component that is not in the stores: where it comes from, and when (null:
    nobody knows)."""

    quantity: Decimal
    kind: str
    reference: str
    ready_on: dt.date | None


class PartOut(Schema):
    """A component: what must still leave the stores, what of it is there, what is missing."""

    item_id: int
    item: str
    needed: Decimal
    there: Decimal
    missing: list[MissingOut]


class StopOut(Schema):
    """A stoppage of a work centre."""

    kind: str
    from_on: dt.date
    until_on: dt.date
    minutes: int
    reason: str


class MachineOut(Schema):
    """A work centre in the work order's days, in minutes."""

    work_center: str = Field(alias="center.code")
    needed: float
    there: float
    is_enough: bool
    enough_on: dt.date | None
    stops: list[StopOut]


class PeopleOut(Schema):
    """The people of a work centre's crew in the work order's days, in minutes; `present`: how
    many are there on the average day, by shift. `has_nobody`: nobody on file has the skill (or is
    of the department); that limits nothing."""

    work_center: str = Field(alias="center.code")
    department: str = Field(alias="department.code")
    skill: str
    at_a_time: Decimal
    needed: float
    there: float
    is_enough: bool
    enough_on: dt.date | None
    present: dict[str, float]
    has_nobody: bool


class ReadinessOut(Schema):
    """Whether a work order has all it needs; `waits`: for material, people, machine."""

    work_order_id: int
    number: str
    state: str
    starts_on: dt.date
    due_on: dt.date
    waits: list[str]
    covered: int
    material_on: dt.date | None
    parts: list[PartOut]
    machines: list[MachineOut]
    people: list[PeopleOut]


class PlannedReadinessOut(Schema):
    """Whether an order of the live plan that is to be made has all it needs; `waits`: as above."""

    planned_order_id: int
    item_id: int
    item: str
    quantity: Decimal
    release_on: dt.date
    due_on: dt.date
    waits: list[str]
    covered: int
    material_on: dt.date | None
    parts: list[PartOut]
    machines: list[MachineOut]
    people: list[PeopleOut]


class ReadinessFilter(Schema):
    """Which orders: ready, or those that wait for material, people or machine. `limit`: so
    many are looked at, those that start first."""

    waits: Literal["", "ready", "material", "people", "machine"] = ""
    limit: int = Field(200, ge=1, le=2000)


class ComponentsIn(Schema):
    """Quantities of components, with the places they come from or go to."""

    rows: Rows[services.ComponentRow]


class WorkOrdersIn(Schema):
    """Work orders to make."""

    rows: Rows[services.WorkOrderRow]


class EndIn(Schema):
    """Why it is cancelled."""

    reason: Reason


class SplitIn(Schema):
    """A part that becomes a work order of its own; `due_on` null: as the whole. `demands`: which
    order lines it is for (null: both are for all). `revision`: what was seen (null: not asked)."""

    quantity: Decimal
    due_on: dt.date | None = None
    demands: list[str] | None = Field(None, max_length=1000)
    revision: int | None = None


class MergeIn(Schema):
    """Work orders that become one; `revisions`: what was seen of each, by id."""

    work_order_ids: list[int] = Field(max_length=1000)
    revisions: dict[int, int] = {}


class WorkOrderFilter(Schema):
    """Which work orders: by state (firm, released, done, cancelled)."""

    state: str = Field("", max_length=20)


@router.get("/work-orders", response=Page[WorkOrderOut], operation_id="list_work_orders")
def list_work_orders(
    request: HttpRequest, given: Query[WorkOrderFilter], paging: Query[Paging]
) -> Any:
    """All work orders, the newest first."""
    rows = queries.work_orders_for(asker(request))
    return page_of(rows.filter(state=given.state) if given.state else rows, paging)


@router.get(
    "/work-orders/readiness", response=list[ReadinessOut], operation_id="list_work_order_readiness"
)
def list_work_order_readiness(request: HttpRequest, given: Query[ReadinessFilter]) -> Any:
    """Open work orders, those that start first, with what they have and lack."""
    rows = queries.work_orders_for(asker(request)).filter(state__in=WorkOrder.OPEN)
    found = _readiness(list(rows.order_by("starts_on", "pk")[: given.limit]))
    return [one for one in found if _is_wanted(one, given.waits)]


@router.get(
    "/planned-orders/readiness",
    response=list[PlannedReadinessOut],
    operation_id="list_planned_order_readiness",
)
def list_planned_order_readiness(request: HttpRequest, given: Query[ReadinessFilter]) -> Any:
    """What the orders of the live plan that are to be made have and lack, first to start first."""
    rows = orders_to_make(asker(request)).order_by("release_on", "pk")
    orders = list(rows[: given.limit])
    kits = kits_of_planned(orders)
    codes = _codes(kits)
    names = ("item_id", "quantity", "release_on", "due_on")
    found = [
        {"planned_order_id": one.pk, "item": one.item.code}
        | {name: getattr(one, name) for name in names}
        | _kit(kits[one.pk], codes)
        for one in orders
    ]
    return [one for one in found if _is_wanted(one, given.waits)]


def _is_wanted(found: dict[str, Any], waits: str) -> bool:
    return not waits or (not found["waits"] if waits == "ready" else waits in found["waits"])


@router.get(
    "/work-orders/{int:work_order_id}/readiness",
    response=ReadinessOut,
    operation_id="get_work_order_readiness",
)
def get_work_order_readiness(request: HttpRequest, work_order_id: int) -> Any:
    """What one open work order has and lacks: material, people, machines."""
    rows = queries.work_orders_for(asker(request)).filter(state__in=WorkOrder.OPEN)
    return _readiness([get_object_or_404(rows, pk=work_order_id)])[0]


def _readiness(orders: list[WorkOrder]) -> list[dict[str, Any]]:
    kits = kits_of(orders)
    codes = _codes(kits)
    return [
        {"work_order_id": one.pk}
        | {name: getattr(one, name) for name in ("number", "state", "starts_on", "due_on")}
        | _kit(kits[one.pk], codes)
        for one in orders
    ]


def _codes(kits: dict[int, Kit]) -> dict[int, str]:
    return codes_of({part.item_id for kit in kits.values() for part in kit.parts})


def _kit(kit: Kit, codes: dict[int, str]) -> dict[str, Any]:
    names = ("waits", "covered", "material_on", "machines", "people")
    return {name: getattr(kit, name) for name in names} | {
        "parts": [
            {"item": codes[part.item_id]}
            | {name: getattr(part, name) for name in ("item_id", "needed", "there", "missing")}
            for part in kit.parts
        ]
    }


@router.get(
    "/work-orders/{int:work_order_id}", response=WholeWorkOrderOut, operation_id="get_work_order"
)
def get_work_order(request: HttpRequest, work_order_id: int) -> Any:
    """One work order, whole."""
    rows = queries.work_orders_for(asker(request))
    whole = rows.prefetch_related("components__item", "steps__work_center")
    return get_object_or_404(whole, pk=work_order_id)


@router.post("/work-orders", response={201: SavedOut}, operation_id="firm_work_orders")
def firm_work_orders(request: HttpRequest, given: WorkOrdersIn) -> Any:
    """Make work orders by the BOMs and routings now in force: all or none."""
    return Status(201, saved(services.firm_work_orders(rows=given.rows, by=asker(request))))


@router.post(
    "/work-orders/{int:work_order_id}/release",
    response=WorkOrderOut,
    operation_id="release_work_order",
)
def release_work_order(request: HttpRequest, work_order_id: int) -> Any:
    """The shop floor may begin."""
    return services.release_work_order(work_order_id=work_order_id, by=asker(request))


@router.post(
    "/work-orders/{int:work_order_id}/cancel",
    response=WorkOrderOut,
    operation_id="cancel_work_order",
)
def cancel_work_order(request: HttpRequest, work_order_id: int, given: EndIn) -> Any:
    """It will not be made, or not to its end."""
    return services.cancel_work_order(
        work_order_id=work_order_id, reason=given.reason, by=asker(request)
    )


@router.post(
    "/work-orders/{int:work_order_id}/split",
    response={201: WorkOrderOut},
    operation_id="split_work_order",
)
def split_work_order(request: HttpRequest, work_order_id: int, given: SplitIn) -> Any:
    """A part that is not made yet becomes a work order of its own: the answer is the new one."""
    made = services.split_work_order(work_order_id=work_order_id, **given.dict(), by=asker(request))
    return Status(201, made)


@router.post("/work-orders/merge", response=WorkOrderOut, operation_id="merge_work_orders")
def merge_work_orders(request: HttpRequest, given: MergeIn) -> Any:
    """Work orders for the same item, not begun, become one: the first of them."""
    return services.merge_work_orders(**given.dict(), by=asker(request))


@router.post(
    "/work-orders/{int:work_order_id}/issue",
    response={201: SavedOut},
    operation_id="issue_components",
)
def issue_components(request: HttpRequest, work_order_id: int, given: ComponentsIn) -> Any:
    """Take material from the stores to the shop floor: all rows or none."""
    moves = services.issue_components(
        work_order_id=work_order_id, rows=given.rows, by=asker(request)
    )
    return Status(201, saved(moves))


@router.post(
    "/work-orders/{int:work_order_id}/return",
    response={201: SavedOut},
    operation_id="return_components",
)
def return_components(request: HttpRequest, work_order_id: int, given: ComponentsIn) -> Any:
    """Put material that was not used back into places of ours: all rows or none."""
    moves = services.return_components(
        work_order_id=work_order_id, rows=given.rows, by=asker(request)
    )
    return Status(201, saved(moves))
