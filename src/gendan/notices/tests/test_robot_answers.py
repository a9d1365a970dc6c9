"""A robot's answer becomes a sentence, and its key is nowhere to be read."""

import logging
from typing import Any

import pytest
from django.utils import translation

from gendan.kernel.errors import Invalid
from gendan.notices import robots
from gendan.notices.robots import RobotRefused, read_key, read_signing_secret, say
from gendan.notices.tests.robot_peer import ADDRESSES, KEY, SIGNING_SECRET, Peer, peer

__all__ = ["peer"]
KINDS = tuple(robots.KINDS)


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.mark.parametrize("kind", KINDS)
def test_every_service_takes_the_message(kind: str, peer: Peer) -> None:
    said = say(kind, {"key": KEY}, title="SO-1", text="订单 SO-1 已变更")
    assert "took the message" in said
    assert "订单 SO-1 已变更" in peer.texts()[0]


def test_dingtalk_messages_are_signed(peer: Peer) -> None:
    secret = {"key": KEY, "signing_secret": SIGNING_SECRET}
    assert "took" in say("dingtalk", secret, title="", text="signed")
    with pytest.raises(RobotRefused, match="signature") as caught:
        say("dingtalk", secret | {"signing_secret": "SECwrong"}, title="", text="wrong")
    assert caught.value.is_final
    assert len(peer.heard) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_key_is_told_and_not_tried_again(kind: str, peer: Peer) -> None:
    with pytest.raises(RobotRefused, match="does not know this key") as caught:
        say(kind, {"key": "wrongkey0123"}, title="", text="x")
    assert caught.value.is_final
    assert "wrongkey0123" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "words", "is_final"),
    [
        (200, '{"errcode": 310000, "errmsg": "keywords not in content"}', "keyword", True),
        (200, '{"errcode": 45009, "errmsg": "api freq out of limit"}', "too often", False),
        (200, '{"errcode": 77, "errmsg": "no"}', "refuses the message (77: no)", True),
        (200, "<html>a portal of the hotel</html>", "not the answer of a robot", False),
        (200, "[]", "not the answer of a robot", False),
        (502, "", "status 502", False),
        (404, "", "status 404", True),
        (302, "", "status 302", False),
    ],
)
def test_other_answers(status: int, body: str, words: str, is_final: bool, peer: Peer) -> None:
    peer.answers.append((status, body or "-"))
    with pytest.raises(RobotRefused) as caught:
        say("wecom", {"key": KEY}, title="", text="x")
    assert words in str(caught.value)
    assert caught.value.is_final == is_final


def test_nobody_answers(settings: Any) -> None:
    settings.PRIVATE_TARGETS = frozenset()
    with pytest.raises(RobotRefused, match="cannot be reached") as caught:
        say("feishu", {"key": KEY}, title="", text="x")
    assert not caught.value.is_final


@pytest.mark.parametrize("kind", KINDS)
def test_no_log_line_holds_a_key(
    kind: str, peer: Peer, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    say(kind, {"key": KEY}, title="", text="x")
    with pytest.raises(RobotRefused):
        say(kind, {"key": "wrongkey0123"}, title="", text="x")
    with pytest.raises(RobotRefused):
        say(kind, {"key": "not a key!"}, title="", text="x")
    captured = capsys.readouterr()
    everything = caplog.text + captured.out + captured.err
    assert KEY not in everything
    assert "wrongkey0123" not in everything
    assert "not a key!" not in everything


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_address_can_be_pasted(kind: str) -> None:
    assert read_key(kind, f"  {ADDRESSES[kind]} ") == KEY
    assert read_key(kind, KEY) == KEY


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("dingtalk", ""),
        ("dingtalk", ADDRESSES["feishu"]),
        ("wecom", "https://example.com/?key=abc"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/"),
        ("feishu", "a b"),
        ("wecom", "x" * 300),
        ("dingtalk", "<script>"),
    ],
)
def test_what_is_no_address_of_a_robot_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(Invalid):
        read_key(kind, typed)


def test_only_dingtalk_signs() -> None:
    assert read_signing_secret("dingtalk", f" {SIGNING_SECRET} ") == SIGNING_SECRET
    assert read_signing_secret("wecom", "") == ""
    with pytest.raises(Invalid):
        read_signing_secret("wecom", SIGNING_SECRET)
    with pytest.raises(Invalid):
        read_signing_secret("dingtalk", "SEC?")
