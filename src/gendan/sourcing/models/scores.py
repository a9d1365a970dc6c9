"""How suppliers are judged: service scores, the weights of the scorecard, what buying assumes."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.partners.models import Partner
from gendan.sourcing.models.visibility import SourcingQuerySet


class ServiceScore(models.Model):
    """How well a supplier served us in a month, 0 to 100, as the buyer says."""

    supplier = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    month_on = models.DateField(_("month"))  # its first day
    score = models.PositiveSmallIntegerField(_("score (0 to 100)"))
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = SourcingQuerySet.as_manager()

    class Meta:
        verbose_name = _("service score")
        constraints = [
            models.UniqueConstraint(fields=["supplier", "month_on"], name="service_score_once"),
            models.CheckConstraint(condition=Q(score__lte=100), name="service_score_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.month_on:%Y-%m}: {self.score}"


class Said(models.Model):
    """Figures somebody set; the newest row counts, the older ones are the history."""

    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=500)

    objects = SourcingQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class ScoreWeights(Said):
    """How much each part of the scorecard counts; only their proportions matter."""

    quality = models.PositiveSmallIntegerField(_("quality (ppm)"), default=25)
    lots = models.PositiveSmallIntegerField(_("lots accepted"), default=15)
    confirmed = models.PositiveSmallIntegerField(_("on time as confirmed"), default=20)
    requested = models.PositiveSmallIntegerField(_("on time as requested"), default=10)
    price = models.PositiveSmallIntegerField(_("price against market"), default=15)
    response = models.PositiveSmallIntegerField(_("response time"), default=5)
    service = models.PositiveSmallIntegerField(_("service"), default=10)

    PARTS = ("quality", "lots", "confirmed", "requested", "price", "response", "service")


class BuyingAssumptions(Said):
    """What the comparison of total costs assumes where nothing better is known."""

    finance_percent = models.DecimalField(
        _("interest (% a year)"), max_digits=5, decimal_places=2, default=Decimal(6)
    )
    freight_percent = models.DecimalField(
        _("freight (% of price)"), max_digits=5, decimal_places=2, default=Decimal(2)
    )
    import_freight_percent = models.DecimalField(
        _("freight from abroad (% of price)"), max_digits=5, decimal_places=2, default=Decimal(6)
    )
    duty_percent = models.DecimalField(
        _("duty from abroad (% of price)"), max_digits=5, decimal_places=2, default=Decimal(8)
    )
    # A defective piece costs its price and what it spoils.
    defect_factor = models.DecimalField(
        _("cost of a defect (× price)"), max_digits=6, decimal_places=2, default=Decimal(3)
    )
    late_day_percent = models.DecimalField(
        _("cost of a day late (% of price)"), max_digits=5, decimal_places=2, default=Decimal(1)
    )
