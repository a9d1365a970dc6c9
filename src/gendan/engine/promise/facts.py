"""What a promise is asked from and what it answers: items, demands, reasons, dates of lines."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from gendan.engine.transit import ThreeDates, Transit

MAKE, BUY, OUTSOURCE = "make", "buy", "outsource"
_ZERO = Decimal(0)


class WorkingDays(Protocol):
    """What is asked of a working calendar."""

    def add_days(self, day: dt.date, count: int) -> dt.date:
        """The count-th working day after the day; 0 gives the day itself or the next worked one."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Goods that are expected on a day; `demand` is set where they are meant for one line only."""

    due_on: dt.date
    quantity: Decimal
    reference: str = ""
    demand: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a made item: quantity per unit, and the percentage lost."""

    item_id: int
    quantity_per: Decimal
    scrap_percent: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item: how it is supplied, how long that takes, what of it is free now and coming."""

    item_id: int
    code: str
    supply: str
    lead_days: int
    free: Decimal = _ZERO
    lot_multiple: Decimal | None = None
    incoming: tuple[Supply, ...] = ()
    components: tuple[Component, ...] = ()


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


@dataclass(frozen=True, slots=True)
class PromiseSnapshot:
    """Everything a promise depends on. Demands are served in their order."""

    today: dt.date
    calendar: WorkingDays
    transit: Transit
    basis: str
    is_together: bool
    items: Mapping[int, ItemFacts]
    demands: tuple[Demand, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a date is what it is: a code with the values of its words."""

    code: str
    params: Mapping[str, Any]
    is_binding: bool = False

    def as_data(self) -> dict[str, Any]:
        """As kept with the promise."""
        return {"code": self.code, "params": dict(self.params), "binding": self.is_binding}


@dataclass(frozen=True, slots=True)
class LineResult:
    """A line's dates: what would be possible, what is promised, each delivery's, and why.

    Promised is the later of possible and requested; shipped together, the latest of all lines.
    """

    line_id: int
    earliest_on: dt.date
    promised: ThreeDates
    deliveries: Mapping[int, dt.date]
    reasons: tuple[Reason, ...]
