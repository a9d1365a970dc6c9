"""What goes to and fro with a supplier: versions sent, words given, steps reported."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Family
from gendan.kernel.models import Link, StoredFile, User
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import SAME, Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.partners.models import Partner
from gendan.purchasing.models.orders import PurchaseOrder, PurchaseOrderLine


class PurchaseSending(Stepped):
    """A version of an order sent to somebody of the supplier, with a link to answer it.

    `snapshot` is what it printed; the link is bound to the hash of the PDF.
    """

    class State(models.TextChoices):
        OPEN = "open", _("in force")
        REPLACED = "replaced", _("replaced by a newer one")
        ENDED = "ended", _("ended with the order")

    STEPS: ClassVar[dict[str, Step]] = {
        "replace_sending": Step(("open",), "replaced"),
        "end_sending": Step(("open",), "ended"),
        "answer_by_supplier_link": Step(("open",), SAME),
    }

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="sendings")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    link = models.OneToOneField(Link, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    snapshot: Any = models.JSONField(default=dict)
    to_name = models.CharField(max_length=80, blank=True)
    to_email = models.EmailField()
    language = models.CharField(max_length=10)
    message = models.TextField(blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    # How often the supplier has answered: a page that saw fewer answers is out of date.
    answers = models.PositiveIntegerField(default=0)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="open"), name="purchase_sending_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} v{self.version} → {self.to_email}"

    @property
    def file_name(self) -> str:
        """Under which name the PDF is saved."""
        return f"{self.order.number}-v{self.version}.pdf"


class SupplierWord(Stepped):
    """What a supplier has said about a line: the promises in order, none ever overwritten."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("as ordered")
        PROPOSED = "proposed", _("waits for us")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        OUTDATED = "outdated", _("no longer meant")

    class Way(models.TextChoices):
        LINK = "link", _("by the link")
        HAND = "hand", _("told us")

    STEPS: ClassVar[dict[str, Step]] = {
        "accept_counter": Step(("proposed",), "accepted"),
        "refuse_counter": Step(("proposed",), "refused"),
        "outdate_word": Step(("proposed",), "outdated"),
    }

    line = models.ForeignKey(PurchaseOrderLine, on_delete=models.CASCADE, related_name="words")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices)
    way = models.CharField(max_length=4, choices=Way.choices)
    on = models.DateField()
    quantity = QuantityField()
    was_on = models.DateField()  # the day it was expected before
    # Delivered in parts: [{"on": "2026-07-10", "quantity": "600"}, …] in the item's own unit; then
    # `on` is the last day and `quantity` all of it.
    parts: Any = models.JSONField(default=list, blank=True)
    remark = models.CharField(max_length=1000, blank=True)
    person = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(state="proposed"), name="supplier_word_one_proposed"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="supplier_word_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.quantity.normalize():f}, {self.on}"

    @property
    def dated_parts(self) -> list[tuple[dt.date, Decimal]]:
        """The parts it is delivered in; none where it comes on one day."""
        return [(dt.date.fromisoformat(one["on"]), Decimal(one["quantity"])) for one in self.parts]


class NamedInBoth(models.Model):
    """A name in both languages, shown in the reader's."""

    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """The name in the reader's language, else in the other one."""
        chinese_first = (get_language() or "").startswith("zh")
        return (self.name_zh or self.name_en) if chinese_first else (self.name_en or self.name_zh)


class PurchaseMilestoneTemplate(NamedInBoth):
    """A step a supplier reports on the way to its goods: of a family, of a supplier, or of both.

    The steps of the most specific group are taken: supplier and family, supplier, family.
    """

    family = models.ForeignKey(
        Family, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    supplier = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    position = models.PositiveSmallIntegerField()
    days_before = models.PositiveSmallIntegerField()  # calendar days before the line is due

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["family", "supplier", "position"],
                nulls_distinct=False,
                name="purchase_step_once",
            ),
            models.CheckConstraint(
                condition=Q(family__isnull=False) | Q(supplier__isnull=False),
                name="purchase_step_of_something",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PurchaseMilestone(NamedInBoth):
    """A dated step of an ordered line: planned, said by the supplier, done."""

    line = models.ForeignKey(PurchaseOrderLine, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    days_before = models.PositiveSmallIntegerField()
    planned_on = models.DateField()
    expected_on = models.DateField(null=True, blank=True)  # what the supplier has said
    done_on = models.DateField(null=True, blank=True)
    remark = models.CharField(max_length=500, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["line", "position"]
        constraints = [
            models.UniqueConstraint(fields=["line", "position"], name="purchase_milestone_once")
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.name}"
