"""The shop floor in sequence: what is kept, what is late and why, what is left out, what moves."""

import datetime as dt
import itertools
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.catalog import services as catalog
from gendan.engine.schedule.shop_search import Budget, is_optimiser_installed, solve
from gendan.engine.schedule.tests.shop_check import complaints
from gendan.inventory.services import RankRow, rank_demands
from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotAllowed
from gendan.planning import shop_invariants, shop_jobs
from gendan.planning.models import SequencedOperation, ShopSequence
from gendan.planning.services import (
    CapacityChangeRow,
    CrewRow,
    save_capacity_changes,
    save_crews,
    sequencing,
)
from gendan.planning.shop_snapshot import read_input
from gendan.planning.shop_times import read_times
from gendan.planning.tests.shop_factory import (
    WEDNESDAY,
    adopted,
    overlaps,
    places,
    released,
    rows,
    sequenced,
    step,
    workshop,
)
from gendan.production.queries import open_steps
from gendan.production.services import (
    WorkOrderRow,
    begin_step,
    finish_step,
    firm_work_orders,
    report_step,
)
from gendan.testing.cast import person
from gendan.testing.make import masters, orders

THURSDAY = WEDNESDAY + dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.at(clock.moment_on(WEDNESDAY, 8)):
        workshop()
        yield


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return clock.moment_on(dt.date(2026, 6, day), hour, minute)


def _two_lines() -> list[int]:
    wanted = [orders.line("RED", 400), orders.line("RED", 400)]
    order = orders.confirmed(masters.customer(), wanted, incoterm="EXW")
    return list(order.lines.order_by("position").values_list("pk", flat=True))


def test_operations_stand_on_machines_one_at_a_time_with_set_ups() -> None:
    released("RED", 300)
    released("BLUE", 200)
    released("RED", 100, WEDNESDAY)
    sequence = sequenced()
    found = rows(sequence)
    assert sequence.state == "done"
    assert not sequence.is_in_force
    assert len(found) == 6
    assert overlaps(found) == []
    assert {one.machine for one in found if one.work_center.code == "PRESS"} == {1, 2}
    painted = [one for one in found if one.work_center.code == "PAINT"]
    families = [one.step.setup_family for one in painted]
    minutes = {("red", "blue"): 60, ("blue", "red"): 20}
    wanted = [0, *(minutes.get(pair, 0) for pair in itertools.pairwise(families))]
    assert [one.setup_minutes for one in painted] == wanted
    assert [one.place for one in painted] == [1, 2, 3]
    pressed = {one.work_order_id: one.ends_at for one in found if one.step.sequence == 10}
    assert all(one.starts_at >= pressed[one.work_order_id] for one in painted)
    assert sequence.figures["late"] == 0
    assert sequence.late == []


def test_the_independent_check_of_the_engine_finds_nothing_wrong() -> None:
    for number in range(6):
        released("RED" if number % 2 else "BLUE", 90 + 40 * number, WEDNESDAY)
    save_capacity_changes(
        rows=[CapacityChangeRow("PRESS", "maintenance", THURSDAY, THURSDAY)], by=None
    )
    sequence = sequencing.sequence_shop(seconds=0, by=None)
    given = read_input(sequence)
    outcome = solve(given.shop, Budget(seconds=0))
    assert len(outcome.placed) == 12
    assert complaints(given.shop, outcome.placed, frozenset()) == []


def test_the_same_facts_and_seed_give_the_same_sequence() -> None:
    for number in range(5):
        released("RED" if number % 2 else "BLUE", 150 + 30 * number, WEDNESDAY)
    if not is_optimiser_installed():
        pytest.skip("without the optimiser sequences are only constructed")
    first = sequenced(seconds=1, is_counted=True, seed=7)
    again = sequenced(seconds=1, is_counted=True, seed=7)
    assert first.figures["is_searched"]
    assert places(first) == places(again)
    assert first.figures["cost"] <= sequenced(seconds=0).figures["cost"]


