"""Looking again: facts close and open milestones, days pass, calendars and targets change."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.catalog import services as catalog
from gendan.followup.invariants import check
from gendan.followup.models import Journey, Milestone, Template
from gendan.followup.services import expect_milestone, install_templates, refresh_journeys
from gendan.kernel import journal, reactions
from gendan.orders.entry import LineData
from gendan.orders.models import Line, Order
from gendan.orders.services import (
    DeliveredLine,
    amend_order,
    check_order,
    record_delivery,
    reserve_lines,
)
from gendan.testing.cast import person
from gendan.testing.make import followup as make
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db

BY_FACTS = (
    make.step("checked", 1, evidence="checks_done", owner_role="merchandiser"),
    make.step("reserved", 1, {"checked": 0}, evidence="stock_reserved", owner_role="warehouse"),
    make.step("ordered", 1, {"checked": 0}, evidence="material_expected", owner_role="buyer"),
    make.step("ex_works", 5, {"reserved": 0}, evidence="delivered", anchor="ex_works"),
    make.step("closed", 1, {"ex_works": 0}, evidence="order_closed", owner_role="merchandiser"),
)


def states(journey: Journey) -> dict[str, str]:
    return dict(Milestone.objects.filter(journey=journey).values_list("code", "state"))


def test_facts_close_milestones(monday: dt.date) -> None:
    make.template(BY_FACTS)
    masters.item()
    masters.stock("A-1", 100)
    journey = make.followed()
    check_order(order_id=journey.order_id, by=person("mei"))
    reactions.run_due()
    assert states(journey)["checked"] == "reached"
    reserve_lines(order_id=journey.order_id, by=person("mei"))
    reactions.run_due()
    reserved = make.milestone(journey, "reserved")
    assert reserved.state == "reached"
    assert reserved.closed_by_fact is not None
    assert reserved.closed_by_fact.fact == "LinesReserved"
    assert states(journey)["ordered"] == "reached"  # all of it lies here
    line = Line.objects.get(order=journey.order_id)
    record_delivery(
        order_id=journey.order_id,
        lines=[DeliveredLine(line_id=line.pk, quantity=100)],
        delivered_on=dt.date(2026, 3, 2),
        by=person("mei"),
    )
    reactions.run_due()
    gone = make.milestone(journey, "ex_works")
    assert (gone.state, gone.reached_on) == ("reached", dt.date(2026, 3, 2))
    assert states(journey)["reserved"] == "reached"  # delivered is no longer reserved, but proved
    assert check() == []


def test_what_loses_its_proof_opens_again(monday: dt.date) -> None:
    make.template(BY_FACTS)
    masters.item()
    masters.stock("A-1", 100)
    journey = make.followed()
    reserve_lines(order_id=journey.order_id, by=person("mei"))
    reactions.run_due()
    assert states(journey)["reserved"] == "reached"
    masters.item("B-9")
    amend_order(
        order_id=journey.order_id,
        add_lines=[
            LineData(item_code="B-9", quantity=5, unit_price=1, requested_on=dt.date(2026, 5, 1))
        ],
        reason="One more",
        by=person("mei"),
    )
    reactions.run_due()
    assert states(journey)["reserved"] == "to_come"  # `checked` before it is open
    facts = [entry.fact for entry in journal.timeline(make.milestone(journey, "reserved"))]
    assert facts[:2] == ["MilestoneReopened", "MilestoneReached"]
    assert check() == []


def test_each_morning_what_is_overdue_moves(small: Template, turn_to: Callable[..., None]) -> None:
    journey = make.followed(days=60)
    turn_to(dt.date(2026, 3, 9))
    assert make.milestone(journey, "ex_works").forecast_on == dt.date(2026, 4, 9)
    turn_to(dt.date(2026, 3, 11))
    deposit = make.milestone(journey, "deposit")
    assert (deposit.forecast_on, deposit.float_days) == (dt.date(2026, 3, 11), 14)
    assert make.milestone(journey, "ex_works").forecast_on == dt.date(2026, 4, 13)
    order = Order.objects.get(pk=journey.order_id)
    assert order.forecast_on == dt.date(2026, 4, 13)
    assert check() == []


def test_a_holiday_moves_everything_after_it(small: Template) -> None:
    masters.calendar("CN")
    journey = make.followed(days=60)
    days = [dt.date(2026, 3, 11) + dt.timedelta(days=place) for place in range(3)]
    rows = [catalog.CalendarDayRow("CN", day, is_working=False) for day in days]
    catalog.save_calendar_days(rows=rows, by=None)
    reactions.run_due()
    assert make.milestone(journey, "deposit").forecast_on == dt.date(2026, 3, 9)
    assert make.milestone(journey, "material").forecast_on == dt.date(2026, 3, 26)
    assert make.milestone(journey, "ex_works").forecast_on == dt.date(2026, 4, 14)
    assert make.milestone(journey, "deposit").latest_on == dt.date(2026, 3, 31)
    assert check() == []


def test_an_amended_date_moves_the_latest_dates(small: Template) -> None:
    journey = make.followed(days=60)
    line = Line.objects.get(order=journey.order_id)
    Order.objects.filter(pk=journey.order_id).update(promised_on=dt.date(2026, 5, 8))
    assert line.pk
    refresh_journeys(order_ids=[journey.order_id])
    journey.refresh_from_db()
    assert (journey.target_on, journey.float_days) == (dt.date(2026, 5, 8), 21)
    assert make.milestone(journey, "packing").latest_on == dt.date(2026, 5, 7)
    assert any(one.fact == "JourneyChanged" for one in journal.timeline(journey.order))


def test_another_merchandiser_gets_all_milestones(small: Template) -> None:
    journey = make.followed()
    Order.objects.filter(pk=journey.order_id).update(merchandiser=person("jun"))
    refresh_journeys(order_ids=[journey.order_id])
    assert set(journey.milestones.values_list("follower", flat=True)) == {person("jun").pk}
    assert check() == []


def test_it_writes_nothing_where_nothing_changed(small: Template) -> None:
    journey = make.followed()
    with CaptureQueriesContext(connection) as captured:
        refresh_journeys(order_ids=[journey.order_id])
    written = [one["sql"] for one in captured if one["sql"].startswith(("UPDATE", "INSERT"))]
    assert written == []


def test_many_cost_as_many_queries_as_one(monday: dt.date) -> None:
    install_templates()
    journeys = [make.followed(days=150) for _place in range(5)]
    counts = []
    # The first is not counted: it asks what a process asks once, as which notices are switched on.
    for chosen, day in (
        (journeys[:1], "2026-05-05"),
        (journeys[:1], "2026-05-04"),
        (journeys, "2026-05-06"),
    ):
        Milestone.objects.filter(journey__in=chosen, code="contract_signed").update(expected_on=day)
        with CaptureQueriesContext(connection) as captured:
            refresh_journeys(order_ids=[one.order_id for one in chosen])
        counts.append(len(captured))
    assert counts[1] == counts[2]
    moved = Journey.objects.filter(moved_at__isnull=False)
    assert moved.count() == 5


def test_a_refresh_of_all_is_cut_into_jobs(
    small: Template, monkeypatch: pytest.MonkeyPatch, turn_to: Callable[..., None]
) -> None:
    monkeypatch.setattr("gendan.followup.services.refreshing.MOST_AT_ONCE", 2)
    journeys = [make.followed() for _place in range(5)]
    turn_to(dt.date(2026, 3, 12))
    for journey in journeys:
        assert make.milestone(journey, "deposit").forecast_on == dt.date(2026, 3, 12)


def test_a_slip_within_the_float_leaves_the_order_on_track(small: Template) -> None:
    journey = make.followed(days=120)
    deposit = make.milestone(journey, "deposit")
    expect_milestone(milestone_id=deposit.pk, expected_on="2026-03-16", by=person("mei"))
    journey.refresh_from_db()
    assert (journey.health, journey.forecast_on) == ("on_track", dt.date(2026, 4, 16))


def test_material_on_order_for_every_part_proves_it(monday: dt.date) -> None:
    make.template(BY_FACTS)
    masters.items({"A-1": {"supply": "make"}, "YARN": {}, "BUTTON": {}})
    masters.bom("A-1", {"YARN": 2, "BUTTON": 5})
    journey = make.followed()
    demand = f"orders.line:{Line.objects.get(order=journey.order_id).pk}"
    masters.expected("YARN", 200, demand=demand)
    masters.expected("BUTTON", 499, demand=demand, reference="PO-1")
    reactions.run_due()
    assert states(journey)["ordered"] == "to_come"
    masters.expected("BUTTON", 500, demand=demand, reference="PO-1")
    reactions.run_due()
    ordered = make.milestone(journey, "ordered")
    assert ordered.state == "reached"
    assert ordered.closed_by_fact is not None
