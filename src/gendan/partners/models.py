"""Tables of the partners room: companies, contacts, addresses, payment terms, lanes."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gendan.kernel.models import User
from gendan.kernel.money import AmountField, CurrencyField, PriceField
from gendan.kernel.visibility import OwnPeopleQuerySet


class Incoterm(models.TextChoices):
    """Incoterms 2020. The rule decides where the seller's promise ends (see `promise_basis`)."""

    EXW = "EXW"
    FCA = "FCA"
    FAS = "FAS"
    FOB = "FOB"
    CFR = "CFR"
    CIF = "CIF"
    CPT = "CPT"
    CIP = "CIP"
    DAP = "DAP"
    DPU = "DPU"
    DDP = "DDP"


class PaymentEvent(models.TextChoices):
    """The event that makes an instalment due."""

    CONTRACT = "contract", _("at contract")
    BEFORE_PRODUCTION = "before_production", _("before production")
    BEFORE_SHIPMENT = "before_shipment", _("before shipment")
    BILL_OF_LADING = "bill_of_lading", _("against B/L copy")
    SIGHT = "sight", _("L/C at sight")
    INVOICE = "invoice", _("after invoice")
    ARRIVAL = "arrival", _("on arrival")


class PaymentTerms(models.Model):
    """Terms by name; `instalments` is [{"event", "percent" (text), "days"}] adding up to 100."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200, blank=True)
    instalments = models.JSONField(default=list)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment terms")
        verbose_name_plural = "payment terms"

    def __str__(self) -> str:
        chinese_first = (get_language() or "").startswith("zh")
        return (self.name_zh or self.name_en) if chinese_first else self.name_en


class PartnerQuerySet(models.QuerySet["Partner"]):
    """Which companies somebody sees."""

    def visible_to(self, user: User) -> "PartnerQuerySet":
        """All for our own people, their own company for outsiders, none without a role."""
        if user.is_outside:
            return self.filter(accesses__user=user)
        return self if user.is_superuser or user.roles else self.none()


class Partner(models.Model):
    """A company: customer, supplier or carrier, or several of these."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True)
    is_customer = models.BooleanField(_("customer"), default=False)
    is_supplier = models.BooleanField(_("supplier"), default=False)
    is_carrier = models.BooleanField(_("carrier"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    country = models.CharField(_("country"), max_length=2)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=40, default="UTC")
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    gln = models.CharField(_("GLN"), max_length=13, blank=True)
    currency = CurrencyField(_("currency"), default="USD")
    payment_terms = models.ForeignKey(
        PaymentTerms, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    incoterm = models.CharField(_("Incoterm"), max_length=3, choices=Incoterm.choices, blank=True)
    incoterm_place = models.CharField(_("place"), max_length=80, blank=True)
    # In the company's currency, whatever the customer pays in; null: no limit.
    credit_limit = AmountField(_("credit limit"), null=True, blank=True)
    over_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    short_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    merchandiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    shipping_marks = models.TextField(_("shipping marks"), blank=True)
    documents_required = models.JSONField(default=list, blank=True)  # codes of papers
    remark = models.TextField(blank=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        indexes = [
            GinIndex(
                name="partner_words",
                fields=["code", "name", "name_zh"],
                opclasses=["gin_trgm_ops"] * 3,
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0),
                name="partner_credit_not_less",
            )
        ]

    def __str__(self) -> str:
        chinese_first = (get_language() or "").startswith("zh")
        return (self.name_zh or self.name) if chinese_first else self.name


class Contact(models.Model):
    """A person at a company."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=80)
    position = models.CharField(_("position"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    is_main = models.BooleanField(_("main contact"), default=False)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["email"], name="contact_email")]
        constraints = [models.UniqueConstraint(fields=["partner", "name"], name="contact_once")]

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """Where a company is, receives goods or invoices."""

    class Kind(models.TextChoices):
        OFFICE = "office", _("office")
        DELIVERY = "delivery", _("delivery")
        INVOICE = "invoice", _("invoice")

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.OFFICE)
    # Tells several places of one kind apart: "Hamburg warehouse".
    label = models.CharField(_("label"), max_length=60, blank=True)
    lines = models.TextField(_("address"))
    city = models.CharField(_("city"), max_length=80, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(fields=["partner", "kind", "label"], name="address_once")
        ]

    def __str__(self) -> str:
        return f"{self.lines}, {self.city}"


class DeliveryMethod(models.TextChoices):
    """How goods travel."""

    SEA = "sea", _("sea")
    AIR = "air", _("air")
    EXPRESS = "express", _("express")
    RAIL = "rail", _("rail")
    ROAD = "road", _("road")
    PICKUP = "pickup", _("picked up by the customer")


MOST_CUTOFF_DAYS = 60


class Lane(models.Model):
    """How long goods travel to a country: works to port, then port to door, in calendar days."""

    method = models.CharField(max_length=10, choices=DeliveryMethod.choices)
    country = models.CharField(_("country"), max_length=2)
    to_port_days = models.PositiveIntegerField(_("works to port (days)"), default=3)
    transit_days = models.PositiveIntegerField(_("on board to arrival (days)"))
    to_door_days = models.PositiveIntegerField(_("arrival to door (days)"), default=3)
    # On which days of the week ships (or flights) leave, 0 = Monday; none: on any day.
    sails_on = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        blank=True,
        verbose_name=_("sailing days"),
    )
    # So many calendar days before it sails the goods must be at the port.
    cutoff_days = models.PositiveIntegerField(_("cut-off before sailing (days)"), default=0)
    # Freight in the company's currency; where both are written the dearer one counts, as carriers
    # charge by weight or measure. Null: not known.
    cost_per_kg = PriceField(_("freight per kg"), null=True, blank=True)
    cost_per_m3 = PriceField(_("freight per m³"), null=True, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method", "country"], name="lane_once"),
            models.CheckConstraint(
                condition=(Q(cost_per_kg__isnull=True) | Q(cost_per_kg__gte=0))
                & (Q(cost_per_m3__isnull=True) | Q(cost_per_m3__gte=0)),
                name="lane_cost_not_less",
            ),
            models.CheckConstraint(
                condition=Q(sails_on__contained_by=list(range(7))), name="lane_sails_on_weekdays"
            ),
            models.CheckConstraint(
                condition=Q(cutoff_days__lte=MOST_CUTOFF_DAYS), name="lane_cutoff_not_longer"
            ),
        ]

    def __str__(self) -> str:
        return f"{DeliveryMethod(self.method).label} → {self.country}"


class CustomerDebt(models.Model):
    """What a customer owes us in one currency, as the books say: the newest word counts."""

    customer = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="debts")
    currency = CurrencyField(_("currency"))
    outstanding = AmountField(_("outstanding"), default=Decimal(0))
    overdue = AmountField(_("overdue"), default=Decimal(0))
    oldest_due_on = models.DateField(_("oldest due date"), null=True, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=80, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer's debt")
        constraints = [
            models.UniqueConstraint(fields=["customer", "currency"], name="debt_once"),
            models.CheckConstraint(
                condition=Q(outstanding__gte=0, overdue__gte=0) & Q(overdue__lte=F("outstanding")),
                name="debt_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.outstanding} {self.currency}"


class OutsideAccess(models.Model):
    """A user who belongs to a customer or supplier and sees that company's rows only."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="outside_access")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="accesses")

    class Meta:
        verbose_name_plural = "outside accesses"

    def __str__(self) -> str:
        return f"{self.user} / {self.partner}"
