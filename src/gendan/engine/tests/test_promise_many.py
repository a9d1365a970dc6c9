"""Many promises one after another: each is kept by those that come after it, however many."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.promise import (
    Component,
    Given,
    ItemFacts,
    NoDate,
    Operation,
    PromiseSnapshot,
    Standing,
    Supply,
    capable,
)
from gendan.engine.promise.book import Booking
from gendan.engine.promise.next_book import looked_for_from
from gendan.engine.promise.query import ask
from gendan.engine.promise.rush import rush
from gendan.engine.promise.scene import ground_of, scene_of

from .test_promise import day, item, need
from .test_promise_capable import centre, snapshot

Wish = tuple[int, int, int]  # item, quantity, day wished for; 0: at once
Step = tuple[str, Wish, int]
Book = Mapping[str, Booking]


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


class Company:
    """What is promised one after another, by rank; the book is made anew each time."""

    def __init__(self, items: list[ItemFacts]) -> None:
        self.given = snapshot(items, centres=centre())
        self.number = 0

    @property
    def book(self) -> Book:
        return ground_of(self.given).book.bookings

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.given.standing]

    def asked(self, wish: Wish, name: str = "", quantity: int = 0) -> PromiseSnapshot:
        item_id, wished, day_wished = wish
        on = day(day_wished) if day_wished else None
        demand = replace(need(item_id, quantity or wished), requested_on=on, name=name or "asked")
        return replace(self.given, demands=(demand,), mine=frozenset({name}) & {*self.names})

    def give(self, name: str, wish: Wish) -> bool:
        """Promise a line, or promise it again; False where it can have no day."""
        was = next((one for one in self.given.standing if one.name == name), None)
        try:
            [line] = capable(self.asked(wish, name))
        except NoDate:
            return False
        self.number += 1
        on, rank = line.promised.ex_works_on, (self.number, 0, 0)
        former = (*was.former, Given(was.rank, was.on, was.is_early)) if was else ()
        self._stand(Standing(name, wish[0], Decimal(wish[1]), on, rank=rank, former=former))
        return True

    def rush(self, name: str, wish: Wish) -> Book | None:
        """A line before all others; the book in which the rush was found."""
        scene = scene_of(self.asked(wish))
        asks = [scene.ask_of(one) for one in scene.snapshot.demands]
        found = rush(
            scene.book,
            name,
            asks,
            scene.others,
            usual=ask(scene.book, asks),
            promised=looked_for_from(scene),
        )
        [line] = found.answer.lines
        if line.earliest is None or any(one.becomes is None for one in found.moves):
            return None
        self.number += 1
        becomes = {one.name: one.becomes or 0 for one in found.moves}
        for turn, one in enumerate(found.turns, 1):
            rank, first = (self.number, 0, turn), scene.world.first_day
            if one.name:
                was = next(old for old in self.given.standing if old.name == one.name)
                on = max(was.on, dt.date.fromordinal(first + becomes.get(one.name, 0)))
                former = (*was.former, Given(was.rank, was.on, was.is_early))
                now = replace(was, on=on, rank=rank, is_early=one.is_early, former=former)
            else:
                on = dt.date.fromordinal(first + max(line.earliest, asks[0].wished))
                now = Standing(name, wish[0], Decimal(wish[1]), on, rank=rank)
                now = replace(now, is_early=one.is_early)
            self._stand(now)
        return found.book.bookings

    def _stand(self, now: Standing) -> None:
        others = [one for one in self.given.standing if one.name != now.name]
        self.given = replace(self.given, standing=(*others, now))


steps = st.lists(
    st.tuples(
        st.sampled_from(["give", "give", "again", "rush"]),
        st.tuples(st.integers(1, 3), st.integers(1, 25), st.integers(0, 20)),
        st.integers(0, 9),
    ),
    max_size=12,
)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(steps)
def test_booked_anew_all_stand_exactly_where_they_stood(wanted: list[Step]) -> None:
    """Given, given again and rushed: whatever comes later, the book made from scratch is the one in
    which it was found, to the minute; and each has its day."""
    company = Company(shop())
    for number, (kind, wish, which) in enumerate(wanted):
        before, names = dict(company.book), company.names
        name = f"orders.line:{number}"
        if kind == "again" and names:
            name = names[which % len(names)]
            old = next(one for one in company.given.standing if one.name == name)
            wish = (old.item_id, int(old.quantity), wish[2])
        if kind == "rush":
            found = company.rush(name, wish)
            if found is None:
                continue
            before = dict(found)
        elif not company.give(name, wish):
            continue
        before.pop(name, None)
        after = dict(company.book)
        assert after.pop(name)
        assert after == before
        assert late(company.given) == []


def test_whoever_is_late_has_what_others_have_left_since() -> None:
    """A former day keeps a place only for those who are in time with it."""
    moved = Standing("orders.line:1", 2, Decimal(30), day(9), rank=(3, 0, 0))
    moved = replace(moved, former=(Given((1, 0, 0), day(1)),))
    late_one = Standing("orders.line:2", 2, Decimal(30), day(1), rank=(2, 0, 0))
    given = snapshot(shop(), centres=centre(), standing=(moved, late_one))
    assert late(given) == []
    assert late(replace(given, standing=(replace(moved, on=day(1)), late_one))) != []


orders = st.lists(
    st.tuples(
        st.lists(
            st.tuples(st.integers(1, 3), st.integers(1, 25), st.sampled_from([0, 0, 5, 15])),
            min_size=2,
            max_size=4,
        ),
        st.booleans(),
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(orders)
def test_the_lines_of_one_order_have_the_days_on_which_they_are_booked(
    wanted: list[tuple[list[Wish], bool]],
) -> None:
    """Each is booked apart, as late as its day allows; the dates given count with that."""
    given = snapshot(shop(), centres=centre())
    for number, (wishes, is_together) in enumerate(wanted, 1):
        asked = tuple(
            replace(
                need(item_id, quantity, line_id=place),
                name=f"orders.line:{number}{place}",
                requested_on=day(on) if on else None,
            )
            for place, (item_id, quantity, on) in enumerate(wishes)
        )
        try:
            lines = capable(replace(given, demands=asked, is_together=is_together))
        except NoDate:
            continue
        new = [
            Standing(
                one.name,
                one.item_id,
                one.quantity,
                line.promised.ex_works_on,
                rank=(number, line.line_id, 0),
            )
            for one, line in zip(asked, lines, strict=True)
        ]
        given = replace(given, standing=(*given.standing, *new))
        assert late(given) == []
