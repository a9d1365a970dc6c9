"""A need that is more than its source can make in the week, shared out over sources and weeks.

Ways are compared by the total cost of one unit that will be used: the cheapest step by step (of
each source its own week, weeks before and weeks after, as long as they have room), the same in the
week of the need and from the cheapest source only; whole from one source or in one week; and the
cheapest source less what another one delivers at least. Minimum, lot and price breaks hold for each
part. An earlier week is paid earlier, a later one is late.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gendan.engine.buying_costs import (
    NO_LIMIT,
    Cost,
    Line,
    Room,
    Source,
    Split,
    Stream,
    Wanted,
    Way,
    cost_of,
    monday,
)

DAYS_A_WEEK = 7
WEEKS_BEFORE, WEEKS_AFTER = 4, 12  # looked at
MOST_BEFORE, MOST_AFTER = 2, 8  # taken into the comparison, those with room
MOST_PARTS = 10
MOST_WAYS = 4  # told


@dataclass(frozen=True, slots=True)
class _Option:
    """A source in a week: what it has room for, and the day on which it is asked for."""

    place: int
    source: Source
    week: int
    delivered: int
    room: int


Part = tuple[_Option, Cost]


def split_week(
    stream: Stream, wanted: Wanted, best: Cost, needs: Sequence[tuple[int, int]], room: Room
) -> list[Line]:
    """The lines of a need, where `best` is more than its source has room for."""
    options = _options(stream, wanted, room)
    ways = _ways(stream, wanted, best, options)
    chosen, over = ways[0] if ways else ([], wanted.quantity)
    source = stream.source(best.source)
    week = monday(max(wanted.needed, source.arrival))
    taken = room.taken(source, stream.item, week)
    told = tuple(_told(parts, wanted.used) for parts, _over in ways[:MOST_WAYS])
    split = Split(best.source, wanted.quantity, source.weekly, taken, told, over)
    if over:
        chosen = _with_the_rest(stream, wanted, best.source, week, chosen, over)
    return _lines(stream, wanted, chosen, needs, split, room)


def _options(stream: Stream, wanted: Wanted, room: Room) -> list[_Option]:
    """Sources and weeks with room, each source's own week first."""
    return [one for pair in stream.offered for one in _weeks_of(stream.item, *pair, wanted, room)]


def _weeks_of(
    item: int, place: int, source: Source, wanted: Wanted, room: Room
) -> Iterator[_Option]:
    own = max(wanted.needed, source.arrival)

    def option(weeks: int) -> _Option | None:
        day = own + DAYS_A_WEEK * weeks
        left = room.left(source, item, monday(day))
        # In its own week it is asked for when it is needed, whether or not it can come then.
        asked = day if weeks else wanted.needed
        return _Option(place, source, monday(day), asked, left) if left else None

    now = option(0)
    if now:
        yield now
    if not source.weekly:
        return
    before = [
        one
        for weeks in range(1, WEEKS_BEFORE + 1)
        if own - DAYS_A_WEEK * weeks >= source.arrival and (one := option(-weeks))
    ]
    yield from before[:MOST_BEFORE]
    reached, count = now.room if now else 0, 0
    for weeks in range(1, WEEKS_AFTER + 1):
        if (reached >= wanted.quantity and count) or count == MOST_AFTER:
            return
        later = option(weeks)
        if later:
            yield later
            reached, count = reached + later.room, count + 1


def _ways(
    stream: Stream, wanted: Wanted, best: Cost, options: Sequence[_Option]
) -> list[tuple[list[Part], int]]:
    """Ways to share the need out with what is over of each, the best first; each once."""
    in_time = [one for one in options if one.delivered == wanted.needed]
    alone = [one for one in options if one.place == best.source]
    found = [
        _greedy(stream, wanted, wanted.quantity, some, []) for some in (options, in_time, alone)
    ]
    for one in options:
        cost = _cost(stream, wanted, one, wanted.quantity)
        if cost is not None:
            found.append(([(one, cost)], 0))
    found += _leaving_the_least(stream, wanted, best, options)
    unlike = {_shape(parts): (parts, over) for parts, over in reversed(found) if parts}
    return sorted(unlike.values(), key=lambda way: (way[1], _per_used(way[0], wanted.used)))


