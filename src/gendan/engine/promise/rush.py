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

If somebody would become later by 5, it is tried whether the order is as early if those who would
be later go before it; if they are not a whole crowd, whether less harm is done with the lines of 3
as early as they can be, and whether all are in time if those near them are made at another time,
too. Nothing of the live book changes until the answer is accepted.

What is told is what comes: the next book books the same turns one after the other, beside all who
stay where they are. So the days of the order's lines and of those who move are those of exactly
this, however they were found.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from types import MappingProxyType

from .book import Book, Booking
from .overlay import Overlay
from .query import Answer, Ask, LineAnswer, Turn, ask, place, place_early
from .search import MOST_TRIALS, Search, Stuck

MOST_SPARED = 2  # so many ways to spare those who would become later are tried
# Beyond so many who would be later there is too little for all of them, however they are planned.
MOST_LATER = 20
MOST_NEAR = 40  # so many promises are planned anew together, at most
MOST_TIMES = 4  # so often, and once for each line, the lines are told later until they fit

Harm = tuple[int, int, int]
_WORST = (1 << 40, 0, 0)


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
    """The order's answer with priority, all promises that would change, and the book it gives.

    `turns`: what is taken out of the live book and booked anew, one after the other: names of
    others, and for a line of the order the place it stands at.
    """

    answer: Answer
    moves: tuple[Move, ...]
    book: Book
    turns: tuple[Turn, ...] = ()

    @property
    def later(self) -> tuple[Move, ...]:
        """The promises that would become later, the worst first."""
        moved = [one for one in self.moves if one.is_later]
        return tuple(sorted(moved, key=lambda one: (one.becomes is not None, _days(one))))

    @property
    def harm(self) -> Harm:
        """What it does to others: how many are not kept, by how many days, and how many later."""
        return _harm(self.moves)


def _own(answer: Answer) -> list[Turn]:
    return [*answer.turns] or [Turn(row=row) for row in range(len(answer.lines))]


def _turns(rows: Iterable[int], *, is_early: bool = False) -> tuple[Turn, ...]:
    return tuple(Turn(row=row, is_early=is_early) for row in rows)


def _harm(moves: Iterable[Move]) -> Harm:
    later = [one for one in moves if one.is_later]
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
    promised: Mapping[str, int] = MappingProxyType({}),
    most_trials: int = MOST_TRIALS,
) -> Rush:
    """What priority would bring. `others`: what each booking of the book is for, its day as wished.
    `promised`: for which day somebody is looked for again who stands on a later one.

    Bookings that are `fixed`, or that `others` does not know, go before the rush order. `usual`:
    the answer without priority, of which no line gets worse; without it every line goes before all
    others and nobody is spared. `together`: a line needs to be there with the last one only.
    """
    room = _Room(book, name, others, fixed, promised, most_trials)
    if usual is None:
        return room.come_back(asks, ask(room.first, asks, most_trials=most_trials, apart=True))
    if not together:
        return _best(room, asks, usual)
    alone = _answer(room, asks, usual)[0]
    found = _best(room, _with_the_last(asks, alone), usual)
    return replace(found, answer=_no_earlier(found.answer, alone))


def _best(room: "_Room", asks: Sequence[Ask], usual: Answer) -> Rush:
    answer, as_usual = _answer(room, asks, usual)
    best = room.come_back(asks, answer)
    if _is_worse(asks, best.answer, usual):
        return room.come_back(asks, usual)
    if best.later:
        best = _spared(room, asks, as_usual, best)
    if 0 < len(best.later) <= MOST_LATER:
        best = room.better(asks, room.answer(asks, as_usual, is_late=False), best)
    if 0 < len(best.later) <= MOST_LATER:
        best = room.near(asks, best)
    return best


def _with_the_last(asks: Sequence[Ask], alone: Answer) -> list[Ask]:
    """All lines as wished for the day the last is there with priority."""
    last = max((line.booked for line in alone.lines if line.booked is not None), default=0)
    return [replace(one, wished=max(one.wished, last)) for one in asks]


def _no_earlier(answer: Answer, alone: Answer) -> Answer:
    """Where all lines are booked for the last, each can be there on the first day: alone."""
    lines = [*answer.lines]
    for row, (line, first) in enumerate(zip(answer.lines, alone.lines, strict=True)):
        if line.earliest is not None and line.earliest < (first.earliest or 0):
            lines[row] = replace(first, booked=line.booked)
    return _whole(lines, answer.overlay, answer.turns)


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


def _whole(lines: Sequence[LineAnswer], overlay: Overlay, turns: Sequence[Turn]) -> Answer:
    days = [line.earliest for line in lines]
    known = [day for day in days if day is not None]
    complete = max(known, default=0) if len(known) == len(days) else None
    return Answer(tuple(lines), complete, overlay, tuple(turns))


