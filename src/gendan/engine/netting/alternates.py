"""Serving requirements from alternates' stock before anything new is planned.

Rule: a component's requirements are served in order of day from its own stock and receipts, as far
as these exceed its safety stock. What is then short of a requirement by a BOM line with alternates
is taken from the alternates, by priority, as far as their own plan leaves them free from that day
on. One step per requirement of such a component: their order decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .snapshot import Ints

# day, kind (0 receipt, 1 demand, 2 need), parent, place, line, signed quantity, level
Event = tuple[int, int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Saved:
    """What an order's need is spared of a component because another item is taken."""

    place: int
    line: int
    item: int
    saved: int
    taken: int
    day: int


class Alternative:
    """What an item's own plan leaves free, day by day; `take` uses it up."""

    def __init__(self, day: Ints, left: Ints) -> None:
        """`left`: shape of `day`, what is above the safety stock from that day to the next."""
        self.day, self.left = day, left

    @classmethod
    def after(cls, day: Ints, balance: Ints, due: Ints, good: Ints) -> "Alternative":
        """From the balance without orders, and the orders, whose days are among `day`."""
        planned = np.concatenate([[0], np.cumsum(good)])
        return cls(day, balance + planned[np.searchsorted(due, day, side="right")])

    def free(self, day: int) -> int:
        """What can be taken on a day without anything else falling short, ever."""
        begin = max(int(np.searchsorted(self.day, day, side="right")) - 1, 0)
        return max(int(self.left[begin:].min(initial=2**62)), 0) if self.left.size else 0

    def take(self, day: int, quantity: int) -> None:
        """Use up some of it from a day on."""
        place = int(np.searchsorted(self.day, day))
        if place == self.day.size or self.day[place] != day:
            self.left = np.insert(self.left, place, self.left[max(place - 1, 0)])
            self.day = np.insert(self.day, place, day)
        self.left[place:] -= quantity


def substitute(
    events: Sequence[Event],
    spare: int,
    choices: Mapping[int, Sequence[tuple[int, int, int, Alternative]]],
) -> list[tuple[int, Saved]]:
    """What is taken from alternates, with the level of the order it is taken for.

    `spare`: stock above the safety stock. `choices`: by line its alternates by priority: item,
    numerator and denominator of its ratio, and what is free of it.
    """
    result = []
    for day, _kind, _parent, place, line, signed, level in events:
        spare += signed
        short = min(-spare, -signed)
        if line < 0 or short <= 0:
            continue
        for item, numerator, denominator, stock in choices.get(line, ()):
            part = min(short, stock.free(day) * denominator // numerator)
            if part <= 0:
                continue
            taken = -(-part * numerator // denominator)
            stock.take(day, taken)
            spare += part
            short -= part
            result.append((level, Saved(place, line, item, part, taken, day)))
    return result
