"""The rules of plans: who hears that an order is in danger or has moved, and that a plan failed."""

from django.utils.translation import gettext_lazy as _

from gendan.notices.rules_stocking import STOCKING
from gendan.notices.shipped import NOW, Shipped

PLANNING = (
    Shipped(
        fact="PlanEndangersOrder",
        title=_("By the new plan the order is late"),
        know=("merchandiser",),
        channels=NOW,
        meaning="endangered",
    ),
    Shipped(
        fact="OrderMovedForRush",
        title=_("Order moved for a rush order"),
        know=("merchandiser",),
        channels=NOW,
    ),
    Shipped(
        fact="WorkOrderBehind",
        title=_("A work order is behind its pace"),
        know=("named:merchandisers_of_work",),
        channels=NOW,
    ),
    Shipped(
        fact="WorkOrderBackOnPace",
        title=_("A work order will be in time after all"),
        know=("named:merchandisers_of_work",),
    ),
    Shipped(fact="PlanFailed", title=_("Plan run failed"), know=("role:planner",), channels=NOW),
    *STOCKING,
)
