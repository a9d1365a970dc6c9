"""Tables of the workforce room: departments, shifts, people, absences."""

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gendan.kernel.models import User
from gendan.kernel.visibility import OwnPeopleQuerySet


class Department(models.Model):
    """A part of the company."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("department")

    def __str__(self) -> str:
        chinese_first = (get_language() or "").startswith("zh")
        return (self.name_zh or self.name_en) if chinese_first else self.name_en


class Shift(models.Model):
    """Working hours of a group of people on working days; an end before the start is next day."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, blank=True)
    starts = models.TimeField(_("starts"), default=dt.time(8))
    ends = models.TimeField(_("ends"), default=dt.time(17))
    break_minutes = models.PositiveIntegerField(_("break (minutes)"), default=60)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")

    def __str__(self) -> str:
        chinese_first = (get_language() or "").startswith("zh")
        return (self.name_zh or self.name_en) if chinese_first else self.name_en


class Person(models.Model):
    """One of our people; with a user account if they use Gendan."""

    code = models.CharField(_("staff number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    user = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="people")
    shift = models.ForeignKey(Shift, null=True, blank=True, on_delete=models.PROTECT)
    position = models.CharField(_("position"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    skills = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name


class Absence(models.Model):
    """Days (first and last included) on which somebody is away."""

    class Reason(models.TextChoices):
        LEAVE = "leave", _("leave")
        SICK = "sick", _("sick")
        TRAVEL = "travel", _("business travel")
        TRAINING = "training", _("training")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    reason = models.CharField(max_length=10, choices=Reason.choices, default=Reason.LEAVE)
    remark = models.CharField(max_length=200, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "from_on"], name="absence_once"),
            models.CheckConstraint(
                condition=Q(from_on__lte=F("until_on")), name="absence_dates_in_order"
            ),
            ExclusionConstraint(
                name="absences_do_not_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (
                        Func(
                            "from_on",
                            "until_on",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.from_on}-{self.until_on}"