def test_work_is_done_in_working_time_only() -> None:
    released("RED", 700)
    found = {one.work_center.code: one for one in rows(sequenced())}
    # Eight to five with an hour's break; 220 minutes are left for the morning after.
    assert found["PRESS"].starts_at == at(10, 8)
    assert found["PRESS"].ends_at == at(11, 11, 40)
    assert found["PRESS"].minutes == 700


def test_a_stoppage_and_a_day_off_are_left_out() -> None:
    stop = CapacityChangeRow("PRESS", "breakdown", WEDNESDAY, dt.date(2026, 6, 12))
    save_capacity_changes(rows=[stop], by=None)
    released("RED", 60)
    pressed = next(one for one in rows(sequenced()) if one.work_center.code == "PRESS")
    assert pressed.starts_at == at(15, 8)  # the Monday


def test_a_line_of_many_hands_does_its_minutes_in_fewer() -> None:
    masters.department("WORKS")
    for number in range(4):
        masters.staff(f"P-{number}", department="WORKS")
    save_crews(rows=[CrewRow("PAINT", department="WORKS", people=Decimal(1))], by=None)
    row = catalog.WorkCenterRow("PAINT", minutes_per_day=1920)
    catalog.save_work_centers(rows=[row], by=None)
    released("RED", 240)
    painted = next(one for one in rows(sequenced()) if one.work_center.code == "PAINT")
    assert painted.minutes == 30  # 120 minutes by four


def test_people_who_are_away_do_not_work() -> None:
    masters.department("WORKS")
    masters.staff("P-1", department="WORKS", joined_on=dt.date(2026, 6, 12))
    save_crews(rows=[CrewRow("PRESS", department="WORKS", people=Decimal(1))], by=None)
    released("RED", 60)
    released("BLUE", 60)
    pressed = [one for one in rows(sequenced()) if one.work_center.code == "PRESS"]
    starts = sorted(one.starts_at for one in pressed)
    assert starts[0] == at(12, 8)
    assert starts[1] >= at(12, 9)  # one of the two presses stands: there is one man


def test_a_transfer_batch_lets_the_next_step_begin_early() -> None:
    steps = [
        catalog.RoutingStepRow(
            10, "PRESS", run_minutes_per_unit=Decimal(1), transfer_quantity=Decimal(30)
        ),
        catalog.RoutingStepRow(20, "PAINT", run_minutes_per_unit=Decimal(1)),
    ]
    catalog.save_routings(rows=[catalog.RoutingRow("RED", steps=steps)], by=None)
    released("RED", 120)
    pressed, painted = sorted(rows(sequenced()), key=lambda one: one.step.sequence)
    assert painted.starts_at < pressed.ends_at < painted.ends_at
    assert painted.starts_at >= at(10, 8, 30)


def test_what_is_late_says_why() -> None:
    long = released("RED", 2000, WEDNESDAY)
    sequence = sequenced()
    assert [one["work_order_id"] for one in sequence.late] == [long.pk]
    assert sequence.late[0]["reason"] == "time"
    masters.items({"ROD": {"supply": "buy", "lead_days": 3}})
    masters.bom("BLUE", {"ROD": 1})
    waits = released("BLUE", 10, WEDNESDAY)
    sequence = sequenced()
    assert [(one["work_order_id"], one["code"]) for one in sequence.problems] == [
        (waits.pk, "no_material")
    ]
    masters.expected("ROD", 10, due_on=dt.date(2026, 6, 15))
    sequence = sequenced()
    late = {one["work_order_id"]: one for one in sequence.late}
    assert late[waits.pk]["reason"] == "material"
    assert places(sequence)[waits.pk, 10][1] >= at(15, 8)


def test_the_more_urgent_of_two_late_ones_goes_first() -> None:
    catalog.save_work_centers(rows=[catalog.WorkCenterRow("PRESS", machines=1)], by=None)
    lines = [f"orders.line:{pk}" for pk in _two_lines()]
    usual = released("RED", 400, WEDNESDAY, demands=[lines[0]])
    urgent = released("RED", 400, WEDNESDAY, demands=[lines[1]])
    rank_demands(rows=[RankRow(lines[1], 1)], by=None)
    where = places(sequenced())
    assert where[urgent.pk, 10][1] < where[usual.pk, 10][1]


