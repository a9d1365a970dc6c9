"""Worked examples, by hand and published, and what bad input gets."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gendan.engine.calendars import work_calendar
from gendan.engine.netting import (
    Alternates,
    BomLines,
    Demand,
    Items,
    Pegging,
    QuantityTooLarge,
    Receipts,
    Snapshot,
    plan,
)
from gendan.engine.netting.snapshot import NetPlan
from gendan.engine.netting.tests.small import factory, ints
from gendan.engine.netting.tests.worlds import FIRST

SHARED = Path(__file__).resolve().parents[6] / "shared" / "data" / "mrp" / "mrp_multilevel.json"


def orders(result: NetPlan) -> list[tuple[int, ...]]:
    """(item, quantity, release, due), days counted from the first."""
    rows = result.orders
    columns = (rows.item, rows.quantity, rows.release - FIRST, rows.due - FIRST)
    return [tuple(row) for row in np.stack(columns, axis=1).tolist()]


def one(demand: list[tuple[int, int]], **rules: Any) -> list[tuple[int, ...]]:
    """(quantity, due) of one item's orders."""
    columns = {"on_hand": [0]} | {name: [value] for name, value in rules.items()}
    snapshot = factory(items=columns, demand=[(0, amount, day) for amount, day in demand])
    return [(row[1], row[3]) for row in orders(plan(snapshot))]


WEEKS = [(35, 7), (10, 14), (40, 28), (20, 35), (5, 42), (10, 49), (30, 56)]


def test_lot_for_lot_orders_what_is_needed_when_it_is_needed() -> None:
    assert one(WEEKS) == WEEKS


def test_multiples_carry_what_is_over() -> None:
    assert one(WEEKS, multiple=25) == [(50, 7), (50, 28), (25, 35), (25, 56)]


def test_a_minimum_is_kept() -> None:
    assert one([(5, 1), (30, 2), (1, 3)], minimum=20) == [(20, 1), (20, 2)]


def test_a_fixed_lot_is_ordered_as_often_as_needed() -> None:
    assert one([(50, 1), (9, 2)], multiple=20, minimum=20, maximum=20) == [(20, 1)] * 3
    assert one([(61, 1)], multiple=20, minimum=20, maximum=20) == [(20, 1)] * 4


def test_a_maximum_divides_an_order() -> None:
    assert one([(50, 1)], maximum=20) == [(20, 1), (20, 1), (10, 1)]
    assert one([(45, 1)], maximum=20, minimum=8) == [(20, 1), (20, 1), (8, 1)]


def test_an_order_covers_its_period() -> None:
    assert one(WEEKS, period_days=21) == [(45, 7), (65, 28), (40, 49)]


def test_more_is_planned_so_that_enough_is_good() -> None:
    assert one([(90, 1)], good_share=9_000) == [(100, 1)]
    assert one([(91, 1)], good_share=9_000) == [(102, 1)]
    assert one([(91, 1)], good_share=9_000, multiple=10) == [(110, 1)]


def test_the_good_pieces_that_are_over_serve_the_next_day() -> None:
    assert one([(91, 1), (8, 2)], good_share=9_000, multiple=10) == [(110, 1)]


def test_the_safety_stock_is_restored_on_the_first_day() -> None:
    assert one([], safety_stock=7) == [(7, 0)]
    assert one([(5, 3)], safety_stock=7, on_hand=9) == [(3, 3)]


def test_scrap_is_added_to_what_is_needed_and_rounded_up_once_per_order() -> None:
    snapshot = factory(items={"on_hand": [0, 0], "is_made": [1, 0]}, demand=[(0, 7, 9)])
    lines = BomLines(parent=ints(0), component=ints(1), numerator=1, denominator=3, scrap=500)
    result = plan(Snapshot(**(vars(snapshot) | {"lines": lines})))
    assert orders(result) == [(0, 7, 9, 9), (1, 3, 9, 9)]


