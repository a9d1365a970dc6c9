"""A rush order: what could be had if it went before all others, and which of them would move.

The order is searched for as if only fixed promises stood; then the others come back: those that
still fit as they were stay as they were; the rest are planned anew for their day, or for the first
day after it. Nothing of the live book changes until the answer is accepted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .book import Book, Booking, Overbooked
from .overlay import Overlay
from .query import Answer, Ask, ask, place
from .search import MOST_TRIALS, Search


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


def _days(move: Move) -> int:
    return move.was - (move.becomes or 0)


def rush(
    book: Book,
    name: str,
    asks: Sequence[Ask],
    others: Mapping[str, Ask],
    *,
    fixed: Collection[str] = (),
    most_trials: int = MOST_TRIALS,
) -> Rush:
    """What priority would bring. `others`: what each booking of the book is for, its day as wished.

    Bookings that are `fixed`, or that `others` does not know, go before the rush order.
    """
    movable = {one for one in book.bookings if one in others and one not in fixed}
    first = Book(book.world)
    for one in book.bookings:
        if one not in movable:
            first.commit(one, book.bookings[one])
    answer = ask(first, asks, most_trials=most_trials)
    # All that share nothing scarce with it fit as they were, in whatever order they come back.
    crossed = book.crossed_by(answer.booking) & movable
    trial = book.without(crossed)
    trial.commit(name, answer.booking)
    displaced = []
    for one in sorted(crossed, key=lambda one: (others[one].wished, one)):
        try:
            trial.commit(one, book.bookings[one])
        except Overbooked:
            displaced.append(one)
    moves = []
    for one in displaced:
        overlay = Overlay(trial)
        day = place(Search(overlay, most_trials=most_trials), others[one])
        moves.append(Move(one, others[one].wished, day))
        if day is not None:
            until = book.bookings[one].until
            found = overlay.booking()
            trial.commit(one, Booking(found.takes, found.work, until))
    return Rush(answer, tuple(moves), trial)
