"""The messenger as a real process: a target that hangs holds up neither mails nor other targets."""

import os
import subprocess
import sys
import time
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection

from gendan.kernel import journal, mail, reactions
from gendan.kernel.events import TokenMade
from gendan.kernel.models import Mail, Webhook, WebhookDelivery
from gendan.kernel.tests import targets
from gendan.kernel.webhooks import services
from gendan.testing.mailbox import Mailbox
from tests.house.test_worker import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

# Fewer slots than rows of the target that hangs: without lanes they would take all.
MESSENGER = """
import django
django.setup()
from gendan.config import processes
processes.work(concurrency=2, queues=["outside"])
"""


def messenger(smtp_port: int) -> subprocess.Popen[bytes]:
    found = connection.settings_dict
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{found['USER']}@/{found['NAME']}?host={found['HOST']}",
        "GENDAN_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "GENDAN_PRIVATE_TARGETS": "127.0.0.1",
        "GENDAN_SECRET_KEY": configured.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "gendan.config.settings",
        "PYTHONPATH": os.pathsep.join(("src", ".")),
    }
    return subprocess.Popen([sys.executable, "-c", MESSENGER], env=environment)


def test_one_that_hangs_holds_up_nobody_else(settings: Any, mailbox: Mailbox) -> None:
    settings.PRIVATE_TARGETS = frozenset({"127.0.0.1"})
    with targets.target() as hanging, targets.target() as healthy:
        hanging.behaviour = "hang"
        for name, server in (("hangs", hanging), ("answers", healthy)):
            services.save_webhook(name=name, url=server.url, facts=["TokenMade"], by=None)
        for number in range(6):
            journal.record(TokenMade(token_id=number, token_name="x"), about="company")
        reactions.run_due()
        for _number in range(4):
            mail.write_mail(to=["a@b.example"], subject="x", text="x", about="company")
        process = messenger(settings.EMAIL_PORT)
        try:
            wait_until(lambda: bool(hanging.asked))
            began = time.monotonic()
            wait_until(lambda: len(mailbox.received) == 4 and len(healthy.asked) == 6)
            # Less than what one attempt at the target that hangs takes.
            assert time.monotonic() - began < 10
            assert len(hanging.asked) == 1
            left = WebhookDelivery.objects.filter(webhook__name="hangs").exclude(state="waiting")
            wait_until(lambda: bool(Webhook.objects.get(name="hangs").paused_until), 30)
            assert not left.exists()
            assert not Mail.objects.exclude(state="sent").exists()
        finally:
            process.terminate()
            assert process.wait(15) is not None
