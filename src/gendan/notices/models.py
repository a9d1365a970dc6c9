"""Who must know an entry of the journal, who must act on it, and the proof."""

from django.db import models
from django.db.models import Q

from gendan.kernel.models import Entry, User
from gendan.orders.models import Order


class Notice(models.Model):
    """Somebody must know an entry of the journal (or act on it); read_at is the proof."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE, related_name="+")
    must_act = models.BooleanField(default=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["user", "-id"], name="notice_unread", condition=Q(read_at__isnull=True)
            )
        ]
        constraints = [models.UniqueConstraint(fields=["user", "entry"], name="told_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.entry_id}"
