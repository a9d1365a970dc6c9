"""Whoever is told a day by a rush has it in the next book, the rushed and the moved alike."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gendan.engine.calendars import work_calendar
from gendan.engine.promise import (
    CentreFacts,
    Component,
    Given,
    ItemFacts,
    NoDate,
    Operation,
    Standing,
    Supply,
    capable,
)
from gendan.engine.promise.next_book import looked_for_from, next_days
from gendan.engine.promise.query import ask
from gendan.engine.promise.rush import Rush, rush
from gendan.engine.promise.scene import Scene, ground_of, scene_of

from .test_promise import day, item, need
from .test_promise_capable import SEWN, centre, snapshot
from .test_promise_many import shop

WEEK = work_calendar(range(5), {})
Wish = tuple[int, int, int]  # item, quantity, day wished for; 0: at once


class Works:
    """What is promised to orders of some lines one after another, and what a rush makes of it."""

    def __init__(
        self,
        items: Sequence[ItemFacts],
        standing: Sequence[Standing],
        centres: dict[int, CentreFacts] | None = None,
    ) -> None:
        self.given = snapshot(items, centres=centres or centre(), standing=tuple(standing))
        self.number = 100
        self.asked: dict[str, Standing] = {}
        self.comes: dict[str, int | None] = {}  # what the last rush says the next book has

    def days(self) -> dict[str, int]:
        """By name the day for which each is booked."""
        ground = ground_of(self.given)
        assert {one.name for one in self.given.standing} == {*ground.others, *ground.unplaced}
        assert {*ground.others} == {*ground.book.bookings}
        return {name: one.wished for name, one in ground.others.items()}

    def scene(self, order: str, wishes: Sequence[Wish]) -> Scene:
        demands = tuple(
            replace(
                need(item_id, quantity, line_id=place),
                name=f"{order}.{place}",
                requested_on=day(on) if on else None,
            )
            for place, (item_id, quantity, on) in enumerate(wishes)
        )
        mine = frozenset(one.name for one in self.given.standing if one.order == order)
        for one in demands:
            self.asked[one.name] = Standing(
                one.name, one.item_id, one.quantity, day(0), order=order
            )
        return scene_of(replace(self.given, demands=demands, mine=mine))

    def give(self, order: str, wishes: Sequence[Wish]) -> dict[str, int] | None:
        """The days promised by name, others' as they were; None if there is none. A line that has
        its day already keeps its place."""
        scene = self.scene(order, wishes)
        is_on = {one.name: one.on for one in self.given.standing}
        try:
            lines = capable(scene.snapshot)
        except NoDate:
            return None
        self.number += 1
        told = {name: one.wished for name, one in scene.others.items()}
        for place, (one, line) in enumerate(zip(scene.snapshot.demands, lines, strict=True)):
            on = line.promised.ex_works_on
            told[one.name] = on.toordinal() - scene.world.first_day
            if is_on.get(one.name) != on:
                self._stand(one.name, on, (self.number * 10, place, 0))
        return told

    def rush(self, order: str, wishes: Sequence[Wish]) -> dict[str, int] | None:
        """The days it brings by name, others' too; None if it cannot be accepted."""
        scene = self.scene(order, wishes)
        asks = [scene.ask_of(one) for one in scene.snapshot.demands]
        found = rush(
            scene.book,
            order,
            asks,
            scene.others,
            usual=ask(scene.book, asks),
            promised=looked_for_from(scene),
        )
        if found.answer.complete is None or any(one.becomes is None for one in found.moves):
            return None
        told = {one.name: one.becomes or 0 for one in found.later}
        for place, line in enumerate(found.answer.lines):
            assert line.earliest is not None
            told[f"{order}.{place}"] = max(line.earliest, asks[place].wished)
        self.number += 1
        turns = [replace(one, name=one.name or f"{order}.{one.row}") for one in found.turns]
        self.comes = next_days(scene, turns, told)
        self._accept(order, found, told, scene.world.first_day)
        return {name: one.wished for name, one in scene.others.items()} | told

    def _accept(self, order: str, found: Rush, told: dict[str, int], first: int) -> None:
        """As the turns of a rush are written: the usual ones below 0, all others above."""
        usual = sum(one.is_usual for one in found.turns)
        for place, turn in enumerate(found.turns):
            name = turn.name or f"{order}.{turn.row}"
            rank = (self.number * 10, 0, place - usual + (place >= usual))
            on = dt.date.fromordinal(first + told[name]) if name in told else None
            self._stand(name, on, rank, is_early=turn.is_early)

    def _stand(
        self, name: str, on: dt.date | None, rank: tuple[int, int, int], *, is_early: bool = False
    ) -> None:
        """No day: it stays as it was promised."""
        was = next((one for one in self.given.standing if one.name == name), None)
        others = [one for one in self.given.standing if one.name != name]
        now = was or self.asked[name]
        former: tuple[Given, ...] = ()
        if was is not None:
            left = Given(was.rank, was.on, was.is_early, was_past=was.on < self.given.today)
            former = (*was.former, left)
        now = replace(now, on=on or now.on, rank=rank, is_early=is_early, former=former)
        self.given = replace(self.given, standing=(*others, now))


