"""The end of production waits for goods that the live plan makes too late: one forecast."""

import datetime as dt
from decimal import Decimal

import pytest

from gendan.followup.goods import goods_days, orders_with_other_goods_days
from gendan.followup.invariants import check
from gendan.followup.models import Journey, Template
from gendan.followup.services import reach_milestone, refresh_by_plan, refresh_journeys
from gendan.kernel import clock
from gendan.orders.models import Line
from gendan.planning.models import PlanDemand, PlanRun
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db
FAR = dt.date(2026, 6, 1)  # a Monday, long after the small journey's own dates


def a_live_plan(order_id: int, ready_on: dt.date | None, *, is_late: bool = True) -> PlanRun:
    """A live plan that has one line of the order ready on a day."""
    PlanRun.objects.filter(is_live=True).update(is_live=False)
    number = f"LIVE-{PlanRun.objects.filter(number__startswith='LIVE').count() + 1}"
    today = clock.today()
    run = PlanRun.objects.create(
        number=number,
        state=PlanRun.State.DONE,
        cause=PlanRun.Cause.HAND,
        is_live=True,
        asked_at=clock.now(),
    )
    line = Line.objects.filter(order=order_id).get()
    PlanDemand.objects.create(
        run=run,
        name=f"orders.line:{line.pk}",
        order_id=order_id,
        line=line,
        item_id=line.item_id,
        quantity=Decimal(100),
        needed_on=today,
        ready_on=ready_on,
        is_late=is_late,
    )
    return run


def again(journey: Journey) -> Journey:
    return Journey.objects.get(pk=journey.pk)


def test_what_the_plan_makes_too_late_holds_the_end_of_production(small: Template) -> None:
    journey = make.followed()
    before = journey.forecast_on
    a_live_plan(journey.order_id, FAR)
    assert orders_with_other_goods_days() == [journey.order_id]
    assert refresh_by_plan() == [journey.order_id]
    held = again(journey)
    assert make.milestone(held, "packing").forecast_on == FAR
    assert make.milestone(held, "sewing").forecast_on < FAR
    assert held.forecast_on == FAR > before  # all of it could leave our works that day
    assert (held.goods_on, held.goods_by, held.goods_ref) == (FAR, "plan", "LIVE-1")
    assert held.goods_words == "By plan LIVE-1 its goods are made on 2026-06-01 only."
    assert refresh_by_plan() == []  # nothing differs any more
    a_live_plan(journey.order_id, FAR)
    assert refresh_by_plan() == []  # another plan that says the same
    assert again(journey).goods_words == "By plan LIVE-2 its goods are made on 2026-06-01 only."
    a_live_plan(journey.order_id, FAR, is_late=False)
    refresh_by_plan()
    assert (again(journey).forecast_on, again(journey).goods_by) == (before, "")
    assert check() == []


@pytest.mark.parametrize("ready_on", [None, dt.date(2026, 3, 3)])
def test_no_day_and_one_that_holds_nothing_change_nothing(
    small: Template, ready_on: dt.date | None
) -> None:
    journey = make.followed()
    a_live_plan(journey.order_id, ready_on)
    refresh_journeys(order_ids=[journey.order_id])
    assert (again(journey).forecast_on, again(journey).goods_by) == (journey.forecast_on, "")


def test_what_is_packed_is_made_whatever_the_plan_says(
    small: Template,
) -> None:
    journey = make.followed()
    a_live_plan(journey.order_id, FAR)
    refresh_by_plan()
    for code in ("deposit", "material", "sewing", "packing"):
        reach_milestone(milestone_id=make.milestone(journey, code).pk, by=None)
    assert again(journey).goods_by == ""
    assert again(journey).forecast_on < FAR


def test_one_question_more_or_less_for_any_number(small: Template) -> None:
    made = [make.followed() for _time in range(3)]
    a_live_plan(made[1].order_id, FAR)
    found = goods_days([one.order_id for one in made])
    assert {pk: one.on for pk, one in found.items()} == {made[1].order_id: FAR}
    assert goods_days([made[0].order_id]) == {}
