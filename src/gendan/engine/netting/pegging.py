"""Who gets what: every supply serves its item's requirements in order of due day.

Supplies of an item stand in a row: what is on hand, then receipts and planned orders by due day
(receipts first). So do its requirements, by day: customer lines first (by priority and place), then
needs of planned orders by their number. Both are laid side by side; what overlaps is a peg. For
every item pegged + unpegged = supply, and pegged + short = requirement.

A part of an order's output, from the x-th piece to the y-th, is the part of its need R of a
component from ceil(x * R / good) to ceil(y * R / good). So every piece of a material belongs to
exactly one customer line, or to stock that nobody asked for.

What earmarked receipts serve (snapshot.Pieces) stands first in both rows, piece beside piece: a
receipt or a requirement of which only a part is served so stands in several parts.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import first_where, places, share, starts, times
from .checks import bucketed
from .earmarks import rows_of_pieces, split
from .snapshot import Flags, Ints, NetPlan

# Kinds of requirements
DEBT, CUSTOMER, NEED = 0, 1, 2  # negative stock, a demand, what a planned order needs
# Kinds of supplies
ON_HAND, RECEIPT, ORDER, SHORT = 0, 1, 2, 3


@dataclass(frozen=True, eq=False)
class Row:
    """Requirements or supplies, by item and order of service; arrays of shape (rows,).

    `first`: shape (items + 1,), those of item i are first[i] … first[i + 1] - 1. `end`: their
    quantities added up within the item. `source`: row of the demand, the receipt or the planned
    order (the item itself for stock). `line`: BOM line of a need, -1 for an alternate's. `whole`:
    the quantity of the source, of which this is the part that begins at `offset`.
    """

    first: Ints
    item: Ints
    kind: Ints
    source: Ints
    line: Ints
    day: Ints
    quantity: Ints
    end: Ints
    offset: Ints
    whole: Ints

    @property
    def begin(self) -> Ints:
        """Where each row begins within its item."""
        return self.end - self.quantity


@dataclass(frozen=True, eq=False)
class Pegs:
    """A tree of pegs, the upper ones first; arrays of shape (pegs,).

    `above`: the peg whose planned order asks for this one, -1 at the top. `requirement`,
    `supply`: places in Pegging.requirements and .supplies (-1 where it is short). `quantity` in
    the steps of `item`.
    """

    depth: Ints
    above: Ints
    item: Ints
    requirement: Ints
    supply: Ints
    supply_kind: Ints
    quantity: Ints


@dataclass(frozen=True, eq=False)
class Served:
    """The customer lines a supply serves: rows of the plan's demand, and quantities of it.

    `unpegged`: the rest of the supply, which no customer line asks for.
    """

    demand: Ints
    quantity: Ints
    unpegged: int


class Pegging:
    """The indexes for pegging one plan: built once (about a second for 1.5 million orders)."""

    def __init__(self, plan: NetPlan) -> None:
        """Lay the requirements and supplies of every item in a row."""
        self.plan = plan
        self.requirements, self._need_first, self._needs = _requirements(plan)
        self.supplies = _supplies(plan)
        self._of_order = _places_of(self.supplies, ORDER, len(plan.orders))
        # By item, how much of it its own goods serve: these pieces stand first in both rows.
        self.paired = np.zeros(len(plan.snapshot.items.code), np.int64)
        pieces = plan.pieces
        np.add.at(self.paired, plan.snapshot.receipts.item[pieces.receipt], pieces.quantity)

    def place_of_orders(self) -> Ints:
        """The place of every planned order among the supplies; shape (orders,)."""
        return self._of_order

    # --- down ---

    def direct(self) -> tuple[Pegs, Ints, Ints]:
        """The supplies of every requirement, one level down; by requirement.

        With each peg: where it begins in its requirement, and where in its supply (steps).
        """
        rows = self.requirements
        size = rows.item.size
        nothing = np.zeros(size, np.int64)
        pegs, in_supply = self._pegs(
            np.arange(size), nothing, rows.quantity, np.full(size, -1, np.int64), 0
        )
        sums = np.cumsum(pegs.quantity) - pegs.quantity
        first = np.searchsorted(pegs.requirement, pegs.requirement)
        in_requirement = sums - (sums[first] if sums.size else sums)
        return pegs, in_requirement + rows.offset[pegs.requirement], in_supply

    def below(self, demand: int) -> Pegs:
        """Everything one customer line rests on, down to stock, receipts and bought orders.

        `demand`: a row of plan.snapshot.demand. Raises IndexError where there is none.
        """
        item = int(self.plan.snapshot.demand.item[demand])
        return self.below_requirements(_parts_of(self.requirements, item, CUSTOMER, demand))

    def below_requirements(self, places_: Ints) -> Pegs:
        """The same for any whole requirements, given by their places."""
        places_ = np.asarray(places_, np.int64)
        return self._tree(places_, np.zeros_like(places_), self.requirements.quantity[places_])

    def _tree(self, place: Ints, low: Ints, high: Ints) -> Pegs:
        above = np.full(place.size, -1, np.int64)
        parts: list[Pegs] = []
        size = depth = 0
        while place.size:
            pegs, begin = self._pegs(place, low, high, above, depth)
            parts.append(pegs)
            place, low, high, above = self._asked(pegs, begin, size)
            size += pegs.item.size
            depth += 1
        names = Pegs.__dataclass_fields__
        nothing = np.zeros(0, np.int64)
        return Pegs(*(np.concatenate([nothing, *(getattr(p, n) for p in parts)]) for n in names))

    def _pegs(
        self, place: Ints, low: Ints, high: Ints, above: Ints, depth: int
    ) -> tuple[Pegs, Ints]:
        """Pegs of parts of requirements, and where each begins in its supply."""
        rows, supplies = self.requirements, self.supplies
        item = rows.item[place]
        begin = rows.end[place] - rows.quantity[place]
        low, high = begin + low, begin + high
        start, stop = supplies.first[item], supplies.first[item + 1]
        from_ = first_where(supplies.end, start, stop, low, strict=True)
        until = first_where(supplies.end, start, stop, high)
        # One more than the supplies is the part that is short.
        count = np.minimum(until, stop) - from_ + 1
        which = np.repeat(np.arange(place.size), count)
        supply = places(from_, count)
        is_short = supply >= stop[which]
        safe = np.where(is_short, 0, supply) if supplies.end.size else np.zeros_like(supply)
        sources = supplies if supplies.end.size else _EMPTY
        total = np.where(stop > start, supplies.end[stop - 1] if supplies.end.size else 0, 0)
        part_begin = np.where(is_short, total[which], sources.end[safe] - sources.quantity[safe])
        part_end = np.where(is_short, high[which], sources.end[safe])
        one = np.maximum(low[which], part_begin)
        quantity = np.minimum(high[which], part_end) - one
        keep = quantity > 0
        pegs = Pegs(
            depth=np.full(int(keep.sum()), depth),
            above=above[which][keep],
            item=item[which][keep],
            requirement=place[which][keep],
            supply=np.where(is_short, -1, supply)[keep],
            supply_kind=np.where(is_short, SHORT, sources.kind[safe])[keep],
            quantity=quantity[keep],
        )
        offset = np.where(is_short, 0, sources.offset[safe])
        return pegs, (one - part_begin + offset)[keep]

    def _asked(self, pegs: Pegs, begin: Ints, size: int) -> tuple[Ints, Ints, Ints, Ints]:
        """The parts of requirements that the planned orders among some pegs cause."""
        rows = np.flatnonzero(pegs.supply_kind == ORDER)
        order = self.supplies.source[pegs.supply[rows]]
        count = self._need_first[order + 1] - self._need_first[order]
        which = np.repeat(np.arange(rows.size), count)
        need = self._needs[places(self._need_first[order], count)]
        good = self.plan.orders.good[order][which]
        needed = self.requirements.whole[need]
        start = begin[rows][which]
        offset, part = self.requirements.offset[need], self.requirements.quantity[need]
        low = np.clip(share(start, needed, good) - offset, 0, part)
        high = np.clip(share(start + pegs.quantity[rows][which], needed, good) - offset, 0, part)
        keep = high > low
        return need[keep], low[keep], high[keep], (rows[which] + size)[keep]

    # --- up ---

    def served_by_order(self, order: int) -> Served:
        """The customer lines a planned order serves."""
        return self._served(self._of_order[[order]])

    def served_by_receipt(self, receipt: int) -> Served:
        """The customer lines a receipt (a row of plan.snapshot.receipts) serves."""
        item = int(self.plan.snapshot.receipts.item[receipt])
        return self._served(_parts_of(self.supplies, item, RECEIPT, receipt))

    def served_by_stock(self, item: int) -> Served:
        """The customer lines the stock of an item serves."""
        place = int(self.supplies.first[item])
        if place < self.supplies.first[item + 1] and self.supplies.kind[place] == ON_HAND:
            return self._served(np.array([place]))
        nothing = np.zeros(0, np.int64)
        return Served(nothing, nothing, 0)

    def _served(self, supply: Ints) -> Served:
        """Up from level to level; what is found is brought back down as pieces of the supply."""
        begin = self.supplies.begin[supply]
        item, low, high = self.supplies.item[supply], begin, self.supplies.end[supply]
        steps: list[_Step] = []
        found: list[tuple[Ints, Ints]] = []
        above = np.zeros(supply.size, np.int64)
        while item.size:
            step = self._users(item, low, high, above)
            is_customer = self.requirements.kind[step.requirement] == CUSTOMER
            lines = np.flatnonzero(is_customer)
            quantity = self._brought_down(steps, step, lines)
            found.append((self.requirements.source[step.requirement[lines]], quantity))
            step = step.take(np.flatnonzero(self.requirements.kind[step.requirement] == NEED))
            steps.append(step)
            item, low, high = self._outputs(step)
            above = np.arange(item.size)
        demand = np.concatenate([lines for lines, _ in found])
        quantity = np.concatenate([amount for _, amount in found])
        rows, place = np.unique(demand, return_inverse=True)
        total = np.zeros(rows.size, np.int64)
        np.add.at(total, place, quantity)
        unpegged = int(self.supplies.quantity[supply].sum()) - int(total.sum())
        keep = total > 0
        return Served(rows[keep], total[keep], unpegged)

    def _users(self, item: Ints, low: Ints, high: Ints, above: Ints) -> "_Step":
        """The requirements that use stretches of items' supplies."""
        rows = self.requirements
        start, stop = rows.first[item], rows.first[item + 1]
        from_ = first_where(rows.end, start, stop, low, strict=True)
        until = np.minimum(first_where(rows.end, start, stop, high) + 1, stop)
        count = np.maximum(until - from_, 0)
        which = np.repeat(np.arange(item.size), count)
        place = places(from_, count)
        begin = rows.end[place] - rows.quantity[place]
        one = np.maximum(low[which], begin)
        two = np.minimum(high[which], rows.end[place])
        step = _Step(above[which], place, one, two)
        return step.take(np.flatnonzero(two > one))

    def _outputs(self, step: "_Step") -> tuple[Ints, Ints, Ints]:
        """The stretches of orders' output that stretches of their needs stand for."""
        order = self.requirements.source[step.requirement]
        needed = self.requirements.whole[step.requirement]
        begin = self._origin(step.requirement)
        good = self.plan.orders.good[order]
        supply = self._of_order[order]
        origin = self.supplies.end[supply] - self.supplies.quantity[supply]
        low = share(step.low - begin, good, needed, up=False)
        high = share(step.high - begin - 1, good, needed, up=False) + 1
        return (
            self.supplies.item[supply],
            origin + np.minimum(low, good),
            origin + np.minimum(high, good),
        )

    def _origin(self, place: Ints) -> Ints:
        """Where requirements begin within their item; of a part, where the whole would begin."""
        rows = self.requirements
        return rows.end[place] - rows.quantity[place] - rows.offset[place]

    def _brought_down(self, steps: "list[_Step]", step: "_Step", rows: Ints) -> Ints:
        """Stretches of requirements as quantities of the supply the way up began with."""
        low, high, above = step.low[rows], step.high[rows], step.above[rows]
        for lower in reversed(steps):
            place = lower.requirement[above]
            order = self.requirements.source[place]
            needed = self.requirements.whole[place]
            begin = self._origin(place)
            supply = self._of_order[order]
            origin = self.supplies.end[supply] - self.supplies.quantity[supply]
            good = self.plan.orders.good[order]
            low = begin + share(low - origin, needed, good)
            high = begin + share(high - origin, needed, good)
            low = np.clip(low, lower.low[above], lower.high[above])
            high = np.clip(high, lower.low[above], lower.high[above])
            above = lower.above[above]
        return np.asarray(high - low)


