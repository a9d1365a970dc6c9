"""Goods that come for a demand alone serve it first, on every level; the rest serves others."""

from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings

from gendan.engine.netting import Earmarks, Pegging, Snapshot, messages, plan
from gendan.engine.netting.messages import ACTIONS
from gendan.engine.netting.pegging import NEED, RECEIPT, SHORT
from gendan.engine.netting.snapshot import NetPlan
from gendan.engine.netting.tests.small import factory, ints
from gendan.engine.netting.tests.worlds import FIRST, earmarked, worlds

from .obvious_earmarks import SlowEarmarks
from .test_planner import rows


def marked(snapshot: Snapshot, *pairs: tuple[int, int, int]) -> Snapshot:
    """Receipts meant for demands: (receipt, demand, days after the first on which it comes)."""
    receipt, demand, comes = np.array(pairs, np.int64).reshape(len(pairs), 3).T
    return replace(snapshot, earmarks=Earmarks(receipt=receipt, demand=demand, comes=comes + FIRST))


def served(result: NetPlan) -> Counter[tuple[Any, ...]]:
    """As SlowEarmarks counts it."""
    found: Counter[tuple[Any, ...]] = Counter()
    pieces, orders = result.pieces, result.orders
    columns = [getattr(pieces, name).tolist() for name in pieces.__dataclass_fields__]
    for receipt, _begin, demand, order, line, _low, quantity in zip(*columns, strict=True):
        who: Any = int(result.demand_row[demand])
        if order >= 0:
            item = int(orders.item[order])
            who = (item, order - int(result.first[item]))
        line = int(result.line_row[line]) if line >= 0 else -1
        found[int(result.receipt_row[receipt]), who, line] += quantity
    return found


@settings(max_examples=150, deadline=None)
@given(earmarked())
def test_it_is_planned_and_served_as_following_piece_by_piece_finds(snapshot: Snapshot) -> None:
    result, slow = plan(snapshot), SlowEarmarks(snapshot)
    assert rows(result.orders) == slow.plan().orders
    assert served(result) == slow.served


@settings(max_examples=50, deadline=None)
@given(worlds())
def test_without_earmarks_that_say_something_nothing_changes(snapshot: Snapshot) -> None:
    nothing = Earmarks(receipt=ints(99), demand=ints(-1), comes=ints(FIRST))
    plain, same = plan(snapshot), plan(replace(snapshot, earmarks=nothing))
    assert rows(plain.orders) == rows(same.orders)
    assert not same.pieces.receipt.size


@settings(max_examples=100, deadline=None)
@given(earmarked(alternates=True))
def test_every_piece_has_one_user_and_nothing_is_lost(snapshot: Snapshot) -> None:
    """With substitutes, too; and a peg of a piece names its receipt and its requirement."""
    result = plan(snapshot)
    pegging = Pegging(result)
    needs, supplies = pegging.requirements, pegging.supplies
    pegs, of_need, of_supply = pegging.direct()
    got = np.zeros(needs.item.size, np.int64)
    np.add.at(got, pegs.requirement, pegs.quantity)
    assert np.array_equal(got, needs.quantity)
    used = np.zeros(supplies.item.size, np.int64)
    real = pegs.supply_kind != SHORT
    np.add.at(used, pegs.supply[real], pegs.quantity[real])
    assert np.all(used <= supplies.quantity)
    told: Counter[tuple[int, ...]] = Counter()
    for need, supply, quantity, low, begin in zip(
        *(one[real].tolist() for one in (pegs.requirement, pegs.supply, pegs.quantity)),
        *(one[real].tolist() for one in (of_need, of_supply)),
        strict=True,
    ):
        if supplies.kind[supply] == RECEIPT:
            where = (int(needs.kind[need] == NEED), int(needs.source[need]), int(needs.line[need]))
            told[int(supplies.source[supply]), begin, *where, low] += quantity
    pieces = result.pieces
    columns = [getattr(pieces, name).tolist() for name in pieces.__dataclass_fields__]
    for receipt, begin, demand, order, line, low, quantity in zip(*columns, strict=True):
        who = (0, demand, -1) if order < 0 else (1, order, line)
        assert told[receipt, begin, *who, low] >= quantity


