"""Tables of customer orders: lines, deliveries, checks, promises, holds, versions, instalments."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item, Unit
from gendan.kernel.models import User
from gendan.kernel.money import AmountField, CurrencyField, PriceField
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import Revised, Step, Stepped
from gendan.kernel.weekdays import is_chinese
from gendan.orders.models.choices import (
    BASIS_OF_INCOTERM,
    Basis,
    Channel,
    OrderState,
    Stage,
    Verdict,
)
from gendan.partners.models import (
    Contact,
    DeliveryMethod,
    Incoterm,
    Partner,
    PaymentEvent,
    PaymentTerms,
)


class OrderQuerySet(models.QuerySet["Order"]):
    """Which orders somebody sees."""

    def visible_to(self, user: User) -> "OrderQuerySet":
        """All for our own people, their company's for outsiders, none for those without a role."""
        if user.is_outside:
            # A draft that was cancelled was never agreed either.
            theirs = self.filter(customer__accesses__user=user, confirmed_at__isnull=False)
            return theirs.exclude(state=OrderState.DRAFT)
        return self if user.is_superuser or user.roles else self.none()


# db_index=False: a composite index or constraint begins with the column, or nobody searches by it;
# each index more is paid for with every order.
class Order(Stepped, Revised):
    """A customer's order, from draft to closed: the root of its document; who locks it owns it."""

    class ShipPolicy(models.TextChoices):
        TOGETHER = "together", _("all lines together")
        BY_LINE = "by_line", _("line by line")

    STEPS: ClassVar[dict[str, Step]] = {
        "edit_order": Step(("draft",), "draft"),
        "take_specification": Step(("draft",), "draft"),
        "confirm_order": Step(("draft",), "confirmed"),
        "amend_order": Step(("confirmed",), "confirmed"),
        "promise_order": Step(("draft", "confirmed"), "same"),
        "record_delivery": Step(("confirmed",), "confirmed"),
        "close_order": Step(("confirmed",), "closed"),
        "cancel_order": Step(("draft", "confirmed"), "cancelled"),
    }

    number = models.CharField(_("order number"), max_length=60, unique=True)
    customer = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    customer_order_number = models.CharField(
        _("customer's order number"), max_length=80, blank=True
    )
    is_repeat = models.BooleanField(default=False)  # the same number again, accepted on purpose
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.DRAFT)
    version = models.PositiveIntegerField(default=1)  # counts confirmed and amended versions

    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.HAND)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    received_at = models.DateTimeField()
    ordered_on = models.DateField(_("order date"), null=True, blank=True)
    made_at = models.DateTimeField()
    merchandiser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    currency = CurrencyField(_("currency"))
    total = AmountField(_("total"), default=Decimal(0))
    total_company = AmountField(default=Decimal(0))  # in the company's currency at the order's rate
    payment_terms = models.ForeignKey(
        PaymentTerms,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    incoterm = models.CharField(_("Incoterm"), max_length=3, choices=Incoterm.choices, blank=True)
    incoterm_place = models.CharField(_("place"), max_length=80, blank=True)
    delivery_method = models.CharField(
        _("delivery method"), max_length=10, choices=DeliveryMethod.choices, default="sea"
    )
    destination_country = models.CharField(_("destination country"), max_length=2, blank=True)
    destination = models.CharField(_("destination"), max_length=200, blank=True)
    ship_policy = models.CharField(
        _("ship"), max_length=10, choices=ShipPolicy.choices, default=ShipPolicy.TOGETHER
    )
    over_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    short_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    packing = models.TextField(_("packing"), blank=True)
    shipping_marks = models.TextField(_("shipping marks"), blank=True)
    documents_required = models.JSONField(default=list, blank=True)
    remark = models.TextField(_("remark"), blank=True)

    requested_on = models.DateField(_("requested"), null=True, blank=True)  # the earliest line's
    promised_on = models.DateField(_("promised"), null=True, blank=True)  # in the order's basis
    forecast_on = models.DateField(_("forecast"), null=True, blank=True)  # in the order's basis
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # closed or cancelled
    end_reason = models.CharField(max_length=500, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "-id"], name="order_state"),
            models.Index(fields=["customer", "-id"], name="order_customer"),
            models.Index(fields=["merchandiser", "state", "-id"], name="order_merchandiser"),
            models.Index(fields=["promised_on", "id"], name="order_promised"),
            models.Index(fields=["customer", "customer_order_number"], name="order_theirs"),
            GinIndex(
                name="order_numbers",
                fields=["number", "customer_order_number"],
                opclasses=["gin_trgm_ops"] * 2,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(over_percent__gte=0, over_percent__lte=100)
                & Q(short_percent__gte=0, short_percent__lte=100),
                name="order_tolerance_sensible",
            ),
            models.UniqueConstraint(
                fields=["customer", "customer_order_number"],
                condition=~Q(customer_order_number="")
                & Q(is_repeat=False)
                & ~Q(state=OrderState.CANCELLED),
                name="order_theirs_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def basis(self) -> Basis:
        """Which date "on time" means for this order: by its Incoterm, else ex works."""
        return BASIS_OF_INCOTERM[Incoterm(self.incoterm)] if self.incoterm else Basis.EX_WORKS


class Line(models.Model):
    """A line of an order: one item, a quantity in the item's unit, a price, its dates."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    specification_version = models.CharField(max_length=20, blank=True)  # fixed at entry
    customer_code = models.CharField(_("customer's item code"), max_length=80, blank=True)
    description = models.CharField(_("description"), max_length=500, blank=True)
    quantity = QuantityField(_("quantity"))  # in the item's own unit
    typed_quantity = QuantityField(null=True, blank=True)  # as typed, in typed_unit
    typed_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit_price = PriceField(_("unit price"))
    price_per = QuantityField(default=Decimal(1))
    discount_percent = models.DecimalField(
        _("discount"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    amount = AmountField(_("amount"))
    # Pre-pack: {"ratio": {"S": 1, "M": 2}, "packs": 10, "per_carton": 1}
    assortment = models.JSONField(null=True, blank=True)
    carton_rule = models.CharField(_("carton rule"), max_length=200, blank=True)
    requested_on = models.DateField(_("requested"), null=True, blank=True)
    promised_on = models.DateField(_("promised"), null=True, blank=True)
    forecast_on = models.DateField(_("forecast"), null=True, blank=True)
    delivered = QuantityField(default=Decimal(0))
    is_cancelled = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            # Deferred: lines change places in one statement.
            models.UniqueConstraint(
                fields=["order", "position"],
                name="line_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price__gte=0, price_per__gt=0, delivered__gte=0)
                & Q(discount_percent__gte=0, discount_percent__lte=100),
                name="line_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"

    @property
    def needs_goods(self) -> bool:
        """Whether it still waits for goods: the ledger keeps some only for what does."""
        is_running = self.order.state in (OrderState.DRAFT, OrderState.CONFIRMED)
        return is_running and not self.is_cancelled and self.quantity > self.delivered


class Delivery(models.Model):
    """One of several dated deliveries of a line; a line without any is delivered once."""

    line = models.ForeignKey(
        Line, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    position = models.PositiveIntegerField()
    quantity = QuantityField()
    requested_on = models.DateField(null=True, blank=True)
    promised_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["line", "position"], name="delivery_position_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="delivery_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}/{self.position}"


class LineCheck(models.Model):
    """The last verdict of one check on a line, with its reasons.

    `reasons` is [{"code": "below_list", "params": {...}}]; words are made at reading time
    (orders/reasons.py), so a reason reads in the reader's language.
    """

    class Kind(models.TextChoices):
        PRODUCT = "product", _("product")
        PRICE = "price", _("price")
        STOCK = "stock", _("stock")

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="checks", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    reasons = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "kind"], name="check_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.verdict}"


class Promise(models.Model):
    """A set of dates computed for an order, with the reasons; the newest kept one is in force."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="promises")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    ex_works_on = models.DateField()
    on_board_on = models.DateField()
    at_door_on = models.DateField()
    engine = models.CharField(max_length=30)  # which method computed it: "fixed_lead_times"

    def __str__(self) -> str:
        return f"{self.order_id}: {self.ex_works_on}"


class LinePromise(models.Model):
    """A line's promised dates, and why: reasons as in LineCheck, the binding one first.

    The three dates are what is promised; `earliest_on` is what would be possible in the order's
    basis (earlier when the customer asks for later; null when nothing was computed). `deliveries`:
    by id of each dated delivery the day on which it leaves the works.
    """

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="promises")
    ex_works_on = models.DateField()
    on_board_on = models.DateField()
    at_door_on = models.DateField()
    earliest_on = models.DateField(null=True)
    reasons = models.JSONField(default=list)
    deliveries = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.line_id}: {self.ex_works_on}"


