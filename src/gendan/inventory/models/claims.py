"""Who gets stock first, and one demand asking for what is kept for another."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item
from gendan.kernel.documents import document_name
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet

USUAL_RANK = 5


class DemandRank(models.Model):
    """How urgent a demand is: 1 before all others, 9 after them; unwritten it is 5."""

    demand = models.CharField(max_length=80, unique=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=USUAL_RANK)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rank__gte=1, rank__lte=9), name="rank_1_to_9")
        ]

    def __str__(self) -> str:
        return f"{self.demand}: {self.rank}"


class StockClaim(Stepped):
    """A demand asks for goods that are kept for a less urgent one; a role decides.

    What is kept is never taken silently: it changes hands only by such a row, with both reasons.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        HANDED_OVER = "handed_over", _("handed over")
        REFUSED = "refused", _("refused")

    STEPS: ClassVar[dict[str, Step]] = {
        "hand_over_stock": Step(("asked",), "handed_over"),
        "refuse_claim": Step(("asked",), "refused"),
    }

    state = models.CharField(max_length=11, choices=State.choices, default=State.ASKED)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField()
    taker = models.CharField(max_length=80, db_index=True)
    giver = models.CharField(max_length=80, db_index=True)
    reason = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim on stock")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="claim_positive"),
            models.CheckConstraint(condition=~Q(taker=F("giver")), name="claim_between_two"),
            models.UniqueConstraint(
                fields=["item", "taker", "giver"], condition=Q(state="asked"), name="claim_once"
            ),
        ]

    def __str__(self) -> str:
        giver, taker = document_name(self.giver), document_name(self.taker)
        return f"{self.item.code}: {self.quantity.normalize():f} {giver} → {taker}"
