"""What one query books for itself, on top of a book that it never changes; trials are undone."""

from bisect import bisect_right
from itertools import accumulate

from .book import Book, Booking, Curve, less
from .world import Source

Mark = tuple[int, int, int, int, int]
KEPT_BEFORE_SUMS = 32  # so many names are kept before it is looked anew which days are full


class Overlay:
    """Material and minutes as this query sees them.

    `takes`: item, day, quantity, with the curve before it. `work`: centre, day, work, seq, item.
    `lots`: what own lots leave over, [day, quantity] by item, there for this query alone.
    `buys`: item, quantity, day ordered, day there, source. `lent`: what is left of goods that come
    for one line alone, after its first asks.
    """

    __slots__ = (
        "_curves", "_kept", "_leaps", "_rooms", "added", "book", "buys", "from_lots", "lent",
        "lots", "takes", "used", "work",
    )  # fmt: skip

    def __init__(self, book: Book) -> None:
        self.book = book
        self._curves: dict[int, Curve] = {}
        self._rooms: dict[int, list[int]] = {}
        self._leaps: dict[int, list[int]] = {}  # sums of rooms as they were some names ago
        self._kept = 0
        self.takes: list[tuple[int, int, int, Curve]] = []
        self.work: list[tuple[int, int, int, int, int]] = []
        self.lots: dict[int, list[list[int]]] = {}
        self.from_lots: list[tuple[list[int], int]] = []
        self.added: list[int] = []
        self.buys: list[tuple[int, int, int, int, Source]] = []
        self.lent: dict[str, tuple[tuple[int, int, int], ...]] = {}
        self.used: set[int] = set()  # items some lots of which may be used up

    # Trials -----------------------------------------------------------------------------------

    def mark(self) -> Mark:
        """Where a trial begins."""
        return (
            len(self.takes), len(self.work), len(self.from_lots), len(self.added), len(self.buys),
        )  # fmt: skip

    def undo(self, mark: Mark) -> None:
        """Take back everything since a mark."""
        takes, work, from_lots, added, buys = mark
        while len(self.takes) > takes:
            item, _day, _quantity, curve = self.takes.pop()
            self._curves[item] = curve
        for centre, day, amount, _seq, _item in self.work[work:]:
            self._rooms[centre][day] += amount
        del self.work[work:]
        while len(self.from_lots) > from_lots:
            lot, quantity = self.from_lots.pop()
            lot[1] += quantity
        while len(self.added) > added:
            self.lots[self.added.pop()].pop()
        del self.buys[buys:]

    def settle(self) -> None:
        """Nothing before this will be undone: lots that are used up need not be looked at again."""
        for item in self.used:
            self.lots[item] = [lot for lot in self.lots.get(item, ()) if lot[1]]
        self.used.clear()
        self.from_lots.clear()
        self.added.clear()

    def keep(self, name: str) -> None:
        """Enter what was taken in the book under a name, and go on with the next: it was free.

        What its lots leave over is its own, so that it can be taken away alone.
        """
        self.book.enter(name, self.booking())
        self.clear()
        self._kept += 1
        if self._kept % KEPT_BEFORE_SUMS == 0:
            self._leaps = {centre: [0, *accumulate(room)] for centre, room in self._rooms.items()}

    def again(self, other: "Overlay") -> None:
        """Take what another query has taken, with what its lots leave over; all of it is free."""
        for item, day, quantity, _curve in other.takes:
            curve = self.curve(item)
            self.takes.append((item, day, quantity, curve))
            self._curves[item] = less(curve, day, quantity)
        for row in other.work:
            self.room(row[0])[row[1]] -= row[2]
            self.work.append(row)
        self.lots |= {item: [list(lot) for lot in lots] for item, lots in other.lots.items()}
        self.lent |= other.lent
        self.buys += other.buys

    def clear(self) -> None:
        """Forget what was taken for one name: it is in the book, or has been undone."""
        self.takes.clear()
        self.work.clear()
        self.buys.clear()
        self.forget_lots()

    def forget_lots(self) -> None:
        """What lots leave over is there no more; what was taken before will not be undone."""
        self.lots.clear()
        self.from_lots.clear()
        self.added.clear()
        self.used.clear()

    def hand_over(self) -> None:
        """Tell the book what is left after all that was kept; this overlay ends with it."""
        self.book.know(self._curves, self._rooms)

    # Material ---------------------------------------------------------------------------------

    def curve(self, item: int) -> Curve:
        """Days and amounts of an item in this query, its own left-over lots not counted."""
        return self._curves.get(item) or self.book.curve(item)

    def on(self, item: int, day: int) -> int:
        """How much of an item may be taken on a day."""
        days, amounts = self.curve(item)
        amount = amounts[bisect_right(days, day) - 1]
        if item in self.lots:
            amount += sum(lot[1] for lot in self.lots[item] if lot[0] <= day)
        return amount

    def points(self, item: int) -> list[tuple[int, int]]:
        """Day by day on which more of an item may be taken: how much altogether by then."""
        found: list[tuple[int, int]] = []
        if item not in self.lots:
            before = -1
            for day, amount in zip(*self.curve(item), strict=True):
                if amount > before:
                    found.append((day, amount))
                    before = amount
            return found
        days = set(self.curve(item)[0])
        days.update(lot[0] for lot in self.lots.get(item, ()) if lot[1])
        for day in sorted(days):
            amount = self.on(item, day)
            if not found or amount > found[-1][1]:
                found.append((day, amount))
        return found

    def take(self, item: int, quantity: int, day: int) -> None:
        """Take what is there on a day: own lots first."""
        for lot in self.lots.get(item, ()):
            if lot[1] and lot[0] <= day:
                part = min(lot[1], quantity)
                lot[1] -= part
                self.from_lots.append((lot, part))
                self.used.add(item)
                quantity -= part
                if not quantity:
                    return
        curve = self.curve(item)
        self.takes.append((item, day, quantity, curve))
        self._curves[item] = less(curve, day, quantity)

    def add(self, item: int, quantity: int, day: int) -> None:
        """What a lot leaves over, for what this query needs besides."""
        self.lots.setdefault(item, []).append([day, quantity])
        self.added.append(item)

    # Capacity ---------------------------------------------------------------------------------

    def room(self, centre: int) -> list[int]:
        """Free work of a centre by day; `spend` is what changes it."""
        found = self._rooms.get(centre)
        if found is None:
            found = self._rooms[centre] = list(self.book.room(centre))
        return found

    def past_full(self, centre: int, day: int) -> int:
        """A later day than this full one: between the two no day of a centre is free.

        Days that were full before this query, or when names were kept, can be leapt over.
        """
        sums = self._leaps.get(centre)
        if sums is None:
            return self.book.past_full(centre, day)
        return max(bisect_right(sums, sums[day + 1]) - 1, day + 1)

    def booking(self) -> Booking:
        """Everything this query has taken, to be committed."""
        return Booking(
            tuple((item, day, quantity) for item, day, quantity, _curve in self.takes),
            tuple((centre, day, work) for centre, day, work, _seq, _item in self.work),
        )
