"""Outgoing, webhooks, audit and keys: their pages and operations, for the right people only."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gendan.kernel import clock, journal, mail, reactions, sending
from gendan.kernel import services as kernel_services
from gendan.kernel.events import TokenMade
from gendan.kernel.models import ApiToken, Entry, Mail, Webhook, WebhookDelivery
from gendan.kernel.tests import targets
from gendan.testing.cast import person
from gendan.testing.make import orders

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture
def target(settings: Any) -> Iterator[targets.Target]:
    settings.PRIVATE_TARGETS = frozenset({"127.0.0.1"})
    with targets.target() as server:
        yield server


def written(settings: Any, **values: Any) -> Mail:
    """A mail that failed for good: there is no server."""
    settings.EMAIL_HOST = ""
    kept = mail.write_mail(
        **{
            "to": ["anna@nordwind.example"],
            "subject": "Contract 12",
            "text": "Please read http://localhost:8000/l/12-abcdefghijklmnopqrstuvwx:yz/ <b>",
            "about": "orders.order:12",
            "by": person("mei"),
        }
        | values
    )
    sending.send_waiting()
    kept.refresh_from_db()
    return kept


PAGES = ["outgoing", "webhooks", "save_webhook", "audit", "tokens_in_use"]


@pytest.mark.parametrize("name", PAGES)
def test_only_managers_open_them(browse: Browse, name: str) -> None:
    url = reverse(name)
    assert browse().get(url).status_code == 302
    assert browse("stranger").get(url).status_code == 404
    assert browse("mei").get(url).status_code == 403
    for language in ("en", "zh-hans"):
        answer = browse("zhao", language).get(url)
        assert answer.status_code == 200
        assert b" style=" not in answer.content


# --- mails ---------------------------------------------------------------------------------------


def test_a_failed_mail_is_seen_sent_again_and_told(browse: Browse, settings: Any) -> None:
    kept = written(settings)
    fact = Entry.objects.get(fact="MailNotSent")
    assert "orders.order:12" in fact.about
    client = browse("zhao")
    assert b"Contract 12" in client.get(reverse("outgoing"), {"state": "parked"}).content
    assert b"Contract 12" not in client.get(reverse("outgoing"), {"state": "sent"}).content
    assert b"Contract 12" in client.get(reverse("outgoing"), {"q": "contract"}).content
    page = client.get(reverse("outgoing_message", args=["kernel.mail", kept.pk]))
    assert b"GENDAN_SMTP_URL" in page.content
    assert b"abcdefghijklmnop" not in page.content  # the customer's key is not for us
    assert b"&lt;b&gt;" in page.content
    url = reverse("resend_sending", args=["kernel.mail", kept.pk])
    assert browse("mei").post(url).status_code == 403
    assert client.post(url).status_code == 303
    kept.refresh_from_db()
    assert kept.state == "waiting"
    assert browse("zhao", htmx=True).post(url).status_code == 409  # it is on its way
    assert client.post(reverse("drop_sending", args=["kernel.mail", kept.pk])).status_code == 303
    kept.refresh_from_db()
    assert kept.state == "dropped"
    assert sending.send_waiting() == 0


def test_of_a_failed_notice_nobody_is_told_by_a_notice(settings: Any) -> None:
    written(settings, by=None, kind="notice")
    assert not Entry.objects.filter(fact="MailNotSent").exists()


@pytest.mark.parametrize(
    "path", ["auth.user/1", "kernel.entry/1", "kernel.mail/999999", "x/1", "kernel.apitoken/1"]
)
def test_what_is_no_sending_is_not_there(browse: Browse, path: str) -> None:
    client = browse("zhao")
    for end in ("", "resend/", "drop/"):
        method = client.post if end else client.get
        assert method(f"/settings/outgoing/{path}/{end}").status_code == 404
    assert client.get("/settings/outgoing/kernel.user/").status_code == 404
    assert client.get("/api/v1/outgoing/kernel.user").status_code == 404


def test_what_failed_is_counted_in_the_navigation(browse: Browse, settings: Any) -> None:
    from gendan.web.outgoing import what_failed

    written(settings)
    assert what_failed(person("zhao")) == 1
    assert what_failed(person("mei")) is None


def test_the_lists_cost_the_same_for_many(
    browse: Browse, settings: Any, target: Any, django_assert_max_num_queries: Any
) -> None:
    for _number in range(5):
        written(settings)
    saved(browse("zhao"), target.url)
    for number in range(5):
        journal.record(TokenMade(token_id=number, token_name="x"), about="company")
    reactions.run_due()
    client = browse("zhao")
    hook = Webhook.objects.get()
    for url in (
        reverse("outgoing"),
        reverse("outgoing_kind", args=["kernel.webhookdelivery"]),
        reverse("webhooks"),
        reverse("webhook", args=[hook.pk]),
        reverse("audit"),
        reverse("tokens_in_use"),
    ):
        with django_assert_max_num_queries(20):
            assert client.get(url).status_code == 200


# --- webhooks ------------------------------------------------------------------------------------


def saved(client: Client, url: str, **values: Any) -> str:
    typed = {"name": "ERP", "url": url, "facts": []} | values
    answer = client.post(reverse("save_webhook"), typed, follow=True)
    assert answer.status_code == 200, answer.content
    [secret] = re.findall(r"whsec_[A-Za-z0-9+/=]+", answer.content.decode()) or [""]
    return secret


def test_a_webhook_from_its_form_to_its_removal(browse: Browse, target: Any) -> None:
    client = browse("zhao")
    assert saved(client, target.url, facts=["OrderConfirmed", "TokenMade"])
    hook = Webhook.objects.get()
    page = client.get(reverse("webhook", args=[hook.pk])).content.decode()
    assert "whsec_" not in page  # shown once
    assert "Order confirmed" in page
    form = client.get(reverse("save_webhook", args=[hook.pk])).content.decode()
    assert re.search(r'value="OrderConfirmed" checked', form)
    changed = {"name": "ERP 2", "url": target.url, "facts": ["OrderConfirmed"]}
    assert client.post(reverse("save_webhook", args=[hook.pk]), changed).status_code == 303

    ping = client.post(reverse("send_ping", args=[hook.pk]))
    sending.send_waiting()
    assert json.loads(target.asked[0][1])["type"] == "Ping"
    log = client.get(ping.headers["Location"]).content.decode()
    assert "thank you" in log
    assert "Ping" in client.get(reverse("webhook", args=[hook.pk])).content.decode()

    assert client.post(reverse("switch_webhook_off", args=[hook.pk])).status_code == 303
    assert not Webhook.objects.get().is_active
    assert client.post(reverse("switch_webhook_on", args=[hook.pk])).status_code == 303
    rotated = client.post(
        reverse("rotate_webhook_secret", args=[hook.pk]), {"overlap_hours": "1"}, follow=True
    )
    assert b"whsec_" in rotated.content
    bad = {"overlap_hours": "9999"}
    htmx = browse("zhao", htmx=True)
    assert htmx.post(reverse("rotate_webhook_secret", args=[hook.pk]), bad).status_code == 422
    assert client.post(reverse("remove_webhook", args=[hook.pk])).status_code == 303
    assert client.get(reverse("webhook", args=[hook.pk])).status_code == 404
    assert client.get(ping.headers["Location"]).status_code == 200  # the log stays
    assert Webhook.objects.get().secret == ""


def test_a_refused_address_keeps_what_was_typed(browse: Browse) -> None:
    typed = {"name": "Mine", "url": "https://10.0.0.1/", "facts": ["OrderConfirmed"]}
    answer = browse("zhao").post(reverse("save_webhook"), typed)
    assert answer.status_code == 422
    assert b"private network" in answer.content
    assert b'value="Mine"' in answer.content
    assert b'value="OrderConfirmed" checked' in answer.content


@pytest.mark.parametrize(
    "verb",
    ["save_webhook", "rotate_webhook_secret", "switch_webhook_off", "switch_webhook_on",
     "remove_webhook", "send_ping"],
)  # fmt: skip
def test_the_wrong_role_changes_no_webhook(browse: Browse, target: Any, verb: str) -> None:
    saved(browse("zhao"), target.url)
    hook = Webhook.objects.get()
    url = reverse(verb, args=[hook.pk])
    typed = {"name": "x", "url": target.url}
    assert browse("mei").post(url, typed).status_code == 403
    assert browse("stranger").post(url, typed).status_code == 404
    assert not WebhookDelivery.objects.filter(entry=None).exists()
    hook.refresh_from_db()
    assert (hook.name, hook.is_active) == ("ERP", True)
    missing = reverse(verb, args=[hook.pk + 99])
    assert browse("zhao").post(missing, typed).status_code == 404


def test_the_operations_do_the_same(browse: Browse, target: Any) -> None:
    client = browse("zhao")

    def post(path: str, data: Any = None, method: str = "post") -> Any:
        ask = getattr(client, method)
        return ask(f"/api/v1{path}", json.dumps(data or {}), content_type="application/json")

    made = post("/webhooks", {"name": "A", "url": target.url, "facts": ["TokenMade"]})
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    pk = made.json()["id"]
    assert "secret" not in client.get("/api/v1/webhooks").json()[0]
    changed = post(f"/webhooks/{pk}", {"name": "B", "url": target.url}, method="put")
    assert (changed.json()["name"], changed.json()["facts"]) == ("B", [])
    assert post(f"/webhooks/{pk}/secret", {"overlap_hours": 0}).json()["secret"]
    ping = post(f"/webhooks/{pk}/ping")
    assert ping.status_code == 202
    sending.send_waiting()
    seen = client.get(f"/api/v1/webhooks/deliveries/{ping.json()['id']}").json()
    assert (seen["state"], seen["tries"][0]["status"]) == ("sent", 200)
    again = post(f"/outgoing/kernel.webhookdelivery/{seen['id']}/resend")
    assert again.json()["state"] == "waiting"
    assert post(f"/outgoing/kernel.webhookdelivery/{seen['id']}/resend").status_code == 409
    assert client.get(f"/api/v1/webhooks/{pk}/deliveries").json()["items"]
    assert client.get("/api/v1/outgoing/kernel.webhookdelivery").json()["items"]
    assert "OrderConfirmed" in client.get("/api/v1/webhooks/facts").json()
    assert post(f"/webhooks/{pk}/off").json()["state"] == "off"
    assert post(f"/webhooks/{pk}/on").json()["state"] == "active"
    assert post(f"/webhooks/{pk}/remove").status_code == 204
    assert post(f"/webhooks/{pk}/on").status_code == 404
    assert browse("mei").get("/api/v1/webhooks").status_code == 403
    assert (
        post("/webhooks", {"name": "A", "url": target.url, "facts": ["x"] * 400}).status_code == 422
    )


# --- audit ---------------------------------------------------------------------------------------


def test_the_audit_is_narrowed_by_everything(browse: Browse) -> None:
    order = orders.draft()
    client, url = browse("zhao"), reverse("audit")

    def found(**query: Any) -> bool:
        return b"gd-table" in client.get(url, query).content

    mei, day = person("mei").pk, clock.today().isoformat()
    assert found(about=order.number)
    assert found(about=f"orders.order:{order.pk}")
    assert not found(about="SO-none")
    assert found(by=mei, fact="OrderDrafted")
    assert not found(by=mei, fact="WebhookSaved")
    assert found(**{"from": day, "until": day})
    assert not found(until="2001-01-01")
    assert found(q=order.number)
    assert not found(q="nothing says this")
    for odd in ({"from": "9999-12-31"}, {"until": "0001-01-01"}, {"by": "x"}, {"about": "'; --"}):
        assert client.get(url, odd).status_code == 200
    csv = b"".join(client.get(url, {"export": "csv", "fact": "OrderDrafted"}).streaming_content)
    assert b"Order drafted" in csv
    xlsx = client.get(url, {"export": "xlsx"})
    assert b"".join(xlsx.streaming_content).startswith(b"PK")


def test_the_audit_says_whether_the_journal_is_guarded(browse: Browse) -> None:
    from django.db import connection

    from gendan.kernel import invariants

    url = reverse("audit")
    assert b"Nobody can change" in browse("zhao").get(url).content
    assert invariants.check() == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_entry DISABLE TRIGGER entry_is_append_only")
    assert b"Warning" in browse("zhao").get(url).content
    assert invariants.check()


def test_every_kind_of_fact_has_a_title() -> None:
    from gendan.web.fact_titles import TITLES

    ours = {
        name for name, kind in journal.concrete_facts().items() if "tests" not in kind.__module__
    }
    assert sorted(ours - set(TITLES)) == []


# --- keys for programs: withdraw_api_token, expiry ------------------------------------------------


def test_a_key_ends_after_a_year_or_as_said(browse: Browse) -> None:
    import datetime as dt

    client = browse("mei")
    for days in ("30", "365", "0"):
        client.post(reverse("make_api_token"), {"name": f"for {days}", "valid_days": days})
    assert [one.expires_at is None for one in ApiToken.objects.order_by("pk")] == [0, 0, 1]
    _token, secret = kernel_services.make_api_token(name="x", by=person("mei"))
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/me").status_code == 200
    with clock.at(clock.now() + dt.timedelta(days=366)):
        assert program.get("/api/v1/me").status_code == 401
        assert b"expired" in client.get(reverse("my_settings")).content
    htmx = browse("mei", htmx=True)
    odd = {"name": "x", "valid_days": "99999"}
    assert htmx.post(reverse("make_api_token"), odd).status_code == 422


def test_withdraw_api_token_of_a_colleague(browse: Browse) -> None:
    token, secret = kernel_services.make_api_token(name="<i>shop", by=person("mei"))
    client = browse("zhao")
    page = client.get(reverse("tokens_in_use")).content
    assert b"&lt;i&gt;shop" in page
    assert b"Mei" in page
    url = reverse("withdraw_api_token", args=[token.pk])
    assert url.encode() in page
    assert browse("jun").post(url).status_code == 403
    assert client.post(url).status_code == 303
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/me").status_code == 401
    assert url.encode() not in client.get(reverse("tokens_in_use"), {"state": "revoked"}).content
    assert client.post(reverse("withdraw_api_token", args=[99])).status_code == 404
    assert Entry.objects.filter(fact="TokenRevoked", by=person("zhao")).exists()
    assert client.get("/api/v1/tokens").json()["items"][0]["revoked_at"]
