"""Advance ship notices: what a supplier says has left, line by line, before it arrives."""

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.kernel.models import StoredFile, User
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.partners.models import Partner
from gendan.purchasing.models.orders import PurchaseOrderLine


class ShipNotice(Stepped):
    """A delivery on its way, as the supplier says; the buyer takes it or not."""

    class State(models.TextChoices):
        OPEN = "open", _("to be looked at")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    class Way(models.TextChoices):
        LINK = "link", _("by the link")
        FILE = "file", _("by file")
        MAIL = "mail", _("by mail")
        HAND = "hand", _("told us")

    STEPS: ClassVar[dict[str, Step]] = {
        "accept_ship_notice": Step(("open",), "accepted"),
        "refuse_ship_notice": Step(("open",), "refused"),
    }

    number = models.CharField(_("ship notice"), max_length=60)
    supplier = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    way = models.CharField(max_length=4, choices=Way.choices)
    shipped_on = models.DateField(_("shipped"))
    expected_on = models.DateField(_("expected"))
    carrier = models.CharField(_("carrier"), max_length=80, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=80, blank=True)
    packages = models.PositiveIntegerField(_("packages"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    person = models.CharField(max_length=120, blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    # What is uncertain about it apart from its lines: codes of `gendan.purchasing.shipments`.
    doubts = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("ship notice")
        indexes = [models.Index(fields=["state", "expected_on"], name="ship_notice_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "number"],
                condition=~Q(state="refused"),
                name="ship_notice_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ShipNoticeLine(models.Model):
    """So much of an ordered line (in the item's own unit); null where nothing of ours is meant."""

    notice = models.ForeignKey(ShipNotice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    order_line = models.ForeignKey(
        PurchaseOrderLine,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ship_notices",
    )
    said_order = models.CharField(max_length=60, blank=True)
    said_article = models.CharField(max_length=120, blank=True)
    quantity = QuantityField()
    said_unit = models.CharField(max_length=20, blank=True)
    # What had come of the line when the notice came: by it we see when these goods are here.
    received_before = QuantityField(default=Decimal(0))

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="ship_notice_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="ship_notice_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} / {self.position}"

    @property
    def is_here(self) -> bool:
        """Whether these goods have come (reads the line and what is expected of it)."""
        line = self.order_line
        if line is None:
            return False
        return not line.is_open or line.received >= self.received_before + self.quantity
