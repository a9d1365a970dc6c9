"""The scorecard's arithmetic: each part by hand, parts without data left out."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendan.sourcing.models import ScoreWeights
from gendan.sourcing.scoring import (
    PARTS,
    Answered,
    Facts,
    Inspected,
    Priced,
    Receipt,
    Served,
    lead_histories,
    months_until,
    score_suppliers,
)

DAY = dt.date(2026, 6, 10)
WEIGHTS = {name: getattr(ScoreWeights(), name) for name in PARTS}


def receipt(after: int, *, confirmed: int | None = 0, requested: int = 0) -> Receipt:
    """Came so many days after DAY; confirmed and requested for days after it."""
    return Receipt(
        supplier_id=1,
        item_id=7,
        ordered_on=DAY - dt.timedelta(days=20),
        received_on=DAY + dt.timedelta(days=after),
        requested_on=DAY + dt.timedelta(days=requested),
        confirmed_on=None if confirmed is None else DAY + dt.timedelta(days=confirmed),
    )


def test_the_parts_are_those_that_are_weighed() -> None:
    assert PARTS == ScoreWeights.PARTS


def test_every_part_by_hand() -> None:
    facts = Facts(
        receipts=[
            receipt(0),
            receipt(3),
            receipt(0, confirmed=None, requested=-1),
            receipt(-5),
        ],
        inspected=[Inspected(1, DAY, 1000, 1, True), Inspected(1, DAY, 1000, 3, False)],
        priced=[Priced(1, DAY, 95, 100), Priced(1, DAY, 99, 100)],
        answered=[Answered(1, DAY, 10), Answered(1, DAY, 72), Answered(1, DAY, 200)],
        served=[Served(1, DAY, 90), Served(1, DAY, 70)],
    )
    found = score_suppliers(facts, WEIGHTS, [1])[1]
    scores = {one.part: (one.score, one.figure) for one in found.parts}
    assert scores["quality"] == (80, 2000)
    assert scores["lots"] == (50, 50)
    assert scores["confirmed"] == pytest.approx((200 / 3, 200 / 3))
    assert scores["requested"] == (50, 50)
    assert scores["price"] == pytest.approx((65, -3))
    assert scores["response"] == (50, 72)
    assert scores["service"] == (80, 80)
    assert found.total == pytest.approx(
        (80 * 25 + 50 * 15 + 200 / 3 * 20 + 50 * 10 + 65 * 15 + 50 * 5 + 80 * 10) / 100
    )
    assert (found.covered_percent, found.grade, found.missing) == (100, "C", ())


def test_a_part_without_data_is_left_out_of_the_weighing() -> None:
    facts = Facts(receipts=[receipt(0)], served=[Served(1, DAY, 40)])
    found = score_suppliers(facts, WEIGHTS, [1, 2])
    assert found[1].total == pytest.approx((100 * 20 + 100 * 10 + 40 * 10) / 40)
    assert found[1].covered_percent == 40
    assert found[1].missing == ("quality", "lots", "price", "response")
    assert (found[2].total, found[2].grade, found[2].covered_percent) == (None, "", 0)


def test_the_trend_is_the_same_sum_of_one_month() -> None:
    may, june = dt.date(2026, 5, 1), dt.date(2026, 6, 1)
    facts = Facts(served=[Served(1, may, 50), Served(1, DAY, 90)])
    months = months_until(DAY, 3)
    assert months == [dt.date(2026, 4, 1), may, june]
    found = score_suppliers(facts, WEIGHTS, [1], months)[1]
    assert [one.total for one in found.months] == [None, 50, 90]


@given(
    st.lists(st.integers(-400, 400), max_size=8),
    st.lists(st.floats(0, 1e6), max_size=5),
    st.lists(st.tuples(st.floats(0.01, 1e6), st.floats(0, 1e6)), max_size=5),
    st.dictionaries(st.sampled_from(PARTS), st.integers(0, 100)),
)
def test_a_score_is_always_0_to_100(
    days: list[int],
    hours: list[float],
    prices: list[tuple[float, float]],
    weights: dict[str, int],
) -> None:
    facts = Facts(
        receipts=[receipt(one) for one in days],
        answered=[Answered(1, DAY, one) for one in hours],
        priced=[Priced(1, DAY, price, market) for price, market in prices],
    )
    found = score_suppliers(facts, weights, [1])[1]
    assert found.total is None or -1e-9 <= found.total <= 100 + 1e-9
    assert 0 <= found.covered_percent <= 100


def test_how_long_it_took_and_how_late_it_was() -> None:
    rows = [receipt(0), receipt(10), receipt(4, confirmed=None, requested=2), receipt(-2)]
    found = lead_histories(rows)[1, 7]
    assert (found.count, found.median_days, found.shortest_days, found.longest_days) == (
        4,
        22,
        18,
        30,
    )
    assert (found.late_days, found.odds_late) == (3, 0.5)
