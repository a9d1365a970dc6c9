"""What to buy where: needs become lines by item and week, the cheapest source in total, orders.

Quantities are whole millionths of the item's unit (`MILLION` is one), days proleptic ordinals,
money floats in the company's currency (it compares; amounts of documents are reckoned elsewhere).

A line takes all needs of an item in a week of delivery. Each source that may supply it is costed:
price at the break reached, freight, duty, financing, defects, lateness. A source's minimum and lot
are kept; where the whole price falls by ordering up to a higher break, that much is ordered. What
is ordered above the need serves the weeks after it. Sources are compared by the total cost of one
unit that will be used: what nobody needs is bought for nothing. A line that is more than its source
can make in the week becomes several, over sources and weeks (`buying_split.py`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gendan.engine.buying_costs import (
    ANYBODY,
    MILLION,
    Assumptions,
    Cost,
    Line,
    Need,
    Room,
    Source,
    Split,
    Stream,
    Wanted,
    Way,
    cost_of,
    monday,
)
from gendan.engine.buying_split import split_week

USUAL = Assumptions()


@dataclass(frozen=True, slots=True)
class Plan:
    """Lines with a source, and those no source may supply (with their needs)."""

    lines: list[Line]
    orphans: list[Line]


def plan_purchases(
    needs: Sequence[Need],
    sources: Mapping[int, Sequence[Source]],
    assumptions: Assumptions = USUAL,
    booked: Mapping[tuple[int, int, int], int] | None = None,
) -> Plan:
    """Lines for all needs; `sources` by item, `booked` as `Room` takes it. The same input gives
    the same plan."""
    room = Room(booked or {})
    lines: list[Line] = []
    orphans: list[Line] = []
    for (item, customer), rows in _streams(needs, sources).items():
        offered = _offered(sources.get(item, ()), customer)
        usable = [(place, one) for place, one in offered if one.breaks]
        if not usable:
            orphans += _orphans(item, customer, rows, needs)
        else:
            stream = Stream(item, customer, usable, assumptions)
            lines += _lines(stream, rows, needs, room)
    lines.sort(key=lambda line: (line.week, line.item, line.customer, line.part))
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
    # Who is bound to one supplier takes its capacity before those who may go elsewhere.
    return dict(
        sorted(found.items(), key=lambda pair: (pair[0][0], pair[0][1] == ANYBODY, pair[0]))
    )


def _offered(sources: Sequence[Source], customer: int) -> list[tuple[int, Source]]:
    """The nominated sources for whom nominated some; all of them for the others."""
    every = list(enumerate(sources))
    if customer == ANYBODY:
        return every
    return [(place, one) for place, one in every if one.nominated_by == customer]


def _lines(stream: Stream, rows: Sequence[int], needs: Sequence[Need], room: Room) -> list[Line]:
    lines: list[Line] = []
    last: list[Line] = []
    left = sum(needs[place].quantity for place in rows)
    for week, in_week in _weeks(rows, needs):
        open_parts = _use_surplus(last, in_week)
        wanted = sum(part for _place, part in open_parts)
        left -= sum(part for _place, part in in_week) - wanted
        if wanted:
            needed = min(needs[place].needed for place, _part in open_parts)
            last = _week(stream, Wanted(week, wanted, needed, left), open_parts, room)
            left -= wanted
            lines += last
    return lines


def _week(stream: Stream, wanted: Wanted, parts: list[tuple[int, int]], room: Room) -> list[Line]:
    """The line of a week; several where its source cannot make so much then."""
    costs = stream.costs(wanted.quantity, wanted.needed, wanted.used)
    if costs:
        source = stream.source(costs[0].source)
        week = monday(max(wanted.needed, source.arrival))
        if room.left(source, stream.item, week) < costs[0].quantity:
            return split_week(stream, wanted, costs[0], parts, room)
        room.take(source, stream.item, week, costs[0].quantity)
    line = Line(stream.item, stream.customer, wanted.week, wanted.needed, costs, parts)
    line.surplus = line.quantity - wanted.quantity
    return [line]


def _weeks(rows: Sequence[int], needs: Sequence[Need]) -> list[tuple[int, list[tuple[int, int]]]]:
    """(Monday, [(need, quantity)]) in order; what is overdue stands in its own week."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for place in rows:
        found[monday(needs[place].needed)].append((place, needs[place].quantity))
    return list(found.items())


def _use_surplus(last: Sequence[Line], parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What the lines before have too much serves the first of these; the rest is still open."""
    still: list[tuple[int, int]] = []
    for place, quantity in parts:
        rest = quantity
        for line in last:
            served = min(line.surplus, rest)
            if served:
                line.surplus -= served
                line.needs.append((place, served))
                rest -= served
        if rest:
            still.append((place, rest))
    return still


def _orphans(item: int, customer: int, rows: Sequence[int], needs: Sequence[Need]) -> list[Line]:
    return [
        Line(item, customer, week, min(needs[place].needed for place, _q in parts), [], parts)
        for week, parts in _weeks(rows, needs)
    ]


__all__ = [
    "ANYBODY",
    "MILLION",
    "Assumptions",
    "Cost",
    "Line",
    "Need",
    "Plan",
    "Source",
    "Split",
    "Way",
    "cost_of",
    "group",
    "monday",
    "plan_purchases",
]
