"""The world a promise is searched in: free material and capacity by day, how things are made.

Days are counted from day 0 (`first_day`, an ordinal); what has no date lies on it. Quantities are
whole numbers of the smallest part (`unit` of them are one piece), work is in thousandths of a
minute: whole numbers, so that what is booked and released again is exactly what was.
Products are tuples, not arrays: a search looks at some hundred of them, one after the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np

from gendan.engine.line_rates import Effort
from gendan.engine.netting.arrays import running_max, running_sum, starts
from gendan.engine.netting.levels import low_level_codes
from gendan.engine.netting.snapshot import Ints

from .facts import NAMELESS, Names, WorkingDays

THOUSANDTHS = 1000  # of a minute
NO_LIMIT = 1 << 62  # of a lot: more than anything asked
PER_SCALE = 1_000_000_000  # a step's work for this many smallest parts, in thousandths of a minute


@dataclass(frozen=True, slots=True)
class Part:
    """A component: quantity q of the parent takes ceil(q * numerator / denominator)."""

    item: int
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a routing: thousandths of a minute to set up, and per PER_SCALE parts.

    `effort`: where it has to be learned, what it takes instead; parts are millionths then.
    """

    seq: int
    centre: int
    setup: int
    per_scale: int
    effort: Effort | None = None

    def work(self, quantity: int, lots: int = 1) -> int:
        """What a quantity takes, the set-up of each of its lots included."""
        if self.effort is not None:
            return self.effort.work(quantity) + (lots - 1) * self.effort.setup
        return self.setup * lots - (-quantity * self.per_scale // PER_SCALE)


@dataclass(frozen=True, slots=True)
class Source:
    """Who supplies an item: working days until it is there, least quantity, price of a piece.

    `lot`: sold in multiples of it; 0: in the item's. `breaks`: from quantity, price of a piece;
    they take the place of the price.
    """

    name: str
    lead_days: int
    least: int = 0
    price: Decimal | None = None
    lot: int = 0
    breaks: tuple[tuple[int, Decimal], ...] = ()

    def price_of(self, quantity: int) -> Decimal | None:
        """The price of a piece when so much is ordered; None where it is not known."""
        found = self.price
        for start, price in self.breaks:
            if start <= quantity:
                found = price
        return found

    def ordered(self, missing: int, product: "Product") -> int:
        """How much is ordered where so much is missing, by the item's lots and the source's."""
        lot = self.lot or product.lot
        least = max(self.least, product.least)
        whole = -(-max(missing, least) // lot) * lot
        most = self.most(product)
        if whole <= most:
            return whole
        full = (missing - 1) // most * most
        return full + -(-max(missing - full, least) // lot) * lot

    def most(self, product: "Product") -> int:
        """The largest order: whole lots, and no less than the least the source sells."""
        if product.most == NO_LIMIT:
            return NO_LIMIT
        lot = self.lot or product.lot
        least = -(-max(self.least, product.least) // lot) * lot
        return max(product.most // lot * lot, least, lot)

    def cost(self, quantity: int, product: "Product") -> Decimal | None:
        """What so much costs in smallest parts, each order at the price of its own quantity."""
        full, most = 0, self.most(product)
        if quantity > most:
            full = (quantity - 1) // most
        total = Decimal(0)
        for count, size in ((full, most), (1, quantity - full * most)):
            price = self.price_of(size) if count else Decimal(0)
            if price is None:
                return None
            total += price * size * count
        return total


@dataclass(frozen=True, slots=True)
class Product:
    """An item: made by steps or in a lead time, or bought from the first of its sources.

    What is needed comes in lots: whole multiples of `lot`, at least `least`, none above `most`;
    both are multiples of it. `loop`: the codes of a BOM loop that was cut at this item.
    """

    code: str
    is_made: bool
    lot: int = 1
    parts: tuple[Part, ...] = ()
    steps: tuple[Step, ...] = ()
    sources: tuple[Source, ...] = ()
    lead_days: int | None = None
    is_outside: bool = False
    loop: tuple[str, ...] = ()
    least: int = 0
    most: int = NO_LIMIT
    names: Names = NAMELESS

    def lots(self, missing: int) -> tuple[int, int]:
        """How much is made where so much is missing, and in how many lots: full ones and a rest."""
        whole = max(-(-missing // self.lot) * self.lot, self.least)
        if whole <= self.most:
            return whole, 1
        full = (missing - 1) // self.most
        rest = -(-(missing - full * self.most) // self.lot) * self.lot
        return full * self.most + max(rest, self.least), full + 1


def limits(lot: int, least: int, most: int) -> tuple[int, int]:
    """The smallest and the largest lot as whole multiples; 0: there is none."""
    least = -(-least // lot) * lot
    return least, max(most // lot * lot, least, lot) if most else NO_LIMIT


@dataclass(frozen=True, eq=False)
class Centre:
    """A work centre: what is free of it by day, shape (days,), in thousandths of a minute.

    `by_people`: the days on which people, not machines, are what there is least of.
    """

    code: str
    free: list[int]
    by_people: frozenset[int] = frozenset()
    names: Names = NAMELESS


@dataclass(frozen=True, eq=False)
class Curves:
    """What may be taken of each item by day without harming what is planned for later days.

    Row i of an item (first[item] ≤ i < first[item + 1]): from day[i] on amount[i] may be taken.
    Days begin at 0 and rise, amounts are 0 or more and rise, too.
    """

    first: Ints
    day: Ints
    amount: Ints

    def of(self, item: int) -> tuple[list[int], list[int]]:
        """Days and amounts of one item."""
        begin, end = self.first[item], self.first[item + 1]
        return self.day[begin:end].tolist(), self.amount[begin:end].tolist()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Goods of an item that are here and wait for a verdict: from which day they are counted on.

    `verdict_days`: how many working days from day 0 that is; `reference`: of what they came with.
    """

    day: int
    verdict_days: int
    reference: str


@dataclass(frozen=True, eq=False)
class World:
    """All of it. `open_days`: the working days among 0 … days - 1; `upto`: how many up to each."""

    first_day: int
    days: int
    products: tuple[Product, ...]
    centres: tuple[Centre, ...]
    curves: Curves
    open_days: list[int]
    upto: list[int]
    unit: int = 1
    # by item: day, quantity, reference of what is coming, to name what is waited for
    coming: dict[int, list[tuple[int, int, str]]] = field(default_factory=dict)
    waiting: dict[int, Waiting] = field(default_factory=dict)  # by item

    def after(self, day: int, count: int) -> int:
        """The count-th working day after a day, 0: it or the next worked one; `days` if beyond."""
        if day >= self.days:
            return self.days
        place = self.upto[day] - 1 + count
        if not count and not self.is_open(day):
            place += 1
        return self.open_days[place] if place < len(self.open_days) else self.days

    def before(self, day: int, count: int) -> int:
        """The last day from which the count-th working day is no later than the day; else -1."""
        if day >= self.days or day < 0:
            return -1
        place = self.upto[day] - 1 - count
        if place >= 0:
            return self.open_days[place]
        return 0 if place == -1 and count and not self.is_open(0) else -1

    def below(self, items: Iterable[int]) -> tuple[set[int], set[int]]:
        """These items with all that goes into them, and the work centres they go through."""
        found, centres = set(items), set[int]()
        stack = list(found)
        while stack:
            product = self.products[stack.pop()]
            centres.update(step.centre for step in product.steps)
            new = {part.item for part in product.parts} - found
            found |= new
            stack += new
        return found, centres

    def is_open(self, day: int) -> bool:
        """Whether a day is worked."""
        return self.upto[day] > (self.upto[day - 1] if day else 0)


def working_days(
    first_day: int, days: int, calendar: WorkingDays | None
) -> tuple[list[int], list[int]]:
    """`open_days` and `upto` of a world; without a calendar every day is worked."""
    if calendar is None:
        return list(range(days)), list(range(1, days + 1))
    is_open = calendar.is_working(np.arange(first_day, first_day + days))
    return np.flatnonzero(is_open).tolist(), np.cumsum(is_open).tolist()


def curves(items: int, item: Ints, day: Ints, change: Ints) -> Curves:
    """Curves from what comes (+) and goes (-) by item and day, all of shape (changes,).

    Cumulated by day, then the least of all later days: only that can be taken without leaving a
    later day short. Below 0 (more is planned to go than there is) nothing can be taken.
    """
    width = int(day.max(initial=0)) + 1
    keys = np.concatenate([np.arange(items) * width, item * width + np.maximum(day, 0)])
    found, place = np.unique(keys, return_inverse=True)
    sums = np.zeros(found.size, np.int64)
    np.add.at(sums, place, np.concatenate([np.zeros(items, np.int64), change]))
    count = np.bincount(found // width, minlength=items)
    amount = running_sum(sums, starts(count))
    # Backward, the running maximum of the negative is the least of all later days.
    least = -running_max(-amount[::-1], starts(count[::-1]))[::-1]
    least = np.maximum(least, 0)
    rows = found // width
    is_kept = np.ones(found.size, bool)
    is_kept[1:] = (rows[1:] != rows[:-1]) | (least[1:] != least[:-1])
    return Curves(
        starts(np.bincount(rows[is_kept], minlength=items)),
        (found % width)[is_kept],
        least[is_kept],
    )


def without_loops(products: Sequence[Product]) -> tuple[Product, ...]:
    """Products with the components left out that close a BOM loop; the loop's codes stay there."""
    parent = np.array([p for p, one in enumerate(products) for _part in one.parts], np.int64)
    component = np.array([part.item for one in products for part in one.parts], np.int64)
    _level, loops, kept = low_level_codes(len(products), parent, component)
    if not loops:
        return tuple(products)
    named = {
        int(loop[-1]): tuple(products[row].code for row in (*loop.tolist(), int(loop[0])))
        for loop in loops
    }
    keeps = iter(kept.tolist())
    found = []
    for row, one in enumerate(products):
        parts = tuple(part for part in one.parts if next(keeps))
        if len(parts) < len(one.parts):
            one = replace(one, parts=parts, loop=named.get(row, (one.code, one.code)))
        found.append(one)
    return tuple(found)


def free_by_day(
    capacity: Iterable[int], busy: Iterable[tuple[int, int]], least: int = 1
) -> list[int]:
    """Capacity by day less what is busy (day, work); days with less than `least` count as full."""
    free = list(capacity)
    for day, work in busy:
        if 0 <= day < len(free):
            free[day] -= work
    return [one if one >= least else 0 for one in free]
