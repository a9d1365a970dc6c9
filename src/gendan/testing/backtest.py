"""How often dates that were told have been kept: the back-test of odds on lived history."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from gendan.engine.calendars import WorkCalendar


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of one thing on a day, and when it came (None: not yet).

    `fixed_on` is the day by the fixed duration alone; `is_cold`: told from an assumed spread.
    """

    kind: str
    told_on: dt.date
    fixed_on: dt.date
    half_on: dt.date
    most_on: dt.date
    is_cold: bool
    came_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Of so many things: the shares that came by their days, with the error of a share, in percent.

    Errors are means of working days between what was told and what was: of the fixed duration, and
    of the day of 50 cases in 100.
    """

    count: int
    half: float
    half_error: float
    most: float
    most_error: float
    fixed_days_off: float
    half_days_off: float


def score(told: Iterable[Told], until: dt.date, days: WorkCalendar) -> Score | None:
    """How it went with those whose day of 90 in 100 is over: whether they came is known of all."""
    over = [one for one in told if one.most_on <= until]
    if not over:
        return None
    half, half_error = _share([_is_by(one.came_on, one.half_on) for one in over])
    most, most_error = _share([_is_by(one.came_on, one.most_on) for one in over])
    return Score(
        len(over),
        half,
        half_error,
        most,
        most_error,
        _off([(one.fixed_on, one.came_on or until) for one in over], days),
        _off([(one.half_on, one.came_on or until) for one in over], days),
    )


def _is_by(came: dt.date | None, day: dt.date) -> bool:
    return came is not None and came <= day


def _share(hits: Sequence[bool]) -> tuple[float, float]:
    share = sum(hits) / len(hits)
    return round(100 * share, 1), round(100 * sqrt(share * (1 - share) / len(hits)), 1)


def _off(pairs: Sequence[tuple[dt.date, dt.date]], days: WorkCalendar) -> float:
    return round(sum(abs(days.count(one, other)) for one, other in pairs) / len(pairs), 2)
