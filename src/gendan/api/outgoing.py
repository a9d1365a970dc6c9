"""API operations of what leaves the house: webhooks, their log, mails, calendar addresses."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import asker_who_may
from gendan.kernel import feeds, journal, outgoing, queries, services
from gendan.kernel.company import public_url
from gendan.kernel.webhooks import queries as webhook_queries
from gendan.kernel.webhooks import services as webhook_services

router = Router(tags=["outgoing"])


class WebhookIn(Schema):
    """Where to, and which kinds of facts (none: all)."""

    name: str = Field(max_length=80)
    url: str = Field(max_length=500)
    facts: list[str] = Field(default_factory=list, max_length=300)


class WebhookOut(Schema):
    """A webhook without its secret."""

    id: int
    name: str
    url: str
    facts: list[str]
    state: str
    off_reason: str
    failing_since: dt.datetime | None
    paused_until: dt.datetime | None
    former_until: dt.datetime | None
    made_at: dt.datetime


class NewWebhookOut(WebhookOut):
    """With the signing secret, which is shown this once."""

    secret: str


class RotateIn(Schema):
    """For how long the present secret is valid beside the new one (0: it has leaked)."""

    overlap_hours: int = Field(
        webhook_services.OVERLAP_HOURS, ge=0, le=webhook_services.LONGEST_OVERLAP_HOURS
    )


class SendingOut(Schema):
    """Something on its way out, or sent, or given up."""

    id: int
    state: str
    attempts: int
    goes_to: str
    gist: str
    documents: list[str]
    last_error: str
    made_at: dt.datetime
    next_try_at: dt.datetime | None
    sent_at: dt.datetime | None


class AttemptOut(Schema):
    """One attempt at a delivery."""

    at: dt.datetime
    status: int | None
    milliseconds: int | None
    answer: str
    error: str


class DeliveryOut(SendingOut):
    """A webhook delivery with every attempt at it."""

    message_id: str
    tries: list[AttemptOut]


class FeedIn(Schema):
    """Which dates: milestones, arrivals or shipments."""

    kind: str = Field(max_length=12)


class FeedOut(Schema):
    """A calendar address without what opens it."""

    id: int
    kind: str
    made_at: dt.datetime
    used_at: dt.datetime | None


class NewFeedOut(FeedOut):
    """With the address, which is shown this once."""

    url: str


class TokenInUse(Schema):
    """Somebody's key for programs."""

    id: int
    name: str
    user_id: int
    made_at: dt.datetime
    used_at: dt.datetime | None
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None


def _with_secret(webhook: Any, secret: str) -> dict[str, Any]:
    return {name: getattr(webhook, name) for name in WebhookOut.model_fields} | {"secret": secret}


@router.get("/webhooks/facts", response=list[str], operation_id="list_fact_kinds")
def list_fact_kinds(request: HttpRequest) -> Any:
    """The names of all kinds of facts a webhook can be told of."""
    asker_who_may(request, "save_webhook")
    return sorted(journal.concrete_facts())


@router.get("/webhooks", response=list[WebhookOut], operation_id="list_webhooks")
def list_webhooks(request: HttpRequest) -> Any:
    """All webhooks."""
    user = asker_who_may(request, "save_webhook")
    return webhook_queries.webhooks_for(user).order_by("pk")


@router.post("/webhooks", response={201: NewWebhookOut}, operation_id="save_webhook")
def save_webhook(request: HttpRequest, given: WebhookIn) -> Any:
    """Make a webhook; its signing secret is shown this once. Takes no Idempotency-Key."""
    made, secret = webhook_services.save_webhook(**given.dict(), by=request.user)  # type: ignore[arg-type]
    return Status(201, _with_secret(made, secret))


@router.put("/webhooks/{int:webhook_id}", response=WebhookOut, operation_id="change_webhook")
def change_webhook(request: HttpRequest, webhook_id: int, given: WebhookIn) -> Any:
    """Change name, address and facts of a webhook; the secret stays."""
    user: Any = request.user
    return webhook_services.save_webhook(webhook_id=webhook_id, **given.dict(), by=user)[0]


@router.post(
    "/webhooks/{int:webhook_id}/secret",
    response=NewWebhookOut,
    operation_id="rotate_webhook_secret",
)
def rotate_webhook_secret(request: HttpRequest, webhook_id: int, given: RotateIn) -> Any:
    """Sign with a new secret, shown this once. Takes no Idempotency-Key."""
    user: Any = request.user
    made, secret = webhook_services.rotate_webhook_secret(
        webhook_id=webhook_id, overlap_hours=given.overlap_hours, by=user
    )
    return _with_secret(made, secret)


@router.post(
    "/webhooks/{int:webhook_id}/off", response=WebhookOut, operation_id="switch_webhook_off"
)
def switch_webhook_off(request: HttpRequest, webhook_id: int) -> Any:
    """Deliver nothing more; what waits is given up."""
    return webhook_services.switch_webhook_off(webhook_id=webhook_id, by=request.user)  # type: ignore[arg-type]


