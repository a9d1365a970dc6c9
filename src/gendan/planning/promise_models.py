"""The tables of promises: what is held for a draft, and in which turn a rush has booked others."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.orders.models import Line, Order


class PromiseHold(models.Model):
    """What is promised for a draft counts as taken until a moment; then it is free by itself."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="promise_holds")
    until_at = models.DateTimeField(_("held until"))
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("held promise")
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(released_at__isnull=True), name="promise_hold_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.until_at}"


class PromiseTurn(models.Model):
    """In which turn a rush has booked a line, or a delivery of it, anew (see `promise_others`).

    All turns of one rush have its moment; what was promised up to line promise `number` goes
    before, what it has promised itself are those up to `last_number`. Turns above 0 come after all
    of them have been taken out. The days are those on which the goods leave the works. Those of
    lines that have ended go with the next day.
    """

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    at = models.DateTimeField()
    number = models.BigIntegerField()
    last_number = models.BigIntegerField()
    turn = models.IntegerField()
    is_early = models.BooleanField()
    was_on = models.DateField(null=True)
    is_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.name}: {self.at} {self.turn}"
