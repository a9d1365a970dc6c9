"""Counting forward, compared with asking each supply, one after another, what it waits for."""

import numpy as np
from hypothesis import given, settings

from gendan.engine.netting import NEVER, Pegging, Snapshot, plan, readiness
from gendan.engine.netting.pegging import CUSTOMER, NEED, ON_HAND, ORDER, Pegs
from gendan.engine.netting.tests.small import factory
from gendan.engine.netting.tests.worlds import FIRST, worlds


class Slow:
    """The same by recursion over the pegs, one at a time."""

    def __init__(self, pegging: Pegging, pegs: Pegs, feeds: list[int]) -> None:
        self.pegging, self.feeds = pegging, feeds
        self.zero = pegging.plan.snapshot.first_day
        self.pegs = list(zip(pegs.requirement.tolist(), pegs.supply.tolist(), strict=True))

    def requirements(self, kind: int, source: int) -> list[int]:
        rows = self.pegging.requirements
        return np.flatnonzero((rows.kind == kind) & (rows.source == source)).tolist()

    def served_on(self, kind: int, source: int, day: int) -> int:
        places = set(self.requirements(kind, source))
        days = [self.supply(supply) for place, supply in self.pegs if place in places]
        return max([day, *days])

    def demand(self, row: int) -> int:
        day = int(self.pegging.plan.snapshot.demand.due[row])
        return self.served_on(CUSTOMER, row, max(day, self.zero))

    def supply(self, place: int) -> int:
        if place < 0:
            return NEVER
        kind = int(self.pegging.supplies.kind[place])
        source = int(self.pegging.supplies.source[place])
        if kind == ON_HAND:
            return self.zero
        return self.order(source) if kind == ORDER else self.receipt(source)

    def receipt(self, row: int) -> int:
        snapshot = self.pegging.plan.snapshot
        waits = [place for place, feed in enumerate(self.feeds) if feed == row]
        which = int(np.asarray(snapshot.items.calendar)[int(snapshot.receipts.item[row])])
        late = [self.days_late(one, which) for one in waits]
        begin, delay = max(int(snapshot.receipts.due[row]), self.zero), max([0, *late])
        if not delay or begin >= NEVER or delay >= NEVER:
            return min(begin + delay, NEVER)
        return begin + delay if which < 0 else int(snapshot.calendars[which].add(begin, delay))

    def days_late(self, row: int, which: int) -> int:
        """Days counted one by one from the day a demand is needed to the day it is there."""
        snapshot = self.pegging.plan.snapshot
        wanted, ready = max(int(snapshot.demand.due[row]), self.zero), self.demand(row)
        if ready >= NEVER:
            return NEVER
        days = range(wanted + 1, ready + 1)
        return len([day for day in days if which < 0 or snapshot.calendars[which].is_working(day)])

    def order(self, row: int) -> int:
        orders, snapshot = self.pegging.plan.orders, self.pegging.plan.snapshot
        release, due = int(orders.release[row]), max(int(orders.due[row]), self.zero)
        begin = self.served_on(NEED, row, max(release, self.zero))
        if begin <= release:
            return due
        if begin >= NEVER:
            return NEVER
        item, items = int(orders.item[row]), snapshot.items
        lead = int(np.asarray(items.lead_days)[item])
        which = int(np.asarray(items.calendar)[item])
        if which < 0:
            return max(due, begin + lead)
        return max(due, int(snapshot.calendars[which].add(begin, lead)))


@settings(max_examples=100, deadline=None)
@given(worlds(alternates=False))
def test_it_says_what_asking_one_after_another_says(snapshot: Snapshot) -> None:
    pegging = Pegging(plan(snapshot))
    pegs, _in_requirement, _in_supply = pegging.direct()
    feeds = [-1] * pegging.plan.snapshot.demand.item.size
    found = readiness(pegging, pegs)
    slow = Slow(pegging, pegs, feeds)
    assert found.order.tolist() == [slow.order(row) for row in range(len(pegging.plan.orders))]
    assert found.demand.tolist() == [slow.demand(row) for row in range(len(feeds))]
    assert found.peg.tolist() == [slow.supply(place) for place in pegs.supply.tolist()]


@settings(max_examples=100, deadline=None)
@given(worlds(alternates=False))
def test_a_receipt_waits_for_its_components(snapshot: Snapshot) -> None:
    pegging = Pegging(plan(snapshot))
    rows, receipts = pegging.plan.snapshot.demand, pegging.plan.snapshot.receipts
    level = pegging.plan.level
    feeds = [-1] * rows.item.size
    for row in range(rows.item.size):
        below = np.flatnonzero(level[receipts.item] < level[rows.item[row]])
        if below.size:
            feeds[row] = int(below[row % below.size])
    pegs = pegging.direct()[0]
    found = readiness(pegging, pegs, feeds=np.array(feeds, np.int64))
    slow = Slow(pegging, pegs, feeds)
    assert found.receipt.tolist() == [slow.receipt(row) for row in range(receipts.item.size)]
    assert found.demand.tolist() == [slow.demand(row) for row in range(rows.item.size)]


def test_a_receipt_does_not_come_before_it_can() -> None:
    snapshot = factory(
        items={"on_hand": [0], "is_made": [0]}, demand=[(0, 4, 5)], receipts=[(0, 4, 3)]
    )
    pegging = Pegging(plan(snapshot))
    earliest = np.array([FIRST + 9], np.int64)
    found = readiness(pegging, pegging.direct()[0], earliest=earliest)
    assert found.demand.tolist() == [FIRST + 9]
