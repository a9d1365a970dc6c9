"""Dated things of the follow-up as a calendar shows them: open steps, and when goods leave."""

import datetime as dt

from django.db.models import Q, QuerySet

from gendan.followup.models import Journey, Milestone, Party
from gendan.kernel.models import User

# Which promised dates are a shipment; at the customer's door nobody of ours need be.
SHIPPING_ANCHORS = ("ex_works", "on_board")


def open_milestones_of(user: User, limit: int) -> list[Milestone]:
    """The open steps this user follows, or whose move or care is their role's: 1 query.

    The nearest first; each knows its order, the order's customer, and the company waited for.
    """
    roles = sorted((user.roles & set(Party.values)) - {Party.MERCHANDISER.value})
    mine = Q(follower=user)
    if roles:
        mine |= Q(waiting_for__in=roles) | Q(owner_role__in=roles)
    rows = (
        Milestone.objects.filter(mine, state=Milestone.State.OPEN)
        .filter(journey__in=Journey.objects.visible_to(user).filter(is_open=True))
        .select_related("journey__order__customer", "waiting_partner")
    )
    return list(rows.order_by("forecast_on", "pk")[:limit])


def shipping_milestones(user: User, since: dt.date, limit: int) -> "QuerySet[Milestone]":
    """When goods leave the works and go on board, of all orders this user sees: 1 query."""
    rows = Milestone.objects.filter(
        anchor__in=SHIPPING_ANCHORS,
        state__in=[Milestone.State.TO_COME, Milestone.State.OPEN],
        forecast_on__gte=since,
        journey__in=Journey.objects.visible_to(user).filter(is_open=True),
    )
    rows = rows.select_related("journey__order__customer")
    return rows.order_by("forecast_on", "pk")[:limit]
