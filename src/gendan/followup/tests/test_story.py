"""An order's weeks as Mei lives them: money comes late, the mill slips, she chases, it is saved."""

import datetime as dt
from collections.abc import Callable

import pytest

from gendan.followup.invariants import check
from gendan.followup.models import Template
from gendan.followup.queries import board, order_followup, slips_since, today_for
from gendan.followup.services import (
    approve_revision,
    chase_milestone,
    expect_milestone,
    reach_milestone,
    revise_milestone,
)
from gendan.kernel import clock, reactions
from gendan.orders.models import DateChange
from gendan.orders.services.refusals import OrderIsHeld
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


def test_an_order_slips_and_is_saved(small: Template, turn_to: Callable[..., None]) -> None:
    mei, bo, zhao = person("mei"), person("bo"), person("zhao")
    journey = make.followed(days=46, number="PO-9")  # ex works on Friday, 17 April: six days spare

    turn_to(dt.date(2026, 3, 10))  # the deposit was planned for yesterday
    row = today_for(mei)[0]
    assert (row.step, row.party, row.action) == ("Deposit", "customer", "chase_milestone")
    assert "PO-9" in row.message
    chase_milestone(milestone_id=row.milestone_id, message=row.message, by=mei)
    with pytest.raises(OrderIsHeld):
        reach_milestone(milestone_id=make.milestone(journey, "material").pk, by=bo)

    turn_to(dt.date(2026, 3, 12))
    reach_milestone(milestone_id=row.milestone_id, reached_on="2026-03-11", by=mei)
    material = make.milestone(journey, "material")
    assert (material.state, material.forecast_on) == ("open", dt.date(2026, 3, 25))

    turn_to(dt.date(2026, 3, 19))
    yesterday = clock.now() - dt.timedelta(days=1)
    expect_milestone(milestone_id=material.pk, expected_on="2026-04-08", by=bo)
    journey.refresh_from_db()
    assert (journey.forecast_on, journey.health) == (dt.date(2026, 4, 27), "late")
    assert journey.float_days == -6
    slip = slips_since(mei, yesterday)[0]
    assert (slip.days, slip.name_en) == (14, "Material")
    assert board(mei).rows[0].cells["production"].colour == "late"
    proposal = revise_milestone(
        milestone_id=material.pk,
        revised_on="2026-03-31",
        reason="material_late",
        party="supplier",
        remark="By truck instead",
        by=bo,
    )
    reactions.run_due()
    assert today_for(zhao)[0].revision_id == proposal.pk
    approve_revision(revision_id=proposal.pk, by=zhao)
    journey.refresh_from_db()
    assert (journey.float_days, journey.health) == (0, "at_risk")

    turn_to(dt.date(2026, 3, 31))
    reach_milestone(milestone_id=material.pk, by=bo)
    found = order_followup(journey.order_id)
    assert found is not None
    days = {part.party: round(part.days, 1) for part in found.milestones[1].waits}
    assert days == {"supplier": 19.0}
    kept = DateChange.objects.filter(order=journey.order_id, line=None, kind="forecast")
    assert kept.count() >= 4
    assert check() == []
