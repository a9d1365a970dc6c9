"""A confirmed order gets its milestones: template, plan, latest dates, gates."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gendan.followup.invariants import check
from gendan.followup.models import Health, Journey, Milestone, Template
from gendan.followup.services import install_templates, start_journeys
from gendan.kernel import journal, reactions
from gendan.orders.models import Hold
from gendan.testing.cast import person
from gendan.testing.make import followup as make
from gendan.testing.make import masters, orders

pytestmark = pytest.mark.django_db


def test_it_dates_every_milestone_forwards_and_backwards(small: Template) -> None:
    journey = make.followed(days=60)  # ex works on Friday, 1 May
    rows = {one.code: one for one in journey.milestones.all()}
    planned = {code: one.planned_on.isoformat() for code, one in rows.items()}
    assert planned == {
        "deposit": "2026-03-09",
        "material": "2026-03-23",
        "sewing": "2026-04-06",
        "packing": "2026-04-08",
        "ex_works": "2026-04-09",
        "papers": "2026-04-14",
    }
    assert rows["ex_works"].latest_on == journey.target_on == dt.date(2026, 5, 1)
    assert rows["packing"].latest_on == dt.date(2026, 4, 30)
    assert rows["deposit"].latest_on == dt.date(2026, 3, 31)
    assert rows["papers"].latest_on == dt.date(2026, 5, 6)  # three working days after the target
    assert {one.float_days for code, one in rows.items() if code != "papers"} == {16}
    assert journey.forecast_on == dt.date(2026, 4, 9)
    assert journey.order.forecast_on == journey.forecast_on
    assert journey.follower == person("mei")
    assert check() == []


def test_only_the_first_is_somebodys_move(small: Template) -> None:
    journey = make.followed()
    states = dict(journey.milestones.values_list("code", "state"))
    assert states.pop("deposit") == Milestone.State.OPEN
    assert set(states.values()) == {Milestone.State.TO_COME}
    deposit = make.milestone(journey, "deposit")
    assert deposit.waiting_for == "customer"
    assert deposit.waiting_partner == journey.order.customer
    assert deposit.waits.get().until is None


def test_its_gate_holds_buying(small: Template) -> None:
    journey = make.followed()
    hold = Hold.objects.get(order=journey.order)
    assert (hold.stage, hold.key, hold.released_at) == ("buy", "milestone:deposit", None)


def test_a_date_that_cannot_be_kept_is_late_at_once(small: Template) -> None:
    journey = make.followed(days=30)
    assert journey.health == Health.LATE
    assert journey.float_days < 0
    assert journey.impact_on == dt.date(2026, 3, 2)


def test_the_most_specific_template_wins(small: Template) -> None:
    customer = masters.customer(currency="CNY")
    item = masters.item()
    family = item.family_id
    make.template(code="of-family", family_id=family)
    assert make.followed().template.code == "of-family"  # type: ignore[union-attr]
    make.template(code="of-customer", customer_id=customer.pk)
    assert make.followed().template.code == "of-customer"  # type: ignore[union-attr]
    make.template(code="of-both", family_id=family, customer_id=customer.pk)
    assert make.followed().template.code == "of-both"  # type: ignore[union-attr]


def test_a_company_without_templates_gets_those_that_come_along(monday: dt.date) -> None:
    journey = make.followed(days=200)
    assert journey.template is not None
    assert journey.template.kind == "hardgoods"
    assert 20 <= journey.milestones.count() <= 30
    assert {"buy", "produce", "ship"} == set(
        Hold.objects.filter(order=journey.order, released_at=None).values_list("stage", flat=True)
    )
    assert make.milestone(journey, "order_confirmed").closed_by_fact is not None
    assert check() == []


def test_the_way_takes_as_long_as_the_lane(monday: dt.date) -> None:
    install_templates()
    masters.lane("DE", to_port_days=4, transit_days=31, to_door_days=6)
    journey = make.followed(incoterm="FOB", incoterm_place="Ningbo", destination_country="DE")
    assert journey.target_anchor == "on_board"
    found = {one.travel: one.duration_days for one in journey.milestones.exclude(travel="")}
    assert found == {"to_port": 4, "transit": 31, "to_door": 6}


def test_twice_makes_one_journey(small: Template) -> None:
    journey = make.followed()
    assert start_journeys(order_ids=[journey.order_id]) == []
    assert Journey.objects.count() == 1


def test_it_starts_many_with_the_same_number_of_queries(small: Template) -> None:
    customer, item = masters.customer(currency="CNY"), masters.item()
    counts = []
    for many in (1, 6):
        made = [orders.confirmed(customer, [item], currency="CNY").pk for _ in range(many)]
        with CaptureQueriesContext(connection) as captured:
            start_journeys(order_ids=made)
        counts.append(len(captured))
        reactions.run_due()
    assert counts[0] == counts[1]


def test_it_tells_that_it_started(small: Template) -> None:
    journey = make.followed()
    facts = [entry.fact for entry in journal.timeline(journey.order)]
    assert "JourneyStarted" in facts
    assert "ForecastImproved" not in facts
