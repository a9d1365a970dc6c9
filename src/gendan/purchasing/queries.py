"""Questions about purchase requests."""

from django.db.models import QuerySet

from gendan.kernel.models import User
from gendan.purchasing.models import PurchaseRequest


def requests_for(user: User) -> "QuerySet[PurchaseRequest]":
    """The purchase requests somebody sees, with their items."""
    return PurchaseRequest.objects.visible_to(user).select_related("item__unit")
