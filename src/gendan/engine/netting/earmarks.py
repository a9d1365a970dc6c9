"""Goods that come for order lines alone: they serve these before anything else, on every level.

A receipt earmarked for demands serves what they need of its item, however many levels below, even
if it comes late: the earliest receipt first, the earliest requirement first. What is left of it
serves everybody. Nobody waits for earmarked goods, though, while others lie there that nothing
needs before these come: so much of a late receipt is given back to all in their stead.

Whose a need is follows the pegs: a part of an order's output belongs to the demand it is pegged to,
and so does the same part of what the order needs.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .alternates import Saved
from .arrays import first_where, places, share
from .checks import bucketed
from .lots import Lots
from .snapshot import Flags, Ints, Pieces, Snapshot

_NOTHING = np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Needs:
    """What the planned orders of level `upper` need of a level; arrays of shape (needs,).

    `place` of the order within its level, `parent` its item, `good` what comes of it; `key`: rank
    of the component * days + day.
    """

    upper: int
    line: Ints
    place: Ints
    parent: Ints
    good: Ints
    key: Ints
    quantity: Ints


@dataclass(frozen=True, eq=False)
class _Rows:
    """Requirements of a level in order of service; arrays of shape (rows,).

    `upper`, `source`: level and place of the order, -1 and the row of a demand.
    """

    rank: Ints
    day: Ints
    upper: Ints
    source: Ints
    line: Ints
    good: Ints
    quantity: Ints


@dataclass(frozen=True, eq=False)
class _Owned:
    """Stretches of requirements, or of orders' output, that belong to demands."""

    row: Ints
    low: Ints
    high: Ints
    demand: Ints

    def take(self, rows: Ints) -> "_Owned":
        return _Owned(self.row[rows], self.low[rows], self.high[rows], self.demand[rows])


@dataclass(slots=True)
class _Pair:
    """So much of a receipt serves so much of a requirement, from a place in it on."""

    receipt: int
    row: int
    low: int
    quantity: int


