"""A removed robot says nothing more, and its key is gone."""

import pytest

from gendan.kernel import sending
from gendan.kernel.errors import NotThere
from gendan.kernel.sending import SendingState
from gendan.notices.services import remove_robot, save_robot, test_robot
from gendan.notices.tests.robot_peer import Peer, peer
from gendan.notices.tests.test_save_robot import saved
from gendan.testing.cast import person

__all__ = ["peer"]
test_robot.__test__ = False  # type: ignore[attr-defined]
pytestmark = pytest.mark.django_db


def test_the_key_is_forgotten_and_what_waits_is_not_said(peer: Peer) -> None:
    robot = saved()
    message = test_robot(robot_id=robot.pk, by=person("zhao"))
    remove_robot(robot_id=robot.pk, by=person("zhao"))
    robot.refresh_from_db()
    assert (robot.sealed, robot.is_active) == ("", False)
    sending.send_waiting()
    message.refresh_from_db()
    assert message.state == SendingState.DROPPED
    assert peer.heard == []


def test_it_is_not_there_any_more() -> None:
    robot = saved()
    remove_robot(robot_id=robot.pk, by=person("zhao"))
    for verb in (remove_robot, test_robot):
        with pytest.raises(NotThere):
            verb(robot_id=robot.pk, by=person("zhao"))
    with pytest.raises(NotThere):
        save_robot(robot_id=robot.pk, kind="wecom", name="x", roles=["buyer"], by=person("zhao"))
