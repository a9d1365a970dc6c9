"""Noting the date that somebody has given."""

import datetime as dt

import pytest

from gendan.followup.models import Template
from gendan.followup.services import expect_milestone, reach_milestone
from gendan.followup.services.refusals import DateRefused
from gendan.kernel import journal
from gendan.kernel.errors import IllegalStep, NotAllowed
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


def test_everything_after_it_moves_and_the_order_too(small: Template) -> None:
    journey = make.followed(days=60)
    deposit = make.milestone(journey, "deposit")
    expect_milestone(
        milestone_id=deposit.pk, expected_on="2026-04-07", note="After the fair", by=person("mei")
    )
    forecast = {one.code: one.forecast_on.isoformat() for one in journey.milestones.all()}
    # 21 working days later than planned, each.
    assert forecast == {
        "deposit": "2026-04-07",
        "material": "2026-04-21",
        "sewing": "2026-05-05",
        "packing": "2026-05-07",
        "ex_works": "2026-05-08",
        "papers": "2026-05-13",
    }
    journey.refresh_from_db()
    assert (journey.float_days, journey.health) == (-5, "late")
    journey.order.refresh_from_db()
    assert journey.order.forecast_on == dt.date(2026, 5, 8)
    slip = next(one for one in journal.timeline(journey.order) if one.fact == "ForecastSlipped")
    assert (slip.data["was_on"], slip.data["is_on"]) == ("2026-04-09", "2026-05-08")
    assert slip.data["milestone_id"] == deposit.pk


def test_the_plan_stays(small: Template) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    after = expect_milestone(milestone_id=deposit.pk, expected_on="2026-04-07", by=person("fang"))
    assert (after.planned_on, after.revised_on) == (dt.date(2026, 3, 9), None)


def test_an_earlier_date_helps_once_it_is_open(small: Template) -> None:
    journey = make.followed()
    material = make.milestone(journey, "material")
    expect_milestone(milestone_id=material.pk, expected_on="2026-03-05", by=person("bo"))
    assert make.milestone(journey, "material").forecast_on == dt.date(2026, 3, 23)
    reach_milestone(milestone_id=make.milestone(journey, "deposit").pk, by=person("mei"))
    assert make.milestone(journey, "material").forecast_on == dt.date(2026, 3, 5)


@pytest.mark.parametrize("day", ["2026-03-01", "2031-01-01", "someday"])
def test_it_refuses_a_date_that_cannot_be_meant(small: Template, day: str) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    with pytest.raises(DateRefused):
        expect_milestone(milestone_id=deposit.pk, expected_on=day, by=person("mei"))


def test_it_refuses_what_is_done_and_who_is_strange(small: Template) -> None:
    journey = make.followed()
    deposit = make.milestone(journey, "deposit")
    with pytest.raises(NotAllowed):
        expect_milestone(milestone_id=deposit.pk, expected_on="2026-04-07", by=person("wen"))
    reach_milestone(milestone_id=deposit.pk, by=person("mei"))
    with pytest.raises(IllegalStep):
        expect_milestone(milestone_id=deposit.pk, expected_on="2026-04-07", by=person("mei"))
