"""What a history of demand is: made usable, and what kind of demand it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pattern = Literal["none", "single", "short", "intermittent", "smooth"]

LARGEST = 1e12  # no demand of a period is larger
SPIKE = 6.0  # times the upper quartile of the periods with demand
FEWEST_FOR_SPIKES = 8
FEWEST_FOR_CHOICE = 6
LONGEST = 120  # older periods tell nothing of the next ones
# Syntetos and Boylan: from so many periods per demand on, demand is intermittent.
INTERMITTENT = 1.32


@dataclass(frozen=True, eq=False)
class History:
    """Demand from the first period with any on, without what cannot be meant."""

    values: Floats
    pattern: Pattern
    notes: tuple[str, ...]


def read_history(given: Sequence[float] | NDArray[Any]) -> History:
    """Make a history usable: numbers only, none below zero, no absurd peak, no years before."""
    notes = []
    values = np.array(given, dtype=np.float64).reshape(-1)[-LONGEST:]
    if not np.isfinite(values).all() or bool((np.abs(values) > LARGEST).any()):
        notes.append("not_a_number")
        values = np.where(np.isfinite(values), values, 0.0)
        values = np.clip(values, -LARGEST, LARGEST)
    if bool((values < 0).any()):
        notes.append("negative")
        values = np.maximum(values, 0.0)
    sold = np.flatnonzero(values)
    values = values[sold[0] :] if len(sold) else values[:0]
    values, had_spike = _without_spikes(values)
    if had_spike:
        notes.append("spike")
    return History(values, _pattern(values), tuple(notes))


def _without_spikes(values: Floats) -> tuple[Floats, bool]:
    """A peak beyond all measure is taken as the highest that could be meant."""
    sold = values[values > 0]
    if len(sold) < FEWEST_FOR_SPIKES:
        return values, False
    most = SPIKE * float(np.percentile(sold, 75))
    return np.minimum(values, most), bool((values > most).any())


def _pattern(values: Floats) -> Pattern:
    sold = int(np.count_nonzero(values))
    if sold == 0:
        return "none"
    if sold == 1:
        return "single"
    if len(values) < FEWEST_FOR_CHOICE:
        return "short"
    return "intermittent" if len(values) / sold >= INTERMITTENT else "smooth"
