"""The table of held promises: a draft's material and minutes are kept for a while."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.orders.models import Order


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
