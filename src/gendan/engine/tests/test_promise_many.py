"""Many promises one after another: each is kept by those that come after it, however many."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.promise import (
    Component,
    ItemFacts,
    NoDate,
    Operation,
    PromiseSnapshot,
    Standing,
    Supply,
    capable,
)
from gendan.engine.promise.scene import ground_of

from .test_promise import day, item, need
from .test_promise_capable import centre, snapshot

Wish = tuple[int, int, int]  # item, quantity, day wished for; 0: at once


def shop() -> list[ItemFacts]:
    """Two products sewn at one work centre, each with its set-up, of a cloth that is short."""
    sewn = (Operation(10, 7, Decimal(5), Decimal("0.5")),)
    cloth = (Component(3, Decimal(1)),)
    return [
        item(1, "make", operations=sewn, components=cloth),
        item(2, "make", operations=sewn),
        item(3, free=Decimal(30), lead_days=6, incoming=(Supply(day(4), Decimal(20), "P-1"),)),
    ]


def promised(wishes: Sequence[Wish]) -> tuple[PromiseSnapshot, list[Standing]]:
    """Each promised in its turn, with what is promised already in its way."""
    standing: list[Standing] = []
    given = snapshot(shop(), centres=centre())
    for number, (item_id, quantity, wish) in enumerate(wishes):
        asked = replace(need(item_id, quantity), requested_on=day(wish) if wish else None)
        try:
            [line] = capable(replace(given, demands=(asked,), standing=tuple(standing)))
        except NoDate:
            continue
        on = line.promised.ex_works_on
        standing.append(Standing(f"orders.line:{number}", item_id, Decimal(quantity), on))
    return replace(given, standing=tuple(standing)), standing


def late(given: PromiseSnapshot) -> list[str]:
    """The promises that the book of all of them has for a later day than was promised."""
    ground = ground_of(given)
    found = [*ground.unplaced]
    for one in given.standing:
        if one.name in ground.others:
            on = one.on.toordinal() - ground.world.first_day
            found += [one.name] * (ground.others[one.name].wished > on)
    return found


wishes = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 25), st.integers(0, 20)), max_size=12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(wishes)
def test_no_promise_is_broken_by_a_later_one(wanted: list[Wish]) -> None:
    given, standing = promised(wanted)
    assert late(given) == []
    for one in standing:  # and each, asked again, has no later day than it was promised
        asked = replace(need(one.item_id, int(one.quantity)), name=one.name)
        [line] = capable(replace(given, demands=(asked,), mine=frozenset({one.name})))
        assert line.earliest_on <= one.on


def test_put_together_they_would_take_too_little() -> None:
    """Why each is booked for itself: four set-ups take more minutes than one."""
    four = [Standing(f"orders.line:{n}", 2, Decimal(4), day(3)) for n in range(4)]
    apart = snapshot(shop(), need(2, 20), centres=centre(), standing=tuple(four))
    whole = (Standing("month", 2, Decimal(16), day(3)),)
    [alone], [after] = capable(apart), capable(replace(apart, standing=whole))
    assert after.earliest_on < alone.earliest_on
    on = after.promised.ex_works_on
    mine = Standing("orders.line:9", 2, Decimal(20), on)
    assert late(replace(apart, standing=(*four, mine))) != []
