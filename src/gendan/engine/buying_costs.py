"""What it costs to buy a need from a source, part by part; and what suppliers can still make.

Quantities are whole millionths of the item's unit (`MILLION` is one), days proleptic ordinals,
money floats in the company's currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MILLION = 1_000_000
DAYS_A_YEAR = 365
ANYBODY = -1
NO_LIMIT = 10**18


@dataclass(frozen=True, slots=True)
class Need:
    """A quantity of an item needed on a day; `customer` whose order it is for, or ANYBODY."""

    item: int
    quantity: int
    needed: int
    customer: int = ANYBODY


@dataclass(frozen=True, slots=True)
class Source:
    """Who may supply an item, and what that costs.

    `breaks` rise: (from quantity, price of one unit in the company's currency). `arrival`: the day
    of arrival when ordered today. `pay_days`: mean days from arrival to payment (negative: before).
    `late_days`: mean days late in the past. `ppm`: defects; None where nothing is known (counted
    as 0 and told). `nominated_by`: the customer for whom it comes before all others, or ANYBODY.
    """

    key: int
    supplier: int
    currency: str
    rank: int
    minimum: int
    multiple: int
    breaks: tuple[tuple[int, float], ...]
    arrival: int
    freight: float = 0.0  # of the price
    duty: float = 0.0  # of price and freight
    pay_days: float = 0.0
    ppm: float | None = None
    late_days: float | None = None
    nominated_by: int = ANYBODY
    weekly: int = 0  # what it makes in a week; 0: no limit is known


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Figures nobody knows for sure: interest a year, cost of a defect (× price), of a late day."""

    interest: float = 0.06
    defect_factor: float = 3.0
    late_day: float = 0.01


@dataclass(frozen=True, slots=True)
class Cost:
    """What a quantity costs from a source, part by part, in the company's currency."""

    source: int  # index among the item's sources
    quantity: int
    unit_price: float
    price: float
    freight: float
    duty: float
    financing: float
    quality: float
    lateness: float
    late_by: int  # days after the need at which it arrives if ordered today
    per_used: float  # total cost of one unit that will be used
    raised_from: int = 0  # the quantity before it was raised to a higher break, 0: it was not

    @property
    def total(self) -> float:
        """All parts together."""
        return self.price + self.freight + self.duty + self.financing + self.quality + self.lateness


@dataclass(frozen=True, slots=True)
class Way:
    """A way to share a need out: (source, day of delivery, quantity) each, and what it costs."""

    parts: tuple[tuple[int, int, int], ...]
    total: float
    per_used: float


@dataclass(frozen=True, slots=True)
class Split:
    """Why a need is not bought whole where it is cheapest: `capacity` of that source (an index
    among the item's) in that week, of which `taken` was taken; `ways` compared, the best first;
    `over`: what no source has room for, asked of the cheapest all the same."""

    source: int
    wanted: int
    capacity: int
    taken: int
    ways: tuple[Way, ...]
    over: int = 0


@dataclass(slots=True)
class Line:
    """What is to be bought of an item for a week: from the first of `costs`, the best one.

    `needs`: (index, quantity) of the needs it serves, the earliest first; `surplus` serves nobody.
    `delivered`: the day it is asked for, where that is not the day it is needed.
    """

    item: int
    customer: int  # whose nominated supplier it must be, or ANYBODY
    week: int  # the Monday of the week of delivery
    needed: int
    costs: list[Cost]
    needs: list[tuple[int, int]] = field(default_factory=list)
    surplus: int = 0
    delivered: int = 0
    part: int = 0  # of several lines of one need: 1, 2, …
    split: Split | None = None

    @property
    def asked(self) -> int:
        """The day for which it is asked."""
        return self.delivered or self.needed

    @property
    def quantity(self) -> int:
        """What is ordered."""
        return self.costs[0].quantity if self.costs else sum(part for _one, part in self.needs)


class Room:
    """What suppliers can still make of an item in a week; lines take their part one by one.

    `booked`: (supplier, item, Monday) → what they have to deliver by orders written already.
    """

    def __init__(self, booked: Mapping[tuple[int, int, int], int]) -> None:
        self._taken = dict(booked)

    def taken(self, source: Source, item: int, week: int) -> int:
        """What is taken of a week."""
        return self._taken.get((source.supplier, item, week), 0)

    def left(self, source: Source, item: int, week: int) -> int:
        """What it can still make; as good as anything where no limit is known."""
        if not source.weekly:
            return NO_LIMIT
        return max(source.weekly - self.taken(source, item, week), 0)

    def take(self, source: Source, item: int, week: int, quantity: int) -> None:
        """So much less can be made then."""
        if source.weekly:
            key = (source.supplier, item, week)
            self._taken[key] = self._taken.get(key, 0) + quantity


@dataclass(frozen=True, slots=True)
class Stream:
    """Needs of an item that are bought together, and who may supply them (with their index)."""

    item: int
    customer: int
    offered: Sequence[tuple[int, Source]]
    assumptions: Assumptions

    def source(self, place: int) -> Source:
        """The source of an index."""
        return next(one for at, one in self.offered if at == place)

    def costs(self, wanted: int, needed: int, used: int, most: int = NO_LIMIT) -> list[Cost]:
        """What each source takes for a need, the best first."""
        found = [
            (cost.per_used, source.rank, place, cost)
            for place, source in self.offered
            if (cost := cost_of(place, source, wanted, needed, used, self.assumptions, most=most))
        ]
        found.sort(key=lambda one: one[:3])
        return [cost for *_order, cost in found]


@dataclass(frozen=True, slots=True)
class Wanted:
    """So much is needed in a week, `used` of the item from then on in all."""

    week: int
    quantity: int
    needed: int
    used: int


def monday(day: int) -> int:
    """The Monday of a day's week (ordinal 1 was a Monday)."""
    return day - (day - 1) % 7


def cost_of(
    place: int,
    source: Source,
    need: int,
    needed: int,
    used: int,
    assumptions: Assumptions,
    *,
    most: int = NO_LIMIT,
    delivered: int = 0,
) -> Cost | None:
    """What it costs to serve a need from a source; None where it has no price for that much, or
    must deliver more than `most`.

    `used`: how much of the item will be used in all, this need included. `delivered`: the day on
    which it is to come, where that is not the day it is needed: later is late, earlier is paid
    earlier.
    """
    least = _rounded(max(need, source.minimum), source.multiple)
    best = _price_of(least, source)
    if best is None:
        # Nothing is agreed for so little: the first break is the least that can be ordered.
        least = _rounded(source.breaks[0][0], source.multiple)
        best = _price_of(least, source)
        if best is None:
            return None
    if least > most:
        return None
    quantity, price = least, best
    for start, lower in source.breaks:
        more = _rounded(start, source.multiple)
        if quantity < more <= most and more * lower < quantity * price:
            quantity, price = more, lower
    days = (needed, delivered or needed)
    return _costed(place, source, quantity, price, days, used, assumptions, least)


def _costed(
    place: int,
    source: Source,
    quantity: int,
    unit_price: float,
    days: tuple[int, int],
    used: int,
    assumptions: Assumptions,
    least: int,
) -> Cost:
    needed, delivered = days
    price = quantity * unit_price / MILLION
    freight = price * source.freight
    duty = (price + freight) * source.duty
    early = max(needed - delivered, 0)
    financing = price * assumptions.interest * (early - source.pay_days) / DAYS_A_YEAR
    quality = price * (source.ppm or 0.0) / MILLION * assumptions.defect_factor
    late_by = max(max(source.arrival, delivered) - needed, 0)
    lateness = price * assumptions.late_day * (late_by + (source.late_days or 0.0))
    total = price + freight + duty + financing + quality + lateness
    return Cost(
        source=place,
        quantity=quantity,
        unit_price=unit_price,
        price=price,
        freight=freight,
        duty=duty,
        financing=financing,
        quality=quality,
        lateness=lateness,
        late_by=late_by,
        per_used=total * MILLION / max(min(quantity, used), 1),
        raised_from=least if quantity > least else 0,
    )


def _rounded(quantity: int, multiple: int) -> int:
    """Up to the next multiple; 0 means any quantity."""
    return quantity if multiple <= 0 else -(-quantity // multiple) * multiple


def _price_of(quantity: int, source: Source) -> float | None:
    found = None
    for start, price in source.breaks:
        if start > quantity:
            break
        found = price
    return found
