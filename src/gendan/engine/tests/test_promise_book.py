"""Bookings: committed, held until a moment, released exactly; a later one breaks no earlier."""

import datetime as dt
from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.promise.book import Book, Booking, Overbooked, less, less_all
from gendan.engine.promise.overlay import Overlay
from gendan.engine.promise.query import Ask, ask, place
from gendan.engine.promise.search import Search
from gendan.engine.promise.world import Product, World

from .test_promise_search import DAYS, bought, net_of, step, tiny, webs

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def state(book: Book) -> tuple[object, ...]:
    """All of a book, spread out: to be compared bit for bit."""
    world = book.world
    return (
        book.bookings,
        book.taken,
        book.busy,
        [book.curve(item) for item in range(len(world.products))],
        [list(book.room(centre)) for centre in range(len(world.centres))],
        [list(book.sums(centre)) for centre in range(len(world.centres))],
    )


def test_what_is_held_is_not_promised_again() -> None:
    world = tiny([bought(lead=20)], [(0, 0, 10)])
    book = Book(world)
    book.commit("A", ask(book, [Ask(0, 7)]).booking)
    assert ask(book, [Ask(0, 3)]).complete == 0
    assert ask(book, [Ask(0, 4)]).complete == 20
    book.release("A")
    assert ask(book, [Ask(0, 10)]).complete == 0


def test_a_hold_ends_at_its_moment() -> None:
    book = Book(tiny([bought(lead=20)], [(0, 0, 10)]))
    book.commit("A", replace(ask(book, [Ask(0, 7)]).booking, until=NOON))
    book.commit("B", ask(book, [Ask(0, 3)]).booking)
    assert book.expire(NOON - dt.timedelta(seconds=1)) == []
    assert book.expire(NOON) == ["A"]
    assert list(book.bookings) == ["B"]
    assert book.curve(0)[1][0] == 7


def test_it_refuses_what_is_no_longer_there_and_books_nothing() -> None:
    book = Book(tiny([bought()], [(0, 0, 10)], [[5] * DAYS]))
    first = Booking(((0, 0, 6),), ((0, 3, 4),))
    book.commit("A", first)
    before = state(book)
    with pytest.raises(Overbooked, match="I0 is no longer there"):
        book.commit("B", Booking(((0, 9, 6),), ()))
    with pytest.raises(Overbooked, match="W0 is full on day 3"):
        book.commit("B", Booking((), ((0, 3, 4),)))
    assert state(book) == before
    with pytest.raises(ValueError, match="booked already"):
        book.commit("A", Booking((), ()))
    with pytest.raises(KeyError):
        book.release("B")


@settings(max_examples=150, deadline=None)
@given(webs(), st.randoms(use_true_random=False))
def test_release_gives_back_exactly_what_was_taken(
    given: tuple[World, list[Ask]], order: object
) -> None:
    world, asks = given
    book = Book(world)
    states = [state(Book(world))]
    for number, one in enumerate(asks):
        book.commit(str(number), ask(book, [one]).booking)
        states.append(_copy(state(book)))
    for number in reversed(range(len(asks))):
        assert state(book) == states[number + 1]
        book.release(str(number))
        assert state(book) == states[number]
    for number, one in enumerate(asks):
        book.commit(str(number), ask(book, [one]).booking)
    names = list(book.bookings)
    order.shuffle(names)  # type: ignore[attr-defined]
    for name in names:
        book.release(name)
    assert state(book) == states[0]


def _copy(found: tuple[object, ...]) -> tuple[object, ...]:
    bookings, taken, busy, curves, rooms, sums = found
    return (
        dict(bookings),  # type: ignore[call-overload]
        {key: dict(value) for key, value in taken.items()},  # type: ignore[attr-defined]
        {key: dict(value) for key, value in busy.items()},  # type: ignore[attr-defined]
        curves,
        rooms,
        sums,
    )


@settings(max_examples=100, deadline=None)
@given(webs(), st.data())
def test_a_copy_without_some_is_as_if_they_had_been_released(
    given: tuple[World, list[Ask]], data: st.DataObject
) -> None:
    world, asks = given
    book, released = Book(world), Book(world)
    for number, one in enumerate(asks):
        booking = ask(book, [one]).booking
        book.commit(str(number), booking)
        released.commit(str(number), booking)
    gone = data.draw(st.sets(st.sampled_from(sorted(book.bookings))))
    for name in gone:
        released.release(name)
    before = deepcopy(state(book))
    copied = book.without(gone)
    assert state(copied) == state(released)
    again = ask(copied, asks[:1]).booking
    for other in (copied, released):
        other.commit("again", again)
    assert state(copied) == state(released)
    assert state(book) == before  # whatever is done to the copy


