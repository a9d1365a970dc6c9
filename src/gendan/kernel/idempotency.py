"""The same POST asked twice has its effect once and the same answer twice (Idempotency-Key).

The claim of the key, the verb's effect and the answer are written in one transaction: a crash in
between leaves nothing of the three, so the program may ask again. A second request with the same
key waits for the first at the unique constraint (lock_timeout at most), then finds its answer.
Refusals are not kept: whoever mends the request may use the key again.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from gendan.kernel import clock
from gendan.kernel.errors import Busy, DomainError, Invalid
from gendan.kernel.models import IdempotentAnswer, User

KEPT_DAYS = 7
_LONGEST = 200


class KeyUsedForAnother(DomainError):
    """The Idempotency-Key belongs to another request."""


class KeyRefused(Invalid):
    """Not an Idempotency-Key."""


@dataclass(frozen=True)
class Answer:
    """A status and a JSON body; `is_again` when it is a kept one."""

    status: int
    body: Any
    is_again: bool = False


def answer_once(*, user: User, key: str, digest: str, answer: Callable[[], Answer]) -> Answer:
    """The kept answer of this key, or `answer()` whose effect and answer are kept together.

    `digest` tells requests apart. Raises KeyUsedForAnother when the key has answered another one,
    Busy when the first request with the key is still running.
    """
    if not key.isprintable() or len(key) > _LONGEST:
        raise KeyRefused(_("An Idempotency-Key has at most 200 printable characters."))
    kept = _kept(user, key, digest)
    if kept is not None:
        return kept
    try:
        with transaction.atomic():
            claim = IdempotentAnswer.objects.create(
                user=user, key=key, request_digest=digest, made_at=clock.now()
            )
            given = answer()
            if given.status >= 400:
                transaction.set_rollback(True)
            else:
                claim.status, claim.body = given.status, given.body
                claim.save(update_fields=["status", "body"])
        return given
    except IntegrityError:
        kept = _kept(user, key, digest)
        if kept is None:
            raise
        return kept
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != "55P03":
            raise
        raise Busy(_("The first request with this key is still running.")) from error


def _kept(user: User, key: str, digest: str) -> Answer | None:
    row = IdempotentAnswer.objects.filter(user=user, key=key).first()
    if row is None or row.status is None:
        return None
    if row.request_digest != digest:
        raise KeyUsedForAnother(
            _("This Idempotency-Key has answered another request; use a new key for a new request.")
        )
    return Answer(row.status, row.body, is_again=True)


def forget_old_answers() -> int:
    """Drop answers older than KEPT_DAYS; returns how many."""
    before = clock.now() - dt.timedelta(days=KEPT_DAYS)
    return IdempotentAnswer.objects.filter(made_at__lt=before).delete()[0]
