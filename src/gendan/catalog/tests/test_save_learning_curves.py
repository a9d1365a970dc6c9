"""Learning curves, lines, and operations given by standard minutes (SAM)."""

from decimal import Decimal
from typing import Any

import pytest
from django.db.models import ProtectedError

from gendan.catalog import invariants
from gendan.catalog.makings import makings
from gendan.catalog.models import LearningCurve, RoutingStep, WorkCenter
from gendan.catalog.services import (
    LearningCurveRow,
    RoutingRow,
    RoutingStepRow,
    WorkCenterRow,
    save_learning_curves,
    save_routings,
    save_work_centers,
)
from gendan.kernel.models import Entry
from gendan.kernel.rows import RowsRefused
from gendan.testing.at_once import at_once
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
D = Decimal


def curve(code: str = "NEW", percents: tuple[int, ...] = (45, 65, 80, 100)) -> LearningCurve:
    return save_learning_curves(rows=[LearningCurveRow(code, percents=percents)], by=None)[0]


def line(code: str = "SEW", **values: Any) -> WorkCenter:
    given = {"operators": 20, "efficiency_percent": D(80), **values}
    return masters.work_center(code, **given)


def by_sam(sam: str, **values: Any) -> RoutingStep:
    step = RoutingStepRow(10, "SEW", sam_minutes=D(sam), **values)
    save_routings(rows=[RoutingRow("A", [step])], by=None)
    return RoutingStep.objects.get()


def test_it_makes_and_changes_curves() -> None:
    made = curve()
    assert (made.percents, made.known_days) == ([45, 65, 80, 100], 60)
    save_learning_curves(rows=[LearningCurveRow("NEW", known_days=30)], by=None)
    made.refresh_from_db()
    assert (made.percents, made.known_days) == ([45, 65, 80, 100], 30)
    assert Entry.objects.filter(fact="LearningCurvesSaved").count() == 2


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"percents": []}, "1 to 60 days"),
        ({"percents": [50] * 61}, "1 to 60 days"),
        ({"percents": [0, 100]}, "1 to 100 percent"),
        ({"percents": [50, 101]}, "1 to 100 percent"),
        ({"percents": [60, 50]}, "does not get slower"),
        ({"percents": ["fast"]}, "number"),
        ({}, "needed for a new entry"),
        ({"percents": [50], "known_days": 0}, "1 to 730 days"),
    ],
)
def test_it_refuses_curves_that_are_none(values: dict[str, Any], words: str) -> None:
    with pytest.raises(RowsRefused, match=words):
        save_learning_curves(rows=[LearningCurveRow("NEW", **values)], by=None)
    assert not LearningCurve.objects.exists()


def test_minutes_a_piece_follow_from_the_sam_and_the_line() -> None:
    """30 minutes of one person: 20 people at 80 % make a piece in 1.875 minutes, 32 an hour."""
    masters.item("A", supply="make")
    line()
    assert by_sam("30").run_minutes_per_unit == D("1.875")
    save_work_centers(rows=[WorkCenterRow("SEW", operators=25)], by=None)
    assert RoutingStep.objects.get().run_minutes_per_unit == D("1.5")
    save_work_centers(rows=[WorkCenterRow("SEW", efficiency_percent=D(60))], by=None)
    assert RoutingStep.objects.get().run_minutes_per_unit == D(2)
    # Given back as it follows, it is taken; said otherwise, it is refused.
    assert by_sam("30", run_minutes_per_unit=D(2)).run_minutes_per_unit == D(2)
    with pytest.raises(RowsRefused, match="follow from the line: 2"):
        by_sam("30", run_minutes_per_unit=D(3))


def test_an_audit_finds_minutes_that_do_not_follow() -> None:
    masters.item("A", supply="make")
    line()
    by_sam("30")
    assert invariants.check() == []
    RoutingStep.objects.update(run_minutes_per_unit=D(3))
    [wrong] = invariants.check()
    assert "step 10 of item A takes 3.000000 minutes a piece, its line 1.875000" in wrong


def test_a_sam_needs_a_line_and_a_line_its_people() -> None:
    masters.item("A", supply="make")
    masters.work_center("SEW")
    with pytest.raises(RowsRefused, match="SEW is no line"):
        by_sam("30")
    line()
    for sam in ("0", "-1"):
        with pytest.raises(RowsRefused):
            by_sam(sam)
    with pytest.raises(RowsRefused, match="no learning curve called"):
        by_sam("30", learning_curve="FAST")
    by_sam("30")
    with pytest.raises(RowsRefused, match="given by SAM"):
        save_work_centers(rows=[WorkCenterRow("SEW", operators="")], by=None)


@pytest.mark.parametrize(
    "wrong",
    [{"operators": 0}, {"operators": 2001}, {"efficiency_percent": D(0)}, {"operators": "many"},
     {"efficiency_percent": D(301)}, {"learning_curve": "none"}],
)  # fmt: skip
def test_it_refuses_lines_that_are_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(RowsRefused):
        line(**wrong)
    assert not WorkCenter.objects.exists()


def test_an_operation_may_have_a_curve_of_its_own() -> None:
    """1.92 minutes a piece: 250 a day at the full rate, 112.5 on the first, 137.5 on the next."""
    masters.item("A", supply="make")
    curve()
    curve("EASY", (100,))
    line(learning_curve="NEW", efficiency_percent=D(100), minutes_per_day=480)
    by_sam("38.4")
    (usual,) = makings()[RoutingStep.objects.get().routing.item_id]
    assert usual.minutes(D(250)) == D("886.154")
    assert usual.known_days == 60
    step = by_sam("38.4", learning_curve="EASY")
    (easy,) = makings([step.routing.item_id])[step.routing.item_id]
    assert easy.minutes(D(250)) == 480
    with pytest.raises(ProtectedError):
        LearningCurve.objects.get(code="EASY").delete()


@pytest.mark.django_db(transaction=True)
def test_a_sam_and_a_line_without_people_do_not_come_about_at_once() -> None:
    """Whoever comes second sees what the first one has written."""
    masters.item("A", supply="make")
    line()
    no_people = WorkCenterRow("SEW", operators="")
    results = at_once(lambda: by_sam("30"), lambda: save_work_centers(rows=[no_people], by=None))
    refused = [one for one in results if isinstance(one, RowsRefused)]
    assert len(refused) == 1
    assert invariants.check() == []
