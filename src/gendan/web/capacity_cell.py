"""Pages of one square of the heat map: what loads a work centre or its people, what can be done."""

import datetime as dt
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item, WorkCenter
from gendan.kernel import clock
from gendan.orders.models import Order
from gendan.planning.capacity_load import (
    Cell,
    DayLoad,
    Load,
    Maker,
    by_day,
    by_week,
    first_week,
    makers_of,
    read_load,
)
from gendan.planning.capacity_people import Group, people_by_week, people_of_week
from gendan.planning.capacity_schedule import Late
from gendan.planning.capacity_served import orders_served
from gendan.planning.finite_load import (
    late_for,
    read_schedule,
    scheduled_days,
    scheduled_makers,
    scheduled_weeks,
)
from gendan.planning.finite_shown import scheduled_run
from gendan.planning.models import CapacityChange, Crew, PlanRun
from gendan.planning.services import capacity as services
from gendan.web.capacity_words import TABS, hours, late_words, square_of, week_words
from gendan.web.lists import parse_day
from gendan.web.navigation import tabs_of, url_of
from gendan.web.records import Record, record_url
from gendan.web.shell import is_allowed, page, render_page
from gendan.web.words import short_day
from gendan.workforce.models import Department

READ = ("GET", "HEAD")
MOST_MAKERS = 25
MOST_LATE = 25
LONGEST = 2 * 366  # days ahead that are looked at
OVERTIME = 3 * 60  # minutes a day and machine that people add, where the work centre says nothing
DAY = 24 * 60

CHANGE = Record(
    services.save_capacity_changes,
    services.CapacityChangeRow,
    CapacityChange,
    ("work_center", "kind", "from_on"),
    section="planning",
    title=gettext_lazy("change of capacity"),
    back="capacity_changes",
    words=gettext_lazy(
        "Overtime, an extra shift or a second line give minutes; maintenance and breakdowns take "
        "them away."
    ),
)


@dataclass(frozen=True)
class Loader:
    """An order that loads the cell: its hours there, its item, whom it serves, its page."""

    maker: Maker
    item: Item
    hours: str
    share: int
    orders: list[Order]
    url: str


@dataclass(frozen=True)
class Action:
    """What can be done: the address of a filled-in form, its words and its icon."""

    url: str
    words: str
    icon: str


@page(section="planning", methods=READ)
def capacity_cell(request: HttpRequest, center_id: int, week: str) -> HttpResponse:
    """What loads a work centre in a week, day by day and order by order, and what can be done."""
    center = get_object_or_404(WorkCenter.objects.visible_to(_user(request)), pk=center_id)
    monday = _monday(week)
    sunday = monday + dt.timedelta(days=6)
    found = read_load(sunday)
    alone = by_week(found, [monday])[center.pk][0]
    run = scheduled_run()
    is_planned = run is not None and request.GET.get("view") != "alone"
    seen = (
        _by_plan(run, center, monday)
        if run and is_planned
        else _alone(found, center, monday, alone)
    )
    alone_days = by_day(found, center.pk, monday, sunday)
    most = max((max(one.load, one.capacity) for one in seen.days), default=0)
    context = {
        "tabs": tabs_of(TABS, "capacity"),
        "center": center,
        "week": week_words(monday),
        "monday": monday,
        "sunday": sunday,
        "square": square_of(seen.cell, is_planned=is_planned),
        "days": [
            (
                one,
                hours(one.load),
                hours(one.capacity),
                _part(one.load, most),
                _part(one.capacity, most),
            )
            for one in seen.days
        ],
        "loaders": _loaders(request, seen.makers[:MOST_MAKERS], seen.cell),
        "more": max(len(seen.makers) - MOST_MAKERS, 0),
        "late": _late(request, seen.late),
        "more_late": max(seen.cell.late - len(seen.late), 0),
        "besides": seen.besides,
        "changes": _changes(request, center, monday, sunday),
        "actions": _actions(request, center, alone, alone_days),
        "short": _short(center, alone, alone_days),
        "may_move": is_allowed(request.user, "move_work_order"),
        "may_decide": is_allowed(request.user, "decide_source"),
        "run": run,
        "is_planned": is_planned,
        "alone": square_of(alone),
        "view": "" if is_planned else "?view=alone",
    }
    return render_page(request, "planning/capacity_cell.html", context)


@dataclass(frozen=True)
class _Seen:
    """A square in one of the two views: day by day, what loads it, what is late because of it.

    `besides`: how many needed in other weeks the work centre makes late.
    """

    cell: Cell
    days: list[DayLoad]
    makers: list[tuple[Maker, float]]
    late: list[Late]
    besides: int = 0


