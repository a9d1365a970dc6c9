"""How pressing: days to impact, the chance of missing the date, and money at risk per day.

Deliberately simple, so that everybody can check it with a pocket calculator:
- The remaining critical milestones are assumed to deviate from their durations independently, each
  with a standard deviation of CV × duration; the spread is the root of the sum of squares, at least
  half a day.
- The chance of missing is the chance that a normal deviation eats more than the float. The normal
  distribution is taken by its logistic approximation 1 / (1 + exp(-1.702 z)), which is wrong by
  less than 0.01 (Haley 1952). It falls as float grows; for positive float it rises with spread.
- Urgency is value × chance / (1 + working days until inaction moves the date).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gendan.engine.milestones import OPEN, REACHED, Forecast, Snapshot, tables_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CV = 0.3
LEAST_SPREAD_DAYS = 0.5
AT_RISK = 0.3  # from this chance of missing on, an order counts as at risk


def spread_days(duration: Ints, is_critical: npt.NDArray[np.bool_], first: Ints) -> Floats:
    """Standard deviation in working days of what is left of each journey's critical path.

    duration[N], is_critical[N] (undone ones only); first[J+1] as in engine.milestones.Snapshot.
    """
    squares = np.where(is_critical, (CV * duration) ** 2, 0.0)
    return np.maximum(np.sqrt(np.add.reduceat(squares, first[:-1])), LEAST_SPREAD_DAYS)


def chance_of_missing(float_days: Ints, spread: Floats) -> Floats:
    """Between 0 and 1; one half where there is nothing to spare."""
    return np.asarray(1.0 / (1.0 + np.exp(np.clip(1.702 * float_days / spread, -50, 50))))


def urgency(value: Floats, chance: Floats, days_to_impact: Ints) -> Floats:
    """Money at risk per day to impact."""
    return np.asarray(value * chance / (1.0 + np.maximum(days_to_impact, 0)))


@dataclass(frozen=True, eq=False)
class Ranking:
    """Per milestone [N]: urgency, 0 unless it is open. Per journey [J]: working days to spare (of
    the anchor; once that is reached, of the tightest open milestone), the chance of missing, the
    day from which inaction moves a date, and the urgency of its most urgent open milestone."""

    urgency: Floats
    float_days: Ints
    chance: Floats
    impact: Ints
    journey_urgency: Floats


def rank_journeys(snapshot: Snapshot, result: Forecast, value: Floats) -> Ranking:
    """How pressing journeys and their open milestones are; value[J] is the money of each."""
    starts = snapshot.first[:-1]
    journey = np.repeat(np.arange(starts.size), np.diff(snapshot.first))
    is_open = snapshot.state == OPEN
    anchor_undone = snapshot.state[snapshot.anchor] < REACHED
    spread = spread_days(snapshot.duration, result.is_critical, snapshot.first)
    chance = chance_of_missing(result.float_days, spread[journey])

    # A date that is missed already moves with every day; else it does from the latest day on.
    never = np.int64(2**40)
    impact = np.where(result.float_days < 0, snapshot.today, result.latest)
    first_impact = np.minimum.reduceat(np.where(is_open, impact, never), starts)
    is_late = anchor_undone & (result.anchor_float < 0)
    quiet = np.maximum(snapshot.target, snapshot.today)
    first_impact = np.where(first_impact == never, quiet, first_impact)

    days = tables_of(tuple(snapshot.calendars)).spare(
        snapshot.calendar, np.full(impact.size, snapshot.today), np.maximum(impact, snapshot.today)
    )
    each = np.where(is_open, urgency(value[journey], chance, days), 0.0)
    tightest = np.minimum.reduceat(np.where(is_open, result.float_days, never), starts)
    likeliest = np.maximum.reduceat(np.where(is_open, chance, 0.0), starts)
    return Ranking(
        urgency=each,
        float_days=np.where(
            anchor_undone, result.anchor_float, np.where(tightest == never, 0, tightest)
        ),
        chance=np.where(anchor_undone, chance_of_missing(result.anchor_float, spread), likeliest),
        impact=np.where(is_late, snapshot.today, first_impact),
        journey_urgency=np.maximum.reduceat(each, starts),
    )