@dataclass(frozen=True, eq=False)
class _Step:
    """One step up: requirements, the stretch of each that is used, and the step before."""

    above: Ints
    requirement: Ints
    low: Ints
    high: Ints

    def take(self, rows: Ints) -> "_Step":
        return _Step(self.above[rows], self.requirement[rows], self.low[rows], self.high[rows])


# --- the rows ---


_Parts = tuple[Ints, Ints, Ints, Flags]  # as earmarks.split gives them


def _row(
    size: int, key: Ints, columns: tuple[Ints, ...], quantity: Ints, parts: _Parts | None = None
) -> tuple[Row, Ints]:
    """Rows sorted by `key` (item first, ties as they stand), and where each of them came from.

    `parts`: of the rows, to stand instead of them.
    """
    offset, whole = np.zeros_like(quantity), quantity
    if parts is not None:
        source, offset, quantity, _is_piece = parts
        columns, whole = tuple(column[source] for column in columns), whole[source]
    item = columns[0]
    order = _stable_order(key)
    count = np.bincount(item, minlength=size)
    first = starts(count)
    item, kind, source, line, day = (column[order] for column in columns)
    quantity = quantity[order]
    sums = np.cumsum(quantity)
    before = np.concatenate([np.zeros(1, np.int64), sums])[first[:-1]]
    end = sums - np.repeat(before, count)
    if parts is None:
        return Row(first, item, kind, source, line, day, quantity, end, offset, quantity), order
    offset, whole = offset[order], whole[order]
    return Row(first, item, kind, source, line, day, quantity, end, offset, whole), order


