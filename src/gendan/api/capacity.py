"""API operations of capacity: load by work centre and week, schedule, changes, crews, goals."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Rows, SavedOut, asker, plain, saved
from gendan.catalog.models import WorkCenter
from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotThere
from gendan.planning.capacity_goals import evaluate
from gendan.planning.capacity_load import Cell, Maker, by_week, makers_of, read_load, weeks_from
from gendan.planning.capacity_people import people_by_week
from gendan.planning.capacity_schedule import bars_between, late_orders
from gendan.planning.finite_load import read_schedule, scheduled_makers, scheduled_weeks
from gendan.planning.finite_shown import scheduled_bars, scheduled_late, scheduled_run
from gendan.planning.models import CapacityChange, Crew, ProductionGoal
from gendan.planning.queries import centers_by_id
from gendan.planning.services import capacity as services
from gendan.planning.services import moving
from gendan.production.models import WorkOrder

router = Router(tags=["capacity"])
Weeks = Annotated[int, Field(ge=1, le=53)]
Days = Annotated[int, Field(ge=1, le=92)]
Place = Annotated[int, Field(ge=1, le=500)]
Most = Annotated[int, Field(ge=1, le=5000)]


class CellOut(Schema):
    """Load against capacity in a week; the present week begins today.

    `level`: none, free, fine, tight, over; rest (days off), closed (no capacity), stuck (load
    and no capacity). `late`: as scheduled, orders needed then that it makes late.
    """

    week: dt.date
    load_minutes: float
    capacity_minutes: float
    behind_minutes: float
    percent: int | None
    level: str
    late: int


class LoadOut(Schema):
    """A work centre's weeks."""

    work_center: str
    weeks: list[CellOut]


class PeopleOut(Schema):
    """People of a department (with a skill): what their work centres need against who is there."""

    department: str
    skill: str
    work_centers: list[str]
    people: int
    weeks: list[CellOut]


class CapacityOut(Schema):
    """All work centres and all people that crews name; `plan_run`: as this plan schedules it."""

    plan_run: str | None
    work_centers: list[LoadOut]
    people: list[PeopleOut]


class MakerOut(Schema):
    """A work order (`number`) or a planned order (`is_firm` false)."""

    id: int
    is_firm: bool
    number: str
    item_id: int
    quantity: Decimal
    due_on: dt.date


class LoaderOut(MakerOut):
    """An order that loads a work centre in a week."""

    minutes: float


class OperationOut(MakerOut):
    """An operation and its days; `end_on` null: beyond the days looked at."""

    work_center: str
    name: str
    start_on: dt.date
    end_on: dt.date | None
    minutes: float


class LateOut(MakerOut):
    """An order that is late or (overloaded) in danger; `ready_on` null: nobody can tell.

    `reason`: centre, people, material, time with the `item` that lies in the way (its own or one
    it is made of); as if alone: stuck, past, short, material, overloaded.
    """

    ready_on: dt.date | None
    reason: str
    is_late: bool
    work_center: str
    week: dt.date | None
    percent: int
    item: str


class ScheduleOut(Schema):
    """Operations worked on in the days asked for, and what is late; how many more there are.

    `plan_run`: whose finite schedule it is; null: each order as if it were alone.
    """

    plan_run: str | None

    operations: list[OperationOut]
    more_operations: int
    late: list[LateOut]
    more_late: int


class CapacityChangeOut(Schema):
    """More or less capacity on some days."""

    id: int
    work_center_id: int
    kind: str
    from_on: dt.date
    until_on: dt.date
    minutes: int
    on_days_off: bool
    reason: str


class CrewOut(Schema):
    """Which people a work centre needs."""

    id: int
    work_center_id: int
    department_id: int
    skill: str
    people: Decimal


class NeedOut(Schema):
    """What a goal takes of a work centre."""

    work_center: str
    needed_minutes: float
    capacity_minutes: float
    percent: int | None


class GoalOut(Schema):
    """A goal by one measure (quantity, value) with its rough-cut check."""

    id: int
    period: str
    starts_on: dt.date
    ends_on: dt.date
    family_id: int | None
    item_id: int | None
    measure: str
    target: Decimal
    done: Decimal
    planned: Decimal
    percent: int
    fits: bool | None
    needs: list[NeedOut]


class CapacityChangesIn(Schema):
    """Changes of capacity to make, change or remove."""

    rows: Rows[services.CapacityChangeRow]


