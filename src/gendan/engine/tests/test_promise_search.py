"""The search for a date: against a slow obvious version, against a checker, and bad input."""

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.calendars import work_calendar
from gendan.engine.promise.book import Book
from gendan.engine.promise.explain import explain
from gendan.engine.promise.overlay import Overlay
from gendan.engine.promise.query import Answer, Ask, ask
from gendan.engine.promise.search import Need
from gendan.engine.promise.world import (
    PER_SCALE,
    Centre,
    Part,
    Product,
    Source,
    Step,
    World,
    curves,
    limits,
    without_loops,
    working_days,
)

DAYS = 60
MONDAY = 739_678  # an ordinal


def bought(lead: int = 5, least: int = 0, **given: Any) -> Product:
    return Product("B", False, sources=(Source("S", lead, least),), **given)


def step(centre: int = 0, setup: int = 0, each: int = 1, seq: int = 10) -> Step:
    return Step(seq, centre, setup, each * PER_SCALE)


def tiny(
    products: list[Product],
    changes: list[tuple[int, int, int]] = (),  # type: ignore[assignment]
    free: list[list[int]] = (),  # type: ignore[assignment]
    calendar: Any = None,
    days: int = DAYS,
) -> World:
    """A world: (item, day, change of what is there), free work by centre and day."""
    rows = np.array(list(changes), np.int64).reshape(-1, 3)
    named = [replace(one, code=f"I{row}") for row, one in enumerate(products)]
    open_days, upto = working_days(MONDAY, days, calendar)
    return World(
        first_day=MONDAY,
        days=days,
        products=without_loops(named),
        centres=tuple(Centre(f"W{row}", list(one)) for row, one in enumerate(free)),
        curves=curves(len(named), rows[:, 0], rows[:, 1], rows[:, 2]),
        open_days=open_days,
        upto=upto,
    )


def earliest(world: World, item: int = 0, quantity: int = 10) -> int | None:
    """With every way of waiting tried out."""
    return ask(Book(world), [Ask(item, quantity)], most_trials=10_000).lines[0].earliest


def codes(world: World, need: Need | None) -> list[str]:
    assert need is not None
    return [reason.code for reason in explain(world, need)]


# Single cases -------------------------------------------------------------------------------


def test_what_later_orders_need_is_not_given_away() -> None:
    # 10 are there, 8 are planned to go on day 20, 30 come on day 30.
    world = tiny([bought(lead=40)], [(0, 0, 10), (0, 20, -8), (0, 30, 30)])
    assert earliest(world, quantity=2) == 0
    assert earliest(world, quantity=3) == 30
    assert earliest(world, quantity=32) == 30
    assert earliest(world, quantity=33) == 40


def test_a_step_waits_for_free_minutes_and_spans_days() -> None:
    free = [[0, 0, 0, 4, 0, 5, *[9] * 54]]
    world = tiny([Product("P", True, steps=(step(setup=1),))], free=free)
    answer = ask(Book(world), [Ask(0, 10)])
    assert answer.complete == 6
    assert [row[:3] for row in answer.overlay.work] == [(0, 3, 4), (0, 5, 5), (0, 6, 2)]
    assert codes(world, answer.lines[0].need)[:2] == ["waits_for_centre", "takes_centre"]


def test_the_steps_follow_each_other_and_may_share_a_day() -> None:
    steps = (step(0, seq=10), step(1, seq=20))
    world = tiny([Product("P", True, steps=steps)], free=[[20] * DAYS, [5] * DAYS])
    assert earliest(world) == 1


def test_part_from_what_comes_part_made() -> None:
    # Making takes one day for 4; waiting for day 2 leaves 8 to be made, for day 5 leaves 2.
    made = Product("P", True, steps=(step(),))
    changes = [(0, 2, 4), (0, 5, 10)]
    world = tiny([made], changes, [[4] * DAYS])
    assert earliest(world, quantity=12) == 2  # made on days 0 and 1, or with day 2's
    world = tiny([made], changes, [[1] * DAYS])
    need = ask(Book(world), [Ask(0, 12)]).lines[0].need
    assert need is not None
    assert need.taken == [(5, 12)]


def test_made_by_lead_time_where_there_is_no_routing() -> None:
    week = work_calendar(range(5), {})
    parent = Product("P", True, parts=(Part(1, 3, 2),), lead_days=2)
    world = tiny([parent, bought(lead=4)], calendar=week)
    assert earliest(world, quantity=3) == 8  # Friday, then Monday and Tuesday


