"""From one of the three dates of a shipment (ex works, on board, at door) to the other two."""

import datetime as dt
from dataclasses import dataclass

EX_WORKS, ON_BOARD, AT_DOOR = "ex_works", "on_board", "at_door"


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


@dataclass(frozen=True, slots=True)
class Transit:
    """How long goods travel, in calendar days: works to on board, on board to arrival, to door."""

    to_port_days: int
    transit_days: int
    to_door_days: int
    is_known: bool = True

    def from_ex_works(self, day: dt.date) -> ThreeDates:
        """All three dates from the day the goods leave the works."""
        on_board = day + dt.timedelta(days=self.to_port_days)
        at_door = on_board + dt.timedelta(days=self.transit_days + self.to_door_days)
        return ThreeDates(day, on_board, at_door)

    def from_basis(self, day: dt.date, basis: str) -> ThreeDates:
        """All three dates from the one that counts in a basis."""
        before = {
            EX_WORKS: 0,
            ON_BOARD: self.to_port_days,
            AT_DOOR: self.to_port_days + self.transit_days + self.to_door_days,
        }[basis]
        return self.from_ex_works(day - dt.timedelta(days=before))
