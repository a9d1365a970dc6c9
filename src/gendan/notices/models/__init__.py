"""Tables of the notices, by what they are for; everything is imported from here."""

from gendan.notices.models.core import (
    ActedHow,
    Channel,
    Importance,
    MailChoice,
    Notice,
    NoticePreference,
    NoticeRule,
)
from gendan.notices.models.robots import Robot, RobotKind, RobotMessage

__all__ = [
    "ActedHow",
    "Channel",
    "Importance",
    "MailChoice",
    "Notice",
    "NoticePreference",
    "NoticeRule",
    "Robot",
    "RobotKind",
    "RobotMessage",
]
