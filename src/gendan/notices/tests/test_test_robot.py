"""Trying a robot: its answer is kept as a sentence; a wrong secret parks the message in sight."""

import pytest

from gendan.kernel import sending
from gendan.kernel.errors import Invalid
from gendan.kernel.sending import SendingState
from gendan.notices.models import RobotMessage
from gendan.notices.services import test_robot
from gendan.notices.tests.robot_peer import ADDRESSES, KEY, SIGNING_SECRET, Peer, peer
from gendan.notices.tests.test_save_robot import saved
from gendan.testing.cast import person

__all__ = ["peer"]
test_robot.__test__ = False  # type: ignore[attr-defined]
pytestmark = pytest.mark.django_db


def tried(**more: object) -> RobotMessage:
    robot = saved(**more)
    message = test_robot(robot_id=robot.pk, by=person("zhao"))
    sending.send_waiting()
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("kind", ["dingtalk", "wecom", "feishu"])
def test_its_answer_is_a_sentence(kind: str, peer: Peer) -> None:
    message = tried(kind=kind, key=ADDRESSES[kind])
    assert message.state == SendingState.SENT
    assert "took the message" in message.answer
    assert "Zhao 赵总" in peer.texts()[0]


def test_a_wrong_secret_parks_it_in_sight_without_showing_it(peer: Peer) -> None:
    message = tried(signing_secret="SECwrongwrong")
    assert message.state == SendingState.PARKED
    assert "does not accept the signature" in message.last_error
    assert (message.attempts, message.answer) == (1, "")
    assert "SECwrong" not in message.last_error
    assert KEY not in message.last_error


def test_a_wrong_key_parks_it(peer: Peer) -> None:
    message = tried(kind="wecom", key="anotherkey-123")
    assert message.state == SendingState.PARKED
    assert "anotherkey-123" not in message.last_error


def test_a_service_that_is_down_is_asked_again(peer: Peer) -> None:
    peer.answers.append((503, "{}"))
    message = tried(signing_secret=SIGNING_SECRET)
    assert message.state == SendingState.WAITING
    assert message.next_try_at is not None
    sending.send_waiting(even_later=True)
    message.refresh_from_db()
    assert message.state == SendingState.SENT


def test_twice_at_once_is_one_test() -> None:
    robot = saved()
    test_robot(robot_id=robot.pk, by=person("zhao"))
    with pytest.raises(Invalid):
        test_robot(robot_id=robot.pk, by=person("zhao"))


def test_one_switched_off_can_be_tried_before_use(peer: Peer) -> None:
    assert tried(is_active=False).state == SendingState.SENT
