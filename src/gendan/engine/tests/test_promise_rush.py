"""The order of booking in a rush, against brute force: nobody moves further than is needed."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from itertools import product as combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.promise.book import Book, Booking
from gendan.engine.promise.overlay import Overlay
from gendan.engine.promise.query import Answer, Ask, ask, place
from gendan.engine.promise.rush import Rush, rush
from gendan.engine.promise.search import Search
from gendan.engine.promise.world import Product, World

from .test_promise_book import state
from .test_promise_search import bought, check, step, tiny, webs

SPAN = 8  # days in which the small cases lie
MADE = Product("P", True, steps=(step(),))  # a piece takes one minute of W0


def booked(world: World, asks: Sequence[Ask]) -> tuple[Book, dict[str, Ask]]:
    """A book as the ground makes it: by rising date, as late as each date allows."""
    book, others = Book(world), {}
    for number, one in enumerate(sorted(asks, key=lambda one: one.wished)):
        overlay = Overlay(book)
        day = place(Search(overlay), one)
        assert day is not None
        book.commit(f"O{number}", overlay.booking())
        others[f"O{number}"] = Ask(one.item, one.quantity, day)
    return book, others


def rushed(book: Book, asks: Sequence[Ask], others: dict[str, Ask]) -> tuple[Answer, Rush]:
    usual, before = ask(book, asks), state(book)
    found = rush(book, "R", asks, others, usual=usual)
    assert state(book) == before
    return usual, found


def day_of(one: Ask, answer: Answer, row: int) -> int:
    earliest = answer.lines[row].earliest
    assert earliest is not None
    return max(earliest, one.wished)


def fits(free: Sequence[int], jobs: Sequence[tuple[int, int]]) -> bool:
    """Whether work, each by its day, fits into the days: none of the sums is more than there is."""
    room = list(accumulate(free))
    return all(sum(work for day, work in jobs if day <= last) <= room[last] for last, _work in jobs)


def least_harm(free: Sequence[int], first: Sequence[tuple[int, int]], others: list[Ask]) -> int:
    """By how many days altogether others must become later at least: all ways are looked at."""
    days = [range(one.wished, len(free)) for one in others]
    return min(
        sum(day - one.wished for day, one in zip(chosen, others, strict=True))
        for chosen in combinations(*days)
        if fits(
            free,
            [*first, *((day, one.quantity) for day, one in zip(chosen, others, strict=True))],
        )
    )


@st.composite
def shops(draw: st.DrawFn) -> tuple[list[int], list[Ask], list[Ask]]:
    """Minutes by day of one work centre, what is promised there, and the lines of a rush order."""
    free = draw(st.lists(st.integers(0, 3), min_size=SPAN, max_size=SPAN))
    free += [9] * 4  # all of it fits in the end
    some = st.builds(Ask, st.just(0), st.integers(1, 4), st.integers(0, SPAN - 1))
    return free, draw(st.lists(some, max_size=4)), draw(st.lists(some, min_size=1, max_size=3))


@settings(max_examples=250, deadline=None, derandomize=True)
@given(shops())
def test_on_one_work_centre_the_rush_is_right_by_brute_force(
    given: tuple[list[int], list[Ask], list[Ask]],
) -> None:
    free, asks, wanted = given
    book, others = booked(tiny([MADE], free=[free], days=len(free)), asks)
    usual, found = rushed(book, wanted, others)
    days = [day_of(one, found.answer, row) for row, one in enumerate(wanted)]
    was = [day_of(one, usual, row) for row, one in enumerate(wanted)]
    # No line loses, least of all one that meets its wish.
    assert all(day <= before for day, before in zip(days, was, strict=True))
    # The order is as early as if nobody else were there, its lines taken in turn.
    alone = ask(Book(book.world), wanted)
    if len(wanted) == 1:
        assert days[0] == day_of(wanted[0], alone, 0)
    if max(days) < max(was):
        assert fits(free, [(day, one.quantity) for day, one in zip(days, wanted, strict=True)])
    # Others move only as far as needed.
    first = [(day, one.quantity) for day, one in zip(days, wanted, strict=True)]
    lost, later, _number = found.harm
    assert not lost
    least = least_harm(free, first, list(others.values()))
    assert (later == 0) == (least == 0)
    assert later >= least
    # What was promised fits together, and nobody who moves could move less.
    day = {name: one.wished for name, one in others.items()}
    day |= {one.name: one.becomes for one in found.moves if one.becomes is not None}
    assert fits(free, [*first, *work_of(day, others)])
    for one in found.later:
        less = day | {one.name: day[one.name] - 1}
        assert not fits(free, [*first, *work_of(less, others)])


def work_of(day: dict[str, int], others: dict[str, Ask]) -> list[tuple[int, int]]:
    return [(day[name], one.quantity) for name, one in others.items()]


def where_nothing_is_gained() -> Iterator[tuple[World, list[Ask], list[Ask]]]:
    """Worlds in which a line wins nothing by going first."""
    day = [2] * 20
    # The first line meets its wish; the second waits for the minutes of others.
    yield tiny([MADE], free=[day]), [Ask(0, 8, 3)], [Ask(0, 4, 9), Ask(0, 2, 0)]
    # The first line waits for what is bought, whoever goes first.
    waits = Product("Q", True, parts=(), lead_days=9)
    yield tiny([MADE, waits], free=[day]), [Ask(0, 8, 3)], [Ask(1, 1, 0), Ask(0, 2, 0)]


def test_lines_that_win_nothing_are_booked_as_without_a_rush() -> None:
    for world, asks, wanted in where_nothing_is_gained():
        book, others = booked(world, asks)
        usual, found = rushed(book, wanted, others)
        assert day_of(wanted[0], found.answer, 0) == day_of(wanted[0], usual, 0)
        assert day_of(wanted[1], found.answer, 1) == 0 < day_of(wanted[1], usual, 1)
        assert found.harm[1] == 1  # two minutes of the first day are the rush's now


def test_material_of_others_is_not_taken_where_it_can_be_bought_as_soon() -> None:
    """The minutes bind; the parts that lie there for another can be bought in time."""
    made = Product("P", True, steps=(step(),))
    kit = Product("K", True, parts=(), steps=(step(seq=10), step(centre=1, seq=20)))
    world = tiny([made, bought(lead=3), kit], [(1, 0, 5)], [[1] * 20, [1] * 20])
    parent = Product("K", True, parts=(*kit.parts,), steps=kit.steps)
    assert parent == kit
    book, others = booked(world, [Ask(1, 5, 1), Ask(0, 10, 9)])
    wanted = [Ask(1, 5, 3), Ask(0, 2, 0)]
    _usual, found = rushed(book, wanted, others)
    assert [one.name for one in found.later] == ["O1"]  # the parts stay with whom they are for
    assert found.answer.lines[0].earliest == 3


def test_a_line_that_ships_with_the_last_takes_nobodys_place() -> None:
    slow = Product("Q", True, lead_days=5, steps=())
    world = tiny([MADE, slow], free=[[2] * 20])
    book, others = booked(world, [Ask(0, 8, 3)])
    wanted = [Ask(0, 2, 0), Ask(1, 1, 0)]
    usual = ask(book, wanted)
    alone = rush(book, "R", wanted, others, usual=usual)
    assert alone.harm[1] == 1
    together = rush(book, "R", wanted, others, usual=usual, together=True)
    assert together.moves == ()


def test_what_is_fixed_and_what_others_do_not_know_stays() -> None:
    world = tiny([MADE], free=[[1] * 30])
    book, others = booked(world, [Ask(0, 3, 2), Ask(0, 3, 5)])
    wanted = [Ask(0, 2, 0)]
    found = rush(book, "R", wanted, others, fixed={"O0"}, usual=ask(book, wanted))
    assert found.answer.lines[0].earliest == 4
    assert [(one.name, one.becomes) for one in found.later] == [("O1", 7)]


def test_who_stands_later_than_promised_is_looked_for_from_that_day() -> None:
    """As the next book does: else he is late as he may be, where others count on his minutes."""
    world = tiny([MADE], free=[[0, 0, 0, 1, 1, 1, 1, 1, 1]], days=9)
    book = Book(world)
    book.commit("A", Booking((), ((0, 4, 1),)))
    others, wanted = {"A": Ask(0, 1, 6)}, [Ask(0, 2, 4)]
    for promised, day in (({}, 6), ({"A": 1}, 5)):
        found = rush(book, "R", wanted, others, usual=ask(book, wanted), promised=promised)
        assert found.later == ()
        assert found.book.bookings["A"].work == ((0, day, 1),)


def test_lines_that_ship_together_are_told_the_day_the_last_of_them_is_there() -> None:
    """Booked for that day each of them alone could be there on the first."""
    world = tiny([MADE], free=[[2] * 20])
    book, others = booked(world, [Ask(0, 8, 3)])
    wanted = [Ask(0, 2, 0) for _line in range(3)]
    found = rush(book, "R", wanted, others, usual=ask(book, wanted), together=True)
    assert [line.earliest for line in found.answer.lines] == [0, 1, 2]
    assert found.answer.complete == 2


@settings(max_examples=60, deadline=None, derandomize=True)
@given(webs(), st.data())
def test_in_any_world_no_line_loses_and_everything_fits(
    given: tuple[World, list[Ask]], data: st.DataObject
) -> None:
    world, asks = given
    items = st.integers(0, len(world.products) - 1)
    some = st.builds(Ask, items, st.integers(1, 12), st.integers(0, 20))
    wanted = data.draw(st.lists(some, min_size=1, max_size=3))
    book, others = Book(world), {}
    for number, one in enumerate(asks):
        answer = ask(book, [one])
        if answer.complete is not None:
            book.commit(f"O{number}", answer.booking)
            others[f"O{number}"] = Ask(one.item, one.quantity, answer.complete)
    usual, found = rushed(book, wanted, others)
    for one, line, was in zip(wanted, found.answer.lines, usual.lines, strict=True):
        if was.earliest is not None:
            assert line.earliest is not None
            assert max(line.earliest, one.wished) <= max(was.earliest, one.wished)
    if all(line.earliest is not None for line in found.answer.lines):
        check(world, found.book, ask(found.book, []))
    if len(wanted) == 1 and found.moves:  # whoever takes all he can at once does no less harm
        assert found.harm <= rush(book, "R", wanted, others).harm
