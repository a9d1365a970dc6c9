"""Tables of change orders, and of who has acknowledged them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.kernel.models import User
from gendan.kernel.states import SAME, Revised, Step, Stepped
from gendan.orders.models import Order


class ChangeState(models.TextChoices):
    """Where a change order stands."""

    ASKED = "asked", _("asked for")
    PROPOSED = "proposed", _("waits for a decision")
    ACCEPTED = "accepted", _("carried through")
    REJECTED = "rejected", _("rejected")
    UNDONE = "undone", _("undone")
    VOID = "void", _("no longer needed")


OPEN = (ChangeState.ASKED, ChangeState.PROPOSED)


class ChangeQuerySet(models.QuerySet["ChangeOrder"]):
    """Which change orders somebody sees."""

    def visible_to(self, user: User) -> "ChangeQuerySet":
        """All for our own people; what a change costs us is no business of outsiders."""
        is_ours = user.is_superuser or (bool(user.roles) and not user.is_outside)
        return self if is_ours else self.none()


class ChangeOrder(Stepped, Revised):
    """A change of a confirmed order: what is asked for, what it does, what was decided.

    `content` is what amend_order is given, as JSON (changes/content.py). `effects` is what every
    room said when it was accepted, `undo` the order's image of before. `base_version` and
    `base_revision` name the order that the proposal was looked at against.
    """

    class Origin(models.TextChoices):
        US = "us", _("us")
        CUSTOMER = "customer", _("customer")

    STEPS: ClassVar[dict[str, Step]] = {
        "propose_change": Step(("asked", "proposed"), "proposed"),
        "accept_change": Step(("proposed",), "accepted"),
        "reject_change": Step(("asked", "proposed"), "rejected"),
        "undo_change": Step(("accepted",), "undone"),
        "acknowledge_change": Step(("accepted", "undone"), SAME),
        "void_changes": Step(("asked", "proposed"), "void"),
    }

    number = models.CharField(_("change order"), max_length=60, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="change_orders")
    state = models.CharField(max_length=10, choices=ChangeState.choices, default=ChangeState.ASKED)
    origin = models.CharField(_("asked by"), max_length=10, choices=Origin.choices)
    asked_name = models.CharField(max_length=120, blank=True)  # who of the customer
    asked_words = models.TextField(_("in words"), blank=True)
    source = models.CharField(max_length=80, blank=True)  # what it came from, as the journal says
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    content = models.JSONField(null=True)
    difference = models.JSONField(default=list)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    base_version = models.PositiveIntegerField(default=0)
    base_revision = models.PositiveIntegerField(default=0)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    decision = models.CharField(max_length=500, blank=True)  # why it was rejected
    version = models.PositiveIntegerField(null=True)  # the order's version it made
    effects = models.JSONField(default=list)
    undo = models.JSONField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    undo_reason = models.CharField(max_length=500, blank=True)
    undo_version = models.PositiveIntegerField(null=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="change_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="proposed"), name="change_proposed_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("proposed", "accepted", "undone"))
                | Q(content__isnull=False),
                name="change_has_content",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Acknowledgement(models.Model):
    """Somebody who must know that an order is another one now, and when they said they do.

    A person (merchandiser, team) or a role whose things the change touches: of a role the first one
    speaks for all. `of` tells which news it is about: the change, or that it was undone.
    """

    class Of(models.TextChoices):
        ACCEPTED = "accepted", _("carried through")
        UNDONE = "undone", _("undone")

    change = models.ForeignKey(
        ChangeOrder, on_delete=models.CASCADE, related_name="acknowledgements", db_index=False
    )
    of = models.CharField(max_length=10, choices=Of.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change", "of", "person", "role"],
                nulls_distinct=False,
                name="acknowledged_once",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) ^ ~Q(role=""),
                name="acknowledged_by_person_or_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change_id}: {self.role or self.person_id}"
