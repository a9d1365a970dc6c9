"""What leaves the house (mails, webhooks, robots): rows that are tried until they have gone.

A verb writes a row and calls `defer`; a worker of the queue "outside" sends it after the commit. A
slow or dead server never holds a verb or a reaction up. What fails is tried again after growing
pauses, then parked in sight. Each kind registers how one row is sent with `@sends(Model)`.

Rows of one lane (a webhook, a robot, the mail server) go out one after another, lanes beside each
other: a target that hangs costs the messenger one of its slots and holds up nobody else. What is
tried later waits in its table, not in the queue, where it would block its lane.
"""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from gendan.kernel import clock

log = logging.getLogger(__name__)

QUEUE = "outside"
# Minutes until the next attempt; after the last one the row is parked (about a day in all).
PAUSES_MINUTES = (1, 5, 15, 60, 180, 480, 720)
AT_ONCE = 1000
S = TypeVar("S", bound="Sending")


class SendingFailed(Exception):
    """An attempt that failed; the message says why, `is_final` that trying again is no use."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final


class SendingPostponed(Exception):
    """Not now: nothing was asked of anybody, and the row's attempts stay as they are."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__(f"not before {until:%Y-%m-%d %H:%M}")
        self.until = until


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

    @property
    def lane(self) -> str:
        """Whose rows go out one after another; a kind with several targets has one for each."""
        return self._meta.label_lower

    @property
    def goes_to(self) -> str:
        """To whom, in a few words."""
        return ""

    @property
    def gist(self) -> str:
        """What it is, in a few words."""
        return str(self)

    @property
    def documents(self) -> list[str]:
        """The names of the documents it is about."""
        about = getattr(self, "about", [])
        return [about] if isinstance(about, str) else list(about)


@dataclass(frozen=True)
class Sender:
    """How rows of one kind are sent, and what is done when one was given up."""

    model: type[Sending]
    send: Callable[[Any], None]
    parked: Callable[[Any], None] | None


_senders: dict[str, Sender] = {}


def sends(
    model: type[S], *, parked: Callable[[S], None] | None = None
) -> Callable[[Callable[[S], None]], Callable[[S], None]]:
    """Register how one row of a kind is sent: `@sends(Mail)` on `def send_mail(mail)`.

    The function runs outside any transaction and raises SendingFailed when it did not work.
    `parked` is called in the transaction in which a row is given up.
    """

    def register(function: Callable[[S], None]) -> Callable[[S], None]:
        _senders[model._meta.label_lower] = Sender(model, function, parked)
        return function

    return register


def kinds() -> dict[str, type[Sending]]:
    """What leaves the house: the models by kind ("kernel.mail")."""
    return {kind: sender.model for kind, sender in _senders.items()}


def defer(rows: Sequence[Sending], *, at: dt.datetime | None = None) -> None:
    """Enqueue rows of one kind in the present transaction: one query per lane.

    With `at` they are not sent before then (to the minute).
    """
    if rows and at:
        for row in rows:
            row.next_try_at = at
        manager = type(rows[0])._default_manager
        manager.filter(pk__in=[row.pk for row in rows]).update(next_try_at=at)
        return
    lanes: dict[str, list[Sending]] = {}
    for row in rows:
        lanes.setdefault(row.lane, []).append(row)
    for lane, found in lanes.items():
        kind = found[0]._meta.label_lower
        jobs: list[dict[str, Any]] = [{"kind": kind, "pk": row.pk} for row in found]
        send.configure(lock=lane).batch_defer(*jobs)


@app.task(name="send", queue=QUEUE)
def send(*, kind: str, pk: int) -> None:
    """One attempt at one row, as a job of the worker; never two of a lane at once (its lock)."""
    connection.close_if_unusable_or_obsolete()
    attempt(kind, pk)


@app.periodic(cron="* * * * *")
@app.task(name="send_due", queue=QUEUE)
def send_due(timestamp: int) -> None:
    """Once a minute: what was to be tried later, and now is."""
    connection.close_if_unusable_or_obsolete()
    enqueue_due()


