"""Pages and operations of robots: the key goes in and never comes out again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.kernel import sending
from gendan.notices.models import Robot
from gendan.notices.tests.robot_peer import ADDRESSES, KEY, SIGNING_SECRET, Peer, peer
from gendan.notices.tests.test_save_robot import saved
from gendan.testing.cast import person

__all__ = ["peer"]
pytestmark = pytest.mark.django_db
TYPED = {
    "kind": "dingtalk",
    "name": "跟单组",
    "key": ADDRESSES["dingtalk"],
    "signing_secret": SIGNING_SECRET,
    "roles": ["merchandiser", "planner"],
    "language": "zh-hans",
    "quiet_from": "20:00",
    "quiet_until": "08:00",
    "is_active": "on",
}


def shown(client: Client, *urls: str) -> str:
    return "".join(client.get(url).content.decode() for url in urls)


def test_set_up_try_read_the_answer(browse: Any, peer: Peer) -> None:
    client = browse("zhao")
    response = client.post(reverse("save_robot"), TYPED, follow=True)
    robot = Robot.objects.get()
    assert response.redirect_chain[-1][0] == reverse("robot", args=[robot.pk])
    client.post(reverse("test_robot", args=[robot.pk]))
    page = shown(client, reverse("robot", args=[robot.pk]))
    assert "every 1s" in page
    sending.send_waiting()
    page = shown(client, reverse("robot", args=[robot.pk]))
    assert "took the message" in page
    assert "every 1s" not in page


def test_the_key_is_never_shown(browse: Any) -> None:
    client = browse("zhao")
    wrong = client.post(reverse("save_robot"), TYPED | {"name": ""})
    assert KEY not in wrong.content.decode()
    assert SIGNING_SECRET not in wrong.content.decode()
    client.post(reverse("save_robot"), TYPED)
    robot = Robot.objects.get()
    pages = shown(
        client,
        reverse("robots"),
        reverse("robot", args=[robot.pk]),
        reverse("save_robot", args=[robot.pk]),
        reverse("audit"),
        "/api/v1/robots",
        f"/api/v1/robots/{robot.pk}/messages",
    )
    assert KEY not in pages
    assert SIGNING_SECRET not in pages
    assert robot.sealed not in pages


def test_a_wrong_secret_is_shown_as_a_sentence(browse: Any, peer: Peer) -> None:
    robot = saved(signing_secret="SECwrong")
    client = browse("zhao")
    client.post(reverse("test_robot", args=[robot.pk]))
    sending.send_waiting()
    assert "does not accept the signature" in shown(client, reverse("robot", args=[robot.pk]))


def test_a_refusal_stays_on_the_form(browse: Any) -> None:
    response = browse("zhao").post(reverse("save_robot"), TYPED | {"key": "https://example.com"})
    assert response.status_code == 422
    assert "This is not the address of a robot" in response.content.decode()


def test_change_and_remove(browse: Any) -> None:
    robot = saved()
    client = browse("zhao")
    typed = TYPED | {"key": "", "signing_secret": "", "name": "Night shift", "revision": "1"}
    client.post(reverse("save_robot", args=[robot.pk]), typed)
    robot.refresh_from_db()
    assert robot.name == "Night shift"
    client.post(reverse("remove_robot", args=[robot.pk]))
    assert client.get(reverse("robot", args=[robot.pk])).status_code == 404
    assert "Night shift" not in shown(client, reverse("robots"))


def test_who_may(browse: Any) -> None:
    robot = saved()
    for name in ("robots", "save_robot"):
        assert browse("mei").get(reverse(name)).status_code == 403
        assert browse("stranger").get(reverse(name)).status_code == 404
        assert Client().get(reverse(name)).status_code == 302
    for name in ("test_robot", "remove_robot"):
        assert browse("mei").post(reverse(name, args=[robot.pk])).status_code == 403


def test_programs(peer: Peer) -> None:
    client = Client()
    client.force_login(person("zhao"))
    given = {
        "kind": "wecom",
        "name": "Store",
        "key": ADDRESSES["wecom"],
        "roles": ["warehouse"],
        "language": "en",
    }
    made = client.post("/api/v1/robots", given, content_type="application/json")
    assert made.status_code == 201
    assert KEY not in made.content.decode()
    url = f"/api/v1/robots/{made.json()['id']}"
    assert client.post(f"{url}/test").json()["state"] == "waiting"
    sending.send_waiting()
    message = client.get(f"{url}/messages").json()["items"][0]
    assert message["state"] == "sent"
    assert "took the message" in message["answer"]
    assert client.post(f"{url}/remove").json()["is_active"] is False
    assert client.post(f"{url}/test").status_code == 404
    client.force_login(person("mei"))
    assert client.get("/api/v1/robots").status_code == 403
    assert client.post("/api/v1/robots", given, content_type="application/json").status_code == 403