def _stable_order(key: Ints) -> Ints:
    """As argsort, ties as they stand; sorting key and place together is several times faster."""
    bits = int(key.size).bit_length()
    if not key.size or int(key.max()) >= 2 ** (62 - bits):
        return np.argsort(key, kind="stable")
    return np.asarray(np.sort((key << bits) | np.arange(key.size)) & ((1 << bits) - 1))


def _requirements(plan: NetPlan) -> tuple[Row, Ints, Ints]:
    """All requirements; first need of each order, and the needs' places order by order."""
    snapshot = plan.snapshot
    size, zero = len(snapshot.items.code), snapshot.first_day
    demand, orders = snapshot.demand, plan.orders
    debt = np.flatnonzero(snapshot.items.on_hand < 0)
    lines = np.argsort(np.asarray(demand.priority), kind="stable")
    need = _needs_of(plan)
    item = np.concatenate([debt, demand.item[lines], need.item])
    kind = np.repeat([DEBT, CUSTOMER, NEED], [debt.size, lines.size, need.item.size])
    source = np.concatenate([debt, lines, need.order])
    line = np.concatenate([np.full(debt.size + lines.size, -1), need.line])
    due = bucketed(demand.due[lines], snapshot)
    day = np.concatenate([np.full(debt.size, zero), due, need.day])
    quantity = np.concatenate(
        [-snapshot.items.on_hand[debt], demand.quantity[lines], need.quantity]
    )
    span = int(day.max(initial=zero)) - zero + 3
    # Debts come before everything else of the first day.
    key = item * span + np.where(kind == DEBT, 1, day - zero + 2)
    columns = (item, kind, source, line, day)
    if plan.pieces.receipt.size:
        asked = rows_of_pieces(plan.pieces, lines, need.order, need.line)
        parts = split(quantity, debt.size + asked, plan.pieces.low, plan.pieces.quantity)
        key = np.where(parts[3], item[parts[0]] * span, key[parts[0]])
        rows, order = _row(size, key, columns, quantity, parts)
        needs = np.flatnonzero(rows.kind == NEED)
        needs = needs[np.lexsort((rows.offset[needs], parts[0][order[needs]]))]
        first = starts(np.bincount(rows.source[needs], minlength=len(orders)))
        return rows, first, needs
    rows, order = _row(size, key, columns, quantity)
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    first = starts(np.bincount(need.order, minlength=len(orders)))
    return rows, first, place[debt.size + lines.size :]


