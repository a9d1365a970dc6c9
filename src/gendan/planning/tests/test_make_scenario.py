"""Trying what would be if, comparing it with the live plan, adopting and withdrawing it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from gendan.kernel import clock
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed, NotThere
from gendan.kernel.rows import RowsRefused
from gendan.planning import jobs, queries, services
from gendan.planning.comparing import compare
from gendan.planning.models import CapacityChange, PlanDemand, PlanRun
from gendan.planning.services import ScenarioChange
from gendan.planning.services.scenarios import MOST_WAITING, TooManyScenarios
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
DUE = dt.date(2026, 3, 30)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def tried(*changes: ScenarioChange) -> PlanRun:
    run = services.make_scenario(title="What if", changes=changes, by=person("ping"))
    jobs.calculate_now(run.pk)
    run.refresh_from_db()
    return run


def ready(run: PlanRun, name: str) -> dt.date | None:
    return PlanDemand.objects.get(run=run, name=name).ready_on


def test_it_stands_beside_the_live_plan() -> None:
    ordered(10, day=DUE)
    live = planned()
    run = tried(ScenarioChange("add_demand", "CHAIR", quantity="5", on=dt.date(2026, 4, 8)))
    live.refresh_from_db()
    assert (run.state, run.is_live, live.is_live) == ("done", False, True)
    found = compare(live.pk, run.pk)
    assert [(one.name, one.is_new, one.is_on) for one in found.demands] == [
        ("assumed:1", True, dt.date(2026, 4, 8))
    ]
    assert {(one.item, int(one.quantity), one.was_on) for one in found.orders} == {
        ("CHAIR", 5, None),
        ("LEG", 20, None),
        ("SEAT", 5, None),
        ("WOOD", 10, None),
    }


def test_every_kind_of_change_changes_the_plan() -> None:
    masters.expected("CHAIR", 10, dt.date(2026, 3, 18), reference="PO-7")
    order = ordered(10, day=DUE)
    line = order.lines.get()
    name, label = f"orders.line:{line.pk}", f"{order.number}/{line.position}"
    planned()
    moved = tried(ScenarioChange("move_line", label, on=dt.date(2026, 3, 10)))
    assert ready(moved, name) == dt.date(2026, 3, 18)
    gone = tried(ScenarioChange("change_line", label, quantity="0"))
    assert not PlanDemand.objects.filter(run=gone).exists()
    lost = tried(ScenarioChange("lose_supply", "PO-7"))
    assert lost.figures["orders"] == 4
    later = tried(ScenarioChange("move_supply", "PO-7", on=dt.date(2026, 4, 2)))
    assert later.figures["orders"] == 4  # new ones would be there in time
    slow = tried(
        ScenarioChange("lose_supply", "PO-7"), ScenarioChange("lead_days", "SEAT", days=25)
    )
    assert ready(slow, name) == dt.date(2026, 4, 6)  # 25 working days from today
    assert order.lines.get().quantity == 10


def test_what_is_adopted_counts_for_every_live_plan_until_it_is_withdrawn() -> None:
    planned()
    run = tried(ScenarioChange("add_demand", "CHAIR", quantity="5", on=dt.date(2026, 4, 8)))
    services.adopt_scenario(run_id=run.pk, by=person("ping"))
    live = planned()
    assert live.figures["orders"] == 4
    with pytest.raises(services.ScenarioNotReady):
        services.adopt_scenario(run_id=run.pk, by=None)
    assumption = queries.assumptions_for(person("ping")).get()
    services.withdraw_assumption(assumption_id=assumption.pk, by=person("ping"))
    assert planned().figures["orders"] == 0
    with pytest.raises(NotThere):
        services.withdraw_assumption(assumption_id=assumption.pk, by=None)


def test_only_a_calculated_scenario_is_adopted() -> None:
    with pytest.raises(services.NotAScenario):
        services.adopt_scenario(run_id=planned().pk, by=None)
    change = ScenarioChange("lead_days", "SEAT", days=3)
    waiting = services.make_scenario(title="Faster", changes=[change], by=None)
    with pytest.raises(IllegalStep):
        services.adopt_scenario(run_id=waiting.pk, by=None)


@pytest.mark.parametrize(
    "change",
    [
        ScenarioChange("burn_down", "CHAIR"),
        ScenarioChange("add_demand", "NONE", quantity="5", on=DUE),
        ScenarioChange("add_demand", "CHAIR", quantity="0.5", on=DUE),
        ScenarioChange("add_demand", "CHAIR", quantity="5"),
        ScenarioChange("add_demand", "CHAIR", quantity="5", on=dt.date(1026, 1, 1)),
        ScenarioChange("lead_days", "CHAIR", days=-1),
        ScenarioChange("move_line", "SO-1/²", on=DUE),
        ScenarioChange("move_supply", "", on=DUE),
    ],
)
def test_it_refuses_what_cannot_be_meant(change: ScenarioChange) -> None:
    with pytest.raises(RowsRefused):
        services.make_scenario(title="x", changes=[change], by=None)
    assert not PlanRun.objects.exists()


def test_the_same_is_not_said_twice_of_one_thing() -> None:
    masters.expected("CHAIR", 10, dt.date(2026, 3, 18), reference="PO-7")
    later = ScenarioChange("move_supply", "PO-7", on=DUE)
    longer = ScenarioChange("overtime", "SAW", on=DUE, minutes=60)
    for first, second in (
        (later, replace(later, on=dt.date(2026, 4, 2))),
        (longer, replace(longer, minutes=90)),
    ):
        with pytest.raises(RowsRefused) as refused:
            services.make_scenario(title="x", changes=[first, second], by=None)
        assert [(one.index, one.twin) for one in refused.value.rows] == [(1, 0)]
    more = ScenarioChange("add_demand", "CHAIR", quantity="5", on=DUE)
    services.make_scenario(title="x", changes=[more, more, replace(longer, on=MONDAY)], by=None)


def test_it_refuses_without_title_and_the_wrong_role() -> None:
    change = ScenarioChange("lead_days", "SEAT", days=3)
    with pytest.raises(Invalid):
        services.make_scenario(title="  ", changes=[change], by=None)
    with pytest.raises(NotAllowed):
        services.make_scenario(title="x", changes=[change], by=person("mei"))


def test_scenarios_do_not_keep_the_live_plan_waiting() -> None:
    change = ScenarioChange("lead_days", "SEAT", days=3)
    for number in range(MOST_WAITING):
        services.make_scenario(title=f"Fast seats {number}", changes=[change], by=None)
    with pytest.raises(TooManyScenarios, match="wait"):
        services.make_scenario(title="One more", changes=[change], by=None)


MONDAY_23 = dt.date(2026, 3, 23)


def test_other_capacity_is_tried_and_becomes_real_when_it_is_adopted() -> None:
    order = ordered(400, day=DUE)  # 2 410 minutes from the 16th, when the seats are there
    name = f"orders.line:{order.lines.get().pk}"
    live = planned()
    assert ready(live, name) == DUE
    broken = tried(ScenarioChange("breakdown", "ASSEMBLY", on=MONDAY_23, until=DUE))
    late = ready(broken, name)
    assert late is not None
    assert late > DUE
    assert [one.name for one in compare(live.pk, broken.pk).demands] == [name]
    assert not CapacityChange.objects.exists()
    helped = tried(
        ScenarioChange("breakdown", "ASSEMBLY", on=MONDAY_23, until=DUE),
        ScenarioChange(
            "extra_shift",
            "ASSEMBLY",
            on=dt.date(2026, 3, 16),
            until=dt.date(2026, 3, 20),
            minutes=480,
        ),
    )
    sooner = ready(helped, name)
    assert sooner is not None
    assert sooner <= DUE
    services.adopt_scenario(run_id=helped.pk, by=person("ping"))
    assert {(one.kind, one.minutes, one.reason) for one in CapacityChange.objects.all()} == {
        ("breakdown", 0, "What if"),
        ("extra_shift", 480, "What if"),
    }
    assert not queries.assumptions_in_force()
    assert ready(planned(), name) == sooner
    with pytest.raises(Invalid, match="already"):
        services.adopt_scenario(run_id=broken.pk, by=person("ping"))
    broken.refresh_from_db()
    assert broken.adopted_at is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (ScenarioChange("overtime", "NOWHERE", on=DUE, minutes=60), "no work centre"),
        (ScenarioChange("overtime", "SAW", minutes=60), "Say the day"),
        (ScenarioChange("overtime", "SAW", on=DUE), "minutes a day"),
        (ScenarioChange("breakdown", "SAW", on=DUE, until=MONDAY_23), "before the first"),
        (ScenarioChange("overtime", "SAW", on=DUE, minutes=10**9), "so many minutes"),
        (ScenarioChange("overtime", "SAW", on=DUE, minutes=-5), "so many minutes"),
        (ScenarioChange("capacity", "SAW", on=DUE), "no such kind"),
        (
            ScenarioChange("overtme", "SAW", on=DUE),
            "add_demand, move_line, change_line, move_supply, lose_supply, lead_days, overtime,",
        ),
    ],
)
def test_capacity_that_makes_no_sense_is_refused(change: ScenarioChange, words: str) -> None:
    with pytest.raises(RowsRefused) as refused:
        services.make_scenario(title="What if", changes=[change], by=person("ping"))
    assert words in str(refused.value.params)
