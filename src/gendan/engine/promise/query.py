"""A query: when each of several lines can be there, and the booking that would hold it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .book import Book, Booking
from .overlay import Overlay
from .search import AT_ONCE, MOST_TRIALS, USUAL, Need, Search, Start, Stuck, Ways
from .world import Source

Own = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A line: an item, how much of it (in smallest parts), and the day it is wished for.

    `own`: what is coming for this line alone: item, day, quantity. Several asks with the same
    `lender` share it: what the first leaves over is there for the next. `approval`: what is
    made for it is begun no earlier. It counts when it is asked how early a line can be there; once
    that is answered the line is booked for its day like all others. `first`: by item who is asked
    first for it instead of the usual one, as the customer has nominated him.
    """

    item: int
    quantity: int
    wished: int = 0
    own: Own = ()
    lender: str = ""
    approval: Start = AT_ONCE
    first: Mapping[int, Source] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """When a line can be there first, and the day it is booked for: that, or as wished later.

    `need` explains the earliest day; without one `stuck` says why there is none.
    """

    earliest: int | None
    booked: int | None
    need: Need | None = None
    stuck: Stuck | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What is booked next in a rush: another's promise, or a line of the order at its place.

    `is_early`: as early as it can be, not as late as its day allows. `is_usual`: before anybody is
    taken out of the book.
    """

    name: str = ""
    row: int = 0
    is_early: bool = False
    is_usual: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """All lines, when the last is there (None if one never is), and what the order would take.

    `turns`: which line is booked after which, and how; empty: as they stand.
    """

    lines: tuple[LineAnswer, ...]
    complete: int | None
    overlay: Overlay
    turns: tuple[Turn, ...] = ()

    @property
    def booking(self) -> Booking:
        """What is to be committed to the book that was asked."""
        return self.overlay.booking()


def ask(
    book: Book,
    asks: Sequence[Ask],
    *,
    together: bool = False,
    ways: Ways = USUAL,
    most_trials: int = MOST_TRIALS,
    after: Overlay | None = None,
    apart: bool = False,
) -> Answer:
    """Search for all lines, one after the other; the book stays as it is.

    A line that is wished for later than it can be there is booked as late as possible. With
    `together` all lines are booked for the day of the last. A line that can never be there says
    why; the others are answered without it. `most_trials`: see `search`. `after`: what another
    query has taken stays taken, and is in the answer's booking. `apart`: no line has what the lots
    of another leave over, as each is booked once it is promised.
    """
    answer = _ask(book, asks, ways, most_trials, after, apart=apart)
    last = max((line.booked for line in answer.lines if line.booked is not None), default=0)
    if not together or all(line.booked in (None, last) for line in answer.lines):
        return answer
    waiting = [replace(one, wished=max(one.wished, last)) for one in asks]
    later = _ask(book, waiting, ways, most_trials, after, apart=apart)
    if any(line.booked not in (None, last) for line in later.lines):
        return answer  # it only fits as it came first: some lines wait for the last
    found = tuple(
        replace(first, booked=second.booked)
        for first, second in zip(answer.lines, later.lines, strict=True)
    )
    return Answer(found, answer.complete, later.overlay)


def _ask(
    book: Book,
    asks: Sequence[Ask],
    ways: Ways,
    most_trials: int,
    after: Overlay | None,
    *,
    apart: bool,
) -> Answer:
    overlay = Overlay(book)
    if after is not None:
        overlay.again(after)
    search = Search(overlay, ways, most_trials)
    lines = tuple(_line(search, one, apart=apart) for one in asks)
    days = [line.earliest for line in lines]
    known = [day for day in days if day is not None]
    complete = max(known, default=0) if len(known) == len(days) else None
    return Answer(lines, complete, overlay)


def _line(search: Search, one: Ask, *, apart: bool) -> LineAnswer:
    overlay, world = search.overlay, search.world
    if one.quantity <= 0:
        stuck = Stuck("nothing_asked", item=world.products[one.item].code)
        return LineAnswer(None, None, stuck=stuck)
    _lend(overlay, one)
    try:
        return _searched(search, one)
    finally:
        _end(overlay, one, apart=apart)


def place(search: Search, one: Ask) -> int | None:
    """Book a line for its day as late as possible, else as early as possible; the day, or None."""
    overlay = search.overlay
    search.trials, search.first = 0, one.first
    _lend(overlay, one)
    mark = overlay.mark()
    try:
        if search.late(one.item, one.quantity, min(one.wished, search.world.days - 1)):
            return one.wished
        overlay.undo(mark)
        return max(one.wished, _there(search, search.early(one.item, one.quantity), one.wished))
    except Stuck:
        overlay.undo(mark)
        return None
    finally:
        _end(overlay, one, apart=True)


def place_early(search: Search, one: Ask) -> int | None:
    """Book a line as early as possible for its day, or the first after it; the day, or None."""
    search.trials, search.first = 0, one.first
    _lend(search.overlay, one)
    mark = search.overlay.mark()
    try:
        return max(one.wished, _there(search, search.early(one.item, one.quantity), one.wished))
    except Stuck:
        search.overlay.undo(mark)
        return None
    finally:
        _end(search.overlay, one, apart=True)


def _lend(overlay: Overlay, one: Ask) -> None:
    for item, day, quantity in overlay.lent.get(one.lender, one.own):
        overlay.add(item, quantity, day)


def _end(overlay: Overlay, one: Ask, *, apart: bool) -> None:
    """What comes for a line alone is not there for the next, but for another part of the line."""
    left = []
    for item in {item for item, _day, _quantity in one.own}:
        for lot in overlay.lots.get(item, ()):
            if lot[1]:
                left.append((item, lot[0], lot[1]))
                overlay.from_lots.append((lot, lot[1]))
                overlay.used.add(item)
                lot[1] = 0
    if apart:
        overlay.forget_lots()
    if one.lender and one.own:
        overlay.lent[one.lender] = tuple(left)


def _there(search: Search, need: Need, wished: int) -> int:
    """The first day worked on which a line is there; wished for a day off, that day, if all is
    there by then: it is promised and booked for it, and may not be told the next one later. Who
    wishes for no day (0) has a day worked."""
    comes = max((day for day, _quantity in need.taken), default=0)
    day = search.world.after(need.ready, 0)
    return wished if wished and max(comes, need.done) <= wished < day else day


def _searched(search: Search, one: Ask) -> LineAnswer:
    overlay, world = search.overlay, search.world
    mark = overlay.mark()
    search.trials, search.approval, search.first = 0, one.approval, one.first
    try:
        need = search.early(one.item, one.quantity)
        earliest = _there(search, need, one.wished)
        if earliest >= world.days:
            raise Stuck("beyond_horizon", item=world.products[one.item].code, days=world.days)
    except Stuck as stuck:
        overlay.undo(mark)
        return LineAnswer(None, None, stuck=stuck)
    finally:
        search.approval = AT_ONCE
    wished = min(one.wished, world.days - 1)
    if wished <= earliest:
        return LineAnswer(earliest, earliest, need)
    overlay.undo(mark)
    if search.late(one.item, one.quantity, wished):
        return LineAnswer(earliest, wished, need)
    overlay.undo(mark)  # what it needs is there only early: booked so, and kept for the day
    return LineAnswer(earliest, wished, search.early(one.item, one.quantity))
