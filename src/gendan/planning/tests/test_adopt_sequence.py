"""A proposal becomes the sequence in force, unless what it rests on has changed."""

import datetime as dt
from collections.abc import Iterator

import pytest

from gendan.kernel import clock
from gendan.kernel.errors import IllegalStep, NotAllowed, NotThere
from gendan.planning import shop_invariants, shop_jobs
from gendan.planning.models import SequencedOperation, ShopSequence
from gendan.planning.services import (
    CapacityChangeRow,
    move_work_order,
    save_capacity_changes,
    sequencing,
)
from gendan.planning.tests.shop_factory import (
    WEDNESDAY,
    adopted,
    overlaps,
    released,
    rows,
    sequenced,
    step,
    workshop,
)
from gendan.production.services import begin_step, cancel_work_order
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.at(clock.moment_on(WEDNESDAY, 8)):
        workshop()
        yield


def test_adopted_it_is_in_force_and_the_one_before_is_not() -> None:
    released("RED", 100)
    first = adopted()
    released("BLUE", 50)
    second = adopted()
    first.refresh_from_db()
    assert second.is_in_force
    assert not first.is_in_force
    assert second.adopted_at == clock.now()
    assert overlaps(rows(second)) == []
    assert shop_invariants.check() == []


def test_what_has_changed_is_named() -> None:
    order, other = released("RED", 100), released("BLUE", 100)
    proposal = sequenced()
    move_work_order(work_order_id=order.pk, due_on=dt.date(2026, 6, 17), by=None)
    with pytest.raises(sequencing.SequenceStale, match=order.number):
        sequencing.adopt_sequence(sequence_id=proposal.pk, by=None)
    proposal = sequenced()
    begin_step(step_id=step(other).pk, machine=1, by=None)
    with pytest.raises(sequencing.SequenceStale, match=other.number):
        sequencing.adopt_sequence(sequence_id=proposal.pk, by=None)
    proposal = sequenced()
    cancel_work_order(work_order_id=other.pk, reason="not wanted", by=None)
    with pytest.raises(sequencing.SequenceStale, match=f"{other.number} changed"):
        sequencing.adopt_sequence(sequence_id=proposal.pk, by=None)
    assert not ShopSequence.objects.filter(is_in_force=True).exists()


def test_a_breakdown_since_is_named() -> None:
    released("RED", 100)
    proposal = sequenced()
    broken = CapacityChangeRow("PRESS", "breakdown", WEDNESDAY, WEDNESDAY)
    save_capacity_changes(rows=[broken], by=None)
    with pytest.raises(sequencing.SequenceStale, match="the capacity of PRESS changed"):
        sequencing.adopt_sequence(sequence_id=proposal.pk, by=None)


def test_of_two_proposals_the_second_is_refused() -> None:
    released("RED", 100)
    first, second = sequenced(), sequenced()
    sequencing.adopt_sequence(sequence_id=first.pk, by=None)
    with pytest.raises(sequencing.SequenceStale, match=f"{first.number} was adopted since"):
        sequencing.adopt_sequence(sequence_id=second.pk, by=None)
    with pytest.raises(sequencing.SequenceStale, match="already"):
        sequencing.adopt_sequence(sequence_id=first.pk, by=None)
    assert ShopSequence.objects.filter(is_in_force=True).count() == 1


def test_a_proposal_of_yesterday_is_refused() -> None:
    released("RED", 100)
    proposal = sequenced()
    with (
        clock.at(clock.moment_on(WEDNESDAY + dt.timedelta(days=1), 8)),
        pytest.raises(sequencing.SequenceStale, match="2026-06-10"),
    ):
        sequencing.adopt_sequence(sequence_id=proposal.pk, by=None)


def test_what_is_not_calculated_or_not_there_is_not_adopted() -> None:
    released("RED", 100)
    waiting = sequencing.sequence_shop(by=None)
    with pytest.raises(IllegalStep):
        sequencing.adopt_sequence(sequence_id=waiting.pk, by=None)
    with pytest.raises(NotThere):
        sequencing.adopt_sequence(sequence_id=10**9, by=None)


def test_only_planners_adopt() -> None:
    released("RED", 100)
    proposal = sequenced()
    for name in ("mei", "gang"):
        with pytest.raises(NotAllowed):
            sequencing.adopt_sequence(sequence_id=proposal.pk, by=person(name))
    assert sequencing.adopt_sequence(sequence_id=proposal.pk, by=person("ping")).is_in_force


def test_stop_sequence_gives_up_what_waits_and_takes_the_best_of_what_runs() -> None:
    released("RED", 100)
    waiting = sequencing.sequence_shop(by=None)
    assert sequencing.stop_sequence(sequence_id=waiting.pk, by=None).state == "cancelled"
    shop_jobs.calculate_sequence_now(waiting.pk)
    assert not waiting.operations.exists()
    running = sequencing.sequence_shop(seconds=600, by=None)
    sequencing.take_up_sequence(sequence_id=running.pk)
    sequencing.stop_sequence(sequence_id=running.pk, by=None)
    noted = sequencing.note_sequence(sequence_id=running.pk, attempt=1, percent=1, best={})
    assert not noted  # the search is told to end; what it has is written
    with pytest.raises(IllegalStep):
        sequencing.stop_sequence(sequence_id=waiting.pk, by=None)


def test_the_invariants_see_what_is_wrong() -> None:
    one, other = released("RED", 100), released("RED", 100)
    sequence = adopted()
    assert shop_invariants.check() == []
    found = rows(sequence)
    pressed = [row for row in found if row.work_center.code == "PRESS"]
    SequencedOperation.objects.filter(pk=pressed[1].pk).update(
        machine=pressed[0].machine, starts_at=pressed[0].starts_at
    )
    painted = next(row for row in found if row.step_id == step(one, 1).pk)
    SequencedOperation.objects.filter(pk=painted.pk).update(
        starts_at=clock.moment_on(WEDNESDAY, 7), ends_at=clock.moment_on(WEDNESDAY, 7, 30)
    )
    told = " ".join(shop_invariants.check())
    assert "overlap on PRESS" in told
    assert f"{painted.step_id} does not wait" in told
    assert other.number != one.number
