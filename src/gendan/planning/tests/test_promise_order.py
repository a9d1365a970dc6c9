"""Promising: from the tables to dates, multi-level, whatever changes in between."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.catalog.queries import calendar
from gendan.engine.promise import promise
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, NotAllowed, StaleRevision
from gendan.orders import invariants, reasons
from gendan.orders.entry import DeliveryData
from gendan.orders.queries import promise_in_force
from gendan.orders.services import (
    DeliveredLine,
    record_delivery,
    record_promise,
    reserve_lines,
)
from gendan.planning import engines
from gendan.planning.services import compute_promise, promise_order
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make

pytestmark = pytest.mark.django_db


def test_it_follows_the_bom_down_to_the_material_that_binds() -> None:
    masters.lane("DE", to_port_days=2, transit_days=30, to_door_days=5)
    masters.items(
        {
            "SHIRT": {"supply": "make", "lead_days": 5},
            "BODY": {"supply": "make", "lead_days": 3},
            "CLOTH": {"lead_days": 40},
            "BUTTON": {"lead_days": 10},
        }
    )
    masters.bom("SHIRT", {"BODY": 1, "BUTTON": 6})
    masters.bom("BODY", {"CLOTH": Decimal("1.4")})
    masters.stock("BODY", 20)
    masters.stock("CLOTH", 50)
    order = make.draft(incoterm="FOB", lines=[make.line("SHIRT", requested_on=None)])
    promised = promise_order(order_id=order.pk, by=person("ping"))
    work = calendar(None)
    ready = work.add_days(work.add_days(work.add_days(clock.today(), 40), 3), 5)
    kept = promise_in_force(order.pk)
    assert kept is not None
    line = kept.lines.get()
    assert line.ex_works_on == ready
    assert promised.promised_on == line.on_board_on == line.earliest_on
    assert (line.on_board_on - ready).days == 2
    first = line.reasons[0]
    assert (first["code"], first["params"]["item"], first["binding"]) == ("bought", "CLOTH", True)
    assert first["params"]["quantity"] == "62"  # 80 × 1.4 less 50
    assert all("%(" not in reasons.words(reason) for reason in line.reasons)
    assert {reason["code"] for reason in line.reasons} <= reasons.known_codes()
    assert journal.timeline(order)[0].fact == "OrderPromised"


def test_what_is_reserved_for_others_is_not_promised() -> None:
    masters.item("A-1", lead_days=30)
    masters.stock("A-1", 100)
    other = make.confirmed(masters.customer("C-2"))
    order = make.draft(lines=[make.line(requested_on=None)])
    assert compute_promise(order.pk).lines[0].reasons[0].code == "from_stock"
    reserve_lines(order_id=other.pk, by=person("mei"))
    assert compute_promise(order.pk).lines[0].reasons[0].code == "bought"
    assert compute_promise(other.pk).lines[0].reasons[1].code == "from_reserved"


def test_on_a_confirmed_order_the_former_dates_are_kept() -> None:
    masters.item("A-1", lead_days=100)
    parts = [DeliveryData(quantity=40, requested_on=make.in_days(30)), DeliveryData(quantity=60)]
    order = make.confirmed(lines=[make.line("A-1", deliveries=parts), make.line("B-2", 5)])
    record_delivery(
        order_id=order.pk,
        lines=[
            DeliveredLine(line_id=line.pk, quantity=quantity)
            for line, quantity in zip(order.lines.all(), (50, 5), strict=True)
        ],
        by=person("lin"),
    )
    promised = promise_order(order_id=order.pk, by=person("mei"))
    assert promised.promised_on == promised.forecast_on
    assert promised.promised_on
    assert promised.promised_on > make.in_days(100)
    first, second = order.lines.all()
    assert first.promised_on == promised.promised_on
    assert second.promised_on == make.in_days(60)  # delivered: its promise stands
    assert [one.promised_on for one in first.deliveries.all()] == [
        make.in_days(30),
        promised.promised_on,
    ]
    assert invariants.check() == []


def test_who_changes_the_order_in_between_makes_it_refuse() -> None:
    order = make.draft()
    computed = compute_promise(order.pk)
    with pytest.raises(StaleRevision):
        record_promise(
            order_id=order.pk,
            engine="x",
            lines=[],
            revision=computed.snapshot.revision + 1,
            by=None,
        )


def test_queries_do_not_grow_with_the_lines() -> None:
    masters.items({"PART": {}, **{f"I-{number}": {"supply": "make"} for number in range(20)}})
    for number in range(20):
        masters.bom(f"I-{number}", {"PART": 1})
    small = make.draft(lines=[make.line(masters.item("I-0", supply="make"))])
    large = make.draft(lines=[make.line(masters.item(f"I-{n}", supply="make")) for n in range(20)])
    ping = person("ping")
    ping.may_do("promise_order")
    with CaptureQueriesContext(connection) as few:
        promise_order(order_id=small.pk, by=ping)
    with CaptureQueriesContext(connection) as many:
        promise_order(order_id=large.pk, by=ping)
    assert len(many) <= len(few)


def test_it_refuses_what_makes_no_sense() -> None:
    order = make.draft(lines=[])
    with pytest.raises(DomainError, match="no line that is still to be delivered"):
        promise_order(order_id=order.pk, by=person("mei"))
    order = make.draft()
    with pytest.raises(DomainError, match="fixed_lead_times"):
        promise_order(order_id=order.pk, engine="magic", by=person("mei"))
    with pytest.raises(NotAllowed):
        promise_order(order_id=order.pk, by=person("bo"))
    masters.item("A-1", lead_days=1_000_000)
    with pytest.raises(DomainError, match="lead times"):
        promise_order(order_id=order.pk, by=person("mei"))


def test_another_engine_slips_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_ENGINES", dict(engines._ENGINES))
    engines.register("second", promise)
    order = make.draft()
    promise_order(order_id=order.pk, engine="second", by=person("mei"))
    kept = promise_in_force(order.pk)
    assert kept is not None
    assert kept.engine == "second"
    with pytest.raises(RuntimeError):
        engines.register("second", promise)
