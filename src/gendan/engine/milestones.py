"""Dates of milestones for many orders at once: forwards from today, backwards from the promise.

The critical path method (Kelley and Walker 1959) over working days, with what has happened and
what parties have said taken as given. Days are ordinals (`date.toordinal()`).

Rules, in the words of the trade:
- A reached milestone stands on its day. A skipped one passes on the day of those before it.
- An open one is ready its duration after the last one before it, and never before today; once it
  is open, a day that somebody has given (said or agreed) replaces the duration.
- One still to come follows those before it by lag and duration; a given day only makes it later.
- What sails only on certain days of the week is ready on the next of these, unless a day is given.
- What is planned to be ready by a day (goods in the plan) takes no longer than until then, unless
  it waits for something that comes later than that: then it takes its duration after it.
- What cannot be ready before a day (goods that are made later) is not, whatever is said.
- The anchor (the promised milestone) must be ready on the target. What comes before it may be as
  late as its followers allow. What comes after it is due its own chain after the target, or after
  the day on which the anchor was reached. What has no follower may take until the end of all that.
- What the anchor does not wait for hurries nothing that it waits for: it has at least its own chain
  after the latest days of those.
- Critical is the chain of milestones that sets the anchor's forecast now (after the anchor: that
  of the last milestone), back to the first one that is not done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gendan.engine.calendars import FIRST, WorkCalendar

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

TO_COME, OPEN, REACHED, SKIPPED = 0, 1, 2, 3
_NEVER = np.int64(2**40)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """J journeys, N milestones in order of journey and position, E dependencies.

    first[J+1]: milestones of journey j are first[j]:first[j+1]; none is empty. before_first[N+1],
    before[E], lag[E]: the milestones before n (indices, each smaller than n, of the same journey)
    and their lags in days of n's calendar. calendar[N]: index into calendars. given[N] and
    reached[N] are 0 where nothing is given or reached, not_before[N] where nothing holds it (None:
    nothing holds any), planned[N] where no plan says by when (None: of any). sails[N]: the days
    of the week on which it can be, Monday the lowest bit; 0 for any (None: all any). anchor[J]: a
    milestone's index.
    """

    today: int
    calendars: Sequence[WorkCalendar]
    first: Ints
    started: Ints
    target: Ints
    anchor: Ints
    before_first: Ints
    before: Ints
    lag: Ints
    duration: Ints
    calendar: Ints
    state: Ints
    reached: Ints
    given: Ints
    not_before: Ints | None = None
    sails: Ints | None = None
    planned: Ints | None = None


@dataclass(frozen=True, eq=False)
class Forecast:
    """Per milestone [N]: forecast, latest, float in working days, critical or not. Per journey [J]:
    the anchor's forecast, its float, the first critical milestone not done (-1: none left)."""

    forecast: Ints
    latest: Ints
    float_days: Ints
    is_critical: Flags
    anchor_forecast: Ints
    anchor_float: Ints
    driver: Ints


def forecast_milestones(snapshot: Snapshot) -> Forecast:
    """All dates of all journeys."""
    return _Passes(snapshot).run()


def expected_days(snapshot: Snapshot) -> Ints:
    """Only when each milestone is expected [N]: the first pass of `forecast_milestones`."""
    return _Passes(snapshot).expected()


def ready_milestones(snapshot: Snapshot) -> Flags:
    """Which milestones to come have everything before them done [N]: somebody's move now."""
    waits = np.zeros(snapshot.state.size, dtype=bool)
    owner = np.repeat(np.arange(waits.size), np.diff(snapshot.before_first))
    waits[owner[snapshot.state[snapshot.before] < REACHED]] = True
    return np.asarray((snapshot.state == TO_COME) & ~waits)


