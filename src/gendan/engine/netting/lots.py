"""Lot sizing: the planned quantities that keep every item at its safety stock, all items at once.

Let C(k) be stock + receipts - requirements up to the k-th day, S the safety stock. An order is
planned on the first day on which C(k) + planned so far < S.

Multiples only: what is planned up to day k is the largest of ceil((S - C(j)) / multiple) * multiple
for j ≤ k, or 0 - a running maximum, because the planned sum is itself always a multiple.
Every other rule depends on the orders before: one step per order, for all items together. Because
all days before the order were satisfied, the need of a period is S - planned - min C(0 … its end).
"""

from dataclasses import dataclass

import numpy as np

from gendan.engine.boms import WHOLE
from gendan.engine.calendars import WorkCalendar

from .arrays import bound, ceil_div, first_where, places, running_max, starts
from .snapshot import Flags, Ints

_NEVER = 2**61  # more than any order
_MOST_PARTS = 10_000  # orders one need is divided into; beyond it the rest stays in one


@dataclass(frozen=True, eq=False)
class Rules:
    """The lot rules of some items, columns of snapshot.Items; arrays of shape (items,)."""

    safety_stock: Ints
    multiple: Ints
    minimum: Ints
    maximum: Ints
    period_days: Ints
    good_share: Ints
    calendar: Ints

    def take(self, rows: Ints) -> "Rules":
        """The rules of some of the items."""
        return Rules(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def are_simple(self) -> Flags:
        """Which items are planned in multiples only."""
        return np.asarray(
            (self.minimum <= self.multiple)
            & (self.maximum == 0)
            & (self.period_days <= 1)
            & (self.good_share == WHOLE)
        )

    def lot(self, need: Ints) -> Ints:
        """The smallest quantity allowed of which `need` pieces are good, undivided."""
        started = np.where(self.good_share == WHOLE, need, _started_for(need, self.good_share))
        lots = ceil_div(started, self.multiple) * self.multiple
        return np.asarray(np.maximum(lots, self.minimum_lot))

    @property
    def minimum_lot(self) -> Ints:
        """The minimum, rounded up to the multiple."""
        return ceil_div(self.minimum, self.multiple) * self.multiple

    @property
    def maximum_lot(self) -> Ints:
        """The maximum, rounded down to the multiple; _NEVER where there is none."""
        most = self.maximum // self.multiple * self.multiple
        return np.where(self.maximum > 0, np.maximum(most, self.multiple), _NEVER)


def _started_for(need: Ints, share: Ints) -> Ints:
    """The smallest quantity of which quantity * share // 10 000 ≥ need."""
    whole, rest = np.divmod(need, share)
    return np.asarray(whole * WHOLE - (-rest * WHOLE) // share)


def good_of(quantity: Ints, share: Ints) -> Ints:
    """Good pieces of a quantity started."""
    if bound(share - WHOLE) == 0:
        return quantity
    whole, rest = np.divmod(quantity, WHOLE)
    return np.asarray(whole * share + rest * share // WHOLE)


@dataclass(frozen=True, eq=False)
class Balances:
    """What some items have without new orders, on the days that are looked at.

    `first`: shape (items + 1,), the rows of item i are first[i] … first[i + 1] - 1. `day`
    (ascending ordinals), `balance`, `is_open` (an order may be due): shape (rows,).
    """

    first: Ints
    day: Ints
    balance: Ints
    is_open: Flags

    def take(self, items: Ints) -> "Balances":
        """The balances of some items."""
        count = (self.first[1:] - self.first[:-1])[items]
        rows = places(self.first[:-1][items], count)
        return Balances(starts(count), self.day[rows], self.balance[rows], self.is_open[rows])


@dataclass(frozen=True, eq=False)
class Lots:
    """Sized orders by item and day; arrays of shape (orders,)."""

    item: Ints
    day: Ints
    quantity: Ints
    good: Ints


def sized(balances: Balances, rules: Rules, calendars: tuple[WorkCalendar, ...]) -> Lots:
    """The orders all items need; `item` counts within `rules`."""
    simple = rules.are_simple()
    if simple.all():
        return _in_multiples(balances, rules)
    plain, other = np.flatnonzero(simple), np.flatnonzero(~simple)
    parts = [
        _renamed(_in_multiples(balances.take(plain), rules.take(plain)), plain),
        _renamed(_step_by_step(balances.take(other), rules.take(other), calendars), other),
    ]
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS]
    order = np.argsort(columns[0], kind="stable")  # by day within an item already
    return Lots(*(column[order] for column in columns))


_COLUMNS = ("item", "day", "quantity", "good")


def _renamed(lots: Lots, items: Ints) -> Lots:
    return Lots(items[lots.item], lots.day, lots.quantity, lots.good)


def _in_multiples(balances: Balances, rules: Rules) -> Lots:
    count = np.diff(balances.first)
    multiple = np.repeat(rules.multiple, count)
    missing = np.repeat(rules.safety_stock, count) - balances.balance
    missing[~balances.is_open] = 0
    np.maximum(missing, 0, out=missing)
    planned = running_max(ceil_div(missing, multiple) * multiple, balances.first)
    new = np.diff(planned, prepend=0)
    begins = balances.first[:-1][count > 0]
    new[begins] = planned[begins]
    rows = np.flatnonzero(new)
    per_item = np.diff(np.searchsorted(rows, balances.first))
    item = np.repeat(np.arange(count.size), per_item)
    return Lots(item, balances.day[rows], new[rows], new[rows])


def _step_by_step(balances: Balances, rules: Rules, calendars: tuple[WorkCalendar, ...]) -> Lots:
    first, day = balances.first, balances.day
    # Negated, so that it ascends: how deep the balance has been.
    lowest = -max(bound(balances.balance), bound(rules.safety_stock)) - 1
    depth = running_max(np.where(balances.is_open, -balances.balance, lowest), first)
    planned = np.zeros(rules.multiple.size, np.int64)
    place = first[:-1].copy()
    active = np.flatnonzero(first[1:] > place)
    steps: list[tuple[Ints, Ints, Ints]] = []
    while active.size:
        enough = planned[active] - rules.safety_stock[active]
        place[active] = first_where(depth, place[active], first[1:][active], enough, strict=True)
        active = active[place[active] < first[1:][active]]
        if not active.size:
            break
        begin = place[active]
        last = _last_of_period(balances, rules, active, begin, calendars)
        need = rules.safety_stock[active] - planned[active] + depth[last]
        steps.append((active, day[begin], need))
        planned[active] += _good_for(need, rules.take(active))
    if not steps:
        nothing = np.zeros(0, np.int64)
        return Lots(nothing, nothing, nothing, nothing)
    item, when, need = (np.concatenate(column) for column in zip(*steps, strict=True))
    return _divided(item, when, need, rules)


def _last_of_period(
    balances: Balances, rules: Rules, items: Ints, begin: Ints, calendars: tuple[WorkCalendar, ...]
) -> Ints:
    """The last row within the period that begins on the row `begin`."""
    period = rules.period_days[items]
    if bound(period) <= 1:
        return begin
    after = balances.day[begin] + np.maximum(period, 1)
    for which, calendar in enumerate(calendars):
        rows = np.flatnonzero((rules.calendar[items] == which) & (period > 1))
        after[rows] = calendar.add(balances.day[begin[rows]], period[rows])
    return first_where(balances.day, begin, balances.first[1:][items], after) - 1


def _parts(need: Ints, rules: Rules) -> tuple[Ints, Ints, Ints]:
    """How many full orders a need is divided into, their size, and the size of the last."""
    lot = rules.lot(need)
    full_size = rules.maximum_lot
    full_good = np.maximum(good_of(full_size, rules.good_share), 1)
    full = np.where(lot > full_size, (need - 1) // full_good, 0)
    full[full > _MOST_PARTS] = 0
    rest = need - full * full_good
    return full, np.where(full > 0, full_size, 0), rules.lot(rest)


def _good_for(need: Ints, rules: Rules) -> Ints:
    full, size, rest = _parts(need, rules)
    return full * good_of(size, rules.good_share) + good_of(rest, rules.good_share)


def _divided(item: Ints, day: Ints, need: Ints, rules: Rules) -> Lots:
    """One row per order, by item and day."""
    order = np.argsort(item, kind="stable")  # the steps of an item stand by rising day
    item, day, need = item[order], day[order], need[order]
    own = rules.take(item)
    full, size, rest = _parts(need, own)
    count = full + 1
    quantity = np.repeat(size, count)
    quantity[np.cumsum(count) - 1] = rest
    item, day = np.repeat(item, count), np.repeat(day, count)
    return Lots(item, day, quantity, good_of(quantity, rules.good_share[item]))
