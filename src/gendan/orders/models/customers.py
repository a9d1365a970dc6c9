"""What customers have of their own: item codes, price lists."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item, PriceList
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.partners.models import Partner


class CustomerItem(models.Model):
    """What a customer calls one of our items."""

    customer = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="item_codes")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="customer_codes")
    code = models.CharField(_("customer's code"), max_length=80)
    name = models.CharField(_("customer's name"), max_length=200, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "code"], name="customer_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} = {self.item_id}"


class CustomerPriceList(models.Model):
    """Which price list holds for a customer; the lowest rank is asked first."""

    customer = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="price_lists")
    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="customers")
    rank = models.PositiveSmallIntegerField(default=1)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "price_list"], name="customer_price_list_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.price_list_id}"
