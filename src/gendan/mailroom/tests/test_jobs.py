"""The jobs of the mailroom in a real worker of the queue "outside"."""

from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from gendan.kernel.sending import QUEUE
from gendan.mailroom import jobs, reading, services
from gendan.mailroom.models import MailMessage
from gendan.testing.cast import person
from gendan.testing.mail_server import MailServer
from gendan.testing.make import mailroom as make


def work() -> None:
    """Let a worker do what waits in the queue, and end.

    In a thread of its own: after tests in a browser this one has an event loop that never ends.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(_work).result()


def _work() -> None:
    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    with app.replace_connector(connector) as worker:
        worker.run_worker(queues=[QUEUE], wait=False, concurrency=2, install_signal_handlers=False)


@pytest.mark.django_db(transaction=True)
def test_what_the_verbs_ask_for_is_done_by_the_worker(
    imap: MailServer, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_PER_READING", 2)
    box = make.mailbox(imap, address)
    for _number in range(5):
        imap.deliver(address, make.letter())
    services.test_mailbox(mailbox_id=box.pk, by=person("zhao"))
    services.read_mailbox_now(mailbox_id=box.pk, by=person("mei"))
    for _portion in range(3):  # a worker that does not wait ends before a job's successor is free
        work()
    box.refresh_from_db()
    assert (box.test_problem, box.problem) == ("", "")
    assert box.tested_at is not None
    assert box.asked_at is None
    assert MailMessage.objects.filter(state="taken").count() == 5
    jobs_left = ProcrastinateJob.objects.filter(queue_name=QUEUE).exclude(status="succeeded")
    assert list(jobs_left.values_list("task_name", "status")) == []


@pytest.mark.django_db(transaction=True)
def test_a_mailbox_whose_time_has_come_is_read_and_what_was_cut_off_is_sorted(
    imap: MailServer, address: str
) -> None:
    box = make.mailbox(imap, address)
    imap.deliver(address, make.letter("first"))
    make.read(box)
    MailMessage.objects.update(state="waiting", incoming=None)
    imap.deliver(address, make.letter("second"))
    box.next_read_at = None
    box.save(update_fields=["next_read_at"])
    jobs.read_due_mailboxes(timestamp=0)
    work()
    states = MailMessage.objects.order_by("pk").values_list("subject", "state")
    assert list(states) == [("first", "taken"), ("second", "taken")]
