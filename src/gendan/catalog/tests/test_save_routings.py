"""Routings and work centres."""

from decimal import Decimal

import pytest

from gendan.catalog.models import Routing, RoutingStep
from gendan.catalog.services import (
    RoutingRow,
    RoutingStepRow,
    WorkCenterRow,
    save_routings,
    save_work_centers,
)
from gendan.kernel.rows import RowsRefused
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def test_steps_replace_those_before_and_one_revision_is_in_force() -> None:
    masters.item("A", supply="make")
    masters.work_center("CUT")
    masters.work_center("SEW")
    masters.routing("A", ("CUT", 10, "0.5"), ("SEW", 5, 2))
    masters.routing("A", ("SEW", 5, 3))
    step = RoutingStep.objects.get()
    assert step.work_center.code == "SEW"
    assert step.run_minutes_per_unit == 3
    row = RoutingRow("A", [RoutingStepRow(10, "CUT")], revision="2")
    save_routings(rows=[row], by=None)
    assert Routing.objects.get(is_current=True).revision == "2"


def test_it_refuses_unknown_places_and_doubled_steps() -> None:
    masters.item("A", supply="make")
    masters.work_center("CUT")
    steps = [
        RoutingStepRow(10, "CUT"),
        RoutingStepRow(10, "CUT"),
        RoutingStepRow(20, "none"),
        RoutingStepRow(30, "CUT", run_minutes_per_unit=Decimal(-1)),
    ]
    with pytest.raises(RowsRefused) as refusal:
        save_routings(rows=[RoutingRow("A", steps)], by=None)
    assert [row.field for row in refusal.value.rows] == ["steps.1", "steps.2", "steps.3"]
    assert not Routing.objects.exists()


def test_a_work_centre_works_more_than_nothing() -> None:
    with pytest.raises(RowsRefused, match="more than nothing"):
        save_work_centers(rows=[WorkCenterRow("CUT", minutes_per_day=0)], by=None)
    with pytest.raises(RowsRefused, match="so many minutes"):
        save_work_centers(rows=[WorkCenterRow("CUT", minutes_per_day=10**9)], by=None)
    with pytest.raises(RowsRefused, match="no calendar called"):
        save_work_centers(rows=[WorkCenterRow("CUT", calendar="none")], by=None)
