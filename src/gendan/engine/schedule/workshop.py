"""What a finite plan is made for and of: products, work centres, stock and lines in, orders out."""

from dataclasses import dataclass, field

NOTHING = 0.01  # minutes of a day that are not worth a piece of work
DONE = 1e-6  # minutes left of a step that is finished: rounding of sums
NEVER = 1_000_000  # a day that does not come


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
    """An item as the finite plan sees it; steps in the order of their seq."""

    code: str
    is_made: bool
    lot: int
    steps: tuple[Step, ...]
    parts: tuple[Part, ...]
    sources: tuple[Source, ...]
    price: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """An order line: days are counted from day 0. An item of -1 is not known."""

    item: int
    quantity: int
    due: int


@dataclass(frozen=True, slots=True)
class Workshop:
    """All that a plan depends on. `stock`: by item, (day, quantity) of what is or comes there."""

    products: tuple[Product, ...]
    minutes: tuple[float, ...]  # a day, by work centre
    stock: tuple[tuple[tuple[int, int], ...], ...]
    lines: tuple[Line, ...]


@dataclass(slots=True)
class Order:
    """A make order as it is planned. `work`: (place of the step, day, minutes) in time order."""

    item: int
    quantity: int
    start: int
    available: int
    urgency: int  # the day on which the first line it serves has to leave
    work: list[tuple[int, int, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Purchase:
    """A buy order as it is planned."""

    item: int
    quantity: int
    supplier: str
    start: int
    available: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that obeys capacity and material. `leaves`: by line the day, None if unplanned."""

    orders: list[Order]
    purchases: list[Purchase]
    leaves: list[int | None]
    late: int
    days_late: int
    unplanned: int
    stock_value_days: float

    @property
    def rank(self) -> tuple[int, int, float]:
        """Plans compare by it: lines not in time, days late, stock."""
        return self.unplanned + self.late, self.days_late, self.stock_value_days
