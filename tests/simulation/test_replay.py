"""The replay of promises tells a promise that breaks another from one that does not."""

import dataclasses
import datetime as dt

import pytest

from gendan.engine.promise import PromiseSnapshot
from gendan.engine.promise.facts import FIRST
from gendan.engine.promise.scene import Ground, ground_of
from gendan.kernel import clock
from gendan.orders.models import LinePromise, Order
from gendan.orders.services import confirm_order
from gendan.planning.services import promise_order
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make
from tests.simulation.replay import broken_since, misled_since, unkept_since

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


def test_a_date_given_without_asking_breaks_none_but_is_not_kept_itself() -> None:
    """A hundred legs are there, others take four weeks: the first to be promised has them."""
    with clock.at(NINE):
        masters.item("LEG", lead_days=20)
        masters.stock("LEG", 100)
        promised("C-1", 100, days=9)
        assert unkept_since(NINE) == []
    with clock.at(TEN):
        second = confirm_order(order_id=asked("C-2", 40, days=2).pk, by=person("mei"))
        assert broken_since(TEN) == []
        (unkept,) = unkept_since(TEN)
        assert (unkept.order, unkept.promised_on) == (second.number, second.promised_on)
        assert unkept.becomes_on == dt.date(2026, 7, 8)
        assert misled_since(TEN) == []  # nobody has computed it
        assert unkept_since(TEN + dt.timedelta(hours=1)) == []  # nobody has promised since


def test_where_all_are_booked_by_their_days_the_later_promise_breaks_the_earlier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The replay sees it: without ranks the nearer day takes what the farther one was promised."""
    with clock.at(NINE):
        masters.item("LEG", lead_days=20)
        masters.stock("LEG", 100)
        first = promised("C-1", 100, days=9)
    with clock.at(TEN):
        confirm_order(order_id=asked("C-2", 40, days=2).pk, by=person("mei"))

        def by_date(snapshot: PromiseSnapshot) -> Ground:
            rows = [dataclasses.replace(one, rank=FIRST) for one in snapshot.standing]
            return ground_of(dataclasses.replace(snapshot, standing=tuple(rows)))

        monkeypatch.setattr("tests.simulation.replay.ground_of", by_date)
        (broken,) = broken_since(TEN)
        assert (broken.order, broken.promised_on) == (first.number, first.promised_on)
        assert broken.becomes_on == dt.date(2026, 7, 8)


def test_a_computed_date_leaves_earlier_promises_alone() -> None:
    with clock.at(NINE):
        masters.item("LEG", lead_days=20)
        masters.stock("LEG", 100)
        promised("C-1", 100, days=9)
    with clock.at(TEN):
        assert promised("C-2", 40, days=2).promised_on == dt.date(2026, 7, 8)
        assert broken_since(TEN) == []
        assert unkept_since(TEN) == []
        told = LinePromise.objects.filter(line__order__customer__code="C-2")
        told.update(ex_works_on=dt.date(2026, 7, 7))
        (misled,) = misled_since(TEN)
        assert (misled.promised_on, misled.becomes_on) == (
            dt.date(2026, 7, 7),
            dt.date(2026, 7, 8),
        )
