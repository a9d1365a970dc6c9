"""A rush order: what could be had if it went before all others, and which of them would move.

The order in which all is booked, first to last:

1. what is fixed: promises that may not move for a rush;
2. the order's own lines that win nothing by priority, among them all that meet their wish without
   it: for the day they have without a rush, so that they lose nothing and move nobody;
3. its other lines, as they stand in the order, each for the first day it can be there, or the day
   it is wished for, and as late as that day allows;
4. the promises of others that still fit as they were: they stay as they were;
5. the rest of them by the day each is promised for, as late as that day allows, else on the first
   day after it.

If somebody would become later by 5, it is tried whether less harm is done with the lines of 3 as
early as they can be, whether the order is as early if those who would be later go before it, and
whether all are in time if those near them are made at another time, too. Nothing of
the live book changes until the answer is accepted.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from .book import Book, Booking, Overbooked
from .overlay import Overlay
from .query import Answer, Ask, LineAnswer, ask, place
from .search import MOST_TRIALS, Search

MOST_SPARED = 2  # so many ways to spare those who would become later are tried
MOST_NEAR = 40  # so many promises are planned anew together, at most


@dataclass(frozen=True, slots=True)
class Move:
    """A promise that moves: the day it had and the day it would have; None: it cannot be kept."""

    name: str
    was: int
    becomes: int | None

    @property
    def is_later(self) -> bool:
        """Whether somebody gets something later; else it only is made at another time."""
        return self.becomes is None or self.becomes > self.was


@dataclass(frozen=True, slots=True)
class Rush:
    """The order's answer with priority, all promises that would change, and the book it gives."""

    answer: Answer
    moves: tuple[Move, ...]
    book: Book

    @property
    def later(self) -> tuple[Move, ...]:
        """The promises that would become later, the worst first."""
        moved = [one for one in self.moves if one.is_later]
        return tuple(sorted(moved, key=lambda one: (one.becomes is not None, _days(one))))

    @property
    def harm(self) -> tuple[int, int, int]:
        """What it does to others: how many are not kept, by how many days, and how many later."""
        later = self.later
        lost = sum(one.becomes is None for one in later)
        return lost, -sum(_days(one) for one in later if one.becomes is not None), len(later)


def _days(move: Move) -> int:
    return move.was - (move.becomes or 0)


def rush(
    book: Book,
    name: str,
    asks: Sequence[Ask],
    others: Mapping[str, Ask],
    *,
    fixed: Collection[str] = (),
    usual: Answer | None = None,
    together: bool = False,
    most_trials: int = MOST_TRIALS,
) -> Rush:
    """What priority would bring. `others`: what each booking of the book is for, its day as wished.

    Bookings that are `fixed`, or that `others` does not know, go before the rush order. `usual`:
    the answer without priority, of which no line gets worse; without it every line goes before all
    others and nobody is spared. `together`: a line needs to be there with the last one only.
    """
    room = _Room(book, name, others, fixed, most_trials)
    if usual is None:
        return room.come_back(ask(room.first, asks, most_trials=most_trials))
    asks = _with_the_last(room, asks, usual) if together else asks
    answer, as_usual = _answer(room, asks, usual)
    best = room.come_back(answer)
    if best.later:
        early = room.come_back(room.answer(asks, as_usual, is_late=False))
        best = early if early.harm < best.harm else best
    if best.later:
        best = _spared(room, asks, as_usual, best)
    if best.later:
        best = room.near(asks, best)
    return best


def _with_the_last(room: "_Room", asks: Sequence[Ask], usual: Answer) -> list[Ask]:
    """All lines as wished for the day the last is there with priority."""
    days = [line.booked for line in _answer(room, asks, usual)[0].lines]
    last = max((day for day in days if day is not None), default=0)
    return [replace(one, wished=max(one.wished, last)) for one in asks]


def _answer(
    room: "_Room", asks: Sequence[Ask], usual: Answer
) -> tuple[Answer, dict[int, LineAnswer]]:
    """The order with priority for those of its lines that win by it, and by row all the others.

    None is worse than usual.
    """
    meets = [
        row
        for row, (one, line) in enumerate(zip(asks, usual.lines, strict=True))
        if line.earliest is not None and line.earliest <= one.wished
    ]
    as_usual = {row: usual.lines[row] for row in meets}
    found = room.answer(asks, as_usual)
    idle = [
        row
        for row, (line, was) in enumerate(zip(found.lines, usual.lines, strict=True))
        if _day(asks[row], was) <= _day(asks[row], line)
    ]
    if idle != meets and len(idle) < len(asks):
        more = {row: usual.lines[row] for row in idle}
        fewer = room.answer(asks, more)
        if not _is_worse(asks, fewer, found):
            found, as_usual = fewer, more
    if _is_worse(asks, found, usual):
        found, as_usual = room.answer(asks), {}  # every line in its turn
    if len(idle) == len(asks) or _is_worse(asks, found, usual):
        return usual, dict(enumerate(usual.lines))
    return found, as_usual


