"""Service scores, the weights of the scorecard, what buying assumes: set with a reason, kept."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from gendan.kernel import clock
from gendan.kernel.errors import Invalid, NotAllowed
from gendan.kernel.rows import RowsRefused
from gendan.sourcing import invariants
from gendan.sourcing.models import ScoreWeights, ServiceScore
from gendan.sourcing.queries import assumptions, weights
from gendan.sourcing.services import (
    ServiceScoreRow,
    save_buying_assumptions,
    save_score_weights,
    save_service_scores,
)
from gendan.testing.cast import person
from gendan.testing.make import masters

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 10)


def test_weights_hold_until_others_are_set() -> None:
    assert weights().quality == 25
    save_score_weights(weights={"quality": 40}, reason="claims rose", by=person("bo"))
    save_score_weights(weights={"price": 0}, reason="prices are fixed", by=person("bo"))
    now = weights()
    assert (now.quality, now.price, now.lots) == (40, 0, 15)
    assert ScoreWeights.objects.count() == 2
    with pytest.raises(NotAllowed):
        save_score_weights(weights={"price": 1}, reason="I want", by=person("mei"))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"quality": 10}, " "),
        ({"beauty": 10}, "why"),
        ({"quality": -1}, "why"),
        ({"quality": 101}, "why"),
        (dict.fromkeys(ScoreWeights.PARTS, 0), "why"),
    ],
)
def test_weights_that_cannot_be_are_refused(given: dict[str, int], reason: str) -> None:
    with pytest.raises(Invalid):
        save_score_weights(weights=given, reason=reason, by=None)
    assert not ScoreWeights.objects.exists()


def test_assumptions_hold_until_others_are_made() -> None:
    assert assumptions().finance_percent == 6
    save_buying_assumptions(
        values={"finance_percent": Decimal(8)}, reason="the bank asks more", by=person("bo")
    )
    assert assumptions().finance_percent == 8
    assert assumptions().defect_factor == 3
    for wrong in ({"finance_percent": Decimal(-1)}, {"luck": Decimal(1)}):
        with pytest.raises(Invalid):
            save_buying_assumptions(values=wrong, reason="why", by=None)


def test_any_day_stands_for_its_month() -> None:
    masters.supplier("S-1")
    with clock.at(clock.moment_on(TODAY)):
        save_service_scores(rows=[ServiceScoreRow("S-1", TODAY, 70)], by=person("bo"))
        save_service_scores(rows=[ServiceScoreRow("S-1", dt.date(2026, 6, 1), 80)], by=person("bo"))
    one = ServiceScore.objects.get()
    assert (one.month_on, one.score) == (dt.date(2026, 6, 1), 80)
    assert invariants.check() == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"score": 101}, "score"),
        ({"score": None}, "score"),
        ({"month_on": dt.date(2026, 7, 1)}, "month_on"),
        ({"supplier": "C-1"}, "supplier"),
    ],
)
def test_scores_that_cannot_be_are_refused(values: dict[str, Any], field: str) -> None:
    masters.supplier("S-1")
    masters.customer("C-1")
    kept: dict[str, Any] = {"supplier": "S-1", "month_on": TODAY, "score": 50}
    row = ServiceScoreRow(**(kept | values))
    with clock.at(clock.moment_on(TODAY)), pytest.raises(RowsRefused) as refused:
        save_service_scores(rows=[row], by=None)
    assert refused.value.rows[0].field == field
