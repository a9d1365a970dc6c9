"""Promising: from the tables to dates, multi-level, whatever changes in between."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from gendan.catalog.queries import calendar
from gendan.engine.promise import promise
from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, NotAllowed, StaleRevision
from gendan.orders import invariants, reasons
from gendan.orders.entry import DeliveryData
from gendan.orders.queries import promise_in_force
from gendan.orders.services import (
    DeliveredLine,
    confirm_order,
    record_delivery,
    record_promise,
    reserve_lines,
)
from gendan.planning import engines
from gendan.planning.services import compute_promise, promise_order
from gendan.planning.services.capacity import CrewRow, save_crews
from gendan.testing.cast import person
from gendan.testing.make import masters
from gendan.testing.make import orders as make
from gendan.workforce.services import AbsenceRow, save_absences

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
    fixed = engines.FIXED_LEAD_TIMES  # which looks at reservations, not at promises
    assert compute_promise(order.pk, fixed).lines[0].reasons[0].code == "from_stock"
    assert compute_promise(order.pk).lines[0].reasons[0].code == "bought"
    reserve_lines(order_id=other.pk, by=person("mei"))
    assert compute_promise(order.pk, fixed).lines[0].reasons[0].code == "bought"
    assert compute_promise(order.pk).lines[0].reasons[0].code == "bought"
    assert compute_promise(other.pk).lines[0].reasons[1].code == "from_reserved"


def test_who_is_promised_for_a_day_off_is_not_told_the_next_working_day_by_a_later_order() -> None:
    """A later order took what came first; what comes on Saturday was rounded to Monday."""
    monday = dt.date(2026, 3, 2)
    with clock.at(clock.moment_on(monday)):
        masters.item("A-1", lead_days=40)
        masters.expected("A-1", 10, monday + dt.timedelta(8), reference="first")
        masters.expected("A-1", 10, monday + dt.timedelta(12), reference="on Saturday")
        sunday, told = monday + dt.timedelta(13), []
        for wish in (sunday, monday + dt.timedelta(10)):
            lines = [make.line("A-1", 10, requested_on=wish)]
            order = make.draft(lines=lines, incoterm="EXW", incoterm_place="Ningbo")
            assert promise_order(order_id=order.pk, by=person("mei")).promised_on == wish
            told.append(confirm_order(order_id=order.pk, by=person("mei")))
        [line] = compute_promise(told[0].pk).lines
    assert line.promised.ex_works_on == sunday


def test_it_waits_for_free_minutes_and_names_the_work_centre() -> None:
    masters.item("A-1", supply="make", lead_days=1)
    masters.work_center("CUT", minutes_per_day=100)
    masters.routing("A-1", ("CUT", 0, 10))  # 10 pieces a day
    other = make.draft(lines=[make.line("A-1", 100, requested_on=None)])
    order = make.draft(lines=[make.line("A-1", 50, requested_on=None)])
    week = calendar(None)
    first = week.add_days(clock.today(), 0)
    [alone] = compute_promise(order.pk).lines
    assert alone.promised.ex_works_on == week.add_days(first, 4)
    promise_order(order_id=other.pk, by=person("mei"))
    confirm_order(order_id=other.pk, by=person("mei"))
    [line] = compute_promise(order.pk).lines
    assert line.promised.ex_works_on == week.add_days(first, 14)
    waits = line.reasons[0]
    assert (waits.code, waits.params["centre"]) == ("waits_for_centre", "CUT")
    # Its own promise is no obstacle to an order that is promised again.
    [again] = compute_promise(other.pk).lines
    assert again.promised.ex_works_on == week.add_days(first, 9)


def test_it_waits_for_people_where_there_are_too_few() -> None:
    masters.item("A-1", supply="make")
    masters.work_center("CUT", minutes_per_day=960)
    masters.routing("A-1", ("CUT", 0, 48))  # 20 pieces a day by two people, 10 by one
    masters.department("WORKS")
    masters.staff("P-1", department="WORKS")
    masters.staff("P-2", department="WORKS")
    save_crews(rows=[CrewRow("CUT", "WORKS", people=Decimal(1))], by=None)
    order = make.draft(lines=[make.line("A-1", 40, requested_on=None)])
    week = calendar(None)
    first = week.add_days(clock.today(), 0)
    [line] = compute_promise(order.pk).lines
    assert line.promised.ex_works_on == week.add_days(first, 1)
    absent = [AbsenceRow(one, first, week.add_days(first, 2), "leave") for one in ("P-1", "P-2")]
    save_absences(rows=absent, by=None)
    [line] = compute_promise(order.pk).lines
    assert line.promised.ex_works_on == week.add_days(first, 4)
    assert line.reasons[0].code == "waits_for_people"


def test_what_others_make_of_a_part_is_not_taken_from_them() -> None:
    masters.items({"PART": {"lead_days": 20}, "A-1": {"supply": "make"}, "B-2": {"supply": "make"}})
    masters.bom("A-1", {"PART": 1})
    masters.bom("B-2", {"PART": 2})
    masters.stock("PART", 100)
    order = make.draft(lines=[make.line("A-1", 60, requested_on=None)])
    [line] = compute_promise(order.pk).lines
    assert [reason.code for reason in line.reasons][:1] == ["made"]
    assert line.earliest_on <= make.in_days(10)
    other = make.draft(lines=[make.line("B-2", 30, requested_on=None)])
    promise_order(order_id=other.pk, by=person("mei"))
    confirm_order(order_id=other.pk, by=person("mei"))
    [line] = compute_promise(order.pk).lines
    assert line.reasons[0].code == "bought"
    assert line.reasons[0].params["quantity"] == "20"


def test_a_work_centre_without_minutes_is_named() -> None:
    masters.item("A-1", supply="make")
    masters.work_center("CUT", is_active=False)
    masters.routing("A-1", ("CUT", 0, 10))
    order = make.draft()
    with pytest.raises(DomainError, match="CUT has no minutes"):
        promise_order(order_id=order.pk, by=person("mei"))


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


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ({"lot_rule": "multiple", "lot_size": 1, "lot_maximum": 40}, 1),  # 50 + 100 minutes
        ({"lot_rule": "limits", "lot_maximum": 40}, 2),  # three set-ups
        ({"lot_rule": "fixed", "lot_size": 60}, 2),  # 120 in two lots
        ({"lot_rule": "limits", "lot_minimum": 300}, 3),
        ({"lot_rule": "limits", "lot_maximum": 40, "yield_percent": 50}, 4),  # 20 good of a lot
        ({"lot_rule": "limits", "lot_maximum": 40, "yield_percent": 97}, 2),  # 38 good of a lot
    ],
)
def test_lots_are_those_of_the_items_rule(rule: dict[str, Any], days: int) -> None:
    masters.item("A-1", supply="make", **rule)
    masters.work_center("CUT", minutes_per_day=100)
    masters.routing("A-1", ("CUT", 50, 1))
    order = make.draft(lines=[make.line("A-1", 100, requested_on=None)])
    [line] = compute_promise(order.pk).lines
    week = calendar(None)
    assert line.promised.ex_works_on == week.add_days(week.add_days(clock.today(), 0), days)
    assert all("%(" not in reasons.words(one.as_data()) for one in line.reasons)
    assert all("." not in one.params.get("quantity", "") for one in line.reasons)  # whole pieces


def test_names_stand_beside_codes_in_the_readers_language() -> None:
    masters.items(
        {
            "SHIRT": {"supply": "make", "name_en": "White shirt", "name_zh": "白衬衫"},
            "CLOTH": {"lead_days": 40, "name_en": "Linen"},
        }
    )
    masters.bom("SHIRT", {"CLOTH": 1})
    masters.work_center("CUT", minutes_per_day=100, name_en="Cutting", name_zh="裁剪")
    masters.routing("SHIRT", ("CUT", 0, 10))
    order = make.draft(lines=[make.line("SHIRT", 50, requested_on=None)])
    promise_order(order_id=order.pk, by=person("mei"))
    kept = promise_in_force(order.pk)
    assert kept is not None

    def said(language: str) -> str:
        with override(language):
            return " ".join(reasons.words(one) for one in kept.lines.get().reasons)

    assert "SHIRT White shirt waits for CLOTH Linen until" in said("en")
    assert "at CUT Cutting (step 10)" in said("en")
    assert "SHIRT 白衬衫" in said("zh-hans")
    assert "CUT 裁剪" in said("zh-hans")
    assert "CLOTH Linen" in said("zh-hans")  # nobody has written down another name
    masters.work_center("CUT", is_active=False)
    with pytest.raises(DomainError, match="CUT Cutting has no minutes"):
        promise_order(order_id=order.pk, by=person("mei"))
