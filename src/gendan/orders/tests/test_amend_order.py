"""Amending: a new version with its difference, dates followed through, nothing below delivered."""

from decimal import Decimal
from typing import Any

import pytest

from gendan.inventory import invariants as stock_invariants
from gendan.inventory.queries import reserved_for
from gendan.kernel import journal
from gendan.kernel.errors import DomainError, IllegalStep, NotAllowed, StaleRevision
from gendan.orders import invariants
from gendan.orders.entry import DeliveryData, LineChange, OrderChanges
from gendan.orders.models import DateChange, Order
from gendan.orders.queries import demand_of
from gendan.orders.services import DeliveredLine, amend_order, record_delivery, reserve_lines
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def amend(order: Order, **given: Any) -> Order:
    return amend_order(order_id=order.pk, by=person("mei"), **given)


def history(order: Order, kind: str) -> list[Any]:
    rows = DateChange.objects.filter(order=order, line=None, kind=kind).order_by("pk")
    return [row.is_on for row in rows]


def test_lines_change_come_and_go_in_one_version() -> None:
    order = make.confirmed(lines=[make.line("A-1"), make.line("B-2"), make.line("C-3")])
    first, second, _third = order.lines.all()
    amended = amend(
        order,
        changes=OrderChanges(destination="Rotterdam"),
        change_lines=[LineChange(line_id=first.pk, quantity=150, unit_price="2.4")],
        add_lines=[make.line("D-4", 10, requested_on=make.in_days(60))],
        cancel_lines=[second.pk],
        reason="customer's mail of today",
        revision=order.revision,
    )
    amended.refresh_from_db()
    assert (amended.version, amended.total) == (2, Decimal("635"))  # 360 + 250 + 25
    lines = {line.position: line for line in amended.lines.all()}
    assert lines[2].is_cancelled
    assert lines[4].promised_on == make.in_days(60)
    version = amended.versions.get(number=2)
    changes = {one["path"]: (one["was"], one["is"]) for one in version.difference}
    assert changes["destination"] == ("", "Rotterdam")
    assert changes["lines.1.quantity"] == ("100", "150")
    assert changes["lines.2.is_cancelled"] == ("no", "yes")
    assert changes["lines.4"] == ("", "D-4 × 10")
    fact = journal.timeline(order)[0]
    assert (fact.fact, fact.data["version"]) == ("OrderAmended", 2)
    assert invariants.check() == []


def test_a_date_agreed_anew_keeps_the_one_before() -> None:
    order = make.confirmed()
    was, now = order.promised_on, make.in_days(75)
    line = order.lines.get()
    amended = amend(
        order,
        change_lines=[LineChange(line_id=line.pk, requested_on=make.in_days(70), promised_on=now)],
    )
    assert amended.promised_on == amended.forecast_on == now
    assert amended.requested_on == make.in_days(70)
    assert history(order, "promised") == [was, now]
    assert history(order, "requested") == [make.in_days(60), make.in_days(70)]
    line.refresh_from_db()
    assert (line.promised_on, line.forecast_on) == (now, now)
    row = DateChange.objects.get(line=line, kind="promised")
    assert (row.was_on, row.is_on) == (was, now)
    assert amended.promises.count() == 2
    assert invariants.check() == []


def test_another_incoterm_carries_the_ex_works_date_over() -> None:
    masters.lane("DE", to_port_days=3, transit_days=30, to_door_days=5)
    order = make.confirmed(incoterm="FOB")
    amended = amend(order, changes=OrderChanges(incoterm="DDP"))
    assert amended.promised_on == make.in_days(60 + 35)
    assert invariants.check() == []


def test_nothing_goes_below_what_is_delivered() -> None:
    order = make.confirmed()
    line = order.lines.get()
    record_delivery(
        order_id=order.pk, lines=[DeliveredLine(line_id=line.pk, quantity=40)], by=person("lin")
    )
    for given in (
        {"change_lines": [LineChange(line_id=line.pk, quantity=39)]},
        {"cancel_lines": [line.pk], "add_lines": [make.line("B-2")]},
    ):
        with pytest.raises(DomainError, match="40 are delivered already"):
            amend(order, **given)
    amend(order, change_lines=[LineChange(line_id=line.pk, quantity=40)])
    assert invariants.check() == []


def test_a_cancelled_line_keeps_no_stock() -> None:
    masters.stock(masters.item("A-1").code, 100)
    order = make.confirmed(lines=[make.line("A-1"), make.line("B-2")])
    line = order.lines.get(position=1)
    reserve_lines(order_id=order.pk, by=person("mei"))
    amend(order, cancel_lines=[line.pk])
    assert reserved_for([demand_of(line.pk)]) == {}
    assert invariants.check() == stock_invariants.check() == []


def test_several_deliveries_change_with_the_quantity() -> None:
    parts = [DeliveryData(quantity=50, requested_on=make.in_days(40)), DeliveryData(quantity=50)]
    order = make.confirmed(lines=[make.line(deliveries=parts)])
    line = order.lines.get()
    with pytest.raises(DomainError, match="say how they change"):
        amend(order, change_lines=[LineChange(line_id=line.pk, quantity=120)])
    new = [DeliveryData(quantity=120, requested_on=make.in_days(60))]
    amend(order, change_lines=[LineChange(line_id=line.pk, quantity=120, deliveries=new)])
    assert [one.quantity for one in line.deliveries.all()] == [120]
    assert all(one.promised_on for one in line.deliveries.all())
    assert invariants.check() == []


def test_it_refuses_what_makes_no_sense() -> None:
    order = make.confirmed()
    line = order.lines.get()
    other = make.confirmed(masters.customer("C-2")).lines.get()
    for given, match in (
        ({}, "Nothing was changed"),
        ({"change_lines": [LineChange(line_id=line.pk, quantity=100)]}, "Nothing was changed"),
        ({"cancel_lines": [line.pk]}, "cancel the order"),
        ({"change_lines": [LineChange(line_id=other.pk, quantity=1)]}, "not one to be changed"),
        ({"cancel_lines": [other.pk]}, "not one to be cancelled"),
        ({"change_lines": [LineChange(line_id=line.pk, unit_price=-1)]}, "less than zero"),
        ({"change_lines": [LineChange(line_id=line.pk, quantity="0.5")]}, "smallest step"),
    ):
        with pytest.raises(DomainError, match=match):
            amend(order, **given)
    with pytest.raises(StaleRevision):
        amend(order, changes=OrderChanges(remark="x"), revision=1)
    with pytest.raises(NotAllowed):
        amend_order(order_id=order.pk, by=person("bo"))
    with pytest.raises(IllegalStep):
        amend(make.draft(masters.customer("C-3")), changes=OrderChanges(remark="x"))
    order.refresh_from_db()
    assert (order.version, order.versions.count()) == (1, 1)
    assert invariants.check() == []