def test_lead_times_are_working_days_of_the_items_calendar_and_may_end_in_the_past() -> None:
    items = {"on_hand": [0, 0], "lead_days": [5, 5], "calendar": [0, -1], "is_made": [0, 0]}
    demand = [(0, 1, 9), (1, 1, 9), (0, 1, 2), (1, 1, 2)]
    result = plan(factory(items=items, demand=demand))
    # Wednesday the 14th less five working days is Wednesday the 7th.
    assert orders(result) == [(0, 1, -5, 2), (0, 1, 2, 9), (1, 1, -3, 2), (1, 1, 4, 9)]


def test_what_belongs_to_one_week_is_planned_for_its_beginning() -> None:
    weeks = FIRST + np.arange(0, 70, 7)
    snapshot = factory(
        items={"on_hand": [0]}, demand=[(0, 3, 9), (0, 4, 12), (0, 5, 14)], buckets=weeks
    )
    assert orders(plan(snapshot)) == [(0, 7, 7, 7), (0, 5, 14, 14)]


def test_forecasts_do_not_count_within_the_demand_fence() -> None:
    snapshot = factory(items={"on_hand": [0], "demand_fence_days": [10]})
    demand = Demand(
        item=ints(0, 0, 0),
        quantity=ints(5, 6, 7),
        due=ints(FIRST + 9, FIRST + 9, FIRST + 10),
        is_forecast=np.array([True, False, True]),
    )
    result = plan(Snapshot(**(vars(snapshot) | {"demand": demand})))
    assert [row[1:] for row in orders(result)] == [(6, 9, 9), (7, 10, 10)]


def test_nothing_is_planned_within_the_fence_but_suggested() -> None:
    snapshot = factory(items={"on_hand": [4], "fence_days": [10]}, demand=[(0, 6, 3), (0, 5, 20)])
    result = plan(snapshot)
    assert orders(result) == [(0, 2, 10, 10), (0, 5, 20, 20)]
    assert result.suggestions.quantity.tolist() == [2]
    assert result.suggestions.due.tolist() == [FIRST + 3]


def test_alternates_stock_is_used_before_anything_new_is_planned() -> None:
    snapshot = factory(
        items={"on_hand": [0, 4, 10, 90], "is_made": [1, 0, 0, 0], "safety_stock": [0, 1, 0, 0]},
        bom=[(0, 1, 1)],
        demand=[(0, 30, 9), (2, 3, 40)],
    )
    alternates = Alternates(
        line=ints(0, 0), item=ints(3, 2), priority=ints(2, 1), numerator=ints(5, 1)
    )
    result = plan(Snapshot(**(vars(snapshot) | {"alternates": alternates})))
    # 3 of its own, 7 of item 2 (3 are for its own customer), 18 for 90 of item 3, 2 new ones.
    assert result.substitutions.saved.tolist() == [7, 18]
    assert result.substitutions.taken.tolist() == [7, 90]
    assert orders(result) == [(0, 30, 9, 9), (1, 2, 9, 9)]
    assert Pegging(result).served_by_stock(3).quantity.tolist() == [90]


