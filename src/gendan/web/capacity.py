"""Pages of capacity: load by work centre and week, what loads a cell, changes, crews, goals."""

import datetime as dt
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import Item, WorkCenter
from gendan.kernel import clock
from gendan.orders.models import Order
from gendan.planning.capacity_goals import Evaluated, evaluate
from gendan.planning.capacity_load import (
    Cell,
    DayLoad,
    Maker,
    by_day,
    by_week,
    makers_of,
    read_load,
    weeks_from,
)
from gendan.planning.capacity_people import Group, people_by_week, people_of_week
from gendan.planning.capacity_served import orders_served
from gendan.planning.models import CapacityChange, Crew, ProductionGoal
from gendan.planning.services import capacity as services
from gendan.web.capacity_words import TABS, Square, goal_words, hours, square_of, week_words
from gendan.web.lists import parse_day
from gendan.web.navigation import tabs_of, url_of
from gendan.web.records import Record, record_page, record_url
from gendan.web.shell import is_allowed, page, render_page
from gendan.web.tables import table_page
from gendan.web.words import short_day
from gendan.workforce.models import Department

READ = ("GET", "HEAD")
WEEKS = (6, 12, 26)
MOST_MAKERS = 25
MOST_GOALS = 100
LONGEST = 2 * 366  # days ahead that are looked at

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
CREW = Record(
    services.save_crews,
    services.CrewRow,
    Crew,
    ("work_center",),
    section="planning",
    title=gettext_lazy("crew"),
    back="crews",
    words=gettext_lazy("Which people a work centre needs while it runs."),
)
GOAL = Record(
    services.save_production_goals,
    services.ProductionGoalRow,
    ProductionGoal,
    ("period", "starts_on", "family", "item"),
    section="planning",
    title=gettext_lazy("production goal"),
    back="production_goals",
    words=gettext_lazy("For an item or a family, or for everything; any day names its period."),
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
def capacity(request: HttpRequest) -> HttpResponse:
    """Load of all work centres and of their people against capacity, week by week."""
    count = request.GET.get("weeks", "")
    shown = int(count) if count in {str(one) for one in WEEKS} else WEEKS[1]
    only = "over" if request.GET.get("show") == "over" else ""
    today = clock.today()
    weeks = weeks_from(today, shown)
    found = read_load(weeks[-1] + dt.timedelta(days=6))
    cells = by_week(found, weeks)
    rows = [
        (center, [square_of(cell) for cell in cells[center.pk]])
        for center in found.capacity.centers
        if _is_shown(center, cells[center.pk], only)
    ]
    goals = (
        ProductionGoal.objects.visible_to(_user(request))
        .filter(starts_on__lte=weeks[-1], starts_on__gt=weeks[0] - dt.timedelta(days=31))
        .order_by("starts_on", "pk")
    )
    context = {
        "tabs": tabs_of(TABS, "capacity"),
        "weeks": [(week, week_words(week)) for week in weeks],
        "rows": rows,
        "people": [_group(one) for one in people_by_week(cells, weeks, today)],
        "goals": [one for one in _goals(goals) if one[0].goal.ends_on >= today],
        "choices": WEEKS,
        "shown": shown,
        "show": only,
        "has_centers": bool(found.capacity.centers),
        "has_load": bool(found.makers),
        "company_currency": settings.COMPANY_CURRENCY,
    }
    return render_page(request, "planning/capacity.html", context, parts=("heat",))


def _is_shown(center: WorkCenter, cells: list[Cell], only: str) -> bool:
    if only:
        return any(cell.level in {"over", "stuck"} for cell in cells)
    return center.is_active or any(cell.load for cell in cells)


def _group(group: Group) -> tuple[Group, list[Square]]:
    squares = []
    for cell, present in zip(group.cells, group.present, strict=True):
        there = ", ".join(
            f"{shift or _('without a shift')}: {round(number, 1):g}"
            for shift, number in sorted(present.items())
        )
        squares.append(square_of(cell, _("there: %(people)s") % {"people": there} if there else ""))
    return group, squares


def _user(request: HttpRequest) -> Any:
    return request.user


# --- one cell -------------------------------------------------------------------------------


@page(section="planning", methods=READ)
def capacity_cell(request: HttpRequest, center_id: int, week: str) -> HttpResponse:
    """What loads a work centre in a week, day by day and order by order, and what can be done."""
    center = get_object_or_404(WorkCenter.objects.visible_to(_user(request)), pk=center_id)
    monday = _monday(week)
    sunday = monday + dt.timedelta(days=6)
    found = read_load(sunday)
    cell = by_week(found, [monday])[center.pk][0]
    days = by_day(found, center.pk, monday, sunday)
    most = max((max(one.load, one.capacity) for one in days), default=0)
    loaders = makers_of(found, center.pk, monday, sunday)
    context = {
        "tabs": tabs_of(TABS, "capacity"),
        "center": center,
        "week": week_words(monday),
        "monday": monday,
        "sunday": sunday,
        "square": square_of(cell),
        "days": [
            (
                one,
                hours(one.load),
                hours(one.capacity),
                _part(one.load, most),
                _part(one.capacity, most),
            )
            for one in days
        ],
        "loaders": _loaders(request, loaders[:MOST_MAKERS], cell),
        "more": max(len(loaders) - MOST_MAKERS, 0),
        "changes": _changes(request, center, monday, sunday),
        "actions": _actions(request, center, cell, days),
        "may_move": is_allowed(request.user, "move_work_order"),
        "may_decide": is_allowed(request.user, "decide_source"),
    }
    return render_page(request, "planning/capacity_cell.html", context)


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
    each = ceil(missing / len(worked)) if worked and missing else 60
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

    if worked:
        words = _("Overtime: %(minutes)s minutes a day") % {"minutes": each}
        add("overtime", worked[0], worked[-1], each, words, "clock")
        add("second_line", worked[0], worked[-1], usual, _("Second line"), "stack-2")
    if free is not None:
        words = _("Work on %(day)s, too") % {"day": short_day(free)}
        add("extra_shift", free, free, usual, words, "calendar-event")
    return actions


@page(section="planning", methods=READ)
def capacity_people(request: HttpRequest, department_id: int, week: str) -> HttpResponse:
    """Who of a department is there in a week, shift by shift, and what they are needed for."""
    rows = Department.objects.visible_to(_user(request))
    department = get_object_or_404(rows, pk=department_id)
    monday = _monday(week)
    skill = request.GET.get("skill", "")[:40]
    cells = by_week(read_load(monday + dt.timedelta(days=6)), [monday])
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
        "sunday": monday + dt.timedelta(days=6),
        "square": square_of(group.cells[0]),
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


# --- goals ----------------------------------------------------------------------------------


def _goals(rows: Any) -> list[tuple[Evaluated, str, str, str]]:
    """(goal, its own page, rough-cut sentence, width of its bar)."""
    goals = list(rows.select_related("family", "item__unit"))
    return [
        (
            one,
            record_url(GOAL, one.goal),
            goal_words(one),
            f"{min(one.percent, 100)}%",
        )
        for one in evaluate(goals)
    ]


@page(section="planning", methods=READ)
def production_goals(request: HttpRequest) -> HttpResponse:
    """All goals of this month and later, held against what is made and against the capacity."""
    first = clock.today().replace(day=1) - dt.timedelta(days=6)
    rows = ProductionGoal.objects.visible_to(_user(request))
    is_past = request.GET.get("when") == "past"
    rows = rows.filter(starts_on__lt=first) if is_past else rows.filter(starts_on__gte=first)
    context = {
        "tabs": tabs_of(TABS, "production_goals"),
        "goals": _goals(rows.order_by("-starts_on" if is_past else "starts_on", "pk")[:MOST_GOALS]),
        "is_past": is_past,
        "company_currency": settings.COMPANY_CURRENCY,
    }
    return render_page(request, "planning/capacity_goals.html", context)


capacity_changes = table_page(
    CHANGE,
    title=gettext_lazy("Overtime and stoppages"),
    columns=("work_center", "kind", "from_on", "until_on", "minutes", "on_days_off", "reason"),
    empty=gettext_lazy("When work centres can do more or less than their calendars say, and why."),
    tabs=TABS,
    related=("work_center",),
    sort="-from_on",
)
crews = table_page(
    CREW,
    title=gettext_lazy("Crews"),
    columns=("work_center", "department", "skill", "people"),
    empty=gettext_lazy("Which department and how many people a work centre needs while it runs."),
    tabs=TABS,
    related=("work_center", "department"),
)


urlpatterns = [
    path("planning/capacity/", capacity, name="capacity"),
    path("planning/capacity/<int:center_id>/<str:week>/", capacity_cell, name="capacity_cell"),
    path(
        "planning/capacity/people/<int:department_id>/<str:week>/",
        capacity_people,
        name="capacity_people",
    ),
    path("planning/capacity/changes/", capacity_changes, name="capacity_changes"),
    path("planning/capacity/changes/save/", record_page(CHANGE), name="save_capacity_changes"),
    path("planning/crews/", crews, name="crews"),
    path("planning/crews/save/", record_page(CREW), name="save_crews"),
    path("planning/goals/", production_goals, name="production_goals"),
    path("planning/goals/save/", record_page(GOAL), name="save_production_goals"),
]
