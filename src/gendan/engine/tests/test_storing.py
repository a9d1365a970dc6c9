"""Which bins take goods and which give them: rules by hand, and against every other choice."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gendan.engine.storing import NEVER, Bin, Pile, pick, put_away


def a_bin(pk: int, walk: int = 0, **more: Any) -> Bin:
    kept: dict[str, Any] = {
        "family_id": None,
        "capacity": None,
        "filled": Decimal(0),
        "item_ids": frozenset(),
    }
    return Bin(pk, (walk, str(pk)), **kept | more)


def a_pile(pk: int, lot: int | None, free: int, **more: Any) -> Pile:
    kept: dict[str, Any] = {"walk": (pk, ""), "came": 1}
    return Pile(pk, pk, lot, free=Decimal(free), **kept | more)


def test_the_same_then_the_family_then_an_empty_bin_then_beside_others() -> None:
    bins = [
        a_bin(1, 1, item_ids=frozenset({9})),  # something else, nobody knows how much fits
        a_bin(2, 2),
        a_bin(3, 3, family_id=7, capacity=Decimal(5)),
        a_bin(4, 4, item_ids=frozenset({1}), capacity=Decimal(10), filled=Decimal(8)),
        a_bin(5, 5, family_id=8),
        a_bin(6, 6, item_ids=frozenset({9}), capacity=Decimal(10), filled=Decimal(1)),
    ]
    chosen, left = put_away(bins, 1, 7, Decimal(9))
    assert [(one.place_id, int(one.quantity), one.why) for one in chosen] == [
        (4, 2, "same_item"),
        (3, 5, "family"),
        (2, 2, "empty"),
    ]
    assert left == 0
    bins = [one for one in bins if one.place_id != 2]
    chosen, left = put_away(bins, 1, 7, Decimal(20))
    assert [one.place_id for one in chosen] == [4, 3, 6]
    assert left == 4


def test_what_expires_first_goes_first_but_never_what_has_expired_or_is_held() -> None:
    piles = [
        a_pile(1, 1, 10, expires=99),
        a_pile(2, 2, 10, expires=120),
        a_pile(3, 3, 10, expires=110),
        a_pile(4, 4, 10, expires=101, is_held=True),
        a_pile(5, None, 10),
    ]
    picks, lacking = pick(piles, Decimal(15), today=100)
    assert [(one.lot_id, int(one.quantity), one.is_whole) for one in picks] == [
        (2, 5, False),
        (3, 10, True),
    ]
    assert lacking == 0
    assert pick(piles, Decimal(50), today=100)[1] == 20
    by_arrival, _lacking = pick(piles, Decimal(5), today=100, by_expiry=False)
    assert [one.lot_id for one in by_arrival] == [2]


def test_of_equals_whole_lots_go_first_and_the_way_is_walked_once() -> None:
    piles = [
        a_pile(1, 1, 30),
        a_pile(2, 2, 10),
        a_pile(3, 3, 4),
        a_pile(4, 3, 4),
    ]
    picks, _lacking = pick(piles, Decimal(18), today=1)
    assert [(one.place_id, int(one.quantity)) for one in picks] == [(2, 10), (3, 4), (4, 4)]
    assert all(one.is_whole for one in picks)


piles = st.lists(
    st.tuples(st.none() | st.integers(1, 3), st.integers(0, 9), st.sampled_from([5, 15, NEVER])),
    max_size=7,
)


@given(piles, st.integers(1, 40))
def test_nothing_is_taken_twice_and_all_that_may_be_taken_is(
    rows: list[tuple[int | None, int, int]], wanted: int
) -> None:
    known = [
        a_pile(pk, lot, free, expires=expires) for pk, (lot, free, expires) in enumerate(rows, 1)
    ]
    picks, lacking = pick(known, Decimal(wanted), today=10)
    free = {one.balance_id: one.free for one in known}
    assert len({one.balance_id for one in picks}) == len(picks)
    assert all(0 < one.quantity <= free[one.balance_id] for one in picks)
    assert sum(one.quantity for one in picks) + lacking == wanted
    usable = sum(one.free for one in known if one.expires >= 10)
    assert lacking == max(0, wanted - usable)
