"""ABC by value of what is used, XYZ by how evenly it is used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

A_UNTIL, B_UNTIL = 0.80, 0.95
X_UNTIL, Y_UNTIL = 0.5, 1.0


@dataclass(frozen=True, slots=True)
class AbcXyz:
    """An item's classes and what they rest on; `share` of the whole value, `variation` of use.

    `abc` is C and `xyz` is Z where nothing is used.
    """

    abc: str
    xyz: str
    value: float
    share: float
    running: float
    variation: float | None


def classify(used: Mapping[int, tuple[Sequence[float], float]]) -> dict[int, AbcXyz]:
    """By item: use period by period and the value of one unit.

    A: the items that make the first 80 % of the value, B: until 95 %, C: the rest. X: even use
    (coefficient of variation to 0.5), Y: to 1, Z: beyond. An item on the border is in the better
    class.
    """
    values = {item: sum(max(0.0, one) for one in use) * cost for item, (use, cost) in used.items()}
    whole = sum(values.values())
    found, running = {}, 0.0
    for item in sorted(values, key=lambda one: (-values[one], one)):
        share = values[item] / whole if whole > 0 else 0.0
        letter = "A" if running < A_UNTIL else "B" if running < B_UNTIL else "C"
        running += share
        variation = _variation(used[item][0])
        found[item] = AbcXyz(
            letter if values[item] > 0 else "C",
            _evenness(variation),
            values[item],
            share,
            running,
            variation,
        )
    return found


def _variation(use: Sequence[float]) -> float | None:
    mean = fmean(use) if use else 0.0
    return pstdev(use) / mean if mean > 0 else None


def _evenness(variation: float | None) -> str:
    if variation is None or variation > Y_UNTIL:
        return "Z"
    return "X" if variation <= X_UNTIL else "Y"
