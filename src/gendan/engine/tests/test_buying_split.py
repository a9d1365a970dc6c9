"""Sharing a need out keeps every promise of the plan, whatever capacities there are."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.buying import MILLION, Need, Plan, Source, monday, plan_purchases

TODAY = 739_400
START = monday(TODAY + 70)


def source(key: int, price: float, **values: object) -> Source:
    given_: dict[str, object] = {
        "key": key,
        "supplier": key,
        "currency": "CNY",
        "rank": key,
        "minimum": 0,
        "multiple": 0,
        "breaks": ((0, price),),
        "arrival": TODAY,
    }
    return Source(**(given_ | values))  # type: ignore[arg-type]


def bought(plan: Plan, sources: list[Source]) -> list[tuple[int, int, int]]:
    """(source's key, weeks from the first, quantity) of each line."""
    return [
        (
            sources[line.costs[0].source].key,
            (monday(line.asked) - START) // 7,
            line.costs[0].quantity // MILLION,
        )
        for line in plan.lines
    ]


def test_a_break_is_not_reached_for_by_more_than_the_week_makes() -> None:
    one = source(1, 10, breaks=((0, 10.0), (100 * MILLION, 8.0)), weekly=95 * MILLION)
    plan = plan_purchases([Need(1, 90 * MILLION, START)], {1: [one]})
    assert bought(plan, [one]) == [(1, 0, 90)]
    split = plan.lines[0].split
    assert split is not None
    assert (split.capacity, split.over) == (95 * MILLION, 0)


def test_a_later_week_bears_its_lateness_and_loses_to_a_dearer_source_in_time() -> None:
    limited = source(1, 10, weekly=60 * MILLION, arrival=START)
    for price, expected in ((10.5, [(1, 0, 60), (2, 0, 40)]), (11.0, [(1, 0, 60), (1, 1, 40)])):
        sources = [limited, source(2, price)]
        plan = plan_purchases([Need(1, 100 * MILLION, START)], {1: sources})
        assert bought(plan, sources) == expected  # a week late costs 7 % of the price


def test_a_surplus_of_any_part_serves_the_weeks_after() -> None:
    sources = [
        source(1, 10, weekly=60 * MILLION, arrival=START),
        source(2, 10.1, minimum=100 * MILLION, arrival=START),
    ]
    needs = [Need(1, 100 * MILLION, START), Need(1, 60 * MILLION, START + 7)]
    plan = plan_purchases(needs, {1: sources})
    ordered = sum(line.quantity for line in plan.lines)
    used = sum(part for line in plan.lines for _place, part in line.needs)
    assert used == 160 * MILLION
    assert ordered == used + sum(line.surplus for line in plan.lines)


quantities = st.integers(1, 400)
capacities = st.lists(st.sampled_from([0, 5, 40, 100, 250]), min_size=1, max_size=3)
terms = st.tuples(st.sampled_from([0, 30, 90]), st.sampled_from([0, 10, 25]))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(quantities, st.integers(0, 5)), min_size=1, max_size=6),
    capacities,
    terms,
    st.integers(0, 120),
)
def test_every_need_is_served_once_and_no_week_is_overfilled_untold(
    wanted: list[tuple[int, int]], weekly: list[int], lots: tuple[int, int], booked: int
) -> None:
    sources = [
        source(
            place,
            10 + place * 0.3,
            weekly=most * MILLION,
            minimum=lots[0] * MILLION,
            multiple=lots[1] * MILLION,
            arrival=START - 7 * place,
        )
        for place, most in enumerate(weekly)
    ]
    needs = [Need(1, quantity * MILLION, START + 7 * week) for quantity, week in wanted]
    taken = {(0, 1, START): booked * MILLION}
    plan = plan_purchases(needs, {1: sources}, booked=taken)
    assert plan == plan_purchases(needs, {1: sources}, booked=taken)
    served: dict[int, int] = defaultdict(int)
    load: dict[tuple[int, int], int] = defaultdict(int, {(0, START): booked * MILLION})
    over: dict[tuple[int, int], int] = defaultdict(int)
    for line in plan.lines:
        assert line.needs
        best = sources[line.costs[0].source]
        assert line.quantity >= best.minimum
        assert not best.multiple or line.quantity % best.multiple == 0
        assert line.quantity == line.surplus + sum(part for _place, part in line.needs)
        for place, part in line.needs:
            served[place] += part
        # What comes later than asked for, because it is ordered so late, is made when it comes.
        own = line.asked if line.delivered and line.asked != line.needed else line.needed
        load[best.supplier, monday(max(own, best.arrival))] += line.quantity
        if line.split and line.split.over:
            over[best.supplier, line.week] += 1
    assert served == {place: one.quantity for place, one in enumerate(needs)}
    for (supplier, week), quantity in load.items():
        most = sources[supplier].weekly
        if most and not over and (supplier, week) != (0, START):
            assert quantity <= most
        if most and not over and (supplier, week) == (0, START):
            assert quantity <= max(most, booked * MILLION)


def test_nothing_known_of_capacity_shares_nothing() -> None:
    sources = [source(1, 10), source(2, 11)]
    plan = plan_purchases([Need(1, 10**6 * MILLION, START)], {1: sources})
    assert [line.split for line in plan.lines] == [None]
    assert plan.lines[0].costs[0].total == pytest.approx(10 * 10**6)
