"""The order page: its head, the stepper, one tab at a time, and the column beside it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from gendan.followup.models import Journey, Milestone
from gendan.followup.queries import OrderFollowup, order_followup, questions_of
from gendan.kernel import clock
from gendan.kernel import queries as kernel_queries
from gendan.orders.models import Basis, Order, Stage
from gendan.planning.queries import late_by_plan
from gendan.web import notice_readers
from gendan.web.contracts.parts import wrong_with
from gendan.web.finding import find_order as find_order
from gendan.web.followup import chart
from gendan.web.orders import tabs
from gendan.web.orders.ready import ready_of
from gendan.web.shell import page, render_page

# In the order of the journey. Tabs that have nothing to show for an order's state are left out.
TABS: dict[str, tuple[Any, Callable[..., dict[str, Any]]]] = {
    "lines": (_("Lines"), tabs.lines),
    "followup": (_("Follow-up"), tabs.followup),
    "promise": (_("Promise"), tabs.promise),
    "checks": (_("Checks"), tabs.checks),
    "supply": (_("Supply"), tabs.supply),
    "money": (_("Money"), tabs.money),
    "papers": (_("Papers"), tabs.papers),
    "changes": (_("Changes"), tabs.changes),
    "timeline": (_("Timeline"), tabs.timeline),
    "readers": (_("Who knows"), notice_readers.readers),
}


@dataclass(frozen=True)
class StepperStage:
    """A stage of the journey as the stepper shows it."""

    key: str
    label: str
    meaning: str
    done: int
    total: int
    is_now: bool
    is_dragged: bool  # late or at risk only because of what comes before it


@page(section="orders", methods=("GET", "HEAD"))
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order, whole."""
    found = find_order(request.user, order_id)
    context = head_of(request, found)
    tab = request.GET.get("tab", "lines")
    if tab not in TABS or (tab == "followup" and context["journey"] is None):
        tab = "lines"
    context |= {"tab": tab, "tab_template": f"orders/tabs/{tab}.html"}
    context["tabs"] = [
        (key, words)
        for key, (words, _view) in TABS.items()
        if key != "followup" or context["journey"] is not None
    ]
    context |= TABS[tab][1](request, found, context)
    return render_page(request, "orders/order.html", context, parts=("tab",))


def head_of(request: HttpRequest, found: Order) -> dict[str, Any]:
    """What every tab stands in: head, stepper, and the column beside it."""
    followup = order_followup(found.pk)
    journey = followup.journey if followup else None
    milestones = [row.milestone for row in followup.milestones] if followup else []
    if journey is not None:
        journey.order = found
        for one in milestones:
            one.journey = journey
    holds = list(
        found.holds.filter(released_at__isnull=True).select_related("placed_by").order_by("pk")
    )
    questions = questions_of(found.pk)
    team = [member.user for member in found.team.select_related("user")]
    return {
        "order": found,
        "basis": Basis(found.basis),
        "journey": journey,
        "milestones": milestones,
        "followup": followup,
        "stages": stages_of(followup),
        "next_actions": [one for one in milestones if one.state == Milestone.State.OPEN],
        "odds": on_time_percent(journey),
        "anchor": anchor_of(journey, milestones),
        "plan_says": plan_says(journey, milestones),
        "holds": holds,
        "questions": questions,
        "open_questions": sum(one.state == "open" for one in questions),
        "team": team,
        "is_following": request.user in team,
        "colleagues": [
            one
            for one in kernel_queries.people_who_sign_in()
            if one not in team and one != request.user
        ],
        "date_changes": list(
            found.date_changes.filter(line__isnull=True).select_related("by").order_by("-pk")[:12]
        ),
        "today": clock.today(),
        "hold_stages": Stage.choices,
        **ready_of(found),
        **wrong_with(found),
    }


def on_time_percent(journey: Journey | None) -> int | None:
    """The chance of meeting the date, in whole percent, never the certain 0 or 100."""
    if journey is None or not journey.is_open:
        return None
    return min(max(round((1 - journey.chance_of_missing) * 100), 1), 99)


@dataclass(frozen=True)
class PlanSays:
    """The live plan against the milestones: when it is ready, when they expect which step."""

    ready_on: dt.date | None
    step: str
    expected_on: dt.date


def anchor_of(journey: Journey | None, milestones: list[Milestone]) -> Milestone | None:
    """The milestone whose day is promised; without one the last takes its place."""
    if journey is None:
        return None
    named = [one for one in milestones if one.anchor and one.anchor == journey.target_anchor]
    return next(iter([*named, *milestones[-1:]]), None)


def plan_says(journey: Journey | None, milestones: list[Milestone]) -> PlanSays | None:
    """Where the live plan has the goods ready after the milestones expect them to leave.

    Ready earlier is no contradiction: goods wait for their ship.
    """
    if journey is None or not journey.is_open:
        return None
    leaves = [one for one in milestones if one.anchor == Basis.EX_WORKS]
    leaving = leaves[0] if leaves else anchor_of(journey, milestones)
    if leaving is None or leaving.state in (Milestone.State.REACHED, Milestone.State.SKIPPED):
        return None
    is_late, ready_on = late_by_plan(journey.order_id)
    if not is_late or (ready_on and (ready_on - leaving.forecast_on).days <= 1):
        return None
    return PlanSays(ready_on, leaving.name, leaving.forecast_on)


def stages_of(found: OrderFollowup | None) -> list[StepperStage]:
    """The stages this journey has, each with how far it is and its loudest colour."""
    stages: list[StepperStage] = []
    if found is None:
        return stages
    open_stages = [row.milestone.stage for row in found.milestones if row.milestone.state == "open"]
    now = open_stages[0] if open_stages else ""
    return [
        StepperStage(
            one.stage,
            one.label,
            chart.meaning_of_colour(one.cell.colour),
            one.cell.done,
            one.cell.total,
            one.stage == now,
            one.stage not in open_stages and one.cell.colour in {"late", "at_risk"},
        )
        for one in found.stages
    ]
