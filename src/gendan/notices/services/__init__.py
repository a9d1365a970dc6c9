"""The verbs of the notices, one file per family."""

from gendan.notices.services.acting import finish_notices
from gendan.notices.services.escalating import escalate_due
from gendan.notices.services.mailing import mail_due_notices
from gendan.notices.services.preferring import save_notice_preferences
from gendan.notices.services.reading import acknowledge_notices
from gendan.notices.services.robots import announce, remove_robot, save_robot, test_robot
from gendan.notices.services.ruling import reset_notice_rule, save_notice_rule
from gendan.notices.services.telling import tell_of

__all__ = [
    "acknowledge_notices",
    "announce",
    "escalate_due",
    "finish_notices",
    "mail_due_notices",
    "remove_robot",
    "reset_notice_rule",
    "save_notice_preferences",
    "save_notice_rule",
    "save_robot",
    "tell_of",
    "test_robot",
]
