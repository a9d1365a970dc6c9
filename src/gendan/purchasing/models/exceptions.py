"""Supply exceptions: goods that come late, short, over or wrong, and what is done about it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gendan.kernel.models import User
from gendan.kernel.money import AmountField
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import Revised, Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.purchasing.models.orders import PurchaseOrderLine


class SupplyException(Stepped, Revised):
    """What is not as ordered about a line: one open for each kind of a line.

    `quantity` is what is late, lacking, too much or wrong. What was found by facts ends by facts;
    what somebody reported (`is_reported`) ends when somebody says so, or with the goods.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("exception", "to be decided")
        DECIDED = "decided", pgettext_lazy("exception", "decided")
        DONE = "done", _("done")

    class Kind(models.TextChoices):
        LATE = "late", _("late")
        SHORT = "short", _("too little")
        OVER = "over", _("too much")
        WRONG = "wrong", _("wrong goods")

    class Choice(models.TextChoices):
        WAIT = "wait", _("wait")
        SPLIT = "split", _("split: what is here first")
        SUBSTITUTE = "substitute", _("take a substitute")
        OTHER_SUPPLIER = "other_supplier", _("buy from another supplier")
        AIR = "air", _("by air")
        KEEP = "keep", _("keep it")
        RETURN = "return", _("send it back")

    ALIVE = (State.OPEN, State.DECIDED)
    STEPS: ClassVar[dict[str, Step]] = {
        "decide_supply_exception": Step(("open", "decided"), "decided"),
        "reopen_supply_exception": Step(("decided",), "open"),
        "close_supply_exception": Step(("open", "decided"), "done"),
        "end_supply_exception": Step(("open", "decided"), "done"),
    }

    line = models.ForeignKey(
        PurchaseOrderLine, on_delete=models.CASCADE, related_name="supply_exceptions"
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    quantity = QuantityField(_("quantity"))  # in the item's own unit
    needed_on = models.DateField(_("needed on"))
    expected_on = models.DateField(null=True, blank=True)  # null: nobody knows
    demands = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    remark = models.CharField(max_length=500, blank=True)
    is_reported = models.BooleanField(default=False)
    found_at = models.DateTimeField()
    choice = models.CharField(max_length=14, choices=Choice.choices, blank=True)
    choice_of = models.CharField(max_length=40, blank=True)  # which substitute or supplier
    choice_on = models.DateField(null=True, blank=True)
    choice_cost = AmountField(null=True, blank=True)  # more than as ordered; company's currency
    # What the decision has started, as the journal names it ("purchasing.purchaseorder:7").
    started = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("supply exception")
        indexes = [
            models.Index(fields=["state", "needed_on"], name="supply_exception_state"),
            models.Index(fields=["owner", "state"], name="supply_exception_owner"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "kind"],
                condition=Q(state__in=("open", "decided")),
                name="supply_exception_one_alive",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="supply_exception_positive"),
            models.CheckConstraint(
                condition=Q(state="open", choice="") | ~Q(state="open"),
                name="supply_exception_open_has_no_choice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.get_kind_display()}"