def overdue(name: str, item_id: int, quantity: int, on: int, rank: int) -> Standing:
    return Standing(name, item_id, Decimal(quantity), day(on), order=name, rank=(rank, 0, 0))


def test_a_rush_has_its_day_though_somebody_overdue_stood_in_its_place() -> None:
    """The stock was for an order that is overdue; another that is overdue stands behind it."""
    items = [replace(SEWN, free=Decimal(20)), item(2, free=Decimal(5))]
    works = Works(items, [overdue("A", 1, 30, -9, 1), overdue("B", 1, 10, -5, 2)])
    wishes = [(1, 24, 0), (2, 5, 0)]
    assert works.give("R", wishes) is not None
    usual = works.days()
    told = works.rush("R", wishes)
    assert told is not None
    assert told["R.0"] < usual["R.0"]
    after = works.days()
    assert {name: after[name] for name in ("R.0", "R.1")} == {"R.0": told["R.0"], "R.1": 0}
    assert works.rush("R", wishes) is not None
    again = works.days()
    assert again["R.0"] <= told["R.0"]


def told_by(works: Works, order: str, wishes: Sequence[Wish]) -> dict[str, int]:
    """What a rush tells, which is what comes: exactly in the next book of all."""
    told = works.rush(order, wishes)
    assert told is not None
    after = works.days()
    assert works.comes == {name: after[name] for name in works.comes}
    assert [name for name, on in told.items() if after[name] > on] == []
    return told


def test_who_was_spared_and_moves_all_the_same_is_told_the_day_on_which_it_comes() -> None:
    """The second rush was looked for beside the first one, which had to leave for it all the same:
    booked in its turn the second took another place, and the first came a day later than told."""
    works = Works(shop(), [overdue("L1", 3, 18, 2, 1)])
    assert told_by(works, "O0", [(1, 12, 6)]) == {"L1": 2, "O0.0": 6}
    assert told_by(works, "O1", [(1, 12, 6)]) == {"L1": 2, "O0.0": 7, "O1.0": 6}


def test_whoever_is_late_has_nothing_of_what_a_rush_leaves_before_all_its_lines_are_booked() -> (
    None
):
    """One line of the rushed order stays as usual: both leave, and somebody late waits for it."""
    rows = [(2, 20, 1), (1, 20, -8), (2, 20, -9), (3, 20, -5), (2, 20, 4)]
    works = Works(shop(), [overdue(f"L{rank}", *one, rank) for rank, one in enumerate(rows, 1)])
    wishes = [(3, 20, 15), (1, 20, 6)]
    for _time in range(2):
        told = told_by(works, "O0", wishes)
        assert (told["O0.0"], told["O0.1"]) == (15, 6)


def test_lines_of_an_order_that_is_promised_again_leave_their_places_together() -> None:
    """One after the other the first would have found the second in its place, a day later."""
    works = Works(shop(), [])
    assert works.give("O", [(2, 10, 6), (1, 10, 0)]) == {"O.0": 6, "O.1": 0} == works.days()
    assert works.give("O", [(2, 10, 0), (1, 10, 0)]) == {"O.0": 0, "O.1": 1} == works.days()


