"""Purchase orders: what is ordered from a supplier, line by line, and for whom."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item
from gendan.inventory.models import ExpectedSupply
from gendan.kernel.models import User
from gendan.kernel.money import AmountField, CurrencyField, PriceField, line_amount
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import SAME, Revised, Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.partners.models import DeliveryMethod, Incoterm, Partner, PaymentTerms
from gendan.purchasing.models.requests import PurchaseRequest

_ALIVE = ("draft", "to_approve", "approved", "sent", "confirmed")


class PurchaseOrder(Stepped, Revised):
    """An order to a supplier, from the draft to the last delivery.

    `version` is what the supplier has been sent (0: nothing yet). A sent order that is edited is a
    draft again until its next version is sent; what is expected stays what the supplier knows.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        TO_APPROVE = "to_approve", _("to be approved")
        APPROVED = "approved", _("approved")
        SENT = "sent", _("sent")
        CONFIRMED = "confirmed", _("confirmed")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    class Kind(models.TextChoices):
        GOODS = "goods", _("goods")
        SUBCONTRACT = "subcontract", _("subcontract work")

    class ChasingHold(models.TextChoices):
        """Why the supplier is not asked: somebody said so, or it waits for us."""

        STOPPED = "stopped", _("stopped by us")
        DEPOSIT = "deposit", _("our deposit is not paid yet")
        DRAWING = "drawing", _("a drawing or sample of ours is missing")
        QUESTION = "question", _("a question of the supplier's is open")
        MAIL = "mail", _("the supplier has written to us")
        RETURNED = "returned", _("our mail came back")

    # Held by somebody who says so; by what came by mail; and what a chaser by hand looks past.
    HOLDS_BY_HAND = (
        ChasingHold.STOPPED,
        ChasingHold.DEPOSIT,
        ChasingHold.DRAWING,
        ChasingHold.QUESTION,
    )
    HOLDS_OF_MAILS = (ChasingHold.MAIL, ChasingHold.RETURNED)
    LOOKED_AT_BY_CHASING = (ChasingHold.STOPPED, *HOLDS_OF_MAILS)
    OPEN = (State.DRAFT, State.TO_APPROVE, State.APPROVED, State.SENT, State.CONFIRMED)
    WITH_SUPPLIER = (State.SENT, State.CONFIRMED)
    STEPS: ClassVar[dict[str, Step]] = {
        "edit_purchase_order": Step(_ALIVE, "draft"),
        "submit_purchase_order": Step(("draft",), "to_approve"),
        "approve_purchase_order": Step(("to_approve",), "approved"),
        "refuse_purchase_order": Step(("to_approve",), "draft"),
        "send_purchase_order": Step(("approved",), "sent"),
        "resend_purchase_order": Step(("sent", "confirmed"), SAME),
        "record_supplier_answer": Step(("sent", "confirmed"), SAME),
        "supplier_confirmed": Step(("sent", "confirmed"), "confirmed"),
        "supplier_unconfirmed": Step(("sent", "confirmed"), "sent"),
        "chase_supplier": Step(("sent", "confirmed"), SAME),
        "hold_chasing": Step(("sent", "confirmed"), SAME),
        "show_supplier_link": Step(("sent", "confirmed"), SAME),
        "resume_chasing": Step(("sent", "confirmed"), SAME),
        "close_purchase_order": Step(("sent", "confirmed"), "closed"),
        "finish_purchase_order": Step(_ALIVE, "closed"),
        "cancel_purchase_order": Step(_ALIVE, "cancelled"),
        "await_replacement": Step(("closed",), "confirmed"),
    }

    number = models.CharField(_("purchase order"), max_length=60, unique=True)
    kind = models.CharField(max_length=11, choices=Kind.choices, default=Kind.GOODS)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)
    supplier = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    currency = CurrencyField(_("currency"))
    incoterm = models.CharField(_("Incoterm"), max_length=3, choices=Incoterm.choices, blank=True)
    place = models.CharField(_("place of delivery"), max_length=120, blank=True)
    payment_terms = models.ForeignKey(
        PaymentTerms, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    remark = models.TextField(_("remark for the supplier"), blank=True)
    total = AmountField(default=Decimal(0))
    total_company = AmountField(default=Decimal(0))  # in the company's currency
    due_on = models.DateField(null=True, blank=True)  # the first day something is still to come
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Why it was bought although the supplier's qualification had ended, and the like.
    override_reason = models.CharField(max_length=500, blank=True)
    refused_reason = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    chased_at = models.DateTimeField(null=True, blank=True)
    chases = models.PositiveIntegerField(default=0)
    is_chased_by_itself = models.BooleanField(default=False)  # the last time: nobody pressed
    chasing_hold = models.CharField(max_length=8, choices=ChasingHold.choices, blank=True)
    chasing_reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)
    # How the goods travel where that was decided, and what it costs (company's currency).
    transport = models.CharField(max_length=10, choices=DeliveryMethod.choices, blank=True)
    freight_cost = AmountField(null=True, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase order")
        indexes = [
            models.Index(fields=["state", "due_on"], name="purchase_order_state"),
            models.Index(fields=["supplier", "-id"], name="purchase_order_supplier"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_being_changed(self) -> bool:
        """Whether the supplier knows another version than the one that is being written."""
        return self.version > 0 and self.state in (
            self.State.DRAFT,
            self.State.TO_APPROVE,
            self.State.APPROVED,
        )

    def is_late(self, today: dt.date) -> bool:
        """Whether something should have come before this day."""
        return self.version > 0 and self.is_open and self.due_on is not None and self.due_on < today


class PurchaseOrderLine(models.Model):
    """A quantity of an item, ordered for a day; `demands` are the order lines it is for.

    A line that is delivered in parts is one line for each dated part (`part_of` names the first),
    so that each is expected, noticed and received like any other.

    `expected` is its expected supply, once it has been sent: `due_on` is the day the goods are
    expected now (asked for, confirmed, or what the supplier has said last).
    """

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    supplier_code = models.CharField(_("supplier's article number"), max_length=60, blank=True)
    quantity = QuantityField(_("quantity"))  # in the item's own unit
    typed_quantity = QuantityField()
    typed_unit = models.CharField(max_length=20)
    price = PriceField(_("price"))  # of one typed unit
    requested_on = models.DateField(_("asked for"))
    confirmed_on = models.DateField(_("confirmed"), null=True, blank=True)
    confirmed_quantity = QuantityField(null=True, blank=True)
    due_on = models.DateField(_("due"))
    over_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    short_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    remark = models.CharField(max_length=500, blank=True)
    is_cancelled = models.BooleanField(default=False)
    demands = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    part_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="parts"
    )
    requests = models.ManyToManyField(
        PurchaseRequest, through="RequestShare", related_name="order_lines"
    )
    expected = models.OneToOneField(
        ExpectedSupply,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="purchase_line",
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a purchase order")
        ordering = ["position"]
        indexes = [
            GinIndex(fields=["demands"], name="purchase_line_demands"),
            models.Index(fields=["item", "-id"], name="purchase_line_item"),
            models.Index(
                fields=["due_on"], name="purchase_line_due", condition=Q(is_cancelled=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="purchase_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, typed_quantity__gt=0, price__gte=0),
                name="purchase_line_sensible",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_quantity__isnull=True) | Q(confirmed_quantity__gt=0),
                name="purchase_line_confirmed_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} / {self.position}"

    @property
    def amount(self) -> Decimal:
        """What it costs, in the order's currency."""
        return line_amount(self.typed_quantity, self.price, self.order.currency)

    @property
    def received(self) -> Decimal:
        """What has arrived of it (reads `expected`: select it)."""
        return self.expected.received if self.expected else Decimal(0)

    @property
    def is_open(self) -> bool:
        """Whether something of it is still to come (reads `expected`)."""
        return not self.is_cancelled and (self.expected is None or self.expected.is_open)

    @property
    def still_to_come(self) -> Decimal:
        """How much of what was confirmed, or else ordered, has not come (reads `expected`)."""
        ordered: Decimal = self.confirmed_quantity or self.quantity
        return max(ordered - self.received, Decimal(0))

    @property
    def typed_to_come(self) -> Decimal:
        """The same in the unit it was ordered in."""
        found: Decimal = self.still_to_come * self.typed_quantity / self.quantity
        return found.quantize(Decimal("0.000001"))

    @property
    def most(self) -> Decimal:
        """The most that is taken of it."""
        found: Decimal = self.quantity * (1 + self.over_percent / 100)
        return found

    @property
    def least(self) -> Decimal:
        """The least that fulfils it."""
        found: Decimal = self.quantity * (1 - self.short_percent / 100)
        return found


class RequestShare(models.Model):
    """How much of a purchase request a line of a purchase order stands for."""

    line = models.ForeignKey(PurchaseOrderLine, on_delete=models.CASCADE, related_name="shares")
    request = models.ForeignKey(PurchaseRequest, on_delete=models.PROTECT, related_name="shares")
    quantity = QuantityField()

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "request"], name="request_share_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="request_share_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} ← {self.request_id}: {self.quantity}"


class ApprovalLimit(models.Model):
    """Up to which amount a role approves purchase orders, in the company's currency."""

    role = models.CharField(_("role"), max_length=20, unique=True)
    amount = AmountField(_("up to"), null=True, blank=True)  # null: any amount

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval limit")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="approval_limit_sensible"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.amount}"


class ProvidedMaterial(models.Model):
    """Material of ours that a subcontractor works up: needed, sent to it, worked up, come back."""

    line = models.ForeignKey(PurchaseOrderLine, on_delete=models.CASCADE, related_name="provided")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField(_("needed"))  # for the whole line, by the BOM in force
    sent = QuantityField(default=Decimal(0))
    used = QuantityField(default=Decimal(0))
    returned = QuantityField(default=Decimal(0))

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "item"], name="provided_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, sent__gte=0, used__gte=0, returned__gte=0)
                & Q(sent__gte=F("used") + F("returned")),
                name="provided_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.quantity} {self.item_id}"

    @property
    def there(self) -> Decimal:
        """What lies at the subcontractor for this line."""
        found: Decimal = self.sent - self.used - self.returned
        return found
