"""Tables of capacity: what work centres can do on other days, who works there, and goals."""

import datetime as dt
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Family, Item, WorkCenter
from gendan.kernel.money import AmountField
from gendan.kernel.quantity import QuantityField
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.workforce.models import Department


class CapacityChange(models.Model):
    """A work centre can do more or less on some days (first and last included), and why.

    Several changes of a day add up; a day never has less than nothing.
    """

    class Kind(models.TextChoices):
        OVERTIME = "overtime", _("overtime")
        EXTRA_SHIFT = "extra_shift", _("extra shift")
        SECOND_LINE = "second_line", _("second line")
        MAINTENANCE = "maintenance", _("maintenance")
        BREAKDOWN = "breakdown", _("breakdown")
        CLOSED = "closed", _("shut down")

    MORE = (Kind.OVERTIME, Kind.EXTRA_SHIFT, Kind.SECOND_LINE)

    work_center = models.ForeignKey(
        WorkCenter,
        on_delete=models.PROTECT,
        related_name="capacity_changes",
        verbose_name=_("work centre"),
    )
    kind = models.CharField(max_length=11, choices=Kind.choices, default=Kind.OVERTIME)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    minutes = models.PositiveIntegerField(
        _("minutes a day"),
        default=0,
        help_text=_(
            "More or less than usual; 0 of maintenance, breakdown and shutting down: the whole day."
        ),
    )
    on_days_off = models.BooleanField(
        _("on days off, too"), default=False, help_text=_("For overtime on a Sunday, say.")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of capacity")
        constraints = [
            models.UniqueConstraint(
                fields=["work_center", "kind", "from_on"], name="capacity_change_once"
            ),
            models.CheckConstraint(
                condition=Q(from_on__lte=F("until_on")), name="capacity_change_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["maintenance", "breakdown", "closed"]) | Q(minutes__gt=0),
                name="capacity_change_says_how_much",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_center.code}: {self.get_kind_display()} {self.from_on}"

    @property
    def is_more(self) -> bool:
        """Whether the work centre can do more, not less."""
        return self.kind in self.MORE


class Crew(models.Model):
    """Which people a work centre needs while it runs.

    `people` is how many of them a running minute needs: 1 where the work centre's minutes are
    those of its people, 2 for a machine served by two.
    """

    work_center = models.OneToOneField(
        WorkCenter,
        on_delete=models.PROTECT,
        related_name="crew",
        verbose_name=_("work centre"),
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("department")
    )
    skill = models.CharField(_("skill"), max_length=40, blank=True)
    people = models.DecimalField(
        _("people per running minute"), max_digits=6, decimal_places=2, default=Decimal(1)
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("crew")
        constraints = [models.CheckConstraint(condition=Q(people__gt=0), name="crew_of_somebody")]

    def __str__(self) -> str:
        return f"{self.work_center.code}: {self.people:f}"


class ProductionGoal(models.Model):
    """What is to be produced in a month or a week: of an item, of a family, or in all.

    `value` is at standard cost in the company's currency. Of a family, and in all, what is sold
    counts, not its components.
    """

    class Period(models.TextChoices):
        MONTH = "month", _("month")
        WEEK = "week", _("week")

    period = models.CharField(_("period"), max_length=5, choices=Period.choices)
    starts_on = models.DateField(_("first day"))
    family = models.ForeignKey(
        Family, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    item = models.ForeignKey(
        Item, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    quantity = QuantityField(_("quantity"), null=True, blank=True)
    value = AmountField(_("value at standard cost"), null=True, blank=True)
    remark = models.CharField(max_length=200, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("production goal")
        constraints = [
            models.UniqueConstraint(
                fields=["period", "starts_on", "family", "item"],
                nulls_distinct=False,
                name="production_goal_once",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) | Q(value__gt=0), name="production_goal_says_how_much"
            ),
            models.CheckConstraint(
                condition=Q(family__isnull=True) | Q(item__isnull=True),
                name="production_goal_for_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about or _('everything')} {self.starts_on}"

    @property
    def about(self) -> Item | Family | None:
        """What is to be produced; None: everything."""
        return self.item or self.family

    @property
    def ends_on(self) -> dt.date:
        """The last day of the period."""
        if self.period == self.Period.WEEK:
            return self.starts_on + dt.timedelta(days=6)
        return (self.starts_on + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
