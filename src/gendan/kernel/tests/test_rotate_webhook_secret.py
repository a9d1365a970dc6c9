"""rotate_webhook_secret: two signatures during the overlap, one after it."""

import datetime as dt
from collections.abc import Callable

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from gendan.kernel import clock, sending
from gendan.kernel.errors import Invalid, NotAllowed, NotThere
from gendan.kernel.models import Entry, Webhook
from gendan.kernel.tests.targets import Target
from gendan.kernel.webhooks import services
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db
Make = Callable[..., tuple[Webhook, str]]


def is_signed(secret: str, target: Target) -> bool:
    """Whether the newest delivery is signed with this secret (its time is not looked at)."""
    headers, body = target.asked[-1]
    try:
        Verifier(secret).verify(body, headers)
    except WebhookVerificationError as error:
        return "timestamp" in str(error).lower()
    return True


def ping(webhook: Webhook) -> None:
    services.send_ping(webhook_id=webhook.pk, by=person("zhao"))
    sending.send_waiting()


def test_both_secrets_hold_for_the_overlap(webhook: Make, target: Target) -> None:
    made, old = webhook()
    _same, new = services.rotate_webhook_secret(
        webhook_id=made.pk, overlap_hours=2, by=person("zhao")
    )
    assert new != old
    ping(made)
    assert is_signed(old, target)
    assert is_signed(new, target)
    assert target.asked[-1][0]["webhook-signature"].count("v1,") == 2
    with clock.at(clock.now() + dt.timedelta(hours=2, seconds=1)):
        ping(made)
    assert target.asked[-1][0]["webhook-signature"].count("v1,") == 1
    assert new not in str(list(Entry.objects.values()))


def test_a_leaked_one_ends_at_once(webhook: Make, target: Target) -> None:
    made, old = webhook()
    _same, new = services.rotate_webhook_secret(
        webhook_id=made.pk, overlap_hours=0, by=person("zhao")
    )
    ping(made)
    assert is_signed(new, target)
    assert not is_signed(old, target)


@pytest.mark.parametrize("hours", [-1, 169, 10**9])
def test_an_odd_overlap_is_refused(webhook: Make, hours: int) -> None:
    made, _secret = webhook()
    with pytest.raises(Invalid):
        services.rotate_webhook_secret(webhook_id=made.pk, overlap_hours=hours, by=person("zhao"))


def test_a_secret_that_cannot_be_read_any_more_parks_the_delivery(
    webhook: Make, target: Target, settings: object
) -> None:
    made, _secret = webhook()
    Webhook.objects.filter(pk=made.pk).update(secret="sealed with another key")
    ping(made)
    assert not target.asked
    assert "can no longer be read" in made.deliveries.get().last_error


def test_not_for_others_and_not_for_nothing(webhook: Make) -> None:
    made, _secret = webhook()
    with pytest.raises(NotAllowed):
        services.rotate_webhook_secret(webhook_id=made.pk, by=person("mei"))
    with pytest.raises(NotThere):
        services.rotate_webhook_secret(webhook_id=made.pk + 1, by=person("zhao"))
