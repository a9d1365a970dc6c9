"""A line learns a style once: plans, loads, promises and work orders all count it alike."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.catalog import services as catalog
from gendan.catalog.queries import calendar
from gendan.kernel import clock
from gendan.planning.capacity_load import by_day, read_load
from gendan.planning.finite_near import steps_of_routing
from gendan.planning.models import PlannedOrder, PlanRun, ScheduledOperation
from gendan.planning.services import compute_promise
from gendan.planning.services.capacity import CrewRow, save_crews
from gendan.planning.shop_times import read_times
from gendan.planning.tests.factory import MONDAY, planned
from gendan.production.models import WorkOrder, WorkStep
from gendan.production.services import (
    WorkOrderRow,
    cancel_work_order,
    finish_step,
    firm_work_orders,
    follow_supplies,
    release_work_order,
)
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make
from gendan.workforce.services import AbsenceRow, save_absences

pytestmark = pytest.mark.django_db
D = Decimal
FULL = D("0.48")  # minutes a piece: 1 000 a day


@pytest.fixture(autouse=True)
def sewing() -> Iterator[None]:
    """A line of 20 at 80 %; SAM 7.68 gives 1 000 a day; a new style 450, 650, 800, 1 000 …"""
    with clock.at(clock.moment_on(MONDAY)):
        masters.calendar()
        masters.item("SHIRT", supply="make", lot_rule="as_needed")
        curve = catalog.LearningCurveRow("NEW", percents=[45, 65, 80, 100], known_days=60)
        catalog.save_learning_curves(rows=[curve], by=None)
        masters.work_center(
            "SEW", operators=20, efficiency_percent=D(80), learning_curve="NEW", minutes_per_day=480
        )
        step = catalog.RoutingStepRow(10, "SEW", "sewing", sam_minutes=D("7.68"))
        catalog.save_routings(rows=[catalog.RoutingRow("SHIRT", [step])], by=None)
        yield


def firmed(quantity: int, due_on: dt.date) -> WorkOrder:
    row = WorkOrderRow("SHIRT", D(quantity), clock.today(), due_on)
    return firm_work_orders(rows=[row], by=person("gang"))[0]


def minutes(order: WorkOrder) -> Decimal:
    return WorkStep.objects.get(work_order=order).minutes


def ordered(quantity: int, day: dt.date) -> None:
    make.confirmed(
        masters.customer(), [make.line("SHIRT", quantity, requested_on=day)], incoterm="EXW"
    )


def operations(run: PlanRun) -> list[Decimal]:
    rows = ScheduledOperation.objects.filter(run=run, scheduled__order__isnull=False)
    rows = rows.order_by("scheduled__needed_on", "pk")
    return [one.minutes for one in rows]


def test_the_first_work_order_learns_the_style_for_the_next() -> None:
    first = firmed(1100, dt.date(2026, 3, 12))
    assert minutes(first) == 2 * 480  # 450 and 650 pieces
    second = firmed(800, dt.date(2026, 3, 20))
    assert minutes(second) == 480  # the third day of the curve
    assert minutes(firmed(1000, dt.date(2026, 3, 27))) == 1000 * FULL
    # What comes before the first one has nothing of it; both at once are looked at by their days.
    assert minutes(firmed(450, dt.date(2026, 3, 6))) == 480


def test_several_at_once_learn_it_one_after_the_other() -> None:
    rows = [
        WorkOrderRow("SHIRT", D(800), MONDAY, dt.date(2026, 3, 20)),
        WorkOrderRow("SHIRT", D(1100), MONDAY, dt.date(2026, 3, 12)),
    ]
    later, sooner = firm_work_orders(rows=rows, by=person("gang"))
    assert [minutes(sooner), minutes(later)] == [D(960), D(480)]


def test_another_size_of_the_style_is_known_as_well() -> None:
    """One style in all its sizes is learned once; an item without a style by itself."""
    sizes = {f"SHIRT-{size}": {"supply": "make", "style": "POLO", "size": size} for size in "SM"}
    masters.items(sizes | {"OTHER": {"supply": "make"}})
    step = catalog.RoutingStepRow(10, "SEW", "sewing", sam_minutes=D("7.68"))
    catalog.save_routings(
        rows=[catalog.RoutingRow(code, [step]) for code in (*sizes, "OTHER")], by=None
    )
    rows = [
        WorkOrderRow(code, D(450), MONDAY, dt.date(2026, 3, 10 + place))
        for place, code in enumerate((*sizes, "OTHER"))
    ]
    small, medium, other = firm_work_orders(rows=rows, by=person("gang"))
    assert [minutes(small), minutes(other)] == [D(480), D(480)]
    assert minutes(medium) == D("332.308")  # 450 at 65 %


def test_a_style_is_forgotten_some_time_after_its_last_run() -> None:
    order = firmed(10_000, dt.date(2026, 3, 20))
    release_work_order(work_order_id=order.pk, by=person("gang"))
    finish_step(step_id=WorkStep.objects.get().pk, by=person("gang"))  # on 2 March
    assert minutes(firmed(500, dt.date(2026, 5, 1))) == 500 * FULL  # 60 days after it
    with clock.at(clock.moment_on(dt.date(2026, 8, 3))):
        known = minutes(firmed(500, dt.date(2026, 9, 1)))
    assert known == D("516.924")  # 450 on the first day, 50 at 65 %


def test_work_given_up_teaches_nobody() -> None:
    order = firmed(10_000, dt.date(2026, 3, 20))
    cancel_work_order(work_order_id=order.pk, reason="sold out", by=person("gang"))
    assert minutes(firmed(450, dt.date(2026, 4, 1))) == 480


def test_another_quantity_of_a_work_order_learns_anew() -> None:
    order = firmed(450, dt.date(2026, 3, 20))
    order.expected.quantity = D(1100)
    order.expected.save()
    follow_supplies(expected_ids=[order.expected_id])
    assert minutes(order) == 960


def test_the_plan_learns_in_the_order_of_its_days() -> None:
    ordered(1100, dt.date(2026, 3, 20))
    ordered(800, dt.date(2026, 4, 20))
    run = planned()
    assert operations(run) == [960, 480]
    # The load, and what fixing would show, say the same.
    orders = list(PlannedOrder.objects.filter(run=run).order_by("due_on"))
    assert [one.amount for order in orders for one in steps_of_routing(order)] == [960_000, 480_000]
    found = read_load(dt.date(2026, 4, 30))
    center = found.capacity.centers[0].pk
    days = by_day(found, center, MONDAY, dt.date(2026, 4, 30))
    assert sum(day.load for day in days) == 960 + 480


def test_open_work_teaches_the_plan_and_the_promise() -> None:
    week = calendar(None)
    order = make.draft(lines=[make.line("SHIRT", 450, requested_on=None)])
    first = week.add_days(clock.today(), 0)
    [line] = compute_promise(order.pk).lines
    assert line.promised.ex_works_on == first  # a whole day for 450
    larger = make.draft(lines=[make.line("SHIRT", 1100, requested_on=None)])
    [line] = compute_promise(larger.pk).lines
    assert line.promised.ex_works_on == week.add_days(first, 1)
    # Three days of a work order teach the style: 1 900 pieces, and 2 100 more in three days.
    firmed(1900, week.add_days(first, 2))
    whole = make.draft(lines=[make.line("SHIRT", 4000, requested_on=None)])
    [line] = compute_promise(whole.pk).lines
    assert line.promised.ex_works_on == week.add_days(first, 5)
    ordered(2900, dt.date(2026, 3, 20))
    assert operations(planned()) == [480]


def test_a_line_with_fewer_people_is_slower_in_proportion() -> None:
    """Two people at the line, one is away: half the minutes a day, once."""
    catalog.save_work_centers(
        rows=[catalog.WorkCenterRow("SEW", operators=2, learning_curve="")], by=None
    )
    step = catalog.RoutingStepRow(10, "SEW", sam_minutes=D("0.768"))  # 1 000 a day by two
    catalog.save_routings(rows=[catalog.RoutingRow("SHIRT", [step])], by=None)
    masters.department("WORKS")
    masters.staff("P-1", department="WORKS")
    masters.staff("P-2", department="WORKS")
    save_crews(rows=[CrewRow("SEW", "WORKS", people=D(2))], by=None)
    week = calendar(None)
    order = make.draft(lines=[make.line("SHIRT", 1000, requested_on=None)])
    [line] = compute_promise(order.pk).lines
    assert line.promised.ex_works_on == week.add_days(MONDAY, 0)
    away = AbsenceRow("P-2", MONDAY, MONDAY + dt.timedelta(days=30))
    save_absences(rows=[away], by=None)
    [line] = compute_promise(order.pk).lines
    assert line.promised.ex_works_on == week.add_days(MONDAY, 1)
    ordered(2000, dt.date(2026, 3, 20))
    (operation,) = ScheduledOperation.objects.filter(run=planned())
    assert operation.minutes == 2 * 480
    assert (operation.starts_on, operation.ends_on) == (dt.date(2026, 3, 17), dt.date(2026, 3, 20))
    # Minute by minute, too: the line stops half way through its day.
    center = operation.work_center_id
    tuesday = clock.moment_on(dt.date(2026, 3, 3), 0)
    times = read_times(tuesday, dt.date(2026, 3, 3), dt.date(2026, 3, 3))
    assert sum(end - begin for begin, end in times.working[center].shifts) == 240


def test_what_was_learned_costs_no_queries_where_nothing_is(
    django_assert_num_queries: object,
) -> None:
    from gendan.catalog.makings import makings
    from gendan.production.styles import styles_of

    catalog.save_work_centers(rows=[catalog.WorkCenterRow("SEW", learning_curve="")], by=None)
    found = makings()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert not styles_of(found).runs