@pytest.mark.skipif(not SHARED.is_file(), reason="the published example is not here")
def test_the_published_example_comes_out_as_published() -> None:
    data = json.loads(SHARED.read_text(encoding="utf-8"))
    names = list(data["items"])
    place = {name: row for row, name in enumerate(names)}
    facts = [data["items"][name] for name in names]

    def day(text: str) -> int:
        return FIRST + int(text.removeprefix("d"))

    firm = data["firm_planned"]
    coming = [
        (n, one["day"], one["qty"])
        for n in names
        for one in data["items"][n].get("scheduled_receipts", [])
    ]
    coming += [(one["item"], one["day"], one["qty"]) for one in firm]
    # What the open order of FP-2 needs is demand of its components, a lead time earlier.
    asked = [(one["item"], day(one["day"]), one["qty"]) for one in data["demand"]]
    for order in firm:
        item = data["items"][order["item"]]
        asked += [
            (c, day(order["day"]) - item["lead"], per * order["qty"])
            for c, per in item["bom"].items()
        ]
    lines = [(n, c, per) for n in names for c, per in data["items"][n].get("bom", {}).items()]
    snapshot = Snapshot(
        first_day=FIRST,
        items=Items(
            code=names,
            is_made=np.array([not one.get("buy", False) for one in facts]),
            on_hand=ints(*(one["on_hand"] for one in facts)),
            lead_days=ints(*(one.get("lead", 0) for one in facts)),
        ),
        lines=BomLines(
            parent=ints(*(place[n] for n, _, _ in lines)),
            component=ints(*(place[c] for _, c, _ in lines)),
            numerator=ints(*(per for _, _, per in lines)),
        ),
        demand=Demand(
            item=ints(*(place[n] for n, _, _ in asked)),
            quantity=ints(*(amount for _, _, amount in asked)),
            due=ints(*(due for _, due, _ in asked)),
        ),
        receipts=Receipts(
            item=ints(*(place[n] for n, _, _ in coming)),
            quantity=ints(*(amount for _, _, amount in coming)),
            due=ints(*(day(due) for _, due, _ in coming)),
        ),
    )
    result = plan(snapshot)
    assert dict(zip(names, result.level.tolist(), strict=True)) == data["low_level_codes"]
    rows = result.orders
    planned = {
        (names[item], f"d{due - FIRST}"): quantity
        for item, due, quantity in zip(
            rows.item.tolist(), rows.due.tolist(), rows.quantity.tolist(), strict=True
        )
    }
    wanted = {(o["item"], o["day"]): o["to_procure"] for o in data["expected"] if o["to_procure"]}
    assert planned == wanted
    pegging = Pegging(result)
    gross: dict[tuple[str, str], int] = {}
    required = pegging.requirements
    for item, due, quantity in zip(
        required.item.tolist(), required.day.tolist(), required.quantity.tolist(), strict=True
    ):
        key = (names[item], f"d{due - FIRST}")
        gross[key] = gross.get(key, 0) + quantity
    assert gross == {(o["item"], o["day"]): o["gross"] for o in data["expected"] if o["gross"]}
    assert orders(result)[0][2] == int(data["extra"]["FP1_order_start"].removeprefix("d"))


# --- bad input ---


def problems(result: NetPlan) -> dict[str, list[int]]:
    return {one.code: one.rows.tolist() for one in result.problems}


def test_loops_are_named_item_by_item_and_the_rest_is_planned() -> None:
    result = plan(
        factory(
            items={"on_hand": [0] * 6},
            bom=[(0, 1, 1), (1, 2, 2), (2, 1, 1), (3, 3, 1), (4, 5, 3), (2, 5, 1)],
            demand=[(0, 1, 5), (3, 1, 5), (4, 1, 5)],
        )
    )
    loops = [one.rows.tolist() for one in result.problems if one.code == "bom_loop"]
    assert sorted(loops) == [[1, 2], [3]]
    quantities = {row[0]: row[1] for row in orders(result)}
    assert quantities == {0: 1, 1: 1, 2: 2, 3: 1, 4: 1, 5: 5}
    assert result.line_row.tolist() == [0, 1, 4, 5]


def test_alternates_that_go_round_are_named_and_left_out() -> None:
    snapshot = factory(
        items={"on_hand": [0, 0, 9], "is_made": [1, 0, 0]},
        bom=[(0, 1, 1), (0, 2, 1)],
        demand=[(0, 5, 3)],
    )
    alternates = Alternates(line=ints(0, 1), item=ints(2, 1))
    result = plan(Snapshot(**(vars(snapshot) | {"alternates": alternates})))
    assert problems(result)["alternate_loop"] == [0, 1]
    assert orders(result) == [(0, 5, 3, 3), (1, 5, 3, 3)]