def test_what_runs_stays_where_it_runs_and_what_is_done_is_left_out() -> None:
    order = released("RED", 120)
    other = released("BLUE", 60)
    begin_step(step_id=step(order).pk, machine=2, by=None)
    finish_step(step_id=step(other).pk, by=None)
    with clock.at(at(10, 9)):
        sequence = sequenced()
    found = {(one.work_order_id, one.step.sequence): one for one in rows(sequence)}
    running = found[order.pk, 10]
    assert running.is_begun
    assert (running.machine, running.starts_at) == (2, at(10, 9))
    assert running.ends_at == at(10, 10)  # an hour of two is left
    assert (other.pk, 10) not in found
    assert found[other.pk, 20].starts_at == at(10, 9)


def test_what_is_left_of_what_runs_is_known_by_reports_before_time() -> None:
    order = released("RED", 400)
    running = step(order)
    begin_step(step_id=running.pk, machine=1, by=None)
    with clock.at(at(10, 10)):
        assert rows(sequenced())[1].minutes == 280  # two hours have gone by
        report_step(step_id=running.pk, good=50, by=None)
        left = [one.minutes for one in open_steps(work_order_ids=[order.pk])]
        painted, pressed = (one.minutes for one in rows(sequenced()))
        assert left == [pressed, painted] == [350, 200]


def test_a_new_work_order_moves_nothing_that_is_in_time() -> None:
    released("RED", 200)
    released("BLUE", 100)
    before = places(adopted())
    new = released("RED", 50)
    sequence = sequenced()
    after = places(sequence)
    assert {key: after[key] for key in before} == before
    assert {one["work_order_id"] for one in sequence.changes} == {new.pk}
    assert all(one["was"] is None for one in sequence.changes)


def test_a_breakdown_moves_what_it_must_and_says_what_changed() -> None:
    order = released("RED", 200)
    adopted()
    broken = CapacityChangeRow("PRESS", "breakdown", WEDNESDAY, WEDNESDAY)
    save_capacity_changes(rows=[broken], by=None)
    sequence = sequenced()
    moved = {(one["work_order_id"], one["step_id"]) for one in sequence.changes}
    assert (order.pk, step(order).pk) in moved
    change = next(one for one in sequence.changes if one["step_id"] == step(order).pk)
    assert change["was"][2] < change["now"][2]
    assert sequence.figures["moved"] == len(moved)


def test_with_work_centres_chosen_the_others_stay() -> None:
    catalog.save_work_centers(rows=[catalog.WorkCenterRow("SAW")], by=None)
    masters.items({"LOG": {"supply": "make"}})
    masters.routing("LOG", ("SAW", 10, 1))
    sawn, pressed = released("LOG", 100), released("RED", 100)
    before = places(adopted())
    with clock.at(at(10, 8)):
        urgent = released("RED", 300, WEDNESDAY)
        sequence = sequenced(centers=["PRESS"], stability=0)
    after = places(sequence)
    assert after[sawn.pk, 10] == before[sawn.pk, 10]
    assert (urgent.pk, 10) in after
    assert (pressed.pk, 10) in after


def test_what_cannot_be_sequenced_is_named() -> None:
    masters.items({"BARE": {"supply": "make"}})
    bare, order = released("BARE", 5), released("RED", 10)
    catalog.save_work_centers(rows=[catalog.WorkCenterRow("PAINT", machines=0)], by=None)
    sequence = sequenced()
    assert {(one["work_order_id"], one["code"]) for one in sequence.problems} == {
        (bare.pk, "no_steps"),
        (order.pk, "no_machines"),
    }
    catalog.save_work_centers(rows=[catalog.WorkCenterRow("PAINT", machines=1)], by=None)
    closed = CapacityChangeRow("PAINT", "closed", WEDNESDAY, dt.date(2027, 6, 1))
    save_capacity_changes(rows=[closed], by=None)
    assert {one["code"] for one in sequenced().problems} == {"no_steps", "no_capacity"}
    assert not SequencedOperation.objects.filter(work_order=order).exists()


