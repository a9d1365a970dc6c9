"""What is promised in a world: bookings of material and minutes, held, kept or given back exactly.

A booking is a set of whole numbers; what is left of the world follows from the world and the sums
of all bookings. So releasing one gives back what it took to the last thousandth, in any order.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from .rows import Place, Rows
from .world import World

Curve = tuple[list[int], list[int]]


@dataclass(frozen=True, slots=True)
class Booking:
    """What one promise takes: material by item and day, work by centre and day.

    `takes`: item, day, quantity. `work`: centre, day, thousandths of a minute. `until`: the moment
    up to which it is held; None: until it is released.
    """

    takes: tuple[tuple[int, int, int], ...]
    work: tuple[tuple[int, int, int], ...]
    until: dt.datetime | None = None


class Overbooked(ValueError):
    """A booking that takes what is no longer there; nothing of it was booked."""


@dataclass(slots=True)
class Book:
    """All bookings of a world. Sums that are 0 are not kept, so equal books are equal."""

    world: World
    bookings: dict[str, Booking] = field(default_factory=dict)
    taken: dict[int, dict[int, int]] = field(default_factory=dict)
    busy: dict[int, dict[int, int]] = field(default_factory=dict)
    _curves: dict[int, Curve] = field(default_factory=dict)
    _free: dict[int, list[int]] = field(default_factory=dict)
    _sums: dict[int, list[int]] = field(default_factory=dict)
    # by centre the sums as they were at some time since which nothing was given back
    _leaps: dict[int, list[int]] = field(default_factory=dict, compare=False)
    _rows: Rows | None = field(default=None, compare=False)
    # items and centres whose days are another book's, too: copied before they are changed
    _common: tuple[set[int], set[int]] = field(default_factory=lambda: (set(), set()))

    def curve(self, item: int) -> Curve:
        """Days and amounts that may still be taken of an item; not to be changed."""
        found = self._curves.get(item)
        if found is None:
            found = self._curves[item] = less_all(
                self.world.curves.of(item), self.taken.get(item, {})
            )
        return found

    def room(self, centre: int) -> list[int]:
        """Free work of a centre by day; not to be changed, it follows what is booked."""
        found = self._free.get(centre)
        if found is None:
            found = self._free[centre] = list(self.world.centres[centre].free)
            for day, work in self.busy.get(centre, {}).items():
                found[day] -= work
        return found

    def sums(self, centre: int) -> list[int]:
        """Free work of a centre up to before each day; not to be changed."""
        found = self._sums.get(centre)
        if found is None:
            found = self._sums[centre] = [0, *accumulate(self.room(centre))]
        return found

    def past_full(self, centre: int, day: int) -> int:
        """A later day than this full one: between the two no day of a centre is free.

        What is committed makes days fuller only: days that were full then, still are.
        """
        sums = self._leaps.get(centre)
        if sums is None:
            sums = self._leaps[centre] = self.sums(centre)
        return max(bisect_right(sums, sums[day + 1]) - 1, day + 1)

    def commit(self, name: str, booking: Booking) -> None:
        """Book under a name. Raises Overbooked and books nothing if not all of it is free."""
        if name in self.bookings:
            raise ValueError(f"{name!r} is booked already")
        curves = self._less(booking)
        self._count(booking, 1)
        short = self._short(booking, curves)
        if short:
            self._count(booking, -1)
            raise Overbooked(short)
        self._curves |= curves
        self.bookings[name] = booking
        self._rows = None

    def enter(self, name: str, booking: Booking) -> None:
        """Book what is known to be free under a name that is new; `know` follows the last of many.

        Until then what is left of the world is not to be asked of this book.
        """
        items = self._common[0]
        for item, day, quantity in booking.takes:
            if item in items:
                items.discard(item)
                self.taken[item] = dict(self.taken[item])
            _add(self.taken, item, day, quantity)
        self.bookings[name] = booking
        self._rows = None

    def know(self, curves: Mapping[int, Curve], rooms: Mapping[int, list[int]]) -> None:
        """What is left of items and centres after all that was entered; of others as it was."""
        self._curves |= curves
        for centre, room in rooms.items():
            self._free[centre] = room
            self._sums.pop(centre, None)
            self._leaps.pop(centre, None)
            pairs = enumerate(zip(self.world.centres[centre].free, room, strict=True))
            busy = {day: there - left for day, (there, left) in pairs if there != left}
            if busy:
                self.busy[centre] = busy

    def without(self, names: Collection[str]) -> "Book":
        """A book of its own, as if these had never been booked; this one stays as it is.

        What the two have in common is not copied.
        """
        found = Book(
            self.world, dict(self.bookings), dict(self.taken), dict(self.busy),
            dict(self._curves), dict(self._free), dict(self._sums),
            dict(self._leaps), self._rows,
        )  # fmt: skip
        found._common = ({*found.taken}, {*found.busy, *found._free})
        for name in names:
            found.release(name)
        return found

    def only(self, names: Collection[str]) -> "Book":
        """A book of its own of these bookings alone; this one stays as it is."""
        found = Book(self.world)
        for name in names:
            found.bookings[name] = self.bookings[name]
            found._count(self.bookings[name], 1)
        return found

    def release(self, name: str) -> Booking:
        """Give back exactly what was booked under a name. Raises KeyError."""
        booking = self.bookings.pop(name)
        self._count(booking, -1)
        return booking

    def expire(self, moment: dt.datetime) -> list[str]:
        """Release all that is held until before a moment; their names."""
        over = [
            name
            for name, one in self.bookings.items()
            if one.until is not None and one.until <= moment
        ]
        for name in over:
            self.release(name)
        return over

    def _count(self, booking: Booking, sign: int) -> None:
        items, centres = self._common
        for item, day, quantity in booking.takes:
            if item in items:
                items.discard(item)
                self.taken[item] = dict(self.taken[item])
            _add(self.taken, item, day, sign * quantity)
            self._curves.pop(item, None)
        for centre, day, work in booking.work:
            if centre in centres:
                centres.discard(centre)
                self._own(centre)
            _add(self.busy, centre, day, sign * work)
            free = self._free.get(centre)
            if free is not None:
                free[day] -= sign * work
            self._sums.pop(centre, None)
            if sign < 0:
                self._leaps.pop(centre, None)

    def _own(self, centre: int) -> None:
        if centre in self.busy:
            self.busy[centre] = dict(self.busy[centre])
        if centre in self._free:
            self._free[centre] = list(self._free[centre])

    def _less(self, booking: Booking) -> dict[int, Curve]:
        """What is left of the items it takes once a booking is in the book; below 0: too little."""
        curves: dict[int, Curve] = {}
        for item, day, quantity in booking.takes:
            curves[item] = less(curves.get(item) or self.curve(item), day, quantity)
        return curves

    def _short(self, booking: Booking, curves: Mapping[int, Curve]) -> str:
        """What the book lacks with this booking in it; nothing, if it fits."""
        for centre, day, _work in booking.work:
            if self.room(centre)[day] < 0:
                return f"{self.world.centres[centre].code} is full on day {day}"
        for item, (_days, amounts) in curves.items():
            if amounts[0] < 0:
                return f"{self.world.products[item].code} is no longer there"
        return ""

    def rows(self) -> Rows:
        """All bookings as columns, made once; names that were released since are in them, too."""
        if self._rows is None:
            self._rows = Rows(self.bookings, self.world.days)
        return self._rows

    def displaced_by(
        self, booking: Booking, names: Set[str], in_turn: Callable[[str], Any]
    ) -> list[str]:
        """Which of these no longer fit after a booking, if they come back in their turn.

        Only what is too little for all of them is looked at: whatever is enough for all is enough
        for each, in whatever order they come back. The book stays as it is.
        """
        left, short = self._overdrawn(booking)
        works, takers = self.rows().at(left), self.rows().taking(short)
        crossed = (works.keys() | takers) & names & self.bookings.keys()
        takes = {
            name: [row for row in self.bookings[name].takes if row[0] in short]
            for name in crossed & takers
        }
        for name in crossed:
            for place, work in works.get(name, {}).items():
                left[place] += work
            for item, day, quantity in takes.get(name, ()):
                short[item][day] = short[item].get(day, 0) - quantity
        curves = {item: less_all(self.world.curves.of(item), short[item]) for item in short}
        displaced = []
        for name in sorted(crossed, key=in_turn):
            mine = works.get(name, {})
            after: dict[int, Curve] = {}
            for item, day, quantity in takes.get(name, ()):
                after[item] = less(after.get(item) or curves[item], day, quantity)
            if any(left[place] < amount for place, amount in mine.items()) or any(
                amounts[0] < 0 for _days, amounts in after.values()
            ):
                displaced.append(name)
                continue
            for place, amount in mine.items():
                left[place] -= amount
            curves |= after
        return displaced

    def _overdrawn(self, booking: Booking) -> tuple[dict[Place, int], dict[int, dict[int, int]]]:
        """Where there is too little if this comes besides all others: what is left, below 0, by
        work centre and day, and what is taken of items by day."""
        left: dict[Place, int] = {}
        for centre, day, work in booking.work:
            left[centre, day] = left.get((centre, day), self.room(centre)[day]) - work
        short = {
            item: dict(self.taken.get(item, {}))
            for item, (_days, amounts) in self._less(booking).items()
            if amounts[0] < 0
        }
        for item, day, quantity in booking.takes:
            if item in short:
                short[item][day] = short[item].get(day, 0) + quantity
        return {place: rest for place, rest in left.items() if rest < 0}, short


def _add(sums: dict[int, dict[int, int]], place: int, day: int, amount: int) -> None:
    by_day = sums.setdefault(place, {})
    by_day[day] = by_day.get(day, 0) + amount
    if not by_day[day]:
        del by_day[day]
    if not by_day:
        del sums[place]


def less(curve: Curve, day: int, quantity: int) -> Curve:
    """A curve after a quantity has been taken on a day.

    From that day on it is less by the quantity; before it no more than what is left on that day.
    """
    days, amounts = curve
    place = bisect_right(days, day)
    left = amounts[place - 1] - quantity
    before = [one if one < left else left for one in amounts[:place]]
    after = [one - quantity for one in amounts[place:]]
    if days[place - 1] == day:
        before[-1] = left
        return days, before + after
    return [*days[:place], day, *days[place:]], [*before, left, *after]


def less_all(curve: Curve, takes: Mapping[int, int]) -> Curve:
    """A curve after quantities have been taken by day: what `less` gives one after the other.

    In one pass over all days, however many are taken: what is there by a day less all that is
    taken by it, and no more than is left on any later day.
    """
    if not takes:
        return curve
    there = dict(zip(*curve, strict=True))
    days = sorted(there.keys() | takes.keys())
    amounts, base, taken = [], 0, 0
    for day in days:
        base = there.get(day, base)
        taken += takes.get(day, 0)
        amounts.append(base - taken)
    return days, [*accumulate(reversed(amounts), min)][::-1]
