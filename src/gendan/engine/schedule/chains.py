"""Who waits for whom among given orders, and the working days between them."""

from collections.abc import Sequence
from typing import Protocol


class Making(Protocol):
    """What is known here of an order: the places of those whose output it takes."""

    @property
    def makers(self) -> Sequence[int]:
        """The places of the orders whose output it takes."""
        ...


class Leads:
    """Working days added and taken off, within the days looked at."""

    def __init__(self, works: Sequence[bool]) -> None:
        self.days = len(works)
        self.worked = [day for day, is_worked in enumerate(works) if is_worked]
        self.before = [0]  # working days before each day
        for is_worked in works:
            self.before.append(self.before[-1] + is_worked)

    def forward(self, day: int, count: int) -> int:
        """The count-th working day after a day; the number of days: beyond."""
        if day >= self.days:
            return self.days
        place = self.before[day + 1] + count - 1
        if not count:
            return day
        return self.worked[place] if place < len(self.worked) else self.days

    def backward(self, day: int, count: int) -> int:
        """The last day from which `forward` comes until a day; -1: none."""
        if not count:
            return day
        place = self.before[min(day, self.days - 1) + 1] - count
        return self.worked[place] - 1 if place >= 0 else -1


def consumers_first(tasks: Sequence[Making]) -> tuple[list[int], list[list[int]]]:
    """The places with consumers before makers, and the makers without those that close a ring."""
    makers = [sorted(set(one.makers)) for one in tasks]
    waits = [0] * len(tasks)
    for row in makers:
        for maker in row:
            waits[maker] += 1
    order = [place for place, count in enumerate(waits) if not count]
    done = 0
    while len(order) < len(tasks) or done < len(order):
        if done == len(order):
            _cut_ring(order, waits, makers)
        for maker in makers[order[done]]:
            waits[maker] -= 1
            if not waits[maker]:
                order.append(maker)
        done += 1
    return order, makers


def _cut_ring(order: list[int], waits: list[int], makers: list[list[int]]) -> None:
    """Orders that wait for each other in a ring: the first does not wait."""
    ring = next(place for place, count in enumerate(waits) if count > 0)
    known = set(order)
    for place, row in enumerate(makers):
        if place not in known and ring in row:
            row.remove(ring)
    waits[ring] = 0
    order.append(ring)
