"""Counting: what is to be counted, what was counted, and the calls that ask for a count."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item
from gendan.inventory.models.ledger import Location, Lot, Move
from gendan.kernel.money import AmountField
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import SAME, Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet


class Count(Stepped):
    """A counting of some places: all of them, or those whose turn it is. Work goes on meanwhile.

    Each line is compared with the books at the moment it was counted, so that what moves before
    and after does not matter.
    """

    class State(models.TextChoices):
        OPEN = "open", _("counting")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    class Basis(models.TextChoices):
        FULL = "full", _("everything")
        DUE = "due", _("whose turn it is")
        CALLS = "calls", _("what was called for")
        ITEMS = "items", _("chosen items")

    STEPS: ClassVar[dict[str, Step]] = {
        "record_counts": Step(("open",), SAME),
        "add_count_line": Step(("open",), SAME),
        "approve_variances": Step(("open",), SAME),
        "count_again": Step(("open",), SAME),
        "post_count": Step(("open",), SAME),
        "close_count": Step(("open",), "closed"),
        "cancel_count": Step(("open",), "cancelled"),
    }

    number = models.CharField(_("count"), max_length=60, unique=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    basis = models.CharField(_("what is counted"), max_length=5, choices=Basis.choices)
    place = models.ForeignKey(
        Location, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_blind = models.BooleanField(_("blind"), default=True)
    tolerance_percent = models.DecimalField(max_digits=5, decimal_places=2)
    approval_amount = AmountField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("count")
        indexes = [models.Index(fields=["state", "made_at"], name="count_state")]

    def __str__(self) -> str:
        return self.number


class CountLine(models.Model):
    """One item (and lot) in one place: the books at the moment of counting, and what was found.

    `round` is how many times it was counted, plus one: who counts says which round was seen, so
    that of two who count the same line at once one wins.
    """

    class State(models.TextChoices):
        OPEN = "open", _("to be counted")
        AGAIN = "again", _("to be counted again")
        COUNTED = "counted", _("counted")
        APPROVED = "approved", _("approved")
        POSTED = "posted", _("posted")
        VOID = "void", _("not counted")

    WAITING = (State.OPEN, State.AGAIN)

    count = models.ForeignKey(Count, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    is_open = models.BooleanField(default=True)
    round = models.PositiveSmallIntegerField(default=1)
    book = QuantityField(null=True, blank=True)
    counted = QuantityField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    value = AmountField(null=True, blank=True)  # of the variance, when it was counted
    first_book = QuantityField(null=True, blank=True)
    first_counted = QuantityField(null=True, blank=True)
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    move = models.ForeignKey(
        Move, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("count line")
        indexes = [models.Index(fields=["count", "state"], name="count_line_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["count", "item", "lot", "location"],
                nulls_distinct=False,
                name="count_line_once",
            ),
            models.UniqueConstraint(
                fields=["item", "lot", "location"],
                nulls_distinct=False,
                condition=Q(is_open=True),
                name="counted_in_one_count",
            ),
            models.CheckConstraint(
                condition=Q(counted__isnull=True) | Q(counted__gte=0, book__gte=0),
                name="counted_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count_id}: {self.item_id} @ {self.location_id}"

    @property
    def variance(self) -> Decimal | None:
        """What was found beyond the books (below them: negative); None before it is counted."""
        if self.counted is None or self.book is None:
            return None
        found: Decimal = self.counted - self.book
        return found

    @property
    def is_large(self) -> bool:
        """Whether the variance is beyond the tolerance, in percent of the larger quantity."""
        if self.counted is None or self.book is None:
            return False
        most: Decimal = self.count.tolerance_percent * max(self.book, self.counted)
        return bool(abs(self.counted - self.book) * 100 > most)

    @property
    def needs_approval(self) -> bool:
        """Whether the variance is worth more than may be posted without a manager.

        Where nobody knows what the goods are worth, the tolerance says what is much.
        """
        if self.state != self.State.COUNTED or not self.variance:
            return False
        if not self.value:
            return self.is_large
        return bool(abs(self.value) > self.count.approval_amount)


class CountCall(models.Model):
    """Something happened that asks for a count: more was taken than the books had, a variance."""

    class Kind(models.TextChoices):
        NEGATIVE = "negative", _("more was to be taken than the books have")
        VARIANCE = "variance", _("a large variance was found")
        ASKED = "asked", _("somebody asked")

    kind = models.CharField(_("why"), max_length=8, choices=Kind.choices)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(
        Location, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered = models.ForeignKey(
        Count, null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("call for a count")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "location", "kind"],
                nulls_distinct=False,
                condition=Q(answered=None),
                name="call_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.item_id}"
