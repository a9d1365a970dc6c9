"""What we know of a supplier: days closed, documents with an end, contracts with their terms."""

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gendan.kernel.models import StoredFile
from gendan.partners.models import Partner, PaymentTerms
from gendan.sourcing.models.visibility import SourcingQuerySet


class SupplierClosing(models.Model):
    """Days (first and last included) on which a supplier does not work: its own holidays."""

    supplier = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=80, blank=True)

    objects = SourcingQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing days of a supplier")
        constraints = [
            models.UniqueConstraint(fields=["supplier", "first_on"], name="closing_once"),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("last_on")), name="closing_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_on} - {self.last_on}"


class Qualification(models.Model):
    """A paper that says a supplier may supply us: licence, certificate, audit report.

    Once a required one has expired nothing new is bought there, unless a manager has said until
    when it may be overlooked, and why.
    """

    class Kind(models.TextChoices):
        LICENCE = "licence", _("business licence")
        QUALITY = "quality", _("quality system (ISO 9001)")
        PRODUCT = "product", _("product safety (OEKO-TEX, RoHS)")
        SOCIAL = "social", _("social audit (BSCI, SA8000)")
        FACTORY = "factory", _("our factory audit")
        OTHER = "other", _("other")

    supplier = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    number = models.CharField(_("document number"), max_length=80)
    issued_on = models.DateField(_("issued"), null=True, blank=True)
    expires_on = models.DateField(_("expires"), null=True, blank=True)  # still valid on that day
    is_required = models.BooleanField(_("required for buying"), default=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file_name = models.CharField(max_length=200, blank=True)
    warned_days = models.PositiveSmallIntegerField(null=True, blank=True)
    overlooked_until_on = models.DateField(null=True, blank=True)
    overlooked_reason = models.CharField(max_length=500, blank=True)
    overlooked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = SourcingQuerySet.as_manager()

    class Meta:
        verbose_name = _("qualification")
        indexes = [models.Index(fields=["expires_on"], name="qualification_expires")]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "kind", "number"], name="qualification_once"
            ),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True)
                | Q(expires_on__isnull=True)
                | Q(issued_on__lte=F("expires_on")),
                name="qualification_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def has_expired(self, on: dt.date) -> bool:
        """Whether its last day is before this one."""
        return self.expires_on is not None and self.expires_on < on

    def is_overlooked(self, on: dt.date) -> bool:
        """Whether a manager has said that it may be missing on this day."""
        return self.overlooked_until_on is not None and on <= self.overlooked_until_on

    def stops_buying(self, on: dt.date) -> bool:
        """Whether nothing new may be bought because of it."""
        return self.is_required and self.has_expired(on) and not self.is_overlooked(on)


class SupplierContract(models.Model):
    """A contract with a supplier, its terms as data."""

    supplier = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("contract number"), max_length=60)
    valid_from_on = models.DateField(_("valid from"))
    valid_until_on = models.DateField(_("valid until"), null=True, blank=True)
    payment_terms = models.ForeignKey(
        PaymentTerms, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    over_percent = models.DecimalField(
        _("more than ordered (%)"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    short_percent = models.DecimalField(
        _("less than ordered (%)"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    penalty_percent = models.DecimalField(
        _("penalty per day late (%)"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    penalty_most_percent = models.DecimalField(
        _("penalty at most (%)"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    price_valid_days = models.PositiveIntegerField(_("prices hold for (days)"), default=0)
    most_ppm = models.PositiveIntegerField(_("defects at most (ppm)"), null=True, blank=True)
    quality_terms = models.TextField(_("quality terms"), blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file_name = models.CharField(max_length=200, blank=True)

    objects = SourcingQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract with a supplier")
        ordering = ["-valid_from_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "number"], name="supplier_contract_once"),
            models.CheckConstraint(
                condition=Q(valid_until_on__isnull=True)
                | Q(valid_from_on__lte=F("valid_until_on")),
                name="supplier_contract_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def holds_on(self, day: dt.date) -> bool:
        """Whether the contract is in force on that day."""
        return self.valid_from_on <= day and (
            self.valid_until_on is None or day <= self.valid_until_on
        )
