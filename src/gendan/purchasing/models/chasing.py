"""How suppliers are chased: by whom it is begun, how far each strays from its days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.partners.models import Partner


class SupplierChasing(models.Model):
    """How one supplier is chased; without a row, or without `mode`, as the company has set it.

    `spread_days` is how far its deliveries stray (calendar days), reckoned anew each week: who
    strays far is asked earlier.
    """

    class Mode(models.TextChoices):
        OFF = "off", _("never chased")
        ASK = "ask", _("written, and I press")
        SEND = "send", _("goes by itself")

    supplier = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(max_length=4, choices=Mode.choices, blank=True)
    spread_days = models.PositiveSmallIntegerField(default=0)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("chasing of a supplier")

    def __str__(self) -> str:
        return f"{self.supplier}: {self.mode}"
