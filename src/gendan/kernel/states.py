"""State machines: a table STEPS on the model, and the two questions asked of it."""

from typing import Any, ClassVar, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from gendan.kernel.errors import IllegalStep, StaleRevision
from gendan.kernel.service import title_of


class Step(NamedTuple):
    """From which states a verb may be taken, and the state it leads to (SAME: stays as it is)."""

    sources: tuple[str, ...]
    target: str


SAME = "same"


class Stepped(models.Model):
    """A model with a `state` field that only moves along STEPS (verb → Step)."""

    STEPS: ClassVar[dict[str, Step]] = {}

    class Meta:
        abstract = True

    def may(self, verb: str) -> bool:
        """Whether the state allows the verb (who asks is another question)."""
        step = self.STEPS.get(verb)
        return step is not None and self._state_now in step.sources

    def step(self, verb: str) -> None:
        """Take the step in memory (the verb saves), or raise IllegalStep in words."""
        if not self.may(verb):
            raise IllegalStep(
                _("%(document)s is “%(state)s”; this is not possible now: %(verb)s.")
                % {"document": str(self), "state": self._state_words, "verb": title_of(verb)},
                verb=verb,
                state=self._state_now,
            )
        target = self.STEPS[verb].target
        if target != SAME:
            self.state = target

    @property
    def _state_now(self) -> str:
        return str(self.state)

    @property
    def _state_words(self) -> str:
        display: Any = getattr(self, "get_state_display", None)
        return str(display()) if display else self._state_now


class Revised(models.Model):
    """A document that refuses an edit based on an older version of itself."""

    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def refuse_if_stale(self, revision: int | None, changed: Any = None) -> None:
        """Raise StaleRevision unless the editor saw the present revision (None: not asked)."""
        if revision is not None and revision != self.revision:
            raise StaleRevision(
                _(
                    "Somebody has changed %(document)s since you opened it. "
                    "Your change is not saved; look at the newer version first."
                )
                % {"document": str(self)},
                revision=self.revision,
                changed=changed,
            )
