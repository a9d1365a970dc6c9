"""What leaves the house (mails, webhooks, robots): rows that are tried until they have gone.

A verb writes a row and calls `defer`; a worker of the queue "outside" sends it after the commit. A
slow or dead server never holds a verb or a reaction up. What fails is tried again after growing
pauses, then parked in sight. Each kind registers how one row is sent with `@sends(Model)`.
"""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import connection, models
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from gendan.kernel import clock

log = logging.getLogger(__name__)

QUEUE = "outside"
# Minutes until the next attempt; after the last one the row is parked (about a day in all).
PAUSES_MINUTES = (1, 5, 15, 60, 180, 480, 720)
S = TypeVar("S", bound="Sending")


class SendingFailed(Exception):
    """An attempt that failed; the message says why, `is_final` that trying again is no use."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final


class SendingState(models.TextChoices):
    """How far a row is."""

    WAITING = "waiting", _("on its way")
    SENT = "sent", _("sent")
    PARKED = "parked", _("failed")
    DROPPED = "dropped", _("not sent")


class Sending(models.Model):
    """What rows of all kinds share: state, attempts, what went wrong."""

    state = models.CharField(
        max_length=8, choices=SendingState.choices, default=SendingState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


_senders: dict[str, tuple[type[Sending], Callable[[Any], None]]] = {}


def sends(model: type[S]) -> Callable[[Callable[[S], None]], Callable[[S], None]]:
    """Register how one row of a kind is sent: `@sends(Mail)` on `def send_mail(mail)`.

    The function runs outside any transaction and raises SendingFailed when it did not work.
    """

    def register(function: Callable[[S], None]) -> Callable[[S], None]:
        _senders[model._meta.label_lower] = (model, function)
        return function

    return register


def defer(rows: Sequence[Sending], *, at: dt.datetime | None = None) -> None:
    """Enqueue rows in the present transaction: one query per kind; `at` for not before then."""
    if rows:
        kind = rows[0]._meta.label_lower
        job = send.configure(schedule_at=at) if at else send
        job.batch_defer(*[{"kind": kind, "pk": row.pk} for row in rows])


@app.task(name="send", queue=QUEUE)
def send(*, kind: str, pk: int) -> None:
    """One attempt at one row, as a job of the worker."""
    connection.close_if_unusable_or_obsolete()
    attempt(kind, pk)


def attempt(kind: str, pk: int) -> None:
    """Try to send a row that waits; what fails is deferred again or parked."""
    model, function = _senders[kind]
    manager = model._default_manager
    # Counted first: what kills the process is not tried for ever.
    if not manager.filter(pk=pk, state=SendingState.WAITING).update(
        attempts=models.F("attempts") + 1, next_try_at=None
    ):
        return
    row = manager.get(pk=pk)
    try:
        function(row)
    except SendingFailed as error:
        _failed(row, str(error), is_final=error.is_final)
    except Exception as error:
        log.exception("sending %s %s", kind, pk)
        _failed(row, type(error).__name__, is_final=False)
    else:
        manager.filter(pk=pk).update(state=SendingState.SENT, sent_at=clock.now(), last_error="")


def _failed(row: Sending, why: str, *, is_final: bool) -> None:
    found = type(row)._default_manager.filter(pk=row.pk)
    if is_final or row.attempts > len(PAUSES_MINUTES):
        found.update(state=SendingState.PARKED, last_error=why[:500])
        return
    next_try_at = clock.now() + dt.timedelta(minutes=PAUSES_MINUTES[row.attempts - 1])
    found.update(last_error=why[:500], next_try_at=next_try_at)
    defer([row], at=next_try_at)


def again(row: Sending) -> None:
    """Send once more what was parked, dropped or sent: attempts begin anew."""
    row.state = SendingState.WAITING
    row.attempts = 0
    row.next_try_at = None
    row.save(update_fields=["state", "attempts", "next_try_at"])
    defer([row])


def send_waiting(*, even_later: bool = False) -> int:
    """Make one attempt at every waiting row here and now; for tests. Returns how many."""
    done = 0
    for kind, (model, _function) in _senders.items():
        rows = model._default_manager.filter(state=SendingState.WAITING)
        if not even_later:
            rows = rows.filter(next_try_at=None)
        for pk in list(rows.values_list("pk", flat=True)):
            attempt(kind, pk)
            done += 1
    return done


def drop_waiting() -> None:
    """Nothing that waits will be sent: for simulated worlds, whose mail must reach nobody."""
    for model, _function in _senders.values():
        model._default_manager.filter(state=SendingState.WAITING).update(state=SendingState.DROPPED)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'send'")
