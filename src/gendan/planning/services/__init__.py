"""The verbs of the planning room: promises, plan runs, firming, scenarios."""

from gendan.planning.services.buying import ProposalRow, order_proposals
from gendan.planning.services.capacity import (
    CapacityChangeRow,
    CrewRow,
    ProductionGoalRow,
    save_capacity_changes,
    save_crews,
    save_production_goals,
)
from gendan.planning.services.firming import (
    AlreadyFirmed,
    Firmed,
    ItemHasChanged,
    PlanNotLive,
    firm_planned_orders,
)
from gendan.planning.services.moving import WorkOrderEnded, move_work_order
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
from gendan.planning.services.rush_stock import keep_for_rush
from gendan.planning.services.rushing import (
    forget_turns,
    hold_promise,
    promise_rush,
    release_promise,
)
from gendan.planning.services.scenarios import (
    NotAScenario,
    ScenarioChange,
    ScenarioNotReady,
    adopt_scenario,
    make_scenario,
    withdraw_assumption,
)

__all__ = [
    "MOST_ATTEMPTS",
    "RUNS_KEPT",
    "AlreadyFirmed",
    "BeyondTheCalendar",
    "CapacityChangeRow",
    "Computed",
    "CrewRow",
    "Firmed",
    "ItemHasChanged",
    "NotAScenario",
    "PlanNotLive",
    "ProductionGoalRow",
    "ProposalRow",
    "ScenarioChange",
    "ScenarioNotReady",
    "WorkOrderEnded",
    "adopt_scenario",
    "ask_replan",
    "cancel_plan_run",
    "compute_promise",
    "fail_plan_run",
    "finish_plan_run",
    "firm_planned_orders",
    "forget_turns",
    "hold_promise",
    "keep_for_rush",
    "make_scenario",
    "move_work_order",
    "note_plan_progress",
    "order_proposals",
    "promise_order",
    "promise_rush",
    "release_promise",
    "resume_plan_runs",
    "run_plan",
    "save_capacity_changes",
    "save_crews",
    "save_production_goals",
    "take_up_plan_run",
    "withdraw_assumption",
]