class Tables:
    """Several working calendars side by side, so that one operation serves milestones of each."""

    def __init__(self, calendars: Sequence[WorkCalendar]) -> None:
        longest = max(calendar.working.size for calendar in calendars)
        self.upto = np.stack([calendar.upto for calendar in calendars]).astype(np.int64)
        self.working = np.stack(
            [np.pad(calendar.working, (0, longest - calendar.working.size), "edge")
             for calendar in calendars]
        )  # fmt: skip
        self.last = FIRST + self.upto.shape[1] - 1

    def _reached(self, calendar: Ints, day: Ints) -> tuple[Ints, Flags]:
        """Working days up to and including the day, and whether it is not worked itself."""
        upto = self.upto[calendar, day - FIRST]
        return upto, self.working[calendar, np.maximum(upto - 1, 0)] != day

    def after(self, calendar: Ints, day: Ints, days: Ints) -> Ints:
        """The days-th working day after each day; 0: the day itself or the next one worked. What
        would come after the last day a calendar knows is on that day."""
        upto, is_off = self._reached(calendar, day)
        place = upto - 1 + days + (is_off & (days <= 0))
        return np.asarray(self.working[calendar, np.minimum(place, self.working.shape[1] - 1)])

    def latest_before(self, calendar: Ints, day: Ints, days: Ints) -> Ints:
        """The last working day whose days-th working day after is not later than `day`."""
        return np.asarray(self.working[calendar, self.upto[calendar, day - FIRST] - 1 - days])

    def count(self, calendar: Ints, day: Ints, until: Ints) -> Ints:
        """How many working days after each day there are up to another one, which is not before."""
        return np.asarray(self.upto[calendar, until - FIRST] - self.upto[calendar, day - FIRST])

    def spare(self, calendar: Ints, day: Ints, until: Ints) -> Ints:
        """Working days from day to until; negative exactly if day is later, 0 at least if not."""
        upto, is_off = self._reached(calendar, day)
        days = self.upto[calendar, until - FIRST] - upto - is_off
        return np.asarray(np.where(day <= until, np.maximum(days, 0), np.minimum(days, -1)))


def _days_to_sailing(step: int) -> Ints:
    """By bits of sailing days [128] and weekday [7]: days until the next (step 1), since the last
    (step -1)."""
    return np.array(
        [
            [
                next((n for n in range(7) if not bits or bits >> (day + step * n) % 7 & 1), 0)
                for day in range(7)
            ]
            for bits in range(128)
        ],
        dtype=np.int64,
    )


_UNTIL_SAILING, _SINCE_SAILING = _days_to_sailing(1), _days_to_sailing(-1)


@lru_cache(maxsize=16)
def tables_of(calendars: tuple[WorkCalendar, ...]) -> Tables:
    """The tables of the same calendars are made once: stacking them takes a millisecond."""
    return Tables(calendars)


