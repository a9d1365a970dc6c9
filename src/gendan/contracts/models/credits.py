"""Letters of credit as data, and what was found to be wrong with them."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.kernel.money import AmountField, CurrencyField
from gendan.kernel.states import Revised, Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.orders.models import Order
from gendan.partners.models import Partner


class CreditState(models.TextChoices):
    """Where a letter of credit stands."""

    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class LetterOfCredit(Stepped, Revised):
    """A bank's promise to pay against papers, and the conditions it makes (UCP 600)."""

    STEPS: ClassVar[dict[str, Step]] = {
        "amend_letter_of_credit": Step(("open",), "open"),
        "close_letter_of_credit": Step(("open",), "closed"),
    }

    number = models.CharField(_("L/C number"), max_length=60)
    customer = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=CreditState.choices, default=CreditState.OPEN)
    issuing_bank = models.CharField(_("issuing bank"), max_length=200)
    advising_bank = models.CharField(_("advising bank"), max_length=200, blank=True)
    amount = AmountField(_("amount"))
    currency = CurrencyField(_("currency"))
    over_percent = models.DecimalField(
        _("over (%)"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    short_percent = models.DecimalField(
        _("short (%)"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    issued_on = models.DateField(_("issued on"))
    latest_shipment_on = models.DateField(_("latest shipment"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"))
    expiry_place = models.CharField(_("place of expiry"), max_length=80, blank=True)
    presentation_days = models.PositiveSmallIntegerField(_("presentation (days)"), default=21)
    partial_allowed = models.BooleanField(_("partial shipment allowed"), default=True)
    transshipment_allowed = models.BooleanField(_("transshipment allowed"), default=True)
    documents = models.JSONField(_("documents"), default=list, blank=True)
    goods = models.TextField(_("description of goods"), max_length=4000, blank=True)
    remark = models.TextField(_("remark"), max_length=1000, blank=True)
    amendments = models.PositiveSmallIntegerField(default=0)
    close_reason = models.CharField(max_length=500, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "expires_on"], name="credit_state")]
        constraints = [
            models.UniqueConstraint(fields=["number", "issuing_bank"], name="credit_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, expires_on__gte=models.F("issued_on"))
                & (
                    Q(latest_shipment_on__isnull=True)
                    | Q(latest_shipment_on__lte=models.F("expires_on"))
                ),
                name="credit_sensible",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CreditOrder(models.Model):
    """An order that a letter of credit pays."""

    letter = models.ForeignKey(
        LetterOfCredit, on_delete=models.CASCADE, related_name="order_links", db_index=False
    )
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="credit_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "order"], name="credit_order_once")
        ]

    def __str__(self) -> str:
        return f"{self.letter_id}: {self.order_id}"


class CreditWarning(models.Model):
    """Something that is wrong with a letter of credit, since when; told once, until it is right.

    `key` is the kind and, where it is about one, the order: "late_shipment:12".
    """

    letter = models.ForeignKey(
        LetterOfCredit, on_delete=models.CASCADE, related_name="warnings", db_index=False
    )
    key = models.CharField(max_length=60)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "key"],
                condition=Q(ended_at__isnull=True),
                name="credit_warning_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter_id}: {self.key}"
