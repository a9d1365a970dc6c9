"""Capacity of work centres by day, and material by item: taken in trials, undone when they fail."""

from dataclasses import dataclass, field

NOTHING = 0.01  # minutes of a day that are not worth a piece of work


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a routing: minutes are set-up + quantity * minutes per piece."""

    seq: int
    centre: int
    setup: float
    per_piece: float


@dataclass(frozen=True, slots=True)
class Part:
    """A component: quantity q of the parent takes ceil(q * numerator / denominator)."""

    item: int
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Source:
    """A supplier of an item: days until it is there, least quantity."""

    supplier: str
    lead_days: int
    least: int


@dataclass(frozen=True, slots=True)
class Product:
    """An item as the finite plan sees it."""

    code: str
    is_made: bool
    lot: int
    steps: tuple[Step, ...]
    parts: tuple[Part, ...]
    sources: tuple[Source, ...]


class Centre:
    """The free minutes of one work centre by day, with shortcuts over days that are full.

    `earlier[d]`, `later[d]`: d itself while it has room, else a day nearer to one that has.
    """

    __slots__ = ("earlier", "free", "later", "minutes")

    def __init__(self, minutes: float, days: int) -> None:
        self.minutes = minutes
        self.free = [minutes] * days
        self.earlier = list(range(days))
        self.later = list(range(days + 1))

    def before(self, day: int) -> int:
        """The last day up to `day` with room, -1 if there is none."""
        earlier = self.earlier
        while day >= 0 and earlier[day] != day:
            up = earlier[day]
            if up >= 0 and earlier[up] != up:
                earlier[day] = earlier[up]
            day = up
        return day

    def after(self, day: int) -> int:
        """The first day from `day` with room; the calendar grows as needed."""
        if day >= len(self.free):
            self.grow(day)
        later = self.later
        while later[day] != day:
            up = later[day]
            if later[up] != up:
                later[day] = later[up]
            day = up
            if day >= len(self.free):
                self.grow(day)
        return day

    def grow(self, day: int) -> None:
        """More days, empty ones, so that `day` is among them."""
        have, size = len(self.free), day + 1
        self.free += [self.minutes] * (size - have)
        self.earlier += range(have, size)
        self.later += range(have + 1, size + 1)

    def close(self, day: int) -> None:
        """Skip a day that is full."""
        self.earlier[day] = day - 1
        self.later[day] = day + 1


@dataclass(slots=True)
class Supply:
    """One planned order, made or bought."""

    item: int
    quantity: int
    supplier: str
    start: int
    available: int


@dataclass(slots=True)
class Workshop:
    """The plan as it grows. Everything since `mark()` can be taken back with `undo()`."""

    products: list[Product]
    centres: list[Centre]
    # by item: [day, quantity] of what is there and not yet meant for anything
    stock: list[list[list[int]]]
    supplies: list[Supply] = field(default_factory=list)
    # supply, seq, centre, day, minutes
    work: list[tuple[int, int, int, int, float]] = field(default_factory=list)
    taken: list[tuple[list[int], int]] = field(default_factory=list)
    added: list[int] = field(default_factory=list)

    def begin(self) -> tuple[int, int]:
        """Begin a trial."""
        self.taken.clear()
        self.added.clear()
        return len(self.supplies), len(self.work)

    def undo(self, mark: tuple[int, int]) -> None:
        """Take back everything since the trial began."""
        for lot, quantity in self.taken:
            lot[1] += quantity
        for item in reversed(self.added):
            self.stock[item].pop()
        for _supply, _seq, centre, day, minutes in self.work[mark[1] :]:
            self.centres[centre].free[day] += minutes
        del self.supplies[mark[0] :]
        del self.work[mark[1] :]

    def keep(self, mark: tuple[int, int]) -> None:
        """The trial stays: full days are skipped from now on, used-up stock is forgotten."""
        for _supply, _seq, centre, day, _minutes in self.work[mark[1] :]:
            place = self.centres[centre]
            if place.free[day] < NOTHING and place.earlier[day] == day:
                place.close(day)
        for item in {self.supplies[place].item for place in range(mark[0], len(self.supplies))}:
            lots = self.stock[item]
            if len(lots) > 8:
                self.stock[item] = [lot for lot in lots if lot[1]]

    def take(self, item: int, quantity: int, day: int) -> tuple[int, int]:
        """Take what is there by a day; what is still missing, and the day the taken is there."""
        there = 0
        for lot in self.stock[item]:
            if lot[1] and lot[0] <= day:
                part = lot[1] if lot[1] < quantity else quantity
                lot[1] -= part
                self.taken.append((lot, part))
                quantity -= part
                if lot[0] > there:
                    there = lot[0]
                if not quantity:
                    break
        return quantity, there

    def add(self, item: int, quantity: int, day: int) -> None:
        """What an order leaves over is there for others."""
        self.stock[item].append([day, quantity])
        self.added.append(item)
