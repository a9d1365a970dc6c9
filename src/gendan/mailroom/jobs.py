"""What the worker does for the mailroom: in the queue "outside", and one job in "reading"."""

from django.db import connection
from procrastinate.contrib.django import app

from gendan.intake import sandbox
from gendan.intake.jobs import QUEUE as READING
from gendan.intake.models import Incoming
from gendan.kernel import files, reactions
from gendan.kernel.sending import QUEUE
from gendan.mailroom import deferring, reading, services
from gendan.mailroom.despatches import HINTS


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


@app.task(name="read_despatch", queue=READING, retry=reactions.RETRY)
def read_despatch(*, incoming_id: int) -> None:
    """Read a supplier's mail once more, told that it is about goods on their way."""
    connection.close_if_unusable_or_obsolete()
    read_despatch_now(incoming_id=incoming_id)


def read_despatch_now(*, incoming_id: int) -> None:
    """Read it outside any transaction, then make notices of what was found."""
    incoming = Incoming.objects.select_related("file").filter(pk=incoming_id).first()
    if incoming is None:
        return
    with files.open_file(incoming.file) as content:
        answer = sandbox.read_apart(
            content, filename=incoming.file_name, hints=HINTS, is_slow_allowed=False
        )
    if not answer.problem:
        services.take_ship_notices(incoming_id=incoming_id, documents=answer.documents)


reactions.FOLLOW_UPS["read_despatch"] = read_despatch_now