@settings(max_examples=60, deadline=None)
@given(earmarked(alternates=True))
def test_upward_is_downward_read_the_other_way(snapshot: Snapshot) -> None:
    result = plan(snapshot)
    pegging = Pegging(result)
    supplies = pegging.supplies
    down: dict[int, Counter[int]] = defaultdict(Counter)
    for demand in range(result.snapshot.demand.item.size):
        pegs = pegging.below(demand)
        for supply, quantity in zip(pegs.supply.tolist(), pegs.quantity.tolist(), strict=True):
            if supply >= 0 and supplies.kind[supply] == RECEIPT:
                down[int(supplies.source[supply])][demand] += quantity
    for receipt in range(result.snapshot.receipts.item.size):
        found = pegging.served_by_receipt(receipt)
        lines = dict(zip(found.demand.tolist(), found.quantity.tolist(), strict=True))
        assert lines == dict(down[receipt])
        whole = int(result.snapshot.receipts.quantity[receipt])
        assert found.unpegged == whole - sum(lines.values()) >= 0


@settings(max_examples=60, deadline=None)
@given(earmarked(alternates=True))
def test_what_serves_its_own_demand_is_never_cancelled(snapshot: Snapshot) -> None:
    result = plan(snapshot)
    said = messages(Pegging(result), release_until=FIRST)
    own: Counter[int] = Counter()
    for receipt, quantity in zip(
        result.pieces.receipt.tolist(), result.pieces.quantity.tolist(), strict=True
    ):
        own[receipt] += quantity
    for action, kind, row, to_quantity in zip(
        *(getattr(said, name).tolist() for name in ("action", "kind", "row", "to_quantity")),
        strict=True,
    ):
        if kind == RECEIPT and ACTIONS[action] in ("cancel", "decrease"):
            assert to_quantity >= own[row]


# The case it is for: wood bought for the first line comes late, between the two lines.
LATE = factory(
    items={"on_hand": [0, 0], "is_made": [1, 0], "lead_days": [0, 2]},
    bom=[(0, 1, 2)],
    demand=[(0, 5, 5), (0, 5, 30)],
    receipts=[(1, 10, 20)],
)


def users(snapshot: Snapshot) -> dict[int, int]:
    """What the only receipt serves: demand → pieces."""
    found = Pegging(plan(snapshot)).served_by_receipt(0)
    return dict(zip(found.demand.tolist(), found.quantity.tolist(), strict=True))


def bought(snapshot: Snapshot) -> list[tuple[int, int]]:
    """What is bought anew, and for which day after the first."""
    orders = plan(snapshot).orders
    mine = orders.item == 1
    return list(
        zip(orders.quantity[mine].tolist(), (orders.due[mine] - FIRST).tolist(), strict=True)
    )


def test_what_was_bought_for_a_line_and_comes_late_is_not_bought_for_it_anew() -> None:
    assert bought(LATE) == [(10, 5)]  # by day: the goods serve the other line
    assert users(LATE) == {1: 10}
    mine = marked(LATE, (0, 0, 20))
    assert users(mine) == {0: 10}
    assert bought(mine) == [(10, 30)]
    said = messages(Pegging(plan(mine)), release_until=FIRST)
    told = [
        (ACTIONS[action], to_day - FIRST)
        for action, kind, to_day in zip(said.action, said.kind, said.to_day, strict=True)
        if kind == RECEIPT
    ]
    assert told == [("expedite", 5)]


def test_what_is_left_of_it_serves_the_others() -> None:
    more = replace(LATE, receipts=replace(LATE.receipts, quantity=ints(16)))
    mine = marked(more, (0, 0, 20))
    assert users(mine) == {0: 10, 1: 6}
    assert bought(mine) == [(4, 30)]


def test_nobody_waits_for_it_while_as_much_lies_there_that_nothing_needs_sooner() -> None:
    stock = replace(LATE, items=replace(LATE.items, on_hand=ints(0, 14)))
    # The first line takes the stock, and the other waits for nothing: the goods come before it.
    assert users(marked(stock, (0, 0, 20))) == {1: 6}
    assert bought(marked(stock, (0, 0, 20))) == []
    # On day 40 they would be too late for it, so 10 in stock are its own.
    assert users(marked(stock, (0, 0, 40))) == {0: 6}
    assert bought(marked(stock, (0, 0, 40))) == []


def test_what_comes_in_time_is_kept_from_earlier_needs_of_others() -> None:
    early = replace(LATE, receipts=replace(LATE.receipts, due=ints(FIRST + 3)))
    assert users(early) == {0: 10}
    mine = marked(early, (0, 1, 3))
    assert users(mine) == {1: 10}
    assert bought(mine) == [(10, 5)]
