"""Whose move it is: exactly one party, and the days add up."""

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gendan.followup.invariants import check
from gendan.followup.models import Party, Template
from gendan.followup.queries import order_followup
from gendan.followup.services import reach_milestone, reopen_milestone, wait_for
from gendan.kernel import clock
from gendan.kernel.errors import IllegalStep, Invalid, NotAllowed
from gendan.testing.cast import person
from gendan.testing.make import followup as make
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db


def test_the_days_per_party_add_up(small: Template, turn_to: Callable[..., None]) -> None:
    journey = make.followed()
    deposit = make.milestone(journey, "deposit")
    turn_to(dt.date(2026, 3, 5))
    wait_for(milestone_id=deposit.pk, party="finance", note="Invoice wrong", by=person("mei"))
    turn_to(dt.date(2026, 3, 6), 21)
    wait_for(milestone_id=deposit.pk, party="customer", by=person("fang"))
    turn_to(dt.date(2026, 3, 10), 9)
    found = order_followup(journey.order_id)
    assert found is not None
    row = found.milestones[0]
    assert {part.party: part.days for part in row.waits} == {"customer": 6.5, "finance": 1.5}
    assert row.elapsed_days == 8.0
    assert check() == []


def test_a_supplier_is_named(small: Template) -> None:
    journey = make.followed()
    reach_milestone(milestone_id=make.milestone(journey, "deposit").pk, by=person("mei"))
    mill = masters.supplier()
    material = make.milestone(journey, "material")
    after = wait_for(
        milestone_id=material.pk, party="supplier", partner_id=mill.pk, by=person("bo")
    )
    assert after.waiting_partner == mill


def test_it_refuses_what_is_no_party(small: Template) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    mill = masters.supplier()
    for party, partner_id in (("moon", None), ("finance", mill.pk), ("supplier", 10**9)):
        with pytest.raises(Invalid):
            wait_for(milestone_id=deposit.pk, party=party, partner_id=partner_id, by=person("mei"))
    with pytest.raises(Invalid, match="already"):
        wait_for(milestone_id=deposit.pk, party="customer", by=person("mei"))


def test_only_an_open_milestone_waits(small: Template) -> None:
    journey = make.followed()
    with pytest.raises(IllegalStep):
        wait_for(milestone_id=make.milestone(journey, "sewing").pk, party="buyer", by=person("mei"))


def test_strangers_do_not_pass_the_ball(small: Template) -> None:
    deposit = make.milestone(make.followed(), "deposit")
    with pytest.raises(NotAllowed):
        wait_for(milestone_id=deposit.pk, party="finance", by=person("wen"))


moves = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from(["done", "again", *Party.values])), max_size=12
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves)
def test_no_day_is_lost_or_counted_twice(small: Template, history: list[tuple[int, str]]) -> None:
    journey = make.followed(days=200)
    deposit = make.milestone(journey, "deposit")
    now = clock.now()
    for hours, move in history:
        now += dt.timedelta(hours=hours)
        with clock.at(now):
            try:
                if move == "done":
                    reach_milestone(milestone_id=deposit.pk, by=person("zhao"))
                elif move == "again":
                    reopen_milestone(milestone_id=deposit.pk, note="no", by=person("zhao"))
                else:
                    wait_for(milestone_id=deposit.pk, party=move, by=person("zhao"))
            except (IllegalStep, Invalid):
                pass
    with clock.at(now + dt.timedelta(hours=5)):
        found = order_followup(journey.order_id)
        assert found is not None
        for row in found.milestones:
            assert sum(part.days for part in row.waits) == pytest.approx(row.elapsed_days)
        # Each example goes on from the same morning; others' later days are not wrong here.
        assert [one for one in check() if journey.order.number in one] == []