@dataclass(frozen=True, eq=False)
class _Needed:
    """Needs of planned orders, by order and BOM line."""

    order: Ints
    item: Ints
    line: Ints
    day: Ints
    quantity: Ints


def _needs_of(plan: NetPlan) -> _Needed:
    lines, orders, snapshot = plan.snapshot.lines, plan.orders, plan.snapshot
    by_parent = np.argsort(lines.parent, kind="stable")
    first = starts(np.bincount(lines.parent, minlength=len(snapshot.items.code)))
    count = np.diff(first)[orders.item]
    order = np.repeat(np.arange(len(orders)), count)
    line = by_parent[places(first[orders.item], count)]
    quantity = times(
        orders.quantity[order],
        lines.numerator[line],  # type: ignore[index]
        lines.denominator[line],  # type: ignore[index]
    )
    release = np.maximum(orders.release, snapshot.first_day)[order]
    holds = (release >= lines.valid_from[line]) & (release <= lines.valid_until[line])  # type: ignore[index]
    holds = np.asarray(holds)
    day = bucketed(orders.release, snapshot)[order]
    swaps = plan.substitutions
    if swaps.order.size:
        return _with_swaps(plan, _Needed(order, lines.component[line], line, day, quantity), holds)
    if holds.all():
        return _Needed(order, lines.component[line], line, day, quantity)
    return _Needed(
        order[holds], lines.component[line[holds]], line[holds], day[holds], quantity[holds]
    )


