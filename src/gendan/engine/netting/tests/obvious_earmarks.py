"""Earmarked receipts the slow and obvious way: piece by piece, with the demand it is of."""

import math
from collections import Counter, defaultdict
from fractions import Fraction
from typing import Any

import numpy as np

from gendan.engine.netting.snapshot import Snapshot

from .obvious import Slow

Owner = int | None


class SlowEarmarks(Slow):
    """Without substitutes. `served`: (receipt, demand or (parent, place), line) → pieces."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot)
        self.owners: dict[tuple[int, int], list[Owner]] = {}  # of each piece of an order's output
        self.served: Counter[tuple[Any, ...]] = Counter()
        marks = snapshot.earmarks
        self.lines_of: dict[int, set[int]] = defaultdict(set)
        self.comes: dict[int, int] = {}
        for receipt, demand, comes in zip(
            marks.receipt.tolist(), marks.demand.tolist(), marks.comes.tolist(), strict=True
        ):
            self.lines_of[receipt].add(demand)
            self.comes[receipt] = comes

    def required(self, item: int) -> list[tuple[Any, ...]]:
        """As of Slow, but demand by priority and place, with its row instead of the order."""
        demand = self.snapshot.demand
        rows: list[tuple[Any, ...]] = []
        for row in range(demand.item.size):
            due = int(demand.due[row])
            early = self.cell(demand, "is_forecast", row) and due < self.fence(
                "demand_fence_days", item
            )
            if int(demand.item[row]) == item and not early:
                rank = self.cell(demand, "priority", row)
                rows.append((self.bucket(due), 1, rank, row, int(demand.quantity[row]), -1, row))
        needs = sorted(self.needs[item], key=lambda one: (*one[:4], one[5]))
        return sorted(rows + needs, key=lambda one: one[:4])

    def pieces(self, row: tuple[Any, ...]) -> list[Owner]:
        """Whose each piece of a requirement is."""
        _day, kind, parent, place, whole, _line, order = row
        if kind == 1:
            return [order] * whole
        owners = self.owners[parent, place]
        good, found = len(owners), []
        for number, owner in enumerate(owners):
            begin = math.ceil(Fraction(number * whole, good))
            found += [owner] * (math.ceil(Fraction((number + 1) * whole, good)) - begin)
        return found

    def net(self, item: int) -> None:
        rows = self.required(item)
        owners = [self.pieces(row) for row in rows]
        receipts = self.snapshot.receipts
        mine = np.flatnonzero(receipts.item == item).tolist()
        supply, gross = Counter[int](), Counter[int]()
        for one in mine:
            supply[self.bucket(int(receipts.due[one]))] += int(receipts.quantity[one])
        for row in rows:
            gross[row[0]] += row[4]
        fence = self.fence("fence_days", item)
        days = sorted({self.snapshot.first_day, fence, *supply, *gross})
        left = {one: int(receipts.quantity[one]) for one in mine}
        taken: dict[tuple[int, int], int] = {}
        for one in sorted(mine, key=lambda one: (int(receipts.due[one]), one)):
            for number, units in enumerate(owners):
                for piece, owner in enumerate(units):
                    if left[one] and owner in self.lines_of[one] and (number, piece) not in taken:
                        taken[number, piece] = one
                        left[one] -= 1
                        self.pair(one, rows[number][0], supply, gross, 1)
        there = supply.copy()  # what is given back lies there when it comes, whatever was said
        for (number, piece), one in list(taken.items()):
            day, comes = rows[number][0], self.comes[one]
            every = sorted({*days, *there})
            if comes > day and self.spare(item, range(day, comes), every, there, gross) > 0:
                del taken[number, piece]
                left[one] += 1
                there[max(comes, self.bucket(int(receipts.due[one])))] += 1
                self.pair(one, day, supply, gross, -1)
        for (number, _piece), one in taken.items():
            _day, kind, parent, place, _whole, line, order = rows[number]
            self.served[one, order if kind == 1 else (parent, place), line] += 1
        orders = self.planned(item, days, supply, gross, lambda day: day >= fence)
        rest = [
            owner
            for number, units in enumerate(owners)
            for piece, owner in enumerate(units)
            if (number, piece) not in taken
        ]
        self.hand_out(item, rest, left, orders)
        for place, one_order in enumerate(orders):
            planned = self.row(item, one_order)
            self.result.orders.append(planned)
            self.explode(planned, place)

    def pair(self, receipt: int, day: int, supply: Any, gross: Any, quantity: int) -> None:
        supply[self.bucket(int(self.snapshot.receipts.due[receipt]))] -= quantity
        gross[day] -= quantity

    def spare(self, item: int, while_: range, days: list[int], supply: Any, gross: Any) -> int:
        """What lies there on all these days, safety stock, too."""
        there: int = self.of("on_hand", item)
        found: list[int] = []
        for one in days:
            there += supply[one] - gross[one]
            if one in while_:
                found.append(there)
        return min(found)

    def hand_out(
        self, item: int, rest: list[Owner], left: dict[int, int], orders: list[tuple[int, int, int]]
    ) -> None:
        """Stock, what is left of receipts, and orders, in order of day, to what is left asked."""
        stock, first = self.of("on_hand", item), self.snapshot.first_day
        nobody: list[Owner] = [None]
        asked = nobody * max(-stock, 0) + rest
        lots = [(-1, 0, 0, max(stock, 0))]
        for one, quantity in left.items():
            due = self.bucket(int(self.snapshot.receipts.due[one]))
            lots.append((due - first, 1, one, quantity))
        lots += [(day - first, 2, place, good) for place, (day, _q, good) in enumerate(orders)]
        begin = 0
        for _day, kind, place, quantity in sorted(lots):
            got = asked[begin : begin + quantity]
            if kind == 2:
                self.owners[item, place] = got + [None] * (quantity - len(got))
            begin += quantity