class CrewsIn(Schema):
    """Crews to write or remove."""

    rows: Rows[services.CrewRow]


class ProductionGoalsIn(Schema):
    """Goals to set, change or give up."""

    rows: Rows[services.ProductionGoalRow]


@router.get("/capacity", response=CapacityOut, operation_id="get_capacity")
def get_capacity(request: HttpRequest, weeks: Weeks = 12, alone: bool = False) -> Any:
    """Load against capacity of all work centres and people, week by week from today.

    As the live plan schedules it with finite capacity; `alone`, or without such a plan: backward
    from the days things are needed, each order as if it were alone.
    """
    mondays = weeks_from(clock.today(), weeks)
    last = mondays[-1] + dt.timedelta(days=6)
    run = None if alone else scheduled_run()
    if run is not None:
        scheduled = read_schedule(run, clock.today(), last, with_people=True)
        centers, cells = scheduled.capacity.centers, scheduled_weeks(scheduled, mondays)
    else:
        found = read_load(last)
        centers, cells = found.capacity.centers, by_week(found, mondays)
    return {
        "plan_run": run.number if run else None,
        "work_centers": [
            {"work_center": one.code, "weeks": _cells(cells[one.pk])} for one in centers
        ],
        "people": [
            {
                "department": one.department.code,
                "skill": one.skill,
                "work_centers": one.centers,
                "people": one.people,
                "weeks": _cells(one.cells),
            }
            for one in people_by_week(cells, mondays, clock.today())
        ],
    }


@router.get("/capacity/{work_center}", response=list[LoaderOut], operation_id="list_loading_orders")
def list_loading_orders(
    request: HttpRequest, work_center: str, week: dt.date, limit: Place = 100, alone: bool = False
) -> Any:
    """What loads a work centre (its code) in the week of a day, the most first.

    As the live plan schedules it, or `alone`, as the capacity of all work centres.
    """
    rows = WorkCenter.objects.visible_to(asker(request))
    center = rows.filter(code=plain(work_center, 40)).first()
    if center is None:
        raise NotThere(_("There is no such work centre."))
    monday = weeks_from(_near(week), 1)[0]
    sunday = monday + dt.timedelta(days=6)
    run = None if alone else scheduled_run()
    loaders = (
        scheduled_makers(run, center.pk, monday, sunday)
        if run is not None
        else makers_of(read_load(sunday), center.pk, monday, sunday)
    )
    return [_maker(maker) | {"minutes": minutes} for maker, minutes in loaders[:limit]]


@router.get("/schedule", response=ScheduleOut, operation_id="get_schedule")
def get_schedule(
    request: HttpRequest,
    first: dt.date | None = None,
    days: Days = 21,
    limit: Most = 1000,
    alone: bool = False,
) -> Any:
    """Operations worked on in so many days from a day (today), and what is late by their end.

    As the live plan dates them with finite capacity (then all that is late is told); `alone`, or
    without such a plan: backward from the days they are needed, each order as if it were alone.
    At most `limit` of each: operations by start, what is late by its due day before what is in
    danger. Ask for fewer days where `more_operations` says that some are left out.
    """
    begin = _near(first or clock.today())
    last = begin + dt.timedelta(days=days - 1)
    run = None if alone else scheduled_run()
    if run is not None:
        groups = scheduled_bars(run, begin, last)
        ranked, late_count = scheduled_late(run, limit)
        late = list(ranked.values())
    else:
        found = read_load(last)
        groups = bars_between(found, begin, last)
        every = late_orders(found, last).values()
        late = sorted(every, key=lambda one: (not one.is_late, one.maker.due_on))
        late_count = len(late)
    codes = centers_by_id()
    bars = [one for group in groups.values() for one in group]
    bars.sort(key=lambda one: (one.start_on, one.row))
    return {
        "plan_run": run.number if run else None,
        "operations": [
            _maker(bar.maker)
            | {
                "work_center": codes[bar.center_id],
                "name": bar.name,
                "start_on": bar.start_on,
                "end_on": bar.end_on,
                "minutes": bar.minutes,
            }
            for bar in bars[:limit]
        ],
        "more_operations": max(len(bars) - limit, 0),
        "late": [
            _maker(one.maker)
            | {
                "ready_on": one.ready_on,
                "reason": one.reason,
                "is_late": one.is_late,
                "work_center": one.center,
                "week": one.week,
                "percent": one.percent,
                "item": one.item,
            }
            for one in late[:limit]
        ],
        "more_late": max(late_count - limit, 0),
    }


