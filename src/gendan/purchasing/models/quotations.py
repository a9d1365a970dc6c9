"""Requests for quotation: what suppliers are asked to offer, what they offer, who is awarded."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item
from gendan.kernel.models import Link, User
from gendan.kernel.money import CurrencyField, PriceField
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import SAME, Revised, Step, Stepped
from gendan.partners.models import Partner
from gendan.purchasing.models.orders import PurchaseOrderLine
from gendan.purchasing.models.requests import PurchaseRequest
from gendan.sourcing.models.visibility import SourcingQuerySet

WEIGHTS = {"cost": 50, "date": 20, "quality": 10, "punctual": 10, "capacity": 10}


def usual_weights() -> dict[str, int]:
    """How the parts of a comparison are weighed until somebody weighs them otherwise."""
    return dict(WEIGHTS)


class RequestForQuotation(Stepped, Revised):
    """What several suppliers are asked to offer until a day; one or more of them are awarded."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("being quoted")
        CLOSED = "closed", _("to be decided")
        AWARDED = "awarded", _("awarded")
        CANCELLED = "cancelled", _("cancelled")

    OPEN = (State.DRAFT, State.SENT, State.CLOSED)
    COMPARED = (State.SENT, State.CLOSED, State.AWARDED)
    STEPS: ClassVar[dict[str, Step]] = {
        "edit_rfq": Step(("draft",), SAME),
        "send_rfq": Step(("draft",), "sent"),
        "quote_by_link": Step(("sent",), SAME),
        "record_quote": Step(("sent", "closed"), SAME),
        "weigh_rfq": Step(("sent", "closed"), SAME),
        "invite_suppliers": Step(("sent",), SAME),
        "withdraw_invitation": Step(("sent", "closed"), SAME),
        "extend_rfq": Step(("sent", "closed"), "sent"),
        "close_rfq": Step(("sent",), "closed"),
        "award_rfq": Step(("sent", "closed"), "awarded"),
        "tell_losers": Step(("awarded",), SAME),
        "cancel_rfq": Step(("draft", "sent", "closed"), "cancelled"),
    }

    number = models.CharField(_("request for quotation"), max_length=60, unique=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    answer_by_on = models.DateField(_("answer by"))
    currency = CurrencyField(_("currency"))  # what is asked for; suppliers may quote another
    remark = models.TextField(_("remark for the suppliers"), blank=True)
    weights: Any = models.JSONField(default=usual_weights)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)  # of the award, or cancelled why

    objects = SourcingQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for quotation")
        indexes = [models.Index(fields=["state", "answer_by_on"], name="rfq_state")]

    def __str__(self) -> str:
        return self.number

    def is_overdue(self, today: dt.date) -> bool:
        """Whether suppliers had to answer before this day."""
        return self.state == self.State.SENT and self.answer_by_on < today


class QuotationLine(models.Model):
    """A quantity of an item, or of something described in words, needed on a day."""

    rfq = models.ForeignKey(RequestForQuotation, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    item = models.ForeignKey(
        Item, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    description = models.CharField(_("description"), max_length=300, blank=True)
    quantity = QuantityField(_("quantity"))  # in `unit`: the item's own where there is an item
    unit = models.CharField(max_length=20)
    needed_on = models.DateField(_("needed on"))
    remark = models.CharField(max_length=500, blank=True)
    demands = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    requests = models.ManyToManyField(PurchaseRequest, related_name="quotation_lines")

    objects = SourcingQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a request for quotation")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["rfq", "position"], name="quotation_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & (Q(item__isnull=False) | ~Q(description="")),
                name="quotation_line_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rfq} / {self.position}"

    @property
    def words(self) -> str:
        """What is wanted, in a word or two."""
        return self.item.code if self.item is not None else self.description[:60]


class Invitation(Stepped):
    """A supplier who is asked to quote, the link it was sent, and what it says to the whole.

    A quote is the supplier's own until it is submitted: nobody of ours reads a draft.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("not answered yet")
        SUBMITTED = "submitted", _("quoted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("no longer asked")

    class Way(models.TextChoices):
        LINK = "link", _("by link")
        HAND = "hand", _("written down by us")

    STEPS: ClassVar[dict[str, Step]] = {
        "quote_by_link": Step(("waiting", "submitted", "declined"), "submitted"),
        "keep_quote": Step(("waiting", "declined"), "waiting"),
        "decline_by_link": Step(("waiting", "submitted"), "declined"),
        "withdraw_invitation": Step(("waiting", "submitted", "declined"), "withdrawn"),
        "invite_suppliers": Step(("withdrawn",), "waiting"),
    }

    rfq = models.ForeignKey(
        RequestForQuotation, on_delete=models.CASCADE, related_name="invitations"
    )
    supplier = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    to_name = models.CharField(max_length=80, blank=True)
    to_email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="en")
    link = models.OneToOneField(
        Link, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    first_answer_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # How often something was kept: a page that saw fewer is out of date.
    answers = models.PositiveIntegerField(default=0)
    way = models.CharField(max_length=4, choices=Way.choices, blank=True)
    person = models.CharField(max_length=120, blank=True)
    currency = CurrencyField(_("currency"), blank=True)
    valid_until_on = models.DateField(_("valid until"), null=True, blank=True)
    remark = models.CharField(max_length=1000, blank=True)
    decline_reason = models.CharField(max_length=500, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # that it was not chosen
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdraw_reason = models.CharField(max_length=500, blank=True)

    objects = SourcingQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier asked to quote")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["rfq", "supplier"], name="invitation_once")]

    def __str__(self) -> str:
        return f"{self.rfq} → {self.supplier_id}"

    @property
    def is_withdrawn(self) -> bool:
        """Whether this supplier is no longer asked."""
        return bool(self.state == self.State.WITHDRAWN)


class QuotedLine(models.Model):
    """What a supplier takes for a line, from which quantity, when it comes, how much at least.

    `breaks` rise: [["from quantity", "price of one unit"], …], numbers as text.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="quoted")
    line = models.ForeignKey(QuotationLine, on_delete=models.CASCADE, related_name="quoted")
    breaks: Any = models.JSONField(default=list)
    lead_days = models.PositiveIntegerField(null=True, blank=True)  # the supplier's working days
    arrives_on = models.DateField(null=True, blank=True)
    minimum = QuantityField(default=Decimal(0))
    remark = models.CharField(max_length=500, blank=True)

    objects = SourcingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "line"], name="quoted_line_once"),
            models.CheckConstraint(condition=Q(minimum__gte=0), name="quoted_line_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} · {self.line_id}"

    @property
    def prices(self) -> tuple[tuple[Decimal, Decimal], ...]:
        """(from quantity, price of one unit), rising."""
        return tuple((Decimal(start), Decimal(price)) for start, price in self.breaks)

    def price_for(self, quantity: Decimal) -> Decimal | None:
        """The price of one unit when so much is ordered; None: it is not offered."""
        found = None
        for start, price in self.prices:
            if start <= quantity:
                found = price
        return found


class QuotationAward(models.Model):
    """How much of a line a supplier is to deliver at which price, and the order line it became."""

    line = models.ForeignKey(QuotationLine, on_delete=models.CASCADE, related_name="awards")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="awards")
    quantity = QuantityField()
    price = PriceField()
    currency = CurrencyField()
    # An order that is thrown away takes nothing of what was decided with it.
    order_line = models.ForeignKey(
        PurchaseOrderLine, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = SourcingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "invitation"], name="quotation_award_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, price__gt=0), name="quotation_award_sensible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} → {self.invitation_id}: {self.quantity}"
