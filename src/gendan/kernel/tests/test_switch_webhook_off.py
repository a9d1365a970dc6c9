"""switch_webhook_off, switch_webhook_on, remove_webhook: what waits is given up, secrets go."""

from collections.abc import Callable

import pytest

from gendan.kernel import journal, reactions, sending
from gendan.kernel.errors import NotAllowed, NotThere
from gendan.kernel.events import TokenMade
from gendan.kernel.models import Entry, Webhook, WebhookDelivery
from gendan.kernel.tests.targets import Target
from gendan.kernel.webhooks import services
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
Make = Callable[..., tuple[Webhook, str]]


def happen() -> None:
    journal.record(TokenMade(token_id=1, token_name="x"), about="company")
    reactions.run_due()


def test_off_and_on_again(webhook: Make, target: Target) -> None:
    made, _secret = webhook("TokenMade")
    happen()
    services.switch_webhook_off(webhook_id=made.pk, by=person("zhao"))
    services.switch_webhook_off(webhook_id=made.pk, by=person("zhao"))  # twice is once
    happen()
    sending.send_waiting()
    assert not target.asked
    assert WebhookDelivery.objects.get().state == "dropped"
    [fact] = Entry.objects.filter(fact="WebhookSwitchedOff")
    assert (fact.data["reason"], fact.data["dropped"]) == ("hand", 1)
    services.switch_webhook_on(webhook_id=made.pk, by=person("zhao"))
    happen()
    sending.send_waiting()
    assert len(target.asked) == 1  # what happened meanwhile is not told later


def test_what_was_off_can_be_pinged_but_not_resent(webhook: Make, target: Target) -> None:
    made, _secret = webhook("TokenMade")
    happen()
    services.switch_webhook_off(webhook_id=made.pk, by=person("zhao"))
    services.send_ping(webhook_id=made.pk, by=person("zhao"))
    sending.again(WebhookDelivery.objects.exclude(entry=None).get())
    sending.send_waiting()
    assert [body[:15] for _headers, body in target.asked] == [b'{"type": "Ping"']
    assert WebhookDelivery.objects.exclude(entry=None).get().state == "parked"


def test_removed_it_keeps_its_log_and_no_secret(webhook: Make, target: Target) -> None:
    made, _secret = webhook("TokenMade")
    happen()
    services.remove_webhook(webhook_id=made.pk, by=person("zhao"))
    made.refresh_from_db()
    assert (made.secret, made.former_secret, made.is_active) == ("", "", False)
    assert WebhookDelivery.objects.get().state == "dropped"
    for verb in (services.switch_webhook_on, services.send_ping, services.remove_webhook):
        with pytest.raises(NotThere):
            verb(webhook_id=made.pk, by=person("zhao"))
    sending.again(WebhookDelivery.objects.get())
    sending.send_waiting()
    assert not target.asked


def test_only_managers(webhook: Make) -> None:
    made, _secret = webhook()
    for verb in (
        services.switch_webhook_off,
        services.switch_webhook_on,
        services.remove_webhook,
        services.send_ping,
    ):
        with pytest.raises(NotAllowed):
            verb(webhook_id=made.pk, by=person("mei"))
