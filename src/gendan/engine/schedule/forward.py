"""Orders moved to days on which they can be made: forward, the most urgent line's orders first.

What begins on or after a given day stays where the walk from the end put it. Everything before is
planned anew, as early as its material and the work centres allow. Supply and need of an item meet
in the order of urgency; stock that cannot be bought in time any more goes to orders for lines that
leave before it could.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from .capacity import Centre
from .reach import Reach
from .workshop import NEVER, Order, Workshop


class Supply:
    """What becomes available of each item, and how much of it is spoken for."""

    def __init__(self, workshop: Workshop) -> None:
        self.total = [0] * len(workshop.products)
        self.taken = [0] * len(workshop.products)
        # by item: what there is in all, and the day on which all of that is there
        self.amounts: list[list[int]] = [[] for _ in workshop.products]
        self.days: list[list[int]] = [[] for _ in workshop.products]
        for item, stock in enumerate(workshop.stock):
            for day, amount in stock:
                self.add(item, amount, day)

    def add(self, item: int, amount: int, day: int) -> None:
        """More of an item is there from a day on."""
        self.total[item] += amount
        self.amounts[item].append(self.total[item])
        days = self.days[item]
        days.append(max(day, days[-1]) if days else day)

    def take(self, item: int, amount: int) -> int:
        """Speak for the next pieces; the day they are there, NEVER if there are not so many."""
        self.taken[item] += amount
        place = bisect_left(self.amounts[item], self.taken[item])
        return self.days[item][place] if place < len(self.days[item]) else NEVER

    def untake(self, item: int, amount: int) -> None:
        """They are not needed after all."""
        self.taken[item] -= amount


def forward(
    workshop: Workshop, reach: Reach, orders: Sequence[Order], keep_from: int
) -> tuple[list[Order], dict[int, int], list[Centre]]:
    """Orders that can be made, the days of bought items' lines, what the centres have free.

    `orders`: as a sweep leaves them. Those that start on `keep_from` or later stay as they are:
    whether the others come in time for them is left to the balances. Orders whose material never
    comes are left out.
    """
    last = max((order.available for order in orders), default=0)
    centres = [Centre(minutes, max(last, 0) + 2) for minutes in workshop.minutes]
    kept = [replace(order) for order in orders if order.start >= keep_from]
    for order in kept:
        steps = workshop.products[order.item].steps
        for step, day, minutes in order.work:
            centres[steps[step].centre].reserve(day, minutes)
    moved = [order for order in orders if order.start < keep_from]
    supply, level = Supply(workshop), reach.level
    sold = _sold(workshop, reach)
    days: dict[int, int] = {}
    result = []
    for order in sorted(moved, key=lambda one: (one.urgency, -level[one.item], one.start)):
        while sold and sold[-1][0] <= order.urgency:
            _sell(workshop, reach, supply, sold.pop(), days)
        ready = _ready(workshop, reach, supply, order)
        placed = _place(workshop, centres, order, ready) if ready < NEVER else None
        if placed:
            supply.add(order.item, order.quantity, placed.available)
            result.append(placed)
    while sold:
        _sell(workshop, reach, supply, sold.pop(), days)
    return result + kept, days, centres


def _sold(workshop: Workshop, reach: Reach) -> list[tuple[int, int]]:
    """Day and row of the lines of bought items, the most urgent one last."""
    return sorted(
        (
            (day, row)
            for row, day in enumerate(reach.day)
            if day is not None and not workshop.products[workshop.lines[row].item].is_made
        ),
        reverse=True,
    )


def _sell(
    workshop: Workshop, reach: Reach, supply: Supply, what: tuple[int, int], days: dict[int, int]
) -> None:
    """Note the day on which a line of a bought item is there."""
    urgency, row = what
    line = workshop.lines[row]
    day = _had(workshop, reach, supply, line.item, line.quantity, urgency)
    if day < NEVER:
        days[row] = max(day, line.due, 0)


def _ready(workshop: Workshop, reach: Reach, supply: Supply, order: Order) -> int:
    """The first day on which all components of an order are there."""
    ready = 0
    for part in workshop.products[order.item].parts:
        amount = -(-order.quantity * part.numerator // part.denominator)
        ready = max(ready, _had(workshop, reach, supply, part.item, amount, order.urgency))
    return ready


def _had(
    workshop: Workshop, reach: Reach, supply: Supply, item: int, amount: int, urgency: int
) -> int:
    """The first day on which pieces of an item are there for a line that leaves on a day."""
    bought = NEVER if workshop.products[item].is_made else reach.reach[item]
    if bought <= urgency:
        return bought
    day = supply.take(item, amount)
    if day < NEVER and day <= bought:
        return day
    supply.untake(item, amount)
    return bought


def _place(workshop: Workshop, centres: list[Centre], order: Order, day: int) -> Order | None:
    work: list[tuple[int, int, float]] = []
    for place, step in enumerate(workshop.products[order.item].steps):
        minutes = step.setup + order.quantity * step.per_piece
        day = centres[step.centre].forward(place, day, minutes, work)
        if day < 0:
            for done, one, some in work:
                centre = workshop.products[order.item].steps[done].centre
                centres[centre].give_back(one, some)
            return None
    return Order(order.item, order.quantity, work[0][1], day, order.urgency, work)


def leave(
    workshop: Workshop, reach: Reach, bought: dict[int, int], left: list[list[int]]
) -> list[int | None]:
    """The day of each line: as soon as it is there for good, but not before it is due.

    `bought`: the days of bought items' lines; `left`: balances of made items by day without the
    lines, to which their taking is added.
    """
    leaves = [bought.get(row) for row in range(len(workshop.lines))]
    lowest: dict[int, list[int]] = {}
    taken = [0] * len(workshop.products)
    days = ((day, row) for row, day in enumerate(reach.day) if day is not None)
    for _urgency, row in sorted(days):
        line = workshop.lines[row]
        item, first = line.item, max(line.due, 0)
        if not left[item]:
            continue
        if item not in lowest:
            lowest[item] = lowest_after(left[item])
        taken[item] += line.quantity
        day = bisect_left(lowest[item], taken[item])
        if day == len(lowest[item]):
            taken[item] -= line.quantity
            continue
        leaves[row] = max(day, first)
    for line, until in zip(workshop.lines, leaves, strict=True):
        if until is not None and left[line.item]:
            amounts = left[line.item]
            for one in range(until, len(amounts)):
                amounts[one] -= line.quantity
    return leaves


def lowest_after(amounts: list[int]) -> list[int]:
    """The least of each day and the days after it."""
    lowest = amounts[:]
    for day in range(len(lowest) - 2, -1, -1):
        lowest[day] = min(lowest[day], lowest[day + 1])
    return lowest
