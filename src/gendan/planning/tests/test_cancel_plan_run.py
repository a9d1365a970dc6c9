"""Stopping a plan run."""

import pytest

from gendan.kernel.errors import NotThere
from gendan.planning import jobs, services
from gendan.planning.models import PlannedOrder
from gendan.planning.services.runs import NothingToCancel
from gendan.planning.tests.factory import chairs, ordered, planned
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db


def test_a_waiting_run_is_not_begun() -> None:
    run = services.run_plan(by=None)
    services.cancel_plan_run(run_id=run.pk, by=person("ping"))
    jobs.calculate_now(run.pk)
    run.refresh_from_db()
    assert (run.state, run.is_live, run.attempts) == ("cancelled", False, 0)


def test_a_running_one_stops_and_the_live_plan_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    chairs()
    ordered()
    live = planned()
    run = services.run_plan(by=None)
    noted = services.note_plan_progress

    def cancelled_in_the_middle(**values: object) -> bool:
        if values["stage"] == "pegging":
            services.cancel_plan_run(run_id=run.pk, by=None)
        return noted(**values)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "note_plan_progress", cancelled_in_the_middle)
    jobs.calculate_now(run.pk)
    run.refresh_from_db()
    live.refresh_from_db()
    assert (run.state, live.is_live) == ("cancelled", True)
    assert not PlannedOrder.objects.filter(run=run).exists()


def test_it_refuses_what_is_over() -> None:
    run = planned()
    with pytest.raises(NothingToCancel):
        services.cancel_plan_run(run_id=run.pk, by=None)
    with pytest.raises(NotThere):
        services.cancel_plan_run(run_id=run.pk + 1, by=None)