def _with_swaps(plan: NetPlan, need: _Needed, holds: Flags) -> _Needed:
    """Needs less what alternates serve, and the needs of the alternates."""
    swaps = plan.substitutions
    size = plan.snapshot.lines.parent.size
    key = need.order * size + need.line
    by_key = np.argsort(key)
    place = by_key[np.searchsorted(key[by_key], swaps.order * size + swaps.line)]
    quantity = need.quantity.copy()
    np.subtract.at(quantity, place, swaps.saved)
    holds = holds & (quantity > 0)
    order = np.concatenate([need.order[holds], swaps.order])
    item = np.concatenate([need.item[holds], swaps.item])
    line = np.concatenate([need.line[holds], np.full(swaps.order.size, -1)])
    day = np.concatenate([need.day[holds], swaps.day])
    amount = np.concatenate([quantity[holds], swaps.taken])
    by_order = np.argsort(order, kind="stable")
    return _Needed(*(column[by_order] for column in (order, item, line, day, amount)))


def _supplies(plan: NetPlan) -> Row:
    snapshot, orders = plan.snapshot, plan.orders
    size, receipts = len(snapshot.items.code), snapshot.receipts
    zero = snapshot.first_day
    stock = np.flatnonzero(snapshot.items.on_hand > 0)
    item = np.concatenate([stock, receipts.item, orders.item])
    kind = np.repeat([ON_HAND, RECEIPT, ORDER], [stock.size, receipts.item.size, len(orders)])
    source = np.concatenate([stock, np.arange(receipts.item.size), np.arange(len(orders))])
    day = np.concatenate([np.full(stock.size, zero), bucketed(receipts.due, snapshot), orders.due])
    quantity = np.concatenate([snapshot.items.on_hand[stock], receipts.quantity, orders.good])
    span = int(day.max(initial=zero)) - zero + 3
    key = item * span + np.where(kind == ON_HAND, 1, day - zero + 2)
    columns = (item, kind, source, np.full(item.size, -1), day)
    pieces = plan.pieces
    if not pieces.receipt.size:
        return _row(size, key, columns, quantity)[0]
    parts = split(quantity, stock.size + pieces.receipt, pieces.begin, pieces.quantity)
    key = np.where(parts[3], item[parts[0]] * span, key[parts[0]])
    return _row(size, key, columns, quantity, parts)[0]


def _parts_of(rows: Row, item: int, kind: int, source: int) -> Ints:
    """The places of a source among the rows of its item."""
    first, last = int(rows.first[item]), int(rows.first[item + 1])
    is_it = (rows.kind[first:last] == kind) & (rows.source[first:last] == source)
    return first + np.flatnonzero(is_it)


def _places_of(rows: Row, kind: int, size: int) -> Ints:
    """Where the row of each source of a kind is."""
    where = np.flatnonzero(rows.kind == kind)
    place = np.empty(size, np.int64)
    place[rows.source[where]] = where
    return place


_ONE = np.zeros(1, np.int64)
_EMPTY = Row(*([_ONE] * len(Row.__dataclass_fields__)))
