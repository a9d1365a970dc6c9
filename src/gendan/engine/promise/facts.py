"""What a promise is asked from and what it answers: items, demands, reasons, dates of lines."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from gendan.engine.calendars import Days, Flags, WorkCalendar
from gendan.engine.line_rates import Effort
from gendan.engine.transit import ThreeDates, Transit

if TYPE_CHECKING:
    from .scene import Ground

MAKE, BUY, OUTSOURCE = "make", "buy", "outsource"
_ZERO = Decimal(0)

# Since when a date has been given (microseconds), by which promise, which turn of a rush; what is
# under way already comes first.
Rank = tuple[int, int, int]
FIRST: Rank = (0, 0, 0)

Names = tuple[str, str]  # what something is called in English and in Chinese
NAMELESS: Names = ("", "")
AWAITS_APPROVAL = "awaits_approval"  # the reasons that say so: of what is made,
AWAITS_BUYING = "awaits_buying"  # and of what is bought


class Given(NamedTuple):
    """A day that was given: whoever has a lower rank is booked before it.

    `is_early`: a rush has booked it as early as it could be, not as late as its day allows.
    `was_past`: of a former day: it had passed already when the next one was given.
    """

    rank: Rank
    on: dt.date
    is_early: bool = False
    was_past: bool = False


class NoDate(ValueError):
    """No date can be promised; the reason names the record that stands in the way."""

    def __init__(self, reason: "Reason") -> None:
        super().__init__(reason.code)
        self.reason = reason


class WorkingDays(Protocol):
    """What is asked of a working calendar."""

    def add_days(self, day: dt.date, count: int) -> dt.date:
        """The count-th working day after the day; 0 gives the day itself or the next worked one."""

    def back_days(self, day: dt.date, count: int) -> dt.date:
        """The count-th working day before the day; 0: the last worked one."""

    def is_working(self, days: Days) -> Flags:
        """Which of the ordinal days are worked."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Goods that are expected on a day; `demand` is set where they are meant for one line only.

    `verdict_days`: they are here and wait for a verdict, taken to come in so many working days; 0:
    they are under way.
    """

    due_on: dt.date
    quantity: Decimal
    reference: str = ""
    demand: str = ""
    verdict_days: int = 0


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a made item: quantity per unit, and the percentage lost."""

    item_id: int
    quantity_per: Decimal
    scrap_percent: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of how an item is made: minutes are set-up + quantity * run minutes.

    `effort`: where it has to be learned, what it takes instead (of thousandths and millionths).
    """

    sequence: int
    centre_id: int
    setup_minutes: Decimal
    run_minutes: Decimal
    effort: Effort | None = None


@dataclass(frozen=True, slots=True)
class CentreFacts:
    """A work centre: its minutes on each day its calendar works.

    `changes`: on these days there are so many minutes instead. `people_minutes`: on these days
    there are people for so many minutes only. `is_outside`: an outside factory's.
    """

    centre_id: int
    code: str
    minutes_per_day: int
    calendar: WorkCalendar
    changes: Mapping[dt.date, int] = field(default_factory=dict)
    people_minutes: Mapping[dt.date, int] = field(default_factory=dict)
    is_outside: bool = False
    names: Names = NAMELESS


@dataclass(frozen=True, slots=True)
class Load:
    """Work that a work centre has already: so many minutes, by a day."""

    centre_id: int
    minutes: Decimal
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class Standing:
    """What is promised to another line and still to be made: it keeps its material and minutes.

    `name` is its own alone: one of several dated deliveries of a line has another than the line.
    `demand`: the line's, under which goods come for it alone; empty: its name. `rank` and
    `is_early`: see `Given`. `former`: the days it had before; it stood there until its rank came.
    `customer`: for whom, as he may have nominated suppliers; 0: for nobody.
    """

    name: str
    item_id: int
    quantity: Decimal
    on: dt.date
    order: str = ""
    demand: str = ""
    rank: Rank = FIRST
    is_early: bool = False
    former: tuple[Given, ...] = ()
    customer: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A supplier of an item: working days until it is here, least quantity, order lot, prices.

    `breaks`: from quantity, price of one; rising. Without any the price is not known.
    """

    name: str
    lead_days: int
    minimum: Decimal = _ZERO
    multiple: Decimal = _ZERO
    breaks: tuple[tuple[Decimal, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item: how it is supplied, how long that takes, what of it is free now and coming.

    `cost`: what one costs us; None: not known. `offers`: who may supply it, the first asked first;
    `has_no_supplier`: nobody may, of those who are written down; `is_supplier_unknown`: nobody is.
    `lot_minimum`, `lot_maximum`: the smallest and the largest lot; 0: there is none.
    """

    item_id: int
    code: str
    supply: str
    lead_days: int
    free: Decimal = _ZERO
    lot_multiple: Decimal | None = None
    incoming: tuple[Supply, ...] = ()
    components: tuple[Component, ...] = ()
    operations: tuple[Operation, ...] = ()
    cost: Decimal | None = None
    offers: tuple[Offer, ...] = ()
    has_no_supplier: bool = False
    is_supplier_unknown: bool = False
    lot_minimum: Decimal = _ZERO
    lot_maximum: Decimal = _ZERO
    names: Names = NAMELESS


@dataclass(frozen=True, slots=True)
class Demand:
    """What a line, or one dated delivery of it, still needs. `kept` is reserved for the line."""

    line_id: int
    item_id: int
    quantity: Decimal
    name: str
    requested_on: dt.date | None = None
    delivery_id: int | None = None
    kept: Decimal = _ZERO

    @property
    def promise(self) -> str:
        """Under which name it stands once it is promised."""
        return self.name if self.delivery_id is None else f"{self.name}/{self.delivery_id}"


@dataclass(frozen=True, slots=True)
class Approval:
    """What must be approved before anything is begun to be made for an order.

    `on`: when it is expected, if no material is waited for; `days`: working days that it takes once
    the material is there. `names`: what is approved last. `is_asked`: it is under way already, not
    only planned.
    """

    on: dt.date
    names: Names
    days: int = 0
    is_asked: bool = False


class Waits(NamedTuple):
    """What an order waits for, before anything is begun to be made for it, or bought for it."""

    making: Approval | None = None
    buying: Approval | None = None


@dataclass(frozen=True, slots=True)
class PromiseSnapshot:
    """Everything a promise depends on. Demands are served in their order.

    `centres`, `standing` and `load` are of use to a method that looks at capacity and at what is
    promised. `mine`: names of what is promised to the asked order itself, which is not in its way.
    `differs`: ids of items that other suppliers are asked first for than for other customers;
    `nominated`: the same items as other customers have them, by their ids.
    `approval`: what the order's own production waits for, `buying`: what its purchases wait for (a
    deposit); None: nothing.
    `ground`: what was made of all but these three and the demands before; None: not yet.
    """

    today: dt.date
    calendar: WorkingDays
    transit: Transit
    basis: str
    is_together: bool
    items: Mapping[int, ItemFacts]
    demands: tuple[Demand, ...]
    centres: Mapping[int, CentreFacts] = field(default_factory=dict)
    standing: tuple[Standing, ...] = ()
    load: tuple[Load, ...] = ()
    mine: frozenset[str] = frozenset()
    differs: frozenset[int] = frozenset()
    nominated: Mapping[int, Mapping[int, "ItemFacts"]] = field(default_factory=dict)
    approval: Approval | None = None
    buying: Approval | None = None
    ground: "Ground | None" = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a date is what it is: a code with the values of its words."""

    code: str
    params: Mapping[str, Any]
    is_binding: bool = False

    def as_data(self) -> dict[str, Any]:
        """As kept with the promise."""
        return {"code": self.code, "params": dict(self.params), "binding": self.is_binding}

    def named(self, items: Mapping[str, Names], centres: Mapping[str, Names]) -> "Reason":
        """The same with the names of what it gives the codes of, in both languages."""
        found = {
            key: names
            for key, known in (("item", items), ("component", items), ("centre", centres))
            if any(names := known.get(str(self.params.get(key)), NAMELESS))
        }
        return replace(self, params={**self.params, "names": found}) if found else self

    def about_milestone(self, names: Names) -> "Reason":
        """The same with the name of the milestone it waits for, in both languages."""
        called = {**self.params.get("names", {}), "milestone": names}
        return replace(self, params={**self.params, "milestone": names[0], "names": called})


@dataclass(frozen=True, slots=True)
class LineResult:
    """A line's dates: what would be possible, what is promised, each delivery's, and why.

    Promised is the later of possible and requested (of what sails, the last that keeps it);
    shipped together, the latest of all lines. `ready_on`: when all of it could leave the works.
    """

    line_id: int
    earliest_on: dt.date
    promised: ThreeDates
    deliveries: Mapping[int, dt.date]
    reasons: tuple[Reason, ...]
    ready_on: dt.date = dt.date.min
