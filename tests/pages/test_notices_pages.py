"""Pages and operations of notices: the list, what is new, the rules, how one is told, the proof."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.followup.models import Journey
from gendan.kernel import clock, reactions
from gendan.kernel.services import make_api_token
from gendan.notices import rules
from gendan.notices.models import Notice, NoticePreference, NoticeRule
from gendan.orders.services import cancel_order, comment_on_order, place_hold
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
PAGES = ["notices", "notices_news", "save_notice_preferences"]
RULE_PAGES = ["notice_rules"]


@pytest.fixture
def journey() -> Journey:
    """An order on which two things have happened that Mei must know, one to act on."""
    rules.forget()
    make.template()
    found = make.followed()
    place_hold(order_id=found.order_id, stage="ship", reason="<b>Wait</b>", by=person("sun"))
    comment_on_order(order_id=found.order_id, text="@mei see", by=person("sun"))
    cancel_order(order_id=found.order_id, reason="Bankrupt", by=person("sun"))
    reactions.run_due()
    return found


def mine(fact: str) -> Notice:
    return Notice.objects.get(user=person("mei"), fact=fact)


@pytest.mark.parametrize("name", PAGES)
def test_pages_ask_who_one_is(browse: Browse, name: str) -> None:
    assert browse().get(reverse(name)).status_code == 302
    assert browse("mei").get(reverse(name)).status_code == 200


@pytest.mark.parametrize("address", ["notice_rules", "save_notice_rule"])
def test_rules_are_for_managers(browse: Browse, address: str) -> None:
    url = reverse(address, args=["HoldPlaced"] if address == "save_notice_rule" else [])
    assert browse("mei").get(url).status_code == 403
    assert browse("stranger").get(url).status_code == 404
    assert browse("zhao").get(url).status_code == 200


def test_the_list_says_what_is_to_be_done(browse: Browse, journey: Journey) -> None:
    body = browse("mei").get(reverse("notices")).content.decode()
    assert "Bankrupt" in body
    assert "&lt;b&gt;Wait" in body
    assert "to do" in body
    assert body.count('name="notice"') >= 4


def test_lists_cost_few_queries(
    browse: Browse, journey: Journey, django_assert_max_num_queries: Any
) -> None:
    client = browse("mei")
    client.get(reverse("notices"))
    for number in range(20):
        with clock.at(clock.now() + dt.timedelta(hours=number + 1)):
            comment_on_order(order_id=journey.order_id, text="@mei x", by=person("sun"))
    reactions.run_due()
    with django_assert_max_num_queries(16):
        client.get(reverse("notices"))
    order = reverse("order", args=[journey.order_id])
    client.get(order, {"tab": "readers"})
    with django_assert_max_num_queries(45):
        client.get(order, {"tab": "readers"})


def test_news_are_told_once_and_nothing_costs_nothing(
    browse: Browse, journey: Journey, django_assert_num_queries: Any
) -> None:
    client = browse("mei")
    said = client.get(reverse("notices_news")).json()
    assert said["count"] == str(Notice.objects.filter(user=person("mei"), head=None).count())
    newest = said["news"][0]
    assert (newest["act"], newest["importance"]) == ("Something to do", "urgent")
    assert newest["url"] == reverse("order", args=[journey.order_id])
    with django_assert_num_queries(3):  # session, user, one question
        answer = client.get(reverse("notices_news"), {"seen": said["mark"]})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    client.post(reverse("acknowledge_notices"), {"notice": mine("HoldPlaced").pk})
    assert client.get(reverse("notices_news"), {"seen": said["mark"]}).status_code == 200


def test_in_quiet_hours_only_the_bell_counts(browse: Browse, journey: Journey) -> None:
    NoticePreference.objects.create(user=person("mei"), toasts=[])
    said = browse("mei").get(reverse("notices_news")).json()
    assert said["news"] == []
    assert said["count"]


def test_read_and_done_by_their_buttons(browse: Browse, journey: Journey) -> None:
    client = browse("mei")
    order = reverse("order", args=[journey.order_id])
    read = {"notice": mine("HoldPlaced").pk, "next": order + "?tab=readers"}
    answer = client.post(reverse("acknowledge_notices"), read)
    assert answer.headers["Location"] == order + "?tab=readers"
    assert mine("HoldPlaced").read_at
    client.post(reverse("finish_notices"), {"notice": mine("OrderCancelled").pk})
    assert mine("OrderCancelled").acted_how == "hand"
    assert client.post(reverse("finish_notices"), {"notice": "x"}).status_code == 404
    assert client.post(reverse("acknowledge_notices")).status_code == 303
    assert not Notice.objects.filter(user=person("mei"), read_at=None).exists()


def test_who_knows_is_on_the_order(browse: Browse, journey: Journey) -> None:
    url = reverse("order", args=[journey.order_id])
    body = browse("mei").get(url, {"tab": "readers"}).content.decode()
    assert "I have read them" in body
    assert "not read" in body
    assert "Mei" in body


def test_a_rule_is_changed_and_put_back(browse: Browse) -> None:
    client = browse("zhao")
    url = reverse("save_notice_rule", args=["HoldPlaced"])
    given = {
        "know": ["team"], "act": ["role:finance"], "importance": "urgent", "channels": ["mail"],
        "escalate_hours": "4", "escalate_to": "manager", "is_active": "on", "revision": "0",
    }  # fmt: skip
    assert client.post(url, given).status_code == 303
    assert NoticeRule.objects.get().act == ["role:finance"]
    refused = client.post(url, {**given, "revision": "1", "escalate_to": ""})
    assert refused.status_code == 422
    assert b"An escalation needs both" in refused.content
    assert client.post(url, {**given, "importance": "x"}).status_code == 200
    assert client.post(reverse("reset_notice_rule", args=["HoldPlaced"])).status_code == 303
    assert not NoticeRule.objects.exists()
    assert client.get(reverse("save_notice_rule", args=["Nonsense"])).status_code == 404


def test_preferences_are_kept(browse: Browse) -> None:
    client = browse("mei")
    url = reverse("save_notice_preferences")
    given = {
        "mail_urgent": "instant", "mail_low": "off", "kind_HoldPlaced": "digest",
        "toasts": ["urgent"], "digest_hours": "9，14", "quiet_from": "20:00",
        "quiet_until": "07:30",
    }  # fmt: skip
    assert client.post(url, given).status_code == 303
    kept = NoticePreference.objects.get(user=person("mei"))
    assert (kept.mail, kept.kinds) == (
        {"urgent": "instant", "low": "off"}, {"HoldPlaced": "digest"},
    )  # fmt: skip
    assert (kept.digest_hours, kept.quiet_days_off) == ([9, 14], False)
    assert client.post(url, {**given, "digest_hours": "soon"}).status_code == 200
    refused = client.post(url, {**given, "quiet_until": ""})
    assert refused.status_code == 422
    assert b"Quiet hours need a beginning and an end." in refused.content


class Program:
    """A program with a user's token."""

    def __init__(self, username: str) -> None:
        _token, secret = make_api_token(name="test", by=person(username))
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, **data: Any) -> Any:
        return self.client.post(f"/api/v1/{path}", data, content_type="application/json")


