"""When an order ends, nobody waits any more."""

import datetime as dt

import pytest

from gendan.followup.invariants import check
from gendan.followup.models import Milestone, Template, Wait
from gendan.followup.queries import today_for
from gendan.kernel import journal, reactions
from gendan.orders.models import Hold
from gendan.orders.services import cancel_order
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


def test_a_cancelled_order_is_no_longer_followed(small: Template) -> None:
    journey = make.followed(days=30)
    assert today_for(person("mei"))
    cancel_order(order_id=journey.order_id, reason="Customer closed", by=person("mei"))
    reactions.run_due()
    journey.refresh_from_db()
    assert not journey.is_open
    assert set(journey.milestones.values_list("state", flat=True)) == {Milestone.State.SKIPPED}
    assert not Wait.objects.filter(until=None).exists()
    assert not Hold.objects.filter(order=journey.order_id, released_at=None).exists()
    assert today_for(person("mei")) == []
    ended = next(one for one in journal.timeline(journey.order) if one.fact == "JourneyEnded")
    assert ended.data["skipped"] == 6
    assert check() == []


def test_other_orders_go_on(small: Template, monday: dt.date) -> None:
    ended, other = make.followed(), make.followed()
    cancel_order(order_id=ended.order_id, reason="x", by=person("mei"))
    reactions.run_due()
    other.refresh_from_db()
    assert other.is_open
    assert make.milestone(other, "deposit").state == "open"
