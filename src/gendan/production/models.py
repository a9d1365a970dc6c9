"""Tables of the production room: work orders, what they need, where they are made, at what pace."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item, WorkCenter
from gendan.inventory.models import ExpectedSupply
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import SAME, Revised, Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet


class WorkOrder(Stepped, Revised):
    """An order to our own works to make a quantity of an item from one day until another.

    Its goods are expected supply of the inventory from the beginning. `demands` are the order lines
    it is made for, named as inventory names them ("orders.line:12").
    """

    class State(models.TextChoices):
        FIRM = "firm", _("firm")
        RELEASED = "released", _("released")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    OPEN = (State.FIRM, State.RELEASED)
    STEPS: ClassVar[dict[str, Step]] = {
        "release_work_order": Step(("firm",), "released"),
        "finish_work_order": Step(("firm", "released"), "done"),
        "cancel_work_order": Step(("firm", "released"), "cancelled"),
        "split_work_order": Step(("firm", "released"), SAME),
        # What becomes a part of another one; that one stays as it is.
        "merge_work_orders": Step(("firm", "released"), "cancelled"),
        "issue_components": Step(("released",), SAME),
        # What is left over comes back also when the work is done or given up.
        "return_components": Step(("released", "done", "cancelled"), SAME),
    }

    number = models.CharField(_("work order"), max_length=60, unique=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.FIRM)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField(_("quantity"))
    starts_on = models.DateField(_("start"))
    due_on = models.DateField(_("due"))
    demands = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    expected = models.OneToOneField(
        ExpectedSupply, on_delete=models.PROTECT, related_name="work_order"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)
    # A part of another one's quantity made on its own, and what became a part of another one.
    split_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    # What its own pace says (services/pacing.py), written anew whenever that may have changed:
    # ready in 50 and 90 of 100 cases, the chance that it ends after its due day, and whether that
    # counts as behind; the operation furthest behind, what it needs a day and what it makes.
    forecast_on = models.DateField(null=True, blank=True)
    sure_on = models.DateField(null=True, blank=True)
    late_chance = models.FloatField(default=0)
    is_behind = models.BooleanField(default=False)
    slow_step = models.ForeignKey(
        "WorkStep", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    needs_a_day = QuantityField(null=True, blank=True)
    makes_a_day = QuantityField(null=True, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("work order")
        indexes = [
            models.Index(fields=["state", "due_on"], name="work_order_state"),
            GinIndex(fields=["demands"], name="work_order_demands"),
            models.Index(fields=["due_on"], name="work_order_behind", condition=Q(is_behind=True)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="work_order_positive"),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("due_on")), name="work_order_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Component(models.Model):
    """What a work order needs of an item, by the BOM that was in force when it was made."""

    work_order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="components")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField()

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["work_order", "item"], name="component_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="component_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id}: {self.quantity} {self.item_id}"


class WorkStep(Stepped):
    """One operation of a work order, by the routing that was in force when it was made.

    The workshop says when it is begun, on which of the work centre's machines, how many pieces
    were made, and when it is done. `good` and `scrap` are the sums of its reports; `pace` is what
    it makes per working day, where enough was reported.
    """

    class State(models.TextChoices):
        TODO = "todo", _("not begun")
        BEGUN = "begun", _("begun")
        DONE = "done", _("done")

    STEPS: ClassVar[dict[str, Step]] = {
        "begin_step": Step(("todo",), "begun"),
        "finish_step": Step(("todo", "begun"), "done"),
        "reopen_step": Step(("begun", "done"), "todo"),
        "report_step": Step(("begun",), SAME),
    }

    work_order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="steps")
    sequence = models.PositiveIntegerField()
    name = models.CharField(max_length=80, blank=True)
    work_center = models.ForeignKey(WorkCenter, on_delete=models.PROTECT, related_name="+")
    minutes = models.DecimalField(max_digits=14, decimal_places=3)  # set-up and all pieces
    setup_family = models.CharField(max_length=40, blank=True)
    transfer_quantity = QuantityField(null=True, blank=True)
    state = models.CharField(max_length=5, choices=State.choices, default=State.TODO)
    machine = models.PositiveSmallIntegerField(null=True, blank=True)  # since it was begun
    begun_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    good = QuantityField(default=Decimal(0))
    scrap = QuantityField(default=Decimal(0))
    pace = QuantityField(null=True, blank=True)
    forecast_on = models.DateField(null=True, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["work_order", "sequence"], name="work_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.name}".strip()

    @property
    def is_known(self) -> bool:
        """Whether the workshop has said anything of it: begun, done, or pieces."""
        return self.state != self.State.TODO or bool(self.good or self.scrap)


class StepReport(models.Model):
    """Pieces that were made of an operation on a day: good ones and scrap. Never changed.

    A mistake is taken back by a report of the same with the sign turned, which says whom it undoes.
    """

    step = models.ForeignKey(WorkStep, on_delete=models.PROTECT, related_name="reports")
    made_on = models.DateField()
    good = QuantityField()
    scrap = QuantityField()
    reason = models.CharField(max_length=200, blank=True)  # of the scrap, or of taking it back
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["step", "made_on"], name="step_report_days")]
        constraints = [
            models.CheckConstraint(
                condition=Q(undoes__isnull=True, good__gte=0, scrap__gte=0)
                & (Q(good__gt=0) | Q(scrap__gt=0))
                | Q(undoes__isnull=False, good__lte=0, scrap__lte=0),
                name="step_report_sensible",
            )
        ]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.good} on {self.made_on}"
