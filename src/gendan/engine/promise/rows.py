"""All bookings of a book as rows of numbers: who takes some of an item, or works on a day.

Ten thousand promises have hundreds of thousands of rows. A rush order shares what is too little
with few of them; those are found here in one look over the columns, not booking by booking.
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from gendan.engine.netting.snapshot import Ints

if TYPE_CHECKING:
    from .book import Booking

Place = tuple[int, int]  # a work centre and a day


class Rows:
    """The columns; a name that has been released since is still in them."""

    def __init__(self, bookings: Mapping[str, "Booking"], days: int) -> None:
        self.names, self.days = list(bookings), days
        self.takes, self.taker = _columns([one.takes for one in bookings.values()])
        work, self.worker = _columns([one.work for one in bookings.values()])
        self.place, self.work = work[:, 0] * days + work[:, 1], work[:, 2]

    def taking(self, items: Iterable[int]) -> set[str]:
        """Who takes something of these items."""
        found = self.taker[_is_in(self.takes[:, 0], items)]
        return {self.names[row] for row in np.unique(found).tolist()}

    def working(self, centres: Iterable[int]) -> set[str]:
        """Who works on these work centres, on whatever day."""
        found = self.worker[_is_in(self.place // self.days, centres)]
        return {self.names[row] for row in np.unique(found).tolist()}

    def at(self, places: Iterable[Place]) -> dict[str, dict[Place, int]]:
        """By name what is worked at these places."""
        here = _is_in(self.place, [centre * self.days + day for centre, day in places])
        found: dict[str, dict[Place, int]] = {}
        for row, place, work in zip(
            self.worker[here].tolist(),
            self.place[here].tolist(),
            self.work[here].tolist(),
            strict=True,
        ):
            mine = found.setdefault(self.names[row], {})
            where = divmod(place, self.days)
            mine[where] = mine.get(where, 0) + work
        return found


def _columns(rows: list[tuple[tuple[int, int, int], ...]]) -> tuple[Ints, Ints]:
    """All rows below each other, and the place of the booking that each is of."""
    flat = chain.from_iterable(chain.from_iterable(rows))
    who = np.repeat(np.arange(len(rows)), np.array([len(one) for one in rows], np.int64))
    return np.fromiter(flat, np.int64).reshape(-1, 3), who


def _is_in(column: Ints, wanted: Iterable[int]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    rows = np.array([*wanted], np.int64)
    is_wanted = np.zeros(max(int(column.max(initial=0)), int(rows.max(initial=0))) + 1, np.bool_)
    is_wanted[rows] = True
    return is_wanted[column]
