"""Orders of one buyer to one supplier that belong together: split, each passes the own limit.

What a buyer has approved alone of the last "purchase_split_days" counts with an order to the same
supplier: together they are approved by somebody whose limit covers the sum.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from gendan.kernel import clock, company
from gendan.kernel.models import User
from gendan.purchasing.limits import limit_of, limits
from gendan.purchasing.models import PurchaseOrder

MOST_NAMED = 10
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Joined:
    """What the same buyer has approved alone of orders to the same supplier, in the last days."""

    orders: Sequence[PurchaseOrder] = ()
    days: int = 0
    most: Decimal = NOTHING  # what the order itself may come to
    limit: Decimal = NOTHING  # of the buyer

    @property
    def total(self) -> Decimal:
        """All of them with the order itself, in the company's currency."""
        return self.most + sum((one.total_company for one in self.orders), NOTHING)

    @property
    def passes_by(self) -> bool:
        """Whether the order alone is within the buyer's limit, and with the others is not."""
        return self.most <= self.limit < self.total

    @property
    def named(self) -> Sequence[PurchaseOrder]:
        """The newest of them."""
        return self.orders[:MOST_NAMED]

    def words(self, amounts: tuple[str, str]) -> str:
        """What is in doubt, with the sum and the limit as they are written."""
        return _(
            "With %(orders)s of the last %(days)s days to the same supplier it comes to %(total)s, "
            "above your limit of %(limit)s."
        ) % {
            "orders": ", ".join(one.number for one in self.named),
            "days": self.days,
            "total": amounts[0],
            "limit": amounts[1],
        }


def joined_with(order: PurchaseOrder, most: Decimal, buyer: User | None) -> Joined:
    """The order with what its buyer approved alone before: 2 queries, 1 where nobody looks."""
    days = int(company.value("purchase_split_days"))
    if buyer is None or days <= 0:
        return Joined(most=most, limit=limit_of(buyer, limits()))
    since = (order.submitted_at or clock.now()) - dt.timedelta(days=days)
    rows = _alone(PurchaseOrder.objects.filter(supplier=order.supplier_id, submitted_by=buyer))
    others = rows.filter(submitted_at__gte=since).exclude(pk=order.pk).order_by("-submitted_at")
    return Joined(list(others), days, most, limit_of(buyer, limits()))


def with_joined(rows: "QuerySet[PurchaseOrder]") -> "QuerySet[Any]":
    """Each with `joined`: what its buyer approved alone before (None: nothing); for lists."""
    days = int(company.value("purchase_split_days"))
    others = _alone(
        PurchaseOrder.objects.filter(
            supplier=OuterRef("supplier"),
            submitted_by=OuterRef("submitted_by"),
            submitted_at__gte=OuterRef("submitted_at") - dt.timedelta(days=days),
        ).exclude(pk=OuterRef("pk"))
    )
    if days <= 0:
        others = others.none()
    summed = others.order_by().values("supplier").annotate(sum=Sum("total_company")).values("sum")
    return rows.annotate(joined=Subquery(summed))


def _alone(rows: "QuerySet[PurchaseOrder]") -> "QuerySet[PurchaseOrder]":
    """Those that nobody but who submitted them has approved, and that still are orders."""
    states = PurchaseOrder.State
    gone = (states.DRAFT, states.TO_APPROVE, states.CANCELLED)
    return rows.filter(approved_by=F("submitted_by")).exclude(state__in=gone)
