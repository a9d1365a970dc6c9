"""Multi-level net requirements: level by level over arrays, no object per order.

Rules (the numbers are those of the published rules of the benchmark): (1) items by low-level code;
(2) gross requirements are demand and what parents' planned orders need, past ones on day 0;
(3) on each day with a requirement or receipt, and on day 0, an order restores the safety stock;
(4) release = due - lead time, and may be past; (5) components are needed at release, not before
day 0; (6) bought items explode no further.
"""

from dataclasses import dataclass, replace

import numpy as np

from gendan.engine.boms import WHOLE
from gendan.engine.calendars import CalendarEnds

from .alternates import Alternative, Event, Saved, substitute
from .arrays import bound, places, running_sum, starts, sums_by_key, times
from .checks import Checked, bucketed, checked, fences, without_lines
from .earmarks import Marking, Needs
from .levels import low_level_codes
from .lots import Balances, Lots, Rules, sized
from .snapshot import (
    Ints,
    NetPlan,
    Orders,
    Problem,
    QuantityTooLarge,
    Snapshot,
    Substitutions,
)

_LARGEST = float(2**61)


def plan(snapshot: Snapshot) -> NetPlan:
    """Planned orders for everything the snapshot asks for.

    Wrong rows are left out or replaced, and named in `problems`. Raises QuantityTooLarge when sums
    reach 2**61, ValueError when the arrays of one table differ in length.
    """
    facts = checked(snapshot)
    run = _Run(facts)
    for level in range(int(run.level.max(initial=-1)) + 1):
        run.net(level)
    return run.result()


@dataclass(frozen=True, eq=False)
class _Level:
    """The planned orders of one level, by item rank and due day."""

    rank: Ints
    lots: Lots
    release: Ints
    need_day: Ints  # when components are needed, counted from the first day


@dataclass(frozen=True, eq=False)
class _Needs:
    """What planned orders need of components; arrays of shape (needs,)."""

    line: Ints
    place: Ints  # of the order within its level
    key: Ints  # rank of the component * days + day
    quantity: Ints


