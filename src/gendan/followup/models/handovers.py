"""Orders handed to a colleague: for a holiday, or for good."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.kernel.models import User
from gendan.kernel.states import Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.orders.models import Order


class Handover(Stepped):
    """Several orders of one person passed to another, with what is open on each."""

    class Kind(models.TextChoices):
        ABSENCE = "absence", _("for an absence")
        LEAVING = "leaving", _("for good")

    class State(models.TextChoices):
        GIVEN = "given", _("waits for acknowledgement")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        RETURNED = "returned", _("handed back")

    STEPS: ClassVar[dict[str, Step]] = {
        "acknowledge_handover": Step(("given",), "acknowledged"),
        "hand_back": Step(("given", "acknowledged"), "returned"),
    }

    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.GIVEN)
    back_on = models.DateField(null=True)  # the day the giver is here again
    note = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(giver=models.F("taker")), name="handover_to_another"
            ),
            models.CheckConstraint(
                condition=Q(kind="absence", back_on__isnull=False)
                | Q(kind="leaving", back_on=None),
                name="handover_absence_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker}"

    def may(self, verb: str) -> bool:
        """What was given for good is not handed back."""
        return super().may(verb) and not (verb == "hand_back" and self.kind == self.Kind.LEAVING)


class HandoverItem(models.Model):
    """One order of a handover; `summary` is what was open on it that day."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="items")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(max_length=1000, blank=True)
    summary = models.JSONField(default=dict)
    is_returned = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover", "order"], name="handover_order_once")
        ]

    def __str__(self) -> str:
        return f"{self.handover_id}: {self.order_id}"
