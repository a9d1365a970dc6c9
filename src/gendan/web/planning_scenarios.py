"""Pages of scenarios: what would be if, and adopting it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from gendan.catalog.models import WorkCenter
from gendan.kernel.errors import DomainError
from gendan.kernel.rows import RowsRefused
from gendan.planning import queries, services
from gendan.planning.models import PlanRun
from gendan.planning.services import ScenarioChange
from gendan.web.forms import whole_number
from gendan.web.lists import parse_day
from gendan.web.navigation import tabs_of
from gendan.web.planning_words import CAPACITY_KINDS, CHANGES, TABS
from gendan.web.shell import ask, page, render_page

MOST_ROWS = 40
_VALUES = ("kind", "what", "quantity", "on", "days", "until", "minutes", "on_days_off")
# What must be said of each kind; words of `what`, by kind, and whether it is chosen from a list.
_MORE = ("on", "until", "minutes", "on_days_off")
FIELDS: dict[str, tuple[str, ...]] = {
    "add_demand": ("quantity", "on"),
    "move_line": ("on",),
    "change_line": ("quantity",),
    "move_supply": ("on",),
    "lose_supply": (),
    "lead_days": ("days",),
    **dict.fromkeys(CAPACITY_KINDS, _MORE),
}
OPTIONAL = {"until", "on_days_off"}
LABELS: dict[str, Any] = {
    "quantity": gettext_lazy("Quantity"),
    "on": gettext_lazy("Day"),
    "until": gettext_lazy("Until"),
    "minutes": gettext_lazy("Minutes a day"),
    "days": gettext_lazy("Working days"),
    "on_days_off": gettext_lazy("on days off, too"),
}
WHAT: dict[str, tuple[Any, str]] = {
    "add_demand": (gettext_lazy("Item"), ""),
    "lead_days": (gettext_lazy("Item"), ""),
    "move_line": (gettext_lazy("Order line"), "SO-2026-000012/1"),
    "change_line": (gettext_lazy("Order line"), "SO-2026-000012/1"),
    "move_supply": (gettext_lazy("Reference of the expected goods"), "PO-2026-00012"),
    "lose_supply": (gettext_lazy("Reference of the expected goods"), "PO-2026-00012"),
}
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("Orders"), ("move_line", "change_line", "add_demand")),
    (pgettext_lazy("scenario", "Supply"), ("move_supply", "lose_supply", "lead_days")),
    (gettext_lazy("Capacity"), tuple(CAPACITY_KINDS)),
)
KIND_WORDS: dict[str, Any] = {**CHANGES, **CAPACITY_KINDS}


@dataclass(frozen=True)
class Shown:
    """A change as the form shows it: only the fields its kind needs, with what is wrong."""

    kind: str
    words: Any
    what: str
    label: Any
    hint: str
    is_center: bool
    fields: list[tuple[str, Any, str, bool]]  # name, label, value, whether it must be said
    wrong: list[str] = field(default_factory=list)


def _typed(request: HttpRequest) -> list[dict[str, str]]:
    """What stands in the changes of the form, in their order."""
    places = {whole_number(name.removesuffix("-kind")) for name in request.POST if "-kind" in name}
    known = sorted(place for place in places if place is not None)[:MOST_ROWS]
    return [
        {name: request.POST.get(f"{place}-{name}", "").strip()[:120] for name in _VALUES}
        for place in known
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
    ]


def _begun(request: HttpRequest) -> list[dict[str, str]]:
    """The first change, if the address names its kind."""
    blank = dict.fromkeys(_VALUES, "")
    if request.GET.get("line"):
        return [blank | {"kind": "move_line", "what": request.GET["line"][:80]}]
    if request.GET.get("kind") in KIND_WORDS:
        return [blank | {name: request.GET.get(name, "")[:80] for name in _VALUES}]
    return []


def _redrawn(request: HttpRequest) -> list[dict[str, str]] | None:
    """The changes with one more or one less, if that was asked for; None: all is said."""
    rows = _typed(request)
    less = whole_number(request.POST.get("less", ""))
    if less is not None:
        return rows[:less] + rows[less + 1 :]
    if "more" not in request.POST:
        return None
    kind = request.POST.get("next_kind", "")
    if kind in KIND_WORDS and len(rows) < MOST_ROWS:
        rows.append(dict.fromkeys(_VALUES, "") | {"kind": kind})
    return rows


def _shown(rows: Sequence[dict[str, str]], error: DomainError | None) -> list[Shown]:
    """The changes as they are drawn, each with what is wrong with it."""
    wrong: dict[int, list[str]] = {}
    for one in error.rows if isinstance(error, RowsRefused) else ():
        wrong.setdefault(one.index, []).append(one.message)
    found = []
    for number, row in enumerate(rows):
        kind = row["kind"]
        label, hint = WHAT.get(kind, (_("Work centre"), ""))
        is_less = kind in ("maintenance", "breakdown", "closed")
        fields = [
            (
                name,
                LABELS[name],
                row[name],
                name not in OPTIONAL and not (is_less and name == "minutes"),
            )
            for name in FIELDS.get(kind, ())
            if not (is_less and name == "on_days_off")
        ]
        found.append(
            Shown(
                kind=kind,
                words=KIND_WORDS.get(kind, kind),
                what=row["what"],
                label=label,
                hint=hint,
                is_center=kind in CAPACITY_KINDS,
                fields=fields,
                wrong=wrong.get(number, []),
            )
        )
    return found


def _title(rows: Sequence[dict[str, str]]) -> str:
    """What a scenario of one change is called until somebody says otherwise."""
    if len(rows) != 1 or not rows[0]["what"]:
        return ""
    return f"{KIND_WORDS[rows[0]['kind']]}: {rows[0]['what']}"[:120]


@page(section="planning", verb="make_scenario")
def make_scenario(request: HttpRequest) -> HttpResponse:
    """Say what to assume, change by change; the scenarios tried so far stand below."""
    user: Any = request.user

    def draw(
        error: DomainError | None = None, rows: list[dict[str, str]] | None = None
    ) -> HttpResponse:
        if rows is None:
            rows = _typed(request) if error else _begun(request)
        context = {
            "tabs": tabs_of(TABS, "make_scenario"),
            "rows": _shown(rows, error),
            "groups": [
                (words, [(kind, KIND_WORDS[kind]) for kind in kinds]) for words, kinds in GROUPS
            ],
            "centers": WorkCenter.objects.visible_to(user).filter(is_active=True).order_by("code"),
            "title": request.POST.get("title", "") or (_title(rows) if not error else ""),
            "error": error,
            "scenarios": list(
                queries.runs_for(user).filter(cause=PlanRun.Cause.SCENARIO)[: services.RUNS_KEPT]
            ),
        }
        return render_page(request, "planning/scenario.html", context)

    if request.method != "POST":
        return draw()
    changed = _redrawn(request)
    if changed is not None:
        return draw(rows=changed)
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
