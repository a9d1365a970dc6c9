"""The verbs of the production room: work orders made, released, supplied with material, ended."""

from gendan.production.services.issuing import (
    ComponentRow,
    MoreThanNeeded,
    MoreThanOnTheFloor,
    issue_components,
    return_components,
)
from gendan.production.services.work_orders import (
    WorkOrderRow,
    WorkTooLarge,
    cancel_work_order,
    firm_work_orders,
    follow_supplies,
    release_work_order,
)

__all__ = [
    "ComponentRow",
    "MoreThanNeeded",
    "MoreThanOnTheFloor",
    "WorkOrderRow",
    "WorkTooLarge",
    "cancel_work_order",
    "firm_work_orders",
    "follow_supplies",
    "issue_components",
    "release_work_order",
    "return_components",
]