def test_an_order_wholly_kept_that_ships_together_is_asked_for_nothing() -> None:
    works = Works(shop(), [])
    assert works.give("O", [(2, 10, 6)]) is not None
    scene = works.scene("O", [(2, 10, 6)])
    kept = tuple(replace(one, kept=one.quantity) for one in scene.snapshot.demands)
    [line] = capable(replace(scene.snapshot, demands=kept, is_together=True))
    assert line.promised.ex_works_on == day(6)  # as wished


def test_who_is_late_is_looked_for_from_his_own_day_unless_that_is_past() -> None:
    rows = [(2, 25, 1), (2, 25, 1), (2, 25, -3)]
    works = Works(shop(), [overdue(f"L{rank}", *one, rank) for rank, one in enumerate(rows, 1)])
    assert works.days() == {"L1": 1, "L2": 3, "L3": 7}
    assert looked_for_from(works.scene("O0", [(2, 5, 0)])) == {"L2": 1}


late_ones = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 25), st.integers(-9, 4)), max_size=5
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["give", "again", "rush", "rush"]),
        st.lists(
            st.tuples(st.integers(1, 3), st.integers(1, 25), st.sampled_from([0, 0, 6, 15])),
            min_size=1,
            max_size=3,
        ),
        st.integers(0, 9),
    ),
    max_size=8,
)


@st.composite
def factories(draw: st.DrawFn) -> tuple[list[ItemFacts], dict[int, CentreFacts]]:
    """The shop, or two work centres, a part that is made, lots, and stock that is short."""
    if draw(st.booleans()):
        return shop(), centre()
    few = st.sampled_from([0, 10, 20])
    minutes = st.sampled_from([6, 10, 15])

    def step(number: int, centre_id: int) -> Operation:
        return Operation(number, centre_id, Decimal(draw(st.sampled_from([0, 5]))), Decimal("0.5"))

    lot = draw(st.sampled_from([None, Decimal(10)]))
    part, cloth = Component(4, Decimal(1)), Component(5, Decimal(1))
    items = [
        item(1, "make", operations=(step(10, 7), step(20, 8)), components=(part,)),
        item(2, "make", operations=(step(10, 7),), components=(cloth,), lot_multiple=lot),
        item(3, free=Decimal(draw(few)), incoming=(Supply(day(4), Decimal(20), "P-1"),)),
        replace(
            item(4, "make", operations=(step(10, 8),), components=(cloth,), lot_multiple=lot),
            free=Decimal(draw(few)),
        ),
        item(5, free=Decimal(draw(few)), lead_days=draw(st.sampled_from([3, 9]))),
    ]
    return items, {one: CentreFacts(one, f"C{one}", draw(minutes), WEEK) for one in (7, 8)}


@settings(max_examples=80, deadline=None, derandomize=True)
@given(factories(), late_ones, steps)
def test_in_any_world_all_that_are_told_a_day_have_it_in_the_next_book(
    factory: tuple[list[ItemFacts], dict[int, CentreFacts]],
    late: list[tuple[int, int, int]],
    wanted: list[tuple[str, list[Wish], int]],
) -> None:
    """The promised, the rushed and the moved; whoever is told nothing has the day he stood on."""
    items, centres = factory
    standing = [overdue(f"L{rank}", *one, rank) for rank, one in enumerate(late, 1)]
    works = Works(items, standing, centres)
    asked: dict[str, list[Wish]] = {}
    for number, (kind, wishes, which) in enumerate(wanted):
        order = f"O{number}"
        if asked and (kind == "again" or (kind == "rush" and which % 2)):
            order = [*asked][which % len(asked)]
            wishes = asked[order]
        told = works.rush(order, wishes) if kind == "rush" else works.give(order, wishes)
        if told is None:
            continue
        asked.setdefault(order, wishes)
        after = works.days()
        if kind == "rush":
            assert works.comes == {name: after[name] for name in works.comes}
        assert [name for name, on in told.items() if after[name] > on] == []
