"""Jobs of the mailroom on the queue "outside": no verb waits for a mail server.

Jobs of one mailbox run one after another (their lock), mailboxes beside each other: a server that
hangs holds up only its own mailbox. The jobs themselves are in jobs.py.
"""

from procrastinate.contrib.django import app

from gendan.intake.jobs import QUEUE as READING
from gendan.kernel.sending import QUEUE


def reading(mailbox_id: int) -> None:
    """Have a mailbox read, in the present transaction."""
    _defer("read_mailbox", f"mailbox:{mailbox_id}", mailbox_id=mailbox_id)


def trial(mailbox_id: int) -> None:
    """Have a mailbox tried."""
    _defer("try_mailbox", f"mailbox-trial:{mailbox_id}", mailbox_id=mailbox_id)


def sorting(message_id: int) -> None:
    """Have a mail sorted once more."""
    _defer("sort_mail", f"mail-message:{message_id}", message_id=message_id)


def reading_despatch(incoming_id: int) -> None:
    """Have a supplier's mail read once more, for the lines of a packing list."""
    app.configure_task("read_despatch", queue=READING).defer(incoming_id=incoming_id)


def _defer(task: str, lock: str, **values: int) -> None:
    app.configure_task(task, queue=QUEUE, lock=lock).defer(**values)
