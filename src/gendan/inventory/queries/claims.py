"""Who keeps goods of an item, how urgent each is, and who would lose them to a more urgent one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Max, QuerySet, Sum

from gendan.inventory.models import USUAL_RANK, DemandRank, Location, Reservation, StockClaim
from gendan.kernel.models import User


@dataclass(frozen=True)
class Loss:
    """A demand that would lose goods: how urgent it is, what it keeps, how much it would lose."""

    demand: str
    rank: int
    kept: Decimal
    quantity: Decimal


def needs_goods(demand: str) -> bool:
    """Whether a demand exists and still waits for goods, as its own room says: one query.

    The model it names has a property `needs_goods`; what has none is no demand.
    """
    label, _colon, key = demand.partition(":")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return False
    if not hasattr(model, "needs_goods") or not key.isdecimal() or int(key) >= 2**63:
        return False
    row: Any = model._default_manager.filter(pk=int(key)).first()
    return row is not None and bool(row.needs_goods)


def ranks_of(demands: Iterable[str]) -> dict[str, int]:
    """How urgent demands are, 1 before all others: one query."""
    ranks: dict[str, int] = defaultdict(lambda: USUAL_RANK)
    ranks.update(DemandRank.objects.filter(demand__in=set(demands)).values_list("demand", "rank"))
    return ranks


def losers_of(demand: str, item_id: int, quantity: Decimal) -> list[Loss]:
    """Who would give way to a demand: the least urgent first, of equals who came last. 2 queries.

    Only demands that are less urgent; their losses together may be less than the quantity.
    """
    rows = (
        Reservation.objects.filter(
            balance__item_id=item_id, balance__location__kind=Location.Kind.STORE
        )
        .exclude(demand=demand)
        .values_list("demand")
        .annotate(Sum("quantity"), Max("at"))
    )
    kept = {name: (whole, at) for name, whole, at in rows}
    ranks = ranks_of([demand, *kept])
    mine = ranks[demand]
    order = sorted(
        (name for name in kept if ranks[name] > mine),
        key=lambda name: (ranks[name], kept[name][1], name),
        reverse=True,
    )
    losses, left = [], quantity
    for name in order:
        if left <= 0:
            break
        part = min(left, kept[name][0])
        losses.append(Loss(name, ranks[name], kept[name][0], part))
        left -= part
    return losses


def claims_for(user: User) -> "QuerySet[StockClaim]":
    """Claims on stock with what a list shows of them."""
    return StockClaim.objects.visible_to(user).select_related(
        "item__unit", "asked_by", "decided_by"
    )
