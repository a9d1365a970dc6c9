"""The arithmetic on arrays and the low-level codes, compared with plain Python."""

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.netting.arrays import (
    ceil_div,
    first_where,
    places,
    running_max,
    running_sum,
    starts,
    sums_by_key,
    times,
)
from gendan.engine.netting.levels import low_level_codes

numbers = st.integers(-(2**58), 2**58) | st.integers(-50, 50)
segments = st.lists(st.lists(numbers, max_size=5), max_size=6)


def flat(parts: list[list[int]]) -> tuple[Any, Any]:
    values = np.array([one for part in parts for one in part], np.int64)
    return values, starts(np.array([len(part) for part in parts], np.int64))


@given(numbers, st.integers(1, 2**30))
def test_division_rounds_up(value: int, by: int) -> None:
    assert ceil_div(np.array([value]), np.array([by])).tolist() == [-(-value // by)]


@given(st.integers(0, 2**30), st.integers(1, 2**31 - 1), st.integers(1, 2**31 - 1))
def test_ratios_round_up(quantity: int, top: int, bottom: int) -> None:
    exact = -(-Fraction(quantity * top, bottom) // 1)
    assert times(np.array([quantity]), np.array([top]), np.array([bottom])).tolist() == [
        -(-quantity * top // bottom)
    ]
    assert exact == -(-quantity * top // bottom)


@given(segments)
def test_the_largest_so_far_begins_anew_in_every_segment(parts: list[list[int]]) -> None:
    values, first = flat(parts)
    expected = [one for part in parts for one in itertools.accumulate(part, max)]
    assert running_max(values, first).tolist() == expected


@given(st.lists(st.lists(st.integers(-50, 50), max_size=5), max_size=6))
def test_sums_begin_anew_in_every_segment(parts: list[list[int]]) -> None:
    values, first = flat(parts)
    expected = [one for part in parts for one in itertools.accumulate(part)]
    assert running_sum(values, first).tolist() == expected


@given(segments, st.lists(numbers, min_size=6, max_size=6), st.booleans())
def test_bisection_finds_the_first_place(
    parts: list[list[int]], targets: list[int], strict: bool
) -> None:
    parts = [sorted(part) for part in parts]
    values, first = flat(parts)
    target = np.array(targets[: len(parts)], np.int64)
    found = first_where(values, first[:-1], first[1:], target, strict=strict)
    for begin, part, wanted, place in zip(first, parts, targets, found, strict=False):
        counts = [one <= wanted if strict else one < wanted for one in part]
        assert place - begin == sum(counts)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(-9, 9) | st.just(2**60)), max_size=3),
    st.sets(st.integers(0, 30)),
    st.sampled_from([31, 10**9]),
)
def test_sums_by_key_are_sums_by_key(
    pairs: list[tuple[int, int]], always: set[int], size: int
) -> None:
    keys = np.array([key for key, _ in pairs], np.int64)
    values = np.array([value for _, value in pairs], np.int64)
    found, sums = sums_by_key(keys, values, np.array(sorted(always), np.int64), size)
    expected = dict.fromkeys(always, 0)
    for key, value in pairs:
        expected[key] = expected.get(key, 0) + value
    got = dict(zip(found.tolist(), sums.tolist(), strict=True))
    assert found.tolist() == sorted(got)
    assert {k: v for k, v in got.items() if v} == {k: v for k, v in expected.items() if v}
    assert always <= set(got)


def test_places_of_segments() -> None:
    assert places(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
    assert places(np.array([], np.int64), np.array([], np.int64)).tolist() == []


edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16)


@settings(max_examples=300, deadline=None)
@given(edges)
def test_loops_are_real_and_what_is_left_has_levels(pairs: list[tuple[int, int]]) -> None:
    parent = np.array([one for one, _ in pairs], np.int64)
    component = np.array([two for _, two in pairs], np.int64)
    level, loops, kept = low_level_codes(8, parent, component)
    for loop in loops:
        names = loop.tolist()
        assert len(set(names)) == len(names)
        assert names[0] == min(names)
        for one, two in itertools.pairwise([*names, names[0]]):
            assert (one, two) in pairs
    assert bool(loops) == (not kept.all())

    left = [pair for pair, keep in zip(pairs, kept.tolist(), strict=True) if keep]

    def longest(item: int) -> int:
        return max((longest(one) + 1 for one, two in left if two == item), default=0)

    assert level.tolist() == [longest(item) for item in range(8)]