class DateChange(models.Model):
    """A change of a requested, promised or forecast date of a confirmed order or one of its lines.

    `was_on` and `is_on` of one kind make a chain that ends at the present date. An order's chain
    begins with the dates it was confirmed with; a line without any has had its present date only.
    """

    class Kind(models.TextChoices):
        REQUESTED = "requested", _("requested")
        PROMISED = "promised", _("promised")
        FORECAST = "forecast", _("forecast")

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="date_changes", db_index=False
    )
    line = models.ForeignKey(Line, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    was_on = models.DateField(null=True)
    is_on = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["order", "id"], name="date_change_order")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.was_on} → {self.is_on}"


class Instalment(models.Model):
    """A part of the order's payment plan: so many percent, so many days after an event."""

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="instalments", db_index=False
    )
    position = models.PositiveIntegerField()
    event = models.CharField(max_length=20, choices=PaymentEvent.choices)
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    days = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="instalment_once"),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100), name="instalment_percent_sensible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % {self.event}"


class Hold(models.Model):
    """A gate: while it is open the stage is refused, on page, API and import alike.

    `key` names who placed it ("hand", "milestone:deposit"), so that a room above finds its own.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="holds")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    key = models.CharField(max_length=60, default="hand")
    reason = models.CharField(max_length=500)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    release_reason = models.CharField(max_length=500, blank=True)
    is_override = models.BooleanField(default=False)  # released although its condition is not met

    class Meta:
        indexes = [
            models.Index(
                fields=["order", "stage"], name="hold_open", condition=Q(released_at__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "stage", "key"],
                condition=Q(released_at__isnull=True) & ~Q(key="hand"),
                name="hold_open_once_per_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage}: {self.reason}"

    @property
    def why(self) -> str:
        """The reason in the reader's language: a condition's names are kept in both."""
        names = self.reason.split(" / ")
        if self.key == "hand" or len(names) != 2:
            return self.reason
        return names[is_chinese()]


class Version(models.Model):
    """An order as it was confirmed or amended: the snapshot and the difference to the one before.

    `difference` is [{"path": "lines.2.quantity", "was": "100", "is": "120"}].
    """

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    snapshot = models.JSONField()
    difference = models.JSONField(default=list)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="version_once")]

    def __str__(self) -> str:
        return f"{self.order_id} v{self.number}"


class TeamMember(models.Model):
    """Somebody besides the merchandiser who follows an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_orders"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "user"], name="team_member_once")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.user_id}"


def open_quantity(line: Line) -> Decimal:
    """What is still to be delivered of a line; nothing of a cancelled one."""
    return Decimal(0) if line.is_cancelled else max(line.quantity - line.delivered, Decimal(0))