def test_without_released_work_orders_it_is_refused() -> None:
    row = WorkOrderRow("RED", Decimal(5), WEDNESDAY, dt.date(2026, 6, 19))
    firm_work_orders(rows=[row], by=None)
    with pytest.raises(sequencing.NothingToSequence, match="Release work orders first"):
        sequencing.sequence_shop(by=None)
    released("RED", 5, dt.date(2026, 9, 1), start=dt.date(2026, 8, 20))
    with pytest.raises(sequencing.NothingToSequence):
        sequencing.sequence_shop(by=None)  # beyond the horizon
    assert sequencing.sequence_shop(days=60, by=None).state == "waiting"


def test_odd_input_is_refused_in_words() -> None:
    released("RED", 5)
    catalog.save_work_centers(rows=[catalog.WorkCenterRow("PAINT", machines=0)], by=None)
    for wrong in (
        {"days": 0},
        {"days": 61},
        {"days": True},
        {"seconds": -1},
        {"seconds": 601},
        {"seed": 2**40},
        {"stability": -5},
        {"centers": ["NOWHERE"]},
        {"centers": ["PAINT"]},
    ):
        with pytest.raises(Invalid):
            sequencing.sequence_shop(**wrong, by=None)
    with pytest.raises(NotAllowed):
        sequencing.sequence_shop(by=person("mei"))
    assert not ShopSequence.objects.exists()


def test_one_is_calculated_at_a_time() -> None:
    released("RED", 5)
    sequencing.sequence_shop(by=None)
    with pytest.raises(sequencing.SequenceRunning, match="already"):
        sequencing.sequence_shop(by=None)


def test_a_killed_worker_leaves_the_sequence_in_force_alone() -> None:
    released("RED", 100)
    force = adopted()
    released("BLUE", 50)
    lost = sequencing.sequence_shop(seconds=0, by=None)
    for _attempt in range(sequencing.MOST_ATTEMPTS):  # killed each time
        assert sequencing.take_up_sequence(sequence_id=lost.pk) is not None
    assert not lost.operations.exists()
    shop_jobs.calculate_sequence_now(lost.pk)
    lost.refresh_from_db()
    force.refresh_from_db()
    assert (lost.state, lost.failure) == ("failed", "crashed")
    assert force.is_in_force
    assert force.operations.count() == 2
    assert shop_invariants.check() == []


def test_a_worker_that_was_given_up_writes_nothing() -> None:
    released("RED", 100)
    sequence = sequencing.sequence_shop(seconds=0, by=None)
    sequencing.take_up_sequence(sequence_id=sequence.pk)
    sequencing.take_up_sequence(sequence_id=sequence.pk)  # another worker
    noted = sequencing.note_sequence(sequence_id=sequence.pk, attempt=1, percent=50, best={})
    assert not noted
    assert sequencing.note_sequence(sequence_id=sequence.pk, attempt=2, percent=50, best={})


def test_a_lost_job_is_put_back() -> None:
    released("RED", 5)
    sequencing.sequence_shop(by=None)
    assert sequencing.resume_sequences() == 0
    with connection.cursor() as cursor:  # the model of the queue may only be read
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'calculate_sequence'")
    assert sequencing.resume_sequences() == 1


def test_reading_takes_as_many_queries_for_many_orders() -> None:
    counts = []
    for number in (2, 10):
        for _one in range(number):
            released("RED", 10)
        sequence = sequencing.sequence_shop(seconds=0, by=None)
        with CaptureQueriesContext(connection) as queries:
            read_input(sequence)
        counts.append(len(queries))
        sequencing.stop_sequence(sequence_id=sequence.pk, by=None)
    assert counts[0] == counts[1] <= 45


def test_times_follow_shifts() -> None:
    times = read_times(at(10, 12, 30), dt.date(2026, 6, 11), dt.date(2026, 6, 11))
    press = next(one for one in times.working.values() if one.center.code == "PRESS")
    # From half past twelve: after the break until five, and the whole day after.
    assert times.moment(press.shifts[0][0]) == at(10, 13)
    assert [b - a for a, b in press.shifts] == [240, 240, 240]
