"""How a fact gets to the webhooks that want it, and what their answers mean."""

import datetime as dt
import json
import logging
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from gendan.kernel import clock, outside, secrets, sending
from gendan.kernel.errors import DomainError
from gendan.kernel.journal import Fact, listens
from gendan.kernel.models import Entry, Webhook, WebhookAttempt, WebhookDelivery
from gendan.kernel.outside import Answer, NoAnswer
from gendan.kernel.sending import SendingFailed, SendingPostponed, SendingState, sends
from gendan.kernel.webhooks import services, signing

log = logging.getLogger(__name__)

GONE = 410
# Only failures for so long: the webhook is switched off and its owner told.
DAYS_UNTIL_OFF = 5
# A target that does not answer at all is left alone for so long, whatever waits for it.
PAUSES_MINUTES = (1, 2, 5, 15, 30, 60)
ANSWER_KEPT = 1000  # characters
LARGEST_BODY = 256 * 1024
KEPT_DAYS = 60


@listens()
def relay(fact: Fact, entry: Entry) -> None:
    """Write one delivery for each active webhook that wants the entry (journal.py defers this)."""
    wanting = Webhook.objects.filter(Q(facts=[]) | Q(facts__contains=[entry.fact]), is_active=True)
    told = set(entry_deliveries(entry).values_list("webhook_id", flat=True))
    moment = clock.now()
    made = WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook=webhook, entry=entry, made_at=moment)
        for webhook in wanting
        if webhook.pk not in told
    )
    sending.defer(made)


def entry_deliveries(entry: Entry) -> Any:
    """The deliveries of one entry."""
    return WebhookDelivery.objects.filter(entry=entry)


def body_of(delivery: WebhookDelivery) -> bytes:
    """What is sent: the same at every attempt. docs/how-to/webhooks.md describes it."""
    entry = delivery.entry
    data: dict[str, Any]
    if entry is None:
        kind, at, data = "Ping", delivery.made_at, {"webhook": delivery.webhook.name}
    else:
        kind, at = entry.fact, entry.at
        by = {"id": entry.by_id, "name": str(entry.by)} if entry.by else None
        data = {"entry_id": entry.pk, "about": entry.about, "by": by, "fact": entry.data}
    body = _packed(kind, at, data)
    if entry is not None and len(body) > LARGEST_BODY:
        # What is too large to be pushed is asked for: GET /api/v1/journal?fact=…
        body = _packed(kind, at, {**data, "fact": None, "is_shortened": True})
    return body


def _packed(kind: str, at: dt.datetime, data: dict[str, Any]) -> bytes:
    whole = {"type": kind, "timestamp": at.isoformat(), "data": data}
    return json.dumps(whole, ensure_ascii=False, cls=DjangoJSONEncoder).encode()


@sends(WebhookDelivery)
def send_delivery(delivery: WebhookDelivery) -> None:
    """One attempt: sign, ask, write down what came back, and learn from it about the target."""
    webhook = delivery.webhook
    if webhook.removed_at or (delivery.entry_id and not webhook.is_active):
        raise SendingFailed("The webhook is switched off.", is_final=True)
    if delivery.entry_id and webhook.paused_until and webhook.paused_until > clock.now():
        raise SendingPostponed(webhook.paused_until)
    moment = clock.now()
    try:
        answer = outside.post(
            webhook.url, body=(body := body_of(delivery)), headers=_headers(delivery, body, moment)
        )
    except (NoAnswer, DomainError) as error:
        why = str(error)
        WebhookAttempt.objects.create(delivery=delivery, at=moment, error=why[:300])
        _note_failure(webhook, is_silent=True)
        raise SendingFailed(why) from None
    _note_answer(delivery, answer, moment)
    if 200 <= answer.status < 300:
        _note_success(webhook)
        return
    if answer.status == GONE:
        if webhook.is_active:
            services.switch_webhook_off(webhook_id=webhook.pk, reason="gone", by=None)
        raise SendingFailed("The target is gone for good (410).", is_final=True)
    _note_failure(webhook, is_silent=False)
    if 300 <= answer.status < 400:
        raise SendingFailed(f"It answers with a redirect ({answer.status}), which is not followed.")
    raise SendingFailed(f"It answers {answer.status}.")


def _headers(delivery: WebhookDelivery, body: bytes, moment: dt.datetime) -> dict[str, str]:
    webhook = delivery.webhook
    valid = [secrets.unseal(webhook.secret)]
    if webhook.former_secret and webhook.former_until and webhook.former_until > moment:
        valid.append(secrets.unseal(webhook.former_secret))
    signed = signing.headers(
        message_id=delivery.message_id,
        timestamp=int(moment.timestamp()),
        body=body,
        signed_with=valid,
    )
    return {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Gendan", **signed}


def _note_answer(delivery: WebhookDelivery, answer: Answer, moment: dt.datetime) -> None:
    WebhookAttempt.objects.create(
        delivery=delivery,
        at=moment,
        status=answer.status,
        milliseconds=answer.milliseconds,
        answer=answer.text.replace("\x00", "")[:ANSWER_KEPT],
    )
    WebhookDelivery.objects.filter(pk=delivery.pk).update(status=answer.status)


def _note_success(webhook: Webhook) -> None:
    if webhook.failing_since or webhook.failures:
        Webhook.objects.filter(pk=webhook.pk).update(
            failing_since=None, failures=0, paused_until=None
        )


def _note_failure(webhook: Webhook, *, is_silent: bool) -> None:
    """Count, pause a target that says nothing, and switch off one that has only failed for days."""
    moment = clock.now()
    webhook.failing_since = webhook.failing_since or moment
    webhook.failures = webhook.failures + 1 if is_silent else 0
    pause = PAUSES_MINUTES[min(webhook.failures, len(PAUSES_MINUTES)) - 1] if is_silent else 0
    webhook.paused_until = moment + dt.timedelta(minutes=pause) if is_silent else None
    webhook.save(update_fields=["failing_since", "failures", "paused_until"])
    if webhook.is_active and moment - webhook.failing_since > dt.timedelta(days=DAYS_UNTIL_OFF):
        services.switch_webhook_off(webhook_id=webhook.pk, reason="failing", by=None)


def forget_old_deliveries() -> int:
    """The log is kept for two months; what waits or has failed stays until somebody decides."""
    ends = clock.now() - dt.timedelta(days=KEPT_DAYS)
    old = WebhookDelivery.objects.filter(made_at__lt=ends)
    return old.filter(state__in=[SendingState.SENT, SendingState.DROPPED]).delete()[0]
