"""Which day each line can reach at best, by material alone, and which stock makes it possible.

An item's reach is the first day on which more of it can be had by buying: the longest of the
shortest lead times below it. A line due before the reach of its item is in time only if stock and
receipts bridge what cannot be bought any more. They are given to the lines that need the smallest
share of them, and then in orders tried by chance, so that they save as many as they can; the others
get the first day that is left.
"""

import random
from dataclasses import dataclass

from .capacity import LAST_DAY
from .workshop import NEVER, NOTHING, Product, Workshop

_TRIALS = 10_000  # lines looked at to find the best use of stock that is short


@dataclass(frozen=True, slots=True)
class Reach:
    """By item `level` (0: no parent) and `reach` (day, NEVER); by line `day` (None: never)."""

    level: list[int]
    reach: list[int]
    day: list[int | None]
    granted: list[int]  # by item: pieces of stock that lines need which could not be in time else
    unreachable: int  # lines that no plan can have in time, or at all


def find_reach(workshop: Workshop) -> Reach:
    """Reach of all items and lines. Products must not contain themselves."""
    level, order = _levels(workshop)
    reach = [NEVER] * len(level)
    for item in reversed(order):
        reach[item] = _reach(workshop, item, reach)
    day: list[int | None] = [None] * len(workshop.lines)
    short = []
    for row, line in enumerate(workshop.lines):
        if line.item < 0 or line.quantity <= 0:
            continue
        if reach[line.item] <= max(line.due, 0):
            day[row] = max(line.due, 0)
        else:
            short.append(row)
    rescue = _Rescue(workshop, reach)
    missed, lost = rescue.in_time(short, day)
    rescue.later(missed, day)
    past = sum(one == 0 and line.due < 0 for one, line in zip(day, workshop.lines, strict=True))
    unknown = sum(line.item < 0 or line.quantity <= 0 for line in workshop.lines)
    return Reach(level, reach, day, rescue.granted(), lost + past + unknown)


def makeable(workshop: Workshop, product: Product) -> bool:
    """Whether a routing is there and its work centres have time."""
    return bool(product.steps) and all(
        workshop.minutes[step.centre] > NOTHING for step in product.steps
    )


def _levels(workshop: Workshop) -> tuple[list[int], list[int]]:
    """The longest way from above by item, and the items with parents before components."""
    products = workshop.products
    above = [0] * len(products)
    for product in products:
        for part in product.parts:
            above[part.item] += 1
    level = [0] * len(products)
    order = [item for item, count in enumerate(above) if not count]
    for item in order:
        for part in products[item].parts:
            level[part.item] = max(level[part.item], level[item] + 1)
            above[part.item] -= 1
            if not above[part.item]:
                order.append(part.item)
    return level, order


def _reach(workshop: Workshop, item: int, reach: list[int]) -> int:
    product = workshop.products[item]
    if not product.is_made:
        days = min((source.lead_days for source in product.sources), default=NEVER)
        return days if days <= LAST_DAY else NEVER
    if not makeable(workshop, product):
        return NEVER
    return max((reach[part.item] for part in product.parts), default=0)


class _Rescue:
    """Stock given to the lines that need it."""

    def __init__(self, workshop: Workshop, reach: list[int]) -> None:
        self.workshop = workshop
        self.reach = reach
        self.grants: dict[int, list[tuple[int, int]]] = {}

    def in_time(self, rows: list[int], day: list[int | None]) -> tuple[list[int], int]:
        """Lines that stock can have in time get their due day; the other rows.

        And of those the number that all stock together could not have in time.
        """
        shares = []
        missed = []
        for row in rows:
            due = self._due(row)
            need = self._need(row, due)
            if need is None:
                missed.append(row)
            else:
                parts = (amount / self._there(item, due) for item, amount in need.items())
                shares.append((max(parts, default=0.0), row))
        hopeless = len(missed)
        order = self._best_order([row for _share, row in sorted(shares)])
        served = set(self._serve(order))
        for row in served:
            day[row] = self._due(row)
        return missed + [row for row in order if row not in served], hopeless

    def granted(self) -> list[int]:
        """By item the pieces of stock given away."""
        return [
            sum(amount for _day, amount in self.grants.get(item, ()))
            for item in range(len(self.reach))
        ]

    def _best_order(self, order: list[int]) -> list[int]:
        """An order in which more lines are served: one that is not is tried further in front."""
        chance = random.Random(len(order))  # noqa: S311 - a search, not a secret
        served = self._serve(order)
        for _trial in range(min(_TRIALS // max(len(order), 1), 400)):
            missed = sorted(set(order) - set(served))
            if not missed:
                break
            row = chance.choice(missed)
            other = [one for one in order if one != row]
            other.insert(chance.randrange(order.index(row) + 1), row)
            now = self._serve(other)
            if len(now) >= len(served):
                order, served = other, now
        return order

    def _serve(self, order: list[int]) -> list[int]:
        """Give stock to lines in this order, each its due day or nothing; the rows served."""
        self.grants = {}
        served = []
        for row in order:
            need = self._need(row, self._due(row))
            if need is not None:
                self._grant(need, self._due(row))
                served.append(row)
        return served

    def _due(self, row: int) -> int:
        return max(self.workshop.lines[row].due, 0)

    def later(self, rows: list[int], day: list[int | None]) -> None:
        """The other lines get the first day on which material can be there, by due day."""
        lines = self.workshop.lines
        for row in sorted(rows, key=lambda row: (lines[row].due, row)):
            first = max(lines[row].due, 0)
            for one in sorted(self._days(lines[row].item, first)):
                need = self._need(row, one)
                if need is not None:
                    self._grant(need, one)
                    day[row] = one
                    break

    def _days(self, item: int, first: int) -> set[int]:
        """Days after the first on which something below the item begins to be had."""
        seen, days = {item}, set()
        todo = [item]
        for one in todo:
            if self.reach[one] <= first:
                continue
            if self.reach[one] < NEVER:
                days.add(self.reach[one])
            days.update(day for day, _amount in self.workshop.stock[one] if day > first)
            for part in self.workshop.products[one].parts:
                if part.item not in seen:
                    seen.add(part.item)
                    todo.append(part.item)
        return days

    def _there(self, item: int, day: int) -> int:
        """What a line that leaves on a day can take without taking it from lines after it."""
        stock, grants = self.workshop.stock[item], self.grants.get(item, ())
        return min(
            sum(amount for one, amount in stock if one <= until)
            - sum(amount for one, amount in grants if one <= until)
            for until in (day, *(one for one, _amount in grants if one > day))
        )

    def _need(self, row: int, day: int) -> dict[int, int] | None:
        """What the line takes of stock to leave on a day; None if that is not enough."""
        line = self.workshop.lines[row]
        need: dict[int, int] = {}
        todo = [(line.item, line.quantity)]
        while todo:
            item, quantity = todo.pop()
            if self.reach[item] <= day:
                continue
            taken = min(quantity, max(self._there(item, day) - need.get(item, 0), 0))
            if taken:
                need[item] = need.get(item, 0) + taken
            quantity -= taken
            product = self.workshop.products[item]
            if not quantity:
                continue
            if not product.is_made or not makeable(self.workshop, product):
                return None
            made = -(-quantity // product.lot) * product.lot
            todo += [
                (part.item, -(-made * part.numerator // part.denominator)) for part in product.parts
            ]
        return need

    def _grant(self, need: dict[int, int], day: int) -> None:
        for item, amount in need.items():
            self.grants.setdefault(item, []).append((day, amount))
