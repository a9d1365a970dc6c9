"""Promises by material and capacity: as fixed lead times where there is nothing else to look at."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.calendars import work_calendar
from gendan.engine.promise import (
    CentreFacts,
    Component,
    Demand,
    ItemFacts,
    LineResult,
    Load,
    NoDate,
    Offer,
    Operation,
    PromiseSnapshot,
    Standing,
    Supply,
    capable,
    promise,
)
from gendan.engine.transit import EX_WORKS

from .test_promise import HERE, MONDAY, WEEK, codes, day, item, need, worlds


def snapshot(
    items: Sequence[ItemFacts], *demands: Demand, calendar: Any = WEEK, **given: Any
) -> PromiseSnapshot:
    return PromiseSnapshot(
        today=MONDAY,
        calendar=calendar,
        transit=HERE,
        basis=EX_WORKS,
        is_together=False,
        items={one.item_id: one for one in items},
        demands=demands,
        **given,
    )


def solve(items: Sequence[ItemFacts], *demands: Demand, **given: Any) -> list[LineResult]:
    return list(capable(snapshot(items, *demands, **given)))


def centre(minutes: int = 10, **given: Any) -> dict[int, CentreFacts]:
    return {7: CentreFacts(7, "CUT", minutes, WEEK, **given)}


SEWN = item(1, "make", operations=(Operation(10, 7, Decimal(5), Decimal("0.5")),))


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_without_routings_and_others_it_agrees_with_fixed_lead_times(
    world: tuple[list[ItemFacts], list[Demand], set[dt.date]],
) -> None:
    items, demands, off = world
    calendar = work_calendar(range(5), dict.fromkeys(off, False))
    # Whole lots leave nothing over with fixed lead times; each part goes into one item only.
    given = [
        replace(
            one,
            lot_multiple=None,
            lot_minimum=Decimal(0),
            lot_maximum=Decimal(0),
            components=tuple(part for part in one.components if part.item_id == one.item_id + 1),
        )
        for one in items
    ]
    asked = snapshot(given, *demands[:1], calendar=calendar)
    [fixed], [found] = promise(asked), capable(asked)
    assert found.earliest_on == fixed.earliest_on
    assert found.promised == fixed.promised
    assert found.reasons[0].is_binding


def test_it_takes_as_many_days_as_the_minutes_allow() -> None:
    [line] = solve([SEWN], need(quantity=50), centres=centre())  # 30 minutes, 10 a day
    assert line.earliest_on == day(2)
    assert codes(line) == ["takes_centre", "made_in_steps", "lane"]


def test_each_lot_is_set_up_for_itself_and_the_reasons_say_so() -> None:
    lots = replace(SEWN, lot_multiple=Decimal(1), lot_maximum=Decimal(20))
    [line] = solve([lots], need(quantity=50), centres=centre())  # 25 minutes, three times 5
    assert line.earliest_on == day(3)
    [said] = [one for one in line.reasons if one.code == "in_lots"]
    assert said.params == {"item": "I1", "lots": 3, "most": "20"}
    [late] = solve([lots], replace(need(quantity=50), requested_on=day(3)), centres=centre())
    assert (late.earliest_on, late.promised.ex_works_on) == (day(3), day(3))


def test_what_is_promised_to_others_is_left_to_them() -> None:
    standing = (Standing("orders.line:9", 1, Decimal(50), day(3)),)
    [line] = solve([SEWN], need(quantity=50), centres=centre(), standing=standing)
    # They have Tuesday to Thursday; what is left is Monday, Friday and the Monday after.
    assert line.earliest_on == day(7)
    stock = item(1, free=Decimal(10), lead_days=30)
    [line] = solve([stock], need(), standing=(Standing("x", 1, Decimal(4), day(9)),))
    assert line.earliest_on == WEEK.add_days(MONDAY, 30)


def test_what_comes_for_a_line_alone_counts_once_for_all_its_deliveries() -> None:
    """Six come for the line on day 5: they are its first delivery's and a part of its second."""
    coming = Supply(day(5), Decimal(6), "", "x")
    stock = item(1, free=Decimal(10), lead_days=30, incoming=(coming,))
    standing = (
        Standing("x/1", 1, Decimal(4), day(8), demand="x"),
        Standing("x/2", 1, Decimal(9), day(9), demand="x"),
    )
    [line] = solve([stock], need(quantity=3), standing=standing)  # 13 less 6: three are left
    assert line.earliest_on == MONDAY
    [line] = solve([stock], need(quantity=4), standing=standing)
    assert line.earliest_on > day(9)
    stock = replace(stock, incoming=(replace(coming, demand="orders.line:1"),))
    asked = [replace(need(quantity=6), delivery_id=number) for number in (1, 2)]
    [line] = solve([replace(stock, free=Decimal(6))], *asked)
    assert line.earliest_on == day(7)  # six from stock, six that come; not six twice
    [line] = solve([replace(stock, free=Decimal(5))], *asked)
    assert line.earliest_on > day(7)