class Marking:
    """Pairs receipts and requirements level by level, while a plan is made from the top down."""

    def __init__(self, snapshot: Snapshot, rank: Ints, level: Ints, days: int) -> None:
        """`rank` and `level` by item, as the planner goes through them."""
        self.snapshot, self.rank, self.days = snapshot, rank, days
        self.by_rank = np.argsort(rank)
        marks, receipts = snapshot.earmarks, snapshot.receipts
        self.lines_of: dict[int, list[int]] = defaultdict(list)
        for receipt, demand in zip(marks.receipt.tolist(), marks.demand.tolist(), strict=True):
            self.lines_of[receipt].append(demand)
        self.comes = dict(zip(marks.receipt.tolist(), marks.comes.tolist(), strict=True))
        self.is_marked = np.zeros(snapshot.demand.item.size, bool)
        self.is_marked[marks.demand] = True
        size = rank.size
        # Items that have such goods, or are made of some that do: only these are looked at.
        self.useful = np.zeros(size, bool)
        self.useful[receipts.item[marks.receipt]] = True
        self.passing = np.zeros(size, bool)
        lines = snapshot.lines
        by_level = level[lines.parent]
        for one in range(int(level.max(initial=-1)), -1, -1):
            rows = np.flatnonzero(by_level == one)
            rows = rows[self.useful[lines.component[rows]]]
            self.useful[lines.parent[rows]] = True
            self.passing[lines.parent[rows]] = True
        zero = snapshot.first_day
        self.receipt_day = bucketed(receipts.due, snapshot) - zero
        self.taken = np.zeros(receipts.item.size, np.int64)
        self.own: dict[int, _Owned] = {}
        self.pieces: list[tuple[int, ...]] = []
        self.by_priority = np.argsort(np.asarray(snapshot.demand.priority), kind="stable")

    # --- before a level is planned ---

    def pair(
        self, begin: int, end: int, needs: Sequence[Needs], outer: tuple[Ints, Ints]
    ) -> tuple[Ints, Ints]:
        """Keys and quantities that take what is paired out of the balances of a level.

        `outer`: keys and quantities of its demands (negative) and receipts.
        """
        self.rows = self._rows(begin, end, needs)
        self.pairs = self._pairs(self._owned(self.rows), begin, end)
        self._give_back(outer)
        rows, keys, values = self.rows, list[int](), list[int]()
        for one in self.pairs:
            base = int(rows.rank[one.row]) * self.days
            keys += [base + int(self.receipt_day[one.receipt]), base + int(rows.day[one.row])]
            values += [-one.quantity, one.quantity]
        return np.array(keys, np.int64), np.array(values, np.int64)

    def _rows(self, begin: int, end: int, needs: Sequence[Needs]) -> _Rows:
        demand, zero = self.snapshot.demand, self.snapshot.first_day
        mine = self.by_priority
        rank = self.rank[demand.item[mine]]
        mine = mine[(rank >= begin) & (rank < end) & self.useful[demand.item[mine]]]
        same = np.zeros_like(mine)
        days = bucketed(demand.due[mine], self.snapshot) - zero
        parts = [
            (
                *(self.rank[demand.item[mine]], days, same, np.arange(mine.size), same),
                *(same - 1, mine, same - 1, same + 1, demand.quantity[mine]),
            )
        ]
        for one in needs:
            rank, day = np.divmod(one.key, self.days)
            use = np.flatnonzero(self.useful[self.by_rank[rank]])
            many = np.ones_like(use)
            parts.append(
                (
                    *(rank[use], day[use], many, one.parent[use], one.place[use]),
                    *(many * one.upper, one.place[use], one.line[use], one.good[use]),
                    one.quantity[use],
                )
            )
        columns = [np.concatenate([part[number] for part in parts]) for number in range(10)]
        rank, day, kind, first, second, upper, source, line, good, quantity = columns
        order = np.lexsort((line, second, first, kind, day, rank))
        return _Rows(
            *(column[order] for column in (rank, day, upper, source, line, good, quantity))
        )

    def _owned(self, rows: _Rows) -> _Owned:
        """The stretches of these requirements that belong to earmarked demands, in their order."""
        top = np.flatnonzero(
            (rows.upper < 0) & self.is_marked[np.where(rows.upper < 0, rows.source, 0)]
        )
        parts = [_Owned(top, np.zeros_like(top), rows.quantity[top], rows.source[top])]
        for upper in np.unique(rows.upper[rows.upper >= 0]).tolist():
            own = self.own[upper]
            mine = np.flatnonzero(rows.upper == upper)
            begin = np.searchsorted(own.row, rows.source[mine])
            count = np.searchsorted(own.row, rows.source[mine], side="right") - begin
            row, part = np.repeat(mine, count), places(begin, count)
            whole, good = rows.quantity[row], rows.good[row]
            low, high = (share(edge[part], whole, good) for edge in (own.low, own.high))
            parts.append(_Owned(row, low, high, own.demand[part]).take(np.flatnonzero(high > low)))
        names = _Owned.__dataclass_fields__
        found = _Owned(*(np.concatenate([getattr(one, name) for one in parts]) for name in names))
        return found.take(np.lexsort((found.low, found.row)))

    def _pairs(self, owned: _Owned, begin: int, end: int) -> list[_Pair]:
        receipts = self.snapshot.receipts
        open_: dict[tuple[int, int], list[list[int]]] = defaultdict(list)
        rank = self.rows.rank[owned.row].tolist()
        columns = (owned.row.tolist(), owned.low.tolist(), owned.high.tolist())
        for one, demand, *stretch in zip(rank, owned.demand.tolist(), *columns, strict=True):
            open_[one, demand].append(list(stretch))
        found: list[_Pair] = []
        here = [row for row in self.lines_of if begin <= self.rank[receipts.item[row]] < end]
        for receipt in sorted(here, key=lambda row: (int(receipts.due[row]), row)):
            item = int(self.rank[receipts.item[receipt]])
            left = int(receipts.quantity[receipt])
            mine = [one for line in self.lines_of[receipt] for one in open_.get((item, line), ())]
            for stretch in sorted(mine):
                row, low, high = stretch
                quantity = min(left, high - low)
                if quantity:
                    found.append(_Pair(receipt, row, low, quantity))
                    stretch[1] += quantity
                    left -= quantity
                if not left:
                    break
        return found

    def _give_back(self, outer: tuple[Ints, Ints]) -> None:
        """Late goods are not waited for where as much lies there that nothing needs sooner."""
        rows, zero = self.rows, self.snapshot.first_day
        late: dict[int, list[_Pair]] = defaultdict(list)
        by_item: dict[int, list[_Pair]] = defaultdict(list)
        for one in self.pairs:
            rank = int(rows.rank[one.row])
            by_item[rank].append(one)
            if self.comes[one.receipt] - zero > rows.day[one.row]:
                late[rank].append(one)
        for rank, pairs in late.items():
            change = self._changes(rank, by_item[rank], outer)
            for one in pairs:
                day, until = int(rows.day[one.row]), self.comes[one.receipt] - zero
                more = min(one.quantity, self._free(rank, day, until, change))
                one.low += more
                one.quantity -= more
                change[day] -= more
                change[max(until, int(self.receipt_day[one.receipt]))] += more
        self.pairs = [one for one in self.pairs if one.quantity]

    def _changes(
        self, rank: int, pairs: Sequence[_Pair], outer: tuple[Ints, Ints]
    ) -> dict[int, int]:
        """By day what comes less what is needed of an item, without what is paired."""
        change: dict[int, int] = defaultdict(int)
        keys, values = outer
        low, high = np.searchsorted(keys, [rank * self.days, (rank + 1) * self.days])
        for key, value in zip(keys[low:high].tolist(), values[low:high].tolist(), strict=True):
            change[key - rank * self.days] += value
        mine = np.flatnonzero((self.rows.rank == rank) & (self.rows.upper >= 0))
        for day, quantity in zip(
            self.rows.day[mine].tolist(), self.rows.quantity[mine].tolist(), strict=True
        ):
            change[day] -= quantity
        for one in pairs:
            change[int(self.rows.day[one.row])] += one.quantity
            change[int(self.receipt_day[one.receipt])] -= one.quantity
        return change

    def _free(self, rank: int, day: int, until: int, change: Mapping[int, int]) -> int:
        """What lies there from a day until another if nothing new is planned; safety stock, too,
        as it is there for what comes late."""
        there = int(self.snapshot.items.on_hand[int(self.by_rank[rank])])
        least = None
        for one in sorted(change):
            there += change[one]
            if day <= one < until:
                least = there if least is None else min(least, there)
        return max(there if least is None else least, 0)

    # --- substitutes ---

    def events(self, rank: int) -> list[tuple[int, int, int]]:
        """(day, kind, signed quantity) of what is paired of an item: receipts that are spoken for,
        and demands that are served by them (needs are not asked for it: `paired`)."""
        found, zero = [], self.snapshot.first_day
        for one in self.pairs:
            if int(self.rows.rank[one.row]) == rank:
                found.append((int(self.receipt_day[one.receipt]) + zero, 1, -one.quantity))
                if self.rows.upper[one.row] < 0:
                    found.append((int(self.rows.day[one.row]) + zero, 0, one.quantity))
        return found

    def paired(self, upper: int) -> dict[tuple[int, int], int]:
        """By place of an order of a level, and BOM line: what its own goods serve of the need."""
        found: dict[tuple[int, int], int] = defaultdict(int)
        rows = self.rows
        for one in self.pairs:
            if rows.upper[one.row] == upper:
                found[int(rows.source[one.row]), int(rows.line[one.row])] += one.quantity
        return found

    # --- after a level was planned ---

    def follow(
        self, level: int, lots: Lots, begin: int, saved: Sequence[tuple[int, Saved]]
    ) -> None:
        """Note the pieces of the level, and whose the output of its orders is."""
        self._spare(saved)
        rows = self.rows
        owned = self._owned(rows)
        owned = owned.take(np.flatnonzero(self.passing[self.by_rank[rows.rank[owned.row]]]))
        low, high = owned.low.copy(), owned.high.copy()
        rest = rows.quantity.copy()
        for one in self.pairs:
            rest[one.row] -= one.quantity
            first, last = np.searchsorted(owned.row, [one.row, one.row + 1])
            for edge, whole in ((low, owned.low), (high, owned.high)):
                edge[first:last] -= np.clip(whole[first:last] - one.low, 0, one.quantity)
        self._note()
        first = np.searchsorted(rows.rank, rows.rank)
        sums = np.cumsum(rest) - rest
        stock = np.asarray(self.snapshot.items.on_hand)[self.by_rank[rows.rank]]
        start = sums - sums[first] + np.maximum(-stock, 0) if rest.size else sums
        left = _Owned(owned.row, start[owned.row] + low, start[owned.row] + high, owned.demand)
        left = left.take(np.flatnonzero(high > low))
        self.own[level] = self._outputs(left, rows.rank[left.row], lots, begin)

    def _spare(self, saved: Sequence[tuple[int, Saved]]) -> None:
        """Needs are smaller by what substitutes serve; what is paired moves together."""
        less: dict[tuple[int, int, int], int] = defaultdict(int)
        for upper, swap in saved:
            less[upper, swap.place, swap.line] += swap.saved
        if not less:
            return
        rows = self.rows
        quantity = rows.quantity.copy()
        keys = zip(rows.upper.tolist(), rows.source.tolist(), rows.line.tolist(), strict=True)
        touched = [(row, less[key]) for row, key in enumerate(keys) if key in less]
        for row, amount in touched:
            quantity[row] -= amount
            mine = sorted((one for one in self.pairs if one.row == row), key=lambda one: one.low)
            after = 0
            for number, one in enumerate(mine):
                behind = sum(other.quantity for other in mine[number:])
                one.low = max(after, min(one.low, int(quantity[row]) - behind))
                after = one.low + one.quantity
        self.rows = replace(rows, quantity=quantity)

    def _note(self) -> None:
        rows = self.rows
        for one in self.pairs:
            upper, source = int(rows.upper[one.row]), int(rows.source[one.row])
            line, begin = int(rows.line[one.row]), int(self.taken[one.receipt])
            self.pieces.append((one.receipt, begin, upper, source, line, one.low, one.quantity))
            self.taken[one.receipt] += one.quantity

    def _outputs(self, owned: _Owned, rank: Ints, lots: Lots, begin: int) -> _Owned:
        """Stretches of what is asked of items as stretches of the output of this level's orders."""
        receipts, wanted = self.snapshot.receipts, np.zeros(self.rank.size, bool)
        wanted[rank] = True
        stock = np.flatnonzero(wanted)
        there = np.maximum(np.asarray(self.snapshot.items.on_hand)[self.by_rank[stock]], 0)
        came = np.flatnonzero(wanted[self.rank[receipts.item]])
        made = np.flatnonzero(wanted[lots.item + begin])
        of = np.concatenate([stock, self.rank[receipts.item[came]], lots.item[made] + begin])
        kind = np.repeat([0, 1, 2], [stock.size, came.size, made.size])
        lot_day = lots.day[made] - self.snapshot.first_day
        day = np.concatenate([np.full(stock.size, -1), self.receipt_day[came], lot_day])
        place = np.concatenate([stock, came, made])
        left = receipts.quantity[came] - self.taken[came]
        quantity = np.concatenate([there, left, lots.good[made]])
        order = np.lexsort((place, kind, day, of))
        of, kind, place, quantity = of[order], kind[order], place[order], quantity[order]
        sums = np.cumsum(quantity)
        first = np.searchsorted(of, np.arange(self.rank.size + 1))
        ends = sums - np.concatenate([[0], sums])[first[of]] if of.size else sums
        from_ = first_where(ends, first[rank], first[rank + 1], owned.low, strict=True)
        until = first_where(ends, first[rank], first[rank + 1], owned.high)
        count = np.maximum(np.minimum(until + 1, first[rank + 1]) - from_, 0)
        which, supply = np.repeat(np.arange(rank.size), count), places(from_, count)
        if not supply.size:
            return _Owned(_NOTHING, _NOTHING, _NOTHING, _NOTHING)
        origin = ends[supply] - quantity[supply]
        low = np.maximum(owned.low[which], origin) - origin
        high = np.minimum(owned.high[which], ends[supply]) - origin
        found = _Owned(place[supply], low, high, owned.demand[which])
        found = found.take(np.flatnonzero((high > low) & (kind[supply] == 2)))
        return found.take(np.lexsort((found.low, found.row)))

    def result(self, target: Sequence[Ints]) -> Pieces:
        """All pieces; `target`: by level, the number of each of its orders in the plan."""
        table = np.array(self.pieces, np.int64).reshape(len(self.pieces), 7)
        receipt, begin, upper, source, line, low, quantity = table.T
        order = np.full(upper.size, -1)
        for level in np.unique(upper[upper >= 0]).tolist():
            rows = np.flatnonzero(upper == level)
            order[rows] = target[level][source[rows]]
        demand = np.where(upper < 0, source, -1)
        return Pieces(receipt, begin, demand, order, line, low, quantity)


