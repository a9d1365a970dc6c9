"""Messages: what is said about receipts and planned orders, to which day and amount, and why."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from gendan.engine.netting import Pegging, Snapshot, messages, plan
from gendan.engine.netting.messages import ACTIONS, RELEASE, SUGGESTION
from gendan.engine.netting.pegging import ORDER, RECEIPT
from gendan.engine.netting.tests.small import factory
from gendan.engine.netting.tests.worlds import FIRST, worlds


def said(snapshot: Snapshot, **options: Any) -> list[tuple[Any, ...]]:
    """(action, row, quantity → to, day → to counted from the first, day of the reason)."""
    pegging = Pegging(plan(snapshot))
    found = messages(pegging, **({"release_until": FIRST} | options))
    days = pegging.requirements.day
    return [
        (
            ACTIONS[found.action[n]],
            int(found.row[n]),
            (int(found.quantity[n]), int(found.to_quantity[n])),
            (int(found.day[n]) - FIRST, int(found.to_day[n]) - FIRST),
            int(days[found.reason[n]]) - FIRST if found.reason[n] >= 0 else None,
        )
        for n in range(len(found))
    ]


ONE: dict[str, Any] = {"on_hand": [0], "is_made": [0]}


def test_a_receipt_that_comes_too_late_is_expedited_to_the_day_of_what_needs_it() -> None:
    snapshot = factory(items=ONE, demand=[(0, 8, 5)], receipts=[(0, 8, 9)])
    assert ("expedite", 0, (8, 8), (9, 5), 5) in said(snapshot)


def test_a_receipt_that_comes_too_early_is_deferred() -> None:
    snapshot = factory(items=ONE, demand=[(0, 8, 5)], receipts=[(0, 8, 1)])
    assert said(snapshot) == [("defer", 0, (8, 8), (1, 5), 5)]


def test_a_few_days_are_let_be() -> None:
    snapshot = factory(items=ONE, demand=[(0, 8, 5)], receipts=[(0, 8, 1)])
    assert said(snapshot, tolerance_days=4) == []


def test_stock_and_earlier_receipts_are_used_first() -> None:
    snapshot = factory(
        items=ONE | {"on_hand": [3]},
        demand=[(0, 8, 5), (0, 4, 7)],
        receipts=[(0, 6, 7), (0, 5, 5)],
    )
    assert said(snapshot) == [("decrease", 0, (6, 4), (7, 7), 7)]


def test_a_receipt_is_decreased_to_whole_lots() -> None:
    snapshot = factory(items=ONE | {"multiple": [5]}, demand=[(0, 8, 5)], receipts=[(0, 20, 5)])
    assert said(snapshot) == [("decrease", 0, (20, 10), (5, 5), 5)]


def test_a_receipt_is_not_decreased_below_the_smallest_lot() -> None:
    items = ONE | {"minimum": [12], "multiple": [5]}
    snapshot = factory(items=items, demand=[(0, 8, 5)], receipts=[(0, 40, 5)])
    assert said(snapshot) == [("decrease", 0, (40, 15), (5, 5), 5)]
    snapshot = factory(items=items, demand=[(0, 8, 5)], receipts=[(0, 14, 5)])
    assert said(snapshot) == []


def test_a_receipt_nobody_needs_is_cancelled() -> None:
    snapshot = factory(items=ONE | {"on_hand": [9]}, demand=[(0, 8, 5)], receipts=[(0, 6, 5)])
    assert said(snapshot) == [("cancel", 0, (6, 0), (5, 5), None)]


def test_the_safety_stock_needs_a_receipt_on_the_first_day() -> None:
    snapshot = factory(items=ONE | {"safety_stock": [4], "on_hand": [4]}, receipts=[(0, 6, 5)])
    assert said(snapshot) == [("cancel", 0, (6, 0), (5, 5), None)]
    snapshot = factory(items=ONE | {"safety_stock": [4]}, receipts=[(0, 4, 5)])
    assert ("expedite", 0, (4, 4), (5, 0), None) in said(snapshot)


def test_planned_orders_are_released_or_new() -> None:
    snapshot = factory(items=ONE | {"lead_days": [3]}, demand=[(0, 8, 5), (0, 2, 9)])
    assert said(snapshot, release_until=FIRST + 2) == [
        ("new", 1, (2, 2), (9, 9), 9),
        ("release", 0, (8, 8), (5, 2), 5),
    ]
    assert said(snapshot, release_until=FIRST + 1, with_new=False) == []


def test_a_late_order_asks_for_more_of_the_receipt_before_it() -> None:
    snapshot = factory(
        items=ONE | {"lead_days": [9]}, demand=[(0, 3, 4), (0, 5, 6)], receipts=[(0, 3, 4)]
    )
    assert said(snapshot) == [
        ("increase", 0, (3, 8), (4, 4), 6),
        ("release", 0, (5, 5), (6, 0), 6),
    ]


def test_an_order_that_the_fence_puts_off_asks_for_more_of_what_comes_in_time() -> None:
    items = ONE | {"lead_days": [9], "fence_days": [9]}
    snapshot = factory(items=items, demand=[(0, 3, 4), (0, 5, 6)], receipts=[(0, 3, 4)])
    assert [one for one in said(snapshot) if one[0] != "decide"] == [
        ("increase", 0, (3, 8), (4, 4), 6),
        ("release", 0, (5, 5), (9, 0), 6),
    ]
    snapshot = factory(items=items, demand=[(0, 3, 4), (0, 5, 6)], receipts=[(0, 3, 7)])
    assert "increase" not in {one[0] for one in said(snapshot)}  # it would be late as well


def test_what_the_fence_keeps_out_is_for_a_person_to_decide() -> None:
    snapshot = factory(items=ONE | {"fence_days": [6]}, demand=[(0, 3, 4)])
    assert said(snapshot) == [
        ("new", 0, (3, 3), (6, 6), 4),
        ("decide", 0, (3, 3), (4, 4), 4),
    ]


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_every_order_and_suggestion_has_its_message_and_a_reason_of_its_item(
    snapshot: Snapshot,
) -> None:
    result = plan(snapshot)
    pegging = Pegging(result)
    found = messages(pegging, release_until=FIRST + 5)
    orders = found.kind == ORDER
    assert sorted(found.row[orders].tolist()) == list(range(len(result.orders)))
    is_due = result.orders.release[found.row[orders]] <= FIRST + 5
    assert np.array_equal(found.action[orders] == RELEASE, is_due)
    assert int(np.sum(found.kind == SUGGESTION)) == len(result.suggestions)
    rows = found.reason >= 0
    assert np.array_equal(pegging.requirements.item[found.reason[rows]], found.item[rows])
    receipts = found.kind == RECEIPT
    assert np.all(found.quantity[receipts] > 0)
    assert np.all(found.to_quantity >= 0)


@pytest.mark.parametrize("count", [0, 1])
def test_it_says_nothing_of_nothing(count: int) -> None:
    assert said(factory(items={"on_hand": [0] * count, "is_made": [0] * count})) == []
