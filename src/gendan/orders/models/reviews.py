"""What is looked at before an order is confirmed: reviews by role, rules, overrides."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Family, Item
from gendan.kernel.models import User
from gendan.kernel.money import AmountField
from gendan.kernel.states import Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.orders.models.core import Line, Order
from gendan.partners.models import Partner


class ReviewKind(models.TextChoices):
    """What a review looks at."""

    SPECIFICATION = "specification", _("specification")
    PRICE = "price", _("price")
    STOCK = "stock", _("stock")
    DATE = "date", _("date")
    PACKING = "packing", _("packing")
    PAYMENT = "payment", _("payment")


class ReviewerRole(models.TextChoices):
    """Who may be asked for a review; the values are the codes of roles."""

    MERCHANDISER = "merchandiser", _("merchandiser")
    SALES = "sales", _("sales")
    PLANNER = "planner", _("planner")
    PRODUCTION = "production", _("production")
    BUYER = "buyer", _("buyer")
    WAREHOUSE = "warehouse", _("warehouse")
    INSPECTOR = "inspector", _("inspector")
    LOGISTICS = "logistics", _("logistics")
    FINANCE = "finance", _("finance")
    MANAGER = "manager", _("manager")


class ReviewRule(models.Model):
    """When a review is required before an order is confirmed, and which role does it."""

    class Condition(models.TextChoices):
        ALWAYS = "always", _("always")
        VALUE_FROM = "value_from", _("from a value on")
        CUSTOMER = "customer", _("for one customer")
        FAMILY = "family", _("for an item family")
        FIRST_ORDER = "first_order", _("first order of a customer")

    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(
        pgettext_lazy("before confirming", "review"), max_length=13, choices=ReviewKind.choices
    )
    role = models.CharField(_("done by"), max_length=20, choices=ReviewerRole.choices)
    condition = models.CharField(
        _("required"), max_length=11, choices=Condition.choices, default=Condition.ALWAYS
    )
    value_from = AmountField(_("value from (company currency)"), null=True, blank=True)
    customer = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    family = models.ForeignKey(
        Family, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("review rule")
        constraints = [
            models.CheckConstraint(
                condition=(~Q(condition="value_from") | Q(value_from__isnull=False))
                & (~Q(condition="customer") | Q(customer__isnull=False))
                & (~Q(condition="family") | Q(family__isnull=False)),
                name="review_rule_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_kind_display()}"


class OrderReviewQuerySet(models.QuerySet["OrderReview"]):
    """Which reviews somebody sees."""

    def visible_to(self, user: User) -> "OrderReviewQuerySet":
        """All for our own people; how we look at an order is nobody else's business."""
        is_ours = user.is_superuser or (bool(user.roles) and not user.is_outside)
        return self if is_ours else self.none()


class OrderReview(Stepped):
    """A review of one draft by one role: what was looked at (`digest`), by whom, with which result.

    The digest is that of the values the review is about; when one of them changes, the review is
    open again. One that no rule asks for any more (`is_required` off) stands in nobody's way.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits to be reviewed")
        PASSED = "passed", _("passed")
        OBJECTED = "objected", _("objected")
        WAIVED = "waived", _("waived")

    STEPS: ClassVar[dict[str, Step]] = {
        "pass_review": Step(("open", "objected"), "passed"),
        "object_to_review": Step(("open", "passed"), "objected"),
        "waive_review": Step(("open", "objected"), "waived"),
        "refresh_reviews": Step(("open", "passed", "objected", "waived"), "open"),
    }

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="reviews")
    kind = models.CharField(max_length=13, choices=ReviewKind.choices)
    role = models.CharField(max_length=20, choices=ReviewerRole.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    is_required = models.BooleanField(default=True)
    digest = models.CharField(max_length=32)
    revision = models.PositiveIntegerField(default=1)  # of the order, as it was looked at
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    asked_at = models.DateTimeField()
    at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=500, blank=True)

    objects = OrderReviewQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["role", "id"],
                name="review_waits",
                condition=Q(state="open", is_required=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "kind", "role"], name="review_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["objected", "waived"]) | ~Q(remark=""),
                name="review_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_role_display()})"

    @property
    def meaning(self) -> str:
        """The state as pages colour it: what waits has not been started."""
        return "todo" if self.state == self.State.OPEN else self.state


class OrderRule(models.Model):
    """What is not sold, or only after a second thought: by item, family, customer, country.

    Everything that is named must fit. A block stops the confirmation, a warning must be seen.
    """

    class Effect(models.TextChoices):
        BLOCK = "block", _("stops the confirmation")
        WARN = "warn", _("warns")

    code = models.CharField(_("code"), max_length=40, unique=True)
    effect = models.CharField(_("effect"), max_length=5, choices=Effect.choices)
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.CASCADE)
    family = models.ForeignKey(
        Family, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    customer = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    country = models.CharField(_("destination country"), max_length=2, blank=True)
    message_en = models.CharField(_("message (English)"), max_length=300, blank=True)
    message_zh = models.CharField(_("message (Chinese)"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("order rule")
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False)
                | Q(family__isnull=False)
                | Q(customer__isnull=False)
                | ~Q(country=""),
                name="order_rule_about_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    @property
    def message(self) -> str:
        """What it says, in the reader's language, else in the other one."""
        chinese_first = (get_language() or "").startswith("zh")
        one, other = self.message_en, self.message_zh
        return (other or one) if chinese_first else (one or other)

    def holds_on(self, day: dt.date) -> bool:
        """Whether the rule is in force on a day."""
        return (
            self.is_active
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


class OrderOverride(models.Model):
    """Somebody of the right role let an order pass although a rule or the credit stood against it.

    It covers what was there to be seen: a rule for the same goods and destination (`digest`),
    credit up to the order's value then (`up_to`). `details` keeps the figures for later.
    """

    class Kind(models.TextChoices):
        RULE = "rule", _("rule")
        CREDIT = "credit", _("credit")
        REVIEW = "review", pgettext_lazy("before confirming", "review")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="overrides")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    rule = models.ForeignKey(OrderRule, null=True, on_delete=models.SET_NULL, related_name="+")
    digest = models.CharField(max_length=32, blank=True)
    up_to = AmountField(null=True)
    details = models.JSONField(default=dict)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="override_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.kind}"


class SupersededSpecification(models.Model):
    """A line of a running order whose specification has a newer version; told once per version."""

    line = models.ForeignKey(
        Line, on_delete=models.CASCADE, related_name="superseded", db_index=False
    )
    was = models.CharField(max_length=20)
    version = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "version"], name="superseded_once")]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.was} → {self.version}"
