"""Robots in the group chats of DingTalk, WeCom and Feishu, and what they were told to say."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gendan.kernel.models import Entry, User
from gendan.kernel.sending import Sending
from gendan.kernel.states import Revised


class RobotKind(models.TextChoices):
    """The services whose robots can be spoken to."""

    DINGTALK = "dingtalk", _("DingTalk")
    WECOM = "wecom", _("WeCom")
    FEISHU = "feishu", _("Feishu")


class Robot(Revised):
    """A robot in a group chat of people of some roles. Its key is kept sealed and never shown."""

    kind = models.CharField(_("service"), max_length=10, choices=RobotKind.choices)
    name = models.CharField(_("name of the group"), max_length=80)
    sealed = models.TextField()  # JSON of key and signing secret (kernel/secrets.py)
    is_signed = models.BooleanField(default=False)
    roles = ArrayField(models.CharField(max_length=20))
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    quiet_from = models.TimeField(_("quiet from"), null=True)
    quiet_until = models.TimeField(_("quiet until"), null=True)
    is_active = models.BooleanField(_("in use"), default=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("robot")
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(is_active=False, sealed=""),
                name="removed_robot_has_no_key",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="robot_quiet_from_until",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RobotMessage(Sending):
    """Something a robot says, or has said."""

    robot = models.ForeignKey(Robot, on_delete=models.PROTECT, related_name="messages")
    entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    about = ArrayField(models.CharField(max_length=80), default=list)
    title = models.CharField(max_length=200)
    text = models.TextField()
    answer = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = _("Robot messages")
        indexes = [
            models.Index(fields=["robot", "-id"], name="robot_message_latest"),
            models.Index(fields=["state", "-id"], name="robot_message_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["robot", "entry"], name="said_once", condition=Q(entry__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def lane(self) -> str:
        """A robot that hangs holds up its own messages only."""
        return f"robot-{self.robot_id}"

    @property
    def goes_to(self) -> str:
        """The group it is said to."""
        return str(self.robot)

    @property
    def is_test(self) -> bool:
        """Whether it was only to try the robot."""
        return self.entry_id is None