def test_a_later_wish_is_booked_as_late_as_possible() -> None:
    parent = Product("P", True, parts=(Part(1, 1, 1),), steps=(step(),))
    world = tiny([parent, bought(lead=4)], free=[[4] * DAYS])
    answer = ask(Book(world), [Ask(0, 10, wished=30)])
    line = answer.lines[0]
    assert (line.earliest, line.booked) == (6, 30)
    assert {day for _centre, day, _work in answer.booking.work} == {28, 29, 30}
    assert [row[2:4] for row in answer.overlay.buys] == [(24, 28)]


def test_together_all_lines_are_booked_for_the_last() -> None:
    quick = Product("P", True, steps=(step(),))
    world = tiny([quick, bought(lead=20)], free=[[10] * DAYS])
    answer = ask(Book(world), [Ask(0, 10), Ask(1, 1)], together=True)
    assert [line.earliest for line in answer.lines] == [0, 20]
    assert [line.booked for line in answer.lines] == [20, 20]
    assert [row[1] for row in answer.booking.work] == [20]


def test_lots_serve_the_rest_of_the_order() -> None:
    world = tiny([replace(bought(lead=6), lot=50)])
    answer = ask(Book(world), [Ask(0, 30), Ask(0, 20)])
    assert [row[1] for row in answer.overlay.buys] == [50]


def test_what_comes_for_one_line_alone_serves_no_other() -> None:
    world = tiny([bought(lead=40)])
    lines = ask(Book(world), [Ask(0, 5, own=((0, 3, 9),)), Ask(0, 4)]).lines
    assert [line.earliest for line in lines] == [3, 40]


# Bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("world", "quantity", "code"),
    [
        (tiny([bought()]), 0, "nothing_asked"),
        (tiny([bought()]), -5, "nothing_asked"),
        (tiny([Product("P", False)]), 1, "no_supplier"),
        (tiny([Product("P", True)]), 1, "no_routing"),
        (tiny([Product("P", True, steps=(step(),))], free=[[0] * DAYS]), 1, "no_capacity"),
        (tiny([Product("P", True, steps=(step(),))], free=[[1] * DAYS]), 10**15, "capacity_ends"),
        (tiny([bought(lead=DAYS)]), 1, "beyond_horizon"),
        (tiny([bought(lead=10**9)]), 1, "beyond_horizon"),
        (tiny([Product("P", True, lead_days=DAYS)]), 1, "beyond_horizon"),
        (tiny([bought()], days=3), 1, "beyond_horizon"),
    ],
)
def test_bad_input_gets_a_reason_and_the_other_lines_a_date(
    world: World, quantity: int, code: str
) -> None:
    two = replace(
        world,
        products=(*world.products, bought(lead=1)),
        curves=curves(2, *[np.zeros(0, np.int64)] * 3),
    )
    bad, good = ask(Book(two), [Ask(0, quantity), Ask(1, 1)]).lines
    assert bad.earliest is None
    assert bad.stuck is not None
    assert bad.stuck.code == code
    assert good.earliest == 1


def test_what_is_stuck_holds_nothing() -> None:
    parent = Product("P", True, parts=(Part(1, 1, 1), Part(2, 1, 1)))
    world = tiny([parent, bought(), Product("X", False)], [(1, 0, 10)])
    answer = ask(Book(world), [Ask(0, 10), Ask(1, 10)])
    assert answer.complete is None
    assert [line.earliest for line in answer.lines] == [None, 0]
    assert answer.booking.takes == ((1, 0, 10),)


def test_a_loop_is_cut_and_named() -> None:
    first = Product("A", True, parts=(Part(1, 1, 1),), lead_days=1)
    second = Product("B", True, parts=(Part(0, 1, 1), Part(2, 1, 1)), lead_days=1)
    world = tiny([first, second, bought(lead=3)])
    assert earliest(world) == 5
    assert world.products[1].loop == ("I0", "I1", "I0")


def test_too_little_stock_and_a_huge_quantity() -> None:
    world = tiny([bought(lead=3)], [(0, 0, -50), (0, 1, 20)])
    assert earliest(world, quantity=10**15) == 3


# The slow obvious version -------------------------------------------------------------------


def slow_lots(product: Product, missing: int) -> list[int]:
    """Lot by lot: as much as is missing, no more than the largest and no less than the smallest."""
    lots = []
    while missing > 0:
        size = next(
            size
            for size in range(product.lot, 10**6, product.lot)
            if size >= min(missing, product.most) and size >= product.least
        )
        lots.append(size)
        missing -= size
    return lots


