"""From one of the three dates of a shipment (ex works, on board, at door) to the other two.

Ships sail on certain days of the week, and goods are at the port some days before (the cut-off):
what misses it waits for the next sailing.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Protocol

from .calendars import CalendarEnds

EX_WORKS, ON_BOARD, AT_DOOR = "ex_works", "on_board", "at_door"
WEEK = 7


class Worked(Protocol):
    """What is asked of a working calendar."""

    def back_days(self, day: dt.date, count: int) -> dt.date:
        """The count-th working day before the day; 0: the last worked one."""


def worked_by(day: dt.date, works: Worked) -> dt.date:
    """The last working day until a day; the day itself beyond the years the calendar knows."""
    try:
        return works.back_days(day, 0)
    except CalendarEnds:
        return day


@dataclass(frozen=True, slots=True)
class ThreeDates:
    """When goods leave the works, are on board, and arrive at the customer's door."""

    ex_works_on: dt.date
    on_board_on: dt.date
    at_door_on: dt.date

    def in_basis(self, basis: str) -> dt.date:
        """The date that counts where the seller's duty ends."""
        return {
            EX_WORKS: self.ex_works_on,
            ON_BOARD: self.on_board_on,
            AT_DOOR: self.at_door_on,
        }[basis]

    def shown(self, works: Worked) -> "ThreeDates":
        """The same as people are told: goods leave the works on a day that is worked."""
        return replace(self, ex_works_on=worked_by(self.ex_works_on, works))


@dataclass(frozen=True, slots=True)
class Transit:
    """How long goods travel, in calendar days: works to port, on board to arrival, to door.

    `cutoff_days`: how long before it sails they must be at the port. `sails_on`: on which days of
    the week (0 = Monday); none: on any.
    """

    to_port_days: int
    transit_days: int
    to_door_days: int
    is_known: bool = True
    cutoff_days: int = 0
    sails_on: tuple[int, ...] = ()

    @property
    def whole_days(self) -> int:
        """From works to the door where nothing waits for a sailing."""
        return self.before_days + self.after_days

    @property
    def before_days(self) -> int:
        """From works to on board where nothing waits for a sailing."""
        return self.to_port_days + self.cutoff_days

    @property
    def after_days(self) -> int:
        """From on board to the door."""
        return self.transit_days + self.to_door_days

    def from_ex_works(self, day: dt.date) -> ThreeDates:
        """All three dates from the day the goods leave the works: the first sailing they reach."""
        sailing = self.sailing_from(day + dt.timedelta(days=self.before_days))
        return ThreeDates(day, sailing, sailing + dt.timedelta(days=self.after_days))

    def from_basis(self, day: dt.date, basis: str) -> ThreeDates:
        """All three dates of the last sailing with which a day in a basis is kept.

        None of them is later than the day: where nothing sails in time for it exactly, the goods
        come earlier. They leave the works as late as that sailing allows.
        """
        if basis == EX_WORKS:
            return self.from_ex_works(day)
        after = self.after_days if basis == AT_DOOR else 0
        sailing = self.sailing_until(day - dt.timedelta(days=after))
        return ThreeDates(
            sailing - dt.timedelta(days=self.before_days),
            sailing,
            sailing + dt.timedelta(days=self.after_days),
        )

    def sailing_from(self, day: dt.date) -> dt.date:
        """The first day on or after this one on which something sails."""
        waits = min(((one - day.weekday()) % WEEK for one in self.sails_on), default=0)
        return day + dt.timedelta(days=waits)

    def sailing_until(self, day: dt.date) -> dt.date:
        """The last day on or before this one on which something sails."""
        since = min(((day.weekday() - one) % WEEK for one in self.sails_on), default=0)
        return day - dt.timedelta(days=since)

    def waits(self, day: dt.date) -> int:
        """How many days goods that leave the works on a day wait for their sailing at the port."""
        reached = day + dt.timedelta(days=self.before_days)
        return (self.sailing_from(reached) - reached).days

    def said(self, sailing: dt.date) -> tuple[str, dict[str, Any]] | None:
        """A sailing as the code of its words with their values; None: any day does and nothing
        closes before, or nothing sails on that day (any more)."""
        if self.sailing_from(sailing) != sailing:
            return None
        values: dict[str, Any] = {"on": sailing.isoformat()}
        if self.cutoff_days:
            values["by"] = self.at_port_by(sailing).isoformat()
        if self.sails_on:
            values["weekdays"] = list(self.sails_on)
            return ("sails_with_cut_off" if self.cutoff_days else "sails"), values
        return ("cut_off", values) if self.cutoff_days else None

    def at_port_by(self, sailing: dt.date) -> dt.date:
        """By when goods must be at the port for a sailing: the cut-off."""
        return sailing - dt.timedelta(days=self.cutoff_days)
