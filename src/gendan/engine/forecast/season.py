"""The season in a history: whether there is one, and the history without it."""

from dataclasses import dataclass

import numpy as np

from gendan.engine.forecast.history import Floats

LIKELY, SURE = 1.645, 2.326  # one-sided 95 % and 99 %


@dataclass(frozen=True, eq=False)
class Season:
    """What each period of the year adds, or by what it multiplies; nothing where there is none."""

    index: Floats
    is_factor: bool = True
    is_there: bool = False

    def taken_out(self, values: Floats) -> Floats:
        """A history from its first period on, without the season."""
        index = self._from(0, len(values))
        return values / index if self.is_factor else values - index

    def put_back(self, values: Floats, first: int) -> Floats:
        """What is expected from the period `first` (of the history) on, with the season."""
        index = self._from(first, len(values))
        return values * index if self.is_factor else values + index

    def _from(self, first: int, count: int) -> Floats:
        return self.index[np.arange(first, first + count) % len(self.index)]


def season_of(values: Floats, length: int) -> Season:
    """The season by classical decomposition, where it repeats year by year."""
    if length < 2 or len(values) <= 2 * length or not _is_seasonal(values, length):
        return Season(np.ones(max(1, length)))
    is_factor = bool((values > 0).all())
    half = length // 2
    window = np.ones(length + 1 - length % 2) / length
    if length % 2 == 0:
        window[[0, -1]] /= 2
    level = np.convolve(values, window, "valid")
    middle = values[half : half + len(level)]
    parts = middle / level if is_factor else middle - level
    place = (np.arange(len(parts)) + half) % length
    index = np.array([parts[place == one].mean() for one in range(length)])
    index = index / index.mean() if is_factor else index - index.mean()
    return Season(index, is_factor, is_there=True)


def _is_seasonal(values: Floats, length: int) -> bool:
    """By autocorrelation, as is usual; it needs many years, so changes are looked at besides."""
    apart = values - values.mean()
    all_of_it = float(apart @ apart)
    if all_of_it <= 0:
        return False
    size = len(values)
    found = np.array([apart[lag:] @ apart[: size - lag] for lag in range(1, length + 1)])
    found = found / all_of_it
    limit = LIKELY * np.sqrt((1 + 2 * float((found[:-1] ** 2).sum())) / size)
    return bool(abs(found[-1]) > limit) or _changes_repeat(values, length)


def _changes_repeat(values: Floats, length: int) -> bool:
    """Whether changes from period to period differ by period of the year more than by chance.

    Changes, because a level that wanders differs by period too. An F test in Paulson's
    approximation, which needs no tables.
    """
    changes = np.diff(values)
    places = np.arange(len(changes)) % length
    means = np.array([changes[places == one].mean() for one in range(length)])
    counts = np.bincount(places, minlength=length)
    between = float((counts * (means - changes.mean()) ** 2).sum()) / (length - 1)
    freedom = len(changes) - length
    within = float(((changes - means[places]) ** 2).sum()) / freedom
    if between <= 0:
        return False
    if within <= between * 1e-12:
        return True
    ratio = (between / within) ** (1 / 3)
    few, many = 2 / (9 * (length - 1)), 2 / (9 * freedom)
    z = ((1 - many) * ratio - (1 - few)) / np.sqrt(many * ratio**2 + few)
    return bool(z > SURE)
