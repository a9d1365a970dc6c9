"""The verbs of the planning room: promises, plan runs, firming, scenarios."""

from gendan.planning.services.firming import (
    AlreadyFirmed,
    Firmed,
    ItemHasChanged,
    PlanNotLive,
    firm_planned_orders,
)
from gendan.planning.services.promising import (
    BeyondTheCalendar,
    Computed,
    compute_promise,
    promise_order,
)
from gendan.planning.services.runs import (
    MOST_ATTEMPTS,
    RUNS_KEPT,
    ask_replan,
    cancel_plan_run,
    fail_plan_run,
    finish_plan_run,
    note_plan_progress,
    resume_plan_runs,
    run_plan,
    take_up_plan_run,
)

__all__ = [
    "MOST_ATTEMPTS",
    "RUNS_KEPT",
    "AlreadyFirmed",
    "BeyondTheCalendar",
    "Computed",
    "Firmed",
    "ItemHasChanged",
    "PlanNotLive",
    "ask_replan",
    "cancel_plan_run",
    "compute_promise",
    "fail_plan_run",
    "finish_plan_run",
    "firm_planned_orders",
    "note_plan_progress",
    "promise_order",
    "resume_plan_runs",
    "run_plan",
    "take_up_plan_run",
]
