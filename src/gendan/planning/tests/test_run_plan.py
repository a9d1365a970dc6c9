"""Asking for a plan, calculating it, and what it says."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from gendan.catalog.models import Item
from gendan.kernel import clock, reactions
from gendan.kernel.errors import NotAllowed
from gendan.kernel.models import Entry
from gendan.orders.services import confirm_order
from gendan.planning import invariants, jobs, services
from gendan.planning.models import Peg, PlanDemand, PlanMessage, PlannedOrder, PlanRun
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.production.models import WorkOrder
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def due(day: int, month: int = 3) -> dt.date:
    return dt.date(2026, month, day)


def orders_of(run: PlanRun) -> list[tuple[Any, ...]]:
    rows = PlannedOrder.objects.filter(run=run).order_by("item__code", "due_on")
    return [
        (one.item.code, one.kind, int(one.quantity * 10), one.release_on, one.due_on, one.is_late)
        for one in rows.select_related("item")
    ]


def test_it_plans_all_levels_back_from_the_promised_day() -> None:
    masters.stock("LEG", 8)
    ordered(10, day=due(30))
    run = planned()
    assert (run.state, run.is_live, run.progress) == ("done", True, 100)
    # Working days: chairs begin on 25 March, legs on 23 March.
    assert orders_of(run) == [
        ("CHAIR", "make", 100, due(25), due(30), False),
        ("LEG", "make", 320, due(23), due(25), False),
        ("SEAT", "buy", 100, due(11), due(25), False),
        ("WOOD", "buy", 160, due(16), due(23), False),
    ]
    assert run.figures["orders"] == 4
    assert run.figures["late_sales_orders"] == 0
    assert invariants.check() == []


def test_what_cannot_be_there_in_time_says_when_it_can() -> None:
    order = ordered(10, day=due(10))
    run = planned()
    demand = PlanDemand.objects.get(run=run, order=order)
    # Seats take 10 working days (16 March); then chairs are made within minutes, not in their usual
    # three days, as they are late.
    assert (demand.needed_on, demand.ready_on, demand.is_late) == (due(10), due(16), True)
    assert run.figures["late_sales_orders"] == 1
    late = [row[0] for row in orders_of(run) if row[-1]]
    assert late == ["CHAIR", "LEG", "SEAT", "WOOD"]


def test_goods_that_come_late_are_waited_for_instead_of_ordered_again() -> None:
    masters.expected("CHAIR", 10, due(13))
    order = ordered(10, day=due(10))
    run = planned()
    assert orders_of(run) == []
    assert PlanDemand.objects.get(run=run, order=order).ready_on == due(13)
    message = PlanMessage.objects.get(run=run)
    assert (message.action, message.day, message.to_day) == ("expedite", due(13), due(10))


def test_what_is_kept_for_a_line_serves_that_line_alone() -> None:
    from gendan.orders.services import reserve_lines

    masters.stock("CHAIR", 15)
    first, second = ordered(10, day=due(30)), ordered(10, day=due(27))
    reserve_lines(order_id=first.pk, by=person("mei"))
    masters.expected("CHAIR", 2, due(20), demand=f"orders.line:{second.lines.get().pk}")
    run = planned()
    assert [row[:3] for row in orders_of(run) if row[0] == "CHAIR"] == [("CHAIR", "make", 30)]
    pegs = Peg.objects.filter(run=run, demand__isnull=False).order_by("demand__order_id", "pk")
    found = {(peg.demand and peg.demand.order_id, peg.kind, int(peg.quantity)) for peg in pegs}
    assert found == {
        (first.pk, "reserved", 10),
        (second.pk, "receipt", 2),
        (second.pk, "stock", 5),
        (second.pk, "planned", 3),
    }
    assert invariants.check() == []


def test_a_new_plan_takes_the_place_of_the_old_one_at_once() -> None:
    ordered()
    first = planned()
    second = planned()
    first.refresh_from_db()
    assert (first.is_live, second.is_live) == (False, True)
    assert second.difference["run_id"] == first.pk
    assert PlannedOrder.objects.filter(run=first).exists()


def test_only_the_last_runs_are_kept() -> None:
    change = services.ScenarioChange("lead_days", "SEAT", days=3)
    scenario = services.make_scenario(title="Fast seats", changes=[change], by=None)
    jobs.calculate_now(scenario.pk)
    runs = [planned() for _turn in range(services.RUNS_KEPT + 2)]
    kept = set(PlanRun.objects.values_list("pk", flat=True))
    assert kept == {scenario.pk, *(run.pk for run in runs[2:])}


def test_asking_twice_asks_once() -> None:
    assert services.run_plan(by=person("ping")) == services.run_plan(by=person("zhao"))
    assert ProcrastinateJob.objects.filter(task_name="calculate_plan").count() == 1


def test_asking_is_heard_once_although_a_plan_waits_that_nobody_asked_for() -> None:
    services.ask_replan()
    asked = services.run_plan(by=person("ping"))
    assert services.run_plan(by=person("zhao")) == asked
    assert PlanRun.objects.count() == 2


def test_a_lead_time_that_is_a_typing_error_stops_no_plan() -> None:
    ordered(10, day=due(30))
    services.firm_planned_orders(
        planned_order_ids=list(
            PlannedOrder.objects.filter(run=planned(), item__code="SEAT").values_list(
                "pk", flat=True
            )
        ),
        by=None,
    )
    Item.objects.filter(code="SEAT").update(lead_days=999_999)
    run = planned()
    assert (run.state, run.is_live) == ("done", True)
    assert "lead_time_unlikely" in [problem["code"] for problem in run.problems]


def test_what_no_table_holds_is_told_with_its_item() -> None:
    masters.bom("CHAIR", {"LEG": 999_999_999})
    ordered(2_000_000, day=due(30))
    run = planned()
    assert (run.state, run.failure, run.failure_detail) == ("failed", "too_large", "LEG")


def test_it_asks_a_fixed_number_of_questions(django_assert_max_num_queries: Any) -> None:
    for day in range(20, 26):
        ordered(10, day=due(day))
    run = services.run_plan(by=None)
    # 69, and one for the substitutes plans may use, one for who supplies what.
    with django_assert_max_num_queries(71):
        jobs.calculate_now(run.pk)


def test_wrong_data_is_named_and_the_rest_is_planned() -> None:
    masters.item("TABLE", supply="make", lead_days=1)  # neither BOM nor routing
    ordered(10, day=due(30))
    with clock.at(clock.moment_on(due(31))):
        run = planned()
    said = {one["code"]: one for one in run.problems}
    assert said["no_bom"]["rows"][0]["name"] == "TABLE"
    assert said["no_routing"]["rows"][0]["name"] == "TABLE"
    assert "SO-" in said["due_in_the_past"]["rows"][0]["name"]
    assert run.figures["orders"] == 4


def test_parts_of_work_orders_that_begin_late_are_no_wrong_data() -> None:
    ordered(10, day=due(30))
    run = planned()
    chairs_ = PlannedOrder.objects.get(run=run, item__code="CHAIR")
    services.firm_planned_orders(planned_order_ids=[chairs_.pk], by=None)
    WorkOrder.objects.update(starts_on=MONDAY - dt.timedelta(days=3))
    run = planned()
    said = {one["code"]: one for one in run.problems}
    assert "due_in_the_past" not in said
    parts = said["parts_due_in_the_past"]
    assert parts["count"] == 2  # legs and seats
    number = WorkOrder.objects.get().number
    assert {one["name"] for one in parts["rows"]} == {f"{number} ← LEG", f"{number} ← SEAT"}
    assert not parts["is_left_out"]


def test_a_loop_in_the_boms_is_named_item_by_item() -> None:
    from gendan.catalog.models import Bom, BomLine, Item

    # The verb refuses loops; one that came about otherwise is named all the same.
    wood, chair = Item.objects.get(code="WOOD"), Item.objects.get(code="CHAIR")
    Item.objects.filter(pk=wood.pk).update(supply="make")
    bom = Bom.objects.create(item=wood, revision="1")
    BomLine.objects.create(bom=bom, component=chair, quantity_per=1)
    ordered(10, day=due(30))
    run = planned()
    loop = next(one for one in run.problems if one["code"] == "bom_loop")
    assert {one["name"] for one in loop["rows"]} == {"CHAIR", "LEG", "WOOD"}
    assert run.is_live


def test_quantities_too_large_to_count_fail_the_run_and_name_the_item() -> None:
    live = planned()
    masters.bom("LEG", {"WOOD": "2000000"}, revision="2")
    masters.bom("CHAIR", {"LEG": "2000000"}, revision="2")
    ordered(1_000_000)
    run = planned()
    assert (run.state, run.failure, run.failure_detail) == ("failed", "too_large", "WOOD")
    live.refresh_from_db()
    assert live.is_live


def test_a_worker_killed_in_the_middle_leaves_the_live_plan_and_is_taken_up_again() -> None:
    ordered()
    live = planned()
    run = services.run_plan(by=None)
    services.take_up_plan_run(run_id=run.pk)  # … and its worker is gone
    live.refresh_from_db()
    assert live.is_live
    assert not PlannedOrder.objects.filter(run=run).exists()
    jobs.calculate_now(run.pk)
    run.refresh_from_db()
    assert (run.state, run.is_live, run.attempts) == ("done", True, 2)


def test_a_run_that_ends_its_workers_is_not_tried_for_ever() -> None:
    run = services.run_plan(by=None)
    for _turn in range(services.MOST_ATTEMPTS):
        assert services.take_up_plan_run(run_id=run.pk) is not None
    assert services.take_up_plan_run(run_id=run.pk) is None
    run.refresh_from_db()
    assert (run.state, run.failure) == ("failed", "crashed")


def test_a_worker_that_was_slow_does_not_write_over_the_next_one() -> None:
    from gendan.planning.assumed import Assumed
    from gendan.planning.calculating import calculate
    from gendan.planning.net_snapshot import net_input

    run = services.run_plan(by=None)
    services.take_up_plan_run(run_id=run.pk)
    done = calculate(net_input(Assumed()))
    services.take_up_plan_run(run_id=run.pk)
    assert services.finish_plan_run(run_id=run.pk, attempt=1, done=done) is None
    assert not services.note_plan_progress(run_id=run.pk, attempt=1, stage="x", percent=1)
    run.refresh_from_db()
    assert run.state == "running"


def test_a_lost_job_is_put_back_into_the_queue() -> None:
    run = services.run_plan(by=None)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert services.resume_plan_runs() == 1
    assert services.resume_plan_runs() == 0
    assert ProcrastinateJob.objects.get(task_name="calculate_plan").args == {"run_id": run.pk}


def test_only_planners_may_ask() -> None:
    with pytest.raises(NotAllowed):
        services.run_plan(by=person("mei"))


def test_facts_ask_for_one_plan_however_many_there_are() -> None:
    reactions.run_due()
    PlanRun.objects.all().delete()
    ordered()
    ordered()
    masters.expected("SEAT", 5)
    reactions.run_due()
    run = PlanRun.objects.get()
    assert (run.state, run.cause) == ("waiting", "facts")


def test_the_merchandiser_is_told_of_a_new_danger_and_only_once() -> None:
    masters.expected("CHAIR", 10, due(12), reference="PO-1")
    order, calm = ordered(10, day=due(13)), ordered(1, day=due(30, 6))
    planned()
    assert not Entry.objects.filter(fact="PlanEndangersOrder").exists()
    expected = masters.expected("CHAIR", 10, due(12), reference="PO-1")
    from gendan.inventory.services import ExpectedRow, expect_supplies

    row = ExpectedRow("CHAIR", Decimal(10), due(16), "PO-1", expected_id=expected.pk)
    expect_supplies(rows=[row], by=None)
    planned()
    planned()
    entry = Entry.objects.get(fact="PlanEndangersOrder")
    assert entry.data["order_id"] == order.pk != calm.pk
    assert entry.data["days_late"] == 3
    assert entry.data["lines"][0]["was_on"] == "2026-03-13"
    assert entry.data["lines"][0]["ready_on"] == "2026-03-16"


def test_an_order_promised_for_the_day_its_material_allows_is_not_late_by_the_plan() -> None:
    """Seats come in ten working days; the chairs are made that day, not in their usual three."""
    line = orders.line("CHAIR", 5, requested_on=None)
    order = orders.draft(lines=[line], incoterm="EXW")
    services.promise_order(order_id=order.pk, by=person("ping"))
    confirm_order(order_id=order.pk, by=person("mei"))
    run = planned()
    demand = PlanDemand.objects.get(run=run)
    assert (demand.needed_on, demand.ready_on, demand.is_late) == (due(16), due(16), False)
    made = PlannedOrder.objects.get(run=run, item__code="CHAIR")
    assert (made.ready_on, made.is_late) == (due(16), False)
    assert run.figures["late_sales_orders"] == 0
