"""Taking back that a milestone is done."""

import datetime as dt
from collections.abc import Callable

import pytest

from gendan.followup.invariants import check
from gendan.followup.models import Template
from gendan.followup.queries import order_followup
from gendan.followup.services import reach_milestone, reopen_milestone
from gendan.followup.services.refusals import ProvedByFact
from gendan.kernel.errors import IllegalStep, NotAllowed
from gendan.orders.models import Hold
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


def test_its_gate_closes_and_the_days_go_to_its_owner(
    small: Template, turn_to: Callable[..., None]
) -> None:
    journey = make.followed()
    deposit = make.milestone(journey, "deposit")
    turn_to(dt.date(2026, 3, 4))
    reach_milestone(milestone_id=deposit.pk, by=person("fang"))
    turn_to(dt.date(2026, 3, 9))
    again = reopen_milestone(milestone_id=deposit.pk, note="Bounced", by=person("zhao"))
    assert (again.state, again.reached_on, again.waiting_for) == ("open", None, "customer")
    assert Hold.objects.filter(order=journey.order, released_at=None).count() == 1
    turn_to(dt.date(2026, 3, 12))
    found = order_followup(journey.order_id)
    assert found is not None
    row = found.milestones[0]
    assert {part.party: part.days for part in row.waits} == {"customer": 5.0, "finance": 5.0}
    assert row.elapsed_days == 10.0
    assert check() == []


def test_what_followed_stays_open(small: Template) -> None:
    journey = make.followed()
    deposit = make.milestone(journey, "deposit")
    reach_milestone(milestone_id=deposit.pk, by=person("fang"))
    reopen_milestone(milestone_id=deposit.pk, note="Bounced", by=person("zhao"))
    material = make.milestone(journey, "material")
    assert material.state == "open"
    assert material.forecast_on == dt.date(2026, 3, 23)
    assert check() == []


def test_what_a_fact_proves_stays(monday: dt.date) -> None:
    confirmed = make.milestone(make.followed(days=200), "order_confirmed")
    with pytest.raises(ProvedByFact, match="closed by what happened"):
        reopen_milestone(milestone_id=confirmed.pk, note="x", by=person("zhao"))


def test_it_refuses_what_is_open(small: Template) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    with pytest.raises(IllegalStep):
        reopen_milestone(milestone_id=deposit.pk, note="x", by=person("zhao"))


def test_only_a_manager_may(small: Template) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    reach_milestone(milestone_id=deposit.pk, by=person("fang"))
    with pytest.raises(NotAllowed):
        reopen_milestone(milestone_id=deposit.pk, note="x", by=person("mei"))
