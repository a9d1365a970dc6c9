"""The plan over arrays is the plan of the slow and obvious way."""

import numpy as np
from hypothesis import given, settings

from gendan.engine.netting.planner import plan
from gendan.engine.netting.snapshot import (
    NetPlan,
    Orders,
    Snapshot,
)

from .obvious import Slow
from .worlds import worlds


def rows(orders: Orders) -> list[tuple[int, ...]]:
    table = (orders.item, orders.quantity, orders.release, orders.due)
    return sorted(map(tuple, np.stack(table, axis=1).tolist()))


def substitutions(result: NetPlan) -> list[tuple[int, ...]]:
    table, orders = result.substitutions, result.orders
    return sorted(
        (
            int(orders.item[order]),
            int(orders.quantity[order]),
            int(orders.release[order]),
            int(orders.due[order]),
            int(result.line_row[line]),
            *rest,
        )
        for order, line, *rest in np.stack(
            (table.order, table.line, table.item, table.saved, table.taken, table.day), axis=1
        ).tolist()
    )


@settings(deadline=None)
@given(worlds(simple=True))
def test_multiples_and_safety_stock_are_planned_as_the_rules_say(snapshot: Snapshot) -> None:
    assert rows(plan(snapshot).orders) == Slow(snapshot).plan().orders


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_every_lot_rule_calendar_fence_and_alternate_is_planned_as_the_rules_say(
    snapshot: Snapshot,
) -> None:
    result, slow = plan(snapshot), Slow(snapshot).plan()
    assert substitutions(result) == slow.substitutions
    assert rows(result.orders) == slow.orders
    assert rows(result.suggestions) == slow.suggestions


@settings(max_examples=50, deadline=None)
@given(worlds())
def test_orders_stand_by_item_and_due_day(snapshot: Snapshot) -> None:
    result = plan(snapshot)
    orders = result.orders
    pairs = list(zip(orders.item.tolist(), orders.due.tolist(), strict=True))
    assert pairs == sorted(pairs)
    for item in range(len(snapshot.items.code)):
        mine = orders.item[result.first[item] : result.first[item + 1]]
        assert np.all(mine == item)
    assert result.first[-1] == len(orders)
