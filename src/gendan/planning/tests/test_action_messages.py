"""Every kind of message reaches the plan of a company: what to do, how much of it, by when."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gendan.kernel import clock
from gendan.planning import invariants, services
from gendan.planning.models import Peg, PlanDemand, PlanMessage, PlannedOrder, PlanRun
from gendan.planning.services.capacity import CapacityChangeRow, save_capacity_changes
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
from gendan.purchasing.services import PurchaseRow, request_purchases
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db

ORDERED, CHAIRS_BEGIN = dt.date(2026, 3, 30), dt.date(2026, 3, 25)
Said = list[tuple[str, int, int, dt.date, dt.date]]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        chairs()
        yield


def march(day: int) -> dt.date:
    return dt.date(2026, 3, day)


def said_of_seats() -> Said:
    """(action, quantity, to quantity, day, to day) about the seats of a new plan."""
    rows = PlanMessage.objects.filter(run=planned(), item__code="SEAT").order_by("action", "day")
    columns = ("action", "quantity", "to_quantity", "day", "to_day")
    found = [(a, int(q), int(to), on, to_on) for a, q, to, on, to_on in rows.values_list(*columns)]
    assert invariants.check() == []
    return found


@pytest.mark.parametrize(
    ("coming", "due", "expected"),
    [
        (10, 25, []),
        (10, 31, [("expedite", 10, 10, march(31), CHAIRS_BEGIN)]),
        (10, 9, [("defer", 10, 10, march(9), CHAIRS_BEGIN)]),
        (25, 25, [("decrease", 25, 10, march(25), march(25))]),
    ],
)
def test_what_comes_is_asked_for_when_and_as_much_as_it_is_needed(
    coming: int, due: int, expected: Said
) -> None:
    masters.expected("SEAT", coming, march(due))
    ordered(10, day=ORDERED)
    assert [one for one in said_of_seats() if one[0] not in ("new", "release")] == expected


def test_what_a_request_cannot_be_there_before_is_not_put_off() -> None:
    """By its wished day the request is first; it is not ordered yet and comes later."""
    masters.expected("SEAT", 5, march(11))
    row = PurchaseRow("SEAT", Decimal(5), march(9), MONDAY)
    request_purchases(rows=[row], by=None)
    late = ordered(5, day=march(10))
    ordered(5, day=ORDERED)
    assert [one[0] for one in said_of_seats() if one[0] == "defer"] == []
    run = PlanRun.objects.get(is_live=True)
    served = Peg.objects.get(run=run, expected__isnull=False, item__code="SEAT")
    assert PlanDemand.objects.get(run=run, order=late).is_late
    assert served.ready_on == march(11)  # it serves the late one
    assert served.parent is not None
    assert served.parent.due_on <= march(10)


def test_what_nobody_needs_is_cancelled() -> None:
    masters.expected("SEAT", 10, march(9))
    assert said_of_seats() == [("cancel", 10, 0, march(9), march(9))]


def test_what_is_not_ordered_yet_is_new_or_to_be_released_today() -> None:
    ordered(10, day=ORDERED)
    assert said_of_seats() == [("new", 10, 10, CHAIRS_BEGIN, CHAIRS_BEGIN)]
    ordered(4, day=march(19))  # seats on 16 March: ten working days from today
    assert said_of_seats() == [
        ("new", 10, 10, CHAIRS_BEGIN, CHAIRS_BEGIN),
        ("release", 4, 4, march(16), MONDAY),
    ]


def test_what_is_too_late_to_order_is_asked_for_with_what_comes_in_time() -> None:
    masters.expected("SEAT", 3, march(5))
    ordered(3, day=march(10))
    ordered(5, day=march(12))
    assert said_of_seats() == [
        ("increase", 3, 8, march(5), march(5)),
        ("release", 5, 5, march(16), MONDAY),
    ]


def test_what_a_tight_order_takes_is_not_cancelled_but_the_wish_that_comes_after_it() -> None:
    """By the wished day the request is first, and the goods that are really there would go."""
    masters.expected("SEAT", 5, march(11), reference="PO-SEAT")
    row = PurchaseRow("SEAT", Decimal(5), march(9), MONDAY)
    [request] = request_purchases(rows=[row], by=None)
    tight = ordered(5, day=march(12))
    assert [one[0] for one in said_of_seats()] == ["cancel"]
    told = PlanMessage.objects.get(run__is_live=True, item__code="SEAT")
    assert (told.request, told.expected, told.day) == (request, None, march(9))
    assert told.parent is not None  # why: the chairs of the order are served by others
    served = Peg.objects.filter(run=told.run, order=told.parent)
    assert [one.demand and one.demand.order for one in served] == [tight]


def test_what_comes_before_a_work_order_that_is_made_late_is_not_cancelled() -> None:
    """The work order is held up by its machine: what was too much would be there sooner."""
    masters.stock("SEAT", 10)
    masters.stock("LEG", 40)
    ordered(5, day=march(10))
    run = planned()
    chair = PlannedOrder.objects.get(run=run, item__code="CHAIR")
    services.firm_planned_orders(planned_order_ids=[chair.pk], by=None)
    masters.expected("CHAIR", 5, march(12), reference="BOUGHT")
    change = CapacityChangeRow("ASSEMBLY", "breakdown", march(2), march(20))

    def said_of_chairs() -> list[str]:
        rows = PlanMessage.objects.filter(run=planned(), item__code="CHAIR")
        return [one.action for one in rows.order_by("action")]

    assert said_of_chairs() == ["cancel"]
    save_capacity_changes(rows=[change], by=None)
    assert "cancel" not in said_of_chairs()
