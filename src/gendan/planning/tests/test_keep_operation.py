"""Operations that planners keep in their place, and times of set-ups."""

import datetime as dt
from collections.abc import Iterator

import pytest

from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.rows import RowsRefused
from gendan.planning.models import KeptOperation, SetupTime
from gendan.planning.services import keeping
from gendan.planning.tests.shop_factory import (
    WEDNESDAY,
    places,
    released,
    rows,
    sequenced,
    step,
    workshop,
)
from gendan.production.services import begin_step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.at(clock.moment_on(WEDNESDAY, 8)):
        workshop()
        yield


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return clock.moment_on(dt.date(2026, 6, day), hour, minute)


def test_what_is_kept_stays_until_it_is_let_go() -> None:
    order = released("RED", 60)
    wanted = {"machine": 2, "starts_at": at(11, 14)}
    keeping.keep_operation(step_id=step(order).pk, **wanted, by=None)  # type: ignore[arg-type]
    sequence = sequenced()
    assert places(sequence)[order.pk, 10] == (2, at(11, 14))
    assert [one.is_kept for one in rows(sequence) if one.step.sequence == 10] == [True]
    keeping.let_operation_go(step_id=step(order).pk, by=None)
    assert places(sequenced())[order.pk, 10][1] == at(10, 8)
    with pytest.raises(NotThere):
        keeping.let_operation_go(step_id=step(order).pk, by=None)


def test_once_its_time_has_gone_by_only_the_machine_is_kept() -> None:
    order = released("RED", 60)
    keeping.keep_operation(step_id=step(order).pk, machine=2, starts_at=at(10, 9), by=None)
    with clock.at(at(10, 14)):
        assert places(sequenced())[order.pk, 10] == (2, at(10, 14))


def test_two_kept_at_once_are_named() -> None:
    one, other = released("RED", 60), released("BLUE", 60)
    for order in (one, other):
        keeping.keep_operation(step_id=step(order).pk, machine=1, starts_at=at(11, 9), by=None)
    sequence = sequenced()
    [problem] = sequence.problems
    assert (problem["code"], problem["what"]) == ("lock_in_the_way", "PRESS")
    assert {key[0] for key in places(sequence)} == {one.pk, other.pk} - {problem["work_order_id"]}


def test_odd_places_are_refused() -> None:
    order = released("RED", 60)
    pk = step(order).pk
    for wrong in (
        {"machine": 0, "starts_at": at(11, 9)},
        {"machine": 3, "starts_at": at(11, 9)},
        {"machine": 1, "starts_at": at(9, 9)},
        {"machine": 1, "starts_at": clock.moment_on(dt.date(2028, 1, 5))},
    ):
        with pytest.raises(Invalid):
            keeping.keep_operation(step_id=pk, **wrong, by=None)  # type: ignore[arg-type]
    with pytest.raises(NotThere):
        keeping.keep_operation(step_id=10**9, machine=1, starts_at=at(11, 9), by=None)
    begin_step(step_id=pk, machine=1, by=None)
    with pytest.raises(keeping.OperationNotOpen):
        keeping.keep_operation(step_id=pk, machine=1, starts_at=at(11, 9), by=None)
    assert not KeptOperation.objects.exists()


def test_save_setup_times_writes_changes_and_refuses() -> None:
    row = keeping.SetupTimeRow("PRESS", "steel", minutes=15)
    keeping.save_setup_times(rows=[row], by=None)
    assert str(SetupTime.objects.get(work_center__code="PRESS")) == "PRESS: * → steel"
    for wrong in (
        keeping.SetupTimeRow("PRESS", "", minutes=5),
        keeping.SetupTimeRow("PRESS", "steel", "steel", 5),
        keeping.SetupTimeRow("PRESS", "steel", "brass", 20_000),
        keeping.SetupTimeRow("NOWHERE", "steel", minutes=5),
    ):
        with pytest.raises(RowsRefused):
            keeping.save_setup_times(rows=[wrong], by=None)
    keeping.save_setup_times(rows=[keeping.SetupTimeRow("PRESS", "steel", remove=True)], by=None)
    assert SetupTime.objects.filter(work_center__code="PRESS").count() == 0


def test_a_set_up_from_everything_holds_unless_something_else_is_said() -> None:
    keeping.save_setup_times(rows=[keeping.SetupTimeRow("PAINT", "blue", minutes=90)], by=None)
    released("BLUE", 10)
    [painted] = [one for one in rows(sequenced()) if one.work_center.code == "PAINT"]
    assert painted.setup_minutes == 90  # from whatever was there before
    first = released("RED", 10, WEDNESDAY)
    where = [one for one in rows(sequenced()) if one.work_center.code == "PAINT"]
    if where[0].work_order_id == first.pk:
        assert [one.setup_minutes for one in where] == [0, 60]  # from red something else is said