def _whole(lines: Sequence[LineAnswer], overlay: Overlay) -> Answer:
    days = [line.earliest for line in lines]
    known = [day for day in days if day is not None]
    complete = max(known, default=0) if len(known) == len(days) else None
    return Answer(tuple(lines), complete, overlay)


def _day(one: Ask, line: LineAnswer) -> int:
    """The day a line would be promised for; beyond all days where it has none."""
    return 1 << 40 if line.earliest is None else max(line.earliest, one.wished)


def _is_worse(asks: Sequence[Ask], answer: Answer, than: Answer) -> bool:
    pairs = zip(asks, answer.lines, than.lines, strict=True)
    return any(_day(one, line) > _day(one, other) for one, line, other in pairs)


def _spared(
    room: "_Room", asks: Sequence[Ask], as_usual: Mapping[int, LineAnswer], first: Rush
) -> Rush:
    """The order as early as at first, with as many as possible before it who would be later."""
    best, spared = first, frozenset[str]()
    names = [one.name for one in first.later]
    for tried in [names, *([name] for name in names[: MOST_SPARED - 1] if len(names) > 1)]:
        if not {*tried} & {one.name for one in best.later}:
            continue
        answer = room.answer(asks, as_usual, spared | {*tried})
        if _is_worse(asks, answer, first.answer):
            continue
        found = room.come_back(answer)
        if found.harm < best.harm:
            best, spared = found, spared | {*tried}
        if not best.later:
            break
    return best


