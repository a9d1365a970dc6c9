"""A plan by a real worker process: one that is killed in the middle leaves the live plan whole."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from django.db import connection

from gendan.planning import jobs, services
from gendan.planning.models import PlannedOrder, PlanRun
from gendan.planning.tests.factory import chairs, ordered

pytestmark = pytest.mark.django_db(transaction=True)

# The first attempt of a run hangs where everything is calculated and nothing is written yet.
WORKER = """
import time
import django
django.setup()
from procrastinate.contrib.django import app
from gendan.kernel import reactions
from gendan.planning import jobs, services
reactions.STALLED_AFTER_SECONDS = 2
finish = services.finish_plan_run
def slow(**values):
    if values["attempt"] == 1:
        time.sleep(600)
    return finish(**values)
services.finish_plan_run = slow
with app.replace_connector(app.connector.get_worker_connector()) as worker:
    worker.run_worker(wait=True, install_signal_handlers=True, update_heartbeat_interval=0.5,
                      stalled_worker_timeout=2, fetch_job_polling_interval=0.5)
"""


def worker() -> subprocess.Popen[bytes]:
    settings = connection.settings_dict
    host, name, user = settings["HOST"], settings["NAME"], settings["USER"]
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{user}@/{name}?host={host}",
        "DJANGO_SETTINGS_MODULE": "gendan.config.settings",
        "PYTHONPATH": os.pathsep.join(("src", ".")),
    }
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment)


def wait_until(holds: Callable[[], bool], seconds: float = 100) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.2)


def test_a_killed_planner_is_followed_by_the_next_and_the_live_plan_stays_whole() -> None:
    chairs()
    ordered()
    live = services.run_plan(by=None)
    jobs.calculate_now(live.pk)
    with connection.cursor() as cursor:
        # Reactions to what was ordered would ask for a plan of their own, which hangs as well.
        cursor.execute("DELETE FROM procrastinate_jobs")
    run = services.run_plan(by=None)
    rows = PlanRun.objects.filter(pk=run.pk)
    first = worker()
    try:
        wait_until(lambda: rows.filter(stage="writing").exists())
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert PlanRun.objects.get(is_live=True).pk == live.pk
        assert not PlannedOrder.objects.filter(run=run).exists()
        second = worker()
        try:
            wait_until(lambda: rows.filter(state="done").exists())
        finally:
            second.send_signal(signal.SIGTERM)
            second.wait(20)
    finally:
        first.kill()
    run.refresh_from_db()
    assert (run.is_live, run.attempts) == (True, 2)
    assert PlannedOrder.objects.filter(run=run).count() == 4
