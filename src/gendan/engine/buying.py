"""What to buy where: needs become lines by item and week, the cheapest source in total, orders.

Quantities are whole millionths of the item's unit (`MILLION` is one), days proleptic ordinals,
money floats in the company's currency (it compares; amounts of documents are reckoned elsewhere).

A line takes all needs of an item in a week of delivery. Each source that may supply it is costed:
price at the break reached, freight, duty, financing, defects, lateness. A source's minimum and lot
are kept; where the whole price falls by ordering up to a higher break, that much is ordered. What
is ordered above the need serves the weeks after it. Sources are compared by the total cost of one
unit that will be used: what nobody needs is bought for nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MILLION = 1_000_000
DAYS_A_YEAR = 365
ANYBODY = -1


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


@dataclass(slots=True)
class Line:
    """What is to be bought of an item for a week: from the first of `costs`, the best one.

    `needs`: (index, quantity) of the needs it serves, the earliest first; `surplus` serves nobody.
    """

    item: int
    customer: int  # whose nominated supplier it must be, or ANYBODY
    week: int  # the Monday of the week of delivery
    needed: int
    costs: list[Cost]
    needs: list[tuple[int, int]] = field(default_factory=list)
    surplus: int = 0

    @property
    def quantity(self) -> int:
        """What is ordered."""
        return self.costs[0].quantity if self.costs else sum(part for _one, part in self.needs)


@dataclass(frozen=True, slots=True)
class Plan:
    """Lines with a source, and those no source may supply (with their needs)."""

    lines: list[Line]
    orphans: list[Line]


def plan_purchases(
    needs: Sequence[Need],
    sources: Mapping[int, Sequence[Source]],
    assumptions: Assumptions = Assumptions(),
) -> Plan:
    """Lines for all needs; `sources` by item. The same input gives the same plan."""
    lines: list[Line] = []
    orphans: list[Line] = []
    for (item, customer), rows in _streams(needs, sources).items():
        offered = _offered(sources.get(item, ()), customer)
        usable = [(place, one) for place, one in offered if one.breaks]
        if not usable:
            orphans += _orphans(item, customer, rows, needs)
        else:
            lines += _lines(item, customer, rows, needs, usable, assumptions)
    lines.sort(key=lambda line: (line.week, line.item, line.customer))
    orphans.sort(key=lambda line: (line.week, line.item, line.customer))
    return Plan(lines, orphans)


def group(
    lines: Sequence[Line],
    sources: Mapping[int, Sequence[Source]],
    order_by: Sequence[int],
) -> dict[tuple[int, str, int], list[int]]:
    """(supplier, currency, Monday of the week in which to order) → indices of the lines.

    `order_by`: by line, the day on which it must be ordered.
    """
    found: dict[tuple[int, str, int], list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        source = sources[line.item][line.costs[0].source]
        found[source.supplier, source.currency, monday(order_by[place])].append(place)
    return dict(sorted(found.items(), key=lambda pair: (pair[0][2], pair[0][0], pair[0][1])))


def monday(day: int) -> int:
    """The Monday of a day's week (ordinal 1 was a Monday)."""
    return day - (day - 1) % 7


def cost_of(
    place: int, source: Source, need: int, needed: int, used: int, assumptions: Assumptions
) -> Cost | None:
    """What it costs to serve a need from a source; None where it has no price for that much.

    `used`: how much of the item will be used in all, this need included.
    """
    least = _rounded(max(need, source.minimum), source.multiple)
    best = _price_of(least, source)
    if best is None:
        # Nothing is agreed for so little: the first break is the least that can be ordered.
        least = _rounded(source.breaks[0][0], source.multiple)
        best = _price_of(least, source)
        if best is None:
            return None
    quantity, price = least, best
    for start, lower in source.breaks:
        more = _rounded(start, source.multiple)
        if more > quantity and more * lower < quantity * price:
            quantity, price = more, lower
    return _costed(place, source, quantity, price, needed, used, assumptions, least)


def _costed(
    place: int,
    source: Source,
    quantity: int,
    unit_price: float,
    needed: int,
    used: int,
    assumptions: Assumptions,
    least: int,
) -> Cost:
    price = quantity * unit_price / MILLION
    freight = price * source.freight
    duty = (price + freight) * source.duty
    financing = -price * assumptions.interest * source.pay_days / DAYS_A_YEAR
    quality = price * (source.ppm or 0.0) / MILLION * assumptions.defect_factor
    late_by = max(source.arrival - needed, 0)
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


def _streams(
    needs: Sequence[Need], sources: Mapping[int, Sequence[Source]]
) -> dict[tuple[int, int], list[int]]:
    """Needs that are bought together: by item, and apart for customers who nominated a supplier."""
    nominating = {
        (item, one.nominated_by)
        for item, offered in sources.items()
        for one in offered
        if one.nominated_by != ANYBODY
    }
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, need in enumerate(needs):
        is_bound = (need.item, need.customer) in nominating
        found[need.item, need.customer if is_bound else ANYBODY].append(place)
    for rows in found.values():
        rows.sort(key=lambda place: (needs[place].needed, place))
    return dict(sorted(found.items()))


def _offered(sources: Sequence[Source], customer: int) -> list[tuple[int, Source]]:
    """The nominated sources for whom nominated some; all of them for the others."""
    every = list(enumerate(sources))
    if customer == ANYBODY:
        return every
    return [(place, one) for place, one in every if one.nominated_by == customer]


def _lines(
    item: int,
    customer: int,
    rows: Sequence[int],
    needs: Sequence[Need],
    offered: Sequence[tuple[int, Source]],
    assumptions: Assumptions,
) -> list[Line]:
    lines: list[Line] = []
    left = sum(needs[place].quantity for place in rows)
    for week, in_week in _weeks(rows, needs):
        open_parts = _use_surplus(lines[-1] if lines else None, in_week)
        wanted = sum(part for _place, part in open_parts)
        left -= sum(part for _place, part in in_week) - wanted
        if wanted:
            needed = min(needs[place].needed for place, _part in open_parts)
            costs = [
                cost
                for place, source in offered
                if (cost := cost_of(place, source, wanted, needed, left, assumptions))
            ]
            ranks = {place: source.rank for place, source in offered}
            costs.sort(key=lambda one: (one.per_used, ranks[one.source], one.source))
            line = Line(item, customer, week, needed, costs, open_parts)
            line.surplus = line.quantity - wanted
            left -= wanted
            lines.append(line)
    return lines


def _weeks(rows: Sequence[int], needs: Sequence[Need]) -> list[tuple[int, list[tuple[int, int]]]]:
    """(Monday, [(need, quantity)]) in order; what is overdue stands in its own week."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for place in rows:
        found[monday(needs[place].needed)].append((place, needs[place].quantity))
    return list(found.items())


def _use_surplus(last: Line | None, parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What the line before has too much serves the first of these; the rest is still open."""
    still: list[tuple[int, int]] = []
    for place, quantity in parts:
        served = 0
        if last is not None and last.surplus:
            served = min(last.surplus, quantity)
            last.surplus -= served
            last.needs.append((place, served))
        if quantity > served:
            still.append((place, quantity - served))
    return still


def _orphans(item: int, customer: int, rows: Sequence[int], needs: Sequence[Need]) -> list[Line]:
    return [
        Line(item, customer, week, min(needs[place].needed for place, _q in parts), [], parts)
        for week, parts in _weeks(rows, needs)
    ]
