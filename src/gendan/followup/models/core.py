"""Templates, journeys, milestones, waits, revisions."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateTimeRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Calendar, Family
from gendan.kernel.models import Entry, User
from gendan.kernel.money import AmountField
from gendan.kernel.states import Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.orders.models import Order, Stage
from gendan.partners.models import Partner


class Party(models.TextChoices):
    """Whose move it can be: one of our departments (role codes), or somebody outside."""

    MERCHANDISER = "merchandiser", _("merchandiser")
    SALES = "sales", _("sales")
    PLANNER = "planner", _("planning")
    PRODUCTION = "production", _("production")
    BUYER = "buyer", _("purchasing")
    WAREHOUSE = "warehouse", _("warehouse")
    INSPECTOR = "inspector", _("quality")
    LOGISTICS = "logistics", _("logistics")
    SERVICE = "service", _("service")
    FINANCE = "finance", _("finance")
    MANAGER = "manager", _("management")
    CUSTOMER = "customer", _("customer")
    SUPPLIER = "supplier", _("supplier")
    FACTORY = "factory", _("outside factory")
    THIRD_PARTY = "third_party", _("third party")


OUTSIDE_PARTIES = frozenset({Party.CUSTOMER, Party.SUPPLIER, Party.FACTORY, Party.THIRD_PARTY})


class JourneyStage(models.TextChoices):
    """The columns of the board and the stepper of an order, in the order of the journey."""

    CONTRACT = "contract", _("contract")
    SAMPLES = "samples", _("samples")
    MATERIAL = "material", _("material")
    PRODUCTION = "production", _("production")
    QUALITY = "quality", _("quality")
    SHIPPING = "shipping", _("shipping")
    MONEY = "money", _("money")
    REVIEW = "review", _("review")


class Evidence(models.TextChoices):
    """By which facts a milestone closes itself (followup/evidence.py); hand: by a person only."""

    HAND = "hand", _("by hand")
    ORDER_CONFIRMED = "order_confirmed", _("order confirmed")
    CONTRACT_ACCEPTED = "contract_accepted", _("contract accepted by the customer")
    CHECKS_DONE = "checks_done", _("checks done")
    MATERIAL_EXPECTED = "material_expected", _("all material on order")
    MATERIAL_RECEIVED = "material_received", _("all material in house")
    STOCK_RESERVED = "stock_reserved", _("all lines reserved from stock")
    DELIVERED = "delivered", _("all lines delivered")
    ORDER_CLOSED = "order_closed", _("order closed")


class Travel(models.TextChoices):
    """Which part of the way a milestone is: its duration is the lane's, in calendar days."""

    TO_PORT = "to_port", _("works to on board")
    TRANSIT = "transit", _("on board to arrival")
    TO_DOOR = "to_door", _("arrival to door")


class Template(models.Model):
    """A kind of journey: for a kind of family, one family, one customer, or both.

    The most specific active template wins: customer and family, customer, family, kind.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20, choices=Family.Kind.choices)
    family = models.ForeignKey(Family, null=True, blank=True, on_delete=models.PROTECT)
    customer = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT)
    calendar = models.ForeignKey(Calendar, null=True, blank=True, on_delete=models.PROTECT)
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "family", "customer"],
                condition=Q(is_active=True),
                nulls_distinct=False,
                name="template_one_active",
            )
        ]

    def __str__(self) -> str:
        chinese_first = (get_language() or "").startswith("zh")
        return (self.name_zh or self.name_en) if chinese_first else self.name_en


class StepOfJourney(models.Model):
    """What templates and orders share of a milestone."""

    position = models.PositiveSmallIntegerField()
    code = models.CharField(_("code"), max_length=40)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=12, choices=JourneyStage.choices)
    owner_role = models.CharField(max_length=20, choices=Party.choices)  # who sees that it is done
    waits_for = models.CharField(max_length=20, choices=Party.choices)  # whose move it is at first
    duration_days = models.PositiveSmallIntegerField(default=1)  # working days
    # Goods on their way move on holidays too: this milestone's days and lags are calendar days, and
    # the lane of the order (method, country) gives their number where there is one.
    travel = models.CharField(max_length=8, choices=Travel.choices, blank=True)
    # Positions of the milestones before it, and for each the lag in working days.
    after = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    lags = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    evidence = models.CharField(max_length=20, choices=Evidence.choices, default=Evidence.HAND)
    # Of which item families the material is it waits for (their codes); none: of all those that
    # no other milestone of the journey with the same evidence names.
    materials = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # Which promised date this milestone is: "ex_works", "on_board", "at_door" or nothing.
    anchor = models.CharField(max_length=10, blank=True)
    # While it is open this stage of the order is held (deposit → buy); "" for none.
    gates = models.CharField(max_length=10, choices=Stage.choices, blank=True)
    # Reaching it needs this stage to be free of holds (production start → produce); "" for none.
    needs = models.CharField(max_length=10, choices=Stage.choices, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language, else in the other one."""
        chinese_first = (get_language() or "").startswith("zh")
        return (self.name_zh or self.name_en) if chinese_first else (self.name_en or self.name_zh)


