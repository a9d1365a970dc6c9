"""Leaving a milestone out of an order."""

import datetime as dt

import pytest

from gendan.followup.invariants import check
from gendan.followup.models import Template
from gendan.followup.services import skip_milestone
from gendan.followup.services.refusals import AnchorIsNeeded
from gendan.kernel.errors import Invalid, NotAllowed
from gendan.orders.models import Hold
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


def test_its_days_are_saved_and_its_gate_opens(small: Template) -> None:
    journey = make.followed()
    deposit = make.milestone(journey, "deposit")
    skip_milestone(milestone_id=deposit.pk, note="Pays after delivery", by=person("mei"))
    material = make.milestone(journey, "material")
    assert (material.state, material.forecast_on) == ("open", dt.date(2026, 3, 16))
    assert Hold.objects.get(order=journey.order).released_at is not None
    assert check() == []


def test_it_needs_a_reason(small: Template) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    with pytest.raises(Invalid, match="why"):
        skip_milestone(milestone_id=deposit.pk, note=" ", by=person("mei"))


def test_what_was_promised_cannot_be_left_out(small: Template) -> None:
    journey = make.followed()
    with pytest.raises(AnchorIsNeeded, match="promised"):
        skip_milestone(
            milestone_id=make.milestone(journey, "ex_works").pk, note="x", by=person("mei")
        )


def test_other_roles_may_not(small: Template) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    with pytest.raises(NotAllowed):
        skip_milestone(milestone_id=deposit.pk, note="x", by=person("fang"))
