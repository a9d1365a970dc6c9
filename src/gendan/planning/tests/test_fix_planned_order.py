"""The finite schedule of a plan, and planned orders fixed in it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.catalog.models import WorkCenter
from gendan.inventory.models import ExpectedSupply
from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotAllowed, NotThere
from gendan.kernel.models import Entry
from gendan.orders.models import Line
from gendan.orders.queries import demand_of
from gendan.planning import invariants, queries, services
from gendan.planning.capacity_schedule import DATED
from gendan.planning.capacity_served import orders_served
from gendan.planning.comparing import compare
from gendan.planning.comparing_schedules import compare_schedules
from gendan.planning.finite_fixing import preview_fixed
from gendan.planning.finite_shown import scheduled_late
from gendan.planning.models import FixedOrder, PlanDemand, PlannedOrder, PlanRun, ScheduledOrder
from gendan.planning.services.capacity import (
    CapacityChangeRow,
    CrewRow,
    save_capacity_changes,
    save_crews,
)
from gendan.planning.services.fixing import fix_planned_order, release_fixed_order
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.production.models import WorkOrder
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def due(day: int, month: int = 3) -> dt.date:
    return dt.date(2026, month, day)


def scheduled(run: PlanRun, code: str = "CHAIR") -> list[ScheduledOrder]:
    rows = ScheduledOrder.objects.filter(run=run, item__code=code, order__isnull=False)
    return list(rows.order_by("needed_on", "pk"))


def chair(run: PlanRun) -> PlannedOrder:
    return PlannedOrder.objects.filter(run=run, item__code="CHAIR").order_by("due_on")[0]


def test_orders_that_do_not_fit_side_by_side_stand_one_after_the_other() -> None:
    ordered(160, day=due(31))  # two days of the assembly each
    ordered(160, day=due(31))
    run = planned()
    (chairs_,) = scheduled(run)  # both are one planned order: four days and a bit
    assert (chairs_.starts_on, chairs_.ends_on) == (due(25), due(31))
    (operation,) = chairs_.operations.all()
    assert operation.work_center.code == "ASSEMBLY"
    assert operation.minutes == 1930
    (legs,) = scheduled(run, "LEG")
    assert legs.ends_on is not None
    assert legs.ends_on <= due(25)
    assert run.figures["schedule"]["late"] == 0
    assert invariants.check() == []


def test_what_capacity_delays_is_ready_later_and_says_what_binds() -> None:
    order = ordered(400, day=due(31))
    run = planned()
    assert PlanDemand.objects.get(run=run, order=order).ready_on == due(31)
    save_capacity_changes(
        rows=[CapacityChangeRow("ASSEMBLY", "breakdown", due(23), due(31))], by=None
    )
    run = planned()
    demand = PlanDemand.objects.get(run=run, order=order)
    (late,) = scheduled(run)
    assert demand.needed_on == due(31)
    assert late.ends_on == demand.ready_on
    assert demand.is_late
    assert late.is_late
    assert (late.reason, late.bound_center and late.bound_center.code) == ("centre", "ASSEMBLY")
    assert run.figures["schedule"]["reasons"] == {"centre": 1}


def test_people_who_are_not_there_limit_it_too() -> None:
    masters.department("WORKS")
    masters.staff("P-1", department="WORKS")
    ordered(80, day=due(31))
    (alone,) = scheduled(planned())
    save_crews(rows=[CrewRow("ASSEMBLY", "WORKS", people=4)], by=None)  # type: ignore[arg-type]
    (now,) = scheduled(planned())
    before, after = alone.operations.get(), now.operations.get()
    assert (before.starts_on, before.ends_on) == (due(30), due(31))
    assert (after.starts_on, after.ends_on) == (due(25), due(31))  # 490 minutes, 120 a day


def test_a_fixed_order_keeps_its_day_in_every_next_plan() -> None:
    ordered(80, day=due(31))
    run = planned()
    fixed = fix_planned_order(planned_order_id=chair(run).pk, ends_on=due(24), by=person("gang"))
    asked = PlanRun.objects.filter(state="waiting").get()
    assert asked.cause == "hand"
    for _turn in range(2):
        (one,) = scheduled(planned())
        assert (one.is_fixed, one.ends_on, one.needed_on) == (True, due(24), due(31))
    assert Entry.objects.get(fact="PlannedOrderFixed").data["ends_on"] == "2026-03-24"
    release_fixed_order(fixed_order_id=fixed.pk, by=person("gang"))
    (one,) = scheduled(planned())
    assert (one.is_fixed, one.ends_on) == (False, due(31))
    with pytest.raises(NotThere, match="not fixed"):
        release_fixed_order(fixed_order_id=fixed.pk, by=None)


def test_it_is_made_at_another_work_centre_if_somebody_says_so() -> None:
    masters.work_center("ASSEMBLY2")
    ordered(80, day=due(31))
    order = chair(planned())
    fix_planned_order(
        planned_order_id=order.pk,
        ends_on=due(31),
        from_center="ASSEMBLY",
        to_center="ASSEMBLY2",
        by=None,
    )
    (one,) = scheduled(planned())
    assert [step.work_center.code for step in one.operations.all()] == ["ASSEMBLY2"]


def test_what_would_be_is_shown_and_nothing_is_touched() -> None:
    first, second = ordered(80, day=due(31)), ordered(80, day=due(26))
    run = planned()
    order = PlannedOrder.objects.get(run=run, item__code="CHAIR", due_on=due(31))
    found = preview_fixed(order, ends_on=due(26))
    assert found.own is not None
    assert found.own.then[1] == due(26)
    assert found.own.orders == (first.number,)
    [chairs_] = [one for one in found.others if one.item_id == order.item_id]
    assert chairs_.orders == (second.number,)  # the other chairs make way
    assert found.worse == []
    assert not FixedOrder.objects.exists()
    seat = PlannedOrder.objects.filter(run=run, item__code="SEAT").order_by("due_on")[0]
    assert preview_fixed(seat, ends_on=due(26)).own is None


@pytest.mark.parametrize(("quantity", "ends_on"), [(80, due(24)), (160, due(27)), (300, due(30))])
def test_what_is_shown_is_what_the_next_plan_does(quantity: int, ends_on: dt.date) -> None:
    """Of a factory that lies near as a whole: the preview against the plan with the order fixed."""
    masters.work_center("ASSEMBLY2")
    ordered(160, day=due(31))
    ordered(quantity, day=due(26))
    ordered(240, day=due(20))
    order = chair(planned())
    centers = {one.code: one.pk for one in WorkCenter.objects.all()}
    found = preview_fixed(
        order,
        ends_on=ends_on,
        from_center_id=centers["ASSEMBLY"],
        to_center_id=centers["ASSEMBLY2"],
    )
    before = {(one.item_id, one.needed_on): one for one in ScheduledOrder.objects.all()}
    fix_planned_order(
        planned_order_id=order.pk,
        ends_on=ends_on,
        from_center="ASSEMBLY",
        to_center="ASSEMBLY2",
        by=None,
    )
    run = planned()
    shown = {(one.item_id, one.needed_on): one.then for one in [found.own, *found.others] if one}
    rows = ScheduledOrder.objects.filter(run=run, operations__isnull=False)
    for one in rows:
        key = (one.item_id, one.needed_on)
        was = before[key]
        assert (one.starts_on, one.ends_on) == shown.get(key, (was.starts_on, was.ends_on))


def test_the_preview_does_not_ask_for_each_order() -> None:
    counts = []
    for _turn in range(2):
        for number in range(6):
            ordered(20 + number, day=due(20 + number))
        order = chair(planned())
        with CaptureQueriesContext(connection) as asked:
            preview_fixed(order, ends_on=due(18))
        counts.append(len(asked))
    assert abs(counts[0] - counts[1]) <= 1  # by the levels of what moves, not by its orders
    assert max(counts) <= 36


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"ends_on": due(1)}, "today"),
        ({"ends_on": due(1, 12).replace(year=2029)}, "two years"),
        ({"ends_on": due(24), "from_center": "ASSEMBLY", "to_center": "X"}, "no work centre"),
        ({"ends_on": due(24), "from_center": "SAW", "to_center": "ASSEMBLY"}, "has no step"),
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, Any], words: str) -> None:
    ordered(80, day=due(31))
    order = chair(planned())
    with pytest.raises(Invalid, match=words):
        fix_planned_order(planned_order_id=order.pk, by=None, **values)


def test_only_planners_fix_only_what_the_live_plan_makes() -> None:
    ordered(80, day=due(31))
    first = planned()
    order, seat = chair(first), PlannedOrder.objects.get(run=first, item__code="SEAT")
    with pytest.raises(NotAllowed):
        fix_planned_order(planned_order_id=order.pk, ends_on=due(24), by=person("mei"))
    with pytest.raises(Invalid, match="own works"):
        fix_planned_order(planned_order_id=seat.pk, ends_on=due(24), by=None)
    services.firm_planned_orders(planned_order_ids=[order.pk], by=None)
    with pytest.raises(services.AlreadyFirmed):
        fix_planned_order(planned_order_id=order.pk, ends_on=due(24), by=None)
    planned()
    with pytest.raises(services.PlanNotLive):
        fix_planned_order(planned_order_id=order.pk, ends_on=due(24), by=None)
    with pytest.raises(NotThere):
        fix_planned_order(planned_order_id=10**9, ends_on=due(24), by=None)


def test_firming_expects_the_goods_when_the_schedule_says() -> None:
    ordered(400, day=due(31))
    save_capacity_changes(
        rows=[CapacityChangeRow("ASSEMBLY", "breakdown", due(23), due(31))], by=None
    )
    run = planned()
    (late,) = scheduled(run)
    services.firm_planned_orders(planned_order_ids=[chair(run).pk], by=None)
    work = WorkOrder.objects.get()
    assert work.due_on == late.ends_on
    assert late.starts_on is not None
    assert work.starts_on <= late.starts_on


def test_the_audit_finds_a_schedule_that_names_nothing() -> None:
    ordered(80, day=due(31))
    (one,) = scheduled(planned())
    assert invariants.check() == []
    ScheduledOrder.objects.filter(pk=one.pk).update(order=None)
    one.operations.update(ends_on=due(1), starts_on=due(2))
    told = " ".join(invariants.check())
    assert "names no order of its plan" in told
    assert "ends before it begins" in told


def test_a_work_order_is_late_for_what_it_serves_now() -> None:
    masters.stock("SEAT", 80)
    masters.stock("LEG", 320)
    first = ordered(80, day=due(17))
    run = planned()
    services.firm_planned_orders(planned_order_ids=[chair(run).pk], by=None)
    work = WorkOrder.objects.get()
    # It was firmed for another line and for a later day; by the plan it serves this order.
    WorkOrder.objects.update(demands=["orders.line:0"])
    WorkOrder.objects.update(starts_on=due(18), due_on=due(19))
    ExpectedSupply.objects.filter(pk=work.expected_id).update(due_on=due(19))
    run = planned()
    shown, count = scheduled_late(run, 10)
    [late] = shown.values()
    row = ScheduledOrder.objects.get(run=run, work_order=work)
    assert (count, run.figures["schedule"]["late"]) == (1, 1)
    assert (row.needed_on, late.ready_on, late.days_late) == (due(17), due(19), 2)
    assert (late.reason, late.maker.due_on) == (DATED, due(17))
    # Nothing but its own day: the work centre has room, and is not said to make it late.
    assert (row.reason, row.bound_center, queries.centers_that_bind(run.pk)) == ("time", None, [])
    [orders] = orders_served([late.maker], person("ping")).values()
    assert orders == [first]
    # Needed on the day it is ready, it is not late, even if it was firmed for an earlier day.
    PlanRun.objects.filter(pk=run.pk).update(is_live=False)
    WorkOrder.objects.update(due_on=due(10), starts_on=due(9))
    Line.objects.update(requested_on=due(27), promised_on=due(27))
    run = planned()
    assert scheduled_late(run, 10) == ({}, 0)
    assert run.figures["schedule"]["late"] == 0


def test_a_comparison_shows_what_a_stoppage_moves() -> None:
    ordered(400, day=due(31))
    masters.stock("SEAT", 80)
    masters.stock("LEG", 320)
    ordered(80, day=due(17))
    run = planned()
    services.firm_planned_orders(planned_order_ids=[chair(run).pk], by=None)
    work = WorkOrder.objects.get()
    before = planned()
    assert compare_schedules(before.pk, before.pk) == ([], 0)
    save_capacity_changes(
        rows=[CapacityChangeRow("ASSEMBLY", "breakdown", due(10), due(31))], by=None
    )
    after = planned()
    assert compare(before.pk, after.pk).order_count == 0  # the days of need are the same
    moved, count = compare_schedules(before.pk, after.pk)
    assert count == len(moved)
    made = [one for one in moved if one.item == "CHAIR"]
    assert {one.work_order for one in made} == {work.number, ""}
    days = [one.days or 0 for one in moved]
    assert days == sorted(days, reverse=True)  # what becomes later stands first
    assert max(one.days or 0 for one in made) > 0
    for one in made:
        rows = ScheduledOrder.objects.filter(run=after, work_order=one.work_order_id)
        assert one.ends_on == rows.get(item__code="CHAIR").ends_on
    first, whole = compare_schedules(before.pk, after.pk, limit=1)
    assert (first, whole) == (moved[:1], count)
    assert compare_schedules(before.pk, after.pk, offset=9) == ([], count)


def test_what_is_fixed_is_known_by_what_it_serves_however_far_its_need_moves() -> None:
    first, second = ordered(80, day=due(31)), ordered(80, day=due(31, 7))
    run = planned()
    order = PlannedOrder.objects.get(run=run, item__code="CHAIR", due_on=due(31))
    fixed = fix_planned_order(planned_order_id=order.pk, ends_on=due(24), by=None)
    assert fixed.demands == [demand_of(first.lines.get().pk)]
    # The first is wanted three months later, the second when the first was.
    Line.objects.filter(order=first).update(requested_on=due(30, 6), promised_on=due(30, 6))
    Line.objects.filter(order=second).update(requested_on=due(31), promised_on=due(31))
    run = planned()
    held = {one.needed_on: (one.is_fixed, one.ends_on) for one in scheduled(run)}
    assert held == {due(30, 6): (True, due(24)), due(31): (False, due(31))}
    # The other one is fixed besides, although it stands on the first one's old day.
    order = PlannedOrder.objects.get(run=run, item__code="CHAIR", due_on=due(31))
    other = fix_planned_order(planned_order_id=order.pk, ends_on=due(27), by=None)
    assert other.pk != fixed.pk
    run = planned()
    assert {one.ends_on for one in scheduled(run) if one.is_fixed} == {due(24), due(27)}
    # Fixed again, the later decision holds, and there is one of it.
    order = PlannedOrder.objects.get(run=run, item__code="CHAIR", due_on=due(30, 6))
    again = fix_planned_order(planned_order_id=order.pk, ends_on=due(20), by=None)
    assert (again.pk, again.needed_on) == (fixed.pk, due(30, 6))
    assert FixedOrder.objects.count() == 2


def test_what_is_made_for_a_work_order_that_was_firmed_since_is_still_known() -> None:
    ordered(80, day=due(31))
    run = planned()
    legs = PlannedOrder.objects.get(run=run, item__code="LEG")
    fix_planned_order(planned_order_id=legs.pk, ends_on=due(18), by=None)
    services.firm_planned_orders(planned_order_ids=[chair(run).pk], by=None)
    run = planned()
    [one] = scheduled(run, "LEG")
    assert (one.is_fixed, one.ends_on) == (True, due(18))
    assert problems(run) == []


def problems(run: PlanRun) -> list[dict[str, Any]]:
    return [one for one in run.problems if one["code"] == "fixed_need_gone"]


def test_it_is_said_when_nothing_needs_any_more_what_was_fixed() -> None:
    first, second = ordered(80, day=due(31)), ordered(80, day=due(26))
    run = planned()
    order = PlannedOrder.objects.get(run=run, item__code="CHAIR", due_on=due(31))
    fixed = fix_planned_order(planned_order_id=order.pk, ends_on=due(24), by=None)
    assert problems(planned()) == []
    Line.objects.filter(order=first).update(is_cancelled=True)
    run = planned()
    assert [one.is_fixed for one in scheduled(run)] == [False]  # the second one's is not taken
    [one] = problems(run)
    [row] = one["rows"]
    assert row["fixed"] == fixed.pk
    assert row["name"] == f"CHAIR 2026-03-24 ({first.number} / 1)"
    assert second.number not in row["name"]
    assert queries.fixed_without_need(run) == {fixed.pk}
    assert invariants.check() == []
    release_fixed_order(fixed_order_id=fixed.pk, by=None)
    assert problems(planned()) == []
