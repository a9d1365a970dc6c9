"""Which late customer orders are behind a message, and whose orders it is about."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.kernel import clock
from gendan.orders.models import Order
from gendan.planning.harm import by_harm, for_orders, harm_of, harms
from gendan.planning.models import PlanDemand, PlanMessage
from gendan.planning.queries import messages_of
from gendan.planning.tests.factory import MONDAY, chairs, ordered, planned
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


def test_what_holds_up_a_late_order_stands_first_with_the_order() -> None:
    # Two seats come too late for the order of the 6th, and sooner than others could be bought.
    late = ordered(2, day=due(6))
    masters.stock("LEG", 8)
    masters.expected("SEAT", 2, due(11), reference="PO-SEAT")
    masters.expected("WOOD", 90, due(3), reference="PO-WOOD")
    run = planned()
    demand = PlanDemand.objects.get(run=run, order=late)
    assert demand.ready_on is not None
    found = harms(run)
    days = (demand.ready_on - due(6)).days
    assert {(one.number, one.days) for one in found.values()} == {(late.number, days)}
    rows = messages_of(run).exclude(action="new")
    annotated: Any = by_harm(rows, found)
    told = list(annotated.order_by("urgency", "pk"))
    assert str(told[0].expected and told[0].expected.reference) == "PO-SEAT"
    first = harm_of(told[0], found)
    assert first is not None
    assert first.order_id == late.pk
    wood = next(one for one in told if one.expected and one.expected.reference == "PO-WOOD")
    assert harm_of(wood, found) is None
    assert [one.urgency for one in told] == sorted(one.urgency for one in told)


def test_of_two_late_orders_days_times_value_decide() -> None:
    small, large = ordered(1, day=due(4)), ordered(50, day=due(6))
    run = planned()
    late = {one.order_id: one for one in PlanDemand.objects.filter(run=run, is_late=True)}
    days = [(late[pk].ready_on or due(1)) - late[pk].needed_on for pk in (small.pk, large.pk)]
    assert days[0] > days[1]  # the small one is later, the large one matters more
    found = harms(run)
    assert next(iter(found.values())).number == large.number


def test_messages_are_narrowed_to_an_order_and_to_my_orders_on_all_levels() -> None:
    mine, other = ordered(10, day=due(31)), ordered(10, day=due(15, 6))
    Order.objects.filter(pk=mine.pk).update(merchandiser=person("mei"))
    Order.objects.filter(pk=other.pk).update(merchandiser=person("zhao"))
    run = planned()
    rows = messages_of(run)

    def items(narrowed: Any) -> set[tuple[str, dt.date]]:
        return {(one.item.code, one.to_day) for one in narrowed}

    of_order = items(for_orders(rows, run, number=mine.number))
    assert {code for code, _day in of_order} == {"CHAIR", "LEG", "SEAT", "WOOD"}
    assert items(for_orders(rows, run, merchandiser=person("mei"))) == of_order
    assert of_order.isdisjoint(items(for_orders(rows, run, number=other.number)))
    assert not for_orders(rows, run, number="SO-0").exists()


def test_the_number_of_queries_does_not_depend_on_the_number_of_orders() -> None:
    counts = []
    for _turn in range(2):
        for number in range(4):
            ordered(5 + number, day=due(4 + number))
        run = planned()
        with CaptureQueriesContext(connection) as asked:
            found = harms(run)
            rows: Any = by_harm(PlanMessage.objects.filter(run=run), found)
            list(rows.order_by("urgency"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
