"""Facts about webhooks. The address may carry a key of the other side: only its host is told."""

from dataclasses import dataclass

from gendan.kernel.journal import Fact


@dataclass(frozen=True, kw_only=True)
class WebhookSaved(Fact):
    """A webhook was made or changed; no kinds of facts: all."""

    webhook_id: int
    webhook_name: str
    host: str
    facts: list[str]


@dataclass(frozen=True, kw_only=True)
class WebhookSecretRotated(Fact):
    """Deliveries are signed with a new secret, and until the end of the overlap with the old."""

    webhook_id: int
    webhook_name: str
    overlap_hours: int


@dataclass(frozen=True, kw_only=True)
class WebhookSwitchedOff(Fact):
    """Nothing more is delivered: by hand, because the target is gone (410), or only fails."""

    webhook_id: int
    webhook_name: str
    reason: str
    dropped: int


@dataclass(frozen=True, kw_only=True)
class WebhookSwitchedOn(Fact):
    """Facts are delivered again, from now on."""

    webhook_id: int
    webhook_name: str


@dataclass(frozen=True, kw_only=True)
class WebhookRemoved(Fact):
    """A webhook was removed with its secret; its log stays for as long as other logs."""

    webhook_id: int
    webhook_name: str