@router.get(
    "/capacity-changes", response=Page[CapacityChangeOut], operation_id="list_capacity_changes"
)
def list_capacity_changes(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Changes of capacity, the newest first day first."""
    return page_of(CapacityChange.objects.visible_to(asker(request)), paging, "-from_on")


@router.post("/capacity-changes", response=SavedOut, operation_id="save_capacity_changes")
def save_capacity_changes(request: HttpRequest, given: CapacityChangesIn) -> Any:
    """Make, change or remove overtime, maintenance and the like, all or none."""
    return saved(services.save_capacity_changes(rows=given.rows, by=asker(request)))


@router.get("/crews", response=Page[CrewOut], operation_id="list_crews")
def list_crews(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Crews of work centres."""
    return page_of(Crew.objects.visible_to(asker(request)), paging, "pk")


@router.post("/crews", response=SavedOut, operation_id="save_crews")
def save_crews(request: HttpRequest, given: CrewsIn) -> Any:
    """Write or remove crews, all or none."""
    return saved(services.save_crews(rows=given.rows, by=asker(request)))


@router.get("/production-goals", response=list[GoalOut], operation_id="list_production_goals")
def list_production_goals(
    request: HttpRequest, first: dt.date | None = None, limit: Place = 100
) -> Any:
    """Goals of the period a day (today) lies in and later, by each of their measures."""
    begin = first or clock.today()
    rows = ProductionGoal.objects.visible_to(asker(request)).order_by("starts_on", "pk")
    rows = rows.filter(starts_on__gte=_near(begin) - dt.timedelta(days=31))
    goals = [one for one in rows.select_related("family", "item")[:limit] if one.ends_on >= begin]
    return [
        {
            "id": one.goal.pk,
            "period": one.goal.period,
            "starts_on": one.goal.starts_on,
            "ends_on": one.goal.ends_on,
            "family_id": one.goal.family_id,
            "item_id": one.goal.item_id,
            "measure": one.measure,
            "target": one.target,
            "done": one.done,
            "planned": one.planned,
            "percent": one.percent,
            "fits": one.fits,
            "needs": [
                {
                    "work_center": need.center,
                    "needed_minutes": need.needed,
                    "capacity_minutes": need.capacity,
                    "percent": need.percent,
                }
                for need in one.needs
            ],
        }
        for one in evaluate(goals)
    ]


@router.post("/production-goals", response=SavedOut, operation_id="save_production_goals")
def save_production_goals(request: HttpRequest, given: ProductionGoalsIn) -> Any:
    """Set, change or give up goals, all or none."""
    return saved(services.save_production_goals(rows=given.rows, by=asker(request)))


class MoveIn(Schema):
    """The day a work order is to be due."""

    due_on: dt.date


class MovedOut(Schema):
    """A work order that was moved."""

    id: int
    number: str
    due_on: dt.date


@router.post(
    "/work-orders/{int:work_order_id}/move", response=MovedOut, operation_id="move_work_order"
)
def move_work_order(request: HttpRequest, work_order_id: int, given: MoveIn) -> Any:
    """Give a work order another due day."""
    found = WorkOrder.objects.visible_to(asker(request)).filter(pk=work_order_id).first()
    if found is None:
        raise NotThere(_("There is no such work order."))
    return moving.move_work_order(work_order_id=found.pk, due_on=given.due_on, by=asker(request))


def _near(day: dt.date) -> dt.date:
    """A day that can be asked for: from this week until two years ahead."""
    today = clock.today()
    if not today - dt.timedelta(days=366) <= day <= today + dt.timedelta(days=2 * 366):
        raise Invalid(_("Ask for days of a year back until two years ahead."))
    return day


def _cells(cells: list[Cell]) -> list[dict[str, Any]]:
    return [
        {
            "week": one.week,
            "load_minutes": one.load,
            "capacity_minutes": one.capacity,
            "behind_minutes": one.behind,
            "percent": one.percent,
            "level": one.level,
            "late": one.late,
        }
        for one in cells
    ]


def _maker(one: Maker) -> dict[str, Any]:
    return {
        "id": one.pk,
        "is_firm": one.is_firm,
        "number": one.number,
        "item_id": one.item_id,
        "quantity": one.quantity,
        "due_on": one.due_on,
    }
