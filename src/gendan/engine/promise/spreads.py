"""How real durations lie to planned ones, learned from those that were lived, in working days.

A delay is real less planned duration; it is scaled by the planned one to the power (0: the same
days whatever the length, 1: in proportion, ½: between), whichever told the past best. Those that
are not over yet count for as long as they have lasted (Kaplan and Meier): else whoever is very late
would be missing, and every history would look better than it was. What few durations say is mixed
with what more of them do: of an item, its supplier's, all of the kind, at last an assumed spread.

Where little is known the late end is kept wide, for three reasons:
- The next one may be later than all that were seen: the latest of n tells the day of n in n + 1.
  So of all of the kind one more is counted that comes after the latest, and whoever still waits
  longest comes some time after today; both by the mean of what was late beyond the middle.
- The first to be over are the short ones. That delays do not grow with the planned duration is
  believed when it tells the past better than chance would: else long ones were told too early.
- The assumed spread is a cautious one, in days, too: three are nothing for forty, much for four.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]

LEAST_SEEN = 8  # with fewer durations than this a spread is called assumed
WIDER = 6.0  # the wider spread counts as much as so many durations
LEAST_TO_CHOOSE = 16  # with fewer the delays are taken in proportion
POWERS = (1.0, 0.5, 0.0)
BEYOND = (0.134, 0.47, 0.981, 2.079)  # of an exponential tail with mean 1: middles of its quarters
_Z90 = 1.2815515655446004  # of the standard normal distribution


@dataclass(frozen=True, slots=True)
class Lived:
    """A duration as planned and as it was; one that is not over yet has lasted `real` so far."""

    planned: float
    real: float
    is_over: bool = True


@dataclass(frozen=True)
class Spread:
    """Scaled delays that were lived, each with its share; what the shares leave is assumed.

    Assumed are lognormal ratios with median 1 and `at_90` at 90 %, at least `days_at_90` days
    longer there. `seen`: on how many durations that have ended the delays rest; `usual`: how long
    such a thing is planned.
    """

    delays: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()
    power: float = 1.0
    seen: int = 0
    usual: float = 0.0
    at_90: float = 1.5
    days_at_90: float = 3.0

    @property
    def is_assumed(self) -> bool:
        """Whether there is too little history to draw from."""
        return self.seen < LEAST_SEEN

    def draw(self, rng: np.random.Generator, cases: int, planned: float) -> Floats:
        """Real durations of something planned for so long, in whole days, shape (cases,)."""
        at_90 = max(self.at_90, 1.0 + self.days_at_90 / max(planned, 1.0))
        sigma = np.log(at_90) / _Z90
        assumed = np.rint(planned * np.exp(sigma * rng.standard_normal(cases)))
        if not self.delays:
            return np.asarray(assumed)
        delays, ends = self._arrays
        place = np.searchsorted(ends, rng.random(cases), side="right")
        real = planned + delays[place] * max(planned, 1.0) ** self.power
        lived = np.maximum(np.rint(real), 0.0)
        return np.asarray(np.where(place < len(ends), lived, assumed))

    def rest(self, rng: np.random.Generator, cases: int, left: float) -> Floats:
        """The days still to wait for what is under way, not here yet, and due in `left` days."""
        whole = max(left, self.usual)
        gone = whole - left
        real = self.draw(rng, cases, whole)
        possible = real[real > gone]
        if not possible.size:
            return np.full(cases, max(left, 1.0))
        return np.asarray(np.where(real > gone, real, rng.choice(possible, cases)) - gone)

    @cached_property
    def _arrays(self) -> tuple[Floats, Floats]:
        """Delays, with one more for what is assumed, and the ends of their shares."""
        return np.array([*self.delays, 0.0]), np.cumsum(self.shares)


ASSUMED = Spread()
ALWAYS = Spread(at_90=1.0, days_at_90=0.0)  # as planned


def power_of(lived: Sequence[Lived]) -> float:
    """How delays grow with the planned duration: the power that tells 50 and 90 in 100 best.

    In proportion, unless another is better by more than the error of the difference.
    """
    planned, delays, is_over = _arrays(lived)
    if is_over.sum() < LEAST_TO_CHOOSE or planned.min() == planned.max():
        return POWERS[0]
    best, least = POWERS[0], _losses(delays, is_over, planned ** POWERS[0])
    for power in POWERS[1:]:
        losses = _losses(delays, is_over, planned**power)
        gain = least - losses
        if gain.sum() > gain.std() * np.sqrt(len(gain)) + 1e-9:
            best, least = power, losses
    return best


def _arrays(lived: Sequence[Lived]) -> tuple[Floats, Floats, Bools]:
    """Planned durations (at least a day), delays, and whether they are over."""
    planned = np.array([one.planned for one in lived])
    delays = np.array([one.real for one in lived]) - planned
    return np.maximum(planned, 1.0), delays, np.array([one.is_over for one in lived], bool)


def _losses(delays: Floats, is_over: Bools, scale: Floats) -> Floats:
    """Pinball loss in days of the two dates that are told, weighted by the share of each."""
    scaled = delays / scale
    order, shares, _left = _kaplan_meier(scaled, is_over)
    ends = np.cumsum(shares)
    found = np.zeros(len(delays))
    for share in (0.5, 0.9):
        place = min(int(np.searchsorted(ends, share * ends[-1])), len(ends) - 1)
        miss = delays - scaled[order[place]] * scale
        found += np.maximum(share * miss, (share - 1) * miss)
    weights = np.zeros(len(delays))
    weights[order] = shares
    return found * weights


def _kaplan_meier(scaled: Floats, is_over: Bools, more: int = 0) -> tuple[Ints, Floats, float]:
    """The order of delays, the share of each in it, and the share left beyond the last one.

    `more`: so many that will come later than all of them.
    """
    order = np.lexsort((~is_over, scaled))  # of two at once the one that is over comes first
    at_risk = np.arange(len(scaled), 0, -1) + more
    left = np.cumprod(1 - is_over[order] / at_risk)
    return order, -np.diff(left, prepend=1.0), float(left[-1])


def learned(lived: Sequence[Lived], wider: Spread = ASSUMED, power: float = 1.0) -> Spread:
    """The spread of these durations, mixed with a wider one (of the same power) where few."""
    count = sum(one.is_over for one in lived)
    if not count:
        return wider
    planned, delays, is_over = _arrays(lived)
    scaled = delays / planned**power
    order, shares, left = _kaplan_meier(scaled, is_over, more=0 if wider.delays else 1)
    beyond = scaled[order[-1]] + _excess(scaled[is_over]) * np.array(BEYOND)
    scaled = np.concatenate([scaled[order], beyond])
    shares = np.concatenate([shares, np.full(len(BEYOND), left / len(BEYOND))])
    kept = shares > 0
    trust = count / (count + WIDER)
    return Spread(
        (*scaled[kept].tolist(), *wider.delays),
        (*(shares[kept] * trust).tolist(), *(share * (1 - trust) for share in wider.shares)),
        power,
        count if count >= LEAST_SEEN else max(count, wider.seen),
        float(np.median([one.planned for one in lived])),
        wider.at_90,
        wider.days_at_90,
    )


def _excess(scaled: Floats) -> float:
    """By how much those beyond the middle are later than it, in the mean."""
    beyond = scaled - np.median(scaled)
    beyond = beyond[beyond > 0]
    return float(beyond.mean()) if beyond.size else 0.0
