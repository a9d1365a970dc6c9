"""Signatures of the Standard Webhooks convention (standardwebhooks.com): v1, HMAC-SHA256."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"


def new_secret() -> str:
    """A secret as both sides write it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(
    *, message_id: str, timestamp: int, body: bytes, signed_with: list[str]
) -> dict[str, str]:
    """The three headers of the convention; with several secrets there are several signatures."""
    signed = b".".join([message_id.encode(), str(timestamp).encode(), body])
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_signature(one, signed)}" for one in signed_with),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
