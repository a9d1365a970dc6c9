"""A supplier who waits for our word about what it proposes is not chased."""

import datetime as dt
from collections.abc import Callable

import pytest

from gendan.followup.models import Template
from gendan.followup.services import chase_milestone, reach_milestone, wait_for
from gendan.followup.services.refusals import TheyWaitForUs
from gendan.orders.queries import demand_of
from gendan.purchasing import services
from gendan.purchasing.services import LineAnswer
from gendan.purchasing.tests import ordered
from gendan.testing.cast import person
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


def test_first_decide_then_chase(small: Template, turn_to: Callable[..., None]) -> None:
    journey = make.followed()
    turn_to(dt.date(2026, 3, 11))
    need = demand_of(journey.order.lines.get().pk)
    due = dt.date(2026, 4, 8)
    reach_milestone(milestone_id=make.milestone(journey, "deposit").pk, by=person("mei"))
    order, token = ordered.sent(ordered.line(requested_on=due, demands=[need]))
    material = make.milestone(journey, "material")
    wait_for(
        milestone_id=material.pk, party="supplier", partner_id=order.supplier_id, by=person("mei")
    )
    answer = LineAnswer(1, due + dt.timedelta(days=9))
    services.answer_by_supplier_link(token=token, answers=[answer])
    with pytest.raises(TheyWaitForUs, match="Mill Ltd waits for us"):
        chase_milestone(milestone_id=material.pk, by=person("mei"))
    word = order.lines.get().words.get()
    services.accept_counter(word_id=word.pk, by=person("bo"))
    chase_milestone(milestone_id=material.pk, by=person("mei"))
