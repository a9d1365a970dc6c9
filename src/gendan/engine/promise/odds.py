"""How sure a date is: the days by which all is there in 50 and in 90 of 100 cases.

Method: Monte Carlo over the tree of a search, seeded. Every own duration of the tree (a lead time,
the days from the last component to the end of the last step) is multiplied by a ratio of real to
planned duration, drawn for each independently; an item is there when its last part is, and the
ratios of its own time follow. What is on hand is there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .search import Need

Floats = npt.NDArray[np.float64]
CASES = 2_000


@dataclass(frozen=True, slots=True)
class Spread:
    """Ratios of real to planned durations: those seen, shape (ratios,), or an assumed spread.

    Assumed: lognormal with median 1 and the given ratio at 90 %.
    """

    seen: tuple[float, ...] = ()
    at_90: float = 1.25

    @property
    def is_assumed(self) -> bool:
        """Whether there is too little history to draw from."""
        return len(self.seen) < LEAST_SEEN

    def draw(self, rng: np.random.Generator, cases: int) -> Floats:
        """Ratios of so many cases."""
        if not self.is_assumed:
            return np.asarray(rng.choice(np.array(self.seen), cases))
        sigma = np.log(max(self.at_90, 1.0)) / _Z90
        return np.asarray(np.exp(sigma * rng.standard_normal(cases)))


LEAST_SEEN = 8  # with fewer seen durations than this the assumed spread is used
_Z90 = 1.2815515655446004  # of the standard normal distribution
ALWAYS = Spread(at_90=1.0)  # as planned


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
    *,
    seed: int = 1,
    cases: int = CASES,
) -> Odds:
    """The odds that all of these needs are there; the same seed gives the same answer.

    `spread_of` is asked for every need that is made or bought, or waits for what is coming.
    """
    rng = np.random.default_rng(seed)
    assumed: list[Spread] = []
    ready = np.zeros(cases)
    for need in needs:
        ready = np.maximum(ready, _ready(need, spread_of, rng, cases, assumed))
    half, most = np.quantile(ready, [0.5, 0.9], method="inverted_cdf").tolist()
    return Odds(
        _day(half),
        _day(most),
        any(one.is_assumed and one.at_90 > 1 for one in assumed),
        min((len(one.seen) for one in assumed if not one.is_assumed), default=0),
    )


def _day(value: float) -> int:
    return int(np.ceil(round(value, 6)))


def _ready(
    need: Need,
    spread_of: Callable[[Need], Spread],
    rng: np.random.Generator,
    cases: int,
    assumed: list[Spread],
) -> Floats:
    """When a need is there in each case, shape (cases,)."""
    ready = np.zeros(cases)
    waits = max((day for day, _quantity in need.taken), default=0)
    if not waits and not need.made:
        return ready + need.ready  # on hand; the works may be closed until then
    spread = spread_of(need)
    assumed.append(spread)
    if waits:
        ready = waits * spread.draw(rng, cases)
    if need.made:
        start = np.zeros(cases)
        for part in need.parts:
            start = np.maximum(start, _ready(part, spread_of, rng, cases, assumed))
        own = (need.done - need.start) * spread.draw(rng, cases)
        ready = np.maximum(ready, start + own)
    return ready
