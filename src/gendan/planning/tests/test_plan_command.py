"""The command that plans the company from a terminal."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from gendan.catalog.models import WorkCenter
from gendan.planning import jobs, services
from gendan.planning.calculating import calculate
from gendan.planning.deferring import LOCK
from gendan.planning.models import PlanRun
from gendan.planning.tests.factory import chairs, ordered
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db


def test_it_prints_the_figures_of_the_live_plan() -> None:
    chairs()
    ordered()
    out = StringIO()
    call_command("plan", stdout=out)
    assert PlanRun.objects.get().is_live
    lines = [line.split(maxsplit=1) for line in out.getvalue().splitlines()[1:]]
    assert ["4", "planned orders"] in lines
    assert ["0", "late customer orders"] in lines


def test_it_names_what_is_wrong_in_words() -> None:
    chairs()
    masters.item("LAMP", supply="make")
    orders.confirmed(masters.customer(), [orders.line("LAMP", 5)])
    out = StringIO()
    call_command("plan", stdout=out)
    assert "1  no bom: LAMP\n" in out.getvalue()


def test_a_work_centre_without_minutes_is_named() -> None:
    chairs()
    WorkCenter.objects.filter(code="SAW").update(minutes_per_day=0)
    ordered()
    out = StringIO()
    call_command("plan", stdout=out)
    assert "late for want of minutes at SAW\n" in out.getvalue()


def test_it_waits_for_the_worker_that_calculates(monkeypatch: pytest.MonkeyPatch) -> None:
    chairs()
    ordered()
    worker, slept = connection.copy(), []

    def lock(function: str) -> None:
        with worker.cursor() as cursor:
            cursor.execute(f"SELECT {function}(hashtext(%s))", [LOCK])

    def sleep(seconds: float) -> None:
        slept.append(PlanRun.objects.get().state)
        if len(slept) == 3:
            lock("pg_advisory_unlock")

    monkeypatch.setattr(jobs, "sleep", sleep)
    lock("pg_advisory_lock")
    try:
        call_command("plan", stdout=StringIO())
    finally:
        worker.close()
    assert slept == ["waiting"] * 3
    run = PlanRun.objects.get()
    assert (run.is_live, run.attempts) == (True, 1)


def test_what_is_firmed_meanwhile_has_it_calculated_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chairs()
    ordered()
    call_command("plan", stdout=StringIO())
    times: list[int] = []

    def firmed_meanwhile(*given: Any) -> Any:
        times.append(1)
        if len(times) == 1:
            PlanRun.objects.filter(is_live=True).update(firmings=7)
        return calculate(*given)

    monkeypatch.setattr(jobs, "calculate", firmed_meanwhile)
    monkeypatch.setattr(jobs, "sleep", lambda seconds: None)
    call_command("plan", stdout=StringIO())
    assert len(times) == 2
    assert PlanRun.objects.latest("pk").is_live


def test_a_worker_leaves_its_run_for_later_while_another_calculates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    chairs()
    run = services.run_plan(by=None)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [LOCK])
        waiting = ProcrastinateJob.objects.count()
        jobs.calculate_plan(run_id=run.pk)
        run.refresh_from_db()
        assert (run.state, run.attempts) == ("waiting", 0)
        assert ProcrastinateJob.objects.count() == waiting + 1
    finally:
        other.close()


def test_a_plan_that_fails_is_an_error() -> None:
    chairs()
    masters.bom("LEG", {"WOOD": "2000000"}, revision="2")
    masters.bom("CHAIR", {"LEG": "2000000"}, revision="2")
    ordered(1_000_000)
    with pytest.raises(CommandError, match="WOOD"):
        call_command("plan", stdout=StringIO())
