"""What stock is worth: one running value per item, and the entries that made it."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item
from gendan.inventory.models.ledger import Move
from gendan.kernel.money import AmountField, CurrencyField, PriceField
from gendan.kernel.quantity import QuantityField
from gendan.kernel.visibility import OwnPeopleQuerySet


class ItemValue(models.Model):
    """What all of our own stock of an item is worth, in the company's currency.

    It follows the moves in the same transaction; its row is the lock, taken after the balances.
    """

    class Method(models.TextChoices):
        AVERAGE = "average", _("moving average")
        STANDARD = "standard", _("standard cost")

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="stock_value")
    method = models.CharField(max_length=8, choices=Method.choices, default=Method.AVERAGE)
    standard = PriceField(_("standard cost"), null=True, blank=True)
    quantity = QuantityField(default=Decimal(0))
    value = AmountField(default=Decimal(0))

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock value")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, value__gte=0) | Q(quantity=0, value=0),
                name="item_value_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(method="average") | Q(standard__gte=0), name="item_value_has_standard"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.value}"

    @property
    def unit_value(self) -> Decimal | None:
        """What one unit is worth; None where there is none."""
        return self.value / self.quantity if self.quantity else None


class LandedCost(models.Model):
    """Freight, duty or the like, spread over what came in with one paper."""

    class Kind(models.TextChoices):
        FREIGHT = "freight", _("freight")
        DUTY = "duty", _("duty")
        INSURANCE = "insurance", _("insurance")
        OTHER = "other", _("other costs")

    class Basis(models.TextChoices):
        VALUE = "value", _("by value")
        WEIGHT = "weight", _("by weight")
        QUANTITY = "quantity", _("by quantity")

    about = models.CharField(_("paper of the receipt"), max_length=80, db_index=True)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    reference = models.CharField(_("invoice"), max_length=80)
    basis = models.CharField(_("spread"), max_length=8, choices=Basis.choices)
    amount = AmountField(_("amount"))
    currency = CurrencyField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    in_company_currency = AmountField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("landed cost")
        constraints = [
            models.UniqueConstraint(fields=["about", "kind", "reference"], name="landed_cost_once")
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.kind}"


class ValueEntry(models.Model):
    """One change of what an item's stock is worth; never changed.

    `rounding` is what the minor unit of the currency added to the exact value; `variance` is money
    that was spent but is not in the stock: the difference to a standard, or a cost of goods that
    had already left.
    """

    class Kind(models.TextChoices):
        OPENING = "opening", _("opening value")
        IN = "in", _("came in")
        OUT = "out", _("went out")
        LANDED = "landed", _("landed cost")
        REVALUED = "revalued", _("valued anew")

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    move = models.OneToOneField(
        Move, null=True, blank=True, on_delete=models.PROTECT, related_name="value_entry"
    )
    landed = models.ForeignKey(
        LandedCost, null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    quantity = QuantityField()
    value = AmountField()
    rounding = PriceField(default=Decimal(0))
    variance = AmountField(default=Decimal(0))
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    about = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("value entry")
        verbose_name_plural = "value entries"
        indexes = [
            models.Index(fields=["item", "at"], name="value_entry_item_at"),
            models.Index(fields=["at"], name="value_entry_at"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.value:+}"
