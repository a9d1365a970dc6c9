"""Pages of the machine schedule: sequences of the shop floor, asked for, looked at, adopted."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.catalog.queries import codes_of
from gendan.kernel import clock
from gendan.kernel.errors import DomainError
from gendan.planning import shop_shown
from gendan.planning.models import SequencedOperation, SetupTime, ShopSequence
from gendan.planning.queries import centers_by_id
from gendan.planning.services import keeping, sequencing
from gendan.production.models import WorkOrder
from gendan.web import planning_shop_floor
from gendan.web.forms import PageForm
from gendan.web.navigation import tabs_of
from gendan.web.planning_shop_chart import SCALES, chart_of
from gendan.web.planning_shop_words import (
    FAILURES,
    TABS,
    best_words,
    duration,
    late_words,
    place_words,
    problem_words,
    search_words,
)
from gendan.web.records import Record, record_page
from gendan.web.shell import ask, page, render_page
from gendan.web.tables import table_page

READ = ("GET", "HEAD")
MOST_LISTED = 100
SETUP = Record(
    keeping.save_setup_times,
    keeping.SetupTimeRow,
    SetupTime,
    ("work_center", "from_family", "to_family"),
    section="planning",
    title=gettext_lazy("set-up time"),
    back="setup_times",
    words=gettext_lazy("Families are written on the operations of routings."),
)


class SequenceForm(PageForm):
    """How far ahead, which work centres, how long is searched."""

    days = forms.IntegerField(
        label=gettext_lazy("Working days ahead"),
        min_value=1,
        max_value=sequencing.MOST_DAYS,
        initial=sequencing.USUAL_DAYS,
    )
    centers = forms.MultipleChoiceField(
        label=gettext_lazy("Work centres"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "None chosen: all. Otherwise work orders with an operation there; the others stay."
        ),
    )
    seconds = forms.IntegerField(
        label=gettext_lazy("Search for (seconds)"),
        min_value=0,
        max_value=sequencing.MOST_SECONDS,
        initial=sequencing.USUAL_SECONDS,
    )
    stability = forms.IntegerField(
        label=gettext_lazy("Move something only if it saves (minutes of lateness)"),
        min_value=0,
        max_value=sequencing.MOST_STABILITY,
        initial=sequencing.USUAL_STABILITY,
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Number for chance"),
        min_value=0,
        max_value=sequencing.MOST_SEED,
        initial=1,
        help_text=gettext_lazy("Another one searches along other ways."),
    )
    is_counted = forms.BooleanField(
        label=gettext_lazy("Exactly repeatable"),
        required=False,
        help_text=gettext_lazy("Counts steps of the search instead of seconds; may take longer."),
    )

    def __init__(self, centers: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["centers"]
        field.choices = centers


def _form(request: HttpRequest) -> SequenceForm:
    user: Any = request.user
    centers = [(one.code, str(one)) for one in shop_shown.centers_with_machines(user)]
    return SequenceForm(centers, request.POST or None)


@page(section="planning", methods=READ)
def shop(request: HttpRequest) -> HttpResponse:
    """The sequence in force, one that is being calculated, the last ones."""
    user: Any = request.user
    recent = list(shop_shown.sequences_for(user)[: sequencing.KEPT])
    in_force = shop_shown.sequence_in_force(user)
    running = shop_shown.open_sequence(user)
    context = {
        "tabs": tabs_of(TABS, "shop"),
        "recent": recent,
        "sequence": in_force,
        "running": running,
        "running_words": best_words(running) if running else "",
        **(_about(request, in_force) if in_force else {}),
    }
    return render_page(request, "planning/shop.html", context)


@page(section="planning", verb="sequence_shop")
def sequence_shop(request: HttpRequest) -> HttpResponse:
    """How it is to be sequenced; then the job begins."""
    form = _form(request)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error:
            form.refuse(error)
        context = {"tabs": tabs_of(TABS, "shop"), "form": form}
        return render_page(request, "planning/shop_ask.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        sequencing.sequence_shop,
        **form.cleaned_data,
        then=lambda sequence: reverse("shop_sequence", args=[sequence.pk]),
        said=_("The shop floor is being sequenced."),
        again=draw,
    )


@page(section="planning", methods=READ)
def shop_sequence(request: HttpRequest, sequence_id: int) -> HttpResponse:
    """One sequence: its chart, what is late and why, what it changes, what it leaves out."""
    user: Any = request.user
    sequence = shop_shown.sequence_seen(sequence_id, user)
    context = {
        "tabs": tabs_of(TABS, "shop"),
        "sequence": sequence,
        "best": best_words(sequence),
        "failure": FAILURES.get(sequence.failure, ""),
        **_about(request, sequence),
    }
    return render_page(request, "planning/shop_sequence.html", context)


def _about(request: HttpRequest, sequence: ShopSequence) -> dict[str, Any]:
    """What is shown of a sequence that is done. A fixed number of queries."""
    if sequence.state != ShopSequence.State.DONE:
        return {}
    user: Any = request.user
    rows = list(shop_shown.rows_of(sequence))
    ids = {one.work_order_id for one in rows}
    told = [*sequence.late, *sequence.problems, *sequence.changes]
    works = shop_shown.orders_by_id({one["work_order_id"] for one in told})
    orders = shop_shown.orders_behind(ids | works.keys(), user)
    codes = centers_by_id()
    scale = request.GET.get("scale", "")
    return {
        "chart": chart_of(rows, scale, orders, sequence.figures.get("machines", [])),
        "scale": scale if scale in SCALES else "middle",
        "scales": (("small", _("small")), ("middle", _("middle")), ("large", _("large"))),
        "chosen_centers": [codes.get(pk, "?") for pk in sequence.centers],
        "search": search_words(sequence),
        "elsewhen": _elsewhen(rows),
        "setup_words": duration(sequence.figures["setup_minutes"]),
        "late": [
            (
                works[one["work_order_id"]],
                dt.date.fromisoformat(one["needed_on"]),
                clock.date_of(dt.datetime.fromisoformat(one["ends_at"])),
                duration(one["minutes"]),
                late_words(one, codes),
                orders.get(one["work_order_id"], []),
            )
            for one in sequence.late[:MOST_LISTED]
        ],
        "more_late": max(len(sequence.late) - MOST_LISTED, 0),
        "problems": _problems(sequence, works),
        "changes": _changes(sequence, works, codes, orders),
        "more_changes": max(len(sequence.changes) - MOST_LISTED, 0),
    }


def _elsewhen(rows: list[SequencedOperation]) -> list[tuple[WorkOrder, dt.date, dt.date]]:
    """(work order, ready by the live plan, ready here) where these differ, the latest first."""
    ends: dict[int, dt.date] = {}
    for one in rows:
        day = clock.date_of(one.ends_at)
        ends[one.work_order_id] = max(day, ends.get(one.work_order_id, day))
    planned = shop_shown.planned_ends(ends)
    found = {
        one.work_order_id: (one.work_order, planned[one.work_order_id], ends[one.work_order_id])
        for one in rows
        if planned.get(one.work_order_id, ends[one.work_order_id]) != ends[one.work_order_id]
    }
    ordered = sorted(found.values(), key=lambda one: (one[1] - one[2], one[0].pk))
    return ordered[:MOST_LISTED]


def _problems(sequence: ShopSequence, works: dict[int, Any]) -> list[tuple[Any, str]]:
    missing = [one for one in sequence.problems if one["code"] == "no_material"]
    items = codes_of([int(one["what"]) for one in missing]) if missing else {}
    return [
        (works[one["work_order_id"]], problem_words(one, items))
        for one in sequence.problems[:MOST_LISTED]
        if one["work_order_id"] in works
    ]


def _changes(
    sequence: ShopSequence, works: dict[int, Any], codes: dict[int, str], orders: dict[int, Any]
) -> list[tuple[Any, str, str, str, list[Any]]]:
    """(work order, operation, before, after, customers' orders)."""
    shown = sequence.changes[:MOST_LISTED]
    steps = shop_shown.steps_by_id({one["step_id"] for one in shown})
    return [
        (
            works[one["work_order_id"]],
            str(steps.get(one["step_id"], "")),
            place_words(one["was"], codes),
            place_words(one["now"], codes),
            orders.get(one["work_order_id"], []),
        )
        for one in shown
        if one["work_order_id"] in works
    ]


@page(section="planning", methods=("POST",))
def stop_sequence(request: HttpRequest, sequence_id: int) -> HttpResponse:
    """End the search with the best so far."""
    return ask(
        request,
        sequencing.stop_sequence,
        sequence_id=sequence_id,
        then=reverse("shop_sequence", args=[sequence_id]),
        said=_("The search ends; the best so far is taken."),
    )


@page(section="planning", methods=("POST",))
def adopt_sequence(request: HttpRequest, sequence_id: int) -> HttpResponse:
    """Let the workshop work by it."""
    return ask(
        request,
        sequencing.adopt_sequence,
        sequence_id=sequence_id,
        then=reverse("dispatch_list"),
        said=_("The workshop works by it from now on."),
    )


setup_times = table_page(
    SETUP,
    title=gettext_lazy("Set-up times"),
    columns=("work_center", "from_family", "to_family", "minutes"),
    empty=gettext_lazy("How long a machine is set up from one family of operations to another."),
    tabs=TABS,
    related=("work_center",),
)

urlpatterns = [
    path("planning/shop/", shop, name="shop"),
    path("planning/shop/sequence/", sequence_shop, name="sequence_shop"),
    path("planning/shop/<int:sequence_id>/", shop_sequence, name="shop_sequence"),
    path("planning/shop/<int:sequence_id>/stop/", stop_sequence, name="stop_sequence"),
    path("planning/shop/<int:sequence_id>/adopt/", adopt_sequence, name="adopt_sequence"),
    path("planning/setup-times/", setup_times, name="setup_times"),
    path("planning/setup-times/save/", record_page(SETUP), name="save_setup_times"),
    *planning_shop_floor.urlpatterns,
]