class _Run:
    """The state of one plan: items stand by rank, that is by level and then by place."""

    def __init__(self, facts: Checked) -> None:
        self.facts = facts
        self.snapshot = facts.snapshot
        self.problems = list(facts.problems)
        self._levels()
        self._timeline()
        items = self.snapshot.items
        columns = (np.asarray(getattr(items, name))[self.by_rank] for name in _RULES)
        self.rules = Rules(*columns)
        self.made: list[_Level] = []
        self.suggested: list[Lots] = []
        self.first = np.zeros(self.rank.size, np.int64)  # of an item's orders within its level
        self.count = np.zeros(self.rank.size, np.int64)
        self.stocks: dict[int, Alternative] = {}
        self.saved: list[tuple[int, Saved]] = []  # with the level of the order
        self.marking: Marking | None = None
        if self.snapshot.earmarks.receipt.size:
            self.marking = Marking(self.snapshot, self.rank, self.level, self.days)

    # --- preparing ---

    def _levels(self) -> None:
        lines, alternates = self.snapshot.lines, self.snapshot.alternates
        size = len(self.snapshot.items.code)
        level, loops, kept = low_level_codes(size, lines.parent, lines.component)
        self.problems += [Problem("bom_loop", "items", loop, True) for loop in loops]
        self.code = level
        if loops:
            self.facts = without_lines(self.facts, kept)
            self.snapshot = self.facts.snapshot
            lines, alternates = self.snapshot.lines, self.snapshot.alternates
        use = np.arange(alternates.line.size)
        while use.size:
            # An alternate is planned before what it may stand in for, so that its rest is known.
            before, after = alternates.item[use], lines.component[alternates.line[use]]
            parent = np.concatenate([lines.parent, before])
            component = np.concatenate([lines.component, after])
            level, loops, _kept = low_level_codes(size, parent, component)
            if not loops:
                break
            rounds = np.isin(before, np.concatenate(loops)) & np.isin(after, np.concatenate(loops))
            rows = self.facts.alternate_row[use[rounds]]
            self.problems.append(Problem("alternate_loop", "alternates", rows, True))
            use, level = use[~rounds], self.code
        self.level = level
        self.by_rank = np.argsort(level, kind="stable")
        self.rank = np.empty_like(self.by_rank)
        self.rank[self.by_rank] = np.arange(size)
        self.level_first = starts(np.bincount(level)) if size else np.zeros(1, np.int64)
        self._lines(np.arange(lines.parent.size), use)

    def _lines(self, line: Ints, alternate: Ints) -> None:
        """BOM lines in blocks of one parents' and one components' level, by component."""
        lines, count = self.snapshot.lines, self.level_first.size
        parent, component = self.rank[lines.parent[line]], self.rank[lines.component[line]]
        block = self.level[lines.component[line]] * count + self.level[lines.parent[line]]
        order = np.lexsort((parent, component, block))
        self.line, self.parent, self.component = line[order], parent[order], component[order]
        self.top = np.asarray(lines.numerator)[self.line]
        self.bottom = np.asarray(lines.denominator)[self.line]
        self.block_first = np.searchsorted(block[order], np.arange(count * count + 1))
        self.alternates: dict[int, list[int]] = {}
        alternates = self.snapshot.alternates
        for row in alternate[np.lexsort((alternate, alternates.priority[alternate]))].tolist():  # type: ignore[index]
            self.alternates.setdefault(int(alternates.line[row]), []).append(row)
        self.stands_in = set(self.rank[alternates.item[alternate]].tolist())
        self.replaceable = set(self.rank[lines.component[alternates.line[alternate]]].tolist())

    def _timeline(self) -> None:
        snapshot, zero = self.snapshot, self.snapshot.first_day
        self.fence = fences(snapshot.items.fence_days, snapshot.items, snapshot)[self.by_rank]  # type: ignore[arg-type]
        demand, receipts = snapshot.demand, snapshot.receipts
        due = [bucketed(demand.due, snapshot) - zero, bucketed(receipts.due, snapshot) - zero]
        last = max(int(days.max(initial=0)) for days in (*due, self.fence - zero))
        self.days = last + 1
        rank = [self.rank[demand.item], self.rank[receipts.item]]
        keys = np.concatenate([one * self.days + day for one, day in zip(rank, due, strict=True)])
        order = np.argsort(keys, kind="stable")
        self.outer_keys = keys[order]
        self.outer = np.concatenate([-demand.quantity, receipts.quantity])[order]

    # --- one level ---

    def net(self, level: int) -> None:
        """Plan the orders of all items of a level."""
        begin, end = self.level_first[level], self.level_first[level + 1]
        low, high = np.searchsorted(self.outer_keys, [begin * self.days, end * self.days])
        keys, values = [self.outer_keys[low:high]], [self.outer[low:high]]
        needs = [(upper, self._needs(level, upper)) for upper in range(level)]
        for _upper, need in needs:
            keys.append(need.key)
            values.append(-need.quantity)
        known = len(self.saved)
        for more in (self._paired(begin, end, needs), self._replaced(begin, end, needs)):
            keys.append(more[0])
            values.append(more[1])
        del needs
        balances = self._balances(begin, end, np.concatenate(keys), np.concatenate(values))
        rules = self.rules.take(np.arange(begin, end))
        lots = sized(balances, rules, self.snapshot.calendars)
        self._keep(begin, end, lots)
        self._suggest(begin, balances, rules)
        self._keep_stocks(begin, end, balances, lots)
        if self.marking is not None:
            self.marking.follow(level, lots, int(begin), self.saved[known:])

    def _paired(self, begin: int, end: int, needs: list[tuple[int, _Needs]]) -> tuple[Ints, Ints]:
        """What earmarked receipts serve is out of the balances: keys and quantities."""
        if self.marking is None:
            return _NOTHING, _NOTHING
        given = []
        for upper, one in needs:
            made = self.made[upper]
            parent, good = self.by_rank[made.rank[one.place]], made.lots.good[one.place]
            given.append(Needs(upper, one.line, one.place, parent, good, one.key, one.quantity))
        return self.marking.pair(begin, end, given, (self.outer_keys, self.outer))

    def _needs(self, level: int, upper: int) -> _Needs:
        """What the planned orders of level `upper` need of the items of `level`."""
        block = level * self.level_first.size + upper
        rows = np.arange(self.block_first[block], self.block_first[block + 1])
        made, lines = self.made[upper], self.snapshot.lines
        count = self.count[self.parent[rows]]
        row = np.repeat(rows, count)
        place = places(self.first[self.parent[rows]], count)
        line = self.line[row]
        started, top, bottom = made.lots.quantity[place], self.top[row], self.bottom[row]
        if bound(started) * bound(top) >= _LARGEST:
            sizes = started.astype(np.float64) * top / bottom
            if sizes.max() >= _LARGEST:
                raise QuantityTooLarge(int(lines.component[line[int(sizes.argmax())]]))
        quantity = times(started, top, bottom)
        key = self.component[row] * self.days + made.need_day[place]
        needs = _Needs(line, place, key, quantity)
        return self._in_effect(needs, made, rows)

    def _in_effect(self, needs: _Needs, made: _Level, rows: Ints) -> _Needs:
        """Without lines that do not hold on the release day (the first day, where that is past)."""
        lines, used = self.snapshot.lines, self.line[rows]
        first, last = np.asarray(lines.valid_from), np.asarray(lines.valid_until)
        day = self.snapshot.first_day
        if not used.size or (first[used].max() <= day and last[used].min() >= day + self.days):
            return needs
        release = np.maximum(made.release[needs.place], day)
        holds = (release >= first[needs.line]) & (release <= last[needs.line])
        return _Needs(*(getattr(needs, name)[holds] for name in needs.__dataclass_fields__))

    def _balances(self, begin: int, end: int, keys: Ints, values: Ints) -> Balances:
        days, size = self.days, int(end - begin)
        fence = self.fence[begin:end] - self.snapshot.first_day
        always = np.arange(size) * days
        if fence.any():
            always = np.unique(np.concatenate([always, always + fence]))
        found, change = sums_by_key(keys - begin * days, values, always, size * days)
        first = np.searchsorted(found, np.arange(size + 1) * days)
        count = np.diff(first)
        change[first[:-1]] += np.asarray(self.snapshot.items.on_hand)[self.by_rank[begin:end]]
        self._refuse_overflow(begin, change, first)
        day = found - np.repeat(np.arange(size) * days, count)
        is_open = day >= np.repeat(fence, count) if fence.any() else np.ones(day.size, bool)
        return Balances(first, day + self.snapshot.first_day, running_sum(change, first), is_open)

    def _refuse_overflow(self, begin: int, change: Ints, first: Ints) -> None:
        """A hundred times more may have to be started than is good (checks.LEAST_SHARE)."""
        amounts = np.abs(change.astype(np.float64))
        if float(amounts.sum()) * 100 < _LARGEST:
            return
        rows = np.arange(begin, begin + first.size - 1)
        sizes = np.add.reduceat(amounts, first[:-1]) * WHOLE / self.rules.good_share[rows]
        if sizes.max() >= _LARGEST:
            raise QuantityTooLarge(int(self.by_rank[begin + int(sizes.argmax())]))

    def _release(self, rank: Ints, due: Ints) -> Ints:
        items = self.snapshot.items
        item = self.by_rank[rank]
        lead = np.asarray(items.lead_days)[item]
        release = due - lead
        for which, calendar in enumerate(self.snapshot.calendars):
            rows = np.flatnonzero(np.asarray(items.calendar)[item] == which)
            if not rows.size:
                continue
            try:
                release[rows] = calendar.back(due[rows], lead[rows])
            except CalendarEnds:
                # The calendar does not reach that far back: calendar days, and said so.
                wrong = np.unique(item[rows])
                self.problems.append(Problem("calendar_ends", "items", wrong, False))
        return np.asarray(release)

    def _keep(self, begin: int, end: int, lots: Lots) -> None:
        rank = lots.item + begin
        release = self._release(rank, lots.day)
        zero = self.snapshot.first_day
        level = _Level(rank, lots, release, bucketed(release, self.snapshot) - zero)
        count = np.bincount(lots.item, minlength=end - begin)
        self.count[begin:end] = count
        self.first[begin:end] = starts(count)[:-1]
        self.made.append(level)

    def _suggest(self, begin: int, balances: Balances, rules: Rules) -> None:
        """What the rules would plan within the fences."""
        if balances.is_open.all():
            return
        closed = replace(balances, is_open=~balances.is_open)
        lots = sized(closed, rules, self.snapshot.calendars)
        self.suggested.append(Lots(lots.item + begin, lots.day, lots.quantity, lots.good))

    # --- alternates ---

    def _keep_stocks(self, begin: int, end: int, balances: Balances, lots: Lots) -> None:
        for rank in sorted(self.stands_in):
            if begin <= rank < end:
                one = rank - begin
                rows = slice(*balances.first[one : one + 2])
                self.stocks[rank] = Alternative.after(
                    balances.day[rows],
                    balances.balance[rows] - self.rules.safety_stock[rank],
                    lots.day[lots.item == one],
                    lots.good[lots.item == one],
                )

    def _replaced(self, begin: int, end: int, needs: list[tuple[int, _Needs]]) -> tuple[Ints, Ints]:
        """Keys and quantities of requirements that alternates' stock serves instead."""
        keys: list[int] = []
        values: list[int] = []
        for rank in sorted(self.replaceable):
            if not begin <= rank < end:
                continue
            for upper, saved in self._substitute(rank, needs):
                self.saved.append((upper, saved))
                keys.append(rank * self.days + saved.day - self.snapshot.first_day)
                values.append(saved.saved)
        return np.array(keys, np.int64), np.array(values, np.int64)

    def _substitute(self, rank: int, needs: list[tuple[int, _Needs]]) -> list[tuple[int, Saved]]:
        """Serve one item's requirements from its own stock, then from its alternates'."""
        low, high = np.searchsorted(self.outer_keys, [rank * self.days, (rank + 1) * self.days])
        zero, own = self.snapshot.first_day, rank * self.days
        # By day: receipts, then demand, then needs by parent, order and line.
        events: list[Event] = []
        for key, value in zip(
            self.outer_keys[low:high].tolist(), self.outer[low:high].tolist(), strict=True
        ):
            events.append((key - own + zero, 0 if value > 0 else 1, 0, 0, -1, value, 0))
        if self.marking is not None:
            events += [
                (day, kind, 0, 0, -1, quantity, 0)
                for day, kind, quantity in self.marking.events(rank)
            ]
        for upper, need in needs:
            paired = self.marking.paired(upper) if self.marking is not None else {}
            rows = np.flatnonzero((need.key >= own) & (need.key < own + self.days))
            made = self.made[upper]
            parents = self.by_rank[made.rank[need.place[rows]]]
            columns = (need.key[rows] - own + zero, parents, need.place[rows], need.quantity[rows])
            for (day, parent, place, quantity), line in zip(
                np.stack(columns, axis=1).tolist(), need.line[rows].tolist(), strict=True
            ):
                open_ = quantity - paired.get((place, line), 0)
                events.append((day, 2, parent, place, line, -open_, upper))
        item = int(self.by_rank[rank])
        spare = int(np.asarray(self.snapshot.items.on_hand)[item] - self.rules.safety_stock[rank])
        return substitute(sorted(events), spare, self._choices())

    def _choices(self) -> dict[int, list[tuple[int, int, int, Alternative]]]:
        """By BOM line: alternate item, its ratio, and what is left of it."""
        table = self.snapshot.alternates
        top, bottom = np.asarray(table.numerator), np.asarray(table.denominator)
        return {
            line: [
                (
                    int(table.item[row]),
                    int(top[row]),
                    int(bottom[row]),
                    self.stocks[int(self.rank[table.item[row]])],
                )
                for row in rows
                if int(self.rank[table.item[row]]) in self.stocks
            ]
            for line, rows in self.alternates.items()
        }

    # --- the end ---

    def result(self) -> NetPlan:
        """The plan: orders by item and due day."""
        size = self.rank.size
        first = starts(self.count[self.rank])
        # Where each order of a level goes.
        target = [first[self.by_rank[one.rank]] + _within(one.rank) for one in self.made]
        orders = self._orders(target, int(first[-1]))
        suggested = self._suggestions()
        snapshot = self.snapshot
        return NetPlan(
            snapshot=snapshot,
            level=self.code if size else np.zeros(0, np.int64),
            orders=orders,
            first=first,
            suggestions=suggested,
            substitutions=self._substitutions(target),
            problems=tuple(self.problems),
            demand_row=self.facts.demand_row,
            line_row=self.facts.line_row,
            receipt_row=self.facts.receipt_row,
            **({"pieces": self.marking.result(target)} if self.marking is not None else {}),
        )

    def _orders(self, target: list[Ints], size: int) -> Orders:
        columns = [np.empty(size, np.int64) for _ in range(5)]
        for place, one in zip(target, self.made, strict=True):
            lots = one.lots
            rows = (self.by_rank[one.rank], lots.quantity, lots.good, one.release, lots.day)
            for column, values in zip(columns, rows, strict=True):
                column[place] = values
        return Orders(*columns)

    def _suggestions(self) -> Orders:
        lots = [
            np.concatenate([getattr(one, name) for one in self.suggested] or [_NOTHING])
            for name in ("item", "day", "quantity", "good")
        ]
        rank, day, quantity, good = lots
        order = np.lexsort((day, self.by_rank[rank])) if rank.size else rank
        rank, day, quantity, good = rank[order], day[order], quantity[order], good[order]
        return Orders(self.by_rank[rank], quantity, good, self._release(rank, day), day)

    def _substitutions(self, target: list[Ints]) -> Substitutions:
        rows = [
            (int(target[level][one.place]), one.line, one.item, one.saved, one.taken, one.day)
            for level, one in self.saved
        ]
        table = np.array(rows, np.int64).reshape(len(rows), 6)
        return Substitutions(*table.T)


_NOTHING = np.zeros(0, np.int64)
_RULES = (
    *("safety_stock", "multiple", "minimum", "maximum"),
    *("period_days", "good_share", "calendar"),
)


def _within(rank: Ints) -> Ints:
    """The place of each order among those of its item; ranks ascend."""
    begins = np.flatnonzero(np.diff(rank, prepend=-1))
    count = np.diff(np.append(begins, rank.size))
    return np.arange(rank.size) - np.repeat(begins, count)