@router.post("/webhooks/{int:webhook_id}/on", response=WebhookOut, operation_id="switch_webhook_on")
def switch_webhook_on(request: HttpRequest, webhook_id: int) -> Any:
    """Deliver facts again from now on."""
    return webhook_services.switch_webhook_on(webhook_id=webhook_id, by=request.user)  # type: ignore[arg-type]


@router.post(
    "/webhooks/{int:webhook_id}/remove", response={204: None}, operation_id="remove_webhook"
)
def remove_webhook(request: HttpRequest, webhook_id: int) -> Any:
    """Forget a webhook and its secret."""
    webhook_services.remove_webhook(webhook_id=webhook_id, by=request.user)  # type: ignore[arg-type]
    return Status(204, None)


@router.post(
    "/webhooks/{int:webhook_id}/ping", response={202: SendingOut}, operation_id="send_ping"
)
def send_ping(request: HttpRequest, webhook_id: int) -> Any:
    """Try the address; GET the delivery for what came back."""
    user: Any = request.user
    return Status(202, webhook_services.send_ping(webhook_id=webhook_id, by=user))


@router.get(
    "/webhooks/{int:webhook_id}/deliveries",
    response=Page[SendingOut],
    operation_id="list_deliveries",
)
def list_deliveries(request: HttpRequest, webhook_id: int, paging: Query[Paging]) -> Any:
    """The log of a webhook, the newest first."""
    user = asker_who_may(request, "save_webhook")
    found = get_object_or_404(webhook_queries.webhooks_for(user), pk=webhook_id)
    return page_of(webhook_queries.deliveries_of(found), paging)


@router.get(
    "/webhooks/deliveries/{int:delivery_id}", response=DeliveryOut, operation_id="get_delivery"
)
def get_delivery(request: HttpRequest, delivery_id: int) -> Any:
    """One delivery with every attempt at it."""
    user = asker_who_may(request, "save_webhook")
    row = webhook_queries.delivery_for(delivery_id, user)
    shown = {name: getattr(row, name) for name in [*SendingOut.model_fields, "message_id"]}
    return shown | {"tries": list(webhook_queries.attempts_of(row)[:100])}


@router.get("/outgoing/{kind}", response=Page[SendingOut], operation_id="list_outgoing")
def list_outgoing(request: HttpRequest, kind: str, paging: Query[Paging], state: str = "") -> Any:
    """What leaves the house, by kind ("kernel.mail"), the newest first."""
    user = asker_who_may(request, "resend_sending")
    rows = outgoing.rows_for(kind, user)
    return page_of(rows.filter(state=state[:8]) if state else rows, paging)


@router.post(
    "/outgoing/{kind}/{int:sending_id}/resend", response=SendingOut, operation_id="resend_sending"
)
def resend_sending(request: HttpRequest, kind: str, sending_id: int) -> Any:
    """Send it once more."""
    return outgoing.resend_sending(kind=kind, sending_id=sending_id, by=request.user)  # type: ignore[arg-type]


@router.post(
    "/outgoing/{kind}/{int:sending_id}/drop", response=SendingOut, operation_id="drop_sending"
)
def drop_sending(request: HttpRequest, kind: str, sending_id: int) -> Any:
    """Give it up."""
    return outgoing.drop_sending(kind=kind, sending_id=sending_id, by=request.user)  # type: ignore[arg-type]


@router.get("/me/calendars", response=list[FeedOut], operation_id="list_calendar_feeds")
def list_calendar_feeds(request: HttpRequest) -> Any:
    """One's own calendar addresses, without what opens them."""
    return feeds.feeds_of(request.user)  # type: ignore[arg-type]


@router.post("/me/calendars", response={201: NewFeedOut}, operation_id="make_calendar_feed")
def make_calendar_feed(request: HttpRequest, given: FeedIn) -> Any:
    """A new address for a calendar, shown this once; the former one of the kind ends."""
    feed, token = feeds.make_calendar_feed(kind=given.kind, by=request.user)  # type: ignore[arg-type]
    shown = {name: getattr(feed, name) for name in FeedOut.model_fields}
    return Status(201, shown | {"url": public_url(f"/feeds/{token}.ics")})


@router.post(
    "/me/calendars/{int:feed_id}/revoke", response=FeedOut, operation_id="revoke_calendar_feed"
)
def revoke_calendar_feed(request: HttpRequest, feed_id: int) -> Any:
    """The address no longer works."""
    return feeds.revoke_calendar_feed(feed_id=feed_id, by=request.user)  # type: ignore[arg-type]


@router.get("/tokens", response=Page[TokenInUse], operation_id="list_tokens_in_use")
def list_tokens_in_use(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Everybody's keys for programs, the newest first."""
    asker_who_may(request, "withdraw_api_token")
    return page_of(queries.tokens_in_use(), paging)


@router.post(
    "/tokens/{int:token_id}/revoke", response=TokenInUse, operation_id="withdraw_api_token"
)
def withdraw_api_token(request: HttpRequest, token_id: int) -> Any:
    """A colleague's key no longer works."""
    return services.withdraw_api_token(token_id=token_id, by=request.user)  # type: ignore[arg-type]