class _Passes:
    """The passes share the dependencies sorted by rank: a milestone's place within its journey.

    All milestones of a rank are worked on together; those before them have lower ranks.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.given = snapshot
        self.tables = tables_of(tuple(snapshot.calendars))
        sizes = np.diff(snapshot.first)
        count = int(snapshot.first[-1])
        self.journey = np.repeat(np.arange(sizes.size), sizes)
        rank = np.arange(count) - snapshot.first[self.journey]
        self.ranks = int(sizes.max(initial=0))
        owner = np.repeat(np.arange(count), np.diff(snapshot.before_first))
        order = np.argsort(rank[owner], kind="stable")
        self.owner, self.source = owner[order], snapshot.before[order]
        self.is_done = snapshot.state >= REACHED
        is_skipped = snapshot.state == SKIPPED
        # Days from one to the next: nothing for a skipped one.
        self.days = np.where(
            is_skipped[self.owner], 0, snapshot.lag[order] + snapshot.duration[self.owner]
        )
        self.passes_on = is_skipped[self.owner]
        # Per dependency, the day a plan gives its owner where duration alone would take longer.
        self.planned = np.full(self.owner.size, _NEVER)
        self.edges_of_rank = np.searchsorted(rank[self.owner], np.arange(self.ranks + 1))
        self.nodes_by_rank = np.argsort(rank, kind="stable")
        self.nodes_of_rank = np.searchsorted(rank[self.nodes_by_rank], np.arange(self.ranks + 1))
        everything = snapshot.calendar
        # None where nothing waits for a sailing: then no pass looks for one.
        self.sails = None if snapshot.sails is None or not snapshot.sails.any() else snapshot.sails
        self.workday = self._sailing(
            slice(None),
            self.tables.after(
                everything, np.full(count, snapshot.today), np.zeros(count, dtype=np.int64)
            ),
        )

    def run(self) -> Forecast:
        """All passes, and what follows from them."""
        given = self.given
        forecast, arrivals = self._forwards()
        latest = self._backwards(self._due_after_anchor(), forecast)
        spare = self.tables.spare(given.calendar, forecast, latest)
        is_critical = self._critical(forecast, arrivals)
        count = self.is_done.size
        first_critical = np.full(given.target.size, count)
        np.minimum.at(first_critical, self.journey[is_critical], np.flatnonzero(is_critical))
        return Forecast(
            forecast=forecast,
            latest=latest,
            float_days=np.where(self.is_done, 0, spare),
            is_critical=is_critical,
            anchor_forecast=forecast[given.anchor],
            anchor_float=spare[given.anchor],
            driver=np.where(first_critical == count, -1, first_critical),
        )

    def expected(self) -> Ints:
        """The first pass alone."""
        return self._forwards()[0]

    def _sailing(self, nodes: "Ints | slice", day: Ints) -> Ints:
        """The day on which each of these milestones can be: its first sailing from a day on."""
        if self.sails is None:
            return day
        found = day + _UNTIL_SAILING[self.sails[nodes], (day - 1) % 7]
        return np.asarray(np.minimum(found, self.tables.last))

    def _last_sailing(self, nodes: Ints, day: Ints) -> Ints:
        """The last sailing of each of these milestones that is not later than a day."""
        if self.sails is None:
            return day
        return np.asarray(day - _SINCE_SAILING[self.sails[nodes], (day - 1) % 7])

    def _edges(self, rank: int) -> slice:
        return slice(int(self.edges_of_rank[rank]), int(self.edges_of_rank[rank + 1]))

    def _nodes(self, rank: int) -> Ints:
        start, end = self.nodes_of_rank[rank], self.nodes_of_rank[rank + 1]
        return self.nodes_by_rank[start:end]

    def _forwards(self) -> tuple[Ints, Ints]:
        """The forecast of each milestone, and per dependency the day it allows its owner."""
        given, tables = self.given, self.tables
        started = given.started[self.journey]
        # Ready by duration alone, for milestones with nothing before them.
        ready = self._sailing(slice(None), tables.after(given.calendar, started, given.duration))
        if given.planned is not None:
            is_sooner = (started <= given.planned) & (given.planned < ready)
            ready = np.where(is_sooner, given.planned, ready)
        last_before = started.copy()
        forecast = np.zeros_like(ready)
        arrivals = np.zeros(self.owner.size, dtype=np.int64)
        spoken = np.where(given.given >= given.today, given.given, 0)
        # An open one that is said to be ready need not wait for its usual duration.
        is_said = (given.state == OPEN) & (given.given > 0)
        for rank in range(self.ranks):
            edges = self._edges(rank)
            owner, source = self.owner[edges], self.source[edges]
            if owner.size:
                starts = np.flatnonzero(np.diff(owner, prepend=-1))
                before = forecast[source]
                arrival = tables.after(given.calendar[owner], before, self.days[edges])
                arrival = self._by_plan(edges, before, arrival)
                arrival = self._sailing(owner, arrival)
                arrivals[edges] = np.where(self.passes_on[edges] | is_said[owner], before, arrival)
                ready[owner[starts]] = np.maximum.reduceat(arrival, starts)
                last_before[owner[starts]] = np.maximum.reduceat(before, starts)
            nodes = self._nodes(rank)
            state = given.state[nodes]
            said, earliest = spoken[nodes], ready[nodes]
            earliest = np.where(is_said[nodes], last_before[nodes], earliest)
            undone = np.maximum(earliest, np.where(said > 0, said, self.workday[nodes]))
            undone = np.where(is_said[nodes], undone, np.maximum(undone, self.workday[nodes]))
            if given.not_before is not None:
                undone = np.maximum(undone, given.not_before[nodes])
            done = np.where(state == SKIPPED, last_before[nodes], given.reached[nodes])
            forecast[nodes] = np.where(state >= REACHED, done, undone)
        return forecast, arrivals

    def _by_plan(self, edges: slice, before: Ints, arrival: Ints) -> Ints:
        """When what is planned is ready: sooner than by duration, which then counts no more."""
        if self.given.planned is None:
            return arrival
        owner = self.owner[edges]
        planned = self.given.planned[owner]
        sooner = np.flatnonzero((before <= planned) & (planned < arrival))
        if not sooner.size:
            return arrival
        calendar = self.given.calendar[owner[sooner]]
        days = self.tables.count(calendar, before[sooner], planned[sooner])
        self.days[edges.start + sooner] = days
        self.planned[edges.start + sooner] = planned[sooner]
        arrival = arrival.copy()
        arrival[sooner] = planned[sooner]
        return arrival

    def _due_after_anchor(self) -> Ints:
        """When the anchor and each milestone after it is due; 0 for all others."""
        given, tables = self.given, self.tables
        due = np.zeros(self.is_done.size, dtype=np.int64)
        is_reached = given.state == REACHED
        due[given.anchor] = np.where(
            is_reached[given.anchor], given.reached[given.anchor], given.target
        )
        for rank in range(self.ranks):
            edges = self._edges(rank)
            owner, source = self.owner[edges], self.source[edges]
            if not owner.size:
                continue
            starts = np.flatnonzero(np.diff(owner, prepend=-1))
            before = due[source]
            arrival = tables.after(
                given.calendar[owner], np.maximum(before, FIRST), self.days[edges]
            )
            arrival = self._sailing(owner, arrival)
            arrival = np.where(self.passes_on[edges], before, arrival)
            arrival = np.where(before > 0, arrival, 0)
            found = np.maximum.reduceat(arrival, starts)
            nodes = owner[starts]
            actual = np.where(is_reached[nodes], given.reached[nodes], found)
            due[nodes] = np.where(due[nodes] > 0, due[nodes], np.where(found > 0, actual, 0))
        return due

    def _backwards(self, due: Ints, forecast: Ints) -> Ints:
        """The latest day of each milestone."""
        given, tables = self.given, self.tables
        is_anchor = np.zeros(due.size, dtype=bool)
        is_anchor[given.anchor] = True
        leads = self._leading_to_anchor()
        fixed = np.where(is_anchor, given.target[self.journey], due)
        end = np.maximum(np.maximum.reduceat(due, given.first[:-1]), given.target)
        latest = np.where(fixed > 0, fixed, _NEVER)
        for rank in range(self.ranks - 1, -1, -1):
            nodes = self._nodes(rank)
            # All followers have been seen: who has none may take until the end.
            latest[nodes] = np.where(
                latest[nodes] == _NEVER, end[self.journey[nodes]], latest[nodes]
            )
            is_free = fixed[nodes] == 0
            latest[nodes[is_free]] = self._last_sailing(nodes[is_free], latest[nodes[is_free]])
            edges = self._edges(rank)
            owner, source = self.owner[edges], self.source[edges]
            if not owner.size:
                continue
            until = self._last_sailing(owner, latest[owner])
            limit = tables.latest_before(given.calendar[owner], until, self.days[edges])
            # The plan may end on a day off: what the plan itself is in time for is not too late.
            is_kept = self.planned[edges] <= until
            limit = np.where(is_kept, np.maximum(limit, forecast[source]), limit)
            limit = np.where(self.passes_on[edges], latest[owner], limit)
            # What has been reached no longer presses those before it; fixed ones are not pressed.
            is_free = (given.state[owner] == REACHED) | (fixed[source] > 0)
            # Nor does what the promise does not wait for, such as the payment behind a short way.
            is_free |= leads[source] & ~leads[owner]
            np.minimum.at(latest, source, np.where(is_free, _NEVER, limit))
        return self._no_sooner_than_allowed(latest, leads)

    def _leading_to_anchor(self) -> Flags:
        """Which milestones the anchor waits for; it is one of them."""
        leads = np.zeros(self.is_done.size, dtype=bool)
        leads[self.given.anchor] = True
        for rank in range(self.ranks - 1, -1, -1):
            edges = self._edges(rank)
            leads[self.source[edges][leads[self.owner[edges]]]] = True
        return leads

    def _no_sooner_than_allowed(self, latest: Ints, leads: Flags) -> Ints:
        """What the anchor does not wait for has its time after the latest day of what is before."""
        given, tables = self.given, self.tables
        is_reached = given.state == REACHED
        is_open = ~leads & ~is_reached
        for rank in range(self.ranks):
            edges = self._edges(rank)
            owner = self.owner[edges]
            if not is_open[owner].any():
                continue
            source = self.source[edges]
            before = np.where(is_reached[source], given.reached[source], latest[source])
            arrival = tables.after(given.calendar[owner], before, self.days[edges])
            arrival = np.where(self.passes_on[edges], before, self._sailing(owner, arrival))
            np.maximum.at(latest, owner, np.where(is_open[owner], arrival, 0))
        return latest

    def _critical(self, forecast: Ints, arrivals: Ints) -> Flags:
        """Which milestones set the date, back from the anchor or, after it, from the last one."""
        given = self.given
        is_bound = np.zeros(self.is_done.size, dtype=bool)
        undone = np.where(self.is_done, 0, forecast)
        last = np.maximum.reduceat(undone, given.first[:-1])
        is_last = ~self.is_done & (undone == last[self.journey])
        is_bound[given.anchor] = True
        is_bound |= is_last & self.is_done[given.anchor][self.journey]
        for rank in range(self.ranks - 1, -1, -1):
            edges = self._edges(rank)
            owner, source = self.owner[edges], self.source[edges]
            drives = (
                is_bound[owner]
                & (arrivals[edges] == forecast[owner])
                & (given.state[owner] != REACHED)
            )
            is_bound[source[drives]] = True
        return is_bound & ~self.is_done
