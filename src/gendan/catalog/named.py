"""What has a code and a name in both languages, and learning curves, which lines and steps name."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gendan.kernel.visibility import OwnPeopleQuerySet


class Named(models.Model):
    """Something with a code and a name in both languages."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()

    @property
    def name(self) -> str:
        """The name in the reader's language, else in the other one."""
        chinese_first = (get_language() or "").startswith("zh")
        return (self.name_zh or self.name_en) if chinese_first else (self.name_en or self.name_zh)


class LearningCurve(Named):
    """How a line gets into a new style: its output by day, in percent of the full rate.

    After the last day the rate is full. A style stays known so many days after its last run.
    """

    percents = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("percent of the full rate, day by day"),
    )
    known_days = models.PositiveSmallIntegerField(
        _("a style stays known (days)"),
        default=60,
        help_text=_("After its last run; later it is learned anew."),
    )

    class Meta:
        verbose_name = _("learning curve")
        constraints = [
            models.CheckConstraint(condition=Q(known_days__gte=1), name="learning_curve_known")
        ]
