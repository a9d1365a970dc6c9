"""Questions about webhooks: the list, one, its log; for those who may change them."""

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from gendan.kernel.errors import NotThere
from gendan.kernel.models import User, Webhook, WebhookAttempt, WebhookDelivery
from gendan.kernel.sending import SendingState


def webhooks_for(user: User) -> "QuerySet[Webhook]":
    """All webhooks that were not removed; for others than their administrators none."""
    if not user.may_do("save_webhook"):
        return Webhook.objects.none()
    return Webhook.objects.filter(removed_at=None).select_related("made_by")


def with_counts(webhooks: "QuerySet[Webhook]") -> "QuerySet[Webhook]":
    """With how many deliveries wait and how many were given up."""
    states = {"waiting": SendingState.WAITING, "parked": SendingState.PARKED}
    return webhooks.annotate(
        **{key: Count("deliveries", filter=Q(deliveries__state=one)) for key, one in states.items()}
    )


def deliveries_of(webhook: Webhook) -> "QuerySet[WebhookDelivery]":
    """The log of a webhook with the entries delivered, the newest first."""
    rows = WebhookDelivery.objects.filter(webhook=webhook)
    return rows.select_related("webhook", "entry__by").order_by("-pk")


def attempts_of(delivery: WebhookDelivery) -> "QuerySet[WebhookAttempt]":
    """Every attempt at a delivery, the newest first."""
    return WebhookAttempt.objects.filter(delivery=delivery).order_by("-pk")


def delivery_for(delivery_id: int, user: User) -> WebhookDelivery:
    """One delivery with its webhook and entry."""
    rows = WebhookDelivery.objects.filter(webhook__in=webhooks_for(user))
    found = rows.select_related("webhook", "entry__by").filter(pk=delivery_id).first()
    if found is None:
        raise NotThere(_("There is no such delivery."))
    return found
