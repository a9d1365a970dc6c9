"""The verbs of the production room: work orders made, released, supplied with material, ended."""

from gendan.production.services.dividing import (
    CannotBeMerged,
    CannotBeSplit,
    merge_work_orders,
    split_work_order,
)
from gendan.production.services.issuing import (
    ComponentRow,
    MoreThanNeeded,
    MoreThanOnTheFloor,
    issue_components,
    return_components,
)
from gendan.production.services.pacing import follow_paces, follow_paces_in_parts, follow_paces_part
from gendan.production.services.reporting import (
    AlreadyTakenBack,
    ReportedMeanwhile,
    TooManyReported,
    report_step,
    take_back_report,
)
from gendan.production.services.steps import (
    MachineBusy,
    NotReleased,
    begin_step,
    finish_step,
    reopen_step,
)
from gendan.production.services.work_orders import (
    Instead,
    WorkOrderRow,
    WorkTooLarge,
    cancel_work_order,
    firm_work_orders,
    follow_supplies,
    release_work_order,
)

__all__ = [
    "AlreadyTakenBack",
    "CannotBeMerged",
    "CannotBeSplit",
    "ComponentRow",
    "Instead",
    "MachineBusy",
    "MoreThanNeeded",
    "MoreThanOnTheFloor",
    "NotReleased",
    "ReportedMeanwhile",
    "TooManyReported",
    "WorkOrderRow",
    "WorkTooLarge",
    "begin_step",
    "cancel_work_order",
    "finish_step",
    "firm_work_orders",
    "follow_paces",
    "follow_paces_in_parts",
    "follow_paces_part",
    "follow_supplies",
    "issue_components",
    "merge_work_orders",
    "release_work_order",
    "reopen_step",
    "report_step",
    "return_components",
    "split_work_order",
    "take_back_report",
]
