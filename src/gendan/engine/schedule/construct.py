"""A finite plan by construction: every order line in turn, backward from its due day.

Lines are taken by due day. A line is planned as late as possible: its last step ends on the due
day, each step by the first day of the next, components are there on the first day; stock and
receipts are used first, what lots leave over serves later lines. If that would have to begin
before day 0, everything of the line is taken back and it is planned forward, as early as possible.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .workshop import NOTHING, Product, Source, Supply, Workshop


@dataclass(frozen=True, slots=True)
class Line:
    """An order line: days are counted from day 0."""

    item: int
    quantity: int
    due: int


def construct(workshop: Workshop, lines: Sequence[Line]) -> list[int | None]:
    """Plan all lines into the workshop; the day each can leave, None if nobody can supply it."""
    days: list[int | None] = [None] * len(lines)
    for row in sorted(range(len(lines)), key=lambda row: (lines[row].due, row)):
        if lines[row].item >= 0 and lines[row].quantity > 0:
            days[row] = _plan(workshop, lines[row])
    return days


def _plan(workshop: Workshop, line: Line) -> int | None:
    mark = workshop.begin()
    day = _late(workshop, line.item, line.quantity, max(line.due, 0))
    if day is None:
        workshop.undo(mark)
        mark = workshop.begin()
        day = _early(workshop, line.item, line.quantity, max(line.due, 0))
        if day is None:
            workshop.undo(mark)
            return None
    workshop.keep(mark)
    return day


def _late(workshop: Workshop, item: int, quantity: int, day: int) -> int | None:
    """Have a quantity there by a day, as late as possible; when it is there, None if it fails."""
    missing, there = workshop.take(item, quantity, day)
    if not missing:
        return there
    product = workshop.products[item]
    if not product.is_made:
        return _bought(workshop, item, missing, day)
    made = -(-missing // product.lot) * product.lot
    place = len(workshop.supplies)
    supply = Supply(item, made, "", 0, 0)
    workshop.supplies.append(supply)
    first, last = _steps_before(workshop, product, place, made, day)
    if first < 0:
        return None
    supply.start, supply.available = first, last
    for part in product.parts:
        need = -(-made * part.numerator // part.denominator)
        if _late(workshop, part.item, need, first) is None:
            return None
    if made > missing:
        workshop.add(item, made - missing, last)
    return max(last, there)


def _steps_before(
    workshop: Workshop, product: Product, place: int, quantity: int, day: int
) -> tuple[int, int]:
    """The first and last day of all steps, as late as possible; the first is -1 if it fails."""
    last = -1
    for step in reversed(product.steps):
        centre = workshop.centres[step.centre]
        free, left = centre.free, step.setup + quantity * step.per_piece
        while left > 0:
            day = centre.before(day)
            if day < 0:
                return -1, last
            room = free[day]
            if room >= NOTHING:
                part = left if left < room else room
                free[day] = room - part
                left -= part
                workshop.work.append((place, step.seq, step.centre, day, part))
                if last < 0:
                    last = day
                if left <= 0:
                    break
            day -= 1
    return day, last if last >= 0 else day


def _bought(workshop: Workshop, item: int, missing: int, day: int) -> int | None:
    """Buy of the supplier whose order leaves least over, among those who deliver by the day."""
    product = workshop.products[item]
    usable = [source for source in product.sources if source.lead_days <= day]
    if not usable:
        return None
    amounts = [(_lot(missing, source, product), n) for n, source in enumerate(usable)]
    amount, chosen = min(amounts)
    source = usable[chosen]
    workshop.supplies.append(Supply(item, amount, source.supplier, day - source.lead_days, day))
    if amount > missing:
        workshop.add(item, amount - missing, day)
    return day


def _lot(missing: int, source: Source, product: Product) -> int:
    return -(-max(missing, source.least) // product.lot) * product.lot


def _early(workshop: Workshop, item: int, quantity: int, due: int) -> int | None:
    """Have a quantity there as early as possible; the day. None if nobody supplies it."""
    missing, there = workshop.take(item, quantity, due)
    if not missing:
        return there
    product = workshop.products[item]
    if not product.is_made:
        if not product.sources:
            return None
        source = min(product.sources, key=lambda one: (one.lead_days, one.least))
        amount, day = _lot(missing, source, product), source.lead_days
        workshop.supplies.append(Supply(item, amount, source.supplier, 0, day))
        if amount > missing:
            workshop.add(item, amount - missing, day)
        return max(day, there)
    made = -(-missing // product.lot) * product.lot
    place = len(workshop.supplies)
    supply = Supply(item, made, "", 0, 0)
    workshop.supplies.append(supply)
    day = 0
    for part in product.parts:
        ready = _early(workshop, part.item, -(-made * part.numerator // part.denominator), due)
        if ready is None:
            return None
        day = max(day, ready)
    if not all(workshop.centres[step.centre].minutes > NOTHING for step in product.steps):
        return None
    supply.start, supply.available = _steps_after(workshop, product, place, made, day)
    if made > missing:
        workshop.add(item, made - missing, supply.available)
    return max(supply.available, there)


def _steps_after(
    workshop: Workshop, product: Product, place: int, quantity: int, day: int
) -> tuple[int, int]:
    """The first and last day of all steps, as early as possible from a day."""
    first = -1
    for step in product.steps:
        centre = workshop.centres[step.centre]
        left = step.setup + quantity * step.per_piece
        while left > 0:
            day = centre.after(day)
            room = centre.free[day]
            if room >= NOTHING:
                part = left if left < room else room
                centre.free[day] = room - part
                left -= part
                workshop.work.append((place, step.seq, step.centre, day, part))
                if first < 0:
                    first = day
                if left <= 0:
                    break
            day += 1
    return (first if first >= 0 else day), day