def test_goods_for_the_components_of_a_line_are_divided_among_its_deliveries() -> None:
    cloth = item(2, lead_days=30, incoming=(Supply(MONDAY, Decimal(10), "", "orders.line:1"),))
    made = item(1, "make", lead_days=1, components=(Component(2, Decimal(1)),))
    asked = [replace(need(quantity=5), delivery_id=number) for number in (1, 2)]
    [line] = solve([made, cloth], *asked)
    assert line.earliest_on == day(1)
    more = [replace(asked[0], quantity=Decimal(6)), asked[1]]
    [line] = solve([made, cloth], *more)
    assert line.earliest_on > day(20)


def test_an_item_without_any_supplier_is_named() -> None:
    [line] = solve([item(1, lead_days=3, is_supplier_unknown=True)], need())
    assert "supplier_unknown" in codes(line)
    offers = (Offer("S-1", 2, Decimal(5)), Offer("S-2", 1))
    [line] = solve([item(1, lead_days=30, offers=offers)], need())
    assert line.earliest_on == day(2)
    with pytest.raises(NoDate) as found:
        solve([item(1, lead_days=3, has_no_supplier=True)], need())
    assert found.value.reason.code == "no_supplier"


def test_what_others_need_is_met_first_by_what_comes_for_them() -> None:
    stock = item(1, free=Decimal(10), lead_days=30, incoming=(Supply(day(5), Decimal(4), "", "x"),))
    [line] = solve([stock], need(), standing=(Standing("x", 1, Decimal(4), day(9)),))
    assert line.earliest_on == MONDAY


def test_work_orders_changes_of_capacity_and_people_count() -> None:
    load = (Load(7, Decimal(15), day(2)),)  # all of Wednesday, half of Tuesday
    [line] = solve([SEWN], need(quantity=50), centres=centre(), load=load)
    assert line.earliest_on == day(4)
    [line] = solve([SEWN], need(quantity=50), centres=centre(changes={day(0): 30}))
    assert line.earliest_on == day(0)
    few = centre(people_minutes={day(0): 0, day(1): 0})
    [line] = solve([SEWN], need(quantity=50), centres=few)
    assert line.earliest_on == day(4)
    assert "waits_for_people" in codes(line)


def test_a_later_wish_leaves_the_early_minutes_to_others() -> None:
    late, now = solve(
        [SEWN],
        need(quantity=50, line_id=1, requested_on=day(30)),
        need(quantity=50, line_id=2),
        centres=centre(),
    )
    assert (late.earliest_on, late.promised.ex_works_on) == (day(2), day(30))
    assert now.earliest_on == day(2)


def test_of_a_cause_the_longest_link_stands_first() -> None:
    cloth = item(2, lead_days=3)
    shirt = replace(SEWN, components=(Component(2, Decimal(1)),))
    [line] = solve([shirt, cloth], need(quantity=150), centres=centre())
    assert codes(line)[0] == "takes_centre"
    assert {"bought", "waits_for", "made_in_steps"} < set(codes(line))
    assert all(reason.is_binding for reason in line.reasons[:4])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"centres": centre(0)}, "no_capacity"),
        ({"centres": centre(1)}, "capacity_ends"),
    ],
)
def test_who_cannot_be_served_is_told_why(given: dict[str, Any], code: str) -> None:
    with pytest.raises(NoDate) as caught:
        solve([SEWN], need(quantity=10**7), **given)
    assert caught.value.reason.code == code
    assert caught.value.reason.params == {"item": "I1", "centre": "CUT"}


def test_a_loop_is_named_and_the_rest_is_promised() -> None:
    first = item(1, "make", 1, components=(Component(2, Decimal(1)),))
    second = item(2, "make", 1, components=(Component(1, Decimal(1)), Component(3, Decimal(1))))
    [line] = solve([first, second, item(3, lead_days=4)], need())
    assert line.earliest_on == day(8)
    assert [one.params["path"] for one in line.reasons if one.code == "bom_loop"] == [
        "I1 → I2 → I1"
    ]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=5))
def test_promised_one_after_another_none_breaks_an_earlier(quantities: list[int]) -> None:
    """Each promise stands among the others: asked again for itself, it is no later."""
    standing: list[Standing] = []
    for number, quantity in enumerate(quantities):
        [line] = solve([SEWN], need(quantity=quantity), centres=centre(), standing=tuple(standing))
        standing.append(Standing(str(number), 1, Decimal(quantity), line.promised.ex_works_on))
    for one in standing:
        others = tuple(other for other in standing if other is not one)
        [line] = solve([SEWN], need(quantity=int(one.quantity)), centres=centre(), standing=others)
        assert line.earliest_on <= one.on
