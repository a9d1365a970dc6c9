"""The replay of promises tells a promise that breaks another from one that does not."""

import datetime as dt

import pytest

from gendan.kernel import clock
from gendan.orders.models import Order
from gendan.orders.services import confirm_order
from gendan.planning.services import promise_order
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make
from tests.simulation.replay import broken_since

pytestmark = pytest.mark.django_db
NINE = clock.moment_on(dt.date(2026, 6, 10), 9)  # a Wednesday
TEN = NINE + dt.timedelta(hours=1)


def asked(customer: str, quantity: int, days: int) -> Order:
    wanted = make.line("LEG", quantity, requested_on=make.in_days(days))
    return make.draft(masters.customer(customer), [wanted])


def promised(customer: str, quantity: int, days: int) -> Order:
    order = asked(customer, quantity, days)
    promise_order(order_id=order.pk, by=person("mei"))
    return confirm_order(order_id=order.pk, by=person("mei"))


def test_a_date_given_without_asking_breaks_an_earlier_promise() -> None:
    """A hundred legs are there, others take four weeks: who takes them first breaks a promise."""
    with clock.at(NINE):
        masters.item("LEG", lead_days=20)
        masters.stock("LEG", 100)
        first = promised("C-1", 100, days=9)
        assert broken_since(NINE) == []
    with clock.at(TEN):
        confirm_order(order_id=asked("C-2", 40, days=2).pk, by=person("mei"))
        (broken,) = broken_since(TEN)
        assert (broken.order, broken.promised_on) == (first.number, first.promised_on)
        assert broken.becomes_on == dt.date(2026, 7, 8)
        assert broken_since(TEN + dt.timedelta(hours=1)) == []  # nobody has promised since


def test_a_computed_date_leaves_earlier_promises_alone() -> None:
    with clock.at(NINE):
        masters.item("LEG", lead_days=20)
        masters.stock("LEG", 100)
        promised("C-1", 100, days=9)
    with clock.at(TEN):
        assert promised("C-2", 40, days=2).promised_on == dt.date(2026, 7, 8)
        assert broken_since(TEN) == []