def rows_of_pieces(pieces: Pieces, demand: Ints, order: Ints, line: Ints) -> Ints:
    """The requirement each piece serves: first rows `demand`, then needs by order and line."""
    place = np.empty_like(demand)
    place[demand] = np.arange(demand.size)
    size = int(max(line.max(initial=0), pieces.line.max(initial=0))) + 2
    key = order * size + line + 1
    by_key = np.argsort(key)
    found = np.zeros_like(pieces.order)
    rows = np.flatnonzero(pieces.order >= 0)
    wanted = pieces.order[rows] * size + pieces.line[rows] + 1
    found[rows] = by_key[np.searchsorted(key[by_key], wanted)] + demand.size
    rows = np.flatnonzero(pieces.demand >= 0)
    found[rows] = place[pieces.demand[rows]]
    return found


def split(quantity: Ints, row: Ints, low: Ints, part: Ints) -> tuple[Ints, Ints, Ints, Flags]:
    """Rows of a table in parts: the pieces first, as they stand, then what is left, row by row.

    `quantity` of the rows; of the pieces their `row`, where they begin in it, and how much they
    are. Gives the row, the beginning and the quantity of each part, and whether it is a piece.
    """
    whole = np.ones(quantity.size, bool)
    whole[row] = False
    rest: list[tuple[int, int, int]] = []
    order = np.lexsort((low, row))
    columns = (row[order].tolist(), low[order].tolist(), part[order].tolist())
    after: dict[int, int] = {}
    for one, begin, amount in zip(*columns, strict=True):
        since = after.get(one, 0)
        if begin > since:
            rest.append((one, since, begin - since))
        after[one] = begin + amount
    rest += [
        (one, end, int(quantity[one]) - end) for one, end in after.items() if end < quantity[one]
    ]
    kept = np.flatnonzero(whole)
    gaps = np.array(rest, np.int64).reshape(len(rest), 3)
    source = np.concatenate([kept, gaps[:, 0]])
    begin_ = np.concatenate([np.zeros_like(kept), gaps[:, 1]])
    amount_ = np.concatenate([quantity[kept], gaps[:, 2]])
    order = np.lexsort((begin_, source))
    return (
        np.concatenate([row, source[order]]),
        np.concatenate([low, begin_[order]]),
        np.concatenate([part, amount_[order]]),
        np.arange(row.size + source.size) < row.size,
    )
