"""Tables of the planning room: plan runs, what they plan, for whom, and what is to be done."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item
from gendan.inventory.models import ExpectedSupply
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.orders.models import Line, Order
from gendan.planning.capacity_models import CapacityChange as CapacityChange
from gendan.planning.capacity_models import Crew as Crew
from gendan.planning.capacity_models import ProductionGoal as ProductionGoal
from gendan.planning.finite_models import FixedOrder as FixedOrder
from gendan.planning.finite_models import ScheduledOperation as ScheduledOperation
from gendan.planning.finite_models import ScheduledOrder as ScheduledOrder
from gendan.planning.finite_models import SourceDecision as SourceDecision
from gendan.planning.promise_models import PromiseHold as PromiseHold
from gendan.planning.promise_models import PromiseTurn as PromiseTurn
from gendan.planning.shop_models import KeptOperation as KeptOperation
from gendan.planning.shop_models import SequencedOperation as SequencedOperation
from gendan.planning.shop_models import SetupTime as SetupTime
from gendan.planning.shop_models import ShopSequence as ShopSequence
from gendan.purchasing.models import PurchaseRequest


class PlanRun(Stepped):
    """One calculation of net requirements: the live plan, one before it, or a scenario.

    A plan is written whole or not at all; at most one is live. `changes` is what a scenario assumes
    besides the facts (see planning/assumed.py); empty for a live plan.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Cause(models.TextChoices):
        HAND = "hand", _("asked for")
        FACTS = "facts", _("something has changed")
        SCENARIO = "scenario", _("scenario")

    STEPS: ClassVar[dict[str, Step]] = {
        # Running again: the worker before was killed.
        "take_up_plan_run": Step(("waiting", "running"), "running"),
        "finish_plan_run": Step(("running",), "done"),
        "fail_plan_run": Step(("waiting", "running"), "failed"),
        "cancel_plan_run": Step(("waiting", "running"), "cancelled"),
        "adopt_scenario": Step(("done",), "same"),
    }

    number = models.CharField(_("plan run"), max_length=60, unique=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    cause = models.CharField(max_length=8, choices=Cause.choices, default=Cause.HAND)
    title = models.CharField(_("title"), max_length=120, blank=True)
    is_live = models.BooleanField(default=False)
    changes = models.JSONField(default=list, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    first_on = models.DateField(null=True, blank=True)  # day 0 of the plan
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    firmings = models.PositiveIntegerField(default=0)  # how often orders of it were firmed
    # The live plan and its firmings when the facts were read: what was firmed later is not known.
    read_after = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    stage = models.CharField(max_length=10, blank=True)  # reading, netting, …, writing
    figures = models.JSONField(default=dict, blank=True)
    problems = models.JSONField(default=list, blank=True)
    # What differs from the live plan before: orders whose date moved (planning/comparing.py).
    difference = models.JSONField(default=dict, blank=True)
    failure = models.CharField(max_length=20, blank=True)
    failure_detail = models.CharField(max_length=500, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan run")
        constraints = [
            models.UniqueConstraint(
                fields=["is_live"], condition=Q(is_live=True), name="plan_run_one_live"
            ),
            models.UniqueConstraint(
                fields=["cause"],
                condition=Q(state="waiting", cause="facts"),
                name="plan_run_one_waits",
            ),
            models.CheckConstraint(
                condition=Q(is_live=False) | Q(state="done"), name="plan_run_live_is_done"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether it is still to be calculated."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def is_scenario(self) -> bool:
        """Whether it is a what-if beside the live plan."""
        return self.cause == self.Cause.SCENARIO


class Assumption(models.Model):
    """What every live plan counts on besides the facts, adopted from a scenario until withdrawn."""

    change = models.JSONField()
    scenario = models.ForeignKey(
        PlanRun, null=True, on_delete=models.SET_NULL, related_name="assumptions"
    )
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("planning assumption")

    def __str__(self) -> str:
        return str(self.change)


# The rows of a plan are written by COPY, a million at a time, only by finish_plan_run, and removed
# with their run by remove_plans: links inside a plan are not checked row by row, which would
# take longer than planning; planning/invariants.py does.


class PlanDemand(models.Model):
    """What a plan was asked for: an order line or a dated delivery of one, a component of a work
    order, a month of the forecast, or an assumed demand.

    `name` as inventory names it ("orders.line:12", "production.component:7",
    "stocking.forecast:3@2026-06", "assumed:…").
    `needed_on` is when it must be ready in our works; `ready_on` when it can be (null: never).
    `material_on`: when the last of what is bought for it is there (null: nothing is).
    """

    run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="demands")
    name = models.CharField(max_length=80)
    # Lines of confirmed orders are never deleted; drafts, whose lines are, are not planned.
    order = models.ForeignKey(Order, null=True, on_delete=models.DO_NOTHING, related_name="+")
    line = models.ForeignKey(Line, null=True, on_delete=models.DO_NOTHING, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)
    quantity = QuantityField()
    needed_on = models.DateField()
    ready_on = models.DateField(null=True)
    material_on = models.DateField(null=True)
    is_late = models.BooleanField()

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["run", "name"], name="plan_demand_name")]

    def __str__(self) -> str:
        return f"{self.name}: {self.quantity}"


class PlannedOrder(models.Model):
    """A quantity of an item that the plan makes or buys; firming turns it into an order.

    It is placed on `release_on` so that it is there on `due_on`; `ready_on` is when it really can
    be, counted forward from what it waits for; `is_late`: after something it serves needs it.
    """

    class Kind(models.TextChoices):
        MAKE = "make", _("make")
        BUY = "buy", _("buy")
        OUTSOURCE = "outsource", _("outside factory")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        FIRMED = "firmed", _("firmed")

    run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="orders")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)
    quantity = QuantityField()
    release_on = models.DateField()
    due_on = models.DateField()
    ready_on = models.DateField(null=True)  # null: beyond the calendar
    is_late = models.BooleanField()
    made = models.CharField(max_length=80, blank=True)  # what it was firmed into

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned order")
        indexes = [
            models.Index(fields=["run", "item", "due_on"], name="planned_order_item"),
            models.Index(fields=["run", "release_on", "id"], name="planned_order_release"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.quantity} ({self.due_on})"


class Peg(models.Model):
    """Which supply serves which requirement, and how much of it: one level of the tree.

    The requirement is a demand of the plan, or what a planned order (`parent`) needs of `item`;
    neither: safety stock. `of_requirement` and `of_supply` say where the stretch begins in the
    whole requirement and in the whole supply, so that a part of an order's output can be followed
    to the part of its material. `instead_of`: the component of `parent` that a substitute, `item`,
    is taken for.
    """

    class Kind(models.TextChoices):
        STOCK = "stock", _("stock")
        RESERVED = "reserved", _("reserved stock")
        RECEIPT = "receipt", _("expected supply")
        REQUEST = "request", _("purchase request")
        PLANNED = "planned", _("planned order")
        SHORT = "short", _("missing")

    run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="pegs")
    item = models.ForeignKey(
        Item, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    demand = models.ForeignKey(
        PlanDemand, null=True, on_delete=models.DO_NOTHING, related_name="pegs", db_constraint=False
    )
    parent = models.ForeignKey(
        PlannedOrder,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="needs",
        db_constraint=False,
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    order = models.ForeignKey(
        PlannedOrder,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="serves",
        db_constraint=False,
    )
    expected = models.ForeignKey(
        ExpectedSupply,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    request = models.ForeignKey(
        PurchaseRequest,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    quantity = QuantityField()
    of_requirement = QuantityField()
    of_supply = QuantityField()
    ready_on = models.DateField(null=True)
    instead_of = models.ForeignKey(
        Item,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    objects = OwnPeopleQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind}: {self.quantity}"


class PlanMessage(models.Model):
    """What to do about a supply, and for whom: as data; words are made at reading time."""

    class Action(models.TextChoices):
        EXPEDITE = "expedite", _("expedite")
        DEFER = "defer", _("defer")
        INCREASE = "increase", _("increase")
        DECREASE = "decrease", _("decrease")
        CANCEL = "cancel", _("cancel")
        RELEASE = "release", _("release")
        NEW = "new", _("new")

    run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="messages")
    action = models.CharField(max_length=8, choices=Action.choices)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)
    order = models.ForeignKey(
        PlannedOrder, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    expected = models.ForeignKey(
        ExpectedSupply, null=True, on_delete=models.DO_NOTHING, related_name="+"
    )
    request = models.ForeignKey(
        PurchaseRequest, null=True, on_delete=models.DO_NOTHING, related_name="+"
    )
    quantity = QuantityField()
    to_quantity = QuantityField()
    day = models.DateField()
    to_day = models.DateField()
    # What needs it first: a demand, or a planned order of the item above; neither: safety stock.
    demand = models.ForeignKey(
        PlanDemand, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    parent = models.ForeignKey(
        PlannedOrder, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["run", "action", "id"], name="plan_message_action")]

    def __str__(self) -> str:
        return f"{self.action}: {self.item_id}"
