"""Options with date and cost, delivery in shares, rush orders."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gendan.engine.promise.book import Book, Booking, Overbooked
from gendan.engine.promise.options import Option, Rules, options, split
from gendan.engine.promise.overlay import Overlay
from gendan.engine.promise.query import Ask, ask, place
from gendan.engine.promise.rush import rush
from gendan.engine.promise.search import Search
from gendan.engine.promise.world import Part, Product, Source, World

from .test_promise_book import state
from .test_promise_search import DAYS, bought, check, step, tiny, webs

HOUR = 60_000  # thousandths of a minute
SEWN = Product("P", True, steps=(step(each=HOUR),))  # an hour each


def found(world: World, rules: Rules, *asks: Ask) -> list[Option]:
    book = Book(world)
    before = state(book)
    answers = list(options(book, asks, ask(book, asks), rules))
    assert state(book) == before
    return answers


# Options ------------------------------------------------------------------------------------


def test_overtime_makes_it_earlier_and_costs_its_hours() -> None:
    world = tiny([SEWN], free=[[2 * HOUR] * DAYS])
    rules = Rules(overtime={0: [HOUR] * DAYS}, overtime_cost={0: Decimal(30)})
    [one] = found(world, rules, Ask(0, 6))  # two a day until day 2; with overtime three
    assert (one.kind, one.about, one.complete) == ("overtime", ("W0",), 1)
    assert (one.cost, one.minutes) == (Decimal(60), 120)
    assert found(world, replace(rules, overtime_cost={}), Ask(0, 6))[0].cost is None


def test_a_second_line_takes_what_is_free_on_it() -> None:
    world = tiny([SEWN], free=[[HOUR] * DAYS, [0, HOUR, *[0] * 58]])
    rules = Rules(second_line={0: 1}, second_cost={0: Decimal(4)})
    [one] = found(world, rules, Ask(0, 4))
    assert (one.kind, one.about, one.complete) == ("second_line", ("W0", "W1"), 2)
    assert (one.cost, one.minutes) == (Decimal(4), 60)
    assert found(world, replace(rules, second_cost={}), Ask(0, 4))[0].cost is None


def test_an_outside_factory_another_supplier_and_a_substitute() -> None:
    first = Source("A", 30, 0, Decimal(2))
    quick = Source("B", 10, 500, Decimal(3))
    cloth = Product("C", False, sources=(first, quick, Source("D", 60)))
    parent = Product("P", True, parts=(Part(1, 2, 1),), lead_days=5)
    other = Product("E", False, sources=(Source("F", 20, 0, Decimal("2.5")),))
    world = tiny([parent, cloth, other], [(2, 8, 200)])
    rules = Rules(
        outside={0: [Source("G", 12, 0, Decimal(9))]},
        making_cost={0: Decimal(7)},
        instead={(0, 1): [(2, 1, 1, Decimal("0.5"))]},
    )
    ways = {one.kind: one for one in found(world, rules, Ask(0, 100))}
    assert {kind: one.complete for kind, one in ways.items()} == {
        "outside": 12,
        "supplier": 15,
        "substitute": 13,
    }
    assert ways["outside"].cost == 900 - 700  # what we save by not making it is taken off
    assert ways["supplier"].about == ("I1", "B")
    assert ways["supplier"].cost == 500 * 3 - 200 * 2
    assert ways["substitute"].cost == Decimal("0.5") * 200
    unknown = replace(rules, making_cost={}, instead={(0, 1): [(2, 1, 1, None)]})
    prices = {one.kind: one.cost for one in found(world, unknown, Ask(0, 100))}
    assert prices["outside"] is prices["substitute"] is None


def test_what_nobody_supplies_may_come_from_an_outside_factory() -> None:
    world = tiny([Product("P", True)])
    [one] = found(world, Rules(outside={0: [Source("G", 9)]}), Ask(0, 1))
    assert (one.kind, one.complete, one.cost) == ("outside", 9, None)


def test_what_binds_is_changed_and_nothing_else() -> None:
    world = tiny([SEWN, bought(lead=20)], free=[[20 * HOUR] * DAYS])
    rules = Rules(overtime={0: [HOUR] * DAYS})
    assert found(world, rules, Ask(0, 6), Ask(1, 6)) == []  # the bought one binds


@settings(max_examples=100, deadline=None)
@given(webs())
def test_every_option_is_earlier_and_fits(given: tuple[World, list[Ask]]) -> None:
    world, asks = given
    book = Book(world)
    usual = ask(book, asks)
    rules = Rules(outside={0: [Source("G", 2)]}, overtime={0: [3] * 40}, second_line={0: 1, 1: 0})
    for one in options(book, asks, usual, rules):
        assert usual.complete is None or one.complete < usual.complete
        if one.kind == "outside":
            check(world, book, one.answer)


# Shares -------------------------------------------------------------------------------------


def test_delivery_in_shares_begins_with_what_is_on_hand() -> None:
    world = tiny([SEWN], [(0, 0, 3)], [[HOUR] * DAYS])
    shares = split(Book(world), Ask(0, 8))
    assert [(one.day, one.quantity) for one in shares] == [(0, 4), (2, 6), (4, 8)]
    assert split(Book(tiny([Product("P", True)])), Ask(0, 8)) == []


@settings(max_examples=100, deadline=None)
@given(webs())
def test_shares_grow_and_end_with_the_whole(given: tuple[World, list[Ask]]) -> None:
    world, asks = given
    shares = split(Book(world), asks[0])
    answer = ask(Book(world), [replace(asks[0], wished=0)])
    assert shares[-1].quantity == asks[0].quantity
    assert shares[-1].day == answer.complete
    assert all(
        one.day < other.day and one.quantity < other.quantity for one, other in pairwise(shares)
    )


# Rush orders --------------------------------------------------------------------------------


def booked(world: World, **asks: Ask) -> tuple[Book, dict[str, Ask]]:
    """Promised one after another; each for the day it was given."""
    book, others = Book(world), {}
    for name, one in asks.items():
        answer = ask(book, [one])
        book.commit(name, answer.booking)
        assert answer.lines[0].booked is not None
        others[name] = replace(one, wished=answer.lines[0].booked)
    return book, others


def all_fit(world: World, asks: Sequence[Ask]) -> bool:
    """Whether all of them, one after another, have a day in the world."""
    book = Book(world)
    for number, one in enumerate(asks):
        answer = ask(book, [one])
        if answer.complete is None:
            return False
        book.commit(str(number), answer.booking)
    return True


def test_a_rush_order_goes_first_and_says_who_moves() -> None:
    book, others = booked(tiny([SEWN], free=[[HOUR] * DAYS]), A=Ask(0, 4), B=Ask(0, 3))
    before = state(book)
    assert ask(book, [Ask(0, 2)]).complete == 8
    first = rush(book, "R", [Ask(0, 2)], others)
    assert first.answer.complete == 1
    assert [(one.name, one.was, one.becomes) for one in first.later] == [("A", 3, 8)]
    assert state(book) == before
    kept = rush(book, "R", [Ask(0, 2)], others, fixed={"A"})
    assert kept.answer.complete == 5
    assert [(one.name, one.becomes) for one in kept.later] == [("B", 8)]


def test_what_can_be_had_again_in_time_is_lent() -> None:
    """Stock kept for a late order goes to the rush; the late one is bought anew, no later."""
    book, others = booked(tiny([bought(lead=20)], [(0, 0, 10)]), A=Ask(0, 10, wished=30))
    assert ask(book, [Ask(0, 10)]).complete == 20
    first = rush(book, "R", [Ask(0, 10)], others)
    assert first.answer.complete == 0
    assert [(one.becomes, one.is_later) for one in first.moves] == [(30, False)]
    assert first.later == ()


@settings(max_examples=100, deadline=None)
@given(webs(), st.data())
def test_after_a_rush_everything_fits(given: tuple[World, list[Ask]], data: st.DataObject) -> None:
    world, asks = given
    item = data.draw(st.integers(0, len(world.products) - 1))
    wanted = [Ask(item, data.draw(st.integers(1, 20)))]
    assume(all_fit(world, [*asks, *wanted]))  # made-up work may be more than the days hold
    book, others = booked(world, **{str(number): one for number, one in enumerate(asks)})
    before, usual = state(book), ask(book, wanted)
    found_rush = rush(book, "R", wanted, others)
    assert state(book) == before
    assert usual.complete is not None
    check(world, found_rush.book, ask(found_rush.book, []))
    moved = {one.name for one in found_rush.moves}
    for name in book.bookings.keys() - moved:
        assert found_rush.book.bookings[name] == book.bookings[name]


def slow_rush(
    book: Book, wanted: Sequence[Ask], others: dict[str, Ask]
) -> tuple[dict[str, int | None], Book]:
    """All others come back one after the other, each looked at: what moves, and the book."""
    first, trial, displaced = Book(book.world), Book(book.world), []
    alone = ask(first, wanted)
    first.commit("R", alone.booking)
    for name in sorted(others, key=lambda name: (others[name].wished, name)):
        try:
            first.commit(name, book.bookings[name])
            trial.commit(name, book.bookings[name])
        except Overbooked:
            displaced.append(name)
    trial.commit("R", booked_late(trial, wanted[0], alone.complete))
    moves: dict[str, int | None] = {}
    for name in displaced:
        overlay = Overlay(trial)
        day = moves[name] = place(Search(overlay), others[name])
        if day is None:
            continue
        later = Overlay(trial)  # as late as its new day allows
        if day > others[name].wished and day == place(
            Search(later), replace(others[name], wished=day)
        ):
            overlay = later
        if overlay.booking() == book.bookings[name]:
            moves.pop(name)  # it is back where it was
        trial.commit(name, overlay.booking())
    return moves, trial


def booked_late(book: Book, one: Ask, day: int | None) -> Booking:
    """The rushed line as the next book has it: for its day, or the first after it."""
    while day is not None:
        overlay = Overlay(book)
        comes = place(Search(overlay), replace(one, wished=day))
        if comes == day:
            return overlay.booking()
        day = comes
    raise AssertionError("alone it has a day")


@settings(max_examples=100, deadline=None)
@given(webs(), st.data())
def test_only_those_are_looked_at_who_may_have_to_move(
    given: tuple[World, list[Ask]], data: st.DataObject
) -> None:
    world, asks = given
    item = data.draw(st.integers(0, len(world.products) - 1))
    wanted = [Ask(item, data.draw(st.integers(1, 20)))]
    assume(all_fit(world, [*asks, *wanted]))
    book, others = booked(world, **{str(number): one for number, one in enumerate(asks)})
    found = rush(book, "R", wanted, others)
    moves, slow = slow_rush(book, wanted, others)
    assert {one.name: one.becomes for one in found.moves} == moves
    assert found.book.bookings == slow.bookings
    assert state(found.book)[1:] == state(slow)[1:]
