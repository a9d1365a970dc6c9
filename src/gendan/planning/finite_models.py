"""Tables of the finite schedule: what a plan dates with capacity, and what planners have fixed."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item, WorkCenter
from gendan.kernel.money import AmountField
from gendan.kernel.quantity import QuantityField
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.partners.models import Partner
from gendan.production.models import WorkOrder

# Rows of a plan are written by COPY with their run and removed with it: no links are checked row by
# row (as in planning/models.py); planning/invariants.py does.


class ScheduledOrder(models.Model):
    """When a planned order or a work order is made, by the finite schedule of a plan run.

    `needed_on` is the day the net requirements ask for it; `ends_on` None: not within the days
    looked at. `late_days`, `reason` and what binds (work centre, item) are of what is late only.
    `approved_on`: it is not begun before what it serves is approved, expected on that day.
    """

    class Reason(models.TextChoices):
        TIME = "time", _("time")
        MATERIAL = "material", _("material")
        CENTRE = "centre", _("work centre")
        PEOPLE = "people", _("people")
        APPROVAL = "approval", _("approval")

    run = models.ForeignKey("planning.PlanRun", on_delete=models.CASCADE, related_name="schedule")
    order = models.ForeignKey(
        "planning.PlannedOrder",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="scheduled",
        db_constraint=False,
    )
    work_order = models.ForeignKey(
        WorkOrder, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    item = models.ForeignKey(
        Item, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    quantity = QuantityField()
    needed_on = models.DateField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    approved_on = models.DateField(null=True)
    is_fixed = models.BooleanField(default=False)
    is_late = models.BooleanField(default=False)
    late_days = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=8, choices=Reason.choices, blank=True)
    bound_center = models.ForeignKey(
        WorkCenter,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    bound_item = models.ForeignKey(
        Item,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["run", "-late_days"], condition=Q(is_late=True), name="scheduled_late"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.starts_on} – {self.ends_on}"


class ScheduledOperation(models.Model):
    """One step of a scheduled order: where and on which days."""

    run = models.ForeignKey("planning.PlanRun", on_delete=models.CASCADE, related_name="+")
    scheduled = models.ForeignKey(
        ScheduledOrder, on_delete=models.DO_NOTHING, related_name="operations", db_constraint=False
    )
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80, blank=True)
    work_center = models.ForeignKey(
        WorkCenter,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    minutes = models.DecimalField(max_digits=14, decimal_places=3)
    starts_on = models.DateField()
    ends_on = models.DateField()

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["run", "work_center", "starts_on"], name="scheduled_operation_at")
        ]

    def __str__(self) -> str:
        return f"{self.scheduled_id}/{self.place}"


class FixedOrder(models.Model):
    """A planner's decision: what is planned of an item for somebody is to be ready on a day.

    Plans plan anew each time: the planned order is known by its item and the `demands` it serves
    through all levels, however far their day and quantity move; of several that serve them, the
    nearest to the day it was needed on counts. What served no demand when it was fixed (safety
    stock) is known by that day alone. `from_center` and `to_center`: what it would do at the one is
    done at the other.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    needed_on = models.DateField()
    quantity = QuantityField()  # when it was fixed
    demands = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    ends_on = models.DateField()
    from_center = models.ForeignKey(
        WorkCenter, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_center = models.ForeignKey(
        WorkCenter, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    fixed_at = models.DateTimeField()
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("fixed order")
        constraints = [
            models.CheckConstraint(
                condition=Q(from_center__isnull=True, to_center__isnull=True)
                | Q(from_center__isnull=False, to_center__isnull=False),
                name="fixed_order_from_and_to",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.needed_on} → {self.ends_on}"


class SourceDecision(models.Model):
    """How a planned order is got, as somebody decided: with the day and the cost shown then.

    `made` is the work order or the purchase request it became, which every later plan counts on.
    `cost` is of all of it, in the company's currency; null: not known.
    """

    class How(models.TextChoices):
        MAKE = "make", _("own line")
        OUTSOURCE = "outsource", _("outside factory")
        BUY = "buy", _("buy")

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField()
    needed_on = models.DateField()
    how = models.CharField(max_length=9, choices=How.choices)
    supplier = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ready_on = models.DateField(null=True)
    cost = AmountField(null=True, blank=True)
    made = models.CharField(max_length=80)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision how to get it")
        indexes = [models.Index(fields=["item", "-decided_at"], name="source_decision_item")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.how} ({self.made})"
