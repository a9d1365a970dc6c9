"""A reading that is killed anywhere: in the end each mail is here once, and none is lost."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connection

from gendan.intake.models import Incoming
from gendan.mailroom import invariants, reading
from gendan.mailroom.models import Mailbox, MailMessage
from gendan.testing.mail_server import MailServer
from gendan.testing.make import mailroom as make

MAILS = 30
FEWEST_DEATHS = 3


@contextmanager
def reader(box: Mailbox) -> Iterator[Callable[[], int]]:
    """Gives birth to processes that read the mailbox; each call returns the number of one."""
    given = {
        "database": connection.settings_dict["NAME"],
        "private": sorted(django_settings.PRIVATE_TARGETS),
        "files": default_storage.location,  # type: ignore[attr-defined]
    }
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-W", "ignore", "-m", "gendan.mailroom.tests.reader", str(box.pk)],
        env=os.environ | {"GENDAN_TEST_READER": json.dumps(given)},
        cwd=Path(django_settings.BASE_DIR),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as mother:
        assert mother.stdin is not None
        assert mother.stdout is not None
        line, said = mother.stdin, mother.stdout

        def bear() -> int:
            line.write("\n")
            line.flush()
            return int(said.readline())

        try:
            yield bear
        finally:
            line.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after_reading", ["seen", "move"])
def test_a_reading_that_is_killed_again_and_again_takes_each_mail_once(
    after_reading: str, imap: MailServer, address: str
) -> None:
    imap.command(address, "create", "Done")
    moves = {"move_to": "Done"} if after_reading == "move" else {}
    box = make.mailbox(imap, address, after_reading=after_reading, **moves)
    for number in range(MAILS):
        imap.deliver(address, make.letter(f"Order {number}"))
    chance = random.Random(20261127)
    deaths = 0
    with reader(box) as bear:
        while MailMessage.objects.count() < MAILS:
            before = MailMessage.objects.count()
            child = bear()
            # It lives until it has taken a mail, then dies wherever it happens to be.
            for _look in range(2000):
                if MailMessage.objects.count() > before:
                    break
                time.sleep(0.005)
            time.sleep(chance.random() * 0.05)
            os.kill(child, signal.SIGKILL)
            deaths += 1
    assert deaths >= FEWEST_DEATHS
    while reading.read(box.pk).taken:
        pass
    reading.sort_waiting()
    box.refresh_from_db()
    assert box.problem == ""
    subjects = Counter(MailMessage.objects.values_list("subject", flat=True))
    assert subjects == Counter(f"Order {number}" for number in range(MAILS))
    assert set(MailMessage.objects.values_list("state", flat=True)) == {"taken"}
    assert Incoming.objects.count() == MAILS
    assert invariants.check() == []
    if after_reading == "move":
        assert imap.mails(address) == []
        assert len(imap.mails(address, "Done")) == MAILS
    else:
        assert all("\\Seen" in flags for flags in imap.mails(address))


@pytest.mark.django_db
@pytest.mark.parametrize("cut", ["take", "mark", "sort"])
def test_a_reading_that_dies_between_two_steps_is_finished_by_the_next(
    cut: str, box: Mailbox, imap: MailServer, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.deliver(address, make.letter())

    class Killed(BaseException):
        """What no handler of ours catches."""

    def die(*args: object, **kwargs: object) -> None:
        raise Killed

    target = {"take": "services.take_mail", "mark": "_mark_one", "sort": "sort"}[cut]
    with monkeypatch.context() as patch:
        patch.setattr(f"gendan.mailroom.reading.{target}", die)
        with pytest.raises(Killed):
            reading.read(box.pk)
    assert MailMessage.objects.count() == (0 if cut == "take" else 1)
    assert ("\\Seen" in imap.mails(address)[0]) is (cut == "sort")
    make.read(box)
    reading.sort_waiting()
    assert [one.state for one in MailMessage.objects.all()] == ["taken"]
    assert "\\Seen" in imap.mails(address)[0]
