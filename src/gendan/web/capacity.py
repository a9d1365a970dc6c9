"""Pages of capacity: load by work centre and week, changes of it, crews, goals."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.models import WorkCenter
from gendan.kernel import clock
from gendan.planning.capacity_goals import Evaluated, evaluate
from gendan.planning.capacity_load import Cell, by_week, first_week, read_load, weeks_from
from gendan.planning.capacity_people import Group, people_by_week
from gendan.planning.finite_load import Held, held_by_centers, read_schedule, scheduled_weeks
from gendan.planning.finite_shown import scheduled_run
from gendan.planning.models import Crew, PlanRun, ProductionGoal
from gendan.planning.services import capacity as services
from gendan.web import capacity_cell
from gendan.web.capacity_cell import CHANGE
from gendan.web.capacity_cell import address_of as address_of
from gendan.web.capacity_words import TABS, Square, goal_words, square_of, week_words
from gendan.web.navigation import tabs_of
from gendan.web.records import Record, record_page, record_url
from gendan.web.shell import page, render_page
from gendan.web.tables import table_page

READ = ("GET", "HEAD")
WEEKS = (6, 12, 26)
MOST_GOALS = 100

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


@page(section="planning", methods=READ)
def capacity(request: HttpRequest) -> HttpResponse:
    """Load of all work centres and of their people against capacity, week by week.

    As the live plan schedules it, else (`?view=alone`) each order as if it were alone.
    """
    count = request.GET.get("weeks", "")
    shown = int(count) if count in {str(one) for one in WEEKS} else WEEKS[1]
    only = "over" if request.GET.get("show") == "over" else ""
    today = clock.today()
    run = scheduled_run()
    seen = _by_plan(run, shown) if run and request.GET.get("view") != "alone" else _alone(shown)
    weeks, cells = seen.weeks, seen.cells
    rows = [
        Row(
            center,
            [square_of(cell, is_planned=seen.is_planned) for cell in cells[center.pk]],
            seen.held.get(center.pk),
        )
        for center in seen.centers
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
        "is_skipped": weeks[0] > today,
        "rows": rows,
        "people": [_group(one) for one in people_by_week(cells, weeks, today)],
        "goals": [one for one in _goals(goals) if one[0].goal.ends_on >= today],
        "choices": WEEKS,
        "shown": shown,
        "show": only,
        "run": run,
        "is_planned": seen.is_planned,
        "view": "" if seen.is_planned else "?view=alone",
        "has_centers": bool(seen.centers),
        "has_load": any(cell.load for row in cells.values() for cell in row),
        "company_currency": settings.COMPANY_CURRENCY,
    }
    return render_page(request, "planning/capacity.html", context, parts=("heat",))


@dataclass(frozen=True)
class Row:
    """A work centre with its squares, and what is late because of it."""

    center: WorkCenter
    squares: list[Square]
    held: Held | None


@dataclass(frozen=True)
class _Seen:
    """The cells of all work centres in one of the two views."""

    weeks: list[dt.date]
    centers: list[WorkCenter]
    cells: dict[int, list[Cell]]
    is_planned: bool
    held: dict[int, Held] = field(default_factory=dict)


def _until(shown: int) -> dt.date:
    """The last day that may be shown: the present week may be over already."""
    return weeks_from(clock.today(), shown + 1)[-1] + dt.timedelta(days=6)


def _by_plan(run: PlanRun, shown: int) -> _Seen:
    """As the live plan schedules, with finite capacity."""
    found = read_schedule(run, clock.today(), _until(shown), with_people=True)
    weeks = weeks_from(first_week(found.capacity), shown)
    cells = scheduled_weeks(found, weeks)
    return _Seen(weeks, found.capacity.centers, cells, True, held_by_centers(run))


def _alone(shown: int) -> _Seen:
    """Backward from the days things are needed, each order as if it were alone."""
    found = read_load(_until(shown))
    weeks = weeks_from(first_week(found.capacity), shown)
    return _Seen(weeks, found.capacity.centers, by_week(found, weeks), False)


def _is_shown(center: WorkCenter, cells: list[Cell], only: str) -> bool:
    if only:
        return any(cell.level in {"over", "stuck"} or cell.late for cell in cells)
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
    *capacity_cell.urlpatterns,
    path("planning/capacity/changes/", capacity_changes, name="capacity_changes"),
    path("planning/capacity/changes/save/", record_page(CHANGE), name="save_capacity_changes"),
    path("planning/crews/", crews, name="crews"),
    path("planning/crews/save/", record_page(CREW), name="save_crews"),
    path("planning/goals/", production_goals, name="production_goals"),
    path("planning/goals/save/", record_page(GOAL), name="save_production_goals"),
]