def _by_plan(run: PlanRun, center: WorkCenter, monday: dt.date) -> _Seen:
    """As the live plan schedules, with finite capacity."""
    sunday = monday + dt.timedelta(days=6)
    first = max(monday, clock.today())
    # Read from today on and not from this week, so that the square is the heat map's.
    found = read_schedule(run, clock.today(), sunday, with_people=True)
    since = dt.date.min if monday <= first_week(found.capacity) else monday
    late, besides = late_for(run, center.pk, since, sunday, MOST_LATE)
    return _Seen(
        scheduled_weeks(found, [monday])[center.pk][0],
        scheduled_days(found, center.pk, first, sunday),
        scheduled_makers(run, center.pk, first, sunday),
        late,
        besides,
    )


def _alone(found: Load, center: WorkCenter, monday: dt.date, cell: Cell) -> _Seen:
    """Each order as if it were alone."""
    sunday = monday + dt.timedelta(days=6)
    return _Seen(
        cell,
        by_day(found, center.pk, monday, sunday),
        makers_of(found, center.pk, monday, sunday),
        [],
    )


def _late(
    request: HttpRequest, given: list[Late]
) -> list[tuple[Late, Item, str, str, list[Order]]]:
    """(late order, its item, its page, what binds it, the customer orders it serves)."""
    served = orders_served([one.maker for one in given], _user(request))
    rows = Item.objects.visible_to(_user(request))
    items = rows.select_related("unit").in_bulk({one.maker.item_id for one in given})
    return [
        (
            one,
            items[one.maker.item_id],
            address_of(one.maker, items[one.maker.item_id]),
            late_words(one),
            served[one.maker.is_firm, one.maker.pk],
        )
        for one in given
    ]


def _user(request: HttpRequest) -> Any:
    return request.user


def _monday(text: str) -> dt.date:
    """The week of an address, by its Monday: this one or one of the next years, else 404."""
    monday = parse_day(text)
    if monday is None or monday.weekday():
        raise Http404
    if not 0 <= (monday - clock.today()).days + 6 < LONGEST:
        raise Http404
    return monday


def _part(minutes: float, most: float) -> str:
    return f"{minutes / most * 100:.2f}%" if most else "0%"


def _loaders(request: HttpRequest, loaders: list[tuple[Maker, float]], cell: Cell) -> list[Loader]:
    makers = [maker for maker, _minutes in loaders]
    served = orders_served(makers, _user(request))
    ids = {maker.item_id for maker in makers}
    rows = Item.objects.visible_to(_user(request)).filter(pk__in=ids)
    items = {one.pk: one for one in rows.select_related("unit")}
    return [
        Loader(
            maker=maker,
            item=items[maker.item_id],
            hours=hours(minutes),
            share=round(minutes / cell.load * 100) if cell.load else 0,
            orders=served[maker.is_firm, maker.pk],
            url=address_of(maker, items[maker.item_id]),
        )
        for maker, minutes in loaders
    ]


def address_of(maker: Maker, item: Item) -> str:
    """The page of a work order; of a planned one the list of those of its item."""
    if maker.is_firm:
        return reverse("work_order", args=[maker.pk])
    return f"{reverse('planned_orders')}?{urlencode({'q': item.code})}"


def _changes(
    request: HttpRequest, center: WorkCenter, first: dt.date, last: dt.date
) -> list[tuple[CapacityChange, str]]:
    rows = CapacityChange.objects.visible_to(_user(request)).filter(
        work_center=center, from_on__lte=last, until_on__gte=first
    )
    here = reverse("capacity_cell", args=[center.pk, first.isoformat()])
    return [
        (one, record_url(CHANGE, one, next=here))
        for one in rows.select_related("work_center").order_by("from_on", "pk")
    ]


def _actions(
    request: HttpRequest,
    center: WorkCenter,
    cell: Cell,
    days: list[DayLoad],
) -> list[Action]:
    """What can be done about the load of a week that is not over: forms already filled in."""
    actions = []
    if is_allowed(request.user, "save_capacity_changes") and days:
        actions += _more_capacity(center, cell, days)
    if is_allowed(request.user, "make_scenario"):
        url = url_of("make_scenario")
        actions.append(Action(url, _("Try other dates in a scenario"), "git-branch"))
        worked = [one.on for one in days if one.capacity]
        if worked:
            values = {"kind": "overtime", "what": center.code, "minutes": "60"}
            values |= {"on": worked[0].isoformat(), "until": worked[-1].isoformat()}
            words = _("Try overtime in a scenario")
            actions.append(Action(f"{url}?{urlencode(values)}", words, "git-branch"))
    return actions


