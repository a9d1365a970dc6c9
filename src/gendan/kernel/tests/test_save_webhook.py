"""save_webhook: an address, the facts it is told of, a secret shown once; and what it is told."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from gendan.kernel import journal, reactions, sending
from gendan.kernel.errors import DomainError, Invalid, NotAllowed, NotThere
from gendan.kernel.events import SettingSaved, TokenMade
from gendan.kernel.journal import RELAY
from gendan.kernel.models import Entry, Webhook, WebhookAttempt, WebhookDelivery
from gendan.kernel.tests.targets import Target
from gendan.kernel.webhooks import relaying, services
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
Make = Callable[..., tuple[Webhook, str]]


def happen(name: str = "价格") -> Entry:
    entry = journal.record(
        TokenMade(token_id=7, token_name=name), about=person("mei"), by=person("mei")
    )
    reactions.run_due()
    return entry


def test_a_fact_arrives_signed_once(webhook: Make, target: Target) -> None:
    made, secret = webhook()
    reactions.run_due()
    sending.send_waiting()
    target.asked.clear()  # that the webhook was saved is a fact as well
    entry = happen()
    sending.send_waiting()
    [(headers, body)] = target.asked
    told: Any = Verifier(secret).verify(body, headers)
    assert told["type"] == "TokenMade"
    assert told["timestamp"] == entry.at.isoformat()
    assert told["data"] == {
        "entry_id": entry.pk,
        "about": [f"kernel.user:{person('mei').pk}"],
        "by": {"id": person("mei").pk, "name": "Mei 王美"},
        "fact": {"token_id": 7, "token_name": "价格"},
    }
    assert headers["webhook-id"] == f"fact_{entry.pk}"
    delivery = WebhookDelivery.objects.get(entry=entry)
    assert (delivery.state, delivery.status, delivery.attempts) == ("sent", 200, 1)
    attempt = WebhookAttempt.objects.get(delivery=delivery)
    assert (attempt.status, attempt.answer) == (200, "thank you")
    relaying.relay(TokenMade(token_id=7, token_name=""), entry)  # at least once is not twice
    assert WebhookDelivery.objects.filter(webhook=made, entry=entry).count() == 1


def test_a_body_that_was_changed_is_noticed(webhook: Make, target: Target) -> None:
    _made, secret = webhook("TokenMade")
    happen()
    sending.send_waiting()
    [(headers, body)] = target.asked
    with pytest.raises(Exception, match="signature"):
        Verifier(secret).verify(body.replace(b"7", b"8"), headers)


def test_only_the_chosen_facts_are_told(webhook: Make, target: Target) -> None:
    webhook("SettingSaved")
    happen()
    journal.record(SettingSaved(key="x", value=1), about="company")
    reactions.run_due()
    sending.send_waiting()
    assert [json.loads(body)["type"] for _headers, body in target.asked] == ["SettingSaved"]


def test_without_a_webhook_no_job_and_no_query_more(
    django_assert_num_queries: Any,
) -> None:
    person("mei")
    with django_assert_num_queries(1):
        journal.record(TokenMade(token_id=7, token_name="x"), about="company")
    from procrastinate.contrib.django.models import ProcrastinateJob

    assert not ProcrastinateJob.objects.filter(args__listener=RELAY).exists()
    assert RELAY in journal.LISTENERS


def test_the_secret_is_kept_sealed_and_never_told(webhook: Make) -> None:
    made, secret = webhook()
    assert secret.startswith("whsec_")
    assert secret[6:] not in str(Webhook.objects.filter(pk=made.pk).values().get())
    for entry in Entry.objects.all():
        assert secret[6:] not in str(entry.data)
        assert "key=abc" not in str(entry.data)


def test_a_change_keeps_the_secret_and_forgets_old_failures(webhook: Make, target: Target) -> None:
    made, _secret = webhook()
    Webhook.objects.filter(pk=made.pk).update(failures=3)
    same, none = services.save_webhook(
        webhook_id=made.pk, name="B", url=target.url + "2", facts=["OrderConfirmed"], by=None
    )
    assert (same.pk, none, same.facts, same.failures) == (made.pk, "", ["OrderConfirmed"], 0)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x" * 600,
        "http://example.com/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://a b.example/",
        "https://name:word@example.com/",
        "ftp://example.com/",
        "https://example.com/\nHost: x",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_never_asked_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        services.save_webhook(name="A", url=url, by=person("zhao"))
    assert not Webhook.objects.exists()


def test_what_is_no_name_or_no_fact_is_refused(target: Target) -> None:
    with pytest.raises(Invalid):
        services.save_webhook(name=" ", url=target.url, by=person("zhao"))
    with pytest.raises(Invalid, match="no kind of fact"):
        services.save_webhook(name="A", url=target.url, facts=["Nonsense"], by=person("zhao"))
    with pytest.raises(NotThere):
        services.save_webhook(webhook_id=99, name="A", url=target.url, by=person("zhao"))


def test_there_is_a_limit(webhook: Make) -> None:
    for number in range(services.MOST_WEBHOOKS):
        webhook(name=str(number))
    with pytest.raises(DomainError, match="remove one"):
        webhook()


def test_only_managers_make_webhooks(target: Target) -> None:
    with pytest.raises(NotAllowed):
        services.save_webhook(name="A", url=target.url, by=person("mei"))


def test_a_fact_too_large_to_push_is_shortened(webhook: Make, target: Target) -> None:
    webhook("TokenMade")
    happen("x" * 300_000)
    sending.send_waiting()
    told = json.loads(target.asked[0][1])["data"]
    assert (told["fact"], told["is_shortened"]) == (None, True)