@settings(max_examples=100, deadline=None)
@given(webs())
def test_many_kept_in_one_pass_are_as_committed_one_by_one(
    given: tuple[World, list[Ask]],
) -> None:
    world, asks = given
    book, slow = Book(world), Book(world)
    overlay = Overlay(book)
    search, days = Search(overlay), []
    for number, one in enumerate(asks):
        days.append(place(search, one))
        overlay.keep(str(number))
    overlay.hand_over()
    for number, one in enumerate(asks):
        alone = Overlay(slow)
        assert place(Search(alone), one) == days[number]
        slow.commit(str(number), alone.booking())
    assert state(book) == state(slow)


def test_many_kept_in_full_works_are_booked_as_one_by_one() -> None:
    """So many that it is looked anew several times which days are full."""
    free = [[0, 3, 2, 0, 4] * 80, [5, 0, 1, 6] * 100]
    made = Product("P", True, steps=(step(0, seq=10), step(1, seq=20)))
    world = tiny([made], free=free, days=400)
    book, slow = Book(world), Book(world)
    overlay = Overlay(book)
    search = Search(overlay)
    for number in range(100):
        one = Ask(0, 1 + number % 3, wished=number % 7)
        day = place(search, one)
        overlay.keep(str(number))
        alone = Overlay(slow)
        assert place(Search(alone), one) == day
        slow.commit(str(number), alone.booking())
    overlay.hand_over()
    assert state(book) == state(slow)


@settings(max_examples=150, deadline=None)
@given(webs(), webs())
def test_replayed_one_after_another_no_promise_breaks_an_earlier(
    given: tuple[World, list[Ask]], more: tuple[World, list[Ask]]
) -> None:
    """All promises together fit the world on every day: material, and the minutes of centres."""
    world, asks = given
    book = Book(world)
    count = len(world.products)
    for number, one in enumerate([*asks, *more[1]]):
        asked = replace(one, item=one.item % count)
        book.commit(str(number), ask(book, [asked]).booking)
    there, free = net_of(world), [list(centre.free) for centre in world.centres]
    for booking in book.bookings.values():
        for item, day, quantity in booking.takes:
            for later in range(day, world.days):
                there[item][later] -= quantity
        for centre, day, work in booking.work:
            free[centre][day] -= work
        assert all(amount >= 0 for row in (*there, *free) for amount in row)


@settings(max_examples=150, deadline=None)
@given(webs(), st.data())
def test_those_displaced_are_those_who_no_longer_fit_when_all_come_back_one_by_one(
    given: tuple[World, list[Ask]], data: st.DataObject
) -> None:
    world, asks = given
    book = Book(world)
    for number, one in enumerate(asks * 2):
        book.commit(str(number), ask(book, [replace(one, wished=number % 2 * 5)]).booking)
    book.rows()  # what is released later is in them, and does not count
    book.release(data.draw(st.sampled_from(sorted(book.bookings))))
    movable = data.draw(st.sets(st.sampled_from(sorted(book.bookings)))) if book.bookings else set()
    first = ask(book.without(movable), asks[::-1]).booking
    before = deepcopy(state(book))
    trial, displaced = book.without(movable), []
    trial.commit("first", first)
    for name in sorted(movable, key=lambda one: (int(one) % 3, one)):
        try:
            trial.commit(name, book.bookings[name])
        except Overbooked:
            displaced.append(name)
    assert book.displaced_by(first, movable, lambda one: (int(one) % 3, one)) == displaced
    assert state(book) == before
    left = book.without(displaced)
    left.commit("first", first)
    assert state(left) == state(trial)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.integers(1, 12), st.integers(1, 20), max_size=5),
    st.dictionaries(st.integers(0, 14), st.integers(1, 20), max_size=6),
)
def test_taking_all_in_one_pass_is_as_taking_one_by_one(
    comes: dict[int, int], takes: dict[int, int]
) -> None:
    days, amounts = [0, *sorted(comes)], [5]
    for day in days[1:]:
        amounts.append(amounts[-1] + comes[day])
    one_by_one = days, amounts
    for day, quantity in sorted(takes.items()):
        one_by_one = less(one_by_one, day, quantity)
    assert less_all((days, amounts), takes) == one_by_one


def test_past_full_days_is_a_day_with_room_however_much_was_booked_since() -> None:
    book = Book(tiny([bought()], [(0, 0, 10)], [[0, 0, 0, 4, 0, 4, *[4] * (DAYS - 6)]]))
    assert book.past_full(0, 0) == 3
    book.commit("A", Booking((), ((0, 3, 4),)))
    assert 0 < book.past_full(0, 0) <= 5  # no day with room is leapt over
    assert book.past_full(0, 3) in (4, 5)
    book.release("A")
    assert book.past_full(0, 0) == 3
