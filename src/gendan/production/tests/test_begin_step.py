"""What the workshop says of operations: begun on a machine, done, taken back."""

from collections.abc import Iterator

import pytest

from gendan.kernel import clock
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed, NotThere
from gendan.production import services
from gendan.production.models import WorkOrder, WorkStep
from gendan.production.services import MachineBusy, NotReleased
from gendan.testing.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    from gendan.planning.tests.shop_factory import WEDNESDAY, workshop

    with clock.at(clock.moment_on(WEDNESDAY, 8)):
        workshop()
        yield


def made(item: str = "RED") -> WorkOrder:
    from gendan.planning.tests.shop_factory import released

    return released(item, 10)


def first(order: WorkOrder) -> WorkStep:
    return order.steps.order_by("sequence")[0]


def test_begin_step_and_finish_step() -> None:
    one = first(made())
    begun = services.begin_step(step_id=one.pk, machine=2, by=person("gang"))
    assert (begun.state, begun.machine, begun.begun_at) == ("begun", 2, clock.now())
    with pytest.raises(IllegalStep):
        services.begin_step(step_id=one.pk, machine=1, by=None)
    done = services.finish_step(step_id=one.pk, by=None)
    assert (done.state, done.done_at) == ("done", clock.now())
    with pytest.raises(IllegalStep):
        services.finish_step(step_id=one.pk, by=None)


def test_reopen_step_takes_it_back() -> None:
    one = first(made())
    services.finish_step(step_id=one.pk, by=None)
    again = services.reopen_step(step_id=one.pk, by=None)
    assert (again.state, again.machine, again.done_at) == ("todo", None, None)
    with pytest.raises(IllegalStep):
        services.reopen_step(step_id=one.pk, by=None)


def test_a_machine_does_one_thing_at_a_time() -> None:
    one, other = first(made()), first(made("BLUE"))
    services.begin_step(step_id=one.pk, machine=1, by=None)
    with pytest.raises(MachineBusy, match="PRESS 1 runs RED"):
        services.begin_step(step_id=other.pk, machine=1, by=None)
    services.begin_step(step_id=other.pk, machine=2, by=None)


def test_odd_input_is_refused() -> None:
    order = made()
    one = first(order)
    for machine in (0, 3, True):
        with pytest.raises(Invalid):
            services.begin_step(step_id=one.pk, machine=machine, by=None)
    with pytest.raises(NotThere):
        services.begin_step(step_id=10**9, by=None)
    with pytest.raises(NotAllowed):
        services.begin_step(step_id=one.pk, by=person("mei"))
    services.cancel_work_order(work_order_id=order.pk, reason="not wanted", by=None)
    with pytest.raises(NotReleased):
        services.begin_step(step_id=one.pk, by=None)