def test_rows_that_cannot_be_planned_with_are_named_and_the_others_planned() -> None:
    snapshot = factory(
        items={
            "on_hand": [-5, 0, 0],
            "multiple": [1, 0, 1],
            "is_sourced": [1, 0, 0],
            "is_made": [1, 0, 1],
            "lead_days": [0, 99_999, 0],
            "good_share": [10_000, 0, 10_000],
            "maximum": [0, -1, 0],
        },
        bom=[(0, 1, 1), (0, 7, 1), (0, 1, 0)],
        demand=[(0, 3, -9), (5, 1, 1), (0, 0, 1), (1, 2, 500)],
        receipts=[(1, -3, 4)],
        last_day=FIRST + 400,
    )
    result = plan(snapshot)
    found: dict[tuple[str, str], list[int]] = {
        (one.code, one.table): one.rows.tolist() for one in result.problems
    }
    assert found == {
        ("lot_not_positive", "items"): [1],
        ("lead_time_unlikely", "items"): [1],
        ("maximum_negative", "items"): [1],
        ("yield_not_a_share", "items"): [1],
        ("negative_stock", "items"): [0],
        ("no_supplier", "items"): [1],
        ("no_routing", "items"): [2],
        ("no_bom", "items"): [2],
        ("unknown_item", "demand"): [1],
        ("quantity_not_usable", "demand"): [2],
        ("due_in_the_past", "demand"): [0],
        ("horizon_too_short", "demand"): [3],
        ("quantity_not_usable", "receipts"): [0],
        ("unknown_item", "lines"): [1],
        ("quantity_not_usable", "lines"): [2],
    }
    assert orders(result) == [(0, 8, 0, 0), (1, 8, 0, 0)]
    assert result.demand_row.tolist() == [0]


def test_a_calendar_that_does_not_reach_back_is_named() -> None:
    long_ago = dt.date(1990, 1, 10).toordinal()
    snapshot = factory(items={"on_hand": [0], "lead_days": [30], "calendar": [0]})
    demand = Demand(item=ints(0), quantity=ints(1), due=ints(long_ago))
    result = plan(Snapshot(**(vars(snapshot) | {"demand": demand, "first_day": long_ago})))
    assert problems(result)["calendar_ends"] == [0]
    assert result.orders.release.tolist() == [long_ago - 30]


def test_requirements_beyond_64_bits_are_refused_by_name() -> None:
    chain = [(row, row + 1, 2_000_000) for row in range(4)]
    snapshot = factory(items={"on_hand": [0] * 5}, bom=chain, demand=[(0, 10**6, 3)])
    with pytest.raises(QuantityTooLarge) as refusal:
        plan(snapshot)
    assert refusal.value.item == 2


def test_arrays_of_different_length_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match=r"Items.lead_days: \(2,\), not \(1,\)"):
        plan(factory(items={"on_hand": [0], "lead_days": [1, 2]}))


def test_nothing_is_an_empty_plan() -> None:
    result = plan(factory(items={"on_hand": []}))
    assert len(result.orders) == 0
    assert problems(result) == {"no_items": []}


def test_a_calendar_of_holidays_is_obeyed() -> None:
    closed = {dt.date(2026, 1, 5) + dt.timedelta(days=day): False for day in range(5)}
    calendar = work_calendar(range(5), closed)
    snapshot = factory(
        items={"on_hand": [0], "lead_days": [1], "calendar": [0]}, demand=[(0, 1, 7)]
    )
    result = plan(Snapshot(**(vars(snapshot) | {"calendars": (calendar,)})))
    assert orders(result) == [(0, 1, -3, 7)]


def test_requirements_that_would_wrap_around_are_refused_as_well() -> None:
    snapshot = factory(
        items={"on_hand": [0] * 2}, bom=[(0, 1, 2**30)], demand=[(0, 2**45, 3), (0, 2**45, 4)]
    )
    with pytest.raises(QuantityTooLarge) as refusal:
        plan(snapshot)
    assert refusal.value.item == 1
