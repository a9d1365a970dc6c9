"""How sure a date is: the days by which all is there in 50 and in 90 of 100 cases.

Method: Monte Carlo over the tree of a search, seeded. Every own duration of the tree (a lead time,
the days from the last component to the end of the last step) is drawn from what such durations
really were (`spreads.py`), each independently; an item is there when its last part is, and its own
time follows. What an order's production waits for (approvals) comes once for all its lines, drawn
from how such waits really went. What is on hand is there. All is counted in working days, since
nothing arrives or is finished between them: a delay of one day over a weekend is three days of the
calendar.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from .search import Need, Start
from .spreads import Floats, Spread

CASES = 2_000


class Days(Protocol):
    """The working days of a world: which they are, and how many up to each day."""

    @property
    def open_days(self) -> list[int]: ...
    @property
    def upto(self) -> list[int]: ...


@dataclass(frozen=True, slots=True)
class Approved:
    """When production, or buying, may begin, how such waits really went, and whether this one is
    under way."""

    start: Start
    spread: Spread
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Odds:
    """Days by which all is there in 50 and in 90 of 100 cases; whether a spread was assumed.

    `seen`: on how many own durations it rests, of the part with the least history; 0: on none.
    """

    half: int
    most: int
    is_assumed: bool
    seen: int = 0


def odds(
    needs: Sequence[Need],
    spread_of: Callable[[Need], Spread],
    days: Days | None = None,
    *,
    approved: "Approved | None" = None,
    paid: "Approved | None" = None,
    seed: int = 1,
    cases: int = CASES,
) -> Odds:
    """The odds that all of these needs are there; the same seed gives the same answer.

    `spread_of` is asked for every need that is made or bought, or waits for what is coming.
    Without `days` every day is worked. `approved`: what production waits for; `paid`: buying.
    """
    trials = _Trials(spread_of, np.random.default_rng(seed), cases, days, approved, paid)
    ready = np.zeros(cases)
    for need in needs:
        ready = np.maximum(ready, trials.ready(need))
    half, most = np.quantile(ready, [0.5, 0.9], method="inverted_cdf").tolist()
    return Odds(
        trials.day(half),
        trials.day(most),
        any(one.is_assumed and one.at_90 > 1 for one in trials.asked),
        min((one.seen for one in trials.asked if not one.is_assumed), default=0),
    )


@dataclass(slots=True)
class _Trials:
    """All cases at once, times in working days; `asked` are the spreads that were drawn from."""

    spread_of: Callable[[Need], Spread]
    rng: np.random.Generator
    cases: int
    days: Days | None
    approved: Approved | None = None
    paid: Approved | None = None
    asked: list[Spread] = field(default_factory=list)
    # by what is waited for the day of it in each case, once it was asked for
    begins: dict[int, Floats] = field(default_factory=dict)

    def ready(self, need: Need) -> Floats:
        """When a need is there in each case, shape (cases,)."""
        ready = np.zeros(self.cases)
        waits = max((day for day, _quantity in need.taken), default=0)
        if not waits and not need.made:
            return ready + self.worked(need.ready)  # the works may be closed until then
        spread = self.spread_of(need)
        self.asked.append(spread)
        if waits:
            ready = spread.rest(self.rng, self.cases, self.worked(waits))
        if need.made:
            start = self.started(need)
            planned = self.worked(need.done) - self.worked(need.start)
            ready = np.maximum(ready, start + spread.draw(self.rng, self.cases, planned))
        return ready

    def started(self, need: Need) -> Floats:
        """When what is made can be begun: all components are there, and it is approved; of what is
        bought, when it may be."""
        if not need.is_ours:
            if self.paid is None or not need.awaits:
                return np.zeros(self.cases)
            return self.begun(self.paid, need.start)
        start, material = np.zeros(self.cases), np.zeros(self.cases)
        for part in need.parts:
            ready = self.ready(part)
            start = np.maximum(start, ready)
            if part.is_material:
                material = np.maximum(material, ready)
        if self.approved is None:
            return start
        days, approved = self.approved.start.days, self.approved.start.begins
        begun = self.begun(self.approved, approved)
        begins = np.maximum(begun, material + days if days else 0.0)
        return np.asarray(np.maximum(start, begins))

    def begun(self, approved: Approved, on: int) -> Floats:
        """When it is approved: the same in each case for all lines."""
        begins = self.begins.get(id(approved))
        if begins is None:
            draw = approved.spread.rest if approved.is_asked else approved.spread.draw
            begins = self.begins[id(approved)] = draw(self.rng, self.cases, self.worked(on))
            self.asked.append(approved.spread)
        return begins

    def worked(self, day: int) -> int:
        """How many working days a day lies ahead."""
        if self.days is None:
            return day
        upto = self.days.upto
        return upto[min(day, len(upto) - 1)] - upto[0]

    def day(self, worked: float) -> int:
        """The day on which so many working days are over."""
        count = int(np.ceil(round(worked, 6)))
        if self.days is None:
            return count
        place = self.days.upto[0] - 1 + count
        if place < 0:
            return 0
        open_days = self.days.open_days
        if place < len(open_days):
            return open_days[place] if count else 0
        return (open_days[-1] if open_days else 0) + 1 + place - len(open_days)
