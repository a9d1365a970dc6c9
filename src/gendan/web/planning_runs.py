"""Pages of plan runs: the live plan, asking for a new one, its progress, comparing two."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from gendan.kernel import cursors
from gendan.planning import queries, services
from gendan.planning.comparing import Verdict, compare, verdict
from gendan.planning.comparing_schedules import MovedSchedule, compare_schedules
from gendan.planning.models import PlanRun
from gendan.web.forms import whole_number
from gendan.web.navigation import tabs_of
from gendan.web.planning_words import FAILURES, STAGES, TABS, change_words, problems_of
from gendan.web.shell import ask, page, render_page

READ = ("GET", "HEAD")
MOST_PAGES = 100_000
COMPARED = 100  # rows of each list of a comparison on a page


def _about(run: PlanRun | None) -> dict[str, Any]:
    """A run as every page shows it."""
    if run is None:
        return {"run": None}
    problems = problems_of(run.problems)
    return {
        "run": run,
        "problems": [one for one in problems if one["is_wrong"]],
        "noted": [one for one in problems if not one["is_wrong"]],
        "stage": STAGES.get(run.stage, ""),
        "failure": FAILURES.get(run.failure, ""),
        "changes": [change_words(change) for change in run.changes],
    }


@page(section="planning", methods=READ)
def planning(request: HttpRequest) -> HttpResponse:
    """Where planning begins: the live plan, one that is being calculated, the last runs."""
    user: Any = request.user
    after = request.GET.get("after", "")
    runs, following = cursors.page(queries.runs_for(user), "-pk", after, services.RUNS_KEPT)
    live = next((run for run in runs if run.is_live), None) or queries.live_run()
    waiting = queries.open_run(user)
    context = _about(live) | {
        "tabs": tabs_of(TABS, "planning"),
        "runs": runs,
        "following": following,
        "is_first": not after,
        "waiting": waiting,
        "waiting_stage": STAGES.get(waiting.stage, "") if waiting else "",
        "assumptions": [(one, change_words(one.change)) for one in queries.assumptions_for(user)],
    }
    return render_page(request, "planning/start.html", context)


@page(section="planning", methods=READ)
def plan_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: figures, what was not right with the data, what it assumes."""
    user: Any = request.user
    run = queries.run_seen(run_id, user)
    live = queries.live_run()
    context = _about(run) | {
        "live": live,
        "may_compare": live is not None and live.pk != run.pk and run.state == "done",
    }
    return render_page(request, "planning/run.html", context)


@page(section="planning", methods=("POST",))
def run_plan(request: HttpRequest) -> HttpResponse:
    """Have everything planned anew."""
    said = _("A new plan is being calculated.")
    return ask(request, services.run_plan, then=reverse("planning"), said=said)


@page(section="planning", methods=("POST",))
def cancel_plan_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop a run."""
    said = _("The plan run is stopped.")
    then = reverse("planning")
    return ask(request, services.cancel_plan_run, run_id=run_id, then=then, said=said)


def _verdict_words(found: Verdict) -> tuple[str, str, list[str]]:
    """(level, better or worse in a word, sentences with both figures and the difference)."""
    was, now = found.was, found.now
    if found.is_better:
        level, word = "done", _("better")
    elif found.is_worse:
        level, word = "late", _("worse")
    else:
        same = was == now
        level, word = ("off", _("no difference")) if same else ("risk", _("better and worse"))
    values = (
        (_("late customer orders: %(now)s instead of %(was)s (%(more)s)"), was.orders, now.orders),
        (_("their order lines: %(now)s instead of %(was)s (%(more)s)"), was.lines, now.lines),
        (_("days late altogether: %(now)s instead of %(was)s (%(more)s)"), was.days, now.days),
    )
    told = [words % _figures(one, two) for words, one, two in values]
    if was.never or now.never:
        words = _("lines nobody can date: %(now)s instead of %(was)s (%(more)s)")
        told.append(words % _figures(was.never, now.never))
    return level, word, told


def _figures(was: int, now: int) -> dict[str, str]:
    more = now - was
    sign = "+" if more > 0 else "−" if more < 0 else "±"
    return {"was": f"{was:,}", "now": f"{now:,}", "more": f"{sign}{abs(more):,}"}


@page(section="planning", methods=READ)
def plan_comparison(request: HttpRequest, run_id: int) -> HttpResponse:
    """What a plan says otherwise than another (`?with=`), else than the one before it, `?page=`
    after page."""
    user: Any = request.user
    run = queries.run_seen(run_id, user)
    chosen = whole_number(request.GET.get("with", "")) or run.difference.get("run_id")
    others = queries.runs_for(user).filter(state=PlanRun.State.DONE).exclude(pk=run.pk)
    other = others.filter(pk=chosen).first() if chosen else None
    place = min(max(whole_number(request.GET.get("page", "")) or 1, 1), MOST_PAGES)
    found = None
    if other and run.state == "done":
        found = compare(other.pk, run.pk, offset=(place - 1) * COMPARED, limit=COMPARED)
    moved: list[MovedSchedule] = []
    moved_count = 0
    if other and found:
        moved, moved_count = compare_schedules(
            other.pk, run.pk, offset=(place - 1) * COMPARED, limit=COMPARED
        )
    count = max(found.demand_count, found.order_count, moved_count) if found else 0
    context = {
        "run": run,
        "other": other,
        "others": list(others),  # all that are kept: no more than a few tens
        "found": found,
        "verdict": _verdict_words(verdict(other.pk, run.pk)) if other and found else None,
        "moved": moved,
        "moved_count": moved_count,
        "place": place,
        "following": place + 1 if count > place * COMPARED else None,
    }
    return render_page(request, "planning/comparison.html", context)


_one = "planning/runs/<int:run_id>/"
urlpatterns = [
    path("planning/", planning, name="planning"),
    path("planning/run/", run_plan, name="run_plan"),
    path(_one, plan_run, name="plan_run"),
    path(_one + "cancel/", cancel_plan_run, name="cancel_plan_run"),
    path(_one + "comparison/", plan_comparison, name="plan_comparison"),
]
