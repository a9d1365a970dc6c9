"""Tables of the stocking room: forecast runs, forecasts by item, stock policies, decisions."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item
from gendan.kernel.money import PriceField
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import Revised, Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet


class ForecastRun(Stepped):
    """One calculation of all forecasts: asked for, calculated by a worker, kept with its figures.

    `value_trend`: [month, money tied up at its end] from the ledger at standard cost.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    STEPS: ClassVar[dict[str, Step]] = {
        # Running again: the worker before was killed.
        "take_up_forecast_run": Step(("waiting", "running"), "running"),
        "finish_forecast_run": Step(("running",), "done"),
        "fail_forecast_run": Step(("waiting", "running"), "failed"),
    }

    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    items = models.PositiveIntegerField(default=0)
    methods = models.JSONField(default=dict, blank=True)  # how many items by each method
    value_trend = models.JSONField(default=list, blank=True)
    failure = models.CharField(max_length=20, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("forecast run")
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="waiting"), name="forecast_run_one_waits"
            )
        ]

    def __str__(self) -> str:
        return str(_("forecast run %(number)s")) % {"number": self.pk}

    @property
    def is_open(self) -> bool:
        """Whether it is still to be calculated."""
        return self.state in (self.State.WAITING, self.State.RUNNING)


class ItemForecast(models.Model):
    """What is expected of an item month by month, by which method, and how far off that was.

    `mean[0]` is of the month `starts_on`; `spread` is the standard deviation of one month's error,
    `total_spread` that of the error of the months until then together. `history` ends with the
    month before `starts_on`. Classes, use and its value are of the last twelve months of it.
    """

    class Method(models.TextChoices):
        NONE = "none", _("no demand")
        AVERAGE = "average", _("average")
        MOVING_AVERAGE = "moving_average", _("moving average")
        SEASONAL_NAIVE = "seasonal_naive", _("as last year")
        TREND = "trend", _("damped straight line")
        EXPONENTIAL = "exponential", _("exponential smoothing")
        DAMPED_TREND = "damped_trend", _("damped trend")
        THETA = "theta", _("Theta method")
        COMBINED = "combined", _("mean of three methods")
        CROSTON = "croston", _("Croston")
        SBA = "sba", _("Croston, corrected (SBA)")
        TSB = "tsb", _("Teunter–Syntetos–Babai, quick")
        TSB_SLOW = "tsb_slow", _("Teunter–Syntetos–Babai, slow")
        ADIDA = "adida", _("joined periods (ADIDA)")
        IMAPA = "imapa", _("several joined periods (IMAPA)")

    class Pattern(models.TextChoices):
        NONE = "none", _("no demand")
        SINGLE = "single", _("one month with demand")
        SHORT = "short", _("new")
        INTERMITTENT = "intermittent", _("intermittent")
        SMOOTH = "smooth", _("regular")

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="forecast")
    method = models.CharField(max_length=20, choices=Method.choices)
    pattern = models.CharField(max_length=12, choices=Pattern.choices)
    is_seasonal = models.BooleanField(default=False)
    starts_on = models.DateField()
    mean = ArrayField(models.FloatField())
    spread = ArrayField(models.FloatField())
    total_spread = ArrayField(models.FloatField())
    history = ArrayField(models.FloatField(), default=list)
    mase = models.FloatField(null=True, blank=True)
    smape = models.FloatField(null=True, blank=True)
    bias = models.FloatField(default=0)
    tried = models.JSONField(default=list)
    notes = ArrayField(models.CharField(max_length=20), default=list)
    abc = models.CharField(max_length=1, default="C")
    xyz = models.CharField(max_length=1, default="Z")
    used = models.FloatField(default=0)
    used_value = models.FloatField(default=0)
    share = models.FloatField(default=0)  # of the value of everything used
    variation = models.FloatField(null=True, blank=True)
    expected = models.FloatField(default=0)  # the sum of `mean`
    last_used_on = models.DateField(null=True, blank=True)  # the first of the month
    made_at = models.DateTimeField()

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("forecast")
        indexes = [models.Index(fields=["abc", "xyz"], name="forecast_class")]
        constraints = [
            models.CheckConstraint(
                condition=Q(mean__len=F("spread__len"), spread__len=F("total_spread__len")),
                name="forecast_as_long",
            )
        ]

    def __str__(self) -> str:
        return str(self.item_id)

    def month(self, place: int) -> dt.date:
        """The first day of the month that is `place` months after `starts_on`."""
        months = self.starts_on.year * 12 + self.starts_on.month - 1 + place
        return dt.date(months // 12, months % 12 + 1, 1)


class StockPolicy(Revised):
    """How an item's stock is kept: by which rule, how surely, and the limits in force.

    With `min_max` it is ordered at or below `minimum` up to `maximum`; with `reorder_point` it is
    ordered at or below the reorder point, by `order_quantity`. With `planned` plans order what the
    safety stock asks for; with `to_order` nothing is kept. The safety stock itself stands on the
    item. Zero is no limit.
    """

    class Method(models.TextChoices):
        MIN_MAX = "min_max", _("minimum and maximum")
        REORDER_POINT = "reorder_point", _("reorder point")
        PLANNED = "planned", _("planned, with safety stock")
        TO_ORDER = "to_order", _("to order only")

    class Service(models.TextChoices):
        CYCLE = "cycle", _("order cycles without shortage")
        FILL = "fill", _("quantity served from stock")

    class Alarm(models.TextChoices):
        NONE = "", _("within limits")
        BELOW = "below", _("below minimum")
        ABOVE = "above", _("above maximum")

    REORDERED = (Method.MIN_MAX, Method.REORDER_POINT)

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="stock_policy")
    method = models.CharField(
        _("stock is kept by"), max_length=13, choices=Method.choices, default=Method.PLANNED
    )
    service = models.CharField(
        _("service means"), max_length=5, choices=Service.choices, default=Service.CYCLE
    )
    service_percent = models.DecimalField(
        _("service level (%)"), max_digits=5, decimal_places=2, default=Decimal(95)
    )
    minimum = QuantityField(_("minimum"), default=Decimal(0))
    maximum = QuantityField(_("maximum"), default=Decimal(0))
    reorder_point = QuantityField(_("reorder point"), default=Decimal(0))
    order_quantity = QuantityField(_("order quantity"), default=Decimal(0))
    review_days = models.PositiveIntegerField(_("looked at every (working days)"), default=1)
    lead_spread_days = models.DecimalField(
        _("lead time varies by (working days)"), max_digits=6, decimal_places=2, default=Decimal(0)
    )
    order_cost = PriceField(_("cost of one order"), null=True, blank=True)
    holding_percent = models.DecimalField(
        _("holding cost (% of value a year)"), max_digits=5, decimal_places=2, default=Decimal(20)
    )
    uses_forecast = models.BooleanField(_("plans count the forecast"), default=False)
    alarm = models.CharField(max_length=5, choices=Alarm.choices, blank=True, default="")
    alarm_since = models.DateTimeField(null=True, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock policy")
        verbose_name_plural = "stock policies"
        indexes = [
            models.Index(fields=["alarm"], name="stock_policy_alarm", condition=~Q(alarm=""))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    minimum__gte=0, maximum__gte=0, reorder_point__gte=0, order_quantity__gte=0
                ),
                name="stock_policy_not_less",
            ),
            models.CheckConstraint(
                condition=Q(maximum=0) | Q(maximum__gte=F("minimum")), name="stock_policy_in_order"
            ),
            models.CheckConstraint(
                condition=Q(service_percent__gte=50, service_percent__lt=100),
                name="stock_policy_service",
            ),
            models.CheckConstraint(
                condition=Q(lead_spread_days__gte=0, holding_percent__gte=0)
                & (Q(order_cost__isnull=True) | Q(order_cost__gte=0)),
                name="stock_policy_costs",
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)

    @property
    def trigger(self) -> Decimal:
        """At or below which stock it is ordered; nothing where nothing is."""
        at: dict[str, Decimal] = {
            self.Method.MIN_MAX: self.minimum,
            self.Method.REORDER_POINT: self.reorder_point,
        }
        return at.get(self.method, Decimal(0))


class SurplusDecision(models.Model):
    """What becomes of stock of an item that is too much: the last decision is in force."""

    class Kind(models.TextChoices):
        KEEP = "keep", _("keep it")
        OFFER = "offer", _("offer it to customers")
        RETURN = "return", _("return it to the supplier")
        REWORK = "rework", _("rework it")
        SCRAP = "scrap", _("scrap it")

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="surplus_decisions")
    kind = models.CharField(_("decision"), max_length=6, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision about surplus")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.kind}"


class SurplusStart(models.Model):
    """What was begun to get rid of surplus: a return, a work order, goods kept for an order line.

    `about` names it as the journal does ("purchasing.supplierreturn:5"), `told` as people do.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="surplus_starts")
    kind = models.CharField(_("decision"), max_length=6, choices=SurplusDecision.Kind.choices)
    quantity = QuantityField(_("quantity"))
    about = models.CharField(max_length=80)
    told = models.CharField(max_length=80)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("what was begun about surplus")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="surplus_start_positive")
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.kind} {self.told}"
