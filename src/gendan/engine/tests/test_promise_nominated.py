"""Whose customer has nominated a supplier is booked with his days, by whomever the book is asked.

The obvious way: a nominating customer's product is another product, made of another material.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.promise import (
    Component,
    ItemFacts,
    NoDate,
    Offer,
    Operation,
    PromiseSnapshot,
    Standing,
    capable,
)
from gendan.engine.promise.scene import ground_of

from .test_promise import day, item, need
from .test_promise_capable import centre, snapshot

COAT, OTHER_COAT, CLOTH, OTHER_CLOTH = 1, 2, 3, 4
ANYBODY, NOMINATING = 8, 9
Wish = tuple[bool, int, int]  # of whom nominated, quantity, day wished for; 0: at once

MILL = Offer("Mill", 12, multiple=Decimal(5))
FAST = Offer("Fast", 2, minimum=Decimal(10))


def shop(*, usual: Offer, nominated: Offer) -> PromiseSnapshot:
    """Coats sewn at one work centre of cloth that is bought."""
    sewn = (Operation(10, 7, Decimal(5), Decimal("0.5")),)
    cloth = item(CLOTH, lead_days=3, offers=(usual, nominated))
    other = replace(cloth, item_id=OTHER_CLOTH, code="C-4", offers=(nominated, usual))
    rows = [
        item(COAT, "make", operations=sewn, components=(Component(CLOTH, Decimal(1)),)),
        item(OTHER_COAT, "make", operations=sewn, components=(Component(OTHER_CLOTH, Decimal(1)),)),
        cloth,
        other,
    ]
    theirs: dict[int, ItemFacts] = {CLOTH: replace(cloth, offers=(nominated, usual))}
    return replace(snapshot(rows, centres=centre()), nominated={NOMINATING: theirs})


def promised(given: PromiseSnapshot, wishes: Sequence[Wish], *, plainly: bool) -> PromiseSnapshot:
    """Each promised in its turn. `plainly`: as another product, for nobody in particular."""
    for number, (is_nominating, quantity, wish) in enumerate(wishes):
        product, customer = COAT, NOMINATING if is_nominating else ANYBODY
        if plainly:
            product, customer = OTHER_COAT if is_nominating else COAT, 0
        asked = replace(need(product, quantity), requested_on=day(wish) if wish else None)
        own = given.nominated.get(customer, {})
        seen = replace(
            given, items={**given.items, **own}, differs=frozenset(own), ground=ground_of(given)
        )
        try:
            [line] = capable(replace(seen, demands=(asked,)))
        except NoDate:
            continue
        on = line.promised.ex_works_on
        name = f"orders.line:{number}"
        more = Standing(name, product, Decimal(quantity), on, customer=customer)
        given = replace(given, standing=(*given.standing, more))
    return given


wishes = st.lists(
    st.tuples(st.booleans(), st.integers(1, 25), st.integers(0, 25)), min_size=1, max_size=8
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(wishes, st.booleans())
def test_a_nominated_supplier_is_as_a_material_of_ones_own(
    wanted: list[Wish], is_faster: bool
) -> None:
    usual, nominated = (MILL, FAST) if is_faster else (FAST, MILL)
    given = shop(usual=usual, nominated=nominated)
    mine = promised(given, wanted, plainly=False)
    plain = promised(replace(given, nominated={}), wanted, plainly=True)
    assert [one.on for one in mine.standing] == [one.on for one in plain.standing]
    ground, obvious = ground_of(mine), ground_of(plain)
    assert {name: one.work for name, one in ground.book.bookings.items()} == {
        name: one.work for name, one in obvious.book.bookings.items()
    }
    for one in mine.standing:  # nobody is booked later than he is promised
        assert ground.others[one.name].wished == one.on.toordinal() - ground.world.first_day


def test_the_next_one_is_promised_what_a_faster_supplier_leaves_free() -> None:
    """The nominating customer's coat is sewn as his supplier delivers, not the usual one."""
    given = shop(usual=MILL, nominated=FAST)
    first = promised(given, [(True, 20, 0)], plainly=False)
    [one] = first.standing
    assert one.on < day(MILL.lead_days)
    ground = ground_of(first)
    assert ground.others[one.name].wished == one.on.toordinal() - ground.world.first_day
    strangers = replace(first, standing=(replace(one, customer=ANYBODY),))
    late = ground_of(strangers)
    assert late.others[one.name].wished > one.on.toordinal() - late.world.first_day
