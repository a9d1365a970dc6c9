"""What a net requirements plan is calculated from, and what it says: frozen arrays.

Quantities are whole numbers of the item's smallest step, below 2**61 in any sum. Days are
proleptic ordinals (`date.toordinal()`). Items, BOM lines, demands, receipts and orders are known by
their place in their arrays. A field written `Column` may be one number that stands for every row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gendan.engine.boms import WHOLE
from gendan.engine.calendars import WorkCalendar

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Column = Ints | int
FlagColumn = Flags | bool

EVER = 10_000_000  # a day after every calendar: "without end"
CALENDAR_DAYS = -1  # in Items.calendar: every day counts


class QuantityTooLarge(ValueError):
    """An item's requirements add up to 2**61 or more; `item` is its place."""

    def __init__(self, item: int) -> None:
        """Name the item whose requirements grew too large."""
        super().__init__(f"requirements of item {item} reach 2**61 steps")
        self.item = item


@dataclass(frozen=True, eq=False, kw_only=True)
class Items:
    """The items; every array has the shape (items,).

    An order is the smallest multiple of `multiple` that gives enough good pieces, at least
    `minimum`, divided into orders of at most `maximum` (0: undivided). A fixed lot is all three
    equal. An order covers what is needed within `period_days` from its due day (0 or 1: that day).
    Of a quantity started, quantity * `good_share` // 10 000 are good. Lead time, period and
    fences are working days of `calendars[calendar]`, calendar days where it is -1.
    No order is planned to be due earlier than `fence_days` after the first day: what is short
    there is suggested. Earlier than `demand_fence_days` forecasts do not count.
    `is_sourced`: there is a supplier or a routing.
    """

    code: Sequence[str]
    is_made: Flags
    on_hand: Ints
    safety_stock: Column = 0
    lead_days: Column = 0
    multiple: Column = 1
    minimum: Column = 0
    maximum: Column = 0
    period_days: Column = 0
    good_share: Column = WHOLE
    calendar: Column = CALENDAR_DAYS
    fence_days: Column = 0
    demand_fence_days: Column = 0
    is_sourced: FlagColumn = True


@dataclass(frozen=True, eq=False, kw_only=True)
class BomLines:
    """What made items consist of; every array has the shape (lines,).

    A started quantity q of `parent` needs ceil(q * numerator / denominator * (1 + scrap / 10 000))
    of `component`, on its release day, if that day lies from `valid_from` to `valid_until`.
    """

    parent: Ints
    component: Ints
    numerator: Column = 1
    denominator: Column = 1
    scrap: Column = 0
    valid_from: Column = 0
    valid_until: Column = EVER


@dataclass(frozen=True, eq=False, kw_only=True)
class Alternates:
    """Items that may stand in for the component of a BOM line; arrays of shape (alternates,).

    `numerator` / `denominator` of `item` replace one of the component. Lower priority comes first.
    """

    line: Ints
    item: Ints
    priority: Column = 0
    numerator: Column = 1
    denominator: Column = 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Demand:
    """Order lines (and forecasts), by order number and line; arrays of shape (lines,).

    Their place decides between equal days and priorities; lower priority is served first.
    """

    item: Ints
    quantity: Ints
    due: Ints
    priority: Column = 0
    is_forecast: FlagColumn = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Receipts:
    """Firm purchase and work orders still to come in; arrays of shape (receipts,).

    Quantities are good pieces. What firm work orders still need stands in the demand.
    """

    item: Ints
    quantity: Ints
    due: Ints


@dataclass(frozen=True, eq=False, kw_only=True)
class Earmarks:
    """Receipts that are meant for demands (of their item, or of what it goes into).

    Arrays of shape (earmarks,): places in the receipts and the demand, and the day on which the
    receipt really comes, which may be after the day it is planned with. Without any, everything
    serves everybody by day.
    """

    receipt: Ints
    demand: Ints
    comes: Ints


def _no_earmarks() -> Earmarks:
    nothing = np.zeros(0, np.int64)
    return Earmarks(receipt=nothing, demand=nothing, comes=nothing)


def _no_alternates() -> Alternates:
    nothing = np.zeros(0, np.int64)
    return Alternates(line=nothing, item=nothing)


@dataclass(frozen=True, eq=False, kw_only=True)
class Snapshot:
    """Everything a plan depends on. `first_day` is day 0; what is due before it counts on it.

    `buckets`: ascending first days of the periods in which requirements and receipts are put
    together (empty: every day is its own). `last_day`: the horizon; later demand is left out.
    """

    first_day: int
    items: Items
    lines: BomLines
    demand: Demand
    receipts: Receipts
    alternates: Alternates = field(default_factory=_no_alternates)
    earmarks: Earmarks = field(default_factory=_no_earmarks)
    calendars: tuple[WorkCalendar, ...] = ()
    buckets: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    last_day: int = EVER


@dataclass(frozen=True, eq=False)
class Problem:
    """Something in the snapshot that is not right: a code and the rows it concerns.

    `rows` are places in `table` ("items", "lines", "alternates", "demand", "receipts"). For
    `bom_loop` they are the items of one loop in order, each a component of the one before it.
    `is_left_out`: the rows were not planned with; otherwise the plan holds them, with a warning.
    """

    code: str
    table: str
    rows: Ints
    is_left_out: bool


@dataclass(frozen=True, eq=False)
class Orders:
    """Planned orders by item and due day; arrays of shape (orders,).

    `quantity` is started or ordered, `good` is what comes of it, `release` may be past.
    """

    item: Ints
    quantity: Ints
    good: Ints
    release: Ints
    due: Ints

    def __len__(self) -> int:
        """How many there are."""
        return int(self.item.size)


@dataclass(frozen=True, eq=False)
class Substitutions:
    """Requirements served by another item's stock; arrays of shape (substitutions,).

    Of what planned order `order` needs by BOM line `line`, `saved` of the component are replaced
    by `taken` of `item` on day `day`.
    """

    order: Ints
    line: Ints
    item: Ints
    saved: Ints
    taken: Ints
    day: Ints


@dataclass(frozen=True, eq=False)
class Pieces:
    """What earmarked receipts serve; arrays of shape (pieces,).

    `quantity` of receipt `receipt`, from `begin` of it on, serve demand `demand` (else -1), or
    what planned order `order` needs by BOM line `line`, from `low` of it on.
    """

    receipt: Ints
    begin: Ints
    demand: Ints
    order: Ints
    line: Ints
    low: Ints
    quantity: Ints


def _no_pieces() -> Pieces:
    nothing = np.zeros(0, np.int64)
    return Pieces(*([nothing] * len(Pieces.__dataclass_fields__)))


@dataclass(frozen=True, eq=False)
class NetPlan:
    """The result. `snapshot` is what was planned with: columns filled, wrong rows taken out.

    `level`: low-level code by item, shape (items,). `first`: orders of item i are those from
    first[i] to first[i + 1], shape (items + 1,). `demand_row`, `line_row`, `receipt_row`: the rows
    of the caller's snapshot that the rows of `snapshot` are. `suggestions`: orders the fence does
    not allow, for a person to decide; they are not part of the plan.
    """

    snapshot: Snapshot
    level: Ints
    orders: Orders
    first: Ints
    suggestions: Orders
    substitutions: Substitutions
    problems: tuple[Problem, ...]
    demand_row: Ints
    line_row: Ints
    receipt_row: Ints
    pieces: Pieces = field(default_factory=_no_pieces)
