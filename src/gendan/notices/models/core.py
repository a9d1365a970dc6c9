"""Who must know an entry of the journal, who must act on it, and the proof."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.kernel.models import Entry, User
from gendan.kernel.states import Revised
from gendan.orders.models import Order


class Importance(models.TextChoices):
    """How much a notice may disturb."""

    LOW = "low", _("for information")
    NORMAL = "normal", _("important")
    URGENT = "urgent", _("urgent")


class Channel(models.TextChoices):
    """The ways a notice may take besides the page, which always has it."""

    MAIL = "mail", _("mail at once")
    DIGEST = "digest", _("mail with others")
    ROBOT = "robot", _("robot")


class MailChoice(models.TextChoices):
    """What somebody prefers to get by mail."""

    RULE = "rule", _("as the rule says")
    INSTANT = "instant", _("at once")
    DIGEST = "digest", _("together with others")
    OFF = "off", _("not by mail")


class ActedHow(models.TextChoices):
    """What proves that somebody has acted."""

    FACT = "fact", _("did it")
    COLLEAGUE = "colleague", _("a colleague did it")
    HAND = "hand", _("said it is done")
    ENDED = "ended", _("the order has ended")


class Notice(models.Model):
    """Somebody must know an entry (or act on it); read_at and acted_at are the proof.

    Entries that say the same about one document within a short while are one line: `head` is the
    notice that stands for this one.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE, related_name="+")
    fact = models.CharField(max_length=60)  # the entry's, so that lists need not join
    subject = models.CharField(max_length=80, blank=True)  # what it is about: "revision_id:12"
    key = models.CharField(max_length=100, blank=True)  # equal for what is one line
    importance = models.CharField(
        max_length=8, choices=Importance.choices, default=Importance.NORMAL
    )
    must_act = models.BooleanField(default=False)
    is_by_hand = models.BooleanField(default=True)  # no verb proves the act: it is said
    at = models.DateTimeField()
    head = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="others")
    read_at = models.DateTimeField(null=True)
    read_minutes = models.PositiveIntegerField(null=True)  # working minutes until then
    acted_at = models.DateTimeField(null=True)
    acted_minutes = models.PositiveIntegerField(null=True)
    acted_how = models.CharField(max_length=10, choices=ActedHow.choices, blank=True)
    acted_entry = models.ForeignKey(
        Entry, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True)  # when it goes to somebody else; null: no longer
    escalated_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)  # when it is mailed; null: not, or done
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["user", "-id"],
                name="notice_news",
                condition=Q(read_at__isnull=True, head__isnull=True),
            ),
            models.Index(
                fields=["user", "-id"],
                name="notice_to_act",
                condition=Q(must_act=True, acted_at__isnull=True, head__isnull=True),
            ),
            models.Index(
                fields=["subject"],
                name="notice_subject",
                condition=Q(must_act=True, acted_at__isnull=True),
            ),
            models.Index(
                fields=["key", "user"], name="notice_key", condition=Q(read_at__isnull=True)
            ),
            models.Index(fields=["due_at"], name="notice_due", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=["mail_at"], name="notice_mail", condition=Q(mail_at__isnull=False)
            ),
            BrinIndex(fields=["at"], name="notice_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "entry"], name="told_once"),
            models.CheckConstraint(
                condition=Q(must_act=True) | Q(acted_at__isnull=True), name="only_duties_are_acted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.fact} {self.entry_id}"

    @property
    def is_to_act(self) -> bool:
        """Whether something is still to be done."""
        return self.must_act and self.acted_at is None


class NoticeRule(Revised):
    """What the company has changed about who hears of one kind of fact (rules_data.py ships)."""

    fact = models.CharField(max_length=60, unique=True)
    know = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    act = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    importance = models.CharField(max_length=8, choices=Importance.choices)
    channels = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    escalate_hours = models.PositiveSmallIntegerField(null=True)
    escalate_to = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.fact


def every_importance() -> list[str]:
    """All of them: what shows on an open page unless somebody chooses otherwise."""
    return list(Importance.values)


def digest_hours() -> list[int]:
    """When collected mails go out unless somebody chooses otherwise."""
    return [9, 14]


class NoticePreference(models.Model):
    """How somebody wants to be told; the list of notices itself cannot be switched off."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="notice_preference")
    mail: Any = models.JSONField(default=dict)  # importance → MailChoice
    kinds: Any = models.JSONField(default=dict)  # fact → MailChoice, stronger than its importance
    toasts = ArrayField(models.CharField(max_length=8), default=every_importance, blank=True)
    digest_hours = ArrayField(models.PositiveSmallIntegerField(), default=digest_hours)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    quiet_days_off = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(self.user_id)
