"""What differs between two plans, a part at a time; and the rules every plan keeps."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.kernel import clock
from gendan.planning import invariants
from gendan.planning.capacity_people import people_of_week
from gendan.planning.comparing import compare, verdict
from gendan.planning.models import Peg, PlanDemand, PlannedOrder
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def test_a_part_of_the_difference_is_read_and_all_of_it_counted() -> None:
    for day in (25, 26, 27):
        ordered(10, day=dt.date(2026, 3, day))
    first = planned()
    for number in (1, 2):
        ordered(number, day=dt.date(2026, 3, 30))
    second = planned()
    whole = compare(first.pk, second.pk)
    assert (whole.demand_count, len(whole.demands)) == (2, 2)
    assert all(one.is_new for one in whole.demands)
    assert whole.order_count == len(whole.orders) > 2
    parts = [compare(first.pk, second.pk, offset=place, limit=1) for place in (0, 1)]
    assert [row for one in parts for row in one.demands] == whole.demands
    assert [row for one in parts for row in one.orders] == whole.orders[:2]
    assert {one.order_count for one in parts} == {whole.order_count}
    behind = compare(first.pk, second.pk, offset=1000)
    assert (behind.demands, behind.orders) == ([], [])
    assert (behind.demand_count, behind.order_count) == (2, whole.order_count)
    same = compare(second.pk, second.pk, offset=3)
    assert (same.demand_count, same.order_count, same.later_count) == (0, 0, 0)


def test_orders_of_the_same_quantity_are_paired_by_day() -> None:
    ordered(10, day=dt.date(2026, 3, 30))
    first = planned()
    second = planned()
    seats = PlannedOrder.objects.filter(run=second, item__code="SEAT")
    was = seats.get().due_on
    seats.update(due_on=was + dt.timedelta(days=7))
    [moved] = compare(first.pk, second.pk).orders
    assert (moved.item, moved.was_on, moved.is_on) == ("SEAT", was, was + dt.timedelta(days=7))
    PlannedOrder.objects.bulk_create(
        PlannedOrder(
            run=second,
            item=seats.get().item,
            kind="buy",
            quantity=Decimal(10),
            release_on=MONDAY,
            due_on=was,
            is_late=False,
        )
        for _number in range(2)
    )
    found = [(one.was_on, one.is_on) for one in compare(first.pk, second.pk).orders]
    # One of the two stands in both plans; two are new, and the first plan's is found again.
    assert found == [(None, was), (None, was + dt.timedelta(days=7))]


def test_a_demand_without_any_peg_is_told() -> None:
    ordered(10, day=dt.date(2026, 3, 30))
    run = planned()
    assert invariants.check() == []
    Peg.objects.filter(run=run, demand__line__isnull=False).delete()
    [told] = [one for one in invariants.check() if "demand" in one]
    name = PlanDemand.objects.get(run=run).name
    assert told.startswith(f"demand {name} of plan run {run.pk}: 10.000000, pegged 0")


def test_what_a_plan_left_out_and_said_so_is_no_fault() -> None:
    ordered(10, day=dt.date(2026, 3, 30))
    run = planned()
    Peg.objects.filter(run=run, demand__line__isnull=False).delete()
    PlanDemand.objects.filter(run=run).update(ready_on=None)
    run.problems = [{"code": "x", "table": "demand", "count": 1, "is_left_out": True, "rows": []}]
    run.save()
    assert [one for one in invariants.check() if "demand" in one] == []
    run.problems[0]["is_left_out"] = False
    run.save()
    assert [one for one in invariants.check() if "demand" in one]


def test_who_has_left_is_not_counted() -> None:
    department = masters.department("SAWS")
    masters.staff("P-1", department="SAWS")
    masters.staff("P-2", department="SAWS", left_on=MONDAY - dt.timedelta(days=1))
    masters.staff("P-3", department="SAWS", joined_on=MONDAY + dt.timedelta(days=30))
    masters.staff("P-4", department="SAWS", left_on=MONDAY)
    found = people_of_week(department.pk, "", MONDAY, MONDAY)
    assert [(one.person.code, one.minutes) for one in found] == [("P-1", 2400), ("P-4", 480)]


def test_a_plan_with_less_lateness_is_better_and_the_other_worse() -> None:
    ordered(5, day=MONDAY + dt.timedelta(days=1))  # nothing can be ready so soon
    late = planned()
    masters.stock("CHAIR", 5)
    fine = planned()
    found = verdict(late.pk, fine.pk)
    assert (found.was.orders, found.was.lines, found.now.orders) == (1, 1, 0)
    assert found.was.days + found.was.never > 0 == found.now.days
    assert (found.is_better, found.is_worse) == (True, False)
    back, same = verdict(fine.pk, late.pk), verdict(fine.pk, fine.pk)
    assert (back.is_better, back.is_worse) == (False, True)
    assert (same.is_better, same.is_worse) == (False, False)
    compared = compare(late.pk, fine.pk)
    assert (compared.earlier_count, compared.later_count) == (1, 0)
    assert compared.demands[0].earlier > 0
    assert fine.difference["earlier"] == 1
