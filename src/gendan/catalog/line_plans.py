"""What a line makes of a quantity: its rate, and its output day by day while a style is learned."""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from gendan.catalog.models import LearningCurve, WorkCenter
from gendan.catalog.queries import calendar
from gendan.engine.calendars import CalendarEnds
from gendan.engine.line_rates import (
    MILLIONTHS,
    Effort,
    LineDay,
    by_day,
    parts_of,
    piece_minutes,
    pieces_an_hour,
)
from gendan.kernel.errors import Invalid
from gendan.kernel.quantity import LARGEST, STEP

MOST_DAYS = 60  # that are shown one by one
MOST_SAM = Decimal(999_999)
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")


@dataclass(frozen=True)
class LinePlan:
    """A line and a quantity. `an_hour`, `a_day`: pieces at the full rate, of one line.

    `days`: of the line, to the hundredth; `lost_days`: those of them because the style is learned.
    `ends_on`: the last working day; None: no calendar reaches so far. `by_day`: the first of them.
    """

    piece_minutes: Decimal
    an_hour: Decimal
    a_day: Decimal
    days: Decimal
    lost_days: Decimal
    whole_days: int
    ends_on: dt.date | None
    by_day: list[LineDay]

    @property
    def is_cut(self) -> bool:
        """Whether there are more days than are shown."""
        return self.whole_days > len(self.by_day)

    def told_by_day(self) -> list[dict[str, Any]]:
        """The days in whole pieces: one that is not finished is not made."""
        found, before = [], 0
        for one in self.by_day:
            so_far = one.so_far // MILLIONTHS
            made = so_far - before
            found.append(
                {"number": one.number, "percent": one.percent, "made": made, "so_far": so_far}
            )
            before = so_far
        return found


def rate_of(center: WorkCenter, run_minutes: Decimal) -> tuple[Decimal, Decimal] | None:
    """Pieces an hour, and a day, of one line at the full rate; None: a piece takes no time."""
    hourly = pieces_an_hour(run_minutes)
    if hourly is None:
        return None
    day = Decimal(center.minutes_per_day) / max(center.machines, 1)
    return hourly.quantize(_TENTH, ROUND_HALF_UP), (day / run_minutes).quantize(_TENTH)


def line_plan(
    center: WorkCenter,
    *,
    sam: Decimal,
    quantity: Decimal,
    begins_on: dt.date,
    made_before: Decimal = Decimal(0),
    curve: LearningCurve | None = None,
) -> LinePlan:
    """The days one line needs. 2 queries, of the calendar.

    `sam`: standard minutes of one person; of a work centre that is no line the minutes a piece
    takes. `made_before`: pieces of the style that the line has made and still knows.
    """
    _refuse(sam, quantity, made_before)
    run = sam.quantize(STEP)
    if center.operators:
        run = piece_minutes(sam, center.operators, center.efficiency_percent)
    effort = Effort.of(
        Decimal(0), run, center.minutes_per_day, curve.percents if curve else (), center.machines
    ).after(parts_of(made_before))
    parts = parts_of(quantity)
    work = effort.work(parts)
    whole = -(-work // effort.day)
    rate = rate_of(center, run)
    if rate is None:
        raise Invalid(_("So little time cannot be counted."), field="sam")
    return LinePlan(
        piece_minutes=run,
        an_hour=rate[0],
        a_day=rate[1],
        days=_days(work, effort),
        lost_days=_days(effort.lost(parts), effort),
        whole_days=whole,
        ends_on=_last_day(center, begins_on, whole),
        by_day=by_day(effort, parts, MOST_DAYS),
    )


def _refuse(sam: Decimal, quantity: Decimal, made_before: Decimal) -> None:
    if not 0 < sam <= MOST_SAM:
        raise Invalid(_("Standard minutes (SAM) are more than nothing."), field="sam")
    if not STEP <= quantity <= LARGEST:
        raise Invalid(_("A quantity is more than nothing."), field="quantity")
    if not 0 <= made_before <= LARGEST:
        raise Invalid(_("This cannot be less than nothing."), field="made_before")


def _days(work: int, effort: Effort) -> Decimal:
    return (Decimal(work) / effort.day).quantize(_HUNDREDTH, ROUND_HALF_UP)


def _last_day(center: WorkCenter, begins_on: dt.date, days: int) -> dt.date | None:
    """The last of so many working days, the first being the day or the next worked one."""
    working = calendar(center.calendar_id)
    try:
        return working.add_days(working.add_days(begins_on, 0), days - 1)
    except (CalendarEnds, OverflowError):
        return None
