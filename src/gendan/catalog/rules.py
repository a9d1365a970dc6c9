"""How plans size and time the orders of an item: its columns, and what must hold of them."""

from decimal import Decimal

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gendan.kernel.quantity import QuantityField

LONGEST_DAYS = 1000  # of periods and fences; longer ones are typing errors
LEAST_YIELD, WHOLE_YIELD = Decimal(1), Decimal(100)
_LONGEST = [MaxValueValidator(LONGEST_DAYS)]


class PlanRules(models.Model):
    """Lead time, lots, safety stock, yield and time fences of an item.

    Which of the lot columns count says `lot_rule`: as needed none; multiple and fixed the lot size;
    limits the smallest and the largest lot and the lot size as their multiple; period these and the
    days one order covers. 0 is no limit. Fences are working days from today.
    """

    class LotRule(models.TextChoices):
        AS_NEEDED = "as_needed", _("as needed")
        MULTIPLE = "multiple", _("multiple of the lot size")
        FIXED = "fixed", _("fixed lot size")
        LIMITS = "limits", _("smallest and largest lot")
        PERIOD = "period", _("what some days need together")

    lead_days = models.PositiveIntegerField(
        _("lead time (working days)"),
        default=0,
        help_text=_("Of bought items it counts only where no approved source may be asked."),
    )
    lot_rule = models.CharField(max_length=10, choices=LotRule.choices, default=LotRule.AS_NEEDED)
    lot_size = QuantityField(
        _("lot size"),
        default=Decimal(1),
        help_text=_("Orders are multiples of it; with a fixed lot each order is exactly so much."),
    )
    lot_minimum = QuantityField(
        _("smallest lot"),
        default=Decimal(0),
        help_text=_("No order is smaller; 0: no limit. For the rules of limits and of days."),
    )
    lot_maximum = QuantityField(
        _("largest lot"),
        default=Decimal(0),
        help_text=_("What is more becomes several orders; 0: no limit."),
    )
    period_days = models.PositiveIntegerField(
        _("days in one lot (working days)"),
        default=0,
        validators=_LONGEST,
        help_text=_("One order covers what is needed in so many days from its due day."),
    )
    safety_stock = QuantityField(_("safety stock"), default=Decimal(0))
    yield_percent = models.DecimalField(
        _("yield (%)"),
        max_digits=5,
        decimal_places=2,
        default=WHOLE_YIELD,
        help_text=_("So much of what is started or ordered is good; plans order that much more."),
    )
    fence_days = models.PositiveIntegerField(
        _("planning fence (working days)"),
        default=0,
        validators=_LONGEST,
        help_text=_("Nothing new is planned to come earlier; at least the lead time counts."),
    )
    demand_fence_days = models.PositiveIntegerField(
        _("demand fence (working days)"),
        default=0,
        validators=_LONGEST,
        help_text=_("Within it only orders count, no forecast."),
    )

    class Meta:
        abstract = True

    @property
    def has_limits(self) -> bool:
        """Whether the smallest and the largest lot count."""
        return self.lot_rule in (self.LotRule.LIMITS, self.LotRule.PERIOD)


CONSTRAINTS = [
    models.CheckConstraint(condition=Q(lot_size__gt=0), name="item_lot_size_positive"),
    models.CheckConstraint(condition=Q(safety_stock__gte=0), name="item_safety_not_less"),
    models.CheckConstraint(
        condition=Q(lot_minimum__gte=0)
        & (Q(lot_maximum=0) | Q(lot_maximum__gt=0, lot_maximum__gte=F("lot_minimum"))),
        name="item_lot_limits_in_order",
    ),
    models.CheckConstraint(
        condition=Q(yield_percent__gte=LEAST_YIELD, yield_percent__lte=WHOLE_YIELD),
        name="item_yield_is_a_share",
    ),
    models.CheckConstraint(
        condition=~Q(lot_rule="period") | Q(period_days__gte=1), name="item_period_has_days"
    ),
    models.CheckConstraint(
        condition=Q(
            period_days__lte=LONGEST_DAYS,
            fence_days__lte=LONGEST_DAYS,
            demand_fence_days__lte=LONGEST_DAYS,
        ),
        name="item_days_likely",
    ),
]
