"""Papers: proforma invoices and sales contracts as issued, and the company's letterhead."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.kernel.models import StoredFile, User
from gendan.kernel.money import AmountField, CurrencyField
from gendan.kernel.states import Step, Stepped
from gendan.orders.models import Order


class PaperKind(models.TextChoices):
    """What a paper is."""

    PROFORMA = "proforma", _("proforma invoice")
    CONTRACT = "contract", _("sales contract")


class PaperState(models.TextChoices):
    """Where a paper stands."""

    ISSUED = "issued", _("issued")
    SENT = "sent", _("sent for acceptance")
    ACCEPTED = "accepted", _("accepted")
    VOID = "void", _("void")


# What may still be accepted.
LIVE = (PaperState.ISSUED, PaperState.SENT)

VOID_REASONS = {
    "changed": _("the order has changed"),
    "cancelled": _("the order was cancelled"),
    "withdrawn": _("withdrawn"),
    "replaced": _("replaced by a newer version"),
}


class PaperQuerySet(models.QuerySet["Paper"]):
    """Which papers somebody sees."""

    def visible_to(self, user: User) -> "PaperQuerySet":
        """All for our own people; for outsiders what was sent to their own company."""
        if user.is_outside:
            theirs = self.filter(order__in=Order.objects.visible_to(user))
            return theirs.filter(state__in=(PaperState.SENT, PaperState.ACCEPTED))
        return self if user.is_superuser or user.roles else self.none()


class Paper(Stepped):
    """A proforma invoice or sales contract as it was issued: the file, its hash, what it says.

    `snapshot` is everything printed (papers/data.py says its shape), `terms` the duties of both
    sides at that moment (models/terms.py), `order_version` and `order_revision` the order it was
    made from. Nothing of it changes after issuing but its state.
    """

    STEPS: ClassVar[dict[str, Step]] = {
        "send_paper_for_acceptance": Step(("issued", "sent"), "sent"),
        "accept_by_link": Step(("sent",), "accepted"),
        "record_acceptance": Step(("issued", "sent"), "accepted"),
        "withdraw_paper": Step(("issued", "sent"), "void"),
        "void_papers": Step(("issued", "sent"), "void"),
    }

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="papers", db_index=False
    )
    kind = models.CharField(max_length=10, choices=PaperKind.choices)
    number = models.CharField(_("number"), max_length=60)  # the same for all versions
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=PaperState.choices, default=PaperState.ISSUED)
    order_version = models.PositiveIntegerField()
    order_revision = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", db_index=False)
    snapshot = models.JSONField()
    terms = models.JSONField()
    total = AmountField()
    currency = CurrencyField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=20, blank=True)  # a key of VOID_REASONS
    void_remark = models.CharField(max_length=500, blank=True)
    # An accepted paper stays what was agreed then, until a newer one is issued.
    superseded_at = models.DateTimeField(null=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="paper_state")]
        constraints = [
            models.UniqueConstraint(fields=["order", "kind", "version"], name="paper_version_once"),
            models.UniqueConstraint(
                fields=["order", "kind"],
                condition=Q(state__in=("issued", "sent")),
                name="paper_live_once",
            ),
            models.UniqueConstraint(fields=["number", "version"], name="paper_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} v{self.version}"

    @property
    def file_name(self) -> str:
        """Under which name the file is saved."""
        return f"{self.number}-v{self.version}.pdf".replace("/", "-")


class Letterhead(models.Model):
    """Our own company as papers show it: names, addresses, bank, logo and seal. There is one."""

    name_en = models.CharField(_("name (English)"), max_length=200)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True)
    address_en = models.CharField(_("address (English)"), max_length=300, blank=True)
    address_zh = models.CharField(_("address (Chinese)"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    fax = models.CharField(_("fax"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.CharField(_("website"), max_length=120, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    signer_en = models.CharField(_("who signs (English)"), max_length=80, blank=True)
    signer_zh = models.CharField(_("who signs (Chinese)"), max_length=80, blank=True)
    place_en = models.CharField(_("place of signing (English)"), max_length=80, blank=True)
    place_zh = models.CharField(_("place of signing (Chinese)"), max_length=80, blank=True)
    bank = models.TextField(_("bank details"), max_length=1000, blank=True)
    logo = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    seal = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    seals_papers = models.BooleanField(_("print the seal on papers"), default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="letterhead_once")]

    def __str__(self) -> str:
        return self.name_en
