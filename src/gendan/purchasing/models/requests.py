"""Purchase requests: what somebody has asked the buyers to buy."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import Revised, Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet


class PurchaseRequest(Stepped, Revised):
    """A quantity of an item that must be bought: needed on a day, to be ordered by another.

    Nobody has promised its goods, so they are no expected supply yet. It is covered by the lines of
    purchase orders that were sent for it, and by goods expected with its number as their reference.
    `demands` are the order lines it is for, named as inventory names them ("orders.line:12").
    """

    class State(models.TextChoices):
        OPEN = "open", _("to be ordered")
        ORDERED = "ordered", _("ordered")
        CANCELLED = "cancelled", _("cancelled")

    STEPS: ClassVar[dict[str, Step]] = {
        "cover_purchase_request": Step(("open",), "ordered"),
        "reopen_purchase_request": Step(("ordered",), "open"),
        "cancel_purchase_request": Step(("open",), "cancelled"),
    }

    number = models.CharField(_("purchase request"), max_length=60, unique=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField(_("quantity"))
    covered = QuantityField(default=0)  # expected for it
    in_orders = QuantityField(default=0)  # stands in purchase orders, drafts included
    needed_on = models.DateField(_("needed on"))
    order_by_on = models.DateField(_("order by"))
    demands = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase request")
        indexes = [
            models.Index(fields=["state", "order_by_on"], name="purchase_request_state"),
            GinIndex(fields=["demands"], name="purchase_request_demands"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, covered__gte=0), name="purchase_request_sensible"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def to_order(self) -> Decimal:
        """What no purchase order and no expected goods stand for yet."""
        if self.state == self.State.CANCELLED:
            return Decimal(0)
        left: Decimal = self.quantity - max(self.covered, self.in_orders)
        return max(left, Decimal(0))

    def is_overdue(self, today: dt.date) -> bool:
        """Whether it should have been ordered before this day."""
        return self.state == self.State.OPEN and self.order_by_on < today