class _Room:
    """What a rush order is searched in: the live book, and one in which only the fixed stand."""

    def __init__(
        self,
        book: Book,
        name: str,
        others: Mapping[str, Ask],
        fixed: Collection[str],
        most_trials: int,
    ) -> None:
        self.book, self.name, self.others, self.most_trials = book, name, others, most_trials
        self.movable = {one for one in book.bookings if one in others and one not in fixed}
        self.first = book.only([one for one in book.bookings if one not in self.movable])

    def answer(
        self,
        asks: Sequence[Ask],
        as_usual: Mapping[int, LineAnswer] = MappingProxyType({}),
        spared: Collection[str] = (),
        *,
        is_late: bool = True,
    ) -> Answer:
        """All lines: those as usual in the live book, the others where nobody is before them but
        the fixed and those who are spared; each as late as its day allows, or as early."""
        live = Overlay(self.book)
        search = Search(live, most_trials=self.most_trials)
        for row, line in as_usual.items():
            one = replace(asks[row], wished=_day(asks[row], line))
            if place(search, one) != one.wished:  # it needs what another line would have left
                fewer = {other: was for other, was in as_usual.items() if other != row}
                return self.answer(asks, fewer, spared, is_late=is_late)
        rows = [row for row in range(len(asks)) if row not in as_usual]
        first, rest = self._after(spared), [asks[row] for row in rows]
        found = ask(first, rest, most_trials=self.most_trials, after=live)
        lines = {**as_usual, **dict(zip(rows, found.lines, strict=True))}
        taken = self._late(first, live, rest, found) if is_late else found.overlay
        return _whole([lines[row] for row in range(len(asks))], taken)

    def _after(self, spared: Collection[str]) -> Book:
        """The book of what goes before the order."""
        if not spared:
            return self.first
        first = self.first.without(())
        for name in spared:
            first.commit(name, self.book.bookings[name])
        return first

    def _late(self, first: Book, live: Overlay, asks: Sequence[Ask], found: Answer) -> Overlay:
        """The same days, with all as late as these allow: early minutes are for others."""
        overlay = Overlay(first)
        overlay.again(live)
        search = Search(overlay, most_trials=self.most_trials)
        for one, line in zip(asks, found.lines, strict=True):
            if line.earliest is None:
                return found.overlay
            day = _day(one, line)
            if place(search, replace(one, wished=day)) != day:
                return found.overlay
        return overlay

    def come_back(self, answer: Answer) -> Rush:
        """The others after the order has been booked."""
        # All that share nothing scarce with it fit as they were, in whatever order they come back.
        crossed = self.book.crossed_by(answer.booking) & self.movable
        trial = self.book.without(crossed)
        trial.commit(self.name, answer.booking)
        displaced = []
        for one in self._by_day(crossed):
            try:
                trial.commit(one, self.book.bookings[one])
            except Overbooked:
                displaced.append(one)
        return Rush(answer, self._placed(trial, displaced), trial)

    def near(self, asks: Sequence[Ask], found: Rush) -> Rush:
        """With the order and those who need the same as the later ones planned anew, the order
        first and all by their days, if that does less harm."""
        later = [one.name for one in found.later]
        wanted = {need for name in later for need in self._needs(self.book.bookings[name])}
        day = self.others[later[0]].wished
        near = [
            one
            for one in self.movable - {*later}
            if not wanted.isdisjoint(self._needs(self.book.bookings[one]))
        ]
        near.sort(key=lambda one: (abs(self.others[one].wished - day), one))
        again = {*later, *near[:MOST_NEAR], *(one.name for one in found.moves)}
        for is_early in (False, True):
            other = self._anew(asks, found.answer, self._by_day(again), is_early=is_early)
            if other is not None and other.harm < found.harm:
                found = other
            if not found.later:
                break
        return found

    def _anew(
        self, asks: Sequence[Ask], answer: Answer, names: Sequence[str], *, is_early: bool
    ) -> Rush | None:
        """These with the order booked anew; None if the order does not keep its days.

        Late: the order first, all as late as their days allow. Early: all by their days, as early
        as they can be, so that late minutes are left to those who wait for material.
        """
        trial = self.book.without(names)
        if not is_early:
            booking = self._booked_late(trial, asks, answer)
            if booking is None:
                return None
            trial.commit(self.name, booking)
            return Rush(answer, self._placed(trial, names), trial)
        last = max((_day(one, line) for one, line in zip(asks, answer.lines, strict=True)))
        before = [name for name in names if self.others[name].wished < last]
        moves = self._placed(trial, before, is_early=True)
        whole = ask(trial, [replace(one, wished=0) for one in asks], most_trials=self.most_trials)
        if _is_worse(asks, whole, answer):
            return None
        trial.commit(self.name, whole.booking)
        rest = names[len(before) :]
        return Rush(answer, (*moves, *self._placed(trial, rest, is_early=True)), trial)

    def _booked_late(self, book: Book, asks: Sequence[Ask], answer: Answer) -> Booking | None:
        """All lines of the order, as late as the days of an answer allow; None if not all fit."""
        overlay = Overlay(book)
        search = Search(overlay, most_trials=self.most_trials)
        days = [_day(one, line) for one, line in zip(asks, answer.lines, strict=True)]
        for day, row in sorted((day, row) for row, day in enumerate(days)):
            if place(search, replace(asks[row], wished=day)) != day:
                return None
        return overlay.booking()

    def _needs(self, booking: Booking) -> set[tuple[str, int]]:
        """The items and work centres a booking takes something of."""
        items = {("item", take[0]) for take in booking.takes}
        return items | {("centre", work[0]) for work in booking.work}

    def _by_day(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda one: (self.others[one].wished, one))

    def _placed(
        self, trial: Book, names: Sequence[str], *, is_early: bool = False
    ) -> tuple[Move, ...]:
        """Book each for its day, or the first after it; those that are booked otherwise."""
        moves = []
        for name in names:
            one, was = self.others[name], self.book.bookings[name]
            day, overlay = self._place(trial, one, is_early=is_early)
            if day is None:
                moves.append(Move(name, one.wished, None))
                continue
            if (
                day > one.wished and not is_early
            ):  # as late as its new day allows: what is early is for others
                later, other = self._place(trial, replace(one, wished=day))
                overlay = other if later == day else overlay
            taken = overlay.booking()
            booking = Booking(taken.takes, taken.work, was.until)
            trial.commit(name, booking)
            if booking != was or day != one.wished:
                moves.append(Move(name, one.wished, day))
        return tuple(moves)

    def _place(
        self, trial: Book, one: Ask, *, is_early: bool = False
    ) -> tuple[int | None, Overlay]:
        if is_early:
            found = ask(trial, [replace(one, wished=0)], most_trials=self.most_trials)
            day = found.lines[0].earliest
            return None if day is None else max(day, one.wished), found.overlay
        overlay = Overlay(trial)
        return place(Search(overlay, most_trials=self.most_trials), one), overlay
