"""Every planning rule of items reaches the plan: lots, yield, fences, substitutes, lead times."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from gendan.catalog.models import Item
from gendan.catalog.services import AlternateRow, ItemRow, save_alternates, save_boms, save_items
from gendan.catalog.services.boms import BomLineRow, BomRow
from gendan.engine.netting import plan
from gendan.engine.netting.tests.obvious import Slow
from gendan.engine.netting.tests.test_planner import rows, substitutions
from gendan.kernel import clock, reactions
from gendan.orders.queries import demand_of
from gendan.planning import invariants, jobs, kept, services, tracing
from gendan.planning.calculating import calculate
from gendan.planning.kits import kits_of_planned
from gendan.planning.models import Peg, PlanDemand, PlanMessage, PlannedOrder, PlanRun
from gendan.planning.net_snapshot import net_input
from gendan.planning.promise_suppliers import suppliers_of
from gendan.planning.queries import orders_of
from gendan.planning.services.sourcing import decide_source
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.planning.tests.test_tracing import by_engine, flat
from gendan.production.models import WorkOrder
from gendan.production.services import (
    WorkOrderRow,
    finish_step,
    firm_work_orders,
    release_work_order,
    reopen_step,
)
from gendan.purchasing.models import PurchaseRequest
from gendan.sourcing.services import SourceRow, save_sources
from gendan.stocking.models import ItemForecast
from gendan.stocking.services import PolicyRow, save_stock_policies
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import sourcing as made

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def march(day: int, month: int = 3) -> dt.date:
    return dt.date(2026, month, day)


def rule(code: str, **values: Any) -> None:
    save_items(rows=[ItemRow(code, **values)], by=person("ping"))


def planned_of(run: PlanRun, code: str) -> list[tuple[int, dt.date]]:
    found = PlannedOrder.objects.filter(run=run, item__code=code).order_by("due_on", "-quantity")
    return [(int(one.quantity), one.due_on) for one in found]


# One rule after another --------------------------------------------------------------------------


def test_smallest_and_largest_lots_in_multiples() -> None:
    rule("SEAT", lot_rule="limits", lot_minimum=D(23), lot_maximum=D(42), lot_size=D(5))
    ordered(130, day=march(30))
    day = march(25)
    assert planned_of(planned(), "SEAT") == [(40, day), (40, day), (40, day), (25, day)]


def test_what_some_days_need_is_one_lot() -> None:
    rule("SEAT", lot_rule="period", period_days=5, lot_minimum=D(4))
    for day in (23, 27, 31):  # chairs begin on 18, 24 and 26 March
        ordered(10, day=march(day))
    ordered(1, day=march(10, 4))
    assert planned_of(planned(), "SEAT") == [
        (20, march(18)),
        (10, march(26)),
        (4, march(7, 4)),
    ]


def test_more_is_started_and_ordered_so_that_enough_is_good() -> None:
    rule("CHAIR", yield_percent=D(90))
    rule("SEAT", yield_percent=D(80))
    order = ordered(10, day=march(30))
    run = planned()
    assert planned_of(run, "CHAIR") == [(12, march(30))]
    assert planned_of(run, "LEG") == [(48, march(25))]
    assert planned_of(run, "SEAT") == [(15, march(25))]  # 12 of 15 are good
    (tree,) = tracing.trees_of(run, [demand_of(order.lines.get().pk)])
    assert flat(tree.nodes) == by_engine(tree.demand.name)
    assert invariants.check() == []


def test_what_is_ordered_counts_with_what_of_it_is_good() -> None:
    rule("SEAT", yield_percent=D(80))
    rule("CHAIR", yield_percent=D(90))
    ordered(10, day=march(30))
    ids = PlannedOrder.objects.filter(run=planned()).values_list("pk", flat=True)
    services.firm_planned_orders(planned_order_ids=list(ids), by=None)
    assert PurchaseRequest.objects.get(item__code="SEAT").quantity == 15
    run = planned()
    assert not PlannedOrder.objects.filter(run=run).exists()
    assert not PlanMessage.objects.filter(run=run, action__in=("decrease", "cancel")).exists()
    ordered(4, day=march(30))
    rule("CHAIR", yield_percent=D(50))  # of the twelve only six come good now
    assert planned_of(planned(), "CHAIR") == [(16, march(30))]


def test_promises_need_more_and_get_less_where_not_all_is_good() -> None:
    chair, seat = (Item.objects.get(code=code).pk for code in ("CHAIR", "SEAT"))
    masters.expected("SEAT", 100, march(16))
    before = kept.ground_for([chair, seat]).items
    rule("SEAT", yield_percent=D(80))
    rule("CHAIR", yield_percent=D(90))
    after = kept.ground_for([chair, seat]).items
    assert [int(one.quantity) for one in after[seat].incoming] == [80]
    assert [one.quantity_per for one in before[chair].components] == [4, 1]
    assert [one.quantity_per for one in after[chair].components] == [D("4.444445"), D("1.111112")]
    (was,), (now,) = before[chair].operations, after[chair].operations
    assert (now.setup_minutes, now.run_minutes) == (was.setup_minutes, D("6.666667"))


def test_messages_about_what_is_ordered_count_what_is_ordered() -> None:
    rule("SEAT", yield_percent=D(50), lot_rule="limits", lot_minimum=D(12))
    masters.expected("SEAT", 100, march(16))
    ordered(10, day=march(30))
    said = PlanMessage.objects.get(run=planned(), action="decrease")
    assert (said.quantity, said.to_quantity) == (100, 24)  # 12 good ones, the smallest lot


def test_nothing_new_comes_within_the_planning_fence() -> None:
    ordered(10, day=march(23))
    assert planned_of(planned(), "SEAT") == [(10, march(18))]
    rule("SEAT", fence_days=20)
    run = planned()
    assert planned_of(run, "SEAT") == [(10, march(30))]
    assert PlanDemand.objects.get(run=run).is_late


def test_within_the_demand_fence_no_forecast_counts() -> None:
    ItemForecast.objects.create(
        item=Item.objects.get(code="CHAIR"),
        method="average",
        pattern="smooth",
        starts_on=MONDAY.replace(day=1),
        mean=[10.0] * 3,
        spread=[1.0] * 3,
        total_spread=[1.0] * 3,
        made_at=clock.now(),
    )
    save_stock_policies(rows=[PolicyRow("CHAIR", uses_forecast=True)], by=None)
    assert PlanDemand.objects.filter(run=planned()).count() == 3
    rule("CHAIR", demand_fence_days=15)  # until 23 March
    left = PlanDemand.objects.filter(run=planned()).order_by("needed_on")
    assert [one.needed_on.month for one in left] == [4, 5]


# Substitutes -------------------------------------------------------------------------------------


def bench(**values: Any) -> None:
    masters.item("BENCH", is_sold=False)
    masters.stock("BENCH", 9)
    row = AlternateRow("SEAT", "BENCH", quantity=D(2), **{"is_planned": True, **values})
    save_alternates(rows=[row], by=person("ping"))


def test_plans_take_a_substitute_that_is_free_and_say_for_whom() -> None:
    bench()
    order = ordered(10, day=march(30))
    run = planned()
    assert planned_of(run, "SEAT") == [(6, march(25))]
    chair = orders_of(run).get(item__code="CHAIR")
    (peg,) = chair.substitutes  # type: ignore[attr-defined]
    assert (peg.item.code, peg.instead_of.code, peg.quantity) == ("BENCH", "SEAT", 8)
    (tree,) = tracing.trees_of(run, [demand_of(order.lines.get().pk)])
    assert flat(tree.nodes) == by_engine(tree.demand.name)
    assert [one.instead_of for one in tree.nodes[0].below if one.item == "BENCH"] == ["SEAT"]
    kit = kits_of_planned([chair])[chair.pk]
    assert [(int(one.needed), int(one.there)) for one in kit.substitutes] == [(8, 8)]
    assert invariants.check() == []


def test_work_orders_take_the_substitute_that_was_planned() -> None:
    bench()
    ordered(10, day=march(30))
    chair = PlannedOrder.objects.get(run=planned(), item__code="CHAIR")
    services.firm_planned_orders(planned_order_ids=[chair.pk], by=None)
    needs = WorkOrder.objects.get().components.values_list("item__code", "quantity")
    assert dict(needs) == {"LEG": 40, "SEAT": 6, "BENCH": 8}
    run = planned()
    assert planned_of(run, "SEAT") == [(6, march(25))]
    assert not Peg.objects.filter(run=run, instead_of__isnull=False).exists()


def test_what_is_decided_for_the_own_line_takes_it_too() -> None:
    bench()
    ordered(10, day=march(30))
    chair = PlannedOrder.objects.get(run=planned(), item__code="CHAIR")
    decide_source(planned_order_id=chair.pk, how="make", by=person("ping"))
    needs = WorkOrder.objects.get().components.values_list("item__code", "quantity")
    assert dict(needs) == {"LEG": 40, "SEAT": 6, "BENCH": 8}


@pytest.mark.parametrize("values", [{"is_planned": False}, {"parent": "LEG"}])
def test_what_plans_may_not_use_is_left_alone(values: dict[str, Any]) -> None:
    bench(**values)
    ordered(10, day=march(30))
    assert planned_of(planned(), "SEAT") == [(10, march(25))]


def test_what_holds_in_one_made_item_holds_there_only() -> None:
    bench()
    save_alternates(
        rows=[AlternateRow("SEAT", "BENCH", "CHAIR", quantity=D(3), is_planned=True)], by=None
    )
    ordered(10, day=march(30))
    assert planned_of(planned(), "SEAT") == [(7, march(25))]


def test_substitutes_that_go_round_are_named() -> None:
    bench()
    masters.item("STOOL", supply="make")
    masters.bom("STOOL", {"BENCH": 1})
    save_alternates(rows=[AlternateRow("BENCH", "SEAT", is_planned=True)], by=None)
    ordered(10, day=march(30))
    said = {one["code"]: one["rows"] for one in planned().problems}
    assert {one["name"] for one in said["alternate_loop"]} == {
        "CHAIR > SEAT → BENCH",
        "STOOL > BENCH → SEAT",
    }


# Lead times --------------------------------------------------------------------------------------


def seat_days() -> int:
    given = net_input()
    place = given.item_ids.index(Item.objects.get(code="SEAT").pk)
    return int(np.asarray(given.snapshot.items.lead_days)[place])


def test_plans_and_promises_take_the_days_of_the_source_that_is_asked_first() -> None:
    seat = Item.objects.get(code="SEAT").pk
    assert seat_days() == 10
    masters.supplier("S-1")
    masters.supplier("S-2")
    made.source("S-1", "SEAT", lead_days=4, rank=2)
    assert seat_days() == 4
    made.source("S-2", "SEAT", lead_days=7)
    assert seat_days() == 7 == suppliers_of([seat]).offers[seat][0].lead_days
    made.closing("S-2", march(4), march(5))  # two of its working days
    assert seat_days() == 9 == suppliers_of([seat]).offers[seat][0].lead_days
    save_sources(rows=[SourceRow("S-2", "SEAT", status="blocked")], by=None)
    assert seat_days() == 4 == suppliers_of([seat]).offers[seat][0].lead_days
    save_sources(rows=[SourceRow("S-1", "SEAT", remove=True)], by=None)
    assert seat_days() == 10  # nobody may be asked: the item's own
    ordered(10, day=march(30))
    said = {one["code"]: one["rows"] for one in planned().problems}
    assert {one["name"] for one in said["no_supplier"]} == {"SEAT", "WOOD"}


def test_a_typing_error_in_a_sources_days_stops_no_plan() -> None:
    masters.supplier("S-1")
    made.source("S-1", "SEAT", lead_days=2_000_000_000)
    ordered(10, day=march(30))
    run = planned()
    assert run.is_live
    said = {one["code"]: one["rows"] for one in run.problems}
    assert [one["name"] for one in said["lead_time_unlikely"]] == ["SEAT"]


def test_it_asks_a_fixed_number_of_questions_with_sources(
    django_assert_max_num_queries: Any,
) -> None:
    bench()
    for number in range(5):
        masters.supplier(f"S-{number}")
        made.source(f"S-{number}", "SEAT", lead_days=number)
    ordered(10, day=march(30))
    run = services.run_plan(by=None)
    # 71 (test_run_plan), and nine for who may be asked and when: however many there are.
    with django_assert_max_num_queries(80):
        jobs.calculate_now(run.pk)


def test_what_plans_rest_on_asks_for_a_plan() -> None:
    masters.supplier("S-1")
    [work] = firm_work_orders(rows=[WorkOrderRow("LEG", D(8), march(4), march(5))], by=None)
    release_work_order(work_order_id=work.pk, by=None)
    step_id = work.steps.get().pk
    changes: list[Any] = [
        lambda: rule("SEAT", fence_days=20),
        lambda: bench(),
        lambda: made.source("S-1", "SEAT", lead_days=3),
        lambda: made.closing("S-1", march(10), march(11)),
        lambda: made.qualification("S-1", expires_on=march(1)),
        lambda: save_boms(rows=[BomRow("CHAIR", [BomLineRow("LEG", D(3))], "1")], by=None),
        lambda: masters.routing("CHAIR", ("SAW", 1, 1)),
        lambda: masters.calendar(off=(march(12),)),
        lambda: masters.lane("SE"),
        lambda: masters.location("YARD"),
        lambda: masters.lot("SEAT", expires_on=march(4)),
        lambda: masters.unit("m", step=D("0.01")),
        lambda: masters.supplier("S-1", is_active=False),
        lambda: finish_step(step_id=step_id, by=None),
        lambda: reopen_step(step_id=step_id, by=None),
    ]
    for number, change in enumerate(changes):
        reactions.run_due()
        PlanRun.objects.all().delete()
        change()
        reactions.run_due()
        assert PlanRun.objects.filter(cause="facts", state="waiting").count() == 1, number


# All of them at once -----------------------------------------------------------------------------

LOTS: list[dict[str, Any]] = [
    {"lot_rule": "as_needed"},
    {"lot_rule": "multiple", "lot_size": D(7)},
    {"lot_rule": "fixed", "lot_size": D(9)},
    {"lot_rule": "limits", "lot_minimum": D(8), "lot_maximum": D(30), "lot_size": D(3)},
    {"lot_rule": "period", "period_days": 6, "lot_size": D(2), "lot_minimum": D(5)},
]
# Multiple, minimum, maximum, period, as the engine is told.
TOLD = [(1, 0, 0, 0), (7, 0, 0, 0), (9, 9, 9, 0), (3, 8, 30, 0), (2, 5, 0, 6)]


@pytest.mark.parametrize("seed", range(4))
def test_the_plan_of_a_company_is_the_plan_of_the_slow_and_obvious_way(seed: int) -> None:
    chance = random.Random(seed)
    bench()
    chosen = {}
    for code in ("CHAIR", "LEG", "SEAT", "BENCH"):
        kind = chosen[code] = chance.randrange(len(LOTS))
        rule(
            code,
            **LOTS[kind],
            yield_percent=D(chance.choice(["100", "93.25", "60"])),
            fence_days=chance.choice([0, 0, 15]),
            safety_stock=D(chance.choice([0, 6])),
        )
    masters.stock("SEAT", chance.randrange(1, 20))
    masters.expected("LEG", chance.randrange(1, 40), march(chance.randrange(3, 30)))
    for _number in range(4):
        ordered(chance.randrange(1, 30), day=MONDAY + dt.timedelta(days=chance.randrange(60)))
    given = net_input()
    items = given.snapshot.items
    for code, kind in chosen.items():
        place = list(items.code).index(code)
        names = ("multiple", "minimum", "maximum", "period_days")
        assert tuple(int(np.asarray(getattr(items, name))[place]) for name in names) == TOLD[kind]
    done = calculate(given)
    slow = Slow(done.plan.snapshot).plan()
    fast = plan(done.plan.snapshot)
    assert rows(fast.orders) == rows(done.plan.orders) == slow.orders
    assert substitutions(fast) == slow.substitutions
    assert Counter(one.code for one in done.plan.problems).keys() <= {"due_in_the_past", "no_bom"}