def enqueue_due() -> int:
    """Put the rows whose time has come into the queue; returns how many (2 queries a kind)."""
    count = 0
    for model in kinds().values():
        with transaction.atomic():
            waiting = model._default_manager.select_for_update(skip_locked=True).filter(
                state=SendingState.WAITING, next_try_at__lte=clock.now()
            )
            rows = list(waiting.order_by("pk")[:AT_ONCE])
            if rows:
                manager = model._default_manager
                manager.filter(pk__in=[row.pk for row in rows]).update(next_try_at=None)
                defer(rows)
                count += len(rows)
    return count


def attempt(kind: str, pk: int, *, early: bool = False) -> None:
    """Try to send a row that waits and whose time has come; what fails waits again or is parked."""
    sender = _senders[kind]
    manager = sender.model._default_manager
    waiting = manager.filter(pk=pk, state=SendingState.WAITING)
    if not early:
        waiting = waiting.filter(
            models.Q(next_try_at=None) | models.Q(next_try_at__lte=clock.now())
        )
    # Counted first: what kills the process is not tried for ever.
    if not waiting.update(attempts=models.F("attempts") + 1, next_try_at=None):
        return
    row = manager.get(pk=pk)
    try:
        sender.send(row)
    except SendingPostponed as later:
        manager.filter(pk=pk).update(attempts=row.attempts - 1, next_try_at=later.until)
    except SendingFailed as error:
        _failed(row, str(error), is_final=error.is_final)
    except Exception as error:
        log.exception("sending %s %s", kind, pk)
        _failed(row, type(error).__name__, is_final=False)
    else:
        manager.filter(pk=pk).update(state=SendingState.SENT, sent_at=clock.now(), last_error="")


def _failed(row: Sending, why: str, *, is_final: bool) -> None:
    found = type(row)._default_manager.filter(pk=row.pk, state=SendingState.WAITING)
    row.last_error = why.replace("\x00", "")[:500]
    if not is_final and row.attempts <= len(PAUSES_MINUTES):
        pause = dt.timedelta(minutes=PAUSES_MINUTES[row.attempts - 1])
        found.update(last_error=row.last_error, next_try_at=clock.now() + pause)
        return
    parked = _senders[row._meta.label_lower].parked
    with transaction.atomic():
        if found.update(state=SendingState.PARKED, last_error=row.last_error) and parked:
            parked(row)


def again(row: Sending) -> None:
    """Send once more what was parked, dropped or sent: attempts begin anew."""
    row.state = SendingState.WAITING
    row.attempts = 0
    row.next_try_at = None
    row.save(update_fields=["state", "attempts", "next_try_at"])
    defer([row])


def give_up(row: Sending) -> None:
    """A row that waits or is parked will not be sent."""
    row.state = SendingState.DROPPED
    row.next_try_at = None
    row.save(update_fields=["state", "next_try_at"])


def parked() -> "models.QuerySet[Any, Any]":
    """The ids of what was given up, of all kinds in one query: for counting to a limit."""
    first, *others = [
        model._default_manager.filter(state=SendingState.PARKED).order_by().values("pk")
        for model in kinds().values()
    ]
    return first.union(*others, all=True) if others else first


def send_waiting(*, even_later: bool = False) -> int:
    """Make one attempt at every waiting row here and now; for tests. Returns how many."""
    done = 0
    for kind, model in kinds().items():
        rows = model._default_manager.filter(state=SendingState.WAITING)
        if not even_later:
            rows = rows.filter(next_try_at=None)
        for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
            attempt(kind, pk, early=even_later)
            done += 1
    return done


def drop_waiting() -> None:
    """Nothing that waits will be sent: for simulated worlds, whose mail must reach nobody."""
    for model in kinds().values():
        model._default_manager.filter(state=SendingState.WAITING).update(state=SendingState.DROPPED)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'send'")
