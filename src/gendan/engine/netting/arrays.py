"""Arithmetic on whole arrays in segments: ceilings, sums by key, running maxima, bisection."""

import numpy as np

from .snapshot import Flags, Ints

EXACT = 2**52  # below it whole numbers and their quotients' ceilings are exact in float64
_LIMIT = 2**62


def bound(values: Ints) -> int:
    """The largest absolute value, 0 for none."""
    return max(-int(values.min()), int(values.max())) if values.size else 0


def ceil_div(value: Ints, by: Ints) -> Ints:
    """value / by rounded up; `by` is positive. Floating point where that is exact: it is faster."""
    if bound(value) < EXACT:
        return np.asarray(np.ceil(value / by).astype(np.int64))
    return np.asarray(-(-value // by))


def times(quantity: Ints, numerator: Ints, denominator: Ints) -> Ints:
    """ceil(quantity * numerator / denominator), exact for all that fits."""
    if bound(quantity) * bound(numerator) < EXACT:
        return np.asarray(np.ceil(quantity * numerator / denominator).astype(np.int64))
    whole, rest = np.divmod(quantity, denominator)
    return np.asarray(whole * numerator - (-rest * numerator) // denominator)


def share(part: Ints, top: Ints, bottom: Ints, *, up: bool = True) -> Ints:
    """part * top / bottom rounded up (or down), also where the product leaves 64 bits."""
    if bound(part) * bound(top) < EXACT:
        product = part * top
        return ceil_div(product, bottom) if up else np.asarray(product // bottom)
    exact = part.astype(object) * top.astype(object)
    result = -(-exact // bottom) if up else exact // bottom
    return np.asarray(result.astype(np.int64))


def places(first: Ints, count: Ints) -> Ints:
    """first[0], first[0] + 1, … (count[0] of them), then those of first[1], and so on."""
    ends = np.cumsum(count)
    total = int(ends[-1]) if ends.size else 0
    return np.asarray(np.arange(total) + np.repeat(first - (ends - count), count))


def starts(count: Ints) -> Ints:
    """Where each segment of `count` rows begins, and where the last one ends; one longer."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(count, dtype=np.int64)])


def sums_by_key(keys: Ints, values: Ints, always: Ints, size: int) -> tuple[Ints, Ints]:
    """Ascending keys with a sum that is not 0 or that stand in `always`, and their sums.

    Keys are from 0 to size - 1. Counted in a table where that is not much larger than the rows.
    """
    total = float(np.abs(values.astype(np.float64)).sum())
    if size <= 4 * (keys.size + always.size) + 1_000_000 and total < EXACT:
        table = np.bincount(keys, weights=values, minlength=size)
        is_shown = table != 0
        is_shown[always] = True
        found = np.flatnonzero(is_shown)
        return found, table[found].astype(np.int64)
    keys = np.concatenate([keys, always])
    values = np.concatenate([values, np.zeros(always.size, np.int64)])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    sums = np.add.reduceat(values[order], first) if keys.size else values
    return keys[first] if keys.size else keys, sums


def running_sum(values: Ints, first: Ints) -> Ints:
    """Sums from the beginning of each segment; `first` as `starts` gives it."""
    sums = np.cumsum(values)
    before = np.concatenate([np.zeros(1, np.int64), sums])[first[:-1]]
    return np.asarray(sums - np.repeat(before, np.diff(first)))


def running_max(values: Ints, first: Ints) -> Ints:
    """Largest value since the beginning of each segment; `first` as `starts` gives it."""
    segments = first.size - 1
    if not values.size:
        return values
    low, high = int(values.min()), int(values.max())
    if segments > 1 and (high - low + 1) * segments >= _LIMIT:
        half = segments // 2
        cut = first[half]
        return np.concatenate(
            [
                running_max(values[:cut], first[: half + 1]),
                running_max(values[cut:], first[half:] - cut),
            ]
        )
    # Every segment is lifted above all values of the ones before it, so one pass is enough.
    lift = np.repeat(np.arange(segments) * (high - low + 1), np.diff(first))
    return np.asarray(np.maximum.accumulate(values - low + lift) - lift + low)


def first_where(values: Ints, low: Ints, high: Ints, target: Ints, *, strict: bool = False) -> Ints:
    """For each row the first place in low … high - 1 whose value is ≥ target (strict: >), or high.

    Values ascend from low to high. Bisection of all rows at once.
    """
    low, high = low.copy(), high.copy()
    if not values.size:
        return low
    while True:
        is_open: Flags = low < high
        if not is_open.any():
            return low
        middle = (low + high) // 2
        value = values[np.minimum(middle, values.size - 1)]
        is_before = is_open & ((value <= target) if strict else (value < target))
        low = np.where(is_before, middle + 1, low)
        high = np.where(is_open & ~is_before, middle, high)
