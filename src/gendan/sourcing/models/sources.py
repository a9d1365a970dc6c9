"""The approved list: who may supply an item, and at which prices."""

from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Func, Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item
from gendan.kernel.money import CurrencyField, PriceField
from gendan.kernel.quantity import QuantityField
from gendan.partners.models import Partner
from gendan.sourcing.models.visibility import SourcingQuerySet


class Source(models.Model):
    """A supplier who may supply an item, on which conditions.

    `lead_days` are the supplier's working days from order to our door; None: the item's own.
    `minimum` and `multiple` are in the item's unit; 0 means any quantity.
    """

    class Status(models.TextChoices):
        APPROVED = "approved", _("approved")
        CONDITIONAL = "conditional", _("approved on condition")
        PROSPECT = "prospect", _("not approved yet")
        BLOCKED = "blocked", _("blocked")

    # What it takes is known and compared; nothing is bought there.
    NOT_BOUGHT_FROM = (Status.PROSPECT, Status.BLOCKED)

    supplier = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="sources")
    status = models.CharField(
        _("status"), max_length=11, choices=Status.choices, default=Status.APPROVED
    )
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)  # 1 is asked first
    supplier_item_code = models.CharField(_("supplier's item code"), max_length=60, blank=True)
    lead_days = models.PositiveIntegerField(_("lead time (working days)"), null=True, blank=True)
    minimum = QuantityField(_("minimum"), default=Decimal(0))
    multiple = QuantityField(_("order lot"), default=Decimal(0))
    weekly_capacity = QuantityField(_("capacity per week"), null=True, blank=True)
    currency = CurrencyField(_("currency"), blank=True)  # left out: the supplier's
    freight_percent = models.DecimalField(
        _("freight (% of price)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    duty_percent = models.DecimalField(
        _("duty (% of price)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    nominated_by = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_outside_factory = models.BooleanField(_("outside factory"), default=False)
    # What arrives goes straight to the store, without waiting for a verdict.
    skips_inspection = models.BooleanField(_("not inspected on arrival"), default=False)
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    objects = SourcingQuerySet.as_manager()

    class Meta:
        verbose_name = _("approved source")
        constraints = [
            models.UniqueConstraint(fields=["supplier", "item"], name="source_once"),
            models.CheckConstraint(
                condition=Q(minimum__gte=0, multiple__gte=0, rank__gte=1)
                & (Q(weekly_capacity__isnull=True) | Q(weekly_capacity__gt=0)),
                name="source_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} · {self.item.code}"


class SourcePrice(models.Model):
    """What a source asks for one unit from a quantity upward, from a day until a day.

    It names its currency, because what was agreed stays true when the supplier asks for another.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="prices")
    from_quantity = QuantityField(_("from quantity"), default=Decimal(0))
    price = PriceField(_("price"))
    currency = CurrencyField(_("currency"))
    valid_from_on = models.DateField(_("valid from"))
    valid_until_on = models.DateField(_("valid until"), null=True, blank=True)

    objects = SourcingQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier's price")
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gt=0, from_quantity__gte=0)
                & (Q(valid_until_on__isnull=True) | Q(valid_until_on__gte=F("valid_from_on"))),
                name="source_price_sensible",
            ),
            ExclusionConstraint(
                name="source_prices_do_not_overlap",
                deferrable=Deferrable.IMMEDIATE,  # one statement may move the border of two
                expressions=[
                    ("source", RangeOperators.EQUAL),
                    ("from_quantity", RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from_on",
                            "valid_until_on",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} ≥ {self.from_quantity}: {self.price} {self.currency}"
