"""Pages of scenarios: what would be if, and adopting it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.kernel.errors import DomainError
from gendan.planning import queries, services
from gendan.planning.models import PlanRun
from gendan.planning.services import ScenarioChange
from gendan.web.forms import whole_number
from gendan.web.lists import parse_day
from gendan.web.navigation import tabs_of
from gendan.web.planning_words import CAPACITY_KINDS, CHANGES, TABS
from gendan.web.shell import ask, page, render_page

ROWS = 6
SCENARIO_KINDS = {*CHANGES, *CAPACITY_KINDS}
_VALUES = ("kind", "what", "quantity", "on", "days", "until", "minutes", "on_days_off")


def _typed(request: HttpRequest) -> list[dict[str, str]]:
    """What stands in the rows of the form."""
    return [
        {name: request.POST.get(f"{place}-{name}", "").strip()[:120] for name in _VALUES}
        for place in range(ROWS)
    ]


def _changes(rows: list[dict[str, str]]) -> list[ScenarioChange]:
    """The rows in which something was said."""
    return [
        ScenarioChange(
            kind=row["kind"],
            what=row["what"],
            quantity=row["quantity"],
            on=parse_day(row["on"]),
            days=whole_number(row["days"]),
            until=parse_day(row["until"]),
            minutes=whole_number(row["minutes"]),
            on_days_off=bool(row["on_days_off"]),
        )
        for row in rows
        if row["kind"] or row["what"]
    ]


@page(section="planning", verb="make_scenario")
def make_scenario(request: HttpRequest) -> HttpResponse:
    """Say what to assume; the scenarios tried so far stand below."""
    user: Any = request.user

    def draw(error: DomainError | None = None) -> HttpResponse:
        rows = _typed(request) if error else [dict.fromkeys(_VALUES, "") for _row in range(ROWS)]
        if not error and request.GET.get("line"):
            rows[0] |= {"kind": "move_line", "what": request.GET["line"][:80]}
        if not error and request.GET.get("kind") in SCENARIO_KINDS:
            rows[0] |= {name: request.GET.get(name, "")[:80] for name in _VALUES}
        context = {
            "tabs": tabs_of(TABS, "make_scenario"),
            "rows": rows,
            "kinds": CHANGES.items(),
            "capacity_kinds": CAPACITY_KINDS.items(),
            "title": request.POST.get("title", ""),
            "error": error,
            "scenarios": list(
                queries.runs_for(user).filter(cause=PlanRun.Cause.SCENARIO)[: services.RUNS_KEPT]
            ),
        }
        return render_page(request, "planning/scenario.html", context)

    if request.method != "POST":
        return draw()
    return ask(
        request,
        services.make_scenario,
        title=request.POST.get("title", ""),
        changes=_changes(_typed(request)),
        then=lambda run: reverse("plan_run", args=[run.pk]),
        said=_("The scenario is being calculated."),
        again=draw,
    )


@page(section="planning", methods=("POST",))
def adopt_scenario(request: HttpRequest, run_id: int) -> HttpResponse:
    """Let the live plan count on what it assumes."""
    said = _("The live plan counts on it from now on.")
    then = reverse("planning")
    return ask(request, services.adopt_scenario, run_id=run_id, then=then, said=said)


@page(section="planning", methods=("POST",))
def withdraw_assumption(request: HttpRequest, assumption_id: int) -> HttpResponse:
    """Let the live plan no longer count on it."""
    return ask(
        request,
        services.withdraw_assumption,
        assumption_id=assumption_id,
        then=reverse("planning"),
        said=_("The live plan no longer counts on it."),
    )


urlpatterns = [
    path("planning/scenarios/", make_scenario, name="make_scenario"),
    path("planning/runs/<int:run_id>/adopt/", adopt_scenario, name="adopt_scenario"),
    path(
        "planning/assumptions/<int:assumption_id>/withdraw/",
        withdraw_assumption,
        name="withdraw_assumption",
    ),
]
