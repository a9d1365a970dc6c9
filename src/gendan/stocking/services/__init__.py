"""The verbs of the stocking room: forecasts, policies, alarms, reorders, surplus."""

from gendan.stocking.services.alarms import watch_limits
from gendan.stocking.services.policies import (
    NoForecastYet,
    PolicyRow,
    adopt_stock_policies,
    save_stock_policies,
)
from gendan.stocking.services.reorders import NothingToReorder, request_reorders
from gendan.stocking.services.runs import (
    ask_monthly_forecasts,
    calculate_forecasts,
    fail_forecast_run,
    finish_forecast_run,
    note_forecast_progress,
    resume_forecast_runs,
    take_up_forecast_run,
)
from gendan.stocking.services.surplus import (
    decide_surplus,
    offer_surplus,
    return_surplus,
    rework_surplus,
)

__all__ = [
    "NoForecastYet",
    "NothingToReorder",
    "PolicyRow",
    "adopt_stock_policies",
    "ask_monthly_forecasts",
    "calculate_forecasts",
    "decide_surplus",
    "fail_forecast_run",
    "finish_forecast_run",
    "note_forecast_progress",
    "offer_surplus",
    "request_reorders",
    "resume_forecast_runs",
    "return_surplus",
    "rework_surplus",
    "save_stock_policies",
    "take_up_forecast_run",
    "watch_limits",
]