class TemplateStep(StepOfJourney):
    """A milestone of a template."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="steps")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["template", "position"], name="template_step_once"),
            models.UniqueConstraint(fields=["template", "code"], name="template_code_once"),
        ]


class Health(models.TextChoices):
    """How an order or milestone stands: one colour meaning everywhere."""

    ON_TRACK = "on_track", _("on track")
    AT_RISK = "at_risk", _("at risk")
    LATE = "late", _("late")


class GoodsBy(models.TextChoices):
    """By what it is known that goods are made too late."""

    PACE = "pace", _("pace of the work order")
    PLAN = "plan", _("live plan")


class JourneyQuerySet(models.QuerySet["Journey"]):
    """Which journeys somebody sees."""

    def visible_to(self, user: User) -> "JourneyQuerySet":
        """Those of the orders the user sees."""
        if user.is_outside:
            return self.filter(
                order__customer__accesses__user=user, order__confirmed_at__isnull=False
            )
        return self if user.is_superuser or user.roles else self.none()


class Journey(models.Model):
    """The follow-up of one order: its summary, written anew at every refresh."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="journey")
    template = models.ForeignKey(Template, null=True, on_delete=models.SET_NULL)
    template_version = models.PositiveIntegerField(default=1)
    calendar = models.ForeignKey(Calendar, null=True, on_delete=models.PROTECT)
    follower = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    is_open = models.BooleanField(default=True)
    started_on = models.DateField()
    target_on = models.DateField()  # the promised date it must meet, in the order's basis
    target_anchor = models.CharField(max_length=10)
    forecast_on = models.DateField()  # when the anchor milestone is expected
    float_days = models.SmallIntegerField(default=0)  # working days to spare; negative: late
    health = models.CharField(max_length=8, choices=Health.choices, default=Health.ON_TRACK)
    # The day from which inaction moves the order's date (today or earlier: it already does).
    impact_on = models.DateField()
    chance_of_missing = models.FloatField(default=0)
    urgency = models.FloatField(default=0)  # money at risk per day to impact: sorts Today and board
    value = AmountField(default=Decimal(0))  # the order's total in the company's currency
    # What holds the end of production back (followup/goods.py): the day its goods are made, by
    # what that is known, and the number of the work order or plan.
    goods_on = models.DateField(null=True, blank=True)
    goods_by = models.CharField(max_length=4, choices=GoodsBy.choices, blank=True)
    goods_ref = models.CharField(max_length=60, blank=True)
    # By which days the live plan has all goods, and the material that is bought for them.
    plan_on = models.DateField(null=True, blank=True)
    plan_material_on = models.DateField(null=True, blank=True)
    moved_at = models.DateTimeField(null=True)  # when the forecast last changed

    objects = JourneyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["-urgency", "id"], name="journey_urgency", condition=Q(is_open=True)
            ),
            models.Index(
                fields=["follower", "-urgency", "id"],
                name="journey_mine",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["impact_on", "id"], name="journey_impact", condition=Q(is_open=True)
            ),
            models.Index(fields=["-value", "id"], name="journey_value", condition=Q(is_open=True)),
            models.Index(
                fields=["target_on", "id"], name="journey_target", condition=Q(is_open=True)
            ),
            models.Index(
                fields=["moved_at", "id"], name="journey_moved", condition=Q(is_open=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.order)

    @property
    def goods_words(self) -> str:
        """What holds the end of production back, in the reader's language; "" for nothing."""
        if not self.goods_by or self.goods_on is None:
            return ""
        words = {
            GoodsBy.PACE: gettext("Work order %(ref)s is behind its pace: goods on %(day)s."),
            GoodsBy.PLAN: gettext("By plan %(ref)s its goods are made on %(day)s only."),
        }
        day = self.goods_on.isoformat()
        return words[GoodsBy(self.goods_by)] % {"ref": self.goods_ref, "day": day}


class Milestone(StepOfJourney, Stepped):
    """A dated step of an order: plan, revisions, forecast, latest, actual; whose move it is."""

    class State(models.TextChoices):
        TO_COME = "to_come", _("to come")  # something before it is open
        OPEN = "open", _("open")  # it is somebody's move
        REACHED = "reached", _("done")
        SKIPPED = "skipped", _("not needed")

    STEPS: ClassVar[dict[str, Step]] = {
        "open_milestone": Step(("to_come",), "open"),
        "reach_milestone": Step(("to_come", "open"), "reached"),
        "skip_milestone": Step(("to_come", "open"), "skipped"),
        # To come again; the refresh in the same verb opens it where nothing before it is open.
        "reopen_milestone": Step(("reached", "skipped"), "to_come"),
        "expect_milestone": Step(("to_come", "open"), "same"),
        "revise_milestone": Step(("to_come", "open"), "same"),
        "wait_for": Step(("open",), "open"),
        "chase_milestone": Step(("open",), "open"),
    }

    # The table is written in bulk: foreign keys nobody searches by carry no index.
    journey = models.ForeignKey(
        Journey, on_delete=models.CASCADE, related_name="milestones", db_index=False
    )  # milestone_once begins with it
    state = models.CharField(max_length=8, choices=State.choices, default=State.TO_COME)
    follower = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # What the plan was at confirmation, and what was agreed since.
    planned_on = models.DateField()
    revised_on = models.DateField(null=True)
    # Somebody has said it will be done on this day (supplier, customer): the forecast follows.
    expected_on = models.DateField(null=True)
    forecast_on = models.DateField()
    latest_on = models.DateField()  # later than this and the order's date moves
    float_days = models.SmallIntegerField(default=0)
    is_critical = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True)
    reached_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closed_by_fact = models.ForeignKey(
        Entry, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # empty: by hand
    note = models.TextField(blank=True)
    waiting_for = models.CharField(max_length=20, choices=Party.choices, blank=True)
    waiting_partner = models.ForeignKey(
        Partner, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    waiting_since = models.DateTimeField(null=True)
    chased_at = models.DateTimeField(null=True)
    urgency = models.FloatField(default=0)

    class Meta:
        ordering = ["position"]
        indexes = [
            models.Index(
                fields=["follower", "-urgency", "id"],
                name="milestone_followed",
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["waiting_for", "-urgency", "id"],
                name="milestone_awaited",
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["owner_role", "-urgency", "id"],
                name="milestone_owned",
                condition=Q(state="open"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["journey", "position"], name="milestone_once"),
            models.CheckConstraint(
                condition=Q(state="open", opened_at__isnull=False) & ~Q(waiting_for="")
                | ~Q(state="open"),
                name="open_milestone_waits_for_one",
            ),
            models.CheckConstraint(
                condition=Q(state="reached", reached_on__isnull=False) | ~Q(state="reached"),
                name="reached_milestone_has_date",
            ),
        ]


class Wait(models.Model):
    """An interval in which a milestone waited for one party; intervals touch and never overlap."""

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="waits")
    party = models.CharField(max_length=20, choices=Party.choices)
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__lte=F("until")), name="wait_in_order"
            ),
            models.UniqueConstraint(
                fields=["milestone"], condition=Q(until__isnull=True), name="wait_one_open"
            ),
            ExclusionConstraint(
                name="waits_do_not_overlap",
                expressions=[
                    ("milestone", RangeOperators.EQUAL),
                    (
                        Func(
                            "since",
                            "until",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=False),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id}: {self.party}"


class DelayReason(models.TextChoices):
    """Why a milestone was moved."""

    CUSTOMER_COMMENTS = "customer_comments", _("customer's comments late")
    CUSTOMER_CHANGE = "customer_change", _("customer changed the order")
    PAYMENT = "payment", _("deposit or L/C late")
    SAMPLE_REFUSED = "sample_refused", _("sample refused")
    MATERIAL_LATE = "material_late", _("material late")
    MATERIAL_REJECTED = "material_rejected", _("material rejected")
    CAPACITY = "capacity", _("no capacity")
    BREAKDOWN = "breakdown", _("breakdown")
    STAFF = "staff", _("people missing")
    QUALITY = "quality", _("quality")
    DOCUMENTS = "documents", _("papers")
    VESSEL = "vessel", _("vessel or space")
    WEATHER = "weather", _("weather, force majeure")
    PLAN = "plan", _("planned wrongly")
    OTHER = "other", _("other")


class Revision(Stepped):
    """A proposed or agreed new date of a milestone, with reason and responsible party."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for approval")
        AGREED = "agreed", _("agreed")
        REFUSED = "refused", _("refused")

    STEPS: ClassVar[dict[str, Step]] = {
        "approve_revision": Step(("proposed",), "agreed"),
        "refuse_revision": Step(("proposed",), "refused"),
    }

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="revisions")
    state = models.CharField(max_length=8, choices=State.choices)
    was_on = models.DateField()
    is_on = models.DateField()
    reason = models.CharField(max_length=20, choices=DelayReason.choices)
    party = models.CharField(max_length=20, choices=Party.choices)
    remark = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["milestone"], condition=Q(state="proposed"), name="revision_one_proposed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id}: {self.was_on} → {self.is_on}"