SIZES = st.tuples(st.sampled_from([0, 0, 3, 8]), st.sampled_from([0, 0, 4, 10]))


@given(st.integers(1, 200), st.integers(1, 7), SIZES, st.integers(0, 9))
def test_lots_are_those_counted_one_by_one(
    missing: int, lot: int, sizes: tuple[int, int], sold: int
) -> None:
    least, most = limits(lot, *sizes)
    product = Product("P", True, lot, least=least, most=most)
    lots = slow_lots(product, missing)
    assert product.lots(missing) == (sum(lots), len(lots))
    assert Source("S", 1).ordered(missing, product) == sum(lots)
    prices = ((0, Decimal(5)), (4, Decimal(3)), (9, Decimal(2)))
    source = Source("S", 1, breaks=prices, least=sold)
    own = replace(product, least=max(least, -(-sold // lot) * lot), most=source.most(product))
    orders = slow_lots(own, missing)
    assert source.ordered(missing, product) == sum(orders)
    paid = sum((source.price_of(one) or Decimal(0)) * one for one in orders)
    assert source.cost(sum(orders), product) == paid


@dataclass
class Slow:
    """Day by day with copies of everything: each way of waiting is tried, the first is best."""

    world: World

    def get(self, state: Any, item: int, quantity: int) -> tuple[int, Any]:
        net, free = state
        ways = []
        for wait in range(self.world.days):
            amount = min(quantity, self.left(net[item], wait))
            if wait and amount == self.left(net[item], wait - 1):
                continue
            trial = ([list(row) for row in net], [list(row) for row in free])
            for day in range(wait, self.world.days):
                trial[0][item][day] -= amount
            when = wait if amount else 0
            if amount < quantity:
                made, trial = self.make(trial, item, quantity - amount)
                when = max(when, made)
            ways.append((when, trial))
        return min(ways, key=lambda way: way[0])

    @staticmethod
    def left(net: list[int], day: int) -> int:
        return max(min(net[day:]), 0)

    def make(self, state: Any, item: int, quantity: int) -> tuple[int, Any]:
        product = self.world.products[item]
        if product.sources:
            return product.sources[0].lead_days, state
        lots = slow_lots(product, quantity)
        quantity = sum(lots)
        start = 0
        for part in product.parts:
            wanted = -(-quantity * part.numerator // part.denominator)
            when, state = self.get(state, part.item, wanted)
            start = max(start, when)
        for one in product.steps:
            left = sum(one.setup + lot * one.per_scale // PER_SCALE for lot in lots)
            day = start
            while left:
                worked = min(left, state[1][one.centre][day])
                state[1][one.centre][day] -= worked
                left -= worked
                start = day if worked else start
                day += 1
        return start, state


@st.composite
def trees(draw: st.DrawFn) -> World:
    """A tree of up to five items, each with a work centre of its own or a supplier."""
    count = draw(st.integers(1, 5))
    children: dict[int, list[int]] = defaultdict(list)
    for item in range(1, count):
        children[draw(st.integers(0, item - 1))].append(item)
    products = []
    for item in range(count):
        parts = tuple(Part(child, draw(st.integers(1, 6)), 2) for child in children[item])
        steps = tuple(
            step(item, draw(st.integers(0, 3)), draw(st.integers(1, 2)), seq)
            for seq in range(draw(st.integers(1, 2)))
        )
        lot = draw(st.sampled_from([1, 1, 5]))
        least, most = limits(lot, *draw(SIZES))
        made = Product("", True, lot, parts, steps, least=least, most=most)
        buy = bought(draw(st.integers(0, 15)))
        is_made: bool = draw(st.booleans())
        products.append(made if parts or is_made else buy)
    changes = draw(
        st.lists(
            st.tuples(st.integers(0, count - 1), st.integers(0, 25), st.integers(-9, 15)),
            max_size=8,
        )
    )
    free = [
        [*draw(st.lists(st.integers(0, 6), min_size=20, max_size=20)), *[200] * 40]
        for _item in range(count)
    ]
    return tiny(products, changes, free)


def net_of(world: World) -> list[list[int]]:
    """What may be taken by day, spread out again from the curves."""
    rows = []
    for item in range(len(world.products)):
        days, amounts = world.curves.of(item)
        rows.append([amounts[sum(one <= day for one in days) - 1] for day in range(world.days)])
    return rows


@settings(max_examples=200, deadline=None)
@given(trees(), st.integers(1, 20))
def test_it_agrees_with_the_slow_version(world: World, quantity: int) -> None:
    state = (net_of(world), [list(centre.free) for centre in world.centres])
    when, _left = Slow(world).get(state, 0, quantity)
    assert earliest(world, quantity=quantity) == when


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 19), st.integers(-20, 20)), max_size=12)
)
def test_curves_are_the_least_of_all_later_days(changes: list[tuple[int, int, int]]) -> None:
    world = tiny([bought()] * 3, changes)
    for item in range(3):
        there = [
            sum(amount for row, when, amount in changes if row == item and when <= day)
            for day in range(DAYS)
        ]
        least = [max(min(there[day:]), 0) for day in range(DAYS)]
        assert net_of(world)[item] == least


# A checker of what is taken, for any world --------------------------------------------------


@st.composite
def webs(draw: st.DrawFn) -> tuple[World, list[Ask]]:
    """Up to five items that share parts and two work centres, lots, and lines to promise."""
    count = draw(st.integers(1, 5))
    products = []
    for item in range(count):
        below = draw(st.sets(st.integers(item + 1, count), max_size=2)) - {count}
        parts = tuple(Part(one, draw(st.integers(1, 6)), 2) for one in sorted(below))
        steps = tuple(
            step(draw(st.integers(0, 1)), draw(st.integers(0, 3)), 1, seq)
            for seq in range(draw(st.integers(1, 2)))
        )
        lot = draw(st.sampled_from([1, 1, 7]))
        least, most = limits(lot, *draw(SIZES))
        made = Product("", True, lot, parts, steps, least=least, most=most)
        buy = bought(draw(st.integers(0, 15)), draw(st.sampled_from([0, 0, 30])), lot=lot)
        is_made: bool = draw(st.booleans())
        products.append(made if parts or is_made else buy)
    changes = draw(
        st.lists(
            st.tuples(st.integers(0, count - 1), st.integers(0, 25), st.integers(-9, 15)),
            max_size=8,
        )
    )
    free = [
        [*draw(st.lists(st.integers(0, 6), min_size=20, max_size=20)), *[20] * 40]
        for _centre in range(2)
    ]
    asks = draw(
        st.lists(
            st.builds(
                Ask,
                st.integers(0, count - 1),
                st.integers(1, 20),
                st.sampled_from([0, 0, 10, 30, 50]),
            ),
            min_size=1,
            max_size=4,
        )
    )
    return tiny(products, changes, free), asks


def check(world: World, book: Book, answer: Answer) -> None:
    """Nothing is taken twice, no work where there is no room, nothing before its parts."""
    net, free = net_of(world), [list(centre.free) for centre in world.centres]
    for booking in (*book.bookings.values(), answer.booking):
        for item, day, quantity in booking.takes:
            for later in range(day, world.days):
                net[item][later] -= quantity
        for centre, day, work in booking.work:
            assert work > 0
            free[centre][day] -= work
    assert all(amount >= 0 for row in (*net, *free) for amount in row)
    for line in answer.lines:
        if line.need is not None and line.booked == line.earliest:
            _check_tree(world, line.need)


def _check_tree(world: World, need: Need) -> None:
    product = world.products[need.item]
    assert sum(quantity for _day, quantity in need.taken) + need.made >= need.quantity
    assert all(day <= need.ready for day, _quantity in need.taken)
    assert need.made % product.lot == 0
    assert not need.made or need.source or need.made >= product.least
    if need.made and need.source is None:
        assert [part.item for part in need.parts] == [part.item for part in product.parts]
        day = max((part.ready for part in need.parts), default=0)
        for run in need.runs:
            assert day <= run.first <= run.last
            day = run.last
        assert need.ready >= day
    for part in need.parts:
        _check_tree(world, part)


@settings(max_examples=200, deadline=None)
@given(webs())
def test_what_is_taken_is_there_whatever_the_world(given: tuple[World, list[Ask]]) -> None:
    world, asks = given
    book = Book(world)
    for number, one in enumerate(asks):
        answer = ask(book, [one, *asks[:1]])
        check(world, book, answer)
        book.commit(str(number), answer.booking)


@settings(max_examples=100, deadline=None)
@given(webs())
def test_a_query_changes_nothing_and_is_repeatable(given: tuple[World, list[Ask]]) -> None:
    world, asks = given
    book = Book(world)
    first = ask(book, asks)
    assert first.booking == ask(book, asks).booking
    assert book.curve(0) == Book(world).curve(0)
    overlay = Overlay(book)
    assert overlay.room(0) == list(world.centres[0].free)
