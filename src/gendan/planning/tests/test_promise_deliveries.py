"""Dated deliveries of a line that is promised again: each keeps its own place among all."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection

from gendan.kernel import clock
from gendan.orders.entry import DeliveryData
from gendan.orders.models import LinePromise, Order
from gendan.orders.services import confirm_order
from gendan.planning.promise_others import order_lines
from gendan.planning.services import promise_order
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 2)
APRIL, MAY, JUNE = dt.date(2026, 4, 15), dt.date(2026, 5, 13), dt.date(2026, 6, 10)


@pytest.fixture(autouse=True)
def works() -> Iterator[None]:
    with clock.at(clock.moment_on(MONDAY)):
        masters.item("A-1", supply="make", lead_days=3)
        yield


def confirmed(*parts: tuple[int, dt.date]) -> Order:
    deliveries = [DeliveryData(quantity=quantity, requested_on=on) for quantity, on in parts]
    whole = sum(quantity for quantity, _on in parts)
    lines = [orders.line("A-1", whole, requested_on=parts[0][1], deliveries=deliveries)]
    order = orders.draft(lines=lines, incoterm="EXW", incoterm_place="Ningbo")
    promise_order(order_id=order.pk, by=None)
    confirm_order(order_id=order.pk, by=None)
    return order


def ranks() -> list[tuple[str, dt.date, list[dt.date]]]:
    """All that is promised in its order: what, for which day, and the days before."""
    return [
        (one.name.rpartition("/")[2], one.on, [was.on for was in one.former])
        for one in order_lines()
    ]


def test_a_delivery_whose_day_is_said_again_keeps_its_place_and_one_that_moves_ranks_anew() -> None:
    order = confirmed((10, APRIL), (20, MAY))
    first, second = (str(one.pk) for one in order.lines.get().deliveries.all())
    other = confirmed((5, APRIL), (5, MAY))
    others = [str(one.pk) for one in other.lines.get().deliveries.all()]
    before = ranks()
    assert [name for name, _on, _was in before] == [first, second, *others]
    with clock.at(clock.moment_on(MONDAY + dt.timedelta(days=1))):
        promise_order(order_id=order.pk, by=None)
        assert ranks() == before
    with clock.at(clock.moment_on(MONDAY + dt.timedelta(days=2))):
        order.lines.get().deliveries.filter(position=2).update(requested_on=JUNE)
        promise_order(order_id=order.pk, by=None)
        assert ranks() == [(first, APRIL, []), *before[2:], (second, JUNE, [MAY])]


def test_each_promise_writes_down_the_day_each_delivery_leaves_the_works() -> None:
    masters.lane("DE", "sea", to_port_days=3, transit_days=20)
    deliveries = [DeliveryData(quantity=10, requested_on=on) for on in (MAY, JUNE)]
    lines = [orders.line("A-1", 20, requested_on=MAY, deliveries=deliveries)]
    order = orders.draft(
        lines=lines, incoterm="FOB", incoterm_place="Ningbo", delivery_method="sea",
        destination_country="DE",
    )  # fmt: skip
    promise_order(order_id=order.pk, by=None)
    row = LinePromise.objects.get(line__order=order)
    days = {str(one.pk): one.promised_on for one in row.line.deliveries.all()}
    way = row.on_board_on - row.ex_works_on
    assert row.deliveries == {pk: (on - way).isoformat() for pk, on in days.items() if on}
    assert len(row.deliveries) == 2


def test_promises_in_force_before_got_theirs() -> None:
    from importlib import import_module

    order = confirmed((10, APRIL), (20, MAY))
    row = LinePromise.objects.filter(line__order=order).latest("pk")
    was = dict(row.deliveries)
    LinePromise.objects.update(deliveries={})
    with connection.cursor() as cursor:
        cursor.execute(import_module("gendan.orders.migrations.0003_delivery_days")._IN_FORCE)
    row.refresh_from_db()
    assert row.deliveries == was != {}
