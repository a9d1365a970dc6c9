"""Requests for a later date, because the customer's own waiting time caused the delay."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.kernel.models import StoredFile, User
from gendan.kernel.states import Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.orders.models import Order


class Extension(Stepped):
    """A letter that asks the customer for a later date, with its dated evidence."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits for an answer")
        AGREED = "agreed", _("agreed")
        REFUSED = "refused", _("refused")

    STEPS: ClassVar[dict[str, Step]] = {
        "record_extension_answer": Step(("asked",), "agreed"),
        "record_extension_refusal": Step(("asked",), "refused"),  # the same verb, another answer
    }

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="extensions")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    promised_on = models.DateField()  # what was promised when we asked
    proposed_on = models.DateField()
    customer_days = models.PositiveSmallIntegerField()  # working days of theirs beyond the plan
    # What the letter rests on: intervals, dated messages, as they were when it was written.
    evidence = models.JSONField(default=dict)
    language = models.CharField(max_length=10)
    letter = models.TextField()
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    to_name = models.CharField(max_length=80, blank=True)
    to_email = models.EmailField(blank=True)  # empty: given to them in another way
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_on = models.DateField(null=True)  # the date they agreed to
    answer = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="asked"), name="extension_one_asked"
            ),
            models.CheckConstraint(
                condition=Q(state="agreed", agreed_on__isnull=False) | ~Q(state="agreed"),
                name="extension_agreed_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order.number}: {self.promised_on} → {self.proposed_on}"