def _more_capacity(center: WorkCenter, cell: Cell, days: list[DayLoad]) -> list[Action]:
    """Overtime by what is missing, work on a day off, a second line as long as the first."""
    missing = max(cell.load - cell.capacity, 0)
    worked = [one.on for one in days if one.capacity]
    free = next((one.on for one in days if not one.usual and not one.capacity), None)
    usual = center.minutes_per_day or 60
    wanted = ceil(missing / len(worked)) if worked and missing else 60
    each = min(wanted, _overtime_left(center, days))
    here = reverse("capacity_cell", args=[center.pk, cell.week.isoformat()])
    base = {"work_center": center.code, "next": here}
    actions = []

    def add(kind: str, first: dt.date, last: dt.date, minutes: int, words: str, icon: str) -> None:
        values = base | {"kind": kind, "minutes": str(minutes)}
        values |= {"from_on": first.isoformat(), "until_on": last.isoformat()}
        if kind == CapacityChange.Kind.EXTRA_SHIFT:
            values["on_days_off"] = "on"
        url = f"{reverse('save_capacity_changes')}?{urlencode(values)}"
        actions.append(Action(url, words, icon))

    if worked and each:
        words = _("Overtime: %(minutes)s minutes a day") % {"minutes": each}
        add("overtime", worked[0], worked[-1], each, words, "clock")
    if worked:
        add("second_line", worked[0], worked[-1], usual, _("Second line"), "stack-2")
    if free is not None:
        words = _("Work on %(day)s, too") % {"day": short_day(free)}
        add("extra_shift", free, free, usual, words, "calendar-event")
    return actions


def _overtime_left(center: WorkCenter, days: list[DayLoad]) -> int:
    """Minutes of overtime there can be on each worked day: as many as the work centre allows (or
    people add), less what is in force, and no more than its machines have hours left."""
    allowed = center.overtime_minutes or OVERTIME * max(center.machines, 1)
    hours_of_day = DAY * max(center.machines, 1)
    left = [
        min(allowed - max(one.capacity - one.usual, 0), hours_of_day - one.capacity)
        for one in days
        if one.capacity
    ]
    return max(int(min(left, default=0)), 0)


def _short(center: WorkCenter, cell: Cell, days: list[DayLoad]) -> str:
    """What overtime cannot do in the week, in a sentence; empty where it is enough."""
    missing = cell.load - cell.capacity
    worked = sum(1 for one in days if one.capacity)
    rest = missing - worked * _overtime_left(center, days)
    if missing <= 0 or rest <= 0.5:
        return ""
    return _(
        "Each order as if it were alone, %(missing)s hours are missing in this week; overtime "
        "gives %(overtime)s at most. The other %(rest)s hours need a second line, another shift, "
        "other days, or somebody else."
    ) % {
        "missing": hours(missing),
        "overtime": hours(worked * _overtime_left(center, days)),
        "rest": hours(rest),
    }


@page(section="planning", methods=READ)
def capacity_people(request: HttpRequest, department_id: int, week: str) -> HttpResponse:
    """Who of a department is there in a week, shift by shift, and what they are needed for."""
    rows = Department.objects.visible_to(_user(request))
    department = get_object_or_404(rows, pk=department_id)
    monday = _monday(week)
    skill = request.GET.get("skill", "")[:40]
    run, sunday = scheduled_run(), monday + dt.timedelta(days=6)
    is_planned = run is not None and request.GET.get("view") != "alone"
    if run and is_planned:
        schedule = read_schedule(run, clock.today(), sunday, with_people=True)
        cells = scheduled_weeks(schedule, [monday])
    else:
        cells = by_week(read_load(sunday), [monday])
    groups = people_by_week(cells, [monday], clock.today())
    group = next(
        (one for one in groups if (one.department.pk, one.skill) == (department.pk, skill)), None
    )
    if group is None:
        raise Http404
    context = {
        "tabs": tabs_of(TABS, "capacity"),
        "group": group,
        "week": week_words(monday),
        "monday": monday,
        "sunday": sunday,
        "run": run,
        "is_planned": is_planned,
        "view": "" if is_planned else "?view=alone",
        "square": square_of(group.cells[0], is_planned=is_planned),
        "needs": [
            (crew, hours(cells[crew.work_center_id][0].load * float(crew.people)))
            for crew in _crews(request, group)
        ],
        "people": [
            (one, hours(one.minutes))
            for one in people_of_week(department.pk, skill, monday, clock.today())
        ],
    }
    return render_page(request, "planning/capacity_people.html", context)


def _crews(request: HttpRequest, group: Group) -> list[Crew]:
    rows = Crew.objects.visible_to(_user(request)).filter(
        department=group.department, skill=group.skill
    )
    return list(rows.select_related("work_center").order_by("work_center__code"))


urlpatterns = [
    path("planning/capacity/<int:center_id>/<str:week>/", capacity_cell, name="capacity_cell"),
    path(
        "planning/capacity/people/<int:department_id>/<str:week>/",
        capacity_people,
        name="capacity_people",
    ),
]