def _day(one: Ask, line: LineAnswer) -> int:
    """The day a line would be promised for; beyond all days where it has none."""
    return 1 << 40 if line.earliest is None else max(line.earliest, one.wished)


def _is_first(one: Ask, line: LineAnswer) -> bool:
    """Whether a line is wished for no later than it can be there."""
    return line.earliest is not None and one.wished <= line.earliest


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
        found = room.better(asks, answer, best)
        if found is not best:
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
        promised: Mapping[str, int],
        most_trials: int,
    ) -> None:
        self.book, self.name, self.others, self.most_trials = book, name, others, most_trials
        self.promised = promised
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
        found = ask(first, rest, most_trials=self.most_trials, after=live, apart=True)
        lines = {**as_usual, **dict(zip(rows, found.lines, strict=True))}
        taken = self._late(first, live, rest, found) if is_late else found.overlay
        turns = [Turn(row=row, is_usual=True) for row in as_usual]
        is_early = taken is found.overlay
        for row in rows:
            turns.append(Turn(row=row, is_early=is_early and _is_first(asks[row], lines[row])))
        return _whole([lines[row] for row in range(len(asks))], taken, turns)

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

    def come_back(self, asks: Sequence[Ask], answer: Answer) -> Rush:
        """The order as it is booked, be it later than it was found, and the others after it."""
        displaced, trial = self._displaced(answer)
        booked = self._as_booked(trial, asks, answer)
        return self._back(booked, displaced, trial, _WORST) or Rush(booked, (), self.book)

    def better(self, asks: Sequence[Ask], answer: Answer, than: Rush) -> Rush:
        """The same, if the order is booked so early and does less harm; else the other."""
        displaced, trial = self._displaced(answer)
        booked = self._as_booked(trial, asks, answer)
        if _is_worse(asks, booked, answer) or _is_worse(asks, booked, than.answer):
            return than
        found = self._back(booked, displaced, trial, than.harm)
        return found or than

    def _displaced(self, answer: Answer) -> tuple[list[str], Book]:
        """Who has to be booked anew for an answer, and the book without them."""
        names = self.book.displaced_by(answer.booking, self.movable, self._turn)
        return names, self.book.without(names)

    def _back(
        self, answer: Answer, displaced: Sequence[str], trial: Book, than: Harm
    ) -> Rush | None:
        trial.commit(self.name, answer.booking)
        moves = self._placed(trial, displaced, than)
        turns = (*answer.turns, *map(Turn, displaced))
        return None if moves is None else Rush(answer, moves, trial, turns)

    def _as_booked(self, trial: Book, asks: Sequence[Ask], answer: Answer) -> Answer:
        """The order's lines as its turns book them, once those who have to are out of the book."""
        turns, lines = _own(answer), [*answer.lines]
        live = Overlay(self.book)
        self._booked_in_turn(live, asks, lines, [turn for turn in turns if turn.is_usual])
        others = [turn for turn in turns if not turn.is_usual]
        for _again in range(MOST_TIMES + len(asks)):
            overlay = Overlay(trial)
            overlay.again(live)
            if not self._booked_in_turn(overlay, asks, lines, others):
                break
        return _whole(lines, overlay, turns)

    def _booked_in_turn(
        self, overlay: Overlay, asks: Sequence[Ask], lines: list[LineAnswer], turns: Iterable[Turn]
    ) -> bool:
        """Book lines for their days; whether one is later, which then has the day it is there."""
        search, is_later = Search(overlay, most_trials=self.most_trials), False
        for row, is_early in ((turn.row, turn.is_early) for turn in turns):
            if lines[row].earliest is None:
                continue
            one = replace(asks[row], wished=_day(asks[row], lines[row]))
            day = place_early(search, one) if is_early else place(search, one)
            if day is None:
                item = overlay.book.world.products[one.item].code
                stuck = Stuck("beyond_horizon", item=item, days=overlay.book.world.days)
                lines[row] = LineAnswer(None, None, stuck=stuck)
            elif day > one.wished:
                lines[row] = replace(lines[row], earliest=day, booked=day)
            is_later |= day is None or day > one.wished
        return is_later

    def near(self, asks: Sequence[Ask], found: Rush) -> Rush:
        """With the order and those who need the same as the later ones planned anew, the order
        first and all by their days, if that does less harm."""
        later = [one.name for one in found.later]
        items = {take[0] for name in later for take in self.book.bookings[name].takes}
        centres = {work[0] for name in later for work in self.book.bookings[name].work}
        rows, day = self.book.rows(), self.others[later[0]].wished
        near = nsmallest(
            MOST_NEAR,
            ((rows.taking(items) | rows.working(centres)) & self.movable) - {*later},
            key=lambda one: (abs(self.others[one].wished - day), one),
        )
        again = {*later, *near, *(one.name for one in found.moves)}
        for is_early in (False, True):
            found = self._anew(asks, found, self._by_day(again), is_early=is_early) or found
            if not found.later:
                break
        return found

    def _anew(
        self, asks: Sequence[Ask], than: Rush, names: Sequence[str], *, is_early: bool
    ) -> Rush | None:
        """These with the order booked anew; None if the order does not keep its days, or if it
        does no less harm.

        Late: the order first, all as late as their days allow. Early: all by their days, as early
        as they can be, so that late minutes are left to those who wait for material.
        """
        trial, answer, before = self.book.without(names), than.answer, 0
        moves: tuple[Move, ...] = ()
        if is_early:
            last = max((_day(one, line) for one, line in zip(asks, answer.lines, strict=True)))
            before = sum(self.others[name].wished < last for name in names)
            first = self._placed(trial, names[:before], than.harm, is_early=True)
            if first is None:
                return None
            moves = first
            whole = [replace(one, wished=0) for one in asks]
            early = ask(trial, whole, most_trials=self.most_trials, apart=True)
            booking = None if _is_worse(asks, early, answer) else early.booking
            answer = replace(answer, turns=_turns(range(len(asks)), is_early=True))
        else:
            rows = self._by_days(asks, answer)
            booking = self._booked_late(trial, asks, answer, rows)
            answer = replace(answer, turns=_turns(rows))
        if booking is None:
            return None
        trial.commit(self.name, booking)
        all_moves = self._placed(trial, names[before:], than.harm, moves, is_early=is_early)
        others = [Turn(name, is_early=is_early) for name in names]
        turns = (*others[:before], *_own(answer), *others[before:])
        return None if all_moves is None else Rush(answer, all_moves, trial, turns)

    def _by_days(self, asks: Sequence[Ask], answer: Answer) -> list[int]:
        """The places of the order's lines by the days of an answer."""
        return sorted(range(len(asks)), key=lambda row: (_day(asks[row], answer.lines[row]), row))

    def _booked_late(
        self, book: Book, asks: Sequence[Ask], answer: Answer, rows: Iterable[int]
    ) -> Booking | None:
        """All lines of the order, as late as the days of an answer allow; None if not all fit."""
        overlay = Overlay(book)
        search = Search(overlay, most_trials=self.most_trials)
        for row in rows:
            day = _day(asks[row], answer.lines[row])
            if place(search, replace(asks[row], wished=day)) != day:
                return None
        return overlay.booking()

    def _by_day(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=self._turn)

    def _turn(self, name: str) -> tuple[int, str]:
        return self.others[name].wished, name

    def _placed(
        self,
        trial: Book,
        names: Sequence[str],
        than: Harm,
        before: tuple[Move, ...] = (),
        *,
        is_early: bool = False,
    ) -> tuple[Move, ...] | None:
        """Book each for its day, or the first after it; those that are booked otherwise.

        None as soon as it does, with what has moved before, no less harm than is known already.
        """
        moves, harm = [*before], _harm(before)
        for name in names:
            move = self._moved(trial, name, is_early=is_early)
            if move is None:
                continue
            moves.append(move)
            lost, days, later = _harm([move])
            harm = (harm[0] + lost, harm[1] + days, harm[2] + later)
            if harm >= than:
                return None
        return tuple(moves)

    def _moved(self, trial: Book, name: str, *, is_early: bool) -> Move | None:
        """Book one for its day, or the first after it; nothing to tell if it stays as it was."""
        one, was = self.others[name], self.book.bookings[name]
        wished = replace(one, wished=self.promised.get(name, one.wished))
        day, overlay = self._place(trial, wished, is_early=is_early)
        if day is None:
            return Move(name, one.wished, None)
        if day > one.wished and not is_early:
            # as late as its new day allows: what is early is for others
            later, other = self._place(trial, replace(one, wished=day))
            overlay = other if later == day else overlay
        taken = overlay.booking()
        booking = Booking(taken.takes, taken.work, was.until)
        trial.commit(name, booking)
        return Move(name, one.wished, day) if booking != was or day != one.wished else None

    def _place(
        self, trial: Book, one: Ask, *, is_early: bool = False
    ) -> tuple[int | None, Overlay]:
        if is_early:
            found = ask(trial, [replace(one, wished=0)], most_trials=self.most_trials)
            day = found.lines[0].earliest
            return None if day is None else max(day, one.wished), found.overlay
        overlay = Overlay(trial)
        return place(Search(overlay, most_trials=self.most_trials), one), overlay
