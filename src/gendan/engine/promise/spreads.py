"""How real durations lie to planned ones, learned from those that were lived, in working days.

A delay is real less planned duration; it is scaled by the planned one to the power (0: the same
days whatever the length, 1: in proportion, ½: between), whichever told the past best. Those that
are not over yet count for as long as they have lasted (Kaplan and Meier): else whoever is very late
would be missing, and every history would look better than it was. What few durations say is mixed
with what more of them do: of an item, its supplier's, all of the kind, at last an assumed spread.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEAST_SEEN = 8  # with fewer durations than this a spread is called assumed
WIDER = 4.0  # the wider spread counts as much as so many durations
LEAST_TO_CHOOSE = 16  # with fewer the delays are taken in proportion
POWERS = (1.0, 0.5, 0.0)
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

    Assumed are lognormal ratios with median 1 and `at_90` at 90 %. `seen`: on how many durations
    that have ended the delays rest; `usual`: how long such a thing is planned.
    """

    delays: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()
    power: float = 1.0
    seen: int = 0
    usual: float = 0.0
    at_90: float = 1.25

    @property
    def is_assumed(self) -> bool:
        """Whether there is too little history to draw from."""
        return self.seen < LEAST_SEEN

    def draw(self, rng: np.random.Generator, cases: int, planned: float) -> Floats:
        """Real durations of something planned for so long, in whole days, shape (cases,)."""
        sigma = np.log(max(self.at_90, 1.0)) / _Z90
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
ALWAYS = Spread(at_90=1.0)  # as planned


def power_of(lived: Sequence[Lived]) -> float:
    """How delays grow with the planned duration: the power that tells 50 and 90 in 100 best."""
    over = [one for one in lived if one.is_over]
    planned = np.array([max(one.planned, 1.0) for one in over])
    if len(over) < LEAST_TO_CHOOSE or planned.min() == planned.max():
        return POWERS[0]
    delays = np.array([one.real - one.planned for one in over])
    return min(POWERS, key=lambda power: _loss(delays, planned**power))


def _loss(delays: Floats, scale: Floats) -> float:
    """Pinball loss in days of the two dates that are told."""
    found = 0.0
    for share in (0.5, 0.9):
        miss = delays - np.quantile(delays / scale, share) * scale
        found += float(np.maximum(share * miss, (share - 1) * miss).mean())
    return round(found, 9)


def learned(lived: Sequence[Lived], wider: Spread = ASSUMED, power: float = 1.0) -> Spread:
    """The spread of these durations, mixed with a wider one (of the same power) where few."""
    count = sum(one.is_over for one in lived)
    if not count:
        return wider
    planned = np.array([one.planned for one in lived])
    scaled = (np.array([one.real for one in lived]) - planned) / np.maximum(planned, 1.0) ** power
    is_over = np.array([one.is_over for one in lived])
    order = np.lexsort((~is_over, scaled))  # of two at once the one that is over comes first
    scaled, is_over = scaled[order], is_over[order]
    left = np.cumprod(1 - is_over / np.arange(len(lived), 0, -1))
    shares = -np.diff(left, prepend=1.0)
    shares[-1] += left[-1]  # who has waited longest and still waits: at least so long
    kept = shares > 0
    trust = count / (count + WIDER)
    return Spread(
        (*scaled[kept].tolist(), *wider.delays),
        (*(shares[kept] * trust).tolist(), *(share * (1 - trust) for share in wider.shares)),
        power,
        count if count >= LEAST_SEEN else max(count, wider.seen),
        float(np.median(planned)),
        wider.at_90,
    )