def test_programs_read_act_and_prove(journey: Journey) -> None:
    mei = Program("mei")
    news = mei.get("notices/news").json()
    assert news["unread"] == len(mei.get("notices").json()["items"])
    duty = mei.get("notices", to_act=True).json()["items"][0]
    assert (duty["fact"], duty["is_by_hand"]) == ("OrderCancelled", True)
    assert mei.post("notices/finish", notice_ids=[duty["id"]]).json() == {"finished": 1}
    assert mei.post("notices/finish", notice_ids=[]).status_code == 404
    told = mei.get(f"orders/{journey.order_id}/readers").json()
    cancelled = next(one for one in told if one["fact"] == "OrderCancelled")
    hers = next(one for one in cancelled["readers"] if one["user_id"] == person("mei").pk)
    assert hers["acted_how"] == "hand"
    assert mei.get("orders/999999/readers").status_code == 404


def test_programs_rule_and_prefer() -> None:
    zhao = Program("zhao")
    saved = zhao.post("notice-rules/HoldPlaced", know=["team"], importance="low")
    assert (saved.status_code, saved.json()["is_changed"]) == (200, True)
    assert zhao.post("notice-rules/HoldPlaced", know=["x"]).json()["field"] == "know"
    assert not zhao.post("notice-rules/HoldPlaced/reset").json()["is_changed"]
    assert len(zhao.get("notice-rules").json()) > 30
    mei = Program("mei")
    assert mei.post("notice-rules/HoldPlaced", know=[]).status_code == 403
    kept = mei.post("notice-preferences", mail={"low": "off"}, digest_hours=[7]).json()
    assert (kept["mail"], kept["digest_hours"]) == ({"low": "off"}, [7])
    assert mei.get("notice-preferences").json() == kept
    assert mei.post("notice-preferences", digest_hours=[99]).json()["field"] == "digest_hours"
