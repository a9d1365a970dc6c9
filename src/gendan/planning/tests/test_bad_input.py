"""What a plan of the company says of data that cannot be planned with; the rest comes out."""

import datetime as dt
from collections.abc import Iterator

import pytest

from gendan.catalog.models import WorkCenter
from gendan.kernel import clock
from gendan.planning import invariants
from gendan.planning.late_lines import late_lines
from gendan.planning.models import PlanDemand, PlannedOrder, ScheduledOrder
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def test_a_work_centre_without_capacity_is_named_and_the_rest_is_planned() -> None:
    WorkCenter.objects.filter(code="ASSEMBLY").update(minutes_per_day=0)
    order = ordered(10, day=dt.date(2026, 4, 30))
    run = planned()
    demand = PlanDemand.objects.get(run=run, order=order)
    assert (demand.is_late, demand.ready_on) == (True, None)
    [line] = late_lines(run, person("ping"), 10)
    assert line.binding is not None
    assert line.binding.late is not None
    assert (line.binding.late.reason, line.binding.late.center) == ("centre", "ASSEMBLY")
    legs = ScheduledOrder.objects.get(run=run, item__code="LEG")
    assert not legs.is_late
    assert PlannedOrder.objects.filter(run=run).count() == 4
    assert invariants.check() == []


def test_what_is_needed_after_the_days_that_are_looked_at_is_not_called_late() -> None:
    """The schedule looks three years ahead; beyond, the dates of the net requirements hold."""
    far = MONDAY.replace(year=MONDAY.year + 4)
    order, soon = ordered(10, day=far), ordered(10, day=dt.date(2026, 4, 30))
    run = planned()
    demand = PlanDemand.objects.get(run=run, order=order)
    assert (demand.is_late, demand.ready_on) == (False, far)
    assert not PlanDemand.objects.get(run=run, order=soon).is_late
    assert run.figures["late_demands"] == 0
    assert invariants.check() == []
