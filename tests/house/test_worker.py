"""Worker processes on a real database: a killed one loses nothing, failing reactions are parked."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from gendan.kernel import journal, reactions
from tests.house.worker_probe import ProbeWasSent

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import django
django.setup()
import tests.house.worker_probe
from procrastinate.contrib.django import app
from gendan.kernel import reactions
reactions.STALLED_AFTER_SECONDS = 2
with app.replace_connector(app.connector.get_worker_connector()) as worker:
    worker.run_worker(wait=True, install_signal_handlers=True, update_heartbeat_interval=0.5,
                      stalled_worker_timeout=2, fetch_job_polling_interval=0.5)
"""


def worker(probe: Path) -> subprocess.Popen[bytes]:
    settings = connection.settings_dict
    host, name, user = settings["HOST"], settings["NAME"], settings["USER"]
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{user}@/{name}?host={host}",
        "GENDAN_PROBE": str(probe),
        "DJANGO_SETTINGS_MODULE": "gendan.config.settings",
        "PYTHONPATH": os.pathsep.join(("src", ".")),
    }
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment)


def wait_until(holds: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def words(probe: Path) -> list[str]:
    return probe.read_text().split() if probe.exists() else []


def test_a_reaction_survives_the_death_of_its_worker(tmp_path: Path) -> None:
    probe = tmp_path / "probe"
    journal.record(ProbeWasSent(seconds=3), about="test")
    first = worker(probe)
    try:
        wait_until(lambda: words(probe) == ["began"])
    finally:
        first.kill()
        first.wait()
    assert words(probe) == ["began"]
    second = worker(probe)
    try:
        # The job comes back by the very task that does it in production, run a little earlier
        # than its minute.
        time.sleep(2.5)
        reactions.retry_stalled.defer(timestamp=0)
        wait_until(lambda: "done" in words(probe))
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=10) == 0
    finally:
        second.kill()
        second.wait()
    assert words(probe) == ["began", "began", "done"]


def test_a_reaction_that_always_fails_is_parked_and_can_be_tried_again(tmp_path: Path) -> None:
    probe = tmp_path / "probe"
    journal.record(ProbeWasSent(seconds=0, fails=True), about="test")
    job = ProcrastinateJob.objects.get(task_name="react")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 8 WHERE id = %s", [job.id])
    process = worker(probe)
    try:
        wait_until(lambda: bool(reactions.parked()))
    finally:
        process.terminate()
        process.wait(timeout=10)
    [parked] = reactions.parked()
    assert parked["id"] == job.id
    assert parked["listener"].endswith("take_time")
    reactions.try_again(job.id)
    assert reactions.parked() == []
    assert ProcrastinateJob.objects.get(pk=job.id).status == "todo"
