"""All promises booked one after the other by rank, with the places they had before.

Whoever has another place now stood in the former one while the next ones were booked: only so
these have the same place as then. He leaves it when his turn comes, and whoever is late has what
is free by that.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import NamedTuple

from .book import Book, Booking
from .facts import Given, Rank, Standing
from .overlay import Overlay
from .query import Ask, Own, place, place_early
from .search import Search
from .world import World

MOST_AGAIN = 3  # so often somebody who is late is looked at again when others leave their places


@dataclass(frozen=True, slots=True)
class Turn:
    """What is booked next: a promise for its day, or for one it had before (`is_former`).

    `stays`: a rush has booked it anew for the day on which it stood, being past its own already.
    """

    name: str
    day: int
    is_early: bool
    is_former: bool
    stays: bool


Step = tuple[set[str], list[Turn]]  # who leaves a former place, and what is booked then


class _Row(NamedTuple):
    rank: Rank
    on: dt.date
    turn: Turn
    order: str


def day_of(on: dt.date, world: World) -> int:
    """The day of the world that a date means; what is past is for the first."""
    return min(max(on.toordinal() - world.first_day, 0), world.days - 1)


def in_turn(standing: Iterable[Standing], world: World) -> Iterator[list[Step]]:
    """Whose former places end, and what is booked then: what a rush has booked anew together, and
    the lines of an order that were promised in one.

    A former day that has passed since holds nothing. One that was past already when it was left
    does: it was held on the first day on which it could be had.
    """
    rows = [row for one in standing for row in _rows(one, world)]
    rows.sort(key=lambda row: (row.rank, row.on, row.turn.name))
    for _moment, given in groupby(rows, key=lambda row: row.rank[0]):
        steps: list[Step] = []
        last = ""
        for _promise, group in groupby(given, key=lambda row: row.rank[:2]):
            for order, (leaving, turns) in _together([*group]):
                if order and order == last:
                    steps[-1][0].update(leaving)
                    steps[-1][1].extend(turns)
                else:
                    steps.append((leaving, turns))
                last = order
        yield steps


def _rows(one: Standing, world: World) -> Iterator[_Row]:
    now = Given(one.rank, one.on, one.is_early)
    first = Given(one.rank, dt.date.max)
    for before, given in pairwise((first, *one.former, now)):
        if given is now or given.was_past or given.on.toordinal() >= world.first_day:
            stays = before.was_past and before.on == given.on
            day = day_of(given.on, world)
            turn = Turn(one.name, day, given.is_early, given is not now, stays)
            yield _Row(given.rank, given.on, turn, one.order)


def _together(group: Sequence[_Row]) -> Iterator[tuple[str, Step]]:
    """Each with its order, or none for a rush. Lines that this left as they are usually were asked
    when only their order was out."""
    usual = [row for row in group if row.rank[2] < 0]
    rushed = [row for row in group if row.rank[2] > 0]
    if usual:
        orders = {row.order for row in usual}
        own = {row.turn.name for row in (*usual, *rushed) if row.order in orders}
        yield "", (own, [row.turn for row in usual])
    for row in group:
        if not row.rank[2]:
            yield row.order, ({row.turn.name}, [row.turn])
    if rushed:
        yield "", ({row.turn.name for row in rushed}, [row.turn for row in rushed])


@dataclass(slots=True)
class _Late:
    """Somebody who is late, or has no day at all, beside places that others will leave."""

    turn: Turn
    ask: Ask
    day: int | None
    beside: set[str]
    tried: int = 0


class _Place(NamedTuple):
    """On which day somebody stands, with what he took of the goods that come for his line alone."""

    day: int
    lender: str
    taken: Own


class Booked:
    """Promises booked one after the other.

    What is promised for a day that can no longer be reached is for the day it can be had. Each
    keeps what it took of the goods that come for its line alone.
    """

    def __init__(self, book: Book) -> None:
        self.others: dict[str, Ask] = {}
        self.unplaced: list[str] = []
        self.former: dict[str, _Place] = {}  # who stands where it stood before
        self.late: dict[str, _Late] = {}
        self._begin(book)

    def stand(self, name: str, lender: str, one: Ask) -> None:
        """Somebody in the book stands where he stood before. `one`: for what he is booked."""
        self.former[name] = _Place(one.wished, lender, one.own)

    def _begin(self, book: Book) -> None:
        self.overlay = Overlay(book)
        self.search = Search(self.overlay)

    def _afresh(self) -> Book:
        """The book with all so far, to take something out of it."""
        book, lent = self.whole(), self.overlay.lent
        self._begin(book)
        self.overlay.lent |= lent
        return book

    def whole(self) -> Book:
        """The book with all of them."""
        self.overlay.hand_over()
        return self.overlay.book

    def next_ones(self, steps: Iterable[Step], asks: Mapping[str, Ask]) -> None:
        """Some leave their former places, and the next are booked. Whoever was late beside those
        has what is left after all of them, and takes nothing from anybody."""
        left: dict[str, Booking] = {}
        for leaving, turns in steps:
            stood, bookings = self._take_out(leaving)
            left |= bookings
            for turn in turns:
                day = stood[turn.name].day if turn.stays and turn.name in stood else 0
                self._place(turn, replace(asks[turn.name], wished=max(turn.day, day)))
        for name, one in [*self.late.items()] if left else ():
            if one.beside & left.keys():
                one.beside -= left.keys()
                self._again(name, one, left.values())

    def _take_out(self, names: Collection[str]) -> tuple[dict[str, _Place], dict[str, Booking]]:
        """Take those out of the book that stand in it where they stood before."""
        standing = sorted(self.former.keys() & names)
        if not standing:
            return {}, {}
        book = self._afresh()
        left, bookings = {}, {}
        for name in standing:
            left[name], bookings[name] = self.former.pop(name), book.release(name)
            self.late.pop(name, None)
            self._give_back(left[name])
        return left, bookings

    def _give_back(self, one: _Place) -> None:
        if one.taken:
            again = [*self.overlay.lent.get(one.lender, ()), *one.taken]
            self.overlay.lent[one.lender] = tuple(sorted(again, key=lambda row: row[1]))

    def _place(self, turn: Turn, one: Ask) -> None:
        """Book the next one."""
        there = self.overlay.lent.get(one.lender, one.own)
        day = self._search(turn, one)
        if self.former and (day is None or day > one.wished):
            self.late[turn.name] = _Late(turn, one, day, {*self.former})
        if day is not None:
            self._keep(turn, one, day, there)
            return
        self.overlay.clear()
        if not turn.is_former:
            self.unplaced.append(turn.name)

    def _keep(self, turn: Turn, one: Ask, day: int, there: Own) -> None:
        name = turn.name
        self.overlay.keep(name)
        taken = _taken(there, self.overlay.lent.get(one.lender, ()))
        if turn.is_former:
            self.former[name] = _Place(day, one.lender, taken)
        elif day == one.wished and not one.own:
            self.others[name] = replace(one, lender="")
        else:
            self.others[name] = replace(one, wished=day, own=taken, lender="")

    def _again(self, name: str, late: _Late, left: Iterable[Booking]) -> None:
        """Book somebody who is late anew, if he is earlier by it; else he stays as he is."""
        if late.tried >= MOST_AGAIN or not self._is_near(late.ask, left):
            return
        late.tried += 1
        book, one, was = self._afresh(), late.ask, late.day
        booking, before = None, dict(self.overlay.lent)
        if was is not None:
            booking = book.release(name)
            taken = self.former[name].taken if late.turn.is_former else self.others[name].own
            self._give_back(_Place(was, one.lender, taken))
        there = self.overlay.lent.get(one.lender, one.own)
        day = self._search(late.turn, one)
        if day is None or (was is not None and day >= was):
            self._begin(book)
            self.overlay.lent |= before
            if booking is not None:
                book.commit(name, booking)
            return
        self._keep(late.turn, one, day, there)
        if name in self.unplaced:
            self.unplaced.remove(name)
        late.day = day
        if day <= one.wished:
            del self.late[name]

    def _is_near(self, one: Ask, left: Iterable[Booking]) -> bool:
        """Whether it needs anything of what has been left."""
        items, centres = self.overlay.book.world.below({one.item})
        return any(
            any(row[0] in items for row in booking.takes)
            or any(row[0] in centres for row in booking.work)
            for booking in left
        )

    def _search(self, turn: Turn, one: Ask) -> int | None:
        return place_early(self.search, one) if turn.is_early else place(self.search, one)


def _taken(there: Own, left: Own) -> Own:
    """What is there no more, of what was."""
    rest: dict[tuple[int, int], int] = defaultdict(int)
    for item, day, quantity in left:
        rest[item, day] += quantity
    found = []
    for item, day, quantity in there:
        kept = min(rest[item, day], quantity)
        rest[item, day] -= kept
        if quantity > kept:
            found.append((item, day, quantity - kept))
    return tuple(found)
