"""The verbs of the planning room: promises, plan runs, firming, scenarios."""

from gendan.planning.services.promising import (
    BeyondTheCalendar,
    Computed,
    compute_promise,
    promise_order,
)

__all__ = [
    "BeyondTheCalendar",
    "Computed",
    "compute_promise",
    "promise_order",
]