def _leaving_the_least(
    stream: Stream, wanted: Wanted, best: Cost, options: Sequence[_Option]
) -> Iterator[tuple[list[Part], int]]:
    """The cheapest source, less what each other one delivers at least."""
    first = next((one for one in options if one.place == best.source), None)
    if first is None:
        return
    for other in options:
        least = max(other.source.minimum, other.source.breaks[0][0])
        taken = min(wanted.quantity - least, first.room)
        if other is first or least <= wanted.quantity - first.room or taken <= 0:
            continue
        cost = _cost(stream, wanted, first, _down(taken, first.source.multiple))
        if cost is not None and cost.quantity < wanted.quantity:
            rest = wanted.quantity - cost.quantity
            yield _greedy(stream, wanted, rest, [other], [(first, cost)])


def _greedy(
    stream: Stream,
    wanted: Wanted,
    rest: int,
    options: Sequence[_Option],
    parts: list[Part],
) -> tuple[list[Part], int]:
    """The cheapest option takes what it has room for, then the next; and what nobody takes."""
    left = list(options)
    while rest > 0 and left and len(parts) < MOST_PARTS:
        costed = [
            (cost.per_used, place, cost)
            for place, one in enumerate(left)
            if (cost := _cost(stream, wanted, one, min(rest, _down(one.room, one.source.multiple))))
        ]
        if not costed:
            break
        _per_unit, place, cost = min(costed, key=lambda one: one[:2])
        parts.append((left.pop(place), cost))
        rest -= cost.quantity
    return parts, max(rest, 0)


def _cost(stream: Stream, wanted: Wanted, option: _Option, quantity: int) -> Cost | None:
    if quantity <= 0:
        return None
    return cost_of(
        option.place,
        option.source,
        quantity,
        wanted.needed,
        wanted.used,
        stream.assumptions,
        most=option.room,
        delivered=option.delivered,
    )


def _with_the_rest(
    stream: Stream, wanted: Wanted, place: int, week: int, parts: list[Part], over: int
) -> list[Part]:
    """What nobody has room for is asked of the cheapest source, in its own week."""
    source = stream.source(place)
    option = _Option(place, source, week, wanted.needed, NO_LIMIT)
    own = [cost.quantity for one, cost in parts if (one.place, one.week) == (place, week)]
    kept = [part for part in parts if (part[0].place, part[0].week) != (place, week)]
    cost = _cost(stream, wanted, option, over + sum(own))
    return [(option, cost), *kept] if cost is not None else parts


def _lines(
    stream: Stream,
    wanted: Wanted,
    parts: Sequence[Part],
    needs: Sequence[tuple[int, int]],
    split: Split,
    room: Room,
) -> list[Line]:
    """A line for each part; what comes first serves what is needed first."""
    lines = []
    open_needs = list(needs)
    by_day = sorted(parts, key=lambda part: (part[0].delivered, part[1].per_used, part[0].place))
    for number, (option, cost) in enumerate(by_day, 1):
        served, open_needs = _served(open_needs, cost.quantity)
        if not served:
            continue
        room.take(option.source, stream.item, option.week, cost.quantity)
        whole = sum(part for _place, part in served)
        others = stream.costs(max(whole, 1), wanted.needed, wanted.used)
        line = Line(
            stream.item,
            stream.customer,
            wanted.week,
            wanted.needed,
            [cost, *(one for one in others if one.source != option.place)],
            served,
        )
        line.surplus = cost.quantity - whole
        line.delivered, line.split = option.delivered, split
        line.part = number if len(by_day) > 1 else 0
        lines.append(line)
    return lines


def _served(
    needs: Sequence[tuple[int, int]], quantity: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The first needs, as far as a quantity goes; and the others."""
    served, rest = [], []
    for place, wanted in needs:
        part = min(quantity, wanted)
        quantity -= part
        if part:
            served.append((place, part))
        if wanted > part:
            rest.append((place, wanted - part))
    return served, rest


def _told(parts: Sequence[Part], used: int) -> Way:
    return Way(
        tuple(
            (one.place, one.delivered, cost.quantity)
            for one, cost in sorted(parts, key=lambda part: (part[0].delivered, part[0].place))
        ),
        sum(cost.total for _one, cost in parts),
        _per_used(parts, used),
    )


def _per_used(parts: Sequence[Part], used: int) -> float:
    quantity = sum(cost.quantity for _one, cost in parts)
    total = sum(cost.total for _one, cost in parts)
    return total * 1_000_000 / max(min(quantity, used), 1)


def _shape(parts: Sequence[Part]) -> tuple[tuple[int, int, int], ...]:
    return tuple(sorted((one.place, one.week, cost.quantity) for one, cost in parts))


def _down(quantity: int, multiple: int) -> int:
    """Down to a multiple; 0 means any quantity."""
    return quantity if multiple <= 0 else quantity // multiple * multiple
