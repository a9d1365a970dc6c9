"""What the worker of the queue "outside" does for the mailroom."""

from django.db import connection
from procrastinate.contrib.django import app

from gendan.kernel.sending import QUEUE
from gendan.mailroom import deferring, reading, services


@app.periodic(cron="* * * * *")
@app.task(name="read_due_mailboxes", queue=QUEUE, queueing_lock="read_due_mailboxes")
def read_due_mailboxes(timestamp: int) -> None:
    """Once a minute: the mailboxes whose time has come, and mails whose sorting was cut off."""
    connection.close_if_unusable_or_obsolete()
    services.claim_due_mailboxes()
    reading.sort_waiting()


@app.task(name="read_mailbox", queue=QUEUE)
def read_mailbox(*, mailbox_id: int) -> None:
    """Read one mailbox; never two readings of it at once (the lock of its jobs)."""
    connection.close_if_unusable_or_obsolete()
    if reading.read(mailbox_id).has_more:
        deferring.reading(mailbox_id)


@app.task(name="try_mailbox", queue=QUEUE)
def try_mailbox(*, mailbox_id: int) -> None:
    """Try one mailbox."""
    connection.close_if_unusable_or_obsolete()
    reading.try_out(mailbox_id)


@app.task(name="sort_mail", queue=QUEUE)
def sort_mail(*, message_id: int) -> None:
    """Sort one mail once more."""
    connection.close_if_unusable_or_obsolete()
    reading.sort(message_id)
