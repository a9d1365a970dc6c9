"""The clause library: what a contract says beside its figures, in both languages."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.contracts.models.papers import PaperKind
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.partners.models import Incoterm, Partner, PaymentEvent


class ClauseTopic(models.TextChoices):
    """What a clause is about; papers print them in this order."""

    SHIPMENT = "shipment", _("shipment")
    PAYMENT = "payment", _("payment")
    TOLERANCE = "tolerance", _("quantity tolerance")
    PACKING = "packing", _("packing and marks")
    DOCUMENTS = "documents", _("documents")
    INSURANCE = "insurance", _("insurance")
    INSPECTION = "inspection", _("inspection")
    PENALTY = "penalty", _("late delivery")
    CLAIMS = "claims", _("claims")
    FORCE_MAJEURE = "force_majeure", _("force majeure")
    ARBITRATION = "arbitration", _("law and arbitration")
    OTHER = "other", _("other")


class Clause(models.Model):
    """One clause, or a variant of it for a customer, country, Incoterm, payment or kind of paper.

    Of the variants of one code that fit an order, the most specific one is printed. Texts hold
    placeholders such as {penalty_per_day}, filled from the order's terms (papers/placeholders.py).
    """

    code = models.CharField(_("code"), max_length=40)
    topic = models.CharField(_("topic"), max_length=20, choices=ClauseTopic.choices)
    text_en = models.TextField(_("text (English)"), max_length=4000)
    text_zh = models.TextField(_("text (Chinese)"), max_length=4000)
    kind = models.CharField(_("paper"), max_length=10, choices=PaperKind.choices, blank=True)
    customer = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    country = models.CharField(_("country"), max_length=2, blank=True)
    incoterm = models.CharField(_("Incoterm"), max_length=3, choices=Incoterm.choices, blank=True)
    payment_event = models.CharField(
        _("payment"), max_length=20, choices=PaymentEvent.choices, blank=True
    )
    position = models.PositiveIntegerField(_("position"), default=100)
    version = models.PositiveIntegerField(default=1)  # counts changes of the texts
    is_active = models.BooleanField(_("in use"), default=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "kind", "customer", "country", "incoterm", "payment_event"],
                nulls_distinct=False,
                condition=Q(is_active=True),
                name="clause_variant_once",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def specificity(self) -> tuple[int, ...]:
        """Which variant goes before another: a customer's own before a country's, and so on."""
        parts = (self.customer_id, self.country, self.payment_event, self.incoterm, self.kind)
        return tuple(int(bool(part)) for part in parts)
