"""What the groups of some roles must know is said there once, in their language, not at night."""

import datetime as dt

import pytest

from gendan.followup.models import Template
from gendan.kernel import clock, sending
from gendan.kernel.models import Entry
from gendan.notices import words
from gendan.notices.models import RobotMessage
from gendan.notices.services import announce
from gendan.notices.tests.robot_peer import ADDRESSES, Peer, peer
from gendan.notices.tests.test_save_robot import saved
from gendan.orders.services import comment_on_order, follow_order
from gendan.testing.cast import person
from gendan.testing.make import followup as make

__all__ = ["peer"]
pytestmark = pytest.mark.django_db


def commented(text: str = "buttons are late") -> tuple[Entry, int]:
    journey = make.followed()
    comment_on_order(order_id=journey.order_id, text=text, by=person("mei"))
    return Entry.objects.filter(fact="CommentWritten").latest("pk"), journey.order_id


def test_the_groups_of_these_roles_hear_of_it_once(small: Template, peer: Peer) -> None:
    entry, order_id = commented()
    planners = saved(language="en")
    saved(kind="wecom", key=ADDRESSES["wecom"], roles=["finance"])
    saved(kind="feishu", key=ADDRESSES["feishu"], roles=["planner"], is_active=False)
    for times in (1, 0):
        told = announce(entry=entry, roles={"planner"}, order_id=order_id, must_act=True)
        assert told == times
    sending.send_waiting()
    message = RobotMessage.objects.get()
    assert (message.robot, message.state) == (planners, "sent")
    said = peer.texts()[0]
    assert "buttons are late" in said
    assert "must do something" in said
    assert f"/orders/{order_id}/" in said


def test_in_the_language_of_the_group(small: Template, peer: Peer) -> None:
    journey = make.followed()
    follow_order(order_id=journey.order_id, user_id=person("jun").pk, by=person("mei"))
    entry = Entry.objects.filter(fact="OrderFollowed").latest("pk")
    chinese, english = saved(), saved(language="en")
    announce(entry=entry, roles={"planner"}, order_id=journey.order_id)
    texts = dict(RobotMessage.objects.values_list("robot_id", "text"))
    assert texts[chinese.pk].startswith(words.plain(entry, "zh-hans"))
    assert texts[english.pk].startswith(words.plain(entry, "en"))
    assert texts[chinese.pk] != texts[english.pk]


def test_quiet_hours_are_waited_for(small: Template, peer: Peer) -> None:
    entry, order_id = commented()
    saved(quiet_from=dt.time(20), quiet_until=dt.time(8))
    night = clock.moment_on(clock.today(), 23)
    with clock.at(night):
        announce(entry=entry, roles={"merchandiser"}, order_id=order_id)
        sending.send_waiting()
    assert peer.heard == []
    message = RobotMessage.objects.get()
    assert message.next_try_at == clock.moment_on(clock.date_of(night) + dt.timedelta(days=1), 8)
    with clock.at(message.next_try_at):
        sending.send_waiting(even_later=True)
    assert len(peer.heard) == 1
