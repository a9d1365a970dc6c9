"""Tables of the machine schedule: set-ups, sequences of the shop floor, what planners keep."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import WorkCenter
from gendan.kernel.states import SAME, Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.production.models import WorkOrder, WorkStep


class SetupTime(models.Model):
    """How long a machine of a work centre is set up from one family of operations to another.

    `from_family` empty: from every family for which nothing else is said.
    """

    work_center = models.ForeignKey(
        WorkCenter,
        on_delete=models.PROTECT,
        related_name="setup_times",
        verbose_name=_("work centre"),
    )
    from_family = models.CharField(
        _("from set-up family"),
        max_length=40,
        blank=True,
        help_text=_("Empty: from every family for which nothing else is said."),
    )
    to_family = models.CharField(_("to set-up family"), max_length=40)
    minutes = models.PositiveIntegerField(_("set-up minutes"))

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("set-up time")
        constraints = [
            models.UniqueConstraint(
                fields=["work_center", "from_family", "to_family"], name="setup_time_once"
            ),
            models.CheckConstraint(
                condition=~Q(from_family=F("to_family")), name="setup_time_between_two"
            ),
            models.CheckConstraint(condition=Q(minutes__lte=10_080), name="setup_time_in_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.work_center.code}: {self.from_family or '*'} → {self.to_family}"


class ShopSequence(Stepped):
    """What runs on which machine when, as calculated: a proposal, or the sequence in force.

    `read` is what it rests on, so that a proposal whose facts have changed is not adopted:
    orders (revision, received, states of the steps), capacity of the work centres, the sequence in
    force. `late`, `changes`, `problems`: as data; words are made at reading time.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    OPEN = (State.WAITING, State.RUNNING)  # still to be calculated

    STEPS: ClassVar[dict[str, Step]] = {
        # Running again: the worker before was killed.
        "take_up_sequence": Step(("waiting", "running"), "running"),
        "finish_sequence": Step(("running",), "done"),
        "fail_sequence": Step(("waiting", "running"), "failed"),
        "stop_sequence": Step(("waiting", "running"), SAME),
        "give_up_sequence": Step(("waiting",), "cancelled"),
        "adopt_sequence": Step(("done",), SAME),
    }

    number = models.CharField(_("sequence"), max_length=60, unique=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    is_in_force = models.BooleanField(default=False)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    centers = ArrayField(models.BigIntegerField(), default=list, blank=True)  # empty: all
    seconds = models.PositiveSmallIntegerField(_("seconds"), default=20)
    is_counted = models.BooleanField(default=False)  # steps of the search count, not the clock
    seed = models.PositiveIntegerField(_("seed"), default=1)
    stability = models.PositiveIntegerField(default=60)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    is_stop_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    best = models.JSONField(default=dict, blank=True)  # late orders and minutes, so far
    figures = models.JSONField(default=dict, blank=True)
    late = models.JSONField(default=list, blank=True)
    changes = models.JSONField(default=list, blank=True)
    problems = models.JSONField(default=list, blank=True)
    read = models.JSONField(default=dict, blank=True)
    failure = models.CharField(max_length=20, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("sequence of the shop floor")
        constraints = [
            models.UniqueConstraint(
                fields=["is_in_force"], condition=Q(is_in_force=True), name="shop_sequence_one"
            ),
            models.CheckConstraint(
                condition=Q(is_in_force=False) | Q(state="done"), name="shop_sequence_done"
            ),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("last_on")), name="shop_sequence_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether it is still to be calculated."""
        return self.state in self.OPEN


def machine_label(center: str, number: int) -> str:
    """A machine as the workshop names it: its work centre's code and its number (0: none)."""
    return f"{center} {number}" if number else center


class SequencedOperation(models.Model):
    """An operation of a work order in a sequence: on which machine, when, after which set-up.

    `machine` counts the machines of the work centre from 1; 0: outside, beside all others.
    """

    sequence = models.ForeignKey(ShopSequence, on_delete=models.CASCADE, related_name="operations")
    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="+")
    step = models.ForeignKey(WorkStep, on_delete=models.PROTECT, related_name="+")
    work_center = models.ForeignKey(WorkCenter, on_delete=models.PROTECT, related_name="+")
    machine = models.PositiveSmallIntegerField(_("machine"))
    place = models.PositiveIntegerField()  # on its machine, from 1
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    minutes = models.PositiveIntegerField()
    setup_minutes = models.PositiveIntegerField(default=0)
    setup_from = models.CharField(max_length=40, blank=True)
    is_kept = models.BooleanField(default=False)
    is_begun = models.BooleanField(default=False)
    is_late = models.BooleanField(default=False)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("operation in sequence")
        constraints = [
            models.UniqueConstraint(fields=["sequence", "step"], name="sequenced_once"),
            models.CheckConstraint(
                condition=Q(starts_at__lte=F("ends_at")), name="sequenced_times_in_order"
            ),
        ]
        indexes = [
            models.Index(
                fields=["sequence", "work_center", "machine", "starts_at"], name="sequenced_at"
            ),
            models.Index(fields=["sequence", "starts_at"], name="sequenced_from"),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.work_center_id}/{self.machine}"

    @property
    def machine_code(self) -> str:
        """The machine as the workshop names it."""
        return machine_label(self.work_center.code, self.machine)


class KeptOperation(models.Model):
    """A planner's decision: this operation stays on this machine at this time in every sequence."""

    step = models.OneToOneField(WorkStep, on_delete=models.CASCADE, related_name="kept")
    machine = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("operation kept in its place")

    def __str__(self) -> str:
        return f"{self.step_id}: {self.machine} {self.starts_at:%m-%d %H:%M}"
