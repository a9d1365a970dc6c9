"""The auditor of the follow-up sees what is wrong."""

import datetime as dt
from collections.abc import Callable

import pytest

from gendan.followup.invariants import check
from gendan.followup.models import Journey, Milestone, Template, Wait
from gendan.orders.models import Hold
from gendan.testing.make import followup as make

pytestmark = pytest.mark.django_db


def test_it_finds_each_kind_of_damage(small: Template) -> None:
    journey = make.followed(days=30)
    deposit = make.milestone(journey, "deposit")
    opened = deposit.opened_at
    assert opened is not None
    assert check() == []
    rows = Milestone.objects.filter(pk=deposit.pk)
    cases: list[tuple[Callable[[], int], Callable[[], int], str]] = [
        (lambda: Wait.objects.update(until=opened),
         lambda: Wait.objects.update(until=None), "exactly one open wait"),
        (lambda: Wait.objects.update(since=opened - dt.timedelta(days=1)),
         lambda: Wait.objects.update(since=opened), "gap or overlap"),
        (lambda: rows.update(float_days=3),
         lambda: rows.update(float_days=deposit.float_days), "different things"),
        (lambda: Hold.objects.update(released_at=opened),
         lambda: Hold.objects.update(released_at=None), "a gate is open"),
        (lambda: Journey.objects.update(urgency=-5),
         lambda: Journey.objects.update(urgency=journey.urgency), "urgency"),
        (lambda: Journey.objects.update(forecast_on=dt.date(2027, 1, 1)),
         lambda: Journey.objects.update(forecast_on=journey.forecast_on), "forecast"),
        (lambda: Milestone.objects.filter(anchor="ex_works").update(is_critical=False),
         lambda: Milestone.objects.filter(anchor="ex_works").update(is_critical=True),
         "not critical"),
        (lambda: Milestone.objects.filter(code="sewing").update(after=[]),
         lambda: Milestone.objects.filter(code="sewing").update(after=[2]),
         "everything before it is done"),
        (lambda: Milestone.objects.filter(code="sewing").update(after=[2, 40]),
         lambda: Milestone.objects.filter(code="sewing").update(after=[2]), "does not have"),
    ]  # fmt: skip
    for damage, repair, wrong in cases:
        damage()
        assert any(wrong in sentence for sentence in check()), wrong
        repair()
        assert check() == [], wrong
