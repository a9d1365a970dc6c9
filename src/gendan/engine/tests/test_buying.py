"""Buying: costs by hand, minimum, lots and breaks, surplus for later weeks, nominated suppliers."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.buying import (
    ANYBODY,
    MILLION,
    Assumptions,
    Need,
    Source,
    cost_of,
    group,
    monday,
    plan_purchases,
)

DAY = dt.date(2026, 6, 10).toordinal()  # a Wednesday
FREE = Assumptions(0.0, 0.0, 0.0)


def source(*breaks: tuple[int, float], **values: Any) -> Source:
    kept: dict[str, Any] = {
        "key": 1,
        "supplier": 1,
        "currency": "CNY",
        "rank": 1,
        "minimum": 0,
        "multiple": 0,
        "arrival": DAY,
    }
    for name in ("minimum", "multiple"):
        values[name] = values.get(name, 0) * MILLION
    return Source(
        **(kept | values), breaks=tuple((start * MILLION, price) for start, price in breaks)
    )


def need(quantity: int, after: int = 0, customer: int = ANYBODY, item: int = 7) -> Need:
    return Need(item, quantity * MILLION, DAY + after, customer)


def test_every_part_of_the_cost_by_hand() -> None:
    one = source(
        (0, 10.0),
        freight=0.05,
        duty=0.1,
        pay_days=-36.5,
        ppm=2000,
        late_days=1.5,
        arrival=DAY + 4,
    )
    cost = cost_of(0, one, 100 * MILLION, DAY + 2, 100 * MILLION, Assumptions())
    assert cost is not None
    assert (cost.price, cost.freight) == (1000, 50)
    assert cost.duty == pytest.approx(105)
    assert cost.financing == pytest.approx(1000 * 0.06 * 36.5 / 365)
    assert cost.quality == pytest.approx(1000 * 0.002 * 3)
    assert cost.late_by == 2
    assert cost.lateness == pytest.approx(1000 * 0.01 * 3.5)
    assert cost.per_used == pytest.approx(cost.total / 100)


@pytest.mark.parametrize(
    ("breaks", "values", "wanted", "quantity", "price", "raised_from"),
    [
        (((0, 10.0),), {"minimum": 50}, 30, 50, 10, 0),
        (((0, 10.0),), {"multiple": 24}, 30, 48, 10, 0),
        (((0, 10.0),), {"minimum": 50, "multiple": 24}, 30, 72, 10, 0),
        # 95 at 10 cost 950, 100 at 9 cost 900: so 100 are ordered.
        (((0, 10.0), (100, 9.0)), {}, 95, 100, 9, 95),
        # 80 at 10 cost 800, less than 900: the break is not worth it.
        (((0, 10.0), (100, 9.0)), {}, 80, 80, 10, 0),
        # 90 cost 900 as 100 do: nothing is gained by more.
        (((0, 10.0), (100, 9.0)), {}, 90, 90, 10, 0),
        # Nothing is agreed below 100.
        (((100, 9.0),), {}, 20, 100, 9, 0),
    ],
)
def test_minimum_lot_and_breaks(
    breaks: tuple[tuple[int, float], ...],
    values: dict[str, int],
    wanted: int,
    quantity: int,
    price: float,
    raised_from: int,
) -> None:
    cost = cost_of(0, source(*breaks, **values), wanted * MILLION, DAY, wanted * MILLION, FREE)
    assert cost is not None
    assert (cost.quantity, cost.unit_price, cost.raised_from) == (
        quantity * MILLION,
        price,
        raised_from * MILLION,
    )


def test_what_nobody_needs_makes_a_cheap_price_dear() -> None:
    sources = {7: [source((0, 9.0), minimum=500), source((0, 10.0), key=2, supplier=2, rank=2)]}
    plan = plan_purchases([need(100)], sources, FREE)
    assert [one.source for one in plan.lines[0].costs] == [1, 0]
    plan = plan_purchases([need(100), need(400, 30)], sources, FREE)
    assert [one.source for one in plan.lines[0].costs] == [0, 1]
    assert len(plan.lines) == 1


def test_surplus_serves_the_weeks_after_it() -> None:
    plan = plan_purchases(
        [need(30), need(50, 7), need(60, 14)], {7: [source((0, 1.0), minimum=100)]}, FREE
    )
    first, second = plan.lines
    assert first.needs == [(0, 30 * MILLION), (1, 50 * MILLION), (2, 20 * MILLION)]
    assert second.needs == [(2, 40 * MILLION)]
    assert (first.surplus, second.surplus) == (0, 60 * MILLION)


def test_a_customer_who_nominated_a_supplier_gets_only_that_one() -> None:
    sources = {7: [source((0, 1.0)), source((0, 5.0), key=2, supplier=2, nominated_by=3)]}
    plan = plan_purchases([need(10, customer=3), need(10, customer=4)], sources, FREE)
    chosen = {line.customer: [one.source for one in line.costs] for line in plan.lines}
    assert chosen == {3: [1], ANYBODY: [0, 1]}


def test_without_a_source_or_a_price_it_is_told() -> None:
    plan = plan_purchases([need(10), need(5, item=8)], {7: [source()]}, FREE)
    assert (len(plan.lines), [line.item for line in plan.orphans]) == (0, [7, 8])
    assert plan.orphans[0].quantity == 10 * MILLION


def test_lines_are_grouped_by_supplier_currency_and_week() -> None:
    sources = {
        7: [source((0, 1.0))],
        8: [source((0, 1.0))],
        9: [source((0, 1.0), currency="USD")],
    }
    plan = plan_purchases([need(1), need(1, item=8), need(1, item=9), need(1, 7)], sources, FREE)
    groups = group(plan.lines, sources, [line.needed - 14 for line in plan.lines])
    assert [(currency, len(found)) for (_s, currency, _w), found in groups.items()] == [
        ("CNY", 2),
        ("USD", 1),
        ("CNY", 1),
    ]
    assert {week for _s, _c, week in groups} == {monday(DAY - 14), monday(DAY - 7)}


one_need = st.builds(
    need, st.integers(1, 500), st.integers(0, 40), st.sampled_from([ANYBODY, 3, 4])
)
one_source = st.builds(
    lambda breaks, minimum, multiple, supplier, nominated: source(
        *sorted(breaks.items()),
        minimum=minimum,
        multiple=multiple,
        supplier=supplier,
        nominated_by=nominated,
    ),
    st.dictionaries(st.integers(0, 300), st.floats(0.1, 100), max_size=3),
    st.integers(0, 200),
    st.integers(0, 50),
    st.integers(1, 3),
    st.sampled_from([ANYBODY, 3]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(one_need, max_size=8), st.lists(one_source, max_size=3))
def test_every_need_is_served_once_and_the_sources_are_obeyed(
    needs: list[Need], sources: list[Source]
) -> None:
    plan = plan_purchases(needs, {7: sources}, Assumptions())
    served = [0] * len(needs)
    for line in [*plan.lines, *plan.orphans]:
        for place, part in line.needs:
            served[place] += part
    assert served == [one.quantity for one in needs]
    for line in plan.lines:
        best = line.costs[0]
        chosen = sources[best.source]
        used = sum(part for _place, part in line.needs)
        assert line.quantity == used + line.surplus
        assert line.surplus >= 0
        assert line.quantity >= chosen.minimum
        assert not chosen.multiple or line.quantity % chosen.multiple == 0
        assert all(best.per_used <= other.per_used for other in line.costs)
        assert line.customer in (ANYBODY, chosen.nominated_by)
        # No lower total is to be had at this source by ordering up to any of its breaks.
        for start, price in chosen.breaks:
            lot = chosen.multiple or 1
            more = -(-start // lot) * lot
            if more >= used and more >= chosen.minimum and more > line.quantity:
                assert more * price >= line.quantity * best.unit_price * (1 - 1e-12)
