"""What both sides owe each other under an order, as data that later steps are checked against."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.kernel.states import Revised
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.orders.models import Order
from gendan.partners.models import Partner


class Inspector(models.TextChoices):
    """Who inspects before shipment."""

    SELLER = "seller", _("the seller")
    BUYER = "buyer", _("the buyer or their agent")
    THIRD_PARTY = "third_party", _("a third party")


class Duties(models.Model):
    """What both sides owe beside what the order itself says."""

    penalty_per_day = models.DecimalField(  # percent of the late part's value
        _("penalty per day (%)"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    penalty_most = models.DecimalField(
        _("penalty at most (%)"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    penalty_grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=0)
    inspector = models.CharField(
        _("inspection by"), max_length=12, choices=Inspector.choices, default=Inspector.SELLER
    )
    inspection_standard = models.CharField(_("inspection standard"), max_length=120, blank=True)
    aql_major = models.DecimalField(
        _("AQL major"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    aql_minor = models.DecimalField(
        _("AQL minor"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    inspection_place = models.CharField(_("place of inspection"), max_length=120, blank=True)
    # [{"code": "bill_of_lading", "originals": 3, "copies": 3}]
    documents = models.JSONField(_("documents"), default=list, blank=True)
    loading_port = models.CharField(_("port of loading"), max_length=80, blank=True)
    discharge_port = models.CharField(_("port of discharge"), max_length=80, blank=True)
    latest_shipment_on = models.DateField(_("latest shipment"), null=True, blank=True)
    partial_allowed = models.BooleanField(_("partial shipment allowed"), default=True)
    transshipment_allowed = models.BooleanField(_("transshipment allowed"), default=True)
    claims_days = models.PositiveSmallIntegerField(_("claims within (days)"), default=30)
    governing_law = models.CharField(_("governing law"), max_length=120, blank=True)
    arbitration = models.CharField(_("arbitration"), max_length=200, blank=True)

    class Meta:
        abstract = True


def _penalty(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(penalty_per_day__gte=0, penalty_most__gte=0, penalty_most__lte=100)
        & Q(penalty_per_day__lte=100),
        name=name,
    )


class ContractTerms(Duties, Revised):
    """The duties of one order.

    Quantity tolerance, Incoterm, marks, packing and the payment plan stand on the order; an order
    without a row here has its customer's or the company's defaults (queries.terms_of tells them
    all together).
    """

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="contract_terms")

    class Meta:
        constraints = [_penalty("terms_penalty_sensible")]

    def __str__(self) -> str:
        return f"{self.order_id}"


class DefaultTerms(Duties):
    """The duties that orders have unless agreed otherwise: a customer's, or everybody's (null)."""

    customer = models.OneToOneField(
        Partner, null=True, on_delete=models.CASCADE, related_name="default_terms"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            _penalty("default_terms_penalty_sensible"),
            models.UniqueConstraint(
                fields=["customer"], nulls_distinct=False, name="default_terms_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id or 'all'}"
