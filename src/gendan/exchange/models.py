"""Imports of sheets: what was brought in by whom, and how far a large one is."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gendan.kernel.models import StoredFile, User
from gendan.kernel.states import Step, Stepped


class ImportQuerySet(models.QuerySet["ImportRun"]):
    """Somebody's own imports; all of them for those who set this house up."""

    def visible_to(self, user: User) -> Self:
        """Own ones; a manager sees everybody's."""
        if user.is_superuser or user.has_role("manager"):
            return self
        return self.filter(asked_by=user)


class ImportRun(Stepped):
    """A file of one kind of sheet: taken at once, or by the worker where it is large.

    `errors` are the first of them as [row, column, sentence]; `error_count` is how many there are.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        REFUSED = "refused", _("has faults")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped")

    OPEN = (State.WAITING, State.RUNNING)
    STEPS: ClassVar[dict[str, Step]] = {
        # Running again: the worker before was killed.
        "take_up_import": Step(("waiting", "running"), "running"),
        "finish_import": Step(("running",), "done"),
        "refuse_import": Step(("running",), "refused"),
        "fail_import": Step(("waiting", "running"), "failed"),
        "stop_import": Step(("waiting", "running"), "stopped"),
    }

    kind = models.CharField(_("kind of sheet"), max_length=40)
    name = models.CharField(_("file"), max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    is_trial = models.BooleanField(default=False)  # nothing is kept
    language = models.CharField(max_length=10, default="en")  # of the sentences
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=10, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    rows = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    ignored_columns = models.JSONField(default=list, blank=True)
    errors = models.JSONField(default=list, blank=True)
    error_count = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=500, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a sheet")
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="import_run_of"),
            models.Index(fields=["kind", "file", "state"], name="import_run_file"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "file", "is_trial"],
                condition=models.Q(state__in=("waiting", "running")),
                name="import_run_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state in self.OPEN
