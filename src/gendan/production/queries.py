"""Questions about work orders."""

from django.db.models import QuerySet

from gendan.kernel.models import User
from gendan.production.models import WorkOrder


def work_orders_for(user: User) -> "QuerySet[WorkOrder]":
    """The work orders somebody sees, with item and what has arrived."""
    return WorkOrder.objects.visible_to(user).select_related("item__unit", "expected")
