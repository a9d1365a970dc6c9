"""The milestone chart: where on the time axis each plan, forecast, latest and actual date lies.

Positions are texts in percent of the axis, so that the server draws SVG that fits any width.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from gendan.followup.board import colour_of
from gendan.followup.models import Journey, JourneyStage, Milestone, StepOfJourney
from gendan.kernel import clock
from gendan.web import words

_MOST_TICKS = 9
_STEPS = (1, 2, 7, 14, 28, 56, 91, 182, 364)


@dataclass(frozen=True)
class Tick:
    """A labelled day on the axis."""

    x: str
    label: str
    is_last: bool = False


@dataclass(frozen=True)
class Strip:
    """One milestone on the axis; an empty text where there is nothing to draw."""

    milestone: Milestone
    meaning: str  # todo, run, done, risk, late, wait, off
    bar_x: str
    bar_width: str
    planned_x: str
    latest_x: str
    end_x: str
    agreed_x: str
    says: str


@dataclass(frozen=True)
class Chart:
    """The rows and what all of them share."""

    strips: list[Strip]
    ticks: list[Tick]
    today_x: str
    target_x: str


def chart_of(journey: Journey, milestones: Sequence[Milestone]) -> Chart:
    """The chart of one journey; `milestones` in order of position."""
    today = clock.today()
    days = [journey.started_on, journey.target_on, today]
    for one in milestones:
        days += [one.planned_on, one.forecast_on, one.latest_on]
    axis = _Axis(min(days) - dt.timedelta(1), max(days) + dt.timedelta(2))
    return Chart(
        strips=[_strip(one, axis) for one in sorted(milestones, key=by_stage)],
        ticks=axis.ticks(),
        today_x=axis.at(today),
        target_x=axis.at(journey.target_on),
    )


_STAGES = {stage: place for place, stage in enumerate(JourneyStage.values)}


def by_stage(one: StepOfJourney) -> tuple[int, int]:
    """Stage by stage, within one in the order of the journey."""
    return _STAGES.get(one.stage, len(_STAGES)), one.position


_MEANINGS = {
    "to_come": "todo",
    "done": "done",
    "running": "run",
    "customer": "wait",
    "at_risk": "risk",
    "late": "late",
}


def meaning_of_colour(colour: str) -> str:
    """The badge of a colour of the board, so that page and board never disagree."""
    return _MEANINGS.get(colour, "todo")


def meaning_of(milestone: Milestone) -> str:
    """The one meaning a milestone has everywhere: chart, board, stepper, Today."""
    if milestone.state == Milestone.State.SKIPPED:
        return "off"
    return meaning_of_colour(colour_of(milestone))


class _Axis:
    def __init__(self, first: dt.date, last: dt.date) -> None:
        self.first = first
        self.last = last
        self.length = max((last - first).days, 1)

    def share(self, day: dt.date) -> float:
        return min(max((day - self.first).days / self.length * 100, 0.0), 100.0)

    def at(self, day: dt.date | None) -> str:
        return "" if day is None else f"{self.share(day):.2f}%"

    def ticks(self) -> list[Tick]:
        step = next((days for days in _STEPS if self.length / days <= _MOST_TICKS), _STEPS[-1])
        # Weeks begin on Monday, so that ticks are days people know.
        start = self.first + dt.timedelta((7 - self.first.weekday()) % 7 if step >= 7 else 0)
        days = [start + dt.timedelta(step * number) for number in range(_MOST_TICKS + 1)]
        return [
            Tick(self.at(day), f"{day:%m-%d}", self.share(day) > 90)
            for day in days
            if self.first <= day < self.last
        ]


def _strip(one: Milestone, axis: _Axis) -> Strip:
    end = one.reached_on or one.forecast_on
    start = clock.date_of(one.opened_at) if one.opened_at else end - _length(one)
    start = min(start, end)
    width = max(axis.share(end) - axis.share(start), 0.6)
    is_done = one.state in {Milestone.State.REACHED, Milestone.State.SKIPPED}
    return Strip(
        milestone=one,
        meaning=meaning_of(one),
        bar_x=f"{max(axis.share(end) - width, 0):.2f}%",
        bar_width=f"{width:.2f}%",
        planned_x=axis.at(one.planned_on),
        latest_x="" if is_done else axis.at(one.latest_on),
        end_x=axis.at(end),
        agreed_x=axis.at(one.revised_on) if one.revised_on and not is_done else "",
        says=f"{one.name}: {words.short_day(end)}",
    )


def _length(one: Milestone) -> dt.timedelta:
    """A duration in working days as calendar days, near enough for a drawing."""
    return dt.timedelta(one.duration_days if one.travel else round(one.duration_days * 7 / 5))
