"""Pegs: every piece has one user, and nothing is lost, compared with following piece by piece."""

import math
from collections import Counter, defaultdict
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given, settings

from gendan.engine.netting import Demand, Items, Pegging, Receipts, Snapshot, plan
from gendan.engine.netting.pegging import CUSTOMER, DEBT, NEED, ON_HAND, ORDER, RECEIPT, SHORT
from gendan.engine.netting.tests.small import factory, ints
from gendan.engine.netting.tests.worlds import FIRST, worlds


class Pieces:
    """The supplies and requirements of every item, piece by piece."""

    def __init__(self, pegging: Pegging) -> None:
        self.pegging = pegging
        self.needs: dict[int, list[int]] = defaultdict(list)
        rows = pegging.requirements
        for place in np.flatnonzero(rows.kind == NEED).tolist():
            self.needs[int(rows.source[place])].append(place)

    def supply_of(self, requirement: int, piece: int) -> tuple[int, int] | None:
        """The supply, and the piece of it, that a piece of a requirement gets."""
        rows, supplies = self.pegging.requirements, self.pegging.supplies
        item = int(rows.item[requirement])
        place = int(rows.end[requirement] - rows.quantity[requirement]) + piece
        for supply in range(int(supplies.first[item]), int(supplies.first[item + 1])):
            if place < int(supplies.quantity[supply]):
                return supply, place
            place -= int(supplies.quantity[supply])
        return None

    def below(self, requirement: int, pieces: range) -> Counter[tuple[int, int]]:
        """(item, supply or -1) → pieces, on all levels."""
        found: Counter[tuple[int, int]] = Counter()
        item = int(self.pegging.requirements.item[requirement])
        for piece in pieces:
            got = self.supply_of(requirement, piece)
            found[item, got[0] if got else -1] += 1
            if got is None or int(self.pegging.supplies.kind[got[0]]) != ORDER:
                continue
            order = int(self.pegging.supplies.source[got[0]])
            good = int(self.pegging.plan.orders.good[order])
            for need in self.needs[order]:
                whole = int(self.pegging.requirements.quantity[need])
                begin = math.ceil(Fraction(got[1] * whole, good))
                end = math.ceil(Fraction((got[1] + 1) * whole, good))
                found += self.below(need, range(begin, end))
        return found


def gathered(pegs: Any) -> Counter[tuple[int, int]]:
    found: Counter[tuple[int, int]] = Counter()
    for item, supply, quantity in zip(
        pegs.item.tolist(), pegs.supply.tolist(), pegs.quantity.tolist(), strict=True
    ):
        found[item, supply] += quantity
    return found


@settings(max_examples=50, deadline=None)
@given(worlds())
def test_a_customer_line_rests_on_what_following_its_pieces_finds(snapshot: Snapshot) -> None:
    pegging = Pegging(plan(snapshot))
    pieces = Pieces(pegging)
    rows = pegging.requirements
    for place in np.flatnonzero(rows.kind == CUSTOMER).tolist()[:2]:
        if rows.quantity[place] > 20:
            continue
        pegs = pegging.below(int(rows.source[place]))
        assert gathered(pegs) == pieces.below(place, range(int(rows.quantity[place])))


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_pegged_and_short_is_the_requirement_and_pegged_and_unpegged_the_supply(
    snapshot: Snapshot,
) -> None:
    pegging = Pegging(plan(snapshot))
    rows, supplies = pegging.requirements, pegging.supplies
    pegs = pegging.below_requirements(np.arange(rows.item.size))
    top = pegs.depth == 0
    got = np.zeros(rows.item.size, np.int64)
    np.add.at(got, pegs.requirement[top], pegs.quantity[top])
    assert np.array_equal(got, rows.quantity)
    used = np.zeros(supplies.item.size, np.int64)
    real = top & (pegs.supply_kind != SHORT)
    np.add.at(used, pegs.supply[real], pegs.quantity[real])
    assert np.all((used >= 0) & (used <= supplies.quantity))
    for item in range(len(snapshot.items.code)):
        asked = int(rows.quantity[rows.item == item].sum())
        there = int(supplies.quantity[supplies.item == item].sum())
        assert int(used[supplies.item == item].sum()) == min(asked, there)


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_upward_is_downward_read_the_other_way(snapshot: Snapshot) -> None:
    result = plan(snapshot)
    pegging = Pegging(result)
    down: dict[int, Counter[int]] = defaultdict(Counter)
    for demand in range(result.snapshot.demand.item.size):
        pegs = pegging.below(demand)
        for supply, quantity in zip(pegs.supply.tolist(), pegs.quantity.tolist(), strict=True):
            down[supply][demand] += quantity
    supplies = pegging.supplies
    for place in range(supplies.item.size):
        ask = {
            ON_HAND: pegging.served_by_stock,
            RECEIPT: pegging.served_by_receipt,
            ORDER: pegging.served_by_order,
        }[int(supplies.kind[place])]
        served = ask(int(supplies.source[place]))
        lines = dict(zip(served.demand.tolist(), served.quantity.tolist(), strict=True))
        assert lines == dict(down[place])
        assert served.unpegged == int(supplies.quantity[place]) - sum(lines.values()) >= 0


@settings(max_examples=100, deadline=None)
@given(worlds(simple=True))
def test_with_plain_rules_nothing_is_short_and_everything_comes_in_time(snapshot: Snapshot) -> None:
    pegging = Pegging(plan(snapshot))
    pegs = pegging.below_requirements(np.arange(pegging.requirements.item.size))
    assert not np.any(pegs.supply_kind == SHORT)
    assert np.all(pegging.supplies.day[pegs.supply] <= pegging.requirements.day[pegs.requirement])


def test_requirements_are_served_by_day_then_customers_by_place_then_orders_by_number() -> None:
    snapshot = factory(
        items={"on_hand": [0, 0, -3], "is_made": [1, 1, 0]},
        bom=[(1, 2, 1), (0, 2, 2)],
        demand=[(2, 5, 4), (1, 6, 4), (0, 1, 4), (2, 7, 0), (2, 8, 4)],
    )
    pegging = Pegging(plan(snapshot))
    rows = pegging.requirements
    mine = slice(int(rows.first[2]), int(rows.first[3]))
    kinds = [DEBT, CUSTOMER, CUSTOMER, CUSTOMER, NEED, NEED]
    assert rows.kind[mine].tolist() == kinds
    assert rows.quantity[mine].tolist() == [3, 7, 5, 8, 2, 6]
    assert rows.source[mine].tolist() == [2, 3, 0, 4, 0, 1]


def test_quantities_beyond_floating_point_keep_every_piece() -> None:
    huge = 2**49 + 1
    snapshot = Snapshot(
        first_day=FIRST,
        items=Items(code=["A", "B"], is_made=np.array([True, False]), on_hand=ints(0, 0)),
        lines=factory(items={"on_hand": [0, 0], "is_made": [1, 0]}, bom=[(0, 1, 7)]).lines,
        demand=Demand(item=ints(0, 0), quantity=ints(huge, 1), due=ints(FIRST, FIRST)),
        receipts=Receipts(item=ints(), quantity=ints(), due=ints()),
    )
    pegging = Pegging(plan(snapshot))
    assert gathered(pegging.below(0)) == {(0, 0): huge, (1, 1): 7 * huge}
    assert gathered(pegging.below(1)) == {(0, 0): 1, (1, 1): 7}
    served = pegging.served_by_order(1)
    assert served.quantity.tolist() == [7 * huge, 7]
