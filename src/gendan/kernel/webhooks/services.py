"""Verbs of webhooks: make, change, new secret, off and on, remove, ping."""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal, outside, secrets, sending
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User, Webhook, WebhookDelivery
from gendan.kernel.sending import SendingState
from gendan.kernel.service import service
from gendan.kernel.webhooks import signing
from gendan.kernel.webhooks.events import (
    WebhookRemoved,
    WebhookSaved,
    WebhookSecretRotated,
    WebhookSwitchedOff,
    WebhookSwitchedOn,
)

MOST_WEBHOOKS = 20
LONGEST_OVERLAP_HOURS = 168
OVERLAP_HOURS = 24


class TooManyWebhooks(Invalid):
    """Each webhook is asked with every fact: there is a limit."""


@service(gettext_lazy("Save the webhook"))
def save_webhook(
    *,
    name: str,
    url: str,
    facts: Sequence[str] = (),
    webhook_id: int | None = None,
    by: User | None,
) -> tuple[Webhook, str]:
    """Make a webhook, or change its name, address and facts (none: all).

    Returns the signing secret of a new one, which is shown once, and "" for one that was there.
    """
    if not name.strip():
        raise Invalid(
            _("Give the webhook a name, so that you know later what it is for."), field="name"
        )
    url, host = _checked_url(url)
    wanted = _checked_facts(facts)
    secret = ""
    if webhook_id is None:
        if Webhook.objects.filter(removed_at=None).count() >= MOST_WEBHOOKS:
            raise TooManyWebhooks(
                _("There are %(count)s webhooks; remove one that is no longer used.")
                % {"count": MOST_WEBHOOKS}
            )
        secret = signing.new_secret()
        webhook = Webhook(secret=secrets.seal(secret), made_at=clock.now(), made_by=by)
    else:
        webhook = _locked(webhook_id)
        if webhook.url != url:  # another target: what the old one did says nothing about it
            webhook.failing_since = webhook.paused_until = None
            webhook.failures = 0
    webhook.name, webhook.url, webhook.facts = name.strip()[:80], url, wanted
    webhook.save()
    fact = WebhookSaved(webhook_id=webhook.pk, webhook_name=webhook.name, host=host, facts=wanted)
    journal.record(fact, about=webhook, by=by)
    return webhook, secret


@service(gettext_lazy("Give it a new secret"))
def rotate_webhook_secret(
    *, webhook_id: int, overlap_hours: int = OVERLAP_HOURS, by: User | None
) -> tuple[Webhook, str]:
    """Sign with a new secret; for so many hours with the present one as well.

    So the other side can change at leisure. With 0 hours (it has leaked) the old one ends at once.
    """
    if not 0 <= overlap_hours <= LONGEST_OVERLAP_HOURS:
        raise Invalid(
            _("The old secret is valid for 0 to %(hours)s hours more.")
            % {"hours": LONGEST_OVERLAP_HOURS},
            field="overlap_hours",
        )
    webhook = _locked(webhook_id)
    secret = signing.new_secret()
    webhook.former_secret = webhook.secret if overlap_hours else ""
    ends = clock.now() + dt.timedelta(hours=overlap_hours)
    webhook.former_until = ends if overlap_hours else None
    webhook.secret = secrets.seal(secret)
    webhook.save(update_fields=["secret", "former_secret", "former_until"])
    fact = WebhookSecretRotated(
        webhook_id=webhook.pk, webhook_name=webhook.name, overlap_hours=overlap_hours
    )
    journal.record(fact, about=webhook, by=by)
    return webhook, secret


@service(gettext_lazy("Switch the webhook off"))
def switch_webhook_off(*, webhook_id: int, reason: str = "hand", by: User | None) -> Webhook:
    """Deliver nothing more; what waits is given up (and can be sent again from the log)."""
    webhook = _locked(webhook_id)
    if webhook.is_active:
        webhook.is_active, webhook.off_reason = False, reason
        webhook.save(update_fields=["is_active", "off_reason"])
        fact = WebhookSwitchedOff(
            webhook_id=webhook.pk,
            webhook_name=webhook.name,
            reason=reason,
            dropped=_drop_waiting(webhook),
        )
        # About its owner as well: notices find by it whom to tell.
        owner = [webhook.made_by] if webhook.made_by else []
        journal.record(fact, about=[webhook, *owner], by=by)
    return webhook


@service(gettext_lazy("Switch the webhook on"))
def switch_webhook_on(*, webhook_id: int, by: User | None) -> Webhook:
    """Deliver facts again from now on."""
    webhook = _locked(webhook_id)
    if not webhook.is_active:
        webhook.is_active, webhook.off_reason = True, ""
        webhook.failing_since = webhook.paused_until = None
        webhook.failures = 0
        webhook.save()
        fact = WebhookSwitchedOn(webhook_id=webhook.pk, webhook_name=webhook.name)
        journal.record(fact, about=webhook, by=by)
    return webhook


@service(gettext_lazy("Remove the webhook"))
def remove_webhook(*, webhook_id: int, by: User | None) -> None:
    """Forget a webhook and its secrets for good; the log of what it was told stays for a while."""
    webhook = _locked(webhook_id)
    _drop_waiting(webhook)
    webhook.is_active, webhook.removed_at = False, clock.now()
    webhook.secret = webhook.former_secret = ""
    webhook.save()
    fact = WebhookRemoved(webhook_id=webhook.pk, webhook_name=webhook.name)
    journal.record(fact, about=webhook, by=by)


@service(gettext_lazy("Send a ping"))
def send_ping(*, webhook_id: int, by: User | None) -> WebhookDelivery:
    """Try the address with a delivery that says nothing; its log shows what came back."""
    webhook = _locked(webhook_id)
    delivery = WebhookDelivery.objects.create(webhook=webhook, made_at=clock.now())
    sending.defer([delivery])
    return delivery


def _locked(webhook_id: int) -> Webhook:
    rows = Webhook.objects.select_for_update(of=("self",)).select_related("made_by")
    webhook = rows.filter(pk=webhook_id, removed_at=None).first()
    if webhook is None:
        raise NotThere(_("There is no such webhook."))
    return webhook


def _drop_waiting(webhook: Webhook) -> int:
    waiting = webhook.deliveries.filter(state=SendingState.WAITING)
    why = "The webhook was switched off."
    return waiting.update(state=SendingState.DROPPED, next_try_at=None, last_error=why)


def _checked_url(text: str) -> tuple[str, str]:
    """The address and its host; raises Invalid for one that will never be asked."""
    url = text.strip()
    if not url or len(url) > 500 or any(char.isspace() for char in url):
        raise Invalid(_("This is no web address."), field="url")
    outside.check_target(url)
    parts = urlsplit(url)
    host = str(parts.hostname)
    if parts.scheme != "https" and host not in settings.PRIVATE_TARGETS:
        raise Invalid(
            _("Facts leave the house encrypted only: the address must begin with https://."),
            field="url",
        )
    return url, host


def _checked_facts(facts: Sequence[str]) -> list[str]:
    wanted = sorted(set(facts))
    unknown = [one for one in wanted if one not in journal.concrete_facts()]
    if unknown:
        raise Invalid(
            _("There is no kind of fact called “%(name)s”.") % {"name": unknown[0][:60]},
            field="facts",
        )
    return wanted
