"""Items whose deliveries need no verdict before they lie in the store."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item
from gendan.kernel.visibility import OwnPeopleQuerySet


class ArrivalRule(models.Model):
    """Deliveries of this item are not inspected: they may go straight into the store.

    Where there is no such row they are held for a verdict, by whatever way they come.
    """

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="arrival_rule")
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of arrival")

    def __str__(self) -> str:
        return str(self.item)
